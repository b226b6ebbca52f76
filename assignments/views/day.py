"""The first page after signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import Classroom
from assignments.models import Submission
from assignments.views import student, teacher


@require_safe
@login_required
def today(request: teacher.Request) -> HttpResponse:
    """The day of whoever asks: what waits for somebody who teaches, else what was given to her."""
    person = request.user
    if not person.teaches and not Classroom.objects.taught_by(person).exists():
        return student.today(request)
    page = teacher.today(request)
    if isinstance(page, TemplateResponse) and page.context_data is not None:
        # Whoever teaches may sit in a colleague's class too.
        page.context_data["own_work"] = Submission.objects.own(person).exists()
    return page
