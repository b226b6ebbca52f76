import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.device_clock import Doubt, Finished, Trust
from assignments.timing import (
    RULE_VERSION,
    Base,
    Dates,
    Due,
    Extension,
    Origin,
    OutOfReach,
    Override,
    Result,
    Revision,
    Rule,
    Shift,
    Terms,
    Timing,
    UnknownZone,
    counts_as_received,
    decide_timing,
    effective_close,
    effective_dates,
    inherited,
    late_from,
    never_worse,
    over,
    standing_timing,
    tzdb_version,
    zone_named,
)
from assignments.words import explain_timing, finished_offline

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


QUARTER = dt.timedelta(minutes=15)
TICK = dt.timedelta(microseconds=1)


@cache
def clocks_change(zone: str) -> list[dt.datetime]:
    """Every instant of 2025 to 2027 at which the zone's offset becomes another one, found by looking at the clock."""
    tz, at, found = zone_named(zone), dt.datetime(2025, 1, 1, tzinfo=UTC), []
    while at.year < 2028:
        later = at + dt.timedelta(hours=6)
        if at.astimezone(tz).utcoffset() != later.astimezone(tz).utcoffset():
            step = at
            while step.astimezone(tz).utcoffset() == at.astimezone(tz).utcoffset():
                step += QUARTER
            found.append(step)
        at = later
    return found


def quarters_around(change: dt.datetime) -> Iterator[dt.datetime]:
    """The local quarters of an hour from half a day before an instant of change to half a day after."""
    return (change + n * QUARTER for n in range(-48, 49))


@pytest.mark.parametrize("zone", ZONES)
def test_every_night_on_which_clocks_change_resolves_by_the_stated_rule(zone: str) -> None:
    tz, seen = zone_named(zone), set()
    for change in clocks_change(zone):
        # What the clocks on the wall show, instant by instant: the answer is read off, not reckoned.
        shown: dict[dt.datetime, list[dt.datetime]] = {}
        for instant in quarters_around(change):
            shown.setdefault(instant.astimezone(tz).replace(tzinfo=None, fold=0), []).append(instant)
        before = (change - TICK).astimezone(tz).utcoffset()
        after = change.astimezone(tz).utcoffset()
        assert before is not None
        assert after is not None
        wall = min(shown)
        while wall <= max(shown):
            due = Due.resolve(wall.date(), wall.time(), zone)
            if wall in shown:
                assert due.at == shown[wall][-1]
                assert due.shift is (Shift.OVERLAP if len(shown[wall]) == 2 else Shift.NONE)
            else:
                assert due.shift is Shift.GAP
                assert due.local.replace(tzinfo=None) == wall + (after - before)
            seen.add(due.shift)
            assert Due.resolve(due.local.date(), due.local.time(), zone).at == due.at
            wall += QUARTER
    assert seen in ({Shift.NONE, Shift.GAP, Shift.OVERLAP}, set())


def test_the_zones_with_summer_time_change_their_clocks_twice_a_year() -> None:
    changes = {zone: len(clocks_change(zone)) for zone in ZONES}
    assert changes["Europe/Warsaw"] == changes["America/St_Johns"] == changes["Australia/Lord_Howe"] == 6
    assert changes["Asia/Kolkata"] == changes["America/Sao_Paulo"] == changes["Pacific/Apia"] == 0
    assert sum(changes.values()) >= 30


@pytest.mark.parametrize("grace", [0, 1, 600, 86400])
@pytest.mark.parametrize("zone", ZONES)
def test_in_such_a_night_too_work_is_late_from_one_microsecond_to_the_next(zone: str, grace: int) -> None:
    terms = Terms(grace=grace)
    for change in [*clocks_change(zone), at("2026-07-01T12:00:00Z")]:
        for instant in quarters_around(change):
            local = instant.astimezone(zone_named(zone))
            due = Due.resolve(local.date(), local.time(), zone)
            edge = due.at + dt.timedelta(minutes=1, seconds=grace)
            assert late_from(due.at, grace) == edge
            assert decide_timing(edge - TICK, due.at, now=edge, terms=terms).result is Result.ON_TIME
            late = decide_timing(edge, due.at, now=edge, terms=terms)
            assert (late.result, late.seconds) == (Result.LATE, max(1, grace))


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_more_is_the_same_time_on_the_next_day_whatever_the_clocks_do(zone: str) -> None:
    for change in [*clocks_change(zone), at("2026-07-01T12:00:00Z")]:
        eve = change.astimezone(zone_named(zone)).date() - dt.timedelta(days=1)
        due = Due.resolve(eve, dt.time(23, 59), zone)
        for days in (1, 2, 7, -1, -30):
            moved = due.moved(dt.timedelta(days=days))
            assert (moved.date, moved.time) == (eve + dt.timedelta(days=days), dt.time(23, 59))
            assert moved.at == Due.resolve(moved.date, dt.time(23, 59), zone).at


def test_hours_more_are_hours_on_the_clock() -> None:
    eve = warsaw("2026-03-28", "23:30")
    assert eve.moved(dt.timedelta(hours=4)).at == eve.at + dt.timedelta(hours=4)
    assert eve.moved(dt.timedelta(hours=4)).local.time() == dt.time(4, 30)
    evening = warsaw("2026-03-29", "23:30")  # of the day that has 23 hours
    assert evening.moved(dt.timedelta(hours=-1)).at == evening.at - dt.timedelta(hours=1)
    assert eve.moved(dt.timedelta(0)) == eve


