"""Judging work through REST: claim, marks, return, boards. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, grade_log
from assignments.api import shapes
from assignments.api.params import CURSOR, IF_MATCH
from assignments.api.serializers import (
    ClaimIn,
    ClaimOut,
    GradeIn,
    GradeLogPageOut,
    GradeOut,
    GradesOut,
    RecallIn,
    RecallsIn,
    ReturnIn,
    ReturnsManyIn,
    ReturnsManyOut,
    ReturnsOut,
    SubmissionOut,
)
from assignments.api.views.submissions import shown
from assignments.models import Grade, Submission
from destalin_site.common.api import APIView, etag, paginate_list, read, required_version, unchanged


class ClaimView(APIView):
    @extend_schema(operation_id="claims_put", tags=["grading"], request=ClaimIn, responses=ClaimOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """Begins grading, or keeps at it: a lease of half an hour."""
        me = person(request)
        claimed = actions.claim(access.submission_to_grade(me, pk), by=me, **read(ClaimIn, request))
        return Response(shapes.claim(claimed), headers={"ETag": etag("w", claimed.version)})

    @extend_schema(operation_id="claims_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Ends the lease; marks are kept. Ending what has ended changes nothing."""
        me = person(request)
        actions.release(access.submission_to_grade(me, pk), by=me)
        return Response(status=204)


class GradeView(APIView):
    @extend_schema(operation_id="grades_read", tags=["grading"], responses={200: GradeOut, 304: OpenApiResponse()})
    def get(self, request: Request, pk: UUID) -> Response:
        """To staff the draft, else the returned grade; to the student the returned one and nothing before."""
        me = person(request)
        found = access.submission_to_read(me, pk)
        row = Grade.objects.filter(submission=found).before(me)
        if row is not None and row.seen_at is None and row.status == Grade.Status.RETURNED:
            actions.note_seen(found, by=me)
        tag = etag("g", _version(found, row, me))
        if unchanged(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(shapes.grade(row), headers={"ETag": tag})

    @extend_schema(
        operation_id="grades_save",
        tags=["grading"],
        parameters=[IF_MATCH],
        request=GradeIn,
        responses=GradeOut,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Saves marks upon the version of If-Match. Nobody but the staff sees them before the return."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        version = required_version(request, "g")
        body = read(GradeIn, request)
        saved = actions.save_marks(
            found,
            questions=body.get("questions", []),
            criteria=body.get("criteria", []),
            feedback=body.get("feedback", ""),
            score=body.get("score"),
            rubric=body.get("rubric"),
            if_version=version,
            by=me,
        )
        return Response(shapes.grade(saved), headers={"ETag": etag("g", saved.version)})


class GradesView(APIView):
    @extend_schema(operation_id="grades_list", tags=["grading"], responses=GradesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What was returned and stands, one for each hand-in, in their order, and which of them is the mark. To the
        student and to staff alike: nothing of a draft, nor of what was taken back."""
        me = person(request)
        found = access.submission_to_read(me, pk)
        rows = access.grades_returned(me, found)
        results = [shapes.returned_grade(row, counts=row.pk == found.mark_grade_id) for row in rows]
        return Response({"results": results})


def _version(found: Submission, row: Grade | None, viewer: Any) -> int:
    """The version that marks are saved upon: to staff also of a draft that a hand-in set aside."""
    if found.student_id == viewer.pk or (row is not None and row.status == Grade.Status.DRAFT):
        return row.version if row else 0
    return found.grades.newest_version()


class ReturnView(APIView):
    @extend_schema(operation_id="grades_return", tags=["grading"], request=ReturnIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Shows the student her grade."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        actions.return_grade(found, by=me, **read(ReturnIn, request))
        return shown(pk, me)


class RecallView(APIView):
    @extend_schema(operation_id="grades_recall", tags=["grading"], request=RecallIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Takes a returned grade back into a draft."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        actions.recall(found, reason=read(RecallIn, request)["reason"], by=me)
        return shown(pk, me)


class GradeLogView(APIView):
    @extend_schema(operation_id="grades_log", tags=["grading"], parameters=CURSOR, responses=GradeLogPageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Who gave which marks, when, what they were before, and why. A student finds what was returned to her and what
        was taken back; staff find the drafts too."""
        me = person(request)
        page = paginate_list(grade_log.of(access.submission_to_read(me, pk), viewer=me), request, key=_place)
        return page.response([shapes.log_entry(row) for row in page.rows])


def _place(row: grade_log.Entry) -> tuple[str, ...]:
    return (f"{row.seq:010d}",)


class ReturnsView(APIView):
    key_required = True
    by_rows = True  # what breaks at one piece of work takes no other back

    @extend_schema(operation_id="grades_return_many", tags=["grading"], request=ReturnsManyIn, responses=ReturnsManyOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Returns each of these, by id; what cannot be returned keeps nobody else waiting. A dry run says beforehand
        who would have it back with which score, and who would not and why."""
        me = person(request)
        assignment = access.assignment_to_grade(me, pk)
        said = read(ReturnsManyIn, request)
        dry_run = said.pop("dry_run", False)
        act = actions.rehearse_returns if dry_run else actions.return_many
        outcomes = act(assignment, by=me, **said)
        whose = access.whose_work(me, assignment, said["submissions"])
        results = [shapes.returned(outcome, whose.get(outcome.submission), request) for outcome in outcomes]
        return Response({"dry_run": dry_run, "results": results})


class RecallsView(APIView):
    key_required = True
    by_rows = True  # what breaks at one piece of work takes no other back

    @extend_schema(operation_id="grades_recall_many", tags=["grading"], request=RecallsIn, responses=ReturnsOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Takes the return of each of these back, by id; what cannot be taken back keeps nobody else waiting."""
        me = person(request)
        assignment = access.assignment_to_grade(me, pk)
        outcomes = actions.recall_many(assignment, by=me, **read(RecallsIn, request))
        return Response({"results": [shapes.outcome(outcome, request) for outcome in outcomes]})
