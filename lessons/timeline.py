"""A timeline drawn to scale, as finished values: events above the line, documents under it.

A date that is not known to the day is as long as it may be: a bar where that can be seen, else a mark in its middle.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.dateformat import format as date_format

_ZOOMS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # years on one drawing
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # years between ticks
_TICKS_AT_MOST: Final = 12
# The drawing is at least 70rem wide: in this many per cent of it a mark has its 24 pixels for itself.
_ROOM: Final = 2.2
_LANE: Final = 24
_LANES: Final = {True: 9, False: 6}  # above and under the line
_EDGE: Final = 1.5


@dataclass(frozen=True)
class Span:
    """Whole years, the first of them and how many."""

    first: int
    years: int

    @property
    def start(self) -> int:
        return datetime.date(self.first, 1, 1).toordinal()

    @property
    def end(self) -> int:
        """The day after the last."""
        return datetime.date(self.first + self.years - 1, 12, 31).toordinal() + 1

    @property
    def words(self) -> str:
        return str(self.first) if self.years == 1 else f"{self.first}–{self.first + self.years - 1}"

    def at(self, ordinal: float) -> float:
        """The place of a day in per cent of the drawing."""
        part = (ordinal - self.start) / (self.end - self.start)
        return _EDGE + (100 - 2 * _EDGE) * min(max(part, 0.0), 1.0)


@dataclass(frozen=True)
class Spot:
    """Something with a date. An end that is None is open or unknown."""

    anchor: str
    label: str
    above: bool
    first: datetime.date | None
    last: datetime.date | None

    def within(self, span: Span) -> bool:
        first, last = self.ordinals(span)
        return first < span.end and last > span.start

    def ordinals(self, span: Span) -> tuple[int, int]:
        """Its first day and the day after its last; an open end reaches as far as the drawing."""
        first = self.first.toordinal() if self.first else min(span.start, self.last.toordinal() if self.last else 0)
        last = self.last.toordinal() + 1 if self.last else max(span.end, first + 1)
        return first, last


@dataclass(frozen=True)
class Mark:
    number: str
    label: str
    url: str
    above: bool
    more: bool  # stands for several that have no room
    x: str
    y: int
    bar: str  # the length of the bar that begins at x, or nothing

    @property
    def text_y(self) -> int:
        return self.y + 4

    @property
    def bar_y(self) -> int:
        return self.y - 4


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class Drawing:
    words: str  # the years that it covers
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    height: int
    line: int  # where the line of time stands

    @property
    def tick_end(self) -> int:
        return self.line + 6

    @property
    def tick_text(self) -> int:
        return self.line + 22


def whole(spots: Iterable[Spot]) -> Span | None:
    """The years from the first day to the last."""
    years = [day.year for spot in spots for day in (spot.first, spot.last) if day]
    return Span(min(years), max(years) - min(years) + 1) if years else None


def chosen(full: Span, first: str, years: str) -> Span:
    """The part of `full` that an address names, or all of it."""
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in (first, years)):
        return full
    if int(years) not in _ZOOMS or int(years) >= full.years:
        return full
    return _inside(full, int(first), int(years))


def _inside(full: Span, first: int, years: int) -> Span:
    return Span(max(full.first, min(first, full.first + full.years - years)), years)


def nearer(full: Span, span: Span, middle: int | None = None) -> Span | None:
    """The next part that is smaller, around this year or the middle."""
    smaller = [years for years in _ZOOMS if years < span.years]
    if not smaller:
        return None
    middle = span.first + span.years // 2 if middle is None else middle
    return _inside(full, middle - smaller[-1] // 2, smaller[-1])


def farther(full: Span, span: Span) -> Span | None:
    if span == full:
        return None
    larger = next((years for years in _ZOOMS if years > span.years), full.years)
    return full if larger >= full.years else _inside(full, span.first - (larger - span.years) // 2, larger)


def moved(full: Span, span: Span, way: int) -> Span | None:
    """Half its length earlier (-1) or later (1), or None at the end."""
    other = _inside(full, span.first + way * max(1, span.years // 2), span.years)
    return other if other != span else None


def draw(full: Span, span: Span, numbered: Sequence[tuple[int, Spot]], url: Callable[[Span], str]) -> Drawing:
    """These spots on this part of the time. `url` is where another part is drawn."""
    places = {
        above: _placed(span, [each for each in numbered if each[1].above is above], above) for above in (True, False)
    }
    lanes = {above: max((lane + 1 for lane, *_rest in placed), default=0) for above, placed in places.items()}
    line = 16 + _LANE * max(lanes[True], 1)
    marks: list[Mark] = []
    for above, placed in places.items():
        for lane, x, length, group in placed:
            y = line - 20 - _LANE * lane if above else line + 44 + _LANE * lane
            marks.append(_mark(full, span, x, y, length, group, url))
    height = line + 32 + (_LANE * lanes[False] + 8 if lanes[False] else 0)
    return Drawing(span.words, tuple(marks), tuple(_ticks(span)), height, line)


def _mark(
    full: Span, span: Span, x: float, y: int, length: float, group: list[tuple[int, Spot]], url: Callable[[Span], str]
) -> Mark:
    number, spot = group[0]
    closer = nearer(full, span, middle_year(spot, span)) if len(group) > 1 else None
    return Mark(
        number=f"+{len(group)}" if len(group) > 1 else str(number),
        label=spot.label,
        url=url(closer) if closer else f"#{spot.anchor}",
        above=spot.above,
        more=len(group) > 1,
        x=_per_cent(x),
        y=y,
        bar=_per_cent(length) if length else "",
    )


def middle_year(spot: Spot, span: Span) -> int:
    """The year in which the middle of it stands on this drawing."""
    first, last = spot.ordinals(span)
    return datetime.date.fromordinal(min(max((first + last) // 2, span.start), span.end - 1)).year


def _placed(
    span: Span, numbered: list[tuple[int, Spot]], above: bool
) -> list[tuple[int, float, float, list[tuple[int, Spot]]]]:
    """Lane, place, length and members of each mark. What finds no lane stands together in the outermost one."""
    found = []
    for number, spot in numbered:
        first, last = spot.ordinals(span)
        start, end = span.at(first), span.at(last)
        found.append((start, end, number, spot) if end - start >= _ROOM else ((start + end) / 2, 0.0, number, spot))
    found.sort(key=lambda each: (each[0], each[2]))
    ends: list[float] = []
    placed: list[tuple[int, float, float, list[tuple[int, Spot]]]] = []
    crowd: tuple[int, float, float, list[tuple[int, Spot]]] | None = None
    for x, end, number, spot in found:
        lane = next((i for i, taken in enumerate(ends) if x - taken >= _ROOM), len(ends))
        if lane >= _LANES[above]:
            if crowd is None or x - crowd[1] >= _ROOM:
                crowd = (_LANES[above], x, 0.0, [])
                placed.append(crowd)
            crowd[3].append((number, spot))
            continue
        ends[lane : lane + 1] = [max(x, end)]
        placed.append((lane, x, max(end - x, 0.0) if end else 0.0, [(number, spot)]))
    return placed


def _ticks(span: Span) -> Iterable[Tick]:
    if span.years <= 2:
        for index in range(0, 12 * span.years, span.years):
            year, month = span.first + index // 12, index % 12 + 1
            day = datetime.date(year, month, 1)
            yield Tick(_per_cent(span.at(day.toordinal())), date_format(day, "Y" if month == 1 else "M"))
        return
    step = next(step for step in _STEPS if span.years / step <= _TICKS_AT_MOST)
    for year in range(-(-span.first // step) * step, span.first + span.years, step):
        yield Tick(_per_cent(span.at(datetime.date(year, 1, 1).toordinal())), str(year))


def _per_cent(value: float) -> str:
    # Not through the locale: this is a coordinate.
    return f"{value:.2f}%"
