"""A file of marks comes back: what it would change, and then the change."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Classroom
from assignments import access, actions, signs
from assignments.exports import compared, marksheet
from assignments.models import Assignment
from assignments.views.teacher import Request, page, refusal_words, show_or_do
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.keeping import Keeping

_SHOWN: Final = Keeping("import")  # what a file would change

A = TypeVar("A")
R = TypeVar("R")


class ReadBackForm(forms.Form, Generic[A, R]):
    """A file that comes back, of at most so many bytes, `about` this; `found` is what was read of it, once the form is
    valid."""

    most: int
    found: R

    def __init__(self, *args: Any, about: A, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def read(self, raw: bytes) -> R:
        """Raises ValidationFailed where it is no such file."""
        raise NotImplementedError

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            # Of a file that is far too large no more than that is read.
            self.found = self.read(file.read(self.most + 1))
        except ValidationFailed as refused:
            raise forms.ValidationError(refusal_words(refused)) from refused
        return file


class MarksFileForm(ReadBackForm[Assignment, list[marksheet.Line]]):
    """The marks of an assignment."""

    file = forms.FileField(
        label=gettext_lazy("File of marks"),
        help_text=gettext_lazy("CSV in UTF-8, up to 3 MB, parted by commas, semicolons or tabs."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv", "class": "field"}),
        error_messages={"empty": gettext_lazy("This file is empty."), "required": gettext_lazy("Choose a file.")},
    )

    most = marksheet.MOST_BYTES

    def read(self, raw: bytes) -> list[marksheet.Line]:
        return actions.read_marks(self.about, raw, pointer="/file")


@show_or_do
@login_required
def marks(request: Request, pk: UUID) -> HttpResponse:
    """Choose a file; see what it would change; change it. Between the steps the rows that it would change are
    kept for an hour, and no file. In an archived class each row is told that nothing can be changed."""
    assignment = access.assignment_to_grade(request.user, pk)
    if request.method != "POST":
        return _page(request, assignment, MarksFileForm(about=assignment))
    if "rows" in request.POST:
        kept = _SHOWN.kept(request.POST["rows"], person=request.user.pk, about=assignment.pk)
        if kept is None:
            form = MarksFileForm(about=assignment)
            return _page(request, assignment, form, status=409, expired=True)
        found = actions.import_marks(assignment, _unpacked(kept), by=request.user)
        return _page(request, assignment, None, found=found, done=True)
    form = MarksFileForm(request.POST, request.FILES, about=assignment)
    if not form.is_valid():
        return _page(request, assignment, form, status=422)
    found = actions.rehearse_marks(assignment, form.found, by=request.user)
    token = _SHOWN.keep(_packed(found), person=request.user.pk, about=assignment.pk) if found.changes else ""
    return _page(request, assignment, None, found=found, kept=token)


class ClassFileForm(ReadBackForm[Classroom, compared.Document]):
    """The document of a class."""

    file = forms.FileField(
        label=gettext_lazy("The class as it was exported"),
        help_text=gettext_lazy("“Everything”, JSON, up to 30 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json", "class": "field"}),
        error_messages={"empty": gettext_lazy("This file is empty."), "required": gettext_lazy("Choose a file.")},
    )

    most = compared.MOST_BYTES

    def read(self, raw: bytes) -> compared.Document:
        return actions.read_class(self.about, raw, pointer="/file")


@show_or_do
@login_required
def everything(request: Request, pk: UUID) -> HttpResponse:
    """A class as it was exported comes back: what in it is other than here, and its marks. The same steps."""
    classroom = access.classroom_to_assign_in(request.user, pk)
    if request.method != "POST":
        return _class_page(request, classroom, ClassFileForm(about=classroom))
    if "rows" in request.POST:
        kept = _SHOWN.kept(request.POST["rows"], person=request.user.pk, about=classroom.pk)
        if kept is None:
            return _class_page(request, classroom, ClassFileForm(about=classroom), status=409, expired=True)
        lines: dict[UUID | None, list[marksheet.Line]] = {UUID(pk): _unpacked(rows) for pk, rows in kept}
        found = actions.import_class_marks(classroom, lines, by=request.user)
        return _class_page(request, classroom, None, found=found, done=True)
    form = ClassFileForm(request.POST, request.FILES, about=classroom)
    if not form.is_valid():
        return _class_page(request, classroom, form, status=422)
    found = actions.rehearse_class(classroom, form.found, by=request.user)
    rows = [(str(assignment.pk), _packed(marks)) for assignment, marks in found.marks if marks.changes]
    token = _SHOWN.keep(rows, person=request.user.pk, about=classroom.pk) if rows else ""
    return _class_page(request, classroom, None, found=found, kept=token)


_KINDS: Final[dict[str, Any]] = {
    "people": gettext_lazy("People"),
    "assignments": gettext_lazy("Assignments"),
    "editions": gettext_lazy("Editions"),
    "submissions": gettext_lazy("Pieces of work"),
    "extensions": gettext_lazy("More time"),
    "requests": gettext_lazy("Requests for more time"),
    "overrides": gettext_lazy("Other dates"),
    "revisions": gettext_lazy("Revisions"),
    "rubrics": gettext_lazy("Rubrics"),
    "attempts": gettext_lazy("Hand-ins"),
    "timings": gettext_lazy("Decisions about time"),
    "grades": gettext_lazy("Grades"),
    compared.MARKS: gettext_lazy("Marks, which are read back"),
    "final_marks": gettext_lazy("Final marks of missing work"),
    "comments": gettext_lazy("Comments"),
    "replies": gettext_lazy("Answers to comments"),
    "events": gettext_lazy("Events"),
    "errata": gettext_lazy("Corrections"),
}


def _class_page(
    request: Request,
    classroom: Classroom,
    form: ClassFileForm | None,
    *,
    status: int = 200,
    found: actions.ClassImport | None = None,
    **values: Any,
) -> HttpResponse:
    if found is not None:
        n, done = found.changes, bool(values.get("done"))
        values |= {
            "kinds": [(_KINDS[kind.name], kind) for kind in found.kinds],
            "marks": [
                (one.title, [_change(row) for row in marks.changes], [_refused(row) for row in marks.refused])
                for one, marks in found.marks
                if marks.rows
            ],
            "n": n,
            "refused": found.refused,
            "lost": found.lost,
            "sentence": _changed_words(n, done=done) if n or done else _("Nothing would change."),
        }
    return page(request, "import_class", status, classroom=classroom, form=form, **values)


def _packed(found: actions.MarksImport) -> list[Any]:
    """The rows that would be changed."""
    return [
        [
            *(line.number, str(line.student), str(line.submission), line.version),
            *(None if line.score is None else str(line.score), line.feedback, line.hand_in),
        ]
        for line in (row.line for row in found.changes)
    ]


def _unpacked(rows: list[Any]) -> list[marksheet.Line]:
    return [marksheet.unpacked(*row) for row in rows]


def _page(
    request: Request,
    assignment: Assignment,
    form: MarksFileForm | None,
    *,
    status: int = 200,
    found: actions.MarksImport | None = None,
    **values: Any,
) -> HttpResponse:
    if found is not None:
        values |= {
            "changes": [_change(row) for row in found.changes],
            "refused": [_refused(row) for row in found.refused],
            "sentence": _sentence(found, done=bool(values.get("done"))),
            "others": _others(found, done=bool(values.get("done"))),
        }
    return page(request, "import_marks", status, assignment=assignment, form=form, **values)


def _change(row: actions.ImportedRow) -> dict[str, Any]:
    assert row.after is not None
    return {
        "number": row.line.number,
        "name": row.name,
        "submission": row.line.submission,
        "score_before": _points(row.before.score, row.before.final),
        "score_after": _points(row.after.score, row.after.final),
        "score_stays": row.before.score == row.after.score,
        "feedback_before": row.before.feedback,
        "feedback_after": row.after.feedback,
        "feedback_stays": row.before.feedback == row.after.feedback,
    }


def _points(score: Any, final: Any) -> str:
    """ "5.5", or with what lateness takes off: "5.5, less for lateness: 5"."""
    if score is None:
        return _("no score")
    said = signs.points(score)
    if final is not None and final != score:
        return _("%(score)s, after lateness %(final)s") % {"score": said, "final": signs.points(final)}
    return said


def _refused(row: actions.ImportedRow) -> dict[str, Any]:
    assert row.error is not None
    return {"number": row.line.number, "name": row.name, "words": refusal_words(row.error)}


def _sentence(found: actions.MarksImport, *, done: bool) -> str:
    n = len(found.changes)
    return _changed_words(n, done=done) if n or done else _("This file changes nothing.")


def _changed_words(n: int, *, done: bool) -> str:
    if done:
        said = ngettext("The marks of %(n)d student were changed.", "The marks of %(n)d students were changed.", n)
    else:
        said = ngettext(
            "The marks of %(n)d student would be changed.", "The marks of %(n)d students would be changed.", n
        )
    return said % {"n": n}


def _others(found: actions.MarksImport, *, done: bool) -> list[str]:
    """What of the file and the class is left as it is, in sentences. When it is done, only what was shown is known."""
    said = []
    if n := len(found.refused):
        said.append(ngettext("%(n)d row cannot be used.", "%(n)d rows cannot be used.", n) % {"n": n})
    if done:
        return said
    if n := found.unchanged:
        said.append(ngettext("%(n)d row stays as it is.", "%(n)d rows stay as they are.", n) % {"n": n})
    if n := found.absent:
        said.append(
            ngettext(
                "%(n)d student is not in the file, and keeps her marks.",
                "%(n)d students are not in the file, and keep their marks.",
                n,
            )
            % {"n": n}
        )
    return said
