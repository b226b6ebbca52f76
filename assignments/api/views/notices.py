"""Notices through REST. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from accounts.models import User
from assignments import access, actions, boards
from assignments.api.params import CURSOR
from assignments.api.serializers import (
    NoticeChoiceIn,
    NoticeChoiceOut,
    NoticePageOut,
    ReadUntilIn,
    UnreadOut,
)
from assignments.models import Notice
from assignments.notices import told
from destalin_site.common.api import APIView, EmptyIn, flag, paginate, read


def _unread(user: User) -> int:
    return access.notices_of(user).unread().count()


def _notice(row: Notice) -> dict[str, Any]:
    shown, submission = told(row), row.submission
    return {
        "id": shown.id,
        "kind": shown.kind,
        "at": shown.at,
        "words": shown.words,
        "url": shown.url,
        "submission": submission.pk,
        "assignment": {"id": submission.assignment_id, "title": submission.assignment.title},
        "classroom": {"id": submission.assignment.classroom_id, "name": shown.room},
        "read_at": shown.read_at,
    }


class NoticesView(APIView):
    @extend_schema(
        operation_id="notices_list",
        tags=["notices"],
        parameters=[*CURSOR, OpenApiParameter("unread", bool, description="Only the unread, or only the others.")],
        responses=NoticePageOut,
    )
    def get(self, request: Request) -> Response:
        """What the caller is told of, latest first, and how much of all of it is unread."""
        me = person(request)
        rows = access.notices_of(me).with_work()
        if (unread := flag(request, "unread")) is not None:
            rows = rows.filter(read_at__isnull=unread)
        page = paginate(rows, request, order=["-at", "-id"])
        answer = page.response([_notice(row) for row in page.rows])
        answer.data["unread"] = _unread(me)
        return answer


class NoticesReadView(APIView):
    @extend_schema(operation_id="notices_read_all", tags=["notices"], request=ReadUntilIn, responses=UnreadOut)
    def post(self, request: Request) -> Response:
        """Marks as read all that happened until then: send the time at which the list was asked for."""
        me = person(request)
        actions.read_notices(until=read(ReadUntilIn, request)["until"], by=me)
        return Response({"unread": _unread(me)})


class NoticeReadView(APIView):
    @extend_schema(operation_id="notices_read", tags=["notices"], request=EmptyIn, responses=UnreadOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Marks one as read. Once more changes nothing."""
        me = person(request)
        found = access.notice_to_read(me, pk)
        read(EmptyIn, request)
        actions.read_notice(found, by=me)
        return Response({"unread": _unread(me)})


class NoticeChoiceView(APIView):
    @extend_schema(operation_id="notices_choice", tags=["notices"], responses=NoticeChoiceOut)
    def get(self, request: Request) -> Response:
        """How the caller gets notices by mail."""
        return Response(_choice(person(request)))

    @extend_schema(operation_id="notices_choose", tags=["notices"], request=NoticeChoiceIn, responses=NoticeChoiceOut)
    def patch(self, request: Request) -> Response:
        """Chooses otherwise. An address that took no mail is tried again."""
        me = person(request)
        actions.choose_notices(**read(NoticeChoiceIn, request), by=me)
        return Response(_choice(me))


def _choice(user: User) -> dict[str, Any]:
    choice = boards.mail_choice(user)
    return {
        "mail": choice.mail,
        "hour": choice.hour,
        "zone": choice.zone,
        "address": choice.address or None,
        "trouble": choice.refused or None,
    }
