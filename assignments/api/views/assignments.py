"""What is assigned, through REST. The contract is docs/api.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person, signed_in
from accounts.models import Classroom, User
from assignments import access, actions, boards
from assignments.actions.assigning import DueSaid
from assignments.api import shapes
from assignments.api.params import CURSOR, IF_MATCH, identifier
from assignments.api.serializers import (
    AssignmentChangedOut,
    AssignmentChangeIn,
    AssignmentIn,
    AssignmentOut,
    AssignmentPageOut,
    NamesIn,
)
from assignments.api.shapes import Given
from assignments.models import Assignment, AudienceMember, RubricEdition, Submission
from assignments.querysets import AssignmentQuerySet
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.api import APIView, EmptyIn, PlainView, etag, flag, paginate, read, required_version
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.prepared import Prepared
from destalin_site.common.rehearsing import rehearsal
from lessons.models import Edition


def _rows(rows: AssignmentQuerySet) -> QuerySet[Assignment, Any]:
    return rows.values_list(*Given._fields, named=True)


ORDER = ["created_at", "id"]


@lru_cache(maxsize=16)
def _first_page(limit: int) -> Prepared:
    return Prepared(
        lambda me: _rows(Assignment.objects.visible_to(User(pk=me)).order_by(*ORDER))[:limit],
        me=UUID,
    )


def _first(viewer: User, limit: int) -> list[Given]:
    return [Given._make(row) for row in _first_page(limit).rows(me=viewer.pk)]


def _given(rows: Sequence[Any]) -> list[Given]:
    return [row if isinstance(row, Given) else Given._make(row) for row in rows]


_TAUGHT = Prepared(lambda me: Classroom.objects.taught_by(User(pk=me)).values_list("pk"), me=UUID)


def _shown(rows: Sequence[Given], viewer: User) -> list[dict[str, Any]]:
    """These as `viewer` may see them. Two queries to a student, three where a class of hers was brought to another
    edition, and four at most to staff, however many they are."""
    now = clock.now()
    taught = {pk for (pk,) in _TAUGHT.rows(me=viewer.pk)}
    if not taught:
        return [shapes.assignment(row, staff=False, now=now) for row in _as_read(rows, taught, viewer)]
    named: dict[UUID, list[UUID]] = defaultdict(list)
    mine = [row.id for row in rows if row.classroom_id in taught and row.audience == Assignment.Audience.NAMED]
    if mine:
        members = AudienceMember.objects.filter(assignment__in=mine).order_by("id")
        for assignment_id, student_id in members.values_list("assignment", "student"):
            named[assignment_id].append(student_id)
    rows = _as_read(rows, taught, viewer)
    staffed = [row.id for row in rows if row.classroom_id in taught]
    judged: dict[UUID, RubricEdition] = {}
    if staffed:
        # The newest of each comes last.
        editions = RubricEdition.objects.filter(assignment__in=staffed).order_by("number")
        judged = {edition.assignment_id: edition for edition in editions}
    return [
        shapes.assignment(
            row,
            staff=row.classroom_id in taught,
            now=now,
            audience=named[row.id] if row.audience == Assignment.Audience.NAMED else None,
            rubric=judged.get(row.id),
        )
        for row in rows
    ]


def _shown_deleted(rows: Sequence[Given], viewer: User) -> list[dict[str, Any]]:
    """The same of what was deleted, with when and by whom; a query more."""
    known = boards.deletions({row.id: row.deleted_at for row in rows if row.deleted_at})
    return [{**shown, "deleted": shapes.deletion(known[shown["id"]])} for shown in _shown(rows, viewer)]


def _as_read(rows: Sequence[Given], taught: set[UUID], viewer: User) -> Sequence[Given]:
    """Each in the edition that a student reads. A query where a class was brought to another one."""
    upgraded = [row.id for row in rows if row.upgraded_at is not None and row.classroom_id not in taught]
    if not upgraded:
        return rows
    mine = Submission.objects.own(viewer).filter(assignment__in=upgraded)
    read: dict[UUID, dict[str, Any]] = {
        pk: {"edition_id": edition, "edition__number": number}
        for pk, edition, number in mine.values_list("assignment", "edition", "edition__number")
    }
    return [row._replace(**read.get(row.id, {})) for row in rows]


def _answer(row: Assignment, viewer: User, status: int = 200) -> Response:
    headers = {"ETag": etag("a", row.version)}
    if status == 201:
        headers["Location"] = reverse("api-assignment", kwargs={"pk": row.pk})
    return Response(_shown([Given.of(row)], viewer)[0], status=status, headers=headers)


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """The body in the words of the actions."""
    said = dict(body)
    if said.get("due"):
        said["due"] = DueSaid(**said["due"])
    if "attempts" in said:
        said["attempts_limit"] = said.pop("attempts")
    if "withdrawals" in said:
        said["withdrawals_limit"] = said.pop("withdrawals")
    if "late_policy" in said:
        policy = said.pop("late_policy")
        said["late_percent"] = policy["percent"] if policy else None
        if policy:
            said["late_every_seconds"] = Assignment.Every[policy["every"].upper()].value
            said["late_floor_percent"] = policy["floor_percent"]
    return said


def _left_behind(found: Assignment, changes: dict[str, Any]) -> boards.LeftBehind:
    if "due" not in changes:
        return boards.LeftBehind()
    due = changes["due"]
    return boards.left_behind(found, actions.resolved(due) if due else None, changes)


class AssignmentsView(PlainView):
    @extend_schema(
        operation_id="assignments_list",
        tags=["assignments"],
        parameters=[
            OpenApiParameter("classroom", UUID),
            OpenApiParameter(
                "deleted", bool, description="true: what was deleted, in the classes that the caller runs."
            ),
            *CURSOR,
        ],
        responses=AssignmentPageOut,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """What is assigned in the caller's classes, and to her. Oldest first. With `deleted=true` what was deleted: to
        whoever may bring it back, and nothing to all others."""
        me = signed_in(request)
        classroom = identifier(request, "classroom")
        if flag(request, "deleted"):
            gone = Assignment.objects.deleted().editable_by(me)
            page = paginate(_rows(gone.filter(classroom=classroom) if classroom else gone), request, order=ORDER)
            return page.plain_response(_shown_deleted(_given(page.rows), me))
        if classroom:
            page = paginate(_rows(Assignment.objects.visible_to(me).filter(classroom=classroom)), request, order=ORDER)
        else:
            # Building what is not asked would cost more than the whole first page.
            page = paginate(
                lambda: _rows(Assignment.objects.visible_to(me)), request, order=ORDER, first=partial(_first, me)
            )
        return page.plain_response(_shown(_given(page.rows), me))

    @extend_schema(
        operation_id="assignments_create", tags=["assignments"], request=AssignmentIn, responses={201: AssignmentOut}
    )
    def post(self, request: Request) -> Response:
        """Gives a current edition, or one of the caller's own versions, to a class or to named students of it."""
        me = person(request)
        body = read(AssignmentIn, request)
        classroom = access.classroom_to_assign_in(me, body.pop("classroom"))
        edition = Edition.objects.assignable_by(me).filter(pk=body.pop("edition")).first()
        if edition is None:
            raise ValidationFailed(errors=[problem("/edition", "not-assignable")])
        made = actions.create_assignment(classroom, edition=edition, by=me, **_said(body))
        return _answer(made, me, status=201)


