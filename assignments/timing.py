"""When work is due, and whether it came in time.

A due time is a local date, a local time and an IANA zone; the instant is resolved from them and stored beside them with
the version of the zone data. A timing decision is a function of stored inputs only: the same inputs give the same
answer for ever.
"""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

RULE_VERSION: Final = 1

# Whatever the zone, days around these are still in the calendar: a year 1 or 9999 falls off its end.
FIRST_DAY: Final = dt.date(1970, 1, 1)
LAST_DAY: Final = dt.date(2199, 12, 31)

_MINUTE: Final = dt.timedelta(minutes=1)
_SECOND: Final = dt.timedelta(seconds=1)
_TICK: Final = dt.timedelta(microseconds=1)


class Shift(StrEnum):
    """What a change of the clocks did to a due time."""

    NONE = ""
    GAP = "gap"  # that time did not exist: moved forward by the gap
    OVERLAP = "overlap"  # that time came twice: the later one counts


class UnknownZone(ValueError):
    """A zone name that the zone data does not know."""


class OutOfReach(ValueError):
    """A day before FIRST_DAY or after LAST_DAY."""


def within_reach(day: dt.date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


def zone_named(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


@lru_cache(maxsize=1)
def tzdb_version() -> str:
    """The version of the zone data that `zone_named` reads, for example "2026f"."""
    for folder in zoneinfo.TZPATH:
        source = Path(folder) / "tzdata.zi"
        if source.is_file():
            with source.open(encoding="ascii") as lines:
                return lines.readline().removeprefix("# version ").strip()
    import tzdata

    return tzdata.IANA_VERSION


@dataclass(frozen=True, slots=True)
class Due:
    """A due time: what was said, and the instant it stands for."""

    date: dt.date
    time: dt.time
    zone: str
    at: dt.datetime
    tzdb: str
    shift: Shift = Shift.NONE

    @classmethod
    def resolve(cls, date: dt.date, time: dt.time, zone: str) -> Due:
        """The instant of a local time: in a gap moved forward by the gap, in an overlap the later one."""
        tz = zone_named(zone)
        if not within_reach(date):
            raise OutOfReach(date)
        local = dt.datetime.combine(date, time.replace(tzinfo=None, fold=0), tz)
        first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
        assert first is not None
        assert second is not None
        # In a gap the offset from before the change, fold 0, is the one that moves the time forward.
        shift = Shift.NONE if first == second else (Shift.GAP if first < second else Shift.OVERLAP)
        instant = local.replace(fold=1) if shift is Shift.OVERLAP else local
        return cls(date, local.time(), zone, instant.astimezone(dt.UTC), tzdb_version(), shift)

    @property
    def local(self) -> dt.datetime:
        """The instant on the clocks of its zone; after a gap this is later than what was said."""
        return self.at.astimezone(zone_named(self.zone))

    @property
    def over(self) -> dt.datetime:
        """The first instant after the due time: 23:59 lasts until midnight, 23:59:30 until :31."""
        return over(self.at)


def over(at: dt.datetime) -> dt.datetime:
    """The first instant after a due time resolved to `at`. A time given to the minute ends with that minute."""
    return at + (_MINUTE if at.second == 0 and at.microsecond == 0 else _SECOND)


class Result(StrEnum):
    NOT_DUE = "not_due"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


class Rule(StrEnum):
    NO_DUE_DATE = "no_due_date"
    NOT_YET_DUE = "not_yet_due"
    BY_DUE = "by_due"
    AFTER_DUE = "after_due"
    NOTHING_HANDED_IN = "nothing_handed_in"
    KEPT = "kept"  # decided by an earlier due time, kinder than the one that holds now


@dataclass(frozen=True, slots=True)
class Timing:
    """A decision with everything it was made from."""

    result: Result
    seconds: int  # late by so many, counted from due; 0 unless late or missing
    rule: Rule
    handed_in: dt.datetime | None
    due: dt.datetime | None
    version: int = RULE_VERSION

    def inputs(self) -> dict[str, Any]:
        """What the decision was made from, as it is stored."""
        return {
            "handed_in": self.handed_in.isoformat() if self.handed_in else None,
            "due": self.due.isoformat() if self.due else None,
        }


def decide_timing(handed_in: dt.datetime | None, due: dt.datetime | None, *, now: dt.datetime) -> Timing:
    """Whether work handed in at `handed_in` (None: nothing is) meets a due time resolved to `due` (None: there is
    none)."""

    def decision(result: Result, rule: Rule, late_at: dt.datetime | None = None) -> Timing:
        seconds = max(1, math.ceil((late_at - over(due)).total_seconds())) if late_at and due else 0
        return Timing(result, seconds, rule, handed_in, due)

    if due is None:
        return decision(Result.NOT_DUE, Rule.NO_DUE_DATE)
    last = over(due) - _TICK
    if handed_in is None:
        if now > last:
            return decision(Result.MISSING, Rule.NOTHING_HANDED_IN, now)
        return decision(Result.NOT_DUE, Rule.NOT_YET_DUE)
    if handed_in <= last:
        return decision(Result.ON_TIME, Rule.BY_DUE)
    return decision(Result.LATE, Rule.AFTER_DUE, handed_in)


def never_worse(old: Timing, new: Timing) -> Timing:
    """The decision to keep when a date moved: the one kinder to the student, and the old one when they are equal."""
    return new if (new.seconds < old.seconds or (old.result is Result.LATE and new.result is not Result.LATE)) else old


def standing_timing(handed_in: dt.datetime, due: dt.datetime | None, late_seconds: int) -> Timing:
    """What stands of work that was decided to be `late_seconds` late, while the due time now is `due`. Where that comes
    to something else, the due time has moved since and was not let count."""
    fresh = decide_timing(handed_in, due, now=handed_in)
    if due is None or fresh.seconds == late_seconds:
        return fresh
    return Timing(Result.LATE if late_seconds else Result.ON_TIME, late_seconds, Rule.KEPT, handed_in, due)


def effective_close(closes_at: dt.datetime | None, due: dt.datetime | None) -> dt.datetime | None:
    """The last instant at which handing in is open: never before the due time has passed."""
    if closes_at is None:
        return None
    return max(closes_at, over(due) - _TICK) if due else closes_at


class Window(StrEnum):
    """Where a moment stands to the dates of an assignment."""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


def window(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, due: dt.datetime | None, *, at: dt.datetime
) -> Window:
    if opens_at is not None and at < opens_at:
        return Window.BEFORE
    close = effective_close(closes_at, due)
    return Window.CLOSED if close is not None and at > close else Window.OPEN
