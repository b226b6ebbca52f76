"""When work is due, and whether it came in time.

A due time is a local date, a local time and an IANA zone; the instant is resolved from them and stored beside them with
the version of the zone data. Which due time holds for somebody follows from the assignment's own, from overrides, from
extensions and from what a return opened again. A timing decision is a function of stored inputs only: the same inputs
give the same answer for ever.
"""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

# 1 knew the due time alone. 2 knows grace, where the due time comes from, and inherited lateness; without these it
# decides as 1 did.
RULE_VERSION: Final = 2

# Whatever the zone, days around these are still in the calendar: a year 1 or 9999 falls off its end.
FIRST_DAY: Final = dt.date(1970, 1, 1)
LAST_DAY: Final = dt.date(2199, 12, 31)

_DAY: Final = dt.timedelta(days=1)
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

    def moved(self, offset: dt.timedelta) -> Due:
        """So much later, or earlier: whole days by the calendar, the rest by the clock. A day after 23:59 it is 23:59,
        whatever the clocks do in that night."""
        days = abs(offset) // _DAY * (1 if offset >= dt.timedelta(0) else -1)
        try:
            day = Due.resolve(self.date + dt.timedelta(days), self.time, self.zone)
            if not (rest := offset - dt.timedelta(days)):
                return day
            local = (day.at + rest).astimezone(zone_named(self.zone))
        except OverflowError as error:
            raise OutOfReach(offset) from error
        return Due.resolve(local.date(), local.time(), self.zone)


def over(at: dt.datetime) -> dt.datetime:
    """The first instant after a due time resolved to `at`. A time given to the minute ends with that minute."""
    return at + (_MINUTE if at.second == 0 and at.microsecond == 0 else _SECOND)


def late_from(due: dt.datetime, grace: int = 0) -> dt.datetime:
    """The first instant at which work is late, or missing: when the due time is over and its grace, in seconds, too."""
    return over(due) + grace * _SECOND


# --- Which dates apply ------------------------------------------------------------------------------------------------


class Origin(StrEnum):
    """Where a date comes from."""

    NONE = ""  # there is no such date
    ASSIGNMENT = "assignment"
    CLASS = "class"
    GROUP = "group"
    STUDENT = "student"
    RESUBMISSION = "resubmission"  # until when the student may hand in again by herself
    REVISION = "revision"  # what a teacher set when she returned the work to be revised
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Base:
    """The dates of the assignment itself."""

    due: Due | None = None
    closes_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Other dates for the class, a group or one student. The due time is said outright, or as an offset that moves with
    the assignment's own; whatever is None is left as it is."""

    origin: Origin
    due: Due | None = None
    offset: dt.timedelta | None = None
    closes_at: dt.datetime | None = None
    id: str = ""

    def due_after(self, base: Due | None) -> Due | None:
        """The due time that it sets where the assignment's own is `base`: an offset from nothing sets none."""
        if self.offset is not None and base is not None:
            return base.moved(self.offset)
        return self.due


@dataclass(frozen=True, slots=True)
class Extension:
    """More time for the work of one student or of a group that she is in. It never shortens anything."""

    due: Due
    id: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a return opened again: a due time of its own where a teacher asked for a revision, and until when the
    student may hand in again by herself."""

    due: Due | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates that hold for one piece of work, and where each comes from. `close` is the last instant at which
    handing in is open. `before_extension` is the due time that an extension has lengthened, None where none did."""

    due: Due | None = None
    due_from: Origin = Origin.NONE
    close: dt.datetime | None = None
    close_from: Origin = Origin.NONE
    before_extension: Due | None = None
    override: str = ""  # ids of those that the due time rests on
    extension: str = ""

    @property
    def due_at(self) -> dt.datetime | None:
        return self.due.at if self.due else None

    def terms(self, grace: int = 0) -> Terms:
        """What a hand-in is measured by, with so many seconds of grace."""
        return Terms(
            grace=grace,
            zone=self.due.zone if self.due else "",
            tzdb=self.due.tzdb if self.due else "",
            due_from=self.due_from,
            before_extension=self.before_extension.at if self.before_extension else None,
            override=self.override,
            extension=self.extension,
        )


