"""Which passages a class leans on, and who did not use one."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assignments import access, boards
from assignments.views.teacher import Request, page
from destalin_site.common import clock


@never_cache
@require_safe
@login_required
def passages(request: Request, pk: UUID) -> HttpResponse:
    """How many students cite each passage; of one of them, or of a source, who does."""
    assignment = access.assignment_to_grade(request.user, pk)
    if said := request.GET.get("of", "")[:100]:
        users = boards.users_of(assignment, said, viewer=request.user, now=clock.now())
        if users is None:
            raise Http404
        return page(request, "passage", assignment=assignment, users=users, archived=assignment.classroom.archived)
    board = boards.passages_board(assignment, show=request.GET.get("show", ""))
    return page(request, "passages", assignment=assignment, board=board)