@pytest.mark.parametrize("days", [100_000, -100_000, 9_000_000, 999_999_999])
def test_an_offset_that_leads_out_of_the_calendar_is_refused(days: int) -> None:
    assert warsaw("2026-03-28", "23:30").moved(dt.timedelta(days=10_000))
    with pytest.raises(OutOfReach):
        warsaw("2026-03-28", "23:30").moved(dt.timedelta(days=days))


# --- Which dates apply ------------------------------------------------------------------------------------------------

BASE = warsaw("2026-05-01", "23:59")
CLOSE = at("2026-05-08T10:00:00Z")


def in_may(day: int, time: str = "23:59") -> Due:
    return warsaw(f"2026-05-{day:02}", time)


def due_of(dates: Dates) -> tuple[dt.datetime | None, Origin]:
    return dates.due_at, dates.due_from


def last_of(due: Due) -> dt.datetime:
    return due.over - TICK


def test_what_is_nearest_to_the_student_goes_before_the_rest() -> None:
    everyone = Override(Origin.CLASS, due=in_may(2), id="c")
    group = Override(Origin.GROUP, due=in_may(3), id="g")
    # Her own is earlier than all the others, and goes before them all the same.
    own = Override(Origin.STUDENT, due=warsaw("2026-04-30", "12:00"), id="s")
    more = Extension(in_may(4), id="e")
    base = Base(BASE)
    assert due_of(effective_dates(Base())) == (None, Origin.NONE)
    assert due_of(effective_dates(base)) == (BASE.at, Origin.ASSIGNMENT)
    assert due_of(effective_dates(base, [everyone])) == (in_may(2).at, Origin.CLASS)
    assert due_of(effective_dates(base, [group, everyone])) == (in_may(3).at, Origin.GROUP)
    nearest = effective_dates(base, [group, own, everyone])
    assert due_of(nearest) == (own.due and own.due.at, Origin.STUDENT)
    assert (nearest.override, nearest.extension, nearest.before_extension) == ("s", "", None)
    longer = effective_dates(base, [group, own, everyone], [more])
    assert due_of(longer) == (in_may(4).at, Origin.EXTENSION)
    assert (longer.override, longer.extension, longer.before_extension) == ("s", "e", own.due)


def test_of_a_kind_the_most_generous_counts() -> None:
    groups = [Override(Origin.GROUP, due=in_may(day), id=str(day)) for day in (3, 6, 4)]
    assert effective_dates(Base(BASE), groups).override == "6"
    longest = [Extension(in_may(day), id=str(day)) for day in (5, 9, 7)]
    assert effective_dates(Base(BASE), groups, longest).extension == "9"
    # A minute lasts longer than a second of it: 23:59 is more than 23:59:30.
    seconds = [Override(Origin.GROUP, due=in_may(3, time), id=time) for time in ("23:59:30", "23:59")]
    assert effective_dates(Base(BASE), seconds).override == "23:59"


@pytest.mark.parametrize("day", [1, 2])
def test_an_extension_only_lengthens(day: int) -> None:
    base = Base(in_may(2))
    assert effective_dates(base, (), [Extension(in_may(day), id="e")]) == effective_dates(base)
    assert effective_dates(base, (), [Extension(in_may(3), id="e")]).due == in_may(3)
    assert effective_dates(Base(), (), [Extension(in_may(day))]) == Dates()


def test_an_offset_moves_with_the_base_and_a_date_does_not() -> None:
    offset = Override(Origin.STUDENT, offset=dt.timedelta(days=2))
    fixed = Override(Origin.STUDENT, due=in_may(3))
    for day in (1, 10):
        assert effective_dates(Base(in_may(day)), [offset]).due == in_may(day + 2)
        assert effective_dates(Base(in_may(day)), [fixed]).due == in_may(3)
    # From nothing there is no offset: the class's own date is left.
    assert effective_dates(Base(), [offset]) == Dates()
    assert effective_dates(Base(), [offset, Override(Origin.CLASS, due=in_may(5))]).due == in_may(5)


def test_nothing_closes_before_it_is_due() -> None:
    def close_of(*given: object) -> tuple[dt.datetime | None, Origin]:
        dates = effective_dates(*given)  # type: ignore[arg-type]
        return dates.close, dates.close_from

    base = Base(BASE, CLOSE)
    assert close_of(Base(BASE)) == (None, Origin.NONE)
    assert close_of(base) == (CLOSE, Origin.ASSIGNMENT)
    assert close_of(Base(in_may(9), CLOSE)) == (last_of(in_may(9)), Origin.ASSIGNMENT)
    assert close_of(base, [Override(Origin.GROUP, due=in_may(9))]) == (last_of(in_may(9)), Origin.GROUP)
    assert close_of(base, (), [Extension(in_may(9))]) == (last_of(in_may(9)), Origin.EXTENSION)
    assert close_of(Base(None, CLOSE), (), [Extension(in_may(9))]) == (last_of(in_may(9)), Origin.EXTENSION)
    own = Override(Origin.STUDENT, closes_at=at("2026-05-03T10:00:00Z"))
    later = Override(Origin.CLASS, closes_at=at("2026-05-20T10:00:00Z"))
    assert close_of(base, [own, later]) == (own.closes_at, Origin.STUDENT)
    assert close_of(base, [later]) == (later.closes_at, Origin.CLASS)
    assert effective_dates(base, [later]).due == BASE


