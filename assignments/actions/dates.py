"""Until when: the due time that holds for each student, and what it makes of work that was handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from assignments import timing
from assignments.actions import final_marks, lateness, noticing
from assignments.actions.turn import Turn, stamp, write_all
from assignments.lifecycle import Act
from assignments.models import Assignment, Attempt, Extension, ExtensionRequest, Grade, Submission, TimingDecision
from assignments.models.submission import finished_columns
from assignments.own_dates import Given, given_to, given_to_one, own_columns
from assignments.querysets import EXTENSION_REVOKED
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed

# The attempts of a submission with what was decided of each last, and what would be decided now.
Decided = list[tuple[Attempt, timing.Timing]]
Measured = tuple[Attempt, timing.Timing, timing.Timing]


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


def hold(turn: Turn) -> None:
    """Writes down which dates hold for this student, after something was given to her or taken back."""
    hold_all([turn])


def hold_all(turns: Sequence[Turn]) -> dict[UUID, Given]:
    """The same for each of these, in as many queries as for one; what was given to them."""
    given = given_to(turn.submission for turn in turns)
    for turn in turns:
        turn.set(**own_columns(turn.submission.assignment, given[turn.submission.pk]))
    final_marks.end_where_not_due(turns)
    return given


def follow(turns: Sequence[Turn], event: str, why: TimingDecision.Reason, *, reason: str, **facts: Any) -> None:
    """Writes down, with an event for each of these, which dates hold for her now, and what that makes of what she
    handed in."""
    given = hold_all(turns)
    for turn in turns:
        due = {"due": stamp(turn.submission.due_at), "before": stamp(turn.dates_before[0])}
        turn.note(event, reason=reason, **facts, **due)
    decide_again(turns, given, why)
    write_all(turns)


def terms(submission: Submission) -> timing.Terms:
    """What work is measured by that this student hands in now, as a decision stores it. No query where the dates of the
    assignment hold for her."""
    if not submission.due_from:
        return submission.terms
    given = given_to_one(submission)
    return terms_by(given.dates(submission.assignment), submission.assignment)


def terms_by(dates: timing.Dates, assignment: Assignment) -> timing.Terms:
    """The same by these dates."""
    return dates.terms(assignment.grace_seconds, assignment.offline_grace_h)


# --------------------------------------------------------------------------------------------------------- extensions


@transaction.atomic
def extend(submission: Submission, *, due: DueSaid, reason: str, by: User) -> Extension:
    """Gives one student until `due`, which is later than her due time without it, in place of what she was given
    before. Work of hers that was late becomes less late, or in time. The same again changes nothing."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    turn.demand(Act.EXTEND, reason=bool(reason))
    extension = prolong(turn, resolved(due), reason)
    turn.write()
    return extension


def prolong(turn: Turn, until: timing.Due, reason: str, *, words: str = "") -> Extension:
    """Gives her until then, in her `turn`, which is the caller's to write. What she asked for is answered by it, with
    `words` if there are any."""
    submission = turn.submission
    decision = turn.demand(Act.EXTEND, reason=bool(reason))
    given = given_to_one(submission)
    usual = replace(given, extension=None).dates(submission.assignment)
    assert usual.due is not None
    if until.over <= usual.due.over:
        raise ValidationFailed(errors=[problem("/due", "not-later")])
    before = given.extension
    if before is not None:
        same = (before.due, before.reason) == (until, reason) and submission.due_at == until.at
        if same and not submission.asks_more_time:
            return before
        _end(before, turn)
    extension = Extension(submission=submission, reason=reason, by_id=turn.actor_id, at=turn.now)
    extension.due = until
    extension.save(force_insert=True)
    answered = _answered(turn, extension, words)
    turn.take(decision, reason=reason, due=stamp(until.at), before=stamp(submission.due_at), **answered)
    decide_again([turn], hold_all([turn]), TimingDecision.Reason.EXTENDED)
    return extension


def _answered(turn: Turn, extension: Extension, words: str) -> dict[str, str]:
    """Answers what she asked for, if she did; what the event tells of it."""
    if not turn.submission.asks_more_time:
        return {}
    request = turn.submission.extension_requests.waiting().get()
    request.answer, request.extension, request.words = ExtensionRequest.Answer.GRANTED, extension, words
    request.answered_at, request.answered_by, request.version = turn.now, turn.author, request.version + 1
    request.save(update_fields=["answer", "extension", "words", "answered_at", "answered_by", "version"])
    turn.set(asks_more_time=False)
    return {"request": str(request.pk)}


@transaction.atomic
def revoke_extension(submission: Submission, *, by: User, handed_in_too: bool = False) -> Submission:
    """Takes the extension back, for what is still to come: work that was in time by it stays in time, unless
    `handed_in_too` says that it counts by the dates without it. Where there is none nothing changes."""
    turn = Turn.of(submission, by=by)
    extension = turn.submission.extensions.standing().first()
    if extension is None:
        return turn.submission
    turn.demand(Act.EXTEND, has_due=True)
    harsher = _without_extension(turn.submission) if handed_in_too else []
    _end(extension, turn)
    counted = next((new for attempt, _old, new in harsher if attempt.pk == turn.submission.counted_id), None)
    late: dict[str, Any] = {"late_seconds": counted.seconds} if counted else {}
    turn.note(EXTENSION_REVOKED, due=stamp(extension.due_at), **late)
    hold(turn)
    _write_down(turn, harsher, TimingDecision.Reason.REVOKED)
    return turn.write()


