"""What the catalogue shows: courses with their lessons, read from the current editions alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from destalin_site.common.prepared import Prepared
from lessons import render
from lessons.document import Document
from lessons.models import Course, Edition, EditionFace


@dataclass(frozen=True)
class Period:
    """The years that a lesson's sources come from, and their place on the course's scale in per cent."""

    words: str
    start: str
    width: str


@dataclass(frozen=True)
class LessonLine:
    number: int
    slug: str
    title: str
    summary: str
    sources: str
    minutes: str
    period: Period | None


@dataclass(frozen=True)
class CoursePage:
    slug: str
    title: str
    summary: str
    lessons: tuple[LessonLine, ...]
    lesson_count: str
    scale: str  # the years that the bars run over


@dataclass(frozen=True)
class Gist:
    """What a line of the catalogue needs of a document. Documents never change, so this is kept."""

    summary: str
    sources: int
    minutes: int | None
    first: int | None
    last: int | None


def courses(slug: str = "") -> list[CoursePage]:
    """Every course that has something to read, or only the one at this address. The same three queries always."""
    editions = Edition.objects.current().select_related("lesson__course")
    if slug:
        editions = editions.filter(lesson__course__slug=slug)
    ordered = list(editions.order_by(*ORDER))
    gists = _gists(ordered)
    found: dict[int, tuple[Course, list[Edition]]] = {}
    for edition in ordered:
        course = edition.lesson.course
        found.setdefault(course.pk, (course, []))[1].append(edition)
    return [_course_page(course, listed, gists) for course, listed in found.values()]


class CourseName(NamedTuple):
    slug: str
    title: str


def course_names() -> list[CourseName]:
    """The same courses by name alone."""
    return [CourseName(*row) for row in _NAMES.rows()]


def _names() -> QuerySet[Any, Any]:
    read = Exists(Edition.objects.current().filter(lesson__course=OuterRef("pk")))
    return Course.objects.filter(read).order_by("position", "title", "id").values_list("slug", "title")


_NAMES: Final = Prepared(_names)
ORDER = [f"lesson__{name}" for name in ("course__position", "course__title", "course_id", "position", "title", "id")]


@dataclass(frozen=True)
class Neighbour:
    number: int
    slug: str
    title: str


@dataclass(frozen=True)
class Place:
    """Where a lesson stands in its course."""

    number: int | None
    before: Neighbour | None
    after: Neighbour | None


def place(course_id: int, lesson_id: int) -> Place:
    rows = Edition.objects.current().filter(lesson__course=course_id).order_by(*ORDER)
    neighbours = [
        (pk, Neighbour(number, slug, title))
        for number, (pk, slug, title) in enumerate(rows.values_list("lesson_id", "lesson__slug", "title"), 1)
    ]
    at = next((i for i, (pk, _neighbour) in enumerate(neighbours) if pk == lesson_id), None)
    if at is None:
        return Place(None, None, None)
    return Place(
        number=at + 1,
        before=neighbours[at - 1][1] if at else None,
        after=neighbours[at + 1][1] if at + 1 < len(neighbours) else None,
    )


# --- Documents that were read already ---------------------------------------------------------------------------------

_KEPT: dict[str, Gist] = {}
_KEPT_AT_MOST = 5_000


def _gists(editions: Sequence[Edition]) -> dict[str, Gist]:
    """The gist of each edition, from memory where this process has read it before."""
    missing = [edition.pk for edition in editions if edition.pk not in _KEPT]
    if len(_KEPT) + len(missing) > _KEPT_AT_MOST:
        _KEPT.clear()
        missing = [edition.pk for edition in editions]
    if missing:
        faces = EditionFace.objects.filter(edition__in=missing, kind=EditionFace.Kind.DOCUMENT)
        for pk, raw in faces.values_list("edition_id", "bytes"):
            _KEPT[pk] = _gist(Document.parse(bytes(raw)))
    return {edition.pk: _KEPT[edition.pk] for edition in editions}


def _gist(document: Document) -> Gist:
    years = [
        int(date[:5] if date.startswith("-") else date[:4])
        for source in document.sources
        for date in (source["date"]["from"], source["date"]["to"])
        if date
    ]
    lesson = document.lesson
    return Gist(
        summary=lesson["summary"] or lesson["inquiry"],
        sources=len(document.sources),
        minutes=lesson["minutes"],
        first=min(years, default=None),
        last=max(years, default=None),
    )


@dataclass(frozen=True)
class Reading:
    """An edition's page, and its text drawn already: most of the work of showing it."""

    page: render.ReadingPage
    text: SafeString


def reading_of(edition: Edition, address: str, withheld: frozenset[str] = frozenset()) -> Reading:
    """The edition at this address in the active language, without the images that are withheld from this reader. Kept
    in memory: it never changes."""
    return _reading(edition.pk, address, get_language() or "", withheld)


@lru_cache(maxsize=128)
def _reading(edition_id: str, address: str, language: str, withheld: frozenset[str]) -> Reading:
    page = render.reading(Edition.objects.get(pk=edition_id).read(), withheld)
    text = render_to_string("lessons/_reading.html", {"reading": page, "edition_url": address})
    return Reading(page, mark_safe(text))  # noqa: S308 - a template's own output


# --- Lines ------------------------------------------------------------------------------------------------------------


def _course_page(course: Course, editions: Iterable[Edition], gists: dict[str, Gist]) -> CoursePage:
    listed = [(edition, gists[edition.pk]) for edition in editions]
    starts = [gist.first for _edition, gist in listed if gist.first is not None]
    ends = [gist.last for _edition, gist in listed if gist.last is not None]
    # Whole decades, so that the ends of the scale can be named.
    low = min(starts, default=0) // 10 * 10
    high = -(-(max(ends, default=0) + 1) // 10) * 10
    lines = tuple(
        LessonLine(
            number=number,
            slug=edition.lesson.slug,
            title=edition.title,
            summary=gist.summary,
            sources=ngettext("%(n)d source", "%(n)d sources", gist.sources) % {"n": gist.sources}
            if gist.sources
            else "",
            minutes=ngettext("%(n)d minute", "%(n)d minutes", gist.minutes) % {"n": gist.minutes}
            if gist.minutes
            else "",
            period=_period(gist, low, high),
        )
        for number, (edition, gist) in enumerate(listed, 1)
    )
    return CoursePage(
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        lessons=lines,
        lesson_count=ngettext("%(n)d lesson", "%(n)d lessons", len(lines)) % {"n": len(lines)},
        scale=f"{low}–{high}" if starts else "",
    )


def _period(gist: Gist, low: int, high: int) -> Period | None:
    if gist.first is None or gist.last is None:
        return None
    words = str(gist.first) if gist.first == gist.last else f"{gist.first}–{gist.last}"
    length = high - low
    return Period(
        words, f"{100 * (gist.first - low) / length:.1f}%", f"{100 * (gist.last + 1 - gist.first) / length:.1f}%"
    )
