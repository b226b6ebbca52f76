"""What a student does with her work, and what becomes of text that could not be applied.

Parking must outlive the refusal: each act runs in one transaction that ends well either way, and only then is the
refusal raised. Whoever wraps these acts in a transaction of their own catches the refusal inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.audit import Actor
from accounts.models import User
from assignments import answers, editing, names, own_dates, readings, timing
from assignments.actions import closing, device_time, upgrading
from assignments.actions.archived import refuse_archived
from assignments.actions.attempts import (
    HandedIn,
    Text,
    begin_draft,
    counting,
    make_attempt,
    newest_timing,
    nothing_counts,
    put_draft,
    repeated,
    untouched,
)
from assignments.actions.turn import Turn
from assignments.device_clock import Finished, Said
from assignments.errors import DigestMismatch, StateConflict
from assignments.facts import facts_of
from assignments.lifecycle import Act, Refused, State, hand_in_act
from assignments.models import Assignment, Attempt, Draft, ParkedCopy, Submission
from assignments.models.submission import finished_columns
from assignments.words import problem, problems
from destalin_site.common.errors import (
    DomainError,
    Forbidden,
    IdempotencyKeyReused,
    TooLarge,
    ValidationFailed,
)
from destalin_site.common.ids import uuid7
from lessons.images import Picture

# Perhaps older than the row's lock: good for sparing a write, and the write compares the rev.
_DRAFT_SHA256: Final = Subquery(Draft.objects.filter(submission=OuterRef("pk")).values("body_sha256"))


# --------------------------------------------------------------------------------------------------------------- drafts


def save_draft(submission: Submission, *, body: object, if_rev: int, by: User) -> Draft:
    """Saves `body` upon revision `if_rev` of the draft (0: upon nothing). Stale or refused, the text is parked."""
    _author_only(submission, by)
    read = _read(body)
    with transaction.atomic():
        turn = closing.turn_of(submission, by=by)
        saved = _save(turn, read, if_rev)
        if isinstance(saved, DomainError):
            _park(turn, saved, read, kind=ParkedCopy.Kind.SAVE, received_at=turn.now)
    if isinstance(saved, DomainError):
        raise saved
    return saved


def _save(turn: Turn, text: Text, if_rev: int) -> Draft | DomainError:
    submission = turn.submission
    decision = turn.decide(Act.SAVE)
    if isinstance(decision, Refused):
        return turn.refusal(decision)
    if faults := readings.faults(text.body, submission.assignment):
        if submission.upgrade_unseen:
            # A page that was open while her class was brought to another edition: no fault of hers.
            return upgrading.stale(submission, if_rev)
        return ValidationFailed(errors=problems(faults, "/body"))
    draft = put_draft(submission, text, if_rev, now=turn.now, first=untouched(submission))
    if isinstance(draft, Draft):
        turn.take(decision, rev=draft.rev)
        turn.write()
    return draft


# -------------------------------------------------------------------------------------------------------------- hand in


def submit(
    submission: Submission,
    *,
    body: object,
    client_attempt_id: UUID,
    edition: str,
    by: User,
    received_at: dt.datetime,
    incomplete: bool = False,
    draft_rev: int | None = None,
    body_sha256: str | None = None,
    captured: Said | None = None,
) -> HandedIn:
    """Hands `body` in, once for each `client_attempt_id`: a repetition gets the same receipt. `received_at` is the
    time at the edge, before any queue; `captured` what a device says of when it was finished, which refuses nothing.
    What is refused is parked as a hand-in that a teacher may accept."""
    _author_only(submission, by)
    read = _read(body)
    if body_sha256 is not None and body_sha256 != read.sha256:
        raise DigestMismatch()
    with transaction.atomic():
        read_along = {"draft_sha256": _DRAFT_SHA256} if draft_rev else {}
        turn = Turn.of(submission, by=by, **read_along)
        came = _came(turn.submission, read, captured, received_at)
        turn = closing.settled(turn, came.counts_as, **read_along)
        handed_in = _replayed(turn.submission, client_attempt_id, read) or _submit(
            turn, read, client_attempt_id, edition, came, incomplete, draft_rev
        )
        if isinstance(handed_in, DomainError):
            _park(
                turn,
                handed_in,
                read,
                kind=ParkedCopy.Kind.SUBMIT,
                received_at=received_at,
                client_attempt_id=client_attempt_id,
                edition=edition,
                incomplete=incomplete,
                finished=came.finished,
            )
    if isinstance(handed_in, DomainError):
        raise handed_in
    return handed_in


@dataclass(frozen=True, slots=True)
class _Came:
    """When a hand-in was received, what its device said of when it was finished, and the moment that the dates of
    handing in are held against."""

    at: dt.datetime
    counts_as: dt.datetime
    finished: Finished | None = None


def _came(submission: Submission, text: Text, captured: Said | None, received_at: dt.datetime) -> _Came:
    if captured is None:
        return _Came(received_at, received_at)
    finished = device_time.estimate(submission, captured, body_sha256=text.sha256, received_at=received_at)
    return _Came(received_at, device_time.counts_as_received(submission, finished, received_at), finished)


def park_hand_in(
    submission: Submission,
    *,
    refused: DomainError,
    body: object,
    client_attempt_id: UUID,
    edition: str,
    by: User,
    received_at: dt.datetime,
    incomplete: bool = False,
    captured: Said | None = None,
    **_unused: Any,
) -> DomainError:
    """Keeps a hand-in that was refused before it could be tried, unless the same was handed in already. Gives the
    refusal, which names the copy. Takes whatever `submit` takes."""
    _author_only(submission, by)
    read = _read(body)
    with transaction.atomic():
        turn = Turn.of(submission, by=by)
        came = _came(turn.submission, read, captured, received_at)
        if not isinstance(_replayed(turn.submission, client_attempt_id, read), HandedIn):
            _park(
                turn,
                refused,
                read,
                kind=ParkedCopy.Kind.SUBMIT,
                received_at=received_at,
                client_attempt_id=client_attempt_id,
                edition=edition,
                incomplete=incomplete,
                finished=came.finished,
            )
    return refused


def _replayed(submission: Submission, client_attempt_id: UUID, text: Text) -> HandedIn | IdempotencyKeyReused | None:
    if not submission.attempt_count:
        return None
    attempt = submission.attempts.filter(client_attempt_id=client_attempt_id).first()
    if attempt is None:
        return None
    if attempt.body_sha256 != text.sha256:
        return IdempotencyKeyReused()
    return repeated(attempt, submission)


def _submit(
    turn: Turn,
    text: Text,
    client_attempt_id: UUID,
    edition: str,
    came: _Came,
    incomplete: bool,
    draft_rev: int | None,
) -> HandedIn | DomainError:
    submission, assignment = turn.submission, turn.submission.assignment
    # What she is to read is told to nobody before it opens.
    shut = submission.window_at(came.counts_as) is timing.Window.BEFORE
    if edition != assignment.edition_id and not shut:
        return upgrading.mismatch(submission, edition)
    missing = answers.required_missing(text.body, readings.questions(assignment))
    said: dict[str, Any] = {"at": came.counts_as, "parts_missing": bool(missing) and not incomplete}
    decision = turn.decide(_hand_in_act(turn), **said)
    if isinstance(decision, Refused) and decision.guard == "attempts left":
        # What the site handed in while this was on its way is none of those that she may hand in.
        facts = facts_of(submission, person=turn.by, now=turn.now)
        hers = facts.attempts - closing.overtaking(submission, came.counts_as)
        decision = turn.decide(_hand_in_act(turn), **said, attempts=hers)
    if isinstance(decision, Refused):
        if decision.guard == "parts present or confirmed":
            return ValidationFailed(errors=[problem(f"/questions/{name}", "required") for name in missing])
        return turn.refusal(decision)
    if faults := readings.faults(text.body, assignment):
        return ValidationFailed(errors=problems(faults, "/body"))
    if draft_rev and (saved := vars(submission)["draft_sha256"]):
        if saved != text.sha256:
            # The screen had newer words than the last save: the draft follows them, unless it went on meanwhile.
            put_draft(submission, text, draft_rev, now=turn.now, first=False)
    else:
        begin_draft(turn, text)
    return make_attempt(
        turn,
        decision,
        text,
        client_attempt_id=client_attempt_id,
        received_at=came.at,
        incomplete=bool(missing),
        draft_rev=draft_rev,
        via=Attempt.Via.STUDENT,
        finished=came.finished,
    )


@transaction.atomic
def hand_in_for(
    submission: Submission,
    *,
    body: object,
    reason: str,
    client_attempt_id: UUID,
    edition: str,
    by: User,
    received_at: dt.datetime,
    body_sha256: str | None = None,
    scans: Sequence[Picture] = (),
) -> HandedIn:
    """A teacher hands in what the student wrote elsewhere, with the reason, once for each `client_attempt_id`. It came
    when the teacher brought it. A draft of the student's stays as it is; what is refused is kept by who sent it.
    `scans` are pictures of the paper, which stay with the hand-in; with them its text may be empty."""
    read = _read(body)
    if body_sha256 is not None and body_sha256 != read.sha256:
        raise DigestMismatch()
    turn = Turn.of(submission, by=by)
    submission = turn.submission
    replayed = _replayed(submission, client_attempt_id, read)
    if isinstance(replayed, HandedIn):
        if scans and [scan.sha256 for scan in scans] != list(replayed.attempt.scans.values_list("sha256", flat=True)):
            raise IdempotencyKeyReused()
        return replayed
    if replayed is not None:
        raise replayed
    assignment = submission.assignment
    decision = turn.demand(Act.HAND_IN_FOR, at=received_at, reason=bool(reason.strip()))
    if edition != assignment.edition_id:
        raise upgrading.mismatch(submission, edition)
    questions = readings.questions(assignment)
    if scans and assignment.names_hidden:
        raise ValidationFailed(errors=[problem("/scans", "scans-tell")])
    if questions and not scans and answers.is_empty(read.body):
        raise ValidationFailed(errors=[problem("/body", "empty")])
    if faults := readings.faults(read.body, assignment):
        raise ValidationFailed(errors=problems(faults, "/body"))
    begin_draft(turn, read)
    return make_attempt(
        turn,
        decision,
        read,
        client_attempt_id=client_attempt_id,
        received_at=received_at,
        incomplete=bool(answers.required_missing(read.body, questions)),
        via=Attempt.Via.PROXY,
        reason=reason.strip(),
        scans=scans,
    )


def _hand_in_act(turn: Turn) -> Act:
    return hand_in_act(facts_of(turn.submission, person=turn.by, now=turn.now))


@dataclass(frozen=True, slots=True)
class Preview:
    """What handing in would come to."""

    faults: list[dict[str, str]]
    missing: list[str]
    timing: timing.Timing
    words: int


def preview_hand_in(assignment: Assignment, *, body: object, received_at: dt.datetime) -> Preview:
    """A hand-in tried out as a student: the same checks, and not one row left behind."""
    read = _read(body).body
    return Preview(
        faults=problems(readings.faults(read, assignment), "/body"),
        missing=answers.required_missing(read, readings.questions(assignment)),
        timing=timing.decide_timing(received_at, own_dates.due_of_class(assignment), now=received_at),
        words=answers.word_count(read),
    )


# ------------------------------------------------------------------------------------------------------- taking back


@transaction.atomic
def withdraw(submission: Submission, *, by: User) -> Submission:
    """The student takes back what she handed in, before it is due and before anybody reads it; she goes on with her
    draft. The hand-in is kept, and counts again at the close where nothing takes its place. Twice changes nothing."""
    _author_only(submission, by)
    turn = Turn.of(submission, by=by)
    submission = turn.submission
    if submission.withdrawn_id and submission.state in (State.DRAFTING, State.REVISING):
        return submission
    decision = turn.demand(Act.WITHDRAW)
    attempt, grade = submission.counted, submission.returned_grade
    assert attempt is not None
    # What was returned before counts until something takes its place.
    back = grade.attempt if grade else None
    turn.take(decision, attempt=attempt.number, counts=back.number if back else None)
    turn.set(
        withdrawn=attempt,
        withdrawals=submission.withdrawals + 1,
        grade_ready=False,
        **(counting(submission, back, newest_timing(back.pk)) if back else nothing_counts(submission)),
    )
    return turn.write()


# -------------------------------------------------------------------------------------------------------- parked copies


def _park(
    turn: Turn,
    refused: DomainError,
    text: Text,
    *,
    kind: str,
    received_at: dt.datetime,
    client_attempt_id: UUID | None = None,
    edition: str = "",
    incomplete: bool = False,
    finished: Finished | None = None,
) -> ParkedCopy:
    """Keeps the text, once for each text of a submission, and names it in the refusal. A copy that became an attempt,
    or gave way to one, is the record of a hand-in and stays as it is: the same text comes as another copy."""
    submission = turn.submission
    if submission.upgrade_unseen and "upgrade" not in refused.extra:
        refused.extra["upgrade"] = upgrading.told(submission)
    parked = submission.parked.filter(body_sha256=text.sha256, attempt=None).first()
    news = {
        "kind": kind,
        "reason": refused.code,
        "client_attempt_id": client_attempt_id,
        "edition_named": edition[:64],
        "incomplete": incomplete,
        "received_at": received_at,
        "by": turn.author,
        "resolution": "",
        "resolved_at": None,
        "resolved_by": None,
        **finished_columns(finished),
    }
    key = names.new_id(submission.assignment)
    if parked is None:
        parked = ParkedCopy(id=key, submission=submission, body_json=text.json, body_sha256=text.sha256, **news)
        parked.save(force_insert=True)
        counts = kind == ParkedCopy.Kind.SUBMIT
    elif not parked.waiting or (kind == ParkedCopy.Kind.SUBMIT and parked.kind == ParkedCopy.Kind.SAVE):
        # The same text comes again after the student settled it, or now as a hand-in: it waits again.
        if submission.assignment.names_hidden and parked.pk.version != key.version:
            # It was set aside before, when its id stood beside her name and told its time.
            submission.parked.filter(pk=parked.pk).update(id=key)
            parked.pk = key
        counts = kind == ParkedCopy.Kind.SUBMIT
        for name, value in news.items():
            setattr(parked, name, value)
        parked.save(update_fields=list(news))
    else:
        refused.extra["parked_copy"] = _named(parked)
        return parked
    turn.note("park", copy=str(parked.pk), kind=kind, problem=refused.code)
    if counts:
        turn.set(hand_ins_waiting=submission.hand_ins_waiting + 1)
    turn.write()
    refused.extra["parked_copy"] = _named(parked)
    return parked


def _named(parked: ParkedCopy) -> dict[str, str]:
    return {"id": str(parked.pk), "kind": parked.kind, "body_sha256": parked.body_sha256}


@transaction.atomic
def accept_parked(parked: ParkedCopy, *, by: User) -> HandedIn:
    """A teacher lets a parked hand-in count, with the time at which it came and in the edition that it was written for.
    Once: a repetition gets the same."""
    turn = Turn.of(parked.submission, by=by)
    parked = ParkedCopy.objects.select_related("attempt").get(pk=parked.pk)
    if parked.resolution == ParkedCopy.Resolution.ACCEPTED and parked.attempt is not None:
        return repeated(parked.attempt, turn.submission)
    waits = parked.waiting and parked.kind == ParkedCopy.Kind.SUBMIT
    decision = turn.demand(Act.ACCEPT_PARKED, hand_in_waiting=waits)
    text = Text(parked.body, parked.body_json, parked.body_sha256)
    turn.submission.assignment = readings.written_for(parked, turn.submission)
    if begin_draft(turn, text):
        upgrading.follow(turn)  # the draft that begins with it is of its edition
    client_id = parked.client_attempt_id
    if client_id is None or turn.submission.attempts.filter(client_attempt_id=client_id).exists():
        client_id = uuid7()
    handed_in = make_attempt(
        turn,
        decision,
        text,
        client_attempt_id=client_id,
        received_at=parked.received_at,
        incomplete=bool(answers.required_missing(text.body, readings.questions(turn.submission.assignment))),
        via=Attempt.Via.ACCEPTED_PARKED,
        by=parked.by,
        finished=parked.finished,
    )
    ParkedCopy.objects.filter(pk=parked.pk).update(
        resolution=ParkedCopy.Resolution.ACCEPTED, resolved_at=turn.now, resolved_by=by, attempt=handed_in.attempt
    )
    return handed_in


@transaction.atomic
def use_parked(parked: ParkedCopy, *, if_rev: int, by: User) -> Draft:
    """The student makes a parked text her draft, upon revision `if_rev`. It stays parked when that cannot be, and
    when it is a hand-in: what becomes of that is for her teacher to decide. One that was written for another edition
    is brought to hers, and goes on waiting when not all of it can be: nothing else holds the rest."""
    turn, parked = _to_use(parked, by=by)
    brought = upgrading.brought(turn, parked)
    text = Text(parked.body, parked.body_json, parked.body_sha256) if brought is None else _read(brought.body)
    saved = _save_parked(turn, parked, text, if_rev)
    if parked.kind == ParkedCopy.Kind.SAVE and upgrading.is_whole(brought):
        _resolve(turn, parked, ParkedCopy.Resolution.USED)
    return saved


@transaction.atomic
def merge_parked(parked: ParkedCopy, *, if_rev: int, by: User) -> ParkedCopy:
    """The student adds a parked text to her draft, upon revision `if_rev`. The copy goes on waiting when it is a
    hand-in, when a choice in it gave way to that of the draft, and when her edition has no place for a part of it:
    nothing else holds those."""
    turn, parked = _to_use(parked, by=by)
    draft = Draft.objects.filter(submission=turn.submission).first()
    standing = draft.body if draft else answers.EMPTY
    brought = upgrading.brought(turn, parked)
    body = parked.body if brought is None else brought.body
    merged = _read(editing.together(standing, body, lambda: str(uuid7())))
    _save_parked(turn, parked, merged, if_rev)
    whole = upgrading.is_whole(brought) and not editing.choices_apart(standing, body)
    if parked.kind == ParkedCopy.Kind.SAVE and whole:
        _resolve(turn, parked, ParkedCopy.Resolution.USED)
    return parked


def _to_use(parked: ParkedCopy, *, by: User) -> tuple[Turn, ParkedCopy]:
    _author_only(parked.submission, by)
    turn = closing.turn_of(parked.submission, by=by)
    parked = ParkedCopy.objects.get(pk=parked.pk)
    if parked.resolution == ParkedCopy.Resolution.ACCEPTED:
        raise StateConflict(state=turn.submission.state, allowed=[])
    return turn, parked


def _save_parked(turn: Turn, parked: ParkedCopy, text: Text, if_rev: int) -> Draft:
    saved = _save(turn, text, if_rev)
    if isinstance(saved, DomainError):
        saved.extra["parked_copy"] = _named(parked)
        raise saved
    return saved


@transaction.atomic
def discard_parked(parked: ParkedCopy, *, by: User) -> ParkedCopy:
    """The student needs it no more; a hand-in is withdrawn, and waits for no teacher. It leaves her lists; the text is
    kept. Discarding twice changes nothing."""
    _author_only(parked.submission, by)
    turn = Turn.of(parked.submission, by=by)
    refuse_archived(turn.submission.assignment.classroom)
    parked = ParkedCopy.objects.get(pk=parked.pk)
    _resolve(turn, parked, ParkedCopy.Resolution.DISCARDED)
    return parked


def _resolve(turn: Turn, parked: ParkedCopy, resolution: str) -> None:
    if not parked.waiting:
        return
    parked.resolution, parked.resolved_at, parked.resolved_by = resolution, turn.now, turn.author
    parked.save(update_fields=["resolution", "resolved_at", "resolved_by"])
    turn.note("parked copy resolved", copy=str(parked.pk), resolution=resolution)
    if parked.kind == ParkedCopy.Kind.SUBMIT:
        turn.set(hand_ins_waiting=max(0, turn.submission.hand_ins_waiting - 1))
    turn.write()


# -------------------------------------------------------------------------------------------------------------- helpers


def _author_only(submission: Submission, by: Actor) -> None:
    if by.pk != submission.student_id:
        raise Forbidden()


def _read(body: object) -> Text:
    """A body of the right shape. The only refusals that keep nothing are here: the client keeps its copy."""
    try:
        return Text.of(answers.read(body))
    except answers.Unreadable as unreadable:
        if unreadable.too_large:
            raise TooLarge(limits={"bytes": answers.MAX_BYTES}) from unreadable
        raise ValidationFailed(errors=problems(unreadable.faults, "/body")) from unreadable
