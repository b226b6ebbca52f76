"""Who has a submission: one for every student whom an assignment reaches, kept through leaving and coming back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from accounts.audit import Actor
from accounts.models import Classroom, Membership, User
from assignments import names
from assignments.actions import noticing
from assignments.actions.archived import refuse_archived
from assignments.actions.turn import Turn
from assignments.lifecycle import Act, Allowed, Facts, Standing, State, Who, advance, decide
from assignments.models import Assignment, AudienceMember, Event, Submission
from assignments.own_dates import given_to_class, own_columns
from destalin_site.common import clock
from destalin_site.common.request import request_id


@transaction.atomic
def sync_assignment(assignment: Assignment, *, by: Actor, reason: str = "") -> None:
    """Assigns to whom this assignment now reaches, brings back who had left, and removes whom it reaches no more."""
    hold_class(assignment.classroom_id)
    _sync([assignment], None, by=by, reason=reason)


@transaction.atomic
def sync_student(classroom: Classroom, student_id: UUID, *, by: Actor, reason: str = "") -> None:
    """The same for one student and every assignment of a class: she came, left or came back."""
    hold_class(classroom.pk)
    _sync(list(Assignment.objects.filter(classroom=classroom)), student_id, by=by, reason=reason)


@transaction.atomic
def archive_class(classroom: Classroom, *, by: Actor) -> None:
    """An archived class is read, not worked in: claims are released."""
    held = Submission.objects.filter(assignment__classroom=classroom, state=State.IN_REVIEW)
    for submission in held.order_by("pk"):
        turn = Turn.of(submission, by=by)
        decision = turn.decide(Act.RELEASE)
        if isinstance(decision, Allowed):
            turn.take(decision, reason="class archived", holder=str(turn.submission.claimed_by_id))
            turn.write()


def hold_class(pk: UUID) -> Classroom:
    """The class as it is now, held until the transaction ends: who joins while something is assigned must not fall
    between the two. Rows that only refer to the class need not wait for it."""
    return Classroom.objects.select_for_update(no_key=True).get(pk=pk)


def hold_open_class(pk: UUID) -> Classroom:
    """The same of a class that is not archived; raises ClassArchived where it is."""
    classroom = hold_class(pk)
    refuse_archived(classroom)
    return classroom


def hold_assignment(assignment: Assignment) -> Assignment:
    """The row again, under its lock and that of its class, which is not archived: who joins waits, and reads what is
    decided here; what concerns many of its students is decided one after the other."""
    classroom = hold_open_class(assignment.classroom_id)
    rows = Assignment.objects.select_for_update(of=("self",), no_key=True).select_related("edition")
    row = rows.get(pk=assignment.pk)
    row.classroom = classroom
    return row


def _sync(assignments: list[Assignment], student_id: UUID | None, *, by: Actor, reason: str) -> None:
    now = clock.now()
    reached = _reached(assignments, student_id)
    rows = Submission.objects.filter(assignment__in=assignments).locked()
    present = {
        (row.assignment_id, row.student_id): row for row in (rows.filter(student=student_id) if student_id else rows)
    }
    missing = names.shuffled(reached - present.keys())
    back = [row for key, row in present.items() if key in reached and row.state == State.VOID]
    gone = [row for key, row in present.items() if key not in reached and row.state != State.VOID]
    _assign(
        missing,
        {row.pk: row for row in assignments},
        _numbers(row.pk for row in assignments if row.names_hidden),
        by=by,
        now=now,
        reason=reason,
    )
    _move(back, Act.RESTORE, by=by, now=now, reason=reason)
    _move(gone, Act.VOID, by=by, now=now, reason=reason)


def _reached(assignments: Iterable[Assignment], student_id: UUID | None) -> set[tuple[UUID, UUID]]:
    """(assignment, student) of everybody in the audience who is in the class now. Nobody, where it was deleted."""
    living = [assignment for assignment in assignments if assignment.deleted_at is None]
    chosen = Q(user=student_id) if student_id else Q()
    students = defaultdict(set)
    members = Membership.objects.current().students().filter(chosen, classroom__in={a.classroom_id for a in living})
    for classroom, user in members.values_list("classroom", "user"):
        students[classroom].add(user)
    named = defaultdict(set)
    for assignment, user in AudienceMember.objects.filter(assignment__in=living).values_list("assignment", "student"):
        named[assignment].add(user)
    return {
        (assignment.pk, user)
        for assignment in living
        for user in students[assignment.classroom_id]
        if assignment.audience == Assignment.Audience.ALL or user in named[assignment.pk]
    }


def _numbers(hidden: Iterable[UUID]) -> dict[UUID, Iterator[int]]:
    """Numbers in place of names, for whoever comes to one of these assignments. One query where there is one."""
    taken: dict[UUID, list[int | None]] = {pk: [] for pk in hidden}
    if taken:
        rows = Submission.objects.filter(assignment__in=taken, alias__isnull=False)
        for assignment, number in rows.values_list("assignment", "alias"):
            taken[assignment].append(number)
    return {pk: names.numbers(used) for pk, used in taken.items()}


def _assign(
    pairs: Iterable[tuple[UUID, UUID]],
    assignments: dict[UUID, Assignment],
    numbers: dict[UUID, Iterator[int]],
    *,
    by: Actor,
    now: dt.datetime,
    reason: str,
) -> None:
    given = given_to_class(assignments)
    columns = {pk: {"edition_id": row.edition_id, **own_columns(row, given[pk])} for pk, row in assignments.items()}
    decision = decide(Act.ASSIGN, Facts(), actor=Who.SYSTEM)
    assert isinstance(decision, Allowed)

    def nameless(assignment: UUID) -> dict[str, Any]:
        # An id of the usual kind tells when it was made, and who joined late was there for everybody to see.
        return {"id": uuid4(), "alias": next(numbers[assignment])} if assignment in numbers else {}

    new = [
        Submission(
            **nameless(assignment),
            assignment_id=assignment,
            student_id=student,
            state=decision.next_state.value,
            version=1,
            created_at=now,
            changed_at=now,
            **columns[assignment],
        )
        for assignment, student in pairs
    ]
    Submission.objects.bulk_create(new)
    _record(new, Act.ASSIGN, decision.transition.number, {row.pk: Standing() for row in new}, by, now, reason)
    noticing.of_assigned(new, assignments, by=by)


def _move(rows: list[Submission], act: Act, *, by: Actor, now: dt.datetime, reason: str) -> None:
    """The same transition for many rows, in a few statements: those of one standing move together."""
    if not rows:
        return
    before = {row.pk: row.standing for row in rows}
    groups: dict[Standing, list[Submission]] = defaultdict(list)
    number = ""
    for row in rows:
        decision = decide(act, Facts(standing=row.standing), actor=Who.SYSTEM)
        assert isinstance(decision, Allowed)
        number = decision.transition.number
        groups[advance(row.standing, decision.transition)].append(row)
    for standing, group in groups.items():
        for row in group:
            row.standing, row.version, row.changed_at = standing, row.version + 1, now
            row.claimed_by, row.claim_until = None, None
    columns = ["state", "claim_from", "excused_from", "voided_from", "claimed_by", "claim_until"]
    Submission.objects.bulk_update(rows, [*columns, "version", "changed_at"], batch_size=100)
    _record(rows, act, number, before, by, now, reason)


def _record(
    rows: Iterable[Submission],
    act: Act,
    number: str,
    before: dict[Any, Standing],
    by: Actor,
    now: dt.datetime,
    reason: str,
) -> None:
    Event.objects.bulk_create(
        [
            Event(
                submission=row,
                seq=row.version,
                name=act.value,
                transition=number,
                actor=by if isinstance(by, User) else None,
                at=now,
                before=before[row.pk].as_json(),
                after=row.standing.as_json(),
                reason=reason,
                request_id=request_id.get(),
                # The edition that it began with; later ones are told by the upgrades.
                facts={"edition": row.edition_id} if act is Act.ASSIGN else {},
            )
            for row in rows
        ],
        batch_size=100,
    )
