"""The pages of reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from assignments import access, reports
from assignments.reports.assignment import tenth_words
from assignments.reports.metrics import TERM, UNTIL_RETURN, WORK
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


@require_safe
@login_required
def student_report(request: Request, pk: UUID, student: UUID) -> HttpResponse:
    """One student over the term, for the staff of her class. She herself is led to her own page of it."""
    member = access.student_to_report(request.user, pk, student)
    if member.user_id == request.user.pk:
        return redirect("about-me", pk=pk)
    report = reports.student_report(member, own=False, now=clock.now())
    return TemplateResponse(request, "assignments/student_report.html", {"report": report, "own": False})


@require_safe
@login_required
def about_me(request: Request, pk: UUID) -> HttpResponse:
    """What the staff of a class see about the student who asks: the same report, and what each part of it is for."""
    report = reports.student_report(access.place_as_student(request.user, pk), own=True, now=clock.now())
    context = {"report": report, "own": True, "metrics": [*WORK, *TERM], "until_return": list(UNTIL_RETURN.values())}
    return TemplateResponse(request, "assignments/student_report.html", context)


@require_safe
@login_required
def class_skills(request: Request, pk: UUID) -> HttpResponse:
    """Skills over time, of the returned work of a class. For its staff."""
    found = reports.class_skills(access.classroom_to_grade_in(request.user, pk))
    return page(request, "skills", report=found)
