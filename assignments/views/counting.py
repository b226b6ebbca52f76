"""What counts: which of several grades is the mark, and the marks of missing work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assignments import access, actions, boards, marks_moving, signs
from assignments.forms import CountsForm, FinalMarksForm, PickForm
from assignments.models import Assignment
from assignments.views.teacher import Request, outcome_words, page, refusal_words, show_or_do, tried
from destalin_site.common import clock, undo
from destalin_site.common.errors import DomainError, VersionStale


@never_cache
@show_or_do
@login_required
def assignment_counts(request: Request, pk: UUID) -> HttpResponse:
    """Which marks would move if something else counted; and the change, of just these."""
    assignment = access.assignment_to_edit(request.user, pk)
    asked, error, status = request.GET.get("counts", ""), "", 200
    if request.method == "POST":
        form = CountsForm(request.POST)
        asked = request.POST.get("counts", "")
        if form.is_valid():
            try:
                made = actions.change_counts(assignment, **form.cleaned_data, by=request.user)
            except VersionStale as stale:
                error, status = _("Meanwhile other marks would move. Look at them once more."), stale.status
            except DomainError as refused:
                error, status = refusal_words(refused), refused.status
            else:
                moved = len(made.listed)
                words = ngettext("Changed. %(n)d mark moved.", "Changed. %(n)d marks moved.", moved) % {"n": moved}
                messages.success(request, words)
                return redirect("assignment-board", pk=pk)
        else:
            error, status = _("Choose what counts."), 422
        assignment = access.assignment_to_edit(request.user, pk)
    preview = marks_moving.preview(assignment, asked) if asked in Assignment.Counts.values else None
    return page(
        request,
        "counts",
        status=status,
        id=pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        archived=assignment.classroom.archived,
        now_words=assignment.get_counts_display(),
        choices=[(value, name, value == (asked or assignment.counts)) for value, name in Assignment.Counts.choices],
        chosen=dict(Assignment.Counts.choices).get(asked, ""),
        same=asked == assignment.counts,
        preview=preview,
        consequence=_moved_words(preview) if preview else "",
        error=error,
    )


def _moved_words(preview: marks_moving.Preview) -> str:
    moving, stay = len(preview.listed), preview.marks - len(preview.listed)
    if not moving:
        return _("No mark moves.")
    said = [ngettext("%(n)d mark moves.", "%(n)d marks move.", moving) % {"n": moving}]
    if stay:
        said.append(ngettext("%(n)d mark stays as it is.", "%(n)d marks stay as they are.", stay) % {"n": stay})
    return " ".join(said)


@never_cache
@show_or_do
@login_required
def missing_work(request: Request, pk: UUID) -> HttpResponse:
    """Whose work is missing and counts as something, by name; what is projected is made final, or that is taken
    back, row by row."""
    assignment = access.assignment_to_grade(request.user, pk)
    outcomes: list[dict[str, Any]] = []
    error, status, undone = "", 200, False
    if request.method == "POST":
        form = FinalMarksForm(request.POST)
        if not form.is_valid():
            error, status = " ".join(str(said) for row in form.errors.values() for said in row), 422
        else:
            undone = form.cleaned_data["do"] == "undo"
            outcomes = _outcomes(request, assignment, form)
            assignment = access.assignment_to_grade(request.user, pk)
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    rows = board.missing_work
    projected = [row for row in rows if not row.counted.final]
    done = sum(outcome["done"] for outcome in outcomes)
    return page(
        request,
        "missing",
        status=status,
        board=board,
        version=assignment.version,
        archived=assignment.classroom.archived,
        error=error,
        reason=request.POST.get("reason", "") if error else "",
        projected=projected,
        ticked=sum(not row.waits for row in projected),
        final=[row for row in rows if row.counted.final],
        counts_as=signs.score(board.projected.score, board.projected.out_of) if board.projected else "",
        percent=assignment.missing_percent,
        missing=board.totals["missing"],
        outcomes=outcomes,
        kept=len(outcomes) - done,
        undone=undone,
        outcome_words=outcome_words(_done_words(done, undone=undone), len(outcomes) - done),
    )


def _outcomes(request: Request, assignment: Assignment, form: FinalMarksForm) -> list[dict[str, Any]]:
    data = form.cleaned_data
    rows: Sequence[actions.RowOutcome[Any]]
    if data["do"] == "undo":
        rows = actions.undo_final_many(assignment, submissions=data["submissions"], by=request.user)
    else:
        rows = actions.make_final_many(
            assignment,
            submissions=data["submissions"],
            if_version=data["version"],
            reason=data["reason"],
            by=request.user,
        )
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    if board.names_hidden:
        # By student: whatever came in meanwhile is told by no more than that.
        names = dict(access.students_of_class_to_grade(request.user, board.classroom))
    else:
        names = {row.submission: row.name for row in board.rows}
    return [
        {
            "submission": None if board.names_hidden else row.submission,
            "name": names[row.submission],
            "done": row.done,
            "words": refusal_words(row.error) if row.error else "",
        }
        for row in rows
        if row.submission in names
    ]


def _done_words(done: int, *, undone: bool) -> str:
    if undone:
        return ngettext("%(n)d final mark was taken back.", "%(n)d final marks were taken back.", done) % {"n": done}
    return ngettext("%(n)d mark is final.", "%(n)d marks are final.", done) % {"n": done}


@require_POST
@login_required
def grade_pick(request: Request, pk: UUID) -> HttpResponse:
    """Which of the grades that were returned counts; without one the latest does again."""
    submission = access.submission_to_grade(request.user, pk)
    form = PickForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a hand-in, and say why in at most 500 letters: the student reads it."))
        return redirect("grade", pk=pk)
    wanted = form.cleaned_data["grade"]
    grade = submission.grades.filter(pk=wanted).first() if wanted else None
    if wanted and grade is None:
        messages.error(request, _("There is no such grade here."))
    elif tried(
        request,
        lambda: actions.pick_grade(submission, grade=grade, reason=form.cleaned_data["reason"], by=request.user),
    ):
        if grade is None:
            messages.success(request, _("The latest counts again."))
        else:
            undo.offer(request, _("This hand-in counts now."), url=reverse("grade-pick", args=[pk]))
    return redirect("grade", pk=pk)
