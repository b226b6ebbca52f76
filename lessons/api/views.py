"""The published catalogue through REST. The contract is docs/api.md.

The catalogue needs no sign-in. An edition is served as the bytes that were stored when it was published.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.http.request import MediaType
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import caller
from accounts.models import User
from destalin_site.common.api import APIView, PlainView, paginate
from lessons import access
from lessons.api.serializers import CourseOut, CoursePageOut, LessonOut, LessonPageOut
from lessons.models import Course, EditionFace, Lesson

CURSOR = [
    OpenApiParameter("cursor", str, description="Where the page before ended."),
    OpenApiParameter("limit", int, description="1 to 200, 50 when it is not said."),
]
IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
FOREVER = "private, max-age=31536000, immutable"
# Asked for anew each time: whoever sits at this browser next may have no right to it.
GUARDED = "private, no-cache"


class Catalogue(APIView):
    """Open to everybody; a token that comes along must be good all the same."""

    permission_classes = ()


COURSE_FIELDS = ("id", "slug", "title", "summary", "position", "shown")


def _courses() -> Any:
    shown = Count("lessons", filter=Q(lessons__live=True, lessons__current_edition__isnull=False))
    return Course.objects.annotate(shown=shown).filter(shown__gt=0).values(*COURSE_FIELDS)


def _course(row: dict[str, Any]) -> dict[str, Any]:
    return {"slug": row["slug"], "title": row["title"], "summary": row["summary"], "lessons": row["shown"]}


class CoursesView(Catalogue):
    @extend_schema(operation_id="courses_list", tags=["catalogue"], parameters=CURSOR, responses=CoursePageOut)
    def get(self, request: Request) -> Response:
        """The courses that have something to read."""
        page = paginate(_courses(), request, order=["position", "title", "id"])
        return page.response([_course(row) for row in page.rows])


class CourseView(Catalogue):
    @extend_schema(operation_id="courses_read", tags=["catalogue"], responses=CourseOut)
    def get(self, request: Request, slug: str) -> Response:
        """One course; its lessons are `/lessons?course=`."""
        return Response(_course(get_object_or_404(_courses(), slug=slug)))


EDITION = "current_edition__edition"


def _lessons() -> Any:
    return (
        Lesson.objects.published()
        .annotate(
            course_slug=F("course__slug"),
            edition_id=F(f"{EDITION}__id"),
            edition_number=F(f"{EDITION}__number"),
            edition_size=F(f"{EDITION}__size"),
            edition_published_at=F(f"{EDITION}__published_at"),
        )
        .values(
            *("id", "slug", "title", "summary", "language", "level", "minutes", "position", "course__position"),
            *("course_slug", "edition_id", "edition_number", "edition_size", "edition_published_at"),
        )
    )


def _lesson(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("slug", "title", "summary", "language", "level", "minutes")}
    return {
        **shown,
        "course": row["course_slug"],
        "edition": {
            "id": row["edition_id"],
            "number": row["edition_number"],
            "size": row["edition_size"],
            "published_at": row["edition_published_at"],
        },
    }


class LessonsView(Catalogue):
    @extend_schema(
        operation_id="lessons_list",
        tags=["catalogue"],
        parameters=[
            OpenApiParameter("course", str, description="The slug of a course."),
            OpenApiParameter("q", str, description="Words in the title or in the published text."),
            *CURSOR,
        ],
        responses=LessonPageOut,
    )
    def get(self, request: Request) -> Response:
        """The lessons of the catalogue, each with its current edition."""
        lessons = _lessons()
        if course := request.query_params.get("course"):
            lessons = lessons.filter(course__slug=course)
        if words := request.query_params.get("q"):
            lessons = lessons.matching(words)
        page = paginate(lessons, request, order=["course__position", "position", "id"])
        return page.response([_lesson(row) for row in page.rows])


class LessonView(Catalogue):
    @extend_schema(operation_id="lessons_read", tags=["catalogue"], responses=LessonOut)
    def get(self, request: Request, slug: str) -> Response:
        """One lesson with its current edition."""
        return Response(_lesson(get_object_or_404(_lessons(), slug=slug)))


def _visitor(request: HttpRequest) -> User | AnonymousUser:
    return caller(request) or AnonymousUser()


def _takes_gzip(accepted: str) -> bool:
    """Whether this Accept-Encoding takes gzip: named or by a star, and not with a weight of nought."""
    # Django reads weights for Accept alone; an element of Accept-Encoding has the same shape without the slash.
    named = [MediaType(part) for part in accepted.lower().split(",")]
    weights = {each.main_type: each.quality for each in named}
    return weights.get("gzip", weights.get("*", 0)) > 0


class EditionView(PlainView):
    permission_classes = ()

    @extend_schema(
        operation_id="editions_read",
        tags=["catalogue"],
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, description="The document, byte for byte; its sha256 is the id."),
            304: OpenApiResponse(description="The caller has these bytes."),
        },
    )
    def get(self, request: HttpRequest, sha256: str) -> HttpResponse:
        """The immutable document of an edition."""
        zipped = _takes_gzip(request.headers.get("Accept-Encoding", ""))
        # Both forms are the same document, but not the same bytes: each has its own tag (RFC 9110, 8.8.3.3).
        tag = f'"{sha256}-gzip"' if zipped else f'"{sha256}"'
        held = request.headers.get("If-None-Match", "")
        known = bool(held) and tag in (part.strip().removeprefix("W/") for part in held.split(","))
        column = "edition" if known else ("gzip" if zipped else "bytes")
        stored = access.face(_visitor(request), sha256, EditionFace.Kind.DOCUMENT, column)
        if known:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(bytes(stored), content_type="application/json")
            if zipped:
                response["Content-Encoding"] = "gzip"
        response["ETag"] = tag
        response["Cache-Control"] = FOREVER
        response["Vary"] = "Accept-Encoding, Authorization, Cookie"
        return response


class MediaView(PlainView):
    permission_classes = ()

    @extend_schema(
        operation_id="media_read",
        tags=["catalogue"],
        responses={
            **{(200, kind): OpenApiTypes.BINARY for kind in IMAGE_TYPES},
            304: OpenApiResponse(description="The caller has these bytes."),
        },
    )
    def get(self, request: HttpRequest, sha256: str) -> HttpResponse:
        """An image that an edition shows. Documents name its renditions by their own digests.

        What may be shown in classrooms only is found by those whose assignments pin an edition with it, and by
        curators. Such an answer is `no-cache`; all others are immutable."""
        asset = access.asset(_visitor(request), sha256)
        tag = f'"{sha256}"'
        if tag in request.headers.get("If-None-Match", ""):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(asset.read(), content_type=asset.media_type)
        response["ETag"] = tag
        response["Cache-Control"] = GUARDED if asset.guarded else FOREVER
        response["Vary"] = "Authorization, Cookie"
        return response
