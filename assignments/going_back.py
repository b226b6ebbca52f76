"""What a student reads about work that came back to her, and what she may do about it besides writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.lifecycle import Act, State
from assignments.models import Submission
from destalin_site.common import moments


@dataclass(frozen=True, slots=True)
class GoingBack:
    """`line` says why it is hers again and until when; `words` is what her teacher asks for; `take_back` and `keep` say
    what these acts come to, empty where they are not possible."""

    line: str
    words: str
    take_back: str
    keep: str

    def __bool__(self) -> bool:
        return bool(self.line or self.take_back or self.keep)


def of(submission: Submission, *, allowed: Set[str], zone: str, now: dt.datetime) -> GoingBack:
    """Of a submission read `with_facts`. What was asked for costs one query, where it was."""
    state = submission.state_at(now)
    line, words = "", ""
    if state is State.REVISING:
        line, words = _revising(submission, zone)
    elif state is State.RETURNED and Act.SUBMIT.value in allowed:
        line = _may_improve(submission, zone)
    elif state is State.DRAFTING and submission.withdrawn_id:
        line = _taken_back(submission, zone)
    return GoingBack(
        line=line,
        words=words,
        take_back=_if_taken_back(submission, zone) if Act.WITHDRAW.value in allowed else "",
        keep=_if_kept(submission) if Act.KEEP_GRADE.value in allowed else "",
    )


def _revising(submission: Submission, zone: str) -> tuple[str, str]:
    asked = submission.revisions_asked.open().first() if submission.revisions else None
    if asked is None:
        return "" if submission.assignment.classroom.archived else _may_improve(submission, zone), ""
    until = {"moment": moments.moment(submission.due_at or asked.due_at, zone)}
    return _("Your teacher gave this back to be revised. The revision is due %(moment)s.") % until, asked.words


def _may_improve(submission: Submission, zone: str) -> str:
    close = submission.effective_close
    grade = submission.returned_grade
    if grade is not None and grade.attempt_id is None and submission.counted_id is None:
        said = _("Marks were given without a hand-in, and you may still hand in.")
        if close is None:
            return said
        return f"{said} {_('You can until %(moment)s.') % {'moment': moments.moment(close, zone)}}"
    if close is None:
        return _("This was returned, and you may hand in an improved version.")
    return _("This was returned, and you may hand in an improved version until %(moment)s.") % {
        "moment": moments.moment(close, zone)
    }


def _taken_back(submission: Submission, zone: str) -> str:
    said = _("Taken back: nothing counts as handed in.")
    return said if submission.assignment.classroom.archived else f"{said} {_what_counts_then(submission, zone)}"


def _if_taken_back(submission: Submission, zone: str) -> str:
    left = submission.assignment.withdrawals_limit - submission.withdrawals
    often = ngettext(
        "You can take back what you handed in %(n)d more time.",
        "You can take back what you handed in %(n)d more times.",
        left,
    )
    counts = _("Then nothing counts as handed in, and you go on with your draft.")
    return f"{counts} {_what_counts_then(submission, zone)} {often % {'n': left}}"


def _what_counts_then(submission: Submission, zone: str) -> str:
    """What the close brings; where there is none, nothing happens by itself."""
    close = submission.effective_close
    if close is not None and submission.assignment.reinstates_at_close:
        return _("If you hand in nothing else by %(moment)s, it counts again with its own time.") % {
            "moment": moments.moment(close, zone)
        }
    if submission.due_at is not None:
        return _("It does not count again by itself: hand in again by %(moment)s.") % {
            "moment": moments.moment(submission.due_at, zone)
        }
    return _("It does not count again by itself: hand in again.")


def _if_kept(submission: Submission) -> str:
    grade = submission.returned_grade
    if grade is not None and grade.final_score is not None:
        return _("The revision ends, and what you were given stays. Your draft is kept.")
    return _("The revision ends without a new version. Your draft is kept.")