def effective_dates(
    base: Base,
    overrides: Iterable[Override] = (),
    extensions: Iterable[Extension] = (),
    revision: Revision | None = None,
) -> Dates:
    """The dates that hold for somebody, from everything that is in force for her.

    The due time is that of a revision, else of an override for the student, else the most generous one for a group of
    hers, else one for the class, else the assignment's own; an extension can only lengthen it. Nothing closes before it
    is due, and what a return opened again stays open until the latest of its dates.
    """
    overrides, revision = list(overrides), revision or Revision()
    plain = _due_by_override(base, overrides)
    longest = max(extensions, key=lambda extension: extension.due.over, default=None)
    usual = replace(plain, due=revision.due, due_from=Origin.REVISION, override="") if revision.due else plain
    dates = _lengthened(usual, longest)
    close, close_from = _stated_close(base, overrides)
    if close is None and revision == Revision():
        return dates
    # A revision can be asked for by a day on which the others are not even due: it never closes before they are.
    ends = [(close, close_from), (revision.until, Origin.RESUBMISSION)]
    ends += [(found.due.over - _TICK, found.due_from) for found in (plain, usual) if found.due]
    ends += [(longest.due.over - _TICK, Origin.EXTENSION)] if longest else []
    close, close_from = max(((at, origin) for at, origin in ends if at is not None), key=lambda end: end[0])
    return replace(dates, close=close, close_from=close_from)


_NEAREST_FIRST: Final = (Origin.STUDENT, Origin.GROUP, Origin.CLASS)


def _due_by_override(base: Base, overrides: Iterable[Override]) -> Dates:
    """The due time before any extension; of several overrides of a kind the most generous one."""
    said = [(override, due) for override in overrides if (due := override.due_after(base.due)) is not None]
    for kind in _NEAREST_FIRST:
        if same := [(override, due) for override, due in said if override.origin is kind]:
            override, due = max(same, key=lambda pair: pair[1].over)
            return Dates(due=due, due_from=kind, override=override.id)
    return Dates(due=base.due, due_from=Origin.ASSIGNMENT) if base.due else Dates()


def _lengthened(dates: Dates, extension: Extension | None) -> Dates:
    if extension is None or dates.due is None or extension.due.over <= dates.due.over:
        return dates
    return replace(
        dates,
        due=extension.due,
        due_from=Origin.EXTENSION,
        before_extension=dates.due,
        extension=extension.id,
    )


def _stated_close(base: Base, overrides: Iterable[Override]) -> tuple[dt.datetime | None, Origin]:
    """The closing time that was set for somebody, before due times push it back."""
    for kind in _NEAREST_FIRST:
        closes = [o.closes_at for o in overrides if o.origin is kind and o.closes_at is not None]
        if closes:
            return max(closes), kind
    return base.closes_at, Origin.ASSIGNMENT if base.closes_at else Origin.NONE


# --- Whether work came in time ----------------------------------------------------------------------------------------


class Result(StrEnum):
    NOT_DUE = "not_due"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


class Rule(StrEnum):
    NO_DUE_DATE = "no_due_date"
    NOT_YET_DUE = "not_yet_due"
    GRACE_RUNNING = "grace_running"  # nothing handed in, due, but it would still count as in time
    BY_DUE = "by_due"
    BY_EXTENSION = "by_extension"  # in time thanks to the extension
    WITHIN_GRACE = "within_grace"
    AFTER_DUE = "after_due"
    NOTHING_HANDED_IN = "nothing_handed_in"
    INHERITED = "inherited"  # improved by the student herself: the first hand-in decides
    EXCUSED = "excused"  # no due time counts for who is excused
    KEPT = "kept"  # decided by an earlier due time, kinder than the one that holds now


@dataclass(frozen=True, slots=True)
class Terms:
    """What a hand-in is measured by, beside the due time itself. A decision of version 1 knew none of it."""

    grace: int = 0  # so many seconds after the due time still count as in time
    zone: str = ""  # in which the due time was said
    tzdb: str = ""  # the zone data that resolved it
    due_from: Origin = Origin.NONE
    before_extension: dt.datetime | None = None  # the due time that an extension has lengthened
    override: str = ""  # ids of those that the due time rests on
    extension: str = ""


PLAIN: Final = Terms()