def test_a_return_opens_the_work_until_the_latest_of_its_dates() -> None:
    base = Base(BASE, CLOSE)
    asked = effective_dates(base, (), (), Revision(due=in_may(12)))
    assert due_of(asked) == (in_may(12).at, Origin.REVISION)
    assert (asked.close, asked.close_from) == (last_of(in_may(12)), Origin.REVISION)
    early = effective_dates(base, (), (), Revision(due=in_may(2)))
    assert due_of(early) == (in_may(2).at, Origin.REVISION)
    assert (early.close, early.close_from) == (CLOSE, Origin.ASSIGNMENT)
    until = at("2026-05-30T10:00:00Z")
    again = effective_dates(base, (), (), Revision(until=until))
    assert due_of(again) == (BASE.at, Origin.ASSIGNMENT)
    assert (again.close, again.close_from) == (until, Origin.RESUBMISSION)
    # Without a closing time of the assignment it closes by its own, but not before the others are due.
    assert effective_dates(Base(BASE), (), (), Revision(due=in_may(12))).close == last_of(in_may(12))
    assert effective_dates(Base(in_may(20)), (), (), Revision(due=in_may(12))).close == last_of(in_may(20))
    assert effective_dates(base, (), (), Revision()) == effective_dates(base)


def test_an_override_says_nothing_of_a_revision_and_an_extension_lengthens_it() -> None:
    own = Override(Origin.STUDENT, due=in_may(20), id="s")
    asked = effective_dates(Base(BASE, CLOSE), [own], (), Revision(due=in_may(12)))
    assert (asked.due, asked.override) == (in_may(12), "")
    assert (asked.close, asked.close_from) == (last_of(in_may(20)), Origin.STUDENT)
    longer = effective_dates(Base(BASE), [own], [Extension(in_may(14), id="e")], Revision(due=in_may(12)))
    assert due_of(longer) == (in_may(14).at, Origin.EXTENSION)
    assert longer.before_extension == in_may(12)


DUES = st.none() | st.builds(in_may, st.integers(1, 31), st.sampled_from(["00:00", "12:30", "23:59"]))
OVERRIDES = st.lists(
    st.builds(
        Override,
        st.sampled_from([Origin.CLASS, Origin.GROUP, Origin.STUDENT]),
        due=DUES,
        offset=st.none() | st.integers(-9, 9).map(dt.timedelta),
        closes_at=st.none() | st.integers(-9, 40).map(lambda days: CLOSE + dt.timedelta(days)),
    ),
    max_size=4,
)


@given(DUES, OVERRIDES, DUES, DUES, st.booleans())
def test_more_time_is_never_less(
    due: Due | None, overrides: list[Override], more: Due | None, revised: Due | None, closes: bool
) -> None:
    base = Base(due, CLOSE if closes else None)
    given_to_her = [Extension(more)] if more else []
    plain, longer = effective_dates(base, overrides), effective_dates(base, overrides, given_to_her)
    assert (plain.due is None) == (longer.due is None)
    assert plain.due is None or longer.due is None or longer.due.over >= plain.due.over
    assert (plain.close is None) == (longer.close is None)
    assert plain.close is None or longer.close is None or longer.close >= plain.close
    for dates in (plain, longer, effective_dates(base, overrides, given_to_her, Revision(due=revised))):
        assert (dates.due is None) == (dates.due_from is Origin.NONE)
        assert (dates.close is None) == (dates.close_from is Origin.NONE)
        assert dates.close == effective_close(dates.close, dates.due_at)
    back = effective_dates(base, reversed(overrides), given_to_her)
    assert (back.due_at, back.close) == (longer.due_at, longer.close)


# --- Whether work came in time ----------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("handed_in", "result", "seconds", "rule"),
    [
        ("2026-05-01T21:59:59.999999Z", Result.ON_TIME, 0, Rule.BY_DUE),
        ("2026-05-01T22:00:00Z", Result.ON_TIME, 0, Rule.WITHIN_GRACE),
        ("2026-05-01T22:09:59.999999Z", Result.ON_TIME, 0, Rule.WITHIN_GRACE),
        ("2026-05-01T22:10:00Z", Result.LATE, 600, Rule.AFTER_DUE),
        ("2026-05-01T22:10:00.000001Z", Result.LATE, 601, Rule.AFTER_DUE),
    ],
)
def test_grace_spares_the_late_mark_and_lateness_counts_from_the_due_time(
    handed_in: str, result: Result, seconds: int, rule: Rule
) -> None:
    timing = decide_timing(at(handed_in), DUE, now=NOW, terms=Terms(grace=600))
    assert (timing.result, timing.seconds, timing.rule) == (result, seconds, rule)
    standing = standing_timing(at(handed_in), DUE, seconds, terms=Terms(grace=600))
    assert standing == timing


