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
from destalin_site.common.api import APIView, PlainView, paginate, paginate_list
from lessons import access, errata, exchange, finding, images, reference, render, shelf
from lessons.api import shapes
from lessons.api.serializers import (
    CourseOut,
    CoursePageOut,
    ErratumPageOut,
    LessonOut,
    LessonPageOut,
    SourcePageOut,
    WholeSourceOut,
)
from lessons.models import Course, EditionFace, EditionSource, Lesson
from lessons.models.edition import FIRST_DAY, LAST_DAY
from lessons.querysets import SOURCE_ORDER
from lessons.views import download

CURSOR = [
    OpenApiParameter("cursor", str, description="Where the page before ended."),
    OpenApiParameter("limit", int, description="1 to 200, 50 when it is not said."),
]
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


LESSON_FILTERS = [
    OpenApiParameter(
        "skill", str, enum=[skill for skill, _name in render.skills()], description="Lessons with a question of it."
    ),
    OpenApiParameter("from", int, description="A year: lessons with a source of it or later."),
    OpenApiParameter("to", int, description="A year: lessons with a source of it or earlier."),
]


class LessonsView(Catalogue):
    @extend_schema(
        operation_id="lessons_list",
        tags=["catalogue"],
        parameters=[
            OpenApiParameter("course", str, description="The slug of a course."),
            OpenApiParameter("q", str, description="Words of the published text, in English or Russian: all of them."),
            *LESSON_FILTERS,
            *CURSOR,
        ],
        responses=LessonPageOut,
    )
    def get(self, request: Request) -> Response:
        """The lessons of the catalogue, each with its current edition."""
        lessons, filters = _lessons(), finding.Filters.of(request.query_params)
        if filters != finding.Filters():
            lessons = lessons.filter(pk__in=finding.lessons_that_fit(filters))
        if words := request.query_params.get("q"):
            lessons = lessons.filter(pk__in=finding.lessons_with(words))
        page = paginate(lessons, request, order=["course__position", "position", "id"])
        passages = finding.passages_of([row["id"] for row in page.rows], words) if words else {}
        return page.response([{**_lesson(row), "hit": _hit(row, passages.get(row["id"]))} for row in page.rows])


def _hit(row: dict[str, Any], passage: finding.Passage | None) -> dict[str, Any] | None:
    if passage is None:
        return None
    return {
        **{name: getattr(passage, name) for name in ("kind", "name", "anchor", "source", "paraphrase", "text")},
        "language": passage.lang,
        "url": finding.address(row["slug"], row["edition_number"], passage),
        "marks": [{"start": start, "end": end} for start, end in passage.marks],
    }


class LessonView(Catalogue):
    @extend_schema(operation_id="lessons_read", tags=["catalogue"], responses=LessonOut)
    def get(self, request: Request, slug: str) -> Response:
        """One lesson with its current edition."""
        return Response(_lesson(get_object_or_404(_lessons(), slug=slug)))


SOURCE_FILTERS = [
    OpenApiParameter("kind", str, description="letter, speech, newspaper …"),
    OpenApiParameter("primary", bool),
    OpenApiParameter("language", str, description="A language code."),
    OpenApiParameter("from", int, description="A year: sources whose date may mean a day in it or later."),
    OpenApiParameter("to", int, description="A year: sources whose date may mean a day in it or earlier."),
]


def _source(copy: EditionSource, uses: list[EditionSource]) -> dict[str, Any]:
    known = bool(copy.date)
    return {
        "id": copy.source.uuid,
        **{name: getattr(copy, name) for name in ("slug", "title", "creator", "kind", "primary", "language")},
        "date": {
            "edtf": copy.date,
            "display": copy.date_display,
            "sort_from": copy.sort_from if known and copy.sort_from != FIRST_DAY else None,
            "sort_to": copy.sort_to if known and copy.sort_to != LAST_DAY else None,
        },
        "edition": {name: getattr(copy.edition, name) for name in ("id", "number", "size", "published_at")},
        "lessons": [
            {
                "slug": use.edition.lesson.slug,
                "title": use.edition.title,
                "letter": use.letter,
                "edition": use.edition_id,
            }
            for use in uses
        ],
    }


