"""Which of the grades that were returned is the mark: kept where grades come and go, and changed by teachers."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from assignments import marks_moving
from assignments.actions.archived import refuse_archived
from assignments.actions.draft_points import score
from assignments.actions.holding import hold
from assignments.actions.roster import hold_assignment
from assignments.actions.turn import Turn
from assignments.counting import Counts
from assignments.errors import StateConflict
from assignments.lifecycle import State
from assignments.models import Assignment, Grade, Submission
from assignments.querysets import COUNTS, PICK
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale

__all__ = ["change_counts", "pick_grade"]


@transaction.atomic
def change_counts(assignment: Assignment, *, counts: str, preview: str, by: User) -> marks_moving.Preview:
    """Changes which hand-in counts, and with it just those marks that the preview under this tag showed; which they
    were. The way back is the same. Raises VersionStale where other marks would move by now."""
    assignment = hold_assignment(assignment)
    rows = Submission.objects.filter(assignment=assignment)
    # Whoever returns or recalls just now either ends first, and is found below, or reads the assignment anew.
    rows.lock()
    found = marks_moving.preview(assignment, counts)
    if found.tag != preview:
        raise VersionStale(current_etag=f'"{found.tag}"')
    if assignment.counts == counts:
        return found
    before, assignment.counts = assignment.counts, counts
    assignment.version += 1
    assignment.save(update_fields=["counts", "version"])
    for row in rows.filter(pk__in=[move.submission for move in found.moves]).order_by("pk"):
        turn = Turn.of(row, by=by)
        turn.submission.assignment = assignment
        old = turn.submission.mark_grade
        hold(turn)
        turn.note(COUNTS, counts=counts, **_moved(old, turn.submission.mark_grade))
        turn.write()
    rows.update(changed_at=clock.now())
    audit.record("what counts changed", by=by, about=assignment, old=before, new=counts, moved=len(found.moves))
    return found


@transaction.atomic
def pick_grade(submission: Submission, *, grade: Grade | None, reason: str = "", by: User) -> Submission:
    """The teacher chooses which of the grades that were returned counts, for a reason that the student reads; None goes
    back to the latest. The same again changes nothing."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    submission, assignment = turn.submission, turn.submission.assignment
    refuse_archived(assignment.classroom)
    if assignment.counts != Counts.PICK or submission.state == State.VOID:
        raise StateConflict(state=submission.state, allowed=[])
    if (grade.pk if grade else None) == submission.picked_grade_id:
        return submission
    if grade is not None:
        given = marks_moving.given_to([submission]).get(submission.pk, marks_moving.NOTHING)
        errors = [] if any(one.grade == grade.pk for one in given.standing) else [problem("/grade", "not-standing")]
        if not reason:
            errors.append(problem("/reason", "reason-missing"))
        if errors:
            raise ValidationFailed(errors=errors)
    old = submission.mark_grade
    turn.set(picked_grade=grade)
    hold(turn)
    turn.note(PICK, reason=reason, picked=str(grade.pk) if grade else None, **_moved(old, submission.mark_grade))
    return turn.write()


def _moved(old: Grade | None, new: Grade | None) -> dict[str, Any]:
    """What an event says of a mark that is another grade now."""
    return {
        "grade": str(new.pk) if new else None,
        "from": str(old.pk) if old else None,
        "old": score(old),
        "new": score(new),
        "score": score(new),
    }
