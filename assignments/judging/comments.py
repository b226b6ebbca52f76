"""Comments on the grading desk: those of the hand-in that is shown, and one that could not be saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from assignments import readings
from assignments.models import Comment, CommentTemplate, Grade
from lessons.anchors import Anchor, relocate
from lessons.document import Document

if TYPE_CHECKING:
    from accounts.models import User

OFFERED: Final = 100  # of a bank, on the grading desk


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a comment says now, beside what somebody typed upon an older version of it."""

    body: str
    passage: str
    by: str
    version: int


def theirs(comment: Comment) -> Theirs:
    passage = _name(readings.document(comment.attempt.edition_id), comment.passage)
    return Theirs(comment.body, passage, comment.by.get_full_name() if comment.by else "", comment.version)


@dataclass(frozen=True, slots=True)
class Tried:
    """A comment as it was typed, and why it was refused. A new one has no key."""

    key: UUID | None
    question: str
    block: str
    words: str
    body: str
    passage: str
    errors: tuple[str, ...]
    theirs: Theirs | None = None  # where it was changed elsewhere meanwhile


def of_hand_in(attempt: UUID, grades: Sequence[Grade]) -> list[Comment]:
    """The comments on this hand-in, `grades` being those of the work, latest first: of the draft, else of what was
    returned, else of what was last said before another hand-in came. One query."""
    return of_hand_ins({attempt: grades}).get(attempt, [])


def of_hand_ins(grades: Mapping[UUID, Sequence[Grade]]) -> dict[UUID, list[Comment]]:
    """The same of several, each with the grades of its work. One query."""
    about = {grade.pk: attempt for attempt, rows in grades.items() if (grade := _commented(attempt, rows))}
    found: dict[UUID, list[Comment]] = {}
    for comment in Comment.objects.of_all(about):
        found.setdefault(about[comment.grade_id], []).append(comment)
    return found


def _commented(attempt: UUID, grades: Sequence[Grade]) -> Grade | None:
    about = [grade for grade in grades if grade.attempt_id == attempt]
    rank = [Grade.Status.DRAFT, Grade.Status.RETURNED, Grade.Status.SUPERSEDED]
    about.sort(key=lambda grade: (rank.index(Grade.Status(grade.status)), grade.returned_at is None))
    return about[0] if about else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A comment of the bank, with the name of its passage here where it stands here too."""

    id: UUID
    body: str
    passage: str
    uses: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What comments on work of one edition can be made of: the bank, and the passages that they can point to by name,
    each with how it begins."""

    at: str  # behind its ids, where the page has more than one
    bank: tuple[Offer, ...]
    passages: tuple[tuple[str, str], ...]


def offers(user: User, edition_id: str) -> tuple[Offer, ...]:
    """The comments that she uses most. One query."""
    return shelves(user, [edition_id])[edition_id].bank


def shelves(user: User, editions: Iterable[str]) -> dict[str, Shelf]:
    """For each of these editions the comments that she uses most. One query."""
    rows = list(CommentTemplate.objects.own(user).most_used_first()[:OFFERED])
    return {
        edition_id: Shelf(
            at=f"-{place}" if place else "",
            bank=tuple(_offers(rows, edition_id)),
            passages=tuple(readings.passages(edition_id)),
        )
        for place, edition_id in enumerate(dict.fromkeys(editions))
    }


def _offers(rows: Iterable[CommentTemplate], edition_id: str) -> Iterator[Offer]:
    document = readings.document(edition_id)
    for row in rows:
        yield Offer(row.pk, row.body, _name(document, passage_here(row, edition_id)), row.uses)


def passage_here(template: CommentTemplate, edition_id: str) -> dict[str, Any] | None:
    """Where the passage of a comment of the bank stands in this edition; None where it does not."""
    if not template.passage:
        return None
    document = readings.document(edition_id)
    anchor = relocate(document, Anchor(**template.passage["anchor"]))
    if anchor is None:
        return None
    source = document.source_of(anchor.block)
    return {"source": source["id"] if source else None, "anchor": anchor.to_json()}


def _name(document: Document, passage: dict[str, Any] | None) -> str:
    return document.block(passage["anchor"]["block"])["name"] if passage else ""
