"""What work is judged by, its editions, and marks that are brought along."""

from __future__ import annotations

import copy
from typing import Any

from assignments import actions, regrades
from assignments.models import Assignment, Regrade, RubricEdition, Submission
from destalin_site.common.ids import uuid7
from tests.assignments import edited, work
from tests.assignments.rubric import make_edition
from tests.cast import Cast
from tests.matrix import Row, row

RUNS = ("teacher", "co_teacher")
STAFF = (*RUNS, "assistant")
PUPILS = {"student": 403, "classmate": 403}
HERS = {**PUPILS, "assistant": 403}


class World:
    """The student's work is returned by edition 1; the rubric is at edition 2."""

    def __init__(self, cast: Cast) -> None:
        self.assignment: Assignment = work.make_assignment(cast, make_edition())
        self.submission: Submission = work.submission_of(self.assignment, cast.student)
        work.hand_in(self.submission)
        edited.save(self.submission, cast.teacher, "Sourcing: sound", "Context: weak")
        actions.return_grade(self.submission, by=cast.teacher)
        edited.edit(self.assignment, edited.worth("Sourcing", "sound", "3.5"), cast.teacher)
        self.newest = edited.newest(self.assignment)

    @property
    def assigned(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}

    @property
    def rubric(self) -> dict[str, Any]:
        criteria = copy.deepcopy(self.newest.criteria)
        criteria[0]["name"] = "Sources"
        return {"title": self.newest.title, "criteria": criteria}

    def as_form(self) -> dict[str, str]:
        sent = {"number": "2", "title": self.newest.title, "act": "save"}
        for n, criterion in enumerate(self.rubric["criteria"]):
            sent |= {f"c{n}-{name}": criterion[name] for name in ("question", "id", "name", "description")}
            for place, level in enumerate(criterion["levels"]):
                sent |= {f"c{n}-l{place}-{name}": level[name] for name in ("id", "name", "points", "description")}
        return sent

    @property
    def choice(self) -> dict[str, Any]:
        return {
            "digest": regrades.preview(edited.fresh(self.assignment)).digest,
            "scope": "chosen",
            "submissions": [str(self.submission.pk)],
            "reason": "Sourcing weighs more.",
        }

    @property
    def edited(self) -> bool:
        return RubricEdition.objects.filter(number=3).exists()

    @property
    def regraded(self) -> bool:
        return Regrade.objects.filter(scope="chosen").exists()


class Regraded(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.regrade = edited.apply(self.assignment, cast.teacher, "chosen", self.submission)

    @property
    def of_it(self) -> dict[str, Any]:
        return {**self.assigned, "regrade": self.regrade.pk}

    @property
    def undone(self) -> bool:
        return Regrade.objects.filter(undoes=self.regrade).exists()


def _keyed(w: World) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


def editions(w: World, person: str, answer: Any) -> None:
    assert [each["number"] for each in answer.json()["results"]] == [2, 1]


def her_name(w: World, person: str, answer: Any) -> None:
    assert "Student" in answer.content.decode()


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-rubric"): row(
        given=World, url=lambda w: w.assigned, everybody=404, anonymous=401, **PUPILS, **dict.fromkeys(STAFF, 200)
    ),
    ("put", "api-rubric"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.rubric,
        headers=lambda w: {"If-Match": '"r2"'},
        everybody=404,
        anonymous=401,
        **HERS,
        **dict.fromkeys(RUNS, 200),
        done=lambda w: w.edited,
    ),
    ("get", "api-rubric-editions"): row(
        given=World,
        url=lambda w: w.assigned,
        everybody=404,
        anonymous=401,
        **PUPILS,
        **dict.fromkeys(STAFF, 200),
        sees=editions,
    ),
    ("get", "api-regrade"): row(
        given=World,
        url=lambda w: w.assigned,
        everybody=404,
        anonymous=401,
        **HERS,
        **dict.fromkeys(RUNS, 200),
        sees=her_name,
    ),
    ("post", "api-regrade"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.choice,
        headers=_keyed,
        everybody=404,
        anonymous=401,
        **HERS,
        **dict.fromkeys(RUNS, 201),
        done=lambda w: w.regraded,
    ),
    ("get", "api-regraded"): row(
        given=Regraded,
        url=lambda w: w.of_it,
        everybody=404,
        anonymous=401,
        **HERS,
        **dict.fromkeys(RUNS, 200),
        sees=her_name,
    ),
    ("post", "api-regrade-undo"): row(
        given=Regraded,
        url=lambda w: w.of_it,
        body=lambda w: {"reason": "It was too soon."},
        headers=_keyed,
        everybody=404,
        anonymous=401,
        **HERS,
        **dict.fromkeys(RUNS, 201),
        done=lambda w: w.undone,
    ),
    ("get", "assignment-rubric"): row(
        given=World, url=lambda w: w.assigned, everybody=404, anonymous=302, **PUPILS, **dict.fromkeys(STAFF, 200)
    ),
    ("post", "assignment-rubric"): row(
        given=World,
        url=lambda w: w.assigned,
        body=World.as_form,
        everybody=404,
        anonymous=302,
        **HERS,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.edited,
    ),
    ("get", "assignment-regrade"): row(
        given=World,
        url=lambda w: w.assigned,
        everybody=404,
        anonymous=302,
        **HERS,
        **dict.fromkeys(RUNS, 200),
        sees=her_name,
    ),
    ("post", "assignment-regrade"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.choice,
        everybody=404,
        anonymous=302,
        **HERS,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.regraded,
    ),
    ("get", "assignment-regraded"): row(
        given=Regraded,
        url=lambda w: w.of_it,
        everybody=404,
        anonymous=302,
        **HERS,
        **dict.fromkeys(RUNS, 200),
        sees=her_name,
    ),
    ("post", "assignment-regrade-undo"): row(
        given=Regraded,
        url=lambda w: w.of_it,
        body=lambda w: {"reason": "It was too soon."},
        everybody=404,
        anonymous=302,
        **HERS,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.undone,
    ),
}
