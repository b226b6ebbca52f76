"""A student asks for more time through REST, and staff answer. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions
from assignments.actions import DueSaid
from assignments.api import shapes
from assignments.api.params import IF_MATCH
from assignments.api.serializers import ExtensionRequestIn, ExtensionRequestOut, RequestAnswerIn
from assignments.models import ExtensionRequest
from destalin_site.common.api import APIView, etag, read, required_version
from destalin_site.common.openapi import MAY_CONFLICT

LETTER = "x"


def _shown(row: ExtensionRequest, **more: Any) -> Response:
    tag = {"ETag": etag(LETTER, row.version), **more.pop("headers", {})}
    return Response(shapes.extension_request(row), headers=tag, **more)


def _said(request: Request) -> dict[str, Any]:
    said = read(ExtensionRequestIn, request)
    wish = said.get("due")
    return {"reason": said["reason"], "wish": DueSaid(**wish) if wish else None}


class ExtensionRequestView(APIView):
    @extend_schema(
        operation_id="extension_requests_read",
        tags=["submissions"],
        responses={200: ExtensionRequestOut, **MAY_CONFLICT},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest request for more time, and what was answered. For the student and for staff."""
        return _shown(access.request_to_read(person(request), pk))

    @extend_schema(
        operation_id="extension_requests_create",
        tags=["submissions"],
        request=ExtensionRequestIn,
        responses={201: ExtensionRequestOut},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """The student asks for more time. One request waits at a time."""
        me = person(request)
        mine = access.submission_to_answer(me, pk)
        asked = actions.ask_more_time(mine, by=me, **_said(request))
        return _shown(asked, status=201, headers={"Location": reverse("api-extension-request", args=[pk])})

    @extend_schema(
        operation_id="extension_requests_change",
        tags=["submissions"],
        parameters=[IF_MATCH],
        request=ExtensionRequestIn,
        responses=ExtensionRequestOut,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Another reason or wish upon the version of If-Match, as long as nobody has answered."""
        me = person(request)
        asked = access.request_to_change(me, pk)
        version = required_version(request, LETTER)
        return _shown(actions.change_request(asked, if_version=version, by=me, **_said(request)))

    @extend_schema(operation_id="extension_requests_delete", tags=["submissions"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """The student asks no longer. Taking back what does not wait changes nothing."""
        me = person(request)
        actions.withdraw_request(access.submission_to_answer(me, pk), by=me)
        return Response(status=204)


class RequestAnswerView(APIView):
    @extend_schema(
        operation_id="extension_requests_answer",
        tags=["grading"],
        parameters=[IF_MATCH],
        request=RequestAnswerIn,
        responses=ExtensionRequestOut,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives more time, until what was wished or another time, or declines with words, upon the version of If-Match.
        Whoever comes second reads 409: who answered, and what."""
        me = person(request)
        asked = access.request_to_answer(me, pk)
        version = required_version(request, LETTER)
        said = read(RequestAnswerIn, request)
        answer = {"words": said["words"], "if_version": version, "by": me}
        if said["answer"] == "declined":
            return _shown(actions.decline_request(asked, **answer))
        due = said.get("due")
        return _shown(actions.grant_request(asked, due=DueSaid(**due) if due else None, **answer))
