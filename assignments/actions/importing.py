"""Marks that come back from the file in which they were taken along: a rehearsal, and the same in earnest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Classroom, User
from assignments import names, readings, rubrics
from assignments.actions.archived import refuse_archived
from assignments.actions.grading import claim, release, save_marks
from assignments.exports import compared, marksheet, tables
from assignments.exports.compared import Document, Kind
from assignments.exports.marksheet import FEEDBACK, SCORE, VERSION, Line, MarksFileRefused, same_lines
from assignments.lifecycle import Claim, State
from assignments.models import Assignment, Grade, Submission
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale

# What keeps a row from being read: the cell, and the sentence.
_FAULTS: Final[dict[str, tuple[str, Promise]]] = {
    "ids": ("submission_id", _("The ids of this row are not as they were when the file was made.")),
    "not-here": ("submission_id", _("This row belongs to no work on this assignment.")),
    "twice": ("submission_id", _("This work stands in the file twice.")),
    "version": (VERSION, _("The version of these marks is not as it was when the file was made.")),
    "beside": (
        VERSION,
        _(
            "Only entered_score and feedback are read back, and another cell of this row was changed: the name, the "
            "score that is worked out, or the points of a question. Or cells were sorted away from their row."
        ),
    ),
    "too-wide": (FEEDBACK, _("This row has more cells than there are headings.")),
    "number": (SCORE, _("This is not a number with at most two decimal places.")),
    "too-long": (FEEDBACK, _("This feedback is longer than 50,000 characters.")),
    "not-text": (FEEDBACK, _("This feedback has a character in it that is no text.")),
    "sum-stays": (
        SCORE,
        _("This score is the sum of the questions. To take it away, take their points away on the grading desk."),
    ),
}

_FILE_FAULTS: Final[dict[str, Promise]] = {
    "too-large": _("This file is larger than 3 MB."),
    "too-many-rows": _("This file has more than 2,000 rows."),
    "empty": _("This file is empty."),
    "not-text": _("This is not a text file. Save the table as CSV (UTF-8)."),
    "spreadsheet": _("This is a spreadsheet’s own format. Save the table as CSV (UTF-8) there, and choose that file."),
    "encoding": _("This file is not in UTF-8, so that some letters would be others. Save the table as CSV (UTF-8)."),
    "not-a-table": _("This file cannot be read as a table. Save the table as CSV (UTF-8)."),
    "columns": _("These columns are missing: %(names)s. Begin with the marks of this assignment as they are exported."),
    "twice": _("These columns stand in the file twice: %(names)s."),
}


_DOCUMENT_FAULTS: Final[dict[str, Promise]] = {
    "too-large": _(
        "This file is larger than 30 MB. Read the marks of each assignment back from a file of its own; that is in the "
        "menu of its board."
    ),
    "too-many-rows": _(
        "This file has more than 40,000 rows of marks. Read those of each assignment back from a file of its own; that "
        "is in the menu of its board."
    ),
    "not-json": _("This file is not JSON."),
    "not-a-class": _("This is no export of a class."),
    "other-schema": _("This export was made by another version of this site."),
    "other-class": _("This is the export of another class."),
    "columns": _("These lists are missing or are none: %(names)s. Begin with the class as it is exported."),
}


@dataclass(frozen=True, slots=True)
class MarksSaid:
    """What a row says of marks. `final` is what the student would get of `score`."""

    score: Decimal | None = None
    final: Decimal | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the file that asks for a change: what was there, and what is there then or why it was refused."""

    line: Line
    name: str
    before: MarksSaid = MarksSaid()
    after: MarksSaid | None = None
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class MarksImport:
    rows: Sequence[ImportedRow]
    unchanged: int
    absent: int  # students whom the assignment reaches and the file does not name

    @property
    def changes(self) -> list[ImportedRow]:
        return [row for row in self.rows if row.error is None]

    @property
    def refused(self) -> list[ImportedRow]:
        return [row for row in self.rows if row.error is not None]


def read_marks(assignment: Assignment, raw: bytes | str, *, pointer: str) -> list[Line]:
    """The rows of a file of marks. Raises ValidationFailed at `pointer` where it is none."""
    try:
        return marksheet.read(raw, beside=tables.headings_beside(assignment))
    except MarksFileRefused as refused:
        words = str(_FILE_FAULTS[refused.code]) % {"names": ", ".join(refused.about)}
        raise ValidationFailed(errors=[{"pointer": pointer, "code": refused.code, "message": words}]) from refused