def test_nothing_is_missing_while_it_would_still_count_as_in_time() -> None:
    def at_moment(now: str) -> Timing:
        return decide_timing(None, DUE, now=at(now), terms=Terms(grace=600))

    assert at_moment("2026-05-01T21:59:59.999999Z").rule is Rule.NOT_YET_DUE
    running = at_moment("2026-05-01T22:09:59.999999Z")
    assert (running.result, running.seconds, running.rule) == (Result.NOT_DUE, 0, Rule.GRACE_RUNNING)
    missing = at_moment("2026-05-01T22:10:00Z")
    assert (missing.result, missing.seconds, missing.rule) == (Result.MISSING, 600, Rule.NOTHING_HANDED_IN)


@pytest.mark.parametrize(
    ("handed_in", "result", "rule"),
    [
        ("2026-05-01T22:09:59Z", Result.ON_TIME, Rule.BY_DUE),  # in the grace of the usual due time: it needed no more
        ("2026-05-01T22:10:00Z", Result.ON_TIME, Rule.BY_EXTENSION),
        ("2026-05-04T21:59:59Z", Result.ON_TIME, Rule.BY_EXTENSION),
        ("2026-05-04T22:09:59Z", Result.ON_TIME, Rule.WITHIN_GRACE),
        ("2026-05-04T22:10:00Z", Result.LATE, Rule.AFTER_DUE),
    ],
)
def test_an_extension_is_named_where_it_was_needed(handed_in: str, result: Result, rule: Rule) -> None:
    dates = effective_dates(Base(BASE), (), [Extension(in_may(4))])
    timing = decide_timing(at(handed_in), dates.due_at, now=NOW, terms=dates.terms(grace=600))
    assert (timing.result, timing.rule) == (result, rule)


@given(st.integers(-90 * 86400, 90 * 86400).map(lambda seconds: DUE + dt.timedelta(seconds=seconds)))
def test_an_extension_granted_afterwards_only_helps(handed_in: dt.datetime) -> None:
    old = decide_timing(handed_in, DUE, now=NOW)
    dates = effective_dates(Base(BASE), (), [Extension(in_may(20))])
    new = decide_timing(handed_in, dates.due_at, now=NOW, terms=dates.terms())
    kept = never_worse(old, new)
    assert kept.seconds == new.seconds <= old.seconds
    assert (kept is new) == (old.result is Result.LATE)


@pytest.mark.parametrize(
    ("first", "result", "seconds"),
    [
        ("2026-05-01T21:00:00Z", Result.ON_TIME, 0),
        ("2026-05-01T22:10:00Z", Result.LATE, 600),
    ],
)
def test_what_a_student_improves_by_herself_is_as_late_as_her_first_hand_in(
    first: str, result: Result, seconds: int
) -> None:
    decided = decide_timing(at(first), DUE, now=NOW)
    better = inherited(decided, at("2026-05-20T10:00:00Z"))
    assert (better.result, better.seconds, better.rule) == (result, seconds, Rule.INHERITED)
    assert (better.handed_in, better.first_handed_in) == (at("2026-05-20T10:00:00Z"), at(first))
    # The third is measured as the second was.
    best = inherited(better, at("2026-05-25T10:00:00Z"))
    assert (best.result, best.seconds, best.first_handed_in) == (result, seconds, at(first))


def test_an_extension_of_the_first_hand_in_reaches_the_improved_one() -> None:
    first, later = at("2026-05-01T22:10:00Z"), at("2026-05-20T10:00:00Z")
    old = inherited(decide_timing(first, DUE, now=NOW), later)
    dates = effective_dates(Base(BASE), (), [Extension(in_may(4))])
    new = inherited(decide_timing(first, dates.due_at, now=NOW, terms=dates.terms()), later)
    assert never_worse(old, new) is new
    assert new.result is Result.ON_TIME


def test_without_a_due_date_an_improved_version_inherits_nothing() -> None:
    better = inherited(decide_timing(NOW, None, now=NOW), NOW + dt.timedelta(days=3))
    assert (better.result, better.rule) == (Result.NOT_DUE, Rule.NO_DUE_DATE)
    assert better.decided_again() == better


def test_a_revision_that_was_asked_for_is_measured_by_its_own_due_time() -> None:
    dates = effective_dates(Base(BASE), (), (), Revision(due=in_may(12)))
    for handed_in, result in (("2026-05-12T21:59:59Z", Result.ON_TIME), ("2026-05-12T22:00:00Z", Result.LATE)):
        assert decide_timing(at(handed_in), dates.due_at, now=NOW, terms=dates.terms()).result is result


# --- Finished offline -------------------------------------------------------------------------------------------------


def offline(at_: str, trust: Trust = Trust.MEDIUM, doubt: Doubt = Doubt.NONE) -> Finished:
    return Finished(at(at_), at(at_), trust, doubt)


IN_TIME, LATER = "2026-05-01T21:40:00Z", "2026-05-01T22:10:00Z"


