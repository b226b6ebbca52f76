"""What work is judged by, and marks that are brought along, through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, regrades
from assignments.api import rubric_shapes as shapes
from assignments.api.params import CURSOR, IF_MATCH
from assignments.api.rubric_shapes import (
    RegradeIn,
    RegradeOut,
    RegradePreviewOut,
    RegradeUndoIn,
    RubricEditionOut,
    RubricEditionPageOut,
    RubricIn,
)
from assignments.models import RubricEdition
from destalin_site.common.api import APIView, etag, paginate, read, required_version


class RubricView(APIView):
    @extend_schema(operation_id="rubrics_read", tags=["assignments"], responses=RubricEditionOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What work on an assignment is judged by now. For the staff of its class."""
        return _answer(regrades.newest_of(access.assignment_to_grade(person(request), pk)))

    @extend_schema(
        operation_id="rubrics_save",
        tags=["assignments"],
        parameters=[IF_MATCH],
        request=RubricIn,
        responses=RubricEditionOut,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Makes the next edition upon the one of If-Match; the same content makes none. Marks that were begun stay with
        theirs."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        upon = required_version(request, "r")
        body = read(RubricIn, request)
        made = actions.edit_rubric(found, title=body["title"], criteria=shapes.said(body), if_number=upon, by=me)
        return _answer(made)


def _answer(row: RubricEdition | None) -> Response:
    return Response(shapes.edition(row), headers={"ETag": etag("r", row.number if row else 0)})


class RubricEditionsView(APIView):
    @extend_schema(
        operation_id="rubrics_editions", tags=["assignments"], parameters=CURSOR, responses=RubricEditionPageOut
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Every edition of the rubric, newest first. For the staff of the class."""
        found = access.assignment_to_grade(person(request), pk)
        rows = RubricEdition.objects.filter(assignment=found).select_related("by")
        page = paginate(rows, request, order=("-number",))
        return page.response([shapes.edition(row) for row in page.rows])


class RegradeView(APIView):
    key_required = True

    @extend_schema(operation_id="regrades_preview", tags=["grading"], responses=RegradePreviewOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What the newest edition of the rubric would make of each grade that is not on it."""
        return Response(shapes.preview(regrades.preview(access.assignment_to_edit(person(request), pk))))

    @extend_schema(operation_id="regrades_apply", tags=["grading"], request=RegradeIn, responses={201: RegradeOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Does what the preview showed, or leaves all marks where they are. What a colleague is reading stays and keeps
        no other back; where anything changed since, nothing is done."""
        me = person(request)
        made = actions.regrade(access.assignment_to_edit(me, pk), **read(RegradeIn, request), by=me)
        return _regraded(made.pk, pk, request, status=201)


class RegradedView(APIView):
    @extend_schema(operation_id="regrades_read", tags=["grading"], responses=RegradeOut)
    def get(self, request: Request, pk: UUID, regrade: UUID) -> Response:
        """What was decided, and what became of each grade."""
        return _regraded(regrade, pk, request)


class RegradeUndoView(APIView):
    key_required = True

    @extend_schema(operation_id="regrades_undo", tags=["grading"], request=RegradeUndoIn, responses={201: RegradeOut})
    def post(self, request: Request, pk: UUID, regrade: UUID) -> Response:
        """Brings marks back to the edition that they came from, where nobody touched them since."""
        me = person(request)
        found = access.regrade_to_see(me, pk, regrade)
        made = actions.undo_regrade(found, **read(RegradeUndoIn, request), by=me)
        return _regraded(made.pk, pk, request, status=201)


def _regraded(regrade: UUID, assignment: UUID, request: Request, status: int = 200) -> Response:
    found = access.regrade_to_see(person(request), assignment, regrade)
    return Response(shapes.outcome(regrades.outcome(found, found.assignment.classroom.zone)), status=status)
