"""What another due time leaves as it is: told before it is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import signs, timing
from assignments.models import Assignment, Submission
from destalin_site.common import moments


def left_behind(assignment: Assignment, due: timing.Due | None, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences, for a due time that is to take the place of the assignment's own, and whatever else is to change with
    it; none where it leaves nothing behind. In three queries."""
    if (due and due.at) == assignment.due_at:
        return ()
    grace = changes.get("grace_seconds", assignment.grace_seconds)
    return (*_in_time(assignment, due, grace), *_on_days_of_their_own(assignment))


def _in_time(assignment: Assignment, due: timing.Due | None, grace: int) -> Iterator[str]:
    """Who handed in in time and would be late by the new one; how many, while names are hidden."""
    if due is None or assignment.due_at is None or due.at > assignment.due_at:
        return
    rows = Submission.objects.listed().filter(assignment=assignment, late_seconds=0, due_from="")
    rows = rows.filter(handed_in_at__gte=timing.late_from(due.at, grace))
    names = _names(rows.values_list("student__display_name", "student_id"))
    if names and assignment.names_hidden:
        words = ngettext(
            "%(n)d student has handed in after the new due time, %(moment)s, and stays in time.",
            "%(n)d students have handed in after the new due time, %(moment)s, and stay in time.",
            len(names),
        )
        yield words % {"n": len(names), "moment": moments.moment(due.at, due.zone)}
    elif names:
        words = ngettext(
            "%(n)d student has handed in after the new due time, %(moment)s, and stays in time: %(names)s.",
            "%(n)d students have handed in after the new due time, %(moment)s, and stay in time: %(names)s.",
            len(names),
        )
        yield words % {"n": len(names), "moment": moments.moment(due.at, due.zone), "names": ", ".join(names)}


def _on_days_of_their_own(assignment: Assignment) -> Iterator[str]:
    """Other dates that were set to a day, and so do not move along."""
    given = assignment.overrides.filter(ended_at=None, due_at__isnull=False).with_people().order_by("at", "id")
    who = [row.title or str(row.members.all()[0].submission.student) for row in given]
    if who:
        yield _("Due times that were set to a day of their own do not move: %(who)s.") % {"who": ", ".join(who)}


def _names(rows: Iterable[tuple[str, UUID]]) -> list[str]:
    return [name for name, _pk in sorted(rows, key=lambda row: signs.name_key(*row))]
