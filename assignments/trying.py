"""A draft of a lesson as its students would find it on their desk: what the curators' preview shows besides reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.models import Classroom
from assignments import desk, readings
from assignments import desk_forms as forms
from assignments.models import Assignment
from destalin_site.common import clock
from lessons import problems
from lessons.compiler import Compiled
from lessons.document import Document
from lessons.models import Edition, Lesson


def students_desk(request: HttpRequest, lesson: Lesson, compiled: Compiled) -> HttpResponse:
    """The desk of an assignment that nobody made, on an edition that nobody has published."""
    codes = dict.fromkeys(problem.code for problem in compiled.problems)
    missing = [str(problems.message(code)) for code in codes]
    return desk_of(request, lesson, Document(compiled.document), title=lesson.title, missing=missing)


def desk_of(
    request: HttpRequest, lesson: Lesson, document: Document, *, title: str, missing: list[str], instructions: str = ""
) -> HttpResponse:
    """The desk of this document, which nothing is kept of. `missing` is what stands above it."""
    person: Any = request.user  # these pages let nobody in without a name
    now = clock.now()
    classroom = Classroom(name=_("A class"), zone=person.own_zone)
    with readings.trying(document) as edition_id:
        edition = Edition(id=edition_id, lesson=lesson, number=0, title=title, published_at=now)
        assignment = Assignment(
            classroom=classroom, edition=edition, title=title, instructions=instructions, created_at=now
        )
        page = desk.desk_page(assignment, person=person, now=now)
    # There is nothing here that could be handed in to anybody.
    page = replace(page, edition=_("Draft"), hand_in=None)
    context = {
        "desk": page,
        "base_json": forms.as_json(page.base),
        "action": "",
        "preview": True,
        "missing": missing,
    }
    return TemplateResponse(request, "assignments/student/draft_desk.html", context)
