"""What the pinned edition says: the text that citations point into, the questions, and the key.

An edition is written once, so what was parsed is kept in the process under its digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.utils.text import Truncator

from assignments import answers, rubrics
from assignments.models import Assignment, Attempt, EditionUpgrade, Grade, ParkedCopy, RubricEdition, Submission
from lessons.anchors import Anchor, AnchorError, check_anchor
from lessons.document import Document, Key, canonical_bytes, sha256
from lessons.models import Edition

# Documents that nobody has published, under the digests that they would have: for a look at them, in this context only.
_tried: ContextVar[Mapping[str, Document]] = ContextVar("tried", default=MappingProxyType({}))


@contextmanager
def trying(text: Document) -> Iterator[str]:
    """Inside, this document is read like an edition's, by the id that is yielded."""
    edition_id = sha256(canonical_bytes(text.data))
    token = _tried.set({edition_id: text})
    try:
        yield edition_id
    finally:
        _tried.reset(token)


def is_tried(edition_id: str) -> bool:
    """Whether nothing that is made of this document should be kept: it changes while its author types."""
    return edition_id in _tried.get()


def document(edition_id: str) -> Document:
    """The document that a student of this edition may see."""
    return _tried.get().get(edition_id) or _published(edition_id)


@lru_cache(maxsize=64)
def _published(edition_id: str) -> Document:
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
    return _questions_of(document(edition_id))


def _questions_of(text: Document) -> dict[str, answers.Question]:
    return {
        question["id"]: answers.Question(
            id=question["id"],
            kind=question["kind"],
            points=Decimal(question["points"]) if question["points"] else None,
            required=question["required"],
            options=frozenset(option["id"] for option in question["options"]),
            rows=tuple(row["id"] for row in question["rows"]),
            columns=tuple(column["id"] for column in question["columns"]),
        )
        for question in text.questions
    }


def questions(assignment: Assignment) -> dict[str, answers.Question]:
    """The questions of this assignment, in the order of the text."""
    name = assignment.edition_id
    every = _questions_of(document(name)) if is_tried(name) else _all_questions(name)
    if assignment.questions is None:
        return every
    chosen = set(assignment.questions)
    return {name: question for name, question in every.items() if name in chosen}


def numbered(assignment: Assignment) -> dict[str, int]:
    """The numbers that the questions carry on every page: their places in the text."""
    return numbers(assignment.edition_id)


def numbers(edition_id: str) -> dict[str, int]:
    """The same in any edition."""
    return {question["id"]: number for number, question in enumerate(document(edition_id).questions, 1)}


def rubric(assignment: Assignment) -> RubricEdition | None:
    """What its work is judged by now; None where points are typed. No query where the edition has no rubrics, if it is
    the one that was assigned and nobody changed the rubric: that stays through an upgrade."""
    untouched = assignment.upgraded_at is None and assignment.rubric_changed_at is None
    if untouched and not document(assignment.edition_id).rubrics:
        return None
    return RubricEdition.objects.filter(assignment=assignment).order_by("-number").first()


def in_use(assignment: Assignment, grade: Grade | None) -> RubricEdition | None:
    """What the hand-in is judged by of which `grade` is the draft, else what was returned: the edition on which
    somebody began to mark it, else the newest. Points that the key gave by itself begin nothing."""
    return rubric(assignment) if grade is None or grade.saved_by_id is None else grade.rubric


def rubric_of(submission: Submission, assignment: Assignment) -> RubricEdition | None:
    """The same of the hand-in that counts."""
    return in_use(assignment, standing(submission)) if assignment.rubric_changed_at else rubric(assignment)


def standing(submission: Submission) -> Grade | None:
    """The marks on the hand-in that counts: the draft, else what was returned. One query."""
    rows = submission.grades.filter(attempt=submission.counted_id).exclude(status=Grade.Status.SUPERSEDED)
    return rows.select_related("rubric").order_by("status").first()  # "draft" sorts before "returned"


def criteria(edition: RubricEdition | None, assignment: Assignment | None = None) -> tuple[rubrics.Criterion, ...]:
    """What a rubric says; of the questions that are asked, where it is said for which assignment. Only an upgrade takes
    questions away from under a rubric."""
    found = edition.read() if edition else ()
    if assignment is None or assignment.upgraded_at is None:
        return found
    asked = {*questions(assignment), rubrics.WHOLE_WORK}
    return tuple(each for each in found if each.question in asked)


def judged(submission: Submission) -> Assignment:
    """The assignment in the edition that marks are about: that of the hand-in which counts. Her draft may have gone on
    to another since. A query only where there was an upgrade."""
    assignment = submission.given
    if assignment.upgraded_at is None or submission.counted_id is None:
        return assignment
    written = Attempt.objects.filter(pk=submission.counted_id).values_list("edition_id", flat=True)
    return assignment.in_edition(written.get())


def graded(submission: Submission) -> Assignment:
    """The assignment in the edition that the returned grade is about. A query only where there was an upgrade."""
    assignment = submission.given
    if assignment.upgraded_at is None:
        return assignment
    row: Any = Submission.objects.only("pk").with_graded_edition().get(pk=submission.pk)
    return assignment.in_edition(row.graded_edition)


def written_for(parked: ParkedCopy, submission: Submission) -> Assignment:
    """The assignment in the edition that a text which was set aside was written for: the one that it names, else one in
    which it holds, her own first. Where it is none of those that the class was given, her own."""
    assignment = submission.given
    if parked.reason == ParkedCopy.FROM_ANOTHER_CLASS:
        return assignment.in_edition(parked.edition_named)
    if assignment.upgraded_at is None or parked.edition_named == assignment.edition_id:
        return assignment
    upgrades = EditionUpgrade.objects.filter(assignment=assignment.pk).order_by("-at", "-id")
    known = [pk for pair in upgrades.values_list("to_edition", "from_edition") for pk in pair]
    if parked.edition_named in known:
        return assignment.in_edition(parked.edition_named)
    if parked.edition_named:
        return assignment
    tried = (assignment.in_edition(pk) for pk in dict.fromkeys([assignment.edition_id, *known]))
    return next((one for one in tried if not faults(parked.body, one)), assignment)


def points(assignment: Assignment, criteria: Sequence[rubrics.Criterion] = ()) -> dict[str, Decimal | None]:
    """Out of how many each question is: where these criteria score it, the best that they can give."""
    own = {name: question.points for name, question in questions(assignment).items()}
    return own | rubrics.possible(criteria)


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


def passage_named(edition_id: str, name: str) -> dict[str, Any] | None:
    """The passage that people call so: "A4", "¶7", and "7" as one types it for the lesson's own text."""
    wanted = name.strip().casefold().removeprefix("¶").strip()
    text = document(edition_id)
    for block in text.citable_blocks():
        if block["text"] and block["name"].casefold().removeprefix("¶") == wanted:
            source = text.source_of(block["id"])
            anchor = Anchor(block["id"], 0, len(block["text"]), block["text"])
            return {"source": source["id"] if source else None, "anchor": anchor.to_json()}
    return None


def passages(edition_id: str) -> Iterator[tuple[str, str]]:
    """The name of every passage that can be pointed to, and how it begins."""
    for block in document(edition_id).citable_blocks():
        if block["text"]:
            yield block["name"], Truncator(block["text"]).chars(60)


def faults(body: answers.Body, assignment: Assignment) -> list[answers.Fault]:
    """What keeps a readable body from being applied to this assignment."""
    return answers.faults(
        body,
        questions=questions(assignment),
        check_citation=lambda citation: check_citation(assignment.edition_id, citation),
    )