class SourcesView(Catalogue):
    @extend_schema(
        operation_id="sources_list", tags=["catalogue"], parameters=[*SOURCE_FILTERS, *CURSOR], responses=SourcePageOut
    )
    def get(self, request: Request) -> Response:
        """The sources of the catalogue by their dates, each as the newest current edition shows it."""
        copies = shelf.copies(shelf.Filters.of(request.query_params)).select_related("source")
        page = paginate(copies, request, order=SOURCE_ORDER)
        uses = shelf.lessons_using(copy.source_id for copy in page.rows)
        return page.response([_source(copy, uses.get(copy.source_id, [])) for copy in page.rows])


class SourceView(Catalogue):
    @extend_schema(operation_id="sources_read", tags=["catalogue"], responses=WholeSourceOut)
    def get(self, request: Request, slug: str) -> Response:
        """One source with its record, passages and claims, as the newest current edition shows it, and who reads a
        passage of it differently."""
        copy = access.source_copy(slug)
        document = copy.edition.read()
        whole = document.source(str(copy.source.uuid))
        uses = shelf.lessons_using([copy.source_id])
        return Response(
            {
                **{name: whole[name] for name in WHOLE},  # type: ignore[literal-required]
                **_source(copy, uses.get(copy.source_id, [])),
                "claims": [shapes.claim(document, claim) for claim in whole["claims"]],
                "read_differently": [
                    shapes.read_differently(group, paraphrase=whole["paraphrase"])
                    for group in reference.library().read_differently(whole["id"])
                ],
            }
        )


WHOLE = (
    "place",
    "archive",
    "reference",
    "url",
    "rights",
    "paraphrase",
    "record",
    "csl",
    "note",
    "bibliography",
    "blocks",
)


CSL_ITEMS = {"type": "array", "items": {"type": "object"}}


class SourceDownloadView(PlainView):
    permission_classes = ()

    @extend_schema(
        operation_id="sources_download",
        tags=["catalogue"],
        parameters=[OpenApiParameter("extension", str, OpenApiParameter.PATH, enum=list(exchange.FORMATS))],
        responses={
            (200, form.media_type): CSL_ITEMS if form.extension == "json" else OpenApiTypes.STR
            for form in exchange.FORMATS.values()
        },
    )
    def get(self, request: HttpRequest, slug: str, extension: str) -> HttpResponse:
        """The source as CSL-JSON (json), RIS (ris), BibTeX (bib) or Dublin Core (xml), from the same copy."""
        caller(request)
        copy = access.source_copy(slug)
        return download(access.source_in(copy.edition, copy.slug), extension)


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


class EditionErrataView(Catalogue):
    @extend_schema(operation_id="editions_errata", tags=["catalogue"], parameters=CURSOR, responses=ErratumPageOut)
    def get(self, request: Request, sha256: str) -> Response:
        """What was corrected in the sources of an edition since it was published, in the order in which it was
        announced. The document stays as it is and may be kept for ever; this list may not."""
        found = access.edition(_visitor(request), sha256)
        page = paginate_list(sorted(errata.of_edition(found.pk), key=_told_at), request, key=_told_at)
        answer = page.response([one.as_json() for one in page.rows])
        answer["Cache-Control"] = GUARDED
        return answer


def _told_at(one: errata.Correction) -> tuple[str, ...]:
    return (one.id,)  # ids grow with time


class MediaView(PlainView):
    permission_classes = ()

    @extend_schema(
        operation_id="media_read",
        tags=["catalogue"],
        responses={
            **{(200, kind): OpenApiTypes.BINARY for kind in images.KEPT},
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
