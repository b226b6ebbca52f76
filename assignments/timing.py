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

from assignments.device_clock import Doubt, Finished, Trust

# 1 knew the due time alone. 2 knows grace, where the due time comes from, and inherited lateness; without these it
# decides as 1 did. 3 knows when work was finished on a device that was offline; without that it decides as 2 did.
RULE_VERSION: Final = 3

# Whatever the zone, days around these are still in the calendar: a year 1 or 9999 falls off its end.
FIRST_DAY: Final = dt.date(1970, 1, 1)
LAST_DAY: Final = dt.date(2199, 12, 31)

_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)
_SECOND: Final = dt.timedelta(seconds=1)
_HOUR: Final = dt.timedelta(hours=1)
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

    @property
    def said(self) -> tuple[dt.date, dt.time, str]:
        """What a person said, whose instant newer zone data may have otherwise."""
        return self.date, self.time, self.zone

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
    the assignment's own; `at` and `tzdb` are the instant that was resolved from the offset, and by what. Whatever is
    None is left as it is."""

    origin: Origin
    due: Due | None = None
    offset: dt.timedelta | None = None
    closes_at: dt.datetime | None = None
    id: str = ""
    at: dt.datetime | None = None
    tzdb: str = ""

    def due_after(self, base: Due | None) -> Due | None:
        """The due time that it sets where the assignment's own is `base`: an offset from nothing sets none. What was
        resolved from the offset stays, whatever the zone data of today say."""
        due = self.resolved_after(base)
        return due if due is None or self.at is None else replace(due, at=self.at, tzdb=self.tzdb)

    def resolved_after(self, base: Due | None) -> Due | None:
        """The same, an offset resolved by the zone data of today."""
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

    def terms(self, grace: int = 0, offline_grace_h: int = 0) -> Terms:
        """What a hand-in is measured by, with so many seconds of grace, and hours for what was finished offline."""
        return Terms(
            grace=grace,
            offline_grace_h=offline_grace_h,
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
    OFFLINE_GRACE = "offline_grace"  # finished on a device that was offline: when it was finished counts
    DEVICE_TIME = "device_time"  # the same, because a teacher decided so
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
    # For so many hours after it would be late, work that was finished offline counts by when it was finished.
    offline_grace_h: int = 0


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
    # What a device said of the hand-in whose time decides; None where none did.
    finished: Finished | None = None

    @property
    def by_device(self) -> bool:
        """Whether it hangs on what a device said of when the work was finished, also where that is inherited."""
        came = self.first_handed_in or self.handed_in
        late = late_from(self.due, self.terms.grace) if self.due else None
        return hangs_on_device(came, self.finished, due=self.due, late_from=late, seconds=self.seconds)

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
            "received": _written(self.handed_in),
            "captured": _written(self.finished.at) if self.finished else None,
            "captured_by_device": _written(self.finished.by_device) if self.finished else None,
            "trust": self.finished.trust.value if self.finished else None,
            "doubt": (self.finished.doubt.value or None) if self.finished else None,
            "offline_grace_h": terms.offline_grace_h,
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
            finished=None if version < 3 else _finished(inputs),
        )

    def decided_again(self) -> Timing:
        """The decision that its inputs lead to: of one that was stored, itself."""
        assert self.handed_in is not None, "what was not handed in is decided by the clock, and never stored"
        first = self.first_handed_in or self.handed_in
        decided = decide_timing(first, self.due, now=first, terms=self.terms, finished=self.finished)
        if self.first_handed_in is not None:
            decided = inherited(decided, self.handed_in)
        return replace(decided, version=self.version)

    def measured_by(
        self, due: dt.datetime | None, terms: Terms, finished: Finished | None, *, own: Finished | None = None
    ) -> Timing:
        """The decision about the same hand-in by another due time and other terms, or after another word was had for
        when it was finished. Of one that inherits that is the word for the first; `own` is the one for itself, which it
        has where nothing is due."""
        assert self.handed_in is not None
        first = self.first_handed_in or self.handed_in
        fresh = decide_timing(first, due, now=first, terms=terms, finished=finished)
        return inherited(fresh, self.handed_in, own) if self.first_handed_in else fresh


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
        offline_grace_h=inputs["offline_grace_h"] or 0,
    )


def _finished(inputs: Mapping[str, Any]) -> Finished | None:
    at, by_device = _read(inputs["captured"]), _read(inputs["captured_by_device"])
    if at is None or by_device is None:
        return None
    return Finished(by_device, at, Trust(inputs["trust"]), Doubt(inputs["doubt"] or ""))


def decide_timing(
    handed_in: dt.datetime | None,
    due: dt.datetime | None,
    *,
    now: dt.datetime,
    terms: Terms = PLAIN,
    finished: Finished | None = None,
) -> Timing:
    """Whether work handed in at `handed_in` (None: nothing is) meets a due time resolved to `due` (None: there is
    none). Grace decides whether it is late; how late it is counts from the due time. What a device says of when it was
    `finished` counts where it is believed so far, and never makes anything later than it came."""
    by_arrival = _decided(handed_in, due, now=now, terms=terms)
    if handed_in is None or finished is None:
        return by_arrival
    if due is not None and (counts := _counts_from(handed_in, due, terms, finished)) < handed_in:
        by_device = _decided(counts, due, now=now, terms=terms)
        if by_device.seconds != by_arrival.seconds:
            rule = Rule.DEVICE_TIME if finished.trust is Trust.TEACHER else Rule.OFFLINE_GRACE
            return replace(by_device, rule=rule, handed_in=handed_in, finished=finished)
    return replace(by_arrival, finished=finished)


def _counts_from(handed_in: dt.datetime, due: dt.datetime, terms: Terms, finished: Finished) -> dt.datetime:
    """The instant that decides: when it came, unless the device is believed."""
    if finished.trust is Trust.TEACHER:
        return finished.at
    until = late_from(due, terms.grace) + terms.offline_grace_h * _HOUR
    believed = terms.offline_grace_h and finished.trust is Trust.MEDIUM and handed_in < until
    return finished.at if believed else handed_in


def _decided(handed_in: dt.datetime | None, due: dt.datetime | None, *, now: dt.datetime, terms: Terms) -> Timing:
    def decision(result: Result, rule: Rule, late_at: dt.datetime | None = None) -> Timing:
        seconds = _late_by(late_at, due) if late_at and due else 0
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


def hangs_on_device(
    received: dt.datetime | None,
    finished: Finished | None,
    *,
    due: dt.datetime | None,
    late_from: dt.datetime | None,
    seconds: int,
) -> bool:
    """Whether work stands as `seconds` late by when it was finished, while by when it came it would be later."""
    if received is None or finished is None or due is None or late_from is None or received < late_from:
        return False
    believed = finished.trust in (Trust.MEDIUM, Trust.TEACHER)
    by_device = _late_by(finished.at, due) if finished.at >= late_from else 0
    return believed and seconds == by_device < _late_by(received, due)


def _late_by(at: dt.datetime, due: dt.datetime) -> int:
    return max(1, math.ceil((at - over(due)).total_seconds()))


def inherited(first: Timing, handed_in: dt.datetime, finished: Finished | None = None) -> Timing:
    """The decision about work that a student improved by herself after it was returned: exactly as late as the `first`
    hand-in that counted. What came late is not washed clean, and what came in time is not punished for being improved.
    When the improved one was `finished` is of weight only where there is nothing to inherit.
    """
    if first.due is None:
        return replace(first, handed_in=handed_in, version=RULE_VERSION, finished=finished)
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
    handed_in: dt.datetime,
    due: dt.datetime | None,
    late_seconds: int,
    *,
    terms: Terms = PLAIN,
    finished: Finished | None = None,
    due_moved: bool = False,
) -> Timing:
    """What stands of work that was decided to be `late_seconds` late, while the due time now is `due`. Where that comes
    to something else, or it is known (`due_moved`), the due time has moved since and was not let count."""
    fresh = decide_timing(handed_in, due, now=handed_in, terms=terms, finished=finished)
    if due is None or (fresh.seconds == late_seconds and not due_moved):
        return fresh
    result = Result.LATE if late_seconds else Result.ON_TIME
    return Timing(result, late_seconds, Rule.KEPT, handed_in, due, terms=terms, finished=finished)


def timing_of_work(
    handed_in: dt.datetime | None,
    first: dt.datetime | None,
    due: dt.datetime | None,
    late_seconds: int,
    *,
    now: dt.datetime,
    terms: Terms,
    finished: Finished | None = None,
    due_moved: bool = False,
) -> Timing:
    """What is told of work that nobody is excused from: what was decided when it came, and otherwise what the dates say
    now. `first` is when the hand-in came whose lateness it inherits; None where it has its own. `due_moved`: another
    due time was given since it came, for what is to come next."""
    if handed_in is None:
        return decide_timing(None, due, now=now, terms=terms)
    stands = standing_timing(first or handed_in, due, late_seconds, terms=terms, finished=finished, due_moved=due_moved)
    return inherited(stands, handed_in) if first else stands


def own_terms(terms: Terms, due_from: str, usual_due: dt.datetime | None) -> Terms:
    """The `terms` of an assignment for a student whose due time comes from `due_from`; empty: the assignment's own."""
    return replace(terms, due_from=Origin(due_from), before_extension=usual_due) if due_from else terms


def effective_close(closes_at: dt.datetime | None, due: dt.datetime | None) -> dt.datetime | None:
    """The last instant at which handing in is open: never before the due time has passed."""
    if closes_at is None:
        return None
    return max(closes_at, over(due) - _TICK) if due else closes_at


def counts_as_received(
    received: dt.datetime, finished: Finished | None, *, close: dt.datetime | None, offline_grace_h: int
) -> dt.datetime:
    """The moment of a hand-in that the dates of handing in are held against. What was finished offline by the close is
    taken as if it had come then, where the device is believed and it comes within the offline grace."""
    if finished is None or finished.trust is not Trust.MEDIUM or close is None or received <= close:
        return received
    in_time = finished.at <= close and received <= close + offline_grace_h * _HOUR
    return finished.at if in_time else received


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
