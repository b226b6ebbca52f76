"""The rubric of an assignment, copied from what the edition proposes."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from assignments import readings, rubrics
from assignments.models import Assignment, RubricEdition
from lessons.document import canonical_bytes, sha256


def proposed(assignment: Assignment) -> tuple[str, list[dict[str, Any]]]:
    """Title and criteria of what the edition proposes for these questions. The key marks a choice, no rubric; and what
    is no rubric that could be judged by is left out: such a question takes points as one without."""
    text = readings.document(assignment.edition_id)
    known = {rubric["id"]: rubric for rubric in text.rubrics}
    questions = readings.questions(assignment)
    titles: dict[str, None] = {}
    criteria: list[dict[str, Any]] = []
    for question in text.questions:
        rubric = known.get(question["rubric"])
        if rubric is None or question["id"] not in questions or questions[question["id"]].is_choice:
            continue
        own: list[dict[str, Any]] = [{"question": question["id"], **criterion} for criterion in rubric["criteria"]]
        if not rubrics.faults([*criteria, *own], questions=questions):
            titles[rubric["title"]] = None
            criteria += own
    return "; ".join(titles)[:200], criteria


def copy_rubric(assignment: Assignment, *, by: User) -> RubricEdition | None:
    """The first edition of the rubric of an assignment that was made just now; None where nothing is proposed."""
    title, criteria = proposed(assignment)
    if not criteria:
        return None
    return RubricEdition.objects.create(
        assignment=assignment,
        number=1,
        title=title,
        criteria=criteria,
        sha256=sha256(canonical_bytes({"criteria": criteria})),
        by=by,
        at=assignment.created_at,
    )
