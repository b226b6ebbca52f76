"""Whether what is stored about a submission is what its events amount to, and its texts what their digests say."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from assignments import answers, counting, marks_moving, readings, timing
from assignments.actions import draft_points
from assignments.answers import Part
from assignments.counting import Returned
from assignments.lifecycle import EFFECTS, HIDES_GRADE, SHOWS_GRADE, Act, BrokenHistory, State, replay
from assignments.models import AnswerPart, Attempt, Event, Grade, ParkedCopy, Submission, TimingDecision
from assignments.own_dates import Given, given_to, own_columns
from assignments.querysets import DECLINED, FINAL, FINAL_ENDED, PICK, REGRADED, TAKEN_BACK, UPGRADE, UPGRADE_READ

_FINAL: Final = (FINAL, FINAL_ENDED)
_BRINGS: Final = frozenset({Act.ASSIGN.value, UPGRADE})
# Those by which nobody asks for more time any longer, without any being given; they move no state either.
ASKING_ENDED: Final = frozenset({DECLINED, TAKEN_BACK})


def faults(
    submission: Submission,
    events: list[Event],
    attempts: list[Attempt],
    grades: list[Grade],
    parts: Mapping[UUID, list[Part]],
) -> Iterator[str]:
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
        if parts.get(attempt.pk, []) != list(answers.parts(attempt.body)):
            yield f"the parts of attempt {attempt.number} are not those of its text"
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
    # Those of before did not say with which edition they began.
    brought = [event.facts.get("to", event.facts.get("edition")) for event in events if event.name in _BRINGS]
    if any(brought) and brought[-1] != submission.edition_id:
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
    if (submission.claimed_by_id, submission.excuse_category) != (said := _holder_and_excuse(events)):
        held = f"it is held by {submission.claimed_by_id} and excused for “{submission.excuse_category}”"
        yield f"{held}; by its events {said}"
    if (unseen := _unseen_by_events(events)) is not None and submission.upgrade_unseen != unseen:
        yield "whether its student saw the change of its edition is not what its events say"
    if submission.grade_ready != _is_ready(submission, grades):
        yield "whether its draft marks could be returned is not what they say"
    said_of_it = (submission.late_seconds, submission.first_handed_in_at, submission.finished)
    if submission.counted_id is None and said_of_it != (None, None, None):
        yield f"it says {said_of_it} of a hand-in, and nothing of it counts"


def _holder_and_excuse(events: Iterable[Event]) -> tuple[UUID | None, str]:
    """Who reads it, and what for it is excused."""
    holder, category = None, ""
    for event in events:
        if event.after.get("state") != State.IN_REVIEW.value:
            holder = None
        elif "claimed" in EFFECTS.get(event.transition, ()):
            holder = event.actor_id
        if not event.after.get("excused_from"):
            category = ""
        elif event.name == Act.EXCUSE.value:
            category = event.facts["category"]
    return holder, category


def _unseen_by_events(events: Iterable[Event]) -> bool | None:
    """Whether the student still has to see what an upgrade changed. None where an upgrade did not say whether it was
    told: those of before did not."""
    unseen: bool | None = False
    for event in events:
        if event.name == UPGRADE_READ:
            unseen = False
        elif event.name == UPGRADE:
            told = event.facts.get("unseen")
            unseen = None if told is None and not unseen else bool(unseen or told)
    return unseen


def _is_ready(submission: Submission, grades: Iterable[Grade]) -> bool:
    draft = next((grade for grade in grades if grade.status == Grade.Status.DRAFT), None)
    # Marks on a hand-in that was taken back wait for it to count again.
    if draft is None or draft.attempt_id != submission.counted_id:
        return False
    return draft_points.ready(draft, readings.judged(submission))


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
    if {one.grade for one in standing} != {one.pk for one in grades if one.stands}:
        yield "the grades that stand are not those that its events say"


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


def _waiting_fault(submission: Submission, waiting: int) -> Iterator[str]:
    if submission.hand_ins_waiting != waiting:
        yield f"it says that {submission.hand_ins_waiting} refused hand-ins wait, and there are {waiting}"


def _dates_fault(submission: Submission, given: Given) -> Iterator[str]:
    for rule in given.overrides:
        fresh = rule.resolved_after(submission.assignment.due)
        if rule.offset is None or fresh is None:
            continue
        if rule.at is None:
            yield f"the other dates {rule.id} are an offset without the instant that it came to"
        elif rule.tzdb == timing.tzdb_version() and rule.at != fresh.at:
            yield f"the other dates {rule.id} came to {rule.at}, and the same zone data say {fresh.at}"
    for name, value in own_columns(submission.assignment, given).items():
        if getattr(submission, name) != value:
            yield f"{name} is {getattr(submission, name)}, and by what was given to her {value}"


def _timing_faults(
    submission: Submission, attempts: list[Attempt], decided: dict[UUID, TimingDecision]
) -> Iterator[str]:
    for attempt in attempts:
        found = decided[attempt.pk].as_timing()
        if found != found.decided_again():
            yield f"what was decided of attempt {attempt.number} does not follow from what it was decided from"
        own = attempt.finished
        if found.first_handed_in is None and found.finished not in (own, own and own.let_count()):
            yield f"attempt {attempt.number} was decided by what no device said of it"
        if attempt.pk == submission.counted_id:
            dates = (submission.handed_in_at, submission.late_seconds, submission.first_handed_in_at)
            said = (*dates, submission.finished)
            if said != (told := (attempt.received_at, found.seconds, found.first_handed_in, found.finished)):
                yield f"it says of its hand-in {said}, and the attempt that counts {told}"


def check_all(size: int = 500, *, among: QuerySet[Submission] | None = None) -> Iterator[tuple[Submission, str]]:
    """Every fault of every submission, or of those among these, read in batches. A class that works meanwhile writes
    between one query and the next: what does not hold is read once more, and told if it does not hold then either."""
    rows = Submission.objects.all() if among is None else among
    rows = rows.select_related("assignment").order_by("pk")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:size]):
        last = batch[-1].pk
        if found := list(_faults_of(batch)):
            again = rows.filter(pk__in={submission.pk for submission, _fault in found})
            still = {(submission.pk, fault) for submission, fault in _faults_of(list(again))}
            yield from (each for each in found if (each[0].pk, each[1]) in still)


def _faults_of(batch: list[Submission]) -> Iterator[tuple[Submission, str]]:
    events: dict[object, list[Event]] = {}
    attempts: dict[object, list[Attempt]] = {}
    grades: dict[object, list[Grade]] = {}
    for event in Event.objects.filter(submission__in=batch).in_order():
        events.setdefault(event.submission_id, []).append(event)
    for attempt in Attempt.objects.filter(submission__in=batch).order_by("number"):
        attempts.setdefault(attempt.submission_id, []).append(attempt)
    parts: dict[UUID, list[Part]] = {}
    for row in AnswerPart.objects.filter(attempt__submission__in=batch).order_by("attempt", "place"):
        part = Part(row.question, row.kind, row.option, row.text, row.row, row.column)
        parts.setdefault(row.attempt_id, []).append(part)
    for grade in Grade.objects.filter(submission__in=batch).order_by("version"):
        grades.setdefault(grade.submission_id, []).append(grade)
    decided = {
        decision.attempt_id: decision
        for decision in TimingDecision.objects.filter(attempt__submission__in=batch).order_by("id")
    }
    given = given_to(batch)
    refused = ParkedCopy.objects.waiting().filter(kind=ParkedCopy.Kind.SUBMIT, submission__in=batch)
    waiting = Counter(refused.values_list("submission", flat=True))
    for submission in batch:
        pk = submission.pk
        for fault in (
            *faults(submission, events.get(pk, []), attempts.get(pk, []), grades.get(pk, []), parts),
            *_timing_faults(submission, attempts.get(pk, []), decided),
            *_waiting_fault(submission, waiting.get(pk, 0)),
            *_dates_fault(submission, given[pk]),
        ):
            yield submission, fault
