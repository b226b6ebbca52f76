"""The refusals of this app, each with its problem type. `REFUSALS` is what the table's problem types become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from destalin_site.common import moments
from destalin_site.common.errors import DomainError, Forbidden, ValidationFailed

if TYPE_CHECKING:
    from assignments.models import ExtensionRequest


class StateConflict(DomainError):
    code = "state-conflict"
    title = _("That cannot be done in the state this work is in")


class WorkedOnSince(StateConflict):
    """A move to another class that cannot simply be taken back."""

    title = _("There is work of since then in the class that the student came to. Look at what moving back would do")


class ReachesNobody(StateConflict):
    """An answer to a comment, which would go along with a hand-in that cannot come."""

    title = _("Nothing more is handed in here, so nobody would read this answer")


class AnsweredAlready(StateConflict):
    """A request for more time that somebody else has answered, or that is asked no longer."""

    title = _("This request has been answered already")

    @classmethod
    def by(cls, request: ExtensionRequest) -> AnsweredAlready:
        zone = request.submission.assignment.due_zone or request.submission.assignment.classroom.zone
        assert request.answered_at is not None
        words = {"name": request.answered_by, "at": moments.moment_short(request.answered_at, zone)}
        if request.extension is not None:
            words["until"] = moments.moment(request.extension.due_at, zone)
        said = {
            "granted": gettext("%(name)s gave more time until %(until)s already (%(at)s)."),
            "declined": gettext("%(name)s declined this already (%(at)s)."),
            "withdrawn": gettext("%(name)s took this request back (%(at)s)."),
        }[request.answer]
        return cls(said % words, answer=request.answer)


class NotOpenYet(DomainError):
    code = "not-open-yet"
    title = _("This assignment has not opened yet")


class AssignmentClosed(DomainError):
    code = "assignment-closed"
    title = _("This assignment has closed")


class ClassArchived(DomainError):
    code = "class-archived"
    title = _("This class is archived")


class BeingReviewed(DomainError):
    code = "being-reviewed"
    title = _("The teacher is reading this work now")


class AttemptsExhausted(DomainError):
    code = "attempts-exhausted"
    title = _("This work has been handed in as often as is allowed")


class RepliesMissing(DomainError):
    """`comments` are the ids of those that want an answer first."""

    code = "replies-missing"
    title = _("Comments that came back to you are not answered yet")


class SubmissionExcused(DomainError):
    code = "submission-excused"
    title = _("You are excused from this assignment")


class ClaimHeld(DomainError):
    code = "claim-held"
    title = _("Somebody else is grading this work")


class EditionMismatch(DomainError):
    code = "edition-mismatch"
    title = _("This was written for another edition of the lesson")


class DigestMismatch(DomainError):
    code = "digest-mismatch"
    status = 422
    title = _("The text arrived damaged")


class NamesHidden(DomainError):
    code = "names-hidden"
    title = _("Names are hidden on this assignment, and this would tell whose work it is")


REFUSALS: dict[str, type[DomainError]] = {
    error.code: error
    for error in (
        StateConflict,
        NotOpenYet,
        AssignmentClosed,
        ClassArchived,
        BeingReviewed,
        AttemptsExhausted,
        RepliesMissing,
        SubmissionExcused,
        ClaimHeld,
        NamesHidden,
        Forbidden,
        ValidationFailed,
    )
}
