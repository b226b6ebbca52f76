"""Whether what is stored about a submission is what its events amount to, and its texts what their digests say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from assignments import counting, marks_moving
from assignments.counting import Returned
from assignments.lifecycle import EFFECTS, HIDES_GRADE, SHOWS_GRADE, BrokenHistory, replay
from assignments.models import Attempt, Event, Grade, Submission, TimingDecision
from assignments.own_dates import Given, columns, given_to
from assignments.querysets import DECLINED, FINAL, FINAL_ENDED, PICK, REGRADED, TAKEN_BACK

# The event by which a piece of work came to another edition; it moves no state.
UPGRADE: Final = "upgrade"
_FINAL: Final = (FINAL, FINAL_ENDED)
# Those by which nobody asks for more time any longer, without any being given; they move no state either.
ASKING_ENDED: Final = frozenset({DECLINED, TAKEN_BACK})


def faults(submission: Submission, events: list[Event], attempts: list[Attempt], grades: list[Grade]) -> Iterator[str]:
    """What is wrong with this one, in words for the log; nothing when all holds."""
    if [event.seq for event in events] != list(range(1, submission.version + 1)):
        yield f"its events do not run from 1 to {submission.version}"
    try:
        replayed = replay(event.step for event in events)
    except BrokenHistory as broken:
        yield str(broken)
    else:
        if replayed != submission.standing:
            yield f"its events end at {replayed.as_json()}, it stands at {submission.standing.as_json()}"
    if [attempt.number for attempt in attempts] != list(range(1, submission.attempt_count + 1)):
        yield f"its attempts do not run from 1 to {submission.attempt_count}"
    for attempt in attempts:
        if hashlib.sha256(attempt.body_json.encode()).hexdigest() != attempt.body_sha256:
            yield f"attempt {attempt.number} is not what its digest says"
    number: dict[UUID | None, int] = {attempt.pk: attempt.number for attempt in attempts}
    stands = Counted(
        number.get(submission.counted_id),
        number.get(submission.withdrawn_id),
        submission.withdrawals,
        submission.reinstated,
        submission.revisions,
        submission.asks_more_time,
    )
    if stands != (told := counted_by_events(events)):
        yield f"by its events {told}, and it says {stands}"
    brought = [event.facts["to"] for event in events if event.name == UPGRADE]
    if brought and brought[-1] != submission.edition_id:
        yield "it is not on the edition to which its events brought it"
    returned = [grade.pk for grade in grades if grade.status == Grade.Status.RETURNED]
    if returned != _returned_by_events(events):
        yield "the returned grade is not the one that its events say"
    if returned != [pk for pk in [submission.returned_grade_id] if pk]:
        yield "it does not point to its returned grade"
    picked = [event.facts["picked"] for event in events if event.name == PICK]
    if (picked[-1] if picked else None) != (str(submission.picked_grade_id) if submission.picked_grade_id else None):
        yield "the grade that was chosen to count is not the one that its events say"
    final = [event.facts["final_mark"] if event.name == FINAL else None for event in events if event.name in _FINAL]
    if (final[-1] if final else None) != (str(submission.final_mark_id) if submission.final_mark_id else None):
        yield "the final mark of missing work is not the one that its events say"
    yield from _mark_fault(submission, events, number, grades)


def _mark_fault(
    submission: Submission, events: list[Event], number: Mapping[UUID | None, int], grades: list[Grade]
) -> Iterator[str]:
    given = {one.pk: Returned(one.pk, number.get(one.attempt_id), one.final_score, one.out_of) for one in grades}
    try:
        standing = counting.standing(marks_moving.steps(events), given)
    except KeyError:
        yield "its events speak of a grade that it does not have"
        return
    picked = given.get(submission.picked_grade_id) if submission.picked_grade_id else None
    seen, counts = submission.returned_grade_id, submission.assignment.counts
    if submission.mark_grade_id != counting.mark(standing, counts, seen=seen, picked=picked):
        yield "its mark is not the grade that counts"


class Counted(NamedTuple):
    """Which attempts a submission speaks of, by their numbers, and how often it came back to the student."""

    counted: int | None = None
    withdrawn: int | None = None
    withdrawals: int = 0
    reinstated: int = 0
    revisions: int = 0
    asks_more_time: bool = False


def counted_by_events(events: Iterable[Event]) -> Counted:
    """What the events amount to, beside the states."""
    found = Counted()
    for event in events:
        facts = event.facts
        match EFFECTS.get(event.transition, ()):
            case effects if "attempt made" in effects or "attempt counts again" in effects:
                again = found.reinstated + ("attempt counts again" in effects)
                found = found._replace(counted=facts["attempt"], withdrawn=None, reinstated=again)
            case effects if "attempt withdrawn" in effects:
                stands = {"counted": facts["counts"], "withdrawn": facts["attempt"]}
                found = found._replace(**stands, withdrawals=found.withdrawals + 1)
            case effects if "revision asked for" in effects:
                found = found._replace(revisions=found.revisions + 1)
            case effects if "nothing taken back" in effects:
                found = found._replace(withdrawn=None)
            case effects if "grade recalled" in effects:
                found = found._replace(withdrawn=facts.get("withdrawn"))
            case effects if "more time asked for" in effects:
                found = found._replace(asks_more_time=True)
            case effects if "date set" in effects:
                found = found._replace(asks_more_time=False)  # more time that is given is an answer
        if event.name in ASKING_ENDED:
            found = found._replace(asks_more_time=False)
    return found


def _returned_by_events(events: list[Event]) -> list[UUID]:
    shown: list[UUID] = []
    for event in events:
        if event.name in SHOWS_GRADE | {REGRADED} and "grade" in event.facts:
            shown = [UUID(event.facts["grade"])]
        elif event.name in HIDES_GRADE:
            shown = []
    return shown


def _dates_fault(submission: Submission, given: Given) -> Iterator[str]:
    held = columns(given.dates(submission.assignment), submission.assignment.grace_seconds)
    for name, value in held.items():
        if getattr(submission, name) != value:
            yield f"{name} is {getattr(submission, name)}, and by what was given to her {value}"


def _timing_faults(
    submission: Submission, attempts: list[Attempt], decided: dict[UUID, TimingDecision]
) -> Iterator[str]:
    for attempt in attempts:
        timing = decided[attempt.pk].as_timing()
        if timing != timing.decided_again():
            yield f"what was decided of attempt {attempt.number} does not follow from what it was decided from"
        if attempt.pk == submission.counted_id:
            said = (submission.handed_in_at, submission.late_seconds, submission.first_handed_in_at)
            if said != (told := (attempt.received_at, timing.seconds, timing.first_handed_in)):
                yield f"it says of its hand-in {said}, and the attempt that counts {told}"


def check_all(size: int = 500, *, among: QuerySet[Submission] | None = None) -> Iterator[tuple[Submission, str]]:
    """Every fault of every submission, or of those among these, read in batches."""
    rows = Submission.objects.all() if among is None else among
    rows = rows.select_related("assignment").order_by("pk")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:size]):
        last = batch[-1].pk
        events: dict[object, list[Event]] = {}
        attempts: dict[object, list[Attempt]] = {}
        grades: dict[object, list[Grade]] = {}
        for event in Event.objects.filter(submission__in=batch).in_order():
            events.setdefault(event.submission_id, []).append(event)
        for attempt in Attempt.objects.filter(submission__in=batch).order_by("number"):
            attempts.setdefault(attempt.submission_id, []).append(attempt)
        for grade in Grade.objects.filter(submission__in=batch).order_by("version"):
            grades.setdefault(grade.submission_id, []).append(grade)
        decided = {
            row.attempt_id: row for row in TimingDecision.objects.filter(attempt__submission__in=batch).order_by("id")
        }
        given = given_to(row.pk for row in batch)
        for submission in batch:
            pk = submission.pk
            for fault in (
                *faults(submission, events.get(pk, []), attempts.get(pk, []), grades.get(pk, [])),
                *_timing_faults(submission, attempts.get(pk, []), decided),
                *_dates_fault(submission, given.get(pk, Given())),
            ):
                yield submission, fault
