"""The comments that came back to a student, each with what she answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from assignments import readings, remarks
from assignments.judging.reading import Remark, remark
from assignments.models import Comment, CommentReply, Submission

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment to answer. `stances` are (value, name, whether it is chosen)."""

    remark: Remark
    stances: tuple[tuple[str, str, bool], ...]
    text: str
    version: int
    answered: bool
    prefix: str = ""  # of the names of its fields, where several stand in one form
    error: str = ""  # what is not right about what was typed

    @property
    def anchor(self) -> str:
        return f"reply-{self.remark.key}"

    def typed(self, stance: str, text: str, error: str) -> Asked:
        """With what she typed in place of what is kept."""
        stances = tuple((value, name, value == stance) for value, name, _chosen in self.stances)
        return replace(self, stances=stances, text=text, error=error)


def asked(submission: Submission, replies: Mapping[UUID, CommentReply], *, by: User) -> tuple[Asked, ...]:
    """Those of the grade that she sees, in the order of reading."""
    grade = submission.returned_grade
    comments = {str(row.key): row for row in Comment.objects.visible_to(by).of(grade)}
    if grade is None or grade.attempt is None or not comments:
        return ()
    places = [(name, row.place) for name, row in comments.items()]
    names = remarks.in_order(places, grade.attempt.body, readings.numbered(submission.assignment))
    return tuple(_asked(comments[name], number, replies) for number, name in enumerate(names, 1))


def _asked(comment: Comment, number: int, replies: Mapping[UUID, CommentReply]) -> Asked:
    said = replies.get(comment.key)
    chosen = said.stance if said else ""
    return Asked(
        remark=remark(comment, number),
        stances=tuple((value, str(name), value == chosen) for value, name in CommentReply.Stance.choices),
        text=said.text if said else "",
        version=said.version if said else 0,
        answered=said is not None,
    )
