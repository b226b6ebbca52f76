"""One comment for many through REST. The contract is docs/api.md."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from accounts.models import User
from assignments import access, actions
from assignments.api import shapes
from assignments.api.params import CURSOR
from assignments.api.serializers import (
    SharedCommentIn,
    SharedCommentOut,
    SharedCommentPageOut,
    SharingOut,
    TakenBackOut,
)
from assignments.words import problem
from destalin_site.common.api import APIView, paginate_list, read
from destalin_site.common.errors import ValidationFailed


class SharedCommentsView(APIView):
    key_required = True

    @extend_schema(
        operation_id="shared_comments_list", tags=["grading"], parameters=CURSOR, responses=SharedCommentPageOut
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What was said to many on this assignment, by id; for the staff of the class."""
        me = person(request)
        rows = access.comments_shared(me, access.assignment_to_grade(me, pk))
        page = paginate_list(sorted(rows, key=lambda row: str(row.pk)), request, key=lambda row: (str(row.pk),))
        return page.response([shapes.shared_comment(row) for row in page.rows])

    @extend_schema(
        operation_id="shared_comments_create", tags=["grading"], request=SharedCommentIn, responses=SharingOut
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Says the same to many, on the whole of what each handed in. A dry run says who gets it and who cannot; with
        its `preview` exactly that is done, and 412 where it is not so any more. It becomes a part of draft marks."""
        me = User.objects.get(pk=person(request).pk)
        assignment = access.assignment_to_grade(me, pk)
        said = read(SharedCommentIn, request)
        wanted = actions.Said(said["body"], said["question"] or "", said.get("passage"))
        if said["dry_run"]:
            done = actions.rehearse_comment(assignment, wanted, submissions=said["submissions"], by=me)
        elif "preview" not in said:
            raise ValidationFailed(errors=[problem("/preview", "missing")])
        else:
            template = said.get("template")
            done = actions.share_comment(
                assignment,
                wanted,
                submissions=said["submissions"],
                preview=said["preview"],
                key=said.get("id"),
                template=access.template_to_use(me, template) if template else None,
                by=me,
            )
        return Response(
            {
                "id": None if said["dry_run"] or done.shared is None else done.shared.pk,
                "dry_run": said["dry_run"],
                "preview": done.tag,
                "results": [shapes.shared_row(row) for row in done.rows],
            }
        )


class SharedCommentView(APIView):
    @extend_schema(operation_id="shared_comments_read", tags=["grading"], responses=SharedCommentOut)
    def get(self, request: Request, pk: UUID, shared: UUID) -> Response:
        """What was said, and what became of each when it was."""
        return Response(shapes.shared_comment(access.shared_comment_to_read(person(request), pk, shared)))

    @extend_schema(operation_id="shared_comments_take_back", tags=["grading"], responses={200: TakenBackOut})
    def delete(self, request: Request, pk: UUID, shared: UUID) -> Response:
        """Takes it out of every draft in which nobody changed it since, and says where it stays and why. Once more, it
        changes nothing more."""
        me = User.objects.get(pk=person(request).pk)
        back = actions.take_back_comment(access.shared_comment_to_read(me, pk, shared), by=me)
        return Response({"gone": list(back.gone), "stays": [shapes.shared_row(row) for row in back.stays]})
