"""The form by which a teacher hands in what a student wrote elsewhere, as finished values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assignments import readings
from assignments.models import Assignment
from lessons import render
from lessons.render import Choice, Question


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form, with what was typed for it."""

    question: Question
    multiple: bool
    options: tuple[tuple[Choice, bool], ...]
    text: str

    @property
    def rows(self) -> int:
        """Tall enough for the text where a browser does not let fields grow."""
        return min(24, max(4, sum(1 + len(line) // 60 for line in self.text.split("\n"))))


def fields(
    assignment: Assignment,
    *,
    texts: Mapping[str, str] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Field, ...]:
    """The questions of the assignment, in the order of the text."""
    document, asked = readings.document(assignment.edition_id), readings.questions(assignment)
    found = []
    for number, data in enumerate(document.questions, 1):
        if (known := asked.get(data["id"])) is None:
            continue
        question = render.question_line(document, data, number)
        chosen = (choices or {}).get(known.id, ())
        options = tuple((option, option.id in chosen) for option in question.options)
        found.append(Field(question, known.kind == "multiple", options, (texts or {}).get(known.id, "")))
    return tuple(found)
