"""Marks for one question alone, as whoever grades question by question gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from assignments import readings, rubrics
from assignments.actions.grading import save_marks
from assignments.actions.turn import Turn
from assignments.models import Grade, Submission


@transaction.atomic
def save_question_marks(
    submission: Submission,
    *,
    question: str,
    points: Decimal | None,
    comment: str,
    criteria: Sequence[Mapping[str, Any]],
    if_version: int,
    by: User,
    about: str | None = None,
    rubric: int | None = None,
) -> Grade:
    """Saves the draft marks with other ones for this question, upon version `if_version`. What else the draft says
    stays as it is; where there is none, what was returned for the same hand-in."""
    row = Turn.of(submission, by=by).submission  # locked, so that nothing of the others changes in between
    grade = row.grades.filter(attempt_id=row.counted_id).before(by) if row.counted_id else None
    by_rubric = rubrics.possible(readings.criteria(readings.in_use(row.assignment, grade)))
    others = [mark for mark in grade.marks if mark["question"] != question] if grade else []
    kept = [
        {
            "question": mark["question"],
            "points": None if mark["points"] is None or mark["question"] in by_rubric else Decimal(mark["points"]),
            "comment": mark["comment"],
        }
        for mark in others
    ]
    chosen = [each for each in grade.criteria if each["question"] != question] if grade else []
    return save_marks(
        submission,
        questions=[{"question": question, "points": points, "comment": comment}, *kept],
        criteria=[*criteria, *chosen],
        feedback=grade.feedback if grade else "",
        score=grade.override if grade else None,
        if_version=if_version,
        by=by,
        about=about,
        rubric=rubric,
    )
