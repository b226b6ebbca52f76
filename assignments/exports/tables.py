"""The boards as tables: one row for each student, in the order of the boards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Classroom, Membership
from assignments import grading, missing, names, readings, signs
from assignments.device_clock import Finished
from assignments.exports import cells, marksheet
from assignments.exports.standing import DRAFT, RETURNED, Standing, local, standing
from assignments.grading import Mark
from assignments.models import Assignment, Grade, RubricEdition, Submission
from assignments.names import Whose
from assignments.signs import Place

if TYPE_CHECKING:
    from accounts.models import User

Row = Iterable[cells.Value]
People = Sequence[tuple[UUID, str]]

# What missing work counts as: projected, or made final by a teacher, and out of how many points.
_MISSING: Final = ("missing_projected", "missing_final", "missing_out_of")
# What a device said of the hand-in that counts itself, in the order of `Finished.kept`.
_OWN_FINISH: Final = {
    f"own_{name}": F(f"counted__{name}") for name in ("captured_at_device", "captured_at", "clock_trust", "clock_doubt")
}
CHUNK: Final = 200  # rows that are in memory at a time


def by_name(rows: Iterable[tuple[UUID, str]]) -> People:
    return sorted(rows, key=lambda row: signs.name_key(row[1], row[0]))


def in_order_of(column: str, people: People) -> Case:
    """An order for the database that is the one of `people`: no collation of its own orders names as boards do."""
    places = [When(**{column: pk}, then=Value(place)) for place, (pk, _name) in enumerate(people)]
    if not places:  # a bare number would be the place of a column
        places = [When(**{f"{column}__isnull": True}, then=Value(0))]
    return Case(*places, default=Value(len(people)), output_field=IntegerField())


def grade_words(code: str) -> str:
    return {DRAFT.value: _("Draft, not returned"), RETURNED.value: _("Returned")}.get(code, "")


# --- One assignment ---------------------------------------------------------------------------------------------------


def marks(assignment: Assignment, *, viewer: User, now: dt.datetime) -> Iterator[Row]:
    """Each student's work on an assignment, with the points of every question, and what can be read back; four queries,
    and one more each where it has a rubric, where missing work counts as something, and where a class was brought to
    another edition: a question that only an earlier one asks has its column behind the others."""
    points, numbers = _questions(assignment)
    each = (_question_heading(numbers[pk], possible) for pk, possible in points.items())
    yield [*_headings(), "rubric_edition", *each, marksheet.VERSION, marksheet.SCORE, marksheet.FEEDBACK]
    drafts = {
        grade.submission_id: grade
        for grade in Grade.objects.visible_to(viewer)
        .filter(submission__assignment=assignment, status=DRAFT)
        .defer("feedback", "criteria")
    }
    zone, projected = assignment.classroom.zone, missing.projection(assignment)
    judged = _rubric_numbers(assignment)
    for whose, row in works(assignment, also=on_the_desk()):
        told = standing(row, draft=drafts.get(row.pk), projected=projected, viewer=viewer, now=now, zone=zone)
        # Who is excused is in no sum, nor in one that is made of a question's column.
        given = told.grade.points if told.grade and told.mark is not Mark.EXCUSED else {}
        scored = [given.get(pk) for pk in points]
        by = judged.get(told.grade.rubric_id) if told.grade and told.mark is not Mark.EXCUSED else None
        beside: list[cells.Value] = [whose.name, told.score, *scored]
        yield [*_facts(whose, row, told), by, *scored, *_to_change(whose, row, told, beside)]


def _rubric_numbers(assignment: Assignment) -> dict[UUID | None, int]:
    """The numbers of the editions of its rubric; no query where it has none."""
    if readings.rubric(assignment) is None:
        return {}
    return dict(RubricEdition.objects.filter(assignment=assignment).values_list("pk", "number"))


def headings_beside(assignment: Assignment) -> list[str]:
    """The columns of the marks that are worked out from others: the name, the score, and each question's points."""
    points, numbers = _questions(assignment)
    each = [_question_heading(numbers[pk], possible) for pk, possible in points.items()]
    return [_("Student"), _("Score"), *each]


def on_the_desk() -> dict[str, Any]:
    """Columns for a row of `works`: the marks as the grading desk has them (drafts, where there are some), the version
    that others are saved upon, and the number of the hand-in that they are for. Only for those who grade."""
    grades = Grade.objects.filter(submission=OuterRef("pk"))
    # "draft" sorts before "returned".
    shown = grades.exclude(status=Grade.Status.SUPERSEDED).order_by("status")
    columns = ("status", "override", "entered_score", "final_score", "feedback")
    return {
        "desk_hand_in": Coalesce("counted__number", 0),
        "desk_attempt": Subquery(shown.values("attempt")[:1], output_field=UUIDField()),
        "desk_version": Coalesce(Subquery(grades.latest_first().values("version")[:1]), 0),
        **{f"desk_{name}": Subquery(shown.values(name)[:1]) for name in columns},
    }


