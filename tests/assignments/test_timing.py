import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.timing import (
    Due,
    Result,
    Rule,
    Shift,
    Timing,
    UnknownZone,
    decide_timing,
    effective_close,
    never_worse,
    over,
    standing_timing,
    tzdb_version,
    zone_named,
)

ZONES = [
    "Europe/Warsaw",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",  # once lost a whole day
    "America/St_Johns",
]
UTC = dt.UTC


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def warsaw(date: str, time: str) -> Due:
    return Due.resolve(dt.date.fromisoformat(date), dt.time.fromisoformat(time), "Europe/Warsaw")


def test_a_due_time_in_the_spring_gap_moves_forward_by_the_gap_and_says_so() -> None:
    due = warsaw("2026-03-29", "02:30")
    assert due.at == at("2026-03-29T01:30:00Z")
    assert due.local.time() == dt.time(3, 30)
    assert due.shift is Shift.GAP


def test_a_due_time_in_the_autumn_overlap_is_the_later_instant() -> None:
    due = warsaw("2026-10-25", "02:30")
    assert due.at == at("2026-10-25T01:30:00Z")
    assert due.shift is Shift.OVERLAP


def test_an_ordinary_due_time_is_what_the_clock_on_the_wall_says() -> None:
    due = warsaw("2026-07-01", "23:59")
    assert due.at == at("2026-07-01T21:59:00Z")
    assert due.shift is Shift.NONE
    assert due.tzdb == tzdb_version()
    assert due.tzdb[:2] == "20"


def test_a_zone_that_nobody_knows_is_named() -> None:
    for name in ("Europe/Atlantis", "", "../etc/passwd", "Europe"):
        with pytest.raises(UnknownZone):
            zone_named(name)


@given(
    zone=st.sampled_from(ZONES),
    date=st.dates(dt.date(2011, 1, 1), dt.date(2030, 12, 31)),
    time=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
)
def test_every_due_time_resolves_to_one_instant_by_the_stated_rule(zone: str, date: dt.date, time: dt.time) -> None:
    due = Due.resolve(date, time, zone)
    said, shown = dt.datetime.combine(date, time), due.local.replace(tzinfo=None)
    readings = {
        said.replace(fold=fold, tzinfo=zone_named(zone)).astimezone(UTC).astimezone(zone_named(zone)) for fold in (0, 1)
    }
    if due.shift is Shift.GAP:
        assert shown > said
        assert {reading.replace(tzinfo=None, fold=0) for reading in readings} != {said}
    else:
        assert shown == said
    if due.shift is Shift.OVERLAP:
        assert due.at == max(reading.astimezone(UTC) for reading in readings)


