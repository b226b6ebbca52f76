"""Marks on earlier editions of a rubric: which there are, what the newest would make of each, and what came of it.
Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from assignments import grading, names, readings, regrading, signs
from assignments.counting import Counts, Returned
from assignments.lifecycle import State
from assignments.marks_moving import GivenGrades, given_to
from assignments.models import Assignment, Grade, Regrade, RubricEdition, Submission, TimingDecision
from assignments.regrading import Carried, Marked, Trouble, Why
from assignments.rubrics import Criterion
from assignments.words import FAULTS
from destalin_site.common import moments
from lessons.document import canonical_bytes, sha256

_STANDING: Final = (Grade.Status.DRAFT, Grade.Status.RETURNED)


class Effect(StrEnum):
    """What bringing a grade along would make of it."""

    DRAFT = "draft"  # a draft stays one
    RETURNED = "returned"  # another grade takes its place in the student's sight
    TO_MARK = "to_mark"  # something is not scored then: it becomes a draft beside what the student sees
    STUCK = "stuck"  # it cannot be brought along as it is


@dataclass(frozen=True, slots=True)
class Row:
    """One grade as it is, and as it would be after lateness."""

    submission: UUID
    whose: names.Whose
    grade: UUID
    version: int
    rubric: int  # the number of the edition that it was made by, 0 for none
    effect: Effect
    old: Decimal | None
    old_out_of: Decimal
    new: Decimal | None
    out_of: Decimal
    troubles: tuple[Trouble, ...]
    holder: str  # who is reading the work now
    is_draft: bool
    # What counts now of all that she was given, and what would if this came along; None with a draft, which moves none.
    mark: Returned | None = None
    mark_then: Returned | None = None

    @property
    def name(self) -> str:
        return self.whose.name

    @property
    def delta(self) -> Decimal | None:
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def changes(self) -> bool:
        return (self.old, self.old_out_of) != (self.new, self.out_of) or bool(self.troubles)

    def as_json(self) -> dict[str, Any]:
        """What was shown of it. Who reads the work is no part of that."""
        return {
            "submission": str(self.submission),
            "grade": str(self.grade),
            "version": self.version,
            "rubric": self.rubric,
            "effect": self.effect.value,
            "old": _text(self.old),
            "new": _text(self.new),
            "out_of": _text(self.out_of),
            "troubles": [trouble.as_json() for trouble in self.troubles],
            "mark": mark_json(self.mark),
            "mark_then": mark_json(self.mark_then),
        }


def mark_json(mark: Returned | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"hand_in": mark.number, "score": _text(mark.score), "out_of": _text(mark.out_of)}


@dataclass(frozen=True, slots=True)
class Stays:
    """A mark that is for another hand-in than the one that was returned last, and on an earlier edition: it is not
    brought along."""

    submission: UUID
    whose: names.Whose
    rubric: int
    mark: Returned

    @property
    def name(self) -> str:
        return self.whose.name

    def as_json(self) -> dict[str, Any]:
        return {"submission": str(self.submission), "rubric": self.rubric, "mark": mark_json(self.mark)}


@dataclass(frozen=True, slots=True)
class Preview:
    """`digest` is of all that is shown: what is applied is what was shown, or nothing."""

    rubric: RubricEdition | None
    rows: tuple[Row, ...]
    stays: tuple[Stays, ...]
    digest: str

    @property
    def drafts(self) -> list[Row]:
        return [row for row in self.rows if row.is_draft]

    @property
    def returned(self) -> list[Row]:
        return [row for row in self.rows if not row.is_draft]


def preview(assignment: Assignment) -> Preview:
    """Every grade that is not on the newest edition, in the order of the board, and the marks that stay on an earlier
    one. The number of queries is the same for one and for thirty."""
    newest = newest_of(assignment)
    rows = tuple(sorted(_rows(assignment, newest), key=_in_order)) if newest else ()
    stays = tuple(sorted(_stays(assignment, newest), key=lambda each: each.whose.order)) if newest else ()
    shown = {
        "rubric": str(newest.pk) if newest else "",
        "rows": [row.as_json() for row in rows],
        "stays": [each.as_json() for each in stays],
    }
    return Preview(newest, rows, stays, sha256(canonical_bytes(shown)))


def newest_of(assignment: Assignment) -> RubricEdition | None:
    return RubricEdition.objects.filter(assignment=assignment).order_by("-number").first()


def _in_order(row: Row) -> tuple[Any, ...]:
    return (*row.whose.order, row.is_draft)


def row_of(grade: UUID, assignment: Assignment, newest: RubricEdition) -> tuple[Row, Grade, Carried] | None:
    """The same of one grade, read again under the lock of its submission; None where it is none of these any more."""
    found = _grades(assignment, newest).filter(pk=grade).first()
    if found is None:
        return None
    given = _given(assignment, [found])
    return _looked_at(found, assignment, newest, _drafted(assignment, found.submission_id), given)


def _rows(assignment: Assignment, newest: RubricEdition) -> Iterator[Row]:
    drafted, grades = _drafted(assignment), list(_grades(assignment, newest))
    given = _given(assignment, grades)
    for grade in grades:
        yield _looked_at(grade, assignment, newest, drafted, given)[0]


def _given(assignment: Assignment, grades: Iterable[Grade]) -> Mapping[UUID, GivenGrades]:
    """What these students were given, where that may tell which grade counts."""
    if assignment.counts == Counts.LATEST:
        return {}
    return given_to(grade.submission for grade in grades if grade.status == Grade.Status.RETURNED)


def _stays(assignment: Assignment, newest: RubricEdition) -> Iterator[Stays]:
    if assignment.counts == Counts.LATEST:
        return
    rows = Submission.objects.filter(assignment=assignment, returned_grade__isnull=False, mark_grade__isnull=False)
    rows = rows.exclude(mark_grade=F("returned_grade")).exclude(state=State.VOID.value)
    rows = rows.select_related("student", "mark_grade__rubric", "mark_grade__attempt")
    for row in rows.defer("mark_grade__attempt__body_json"):
        row.assignment, grade = assignment, row.mark_grade
        assert grade is not None
        if grade.rubric_id != newest.pk:
            yield Stays(row.pk, names.of(row), grade.rubric.number if grade.rubric else 0, _returned(grade))


def _returned(grade: Grade) -> Returned:
    number = grade.attempt.number if grade.attempt else None
    return Returned(grade.pk, number, grade.final_score, grade.out_of)


def _grades(assignment: Assignment, newest: RubricEdition) -> Any:
    """Drafts of somebody's on the hand-in that counts, and what students see; not on the newest edition."""
    counts = Q(attempt=F("submission__counted")) | Q(attempt=None, submission__counted=None)
    drafts = Q(status=Grade.Status.DRAFT, saved_by__isnull=False) & counts
    late = TimingDecision.objects.filter(attempt=OuterRef("attempt")).order_by("-id").values("seconds")[:1]
    rows = Grade.objects.filter(Q(status=Grade.Status.RETURNED) | drafts, submission__assignment=assignment)
    rows = rows.exclude(submission__state=State.VOID.value).exclude(rubric=newest)
    rows = rows.select_related("submission__student", "submission__claimed_by", "rubric", "attempt")
    return rows.defer("attempt__body_json").annotate(late=Subquery(late)).order_by("submission", "status")


