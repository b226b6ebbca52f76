"""When work was finished that arrives later, as the device says on which it was finished.

The site believes no clock but its own. At each contact it gives a signed time token: its own instant, and how far the
device's clock was off then. A hand-in brings the newest of them back, with the seconds that have passed since and with
what the device's clock says. Where the two estimates that follow agree, and nothing contradicts them, they are trusted
so far as a school may let them count; a device never comes further than that.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Trust(StrEnum):
    """How far a device's word for when work was finished is believed."""

    NONE = ""  # the device said nothing
    LOW = "low"  # it decides nothing
    MEDIUM = "medium"  # it decides within the offline grace of the assignment
    TEACHER = "teacher"  # a teacher lets it count


class Doubt(StrEnum):
    """Why trust is low."""

    NONE = ""
    NO_CONTACT = "no_token"  # the device had no contact that it could count from
    FOREIGN = "foreign_token"  # not signed by this site, or given to somebody else
    TOO_OLD = "too_old"  # the contact lies too long back
    OTHER_BOOT = "other_boot"  # the device was started anew since, and its seconds with it
    IN_THE_FUTURE = "in_the_future"  # finished after it arrived
    CLOCKS_DISAGREE = "clocks_disagree"  # its clock and its seconds tell different times: one of them stood still
    CONTRADICTED = "contradicted"  # the site received other work of hers after that


OLDEST_TOKEN: Final = dt.timedelta(days=30)
MOST_APART: Final = dt.timedelta(minutes=2)
SLACK: Final = dt.timedelta(seconds=2)

# What a device says stays where every zone can show it.
_FIRST: Final = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
_LAST: Final = dt.datetime(2199, 12, 30, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Token:
    """A contact with the site: whose, on which start of the device, when by the site's clock, and by how much the
    device's clock was ahead then."""

    user: str
    boot: str
    at: dt.datetime
    ahead: dt.timedelta


@dataclass(frozen=True, slots=True)
class Said:
    """What a device says of a hand-in: when it was finished by its own clock, the newest time token (as it came, ""
    for none), the seconds since that, and on which start of the device they were counted."""

    at: dt.datetime
    time_token: str
    mono_s: float
    boot: str


@dataclass(frozen=True, slots=True)
class Finished:
    """When work was finished: by the device's own clock, in the site's time as far as that can be told, how far this
    is believed, and why not further. Where trust is low both are what the device says."""

    by_device: dt.datetime
    at: dt.datetime
    trust: Trust
    doubt: Doubt = Doubt.NONE

    def let_count(self) -> Finished:
        """The same, after a teacher decided that it counts."""
        return replace(self, trust=Trust.TEACHER)

    @classmethod
    def kept(cls, by_device: dt.datetime | None, at: dt.datetime | None, trust: str, doubt: str) -> Finished | None:
        """What the columns of a row say; None where no device said anything."""
        if by_device is None or at is None:
            return None
        return cls(by_device, at, Trust(trust), Doubt(doubt))


def estimate(
    said: Said, token: Token | None, *, user: str, received: dt.datetime, other_work: dt.datetime | None = None
) -> Finished:
    """What to make of a device's word for work that arrived at `received`. `token` is the one it brought, None where
    this site did not sign it; `other_work` is when the site received other words of hers last."""
    by_device = min(max(said.at, _FIRST), _LAST)
    counted = _counted(token, said.mono_s)
    doubt = _doubt(said, token, counted, by_device, user=user, received=received, other_work=other_work)
    if doubt is not Doubt.NONE or counted is None:
        return Finished(by_device, by_device, Trust.LOW, doubt)
    return Finished(by_device, counted, Trust.MEDIUM)


def _counted(token: Token | None, seconds: float) -> dt.datetime | None:
    """So many seconds after the contact; None where that leads out of the calendar."""
    if token is None or not math.isfinite(seconds):
        return None
    try:
        return token.at + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def _doubt(
    said: Said,
    token: Token | None,
    counted: dt.datetime | None,
    by_device: dt.datetime,
    *,
    user: str,
    received: dt.datetime,
    other_work: dt.datetime | None,
) -> Doubt:
    if not said.time_token:
        return Doubt.NO_CONTACT
    if token is None or token.user != user:
        return Doubt.FOREIGN
    if received - token.at > OLDEST_TOKEN:
        return Doubt.TOO_OLD
    if token.boot != said.boot:
        return Doubt.OTHER_BOOT
    if counted is None or counted > received + SLACK:
        return Doubt.IN_THE_FUTURE
    # What was off by so much at the contact is taken to be off by as much still.
    if abs(counted - by_device + token.ahead) > MOST_APART or counted < token.at:
        return Doubt.CLOCKS_DISAGREE
    if other_work is not None and other_work > counted:
        return Doubt.CONTRADICTED
    return Doubt.NONE
