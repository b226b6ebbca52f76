"""Due times that lie ahead, after new zone data: what was said stays, and the instant of it follows.

A due time keeps the version of the zone data by which it was resolved. The command `follow_zones` compares, and whoever
is concerned is told. What is over stays as it is, and so does what would be over at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments import timing
from assignments.actions.dates import follow
from assignments.actions.roster import hold_assignment
from assignments.actions.turn import Turn
from assignments.errors import ClassArchived
from assignments.models import Assignment, DateOverride, Extension, Revision, Submission, TimingDecision
from assignments.models.due import IsDue, MayBeDue
from assignments.own_dates import given_to, own_columns
from assignments.querysets import DATES_RESOLVED
from destalin_site.common import clock
from destalin_site.common.actor import SYSTEM

AT_ONCE: Final = 100  # assignments a run; the others have their turn in the next


def dues_to_resolve() -> list[UUID]:
    """The assignments, of classes that are not archived, with a due time ahead that older zone data than ours has
    resolved; so many of them as one run takes."""
    stale = _stale()
    assignments = Assignment.objects.filter(classroom__archived_at=None).filter(
        Q(stale)
        | Exists(_overrides().filter(assignment=OuterRef("pk")))
        | Exists(Extension.objects.standing().filter(stale, submission__assignment=OuterRef("pk")))
        | Exists(_revisions().filter(stale, submission__assignment=OuterRef("pk")))
    )
    return list(assignments.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def resolve_again(pk: UUID) -> int:
    """Resolves every due time ahead of an assignment by the zone data of today; how many pieces of work are due at
    another instant now. Each of those has an event with the reason, and its student is told. Late, twice and by several
    at once it comes to the same."""
    try:
        assignment = hold_assignment(Assignment.objects.get(pk=pk))
    except ClassArchived:
        return 0  # meanwhile; its due times follow once it is opened again
    turns = Turn.of_all(Submission.objects.filter(assignment=assignment), assignment, by=SYSTEM)
    was, now = assignment.due_at, clock.now()
    if _resolve(assignment, now):
        assignment.version += assignment.due_at != was
        assignment.save(update_fields=["due_at", "due_tzdb", "version"])
    for override in _overrides().filter(assignment=assignment):
        if _resolve(override, now) or _count_again(override, assignment.due, now):
            override.save(update_fields=["due_at", "offset_due_at", "due_tzdb"])
    rows: list[Extension | Revision] = [*Extension.objects.standing().filter(submission__assignment=assignment)]
    for row in (*rows, *_revisions().filter(submission__assignment=assignment)):
        if _resolve(row, now):
            row.save(update_fields=["due_at", "due_tzdb"])
    given = given_to(turn.submission for turn in turns)
    moved = [turn for turn in turns if _is_moved(turn.submission, own_columns(assignment, given[turn.submission.pk]))]
    why = f"zone data {timing.tzdb_version()}"
    follow(moved, DATES_RESOLVED, TimingDecision.Reason.DUE_MOVED, reason=why)
    return len(moved)


def _is_moved(submission: Submission, columns: Mapping[str, Any]) -> bool:
    return any(getattr(submission, name) != value for name, value in columns.items())


def _overrides() -> QuerySet[DateOverride]:
    """Those that hold and have to be resolved, an offset by the instant that it came to."""
    return DateOverride.objects.standing().filter(_stale() | _by_older() & Q(offset_due_at__gt=clock.now()))


def _revisions() -> QuerySet[Revision]:
    """Those whose due time holds (`own_dates.Given.revision`)."""
    return Revision.objects.filter(outcome__in=["", Revision.Outcome.RETURNED])


def _by_older() -> Q:
    """Resolved by older zone data than ours. What newer data resolved stays: two machines of a site that have not the
    same would undo each other's work for ever."""
    return Q(due_tzdb__lt=timing.tzdb_version())


def _stale() -> Q:
    return _by_older() & Q(due_at__gt=clock.now())


def _resolve(row: MayBeDue | IsDue, now: dt.datetime) -> bool:
    """Whether it was resolved anew; what is over, and what would be over at once, keeps its instant."""
    due = row.due
    if due is None or due.tzdb >= timing.tzdb_version() or due.at <= now:
        return False
    fresh = timing.Due.resolve(due.date, due.time, due.zone)
    if fresh.over <= now:
        return False
    row.due = fresh
    return True


def _count_again(override: DateOverride, base: timing.Due | None, now: dt.datetime) -> bool:
    """The same of a due time that is said as an offset from `base`."""
    fresh = override.as_rule().resolved_after(base)
    if override.offset_due_at is None or fresh is None or override.due_tzdb >= timing.tzdb_version():
        return False
    if override.offset_due_at <= now or fresh.over <= now:
        return False
    override.count_from(base)
    return True