DST_NIGHTS = [
    ("Europe/Warsaw", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"),
    ("Europe/London", "2026-03-29", "01:30", "2026-03-29T01:30:00Z"),
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30:00Z"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T06:30:00Z"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T15:15:00Z"),
    ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T22:00:00Z"),
    ("America/St_Johns", "2026-11-01", "01:30", "2026-11-01T05:00:00Z"),
    ("Asia/Kolkata", "2026-03-29", "02:30", "2026-03-28T21:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:30:00Z"),
]


@pytest.mark.parametrize(("zone", "date", "time", "instant"), DST_NIGHTS)
def test_the_nights_on_which_clocks_change(zone: str, date: str, time: str, instant: str) -> None:
    assert Due.resolve(dt.date.fromisoformat(date), dt.time.fromisoformat(time), zone).at == at(instant)


DUE = at("2026-05-01T21:59:00Z")
NOW = at("2026-05-10T12:00:00Z")


@pytest.mark.parametrize(
    ("handed_in", "result", "seconds", "rule"),
    [
        ("2026-05-01T21:58:00Z", Result.ON_TIME, 0, Rule.BY_DUE),
        ("2026-05-01T21:59:00Z", Result.ON_TIME, 0, Rule.BY_DUE),
        ("2026-05-01T21:59:59.999999Z", Result.ON_TIME, 0, Rule.BY_DUE),
        ("2026-05-01T22:00:00Z", Result.LATE, 1, Rule.AFTER_DUE),
        ("2026-05-01T22:00:01Z", Result.LATE, 1, Rule.AFTER_DUE),
        ("2026-05-01T22:10:00Z", Result.LATE, 600, Rule.AFTER_DUE),
        ("2026-05-01T22:10:00.5Z", Result.LATE, 601, Rule.AFTER_DUE),
    ],
)
def test_a_due_minute_lasts_to_its_end(handed_in: str, result: Result, seconds: int, rule: Rule) -> None:
    timing = decide_timing(at(handed_in), DUE, now=NOW)
    assert (timing.result, timing.seconds, timing.rule) == (result, seconds, rule)


def test_a_due_time_given_to_the_second_ends_with_that_second() -> None:
    due = at("2026-05-01T21:59:30Z")
    assert decide_timing(at("2026-05-01T21:59:30.9Z"), due, now=NOW).result is Result.ON_TIME
    assert decide_timing(at("2026-05-01T21:59:31Z"), due, now=NOW).result is Result.LATE


def test_nothing_handed_in_is_missing_only_once_due_has_passed() -> None:
    assert decide_timing(None, DUE, now=at("2026-05-01T21:59:59Z")).result is Result.NOT_DUE
    missing = decide_timing(None, DUE, now=at("2026-05-01T22:00:00Z"))
    assert (missing.result, missing.rule) == (Result.MISSING, Rule.NOTHING_HANDED_IN)


@pytest.mark.parametrize("handed_in", [None, NOW])
def test_without_a_due_date_nothing_is_late_or_missing(handed_in: dt.datetime | None) -> None:
    assert decide_timing(handed_in, None, now=NOW).result is Result.NOT_DUE


@given(
    handed_in=st.integers(-90 * 86400, 90 * 86400).map(lambda seconds: DUE + dt.timedelta(seconds=seconds)),
    moved=st.timedeltas(dt.timedelta(days=-30), dt.timedelta(days=30)),
)
def test_a_later_due_time_is_never_to_anyones_harm(handed_in: dt.datetime, moved: dt.timedelta) -> None:
    old = decide_timing(handed_in, DUE, now=NOW)
    new = decide_timing(handed_in, DUE + moved, now=NOW)
    kept = never_worse(old, new)
    assert kept.seconds == min(old.seconds, new.seconds)
    assert (kept is old) or new.seconds < old.seconds
    standing = standing_timing(handed_in, DUE + moved, kept.seconds)
    assert (standing.result, standing.seconds) == (kept.result, kept.seconds)


@pytest.mark.parametrize(
    ("handed_in", "late", "result", "rule"),
    [
        ("2026-05-01T21:00:00Z", 0, Result.ON_TIME, Rule.BY_DUE),
        ("2026-05-01T22:10:00Z", 600, Result.LATE, Rule.AFTER_DUE),
        ("2026-05-01T22:10:00Z", 0, Result.ON_TIME, Rule.KEPT),
        ("2026-05-01T22:10:00Z", 60, Result.LATE, Rule.KEPT),
    ],
)
def test_what_an_earlier_due_time_decided_is_not_explained_by_the_one_of_now(
    handed_in: str, late: int, result: Result, rule: Rule
) -> None:
    standing = standing_timing(at(handed_in), DUE, late)
    assert (standing.result, standing.seconds, standing.rule) == (result, late, rule)
    assert standing_timing(at(handed_in), None, 0).rule is Rule.NO_DUE_DATE


def test_the_same_inputs_give_the_same_decision() -> None:
    first = decide_timing(at("2026-05-02T10:00:00Z"), DUE, now=NOW)
    assert decide_timing(at("2026-05-02T10:00:00Z"), DUE, now=NOW + dt.timedelta(days=400)) == first
    assert isinstance(first, Timing)
    assert first.inputs() == {
        "handed_in": "2026-05-02T10:00:00+00:00",
        "due": "2026-05-01T21:59:00+00:00",
    }


def test_an_assignment_never_closes_before_it_is_due() -> None:
    assert effective_close(None, DUE) is None
    assert effective_close(NOW, None) == NOW
    assert effective_close(NOW, DUE) == NOW
    early = DUE - dt.timedelta(days=1)
    assert effective_close(early, DUE) == over(DUE) - dt.timedelta(microseconds=1)
