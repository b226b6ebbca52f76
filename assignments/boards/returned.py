"""What one person returned, in one go, last; and whose marks in sight a return would change."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from assignments.lifecycle import State
from assignments.models import Assignment, Event, Grade

if TYPE_CHECKING:
    from accounts.models import User

_RETURNS = ("T9", "T18")


def returned_last(assignment: Assignment, *, by: User) -> tuple[UUID, ...]:
    """The work that went back to students with one press of `by`, as far as it is still returned; three queries. Empty
    where nothing of hers is."""
    standing = _standing(assignment, by)
    last = standing.order_by("-returned_at").values_list("submission", flat=True).first()
    if last is None:
        return ()
    events = Event.objects.filter(submission__assignment=assignment, actor=by, transition__in=_RETURNS)
    request = events.filter(submission=last).order_by("-seq").values_list("request_id", flat=True).first()
    if not request:  # done by a command: by itself
        return (last,)
    together = events.filter(request_id=request).values("submission")
    return tuple(standing.filter(submission__in=together).values_list("submission", flat=True))


def opened(assignment: Assignment, *, by: User) -> dict[UUID, bool]:
    """Of all that `by` returned here and nobody took back, whether its student has opened it."""
    return {pk: seen is not None for pk, seen in _standing(assignment, by).values_list("submission", "seen_at")}


def changing(assignment: Assignment) -> frozenset[UUID]:
    """The work whose drafted marks come to another score than its student sees for the same hand-in: to return it wants
    a reason. One query."""
    rows = Grade.objects.filter(submission__assignment=assignment).exclude(status=Grade.Status.SUPERSEDED)
    scores: dict[tuple[UUID, UUID | None], list[Decimal | None]] = {}
    for submission, attempt, score in rows.values_list("submission", "attempt", "final_score"):
        scores.setdefault((submission, attempt), []).append(score)
    return frozenset(submission for (submission, _), both in scores.items() if len(set(both)) > 1)


def _standing(assignment: Assignment, by: User) -> QuerySet[Grade]:
    return Grade.objects.filter(
        submission__assignment=assignment,
        submission__state=State.RETURNED.value,
        status=Grade.Status.RETURNED,
        returned_by=by,
    )
