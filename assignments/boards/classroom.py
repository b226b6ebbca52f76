"""Students against assignments: a mark for each piece of work."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Classroom, Membership, User
from assignments import missing, signs
from assignments.boards.rows import FILTERS, Chip, Row, Sums, chips, filters_of, situation, sums
from assignments.grading import Counted
from assignments.lifecycle import State
from assignments.models import Assignment, Submission
from assignments.own_dates import dates_of_class
from assignments.signs import Place, Situation
from destalin_site.common import moments

PAGE: Final = 20  # assignments side by side: what fits, and what a year's newest are


@dataclass(frozen=True, slots=True)
class Column:
    id: UUID
    title: str
    due: str  # "due 20 Mar"
    due_words: str  # the whole moment, with its zone
    handed_in: int
    to_grade: int
    to_return: int
    missing: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One student's work on one assignment. Without a mark the assignment was not given to her; without a submission
    names are hidden on it, and what stands beside hers is only whether something is in."""

    submission: UUID | None
    place: Place | None
    mark: signs.Mark | None
    shown: bool  # False where the chosen filter passes it over


@dataclass(frozen=True, slots=True)
class BoardRow:
    id: UUID
    name: str
    find: str  # the name without accents and case
    cells: tuple[Cell, ...]
    sums: Sums
    standing: str  # whether its points are a mark or the projection of one
    shown: bool
    present: bool = True  # False for who left the class: she stands among the removed alone


