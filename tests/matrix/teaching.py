"""The teacher's pages of `assignments`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import time_machine

from assignments import actions
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, ErratumAck, ParkedCopy, Submission
from destalin_site.common import clock
from tests.assignments import corrected, work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """Room A with one piece of work handed in; room B with one of its own."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.room = cast.room
        self.edition = edition = work.make_edition()
        self.assignment = work.make_assignment(cast, edition, title="Only room A")
        self.submission = work.submission_of(self.assignment, cast.student)
        work.hand_in(self.submission)
        self.theirs = actions.create_assignment(
            cast.other_room, edition=edition, by=cast.other_teacher, title="Only room B"
        )
        self.their_submission = work.submission_of(self.theirs, cast.other_student)
        work.hand_in(self.their_submission)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}

    @property
    def question(self) -> str:
        return self.assignment.edition.read().questions[0]["id"]

    @property
    def work(self) -> dict[str, Any]:
        return {"pk": self.submission.pk}


class Told:
    """A correction of a source that room A works with."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.room = cast.room
        self.erratum = corrected.make(cast).erratum


class Graded(World):
    """… and marked, with the lease given back."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        work.mark(self.submission, cast.teacher)
        actions.release(self.submission, by=cast.teacher)
        self.submission.refresh_from_db()


class DraftsShown(World):
    """… where drafts may be read, and she writes on."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        Assignment.objects.filter(pk=self.assignment.pk).update(drafts_visible=True)
        actions.save_draft(
            self.submission,
            body=work.body_for(self.assignment, "So far."),
            if_rev=self.submission.draft.rev,
            by=cast.student,
        )


class Claimed(World):
    """… and being read by a colleague of the teachers."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.claim(self.submission, by=cast.teacher)


class Returned(Graded):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.return_grade(self.submission, by=cast.teacher)


