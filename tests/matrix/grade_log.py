"""The log of a grade: to the student what she was shown, to the staff of her class the drafts too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assignments import actions
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """Marked, returned, opened by her, taken back; and marked once more, which nobody but staff may know."""

    def __init__(self, cast: Cast) -> None:
        self.submission = work.submission_of(work.make_assignment(cast), cast.student)
        work.hand_in(self.submission)
        work.mark(self.submission, cast.teacher)
        actions.return_grade(self.submission, by=cast.teacher)
        self.submission.refresh_from_db()
        actions.note_seen(self.submission, by=cast.student)
        actions.recall(self.submission, reason="A wrong sum.", by=cast.teacher)
        actions.claim(self.submission, by=cast.co_teacher, takeover=True)
        work.mark(self.submission, cast.co_teacher, questions=[], score=Decimal(3), feedback="Not for her eyes.")


def sees(world: World, person: str, answer: Any) -> None:
    found = [entry["what"] for entry in answer.json()["results"]]
    shown = ["returned", "recalled"]
    assert found == (["marked", *shown, "marked"] if person in STAFF else shown), f"{person} finds {found}"


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-grade-log"): row(
        given=World,
        url=lambda w: {"pk": w.submission.pk},
        everybody=404,
        anonymous=401,
        student=200,
        teacher=200,
        co_teacher=200,
        assistant=200,
        sees=sees,
    ),
}
