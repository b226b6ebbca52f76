"""Names are hidden while work is marked, and shown when the teacher says so."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import User
from assignments import names
from assignments.actions.roster import hold_assignment
from assignments.models import Assignment, Submission
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed

__all__ = ["hide_names", "may_hide_names", "show_names"]


def may_hide_names(assignment: Assignment) -> bool:
    """Whether nothing has come in yet, nothing was marked and nobody waits for an answer: whose work it was would be
    known."""
    if assignment.anonymous:
        return False
    began = Q(attempt_count__gt=0) | Q(hand_ins_waiting__gt=0) | Q(grades__isnull=False)
    began |= Q(final_marks__isnull=False) | Q(asks_more_time=True)
    return not Submission.objects.filter(began, assignment=assignment).exists()


def hide_names(assignment: Assignment, wanted: bool, *, by: User) -> None:
    """Sets it on a row that is locked, and is saved by the caller: every student gets her number. What is hidden is
    shown by `show_names` alone."""
    if not wanted:
        raise ValidationFailed(errors=[problem("/anonymous", "shown-by-an-act")])
    rows = list(Submission.objects.filter(assignment=assignment).locked())
    if not may_hide_names(assignment):
        raise ValidationFailed(errors=[problem("/anonymous", "work-came-in")])
    now = clock.now()
    for row, number in zip(rows, names.numbers([]), strict=False):
        # Whoever waits for a row reads its assignment again where the row has changed.
        row.alias, row.changed_at = number, now
    Submission.objects.bulk_update(rows, ["alias", "changed_at"], batch_size=100)
    assignment.anonymous = True
    audit.record("names hidden", by=by, about=assignment)


@transaction.atomic
def show_names(assignment: Assignment, *, by: User) -> Assignment:
    """From now on staff read whose work is whose, and what was marked without a name stands under one. It is never
    undone. Twice, or where names were never hidden, changes nothing."""
    assignment = hold_assignment(assignment)
    if not assignment.names_hidden:
        return assignment
    now = clock.now()
    assignment.revealed_at, assignment.revealed_by = now, by
    assignment.version += 1
    assignment.save(update_fields=["revealed_at", "revealed_by", "version"])
    # Whoever asks for what changed since hears the names.
    rows = Submission.objects.filter(assignment=assignment)
    rows.lock()
    rows.update(changed_at=now)
    work = Submission.objects.filter(names.work_in(), assignment=assignment)
    open_work = work.filter(returned_grade=None).count()
    audit.record("names shown", by=by, about=assignment, works=work.count(), unreturned=open_work)
    return assignment
