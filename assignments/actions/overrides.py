"""Other dates than those of an assignment, for some of its students or for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from assignments import timing
from assignments.actions.dates import DueSaid, follow, resolved
from assignments.actions.roster import hold_assignment
from assignments.actions.turn import Turn
from assignments.models import Assignment, DateOverride, OverrideMember, Submission, TimingDecision
from assignments.querysets import DATES, DATES_ENDED
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed

__all__ = ["MOST_OFFSET", "end_dates", "give_dates"]

MOST_OFFSET: Final = 366 * 24 * 60  # minutes


@transaction.atomic
def give_dates(
    assignment: Assignment,
    *,
    reason: str,
    by: User,
    students: Sequence[UUID] = (),
    for_class: bool = False,
    title: str = "",
    due: DueSaid | None = None,
    offset_minutes: int | None = None,
    closes_at: dt.datetime | None = None,
) -> DateOverride:
    """Other dates for these students, by their ids: one, or a group that has a `title`; or for the whole class, whoever
    comes to the assignment later included. A due time is said outright, or as an offset that moves with the
    assignment's own; what is not said stays as it is. Of several that hold for somebody her own counts, else the most
    generous one of her groups, else that of the class, of which there is one at a time. Work that was late becomes less
    late, or in time; what came in time stays so. The same again, while it stands, changes nothing."""
    assignment = hold_assignment(assignment)
    title, reason, students = title.strip(), reason.strip(), list(dict.fromkeys(students))
    errors = []
    if not reason:
        errors.append(problem("/reason", "reason-missing"))
    if for_class and students:
        errors.append(problem("/students", "class-and-some"))
    if for_class and title:
        errors.append(problem("/title", "class-untitled"))
    if not students and not for_class:
        errors.append(problem("/students", "nobody"))
    if len(students) > 1 and not title:
        errors.append(problem("/title", "group-untitled"))
    if due is None and offset_minutes is None and closes_at is None:
        errors.append(problem("/due", "no-date-said"))
    if due is not None and offset_minutes is not None:
        errors.append(problem("/offset_minutes", "said-twice"))
    if offset_minutes is not None:
        if assignment.due_at is None:
            errors.append(problem("/offset_minutes", "no-base"))
        elif not 1 <= abs(offset_minutes) <= MOST_OFFSET:
            errors.append(problem("/offset_minutes", "out-of-range"))
    if closes_at is not None and not timing.within_reach(closes_at.date()):
        errors.append(problem("/closes_at", "day-out-of-reach"))
    rows = Submission.objects.filter(assignment=assignment)
    if not for_class:
        rows = rows.filter(student__in=students)
    named = [] if for_class else list(rows)
    known = {row.student_id for row in named}
    errors += [problem(f"/students/{n}", "unknown-student") for n, pk in enumerate(students) if pk not in known]
    if errors:
        raise ValidationFailed(errors=errors)
    override = DateOverride(
        assignment=assignment,
        title=title,
        for_class=for_class,
        offset_minutes=offset_minutes,
        closes_at=closes_at,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    override.due = resolved(due) if due else None
    if offset_minutes is not None:
        override.count_from(assignment.due)
    _check(assignment, override)
    if (standing := _the_same(override, named)) is not None:
        return standing
    for earlier in _before(override, rows):
        _end(earlier, by)
    override.save(force_insert=True)
    OverrideMember.objects.bulk_create(OverrideMember(override=override, submission=row) for row in named)
    _follow(override, Turn.of_all(rows, assignment, by=by), DATES)
    return override


@transaction.atomic
def end_dates(override: DateOverride, *, by: User) -> DateOverride:
    """Takes other dates back, for what is still to come: work that was in time by them stays in time. Twice changes
    nothing."""
    assignment = hold_assignment(override.assignment)
    override = DateOverride.objects.select_for_update(of=("self",), no_key=True).get(pk=override.pk)
    if override.ended_at is None:
        _end(override, by)
        rows = Submission.objects.filter(assignment=assignment)
        if not override.for_class:
            rows = rows.filter(override_members__override=override)
        _follow(override, Turn.of_all(rows, assignment, by=by), DATES_ENDED)
    return override


def _check(assignment: Assignment, override: DateOverride) -> None:
    opens = assignment.opens_at
    due = override.as_rule().due_after(assignment.due)
    if opens is not None and due is not None and due.over <= opens:
        raise ValidationFailed(errors=[problem("/due" if override.due else "/offset_minutes", "due-too-early")])
    if opens is not None and override.closes_at is not None and override.closes_at <= opens:
        raise ValidationFailed(errors=[problem("/closes_at", "closes-too-early")])


def _before(override: DateOverride, rows: QuerySet[Submission]) -> QuerySet[DateOverride]:
    """What ends with it: her own dates before these, or those of the class. A student may be in several groups."""
    standing = DateOverride.objects.standing().filter(assignment=override.assignment)
    if override.title:
        return standing.none()
    if override.for_class:
        return standing.filter(for_class=True)
    members = OverrideMember.objects.filter(submission__in=rows)
    return standing.filter(title="", for_class=False, pk__in=members.values("override"))


def _the_same(override: DateOverride, rows: Iterable[Submission]) -> DateOverride | None:
    """What stands already with the same words and dates for the same students."""
    said = ("title", "for_class", "offset_minutes", "closes_at", "due_at", "due_zone", "reason", "by")
    same = {name: getattr(override, name) for name in said}
    members = {row.pk for row in rows}
    for earlier in DateOverride.objects.filter(assignment=override.assignment, ended_at=None, **same):
        if set(earlier.members.values_list("submission", flat=True)) == members:
            return earlier
    return None


def _end(override: DateOverride, by: User) -> None:
    override.ended_at, override.ended_by = clock.now(), by
    override.save(update_fields=["ended_at", "ended_by"])


def _follow(override: DateOverride, turns: Sequence[Turn], event: str) -> None:
    follow(turns, event, TimingDecision.Reason.DATES, reason=override.reason, override=str(override.pk))
