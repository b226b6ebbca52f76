"""What lessons lean on, as readers look it up: words, people, events and historians, from the current editions alone.

Where two editions word an entry differently, the one that was published last is shown; each lesson shows its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar, cast

from lessons import dates
from lessons.catalogue import ORDER
from lessons.document import DateData, Document, SourceData
from lessons.models import Edition, EditionFace

# --- What an edition brings along -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    edtf: str
    display: str
    first: str | None  # ISO days
    last: str | None

    @classmethod
    def of(cls, date: DateData) -> When:
        return cls(date["edtf"], date["display"], date["from"], date["to"])

    @property
    def days(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day of its range."""
        first, last = (datetime.date.fromisoformat(day) if day else None for day in (self.first, self.last))
        return first, last

    @property
    def earliest(self) -> datetime.date | None:
        return dates.earliest(self.edtf, self.first)

    @property
    def latest(self) -> datetime.date | None:
        return dates.latest(self.edtf, self.last)


@dataclass(frozen=True)
class Term:
    id: str
    term: str
    original: str
    language: str
    transliteration: str
    meaning: str

    @property
    def order(self) -> tuple[str, str]:
        return (self.term.casefold(), self.id)


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    original: str
    language: str
    born: When
    died: When
    office: str
    role: str

    @property
    def surname(self) -> str:
        return self.name.split()[-1]

    @property
    def order(self) -> tuple[str, str]:
        return (self.surname.casefold(), self.id)


@dataclass(frozen=True)
class Event:
    id: str
    title: str
    date: When
    place: str
    known: When
    known_by: str
    text: str
    conflict: str

    @property
    def order(self) -> tuple[str, str, str]:
        return (self.date.first or "", self.date.last or "9999", self.id)

    @property
    def was_secret(self) -> bool:
        return self.known.edtf != self.date.edtf

    def surely_known(self, work: Work) -> bool:
        """Whether it was over, and the public could know of it, before `work` can have been begun.

        The last day on which it can have ended or become known is not after the first day on which the work can have
        been made. What is open or unknown is not sure.
        """
        made = work.date.earliest
        days = (self.date.latest, self.known.latest)
        return made is not None and all(day is not None and day <= made for day in days)


@dataclass(frozen=True)
class Work:
    """A source, as an edition shows it."""

    id: str
    slug: str
    letter: str
    title: str
    language: str
    creator: str
    authors: tuple[str, ...]
    date: When
    primary: bool

    @property
    def order(self) -> tuple[str, str, str]:
        return (self.date.first or "", self.date.last or "9999", self.slug)


@dataclass(frozen=True)
class Judgement:
    """How a historian reads one passage of a source."""

    source: str  # the id of the source that is read
    passage: int
    words: str
    paraphrase: bool
    reading: str
    claim: str
    locator: str
    by: Work


@dataclass(frozen=True)
class Shelf:
    """What one edition brings along. Documents never change, so this is kept."""

    terms: tuple[Term, ...]
    people: tuple[Person, ...]
    events: tuple[Event, ...]
    works: tuple[Work, ...]
    judgements: tuple[Judgement, ...]


_KEPT: dict[str, Shelf] = {}
_KEPT_AT_MOST = 5_000
# Lessons of a course share most of their entries: each is kept once.
_SAME: dict[Any, Any] = {}


def _shelves(editions: Sequence[str]) -> dict[str, Shelf]:
    """The shelf of each edition, from memory where this process has read it before."""
    missing = [edition for edition in editions if edition not in _KEPT]
    if len(_KEPT) + len(missing) > _KEPT_AT_MOST:
        _KEPT.clear()
        _SAME.clear()
        missing = list(editions)
    if missing:
        faces = EditionFace.objects.filter(edition__in=missing, kind=EditionFace.Kind.DOCUMENT)
        for pk, raw in faces.values_list("edition_id", "bytes"):
            _KEPT[pk] = _shelf(Document.parse(bytes(raw)))
    return {edition: _KEPT[edition] for edition in editions}


def _shelf(document: Document) -> Shelf:
    works = {source["id"]: _once(_work(source)) for source in document.sources}
    return Shelf(
        terms=tuple(_once(Term(**term)) for term in document.glossary),
        people=tuple(
            _once(replace(Person(**cast(Any, person)), born=When.of(person["born"]), died=When.of(person["died"])))
            for person in document.people
        ),
        events=tuple(
            _once(replace(Event(**cast(Any, event)), date=When.of(event["date"]), known=When.of(event["known"])))
            for event in document.events
        ),
        works=tuple(works.values()),
        judgements=tuple(_once(found) for source in document.sources for found in _judgements(document, source, works)),
    )


def _once(value: Any) -> Any:
    return _SAME.setdefault(value, value)


def _work(source: SourceData) -> Work:
    authors = tuple(
        author.get("literal") or f"{author.get('given', '')} {author.get('family', '')}".strip()
        for author in source["csl"].get("author", [])
    )
    return Work(
        id=source["id"],
        slug=source["slug"],
        letter=source["letter"],
        title=source["title"],
        language=source["language"],
        creator=source["creator"],
        authors=authors,
        date=When.of(source["date"]),
        primary=source["primary"],
    )