def _drafted(assignment: Assignment, submission: UUID | None = None) -> set[UUID]:
    """The work on which there are drafted marks of any kind."""
    rows = Grade.objects.filter(submission__assignment=assignment, status=Grade.Status.DRAFT)
    return set((rows.filter(submission=submission) if submission else rows).values_list("submission", flat=True))


def _looked_at(
    grade: Grade,
    assignment: Assignment,
    newest: RubricEdition,
    drafted: set[UUID],
    given_grades: Mapping[UUID, GivenGrades],
) -> tuple[Row, Grade, Carried]:
    submission = grade.submission
    submission.assignment = assignment
    given = assignment.in_edition(grade.attempt.edition_id if grade.attempt else submission.edition_id)
    is_draft = grade.status == Grade.Status.DRAFT
    would = carried_to(grade, given, newest)
    late_seconds = grading.late_by(
        handed_in=grade.attempt_id is not None,
        counts=grade.attempt_id == submission.counted_id,
        decided=submission.late_seconds or 0,
        newest=lambda: grade.late,  # type: ignore[attr-defined]
    )
    _taken, left = grading.after_lateness(
        would.entered, late_seconds=late_seconds, policy=assignment.late_policy, possible=would.out_of
    )
    row = Row(
        submission=submission.pk,
        whose=names.of(submission),
        grade=grade.pk,
        version=grade.version,
        rubric=grade.rubric.number if grade.rubric else 0,
        effect=_effect(grade, would, submission.pk in drafted),
        old=grade.final_score,
        old_out_of=grade.out_of,
        new=left,
        out_of=would.out_of,
        troubles=would.troubles,
        holder=submission.claimed_by.get_full_name() if submission.claimed_by else "",
        is_draft=is_draft,
    )
    if not is_draft:
        row = _with_marks(row, grade, given_grades.get(submission.pk))
    return row, grade, would


