"""The student's pages of `assignments`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assignments import actions
from assignments.models import ParkedCopy
from destalin_site.common.errors import VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

MINE_ONLY = {"anonymous": 302, "everybody": 404, "teacher": 403, "co_teacher": 403, "assistant": 403}
STAFF = {"teacher": 200, "co_teacher": 200, "assistant": 200}


class World:
    """In room A the student's work came back and the classmate has a draft, and a text that was set aside. Room B has
    work of its own."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast, title="Only room A")
        self.student = work.submission_of(self.assignment, cast.student)
        self.handed_in = work.hand_in(self.student, work.body_for(self.assignment, "Hers alone."))
        work.mark(self.student, cast.teacher)
        actions.return_grade(self.student, by=cast.teacher)
        self.classmate = work.submission_of(self.assignment, cast.classmate)
        self.body = work.body_for(self.assignment, "His alone.")
        actions.save_draft(self.classmate, body=self.body, if_rev=0, by=cast.classmate)
        stale = work.body_for(self.assignment, "His too.")
        with pytest.raises(VersionStale):
            actions.save_draft(self.classmate, body=stale, if_rev=0, by=cast.classmate)
        self.parked = ParkedCopy.objects.get()
        actions.create_assignment(
            cast.other_room, edition=self.assignment.edition, by=cast.other_teacher, title="Only room B"
        )

    def saved(self) -> dict[str, Any]:
        return {"base": json.dumps(self.body), "rev": 1, "do": "save"}


def of_student(w: World) -> dict[str, Any]:
    return {"pk": w.student.pk}


def of_classmate(w: World) -> dict[str, Any]:
    return {"pk": w.classmate.pk}


def his_copy(w: World) -> dict[str, Any]:
    return {"pk": w.classmate.pk, "copy": w.parked.pk}


def assigned(w: World) -> dict[str, Any]:
    return {"pk": w.assignment.pk}


def own_work_only(w: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert ("Only room A" in page) == (person in ("student", "classmate")), "room A's assignment"
    assert ("Only room B" in page) == (person == "other_student"), "room B's assignment"


def his_words(w: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert "His alone." in page
    assert "Hers alone." not in page


def her_words(w: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert "Hers alone." in page
    assert "His alone." not in page


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "my-work"): row(given=World, everybody=200, anonymous=302, sees=own_work_only),
    ("get", "desk"): row(given=World, url=of_classmate, **MINE_ONLY, classmate=200, sees=his_words),
    ("post", "desk"): row(given=World, url=of_classmate, body=World.saved, **MINE_ONLY, classmate=302),
    ("get", "hand-in"): row(given=World, url=of_classmate, **MINE_ONLY, classmate=200),
    ("post", "hand-in"): row(
        given=World,
        url=of_classmate,
        body=lambda w: {"rev": 1, "client_attempt_id": str(uuid7())},
        **MINE_ONLY,
        classmate=302,
    ),
    ("get", "receipt"): row(
        given=World,
        url=lambda w: {"pk": w.student.pk, "number": 1},
        anonymous=302,
        everybody=404,
        **STAFF,
        student=200,
        sees=her_words,
    ),
    # A stale save is its author's own affair: to the staff it does not exist.
    ("get", "parked-copy"): row(given=World, url=his_copy, anonymous=302, everybody=404, classmate=200, sees=his_words),
    ("post", "parked-copy"): row(
        given=World,
        url=his_copy,
        body=lambda w: {"choice": "mine", "rev": 1},
        anonymous=302,
        everybody=404,
        classmate=302,
    ),
    ("get", "feedback"): row(given=World, url=of_student, **MINE_ONLY, student=200, sees=her_words),
    ("get", "receipt-check"): row(everybody=200),
    ("get", "desk-preview"): row(
        given=World, url=assigned, anonymous=302, everybody=404, **STAFF, student=403, classmate=403
    ),
    ("post", "desk-preview"): row(
        given=World,
        url=assigned,
        body=lambda w: {**w.saved(), "do": "hand-in"},
        anonymous=302,
        everybody=404,
        **STAFF,
        student=403,
        classmate=403,
    ),
}
