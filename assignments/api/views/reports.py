"""Reports through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, reports
from assignments.api import report_shapes
from assignments.api.report_shapes import AboutMeOut, AssignmentReportOut, ClassSkillsOut, StudentReportOut
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


class StudentReportView(APIView):
    @extend_schema(operation_id="reports_student", tags=["reports"], responses=StudentReportOut)
    def get(self, request: Request, pk: UUID, student: UUID) -> Response:
        """One student in this class over the term: for its staff, and for herself. Both get the same, but that she is
        led to her work also where names are hidden."""
        me = person(request)
        member = access.student_to_report(me, pk, student)
        report = reports.student_report(member, own=member.user_id == me.pk, now=clock.now())
        return Response(report_shapes.student(report))


class AboutMeView(APIView):
    @extend_schema(operation_id="reports_about_me", tags=["reports"], responses=AboutMeOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What the staff of this class see about the caller, with what each figure is for and how long it is kept."""
        member = access.place_as_student(person(request), pk)
        return Response(report_shapes.about_me(reports.student_report(member, own=True, now=clock.now())))


class ClassSkillsView(APIView):
    @extend_schema(operation_id="reports_class_skills", tags=["reports"], responses=ClassSkillsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Skills over time, of the returned work of the whole class. For its staff."""
        found = access.classroom_to_grade_in(person(request), pk)
        return Response(report_shapes.class_skills(reports.class_skills(found)))