def desk_marks(row: Any) -> tuple[Decimal | None, str]:
    """(score, feedback) of a row with the columns of `on_the_desk`: of the hand-in that counts alone. The score is the
    teacher's own total, else the sum of the questions once all of them are scored."""
    if row.desk_attempt != row.counted_id:
        return None, ""
    whole = row.desk_status == RETURNED or row.grade_ready
    score = row.desk_override if row.desk_override is not None or not whole else row.desk_entered_score
    return score, row.desk_feedback or ""


def student_key(whose: Whose, submission: Submission) -> UUID:
    """What stands as `student_id`: while names are hidden it is the submission's own id once more."""
    return whose.student or submission.pk


def _to_change(whose: Whose, row: Any, told: Standing, beside: list[cells.Value]) -> list[cells.Value]:
    """What can be changed in the file and read back: `desk_marks`. An excuse stands above marks."""
    score, feedback = (None, "") if told.mark is Mark.EXCUSED else desk_marks(row)
    key = student_key(whose, row)
    stamp = marksheet.stamp(
        *(row.pk, key, row.desk_version),
        hand_in=row.desk_hand_in,
        score=score,
        feedback=feedback,
        beside=beside,
    )
    return [stamp, score, feedback]


def _questions(assignment: Assignment) -> tuple[dict[str, Decimal | None], dict[str, int]]:
    """The points and the numbers of the questions that are asked, in the order of the columns."""
    used = [assignment.edition_id]
    if assignment.upgraded_at is not None:
        works = Submission.objects.listed().filter(assignment=assignment).values_list("edition", "counted__edition")
        used += sorted({edition for pair in works.distinct() for edition in pair if edition} - {*used})
    points: dict[str, Decimal | None] = {}
    numbers: dict[str, int] = {}
    rubric = readings.rubric(assignment)
    for edition in used:
        there = assignment.in_edition(edition)
        points = readings.points(there, readings.criteria(rubric, there)) | points
        numbers = readings.numbered(there) | numbers
    first = readings.questions(assignment)
    return dict(sorted(points.items(), key=lambda item: item[0] not in first)), numbers


def _headings() -> list[str]:
    return [
        _("Student"),
        "student_id",
        "submission_id",
        _("State"),
        "state",
        _("Handed in"),
        _("Due"),
        "extended",
        _("Late by"),
        "late_seconds",
        _("In time?"),
        *finished_headings(),
        _("Hand-ins"),
        _("Grade"),
        "grade",
        _("Mark"),
        "mark",
        "excused_for",
        _("Score"),
        _("Out of"),
        *_MISSING,
    ]


def _facts(whose: Whose, row: Submission, told: Standing) -> list[cells.Value]:
    times: list[cells.Value] = [
        told.handed_in,
        told.due,
        "yes" if told.extended else "",
        told.late_words,
        told.late_seconds,
        told.timing_words,
        *finished_cells(row, told),
    ]
    return [
        whose.name,
        student_key(whose, row),
        row.pk,
        told.state_words,
        told.situation.state.value,
        # No time stands beside work without a name.
        *(times if whose.student else [None] * len(times)),
        row.attempt_count,
        grade_words(told.grade_code),
        told.grade_code,
        told.mark_words,
        told.mark.value,
        row.excuse_category,
        told.score,
        told.out_of,
        # What counts because it is missing is told by name.
        *(_of_missing_work(told) if whose.student else [None] * len(_MISSING)),
    ]


def finished_headings() -> list[str]:
    return [_("Finished on the device"), "captured_trust"]


def finished_cells(row: Any, told: Standing) -> list[cells.Value]:
    """What a device said of when the hand-in of a row of `works` was finished, and how far that is believed; empty
    where none did."""
    found: Finished | None = row.finished
    if row.first_handed_in_at is not None:  # what decides is of the first hand-in, and this is a later one
        found = Finished.kept(*(getattr(row, name) for name in _OWN_FINISH))
    return [local(found.at, told.zone), found.trust.value] if found else [None, None]


def _of_missing_work(told: Standing) -> list[cells.Value]:
    """Never in the columns of scores: what is projected or final of missing work was entered by nobody."""
    return [told.projected, told.made_final, told.missing_out_of]


def _question_heading(number: int, possible: Any) -> str:
    if not possible:
        return _("Question %(number)d, without points") % {"number": number}
    return _("Question %(number)d, of %(possible)s") % {"number": number, "possible": cells.number(possible)}


