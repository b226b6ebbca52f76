"""People and classes through REST. The contract is docs/api.md."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, actions, boards
from accounts.api.authentication import person, token_of
from accounts.api.serializers import (
    ClassroomChange,
    ClassroomChangedOut,
    ClassroomIn,
    ClassroomOut,
    CodeIn,
    DeviceOut,
    FreshPasswordOut,
    MeIn,
    MemberChange,
    MemberIn,
    MemberOut,
    MeOut,
)
from accounts.api.tokens import digest
from accounts.models import Classroom, Membership, User
from accounts.signals import Counted
from destalin_site.common import problems
from destalin_site.common.api import (
    APIView,
    EmptyIn,
    PlainView,
    etag,
    flag,
    paginate,
    read,
    required_version,
    unchanged,
)
from destalin_site.common.openapi import page_of
from destalin_site.common.rehearsing import rehearsal

RUNNERS: Final = ("owner", "teacher")  # the roles that see the code and change the roster
IF_MATCH: Final = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description='The ETag of what is changed: "c1".'
)


# --- Oneself --------------------------------------------------------------------------------------------------


def _me(user: User) -> dict[str, Any]:
    school = user.school
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "locale": user.locale,
        "zone": user.zone,
        "teaches": user.teaches,
        "school": {"id": school.pk, "name": school.name} if school else None,
    }


class MeView(APIView):
    @extend_schema(operation_id="me_read", tags=["me"], responses=MeOut)
    def get(self, request: Request) -> Response:
        """The caller herself."""
        return Response(_me(person(request)))

    @extend_schema(operation_id="me_update", tags=["me"], request=MeIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Changes name, zone or language."""
        me = person(request)
        return Response(_me(actions.update_me(me, **read(MeIn, request), by=me)))


class MySchoolView(APIView):
    @extend_schema(operation_id="me_school", tags=["me"], request=CodeIn, responses=MeOut)
    def post(self, request: Request) -> Response:
        """Makes the caller a teacher of the school whose teacher code this is."""
        me = person(request)
        actions.use_teacher_code(me, code=read(CodeIn, request)["code"], by=me)
        return Response(_me(me))


class DevicesView(APIView):
    @extend_schema(operation_id="devices_list", tags=["me"], responses=page_of(DeviceOut))
    def get(self, request: Request) -> Response:
        """The devices that may act for the caller."""
        devices = person(request).device_tokens.live()
        page = paginate(devices, request, order=["-created_at", "id"])
        current = digest(token_of(request.headers.get("Authorization", "")) or "")
        return page.response(
            [
                {
                    "id": row.pk,
                    "name": row.name,
                    "created_at": row.created_at,
                    "last_used_at": row.last_used_at,
                    "expires_at": row.expires_at,
                    "current": row.digest == current,
                }
                for row in page.rows
            ]
        )


