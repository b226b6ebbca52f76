"""More time for one student."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments import access, actions
from assignments.date_forms import ExtensionForm
from assignments.models import Submission
from assignments.views.teacher import Request, page, refusal_words, tried
from assignments.words import explain_timing
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, ValidationFailed


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: Request, pk: UUID) -> HttpResponse:
    """Until when this student has time, since when, and the form that gives her more."""
    submission = access.submission_to_grade(request.user, pk)
    form = ExtensionForm(request.POST if request.method == "POST" else None, submission=submission)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.extend(submission, **form.fields_for_action(), by=request.user)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                messages.success(request, _given(access.submission_to_grade(request.user, pk)))
                return redirect("grade", pk=pk)
    return page(request, "extension", status, form=form, **_shown(submission))


def _given(submission: Submission) -> str:
    assignment = submission.assignment
    zone = assignment.due_zone or assignment.classroom.zone
    assert submission.due_at is not None
    words = {"name": submission.student, "moment": moments.moment(submission.due_at, zone)}
    said = _("%(name)s has time until %(moment)s.") % words
    if submission.handed_in_at is None:
        return said
    return f"{said} {explain_timing(submission.timing_at(clock.now()), zone)}"


def _shown(submission: Submission) -> dict[str, object]:
    assignment = submission.assignment
    zone = assignment.due_zone or assignment.classroom.zone
    usual = submission.usual_due_at or submission.due_at
    given = submission.extensions.select_related("by", "revoked_by").order_by("-at", "-id")
    return {
        "submission": submission,
        "title": assignment.title,
        "due": moments.moment(usual, zone) if usual else "",
        "timing": explain_timing(submission.timing_at(clock.now()), zone),
        "zone": moments.zone_name(zone),
        "archived": assignment.classroom.archived,
        "given": [
            {
                "until": moments.moment(row.due_at, zone),
                "standing": row.revoked_at is None,
                "reason": row.reason,
                "by": row.by,
                "at": moments.moment_short(row.at, zone),
                "ended_by": row.revoked_by,
                "ended_at": moments.moment_short(row.revoked_at, zone) if row.revoked_at else "",
            }
            for row in given
        ],
    }


@require_POST
@login_required
def extension_revoke(request: Request, pk: UUID) -> HttpResponse:
    """Takes the extra time back, for what is still to come."""
    submission = access.submission_to_grade(request.user, pk)
    if tried(request, lambda: actions.revoke_extension(submission, by=request.user)):
        messages.success(
            request,
            _("Taken back: %(name)s has the same due time as everybody. What came in time stays in time.")
            % {"name": submission.student},
        )
    return redirect("extension", pk=pk)
