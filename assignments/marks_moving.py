"""The grades that each student was given, as the rules of `counting` read them; and which marks would move."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from assignments import counting, names, signs
from assignments.counting import Returned
from assignments.lifecycle import HIDES_GRADE, SHOWS_GRADE, State
from assignments.models import Assignment, Event, Grade, Submission
from assignments.querysets import REGRADED

_SHOWS = SHOWS_GRADE | {REGRADED}


@dataclass(frozen=True, slots=True)
class GivenGrades:
    """What one student was given."""

    standing: Sequence[Returned] = ()
    grades: Mapping[UUID, Returned] | None = None

    def mark(self, submission: Submission, counts: str) -> UUID | None:
        picked = (self.grades or {}).get(submission.picked_grade_id) if submission.picked_grade_id else None
        return counting.mark(self.standing, counts, seen=submission.returned_grade_id, picked=picked)

    def mark_with(self, new: Returned, submission: Submission, counts: str) -> Returned | None:
        """The mark once what she sees is as `new` says, which goes by the id of the grade of now."""
        grades = {**(self.grades or {}), new.grade: new}
        standing = [grades[one.grade] for one in self.standing]
        after = replace(self, standing=standing, grades=grades).mark(submission, counts)
        return grades[after] if after else None


NOTHING = GivenGrades()


def given_to(submissions: Iterable[Submission], shown: Grade | None = None) -> dict[UUID, GivenGrades]:
    """What was given to each of these; two queries. `shown` is a grade that comes into sight just now, the event of
    which is still to be written."""
    keys = [submission.pk for submission in submissions]
    # Events first: each grade that they speak of is there by then, whatever is returned meanwhile.
    named = Event.objects.filter(submission__in=keys, name__in=[*_SHOWS, *HIDES_GRADE]).in_order()
    events: dict[UUID, list[Event]] = defaultdict(list)
    for event in named:
        events[event.submission_id].append(event)
    rows = Grade.objects.filter(submission__in=keys, returned_at__isnull=False)
    grades: dict[UUID, dict[UUID, Returned]] = defaultdict(dict)
    for key, pk, number, score, out_of in rows.values_list(
        "submission", "pk", "attempt__number", "final_score", "out_of"
    ):
        grades[key][pk] = Returned(pk, number, score, out_of)
    found = {key: steps(events[key]) for key in grades}
    if shown is not None:
        found[shown.submission_id].append((True, shown.pk))
    return {key: GivenGrades(counting.standing(found[key], grades[key]), grades[key]) for key in grades}


def steps(events: Iterable[Event]) -> list[tuple[bool, UUID]]:
    """Which grades came into sight, and which were taken back."""
    return [
        (event.name in _SHOWS, UUID(event.facts["grade"]))
        for event in events
        if event.name in _SHOWS | HIDES_GRADE and "grade" in event.facts
    ]


# --- What a change would move -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """A mark that would be another one."""

    submission: UUID
    whose: names.Whose
    old: Returned
    new: Returned
    removed: bool  # of somebody who is not in the class now

    @property
    def name(self) -> str:
        return self.whose.name

    @property
    def words(self) -> tuple[str, str]:
        return _words(self.old), _words(self.new)


@dataclass(frozen=True, slots=True)
class Preview:
    counts: str
    moves: tuple[Move, ...]
    marks: int  # in all
    tag: str  # of just these moves

    @property
    def listed(self) -> list[Move]:
        return [move for move in self.moves if not move.removed]


def preview(assignment: Assignment, counts: str) -> Preview:
    """The marks that would move if this counted, by name, or by number while names are hidden; three queries."""
    rows = list(
        Submission.objects.filter(assignment=assignment, returned_grade__isnull=False).select_related("student")
    )
    found = given_to(rows)
    moves = []
    for row in rows:
        row.assignment = assignment
        mine = found.get(row.pk, NOTHING)
        new = mine.mark(row, counts)
        if new is None or new == row.mark_grade_id or row.mark_grade_id is None or mine.grades is None:
            continue
        old = mine.grades[row.mark_grade_id]
        moves.append(Move(row.pk, names.of(row), old, mine.grades[new], row.state == State.VOID))
    moves.sort(key=lambda move: move.whose.order)
    listed = sum(row.state != State.VOID for row in rows)
    return Preview(counts, tuple(moves), listed, _tag(assignment, counts, moves))


def _tag(assignment: Assignment, counts: str, moves: Iterable[Move]) -> str:
    said = [f"{assignment.version} {counts}"]
    said += sorted(f"{m.submission} {m.old.grade} {m.old.score} {m.new.grade} {m.new.score}" for m in moves)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _words(grade: Returned) -> str:
    return signs.score(grade.score, grade.out_of) if grade.score is not None else _("no points")