@dataclass(frozen=True, slots=True)
class Timing:
    """A decision with everything it was made from."""

    result: Result
    seconds: int  # late by so many, counted from due; 0 unless late or missing
    rule: Rule
    handed_in: dt.datetime | None
    due: dt.datetime | None
    version: int = RULE_VERSION
    terms: Terms = PLAIN
    first_handed_in: dt.datetime | None = None  # of the hand-in whose lateness this one inherits

    def inputs(self) -> dict[str, Any]:
        """What the decision was made from, as it is stored: `stored` reads it back."""
        terms = self.terms
        return {
            "handed_in": _written(self.handed_in),
            "first_handed_in": _written(self.first_handed_in),
            "due": _written(self.due),
            "zone": terms.zone or None,
            "tzdb": terms.tzdb or None,
            "due_from": terms.due_from.value or None,
            "before_extension": _written(terms.before_extension),
            "override": terms.override or None,
            "extension": terms.extension or None,
            "grace": terms.grace,
            # What decides is when the work was received. A device's own clock is not asked yet.
            "received": _written(self.handed_in),
            "captured": None,
            "trust": None,
            "offline_grace_h": None,
            "rule": self.rule.value,
        }

    @classmethod
    def stored(cls, inputs: Mapping[str, Any], *, result: str, seconds: int, rule: str, version: int) -> Timing:
        """A decision as it was written down, by this version or an earlier one."""
        return cls(
            result=Result(result),
            seconds=seconds,
            rule=Rule(rule),
            handed_in=_read(inputs["handed_in"]),
            due=_read(inputs["due"]),
            version=version,
            terms=PLAIN if version == 1 else _terms(inputs),
            first_handed_in=None if version == 1 else _read(inputs["first_handed_in"]),
        )

    def decided_again(self) -> Timing:
        """The decision that its inputs lead to: of one that was stored, itself."""
        assert self.handed_in is not None, "what was not handed in is decided by the clock, and never stored"
        first = self.first_handed_in or self.handed_in
        decided = decide_timing(first, self.due, now=first, terms=self.terms)
        if self.first_handed_in is not None:
            decided = inherited(decided, self.handed_in)
        return replace(decided, version=self.version)


def _written(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _terms(inputs: Mapping[str, Any]) -> Terms:
    return Terms(
        grace=inputs["grace"],
        zone=inputs["zone"] or "",
        tzdb=inputs["tzdb"] or "",
        due_from=Origin(inputs["due_from"] or ""),
        before_extension=_read(inputs["before_extension"]),
        override=inputs["override"] or "",
        extension=inputs["extension"] or "",
    )


def decide_timing(
    handed_in: dt.datetime | None, due: dt.datetime | None, *, now: dt.datetime, terms: Terms = PLAIN
) -> Timing:
    """Whether work handed in at `handed_in` (None: nothing is) meets a due time resolved to `due` (None: there is
    none). Grace decides whether it is late; how late it is counts from the due time."""

    def decision(result: Result, rule: Rule, late_at: dt.datetime | None = None) -> Timing:
        seconds = max(1, math.ceil((late_at - over(due)).total_seconds())) if late_at and due else 0
        return Timing(result, seconds, rule, handed_in, due, terms=terms)

    if due is None:
        return decision(Result.NOT_DUE, Rule.NO_DUE_DATE)
    late = late_from(due, terms.grace)
    if handed_in is None:
        if now >= late:
            return decision(Result.MISSING, Rule.NOTHING_HANDED_IN, now)
        return decision(Result.NOT_DUE, Rule.NOT_YET_DUE if now < over(due) else Rule.GRACE_RUNNING)
    if handed_in >= late:
        return decision(Result.LATE, Rule.AFTER_DUE, handed_in)
    if handed_in >= over(due):
        return decision(Result.ON_TIME, Rule.WITHIN_GRACE)
    usual = terms.before_extension
    needed = usual is not None and handed_in >= late_from(usual, terms.grace)
    return decision(Result.ON_TIME, Rule.BY_EXTENSION if needed else Rule.BY_DUE)


def inherited(first: Timing, handed_in: dt.datetime) -> Timing:
    """The decision about work that a student improved by herself after it was returned: exactly as late as the `first`
    hand-in that counted. What came late is not washed clean, and what came in time is not punished for being improved.
    """
    if first.due is None:
        return replace(first, handed_in=handed_in, version=RULE_VERSION)
    return replace(
        first,
        rule=Rule.INHERITED,
        handed_in=handed_in,
        version=RULE_VERSION,
        first_handed_in=first.first_handed_in or first.handed_in,
    )


def never_worse(old: Timing, new: Timing) -> Timing:
    """The decision to keep when a date moved: the one kinder to the student, and the old one when they are equal."""
    return new if (new.seconds < old.seconds or (old.result is Result.LATE and new.result is not Result.LATE)) else old


def standing_timing(
    handed_in: dt.datetime, due: dt.datetime | None, late_seconds: int, *, terms: Terms = PLAIN
) -> Timing:
    """What stands of work that was decided to be `late_seconds` late, while the due time now is `due`. Where that comes
    to something else, the due time has moved since and was not let count."""
    fresh = decide_timing(handed_in, due, now=handed_in, terms=terms)
    if due is None or fresh.seconds == late_seconds:
        return fresh
    return Timing(Result.LATE if late_seconds else Result.ON_TIME, late_seconds, Rule.KEPT, handed_in, due, terms=terms)


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
