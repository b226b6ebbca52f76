"""What work is judged by, changed; and marks brought along, as it was shown beforehand."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Classroom
from assignments import access, actions, readings, regrades, signs
from assignments.counting import Counts, Returned
from assignments.models import Assignment, Grade, Regrade, RubricEdition
from assignments.regrades import Done, Effect, Row, Stays
from assignments.rubric_forms import RegradeForm, RubricForm, UndoForm, count_words, differences
from assignments.views.teacher import Request, page, refusal_words, show_or_do, tried, words_beside
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale


@show_or_do
@login_required
@never_cache
def rubric(request: Request, pk: UUID) -> HttpResponse:
    """The criteria with their levels, and the editions that there were. Whoever may change the assignment changes
    them; a button that is not the one to save keeps what the fields hold."""
    assignment = access.assignment_to_grade(request.user, pk)
    runs = Classroom.objects.run_by(request.user).filter(pk=assignment.classroom_id).exists()
    newest = regrades.newest_of(assignment)
    if request.method != "POST":
        return _rubric_page(request, assignment, RubricForm(assignment, newest), runs=runs)
    if not runs:
        raise PermissionDenied
    form, act = RubricForm(assignment, newest, request.POST), request.POST.get("act", "save")[:200]
    if act != "save":
        return _rubric_page(request, assignment, form, runs=runs, at=form.act(act), changed=True)
    try:
        made = actions.edit_rubric(
            assignment, title=form.title, criteria=form.criteria, if_number=form.number, by=request.user
        )
    except VersionStale:
        return _overtaken(request, assignment, form)
    except ValidationFailed as refused:
        form.tell(refused.extra["errors"])
        return _rubric_page(request, assignment, form, runs=runs, changed=True, status=422)
    except DomainError as refused:
        form.errors["criteria"] = str(refused.detail)
        return _rubric_page(request, assignment, form, runs=runs, changed=True, status=refused.status)
    if made == newest:
        messages.success(request, _("Nothing was different: there is no new edition."))
        return redirect("assignment-rubric", pk=pk)
    assert made is not None
    messages.success(request, _("This is edition %(number)d now. Marks stay as they are.") % {"number": made.number})
    if regrades.preview(access.assignment_to_edit(request.user, pk)).rows:
        return redirect("assignment-regrade", pk=pk)
    return redirect("assignment-rubric", pk=pk)


def _overtaken(request: Request, assignment: Assignment, form: RubricForm) -> HttpResponse:
    """What was typed stands in the fields, beside what is saved now; saving again is done upon that."""
    newest = regrades.newest_of(assignment)
    form.errors["criteria"] = _("This was changed in another window meanwhile.")
    form.number = newest.number if newest else 0
    apart = differences(newest.criteria if newest else [], form.criteria)
    if newest is not None and newest.title != form.title:
        apart.insert(0, (_("Title"), newest.title, form.title))
    return _rubric_page(request, assignment, form, runs=True, conflict=apart, changed=True, status=412)


def _rubric_page(
    request: Request, assignment: Assignment, form: RubricForm, *, runs: bool, **values: Any
) -> HttpResponse:
    zone = assignment.classroom.zone
    editions = list(RubricEdition.objects.filter(assignment=assignment).select_related("by").order_by("-number"))
    standing = Grade.objects.filter(submission__assignment=assignment).exclude(status=Grade.Status.SUPERSEDED)
    used: Counter[Any] = Counter()
    for row in standing.exclude(saved_by=None).values("rubric").annotate(n=Count("pk")).order_by():
        used[row["rubric"]] = row["n"]
    asked = request.GET.get("edition", "")
    old = next((each for each in editions[1:] if str(each.number) == asked), None)
    if asked and old is None and not (editions and str(editions[0].number) == asked):
        raise Http404
    newest = editions[0] if editions else None
    behind = sum(n for rubric, n in used.items() if newest is not None and rubric != newest.pk)
    return page(
        request,
        "rubric",
        id=assignment.pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        archived=assignment.classroom.archived,
        runs=runs,
        may_change=runs and not assignment.classroom.archived and old is None,
        form=form,
        groups=RubricForm(assignment, old).groups() if old else form.groups(),
        old=old,
        newest=newest,
        newest_words=regrades.edition_words(newest, zone) if newest else "",
        editions=[
            {
                "number": each.number,
                "words": regrades.edition_words(each, zone),
                "by": each.by.get_full_name() if each.by else "",
                "used": count_words(used[each.pk]),
            }
            for each in editions
        ],
        behind=behind,
        decisions=_decisions(assignment),
        **values,
    )


def _decisions(assignment: Assignment) -> list[tuple[Regrade, str]]:
    zone = assignment.classroom.zone
    return [(each, regrades.decided(each, zone)) for each in regrades.decisions(assignment)]


@show_or_do
@login_required
@never_cache
def regrade(request: Request, pk: UUID) -> HttpResponse:
    """What the newest edition would make of each grade that is not on it; and the choice."""
    assignment = access.assignment_to_edit(request.user, pk)
    error, status, beside = "", 200, {}
    if request.method == "POST":
        possible = assignment.submissions.values_list("pk", flat=True)
        form = RegradeForm(request.POST, possible=possible)
        if not form.is_valid():
            nobody = " ".join(str(said) for said in form.non_field_errors())
            error, status = nobody or _("Choose which marks come along."), 422
        else:
            said = form.cleaned_data
            chosen = [UUID(text) for text in said.pop("submissions")]
            try:
                made = actions.regrade(assignment, **said, submissions=chosen, by=request.user)
            except DomainError as refused:
                error, status = refusal_words(refused), refused.status
                beside = {"reason": words_beside(refused, "reason")}
            else:
                if made.scope == Regrade.Scope.NONE:
                    messages.success(request, _("All marks stay where they are."))
                    return redirect("assignment-rubric", pk=pk)
                return redirect("assignment-regraded", pk=pk, regrade=made.pk)
    shown = regrades.preview(assignment)
    numbers = readings.numbered(assignment)
    return page(
        request,
        "regrade",
        status=status,
        id=pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        archived=assignment.classroom.archived,
        earlier_may_count=assignment.counts != Counts.LATEST,
        counts=assignment.get_counts_display(),
        preview=shown,
        stays=[(each.name, _stays_words(each)) for each in shown.stays],
        rows=[_row_words(row, numbers) for row in shown.rows],
        drafts=len([row for row in shown.drafts if row.effect is not Effect.STUCK]),
        returned=len([row for row in shown.returned if row.effect is not Effect.STUCK]),
        error=error,
        beside=beside,
        scope=request.POST.get("scope", ""),
        reason=request.POST.get("reason", "")[:500],
        ticked=set(request.POST.getlist("submissions")),
    )


def _row_words(row: Row, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "submission": row.submission,
        "key": str(row.submission),
        "name": row.name,
        "kind": _("draft") if row.is_draft else _("returned"),
        "may_choose": not row.is_draft and row.effect is not Effect.STUCK,
        "number": row.rubric,
        "old": signs.score(row.old, row.old_out_of),
        "new": signs.score(row.new, row.out_of),
        "delta": delta_words(row),
        "troubles": [regrades.trouble_words(each, numbers) for each in row.troubles],
        "mark": _mark_words(row.mark),
        "mark_then": _mark_words(row.mark_then),
        "mark_moves": regrades.mark_json(row.mark) != regrades.mark_json(row.mark_then),
        "holder": row.holder,
        "to_mark": row.effect is Effect.TO_MARK,
        "stuck": row.effect is Effect.STUCK,
    }


def _mark_words(mark: Returned | None) -> str:
    """ "hand-in 1: 14 of 20"; a dash where there is none."""
    if mark is None:
        return "–"
    score = _("no points") if mark.score is None else signs.score(mark.score, mark.out_of)
    if mark.number is None:
        return score
    return _("hand-in %(number)d: %(score)s") % {"number": mark.number, "score": score}


def _stays_words(each: Stays) -> str:
    edition = _("edition %(number)d") % {"number": each.rubric} if each.rubric else _("no rubric")
    return _("%(mark)s, %(edition)s") % {"mark": _mark_words(each.mark), "edition": edition}


def delta_words(row: Row) -> str:
    """ "+0.5", "−1", "same"; a dash where either is no score."""
    if row.delta is None:
        return "–"
    if not row.delta:
        return _("same")
    return f"+{signs.points(row.delta)}" if row.delta > 0 else f"−{signs.points(-row.delta)}"


@require_safe
@login_required
def regraded(request: Request, pk: UUID, regrade: UUID) -> HttpResponse:
    """What came of it, by student, and the way back."""
    found = access.regrade_to_see(request.user, pk, regrade)
    assignment = found.assignment
    outcome = regrades.outcome(found, assignment.classroom.zone)
    done, kept = len(outcome.done), len(outcome.kept)
    return page(
        request,
        "regraded",
        id=pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        archived=assignment.classroom.archived,
        outcome=outcome,
        rows=[
            {
                "submission": row.submission,
                "name": row.name,
                "done": not row.code,
                "words": _done_words(row, found.scope),
            }
            for row in outcome.rows
        ],
        kept=kept,
        words=ngettext("%(n)d grade was changed.", "%(n)d grades were changed.", done) % {"n": done},
        kept_words=ngettext("%(n)d stays as it was.", "%(n)d stay as they were.", kept) % {"n": kept} if kept else "",
    )


def _done_words(row: Done, scope: str) -> str:
    if row.error:
        return row.error
    words = {"old": signs.points(row.old), "new": signs.points(row.new)}
    if row.effect is not Effect.TO_MARK:
        return _("%(old)s, now %(new)s") % words
    if scope == Regrade.Scope.UNDO:
        return _("The draft was put aside.")
    return _("A draft to be marked on. The student still sees %(old)s.") % words


@require_POST
@login_required
def regrade_undo(request: Request, pk: UUID, regrade: UUID) -> HttpResponse:
    """Brings marks back to the edition that they came from."""
    found = access.regrade_to_see(request.user, pk, regrade)
    form = UndoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    made: list[Regrade] = []
    if tried(request, lambda: made.append(actions.undo_regrade(found, reason=reason, by=request.user))):
        return redirect("assignment-regraded", pk=pk, regrade=made[0].pk)
    return redirect("assignment-regraded", pk=pk, regrade=regrade)
