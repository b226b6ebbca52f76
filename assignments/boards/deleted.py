"""Assignments that were deleted, to be looked at and brought back; and what goes along with one that is deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Classroom
from assignments.lifecycle import Act, State
from assignments.models import Assignment, Event, Grade, Submission
from assignments.querysets import DELETED
from destalin_site.common import moments


class Deletion(NamedTuple):
    """By whom is known by the work that was taken away: of an assignment that had reached nobody, it is not."""

    at: dt.datetime
    by: UUID | None = None
    by_name: str = ""
    handed_in: int = 0


@dataclass(frozen=True, slots=True)
class Deleted:
    id: UUID
    title: str
    deleted: str  # when, and by whom where that is known
    handed_in: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How much work an assignment has that would go out of sight with it."""

    handed_in: int
    marked: int
    drafts: int

    @property
    def lines(self) -> tuple[str, ...]:
        lines = [handed_in_words(self.handed_in)]
        if self.marked:
            lines.append(
                ngettext("%(n)d has marks or comments", "%(n)d have marks or comments", self.marked)
                % {"n": self.marked}
            )
        if self.drafts:
            lines.append(ngettext("%(n)d draft begun", "%(n)d drafts begun", self.drafts) % {"n": self.drafts})
        return tuple(lines)


def handed_in_words(n: int) -> str:
    return ngettext("%(n)d handed in", "%(n)d handed in", n) % {"n": n} if n else _("nothing handed in")


def deletions(deleted: Mapping[UUID, dt.datetime]) -> dict[UUID, Deletion]:
    """Of each of these, which were deleted then, who did it and how much was handed in by those from whom it was taken.
    One query."""
    rows = (
        Event.objects.filter(
            submission__assignment__in=list(deleted),
            name=Act.VOID.value,
            reason=DELETED,
            # It may have been deleted before, and brought back.
            at__gte=F("submission__assignment__deleted_at"),
        )
        .order_by()
        .values_list("submission__assignment", "actor", "actor__display_name")
        .annotate(handed_in=Count("pk", filter=Q(submission__handed_in_at__isnull=False)))
    )
    found = {pk: Deletion(at) for pk, at in deleted.items()}
    for pk, by, name, handed_in in rows:
        found[pk] = Deletion(deleted[pk], by, name or "", handed_in)
    return found


def deleted_assignments(classroom: Classroom) -> tuple[Deleted, ...]:
    """What was deleted in a class, the latest first; two queries."""
    rows = list(
        Assignment.objects.deleted()
        .filter(classroom=classroom)
        .order_by("-deleted_at", "-id")
        .values_list("pk", "title", "deleted_at")
    )
    known = deletions({pk: at for pk, _title, at in rows if at})
    return tuple(_deleted(pk, title, known[pk], classroom.zone) for pk, title, _at in rows)


def _deleted(pk: UUID, title: str, deletion: Deletion, zone: str) -> Deleted:
    said = {"moment": moments.moment(deletion.at, zone), "name": deletion.by_name}
    return Deleted(
        id=pk,
        title=title,
        deleted=_("Deleted on %(moment)s by %(name)s") % said
        if deletion.by_name
        else _("Deleted on %(moment)s") % said,
        handed_in=handed_in_words(deletion.handed_in),
    )


def kept_work(assignment: Assignment) -> Kept:
    """One query."""
    begun = Q(handed_in_at=None, draft__isnull=False)
    judged = Exists(Grade.objects.filter(submission=OuterRef("pk")))
    counts = (
        Submission.objects.filter(assignment=assignment)
        .exclude(state=State.VOID.value)
        .aggregate(
            handed_in=Count("pk", filter=Q(handed_in_at__isnull=False)),
            marked=Count("pk", filter=judged),
            drafts=Count("pk", filter=begun),
        )
    )
    return Kept(**counts)
