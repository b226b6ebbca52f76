"""Which of several returned grades is the mark, as the grading desk says it and lets it be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from assignments import marks_moving, signs
from assignments.counting import Counts, Returned
from assignments.lifecycle import State
from assignments.models import Submission


@dataclass(frozen=True, slots=True)
class Choice:
    grade: UUID
    name: str
    score: str
    counts: bool


@dataclass(frozen=True, slots=True)
class CountsPart:
    words: str
    choices: tuple[Choice, ...]
    may_pick: bool
    picked: bool


def counts_part(submission: Submission) -> CountsPart | None:
    """Of a submission read `with_facts`; None where nothing can be told from one another, which costs no query."""
    if submission.attempt_count < 2 and submission.assignment.counts != Counts.PICK:
        return None
    if submission.returned_grade_id is None:
        return None
    given = marks_moving.given_to([submission]).get(submission.pk, marks_moving.NOTHING)
    if len(given.standing) < 2:
        return None
    choices = tuple(_choice(one, submission) for one in given.standing)
    archived, void = submission.assignment.classroom.archived, submission.state == State.VOID
    said = {"counts": submission.assignment.get_counts_display()}
    counting = " ".join(f"{one.name}: {one.score}." for one in choices if one.counts)
    return CountsPart(
        words=f"{_('What counts here is %(counts)s.') % said} {counting}",
        choices=choices,
        may_pick=submission.assignment.counts == Counts.PICK and not archived and not void,
        picked=submission.picked_grade_id is not None,
    )


def _choice(one: Returned, submission: Submission) -> Choice:
    return Choice(
        grade=one.grade,
        name=_("Hand-in %(number)d") % {"number": one.number} if one.number else _("Without a hand-in"),
        score=signs.score(one.score, one.out_of) if one.score is not None else _("no points"),
        counts=one.grade == submission.mark_grade_id,
    )