@pytest.mark.parametrize(
    ("received", "finished", "hours", "result", "seconds", "rule"),
    [
        # Finished in time and here within the grace.
        ("2026-05-01T22:13:00Z", offline(IN_TIME), 48, Result.ON_TIME, 0, Rule.OFFLINE_GRACE),
        ("2026-05-03T21:59:59.999999Z", offline(IN_TIME), 48, Result.ON_TIME, 0, Rule.OFFLINE_GRACE),
        # After the grace what counts is when it came, as ever.
        ("2026-05-03T22:00:00Z", offline(IN_TIME), 48, Result.LATE, 172_800, Rule.AFTER_DUE),
        ("2026-05-01T22:13:00Z", offline(IN_TIME), 0, Result.LATE, 780, Rule.AFTER_DUE),
        # Finished late: as late as it was finished.
        ("2026-05-02T10:00:00Z", offline(LATER), 48, Result.LATE, 600, Rule.OFFLINE_GRACE),
        # In time by both: nothing was changed by it.
        ("2026-05-01T21:50:00Z", offline(IN_TIME), 48, Result.ON_TIME, 0, Rule.BY_DUE),
        # Never to her harm.
        ("2026-05-01T21:50:00Z", offline(LATER), 48, Result.ON_TIME, 0, Rule.BY_DUE),
        # Who is not believed, and whom a teacher believes.
        ("2026-05-01T22:13:00Z", offline(IN_TIME, Trust.LOW, Doubt.OTHER_BOOT), 48, Result.LATE, 780, Rule.AFTER_DUE),
        ("2026-05-01T22:13:00Z", offline(IN_TIME, Trust.TEACHER), 0, Result.ON_TIME, 0, Rule.DEVICE_TIME),
        ("2026-05-09T22:13:00Z", offline(IN_TIME, Trust.TEACHER), 48, Result.ON_TIME, 0, Rule.DEVICE_TIME),
        ("2026-05-01T21:50:00Z", offline(LATER, Trust.TEACHER), 48, Result.ON_TIME, 0, Rule.BY_DUE),
    ],
)
def test_when_it_was_finished_offline_counts_within_the_grace(
    received: str, finished: Finished, hours: int, result: Result, seconds: int, rule: Rule
) -> None:
    terms = Terms(offline_grace_h=hours)
    timing = decide_timing(at(received), DUE, now=NOW, terms=terms, finished=finished)
    assert (timing.result, timing.seconds, timing.rule) == (result, seconds, rule)
    assert (timing.handed_in, timing.finished) == (at(received), finished)
    assert standing_timing(at(received), DUE, seconds, terms=terms, finished=finished) == timing


def test_the_offline_grace_runs_from_the_end_of_the_other_grace() -> None:
    terms = Terms(grace=600, offline_grace_h=1)
    last = late_from(DUE, 600) + dt.timedelta(hours=1)
    for received, result in ((last - TICK, Result.ON_TIME), (last, Result.LATE)):
        assert decide_timing(received, DUE, now=NOW, terms=terms, finished=offline(IN_TIME)).result is result


@pytest.mark.parametrize("zone", ZONES)
def test_in_a_night_on_which_clocks_change_an_hour_of_offline_grace_is_an_hour(zone: str) -> None:
    terms = Terms(offline_grace_h=3)
    for change in [*clocks_change(zone), at("2026-07-01T12:00:00Z")]:
        local = (change - QUARTER).astimezone(zone_named(zone))
        due = Due.resolve(local.date(), local.time(), zone)
        done = Finished(due.at, due.at, Trust.MEDIUM)
        end = due.over + dt.timedelta(hours=3)
        assert decide_timing(end - TICK, due.at, now=end, terms=terms, finished=done).rule is Rule.OFFLINE_GRACE
        assert decide_timing(end, due.at, now=end, terms=terms, finished=done).seconds == 3 * 3600


@given(
    received=st.integers(-9 * 86400, 40 * 86400).map(lambda seconds: DUE + dt.timedelta(seconds=seconds)),
    earlier=st.integers(-9 * 86400, 20 * 86400).map(lambda seconds: dt.timedelta(seconds=seconds)),
    trust=st.sampled_from([Trust.LOW, Trust.MEDIUM, Trust.TEACHER]),
    grace=st.sampled_from([0, 600, 172_800]),
    hours=st.sampled_from([0, 1, 48, 336]),
    improved=st.booleans(),
)
def test_a_device_only_ever_helps_and_what_was_decided_by_it_is_decided_again(
    received: dt.datetime, earlier: dt.timedelta, trust: Trust, grace: int, hours: int, improved: bool
) -> None:
    doubt = Doubt.OTHER_BOOT if trust is Trust.LOW else Doubt.NONE
    finished, terms = Finished(received, received - earlier, trust, doubt), Terms(grace=grace, offline_grace_h=hours)
    plain = decide_timing(received, DUE, now=NOW, terms=terms)
    timing = decide_timing(received, DUE, now=NOW, terms=terms, finished=finished)
    assert timing.seconds <= plain.seconds
    assert (timing.rule in (Rule.OFFLINE_GRACE, Rule.DEVICE_TIME)) == (timing.seconds < plain.seconds)
    if trust is Trust.LOW or (trust is Trust.MEDIUM and not hours):
        assert replace(timing, finished=None) == plain
    if trust is Trust.TEACHER:
        counts = min(received, finished.at)
        assert timing.seconds == decide_timing(counts, DUE, now=NOW, terms=terms).seconds
    if improved:
        timing = inherited(timing, received + dt.timedelta(days=9))
    assert read_back(timing) == timing.decided_again() == timing
    assert explain_timing(timing, "Europe/Warsaw").endswith(".")


