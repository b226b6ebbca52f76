"""Corrections of what classes work with, through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, errata
from assignments.api import shapes
from assignments.api.params import CURSOR
from assignments.api.serializers import AcknowledgedOut, ClassErratumPageOut
from destalin_site.common.api import APIView, EmptyIn, paginate_list, read


class ClassErrataView(APIView):
    @extend_schema(operation_id="errata_class", tags=["errata"], parameters=CURSOR, responses=ClassErratumPageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Corrections of what this class was given, in the order in which they were announced; for its staff."""
        me = person(request)
        found = errata.of_classroom(access.classroom_to_grade_in(me, pk), me)
        page = paginate_list(sorted(found, key=_told_at), request, key=_told_at)
        return page.response([shapes.told(one) for one in page.rows])


def _told_at(one: errata.Told) -> tuple[str, ...]:
    return (one.correction.id,)  # ids grow with time


class AcknowledgementView(APIView):
    @extend_schema(operation_id="errata_acknowledge", tags=["errata"], request=EmptyIn, responses=AcknowledgedOut)
    def post(self, request: Request, pk: UUID, erratum: UUID) -> Response:
        """Says that the class's teacher has read the correction. A repeat changes nothing."""
        me = person(request)
        classroom = access.erratum_to_acknowledge(me, pk, erratum)
        read(EmptyIn, request)
        ack = actions.acknowledge_erratum(classroom, erratum, by=me)
        return Response({"by": ack.by_id, "at": ack.at})