def works(
    assignment: Assignment, *joined: str, chunk: int = CHUNK, also: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[tuple[Whose, Submission]]:
    """(whose, work) of everybody whom an assignment reaches, by name, with the columns of `also` and what a device said
    of the hand-in that counts; two queries. While names are hidden of the work that is in, by number."""
    found = Submission.objects.listed().filter(assignment=assignment)
    if assignment.names_hidden:
        found = found.filter(names.work_in())
    people = {row[0]: names.read(*row[1:]) for row in found.values_list("pk", *names.lookups())}
    order = [(pk, whose.name) for pk, whose in sorted(people.items(), key=lambda item: item[1].order)]
    rows = found.select_related("mark_grade", "final_mark", *joined).annotate(**_OWN_FINISH, **also)
    rows = rows.defer("mark_grade__feedback", "mark_grade__criteria")
    for row in rows.order_by(in_order_of("pk", order), "pk").iterator(chunk_size=chunk):
        row.assignment = assignment
        if row.pk in people:  # and not come between the two
            yield people[row.pk], row


# --- A class ----------------------------------------------------------------------------------------------------------


def board(classroom: Classroom, *, viewer: User, now: dt.datetime) -> Iterator[Row]:
    """The students who are in a class now against all of its assignments, oldest first; three queries, and one
    more where missing work counts as something."""
    given = list(Assignment.objects.present().filter(classroom=classroom).order_by("created_at", "id"))
    yield [
        _("Student"),
        "student_id",
        *(heading for place, one in enumerate(given, 1) for heading in _column_headings(f"{place}. {one.title}")),
    ]
    projected = missing.projections(given)
    members = Membership.objects.current().students().filter(classroom=classroom)
    people = by_name(members.values_list("user_id", "user__display_name"))
    for student, name, mine in _of_each(people, _board_works(given, people)):
        told = {
            row.assignment_id: standing(
                row, projected=projected.get(row.assignment_id), viewer=viewer, now=now, zone=classroom.zone
            )
            for row in mine
        }
        yield [name, student, *(value for one in given for value in _column(told.get(one.pk), one))]


def _board_works(given: Sequence[Assignment], people: People) -> Iterator[Submission]:
    """The work on these assignments, student by student."""
    by_id = {one.pk: one for one in given}
    rows = Submission.objects.listed().filter(assignment__in=list(by_id)).select_related("mark_grade", "final_mark")
    rows = rows.defer("mark_grade__feedback", "mark_grade__marks", "mark_grade__criteria")
    for row in rows.order_by(in_order_of("student", people), "student").iterator(chunk_size=CHUNK):
        row.assignment = by_id[row.assignment_id]
        yield row


def _of_each(people: People, rows: Iterable[Submission]) -> Iterator[tuple[UUID, str, list[Submission]]]:
    """What each of `people` has of `rows`, which come in their order. Rows of anybody else come last and are left."""
    groups = groupby(rows, key=lambda row: row.student_id)
    ahead = next(groups, None)
    for student, name in people:
        mine: list[Submission] = []
        if ahead is not None and ahead[0] == student:
            mine = list(ahead[1])
            ahead = next(groups, None)
        yield student, name, mine


_CODES: Final = ("state", "handed_in", "extended", "late_seconds", "mark", "score", "out_of", *_MISSING)


def _column_headings(title: str) -> list[str]:
    words = [_("%(assignment)s: in words") % {"assignment": title}]
    return words + [f"{title}: {code}" for code in _CODES]


def _column(told: Standing | None, assignment: Assignment) -> list[cells.Value]:
    if told is None:
        return [_("Not given to this student"), *[None] * len(_CODES)]
    if assignment.names_hidden:
        return _by_name(told)
    return [
        told.in_words,
        told.situation.state.value,
        told.handed_in,
        "yes" if told.extended else "",
        told.late_seconds,
        told.mark.value,
        told.score,
        told.out_of,
        *_of_missing_work(told),
    ]


def _by_name(told: Standing) -> list[cells.Value]:
    """Where names are hidden: whether it is in, whether she is excused, and whether it is missing."""
    said = signs.by_name(told.situation)
    mark = grading.mark_of(said.state, result=said.result, score=None)
    words = {Mark.MISSING: _("Missing"), Mark.EXCUSED: _("Excused")}.get(mark, "")
    words = words or (_("Handed in, names hidden") if said.nameless else str(signs.PLACE_NAMES[Place.NOT_STARTED]))
    counts = _of_missing_work(told) if mark is Mark.MISSING else [None] * len(_MISSING)
    return [words, said.state.value, None, None, 0, mark.value, None, None, *counts]
