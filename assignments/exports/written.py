"""What was written: a row for each student and question, of a table for each cell, with the words that were cited and
where they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from assignments import answers, readings
from assignments.exports.cells import Value
from assignments.exports.standing import standing
from assignments.exports.tables import Row, finished_cells, finished_headings, student_key, works
from assignments.judging.reading import STANCES
from assignments.models import Assignment
from lessons.document import Document, QuestionData, UnknownBlock

if TYPE_CHECKING:
    from accounts.models import User

CHUNK: Final = 20  # an answer may be a megabyte long


def rows(assignment: Assignment, *, viewer: User, now: dt.datetime) -> Iterator[Row]:
    """The hand-in of each student that counts, question by question and cell by cell; two queries. Who has handed in
    nothing has her rows too, without words."""
    yield _headings()
    for whose, row in works(assignment, "edition", "counted__edition", chunk=CHUNK):
        # What was handed in is of the edition that it was written for, and asked its questions.
        edition = row.counted.edition if row.counted else row.edition
        document, questions = _asked(assignment.in_edition(edition.pk))
        told = standing(row, viewer=viewer, now=now, zone=assignment.classroom.zone)
        head: list[Value] = [
            whose.name,
            student_key(whose, row),
            row.pk,
            told.state_words,
            told.situation.state.value,
            row.counted.number if row.counted else None,
            told.handed_in if whose.student else None,
            *(finished_cells(row, told) if whose.student else [None] * len(finished_headings())),
            edition.number,
        ]
        body = row.counted.body if row.counted else answers.EMPTY
        given = {answer["question"]: answer for answer in body["answers"]}
        for number, question in questions:
            for answer in _answers(document, number, question, given.get(question["id"], {})):
                yield [*head, *answer]


def _asked(assignment: Assignment) -> tuple[Document, list[tuple[int, QuestionData]]]:
    document, asked = readings.document(assignment.edition_id), readings.questions(assignment)
    return document, [(n, one) for n, one in enumerate(document.questions, 1) if one["id"] in asked]


def _headings() -> list[str]:
    return [
        _("Student"),
        "student_id",
        "submission_id",
        _("State"),
        "state",
        _("Hand-in"),
        _("Handed in"),
        *finished_headings(),
        _("Edition"),
        _("Question"),
        "question_id",
        _("Asked"),
        _("Chosen"),
        _("Row"),
        _("Column"),
        _("Answer"),
        _("Words"),
        _("Citations"),
        _("Cited"),
        "paraphrases",
    ]


def _answers(document: Document, number: int, question: QuestionData, given: Mapping[str, Any]) -> Iterator[Row]:
    """One row, of a table one for each cell, with words or without."""
    blocks = given.get("blocks", [])
    if question["kind"] != "table":
        yield _answer(document, number, question, given, blocks)
        return
    for row in question["rows"]:
        for column in question["columns"]:
            place = (row["id"], column["id"])
            here = [one for one in blocks if answers.is_cell(one) and (one["row"], one["column"]) == place]
            yield _answer(document, number, question, given, here, row["text"], column["text"])


def _answer(
    document: Document,
    number: int,
    question: QuestionData,
    given: Mapping[str, Any],
    blocks: Sequence[Mapping[str, Any]],
    row: str = "",
    column: str = "",
) -> Row:
    chosen = set(given.get("choice", []))
    cited = [citation for block in blocks for _at, citation in answers.placed(block)]
    return [
        number,
        question["id"],
        question["prompt"],
        "\n".join(option["text"] for option in question["options"] if option["id"] in chosen),
        row,
        column,
        "\n\n".join(block["text"] for block in blocks),
        sum(len(block["text"].split()) for block in blocks),
        len(cited),
        "\n".join(citation_words(document, citation) for citation in cited),
        sum(is_paraphrase(document, citation["anchor"]["block"]) for citation in cited),
    ]


def citation_words(document: Document, citation: Mapping[str, Any]) -> str:
    """“nobody was asked” — Source A. Minutes, A2 (supports): her note."""
    words = {
        "quote": citation["anchor"]["quote"],
        "place": place(document, citation["anchor"]["block"]),
        "stance": STANCES[citation["stance"]],
        "note": citation.get("note", ""),
    }
    if words["note"]:
        return _("“%(quote)s” — %(place)s (%(stance)s): %(note)s") % words
    return _("“%(quote)s” — %(place)s (%(stance)s)") % words


def is_paraphrase(document: Document, block_id: str) -> bool:
    """Whether the words of this passage are a study paraphrase of its source."""
    try:
        source = document.source_of(block_id)
    except UnknownBlock:
        return False
    return source is not None and source["paraphrase"]


def place(document: Document, block_id: str) -> str:
    """The source and the passage in it, or the section of the lesson and its paragraph."""
    try:
        block, source, section = document.block(block_id), document.source_of(block_id), document.section_of(block_id)
    except UnknownBlock:
        return _("Not in this edition")
    if source is not None:
        words = {"letter": source["letter"], "title": source["title"], "passage": block["name"]}
        if source["paraphrase"]:
            return _("Source %(letter)s. %(title)s, %(passage)s, study paraphrase") % words
        return _("Source %(letter)s. %(title)s, %(passage)s") % words
    return _("The lesson: %(section)s, %(passage)s") % {
        "section": section["heading"] if section else "",
        "passage": block["name"],
    }
