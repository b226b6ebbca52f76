"""Who holds a piece of work, and why it cannot be marked just now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from assignments.errors import REFUSALS, StateConflict
from assignments.facts import possible
from assignments.lifecycle import Act, Claim, State
from assignments.models import Submission
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is grading this, and until when nobody else may."""

    holder: str
    until: str
    mine: bool


def lease(submission: Submission, *, viewer: User, now: dt.datetime, zone: str, holder: str) -> Lease | None:
    claim = submission.claim_seen_by(viewer.pk, now)
    if claim not in (Claim.MINE, Claim.OTHERS) or submission.claim_until is None:
        return None
    until = moments.clock_time(submission.claim_until, zone)
    return Lease(holder, f"{until} ({moments.zone_short(submission.claim_until, zone)})", claim is Claim.MINE)


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps work from being marked, and what ends that: taking it over, or changing what is returned."""

    submission: UUID
    lease: Lease | None
    may_change: bool
    why: str  # where neither helps


def held(submission: Submission, *, viewer: User, now: dt.datetime, zone: str, holder: str) -> Held | None:
    """None where it can be marked. The submission is read `with_facts`."""
    acts = possible(submission, person=viewer, now=now)
    if Act.MARK.value in acts["allowed"]:
        return None
    kept = lease(submission, viewer=viewer, now=now, zone=zone, holder=holder)
    may_change = submission.state_at(now) is State.RETURNED and Act.CLAIM.value in acts["allowed"]
    error = REFUSALS.get(acts["refused"].get(Act.MARK.value, ""), StateConflict)
    return Held(submission.pk, kept, may_change, "" if kept or may_change else str(error.title))
