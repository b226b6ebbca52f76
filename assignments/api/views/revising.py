"""Work that goes back to the student through REST: taken back, to be revised, kept. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions
from assignments.api import shapes
from assignments.api.serializers import RevisionIn, RevisionOut, SubmissionOut
from assignments.api.views.submissions import shown
from destalin_site.common.api import APIView, EmptyIn, read
from destalin_site.common.pages import NotFound


class WithdrawalView(APIView):
    @extend_schema(operation_id="attempts_withdraw", tags=["submissions"], request=EmptyIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """The student takes back what she handed in, before it is due and before anybody reads it. It is kept, and
        counts again at the close where the assignment says so and nothing was handed in since."""
        me = person(request)
        read(EmptyIn, request)
        actions.withdraw(access.submission_to_answer(me, pk), by=me)
        return shown(pk, me)


class KeepGradeView(APIView):
    @extend_schema(operation_id="revisions_keep_grade", tags=["submissions"], request=EmptyIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Ends a revision with the grade as it was, by the student or by staff. The draft is kept."""
        me = person(request)
        read(EmptyIn, request)
        actions.keep_grade(access.submission_to_end_revision_of(me, pk), by=me)
        return shown(pk, me)


class RevisionRequestView(APIView):
    @extend_schema(operation_id="revisions_read", tags=["grading"], responses=RevisionOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest revision that was asked for: what to do, and by when. For the student and for staff."""
        row = access.submission_to_read(person(request), pk).revisions_asked.select_related("by").last()
        if row is None:
            raise NotFound()
        return Response(shapes.revision(row))

    @extend_schema(operation_id="revisions_request", tags=["grading"], request=RevisionIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives the work back to be revised until a day of its own. Drafted marks come into the student's sight as they
        stand."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(RevisionIn, request)
        actions.request_revision(found, due=actions.DueSaid(**said["due"]), words=said.get("feedback", ""), by=me)
        return shown(pk, me)
