"""What is handed in: the attempt and all that hangs on it, and the draft that it was made from."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When

from accounts.models import User
from assignments import answers, own_dates, readings, receipts, timing
from assignments.actions import dates as dates_of
from assignments.actions import draft_points, final_marks
from assignments.actions.turn import Turn
from assignments.device_clock import Finished
from assignments.lifecycle import Allowed, State
from assignments.models import Attempt, Citation, Draft, FinalMark, ParkedCopy, Scan, Submission, TimingDecision
from assignments.models.submission import finished_columns
from destalin_site.common.errors import VersionStale
from lessons.images import Picture

_CODES_TRIED: Final = 5


@dataclass(frozen=True, slots=True)
class Text:
    """A readable body, with its canonical JSON and the digest of that: made once, since it is the dearest step."""

    body: answers.Body
    json: str
    sha256: str

    @classmethod
    def of(cls, body: answers.Body) -> Text:
        canonical = answers.canonical(body)
        return cls(body, canonical.decode(), hashlib.sha256(canonical).hexdigest())


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The answer to a hand-in; the same for every repetition of it."""

    attempt: Attempt
    timing: timing.Timing
    submission: Submission
    replayed: bool = False

    @property
    def receipt(self) -> receipts.Receipt:
        return receipts.of(self.attempt)


def untouched(submission: Submission) -> bool:
    """Whether nothing has happened but that it was assigned: there is no draft, and nobody need look for one. Work that
    came back to `assigned`, from an excuse or a return that was recalled, may have a draft of the time between."""
    return submission.state == State.ASSIGNED and submission.version == 1


def begin_draft(turn: Turn, text: Text) -> bool:
    """Where there was nothing, what is handed in is what she can go on from: whether it was so. A draft of hers stays
    as it is."""
    submission = turn.submission
    if submission.state != State.ASSIGNED:
        return False
    if untouched(submission) or not Draft.objects.filter(submission=submission).exists():
        put_draft(submission, text, 0, now=turn.now, first=True)
        return True
    return False


def put_draft(
    submission: Submission, text: Text, if_rev: int, *, now: dt.datetime, first: bool
) -> Draft | VersionStale:
    columns: dict[str, Any] = {"body_json": text.json, "body_sha256": text.sha256, "saved_at": now}
    if first and if_rev == 0:
        return Draft.objects.create(submission=submission, rev=1, **columns)
    rows = Draft.objects.filter(submission=submission)
    others = Case(When(body_sha256=text.sha256, then=F("others_saved_at")), default=F("saved_at"))
    if if_rev and rows.filter(rev=if_rev).update(rev=if_rev + 1, others_saved_at=others, **columns):
        return Draft(submission=submission, rev=if_rev + 1, **columns)
    present = rows.first()
    if present is None and if_rev == 0:
        return Draft.objects.create(submission=submission, rev=1, **columns)
    if present is not None and present.body_sha256 == text.sha256:
        return present  # the same text again, after an answer that was lost on its way
    return VersionStale(current_etag=f'"d{present.rev if present else 0}"')


def make_attempt(
    turn: Turn,
    decision: Allowed,
    text: Text,
    *,
    client_attempt_id: UUID,
    received_at: dt.datetime,
    incomplete: bool,
    via: str,
    draft_rev: int | None = None,
    by: User | None = None,
    reason: str = "",
    finished: Finished | None = None,
    scans: Sequence[Picture] = (),
) -> HandedIn:
    """The attempt with all that hangs on it: citations, pictures of paper, timing, draft points, the event. `finished`
    is what a device said of it."""
    submission, assignment = turn.submission, turn.submission.assignment
    attempt = _written(
        Attempt(
            submission=submission,
            number=submission.attempt_count + 1,
            edition_id=assignment.edition_id,
            client_attempt_id=client_attempt_id,
            body_json=text.json,
            body_sha256=text.sha256,
            words=answers.word_count(text.body),
            incomplete=incomplete,
            draft_rev=draft_rev,
            received_at=received_at,
            made_at=turn.now,
            by=by or turn.author,
            via=via,
            **(finished_columns(finished) if finished else {}),
        )
    )
    Citation.objects.bulk_create(_citations(attempt, text.body))
    Scan.objects.bulk_create(
        Scan(
            attempt=attempt,
            place=place,
            sha256=scan.sha256,
            media_type=scan.media_type,
            width=scan.width,
            height=scan.height,
            data=scan.data,
        )
        for place, scan in enumerate(scans, 1)
    )
    decided = _decided(submission, received_at, finished)
    TimingDecision.of(attempt, decided, TimingDecision.Reason.HANDED_IN, turn.now).save()
    ready = draft_points.put(turn, attempt, text.body, late_seconds=decided.seconds)
    on_paper = {"scans": [scan.sha256 for scan in scans]} if scans else {}
    turn.take(decision, reason=reason, attempt=attempt.number, body_sha256=attempt.body_sha256, via=via, **on_paper)
    turn.set(attempt_count=attempt.number, grade_ready=ready, withdrawn=None, **counting(submission, attempt, decided))
    final_marks.end(turn, FinalMark.Ended.HANDED_IN)
    # What a teacher brings, or the site hands in, does not stand in for what the student sent: that goes on waiting.
    if submission.hand_ins_waiting and via not in (Attempt.Via.PROXY, Attempt.Via.AUTO):
        _supersede_parked(turn, attempt)
    turn.write()
    return HandedIn(attempt, decided, submission)


