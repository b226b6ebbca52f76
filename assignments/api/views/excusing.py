"""Excusing a student through REST, and lifting that. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions
from assignments.api import shapes
from assignments.api.serializers import ExcuseIn, ExcuseOut, SubmissionOut
from assignments.api.views.submissions import shown
from assignments.lifecycle import State
from assignments.models import Excuse
from destalin_site.common.api import APIView, read


class ExcuseView(APIView):
    @extend_schema(operation_id="excuses_read", tags=["grading"], responses=ExcuseOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Who excused the student, when and why; for staff. Absent while she is not excused."""
        found = access.submission_to_grade(person(request), pk)
        event = found.events.excusing().first() if found.state == State.EXCUSED else None
        if event is None:
            raise Http404
        return Response(shapes.excuse(found, event))

    @extend_schema(operation_id="excuses_put", tags=["grading"], request=ExcuseIn, responses=SubmissionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """The student need not do this. What she wrote and what it was given is kept."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(ExcuseIn, request)
        category = Excuse(said.get("category", Excuse.OTHER))
        actions.excuse(found, category=category, reason=said["reason"], by=me)
        return shown(pk, me)

    @extend_schema(operation_id="excuses_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is to be done after all, and stands where it stood. Lifting what is lifted changes nothing."""
        me = person(request)
        actions.lift_excuse(access.submission_to_grade(me, pk), by=me)
        return Response(status=204)
