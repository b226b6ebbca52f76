"""The form by which a teacher hands in what a student wrote elsewhere, as finished values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from assignments import readings
from assignments.editing import cell_field
from assignments.models import Assignment
from assignments.words import cell_name
from lessons import render
from lessons.render import Choice, Question


@dataclass(frozen=True, slots=True)
class CellField:
    name: str
    label: str  # its row and its column
    column: str
    text: str

    @property
    def rows(self) -> int:
        return min(24, max(2, sum(1 + len(line) // 30 for line in self.text.split("\n"))))


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form, with what was typed for it."""

    question: Question
    multiple: bool
    options: tuple[tuple[Choice, bool], ...]
    text: str
    table: tuple[tuple[str, tuple[CellField, ...]], ...] = ()  # the heading of each row, with its cells

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
        text = (texts or {}).get(known.id, "")
        found.append(Field(question, known.kind == "multiple", options, text, tuple(_table(question, texts or {}))))
    return tuple(found)


def _table(question: Question, texts: Mapping[str, str]) -> Iterator[tuple[str, tuple[CellField, ...]]]:
    numbers = count(1)
    for row in question.rows:
        cells = []
        for column in question.columns:
            name = cell_field(question.id, next(numbers))
            cells.append(CellField(name, cell_name(row.text, column.text), column.text, texts.get(name, "")))
        yield row.text, tuple(cells)
