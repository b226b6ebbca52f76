"""A term of one class: four assignments, of which a student has one returned, one returned late, one missing and one
that she is excused from; and everybody else's work beside hers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import time_machine

from accounts.models import User
from assignments import actions, readings
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from lessons.models import Edition
from tests.assignments import rubric, work
from tests.assignments.work import at, due
from tests.cast import Cast
from tests.lessons import factories

NOW = at("2026-03-23T09:10:00+01:00")


@dataclass
class Term:
    first: Assignment
    late: Assignment
    missing: Assignment
    excused: Assignment

    def of(self, assignment: Assignment, student: User) -> Submission:
        return work.submission_of(assignment, student)


def make_edition() -> Edition:
    """An essay judged by a rubric (sourcing, 6 points), a choice of one (close reading, 1), one of several (2)."""
    essay = {**factories.question("essay", "Who wrote this, and what for?"), "rubric": rubric.make_rubric()}
    single = {**factories.choice("single"), "points": "1", "required": False, "skill": "close reading"}
    multiple = {**factories.choice("multiple", right=(1, 2)), "points": "2", "required": False, "skill": ""}
    return factories.make_edition(
        sections=[
            ("Before", [("paragraph", f"<p>{work.TEXT}</p>"), ("question", {**essay, "points": "4"})]),
            ("After", [("question", single), ("question", multiple)]),
        ]
    )


def marks(assignment: Assignment, *chosen: str, single: str = "1", multiple: str = "2") -> dict[str, Any]:
    """Levels for the essay, points for the choices."""
    typed = [None, Decimal(single), Decimal(multiple)]
    names = readings.questions(assignment)
    return {
        "questions": [
            {"question": name, "points": points, "comment": ""} for name, points in zip(names, typed, strict=True)
        ],
        "criteria": rubric.levels(assignment, *chosen),
    }


def returned(row: Submission, by: User, *chosen: str, **points: str) -> None:
    work.mark(row, by, **marks(row.assignment, *(chosen or ("Sourcing: sound", "Context: weak")), **points))
    actions.return_grade(row, by=by)


def make(cast: Cast, *others: User) -> Term:
    students = [cast.student, cast.classmate, *others]
    with time_machine.travel(at("2026-03-01T09:00:00+01:00"), tick=False):
        edition = make_edition()
        given = [
            work.make_assignment(cast, edition, title=title, due=due(f"2026-03-{day:02} 23:59"))
            for title, day in [("The letter", 6), ("The closed session", 13), ("Bread", 18), ("Who came back", 20)]
        ]
    term = Term(*given)
    with time_machine.travel(at("2026-03-06T20:00:00+01:00"), tick=False):
        for n, student in enumerate(students):
            row = term.of(term.first, student)
            work.hand_in(row, work.body_for(term.first, single=[n % 3], multiple=[1, 2]), received_at=clock.now())
            levels = ("Sourcing: none", "Context: weak") if n % 3 == 0 else ("Sourcing: sound", "Context: strong")
            returned(row, cast.teacher, *levels, single=str(int(n % 3 == 1)), multiple=str(n % 3))
    with time_machine.travel(at("2026-03-14T00:14:00+01:00"), tick=False):
        row = term.of(term.late, cast.student)
        work.hand_in(row, work.body_for(term.late, single=[1], multiple=[1, 2]), received_at=clock.now())
        returned(row, cast.teacher, "Sourcing: strong", "Context: strong", "Voice: own", single="1", multiple="1")
    with time_machine.travel(at("2026-03-19T09:00:00+01:00"), tick=False):
        excused = term.of(term.excused, cast.student)
        actions.excuse(excused, category=Excuse.ILLNESS, reason="What the parents wrote.", by=cast.teacher)
    return term
