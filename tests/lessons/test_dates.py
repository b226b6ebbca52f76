import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import dates


@pytest.mark.parametrize(
    ("edtf", "words", "first", "last"),
    [
        ("1956", "1956", "1956-01-01", "1956-12-31"),
        ("1956~", "c. 1956", "1956-01-01", "1956-12-31"),
        ("1956?", "1956?", "1956-01-01", "1956-12-31"),
        ("1956%", "c. 1956?", "1956-01-01", "1956-12-31"),
        ("1956-02", "February 1956", "1956-02-01", "1956-02-29"),
        ("1957-02", "February 1957", "1957-02-01", "1957-02-28"),
        ("1956-02-25", "25 February 1956", "1956-02-25", "1956-02-25"),
        ("1956-02-XX", "February 1956", "1956-02-01", "1956-02-29"),
        ("1956-21", "spring 1956", "1956-03-01", "1956-05-31"),
        ("195X", "1950s", "1950-01-01", "1959-12-31"),
        ("19XX", "1900–1999", "1900-01-01", "1999-12-31"),
        ("1953/1964", "1953–1964", "1953-01-01", "1964-12-31"),
        ("1953~/1964", "c. 1953 – 1964", "1953-01-01", "1964-12-31"),
        ("1956-06/1956-07", "June–July 1956", "1956-06-01", "1956-07-31"),
        ("1956-02-14/1956-02-25", "14–25 February 1956", "1956-02-14", "1956-02-25"),
        ("1955-12-31/1956-02-09", "31 December 1955 – 9 February 1956", "1955-12-31", "1956-02-09"),
        ("../1956", "until 1956", None, "1956-12-31"),
        ("/1956", "until 1956 (start unknown)", None, "1956-12-31"),
        ("1956/..", "from 1956", "1956-01-01", None),
        ("1956/", "from 1956 (end unknown)", "1956-01-01", None),
        ("0988", "988", "0988-01-01", "0988-12-31"),
    ],
)
def test_a_date_is_shown_and_sorted_by_what_it_covers(edtf, words, first, last):
    assert dates.display(edtf) == words
    assert dates.sort_range(edtf) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "circa 1956", "1956-13", "1957-02-29", "1956-2", "25.2.1956", "0000", "1964/1953", "../..", "/", "0000/"),
        *("-0044", "Y12345", "1956/1957/1958", "{1956,1957}", "１９５６", "1956-02-25T10:00", "XXXX", "195X-02-30"),
    ],
)
def test_what_is_no_date_is_refused_by_name(text):
    with pytest.raises(dates.InvalidDate):
        dates.parse(text)


def test_chicago_puts_the_month_first():
    assert dates.display("1956-02-25", "month first") == "February 25, 1956"
    assert dates.display("1956-02-14/1956-02-25", "month first") == "February 14–25, 1956"


def test_dates_sort_by_their_first_day():
    shuffled = ["1956-02-25", "1953/1964", "../1956", "1956", "1956-02", "1957~"]
    in_order = sorted(shuffled, key=lambda text: dates.parse(text).sort_key())
    assert in_order == ["../1956", "1953/1964", "1956", "1956-02", "1956-02-25", "1957~"]


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("1956", "1956-02-25", True),
        ("1956-02", "1956-03", False),
        ("1953/1956-02", "1956-02-29", True),
        ("../1955", "1956", False),
        ("1956/..", "2000", True),
        ("195X", "1960", False),
    ],
)
def test_two_dates_overlap_when_some_day_may_be_both(one, other, answer):
    assert dates.overlap(dates.parse(one), dates.parse(other)) is answer
    assert dates.overlap(dates.parse(other), dates.parse(one)) is answer


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_day_of_the_calendar_is_itself(day):
    date = dates.parse(day.isoformat())
    assert (date.first, date.last) == (day, day)
    assert dates.overlap(date, dates.parse(f"{day:%Y-%m}"))


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        ("1956", "1956-02", ("1956-02-01", "1956-02-29")),
        ("1953/1956-02", "1956", ("1956-01-01", "1956-02-29")),
        ("1953/..", "../1954", ("1953-01-01", "1954-12-31")),
        ("../1953", "../1954", ("0001-01-01", "1953-12-31")),
        ("1953", "1954", None),
    ],
)
def test_what_two_dates_share_is_computed_to_the_day(one, other, days):
    found = dates.shared(dates.parse(one), dates.parse(other))
    assert (found and tuple(day.isoformat() for day in found)) == days


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (1953, 1956, ("1953-01-01", "1956-12-31")),
        (None, 1956, ("0001-01-01", "1956-12-31")),
        (1953, None, ("1953-01-01", "9999-12-31")),
        (1956, 1953, None),
        (0, 10_000, None),
    ],
)
def test_years_are_whole(first, last, days):
    found = dates.within_years(first, last)
    assert (found and tuple(day.isoformat() for day in found)) == days


some_dates = st.builds(
    lambda start, length, tail: f"{start:04}/{start + length:04}" if length else f"{start:04}{tail}",
    st.integers(1900, 1980),
    st.integers(0, 30),
    st.sampled_from(["", "~", "-02", "-02-11", "?"]),
).map(dates.parse)


@given(some_dates, some_dates, some_dates)
def test_dates_that_share_a_day_overlap_whichever_comes_first(one, other, third):
    found = dates.shared(one, other)
    assert found == dates.shared(other, one)
    assert dates.overlap(one, other) is (found is not None)
    assert dates.overlap(one, one)
    if found and dates.overlap(third, one):
        assert third.sort_key()[0] <= one.sort_key()[1]
    if not found:
        assert one.sort_key()[1] < other.sort_key()[0] or other.sort_key()[1] < one.sort_key()[0]
