"""Reports through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, reports
from assignments.api import report_shapes
from assignments.api.report_shapes import AssignmentReportOut
from destalin_site.common import clock
from destalin_site.common.api import APIView


class AssignmentReportView(APIView):
    @extend_schema(operation_id="reports_assignment", tags=["reports"], responses=AssignmentReportOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """How an assignment went: scores, questions, rubric, who has not begun. For the staff of the class. Only grades
        that were returned count."""
        me = person(request)
        found = access.assignment_to_grade(me, pk)
        return Response(report_shapes.assignment(reports.assignment_report(found, viewer=me, now=clock.now())))
