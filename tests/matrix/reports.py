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


def of_student(world: World) -> dict[str, Any]:
    return {"pk": world.room.pk, "student": world.cast.student.pk}


def the_room(world: World) -> dict[str, Any]:
    return {"pk": world.room.pk}


def nothing_of_others(world: World, person: str, answer: Any) -> None:
    """The student's own work of room A, and neither a classmate nor what was written and not returned."""
    found = answer.content.decode()
    assert "Only room A" in found
    assert "Only room B" not in found
    assert person == "classmate" or "Classmate" not in found
    assert "Not for her eyes." not in found


def of_one_student(world: World, person: str, answer: Any) -> None:
    assert answer.json()["students"] == 1


def sees_herself(world: World, person: str, answer: Any) -> None:
    told = answer.json()["report"]
    assert told["student"]["id"] == str(getattr(world.cast, person).pk)
    assert [work["mark"] for work in told["works"]] == ["scored" if person == "student" else "not_scored"]


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-assignment-report"): row(**FOR_STAFF, given=World, url=lambda w: w.its, sees=counts_one),
    ("get", "assignment-report"): row(**{**FOR_GRADERS, "given": World}, url=lambda w: w.its, sees=shows_one_room),
    ("get", "api-student-report"): row(
        given=World,
        url=of_student,
        everybody=404,
        anonymous=401,
        student=200,
        classmate=404,
        **STAFF,
        sees=nothing_of_others,
    ),
    ("get", "student-report"): row(
        url=of_student,
        **{**FOR_GRADERS, "given": World, "student": 302, "classmate": 404},
        sees=nothing_of_others,
    ),
    ("get", "api-about-me"): row(
        given=World,
        url=the_room,
        everybody=404,
        anonymous=401,
        student=200,
        classmate=200,
        **dict.fromkeys(STAFF, 403),
        sees=sees_herself,
    ),
    ("get", "about-me"): row(
        given=World,
        url=the_room,
        everybody=404,
        anonymous=302,
        student=200,
        classmate=200,
        **dict.fromkeys(STAFF, 403),
        sees=nothing_of_others,
    ),
    ("get", "api-class-skills"): row(**FOR_STAFF, given=World, url=the_room, sees=of_one_student),
    ("get", "class-skills"): row(**{**FOR_GRADERS, "given": World}, url=the_room, sees=shows_one_room),
}
