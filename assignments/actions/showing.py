"""A grade comes into the student's sight."""

from __future__ import annotations

from typing import Any

from assignments.actions import lateness
from assignments.actions.draft_points import score
from assignments.actions.holding import hold
from assignments.actions.turn import Turn
from assignments.models import Grade

COLUMNS = (
    "status",
    "returned_at",
    "returned_by",
    "seen_at",
    "override",
    "entered_score",
    "deducted",
    "final_score",
    "stands",
)


def show(turn: Turn, grade: Grade) -> dict[str, Any]:
    """Puts a drafted grade in the place of the one that the student saw before; what the event says of it. What was
    given to an earlier hand-in stands beside it."""
    earlier = turn.submission.grades.filter(status=Grade.Status.RETURNED).first()
    if earlier:
        put_aside(earlier, stands=earlier.stands)
    turn.submission.grades.standing().filter(attempt=grade.attempt_id).update(stands=False)
    grade.status, grade.seen_at, grade.stands = Grade.Status.RETURNED, None, True
    grade.returned_at, grade.returned_by = turn.now, turn.author
    lateness.settle(grade, turn.submission)
    grade.save(update_fields=COLUMNS)
    grade.comments.keep()
    turn.set(returned_grade=grade, grade_ready=False)
    hold(turn, shown=grade)
    return {**told(grade), **changed(earlier, grade)}


def told(grade: Grade) -> dict[str, Any]:
    """What an event says of a grade."""
    return {"grade": str(grade.pk), "version": grade.version, "score": score(grade)}


def changed(old: Grade | None, new: Grade | None) -> dict[str, Any]:
    """What the student saw before, and what she sees now; null where that is no score or no grade."""
    return {"old": score(old), "new": score(new)}


def put_aside_drafts(turn: Turn, *, every: bool = False) -> None:
    """Keeps drafted marks aside that are for words which do not count; with `every` all of them."""
    for draft in turn.submission.grades.filter(status=Grade.Status.DRAFT):
        if every or draft.attempt_id != turn.submission.counted_id:
            put_aside(draft)
            turn.set(grade_ready=False)


def put_aside(grade: Grade, *, stands: bool = False) -> None:
    grade.status, grade.stands = Grade.Status.SUPERSEDED, stands
    grade.save(update_fields=["status", "stands"])
