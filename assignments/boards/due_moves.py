"""What another due time leaves as it is: told before it is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import signs, timing
from assignments.models import Assignment, DateOverride, Submission
from destalin_site.common import moments


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What another due time leaves as it is.

    `due` is the time by which those in time now would be late: the new one, or what other dates of the whole class make
    of it. `students` are they, by name; while names are hidden it is None, and only how many there are is told. `fixed`
    are the other dates that were set to a day, and so do not move along.
    """

    due: timing.Due | None = None
    in_time: int = 0
    students: tuple[tuple[UUID, str], ...] | None = None
    fixed: tuple[DateOverride, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        return (*self._in_time(), *self._fixed())

    def _in_time(self) -> Iterator[str]:
        if self.due is None:
            return
        words = {
            "n": self.in_time,
            "moment": moments.moment(self.due.at, self.due.zone),
            "names": ", ".join(name for _pk, name in self.students or ()),
        }
        if self.students is not None:
            said = ngettext(
                "%(n)d student has handed in after the new due time, %(moment)s, and stays in time: %(names)s.",
                "%(n)d students have handed in after the new due time, %(moment)s, and stay in time: %(names)s.",
                self.in_time,
            )
        else:
            said = ngettext(
                "%(n)d student has handed in after the new due time, %(moment)s, and stays in time.",
                "%(n)d students have handed in after the new due time, %(moment)s, and stay in time.",
                self.in_time,
            )
        yield said % words

    def _fixed(self) -> Iterator[str]:
        if self.fixed:
            who = ", ".join(for_whom(row) for row in self.fixed)
            yield _("Due times that were set to a day of their own do not move: %(who)s.") % {"who": who}


def left_behind(assignment: Assignment, due: timing.Due | None, changes: Mapping[str, Any]) -> LeftBehind:
    """For a due time that is to take the place of the assignment's own, and whatever else is to change with it. In
    three queries; none where it stays the same."""
    stands = assignment.due
    # Said again it moves nothing, though newer zone data would have another instant of it.
    if (due and due.said) == (stands and stands.said) or (due and due.at) == assignment.due_at:
        return LeftBehind()
    grace = changes.get("grace_seconds", assignment.grace_seconds)
    standing = list(assignment.overrides.standing().with_people().order_by("at", "id"))
    fixed = tuple(row for row in standing if row.due_at is not None)
    of_class = next((row.as_rule() for row in standing if row.for_class), None)
    late = _late_by(assignment, due, of_class)
    if late is None:
        return LeftBehind(fixed=fixed)
    due, origin = late
    rows = Submission.objects.listed().filter(assignment=assignment, late_seconds=0, due_from=origin)
    rows = rows.filter(handed_in_at__gte=timing.late_from(due.at, grace))
    if assignment.names_hidden:
        students, count = None, rows.count()
    else:
        students = _by_name(rows.values_list("student_id", "student__display_name"))
        count = len(students)
    return LeftBehind(due, count, students, fixed) if count else LeftBehind(fixed=fixed)


def _late_by(
    assignment: Assignment, due: timing.Due | None, of_class: timing.Override | None
) -> tuple[timing.Due, str] | None:
    """By which time those who have no nearer dates would be late, and where it comes from; None where nobody would.
    Other dates of the whole class that are said as an offset move along."""
    if due is None or assignment.due_at is None or due.at > assignment.due_at:
        return None
    if of_class is None or (moved := of_class.resolved_after(due)) is None:
        return due, ""
    return None if of_class.offset is None else (moved, timing.Origin.CLASS.value)


def for_whom(row: DateOverride) -> str:
    """The class, the title of the group or the student's name, of a row read `with_people`."""
    if row.for_class:
        return _("the whole class")
    return row.title or str(row.members.all()[0].submission.student)


def _by_name(rows: Iterable[tuple[UUID, str]]) -> tuple[tuple[UUID, str], ...]:
    return tuple(sorted(rows, key=lambda row: signs.name_key(row[1], row[0])))
