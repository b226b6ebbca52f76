"""Work on assignments through REST: drafts, hand-ins, parked copies, receipts. The contract is docs/api.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person, signed_in
from accounts.models import User
from assignments import access, actions, boards, missing, names, readings, receipts, scans, time_tokens
from assignments.api import shapes
from assignments.api.params import CURSOR, IF_MATCH, identifier
from assignments.api.serializers import (
    AttemptIn,
    AttemptOut,
    AttemptPageOut,
    DraftIn,
    DraftOut,
    HandedInOut,
    HandInFormIn,
    ParkedPageOut,
    ReceiptOut,
    SavedOut,
    SubmissionOut,
    SubmissionPageOut,
)
from assignments.device_clock import Said
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, Draft, ParkedCopy, Submission, TimingDecision
from assignments.querysets import SubmissionQuerySet
from assignments.views.scans import picture
from assignments.words import problem
from destalin_site.common import clock, json
from destalin_site.common.api import APIView, EmptyIn, PlainView, etag, paginate, read, required_version, unchanged
from destalin_site.common.errors import (
    DomainError,
    Forbidden,
    IdempotencyKeyReused,
    MalformedRequest,
    PreconditionRequired,
    TooLarge,
    ValidationFailed,
)
from destalin_site.common.json import StrictJSONParser
from destalin_site.common.prepared import Prepared
from lessons import errata, images

# No draft has this revision: a save upon it is always parked.
NO_REVISION = -1


def _as_listed(pk: UUID, viewer: UUID) -> SubmissionQuerySet:
    rows = Submission.objects.with_facts().with_draft_rev().with_wrote_since().with_version_told(User(pk=viewer))
    return rows.with_marked_number().select_related("student", "claimed_by").filter(pk=pk).order_by()


_SHOWN: Final = Prepared(_as_listed, pk=UUID, viewer=UUID)


def shown(pk: UUID, viewer: User, *, status: int = 200) -> Response:
    """The submission as it stands after an act, in the shape of the list."""
    row = _SHOWN.first_object(pk=pk, viewer=viewer.pk)
    assert row is not None, "an act leaves the work that it was about"
    body = shapes.submission(
        row,
        viewer=viewer,
        now=clock.now(),
        owner=access.owns_class(viewer, row),
        projected=missing.projection(row.assignment),
    )
    return Response(body, status=status, headers={"ETag": etag("w", body["version"])})


def with_time_token(request: Request, response: Response) -> Response:
    """The response, with a time token for a device that says its clock and on which start of it that is read."""
    boot, device_time = request.headers.get("Device-Boot"), request.headers.get("Device-Time")
    if boot and device_time:
        received: dt.datetime = request.received_at  # type: ignore[attr-defined]
        user = str(person(request).pk)
        if token := time_tokens.give(user, boot=boot, device_time=device_time, now=received):
            response["Time-Token"] = token
    return response


DEVICE = [
    OpenApiParameter("Device-Boot", str, OpenApiParameter.HEADER, description="8 to 64 of A-Z a-z 0-9 _ -; opaque."),
    OpenApiParameter("Device-Time", str, OpenApiParameter.HEADER, description="RFC 3339, by the device's own clock."),
    OpenApiParameter(
        "Time-Token",
        str,
        OpenApiParameter.HEADER,
        description="Where both headers were sent: to be brought back in `captured`.",
        response=True,
    ),
]


class RestorationView(APIView):
    @extend_schema(operation_id="submissions_restore", tags=["submissions"], request=EmptyIn, responses=SubmissionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Gives removed work back to its student, who is in the class; for an owner or teacher of it. `state=void`
        lists what was removed."""
        me = person(request)
        found = access.submission_to_bring_back(me, pk)
        read(EmptyIn, request)
        actions.bring_back(found, by=me)
        return shown(pk, me)