@dataclass(frozen=True, slots=True)
class ClassImport:
    """A document of a class that came back: how it compares, and the marks of each assignment in turn."""

    kinds: Sequence[Kind]
    marks: Sequence[tuple[Assignment, MarksImport]]
    lost: int  # rows of marks of no assignment of the class

    @property
    def changes(self) -> int:
        return sum(len(found.changes) for _assignment, found in self.marks)

    @property
    def refused(self) -> int:
        return sum(len(found.refused) for _assignment, found in self.marks) + self.lost


def read_class(classroom: Classroom, raw: Any, *, pointer: str) -> Document:
    """A document of this class, as bytes or parsed. Raises ValidationFailed at `pointer` where it is none."""
    try:
        return compared.read(raw, classroom) if isinstance(raw, bytes) else compared.checked(raw, classroom)
    except MarksFileRefused as refused:
        words = str(_DOCUMENT_FAULTS[refused.code]) % {"names": ", ".join(refused.about)}
        raise ValidationFailed(errors=[{"pointer": pointer, "code": refused.code, "message": words}]) from refused


def rehearse_class(classroom: Classroom, document: Document, *, by: User) -> ClassImport:
    """What `import_class` would do now, and how the document compares with what stands here. Raises RateLimited."""
    compared.LIMIT.take(by.pk)
    kinds = compared.compare(document, classroom, viewer=by, now=clock.now())
    return _class(classroom, compared.lines(document), kinds, by=by, act=rehearse_marks)


def import_class(classroom: Classroom, document: Document, *, by: User) -> ClassImport:
    """Saves the marks that were changed in a document of a class, by the road of the file of marks of each assignment.
    Nothing else of it is ever written. Raises RateLimited."""
    refuse_archived(classroom)
    compared.LIMIT.take(by.pk)
    kinds = compared.compare(document, classroom, viewer=by, now=clock.now())
    return _class(classroom, compared.lines(document), kinds, by=by, act=import_marks)


def import_class_marks(classroom: Classroom, lines: Mapping[UUID | None, Sequence[Line]], *, by: User) -> ClassImport:
    """The same of rows that were rehearsed before."""
    refuse_archived(classroom)
    return _class(classroom, lines, (), by=by, act=import_marks)


def _class(
    classroom: Classroom,
    lines: Mapping[UUID | None, Sequence[Line]],
    kinds: Sequence[Kind],
    *,
    by: User,
    act: Callable[..., MarksImport],
) -> ClassImport:
    given = Assignment.objects.present().filter(classroom=classroom, pk__in=[pk for pk in lines if pk])
    rows = given.filter(~names.hidden("")).select_related("classroom", "edition").order_by("created_at", "pk")
    found = [(row, act(row, lines[row.pk], by=by)) for row in rows]
    known = {row.pk for row, _marks in found}
    lost = [line for pk, each in lines.items() if pk not in known for line in each if line.touched or line.fault]
    return ClassImport(kinds, found, len(lost))


def rehearse_marks(assignment: Assignment, lines: Sequence[Line], *, by: User) -> MarksImport:
    """What `import_marks` would do now. Each row is saved and taken back, so that no rule is written twice."""
    return _import(assignment, lines, by=by, in_earnest=False)


def import_marks(assignment: Assignment, lines: Sequence[Line], *, by: User) -> MarksImport:
    """Saves what was changed in a file of marks as draft marks, one transaction a row: nothing is returned to anybody,
    and what cannot be saved keeps no other row back. A changed score becomes the teacher's own total; comments, levels
    and the points of questions stay. Marks that were saved since the file was made are not written over, and what was
    handed in since gets none that were not for it."""
    refuse_archived(assignment.classroom)
    found = _import(assignment, lines, by=by, in_earnest=True)
    if found.changes:
        audit.record("marks imported", by=by, about=assignment, changed=len(found.changes), refused=len(found.refused))
    return found


def _import(assignment: Assignment, lines: Sequence[Line], *, by: User, in_earnest: bool) -> MarksImport:
    works = _works(assignment, by)
    named = Counter(line.submission for line in lines if line.submission)
    rows, unchanged = [], 0
    for line in lines:
        work = works.get(line.submission) if line.submission else None
        fault = line.fault or _fault(line, work, named)
        if work is None or fault:
            rows.append(ImportedRow(line, _name(line, work), error=_refused(fault)))
        elif not line.touched or _is_so(line, work):
            unchanged += 1
        else:
            rows.append(_row(line, work, by=by, in_earnest=in_earnest))
    return MarksImport(rows, unchanged, absent=len(works.keys() - named.keys()))


