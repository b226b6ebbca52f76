"""One assignment, a row for each student whom it reaches; the queue of the grading desk too."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from assignments import missing, names, signs, timing, words
from assignments.boards.rows import FILTERS, Chip, Row, chips, filters_of, situation
from assignments.device_clock import Finished
from assignments.grading import Counted
from assignments.lifecycle import Claim, State
from assignments.models import Assignment, EditionUpgrade, Grade, Submission
from assignments.own_dates import due_of_class
from assignments.signs import Place, Situation
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student's work, as the assignment board and the queue of the grading desk show it."""

    student: UUID | None  # None while names are hidden, when `name` is what stands for hers
    name: str
    order: tuple[str, str, str]
    find: str
    submission: UUID
    state: State
    place: Place
    place_name: str
    mark: signs.Mark
    badges: tuple[str, ...]
    badge_codes: tuple[str, ...]
    offline: str  # the one among the badges that says so
    opened: bool | None  # whether she has opened what was returned; None where nothing is, and while names are hidden
    until: str  # her own due time, where it is another than that of the assignment
    sooner: bool  # than that, or the assignment has none
    may_read_draft: bool  # there is one, and her class is told that it is read
    why: str  # how it comes that it is late, missing, or due later
    why_of: str  # the badge that this explains; empty where it explains `until`
    edition: str  # what she reads, where that is another edition than the assignment's
    attempts: int
    is_in: bool
    handed_in: str  # when; empty while names are hidden too
    holder: str  # who is reading it now, if that is somebody else
    score: str
    score_value: Decimal | None
    out_of: Decimal | None
    counted_missing: Counted | None  # what it counts as because it is missing
    draft_score: str  # what the draft grade gives, which nobody but graders may see
    detail: str  # the one line under the name in a queue
    shown: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A student by name, where names are hidden: nothing of her work is here."""

    student: UUID
    name: str
    missing: bool
    excused: bool
    counted_missing: Counted | None
    place_name: str


@dataclass(frozen=True, slots=True)
class MissingWork:
    """Missing work that counts as something, by name. `key` is what an act upon it is told: the work, or while names
    are hidden its student, since whatever is handed in later stands by number and with its id."""

    key: UUID
    submission: UUID | None
    student: UUID
    name: str
    place_name: str
    counted: Counted
    waits: tuple[str, ...] = ()  # what of hers waits for the teacher's decision, and could end it being missing

    @property
    def words(self) -> str:
        return signs.missing_words(self.counted, of=True)


@dataclass(frozen=True, slots=True)
class AssignmentBoard:
    id: UUID
    title: str
    classroom: UUID
    classroom_name: str
    archived: bool  # and so nothing waits to be returned or graded
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
    names_hidden: bool
    expected: tuple[Named, ...]  # who has handed in nothing, where names are hidden; else empty

    @property
    def made_final(self) -> bool:
        """Whether any missing work here was made final."""
        return any(row.counted.final for row in self.missing_work)

    @property
    def missing_work(self) -> tuple[MissingWork, ...]:
        shown = [
            MissingWork(
                row.submission,
                row.submission,
                row.student,
                row.name,
                row.place_name,
                row.counted_missing,
                signs.waiting_words(row.badge_codes),
            )
            for row in self.rows
            if row.counted_missing is not None and row.student is not None
        ]
        by_name = [
            MissingWork(one.student, None, one.student, one.name, one.place_name, one.counted_missing)
            for one in self.expected
            if one.counted_missing is not None
        ]
        return (*shown, *by_name)

    @property
    def student_count(self) -> str:
        return signs.students(self.totals["students"])

    @property
    def owing(self) -> tuple[Named, ...]:
        return tuple(one for one in self.expected if not one.excused)

    @property
    def excused(self) -> tuple[Named, ...]:
        return tuple(one for one in self.expected if one.excused)

    @property
    def all_returned(self) -> bool:
        """Whether nothing that came in waits for its return."""
        return bool(self.rows) and all(row.place is Place.RETURNED for row in self.rows)

    @property
    def handed_in(self) -> int:
        return self.totals["handed_in"]


def assignment_board(
    assignment: Assignment, *, viewer: User | None, now: dt.datetime, show: str = ""
) -> AssignmentBoard:
    """One row for each student whom the assignment reaches, by name; three queries besides it and its class,
    and one more where a class was brought to another edition, and where missing work counts as something. While names
    are hidden a row for each piece of work that is in, by the numbers that stand for names; whoever owes hers stands by
    name in `expected`. Removed work is counted under its filter and is in no row: `removed_work` lists it."""
    classroom = assignment.classroom
    show = show if show in FILTERS and not (assignment.names_hidden and show == Place.REMOVED.value) else ""
    zone = assignment.due_zone or classroom.zone
    viewer_id = viewer.pk if viewer else None
    found = (
        Submission.objects.filter(assignment=assignment)
        .with_wrote_since()
        .values_list(*Row._fields, *_MORE, *names.lookups(), "claimed_by__display_name", "edition_id")
    )
    others = _other_editions(assignment)
    projected = missing.projection(assignment)
    due_at = due_of_class(assignment)
    drafts = dict(
        Grade.objects.filter(submission__assignment=assignment, status=Grade.Status.DRAFT).values_list(
            "submission_id", "final_score"
        )
    )
    rows: list[StudentRow] = []
    waiting: dict[UUID, dt.datetime] = {}
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    totalled: Counter[str] = Counter()
    expected: list[Named] = []
    nameless = assignment.names_hidden
    for values in found:
        row = Row._make(values[:_WIDTH])
        (*dates, seen, wrote_since), (*whose, holder, edition) = values[_WIDTH:_WIDER], values[_WIDER:]
        if row.state == State.VOID:
            # Beside a number it would tell whose that is.
            counts[Place.REMOVED.value] += not nameless
            continue
        opened = None if row.returned_grade_id is None else seen is not None
        work = situation(row, due_at, zone, viewer_id, now, projected)
        work = replace(work, wrote_since=wrote_since, opened=opened)
        waits = nameless and names.is_work_in(row.state, row.handed_in_at is not None, row.hand_ins_waiting)
        totalled["late"] += signs.is_late(work)
        totalled["missing"] += signs.is_missing(work) and not waits
        if nameless and not waits:
            places[signs.place_of(work).value] += 1
            excused = work.state is State.EXCUSED
            student, name = whose[:2]
            missed = not excused and signs.is_missing(work)
            place_name = str(signs.PLACE_NAMES[signs.place_of(work)])
            expected.append(Named(student, name, missed, excused, work.missing if missed else None, place_name))
            continue
        if nameless:
            work, edition = signs.by_number(work), ""
        keys = filters_of(work)
        counts.update(keys)
        place = signs.place_of(work)
        places[place.value] += 1
        places["handed_in"] += signs.is_in(work)
        if place is Place.TO_GRADE and row.handed_in_at is not None:
            waiting[row.id] = row.handed_in_at
        shown = not show or show in keys
        rows.append(
            _student_row(
                row,
                work,
                names.read(*whose),
                holder or "",
                drafts.get(row.id),
                zone,
                shown,
                others.get(edition, ""),
                _why(row, work, dates, assignment, zone, now),
                may_read_draft=assignment.shows_drafts and row.draft__rev is not None,
            )
        )
    rows.sort(key=lambda row: row.order)
    expected.sort(key=lambda one: signs.name_key(one.name, one.student))
    if nameless:
        # The oldest first would tell who came first.
        waiting = {row.submission: now for row in rows if row.submission in waiting}
    if classroom.archived:
        waiting = {}
    totals = {place.value: places[place.value] for place in Place if place is not Place.REMOVED}
    return AssignmentBoard(
        id=assignment.pk,
        title=assignment.title,
        classroom=classroom.pk,
        classroom_name=classroom.name,
        archived=classroom.archived,
        due=moments.moment(due_at, zone) if due_at else "",
        zone=moments.zone_name(classroom.zone),
        as_of=moments.moment(now, classroom.zone),
        rows=tuple(rows),
        chips=chips(counts, len(rows), show),
        totals={
            "students": len(rows) + len(expected),
            **totals,
            "handed_in": places["handed_in"],
            "late": totalled["late"],
            "missing": totalled["missing"],
        },
        show=show,
        projected=projected,
        to_return=tuple(row for row in rows if row.place is Place.TO_RETURN and not classroom.archived),
        next_to_grade=min(waiting, key=lambda key: waiting[key]) if waiting else None,
        names_hidden=nameless,
        expected=tuple(expected),
    )


_WIDTH: Final = len(Row._fields)
_MORE: Final = (
    "due_from",
    "usual_due_at",
    "captured_at_device",
    "clock_doubt",
    "returned_grade__seen_at",
    "wrote_since",
)
_WIDER: Final = _WIDTH + len(_MORE)


def _why(row: Row, work: Situation, dates: Sequence[Any], assignment: Assignment, zone: str, now: dt.datetime) -> str:
    """Worked out for those few of whom a note says that they are late, missing, or have more time."""
    if not (signs.is_late(work) or signs.is_missing(work) or work.until) or work.state is State.EXCUSED:
        return ""
    due_from, usual, by_device, doubt = dates
    decided = timing.timing_of_work(
        row.handed_in_at,
        row.first_handed_in_at,
        row.due_at,
        row.late_seconds or 0,
        now=now,
        terms=timing.own_terms(assignment.terms, due_from, usual),
        finished=Finished.kept(by_device, row.captured_at, row.clock_trust, doubt),
    )
    return words.why_so(decided, zone)


def _other_editions(assignment: Assignment) -> dict[str, str]:
    """The editions of its lesson in words, without the one that it gives."""
    if assignment.upgraded_at is None:
        return {}
    had = EditionUpgrade.objects.filter(assignment=assignment).exclude(from_edition=assignment.edition_id)
    rows = had.values_list("from_edition", "from_edition__number").distinct()
    return {pk: _("edition %(number)d") % {"number": number} for pk, number in rows}


def _student_row(
    row: Row,
    work: Situation,
    whose: names.Whose,
    holder: str,
    draft: Decimal | None,
    zone: str,
    shown: bool,
    edition: str,
    why: str,
    *,
    may_read_draft: bool,
) -> StudentRow:
    place = signs.place_of(work)
    told = row.handed_in_at if whose.student is not None else None  # no time stands beside a number
    handed_in = moments.moment_short(told, zone) if told else ""
    badges = signs.badges(work)
    if work.state is State.EXCUSED:
        # An excuse stands above marks, and no number beside it may be taken for one: they come back with its lifting.
        work, draft = replace(work, score=None, out_of=None), None
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
    if work.parked and detail != (waits := signs.waits()):
        # The line says one thing of the badges, and this is to be decided before anything else.
        detail = f"{detail}. {waits}"
    return StudentRow(
        student=whose.student,
        name=whose.name,
        order=whose.order,
        find=signs.plain(whose.name),
        submission=row.id,
        state=work.state,
        place=place,
        place_name=signs.place_name(work),
        mark=signs.mark(work),
        badges=badges,
        badge_codes=signs.badge_codes(work),
        offline=work.offline if signs.is_offline(work) else "",
        opened=work.opened,
        until=work.until,
        sooner=work.sooner,
        may_read_draft=may_read_draft,
        why=why,
        why_of=signs.time_badge(work),
        edition=edition,
        attempts=row.attempt_count,
        is_in=signs.is_in(work),
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
