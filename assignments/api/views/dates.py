"""Due times of single students through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions
from assignments.api import shapes
from assignments.api.serializers import (
    DeviceTimeIn,
    ExtensionIn,
    ExtensionOut,
    OverrideIn,
    OverrideOut,
    OverridesOut,
    SubmissionOut,
)
from assignments.api.views.submissions import shown
from destalin_site.common.api import APIView, flag, read
from destalin_site.common.pages import NotFound


class ExtensionView(APIView):
    @extend_schema(operation_id="extensions_read", tags=["grading"], responses=ExtensionOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The time that this student was given beyond the due time, by whom and why. For staff; none is told while
        names are hidden."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        standing = found.extensions.standing().select_related("by").first()
        if standing is None or access.is_nameless_to(me, found):
            raise NotFound()
        return Response(shapes.extension(standing, actions.what_revoking_costs(found)))

    @extend_schema(operation_id="extensions_put", tags=["grading"], request=ExtensionIn, responses=SubmissionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """Gives this student until a later time, in place of what she was given before."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(ExtensionIn, request)
        actions.extend(found, due=actions.DueSaid(**said["due"]), reason=said["reason"], by=me)
        return shown(pk, me)

    @extend_schema(
        operation_id="extensions_delete",
        tags=["grading"],
        parameters=[
            OpenApiParameter(
                "handed_in_too",
                bool,
                description="What was handed in meanwhile counts by the dates without it, and may be late.",
            )
        ],
        responses={204: OpenApiResponse()},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Takes it back for what is still to come; with `handed_in_too=true` for what was handed in meanwhile too.
        Taking back what is not there changes nothing."""
        me = person(request)
        found, too = access.submission_to_grade(me, pk), bool(flag(request, "handed_in_too"))
        actions.revoke_extension(found, by=me, handed_in_too=too)
        return Response(status=204)


class DeviceTimeView(APIView):
    @extend_schema(operation_id="device_time_put", tags=["grading"], request=DeviceTimeIn, responses=SubmissionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """The time counts at which the work was finished on the device, however late it came. Once more changes
        nothing."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        actions.count_device_time(found, reason=read(DeviceTimeIn, request)["reason"], by=me)
        return shown(pk, me)

    @extend_schema(operation_id="device_time_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """The time of arrival counts again, as if this had never been decided. Where it was not, nothing changes."""
        me = person(request)
        actions.count_arrival_time(access.submission_to_grade(me, pk), by=me)
        return Response(status=204)


class OverridesView(APIView):
    @extend_schema(operation_id="overrides_list", tags=["assignments"], responses=OverridesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Other dates than those of the assignment, for some students or for all, oldest first; for staff."""
        found = access.assignment_to_grade(person(request), pk)
        rows = found.overrides.standing().with_people().order_by("at", "id")
        return Response({"results": [shapes.override(row) for row in rows]})

    @extend_schema(
        operation_id="overrides_create", tags=["assignments"], request=OverrideIn, responses={201: OverrideOut}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives other dates to one student or to a group that has a title; to the whole class, for its owner and
        teachers."""
        me = person(request)
        found = access.assignment_to_grade(me, pk)
        said = read(OverrideIn, request)
        if said["for_class"]:
            found = access.assignment_to_give_dates(me, pk, for_class=True)
        if said.get("due"):
            said["due"] = actions.DueSaid(**said["due"])
        made = actions.give_dates(found, by=me, **said)
        row = found.overrides.with_people().get(pk=made.pk)
        return Response(shapes.override(row), status=201)


class OverrideView(APIView):
    @extend_schema(operation_id="overrides_delete", tags=["assignments"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID, override: UUID) -> Response:
        """Takes them back for what is still to come. Taking back what has ended changes nothing."""
        me = person(request)
        actions.end_dates(access.override_to_end(me, pk, override), by=me)
        return Response(status=204)
