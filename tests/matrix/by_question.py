"""Grading one question of everybody: for the staff of the class."""

from __future__ import annotations

from typing import Any

from assignments import readings
from assignments.models import Grade
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """Handed in by the student of room A; another one in room B."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast)
        self.submission = work.submission_of(self.assignment, cast.student)
        work.hand_in(self.submission, work.body_for(self.assignment, "Of the student alone."))
        self.essay = next(iter(readings.questions(self.assignment)))

    def typed(self) -> dict[str, Any]:
        version = Grade.objects.get(submission=self.submission).version
        return {f"points-{self.essay}": "3", f"comment-{self.essay}": "", "version": str(version)}


def marked(world: World) -> bool:
    marks = Grade.objects.get(submission=world.submission).marks
    return any(mark["question"] == world.essay and mark["points"] == "3.00" for mark in marks)


def sees(world: World, person: str, answer: Any) -> None:
    assert ("Of the student alone." in answer.content.decode()) == (person in STAFF)


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "grade-question"): row(
        given=World,
        url=lambda w: {"pk": w.assignment.pk, "number": 1},
        everybody=404,
        anonymous=302,
        student=403,
        classmate=403,
        **dict.fromkeys(STAFF, 200),
        sees=sees,
    ),
    ("post", "grade-question-marks"): row(
        given=World,
        url=lambda w: {"pk": w.submission.pk, "number": 1},
        body=World.typed,
        everybody=404,
        anonymous=302,
        student=403,
        **dict.fromkeys(STAFF, 302),
        done=marked,
    ),
}
