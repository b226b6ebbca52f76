"""Pages that everybody may read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from destalin_site.common import moments
from destalin_site.common.errors import MalformedRequest
from lessons import access, adaptations, catalogue, errata, exchange, finding, reference, render, shelf
from lessons.document import SourceData
from lessons.models import Edition, EditionSource
from lessons.reference_views import source_url


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "lessons/front.html", {"courses": catalogue.courses()})


FOUND_ON_A_PAGE = 10
LAST_PAGE = 100


@dataclass(frozen=True)
class FoundLine:
    """A lesson that was found, with its passage as markup."""

    title: str
    url: str
    language: str
    course: str
    years: str
    passage: str
    lang: str
    paraphrase: bool
    label: str
    passage_url: str

    @classmethod
    def of(cls, found: finding.Found) -> "FoundLine":
        passage = found.passage
        first, last = found.first_year, found.last_year
        return cls(
            title=finding.marked(found.title, found.title_marks),
            url=finding.lesson_page(found.slug),
            language=found.language,
            course=found.course,
            years="" if first is None else str(first) if first == last else f"{first}–{last}",
            passage=finding.marked(passage.text, passage.marks) if passage else found.summary,
            lang=passage.lang if passage else "",
            paraphrase=passage is not None and passage.paraphrase,
            label=finding.label(passage) if passage else "",
            passage_url=finding.address(found.slug, found.edition_number, passage),
        )


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """All lessons by course; or those that have the words and fit the filters that were asked for."""
    asked = {name: request.GET.get(name, "") for name in ("q", "course", "skill", "from", "to")}
    # Only what can be written back into the page.
    asked = {name: "".join(each for each in text if each.isprintable())[:300] for name, text in asked.items()}
    context: dict[str, Any] = {"asked": asked, "skills": render.skills(), "trouble": ""}
    if not any(text.strip() for text in asked.values()):
        return TemplateResponse(request, "lessons/catalogue.html", context | {"courses": catalogue.courses()})
    try:
        filters = finding.Filters.of(asked)
    except MalformedRequest as refused:
        filters, context["trouble"] = finding.Filters(), str(refused.detail)
    typed = request.GET.get("page", "")
    number = min(int(typed), LAST_PAGE) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 1
    first = (max(number, 1) - 1) * FOUND_ON_A_PAGE
    found = finding.find(asked["q"], filters, first=first, most=FOUND_ON_A_PAGE)
    query = urlencode({name: text for name, text in asked.items() if text})
    pages = {"before": number - 1 if first else 0, "after": number + 1 if found.total > first + FOUND_ON_A_PAGE else 0}
    context |= {
        "courses": catalogue.course_names(),
        "searched": True,
        "found": [FoundLine.of(each) for each in found.lessons],
        "count": ngettext("%(n)d lesson", "%(n)d lessons", found.total) % {"n": found.total},
        "sifted": filters != finding.Filters(),
        "start": first + 1,
        **{f"{name}_url": f"?{query}&page={page}" if page else "" for name, page in pages.items()},
    }
    return TemplateResponse(request, "lessons/catalogue.html", context)


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


@never_cache
@require_safe
def adapted_edition(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """An edition of a teacher's own version of a lesson, for her and her classes."""
    return _reading_room(request, access.adapted_edition(request.user, pk, number))


SOURCES_ON_A_PAGE = 50


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every source of the catalogue, by its date. A filter that cannot be meant is said and left aside."""
    asked = request.GET.dict()
    trouble = ""
    try:
        filters = shelf.Filters.of(asked)
    except MalformedRequest as refused:
        filters, trouble = shelf.Filters(), str(refused.detail)
    page = Paginator(shelf.copies(filters).in_order(), SOURCES_ON_A_PAGE).get_page(asked.pop("page", 1))
    context = {
        "lines": shelf.lines(page.object_list),
        "page": page,
        "count": ngettext("%(n)d source", "%(n)d sources", page.paginator.count) % {"n": page.paginator.count},
        "choices": shelf.choices(),
        "asked": {name: asked.get(name, "") for name in ("kind", "primary", "language", "from", "to")},
        "filtered": filters != shelf.Filters(),
        "trouble": trouble,
        "query": f"{urlencode(kept)}&" if (kept := {name: text for name, text in asked.items() if text}) else "",
    }
    return TemplateResponse(request, "lessons/sources.html", context)


@require_safe
def current_source(request: HttpRequest, source_slug: str) -> HttpResponse:
    """A source as the newest current edition shows it, with every lesson that uses it."""
    copy = access.source_copy(source_slug)
    return _source_page(request, copy.edition, copy.slug)


@require_safe
def source(request: HttpRequest, slug: str, number: int, source_slug: str) -> HttpResponse:
    """A source as one edition shows it: all its passages, its record, and how to cite it."""
    return _source_page(request, access.edition_of_lesson(request.user, slug, number), source_slug)


@require_safe
def source_download(request: HttpRequest, slug: str, number: int, source_slug: str, extension: str) -> HttpResponse:
    """A source for other programs, from the edition's copy."""
    _edition, copy = access.source_of_edition(request.user, slug, number, source_slug)
    return download(copy, extension)


