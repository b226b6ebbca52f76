"""Comments on words of a hand-in through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions
from assignments.api import shapes
from assignments.api.params import CURSOR, IF_MATCH
from assignments.api.serializers import CommentChangeIn, CommentIn, CommentOut, CommentPageOut
from assignments.models import Comment
from assignments.remarks import Place
from destalin_site.common.api import APIView, etag, paginate_list, read, required_version


class CommentsView(APIView):
    @extend_schema(operation_id="comments_list", tags=["grading"], parameters=CURSOR, responses=CommentPageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """To staff those of the draft marks, else those that were returned; to the student what was returned to her."""
        rows = sorted(access.comments_to_read(person(request), pk), key=_place)
        page = paginate_list(rows, request, key=_place)
        return page.response([shapes.comment(row) for row in page.rows])

    @extend_schema(operation_id="comments_create", tags=["grading"], request=CommentIn, responses={201: CommentOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """A comment on words of the hand-in that counts. Nobody but the staff sees it before the return."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(CommentIn, request)
        made = actions.add_comment(
            found,
            place=Place(said["question"], **said["anchor"]),
            body=said["body"],
            passage=said.get("passage"),
            key=said.get("id"),
            by=me,
        )
        address = reverse("api-comment", kwargs={"pk": pk, "key": made.key})
        return Response(
            shapes.comment(made), status=201, headers={"Location": address, "ETag": etag("n", made.version)}
        )


class CommentView(APIView):
    @extend_schema(
        operation_id="comments_change",
        tags=["grading"],
        parameters=[IF_MATCH],
        request=CommentChangeIn,
        responses=CommentOut,
    )
    def patch(self, request: Request, pk: UUID, key: UUID) -> Response:
        """Other words or another passage upon the version of If-Match. What was returned stays in sight as it was until
        the next return."""
        me = person(request)
        comment = access.comment_to_edit(me, pk, key)
        version = required_version(request, "n")
        said = read(CommentChangeIn, request)
        changed = actions.edit_comment(
            access.submission_to_grade(me, pk),
            key=key,
            body=said.get("body", comment.body),
            passage=said.get("passage", comment.passage),
            if_version=version,
            by=me,
        )
        return Response(shapes.comment(changed), headers={"ETag": etag("n", changed.version)})

    @extend_schema(
        operation_id="comments_delete", tags=["grading"], parameters=[IF_MATCH], responses={204: OpenApiResponse()}
    )
    def delete(self, request: Request, pk: UUID, key: UUID) -> Response:
        """Takes it out of the draft marks, upon the version of If-Match. Deleting the deleted changes nothing."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        actions.delete_comment(found, key=key, if_version=required_version(request, "n"), by=me)
        return Response(status=204)


def _place(row: Comment) -> tuple[str, ...]:
    return row.question, row.block, f"{row.start:010d}", str(row.key)
