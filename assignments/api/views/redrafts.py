"""What a student made of her work between two hand-ins, through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, readings
from assignments.api import params, redraft_shapes
from assignments.judging import since
from assignments.models import Grade
from destalin_site.common.api import APIView


class AttemptChangesView(APIView):
    @extend_schema(
        operation_id="attempts_changes",
        tags=["submissions"],
        parameters=[
            OpenApiParameter(
                "since",
                int,
                description="The earlier hand-in; else the one that was returned last before this one, else the one "
                "before.",
            )
        ],
        responses=redraft_shapes.AttemptChangesOut,
    )
    def get(self, request: Request, pk: UUID, number: int) -> Response:
        """What is different in a hand-in from an earlier one, question by question and word by word, and what became of
        the words that comments were about. For whoever may read both, with the comments that she may read."""
        me = person(request)
        shown = access.attempt_to_read(me, pk, number)
        work, earlier = shown.submission, params.number(request, "since")
        found = since.compared(
            shown,
            attempts=list(work.attempts.defer("body_json")),
            grades=list(Grade.objects.filter(submission=work).visible_to(me).latest_first()),
            document=readings.document(shown.edition_id),
            questions=readings.questions(work.assignment.in_edition(shown.edition_id)),
            number=earlier,
        )
        if found is None and earlier is not None:
            raise Http404
        return Response(redraft_shapes.changes(shown, found, nameless=access.is_nameless_to(me, work)))
