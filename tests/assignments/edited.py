"""Rubrics that are changed after marking began."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accounts.models import User
from assignments import actions, readings, regrades
from assignments.models import Assignment, Grade, Regrade, RubricEdition, Submission
from tests.assignments import work
from tests.assignments.rubric import levels

Criteria = list[dict[str, Any]]


def newest(assignment: Assignment) -> RubricEdition:
    return RubricEdition.objects.filter(assignment=assignment).order_by("-number")[0]


def fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("classroom", "edition").get(pk=assignment.pk)


def edit(assignment: Assignment, change: Callable[[Criteria], Criteria | None], by: User) -> RubricEdition:
    """The next edition, with what `change` makes of the criteria."""
    now = newest(assignment)
    criteria = copy.deepcopy(now.criteria)
    made = actions.edit_rubric(
        fresh(assignment), title=now.title, criteria=change(criteria) or criteria, if_number=now.number, by=by
    )
    assert made is not None
    return made


def named(criteria: Criteria, name: str) -> dict[str, Any]:
    return next(each for each in criteria if each["name"] == name)


def worth(name: str, level: str, points: str) -> Callable[[Criteria], None]:
    """Other points on a level."""

    def change(criteria: Criteria) -> None:
        next(each for each in named(criteria, name)["levels"] if each["name"] == level)["points"] = points

    return change


def without_level(name: str, level: str) -> Callable[[Criteria], None]:
    def change(criteria: Criteria) -> None:
        each = named(criteria, name)
        each["levels"] = [one for one in each["levels"] if one["name"] != level]

    return change


def without(name: str) -> Callable[[Criteria], Criteria]:
    return lambda criteria: [each for each in criteria if each["name"] != name]


def with_criterion(criteria: Criteria) -> Criteria:
    """One more on the same question, of 3 points."""
    levels = [
        {"id": f"extra-{n}", "name": name, "points": points, "description": ""}
        for n, (name, points) in enumerate([("full", "3"), ("none", "0")])
    ]
    question = criteria[0]["question"]
    return [*criteria, {"question": question, "id": "extra", "name": "Extra", "description": "", "levels": levels}]


def save(submission: Submission, by: User, *chosen: str, **fields: Any) -> Grade:
    """Marks with these levels of edition 1 ("Sourcing: sound"), and two points on the other question."""
    essay, short = readings.questions(submission.assignment)
    first = RubricEdition.objects.filter(assignment=submission.assignment).order_by("number")[0]
    picked = []
    for words in chosen:
        name, level = words.split(": ")
        criterion = named(first.criteria, name)
        picked.append(
            {
                "question": essay,
                "criterion": criterion["id"],
                "level": next(each["id"] for each in criterion["levels"] if each["name"] == level),
                "comment": "",
            }
        )
    said: dict[str, Any] = {
        "questions": [
            {"question": essay, "points": None, "comment": ""},
            {"question": short, "points": Decimal(2), "comment": ""},
        ],
        "criteria": picked,
        "feedback": "",
    }
    return work.mark(submission, by, **{**said, **fields})


def apply(assignment: Assignment, by: User, scope: str = "drafts", *submissions: Submission, **fields: Any) -> Regrade:
    """What is shown now."""
    return actions.regrade(
        fresh(assignment),
        **{
            "digest": regrades.preview(fresh(assignment)).digest,
            "scope": scope,
            "submissions": [each.pk for each in submissions],
            "reason": "Sourcing weighs more.",
            "by": by,
            **fields,
        },
    )


__all__ = ["apply", "edit", "fresh", "levels", "named", "newest", "save", "with_criterion", "without", "without_level"]
