"""The routes of `assignments`."""

from __future__ import annotations

from typing import Any

from assignments import actions
from assignments.models import ErratumAck, ParkedCopy
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from tests.assignments import corrected, work
from tests.cast import Cast
from tests.matrix import Row, lists, row
from tests.matrix.answering import MATRIX as ANSWERING
from tests.matrix.by_question import MATRIX as BY_QUESTION
from tests.matrix.commenting import MATRIX as COMMENTING
from tests.matrix.counting import MATRIX as COUNTING
from tests.matrix.dates import MATRIX as DATES
from tests.matrix.excusing import MATRIX as EXCUSING
from tests.matrix.grade_log import MATRIX as GRADE_LOG
from tests.matrix.hiding import MATRIX as HIDING
from tests.matrix.passages import MATRIX as PASSAGES
from tests.matrix.revising import MATRIX as REVISING
from tests.matrix.sharing import MATRIX as SHARING
from tests.matrix.teaching import MATRIX as TEACHING

STAFF = {"teacher": 200, "co_teacher": 200, "assistant": 200}
# Curators and administrators have no right in a class; neither has whoever left it.
NOBODY = {"everybody": 404, "anonymous": 401}


class World:
    """Room A has one assignment: the student handed in and was marked, the classmate has two texts. Room B has its
    own assignment with its own work."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.assignment = work.make_assignment(cast)
        self.student = work.submission_of(self.assignment, cast.student)
        self.classmate = work.submission_of(self.assignment, cast.classmate)
        self.handed_in = work.hand_in(self.student)
        work.mark(self.student, cast.teacher)
        actions.release(self.student, by=cast.teacher)
        self.student.refresh_from_db()
        self.body = work.body_for(self.assignment, "Mine.")
        actions.save_draft(self.classmate, body=self.body, if_rev=0, by=cast.classmate)
        try:
            stale = work.body_for(self.assignment, "Also mine.")
            actions.save_draft(self.classmate, body=stale, if_rev=0, by=cast.classmate)
        except DomainError as error:
            self.parked = ParkedCopy.objects.get(pk=error.extra["parked_copy"]["id"])
        self.foreign = actions.create_assignment(
            cast.other_room, edition=self.assignment.edition, by=cast.other_teacher, title="Gates"
        )
        self.foreign_work = work.submission_of(self.foreign, cast.other_student)

    def hand_in(self) -> dict[str, Any]:
        return {"client_attempt_id": str(uuid7()), "edition": self.assignment.edition_id, "body": self.body}


def assigned(w: World) -> dict[str, Any]:
    return {"pk": w.assignment.pk}


def of_student(w: World) -> dict[str, Any]:
    return {"pk": w.student.pk}


def of_classmate(w: World) -> dict[str, Any]:
    return {"pk": w.classmate.pk}


def parked_copy(w: World) -> dict[str, Any]:
    return {"pk": w.classmate.pk, "copy": w.parked.pk}


def assignments_seen(w: World) -> dict[str, set[str]]:
    room_a = {str(w.assignment.pk)}
    insiders = ("student", "classmate", "teacher", "co_teacher", "assistant")
    room_b = {str(w.foreign.pk)}
    return {**dict.fromkeys(insiders, room_a), "other_teacher": room_b, "other_student": room_b}


def work_seen(w: World) -> dict[str, set[str]]:
    every = {str(w.student.pk), str(w.classmate.pk)}
    theirs = {str(w.foreign_work.pk)}
    return {
        "student": {str(w.student.pk)},
        "classmate": {str(w.classmate.pk)},
        "teacher": every,
        "co_teacher": every,
        "assistant": every,
        "other_teacher": theirs,
        "other_student": theirs,
    }


def no_grade_for_the_student(w: World, person: str, answer: Any) -> None:
    shown = answer.json()
    assert (shown == {"status": "none"}) == (person == "student"), shown


def without_foreign_names(w: World, person: str, answer: Any) -> None:
    names = str(answer.json())
    assert "Classmate" in names
    assert "Other" not in names
    assert "Removed" not in names


def only_its_assignments(w: World, person: str, answer: Any) -> None:
    its = w.cast.room.assignments.filter(deleted_at=None).values_list("pk", flat=True)
    assert {each["id"] for each in answer.json()["assignments"]} == {str(pk) for pk in its}
    assert answer.json()["totals"]["given"] == 2


class Told:
    """A correction of a source that room A works with."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.erratum = corrected.make(cast).erratum

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.cast.room.pk, "erratum": self.erratum.pk}


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-class-errata"): row(
        given=Told,
        url=lambda w: {"pk": w.cast.room.pk},
        **NOBODY,
        **STAFF,
        student=403,
        classmate=403,
        sees=lists(lambda w: {key: {str(w.erratum.pk)} for key in STAFF}),
    ),
    ("post", "api-erratum-acknowledgement"): row(
        given=Told,
        url=lambda w: w.its,
        body=lambda w: {},
        **NOBODY,
        teacher=200,
        co_teacher=200,
        assistant=403,
        student=403,
        classmate=403,
        done=lambda w: ErratumAck.objects.exists(),
    ),
    **TEACHING,
    **ANSWERING,
    **DATES,
    **BY_QUESTION,
    **COMMENTING,
    **COUNTING,
    **PASSAGES,
    **SHARING,
    **EXCUSING,
    **REVISING,
    **GRADE_LOG,
    **HIDING,
    ("get", "api-assignments"): row(given=World, everybody=200, anonymous=401, sees=lists(assignments_seen)),
    ("post", "api-assignments"): row(
        given=World,
        body=lambda w: {"classroom": str(w.cast.room.pk), "edition": w.assignment.edition_id, "title": "More"},
        **NOBODY,
        teacher=201,
        co_teacher=201,
        assistant=403,
        student=403,
        classmate=403,
    ),
    ("get", "api-assignment"): row(given=World, url=assigned, **NOBODY, members=200),
    ("patch", "api-assignment"): row(
        given=World,
        url=assigned,
        body=lambda w: {"title": "Other walls"},
        headers=lambda w: {"If-Match": '"a1"'},
        **NOBODY,
        members=403,
        teacher=200,
        co_teacher=200,
    ),
    ("delete", "api-assignment"): row(given=World, url=assigned, **NOBODY, members=403, teacher=204, co_teacher=204),
    ("post", "api-assignment-restoration"): row(
        given=World, url=assigned, body=lambda w: {}, **NOBODY, members=403, teacher=200, co_teacher=200
    ),
    ("get", "api-assignment-board"): row(
        given=World, url=assigned, **NOBODY, **STAFF, student=403, classmate=403, sees=without_foreign_names
    ),
    ("get", "api-class-board"): row(
        given=World,
        url=lambda w: {"pk": w.cast.room.pk},
        **NOBODY,
        **STAFF,
        student=403,
        classmate=403,
        sees=without_foreign_names,
    ),
    ("get", "api-class-totals"): row(
        given=World,
        url=lambda w: {"pk": w.cast.room.pk},
        **NOBODY,
        **STAFF,
        student=403,
        classmate=403,
        sees=only_its_assignments,
    ),
    ("post", "api-returns"): row(
        given=World,
        url=assigned,
        body=lambda w: {"submissions": [str(w.student.pk)]},
        headers=lambda w: {"Idempotency-Key": "return"},
        **NOBODY,
        **STAFF,
        student=403,
        classmate=403,
    ),
    ("post", "api-recalls"): row(
        given=World,
        url=assigned,
        body=lambda w: {"submissions": [str(w.student.pk)], "reason": "A slip"},
        headers=lambda w: {"Idempotency-Key": "recall"},
        **NOBODY,
        **STAFF,
        student=403,
        classmate=403,
    ),
    ("get", "api-submissions"): row(given=World, everybody=200, anonymous=401, sees=lists(work_seen)),
    ("get", "api-submission"): row(given=World, url=of_student, **NOBODY, **STAFF, student=200, classmate=404),
    ("get", "api-draft"): row(
        given=World, url=of_classmate, **NOBODY, teacher=403, co_teacher=403, assistant=403, student=404, classmate=200
    ),
    ("put", "api-draft"): row(
        given=World,
        url=of_classmate,
        body=lambda w: {"body": w.body},
        headers=lambda w: {"If-Match": '"d1"'},
        **NOBODY,
        teacher=403,
        co_teacher=403,
        assistant=403,
        student=404,
        classmate=200,
    ),
    # A stale save is the student's own affair: staff see only what was handed in.
    ("get", "api-parked"): row(
        given=World,
        url=of_classmate,
        **NOBODY,
        **STAFF,
        student=404,
        classmate=200,
        sees=lists(lambda w: {"classmate": {str(w.parked.pk)}}),
    ),
    ("delete", "api-parked-copy"): row(given=World, url=parked_copy, **NOBODY, classmate=204),
    ("post", "api-parked-accept"): row(
        given=World,
        url=parked_copy,
        body=lambda w: {},
        headers=lambda w: {"If-Match": '"d1"'},
        **NOBODY,
        classmate=200,
    ),
    ("get", "api-attempts"): row(
        given=World,
        url=of_student,
        **NOBODY,
        **STAFF,
        student=200,
        classmate=404,
        sees=lists(
            lambda w: {name: {"1"} for name in ("student", "teacher", "co_teacher", "assistant")},
            key=lambda item: item["number"],
        ),
    ),
    ("post", "api-attempts"): row(
        given=World,
        url=of_classmate,
        body=World.hand_in,
        **NOBODY,
        teacher=403,
        co_teacher=403,
        assistant=403,
        student=404,
        classmate=201,
    ),
    ("get", "api-attempt"): row(
        given=World, url=lambda w: {"pk": w.student.pk, "number": 1}, **NOBODY, **STAFF, student=200, classmate=404
    ),
    ("put", "api-claim"): row(given=World, url=of_student, body=lambda w: {}, **NOBODY, **STAFF, student=403),
    ("delete", "api-claim"): row(
        given=World, url=of_student, **NOBODY, teacher=204, co_teacher=204, assistant=204, student=403
    ),
    ("get", "api-grade"): row(
        given=World, url=of_student, **NOBODY, **STAFF, student=200, sees=no_grade_for_the_student
    ),
    ("put", "api-grade"): row(
        given=World,
        url=of_student,
        body=lambda w: {"feedback": "Good."},
        headers=lambda w: {"If-Match": f'"g{w.student.grades.latest_first().values_list("version", flat=True)[0]}"'},
        **NOBODY,
        **STAFF,
        student=403,
    ),
    ("post", "api-return"): row(given=World, url=of_student, body=lambda w: {}, **NOBODY, **STAFF, student=403),
    # Nothing is returned yet: the staff are told so (409), the others that it is not theirs.
    ("post", "api-recall"): row(
        given=World,
        url=of_student,
        body=lambda w: {"reason": "A slip."},
        **NOBODY,
        teacher=409,
        co_teacher=409,
        assistant=409,
        student=403,
    ),
    ("get", "api-receipt"): row(given=World, url=lambda w: {"code": w.handed_in.attempt.receipt_code}, everybody=200),
}