def _with_marks(row: Row, grade: Grade, given: GivenGrades | None) -> Row:
    """With what counts now and then. Where the latest counts it is this grade, and nothing else is asked (`given`)."""
    seen, counts = _returned(grade), grade.submission.assignment.counts
    comes = row.effect is Effect.RETURNED
    then = replace(seen, score=row.new, out_of=row.out_of) if comes else seen
    if given is None or given.grades is None:
        return replace(row, mark=seen, mark_then=then)
    held = grade.submission.mark_grade_id
    mark = given.grades.get(held) if held else None
    return replace(row, mark=mark, mark_then=given.mark_with(then, grade.submission, counts) if comes else mark)


def carried_to(grade: Grade, given: Assignment, rubric: RubricEdition) -> Carried:
    """A grade by this edition; `given` is the assignment in the edition that its hand-in was written for."""
    after = readings.criteria(rubric, given)
    shown_in_part = grade.status == Grade.Status.RETURNED and grade.entered_score is None and grade.is_scored
    return regrading.carried(
        Marked(grade.marks, grade.criteria, grade.override, in_part=shown_in_part),
        before=_criteria(grade, given),
        after=after,
        possible=readings.points(given, after),
        total=given.points,
    )


def _criteria(grade: Grade, given: Assignment) -> Sequence[Criterion]:
    return readings.criteria(grade.rubric, given)


def _effect(grade: Grade, would: Carried, drafted: bool) -> Effect:
    if any(trouble.why is Why.ABOVE for trouble in would.troubles):
        return Effect.STUCK
    if grade.status == Grade.Status.DRAFT:
        return Effect.DRAFT
    if would.whole:
        return Effect.RETURNED
    # A draft of it would have no place: there is one, or something else was handed in since.
    return Effect.STUCK if drafted or grade.attempt_id != grade.submission.counted_id else Effect.TO_MARK


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


# --- In words ---------------------------------------------------------------------------------------------------------


def trouble_words(trouble: Trouble, numbers: Mapping[str, int]) -> str:
    """What of a grade has no place, with the number of its question."""
    words = {"number": numbers.get(trouble.question, 0), "criterion": trouble.criterion, "said": trouble.said}
    match trouble.why:
        case Why.LEVEL_GONE:
            return _("Question %(number)d, %(criterion)s: the level “%(said)s” is gone.") % words
        case Why.CRITERION_GONE:
            return _("Question %(number)d: the criterion %(criterion)s is gone; it was “%(said)s”.") % words
        case Why.NOT_SCORED:
            return _("Question %(number)d, %(criterion)s: not scored yet.") % words
        case Why.POINTS_GONE:
            words["said"] = signs.points(Decimal(trouble.said))
            return _("Question %(number)d: the %(said)s given do not count by this edition.") % words
    words["said"] = signs.points(Decimal(trouble.said))
    return _("Your own total of %(said)s is above what there is now. Change it first.") % words