class SubmissionsView(APIView):
    @extend_schema(
        operation_id="submissions_list",
        tags=["submissions"],
        parameters=[
            OpenApiParameter("assignment", UUID),
            OpenApiParameter("state", str, enum=[state.value for state in State]),
            OpenApiParameter("updated_since", str, description="RFC 3339."),
            OpenApiParameter(
                "cites",
                str,
                description="With `assignment`: those whose hand-in cites this passage or source of its edition, by id "
                "or by name (A4, ¶7, A).",
            ),
            OpenApiParameter(
                "cites_not", str, description="With `assignment`: those that are handed in and do not cite it."
            ),
            *CURSOR,
        ],
        responses=SubmissionPageOut,
    )
    def get(self, request: Request) -> Response:
        """A student's own work; to staff that of their classes, removed work only when it is asked for."""
        me, now = person(request), clock.now()
        rows = Submission.objects.visible_to(me).with_facts().with_draft_rev().with_wrote_since().with_state_shown(now)
        rows = rows.with_version_told(me).with_marked_number().select_related("student", "claimed_by")
        if assignment := identifier(request, "assignment"):
            rows = rows.filter(assignment=assignment)
        state = request.query_params.get("state")
        if state and state not in list(State):
            raise MalformedRequest(_("There is no such state."))
        rows = rows.filter(Q(state_shown=state)) if state else rows.exclude(state=State.VOID)
        if since := request.query_params.get("updated_since"):
            # When work without a name changed is not told, neither by what is left out.
            unsaid = names.hidden() & ~Q(student=me)
            rows = rows.filter(Q(changed_at__gte=_moment(since)) | unsaid)
        rows = rows.filter(*_citing(request, me, assignment))
        page = paginate(rows, request, order=["id"])
        owned = access.classes_owned_by(me)
        projected = missing.projections({row.assignment_id: row.assignment for row in page.rows}.values())
        return page.response(
            [
                shapes.submission(
                    row,
                    viewer=me,
                    now=now,
                    owner=row.assignment.classroom_id in owned,
                    projected=projected.get(row.assignment_id),
                )
                for row in page.rows
            ]
        )


def _citing(request: Request, viewer: User, assignment: UUID | None) -> Iterator[Q]:
    """What is asked of the citations of the hand-ins that count."""
    asked = {name: said for name in ("cites", "cites_not") if (said := request.query_params.get(name))}
    if not asked:
        return
    given = Assignment.objects.visible_to(viewer).filter(pk=assignment).first() if assignment else None
    if assignment is None:
        raise MalformedRequest(_("cites and cites_not are asked of one assignment."))
    if given is None:
        return  # of what is not there nothing is listed
    used = boards.usage(given)
    for name, said in asked.items():
        found = boards.target(readings.document(given.edition_id), said)
        if found is None:
            raise MalformedRequest(_("%(name)s names no passage and no source of this edition.") % {"name": name})
        yield Q(pk__in=used.citing(found) if name == "cites" else used.not_citing(found))


def _moment(raw: str) -> dt.datetime:
    try:
        # A plus sign that was not encoded arrives as a space.
        found = parse_datetime(raw.replace(" ", "+"))
        if found is not None and found.tzinfo is not None:
            return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar may lie outside of it in UTC
        pass
    raise MalformedRequest(_("updated_since is not a time with its offset."))


