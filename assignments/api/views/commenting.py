"""Comments on a hand-in through REST. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from assignments import access, actions, remarks
from assignments.api import shapes
from assignments.api.params import CURSOR, IF_MATCH, number
from assignments.api.serializers import (
    CommentChangeIn,
    CommentIn,
    CommentOut,
    CommentPageOut,
    ReplyIn,
    ReplyOut,
    TemplateChangeIn,
    TemplateIn,
    TemplateOut,
    TemplatePageOut,
)
from assignments.models import Comment
from assignments.remarks import Place
from destalin_site.common.api import APIView, etag, paginate_list, read, required_version


def _said_of(said: dict[str, Any]) -> Place:
    question, anchor = said["question"] or "", said["anchor"]
    return Place(question, **anchor) if anchor else Place.whole(question)


class CommentsView(APIView):
    @extend_schema(
        operation_id="comments_list",
        tags=["grading"],
        parameters=[*CURSOR, OpenApiParameter("attempt", int, description="Those on this hand-in.")],
        responses=CommentPageOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """To staff those of the draft marks, else those that were returned; to the student what was returned to her.
        With `attempt`, those on that hand-in."""
        me = person(request)
        rows = sorted(access.comments_to_read(me, pk, number(request, "attempt")), key=_place)
        said = access.replies_to_read(me, pk)
        nameless = access.is_nameless_to(me, access.submission_to_read_or_write(me, pk))
        page = paginate_list(rows, request, key=_place)
        return page.response([shapes.comment(row, said.get(row.key), nameless=nameless) for row in page.rows])

    @extend_schema(operation_id="comments_create", tags=["grading"], request=CommentIn, responses={201: CommentOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """A comment on words of the hand-in that counts, or on the whole of it. Nobody but the staff sees it before the
        return."""
        me = person(request)
        found = access.submission_to_grade(me, pk)
        said = read(CommentIn, request)
        template = said.get("template")
        made = actions.add_comment(
            found,
            place=_said_of(said),
            body=said["body"],
            passage=said.get("passage"),
            key=said.get("id"),
            template=access.template_to_use(me, template) if template else None,
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


class ReplyView(APIView):
    @extend_schema(
        operation_id="comment_replies_put",
        tags=["submissions"],
        parameters=[IF_MATCH],
        request=ReplyIn,
        responses=ReplyOut,
    )
    def put(self, request: Request, pk: UUID, key: UUID) -> Response:
        """What a student did about a comment, upon the version of If-Match ("p0" for the first). It goes along with her
        next hand-in; none is needed to hand in."""
        me = person(request)
        comment = access.comment_to_answer(me, pk, key)
        version = required_version(request, "p")
        found = access.submission_to_answer(me, pk)
        kept = actions.reply(found, comment=comment, if_version=version, by=me, **read(ReplyIn, request))
        return Response(shapes.reply(kept), headers={"ETag": etag("p", kept.version)})


class TemplatesView(APIView):
    @extend_schema(
        operation_id="comment_templates_list",
        tags=["grading"],
        parameters=[*CURSOR, OpenApiParameter("q", str, description="Words that they say.")],
        responses=TemplatePageOut,
    )
    def get(self, request: Request) -> Response:
        """Your comment bank, by id."""
        rows = access.bank_of(person(request)).order_by("id")
        # In memory, since a database does not fold the case of every script; a bank has its bound.
        found = [row for row in rows if remarks.says(row.body, request.GET.get("q", "")[:100])]
        page = paginate_list(found, request, key=lambda row: (str(row.pk),))
        return page.response([shapes.template(row) for row in page.rows])

    @extend_schema(
        operation_id="comment_templates_create", tags=["grading"], request=TemplateIn, responses={201: TemplateOut}
    )
    def post(self, request: Request) -> Response:
        """Puts a comment into your bank. What is in it already stays one."""
        me = person(request)
        access.bank_of(me)
        said = read(TemplateIn, request)
        made = actions.save_template(
            body=said["body"],
            passage=said.get("passage"),
            edition=access.edition_to_point_into(me, said.get("edition")),
            by=me,
        )
        headers = {
            "Location": reverse("api-comment-template", kwargs={"pk": made.pk}),
            "ETag": etag("t", made.version),
        }
        return Response(shapes.template(made), status=201, headers=headers)


class TemplateView(APIView):
    @extend_schema(
        operation_id="comment_templates_change",
        tags=["grading"],
        parameters=[IF_MATCH],
        request=TemplateChangeIn,
        responses=TemplateOut,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Other words upon the version of If-Match. Comments that were made of it stay as they are."""
        me = person(request)
        row = access.template_to_use(me, pk)
        version = required_version(request, "t")
        said = read(TemplateChangeIn, request)
        changed = actions.edit_template(
            row,
            body=said.get("body", row.body),
            passage=said.get("passage", row.passage),
            edition=access.edition_to_point_into(me, said["edition"]) if "edition" in said else row.edition_id,
            if_version=version,
        )
        return Response(shapes.template(changed), headers={"ETag": etag("t", changed.version)})

    @extend_schema(operation_id="comment_templates_delete", tags=["grading"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Takes it out of the bank; comments that were made of it stay. Deleting the deleted changes nothing."""
        row = access.bank_of(person(request)).filter(pk=pk).first()
        if row is not None:
            actions.delete_template(row)
        return Response(status=204)


def _place(row: Comment) -> tuple[str, ...]:
    return row.question, row.block, f"{row.start:010d}", str(row.key)
