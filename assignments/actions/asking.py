"""A student asks for more time, and somebody who grades answers."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from assignments import timing
from assignments.actions.archived import refuse_archived
from assignments.actions.dates import DueSaid, prolong, resolved
from assignments.actions.turn import Turn, stamp
from assignments.errors import AnsweredAlready
from assignments.lifecycle import Act
from assignments.models import ExtensionRequest, Submission
from assignments.querysets import DECLINED, REQUEST_CHANGED, TAKEN_BACK
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed, VersionStale

__all__ = ["ask_more_time", "change_request", "decline_request", "grant_request", "withdraw_request"]

LETTER = "x"  # of the ETag


@transaction.atomic
def ask_more_time(submission: Submission, *, reason: str, wish: DueSaid | None = None, by: User) -> ExtensionRequest:
    """Asks for more time, until `wish` if that is said. The same again changes nothing; another one waits until the
    first is answered or taken back."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    standing = _waiting(turn)
    if standing is not None and standing.reason == reason and _same(standing.due, wish):
        return standing
    decision = turn.demand(Act.ASK_MORE_TIME, reason=bool(reason))
    request = ExtensionRequest(submission=turn.submission, reason=reason, asked_at=turn.now)
    request.due = _wished(turn, wish)
    request.save(force_insert=True)
    turn.take(decision, reason=reason, request=str(request.pk), wish=stamp(request.due_at))
    turn.set(asks_more_time=True)
    turn.write()
    return request


@transaction.atomic
def change_request(
    request: ExtensionRequest, *, reason: str, wish: DueSaid | None = None, if_version: int, by: User
) -> ExtensionRequest:
    """Another reason or wish, upon version `if_version`, as long as nobody has answered."""
    turn, reason = Turn.of(request.submission, by=by), reason.strip()
    request = _unanswered(request)
    if request.reason == reason and _same(request.due, wish):
        return request
    _check_version(request, if_version)
    turn.demand(Act.ASK_MORE_TIME, reason=bool(reason), asks_more_time=False)
    request.reason, request.due, request.version = reason, _wished(turn, wish), request.version + 1
    wished = ["due_date", "due_time", "due_zone", "due_at", "due_tzdb"]
    request.save(update_fields=["reason", "version", *wished])
    turn.note(REQUEST_CHANGED, reason=reason, request=str(request.pk), wish=stamp(request.due_at))
    turn.write()
    return request


@transaction.atomic
def withdraw_request(submission: Submission, *, by: User) -> Submission:
    """The student asks no longer. Where nothing waits nothing changes."""
    turn = Turn.of(submission, by=by)
    request = _waiting(turn)
    if request is None:
        return turn.submission
    refuse_archived(turn.submission.assignment.classroom)
    _answer(turn, request, ExtensionRequest.Answer.WITHDRAWN, "")
    turn.note(TAKEN_BACK, request=str(request.pk))
    return turn.write()


@transaction.atomic
def grant_request(
    request: ExtensionRequest, *, due: DueSaid | None = None, words: str = "", if_version: int, by: User
) -> ExtensionRequest:
    """Gives more time until `due`, or until what she wished where that is not said, for the reason that she gave."""
    turn = Turn.of(request.submission, by=by)
    request = _unanswered(request)
    _check_version(request, if_version)
    if due is None and request.due is None:
        raise ValidationFailed(errors=[problem("/due", "no-wish")])
    until = resolved(due) if due is not None else request.due
    assert until is not None
    prolong(turn, until, request.reason, words=words.strip())
    turn.write()
    request.refresh_from_db()
    return request


@transaction.atomic
def decline_request(request: ExtensionRequest, *, words: str, if_version: int, by: User) -> ExtensionRequest:
    """Gives no more time, and says why: the student reads it."""
    turn, words = Turn.of(request.submission, by=by), words.strip()
    request = _unanswered(request)
    _check_version(request, if_version)
    refuse_archived(turn.submission.assignment.classroom)
    if not words:
        raise ValidationFailed(errors=[problem("/words", "reason-missing")])
    _answer(turn, request, ExtensionRequest.Answer.DECLINED, words)
    turn.note(DECLINED, reason=words, request=str(request.pk))
    turn.write()
    return request


def _waiting(turn: Turn) -> ExtensionRequest | None:
    if not turn.submission.asks_more_time:
        return None
    return turn.submission.extension_requests.waiting().get()


def _unanswered(request: ExtensionRequest) -> ExtensionRequest:
    """The row again, under the lock of its submission; raises AnsweredAlready where somebody was first."""
    request = ExtensionRequest.objects.with_people().get(pk=request.pk)
    if not request.waiting:
        raise AnsweredAlready.by(request)
    return request


def _check_version(request: ExtensionRequest, version: int) -> None:
    if request.version != version:
        raise VersionStale(current_etag=f'"{LETTER}{request.version}"')


def _answer(turn: Turn, request: ExtensionRequest, answer: str, words: str) -> None:
    request.answer, request.words = answer, words
    request.answered_at, request.answered_by, request.version = turn.now, turn.author, request.version + 1
    request.save(update_fields=["answer", "words", "answered_at", "answered_by", "version"])
    turn.set(asks_more_time=False)


def _same(due: timing.Due | None, said: DueSaid | None) -> bool:
    if due is None or said is None:
        return due is None and said is None
    return (due.date, due.time, due.zone) == (said.date, said.time, said.zone)


def _wished(turn: Turn, wish: DueSaid | None) -> timing.Due | None:
    """Until when she would like to have time: later than she has now, and still to come where nothing is handed in."""
    if wish is None:
        return None
    due, submission = resolved(wish), turn.submission
    if submission.due_at is not None and due.over <= timing.over(submission.due_at):
        raise ValidationFailed(errors=[problem("/due", "not-later-than-yours")])
    if submission.counted_id is None and due.over <= turn.now:
        raise ValidationFailed(errors=[problem("/due", "not-ahead")])
    return due