class Deleted(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.delete_assignment(self.assignment, by=cast.teacher)


class SetAside(World):
    """… and another hand-in that came after the close."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        closes = clock.now() + dt.timedelta(hours=1)
        actions.update_assignment(self.assignment, if_version=1, by=cast.teacher, closes_at=closes)
        self.submission.refresh_from_db()
        with time_machine.travel(closes + dt.timedelta(hours=1), tick=False):
            try:
                work.hand_in(self.submission, work.body_for(self.assignment, "Later words."), received_at=clock.now())
            except AssignmentClosed as refused:
                self.copy = refused.extra["parked_copy"]["id"]


def sees_one_room(world: World, person: str, answer: Any) -> None:
    """Nothing of the other room on the page: neither its assignment nor its student."""
    page = answer.content.decode()
    of_room_b = person in ("other_teacher", "other_student")
    mine, theirs = ("Only room B", "Only room A") if of_room_b else ("Only room A", "Only room B")
    assert theirs not in page
    names = {"Only room A": ("Student", "Classmate"), "Only room B": ("Other Student",)}
    assert not any(f"<bdi>{name}</bdi>" in page for name in names[theirs])
    if person in STAFF:
        assert mine in page


def stands(state: str) -> Callable[[World], bool]:
    """Whether the student's work is in this state."""
    return lambda w: Submission.objects.get(pk=w.submission.pk).state == state


def is_deleted(world: World) -> bool:
    return Assignment.objects.get(pk=world.assignment.pk).deleted_at is not None


def assigned(world: World) -> dict[str, Any]:
    return {
        "title": "One more",
        "questions": [question["id"] for question in world.edition.read().questions],
        "audience": "all",
    }


def marks(world: World) -> dict[str, Any]:
    version = world.submission.grades.latest_first().values_list("version", flat=True)[0]
    return {"version": str(version), "feedback": "Well seen."}


def _is_a_preview(answer: Any) -> None:
    assert answer.context_data["preview"], "the desk, not the form again"


STRANGERS: dict[str, int] = {"everybody": 404, "anonymous": 302}
PUPILS: dict[str, int] = {"student": 403, "classmate": 403}
FOR_GRADERS: dict[str, Any] = {
    **STRANGERS,
    **PUPILS,
    "teacher": 200,
    "co_teacher": 200,
    "assistant": 200,
    "given": World,
}
# A student reads her own work and may not grade it; a classmate's does not exist for her.
FOR_GRADERS_OF_WORK: dict[str, Any] = {**FOR_GRADERS, "classmate": 404}
ACTS_ON_WORK: dict[str, Any] = {**FOR_GRADERS_OF_WORK, **dict.fromkeys(STAFF, 302)}
FOR_TEACHERS: dict[str, Any] = {
    **STRANGERS,
    **PUPILS,
    "teacher": 200,
    "co_teacher": 200,
    "assistant": 403,
    "given": World,
}
ACTS_OF_TEACHERS: dict[str, Any] = {**FOR_TEACHERS, "teacher": 302, "co_teacher": 302}


def sees_her_day(world: World, person: str, answer: Any) -> None:
    sees_one_room(world, person, answer)
    day = answer.json()
    teaches, learns = day["teacher"] is not None, day["student"] is not None
    assert (teaches, learns) == ((True, False) if person in (*STAFF, "other_teacher") else (False, True))


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "today"): row(given=World, everybody=200, anonymous=302, sees=sees_one_room),
    ("get", "api-today"): row(given=World, everybody=200, anonymous=401, sees=sees_her_day),
    ("get", "classroom"): row(
        **{**FOR_GRADERS, "student": 302, "classmate": 302}, url=lambda w: {"pk": w.room.pk}, sees=sees_one_room
    ),
    ("post", "erratum-acknowledge"): row(
        **{**ACTS_OF_TEACHERS, "given": Told},
        url=lambda w: {"pk": w.room.pk, "erratum": w.erratum.pk},
        done=lambda w: ErratumAck.objects.exists(),
    ),
    ("get", "assign"): row(**FOR_TEACHERS, url=lambda w: {"pk": w.room.pk}),
    ("post", "assign"): row(
        **ACTS_OF_TEACHERS,
        url=lambda w: {"pk": w.room.pk},
        query=lambda w: f"lesson={w.edition.lesson.slug}",
        body=assigned,
        done=lambda w: Assignment.objects.filter(classroom=w.room, title="One more").exists(),
    ),
    ("post", "assign-preview"): row(
        **FOR_TEACHERS,
        url=lambda w: {"pk": w.room.pk},
        query=lambda w: f"lesson={w.assignment.edition.lesson.slug}",
        body=lambda w: {"title": "Tried", "questions": [w.question], "audience": "all"},
        sees=lambda w, person, answer: _is_a_preview(answer),
    ),
    ("get", "assign-anywhere"): row(
        given=World, everybody=200, anonymous=302, teacher=302, co_teacher=302, other_teacher=302
    ),
    ("get", "assignment-board"): row(**FOR_GRADERS, url=lambda w: w.its, sees=sees_one_room),
    ("get", "assignment-return"): row(**{**FOR_GRADERS, "given": Graded}, url=lambda w: w.its, sees=sees_one_room),
    ("post", "assignment-return"): row(
        **{**FOR_GRADERS, **dict.fromkeys(STAFF, 302), "given": Graded},
        url=lambda w: w.its,
        body=lambda w: {"submissions": [str(w.submission.pk), str(w.their_submission.pk)]},
        done=stands("returned"),
    ),
    ("get", "assignment-returned"): row(**{**FOR_GRADERS, "given": Returned}, url=lambda w: w.its, sees=sees_one_room),
    ("post", "assignment-recall"): row(
        **{**FOR_GRADERS, "given": Returned, "teacher": 302, "co_teacher": 403, "assistant": 403},
        url=lambda w: w.its,
        body=lambda w: {"submissions": [str(w.submission.pk), str(w.their_submission.pk)], "reason": "A slip"},
        done=stands("submitted"),
    ),
    ("get", "grade-next"): row(**{**FOR_GRADERS, **dict.fromkeys(STAFF, 302)}, url=lambda w: w.its),
    ("get", "assignment-edit"): row(**FOR_TEACHERS, url=lambda w: w.its),
    ("post", "assignment-edit"): row(
        **ACTS_OF_TEACHERS,
        url=lambda w: w.its,
        body=lambda w: {"title": "Renamed", "audience": "all", "version": "1"},
        done=lambda w: Assignment.objects.get(pk=w.assignment.pk).title == "Renamed",
    ),
    ("get", "assignment-delete"): row(**FOR_TEACHERS, url=lambda w: w.its, sees=sees_one_room),
    ("get", "deleted-assignments"): row(
        **{**FOR_TEACHERS, "given": Deleted}, url=lambda w: {"pk": w.room.pk}, sees=sees_one_room
    ),
    ("post", "assignment-delete"): row(**ACTS_OF_TEACHERS, url=lambda w: w.its, done=is_deleted),
    # What was deleted is gone for everybody who could not bring it back.
    ("post", "assignment-restore"): row(
        **{**ACTS_OF_TEACHERS, "given": Deleted, "student": 404, "classmate": 404, "assistant": 404},
        url=lambda w: w.its,
        done=lambda w: not is_deleted(w),
    ),
    ("get", "grade"): row(**FOR_GRADERS_OF_WORK, url=lambda w: w.work, sees=sees_one_room),
    ("get", "draft-to-read"): row(
        **{**FOR_GRADERS_OF_WORK, "given": DraftsShown}, url=lambda w: w.work, sees=sees_one_room
    ),
    ("post", "grade-claim"): row(**ACTS_ON_WORK, url=lambda w: w.work, done=stands("in_review")),
    ("post", "grade-release"): row(
        **{**ACTS_ON_WORK, "given": Claimed}, url=lambda w: w.work, done=stands("submitted")
    ),
    ("post", "grade-marks"): row(
        **ACTS_ON_WORK,
        url=lambda w: w.work,
        body=marks,
        done=lambda w: w.submission.grades.filter(feedback="Well seen.").exists(),
    ),
    ("post", "grade-return"): row(**{**ACTS_ON_WORK, "given": Graded}, url=lambda w: w.work, done=stands("returned")),
    # The owner and whoever returned it may; a colleague gets the page again, with the refusal.
    ("post", "grade-recall"): row(
        **{**ACTS_ON_WORK, "given": Returned, "co_teacher": 403, "assistant": 403},
        url=lambda w: w.work,
        body=lambda w: {"reason": "A wrong sum."},
        done=stands("in_review"),
    ),
    ("post", "grade-accept"): row(
        **{**ACTS_ON_WORK, "given": SetAside},
        url=lambda w: {**w.work, "copy": w.copy},
        done=lambda w: ParkedCopy.objects.get(pk=w.copy).resolution == "accepted",
    ),
}
