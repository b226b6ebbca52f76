"""What is in the answers of a class: who chose an option, which claims hold a word, what stands in a cell. Of the
hand-ins that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from assignments import names, readings
from assignments.lifecycle import State
from assignments.models import AnswerPart, Assignment, Submission
from assignments.words import cell_names

if TYPE_CHECKING:
    from accounts.models import User

LONGEST: Final = 100  # characters that are looked for
# By work and place in it: neither tells when anything came.
ORDER: Final = ("submission", "place")
MOST: Final = 200  # on the page


def answer_parts(
    assignment: Assignment,
    *,
    viewer: User,
    question: str = "",
    option: str = "",
    row: str = "",
    column: str = "",
    kind: str = "",
    contains: str = "",
) -> QuerySet[AnswerPart, Any]:
    """The parts that were asked for, each with whose they are; one query when it is read. `contains` is looked for
    whether it is written in capitals or not."""
    works = Submission.objects.gradable_by(viewer).listed().filter(assignment=assignment).exclude(counted=None)
    works = works.exclude(state=State.EXCUSED)  # the report leaves them out too
    rows = AnswerPart.objects.filter(attempt__in=works.values("counted"))
    asked = {"question": question, "option": option, "row": row, "column": column, "kind": kind}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if contains:
        # SQLite knows the case of no letter but A to Z.
        forms = {contains, contains.lower(), contains.upper(), contains.capitalize()}
        rows = rows.filter(reduce(or_, (Q(text__icontains=form) for form in forms)))
    return (
        rows.annotate(submission=F("attempt__submission"), number=F("attempt__number"))
        .select_related("attempt__submission__student", "attempt__submission__assignment")
        .defer("attempt__body_json")
    )


def whose(part: AnswerPart) -> names.Whose:
    return names.of(part.attempt.submission)


# --- The page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    submission: UUID
    name: str
    question: int  # its number in the edition that was answered
    said: str
    is_claim: bool
    cell: str  # what it is called in its table


@dataclass(frozen=True, slots=True)
class AnswersBoard:
    lines: tuple[Line, ...]
    students: int
    more: bool
    asked: str  # what was asked for, in words: the text of the option
    cell: str  # or what the cell is called


def answers_board(assignment: Assignment, *, viewer: User, **asked: str) -> AnswersBoard:
    """The first `MOST` parts of those that `answer_parts` finds, by the name of the student or by number. Numbers and
    words are those of the edition that was answered, which need not be the one of now."""
    rows = answer_parts(assignment, viewer=viewer, **asked)
    found = list(rows.order_by(*ORDER)[: MOST + 1])
    told = {name: _Told.of(name) for name in {row.attempt.edition_id for row in found} | {assignment.edition_id}}
    by_name = sorted(((whose(row), row) for row in found[:MOST]), key=lambda pair: (pair[0].order, pair[1].place))
    lines = []
    for person, row in by_name:
        edition = told[row.attempt.edition_id]
        said = row.text or edition.options.get(row.option, row.option)
        is_claim = row.kind == AnswerPart.Kind.CLAIM
        number = edition.numbers.get(row.question, 0)
        cell = edition.cells.get((row.question, row.row, row.column), "")
        lines.append(Line(row.attempt.submission_id, person.name, number, said, is_claim, cell))
    # What the edition of now calls it comes first.
    editions = [told.pop(assignment.edition_id), *told.values()]
    place = (asked.get("question", ""), asked.get("row", ""), asked.get("column", ""))
    return AnswersBoard(
        lines=tuple(lines),
        students=rows.order_by().values("attempt__submission").distinct().count(),
        more=len(found) > MOST,
        asked=next((words for one in editions if (words := one.options.get(asked.get("option", "")))), ""),
        cell=next((words for one in editions if (words := one.cells.get(place))), ""),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What an edition calls its questions, options and cells."""

    numbers: Mapping[str, int]
    options: Mapping[str, str]
    cells: Mapping[tuple[str, str, str], str]

    @classmethod
    def of(cls, edition: str) -> _Told:
        questions = readings.document(edition).questions
        return cls(
            numbers=readings.numbers(edition),
            options={option["id"]: option["text"] for question in questions for option in question["options"]},
            cells={
                (question["id"], *place): name for question in questions for place, name in cell_names(question).items()
            },
        )
