"""Uncertain dates, written in EDTF (ISO 8601-2): what range they cover and how a reader sees them.

Carried: a day, month, season, year, decade or century, each perhaps approximate (~), uncertain (?) or both (%),
and an interval of two of them, either end open (..) or unknown (left out). Years 1 to 9999.
"""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import edtf
from edtf.parser.edtf_exceptions import EDTFParseException

Order = Literal["day first", "month first"]

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
OPEN: Final = ".."
UNKNOWN: Final = ""

_POINT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<mark>[~?%]?)"
)


class InvalidDate(ValueError):
    """Not an EDTF date of the kinds carried here."""

    code = "date-invalid"


@dataclass(frozen=True, slots=True)
class Point:
    """One end of a date, or all of it."""

    year: str  # "1956", "195X", "19XX"
    month: str  # "02", a season "21" to "24", or ""
    day: str
    mark: str  # "~", "?", "%" or ""
    first: datetime.date
    last: datetime.date

    @property
    def approximate(self) -> bool:
        return self.mark in {"~", "%"}

    @property
    def uncertain(self) -> bool:
        return self.mark in {"?", "%"}


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """A parsed date. An end is a Point, OPEN (it went on) or UNKNOWN; a single date has two equal ends."""

    edtf: str
    start: Point | str
    end: Point | str

    @property
    def first(self) -> datetime.date | None:
        """The first day that it may mean; None when the start is open or unknown."""
        return self.start.first if isinstance(self.start, Point) else None

    @property
    def last(self) -> datetime.date | None:
        return self.end.last if isinstance(self.end, Point) else None

    @property
    def is_interval(self) -> bool:
        return "/" in self.edtf

    def sort_key(self) -> tuple[datetime.date, datetime.date]:
        """Orders by the first day, then the last: a year stands before its own months' end, an open start first."""
        return (self.first or datetime.date.min, self.last or datetime.date.max)


@lru_cache(maxsize=8192)
def parse(text: str) -> UncertainDate:
    """The date that this EDTF says; raises InvalidDate."""
    # Kept, since the grammar takes tens of milliseconds, and a course says the same few hundred dates again and again.
    text = text.strip()
    if "/" not in text:
        point = _point(text)
        return UncertainDate(text, point, point)
    left, _, right = text.partition("/")
    start = left if left in {OPEN, UNKNOWN} else _point(left)
    end = right if right in {OPEN, UNKNOWN} else _point(right)
    if not isinstance(start, Point) and not isinstance(end, Point):
        raise InvalidDate(f"{text!r}: neither end is a date")
    if isinstance(start, Point) and isinstance(end, Point) and end.last < start.first:
        raise InvalidDate(f"{text!r}: ends before it starts")
    return UncertainDate(text, start, end)


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if match is None:
        raise InvalidDate(f"{text!r} is no date of the form 1956, 1956-02, 1956-02-25, 195X or 1956~")
    try:
        parsed = edtf.parse_edtf(text)
        first, last = datetime.date(*parsed.lower_strict()[:3]), datetime.date(*parsed.upper_strict()[:3])
    except (EDTFParseException, ValueError, TypeError) as error:
        raise InvalidDate(f"{text!r}: no such date") from error
    part = match.groupdict(default="")
    known_month = part["month"] if part["month"] != "XX" else ""
    known_day = part["day"] if known_month and part["day"] != "XX" else ""
    return Point(part["year"], known_month, known_day, part["mark"], first, last)


def sort_range(text: str) -> tuple[str | None, str | None]:
    """First and last day as ISO dates; None where the interval is open or its end unknown."""
    date = parse(text)
    first, last = date.first, date.last
    return (first.isoformat() if first else None, last.isoformat() if last else None)


def overlap(one: UncertainDate, other: UncertainDate) -> bool:
    """Whether some day may be meant by both. An open or unknown end reaches without limit."""
    return shared(one, other) is not None


def shared(one: UncertainDate, other: UncertainDate) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that both may mean; None when there is none. Without limit is the calendar's end."""
    first = max(one.sort_key()[0], other.sort_key()[0])
    last = min(one.sort_key()[1], other.sort_key()[1])
    return (first, last) if first <= last else None