@pytest.mark.parametrize(
    ("received", "finished", "hours", "counts"),
    [
        ("2026-05-08T12:00:00Z", offline("2026-05-08T09:00:00Z"), 48, "2026-05-08T09:00:00Z"),
        ("2026-05-10T10:00:00Z", offline("2026-05-08T10:00:00Z"), 48, "2026-05-08T10:00:00Z"),
        ("2026-05-10T10:00:00.000001Z", offline("2026-05-08T10:00:00Z"), 48, "2026-05-10T10:00:00.000001Z"),
        ("2026-05-08T12:00:00Z", offline("2026-05-08T10:00:01Z"), 48, "2026-05-08T12:00:00Z"),
        ("2026-05-08T12:00:00Z", offline("2026-05-08T09:00:00Z"), 0, "2026-05-08T12:00:00Z"),
        ("2026-05-08T12:00:00Z", offline("2026-05-08T09:00:00Z", Trust.LOW), 48, "2026-05-08T12:00:00Z"),
        ("2026-05-08T09:30:00Z", offline("2026-05-08T09:00:00Z"), 48, "2026-05-08T09:30:00Z"),
        ("2026-05-08T12:00:00Z", None, 48, "2026-05-08T12:00:00Z"),
    ],
)
def test_what_was_finished_offline_by_the_close_is_taken_within_the_grace(
    received: str, finished: Finished | None, hours: int, counts: str
) -> None:
    assert counts_as_received(at(received), finished, close=CLOSE, offline_grace_h=hours) == at(counts)
    assert counts_as_received(at(received), finished, close=None, offline_grace_h=hours) == at(received)


def test_decisions_of_version_2_know_no_device_and_are_decided_again_as_they_were() -> None:
    kept = decide_timing(at("2026-05-01T22:10:00Z"), DUE, now=NOW, terms=Terms(grace=60)).inputs()
    del kept["captured_by_device"], kept["doubt"]
    kept["offline_grace_h"] = None
    timing = Timing.stored(kept, result="late", seconds=600, rule="after_due", version=2)
    assert timing.decided_again() == timing
    assert (timing.finished, timing.terms.offline_grace_h) == (None, 0)


# --- What is stored ---------------------------------------------------------------------------------------------------


def read_back(timing: Timing) -> Timing:
    """Written down and read, as a database does it."""
    return Timing.stored(
        json.loads(json.dumps(timing.inputs())),
        result=timing.result.value,
        seconds=timing.seconds,
        rule=timing.rule.value,
        version=timing.version,
    )


def test_the_same_inputs_give_the_same_decision() -> None:
    first = decide_timing(at("2026-05-02T10:00:00Z"), DUE, now=NOW)
    assert decide_timing(at("2026-05-02T10:00:00Z"), DUE, now=NOW + dt.timedelta(days=400)) == first
    assert read_back(first) == first.decided_again() == first
    assert first.version == RULE_VERSION == 3


def test_a_decision_is_stored_with_everything_that_it_was_made_from() -> None:
    own = Override(Origin.STUDENT, due=in_may(2), id="s")
    dates = effective_dates(Base(BASE), [own], [Extension(in_may(4), id="e")])
    assert decide_timing(at("2026-05-03T10:00:00Z"), dates.due_at, now=NOW, terms=dates.terms(600, 48)).inputs() == {
        "handed_in": "2026-05-03T10:00:00+00:00",
        "first_handed_in": None,
        "due": "2026-05-04T21:59:00+00:00",
        "zone": "Europe/Warsaw",
        "tzdb": tzdb_version(),
        "due_from": "extension",
        "before_extension": "2026-05-02T21:59:00+00:00",
        "override": "s",
        "extension": "e",
        "grace": 600,
        "received": "2026-05-03T10:00:00+00:00",
        "captured": None,
        "captured_by_device": None,
        "trust": None,
        "doubt": None,
        "offline_grace_h": 48,
        "rule": "by_extension",
    }


@given(
    handed_in=st.integers(-9 * 86400, 40 * 86400).map(lambda seconds: DUE + dt.timedelta(seconds=seconds)),
    due=DUES,
    overrides=OVERRIDES,
    more=DUES,
    revised=DUES,
    grace=st.sampled_from([0, 1, 600, 172_800]),
    improved=st.booleans(),
)
def test_whatever_was_stored_is_decided_again_from_its_inputs_alone(
    handed_in: dt.datetime,
    due: Due | None,
    overrides: list[Override],
    more: Due | None,
    revised: Due | None,
    grace: int,
    improved: bool,
) -> None:
    dates = effective_dates(Base(due), overrides, [Extension(more)] if more else [], Revision(due=revised))
    timing = decide_timing(handed_in, dates.due_at, now=NOW, terms=dates.terms(grace))
    if improved:
        timing = inherited(timing, handed_in + dt.timedelta(days=9))
    assert read_back(timing) == timing.decided_again() == timing
    assert explain_timing(timing, "Europe/Warsaw").endswith(".")