def edition_words(edition: RubricEdition, zone: str) -> str:
    return _("Edition %(number)d, %(moment)s") % {
        "number": edition.number,
        "moment": moments.moment_short(edition.at, zone),
    }


# --- Afterwards -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one grade. `error` is the sentence of what kept it as it was."""

    submission: UUID
    whose: names.Whose
    effect: Effect
    old: Decimal | None
    new: Decimal | None
    code: str
    error: str

    @property
    def name(self) -> str:
        return self.whose.name


@dataclass(frozen=True, slots=True)
class Outcome:
    regrade: Regrade
    rows: tuple[Done, ...]
    decided: str
    may_undo: bool

    @property
    def done(self) -> list[Done]:
        return [row for row in self.rows if not row.code]

    @property
    def kept(self) -> list[Done]:
        return [row for row in self.rows if row.code]

    @property
    def returned(self) -> list[Done]:
        return [row for row in self.done if row.effect is Effect.RETURNED]


def outcome(regrade: Regrade, zone: str) -> Outcome:
    """Of a row read with its rubric and who decided. Two queries."""
    works = Submission.objects.filter(pk__in=[each["submission"] for each in regrade.applied])
    people = {pk: names.read(*whose) for pk, *whose in works.values_list("pk", *names.lookups())}
    rows = tuple(sorted(_done(regrade.applied, people), key=lambda row: row.whose.order))
    return Outcome(regrade=regrade, rows=rows, decided=decided(regrade, zone), may_undo=bool(left_to_undo(regrade)))


def left_to_undo(regrade: Regrade) -> list[dict[str, Any]]:
    """What was applied and not taken back since. What was taken back itself is applied anew, and not undone."""
    if regrade.scope == Regrade.Scope.UNDO:
        return []
    undone = {
        each["grade"]
        for earlier in Regrade.objects.filter(undoes=regrade)
        for each in earlier.applied
        if "error" not in each
    }
    return [each for each in regrade.applied if "error" not in each and each["grade"] not in undone]


def _done(applied: Iterable[Mapping[str, Any]], people: Mapping[UUID, names.Whose]) -> Iterator[Done]:
    for each in applied:
        submission = UUID(each["submission"])
        code = each.get("error", "")
        yield Done(
            submission=submission,
            whose=people[submission],
            effect=Effect(each["effect"]),
            old=_number(each["old"]),
            new=_number(each["new"]),
            code=code,
            error=kept_words(code),
        )


def kept_words(code: str) -> str:
    """Why a grade stayed as it was."""
    if not code:
        return ""
    return str(FAULTS["held"] if code == "claim-held" else FAULTS["changed-meanwhile"])


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def decided(regrade: Regrade, zone: str) -> str:
    """Who decided what, and when."""
    words = {
        "name": regrade.by.get_full_name(),
        "moment": moments.moment(regrade.at, zone),
        "number": regrade.rubric.number,
    }
    match regrade.scope:
        case Regrade.Scope.NONE:
            return _("%(name)s left all marks where they are on %(moment)s.") % words
        case Regrade.Scope.DRAFTS:
            return _("%(name)s brought drafts to edition %(number)d on %(moment)s.") % words
        case Regrade.Scope.UNDO:
            return _("%(name)s took a change to edition %(number)d back on %(moment)s.") % words
    return _("%(name)s brought drafts and returned marks to edition %(number)d on %(moment)s.") % words


def decisions(assignment: Assignment) -> list[Regrade]:
    """What was decided, newest first."""
    rows = Regrade.objects.filter(assignment=assignment).select_related("by", "rubric")
    return list(rows.order_by("-at", "-id"))
