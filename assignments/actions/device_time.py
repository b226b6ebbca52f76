"""Work that was finished offline: what to make of a device's word for when, and a teacher's decision that it counts."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import Any

from django.db import transaction
from django.db.models import Case, F, When

from accounts.models import User
from assignments import device_clock, time_tokens, timing
from assignments.actions import dates, lateness
from assignments.actions.attempts import device_said
from assignments.actions.turn import Turn
from assignments.device_clock import Finished, Trust
from assignments.lifecycle import Act
from assignments.models import Attempt, Draft, Submission, TimingDecision


def estimate(
    submission: Submission, said: device_clock.Said, *, body_sha256: str, received_at: dt.datetime
) -> Finished:
    """When the text of this digest was finished, as far as the device that says so can be believed. Under the lock of
    its row: what else was received of her is asked."""
    return device_clock.estimate(
        said,
        time_tokens.read(said.time_token) if said.time_token else None,
        user=str(submission.student_id),
        received=received_at,
        other_work=_other_work(submission, body_sha256),
    )


def _other_work(submission: Submission, body_sha256: str) -> dt.datetime | None:
    """When the site received other words of the student's draft last, or a hand-in of hers, also words of hers that it
    set aside."""
    # A device that is back saves the words that it hands in, upon the others.
    others = Case(When(body_sha256=body_sha256, then=F("others_saved_at")), default=F("saved_at"))
    drafts = Draft.objects.filter(submission=submission).annotate(others=others).exclude(others=None)
    hers = submission.attempts.filter(by=submission.student_id) if submission.attempt_count else Attempt.objects.none()
    parked = submission.parked.filter(by=submission.student_id).exclude(body_sha256=body_sha256)
    received = [
        *drafts.values_list("others", flat=True),
        *parked.order_by("-received_at").values_list("received_at", flat=True)[:1],
        *hers.order_by("-received_at").values_list("received_at", flat=True)[:1],
    ]
    return max(received, default=None)


def counts_as_received(submission: Submission, finished: Finished, received_at: dt.datetime) -> dt.datetime:
    """The moment that the dates of handing in are held against."""
    return timing.counts_as_received(
        received_at,
        finished,
        close=submission.effective_close,
        offline_grace_h=submission.assignment.offline_grace_h,
    )


@transaction.atomic
def count_device_time(submission: Submission, *, reason: str, by: User) -> Submission:
    """A teacher lets the time count at which the work was finished on the device, however far that is believed and
    however late it came. Nothing becomes later by it. Once more changes nothing."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    submission = turn.submission
    if submission.clock_trust == Trust.TEACHER:
        return submission
    decision = turn.demand(Act.COUNT_DEVICE_TIME, reason=bool(reason))
    assert submission.finished is not None
    counts = submission.finished.let_count()
    decided = _decide(turn, counts, TimingDecision.Reason.DEVICE_TIME)
    turn.take(decision, reason=reason, **_told(decided))
    return _settle(turn, decided, TimingDecision.Reason.DEVICE_TIME)


@transaction.atomic
def count_arrival_time(submission: Submission, *, by: User) -> Submission:
    """Takes that back: the work is as late as if it had never been decided. Where it was not, nothing changes."""
    turn = Turn.of(submission, by=by)
    submission = turn.submission
    if submission.clock_trust != Trust.TEACHER:
        return submission
    decision = turn.demand(Act.COUNT_ARRIVAL_TIME)
    decided = _decide(turn, _first(submission).finished, TimingDecision.Reason.ARRIVAL_TIME)
    turn.take(decision, **_told(decided))
    return _settle(turn, decided, TimingDecision.Reason.ARRIVAL_TIME)


Decided = tuple[Attempt, timing.Timing]


def _first(submission: Submission) -> Attempt:
    """The hand-in whose time decides: the one that counts, or the first one, whose lateness that inherits."""
    if submission.first_handed_in_at is not None:
        # Of several of one moment the last is what was returned.
        return submission.attempts.filter(received_at=submission.first_handed_in_at).order_by("-number")[0]
    assert submission.counted is not None
    return submission.counted


def _decide(turn: Turn, finished: Finished | None, reason: TimingDecision.Reason) -> Decided:
    """Writes down what is decided with this word of the device: of the hand-in that counts, and of whichever else is as
    late as the same first one. Gives that of the one that counts."""
    counted = None
    submission = turn.submission
    first = _first(submission)
    for attempt, old, fresh in dates.measured(submission):
        if attempt.pk not in (submission.counted_id, first.pk) and old.first_handed_in != first.received_at:
            continue
        # As kind as any date was that has held since it came.
        own = attempt.finished
        # What inherits nothing any more, since nothing is due, hangs on its own device and on no other's word.
        word = finished if attempt.pk == first.pk or fresh.first_handed_in else own
        kinds = [
            old.measured_by(old.due, old.terms, finished, own=own),
            fresh.measured_by(fresh.due, fresh.terms, word, own=own),
        ]
        if reason is TimingDecision.Reason.ARRIVAL_TIME:
            kinds = [*_before(attempt), *kinds]
        new = reduce(timing.never_worse, kinds)
        TimingDecision.of(attempt, new, reason, turn.now).save()
        if attempt.pk == submission.counted_id:
            counted = attempt, new
    assert counted is not None, "what counts is as late as itself, or as its first"
    return counted


def _before(attempt: Attempt) -> list[timing.Timing]:
    """What was decided last before the teacher let the device's time count; nothing where more time was taken back
    since, for what was handed in too: by what it hung on then it no longer counts."""
    for row in attempt.timings.order_by("-id"):
        earlier = row.as_timing()
        if earlier.finished is None or earlier.finished.trust is not Trust.TEACHER:
            return [earlier]
        if row.reason == TimingDecision.Reason.REVOKED:
            break
    return []


def _told(decided: Decided) -> dict[str, Any]:
    attempt, now = decided
    return {"attempt": attempt.number, "result": now.result.value, "seconds": now.seconds}


def _settle(turn: Turn, decided: Decided, reason: TimingDecision.Reason) -> Submission:
    _attempt, now = decided
    moved = turn.submission.late_seconds != now.seconds
    turn.set(late_seconds=now.seconds, **device_said(turn.submission, now.finished))
    if turn.submission.first_handed_in_at != now.first_handed_in:
        turn.set(first_handed_in_at=now.first_handed_in)
    if moved:
        lateness.settle_again(turn, reason.value)
    return turn.write()