@pytest.mark.parametrize(
    ("handed_in", "due", "result", "seconds", "rule"),
    [
        ("2026-05-01T21:00:00+00:00", "2026-05-01T21:59:00+00:00", "on_time", 0, "by_due"),
        ("2026-05-01T22:10:00+00:00", "2026-05-01T21:59:00+00:00", "late", 600, "after_due"),
        ("2026-05-01T22:10:00+00:00", None, "not_due", 0, "no_due_date"),
    ],
)
def test_decisions_of_version_1_are_read_and_decided_again_as_they_were(
    handed_in: str, due: str | None, result: str, seconds: int, rule: str
) -> None:
    kept = {"handed_in": handed_in, "due": due}
    timing = Timing.stored(kept, result=result, seconds=seconds, rule=rule, version=1)
    assert timing.decided_again() == timing
    assert (timing.version, timing.terms) == (1, Terms())
    today = decide_timing(at(handed_in), at(due) if due else None, now=NOW)
    assert replace(today, version=1) == timing
    assert explain_timing(today, "Europe/Warsaw") == explain_timing(timing, "Europe/Warsaw")


# --- In words ---------------------------------------------------------------------------------------------------------

FRIDAY = "Friday 1 May 2026, 23:59 Warsaw time (CEST)"
SUNDAY = "Sunday 3 May 2026, 12:00 Warsaw time (CEST)"
MONDAY = "Monday 4 May 2026, 23:59 Warsaw time (CEST)"
THREE_MORE = effective_dates(Base(BASE), (), [Extension(in_may(4))])
REVISED = effective_dates(Base(BASE), (), (), Revision(due=in_may(4)))
GROUP = effective_dates(Base(BASE), [Override(Origin.GROUP, due=in_may(4))])


@pytest.mark.parametrize(
    ("dates", "grace", "handed_in", "sentences"),
    [
        (
            effective_dates(Base(BASE)),
            0,
            "2026-05-03T10:00:00Z",
            f"Handed in {SUNDAY}, 1 day 12 hours after the due time ({FRIDAY}).",
        ),
        (
            effective_dates(Base(BASE)),
            3 * 86_400 + 5400,
            "2026-05-03T10:00:00Z",
            f"Handed in {SUNDAY}, after the due time ({FRIDAY}), and still in time. "
            "Work that comes up to 3 days 1 hour 30 minutes after the due time still counts as in time.",
        ),
        (
            THREE_MORE,
            0,
            "2026-05-03T10:00:00Z",
            f"Handed in {SUNDAY}, before the extended due time ({MONDAY}). Without the extension it would have been "
            f"{FRIDAY}.",
        ),
        (
            THREE_MORE,
            60,
            "2026-05-04T22:01:00Z",
            "Handed in Tuesday 5 May 2026, 00:01 Warsaw time (CEST), 1 minute after the extended due time "
            f"({MONDAY}). Without the extension it would have been {FRIDAY}. "
            "Work that comes up to 1 minute after the due time still counts as in time.",
        ),
        (
            GROUP,
            0,
            "2026-05-03T10:00:00Z",
            f"Handed in {SUNDAY}, before the due time ({MONDAY}). This due time was set for a group of the class.",
        ),
        (
            REVISED,
            0,
            "2026-05-03T10:00:00Z",
            f"The revision was handed in {SUNDAY}, before it was due ({MONDAY}).",
        ),
        (REVISED, 0, None, f"The revision was not handed in by the time it was due ({MONDAY})."),
    ],
)
def test_each_rule_is_explained_in_plain_sentences(
    dates: Dates, grace: int, handed_in: str | None, sentences: str
) -> None:
    came = at(handed_in) if handed_in else None
    timing = decide_timing(came, dates.due_at, now=NOW, terms=dates.terms(grace))
    assert explain_timing(timing, "Europe/Warsaw") == sentences


def test_the_words_for_an_improved_version_name_both_hand_ins() -> None:
    first, again = at("2026-05-01T22:14:00Z"), at("2026-05-20T10:00:00Z")
    late = explain_timing(inherited(decide_timing(first, DUE, now=NOW), again), "Europe/Warsaw")
    assert "again Wednesday 20 May 2026, 12:00" in late
    assert "it came Saturday 2 May 2026, 00:14 Warsaw time (CEST), 14 minutes after the due time (Friday 1 May" in late
    timely = explain_timing(inherited(decide_timing(DUE, DUE, now=NOW), again), "Europe/Warsaw")
    assert "it came Friday 1 May 2026, 23:59 Warsaw time (CEST), in time (due Friday 1 May" in timely


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("seconds", [0, 60])
def test_no_rule_is_without_words(rule: Rule, origin: Origin, seconds: int) -> None:
    terms = Terms(grace=60, due_from=origin, before_extension=DUE if origin is Origin.EXTENSION else None)
    result = Result.LATE if seconds else Result.ON_TIME
    timing = Timing(result, seconds, rule, NOW, DUE, terms=terms, first_handed_in=NOW, finished=offline(IN_TIME))
    if rule is Rule.NO_DUE_DATE:
        timing = replace(timing, due=None)
    words = explain_timing(timing, "Europe/Warsaw")
    assert words.endswith(".")
    assert "%" not in words


