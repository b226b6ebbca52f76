"""Files that are taken from a class, the one that comes back, and work on paper."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from assignments import actions
from assignments.exports import marksheet, whole
from assignments.models import Grade, Submission
from destalin_site.common import clock
from tests.cast import Cast
from tests.matrix import Row, row
from tests.matrix.teaching import Returned

STAFF = ("teacher", "co_teacher", "assistant")
FOR_STAFF: dict[str, Any] = {
    "everybody": 404,
    "anonymous": 401,
    "student": 403,
    "classmate": 403,
    **dict.fromkeys(STAFF, 200),
}
# A page asks its person to say once more who she is, before anything is made.
ON_PAGES: dict[str, Any] = {**FOR_STAFF, **dict.fromkeys((*STAFF, "anonymous"), 302)}


class World(Returned):
    """In room A work came back, and room B has work of its own."""


def written_down(world: World) -> bool:
    return AuditEntry.objects.filter(action__endswith="exported").exists()


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def one_room(world: World, person: str, answer: Any) -> None:
    """The names of room A, and nobody's of room B."""
    text = body(answer)
    assert "Classmate" in text
    assert "Only room B" not in text
    assert str(world.cast.other_student.pk) not in text
    if answer["Content-Type"] == "application/json":
        json.loads(text)


def her_work_and_marks(world: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert "It was decided elsewhere." in page
    assert "Well seen." in page


def one_mark(world: World) -> dict[str, Any]:
    """A file of marks in which one score was changed."""
    work = Submission.objects.get(pk=world.work["pk"])
    version = f"g{work.grades.newest_version()}.00000000.00000000"
    cells = [str(work.student_id), str(work.pk), version, "1.5", "Look again."]
    return {"csv": "\n".join([",".join(marksheet.NEEDED), ",".join(cells)]), "dry_run": False}


def one_mark_of_a_class(world: World) -> dict[str, Any]:
    """The class as its teacher takes it along, with another score."""
    document = json.loads(b"".join(whole.parts(world.room, viewer=world.cast.teacher, now=clock.now())))
    for marks in document["marks"]:
        if marks["submission"] == str(world.submission.pk):
            marks["entered_score"] = "1.5"
    return {"document": document, "dry_run": False}


def as_file(name: str, content: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content.encode())}


def one_changed(world: World, person: str, answer: Any) -> None:
    told = answer.json()
    assert [row["after"]["entered_score"] for row in told["changed"]] == ["1.50"]
    assert told["refused"] == []


def drafted(world: World) -> bool:
    return Grade.objects.filter(status="draft", override="1.5").exists()


class TakenAway(Returned):
    """The same, and that work was taken away from its student, who stays in the class."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.assignment.refresh_from_db()
        actions.update_assignment(
            self.assignment, audience=[cast.classmate.pk], if_version=self.assignment.version, by=cast.teacher
        )

    def is_back(self) -> bool:
        return Submission.objects.get(pk=self.submission.pk).state == "returned"


def her_own(world: World, person: str, answer: Any) -> None:
    """Of the student's work everything, removed as it is; of anybody else nothing."""
    text = body(answer)
    json.loads(text)
    assert ("Well seen." in text) == (person == "student")
    assert ("It was decided elsewhere." in text) == (person in ("student", "other_student"))
    assert ("Only room B" in text) == (person == "other_student")


ANYBODY = {"everybody": 200, "anonymous": 401}
ANYBODY_S_PAGE = {"everybody": 200, "anonymous": 302}
BRING_BACK = {"everybody": 404, "student": 404, "classmate": 404, "assistant": 403}

MATRIX: dict[tuple[str, str], Row] = {
    # To take a whole class along is for those who run it.
    ("get", "api-class-export"): row(
        **{**FOR_STAFF, "assistant": 403},
        given=World,
        url=lambda w: {"pk": w.room.pk},
        sees=one_room,
        done=written_down,
    ),
    ("get", "api-assignment-marks"): row(
        **FOR_STAFF, given=World, url=lambda w: w.its, sees=one_room, done=written_down
    ),
    ("get", "api-own-work"): row(**ANYBODY, given=TakenAway, sees=her_own),
    ("get", "own-work"): row(**ANYBODY_S_PAGE, given=TakenAway),
    ("get", "own-work-file"): row(**ANYBODY_S_PAGE, given=TakenAway),
    ("post", "work-bring-back"): row(
        **{**BRING_BACK, "anonymous": 302, "teacher": 302, "co_teacher": 302},
        given=TakenAway,
        url=lambda w: w.work,
        done=TakenAway.is_back,
    ),
    ("post", "api-submission-restoration"): row(
        **{**BRING_BACK, "anonymous": 401, "teacher": 200, "co_teacher": 200},
        given=TakenAway,
        url=lambda w: w.work,
        done=TakenAway.is_back,
    ),
    ("get", "class-export-board"): row(**ON_PAGES, given=World, url=lambda w: {"pk": w.room.pk}),
    ("get", "class-export-everything"): row(
        **{**ON_PAGES, "assistant": 403}, given=World, url=lambda w: {"pk": w.room.pk}
    ),
    ("get", "assignment-export-marks"): row(**ON_PAGES, given=World, url=lambda w: w.its),
    ("get", "assignment-export-feedback"): row(**ON_PAGES, given=World, url=lambda w: w.its),
    ("get", "assignment-export-answers"): row(**ON_PAGES, given=World, url=lambda w: w.its),
    ("post", "api-assignment-marks"): row(
        **FOR_STAFF,
        given=World,
        url=lambda w: w.its,
        body=one_mark,
        headers=lambda w: {"Idempotency-Key": "marks that come back"},
        sees=one_changed,
        done=drafted,
    ),
    ("post", "api-class-import"): row(
        **{**FOR_STAFF, "assistant": 403},
        given=World,
        url=lambda w: {"pk": w.room.pk},
        body=one_mark_of_a_class,
        headers=lambda w: {"Idempotency-Key": "a class that comes back"},
        done=drafted,
    ),
    ("get", "class-import-everything"): row(
        **{**FOR_STAFF, "anonymous": 302, "assistant": 403}, given=World, url=lambda w: {"pk": w.room.pk}
    ),
    ("post", "class-import-everything"): row(
        **{**FOR_STAFF, "anonymous": 302, "teacher": 422, "co_teacher": 422, "assistant": 403},
        given=World,
        url=lambda w: {"pk": w.room.pk},
    ),
    ("get", "assignment-import-marks"): row(**{**FOR_STAFF, "anonymous": 302}, given=World, url=lambda w: w.its),
    ("post", "assignment-import-marks"): row(
        **{**FOR_STAFF, "anonymous": 302, **dict.fromkeys(STAFF, 422)}, given=World, url=lambda w: w.its
    ),
    ("get", "submission-print"): row(
        everybody=404,
        anonymous=302,
        student=200,
        **dict.fromkeys(STAFF, 200),
        given=World,
        url=lambda w: w.work,
        sees=her_work_and_marks,
    ),
}
