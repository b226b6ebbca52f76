"""Boards through REST. The contract is docs/api.md."""

from __future__ import annotations

import hashlib
from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person, signed_in
from assignments import access, boards, readings
from assignments.api.params import CURSOR
from assignments.api.serializers import AnswerPageOut, AssignmentBoardOut, ClassBoardOut, ClassTotalsOut, PassagePageOut
from assignments.models import AnswerPart
from assignments.wire import counts_as
from destalin_site.common import clock
from destalin_site.common.api import APIView, PlainView, paginate, paginate_list
from destalin_site.common.errors import MalformedRequest


def board_answer(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """The board, or a 304 to whoever holds this very one: a class is polled while it works."""
    raw = orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z)
    tag = f'W/"{hashlib.sha256(raw).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(raw, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


BOARD_RESPONSES = {304: OpenApiResponse(description="The caller has this board.")}


class ClassBoardView(PlainView):
    @extend_schema(operation_id="boards_class", tags=["boards"], responses={200: ClassBoardOut, **BOARD_RESPONSES})
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Students against assignments, compact; for the staff of the class."""
        students = access.students_of_class_to_grade(signed_in(request), pk)
        return board_answer(request, boards.compact_board(pk, students=students, now=clock.now()))


class ClassTotalsView(PlainView):
    @extend_schema(operation_id="boards_totals", tags=["boards"], responses={200: ClassTotalsOut, **BOARD_RESPONSES})
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How much work of each assignment stands where, and of all; for the staff of the class. The numbers
        that the boards have, for a fraction of what those cost."""
        me = signed_in(request)
        access.class_to_count(me, pk)
        return board_answer(request, boards.class_totals(pk, viewer=me.pk, now=clock.now()))


class AssignmentPassagesView(APIView):
    @extend_schema(operation_id="passages_list", tags=["boards"], parameters=CURSOR, responses=PassagePageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Every passage of the edition, and every source as a whole, in the order of reading, with how many students
        cite it in the hand-in that counts; for the staff of the class. `GET /submissions?cites=` tells whose."""
        assignment = access.assignment_to_grade(person(request), pk)
        used = boards.usage(assignment)
        rows = list(enumerate(boards.targets(readings.document(assignment.edition_id))))
        page = paginate_list(rows, request, key=lambda row: (f"{row[0]:06d}",))
        return page.response(
            [
                {
                    "id": found.id,
                    "kind": "source" if found.is_source else "passage",
                    "name": found.name,
                    "cited_by": len(used.citing(found)),
                    "not_cited_by": len(used.not_citing(found)),
                }
                for _place, found in page.rows
            ]
        )


_ASKED: Final = ("question", "option", "row", "column", "kind", "contains")


class AssignmentAnswersView(APIView):
    @extend_schema(
        operation_id="answers_list",
        tags=["boards"],
        parameters=[
            OpenApiParameter("question", str, description="The id of a question."),
            OpenApiParameter("option", str, description="The id of an option: who chose it."),
            OpenApiParameter("row", str, description="The id of a row of a table."),
            OpenApiParameter("column", str, description="The id of a column of a table."),
            OpenApiParameter("kind", str, enum=list(AnswerPart.Kind.values)),
            OpenApiParameter(
                "contains", str, description="Words in paragraphs, claims and cells, up to 100 characters."
            ),
            *CURSOR,
        ],
        responses=AnswerPageOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What was written and chosen in the hand-ins that count, part by part; for the staff of the class. While names
        are hidden rows come by number."""
        me = person(request)
        assignment = access.assignment_to_grade(me, pk)
        asked = {name: request.query_params.get(name, "") for name in _ASKED}
        if asked["kind"] and asked["kind"] not in AnswerPart.Kind.values:
            raise MalformedRequest(_("There is no such kind."))
        if len(asked["contains"]) > boards.LONGEST:
            raise MalformedRequest(_("contains has at most 100 characters."))
        parts = boards.answer_parts(assignment, viewer=me, **asked)
        page = paginate(parts, request, order=boards.ORDER, text="text")
        return page.response(
            [
                {
                    "submission": part.attempt.submission_id,
                    **boards.whose(part).as_json(),
                    "attempt": part.attempt.number,
                    "place": part.place,
                    "question": part.question,
                    "kind": part.kind,
                    "option": part.option or None,
                    "text": part.text or None,
                    "row": part.row or None,
                    "column": part.column or None,
                }
                for part in page.rows
            ]
        )


class AssignmentBoardView(PlainView):
    @extend_schema(
        operation_id="boards_assignment", tags=["boards"], responses={200: AssignmentBoardOut, **BOARD_RESPONSES}
    )
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One row a student; for the staff of the class."""
        me = signed_in(request)
        board = boards.assignment_board(access.assignment_to_grade(me, pk), viewer=me, now=clock.now())
        rows = [
            {
                "student": {"id": row.student, "name": row.name} if row.student else None,
                "alias": None if row.student else row.name,
                "submission": row.submission,
                "state": row.state.value,
                "badges": list(row.badge_codes),
                "opened": row.opened,
                "attempts": row.attempts,
                "score": None if row.score_value is None else f"{row.score_value:.2f}",
                "missing": counts_as(row.counted_missing),
            }
            for row in board.rows
        ]
        expected = [
            {"id": one.student, "name": one.name, "missing": one.missing, "excused": one.excused}
            for one in board.expected
        ]
        said = {"columns": COLUMNS, "rows": rows, "totals": dict(board.totals)}
        return board_answer(request, {**said, "names_hidden": board.names_hidden, "expected": expected})


COLUMNS = ["student", "alias", "submission", "state", "badges", "opened", "attempts", "score", "missing"]
