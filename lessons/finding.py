"""What the search of the catalogue finds: lessons, each with the passage that fits best.

One query ranks the lessons, counts them and brings the keys of a page of them, a second what is told of these, a third
their passages. Which passage it is stands in `places`. The first carries nothing else: the database sorts all that
match.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from html import escape  # Django's own asks first whether a text is lazy or safe; these are neither
from typing import Any, Final

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from destalin_site.common.errors import MalformedRequest
from destalin_site.common.prepared import Prepared
from lessons import fulltext, stems
from lessons.catalogue import ORDER
from lessons.models import IndexedEdition, IndexedPassage
from lessons.render import skills
from lessons.shelf import year
from lessons.stems import Wanted

_BEFORE, _AFTER = 90, 260  # characters of a passage that are shown before and from its first word that fits
_CANDIDATES: Final = 5  # passages that are looked at where words must follow each other


@dataclass(frozen=True)
class Filters:
    """Which lessons are wanted; nothing said is everything."""

    course: str = ""
    skill: str = ""
    first_year: int | None = None
    last_year: int | None = None

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        """From the query string; raises MalformedRequest where it cannot be meant."""
        skill = asked.get("skill", "")
        if skill and skill not in dict(skills()):
            raise MalformedRequest(_("There is no such skill."))
        found = cls(
            # A NUL is in no address, and PostgreSQL refuses to look for it.
            asked.get("course", "").replace("\0", "�"),
            skill,
            year(asked.get("from", "")),
            year(asked.get("to", "")),
        )
        if found.first_year and found.last_year and found.first_year > found.last_year:
            raise MalformedRequest(_("The first year comes after the last."))
        return found

    def narrow(self, rows: Any) -> Any:
        """Those of these indexed editions that fit: with questions of the skill, with sources of the years."""
        if self.course:
            rows = rows.filter(lesson__course__slug=self.course)
        if self.skill:
            rows = rows.filter(skills__contains=f",{self.skill},")
        if self.first_year:
            rows = rows.filter(last_year__gte=self.first_year)
        if self.last_year:
            rows = rows.filter(first_year__lte=self.last_year)
        return rows


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an edition's text that has what was looked for. `marks` are code points of `text`."""

    kind: str
    name: str
    anchor: str
    source: str  # where it stands on the page of this source alone
    lang: str
    paraphrase: bool
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A lesson that was found. Its passage is None where nothing but the filters was asked."""

    lesson: int
    slug: str
    title: str
    language: str
    summary: str
    course: str
    edition_number: int
    first_year: int | None
    last_year: int | None
    passage: Passage | None
    title_marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of the lessons that were found, and how many there are on all pages. Past the last page nothing is
    counted."""

    total: int
    lessons: list[Found]


_COLUMNS: Final = (
    *("lesson_id", "lesson__slug", "edition__title", "lesson__language", "lesson__summary", "lesson__course__title"),
    *("edition__number", "first_year", "last_year", "places"),
)


def find(asked: str, filters: Filters, *, first: int, most: int) -> Hits:
    """Lessons of the catalogue that have every word of `asked`, the best first; without words those that fit the
    filters, in the order of the catalogue. Nothing where what was typed holds no word to look for."""
    wanted = stems.question(asked)
    if asked.strip() and not wanted:
        return Hits(0, [])
    rows = _keys(wanted, filters, first, first + most)
    keys, total = [key for key, _total in rows], rows[0][1] if rows else 0
    told = {row[0]: row for row in _told(len(keys)).rows(**_named(keys))} if keys else {}
    shown = [told[key] for key in keys if key in told]
    passages = _passages(shown, wanted) if wanted else {}
    forms = _forms(wanted)
    names = [field.name for field in fields(Found)]
    lessons = [
        Found(
            **dict(zip(names, row[:-1], strict=False)),
            passage=passages.get(row[0]),
            title_marks=tuple(_apart(stems.places(row[2], forms))) if wanted else (),
        )
        for row in shown
    ]
    return Hits(total, lessons)


def _keys(wanted: Sequence[Wanted], filters: Filters, first: int, last: int) -> list[tuple[int, int]]:
    """The keys of this part of the lessons, each with the number of all of them."""
    if wanted and filters == Filters():
        return [(key, total) for key, total in _ranked(first, last).rows(match=fulltext.match(wanted))]
    rows = filters.narrow(IndexedEdition.objects.current())
    rows = fulltext.ranked(rows, fulltext.match(wanted)) if wanted else rows.order_by(*ORDER)
    return list(_counted(rows)[first:last])


def _counted(rows: Any) -> Any:
    return rows.annotate(total=Window(Count("*"))).values_list("lesson_id", "total")


@lru_cache(maxsize=128)
def _ranked(first: int, last: int) -> Prepared:
    def build(match: str) -> Any:
        return _counted(fulltext.ranked(IndexedEdition.objects.current(), match))[first:last]

    return Prepared(build, match=str)


@lru_cache(maxsize=64)
def _told(count: int) -> Prepared:
    """Of so many lessons what is told."""
    return Prepared(
        lambda **keys: IndexedEdition.objects.filter(pk__in=list(keys.values())).values_list(*_COLUMNS),
        **dict.fromkeys(_named(range(count)), int),
    )


@lru_cache(maxsize=64)
def _texts(count: int) -> Prepared:
    """So many passages."""
    columns = ("id", "kind", "name", "anchor", "source", "lang", "paraphrase", "text")
    return Prepared(
        lambda **keys: IndexedPassage.objects.filter(pk__in=list(keys.values())).values_list(*columns),
        **dict.fromkeys(_named(range(count)), int),
    )