def download(copy: SourceData, extension: str) -> HttpResponse:
    """The copy as a file in this format."""
    form = exchange.FORMATS.get(extension)
    if form is None:
        raise Http404
    name = f"{copy['slug']}.{form.extension}"
    return HttpResponse(
        form.write(copy),
        content_type=f"{form.media_type}; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )


def _source_page(request: HttpRequest, found: Edition, source_slug: str) -> HttpResponse:
    withheld = access.withheld(request.user, found.pk)
    sheet = render.whole_sheet(found.read(), source_slug, withheld)
    if sheet is None:
        raise Http404
    line = EditionLine.of(found, request)
    key = EditionSource.objects.filter(edition=found, slug=source_slug).values_list("source", flat=True)[:1]
    uses = shelf.lessons_using(key)
    context = {
        "sheet": sheet,
        "corrections": [one for one in errata.of_edition(found.pk) if one.source == sheet.id],
        "downloads": [
            (form.label, reverse("source-download", args=[found.lesson.slug, found.number, source_slug, extension]))
            for extension, form in exchange.FORMATS.items()
        ],
        "lessons": [link for links in uses.values() for link in shelf.links(links)],
        "course": found.lesson.course,
        "edition": line,
        "differently": _differently(sheet),
        "then_url": shelf.known_then([sheet.id]).get(sheet.id, ""),
        "others": [
            other for other in catalogue.reading_of(found, line.url, withheld).page.sheets if other.slug != sheet.slug
        ],
    }
    return TemplateResponse(request, "lessons/source.html", context)


@dataclass(frozen=True)
class Reading:
    """How a historian reads a passage."""

    historian: str
    title: str
    date: str
    reading: str
    claim: str
    locator: str
    url: str


@dataclass(frozen=True)
class ReadPassage:
    """A passage that historians read differently. `name` is its own where this page shows the same words."""

    words: str
    paraphrase: bool
    name: str
    readings: tuple[Reading, ...]


def _differently(sheet: render.Sheet) -> list[ReadPassage]:
    """The passages of this source that several historians read, by the editions that are current now."""
    library = reference.library()
    names = {passage.text: passage.name for passage in sheet.passages if passage.name}
    return [
        ReadPassage(
            words=group[0].words,
            # Of an edition of before that does not show it, the copy at hand says what it is.
            paraphrase=sheet.paraphrase or group[0].paraphrase,
            name=names.get(group[0].words, ""),
            readings=tuple(_reading(library, judgement) for judgement in group),
        )
        for group in library.read_differently(sheet.id)
    ]


def _reading(library: reference.Library, judgement: reference.Judgement) -> Reading:
    work = judgement.by
    return Reading(
        historian=work.creator or work.title,
        title=work.title,
        date=work.date.display,
        reading=judgement.reading,
        claim=judgement.claim,
        locator=judgement.locator,
        url=source_url(library.home_of(work), work),
    )


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
            url=edition.address,
            lesson_url=reverse("lesson", args=[slug]),
            published=_day(edition.published_at, request),
            sha256=edition.pk,
            current=edition.lesson.live and hasattr(edition, "current"),
            withdrawn=not edition.lesson.live,
        )


def _reading_room(request: HttpRequest, edition: Edition) -> HttpResponse:
    line = EditionLine.of(edition, request)
    adapted = edition.adaptation
    # The pages of its sources are those of the edition that it was made of, which everybody may read.
    sources_at = adapted.ancestor.address if adapted else line.url
    reading = catalogue.reading_of(edition, sources_at, access.withheld(request.user, edition.pk))
    editions = (
        Edition.objects.visible_to(request.user)
        .filter(lesson=edition.lesson_id, adaptation=adapted)
        .select_related("current", "lesson")
    )
    address = request.build_absolute_uri(line.url)
    context: dict[str, Any] = {
        "reading": reading.page,
        "text": reading.text,
        "corrections": errata.of_edition(edition.pk),
        "course": edition.lesson.course,
        "place": None if adapted else catalogue.place(edition.lesson.course_id, edition.lesson_id),
        "adapted": {"words": adaptations.provenance(edition), "url": sources_at} if adapted else None,
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
    zone = getattr(request.user, "own_zone", settings.TIME_ZONE)
    return _("%(day)s (%(zone)s)") % {"day": moments.full_day(at, zone), "zone": moments.zone_short(at, zone)}
