"""What missing work counts as: projected by its assignment, or made final by a teacher. Neither is a grade."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from assignments import grading, readings
from assignments.grading import Counted
from assignments.lifecycle import State
from assignments.models import Assignment, FinalMark, RubricEdition, Submission
from assignments.timing import Result


def projections(assignments: Iterable[Assignment]) -> dict[UUID, Counted]:
    """What missing work is projected to, by assignment, of those that say so; one query where any does."""
    saying = [one for one in assignments if one.missing_percent is not None]
    if not saying:
        return {}
    # The newest of each comes last.
    editions = RubricEdition.objects.filter(assignment__in=[one.pk for one in saying]).order_by("number")
    newest = {edition.assignment_id: edition for edition in editions}
    return {one.pk: _projected(one, newest.get(one.pk)) for one in saying}


def projection(assignment: Assignment) -> Counted | None:
    """The same of one assignment."""
    return projections([assignment]).get(assignment.pk)


def _projected(assignment: Assignment, rubric: RubricEdition | None) -> Counted:
    assert assignment.missing_percent is not None
    possible = readings.points(assignment, readings.criteria(rubric, assignment))
    out_of = grading.possible_points(possible, assignment.points)
    return Counted(grading.share_of(out_of, assignment.missing_percent), out_of)


def counted(state: State, result: Result, *, final: FinalMark | None, projected: Counted | None) -> Counted | None:
    """What a piece of work counts as because it is missing; None where it is not, or counts as nothing. Whatever is
    entered, and an excuse, stand above it: such work is not missing."""
    if not grading.is_missing(state, result):
        return None
    return Counted(final.score, final.out_of, final=True) if final is not None else projected


def of(submission: Submission, *, result: Result, state: State, projected: Counted | None) -> Counted | None:
    """The same of a row read `with_facts`."""
    return counted(state, result, final=submission.final_mark, projected=projected)