@pytest.mark.parametrize(
    ("finished", "hours", "received", "sentences"),
    [
        (
            offline(IN_TIME),
            48,
            "2026-05-01T22:13:00Z",
            "Finished offline Friday 1 May 2026, 23:40 Warsaw time (CEST), in time (due "
            f"{FRIDAY}), and received Saturday 2 May 2026, 00:13 Warsaw time (CEST). The device is believed: its clock "
            "agrees with the time that it counted since its last contact with this site. Work that was finished "
            "offline and comes up to 2 days late counts by when it was finished.",
        ),
        (
            replace(offline(IN_TIME, Trust.TEACHER, Doubt.OTHER_BOOT), by_device=at("2026-05-01T16:40:00Z")),
            0,
            "2026-05-01T22:13:00Z",
            "Finished offline Friday 1 May 2026, 23:40 Warsaw time (CEST), in time (due "
            f"{FRIDAY}), and received Saturday 2 May 2026, 00:13 Warsaw time (CEST). The clock of the device said "
            "Friday 1 May 2026, 18:40 Warsaw time (CEST). A teacher decided that this counts.",
        ),
        (
            offline(IN_TIME, Trust.LOW, Doubt.OTHER_BOOT),
            48,
            "2026-05-01T22:13:00Z",
            "Handed in Saturday 2 May 2026, 00:13 Warsaw time (CEST), 13 minutes after the due time "
            f"({FRIDAY}). It was finished on a device Friday 1 May 2026, 23:40 Warsaw time (CEST). That decides "
            "nothing: the device was started anew after it was last in touch with this site.",
        ),
        (
            offline(IN_TIME),
            0,
            "2026-05-01T22:13:00Z",
            "Handed in Saturday 2 May 2026, 00:13 Warsaw time (CEST), 13 minutes after the due time "
            f"({FRIDAY}). It was finished on a device Friday 1 May 2026, 23:40 Warsaw time (CEST). That decides "
            "nothing: what counts here is when work comes.",
        ),
        (
            offline(IN_TIME),
            1,
            "2026-05-01T23:13:00Z",
            "Handed in Saturday 2 May 2026, 01:13 Warsaw time (CEST), 1 hour 13 minutes after the due time "
            f"({FRIDAY}). It was finished on a device Friday 1 May 2026, 23:40 Warsaw time (CEST). That decides "
            "nothing: it came more than 1 hour late.",
        ),
    ],
)
def test_work_that_was_finished_offline_is_explained_with_both_times_and_what_is_believed_of_them(
    finished: Finished, hours: int, received: str, sentences: str
) -> None:
    terms = Terms(offline_grace_h=hours)
    timing = decide_timing(at(received), DUE, now=NOW, terms=terms, finished=finished)
    assert explain_timing(timing, "Europe/Warsaw") == sentences


@pytest.mark.parametrize("doubt", [doubt for doubt in Doubt if doubt])
def test_every_doubt_has_its_words(doubt: Doubt) -> None:
    finished = offline(IN_TIME, Trust.LOW, doubt)
    timing = decide_timing(at("2026-05-01T22:13:00Z"), DUE, now=NOW, finished=finished)
    assert "That decides nothing: " in explain_timing(timing, "Europe/Warsaw")


def test_work_that_was_finished_offline_is_flagged_with_how_long_it_took_to_arrive() -> None:
    received = at("2026-05-01T22:13:00Z")
    assert finished_offline(received, offline(IN_TIME)) == "Finished offline, arrived 33 minutes later"
    low = finished_offline(received, offline(IN_TIME, Trust.LOW, Doubt.NO_CONTACT))
    assert low == "Finished offline, 33 minutes before it arrived by the clock of the device alone"
    # What comes at once, or before it was finished, was not finished offline.
    assert finished_offline(received, offline("2026-05-01T22:12:01Z")) == ""
    assert finished_offline(received, offline("2026-05-01T23:13:00Z", Trust.LOW, Doubt.IN_THE_FUTURE)) == ""
    assert finished_offline(received, None) == ""


@pytest.mark.parametrize(
    ("finished", "hours", "flagged"),
    [
        (offline("2026-05-01T21:59:50Z"), 1, True),
        (offline("2026-05-01T21:59:50Z"), 0, False),
        (offline("2026-05-01T21:59:50Z", Trust.LOW, Doubt.NO_CONTACT), 1, False),
        (offline("2026-05-01T21:59:50Z", Trust.TEACHER), 0, True),
        # Later than it was due either way, and less late by the device's word.
        (offline("2026-05-01T22:00:05Z"), 1, True),
        (offline("2026-05-01T22:00:20Z"), 1, False),
    ],
)
def test_what_hangs_on_the_word_of_a_device_is_flagged_however_soon_it_came(
    finished: Finished, hours: int, flagged: bool
) -> None:
    received = at("2026-05-01T22:00:20Z")
    decided = decide_timing(received, DUE, now=NOW, terms=Terms(offline_grace_h=hours), finished=finished)
    words = "Finished offline, arrived less than a minute later" if flagged else ""
    assert decided.by_device is flagged
    assert finished_offline(received, finished, decides=decided.by_device) == words
    # What is improved inherits it.
    again = inherited(decided, at("2026-05-09T10:00Z"))
    assert again.by_device is flagged


# --- Windows ----------------------------------------------------------------------------------------------------------


def test_an_assignment_never_closes_before_it_is_due() -> None:
    assert effective_close(None, DUE) is None
    assert effective_close(NOW, None) == NOW
    assert effective_close(NOW, DUE) == NOW
    early = DUE - dt.timedelta(days=1)
    assert effective_close(early, DUE) == over(DUE) - dt.timedelta(microseconds=1)
