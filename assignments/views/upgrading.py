"""Another edition: what a teacher looks at before she chooses, what came of it, and what a student is told."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assignments import access, actions, upgrade_news, upgrade_previews, upgrades
from assignments.errors import EditionMismatch
from assignments.models import EditionUpgrade
from assignments.views.teacher import Request, page, refusal_words, show_or_do
from destalin_site.common import clock
from destalin_site.common.errors import DomainError


class UpgradeForm(forms.Form):
    """Which edition, for whom; and the one that the page showed as the class's own."""

    from_edition = forms.CharField(max_length=64)
    to_edition = forms.CharField(max_length=64)
    scope = forms.ChoiceField(choices=EditionUpgrade.Scope.choices)


class ReadForm(forms.Form):
    edition = forms.CharField(max_length=64)


@show_or_do
@login_required
def assignment_upgrade(request: Request, pk: UUID) -> HttpResponse:
    """What another edition changes and which work it touches; and the choice."""
    assignment = access.assignment_to_edit(request.user, pk)
    error, status, chosen, to = "", 200, "", request.GET.get("to", "")
    if request.method == "POST":
        form = UpgradeForm(request.POST)
        chosen, to = request.POST.get("scope", ""), request.POST.get("to_edition", "")
        if not form.is_valid():
            error, status = _("Choose for whom."), 422
        else:
            try:
                made = actions.upgrade_edition(assignment, **form.cleaned_data, by=request.user)
            except DomainError as refused:
                error, status = refusal_words(refused), refused.status
                assignment = access.assignment_to_edit(request.user, pk)
            else:
                if made.scope == EditionUpgrade.Scope.KEEP:
                    messages.success(request, _("The class keeps its edition."))
                    return redirect("assignment-board", pk=pk)
                return redirect("assignment-upgraded", pk=pk, upgrade=made.pk)
    return page(
        request,
        "upgrade",
        status=status,
        id=pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        archived=assignment.classroom.archived,
        preview=upgrade_previews.preview(assignment, request.user, to=to),
        error=error,
        chosen=chosen,
    )


@require_safe
@login_required
def assignment_upgraded(request: Request, pk: UUID, upgrade: UUID) -> HttpResponse:
    """What came of it, with the citations that could not be moved, by student."""
    found = access.upgrade_to_see(request.user, pk, upgrade)
    assignment = access.assignment_to_edit(request.user, pk)
    return page(
        request,
        "upgraded",
        id=pk,
        title=assignment.title,
        classroom=assignment.classroom.name,
        outcome=upgrades.outcome(found, assignment.classroom.zone),
        to_words=upgrades.edition_words(found.to_edition, assignment.classroom.zone),
    )


@never_cache
@show_or_do
@login_required
def notice(request: Request, pk: UUID) -> HttpResponse:
    """To the student, before she goes on: what her reading says differently, and what of her draft has no place."""
    submission = access.submission_to_answer(request.user, pk)
    if request.method == "POST":
        form = ReadForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        try:
            actions.read_upgrade(submission, edition=form.cleaned_data["edition"], by=request.user)
        except EditionMismatch:
            # Brought on once more while she read: that is shown first.
            return redirect("upgrade-notice", pk=pk)
        except DomainError as refused:
            messages.error(request, refusal_words(refused))
            return redirect("upgrade-notice", pk=pk)
        return redirect("desk", pk=pk)
    found = upgrade_news.notice(submission, now=clock.now())
    if found is None:
        raise Http404
    context = {
        "id": pk,
        "title": submission.assignment.title,
        "classroom": submission.assignment.classroom.name,
        "notice": found,
        "archived": submission.assignment.classroom.archived,
    }
    return TemplateResponse(request, "assignments/student/upgrade.html", context)
