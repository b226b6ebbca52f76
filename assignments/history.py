"""Whether what is stored about a submission is what its events amount to, and its texts what their digests say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from uuid import UUID

from assignments.lifecycle import HIDES_GRADE, SHOWS_GRADE, BrokenHistory, replay
from assignments.models import Attempt, Event, Grade, Submission


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
    returned = [grade.pk for grade in grades if grade.status == Grade.Status.RETURNED]
    if returned != _returned_by_events(events):
        yield "the returned grade is not the one that its events say"
    if returned != [pk for pk in [submission.returned_grade_id] if pk]:
        yield "it does not point to its returned grade"


def _returned_by_events(events: list[Event]) -> list[UUID]:
    shown: list[UUID] = []
    for event in events:
        if event.name in SHOWS_GRADE and "grade" in event.facts:
            shown = [UUID(event.facts["grade"])]
        elif event.name in HIDES_GRADE:
            shown = []
    return shown


def check_all(size: int = 500) -> Iterator[tuple[Submission, str]]:
    """Every fault of every submission, read in batches."""
    rows = Submission.objects.order_by("pk")
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
        for submission in batch:
            pk = submission.pk
            for fault in faults(submission, events.get(pk, []), attempts.get(pk, []), grades.get(pk, [])):
                yield submission, fault