@dataclass(frozen=True, slots=True)
class ClassBoard:
    id: UUID
    name: str
    archived: bool
    students: str
    assignments: str
    zone: str
    as_of: str
    columns: tuple[Column, ...]
    rows: tuple[BoardRow, ...]
    chips: tuple[Chip, ...]
    show: str
    page: int
    pages: int
    total: int  # assignments in all
    to_grade: int
    next_to_grade: UUID | None  # the assignment whose work has waited longest; None in an archived class

    @property
    def student_count(self) -> int:
        return len(self.rows)

    @property
    def handed_in(self) -> int:
        return sum(row.sums.handed_in for row in self.rows)

    @property
    def expected(self) -> int:
        return sum(row.sums.expected for row in self.rows)

    @property
    def mean(self) -> str:
        """The mean of the students' shares, of those who have points back; empty where nobody has."""
        shares = [share for row in self.rows if (share := row.sums.share) is not None]
        return signs.percent(sum(shares, Decimal(0)) / len(shares)) if shares else ""

    @property
    def newer(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def older(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


class _Given(NamedTuple):
    id: UUID
    title: str
    due_at: dt.datetime | None
    due_zone: str
    missing_percent: int | None
    anonymous: bool
    revealed_at: dt.datetime | None

    @property
    def nameless(self) -> bool:
        return self.anonymous and self.revealed_at is None


def class_board(
    classroom: Classroom, *, viewer: User | None, now: dt.datetime, page: int = 1, show: str = "", find: str = ""
) -> ClassBoard:
    """The newest assignments of a class against its students; four queries, and two more where missing work counts as
    something. Where there are several pages, the sums of a student and the filters' numbers are of all assignments on
    each of them; with a filter chosen the pages are of those in which it finds something. Removed work is on it only
    when its filter is chosen, for one query more, and is in no sum; nor is any while names are hidden."""
    show = show if show in FILTERS else ""
    given = _given(classroom)
    students = _students(classroom)
    found_works = _works(classroom, given, viewer, now)
    nameless = {assignment.id for assignment in given if assignment.nameless}
    works = {key: found for key, found in found_works.items() if found[1].state is not State.VOID}
    removed = {key: row for key, (row, _work) in found_works.items() if key not in works and key[1] not in nameless}
    by_name = {key: signs.by_name(work) if key[1] in nameless else work for key, (_row, work) in works.items()}
    counts, hits = _filtered(by_name, removed, {student for student, _name in students}, show)
    listed = [assignment for assignment in given if assignment.id in hits] or given
    pages = max(1, -(-len(listed) // PAGE))
    page = min(max(1, page), pages)
    columns = listed[(page - 1) * PAGE : page * PAGE]

    totals = {assignment.id: Counter[str]() for assignment in columns}
    rows: list[BoardRow] = []
    wanted = signs.plain(find.strip())
    for student, name in students:
        cells: list[Cell] = []
        for assignment in columns:
            found = works.get((student, assignment.id))
            if found is None:
                cells.append(Cell(None, None, None, not show))
                continue
            row, work = found
            totals[assignment.id].update(key for key in filters_of(work) if key != "missing")
            if assignment.nameless:
                work = by_name[student, assignment.id]
            totals[assignment.id]["in"] += signs.is_in(work)
            totals[assignment.id]["missing"] += signs.is_missing(work)
            link = None if assignment.nameless else row.id
            shown = not show or show in filters_of(work)
            cells.append(Cell(link, signs.place_of(work), signs.mark(work), shown))
        plain = signs.plain(name)
        added = sums(by_name[key] for assignment in given if (key := (student, assignment.id)) in by_name)
        rows.append(
            BoardRow(
                id=student,
                name=name,
                find=plain,
                cells=tuple(cells),
                shown=wanted in plain and (not show or any(cell.shown for cell in cells)),
                sums=added,
                standing=added.standing,
            )
        )
    if show == Place.REMOVED.value:
        here = {assignment.id for assignment in columns}
        removed = {key: row for key, row in removed.items() if key[1] in here}
        rows = _removed_rows(removed, columns, {student for student, _name in students}, wanted)
    to_grade, waiting = _to_grade(works, {student for student, _name in students})
    return ClassBoard(
        id=classroom.pk,
        name=classroom.name,
        archived=classroom.archived,
        students=signs.students(len(students)),
        assignments=signs.assignments(len(given)),
        zone=moments.zone_name(classroom.zone),
        as_of=moments.moment(now, classroom.zone),
        columns=tuple(_column(assignment, classroom.zone, totals[assignment.id]) for assignment in columns),
        rows=tuple(rows),
        chips=chips(counts, counts["given"], show),
        show=show,
        page=page,
        pages=pages,
        total=len(given),
        to_grade=to_grade,
        next_to_grade=min(waiting, key=lambda key: waiting[key]) if waiting and not classroom.archived else None,
    )


def _filtered(
    works: Mapping[tuple[UUID, UUID], Situation],
    removed: Mapping[tuple[UUID, UUID], Row],
    students: Set[UUID],
    show: str,
) -> tuple[Counter[str], set[UUID]]:
    """How much work each filter finds in all that the class was given, and in which assignments the chosen one does."""
    counts: Counter[str] = Counter()
    hits: set[UUID] = set()
    for (student, assignment), work in works.items():
        if student not in students:
            continue
        counts["given"] += 1
        for key in filters_of(work):
            counts[key] += 1
            if key == show:
                hits.add(assignment)
    counts[Place.REMOVED.value] = len(removed)
    if show == Place.REMOVED.value:
        hits.update(assignment for _student, assignment in removed)
    return counts, hits


def _removed_rows(
    removed: Mapping[tuple[UUID, UUID], Row], columns: Sequence[_Given], present: Set[UUID], wanted: str
) -> list[BoardRow]:
    """Whose work was taken away, by name, in the class or not; one query."""
    people = User.objects.filter(pk__in={student for student, _assignment in removed})
    named = sorted(people.values_list("pk", "display_name"), key=lambda row: signs.name_key(row[1], row[0]))
    gone = Situation(state=State.VOID)
    rows = []
    for student, name in named:
        found = [removed.get((student, assignment.id)) for assignment in columns]
        cells = tuple(
            Cell(row.id, Place.REMOVED, signs.mark(gone), True) if row else Cell(None, None, None, False)
            for row in found
        )
        plain = signs.plain(name)
        rows.append(BoardRow(student, name, plain, cells, sums([]), "", wanted in plain, student in present))
    return rows


def _to_grade(
    works: Mapping[tuple[UUID, UUID], tuple[Row, Situation]], students: Set[UUID]
) -> tuple[int, dict[UUID, dt.datetime]]:
    """How much of the work of these waits to be graded, on whatever page, and since when in each assignment."""
    n = 0
    waiting: dict[UUID, dt.datetime] = {}
    for (student, assignment), (row, work) in works.items():
        if student in students and signs.place_of(work) is Place.TO_GRADE:
            n += 1
            if row.handed_in_at is not None:
                waiting[assignment] = min(row.handed_in_at, waiting.get(assignment, row.handed_in_at))
    return n, waiting


def _given(classroom: Classroom) -> list[_Given]:
    """What the class has been given, newest first."""
    rows = (
        Assignment.objects.filter(classroom=classroom, deleted_at=None)
        .order_by("-created_at", "-id")
        .values_list(*_Given._fields)
    )
    given = [_Given(*row) for row in rows]
    others = dates_of_class(row.id for row in given)
    return [row._replace(due_at=others[row.id].due_at) if row.id in others else row for row in given]


def _students(classroom: Classroom) -> list[tuple[UUID, str]]:
    members = Membership.objects.current().students().filter(classroom=classroom)
    return sorted(members.values_list("user_id", "user__display_name"), key=lambda row: signs.name_key(row[1], row[0]))


def _works(
    classroom: Classroom, columns: Sequence[_Given], viewer: User | None, now: dt.datetime
) -> dict[tuple[UUID, UUID], tuple[Row, Situation]]:
    given = {assignment.id: assignment for assignment in columns}
    rows = Submission.objects.filter(assignment__in=[assignment.id for assignment in columns]).values_list(*Row._fields)
    viewer_id = viewer.pk if viewer else None
    works = {}
    projected = _projected(columns)
    for row in map(Row._make, rows):
        base = given[row.assignment_id]
        work = situation(row, base.due_at, base.due_zone or classroom.zone, viewer_id, now, projected.get(base.id))
        works[row.student_id, row.assignment_id] = row, work
    return works


def _projected(columns: Sequence[_Given]) -> dict[UUID, Counted]:
    """What missing work counts as, by assignment."""
    saying = [assignment.id for assignment in columns if assignment.missing_percent is not None]
    return missing.projections(Assignment.objects.filter(pk__in=saying)) if saying else {}


def _column(assignment: _Given, zone: str, totals: Mapping[str, int]) -> Column:
    due, zone = assignment.due_at, assignment.due_zone or zone
    return Column(
        id=assignment.id,
        title=assignment.title,
        due=_("due %(day)s") % {"day": moments.day_short(due, zone)} if due else _("no due date"),
        due_words=_("due %(moment)s") % {"moment": moments.moment(due, zone)} if due else "",
        handed_in=totals.get("in", 0),
        to_grade=totals.get(Place.TO_GRADE.value, 0),
        to_return=totals.get(Place.TO_RETURN.value, 0),
        missing=totals.get("missing", 0),
    )
