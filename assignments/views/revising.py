"""Work goes back to the student: she takes it back, it is asked to be revised, or a revision ends."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments import access, actions, facts
from assignments.date_forms import RevisionForm
from assignments.desk_words import form_clocks, with_yours, your_time
from assignments.lifecycle import Act
from assignments.models import Grade, Submission
from assignments.views.teacher import Request, page, refusal_words, tried
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, ValidationFailed


@require_POST
@login_required
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """The student takes back what she handed in."""
    mine = access.submission_to_answer(request.user, pk)
    if tried(request, lambda: actions.withdraw(mine, by=request.user)):
        messages.success(request, _("Taken back. You go on where you were, and hand in again when you are ready."))
    return redirect(reverse("desk", args=[pk]) + "#answer")


@require_POST
@login_required
def keep_grade(request: Request, pk: UUID) -> HttpResponse:
    """The student ends a revision with the grade as it was."""
    mine = access.submission_to_answer(request.user, pk)
    if tried(request, lambda: actions.keep_grade(mine, by=request.user)):
        messages.success(request, _("The revision has ended. What you were given stays."))
    return redirect("desk", pk=pk)


@require_POST
@login_required
def revision_end(request: Request, pk: UUID) -> HttpResponse:
    """A teacher ends a revision with the grade as it was."""
    submission = access.submission_to_grade(request.user, pk)
    if tried(request, lambda: actions.keep_grade(submission, by=request.user)):
        messages.success(request, _("The revision of %(name)s has ended.") % {"name": submission.called})
    return redirect("revision", pk=pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revision(request: Request, pk: UUID) -> HttpResponse:
    """What this student was asked to revise, and the form that asks for it."""
    submission = access.submission_to_grade(request.user, pk)
    form = RevisionForm(request.POST if request.method == "POST" else None, submission=submission, now=clock.now())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                asked = actions.request_revision(submission, **form.fields_for_action(), by=request.user)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                words = {"name": submission.called, "moment": moments.moment(asked.due_at, asked.due_zone)}
                said = _("Given back: %(name)s has until %(moment)s to revise it.") % words
                messages.success(request, with_yours(said, your_time(asked.due_at, asked.due_zone, request.user)))
                return redirect("grade", pk=pk)
    return page(request, "revision", status, form=form, **_shown(submission, request))


def _shown(submission: Submission, request: Request) -> dict[str, object]:
    assignment = submission.assignment
    zone = assignment.due_zone or assignment.classroom.zone
    allowed = facts.possible(submission, person=request.user, now=clock.now())["allowed"]
    draft = submission.grades.filter(status=Grade.Status.DRAFT).first()
    return {
        "submission": submission,
        "title": assignment.title,
        "clocks": form_clocks(zone, request.user, clock.now()),
        "archived": assignment.classroom.archived,
        "may_ask": Act.REQUEST_REVISION.value in allowed,
        "may_end": Act.KEEP_GRADE.value in allowed,
        "releases": draft is not None and draft.stands_for(submission),
        "whole": submission.grade_ready,
        "asked": [
            {
                "due": moments.moment(row.due_at, row.due_zone),
                "words": row.words,
                "by": row.by,
                "at": moments.moment_short(row.at, zone),
                "open": not row.outcome,
                "outcome": row.get_outcome_display(),
            }
            for row in submission.revisions_asked.select_related("by").order_by("-at", "-id")
        ],
    }
