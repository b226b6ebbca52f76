"""Another edition of what a class reads, through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, upgrade_news, upgrade_previews, upgrades
from assignments.api import upgrade_shapes as shapes
from assignments.api.serializers import SubmissionOut
from assignments.api.upgrade_shapes import NoticeOut, UpgradeIn, UpgradeOut, UpgradePreviewOut, UpgradeReadIn
from assignments.api.views.submissions import shown
from destalin_site.common import clock
from destalin_site.common.api import APIView, etag, read


class AssignmentUpgradeView(APIView):
    key_required = True

    @extend_schema(
        operation_id="upgrades_preview",
        tags=["assignments"],
        parameters=[OpenApiParameter("to", str, description="The sha256 of an edition; without it the newest other.")],
        responses=UpgradePreviewOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What another edition says differently, and which work bringing the class to it would touch."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        shown = upgrade_previews.preview(found, me, to=request.query_params.get("to", ""))
        return Response(shapes.preview(shown))

    @extend_schema(operation_id="upgrades_decide", tags=["assignments"], request=UpgradeIn, responses={201: UpgradeOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Keeps the edition, or brings the class to another, or back. What was handed in stays with its own."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        made = actions.upgrade_edition(found, **read(UpgradeIn, request), by=me)
        told = upgrades.outcome(access.upgrade_to_see(me, pk, made.pk), found.classroom.zone)
        version = access.assignment_to_edit(me, pk).version
        return Response(shapes.outcome(told), status=201, headers={"ETag": etag("a", version)})


class SubmissionUpgradeView(APIView):
    @extend_schema(operation_id="upgrades_read", tags=["submissions"], responses=NoticeOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """To the student: what changed in what she reads, and what of her draft could not come along. 404 where her
        reading was never brought to another edition."""
        found = upgrade_news.notice(access.submission_to_answer(person(request), pk), now=clock.now())
        if found is None:
            raise Http404
        return Response(shapes.notice(found))

    @extend_schema(operation_id="upgrades_seen", tags=["submissions"], request=UpgradeReadIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """The student has seen what changed on the way to this edition. A repeat changes nothing."""
        me = person(request)
        found = access.submission_to_answer(me, pk)
        actions.read_upgrade(found, edition=read(UpgradeReadIn, request)["edition"], by=me)
        return shown(pk, me)
