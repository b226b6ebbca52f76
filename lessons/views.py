"""Pages that everybody may read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from destalin_site.common import moments
from lessons import access, catalogue, render
from lessons.models import Edition


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "lessons/front.html", {"courses": catalogue.courses()})


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "lessons/catalogue.html", {"courses": catalogue.courses()})


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.courses(slug)
    if not found:
        raise Http404
    return TemplateResponse(request, "lessons/course.html", {"course": found[0]})


@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """The current edition of a lesson."""
    return _reading_room(request, access.current_edition(request.user, slug))


@require_safe
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One edition of a lesson, which says the same for ever."""
    return _reading_room(request, access.edition_of_lesson(request.user, slug, number))


@require_safe
def source(request: HttpRequest, slug: str, number: int, source_slug: str) -> HttpResponse:
    """A source as one edition shows it: all its passages, its record, and how to cite it."""
    found = access.edition_of_lesson(request.user, slug, number)
    withheld = access.withheld(request.user, found.pk)
    sheet = render.whole_sheet(found.read(), source_slug, withheld)
    if sheet is None:
        raise Http404
    line = EditionLine.of(found, request)
    sheets = catalogue.reading_of(found, line.url, withheld).page.sheets
    context = {
        "sheet": sheet,
        "course": found.lesson.course,
        "edition": line,
        "others": [other for other in sheets if other.slug != sheet.slug],
    }
    return TemplateResponse(request, "lessons/source.html", context)


@dataclass(frozen=True)
class EditionLine:
    """An edition as pages name it."""

    title: str
    number: int
    url: str
    lesson_url: str
    published: str
    sha256: str
    current: bool
    withdrawn: bool  # no edition of its lesson stands in the catalogue

    @classmethod
    def of(cls, edition: Edition, request: HttpRequest) -> "EditionLine":
        slug = edition.lesson.slug
        return cls(
            title=edition.title,
            number=edition.number,
            url=reverse("edition", args=[slug, edition.number]),
            lesson_url=reverse("lesson", args=[slug]),
            published=_day(edition.published_at, request),
            sha256=edition.pk,
            current=edition.lesson.live and hasattr(edition, "current"),
            withdrawn=not edition.lesson.live,
        )


def _reading_room(request: HttpRequest, edition: Edition) -> HttpResponse:
    line = EditionLine.of(edition, request)
    reading = catalogue.reading_of(edition, line.url, access.withheld(request.user, edition.pk))
    editions = (
        Edition.objects.visible_to(request.user).filter(lesson=edition.lesson_id).select_related("current", "lesson")
    )
    address = request.build_absolute_uri(line.url)
    context: dict[str, Any] = {
        "reading": reading.page,
        "text": reading.text,
        "course": edition.lesson.course,
        "place": catalogue.place(edition.lesson.course_id, edition.lesson_id),
        "edition": line,
        "editions": [EditionLine.of(other, request) for other in editions.order_by("-number")],
        "cite": _("%(title)s. %(site)s, edition %(number)d, published %(published)s. %(address)s")
        % {
            "title": edition.title,
            "site": settings.SITE_NAME,
            "number": edition.number,
            "published": line.published,
            "address": address,
        },
    }
    return TemplateResponse(request, "lessons/lesson.html", context)


def _day(at: datetime, request: HttpRequest) -> str:
    """ "12 March 2026 (CET)", in the reader's zone."""
    zone = getattr(request.user, "zone", "") or settings.TIME_ZONE
    return _("%(day)s (%(zone)s)") % {"day": moments.full_day(at, zone), "zone": moments.zone_short(at, zone)}
