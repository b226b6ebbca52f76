"""What lateness takes off a score. What was entered is never touched, so a kinder date gives it back whole."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import User
from assignments import grading, marks_moving
from assignments.actions.holding import hold
from assignments.actions.turn import Turn
from assignments.models import Assignment, Attempt, Grade, Submission, TimingDecision
from assignments.querysets import LATE_POLICY, RESCORED


def take_off(grade: Grade, assignment: Assignment, late_seconds: int) -> None:
    """Sets, on a grade that is not yet saved, what so much lateness takes off and what is left."""
    grade.deducted, grade.final_score = grading.after_lateness(
        grade.entered_score, late_seconds=late_seconds, policy=assignment.late_policy, possible=grade.out_of
    )


def settle(grade: Grade, submission: Submission) -> None:
    """The same by the policy and the timing decision that hold now."""
    take_off(grade, submission.assignment, _late_seconds(grade, submission))


def _late_seconds(grade: Grade, submission: Submission) -> int:
    newest = TimingDecision.objects.filter(attempt=grade.attempt_id).order_by("-id").values_list("seconds", flat=True)
    return grading.late_by(
        handed_in=grade.attempt_id is not None,
        counts=grade.attempt_id == submission.counted_id,
        decided=submission.late_seconds or 0,
        newest=newest[:1].get,
    )


def settle_again(turn: Turn, reason: str) -> None:
    """After lateness or the policy changed: of the drafted marks and of those in sight. A score in sight that changes
    becomes another version of its grade and leaves an event, which the student can read."""
    in_hand = Q(status__in=(Grade.Status.DRAFT, Grade.Status.RETURNED))
    # What was given for an earlier hand-in may be the mark, or become it.
    earlier = []
    if turn.submission.attempt_count > 1:
        given = marks_moving.given_to([turn.submission]).get(turn.submission.pk, marks_moving.NOTHING)
        earlier = [one.grade for one in given.standing]
    for grade in turn.submission.grades.filter(in_hand | Q(pk__in=earlier)).order_by("version"):
        before = grade.final_score
        settle(grade, turn.submission)
        columns = ["deducted", "final_score"]
        if grade.status != Grade.Status.DRAFT and grade.final_score != before:
            in_sight = grade.status == Grade.Status.RETURNED
            if in_sight:
                grade.version = turn.submission.grades.newest_version() + 1
                columns.append("version")
            old, new = (None if score is None else str(score) for score in (before, grade.final_score))
            said = {"grade": str(grade.pk), "version": grade.version, "score": new, "old": old, "new": new}
            turn.note(RESCORED, reason=reason, **said, **({} if in_sight else {"earlier": True}))
        grade.save(update_fields=columns)
    hold(turn)


def settle_all(assignment: Assignment, *, by: User) -> None:
    """After the policy of an assignment changed, which is locked."""
    in_hand = Q(status__in=(Grade.Status.DRAFT, Grade.Status.RETURNED)) | Q(returned_at__isnull=False)
    marked = Grade.objects.filter(in_hand, attempt__isnull=False)
    late = Attempt.objects.filter(submission__assignment=assignment, timings__seconds__gt=0)
    rows = Submission.objects.filter(assignment=assignment, pk__in=marked.filter(attempt__in=late).values("submission"))
    for submission in rows.order_by("pk"):
        turn = Turn.of(submission, by=by)
        turn.submission.assignment = assignment
        settle_again(turn, LATE_POLICY)
        turn.write()
