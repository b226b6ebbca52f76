"""Reports: who reads them, and what none of them tells."""

from __future__ import annotations

from typing import Any

from assignments import actions
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row
from tests.matrix.teaching import FOR_GRADERS, sees_one_room
from tests.matrix.teaching import World as Teaching

STAFF = {"teacher": 200, "co_teacher": 200, "assistant": 200}
FOR_STAFF: dict[str, Any] = {"everybody": 404, "anonymous": 401, "student": 403, "classmate": 403, **STAFF}


class World(Teaching):
    """… and the student's work was returned; the classmate's is marked and not returned, which nobody may find here."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        work.mark(self.submission, cast.teacher, feedback="Her feedback.")
        actions.return_grade(self.submission, by=cast.teacher)
        self.other = work.submission_of(self.assignment, cast.classmate)
        work.hand_in(self.other)
        work.mark(self.other, cast.teacher, feedback="Not for her eyes.")


def counts_one(world: World, person: str, answer: Any) -> None:
    found = answer.json()
    assert found["scores"]["n"] == 1
    assert found["totals"]["students"] == 2
    assert "Other" not in str(found)


def shows_one_room(world: World, person: str, answer: Any) -> None:
    sees_one_room(world, person, answer)
    assert "Not for her eyes." not in answer.content.decode()


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-assignment-report"): row(**FOR_STAFF, given=World, url=lambda w: w.its, sees=counts_one),
    ("get", "assignment-report"): row(**{**FOR_GRADERS, "given": World}, url=lambda w: w.its, sees=shows_one_room),
}
