"""The routes of excusing a student, and of handing in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assignments import actions, readings
from assignments.models import Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from lessons import images
from tests.assignments import work
from tests.assignments.pictures import photo
from tests.cast import Cast
from tests.matrix import Row, row

API: dict[str, int] = {"everybody": 404, "anonymous": 401, "student": 403}
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302, "student": 403}
STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """Room A with one piece of work that nobody has begun."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.assignment = work.make_assignment(cast)
        self.submission = work.submission_of(self.assignment, cast.student)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.submission.pk}

    def typed(self) -> dict[str, Any]:
        essay = next(name for name, question in readings.questions(self.assignment).items() if not question.is_choice)
        return {
            "edition": self.assignment.edition_id,
            "client_attempt_id": str(uuid7()),
            "reason": "On paper",
            f"text-{essay}": "From the sheet.",
        }


class OnPaper(World):
    """A picture of paper was handed in for the student."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.hand_in_for(
            self.submission,
            body={"answers": []},
            reason="On paper",
            client_attempt_id=uuid7(),
            edition=self.assignment.edition_id,
            by=cast.teacher,
            received_at=clock.now(),
            scans=[images.clean(photo())],
        )

    @property
    def picture(self) -> dict[str, Any]:
        return {"pk": self.submission.pk, "number": 1, "place": 1}


def a_picture(world: OnPaper, person: str, answer: Any) -> None:
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"


READS: dict[str, int] = {"student": 200, **dict.fromkeys(STAFF, 200)}


class Excused(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.excuse(self.submission, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)


def stands(state: str) -> Callable[[World], bool]:
    return lambda w: Submission.objects.get(pk=w.submission.pk).state == state


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-excuse"): row(given=Excused, url=lambda w: w.its, **API, **dict.fromkeys(STAFF, 200)),
    ("put", "api-excuse"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"category": "illness", "reason": "In bed"},
        **API,
        **dict.fromkeys(STAFF, 200),
        done=stands("excused"),
    ),
    ("delete", "api-excuse"): row(
        given=Excused, url=lambda w: w.its, **API, **dict.fromkeys(STAFF, 204), done=stands("assigned")
    ),
    ("post", "grade-excuse"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"category": "illness", "reason": "In bed"},
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=stands("excused"),
    ),
    ("post", "grade-excuse-lift"): row(
        given=Excused, url=lambda w: w.its, **PAGE, **dict.fromkeys(STAFF, 302), done=stands("assigned")
    ),
    ("get", "scan"): row(given=OnPaper, url=lambda w: w.picture, **{**PAGE, "classmate": 404, **READS}, sees=a_picture),
    ("get", "api-scan"): row(
        given=OnPaper, url=lambda w: w.picture, **{**API, "classmate": 404, **READS}, sees=a_picture
    ),
    ("get", "hand-in-for"): row(given=World, url=lambda w: w.its, **PAGE, **dict.fromkeys(STAFF, 200)),
    ("post", "hand-in-for"): row(
        given=World,
        url=lambda w: w.its,
        body=World.typed,
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=stands("submitted"),
    ),
}