def _works(assignment: Assignment, by: User) -> dict[UUID, Any]:
    """The work on an assignment with its marks as the desk has them; one query."""
    rows = Submission.objects.gradable_by(by).listed().filter(assignment=assignment).select_related("student")
    found = rows.annotate(**tables.on_the_desk()).in_bulk()
    for row in found.values():
        row.assignment = assignment
    return found


def _name(line: Line, work: Submission | None) -> str:
    return work.called if work is not None else line.name


def _fault(line: Line, work: Submission | None, named: Counter[UUID]) -> str:
    if work is None or line.submission is None:
        return "not-here"
    # A file that was taken while names were hidden has no student in it.
    if line.student != work.pk and (work.assignment.names_hidden or line.student != work.student_id):
        return "ids"
    return "twice" if named[line.submission] > 1 else ""


def _refused(code: str) -> ValidationFailed:
    cell, words = _FAULTS[code]
    return ValidationFailed(errors=[{"pointer": f"/{cell}", "code": code, "message": str(words)}])


def _is_so(line: Line, work: Any) -> bool:
    """Whether the marks are what the row wants them to be, however they came to be so."""
    score, feedback = tables.desk_marks(work)
    return score == line.score and same_lines(feedback) == same_lines(line.feedback)


def _row(line: Line, work: Any, *, by: User, in_earnest: bool) -> ImportedRow:
    name, before = _name(line, work), _said(work)
    try:
        with transaction.atomic():
            if work.desk_version != line.version:
                raise VersionStale(
                    _("These marks were changed after the file was made."), current_etag=f'"g{work.desk_version}"'
                )
            if line.hand_in is not None and line.hand_in != work.desk_hand_in:
                raise VersionStale(
                    _("Another hand-in counts now than when the file was made: it was not for that."),
                    current_etag=f'"g{work.desk_version}"',
                )
            _save(line, work, by=by)
            after = _said(Submission.objects.annotate(**tables.on_the_desk()).get(pk=work.pk))
            if not in_earnest:
                transaction.set_rollback(True)
    except DomainError as error:
        return ImportedRow(line, name, before, error=error)
    return ImportedRow(line, name, before, after)


def _said(work: Any) -> MarksSaid:
    score, feedback = tables.desk_marks(work)
    return MarksSaid(score, None if score is None else work.desk_final_score, feedback)


def _save(line: Line, work: Any, *, by: User) -> None:
    """The row as draft marks, upon its version. Work that nobody was grading is nobody's afterwards."""
    now = clock.now()
    held = work.claim_seen_by(by.pk, now) is Claim.MINE
    if work.state_at(now) is State.RETURNED:
        claim(work, by=by)
    # What stands on the desk for the hand-in that counts: the draft, else what was returned.
    standing = work.grades.exclude(status=Grade.Status.SUPERSEDED).filter(attempt=work.counted_id)
    grade = standing.order_by("status").first()
    save_marks(
        work,
        questions=_questions(readings.judged(work), grade),
        criteria=grade.criteria if grade else [],
        feedback=line.feedback,
        score=_total(line, work, grade),
        if_version=line.version,
        by=by,
        about=str(work.counted_id or ""),
    )
    if not held:
        release(work, by=by)


def _total(line: Line, work: Any, grade: Grade | None) -> Decimal | None:
    """The total of the teacher's own that the row comes to. An empty cell takes one away, and leaves the questions."""
    override = grade.override if grade else None
    score, _feedback = tables.desk_marks(work)
    if line.score == score:
        return override
    if line.score is None and override is None:
        raise _refused("sum-stays")
    return line.score


def _questions(assignment: Assignment, grade: Grade | None) -> list[dict[str, Any]]:
    """The points and comments that are there. What a rubric scores it scores again, by its levels."""
    scored = rubrics.possible(readings.criteria(readings.in_use(assignment, grade), assignment))
    return [
        {
            "question": mark["question"],
            "points": None if mark["points"] is None or mark["question"] in scored else Decimal(mark["points"]),
            "comment": mark["comment"],
        }
        for mark in (grade.marks if grade else ())
    ]