class DeviceView(APIView):
    @extend_schema(operation_id="devices_revoke", tags=["me"], responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Shuts a device out, from its next request on. Revoking the revoked is 204 again."""
        me = person(request)
        actions.revoke_device(access.device_to_revoke(me, pk), by=me)
        return Response(status=204)


# --- Classes --------------------------------------------------------------------------------------------------

_ROOM = ("id", "name", "zone", "join_code", "archived_at", "version", "owner_name")


def _room(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "zone": row["zone"],
        "role": row["role"],
        "owner": row["owner_name"] or "",
        "join_code": row["join_code"] if row["role"] in RUNNERS else None,
        "archived": row["archived_at"] is not None,
        "version": row["version"],
    }


def _room_answer(user: User, pk: UUID, status: int = 200) -> Response:
    rows = Classroom.objects.visible_to(user).with_owner_name().values(*_ROOM, role=F("memberships__role"))
    row = rows.get(pk=pk)
    headers = {"ETag": etag("c", row["version"])}
    if status == 201:
        headers["Location"] = f"/api/v1/classrooms/{pk}"
    return Response(_room(row), status=status, headers=headers)


def _unfinished(room: Classroom, changes: dict[str, Any]) -> list[Counted]:
    return boards.unfinished(room) if changes.get("archived") and not room.archived else []


def _staying(room: Classroom, changes: dict[str, Any]) -> list[Counted]:
    return boards.staying(room) if changes.get("zone", room.zone) != room.zone else []


class ClassroomsView(APIView):
    @extend_schema(
        operation_id="classrooms_list",
        tags=["classrooms"],
        parameters=[OpenApiParameter("archived", bool, description="Only archived classes, or only the others.")],
        responses=page_of(ClassroomOut),
    )
    def get(self, request: Request) -> Response:
        """The classes that the caller is in."""
        rooms = Classroom.objects.visible_to(person(request)).with_owner_name()
        if (archived := flag(request, "archived")) is not None:
            rooms = rooms.filter(archived_at__isnull=not archived)
        page = paginate(rooms.values(*_ROOM, role=F("memberships__role")), request, order=["id"])
        return page.response([_room(row) for row in page.rows])

    @extend_schema(
        operation_id="classrooms_create", tags=["classrooms"], request=ClassroomIn, responses={201: ClassroomOut}
    )
    def post(self, request: Request) -> Response:
        """Opens a class. Only approved teachers may."""
        me = person(request)
        room = actions.open_classroom(**read(ClassroomIn, request), by=me)
        return _room_answer(me, room.pk, status=201)


class ClassroomView(APIView):
    @extend_schema(
        operation_id="classrooms_read",
        tags=["classrooms"],
        responses={200: ClassroomOut, 304: OpenApiResponse(description="The caller holds this version")},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """One class."""
        me = person(request)
        room = access.classroom_to_see(me, pk)
        if unchanged(request, etag("c", room.version)):
            return Response(status=304, headers={"ETag": etag("c", room.version)})
        return _room_answer(me, pk)

    @extend_schema(
        operation_id="classrooms_update",
        tags=["classrooms"],
        parameters=[IF_MATCH],
        request=ClassroomChange,
        responses=ClassroomChangedOut,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Renames a class, moves it to another zone, archives it or opens it again, and says what stays unfinished and
        which due times stay in their zone: a dry run does so beforehand."""
        me = person(request)
        room = access.classroom_to_run(me, pk)
        version = required_version(request, "c")
        changes = read(ClassroomChange, request)
        dry_run = changes.pop("dry_run", False)
        left = {
            "unfinished": [asdict(row) for row in _unfinished(room, changes)],
            "staying": [{"zone": row.what, "count": row.count, "words": row.words} for row in _staying(room, changes)],
        }
        with rehearsal(dry_run):
            actions.change_classroom(room, version=version, **changes, by=me)
            answer = _room_answer(me, pk)
        if dry_run:
            answer.data["version"], answer["ETag"] = version, etag("c", version)
        answer.data |= {"dry_run": dry_run, **left}
        return answer


class JoinCodeView(APIView):
    @extend_schema(operation_id="classrooms_join_code", tags=["classrooms"], request=EmptyIn, responses=ClassroomOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """A new join code. The old one lets nobody in any more."""
        me = person(request)
        room = access.classroom_to_run(me, pk)
        read(EmptyIn, request)
        actions.rotate_join_code(room, by=me)
        return _room_answer(me, pk)


class JoinsView(APIView):
    @extend_schema(
        operation_id="joins_create",
        tags=["classrooms"],
        request=CodeIn,
        responses={201: ClassroomOut, 200: ClassroomOut},
    )
    def post(self, request: Request) -> Response:
        """Joins the class whose code this is: 201, or 200 for whoever is in it already.

        An unknown code, and that of a full or archived class, are the same 404. Ten wrong tries an hour.
        """
        me = person(request)
        code = read(CodeIn, request)["code"]
        before = set(Membership.objects.current().filter(user=me).values_list("classroom", flat=True))
        room = actions.join_classroom(code=code, by=me).classroom_id
        return _room_answer(me, room, status=200 if room in before else 201)


# --- Members --------------------------------------------------------------------------------------------------

_MEMBER = ("id", "user_id", "user__display_name", "user__username", "role", "joined_at", "left_at")


def _member(row: dict[str, Any], *, staff: bool) -> dict[str, Any]:
    """Classmates see display names; user names are for the staff."""
    return {
        "id": row["id"],
        "user": {
            "id": row["user_id"],
            "name": row["user__display_name"],
            "username": row["user__username"] if staff else None,
        },
        "role": row["role"],
        "joined_at": row["joined_at"],
        "left_at": row["left_at"],
    }


def _member_answer(member: Membership, status: int = 200) -> Response:
    row = Membership.objects.values(*_MEMBER).get(pk=member.pk)
    headers = {"Location": f"/api/v1/classrooms/{member.classroom_id}/members/{member.pk}"} if status == 201 else None
    return Response(_member(row, staff=True), status=status, headers=headers)


class MembersView(APIView):
    @extend_schema(
        operation_id="members_list",
        tags=["classrooms"],
        parameters=[
            OpenApiParameter("left", bool, description="Those who left, for the staff; else those who are in it.")
        ],
        responses=page_of(MemberOut),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Who is in the class."""
        me = person(request)
        room = access.classroom_to_see(me, pk)
        staff = Classroom.objects.taught_by(me).filter(pk=room.pk).exists()
        members = Membership.objects.visible_to(me).filter(classroom=room)
        members = members.filter(left_at__isnull=not flag(request, "left"))
        page = paginate(members.values(*_MEMBER), request, order=["user__display_name", "id"])
        return page.response([_member(row, staff=staff) for row in page.rows])

    @extend_schema(operation_id="members_add", tags=["classrooms"], request=MemberIn, responses={201: MemberOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Brings in somebody of the class's school, or who was in the class before."""
        me = person(request)
        room = access.classroom_to_run(me, pk)
        return _member_answer(actions.add_member(room, **read(MemberIn, request), by=me), status=201)


class MemberView(APIView):
    @extend_schema(operation_id="members_update", tags=["classrooms"], request=MemberChange, responses=MemberOut)
    def patch(self, request: Request, pk: UUID, member: UUID) -> Response:
        """Brings a removed person back, or gives another role (the owner's right)."""
        me = person(request)
        change = read(MemberChange, request)
        with transaction.atomic():
            found = access.member_to_manage(me, pk, member)
            if "left" in change:
                act = actions.remove_member if change["left"] else actions.restore_member
                found = act(found, by=me)
            if "role" in change:
                found = actions.change_role(access.member_to_promote(me, pk, member), role=change["role"], by=me)
        return _member_answer(found)

    @extend_schema(operation_id="members_remove", tags=["classrooms"], responses={204: None})
    def delete(self, request: Request, pk: UUID, member: UUID) -> Response:
        """Takes a person out of the class, or leaves it oneself. All her work is kept, and she can be restored."""
        me = person(request)
        found = access.member_to_see(me, pk, member)
        if found.user_id == me.pk:
            actions.leave(found, by=me)
        else:
            actions.remove_member(access.member_to_manage(me, pk, member), by=me)
        return Response(status=204)


class PasswordResetView(APIView):
    # The answer must not be kept, as an idempotency record would.
    own_key = True

    @extend_schema(
        operation_id="members_password_reset", tags=["classrooms"], request=EmptyIn, responses=FreshPasswordOut
    )
    def post(self, request: Request, pk: UUID, member: UUID) -> Response:
        """A fresh password for a student, told once. Her devices and sessions end.

        An Idempotency-Key is not honoured here, since the answer is kept nowhere: a repeat makes another password.
        """
        me = person(request)
        found = access.member_to_manage(me, pk, member)
        read(EmptyIn, request)
        fresh = actions.reset_password(found, by=me)
        return Response({"username": found.user.username, "password": fresh}, headers={"Cache-Control": "no-store"})


# --- Problem types --------------------------------------------------------------------------------------------


class ProblemView(PlainView):
    permission_classes = ()

    @extend_schema(
        operation_id="problems_read", tags=["problems"], auth=[], responses={(200, "text/html"): OpenApiTypes.STR}
    )
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """What an error type means, for people."""
        if code not in problems.TYPES:
            raise Http404
        return TemplateResponse(
            request,
            "accounts/problem.html",
            {"code": code, "status": problems.TYPES[code], "words": problems.MEANINGS[code]},
        )
