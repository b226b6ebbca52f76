"""Excusing a student from an assignment, and taking that back."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from assignments.actions.turn import Turn
from assignments.lifecycle import Act, Refused, State
from assignments.models import Excuse, Submission

__all__ = ["excuse", "lift_excuse"]


@transaction.atomic
def excuse(submission: Submission, *, category: Excuse, reason: str, by: User) -> Submission:
    """The student need not do this: outside every total, neither late nor missing. Whoever was grading it is let go;
    texts and marks are kept. Saying the same once more changes nothing."""
    turn = Turn.of(submission, by=by)
    reason = reason.strip()
    decision = turn.decide(Act.EXCUSE, reason=bool(reason))
    if isinstance(decision, Refused):
        if turn.submission.state == State.EXCUSED and _says(turn.submission, category, reason):
            return turn.submission
        raise turn.refusal(decision)
    holder = turn.submission.claimed_by_id
    told = {"taken_from": str(holder)} if holder and holder != by.pk else {}
    turn.take(decision, reason=reason, category=category.value, **told)
    turn.set(excuse_category=category.value)
    return turn.write()


@transaction.atomic
def lift_excuse(submission: Submission, *, by: User) -> Submission:
    """It is to be done after all, and stands where it stood before. Where nobody is excused nothing changes."""
    turn = Turn.of(submission, by=by)
    if turn.submission.state == State.EXCUSED:
        # What was handed in before was decided by the dates all along: they count for work that is excused too.
        turn.take(turn.demand(Act.LIFT_EXCUSE), category=turn.submission.excuse_category)
    return turn.write()


def _says(submission: Submission, category: Excuse, reason: str) -> bool:
    event = submission.events.excusing().first()
    return event is not None and submission.excuse_category == category and event.reason == reason