class SubmissionView(APIView):
    @extend_schema(operation_id="submissions_read", tags=["submissions"], parameters=DEVICE, responses=SubmissionOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """One piece of work: whose turn it is, and what may be done now."""
        me = person(request)
        return with_time_token(request, shown(access.submission_to_read(me, pk).pk, me))


class DraftView(APIView):
    @extend_schema(
        operation_id="drafts_read",
        tags=["submissions"],
        parameters=DEVICE,
        responses={200: DraftOut, 304: OpenApiResponse()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What the student has written so far; her alone, and for the staff of the class too where the assignment says
        so (`drafts_visible`)."""
        mine = access.draft_to_read(person(request), pk)
        row = Draft.objects.filter(submission=mine).first()
        tag = etag("d", row.rev if row else 0)
        if unchanged(request, tag):
            return with_time_token(request, Response(status=304, headers={"ETag": tag}))
        return with_time_token(request, Response(shapes.draft(row), headers={"ETag": tag}))

    @extend_schema(
        operation_id="drafts_save",
        tags=["submissions"],
        parameters=[IF_MATCH, *DEVICE],
        request=DraftIn,
        responses=SavedOut,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Saves the draft upon the revision of If-Match. What cannot be applied is parked, never lost."""
        me = person(request)
        mine = access.submission_to_write(me, pk)
        body = read(DraftIn, request)["body"]
        try:
            upon = required_version(request, "d")
        except (PreconditionRequired, MalformedRequest) as error:
            _park(mine, body, error, by=me)
            raise
        saved = actions.save_draft(mine, body=body, if_rev=upon, by=me)
        return with_time_token(request, Response(shapes.saved(saved), headers={"ETag": etag("d", saved.rev)}))


def _park(mine: Submission, body: Any, error: DomainError, *, by: User) -> None:
    """Keeps a readable text whose request names no revision, and tells so in the refusal."""
    try:
        actions.save_draft(mine, body=body, if_rev=NO_REVISION, by=by)
    except DomainError as stale:
        error.extra |= {key: stale.extra[key] for key in ("parked_copy", "current_etag") if key in stale.extra}


class ParkedView(APIView):
    @extend_schema(operation_id="parked_list", tags=["submissions"], parameters=CURSOR, responses=ParkedPageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Texts that could not be applied and wait: the student's own; to staff those that were handed in."""
        me = person(request)
        nameless = access.is_nameless_to(me, access.submission_to_read_or_write(me, pk))
        rows = ParkedCopy.objects.visible_to(me).waiting().filter(submission=pk)
        page = paginate(rows, request, order=["id"] if nameless else ["received_at", "id"], text="body_json")
        return page.response([shapes.parked(row, nameless=nameless) for row in page.rows])


class ParkedCopyView(APIView):
    @extend_schema(operation_id="parked_discard", tags=["submissions"], responses={204: OpenApiResponse()})
    def delete(self, request: Request, pk: UUID, copy: UUID) -> Response:
        """The student needs it no more."""
        me = person(request)
        actions.discard_parked(access.parked_to_use(me, pk, copy), by=me)
        return Response(status=204)


class ParkedAcceptView(APIView):
    @extend_schema(
        operation_id="parked_accept",
        tags=["submissions"],
        parameters=[IF_MATCH],
        request=EmptyIn,
        responses=SubmissionOut,
    )
    def post(self, request: Request, pk: UUID, copy: UUID) -> Response:
        """The student makes it her draft (If-Match: the draft's ETag); a teacher lets a hand-in count, at its time."""
        me = person(request)
        read(EmptyIn, request)
        found = access.parked_to_read(me, pk, copy)
        if found.submission.student_id == me.pk:
            actions.use_parked(found, if_rev=required_version(request, "d"), by=me)
        else:
            actions.accept_parked(access.parked_to_accept(me, pk, copy), by=me)
        return shown(pk, me)


def _timings() -> Prefetch[Any]:
    return Prefetch("timings", queryset=TimingDecision.objects.order_by("-id"))


class HandInParser(BaseParser):
    """A hand-in with pictures: its JSON in `attempt`, the files in `scans`."""

    media_type = MultiPartParser.media_type
    # Bytes, with all that parts the fields. Who sends one picture too many is told by the words for that.
    limit = scans.MOST_BYTES + images.LARGEST_FILE + settings.API_BODY_LIMIT

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        # Before anything of it is written to a disk.
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > self.limit:
            raise TooLarge(limits={"bytes": self.limit})
        sent: Any = MultiPartParser().parse(stream, media_type, parser_context)
        raw = sent.data.get("attempt", "")
        if not isinstance(raw, str) or len(raw) > settings.API_BODY_LIMIT:
            raise TooLarge(limits={"bytes": settings.API_BODY_LIMIT})
        body = json.read(raw.encode("utf-8", "surrogatepass"))
        if not isinstance(body, dict) or set(sent.data) - {"attempt"} or set(sent.files) - {"scans"}:
            raise MalformedRequest(_("Send the hand-in as JSON in the field attempt, and pictures in scans."))
        return {**body, "scans": sent.files.getlist("scans")}


class AttemptsView(APIView):
    own_key = True  # an attempt's key is its client_attempt_id, kept for ever
    parser_classes = (StrictJSONParser, HandInParser)

    @extend_schema(operation_id="attempts_list", tags=["submissions"], parameters=CURSOR, responses=AttemptPageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What was handed in, each time."""
        me = person(request)
        found = access.submission_to_read(me, pk)
        zone, nameless = found.assignment.classroom.zone, access.is_nameless_to(me, found)
        rows = Attempt.objects.filter(submission=found).select_related("by").prefetch_related(_timings())
        page = paginate(rows, request, order=["number"], text="body_json")
        corrections = errata.of_editions({row.edition_id for row in page.rows})
        on_paper = scans.of([row.pk for row in page.rows if row.via == Attempt.Via.PROXY], nameless=nameless)
        return page.response(
            [
                shapes.attempt(
                    row,
                    row.timings.all()[0].as_timing(),
                    zone,
                    corrections.get(row.edition_id, ()),
                    scans=on_paper.get(row.pk, ()),
                    nameless=nameless,
                )
                for row in page.rows
            ]
        )

    @extend_schema(
        operation_id="attempts_submit",
        tags=["submissions"],
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request={"application/json": AttemptIn, "multipart/form-data": HandInFormIn},
        responses={201: HandedInOut},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Hands in exactly this body, once. A repeat gets the same receipt."""
        me = person(request)
        found = access.submission_to_hand_in(me, pk)
        body = read(AttemptIn, request)
        done = _handed_in(request, found, body, by=me)
        zone = done.submission.assignment.classroom.zone
        after = shown(pk, me)
        headers = {
            "Location": reverse("api-attempt", kwargs={"pk": pk, "number": done.attempt.number}),
            "ETag": after["ETag"],
        }
        if done.replayed:
            headers["Idempotency-Replayed"] = "true"
        answer = {
            "attempt": {
                "number": done.attempt.number,
                "received_at": done.attempt.received_at,
                "timing": shapes.attempt_timing(done.timing, zone),
            },
            "receipt": shapes.receipt(done.attempt),
            "submission": after.data,
        }
        return Response(answer, status=201, headers=headers)


_SAID_BY_HER_DEVICE = ("incomplete", "draft_rev", "captured")


def _handed_in(request: Request, found: Submission, body: dict[str, Any], *, by: User) -> actions.HandedIn:
    """By the student, or by a teacher who says that it is on her behalf."""
    said: dict[str, Any] = {"by": by, "received_at": request.received_at}  # type: ignore[attr-defined]
    on_behalf, files = body.pop("on_behalf", None), body.pop("scans", [])
    if (found.student_id == by.pk) == (on_behalf is not None):
        raise Forbidden()
    key = request.headers.get("Idempotency-Key", "").lower()
    refused: DomainError | None = None
    if key and key != str(body["client_attempt_id"]):
        refused = IdempotencyKeyReused(_("The key of a hand-in is its client_attempt_id."))
    if files and on_behalf is None:
        refused = ValidationFailed(errors=[problem("/scans", "scans-for-somebody")])  # her text is kept all the same
    if on_behalf is not None:
        if refused is not None:
            raise refused
        said["scans"] = scans.read(files)
        wanted = {name: value for name, value in body.items() if name not in _SAID_BY_HER_DEVICE}
        return actions.hand_in_for(found, reason=on_behalf["reason"], **said, **wanted)
    if captured := body.pop("captured", None):
        said["captured"] = Said(**captured)
    if refused is not None:
        raise actions.park_hand_in(found, refused=refused, **said, **body)
    return actions.submit(found, **said, **body)


class AttemptView(APIView):
    @extend_schema(operation_id="attempts_read", tags=["submissions"], responses=AttemptOut)
    def get(self, request: Request, pk: UUID, number: int) -> Response:
        """One hand-in, word for word."""
        me = person(request)
        row = access.attempt_to_read(me, pk, number)
        newest = row.timings.order_by("-id")[0]
        corrections = errata.of_edition(row.edition_id)
        zone = row.submission.assignment.classroom.zone
        nameless = access.is_nameless_to(me, row.submission)
        on_paper = scans.of([row.pk], nameless=nameless).get(row.pk, ())
        return Response(shapes.attempt(row, newest.as_timing(), zone, corrections, scans=on_paper, nameless=nameless))


class ScanView(PlainView):
    @extend_schema(
        operation_id="attempts_scan",
        tags=["submissions"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in images.KEPT},
    )
    def get(self, request: HttpRequest, pk: UUID, number: int, place: int) -> HttpResponse:
        """The bytes of one picture of paper, for whoever may read the hand-in."""
        return picture(access.scan_to_read(signed_in(request), pk, number, place))


class ReceiptView(APIView):
    permission_classes = ()

    @extend_schema(operation_id="receipts_check", tags=["receipts"], responses=ReceiptOut)
    def get(self, request: Request, code: str) -> Response:
        """Whether a receipt is genuine, for anybody who holds its code: time and digest, nothing personal."""
        found = receipts.check(code)
        if found is None:
            raise Http404
        return Response(shapes.checked(found))
