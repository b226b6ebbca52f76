"""The first page after signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from assignments import boards
from assignments.models import Submission
from assignments.views import student, teacher
from lessons.querysets import is_curator


@require_safe
@login_required
def today(request: teacher.Request) -> HttpResponse:
    """The day of whoever asks: what waits for somebody who teaches, else what was given to her.

    Who curates and is in no class has her day at the curators' desk.
    """
    person = request.user
    if not boards.has_a_day_of_teaching(person):
        if _only_curates(person):
            return redirect("wagtailadmin_home")
        return student.today(request)
    page = teacher.today(request)
    if isinstance(page, TemplateResponse) and page.context_data is not None:
        # Whoever teaches may sit in a colleague's class too.
        page.context_data["own_work"] = Submission.objects.own(person).exists()
    return page


def _only_curates(person: User) -> bool:
    if person.is_superuser or not is_curator(person):
        return False
    return not person.memberships.filter(left_at=None).exists() and not Submission.objects.own(person).exists()
