"""A student moves to another class: where to, what that means, what came of it, and the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts import access as people_access
from accounts.errors import HasLeft
from accounts.models import Membership
from assignments import access, actions, class_moves
from assignments.errors import WorkedOnSince
from assignments.views.teacher import Request, page, refusal_words, show_or_do
from destalin_site.common import clock
from destalin_site.common.errors import DomainError


@show_or_do
@login_required
def member_move(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    """Which class; then what stays behind, what she gets and which texts can come along; and the act."""
    found = people_access.student_to_move(request.user, pk, member)
    said = (request.POST if request.method == "POST" else request.GET).get("to", "")
    if not said:
        return _where(request, found)
    to = access.classroom_to_assign_in(request.user, _id(said))
    error, status, ticked = "", 200, None
    if request.method == "POST":
        ticked = request.POST.getlist("copies")
        try:
            move = actions.move_student(found, to=to, copies=[_pair(text) for text in ticked], by=request.user)
        except HasLeft:
            raise
        except DomainError as refused:
            error, status = refusal_words(refused), refused.status
        else:
            return redirect("class-moved", pk=to.pk, move=move.pk)
    if found.left_at is not None:
        raise HasLeft
    shown = class_moves.preview(found, to, now=clock.now())
    keys = {offer.key for row in shown.leaving for offer in row.offers if offer.proposed}
    return page(
        request,
        "member_move",
        status=status,
        classroom=found.classroom,
        preview=shown,
        archived=next((room.name for room in (found.classroom, to) if room.archived), ""),
        error=error,
        ticked=keys if ticked is None else set(ticked),
    )


def _where(request: Request, member: Membership) -> HttpResponse:
    return page(
        request,
        "member_move_where",
        classroom=member.classroom,
        name=member.user.get_full_name(),
        targets=class_moves.targets(member, request.user),
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadRequest from error


def _pair(text: str) -> tuple[UUID, UUID]:
    one, _colon, other = text.partition(":")
    return _id(one), _id(other)


@require_safe
@login_required
def class_moved(request: Request, pk: UUID, move: UUID) -> HttpResponse:
    """What came of it, with the citations that could not come along."""
    found = access.move_to_see(request.user, pk, move)
    return page(
        request,
        "class_moved",
        outcome=class_moves.outcome(found),
        classroom=found.to_classroom,
        move=found,
        may_undo=not (found.undoes_id or found.from_classroom.archived or found.to_classroom.archived),
    )


@require_POST
@login_required
def class_move_back(request: Request, pk: UUID, move: UUID) -> HttpResponse:
    """Takes a move back; where there is work of since then, the page that says what moving back would do."""
    found = access.move_to_see(request.user, pk, move)
    try:
        back = actions.undo_move(found, by=request.user)
    except WorkedOnSince:
        there = Membership.objects.get(classroom=found.to_classroom, user=found.student)
        query = urlencode({"to": str(found.from_classroom_id)})
        return redirect(f"{reverse('member-move', args=[pk, there.pk])}?{query}")
    except DomainError as refused:
        messages.error(request, refusal_words(refused))
        return redirect("class-moved", pk=pk, move=move)
    return redirect("class-moved", pk=back.to_classroom_id, move=back.pk)
