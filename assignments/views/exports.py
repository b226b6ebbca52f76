"""Files that a teacher takes with her, from the boards."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import reauthentication
from accounts.models import Classroom
from assignments import access, exports
from assignments.models import Assignment
from assignments.views.teacher import Request
from destalin_site.common import clock

MENU = "#export-files"  # the list of files on a board; its menu opens when an address leads into it


@require_GET
@login_required
def class_board(request: Request, pk: UUID) -> HttpResponseBase:
    """The class board as CSV."""
    classroom = access.classroom_to_grade_in(request.user, pk)
    return _sent(request, exports.board, classroom)


@require_GET
@login_required
def class_whole(request: Request, pk: UUID) -> HttpResponseBase:
    """A class as JSON, for those who run it."""
    classroom = access.classroom_to_assign_in(request.user, pk)
    return _sent(request, exports.everything, classroom)


@require_GET
@login_required
def assignment_marks(request: Request, pk: UUID) -> HttpResponseBase:
    """The assignment board as CSV."""
    assignment = access.assignment_to_grade(request.user, pk)
    return _sent(request, exports.marks, assignment)


@require_GET
@login_required
def assignment_answers(request: Request, pk: UUID) -> HttpResponseBase:
    """Every answer to an assignment as CSV."""
    assignment = access.assignment_to_grade(request.user, pk)
    return _sent(request, exports.answers, assignment)


@require_GET
@login_required
def assignment_feedback(request: Request, pk: UUID) -> HttpResponseBase:
    """What came back to each student, in a zip."""
    assignment = access.assignment_to_grade(request.user, pk)
    return _sent(request, exports.feedback, assignment)


def _sent(request: Request, make: Callable[..., exports.File], about: Classroom | Assignment) -> HttpResponseBase:
    """The file, to somebody who has said lately who she is. Anybody else is asked and led back to the menu: a page that
    turned into a download would stay where it is."""
    if not reauthentication.is_due(request):
        return make(about, by=request.user, now=clock.now()).response()
    messages.info(request, _("Names of students leave the site with this file. Once you are known, choose it again."))
    board = "classroom" if isinstance(about, Classroom) else "assignment-board"
    return reauthentication.asked(f"{reverse(board, args=[about.pk])}{MENU}")
