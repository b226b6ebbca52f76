"""The refusals of this app, each with its problem type. `REFUSALS` is what the table's problem types become."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from destalin_site.common.errors import DomainError, Forbidden, ValidationFailed


class StateConflict(DomainError):
    code = "state-conflict"
    title = _("That cannot be done in the state this work is in")


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


REFUSALS: dict[str, type[DomainError]] = {
    error.code: error
    for error in (
        StateConflict,
        NotOpenYet,
        AssignmentClosed,
        ClassArchived,
        BeingReviewed,
        AttemptsExhausted,
        SubmissionExcused,
        ClaimHeld,
        Forbidden,
        ValidationFailed,
    )
}