def within_years(first: int | None, last: int | None) -> tuple[datetime.date, datetime.date] | None:
    """The days from the beginning of one year to the end of another, either left out; None when there are none."""
    start, end = first or datetime.MINYEAR, last or datetime.MAXYEAR
    if not datetime.MINYEAR <= start <= end <= datetime.MAXYEAR:
        return None
    return datetime.date(start, 1, 1), datetime.date(end, 12, 31)


def display(text: str, order: Order = "day first") -> str:
    """As a reader sees it: "c. 1956", "February 1956", "1953–1964"; empty for an empty date."""
    if not text.strip():
        return ""
    date = parse(text)
    start, end = date.start, date.end
    if not isinstance(start, Point):
        assert isinstance(end, Point)
        return f"until {_words(end, order)}" if start == OPEN else f"until {_words(end, order)} (start unknown)"
    if not isinstance(end, Point):
        return f"from {_words(start, order)}" if end == OPEN else f"from {_words(start, order)} (end unknown)"
    if not date.is_interval:
        return _words(start, order)
    return _span(start, end, order)


def _span(start: Point, end: Point, order: Order) -> str:
    """An interval, saying once what both ends share."""
    if start.mark or end.mark or start.year != end.year or not (start.month and end.month):
        plain_years = not (start.month or end.month or start.mark or end.mark)
        return f"{_words(start, order)}{'–' if plain_years else ' – '}{_words(end, order)}"
    if start.month == end.month and start.day and end.day:
        month = MONTHS[int(start.month) - 1]
        if order == "month first":
            return f"{month} {int(start.day)}–{int(end.day)}, {start.year}"
        return f"{int(start.day)}–{int(end.day)} {month} {start.year}"
    if not start.day and not end.day:
        return f"{_month(start.month)}–{_month(end.month)} {start.year}"
    return f"{_words(start, order)} – {_words(end, order)}"


def _words(point: Point, order: Order) -> str:
    if point.year.endswith("XX"):
        words = f"{point.year[:2]}00–{point.year[:2]}99"
    elif point.year.endswith("X"):
        words = f"{point.year[:3]}0s"
    else:
        year = str(int(point.year))
        if point.day:
            day = str(int(point.day))
            month = MONTHS[int(point.month) - 1]
            words = f"{month} {day}, {year}" if order == "month first" else f"{day} {month} {year}"
        elif point.month:
            words = f"{_month(point.month)} {year}"
        else:
            words = year
    return f"{'c. ' if point.approximate else ''}{words}{'?' if point.uncertain else ''}"


def _month(code: str) -> str:
    return SEASONS[code] if code in SEASONS else MONTHS[int(code) - 1]


# --- What is sure -----------------------------------------------------------------------------------------------------


def earliest(text: str, first: str | None) -> datetime.date | None:
    """The first day that this date, whose range begins on `first`, may mean when its marks are taken at their word."""
    day = _day(first)
    return day and _moved(day, -_slack(text.partition("/")[0]))


def latest(text: str, last: str | None) -> datetime.date | None:
    """The last day that this date, whose range ends on `last`, may mean; None when it is open or unknown."""
    day = _day(last)
    return day and _moved(day, _slack(text.rpartition("/")[2]))


def _day(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _slack(point: str) -> int:
    """How many days "about" and "perhaps" add at each end: one more of what the date names, a year for a year."""
    match = _POINT.fullmatch(point.strip())
    if match is None or not match["mark"]:
        return 0
    if match["year"].endswith("X"):
        return 36_525 if match["year"].endswith("XX") else 3_653
    if (match["month"] or "XX") == "XX":
        return 366
    if (match["day"] or "XX") == "XX":
        return 92 if match["month"] in SEASONS else 31
    return 1


def _moved(day: datetime.date, days: int) -> datetime.date:
    try:
        return day + datetime.timedelta(days)
    except OverflowError:
        return datetime.date.max if days > 0 else datetime.date.min