@dataclass(frozen=True, slots=True)
class Harsher:
    """What revoking an extension would do to what was handed in by it, if that was not to stay in time."""

    attempts: tuple[tuple[Attempt, int], ...]  # with the seconds that each would be late
    grades: tuple[tuple[Grade, Decimal], ...]  # drafted or returned, with what would be left of each score


def what_revoking_costs(submission: Submission) -> Harsher:
    """Empty where there is no extension, or where it made no difference. Of a row that was read with its assignment."""
    harsher = _without_extension(submission) if submission.extensions.standing().exists() else []
    seconds: dict[UUID | None, int] = {attempt.pk: new.seconds for attempt, _old, new in harsher}
    grades = []
    in_hand = submission.grades.filter(status__in=(Grade.Status.DRAFT, Grade.Status.RETURNED), attempt__in=seconds)
    for grade in in_hand.select_related("attempt").order_by("version"):
        before = grade.final_score
        lateness.take_off(grade, submission.assignment, seconds[grade.attempt_id])
        if before is not None and grade.final_score is not None and grade.final_score != before:
            left, grade.final_score = grade.final_score, before
            grades.append((grade, left))
    return Harsher(tuple((attempt, new.seconds) for attempt, _old, new in harsher), tuple(grades))


def _without_extension(submission: Submission) -> list[Measured]:
    """Every attempt that is in time by an extension of hers, this one or one that it took the place of, or less late,
    and later by the dates without it."""
    given = replace(given_to_one(submission), extension=None)
    measured = _measures(submission, given)(_decided([submission])[submission.pk])
    return [(attempt, old, new) for attempt, old, new in measured if old.terms.extension and new.seconds > old.seconds]


def _end(extension: Extension, turn: Turn) -> None:
    extension.revoked_at, extension.revoked_by = turn.now, turn.author
    extension.save(update_fields=["revoked_at", "revoked_by"])


# --------------------------------------------------------------------------------------- the dates of the assignment


def move_dates(assignment: Assignment, *, by: User, due_moved: bool) -> None:
    """After the due time, the grace or the close of an assignment changed, which is locked. A kinder timing decision is
    written down with its reason, a harsher one is not. Who was given more time keeps the later of both. Offsets are
    counted anew only from another due time: by another grace alone no due time moves that is over."""
    if due_moved:
        for override in assignment.overrides.standing().filter(offset_minutes__isnull=False):
            override.count_from(assignment.due)
            override.save(update_fields=["offset_due_at", "due_tzdb"])
    # Whoever is handing in right now either ends first, and is found below, or waits for these locks, and reads her
    # dates under her own (`Turn.of`).
    turns = Turn.of_all(Submission.objects.filter(assignment=assignment), assignment, by=by)
    given = hold_all(turns)
    noticing.of_moved_dates(assignment, turns, by=by)
    decide_again(turns, given, TimingDecision.Reason.DUE_MOVED)
    write_all(turns)


def measured(submission: Submission) -> Iterator[Measured]:
    """Every attempt with what was decided of it last, and what would be decided now."""
    return _measures(submission, given_to_one(submission))(_decided([submission])[submission.pk])


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


def _measures(submission: Submission, given: Given) -> Callable[[Decided], Iterator[Measured]]:
    """Decides attempts anew by the dates that hold now: each by those of its round, before a revision was asked for or
    since."""
    now, before = given.dates(submission.assignment), given.dates_before_revision(submission.assignment)

    def measured(decided: Decided) -> Iterator[Measured]:
        made = {attempt.received_at: attempt.made_at for attempt, _old in decided}
        for attempt, old in decided:
            # What an improved version inherits was decided in the round of the first.
            at = made.get(old.first_handed_in, attempt.made_at) if old.first_handed_in else attempt.made_at
            earlier = given.revision is not None and at < given.revision.at
            dates = before if earlier else now
            by = terms_by(dates, submission.assignment)
            yield attempt, old, old.measured_by(dates.due_at, by, old.finished, own=attempt.finished)

    return measured


def decide_again(turns: Iterable[Turn], given: Mapping[UUID, Given], reason: TimingDecision.Reason) -> None:
    """Of every attempt of these, to whom that was given, so that each receipt says what holds now; what counts is told
    by the submission. Two queries, and more for those alone to whom it is kinder now."""
    handed_in = [turn for turn in turns if turn.submission.attempt_count]
    decided = _decided(turn.submission for turn in handed_in) if handed_in else {}
    for turn in handed_in:
        submission = turn.submission
        found = _measures(submission, given[submission.pk])(decided[submission.pk])
        kinder = [(attempt, old, new) for attempt, old, new in found if timing.never_worse(old, new) is not old]
        _write_down(turn, kinder, reason)


def _write_down(turn: Turn, decided: Iterable[Measured], reason: TimingDecision.Reason) -> None:
    submission, changed = turn.submission, False
    for attempt, _old, new in decided:
        TimingDecision.of(attempt, new, reason, turn.now).save()
        said = {"attempt": attempt.number, "result": new.result.value, "seconds": new.seconds}
        turn.note("timing", reason=reason.value, **said)
        if attempt.pk == submission.counted_id:
            turn.set(late_seconds=new.seconds, first_handed_in_at=new.first_handed_in)
            if submission.finished != new.finished:  # where nothing is due any more, nothing is inherited either
                turn.set(**finished_columns(new.finished))
        changed = True
    if changed:
        lateness.settle_again(turn, reason.value)