def counting(submission: Submission, attempt: Attempt, decided: timing.Timing) -> dict[str, Any]:
    """What a submission says of the attempt that counts."""
    return {
        "counted": attempt,
        "handed_in_at": attempt.received_at,
        "late_seconds": decided.seconds,
        "first_handed_in_at": decided.first_handed_in,
        **device_said(submission, decided.finished),
    }


def nothing_counts(submission: Submission) -> dict[str, Any]:
    """The same where none does."""
    nothing = {"counted": None, "handed_in_at": None, "late_seconds": None, "first_handed_in_at": None}
    return {**nothing, **device_said(submission, None)}


def device_said(submission: Submission, finished: Finished | None) -> dict[str, Any]:
    """What it says of the device. Of hardly any work there is something to write."""
    return {} if submission.finished == finished else finished_columns(finished)


def _decided(submission: Submission, received_at: dt.datetime, finished: Finished | None) -> timing.Timing:
    """Whether it comes in time: what a teacher asked to be revised by the dates of the revision, and what a student
    improves by herself by the first hand-in that was returned. What came before either counts by the dates before."""
    if submission.returned_grade_id or submission.revisions:
        given = own_dates.given_to_one(submission)
        if given.revision is not None and received_at < given.revision.at:
            dates = given.dates_before_revision(submission.assignment)
            terms = dates_of.terms_by(dates, submission.assignment)
            return timing.decide_timing(received_at, dates.due_at, now=received_at, terms=terms, finished=finished)
        is_asked = given.revision is not None and not given.revision.outcome
        if not is_asked and (first := _first_returned(submission, received_at)) is not None:
            return timing.inherited(first, received_at, finished)
    terms = dates_of.terms(submission)
    return timing.decide_timing(received_at, submission.due_at, now=received_at, terms=terms, finished=finished)


def _first_returned(submission: Submission, received_at: dt.datetime) -> timing.Timing | None:
    """What was decided of the first hand-in that had been returned when this one came; None where none had."""
    returned = submission.grades.filter(returned_at__lte=received_at, attempt__isnull=False).order_by("returned_at")
    first = returned.values_list("attempt", flat=True).first()
    return newest_timing(first) if first else None


def newest_timing(attempt: UUID) -> timing.Timing:
    """What was decided of an attempt last."""
    return TimingDecision.objects.filter(attempt=attempt).order_by("-id")[:1].get().as_timing()


def _written(attempt: Attempt) -> Attempt:
    """The attempt, saved under a receipt code that no other has."""
    for tried in range(_CODES_TRIED):
        attempt.receipt_code = receipts.new_code()
        attempt.receipt_signature = receipts.sign(attempt.receipt_code, attempt.body_sha256, attempt.received_at)
        try:
            with transaction.atomic():
                attempt.save()
        except IntegrityError:
            if tried + 1 == _CODES_TRIED or not Attempt.objects.filter(receipt_code=attempt.receipt_code).exists():
                raise
        else:
            break
    return attempt


def _citations(attempt: Attempt, body: answers.Body) -> list[Citation]:
    """Rows of the citations that hold. All do, except in a parked text that a teacher accepted as it was."""
    holding = (c for c in answers.citations(body) if not readings.check_citation(attempt.edition_id, c.citation))
    return [
        Citation(
            attempt=attempt,
            place=place,
            client_id=cited.citation["id"],
            question=cited.question,
            answer_block=cited.block,
            source=cited.citation["source"] or "",
            block=cited.citation["anchor"]["block"],
            start=cited.citation["anchor"]["start"],
            end=cited.citation["anchor"]["end"],
            quote=cited.citation["anchor"]["quote"],
            stance=cited.citation["stance"],
            note=cited.citation.get("note", ""),
        )
        for place, cited in enumerate(holding, start=1)
    ]


def _supersede_parked(turn: Turn, attempt: Attempt) -> None:
    """A hand-in takes the place of those that came before it and wait. Their texts stay readable."""
    earlier = turn.submission.parked.waiting().filter(kind=ParkedCopy.Kind.SUBMIT, received_at__lte=attempt.received_at)
    settled = earlier.update(
        resolution=ParkedCopy.Resolution.SUPERSEDED, resolved_at=turn.now, resolved_by=turn.author, attempt=attempt
    )
    turn.set(hand_ins_waiting=max(0, turn.submission.hand_ins_waiting - settled))


def repeated(attempt: Attempt, submission: Submission) -> HandedIn:
    return HandedIn(attempt, attempt.timings.order_by("id")[0].as_timing(), submission, replayed=True)
