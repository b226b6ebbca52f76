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
from assignments.api.serializers import ExcuseByNameOut, ExcuseIn, ExcuseOut, SubmissionOut
from assignments.api.views.submissions import shown
from assignments.lifecycle import State
from assignments.models import Event, Excuse, Submission
from destalin_site.common.api import APIView, read
from destalin_site.common.openapi import MAY_CONFLICT


def _excuse(found: Submission, request: Request) -> Submission:
    said = read(ExcuseIn, request)
    category = Excuse(said.get("category", Excuse.OTHER))
    return actions.excuse(found, category=category, reason=said["reason"], by=person(request))


def _excusing(found: Submission) -> Event:
    """By which the student is excused; raises Http404 while she is not."""
    event = found.events.excusing().first() if found.state == State.EXCUSED else None
    if event is None:
        raise Http404
    return event


class ExcuseView(APIView):
    @extend_schema(operation_id="excuses_read", tags=["grading"], responses=ExcuseOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Who excused the student, when and why; for staff. Absent while she is not excused."""
        found = access.submission_to_grade(person(request), pk)
        return Response(shapes.excuse(found, _excusing(found)))

    @extend_schema(operation_id="excuses_put", tags=["grading"], request=ExcuseIn, responses=SubmissionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """The student need not do this. What she wrote and what it was given is kept."""
        me = person(request)
        _excuse(access.submission_to_grade(me, pk), request)
        return shown(pk, me)

    @extend_schema(operation_id="excuses_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is to be done after all, and stands where it stood. Lifting what is lifted changes nothing."""
        me = person(request)
        actions.lift_excuse(access.submission_to_grade(me, pk), by=me)
        return Response(status=204)


class ExcuseByNameView(APIView):
    """Where names are hidden, and of a student who has handed in nothing. Whose work has come is told by number alone:
    409 then. Absent where names are shown, and each piece of work has an address of its own."""

    @extend_schema(
        operation_id="excuses_by_name_read", tags=["grading"], responses={200: ExcuseByNameOut, **MAY_CONFLICT}
    )
    def get(self, request: Request, pk: UUID, student: UUID) -> Response:
        """Who excused a student whose name is hidden beside work, and why; for staff. Absent while she is not
        excused."""
        found = access.submission_of_student(person(request), pk, student)
        return Response(shapes.excuse_by_name(found, _excusing(found)))

    @extend_schema(operation_id="excuses_by_name_put", tags=["grading"], request=ExcuseIn, responses=ExcuseByNameOut)
    def put(self, request: Request, pk: UUID, student: UUID) -> Response:
        """This student, who has handed in nothing while names are hidden, need not do it. 409 `names-hidden` once
        something is in."""
        done = _excuse(access.submission_of_student(person(request), pk, student), request)
        return Response(shapes.excuse_by_name(done, _excusing(done)))

    @extend_schema(operation_id="excuses_by_name_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID, student: UUID) -> Response:
        """It is to be done after all, and stands where it stood. Lifting what is lifted changes nothing."""
        me = person(request)
        actions.lift_excuse(access.submission_of_student(me, pk, student), by=me)
        return Response(status=204)
