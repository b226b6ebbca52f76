"""The mark of a piece of work is kept beside the grade that its student sees."""

from __future__ import annotations

from assignments import marks_moving
from assignments.actions.turn import Turn
from assignments.counting import Counts
from assignments.models import Grade


def hold(turn: Turn, shown: Grade | None = None) -> None:
    """Writes down which grade is the mark, after one came into the student's sight or left it. `shown` is one that came
    just now, whose event is still to be written. No query where the latest counts."""
    submission = turn.submission
    mark = submission.returned_grade_id
    if mark is not None and submission.assignment.counts != Counts.LATEST:
        given = marks_moving.given_to([submission], shown=shown).get(submission.pk, marks_moving.NOTHING)
        mark = given.mark(submission, submission.assignment.counts)
    if mark != submission.mark_grade_id:
        turn.set(mark_grade_id=mark)
