"""A student's move to another class, through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access as people_access
from accounts.api.authentication import person
from accounts.models import User
from assignments import access, actions, class_moves
from assignments.api import move_shapes as shapes
from assignments.api.move_shapes import MoveIn, MoveOut, MovePreviewOut
from assignments.api.params import identifier
from assignments.models import ClassMove
from destalin_site.common import clock
from destalin_site.common.api import APIView, EmptyIn, read
from destalin_site.common.errors import MalformedRequest


class MemberMoveView(APIView):
    key_required = True

    @extend_schema(
        operation_id="moves_preview",
        tags=["classrooms"],
        parameters=[OpenApiParameter("to", OpenApiTypes.UUID, required=True, description="The other class.")],
        responses=MovePreviewOut,
    )
    def get(self, request: Request, pk: UUID, member: UUID) -> Response:
        """What moving a student to another class would do: what stays behind, what she gets, what can come along."""
        me = person(request)
        found = people_access.student_to_move(me, pk, member)
        pk_there = identifier(request, "to")
        if pk_there is None:
            raise MalformedRequest(_("Say to which class."))
        to = access.classroom_to_assign_in(me, pk_there)
        if found.left_at is not None:
            raise Http404
        return Response(shapes.preview(class_moves.preview(found, to, now=clock.now())))

    @extend_schema(operation_id="moves_create", tags=["classrooms"], request=MoveIn, responses={201: MoveOut})
    def post(self, request: Request, pk: UUID, member: UUID) -> Response:
        """Moves her: one act. Her work is kept where it is and removed from there; nothing of it is handed in anew."""
        me = User.objects.get(pk=person(request).pk)
        found = people_access.student_to_move(me, pk, member)
        said = read(MoveIn, request)
        to = access.classroom_to_assign_in(me, said["to"])
        pairs = [(one["from_assignment"], one["to_assignment"]) for one in said["copies"]]
        return _told(me, actions.move_student(found, to=to, copies=pairs, by=me), status=201)


class ClassMoveView(APIView):
    @extend_schema(operation_id="moves_read", tags=["classrooms"], responses=MoveOut)
    def get(self, request: Request, pk: UUID, move: UUID) -> Response:
        """A move into this class, for those who run both classes."""
        me = person(request)
        return _told(me, access.move_to_see(me, pk, move))


class ClassMoveBackView(APIView):
    key_required = True

    @extend_schema(operation_id="moves_undo", tags=["classrooms"], request=EmptyIn, responses={201: MoveOut})
    def post(self, request: Request, pk: UUID, move: UUID) -> Response:
        """Takes a move back: everything is as it was. 409 with `titles` where there is work of since then: moving her
        back is another move then."""
        me = User.objects.get(pk=person(request).pk)
        found = access.move_to_see(me, pk, move)
        read(EmptyIn, request)
        return _told(me, actions.undo_move(found, by=me), status=201)


def _told(me: User, move: ClassMove, status: int = 200) -> Response:
    found = access.move_to_see(me, move.to_classroom_id, move.pk)
    where = {"Location": f"/api/v1/classrooms/{found.to_classroom_id}/moves/{found.pk}"} if status == 201 else None
    return Response(shapes.outcome(class_moves.outcome(found)), status=status, headers=where)
