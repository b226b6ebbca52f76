"""What the list of sources shows: the newest current copy of each source, and the lessons that use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from destalin_site.common.errors import MalformedRequest
from lessons import dates, render
from lessons.models import EditionSource
from lessons.models.edition import FIRST_DAY
from lessons.querysets import EditionSourceQuerySet

_YES_NO = {"": None, "true": True, "false": False}


@dataclass(frozen=True)
class Filters:
    """What of the list is wanted; nothing said is everything."""

    kind: str = ""
    primary: bool | None = None
    language: str = ""
    first_year: int | None = None
    last_year: int | None = None

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        """From the query string; raises MalformedRequest where it cannot be meant."""
        if (primary := asked.get("primary", "")) not in _YES_NO:
            raise MalformedRequest(_("primary is true or false."))
        found = cls(
            kind=asked.get("kind", ""),
            primary=_YES_NO[primary],
            language=asked.get("language", ""),
            first_year=year(asked.get("from", "")),
            last_year=year(asked.get("to", "")),
        )
        if dates.within_years(found.first_year, found.last_year) is None:
            raise MalformedRequest(_("The first year comes after the last."))
        return found


def year(text: str) -> int | None:
    """A year that was typed; raises MalformedRequest where it is none."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise MalformedRequest(_("A year is a number from 1 to 9999."))
    return int(text)


def copies(filters: Filters) -> EditionSourceQuerySet:
    """The sources of the catalogue that fit, each as the newest current edition shows it."""
    found: EditionSourceQuerySet = EditionSource.objects.in_catalogue().select_related("edition__lesson")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.primary is not None:
        found = found.filter(primary=filters.primary)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.first_year or filters.last_year:
        days = dates.within_years(filters.first_year, filters.last_year)
        found = found.dated_within(*days) if days else found.none()
    return found


def lessons_using(sources: Iterable[int]) -> dict[int, list[EditionSource]]:
    """Where the catalogue shows each of these sources (by its key), in the order of the lessons. One query."""
    found: dict[int, list[EditionSource]] = {}
    uses = EditionSource.objects.current().filter(source__in=list(sources)).select_related("edition__lesson")
    for use in uses.order_by("edition__lesson__course__position", "edition__lesson__position", "edition__lesson_id"):
        found.setdefault(use.source_id, []).append(use)
    return found


def known_then(sources: Iterable[str]) -> dict[str, str]:
    """Where each of these sources (by its id) lets one look at the time with its eyes. One query.

    Nothing for what no current edition shows, and where no day can be said before which it was not yet made.
    """
    copies = EditionSource.objects.in_catalogue().filter(source__uuid__in=list(sources)).exclude(date="")
    columns = ("source__uuid", "slug", "edition__lesson__course__slug", "date", "sort_from")
    return {
        str(key): f"{reverse('course-timeline', args=[course])}?{urlencode({'as_of': slug})}"
        for key, slug, course, date, first in copies.values_list(*columns)
        if dates.earliest(date, first.isoformat() if first != FIRST_DAY else None)
    }


@dataclass(frozen=True)
class LessonLink:
    slug: str
    title: str
    letter: str


@dataclass(frozen=True)
class SourceLine:
    """A source in the list."""

    slug: str
    title: str
    lang: str
    facts: str
    when: str
    primary: bool
    lessons: tuple[LessonLink, ...]


@dataclass(frozen=True)
class Choices:
    """What may be chosen from: what is there."""

    kinds: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]


def choices() -> Choices:
    rows = set(EditionSource.objects.current().order_by().values_list("kind", "language").distinct())
    kinds = {kind: render.kind_name(kind) for kind, _language in rows}
    languages = {language: render.language_name(language) for _kind, language in rows}
    return Choices(_by_name(kinds), _by_name(languages))


def _by_name(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda item: item[1].casefold()))


def lines(page: Iterable[EditionSource]) -> list[SourceLine]:
    """These copies as lines, with the lessons that use them."""
    shown = list(page)
    uses = lessons_using(copy.source_id for copy in shown)
    return [
        SourceLine(
            slug=copy.slug,
            title=copy.title,
            lang=render.title_lang(copy.language, copy.title),
            facts=" · ".join(part for part in (copy.creator, render.kind_name(copy.kind)) if part),
            when=copy.date_display or _("no date"),
            primary=copy.primary,
            lessons=links(uses.get(copy.source_id, [])),
        )
        for copy in shown
    ]


def links(uses: Iterable[EditionSource]) -> tuple[LessonLink, ...]:
    return tuple(LessonLink(use.edition.lesson.slug, use.edition.title, use.letter) for use in uses)
