"""Files through REST: marks and answers as CSV, a class as JSON. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import reauthentication
from accounts.api.authentication import person, signed_in, token_of
from accounts.models import User
from assignments import access, actions, exports
from assignments.api import marks_import
from assignments.api.export_shapes import ClassExportOut, OwnWorkOut
from assignments.api.marks_import import ClassImportIn, ClassImportOut, MarksImportIn, MarksImportOut
from assignments.exports import compared
from destalin_site.common import clock
from destalin_site.common.api import APIView, PlainView, read
from destalin_site.common.errors import Forbidden, MalformedRequest
from destalin_site.common.json import StrictJSONParser

_CSV: Final = {(200, "text/csv"): OpenApiTypes.STR}


def _taker(request: HttpRequest) -> User:
    """Who asks, with her columns: the note of who took a file names her."""
    found = signed_in(request)
    return User.objects.get(pk=found.pk)


def _known(request: HttpRequest) -> None:
    """Raises Forbidden where a browser's session asks whose person has not said lately who she is. A device has a
    token of its own, which can be revoked."""
    if token_of(request.headers.get("Authorization", "")) is None and reauthentication.is_due(request):
        raise Forbidden(_("Say once more who you are, and ask again."), needed_right="reauthentication")


def _content(request: HttpRequest, *known: str) -> str:
    """Which of `known` is asked for, the first when nothing is said."""
    found = request.GET.get("content", known[0])
    if found not in known:
        raise MalformedRequest(_("content is one of: %(known)s.") % {"known": ", ".join(known)})
    return found


class OwnWorkView(PlainView):
    @extend_schema(
        operation_id="exports_own_work",
        tags=["exports"],
        parameters=[OpenApiParameter("content", str, enum=["document", "folder"])],
        responses={(200, "application/json"): OwnWorkOut, (200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        """All work of one's own, of every class that one is or was in, removed work too: as one document, or as a zip
        of pages to read with the document in it. Nothing of a draft of marks, and nothing of anybody else."""
        me, content = _taker(request), _content(request, "document", "folder")
        make = exports.own_document if content == "document" else exports.own_folder
        return make(by=me, now=clock.now()).response()


class ClassExportView(PlainView):
    @extend_schema(
        operation_id="exports_class",
        tags=["exports"],
        parameters=[OpenApiParameter("content", str, enum=["everything", "board"])],
        responses={(200, "application/json"): ClassExportOut, **_CSV},
    )
    def get(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        """The work of a class: everything as JSON for its owner and teachers, or the board as CSV for its staff."""
        me, content = _taker(request), _content(request, "everything", "board")
        whole = content == "everything"
        classroom = access.classroom_to_assign_in(me, pk) if whole else access.classroom_to_grade_in(me, pk)
        _known(request)
        make = exports.everything if whole else exports.board
        return make(classroom, by=me, now=clock.now()).response()


class DocumentParser(StrictJSONParser):
    """A class with all that was written in it is larger than other bodies."""

    limit = compared.MOST_BYTES


class ClassImportView(APIView):
    key_required = True
    by_rows = True  # what breaks at one row takes no other back
    parser_classes = (DocumentParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Asks who may send such a document before it is read."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            access.classroom_to_assign_in(person(request), kwargs["pk"])

    @extend_schema(operation_id="imports_class", tags=["exports"], request=ClassImportIn, responses=ClassImportOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Reads the document of a class back: how each of its lists compares with what is here, and what was changed in
        `marks` as draft marks. Nothing else of it is ever written. With `dry_run` nothing is."""
        me = User.objects.get(pk=person(request).pk)
        classroom = access.classroom_to_assign_in(me, pk)
        body = read(ClassImportIn, request)
        document = actions.read_class(classroom, body["document"], pointer="/document")
        act = actions.rehearse_class if body["dry_run"] else actions.import_class
        found = act(classroom, document, by=me)
        return Response({"dry_run": body["dry_run"], **marks_import.shape_of_class(found, request)})


class AssignmentMarksView(PlainView):
    key_required = True
    by_rows = True  # what breaks at one row takes no other back

    @extend_schema(
        operation_id="exports_marks",
        tags=["exports"],
        parameters=[OpenApiParameter("content", str, enum=["marks", "answers", "feedback"])],
        responses={**_CSV, (200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        """The marks of an assignment as CSV, or every answer with its citations, or as a zip a page to print for each
        student whose work came back; for the staff of the class."""
        me, content = _taker(request), _content(request, "marks", "answers", "feedback")
        assignment = access.assignment_to_grade(me, pk)
        _known(request)
        make = {"marks": exports.marks, "answers": exports.answers, "feedback": exports.feedback}[content]
        return make(assignment, by=me, now=clock.now()).response()

    @extend_schema(operation_id="marks_import", tags=["exports"], request=MarksImportIn, responses=MarksImportOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Reads a file of marks back: what was changed in it becomes draft marks, row by row, and nothing is returned
        to anybody. With `dry_run` the answer says what would be done, and nothing is."""
        me = User.objects.get(pk=person(request).pk)
        assignment = access.assignment_to_grade(me, pk)
        body = read(MarksImportIn, request)
        lines = actions.read_marks(assignment, body["csv"], pointer="/csv")
        act = actions.rehearse_marks if body["dry_run"] else actions.import_marks
        return Response({"dry_run": body["dry_run"], **marks_import.shape(act(assignment, lines, by=me), request)})
