"""What was taken away from students of one assignment, by name, to be looked at and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Membership
from assignments import signs
from assignments.lifecycle import State
from assignments.models import Assignment, Submission
from destalin_site.common import moments


@dataclass(frozen=True, slots=True)
class Removed:
    submission: UUID
    name: str
    find: str
    attempts: int
    handed_in: str
    score: str
    present: bool  # she is in the class: the work can be brought back by itself


def removed_work(assignment: Assignment) -> tuple[Removed, ...]:
    """A row for each piece of removed work, by name; two queries. None while names are hidden: who was removed is known
    by name, and would be told with her number."""
    if assignment.names_hidden:
        return ()
    members = Membership.objects.current().students().filter(classroom=assignment.classroom_id)
    present = set(members.values_list("user", flat=True))
    zone = assignment.due_zone or assignment.classroom.zone
    found = Submission.objects.filter(assignment=assignment, state=State.VOID.value)
    rows = sorted(
        found.select_related("student", "mark_grade"), key=lambda row: signs.name_key(str(row.student), row.student_id)
    )
    return tuple(
        Removed(
            submission=row.pk,
            name=str(row.student),
            find=signs.plain(str(row.student)),
            attempts=row.attempt_count,
            handed_in=moments.moment_short(row.handed_in_at, zone) if row.handed_in_at else "",
            score=signs.score(row.mark_grade.final_score, row.mark_grade.out_of)
            if row.mark_grade and row.mark_grade.final_score is not None
            else "",
            present=row.student_id in present,
        )
        for row in rows
    )
