"""What counts, through REST: which grade is the mark, and the marks of missing work. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, boards, marks_moving
from assignments.api import shapes
from assignments.api.params import IF_MATCH
from assignments.api.serializers import (
    CountsIn,
    CountsPreviewOut,
    FinalMarksIn,
    FinalMarksOut,
    PickIn,
    ReturnsIn,
    ReturnsOut,
    StandingGradesOut,
    SubmissionOut,
)
from assignments.api.views.submissions import shown
from assignments.models import Assignment, Grade
from destalin_site.common import clock
from destalin_site.common.api import APIView, etag, read, required_version
from destalin_site.common.errors import MalformedRequest


class CountsView(APIView):
    key_required = True

    @extend_schema(
        operation_id="counts_preview",
        tags=["grading"],
        parameters=[OpenApiParameter("counts", str, required=True, enum=Assignment.Counts.values)],
        responses=CountsPreviewOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Whose mark would move if this counted, from which grade to which."""
        found = access.assignment_to_edit(person(request), pk)
        counts = request.query_params.get("counts", "")
        if counts not in Assignment.Counts.values:
            raise MalformedRequest()
        return Response(shapes.counts_preview(marks_moving.preview(found, counts)))

    @extend_schema(operation_id="counts_change", tags=["grading"], request=CountsIn, responses=CountsPreviewOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Changes what counts, and with it just the marks that the preview showed. The way back is the same; 412 where
        other marks would move by now."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        made = actions.change_counts(found, by=me, **read(CountsIn, request))
        version = access.assignment_to_edit(me, pk).version
        return Response(shapes.counts_preview(made), headers={"ETag": etag("a", version)})


class PickView(APIView):
    @extend_schema(operation_id="picks_read", tags=["grading"], responses=StandingGradesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The grades that stand, one for each hand-in that was returned, and which of them is the mark."""
        found = access.submission_to_grade(person(request), pk)
        given = marks_moving.given_to([found]).get(found.pk, marks_moving.NOTHING)
        return Response(
            {
                "results": [shapes.given_grade(one) for one in given.standing],
                "counts": found.assignment.counts,
                "mark": found.mark_grade_id,
                "picked": found.picked_grade_id,
            }
        )

    @extend_schema(operation_id="picks_put", tags=["grading"], request=PickIn, responses=SubmissionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """Chooses which of them counts, where that is the teacher's to choose."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(PickIn, request)
        grade = Grade.objects.filter(submission=found, pk=said["grade"]).first() or Grade(pk=said["grade"])
        actions.pick_grade(found, grade=grade, reason=said["reason"], by=me)
        return shown(pk, me)

    @extend_schema(operation_id="picks_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """The latest counts again. Where nothing was chosen nothing changes."""
        me = person(request)
        actions.pick_grade(access.submission_to_grade(me, pk), grade=None, by=me)
        return Response(status=204)


class FinalMarksView(APIView):
    key_required = True
    by_rows = True  # what breaks at one piece of work takes no other back

    @extend_schema(operation_id="final_marks_list", tags=["grading"], responses=FinalMarksOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Whose work is missing and counts as something, by name: what is projected, and what was made final."""
        me = person(request)
        found = access.assignment_to_grade(me, pk)
        board = boards.assignment_board(found, viewer=me, now=clock.now())
        rows = [shapes.final_row(row) for row in board.missing_work]
        return Response({"results": rows, "next": None}, headers={"ETag": etag("a", found.version)})

    @extend_schema(
        operation_id="final_marks_make",
        tags=["grading"],
        parameters=[IF_MATCH],
        request=FinalMarksIn,
        responses=ReturnsOut,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Makes what is projected for each of these final, by id (while names are hidden: by that of the student); what
        is not missing any more keeps no other back."""
        me = person(request)
        found = access.assignment_to_grade(me, pk)
        version = required_version(request, "a")
        outcomes = actions.make_final_many(found, if_version=version, by=me, **read(FinalMarksIn, request))
        return Response({"results": [shapes.outcome(outcome, request) for outcome in outcomes]})


class FinalMarksUndoneView(APIView):
    key_required = True
    by_rows = True  # what breaks at one piece of work takes no other back

    @extend_schema(operation_id="final_marks_undo", tags=["grading"], request=ReturnsIn, responses=ReturnsOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Takes the final mark of each of these back, by the same ids. Where there is none nothing changes."""
        me = person(request)
        found = access.assignment_to_grade(me, pk)
        outcomes = actions.undo_final_many(found, by=me, **read(ReturnsIn, request))
        return Response({"results": [shapes.outcome(outcome, request) for outcome in outcomes]})
