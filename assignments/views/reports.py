"""The pages of reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from assignments import access, reports
from assignments.reports.assignment import tenth_words
from assignments.views.teacher import Request, page
from destalin_site.common import clock


@require_safe
@login_required
def assignment_report(request: Request, pk: UUID) -> HttpResponse:
    """How an assignment went, for the staff of its class."""
    assignment = access.assignment_to_grade(request.user, pk)
    report = reports.assignment_report(assignment, viewer=request.user, now=clock.now())
    tenths = [(tenth_words(place), count) for place, count in enumerate(report.scores.counts)]
    return page(request, "report", report=report, tenths=tenths)