def _judgements(document: Document, source: SourceData, works: dict[str, Work]) -> Iterator[Judgement]:
    for claim in source["claims"]:
        for ground in claim["rests_on"]:
            yield Judgement(
                source=ground["source"],
                passage=ground["passage"],
                words=ground["text"],
                paraphrase=document.is_paraphrase(ground),
                reading=ground["reading"],
                claim=claim["text"],
                locator=claim["locator"],
                by=works[source["id"]],
            )


# --- What all of them bring -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A current edition, as pages name it."""

    edition: str
    number: int
    title: str
    slug: str
    course: str
    course_title: str
    published_at: datetime.datetime


Item = TypeVar("Item", Term, Person, Event, Work)


@dataclass(frozen=True)
class Entry(Generic[Item]):
    item: Item
    lessons: tuple[Held, ...]  # that have it, in the order of the catalogue

    @property
    def last(self) -> Held:
        """The edition whose wording this is."""
        return max(self.lessons, key=_age)


def library(*, course: str = "", lesson: str = "") -> Library:
    """All that the current editions bring, or those of one course or lesson. The same two queries always."""
    rows = Edition.objects.current().order_by(*ORDER)
    columns = ("id", "number", "title", "lesson__slug", "lesson__course__slug", "lesson__course__title", "published_at")
    held = tuple(Held(*row) for row in rows.values_list(*columns))
    _shelves([each.edition for each in held])
    return _library(held).within(course=course, lesson=lesson)


@lru_cache(maxsize=64)
def _library(held: tuple[Held, ...]) -> Library:
    return Library(held, _shelves([each.edition for each in held]))


class Library:
    def __init__(self, held: tuple[Held, ...], shelves: dict[str, Shelf]) -> None:
        self.held = held
        self._shelves = shelves

    def within(self, *, course: str = "", lesson: str = "") -> Library:
        if not course and not lesson:
            return self
        held = (each for each in self.held if course in ("", each.course) and lesson in ("", each.slug))
        return _library(tuple(held))

    @cached_property
    def courses(self) -> dict[str, str]:
        """The titles of its courses, by their slugs."""
        return {each.course: each.course_title for each in self.held}

    @cached_property
    def terms(self) -> tuple[Entry[Term], ...]:
        return self._entries((each, self._shelves[each.edition].terms) for each in self.held)

    @cached_property
    def people(self) -> tuple[Entry[Person], ...]:
        return self._entries((each, self._shelves[each.edition].people) for each in self.held)

    @cached_property
    def events(self) -> tuple[Entry[Event], ...]:
        return self._entries((each, self._shelves[each.edition].events) for each in self.held)

    @cached_property
    def works(self) -> tuple[Entry[Work], ...]:
        return self._entries((each, self._shelves[each.edition].works) for each in self.held)

    def work(self, slug: str) -> Entry[Work] | None:
        return next((entry for entry in self.works if entry.item.slug == slug), None)

    def person(self, slug: str) -> Entry[Person] | None:
        return next((entry for entry in self.people if entry.item.id == slug), None)

    def works_of(self, person: Person) -> list[Entry[Work]]:
        """The sources that this person made."""
        return self._by_author.get(person.name, [])

    @cached_property
    def _by_author(self) -> dict[str, list[Entry[Work]]]:
        found: dict[str, list[Entry[Work]]] = {}
        for entry in self.works:
            for author in dict.fromkeys(entry.item.authors):
                found.setdefault(author, []).append(entry)
        return found

    def events_known_to(self, work: Work) -> list[Entry[Event]]:
        """The events that whoever made it surely could know of."""
        return [entry for entry in self.events if entry.item.surely_known(work)]

    def read_differently(self, source: str) -> list[tuple[Judgement, ...]]:
        """The passages of this source that two works or more read, each with how they do, in the source's order."""
        by_passage: dict[int, dict[tuple[str, str], Judgement]] = {}
        for found in self._judgements.get(source, ()):
            # The same claim in several lessons is one; the last published wording of it stands.
            by_passage.setdefault(found.passage, {})[found.by.slug, found.claim] = found
        groups = [
            tuple(sorted(group.values(), key=lambda each: each.by.order)) for _n, group in sorted(by_passage.items())
        ]
        return [group for group in groups if len({found.by.slug for found in group}) > 1]

    def home_of(self, work: Work) -> Held:
        """The current edition in which to read it."""
        return self._homes[work.slug]

    @cached_property
    def _homes(self) -> dict[str, Held]:
        return {entry.item.slug: entry.last for entry in self.works}

    @cached_property
    def _judgements(self) -> dict[str, list[Judgement]]:
        found: dict[str, list[Judgement]] = {}
        for each in sorted(self.held, key=_age):
            for judgement in self._shelves[each.edition].judgements:
                found.setdefault(judgement.source, []).append(judgement)
        return found

    @staticmethod
    def _entries(shelved: Iterable[tuple[Held, tuple[Item, ...]]]) -> tuple[Entry[Item], ...]:
        items: dict[str, Item] = {}
        newest: dict[str, Held] = {}
        lessons: dict[str, list[Held]] = {}
        for held, brought in shelved:
            for item in brought:
                lessons.setdefault(item.id, []).append(held)
                if item.id not in newest or _age(held) > _age(newest[item.id]):
                    items[item.id], newest[item.id] = item, held
        found = [Entry(item, tuple(lessons[key])) for key, item in items.items()]
        return tuple(sorted(found, key=lambda entry: entry.item.order))


def _age(held: Held) -> tuple[datetime.datetime, str]:
    return (held.published_at, held.edition)
