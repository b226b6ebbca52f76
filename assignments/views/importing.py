"""A file of marks comes back: what it would change, and then the change."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments import access, actions, signs
from assignments.exports import marksheet
from assignments.models import Assignment
from assignments.views.teacher import Request, page, refusal_words, show_or_do
from destalin_site.common.errors import ValidationFailed

_SALT: Final = "marks that come back"
_HOUR: Final = 60 * 60  # seconds in which what was shown can be confirmed


class MarksFileForm(forms.Form):
    """The file; `lines` is what was read of it, once the form is valid."""

    file = forms.FileField(
        label=gettext_lazy("File of marks"),
        help_text=gettext_lazy("CSV in UTF-8, up to 3 MB, parted by commas, semicolons or tabs."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv", "class": "field"}),
        error_messages={"empty": gettext_lazy("This file is empty."), "required": gettext_lazy("Choose a file.")},
    )

    lines: list[marksheet.Line]

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Of a file that is far too large no more than that is read.
        raw = file.read(marksheet.MOST_BYTES + 1)
        try:
            self.lines = actions.read_marks(self.assignment, raw, pointer="/file")
        except ValidationFailed as refused:
            raise forms.ValidationError(refusal_words(refused)) from refused
        return file


@show_or_do
@login_required
def marks(request: Request, pk: UUID) -> HttpResponse:
    """Choose a file; see what it would change; change it. Between the steps the rows travel with the page, signed: no
    file is kept here."""
    assignment = access.assignment_to_grade(request.user, pk)
    if request.method != "POST":
        return _page(request, assignment, MarksFileForm(assignment=assignment))
    if "rows" in request.POST:
        lines = _kept(request, assignment)
        if lines is None:
            form = MarksFileForm(assignment=assignment)
            return _page(request, assignment, form, status=409, expired=True)
        found = actions.import_marks(assignment, lines, by=request.user)
        return _page(request, assignment, None, found=found, done=True)
    form = MarksFileForm(request.POST, request.FILES, assignment=assignment)
    if not form.is_valid():
        return _page(request, assignment, form, status=422)
    found = actions.rehearse_marks(assignment, form.lines, by=request.user)
    kept = signing.dumps(_packed(request, assignment, found), salt=_SALT, compress=True) if found.changes else ""
    return _page(request, assignment, None, found=found, kept=kept)


def _packed(request: Request, assignment: Assignment, found: actions.MarksImport) -> list[Any]:
    """The rows that would be changed, for this person and this assignment alone."""
    rows = [
        [
            *(line.number, str(line.student), str(line.submission), line.version),
            *(None if line.score is None else str(line.score), line.feedback),
        ]
        for line in (row.line for row in found.changes)
    ]
    return [str(request.user.pk), str(assignment.pk), rows]


def _kept(request: Request, assignment: Assignment) -> list[marksheet.Line] | None:
    """The rows that were shown an hour ago at most; None where they were not, or to somebody else."""
    try:
        person, about, rows = signing.loads(request.POST["rows"], salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        return None
    if (person, about) != (str(request.user.pk), str(assignment.pk)):
        return None
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
    if done:
        said = ngettext("The marks of %(n)d student were changed.", "The marks of %(n)d students were changed.", n)
    elif n:
        said = ngettext(
            "The marks of %(n)d student would be changed.", "The marks of %(n)d students would be changed.", n
        )
    else:
        said = _("This file changes nothing.")
    return said % {"n": n} if n or done else said


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