def _named(keys: Iterable[int]) -> dict[str, int]:
    return {f"key{place}": key for place, key in enumerate(keys)}


def lessons_with(asked: str) -> list[int]:
    """The keys of the lessons of the catalogue that have every word of `asked`, in no order."""
    if not (wanted := stems.question(asked)):
        return []
    # A list: the index cannot be asked inside another query, where its table would go by another name.
    rows = fulltext.matching(IndexedEdition.objects.current(), fulltext.match(wanted))
    return list(rows.values_list("lesson_id", flat=True))


def lessons_that_fit(filters: Filters) -> Any:
    """The keys of the lessons of the catalogue that fit, as a part of another query."""
    return filters.narrow(IndexedEdition.objects.current()).values("lesson_id")


def passages_of(lessons: Sequence[int], asked: str) -> dict[int, Passage]:
    """For each of these lessons, which have the words, the passage that fits best. Two queries."""
    wanted = stems.question(asked)
    rows = IndexedEdition.objects.current().filter(pk__in=lessons).values_list("lesson_id", "places")
    return _passages(list(rows), wanted) if wanted else {}


def _forms(wanted: Sequence[Wanted]) -> frozenset[str]:
    return frozenset(stem for each in wanted for run in each.runs for stem in run)


def _passages(rows: Sequence[tuple[Any, ...]], wanted: Sequence[Wanted]) -> dict[int, Passage]:
    """For each lesson the passage with the most of what is wanted; its first one where only the title has it."""
    phrases = [run for each in wanted for run in each.runs if len(run) > 1]
    most = _CANDIDATES if phrases else 1
    numbers = {row[0]: _best(row[-1], wanted)[:most] or [0] for row in rows}
    keys = [IndexedPassage.key(lesson, number) for lesson, found in numbers.items() for number in found]
    texts: dict[int, Any] = {row[0]: row[1:] for row in _texts(len(keys)).rows(**_named(keys))} if keys else {}
    forms = _forms(wanted)
    found = {}
    for lesson, candidates in numbers.items():
        there = [texts[key] for number in candidates if (key := IndexedPassage.key(lesson, number)) in texts]
        if there:
            best = next((row for row in there if any(_follows(row[-1], run) for run in phrases)), there[0])
            text, marks = excerpt(best[-1], forms)
            found[lesson] = Passage(*best[:-1], text, marks)  # type: ignore[call-arg]
    return found


def _best(places: str, wanted: Sequence[Wanted]) -> list[int]:
    """The numbers of the passages, those with the most of what is wanted first, then by their order."""
    count: Counter[int] = Counter()
    for each in wanted:
        there: set[int] = set()
        for run in each.runs:
            sets = [_standing(places, stem) for stem in run]
            there |= set.intersection(*sets) or set.union(*sets)
        count.update(there)
    return sorted(count, key=lambda number: (-count[number], number))


def _standing(places: str, stem: str) -> set[int]:
    sign = f"\n{stem}:"
    at = places.find(sign)
    if at < 0:
        return set()
    start = at + len(sign)
    return {int(number) for number in places[start : places.index("\n", start)].split(",")}


def _follows(text: str, run: stems.Run) -> bool:
    said = [(word.stem, word.key) for word in stems.words(text)]
    return any(
        all(stem in forms for stem, forms in zip(run, said[at : at + len(run)], strict=True))
        for at in range(len(said) - len(run) + 1)
    )


def excerpt(text: str, forms: frozenset[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of the text around the first word that has one of these forms, with the places of all of them in it."""
    places = _apart(stems.places(text, forms))
    middle = places[0][0] if places else 0
    start, end = max(0, middle - _BEFORE), min(len(text), middle + _AFTER)
    if start:
        start = text.find(" ", start, middle) + 1 or start
    if end < len(text):
        end = space if (space := text.rfind(" ", middle + 1, end)) > 0 else end
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((first + shift, min(last, end) + shift) for first, last in places if first < end)
    return f"{before}{text[start:end]}{after}", marks


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """These places from the first to the last, without any that another one covers."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def marked(text: str, marks: Sequence[tuple[int, int]]) -> SafeString:
    """The text as markup, with these places of it marked."""
    parts, done = [], 0
    for start, end in marks:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    parts.append(escape(text[done:]))
    return mark_safe("".join(parts))  # noqa: S308 - each part was escaped


@lru_cache(maxsize=4096)
def lesson_page(slug: str) -> str:
    return reverse("lesson", args=[slug])


@lru_cache(maxsize=4096)
def _source_page(slug: str, edition_number: int, source: str) -> str:
    return reverse("source", args=[slug, edition_number, source])


def address(slug: str, edition_number: int, passage: Passage | None) -> str:
    """Where a page shows the passage that was found in this lesson."""
    if passage is None:
        return lesson_page(slug)
    page = _source_page(slug, edition_number, passage.source) if passage.source else lesson_page(slug)
    return f"{page}#{passage.anchor}" if passage.anchor else page


def label(passage: Passage) -> str:
    """What the passage is, in words."""
    match passage.kind:
        case "text" if passage.name:
            return _("Paragraph %(number)s") % {"number": passage.name.lstrip("¶")}
        case "source":
            return _("Source passage %(name)s") % {"name": passage.name} if passage.name else _("Source")
        case "question":
            return _("Question %(number)s") % {"number": passage.name} if passage.name else _("Question")
        case "heading":
            return _("Source %(letter)s") % {"letter": passage.name} if passage.name else _("Heading")
        case "word":
            return _("Words and people")
    return _("Introduction") if passage.kind == "lead" else _("Text")
