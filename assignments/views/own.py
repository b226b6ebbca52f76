"""All work of one's own: the list of it, removed work too, and the file to take along."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.models import Classroom
from assignments import exports
from assignments.exports import own
from assignments.grading import Mark
from assignments.models import Submission
from assignments.models.submission import STATES
from assignments.views.teacher import Request
from destalin_site.common import clock


@never_cache
@require_safe
@login_required
def work(request: Request) -> HttpResponse:
    """What this person was given in every class that she is or was in."""
    names, now = dict(STATES), clock.now()
    lines: list[tuple[Classroom, dict[str, Any]]] = []
    for row, told in own.standings(Submission.objects.kept_by(request.user), request.user, now):
        removed = own.was_removed(row)
        line = {
            "title": row.assignment.title,
            "removed": removed,
            "state": names[told.situation.state.value],
            "attempts": row.attempt_count,
            "score": told.mark_words if told.mark is not Mark.NOT_SCORED else "",
            "url": "" if removed else reverse("desk", args=[row.pk]),
        }
        lines.append((row.assignment.classroom, line))
    return TemplateResponse(request, "assignments/student/own_work.html", {"classes": own.by_class(lines)})


@require_GET
@login_required
def file(request: Request) -> HttpResponseBase:
    """All of it in a zip. Nobody is asked once more who she is: there is nobody's name in it but her own."""
    return exports.own_folder(by=request.user, now=clock.now()).response()