class AssignmentView(APIView):
    @extend_schema(operation_id="assignments_read", tags=["assignments"], responses=AssignmentOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """One assignment, with the edition that it pins."""
        me = person(request)
        return _answer(access.assignment_to_read(me, pk), me)

    @extend_schema(
        operation_id="assignments_update",
        tags=["assignments"],
        parameters=[IF_MATCH],
        request=AssignmentChangeIn,
        responses=AssignmentChangedOut,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Changes title, instructions, dates, hand-ins or audience, and says what another due time leaves as it is: a
        dry run does so beforehand. Its edition is changed at `/upgrade`."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        version = required_version(request, "a")
        changes = _said(read(AssignmentChangeIn, request))
        dry_run = changes.pop("dry_run", False)
        with rehearsal(dry_run):
            found = actions.hold_assignment(found)
            left = _left_behind(found, changes) if found.version == version else boards.LeftBehind()
            changed = actions.update_assignment(found, if_version=version, by=me, **changes)
            if dry_run:
                changed.version = version
            answer = _answer(changed, me)
        answer.data |= {"dry_run": dry_run, "left_behind": shapes.left_behind(left)}
        return answer

    @extend_schema(operation_id="assignments_delete", tags=["assignments"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Takes it from everybody's lists; the work is kept. Undone by POST to its restoration."""
        me = person(request)
        actions.delete_assignment(access.assignment_to_edit(me, pk, deleted=True), by=me)
        return Response(status=204)


class AssignmentRestorationView(APIView):
    @extend_schema(operation_id="assignments_restore", tags=["assignments"], request=EmptyIn, responses=AssignmentOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives a deleted assignment back, with everybody's work as it was."""
        me = person(request)
        found = access.assignment_to_edit(me, pk, deleted=True)
        read(EmptyIn, request)
        return _answer(actions.undelete_assignment(found, by=me), me)


class AssignmentNamesView(APIView):
    @extend_schema(
        operation_id="assignments_show_names", tags=["assignments"], request=NamesIn, responses=AssignmentOut
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Shows the names that were hidden while work was marked, for good. Twice changes nothing."""
        me = person(request)
        found = access.assignment_to_edit(me, pk)
        if not read(NamesIn, request)["confirmed"]:
            raise ValidationFailed(errors=[problem("/confirmed", "names-unconfirmed")])
        return _answer(actions.show_names(found, by=me), me)
