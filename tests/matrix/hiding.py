"""The routes by which names that were hidden are shown, and of what is known by name meanwhile."""

from __future__ import annotations

from typing import Any

from assignments import actions
from assignments.models import Assignment, Excuse, Submission
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")
RUNS = ("teacher", "co_teacher")
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302, "student": 403, "classmate": 403}
API: dict[str, int] = {**PAGE, "anonymous": 401}


class World:
    """Room A marks without names. The classmate has handed in, the student nothing."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast, anonymous=True)
        self.expected = work.submission_of(self.assignment, cast.student)
        work.hand_in(work.submission_of(self.assignment, cast.classmate))

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}

    @property
    def hers(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk, "student": self.expected.student_id}

    @property
    def shown(self) -> bool:
        return not Assignment.objects.get(pk=self.assignment.pk).names_hidden

    @property
    def excused(self) -> bool:
        return Submission.objects.get(pk=self.expected.pk).state == "excused"


class Excused(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.excuse(self.expected, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "assignment-names"): row(
        given=World, url=lambda w: w.its, **PAGE, assistant=403, **dict.fromkeys(RUNS, 200)
    ),
    ("post", "assignment-names"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"confirmed": "1"},
        **PAGE,
        assistant=403,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.shown,
    ),
    ("post", "api-assignment-names"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"confirmed": True},
        **API,
        assistant=403,
        **dict.fromkeys(RUNS, 200),
        done=lambda w: w.shown,
    ),
    ("get", "excuse-by-name"): row(given=World, url=lambda w: w.hers, **PAGE, **dict.fromkeys(STAFF, 200)),
    ("post", "excuse-by-name"): row(
        given=World,
        url=lambda w: w.hers,
        body=lambda w: {"category": "illness", "reason": "In bed"},
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=lambda w: w.excused,
    ),
    ("get", "api-excuse-by-name"): row(given=Excused, url=lambda w: w.hers, **API, **dict.fromkeys(STAFF, 200)),
    ("put", "api-excuse-by-name"): row(
        given=World,
        url=lambda w: w.hers,
        body=lambda w: {"category": "illness", "reason": "In bed"},
        **API,
        **dict.fromkeys(STAFF, 200),
        done=lambda w: w.excused,
    ),
    ("delete", "api-excuse-by-name"): row(
        given=Excused, url=lambda w: w.hers, **API, **dict.fromkeys(STAFF, 204), done=lambda w: not w.excused
    ),
}
