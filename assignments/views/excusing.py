"""Under "More" on the grading desk: a student is excused, and the excuse lifted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assignments import access, actions, judging
from assignments.forms import ExcuseForm
from assignments.models import Excuse
from assignments.views.teacher import Request, page, refusal_words
from destalin_site.common import clock, undo
from destalin_site.common.errors import DomainError


@require_POST
@login_required
def grade_excuse(request: Request, pk: UUID) -> HttpResponse:
    """The student need not do this. The message offers to lift it again."""
    submission = access.submission_to_grade(request.user, pk)
    form = ExcuseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""  # the table asks for one
    category = form.cleaned_data.get("category") or Excuse.OTHER.value
    try:
        actions.excuse(submission, category=Excuse(category), reason=reason, by=request.user)
    except DomainError as error:
        tried = judging.Tried(category, request.POST.get("reason", ""), refusal_words(error))
        desk = judging.desk(submission, viewer=request.user, now=clock.now(), excuse_tried=tried)
        return page(request, "grading", desk=desk, status=error.status)
    words = _("%(name)s is excused from this assignment.") % {"name": submission.student}
    undo.offer(request, words, url=reverse("grade-excuse-lift", args=[pk]))
    return redirect("grade", pk=pk)


@require_POST
@login_required
def grade_excuse_lift(request: Request, pk: UUID) -> HttpResponse:
    """It is to be done after all."""
    submission = access.submission_to_grade(request.user, pk)
    try:
        actions.lift_excuse(submission, by=request.user)
    except DomainError as error:
        messages.error(request, refusal_words(error))
    else:
        messages.success(
            request, _("%(name)s is not excused any more. It stands where it stood.") % {"name": submission.student}
        )
    return redirect("grade", pk=pk)
