"""What the pinned edition says: the text that citations point into, the questions, and the key.

An edition is written once, so what was parsed is kept in the process under its digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from assignments import answers
from assignments.models import Assignment
from lessons.anchors import Anchor, AnchorError, check_anchor
from lessons.document import Document, Key
from lessons.models import Edition


@lru_cache(maxsize=64)
def document(edition_id: str) -> Document:
    """The document that a student of this edition may see."""
    return Edition(pk=edition_id).read()


_KEY_SECONDS: Final = 30


def key(edition_id: str, now: dt.datetime) -> Key:
    """The answer key. One that was put right counts within half a minute: what it gives are draft points."""
    return _key(edition_id, int(now.timestamp()) // _KEY_SECONDS)


@lru_cache(maxsize=64)
def _key(edition_id: str, half_minute: int) -> Key:
    return Edition(pk=edition_id).read_key()


@lru_cache(maxsize=64)
def _all_questions(edition_id: str) -> dict[str, answers.Question]:
    return {
        question["id"]: answers.Question(
            id=question["id"],
            kind=question["kind"],
            points=Decimal(question["points"]) if question["points"] else None,
            required=question["required"],
            options=frozenset(option["id"] for option in question["options"]),
        )
        for question in document(edition_id).questions
    }


def questions(assignment: Assignment) -> dict[str, answers.Question]:
    """The questions of this assignment, in the order of the text."""
    every = _all_questions(assignment.edition_id)
    if assignment.questions is None:
        return every
    chosen = set(assignment.questions)
    return {name: question for name, question in every.items() if name in chosen}


def points(assignment: Assignment) -> dict[str, Decimal | None]:
    return {name: question.points for name, question in questions(assignment).items()}


def check_citation(edition_id: str, citation: Mapping[str, Any]) -> str | None:
    """None when the quoted words stand there, in that source; else the code of what is wrong."""
    text = document(edition_id)
    anchor = Anchor(**citation["anchor"])
    try:
        check_anchor(text, anchor)
    except AnchorError as error:
        return error.code
    source = text.source_of(anchor.block)
    return None if citation["source"] == (source["id"] if source else None) else "source-differs"


def faults(body: answers.Body, assignment: Assignment) -> list[answers.Fault]:
    """What keeps a readable body from being applied to this assignment."""
    return answers.faults(
        body,
        questions=questions(assignment),
        check_citation=lambda citation: check_citation(assignment.edition_id, citation),
    )
