"""Times in words."""

from datetime import UTC, datetime

import pytest

from destalin_site.common import moments

DUE = datetime(2026, 3, 20, 22, 59, tzinfo=UTC)


def test_a_moment_names_its_day_its_clock_and_its_zone():
    assert moments.moment(DUE, "Europe/Warsaw") == "Friday 20 March 2026, 23:59 Warsaw time (CET)"
    assert moments.moment_short(DUE, "Europe/Warsaw") == "20 March, 23:59 (CET)"


def test_summer_time_is_called_by_its_own_name():
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert moments.moment(summer, "Europe/Warsaw").endswith("14:00 Warsaw time (CEST)")


def test_a_zone_without_a_place_is_named_once():
    assert moments.moment(DUE, "UTC") == "Friday 20 March 2026, 22:59 UTC"


@pytest.mark.parametrize(
    ("zone", "name", "short"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "UTC-3"),
        ("Asia/Kathmandu", "Kathmandu time", "UTC+5:45"),
        ("Europe/Berlin", "Berlin time", "CET"),
        ("UTC", "UTC", "UTC"),
        ("Etc/UTC", "UTC", "UTC"),
        ("Mars/Olympus", "UTC", "UTC"),
    ],
)
def test_every_zone_has_a_name_that_a_person_reads(zone, name, short):
    assert moments.zone_name(zone) == name
    assert moments.zone_short(DUE, zone) == short


@pytest.mark.parametrize(
    ("seconds", "short", "spoken"),
    [
        (1, "1 min", "1 minute"),
        (59, "1 min", "1 minute"),
        (14 * 60 + 59, "14 min", "14 minutes"),
        (3599, "59 min", "59 minutes"),
        (3600, "1 h", "1 hour"),
        (86_399, "23 h", "23 hours"),
        (86_400, "1 d", "1 day"),
        (200_000, "2 d", "2 days"),
    ],
)
def test_a_span_is_its_largest_whole_unit(seconds, short, spoken):
    assert (moments.span(seconds), moments.span_spoken(seconds)) == (short, spoken)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (2 * 3600 + 301, "2 hours 5 minutes"),
        (3 * 3600 + 3599, "3 hours"),
        (86_399, "23 hours"),
        (2 * 86_400 - 1, "1 day 23 hours"),
        (2 * 86_400 + 59, "2 days"),
        (3 * 86_400 + 86_399, "3 days"),
    ],
)
def test_time_that_is_left_does_not_lose_most_of_itself_in_its_words(seconds: int, words: str) -> None:
    assert moments.span_left(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (3599, "59 minutes"),
        (3600 + 13 * 60, "1 hour 13 minutes"),
        (5 * 3600 + 59, "5 hours"),
        (2 * 86_400 - 1, "1 day 23 hours"),
        (3 * 86_400 + 86_399, "3 days 23 hours"),
        (7 * 86_400, "7 days"),
    ],
)
def test_how_late_something_is_keeps_what_a_deduction_may_go_by(seconds: int, words: str) -> None:
    assert moments.span_late(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 minutes"),
        (1, "1 second"),
        (60, "1 minute"),
        (5400, "1 hour 30 minutes"),
        (86_400, "1 day"),
        (2 * 86_400 + 3601, "2 days 1 hour 1 second"),
    ],
)
def test_a_span_that_is_relied_on_is_told_whole(seconds, words):
    assert moments.span_exact(seconds) == words
