"""One assignment, a row for each student whom it reaches; the queue of the grading desk too."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from assignments import missing, signs
from assignments.boards.rows import FILTERS, Chip, Row, chips, filters_of, situation
from assignments.grading import Counted
from assignments.lifecycle import Claim, State
from assignments.models import Assignment, EditionUpgrade, Grade, Submission
from assignments.signs import Place, Situation
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student's work, as the assignment board and the queue of the grading desk show it."""

    student: UUID
    name: str
    find: str
    submission: UUID
    state: State
    place: Place
    place_name: str
    mark: signs.Mark
    badges: tuple[str, ...]
    badge_codes: tuple[str, ...]
    until: str  # her own due time, where she was given more time
    edition: str  # what she reads, where that is another edition than the assignment's
    attempts: int
    handed_in: str
    holder: str  # who is reading it now, if that is somebody else
    score: str
    score_value: Decimal | None
    out_of: Decimal | None
    counted_missing: Counted | None  # what it counts as because it is missing
    draft_score: str  # what the draft grade gives, which nobody but graders may see
    detail: str  # the one line under the name in a queue
    shown: bool


@dataclass(frozen=True, slots=True)
class AssignmentBoard:
    id: UUID
    title: str
    classroom: UUID
    classroom_name: str
    due: str
    zone: str
    as_of: str
    rows: tuple[StudentRow, ...]
    chips: tuple[Chip, ...]
    totals: Mapping[str, int]
    show: str
    to_return: tuple[StudentRow, ...]
    projected: Counted | None  # what missing work counts as here, until a teacher makes it final
    next_to_grade: UUID | None

    @property
    def made_final(self) -> bool:
        """Whether any missing work here was made final."""
        return any(row.counted_missing and row.counted_missing.final for row in self.rows)

    @property
    def student_count(self) -> str:
        return signs.students(len(self.rows))

    @property
    def handed_in(self) -> int:
        return self.totals["handed_in"]


def assignment_board(
    assignment: Assignment, *, viewer: User | None, now: dt.datetime, show: str = ""
) -> AssignmentBoard:
    """One row for each student whom the assignment reaches; two queries besides the assignment and its class, and one
    more where a class was brought to another edition, and where missing work counts as something."""
    classroom = assignment.classroom
    show = show if show in FILTERS else ""
    zone = assignment.due_zone or classroom.zone
    viewer_id = viewer.pk if viewer else None
    found = (
        Submission.objects.filter(assignment=assignment)
        .exclude(state=State.VOID.value)
        .values_list(*Row._fields, "student__display_name", "claimed_by__display_name", "edition_id")
    )
    others = _other_editions(assignment)
    projected = missing.projection(assignment)
    drafts = dict(
        Grade.objects.filter(submission__assignment=assignment, status=Grade.Status.DRAFT).values_list(
            "submission_id", "final_score"
        )
    )
    rows: list[StudentRow] = []
    waiting: dict[UUID, dt.datetime] = {}
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for *values, name, holder, edition in found:
        row = Row._make(values)
        work = situation(row, assignment.due_at, zone, viewer_id, now, projected)
        keys = tuple(filters_of(work))
        counts.update(keys)
        place = signs.place_of(work)
        places[place.value] += 1
        places["handed_in"] += signs.is_in(work)
        if place is Place.TO_GRADE and row.handed_in_at is not None:
            waiting[row.id] = row.handed_in_at
        shown = not show or show in keys
        rows.append(
            _student_row(row, work, name, holder or "", drafts.get(row.id), zone, shown, others.get(edition, ""))
        )
    rows.sort(key=lambda row: signs.name_key(row.name, row.student))
    totals = {place.value: places[place.value] for place in Place if place is not Place.REMOVED}
    return AssignmentBoard(
        id=assignment.pk,
        title=assignment.title,
        classroom=classroom.pk,
        classroom_name=classroom.name,
        due=moments.moment(assignment.due_at, zone) if assignment.due_at else "",
        zone=moments.zone_name(classroom.zone),
        as_of=moments.moment(now, classroom.zone),
        rows=tuple(rows),
        chips=chips(counts, len(rows), show),
        totals={
            "students": len(rows),
            **totals,
            "handed_in": places["handed_in"],
            "late": counts["late"],
            "missing": counts["missing"],
        },
        show=show,
        projected=projected,
        to_return=tuple(row for row in rows if row.place is Place.TO_RETURN),
        next_to_grade=min(waiting, key=lambda key: waiting[key]) if waiting else None,
    )


def _other_editions(assignment: Assignment) -> dict[str, str]:
    """The editions of its lesson in words, without the one that it gives."""
    if assignment.upgraded_at is None:
        return {}
    had = EditionUpgrade.objects.filter(assignment=assignment).exclude(from_edition=assignment.edition_id)
    rows = had.values_list("from_edition", "from_edition__number").distinct()
    return {pk: _("edition %(number)d") % {"number": number} for pk, number in rows}


def _student_row(
    row: Row, work: Situation, name: str, holder: str, draft: Decimal | None, zone: str, shown: bool, edition: str
) -> StudentRow:
    place = signs.place_of(work)
    handed_in = moments.moment_short(row.handed_in_at, zone) if row.handed_in_at else ""
    badges = signs.badges(work)
    holder = holder if work.claim is Claim.OTHERS else ""
    detail = str(signs.PLACE_NAMES[place])
    if holder:
        detail = signs.at_work(holder)
    elif place is Place.RETURNED and work.nothing_in and work.score is not None:
        detail = _("Returned without a hand-in, %(score)s") % {"score": signs.score(work.score, work.out_of)}
    elif place is Place.TO_RETURN and draft is not None:
        detail = _("Graded %(points)s, not returned") % {"points": signs.points(draft)}
    elif badges:
        detail = badges[0]
    elif place is Place.TO_GRADE and handed_in:
        detail = _("Handed in %(moment)s") % {"moment": handed_in}
    elif place is Place.RETURNED and work.score is not None:
        detail = _("Returned, %(score)s") % {"score": signs.score(work.score, work.out_of)}
    return StudentRow(
        student=row.student_id,
        name=name,
        find=signs.plain(name),
        submission=row.id,
        state=work.state,
        place=place,
        place_name=str(signs.PLACE_NAMES[place]),
        mark=signs.mark(work),
        badges=badges,
        badge_codes=signs.badge_codes(work),
        until=work.until,
        edition=edition,
        attempts=row.attempt_count,
        handed_in=handed_in,
        holder=holder,
        score=signs.score(work.score, work.out_of) if work.score is not None else "",
        score_value=work.score,
        out_of=work.out_of,
        counted_missing=work.missing,
        draft_score=signs.points(draft) if draft is not None else "",
        detail=detail,
        shown=shown,
    )
