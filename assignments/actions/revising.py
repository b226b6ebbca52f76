"""Asking for a revision, and ending one with the grade as it was."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from assignments.actions import dates, draft_points
from assignments.actions.dates import DueSaid, resolved
from assignments.actions.showing import put_aside_drafts, show
from assignments.actions.turn import Turn, stamp
from assignments.lifecycle import Act, Allowed, State
from assignments.models import Grade, Revision, Submission
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed

__all__ = ["keep_grade", "request_revision"]


@transaction.atomic
def request_revision(submission: Submission, *, due: DueSaid, words: str = "", by: User) -> Revision:
    """Gives work back to be revised until `due`, which lies ahead, with `words` on what to do. Marks that are drafted
    come into the student's sight as they stand; a total does only where everything is scored. One hand-in more is hers
    where they are counted. The same again changes nothing."""
    turn, words = Turn.of(submission, by=by), words.strip()
    submission, until = turn.submission, resolved(due)
    standing = submission.revisions_asked.open().first()
    if submission.state == State.REVISING and standing and (standing.due, standing.words) == (until, words):
        return standing
    draft = submission.grades.filter(status=Grade.Status.DRAFT).first()
    if draft is not None and not draft.stands_for(submission):
        draft = None
    says = bool(words) or draft is not None or submission.returned_grade is not None
    decision = turn.demand(Act.REQUEST_REVISION, words=says)
    if until.over <= turn.now:
        raise ValidationFailed(errors=[problem("/due", "not-ahead")])
    told = _release(turn, draft)
    _end(turn, Revision.Outcome.REPLACED)
    revision = Revision(submission=submission, words=words, by=by, at=turn.now)
    revision.due = until
    revision.save(force_insert=True)
    turn.take(decision, reason=words, due=stamp(until.at), **told)
    turn.set(revisions=submission.revisions + 1)
    dates.hold(turn)
    turn.write()
    return revision


def _release(turn: Turn, draft: Grade | None) -> dict[str, object]:
    """Puts a grade into the student's sight; what the event tells of it."""
    earlier = turn.submission.returned_grade
    if draft is None and earlier is not None:
        return {"old": draft_points.score(earlier), "new": draft_points.score(earlier)}
    if draft is None:
        put_aside_drafts(turn, every=True)
        draft = draft_points.blank(turn)
    if not turn.submission.grade_ready:
        # Points of some questions are no total of all.
        draft.entered_score = draft.override = None
    return show(turn, draft)


@transaction.atomic
def keep_grade(submission: Submission, *, by: User) -> Submission:
    """Ends a revision with the grade as it was; the draft is kept. Where none is going on after a return nothing
    changes."""
    turn = Turn.of(submission, by=by)
    if turn.submission.state == State.RETURNED:
        return turn.submission
    return keep(turn, turn.demand(Act.KEEP_GRADE))


def keep(turn: Turn, decision: Allowed) -> Submission:
    """Takes the decision to end a revision, whoever it is that ends it: the dates of before hold again."""
    turn.take(decision)
    turn.set(withdrawn=None)
    put_aside_drafts(turn)
    if turn.submission.revisions and _end(turn, Revision.Outcome.KEPT):
        dates.hold(turn)
    return turn.write()


def _end(turn: Turn, outcome: Revision.Outcome) -> bool:
    ended = turn.submission.revisions_asked.open().update(outcome=outcome, ended_at=turn.now)
    return bool(ended)
