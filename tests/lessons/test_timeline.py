"""What is sure about a date, and a timeline drawn to scale: rules about values."""

import datetime

import pytest

from lessons import dates, timeline
from lessons.reference import Event, When, Work
from lessons.timeline import Span, Spot


def when(text: str) -> When:
    return When(text, dates.display(text), *dates.sort_range(text))


def event(date: str, known: str = "") -> Event:
    return Event("e", "It", when(date), "", when(known or date), "", "", "")


def work(date: str) -> Work:
    return Work("w", "w", "A", "A letter", "en", "", (), when(date), True)


@pytest.mark.parametrize(
    ("date", "known", "made", "sure"),
    [
        ("1956-02-25", "", "1956-02-25", True),  # on the very day
        ("1956-02-26", "", "1956-02-25", False),
        ("1956-02", "", "1956-03", True),
        ("1956-02", "", "1956-02", False),  # within one month nobody knows which came first
        ("1956-02", "", "1956-02-29", True),
        ("1956", "", "1956-12-30", False),
        ("1956-02-25", "1956-06-04", "1956-06-03", False),
        ("1956-02-25", "1956-06-04", "1956-06-04", True),
        ("1953/1964", "1953", "1960", False),  # known, and not over
        ("1955~", "", "1956", False),  # about 1955 may be 1956
        ("1955~", "", "1957", True),
        ("1956-02-25", "", "1956-02~", False),  # the letter may be older than it says
        ("1955-02-25", "", "1956/", True),  # begun in 1956 at the earliest
        ("1956-02-25", "", "/2005", False),  # nobody knows since when
        ("1950/", "", "2020", False),
    ],
)
def test_only_what_was_surely_over_and_known_counts_as_known_then(date, known, made, sure):
    assert event(date, known).surely_known(work(made)) is sure


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1956-02-25", "1956-02-25", "1956-02-25"),
        ("1956-02-25?", "1956-02-24", "1956-02-26"),
        ("1956-02~", "1956-01-01", "1956-03-31"),
        ("1956~", "1954-12-31", "1958-01-01"),
        ("1953/1964~", "1953-01-01", "1966-01-01"),
        ("9999~", "9998-01-01", "9999-12-31"),
    ],
)
def test_about_and_perhaps_reach_one_unit_further(text, first, last):
    date = when(text)
    assert abs((date.earliest - datetime.date.fromisoformat(first)).days) <= 1
    assert abs((date.latest - datetime.date.fromisoformat(last)).days) <= 1


def spot(date: str, above: bool = True, name: str = "x") -> Spot:
    return Spot(f"e-{name}", name, above, *when(date).days)


def drawn(*spots: Spot, span: Span | None = None) -> timeline.Drawing:
    full = timeline.whole(spots)
    assert full is not None
    return timeline.draw(full, span or full, list(enumerate(spots, 1)), lambda part: f"?from={part.first}")


def test_places_are_to_scale_and_a_wide_date_is_as_long_as_it_is():
    drawing = drawn(spot("1950-01-01"), spot("1954-12-31"), spot("1959-12-31"), spot("1952/1953", above=False))
    first, middle, last, bar = drawing.marks
    assert float(first.x[:-1]) == pytest.approx(1.5, abs=0.1)
    assert float(middle.x[:-1]) == pytest.approx(50, abs=0.1)
    assert float(last.x[:-1]) == pytest.approx(98.5, abs=0.1)
    assert (float(bar.x[:-1]), float(bar.bar[:-1])) == (pytest.approx(20.9, abs=0.1), pytest.approx(19.4, abs=0.1))
    assert not first.bar
    assert first.y < drawing.line < bar.y < drawing.height


def test_marks_in_one_lane_keep_clear_of_each_other_and_a_crowd_stands_together():
    drawing = drawn(*(spot("1956-02-25", name=str(i)) for i in range(40)), spot("1990"))
    lanes: dict[int, list[float]] = {}
    for mark in drawing.marks:
        lanes.setdefault(mark.y, []).append(float(mark.x[:-1]))
        assert 0 < mark.y < drawing.height
    assert all(b - a >= 2.2 for xs in lanes.values() for a, b in zip(sorted(xs), sorted(xs)[1:], strict=False))
    [crowd] = [mark for mark in drawing.marks if mark.more]
    assert crowd.number == "+31"
    assert crowd.url.startswith("?from=19")
    alone = drawn(*(spot("1956-02-25", name=str(i)) for i in range(40)))
    assert [mark.url for mark in alone.marks if mark.more] == ["#e-9"]  # nothing closer: the list has it


def test_zoom_goes_nearer_farther_earlier_and_later_and_stays_inside():
    full = Span(1917, 106)
    near = timeline.nearer(full, full, 1956)
    assert near == Span(1917, 100)
    five = timeline.chosen(full, "1953", "5")
    assert five == Span(1953, 5)
    assert timeline.nearer(full, five, 1956) == Span(1955, 2)
    assert timeline.nearer(full, Span(1956, 1)) is None
    assert timeline.farther(full, five) == Span(1951, 10)
    assert timeline.farther(full, full) is None
    assert timeline.moved(full, five, 1) == Span(1955, 5)
    assert timeline.moved(full, Span(1917, 5), -1) is None
    assert timeline.chosen(full, "3000", "5") == Span(2018, 5)
    for first, years in [("", ""), ("x", "5"), ("1953", "3"), ("1953", "500"), ("1953", "-1"), ("१९५३", "5")]:
        assert timeline.chosen(full, first, years) == full


@pytest.mark.parametrize(
    ("span", "labels"),
    [(Span(1956, 1), ["1956", "Feb"]), (Span(1955, 2), ["1955", "Mar"]), (Span(1917, 106), ["1920", "1930"])],
)
def test_ticks_say_months_near_by_and_years_from_far(span, labels):
    ticks = drawn(spot("1917"), spot("1956"), spot("2022"), span=span).ticks
    assert [tick.label for tick in ticks][:2] == labels
    assert len(ticks) <= 12


def test_an_open_end_reaches_as_far_as_the_drawing():
    drawing = drawn(spot("1950"), spot("1956/", name="open"), spot("/1953", name="late"), spot("1960"))
    ends = {mark.label: float(mark.x[:-1]) + float(mark.bar[:-1] or 0) for mark in drawing.marks}
    assert ends["open"] == pytest.approx(98.5, abs=0.1)
    assert next(float(mark.x[:-1]) for mark in drawing.marks if mark.label == "late") == pytest.approx(1.5, abs=0.1)
