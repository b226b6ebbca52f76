"""Missing work is given the mark that it was projected to; and such a mark ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assignments import grading, missing, names
from assignments.actions.archived import refuse_archived
from assignments.actions.by_row import RowOutcome, by_row
from assignments.actions.turn import Turn
from assignments.errors import StateConflict
from assignments.models import Assignment, FinalMark, Submission
from assignments.querysets import FINAL, FINAL_ENDED
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed, VersionStale

__all__ = ["make_final", "make_final_many", "undo_final", "undo_final_many"]


@transaction.atomic
def make_final(submission: Submission, *, if_version: int, reason: str = "", by: User) -> FinalMark:
    """Stores what this missing work is projected to, as it is by version `if_version` of its assignment. Its state
    stays, and whatever is entered stands above it. Where it is final already nothing changes."""
    turn, reason = Turn.of(submission, by=by), reason.strip()
    submission = turn.submission
    refuse_archived(submission.assignment.classroom)
    # Read after the lock, and as everybody has it: who reads another edition has handed in nothing either.
    assignment = Assignment.objects.get(pk=submission.assignment_id)
    if assignment.version != if_version:
        raise VersionStale(current_etag=f'"a{assignment.version}"')
    if not grading.is_missing(submission.state_at(turn.now), submission.timing_at(turn.now).result):
        raise StateConflict(_("This work is not missing."), state=submission.state, allowed=[])
    if submission.final_mark is not None:
        return submission.final_mark
    projected = missing.projection(assignment)
    if projected is None:
        raise ValidationFailed(errors=[problem("/missing_percent", "nothing-projected")])
    assert assignment.missing_percent is not None
    final = FinalMark(
        submission=submission,
        percent=assignment.missing_percent,
        score=projected.score,
        out_of=projected.out_of,
        reason=reason,
        by=by,
        at=turn.now,
    )
    final.save(force_insert=True)
    turn.note(FINAL, reason=reason, percent=final.percent, **_told(final))
    turn.set(final_mark=final)
    turn.write()
    return final


@transaction.atomic
def undo_final(submission: Submission, *, by: User) -> Submission:
    """The work counts as it is projected again. Where nothing was made final nothing changes."""
    turn = Turn.of(submission, by=by)
    refuse_archived(turn.submission.assignment.classroom)
    end(turn, FinalMark.Ended.UNDONE)
    return turn.write()


def end(turn: Turn, why: FinalMark.Ended) -> None:
    """Ends the final mark of a piece of work, if it has one: it stays in the log, and does not come back by itself."""
    _end([turn], why)


def end_where_not_due(turns: Iterable[Turn]) -> None:
    """After dates changed: what is not missing any more is not final either, also when it is missing again."""
    _end([turn for turn in turns if not _is_overdue(turn)], FinalMark.Ended.NOT_DUE)


def _is_overdue(turn: Turn) -> bool:
    late_from = turn.submission.late_from
    return late_from is not None and late_from <= turn.now


def _end(turns: Iterable[Turn], why: FinalMark.Ended) -> None:
    """In two queries for all of them, which have one moment and one author."""
    final = {turn.submission.final_mark_id: turn for turn in turns if turn.submission.final_mark_id}
    for pk, mark in FinalMark.objects.in_bulk(final).items():
        turn = final[pk]
        turn.note(FINAL_ENDED, why=why.value, **_told(mark))
        turn.set(final_mark=None)
    if final:
        last = next(iter(final.values()))
        FinalMark.objects.filter(pk__in=final).update(ended=why, ended_at=last.now, ended_by=last.author)


def _told(final: FinalMark) -> dict[str, str]:
    return {"final_mark": str(final.pk), "score": str(final.score), "out_of": str(final.out_of)}


# ------------------------------------------------------------------------------------------------------- row by row


def make_final_many(
    assignment: Assignment, *, submissions: Iterable[UUID], if_version: int, reason: str = "", by: User
) -> list[RowOutcome[FinalMark]]:
    """Makes each of these final, one transaction a row: what is not missing any more keeps no other back. An id that is
    none of this assignment's is neither done nor refused: it is not found. By id; while names are hidden the ids are
    those of the students, and what is in is not found."""
    refuse_archived(assignment.classroom)
    asked = set(submissions)
    act = partial(make_final, if_version=if_version, reason=reason, by=by)
    return list(by_row(asked, _asked_for(assignment, asked), act))


def undo_final_many(assignment: Assignment, *, submissions: Iterable[UUID], by: User) -> list[RowOutcome[Submission]]:
    """Takes those marks back in the same way."""
    refuse_archived(assignment.classroom)
    asked = set(submissions)
    return list(by_row(asked, _asked_for(assignment, asked), partial(undo_final, by=by)))


def _asked_for(assignment: Assignment, asked: Collection[UUID]) -> Mapping[UUID, Submission]:
    rows = Submission.objects.listed().filter(assignment=assignment)
    if not assignment.names_hidden:
        return rows.in_bulk(asked)
    # What is known by name is asked for by student, and what is in is not known by name.
    return {row.student_id: row for row in rows.exclude(names.work_in()).filter(student__in=asked)}
