"""Comments on the grading desk: those of the hand-in that is shown, and one that could not be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assignments.models import Comment, Grade


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


def of_hand_in(attempt: UUID, grades: Sequence[Grade]) -> list[Comment]:
    """The comments on this hand-in, `grades` being those of the work, latest first: of the draft, else of what was
    returned, else of what was last said before another hand-in came. One query."""
    about = [grade for grade in grades if grade.attempt_id == attempt]
    rank = [Grade.Status.DRAFT, Grade.Status.RETURNED, Grade.Status.SUPERSEDED]
    about.sort(key=lambda grade: (rank.index(Grade.Status(grade.status)), grade.returned_at is None))
    return list(Comment.objects.of(about[0] if about else None))
