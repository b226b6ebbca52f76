"""Until when: the due time that holds for each student, and what it makes of work that was handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from accounts.models import User
from assignments import timing
from assignments.actions import lateness
from assignments.actions.turn import Turn, stamp
from assignments.lifecycle import Act
from assignments.models import Assignment, Attempt, Extension, Submission, TimingDecision
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed

# The attempts of a submission with what was decided of each last.
Decided = list[tuple[Attempt, timing.Timing]]


@dataclass(frozen=True, slots=True)
class DueSaid:
    """A due time as a person says it. The zone is that of the class unless she names another."""

    date: dt.date
    time: dt.time
    zone: str


def resolved(due: DueSaid) -> timing.Due:
    """The instant of it; raises ValidationFailed where there is none."""
    try:
        return timing.Due.resolve(due.date, due.time, due.zone)
    except timing.UnknownZone as unknown:
        raise ValidationFailed(errors=[problem("/due/zone", "unknown-zone")]) from unknown
    except timing.OutOfReach as far:
        raise ValidationFailed(errors=[problem("/due/date", "day-out-of-reach")]) from far


@transaction.atomic
def extend(submission: Submission, *, due: DueSaid, reason: str, by: User) -> Extension:
    """Gives one student until `due`, which is later than the assignment's own due time, in place of what she was given
    before. Work of hers that was late becomes less late, or in time. The same again changes nothing."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    decision = turn.demand(Act.EXTEND, reason=bool(reason))
    given, base = resolved(due), turn.submission.assignment.due_at
    assert base is not None
    if given.at <= base:
        raise ValidationFailed(errors=[problem("/due", "not-later")])
    before = turn.submission.extensions.standing().first()
    if before is not None:
        if (before.due, before.reason) == (given, reason):
            return before
        _end(before, turn)
    extension = Extension(submission=turn.submission, reason=reason, by=by, at=turn.now)
    extension.due = given
    extension.save(force_insert=True)
    turn.take(decision, reason=reason, due=stamp(given.at), before=stamp(turn.submission.due_at))
    turn.set(due_at=given.at)
    _decide_again(turn, _decided([turn.submission])[turn.submission.pk], TimingDecision.Reason.EXTENDED)
    turn.write()
    return extension


@transaction.atomic
def revoke_extension(submission: Submission, *, by: User) -> Submission:
    """Takes the extension back, for what is still to come: work that was in time by it stays in time. Where there is
    none nothing changes."""
    turn = Turn.of(submission, by=by)
    extension = turn.submission.extensions.standing().first()
    if extension is None:
        return turn.submission
    turn.demand(Act.EXTEND, has_due=True)
    _end(extension, turn)
    turn.note("extension revoked", due=stamp(extension.due_at))
    turn.set(due_at=turn.submission.assignment.due_at)
    return turn.write()


def _end(extension: Extension, turn: Turn) -> None:
    extension.revoked_at, extension.revoked_by = turn.now, turn.author
    extension.save(update_fields=["revoked_at", "revoked_by"])


def terms(submission: Submission) -> timing.Terms:
    """What work is measured by that this student hands in now, as a decision stores it. No query where she has the same
    due time as everybody."""
    if not submission.extended:
        return submission.terms
    given = submission.extensions.standing().get()
    return replace(submission.terms, zone=given.due_zone, tzdb=given.due_tzdb, extension=str(given.pk))


def move_due(assignment: Assignment, *, by: User) -> None:
    """After the due time of an assignment moved, which is locked. A kinder timing decision is written down with its
    reason, a harsher one is not. Who was given more time keeps the later of both."""
    now = clock.now()
    # Whoever is handing in right now either ends first, and is found below, or waits for these locks, and reads her due
    # time under her own (`Turn.of`).
    every = Submission.objects.filter(assignment=assignment)
    list(every.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    given = dict(Extension.objects.standing().filter(submission__in=every).values_list("submission", "due_at"))
    every.exclude(pk__in=given).update(due_at=assignment.due_at, changed_at=now)
    for pk, until in given.items():
        every.filter(pk=pk).update(due_at=assignment.due_at and max(assignment.due_at, until), changed_at=now)
    handed_in = list(every.filter(attempt_count__gt=0).select_related("assignment").order_by("pk"))
    for submission, decided in zip(handed_in, _decided(handed_in).values(), strict=True):
        fresh = [(old, _anew(old, submission, now, submission.terms)) for _attempt, old in decided]
        if any(timing.never_worse(old, new) is new for old, new in fresh):
            turn = Turn.of(submission, by=by)
            _decide_again(turn, decided, TimingDecision.Reason.DUE_MOVED)
            turn.write()


def _decided(submissions: Iterable[Submission]) -> dict[UUID, Decided]:
    """For each of these every attempt with what was decided of it last."""
    keys = [submission.pk for submission in submissions]
    newest = {row.attempt_id: row.as_timing() for row in _decisions(keys)}
    found: dict[UUID, Decided] = defaultdict(list, {pk: [] for pk in keys})
    for attempt in Attempt.objects.filter(submission__in=keys).order_by("number"):
        found[attempt.submission_id].append((attempt, newest[attempt.pk]))
    return found


def _decisions(submissions: list[UUID]) -> Iterable[TimingDecision]:
    return TimingDecision.objects.filter(attempt__submission__in=submissions).order_by("id")


def _anew(old: timing.Timing, submission: Submission, now: dt.datetime, by: timing.Terms) -> timing.Timing:
    return timing.decide_timing(old.handed_in, submission.due_at, now=now, terms=by)


def _decide_again(turn: Turn, decided: Decided, reason: TimingDecision.Reason) -> None:
    """Of every attempt, so that each receipt says what holds now. What counts is told by the submission."""
    by, changed = terms(turn.submission), False
    for attempt, old in decided:
        new = _anew(old, turn.submission, turn.now, by)
        if timing.never_worse(old, new) is old:
            continue
        TimingDecision.of(attempt, new, reason, turn.now).save()
        said = {"attempt": attempt.number, "result": new.result.value, "seconds": new.seconds}
        turn.note("timing", reason=reason.value, **said)
        if attempt.pk == turn.submission.counted_id:
            turn.set(late_seconds=new.seconds)
        changed = True
    if changed:
        lateness.settle_again(turn, reason.value)
