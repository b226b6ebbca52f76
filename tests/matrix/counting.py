"""What counts: which grade is the mark, and the marks of missing work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assignments import actions, marks_moving
from assignments.models import Assignment, FinalMark, Submission
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row
from tests.matrix.answering import MINE_ONLY

API: dict[str, int] = {"everybody": 404, "anonymous": 401, "student": 403, "classmate": 403}
ITS: dict[str, int] = {**API, "classmate": 404}
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302, "student": 403, "classmate": 403}
RUNS = ("teacher", "co_teacher")
STAFF = (*RUNS, "assistant")


class World:
    """Room A: the student's work was returned twice, with five points and then with three; the teacher chooses which
    counts. The classmate's is missing, and counts as nought."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.assignment = work.make_assignment(
            cast, due=work.due("2026-03-01T12:00"), resubmission=True, counts="pick", missing_percent=0
        )
        self.student = work.submission_of(self.assignment, cast.student)
        self.missing = work.submission_of(self.assignment, cast.classmate)
        for score in (Decimal(5), Decimal(3)):
            work.hand_in(work.reread(self.student))
            actions.claim(self.student, by=cast.teacher)
            work.mark(self.student, cast.teacher, questions=[], score=score)
            actions.return_grade(self.student, by=cast.teacher)
        self.first = self.student.grades.get(final_score=5)

    @property
    def assigned(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.student.pk}

    @property
    def change(self) -> dict[str, Any]:
        return {"counts": "best", "preview": marks_moving.preview(self.assignment, "best").tag}

    @property
    def chosen(self) -> dict[str, Any]:
        return {"submissions": [str(self.missing.pk)]}

    @property
    def changed(self) -> bool:
        return Assignment.objects.get(pk=self.assignment.pk).counts == "best"

    @property
    def picked(self) -> bool:
        return Submission.objects.get(pk=self.student.pk).picked_grade == self.first

    @property
    def final(self) -> bool:
        return FinalMark.objects.filter(submission=self.missing, ended="").exists()


class Decided(World):
    """The teacher chose the first, and made the missing work final."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.pick_grade(self.student, grade=self.first, reason="It was better", by=cast.teacher)
        actions.make_final(self.missing, if_version=1, by=cast.teacher)


def _keyed(w: World) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7()), "If-Match": '"a1"'}


def _is_missing(w: World, person: str, answer: Any) -> None:
    assert [each["submission"] for each in answer.json()["results"]] == [str(w.missing.pk)]


def _moves(w: World, person: str, answer: Any) -> None:
    assert [each["submission"] for each in answer.json()["moves"]] == [str(w.student.pk)]


def _both(w: World, person: str, answer: Any) -> None:
    assert [each["score"] for each in answer.json()["results"]] == ["5.00", "3.00"]


def _each_is_read(w: World, person: str, answer: Any) -> None:
    assert [(each["final_score"], each["counts"]) for each in answer.json()["results"]] == [
        ("5.00", False),
        ("3.00", True),
    ]


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-counts"): row(
        given=World,
        url=lambda w: w.assigned,
        query=lambda w: "counts=best",
        **API,
        assistant=403,
        **dict.fromkeys(RUNS, 200),
        sees=_moves,
    ),
    ("post", "api-counts"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.change,
        headers=_keyed,
        **API,
        assistant=403,
        **dict.fromkeys(RUNS, 200),
        done=lambda w: w.changed,
    ),
    ("get", "api-pick"): row(given=World, url=lambda w: w.its, **ITS, **dict.fromkeys(STAFF, 200), sees=_both),
    ("get", "api-grades"): row(
        given=World,
        url=lambda w: w.its,
        **{**ITS, "student": 200},
        **dict.fromkeys(STAFF, 200),
        sees=_each_is_read,
    ),
    ("get", "feedback-earlier"): row(given=World, url=lambda w: {**w.its, "number": 1}, **MINE_ONLY, student=200),
    ("get", "submission-print-earlier"): row(
        given=World,
        url=lambda w: {**w.its, "number": 1},
        everybody=404,
        anonymous=302,
        student=200,
        **dict.fromkeys(STAFF, 200),
    ),
    ("put", "api-pick"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"grade": str(w.first.pk), "reason": "It was better"},
        **ITS,
        **dict.fromkeys(STAFF, 200),
        done=lambda w: w.picked,
    ),
    ("delete", "api-pick"): row(
        given=Decided, url=lambda w: w.its, **ITS, **dict.fromkeys(STAFF, 204), done=lambda w: not w.picked
    ),
    ("get", "api-final-marks"): row(
        given=World, url=lambda w: w.assigned, **API, **dict.fromkeys(STAFF, 200), sees=_is_missing
    ),
    ("post", "api-final-marks"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.chosen,
        headers=_keyed,
        **API,
        **dict.fromkeys(STAFF, 200),
        done=lambda w: w.final,
    ),
    ("post", "api-final-marks-undone"): row(
        given=Decided,
        url=lambda w: w.assigned,
        body=lambda w: w.chosen,
        headers=_keyed,
        **API,
        **dict.fromkeys(STAFF, 200),
        done=lambda w: not w.final,
    ),
    ("get", "assignment-counts"): row(
        given=World,
        url=lambda w: w.assigned,
        query=lambda w: "counts=best",
        **PAGE,
        assistant=403,
        **dict.fromkeys(RUNS, 200),
    ),
    ("post", "assignment-counts"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.change,
        **PAGE,
        assistant=403,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.changed,
    ),
    ("get", "assignment-missing"): row(given=World, url=lambda w: w.assigned, **PAGE, **dict.fromkeys(STAFF, 200)),
    ("post", "assignment-missing"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: {**w.chosen, "do": "make", "version": 1},
        **PAGE,
        **dict.fromkeys(STAFF, 200),
        done=lambda w: w.final,
    ),
    ("post", "grade-pick"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"grade": str(w.first.pk), "reason": "It was better"},
        **{**PAGE, "classmate": 404},
        **dict.fromkeys(STAFF, 302),
        done=lambda w: w.picked,
    ),
}
