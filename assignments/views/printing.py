"""One piece of work on paper: the answers, what they cite, and what was said about them."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assignments import access, actions, judging, readings, scans
from assignments.models import Comment, Grade
from assignments.views.teacher import Request
from destalin_site.common import clock, moments
from lessons import errata


@never_cache
@require_safe
@login_required
def submission(request: Request, pk: UUID, number: int | None = None) -> HttpResponse:
    """For the staff of the class, and for the student herself: marks and words once they are returned. `number` is that
    of a hand-in which was returned, perhaps before, 0 being marks without one."""
    found = access.submission_to_read(request.user, pk)
    mine = found.student_id == request.user.pk
    if number is None:
        grade = Grade.objects.filter(submission=found).before(request.user)
        edition = (readings.graded(found) if grade and grade == found.returned_grade else found.given).edition_id
    else:
        grade = access.grade_returned(request.user, found, number)
        edition = grade.graded_edition  # type: ignore[attr-defined] # as it was annotated
    if mine and grade is not None and grade.pk == found.returned_grade_id and grade.seen_at is None:
        actions.note_seen(found, by=request.user)
    nameless = access.is_nameless_to(request.user, found)
    attempt = (grade.attempt if grade else None) or found.counted
    context = judging.paper(
        found,
        grade,
        comments=list(Comment.objects.of(grade)),
        corrections=errata.of_edition,
        edition=edition,
        nameless=nameless,
        scans=scans.shown(attempt, nameless=nameless),
        decided=attempt.decided if attempt and attempt.pk != found.counted_id else None,
        now=clock.now(),
    )
    zone = found.assignment.classroom.zone
    context |= {"mine": mine, "submission": found.pk, "printed": moments.moment(clock.now(), zone)}
    return TemplateResponse(request, "assignments/print.html", context)
