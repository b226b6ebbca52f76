"""The student asks for more time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments import access, actions, asking
from assignments.date_forms import AskForm
from assignments.desk_words import due_words, form_clocks
from assignments.facts import possible
from assignments.lifecycle import Act
from assignments.models import ExtensionRequest, Submission
from assignments.views.teacher import Request, refusal_words, tried
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request, pk: UUID) -> HttpResponse:
    """What she asked for and what was answered, and the form by which she asks. What she typed stays on the page,
    whatever becomes of it."""
    submission = access.submission_to_answer(request.user, pk)
    rows = list(submission.extension_requests.with_people().latest_first())
    waiting = next((row for row in rows if row.waiting), None)
    form = AskForm(request.POST if request.method == "POST" else None, submission=submission, waiting=waiting)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _asked(submission, waiting, form, request)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except VersionStale:
                messages.error(request, _("You changed this somewhere else meanwhile. Below is what you typed here."))
                status = 412
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                messages.success(request, _("Your teachers read it, and you find the answer here and on your day."))
                return redirect("more-time", pk=pk)
    context = _shown(submission, rows, waiting, request)
    return TemplateResponse(request, "assignments/student/more_time.html", {**context, "form": form}, status=status)


def _asked(submission: Submission, waiting: ExtensionRequest | None, form: AskForm, request: Request) -> None:
    version = form.cleaned_data["version"]
    if waiting is not None and version is not None:
        actions.change_request(waiting, **form.fields_for_action(), if_version=version, by=request.user)
    else:
        actions.ask_more_time(submission, **form.fields_for_action(), by=request.user)


def _shown(
    submission: Submission, rows: list[ExtensionRequest], waiting: ExtensionRequest | None, request: Request
) -> dict[str, Any]:
    assignment, now = submission.assignment, clock.now()
    zone = assignment.due_zone or assignment.classroom.zone
    allowed = possible(submission, person=request.user, now=now)["allowed"]
    return {
        "pk": submission.pk,
        "title": assignment.title,
        "classroom": assignment.classroom.name,
        "due": due_words(assignment, submission, person=request.user, now=now),
        "clocks": form_clocks(zone, request.user, now),
        "waiting": asking.told(waiting, zone) if waiting else None,
        "version": waiting.version if waiting else "",
        "may_ask": Act.ASK_MORE_TIME.value in allowed or (waiting is not None and not assignment.classroom.archived),
        "archived": assignment.classroom.archived,
        "before": asking.lines((row for row in rows if not row.waiting), zone),
    }


@require_POST
@login_required
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """She asks no longer."""
    submission = access.submission_to_answer(request.user, pk)
    if tried(request, lambda: actions.withdraw_request(submission, by=request.user)):
        messages.success(request, _("Taken back. You can ask again."))
    return redirect("more-time", pk=pk)
