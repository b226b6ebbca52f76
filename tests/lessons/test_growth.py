"""What publishing and reading cost for a long lesson and for a full library: as many queries as for little, or so many
more for each section."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessons import adaptations, document
from lessons.document import Document
from lessons.models import (
    Adaptation,
    Course,
    CuratedImage,
    CurrentEdition,
    Edition,
    EditionFace,
    Event,
    GlossaryTerm,
    IndexedEdition,
    IndexedPassage,
    Lesson,
    Person,
    Source,
)
from tests.assignments import corrected
from tests.cast import Cast
from tests.lessons.factories import make_course, make_image, make_lesson, make_source, publish, question
from tests.test_growth import get_routes

pytestmark = pytest.mark.django_db


# --- Publishing -------------------------------------------------------------------------------------------------------


def body(sources=1, questions=1, images=0):
    figure = {"alt": "A grey wall", "decorative": False, "caption": ""}
    whole = {"framing": "", "first": None, "last": None}
    return [
        ("paragraph", "<p>They paid by the stone.</p>"),
        *(("source", {"source": make_source(), **whole}) for _ in range(sources)),
        *(("figure", {"image": make_image(colour=f"#0000{n:02x}"), **figure}) for n in range(images)),
        *(("question", question()) for _ in range(questions)),
    ]


@pytest.fixture
def publishing(queries):
    """What it costs to publish a lesson of these sections, for the first time and again."""

    def cost(sections, **rows):
        lesson = make_lesson(sections=[(f"Section {n}", inside) for n, inside in enumerate(sections)])
        for name, found in rows.items():
            setattr(lesson, name, found)
        revision = lesson.save_revision()
        first = queries(revision.publish)
        lesson = Lesson.objects.get(pk=lesson.pk)
        lesson.title = "Revised"
        revision = lesson.save_revision()
        return first, queries(revision.publish)

    return cost


def test_publishing_costs_the_same_for_each_section_however_many_there_are(publishing):
    shown = body()
    little, more, most = (publishing([shown] * count) for count in (3, 6, 18))
    for few, some, many in zip(little, more, most, strict=True):
        # Wagtail reads the lesson twice and the sources once for each section, and writes it. None of it is ours.
        assert (some - few) % 3 == 0
        assert (some - few) // 3 == (many - some) // 12 <= 4
        assert (many - some) % 12 == 0


@pytest.mark.parametrize("inside", ["sources", "questions", "images"])
def test_publishing_costs_the_same_for_one_source_question_or_image_and_for_nine(publishing, inside):
    assert publishing([body(**{inside: 1})] * 2) == publishing([body(**{inside: 9})] * 2)


def test_publishing_costs_the_same_for_one_word_person_and_event_and_for_thirty(publishing):
    def brought(count):
        return {
            "terms": [
                GlossaryTerm.objects.create(slug=f"t{count}-{n}", term=f"Word {n}", meaning="-") for n in range(count)
            ],
            "people": [
                Person.objects.create(slug=f"p{count}-{n}", name=f"Eve {n}", role="There.") for n in range(count)
            ],
            "events": [
                Event.objects.create(slug=f"e{count}-{n}", title=f"Day {n}", date="1956", text="-")
                for n in range(count)
            ],
        }

    shown = body()
    assert publishing([shown], **brought(1)) == publishing([shown], **brought(30))


# --- Reading ----------------------------------------------------------------------------------------------------------


def add_lessons(like: Edition, count: int, course: Course) -> None:
    """So many more lessons in the catalogue that say what `like` says, each with an event and a source of its own."""
    said, now = like.read().data, timezone.now()
    text = document.canonical_bytes(said).decode()
    names = [name for one in said["sources"] for name in (one["id"], one["slug"])] + [e["id"] for e in said["events"]]
    first = Lesson.objects.count()
    lessons = Lesson.objects.bulk_create(
        Lesson(course=course, slug=f"many-{n}", title=f"Walls, part {n}", live=True)
        for n in range(first, first + count)
    )
    editions, faces, rows, passages = [], [], [], []
    for lesson in lessons:
        own = text
        for name in names:
            own = own.replace(f'"{name}"', f'"{name}-{lesson.pk}"')
        raw = own.replace(f'"{like.title}"', f'"{lesson.title}"').encode()
        edition = Edition(
            id=document.sha256(raw), lesson=lesson, number=1, title=lesson.title, schema=said["schema"],
            size=len(raw), published_at=now,
        )  # fmt: skip
        editions.append(edition)
        face = {"bytes": raw, "gzip": b"", "sha256": edition.pk, "written_at": now}
        faces.append(EditionFace(edition=edition, kind=EditionFace.Kind.DOCUMENT, **face))
        row, found = IndexedEdition.objects.made_of(edition, Document.parse(raw))
        rows.append(row)
        passages += found
    Edition.objects.bulk_create(editions)
    EditionFace.objects.bulk_create(faces)
    CurrentEdition.objects.bulk_create(CurrentEdition(lesson_id=e.lesson_id, edition=e, since=now) for e in editions)
    IndexedEdition.objects.bulk_create(rows)
    IndexedPassage.objects.bulk_create(passages)


@pytest.fixture
def like():
    """An edition with a source, a question and an event."""
    event = Event.objects.create(slug="a-strike-of-masons", title="A strike", date="1956-06", text="They stopped.")
    lesson = make_lesson(course=make_course(slug="walls"), sections=[("One", body())])
    lesson.events = [event]
    lesson.save_revision().publish()
    return Edition.objects.get(current__lesson=lesson)


ADDRESSES = [
    "/",
    "/catalogue/",
    "/catalogue/?q=stone",
    "/catalogue/?q=%22by+the+stone%22&skill=sourcing&from=1950&to=1960&course=walls",
    "/catalogue/?skill=sourcing&from=1950",
    "/catalogue/?q=stone&page=2",
    "/courses/walls/",
    "/courses/walls/timeline/",
    "/timeline/",
    "/timeline/?as_of={source}",
    "/api/v1/courses/walls",
    "/api/v1/lessons",
    "/api/v1/lessons?q=stone",
    "/api/v1/lessons?q=stone&course=walls&limit=200",
    "/api/v1/events",
    "/api/v1/events?course=walls&limit=200",
    "/api/v1/events?as_of={source}",
]


def test_pages_and_lists_cost_as_many_queries_for_fifteen_lessons_as_for_a_thousand(client, queries, like):
    source = like.read().sources[0]["slug"]
    addresses = [address.format(source=source) for address in ADDRESSES]

    def asked(address):
        answer = client.get(address)
        assert answer.status_code == 200, address

    def costs():
        # The first answer after something was published reads what this process has not read before; the second not.
        return {address: [queries(lambda a=address: asked(a)) for _ in range(2)] for address in addresses}

    for address in addresses:
        asked(address)  # what Wagtail and Django keep from one request to the next
    add_lessons(like, 14, like.lesson.course)
    few = costs()
    assert "many-1" in client.get("/catalogue/?q=stone&page=2").content.decode()
    add_lessons(like, 985, like.lesson.course)
    assert Edition.objects.current().count() == 1_000
    assert costs() == few
    assert max(max(pair) for pair in few.values()) < 15


# --- Every route ------------------------------------------------------------------------------------------------------


class Library:
    """`grow` puts as many lessons in it, each with a source, a picture, a word, a person and an event of its own; then
    one with all of them, whose sources were all put right; and as many teacher's own versions of the first."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.each = cast, 0
        self.sources: list[Source] = []
        self.course = make_course(slug="walls")
        self.brought: dict[str, list[object]] = {"terms": [], "people": [], "events": []}
        self.pictures: list[CuratedImage] = []
        self.wide: Edition
        self.adapted: Adaptation

    def grow(self, each: int) -> None:
        while self.each < each:
            self.each += 1
            self._one_more(self.each)
        self.wide = self._published([self._section(n) for n in range(self.each)], self.brought)
        for source in self.sources:
            corrected.announce(source, f"19{50 + self.each}")
        self.adapted = adaptations.start(self.wide, by=self.cast.teacher)
        adaptations.cut(self.adapted, by=self.cast.teacher)

    def _one_more(self, n: int) -> None:
        self.sources.append(make_source())
        self.pictures.append(make_image(colour=f"#0000{n:02x}"))
        made = {
            "terms": GlossaryTerm.objects.create(slug=f"word-{n}", term=f"Word {n}", meaning="A word."),
            "people": Person.objects.create(slug=f"eve-{n}", name=f"Eve {n}", role="She was there."),
            "events": Event.objects.create(slug=f"day-{n}", title=f"Day {n}", date="1956", text="It was."),
        }
        for name, row in made.items():
            self.brought[name].append(row)
        self._published([self._section(n - 1)], {name: [row] for name, row in made.items()})
        self._published([self._section(n - 1)], {}).lesson.unpublish()
        make_lesson(title=f"Unfinished {n}", course=self.course)

    def _section(self, n: int) -> list[tuple[str, object]]:
        figure = {"image": self.pictures[n], "alt": "A grey wall", "decorative": False, "caption": ""}
        shown = {"source": self.sources[n], "framing": "", "first": None, "last": None}
        return [("paragraph", "<p>A wall.</p>"), ("figure", figure), ("source", shown), ("question", question())]

    def _published(self, sections: list[list[tuple[str, object]]], brought: dict[str, list[object]]) -> Edition:
        lesson = make_lesson(course=self.course, sections=[(f"Section {n}", one) for n, one in enumerate(sections)])
        for name, rows in brought.items():
            setattr(lesson, name, rows)
        return publish(lesson)

    @property
    def address(self) -> dict[str, Any]:
        return {"slug": self.wide.lesson.slug, "number": self.wide.number}

    @property
    def at_source(self) -> dict[str, Any]:
        return {**self.address, "source_slug": self.sources[0].slug}


def _nothing(_w: Library) -> dict[str, Any]:
    return {}


def _course(w: Library) -> dict[str, Any]:
    return {"slug": w.course.slug}


def _adapted(w: Library) -> dict[str, Any]:
    return {"pk": w.adapted.pk}


def _edition(w: Library) -> dict[str, Any]:
    return {"sha256": w.wide.pk}


# Who asks, and where.
ROUTES: dict[str, tuple[str, Callable[[Library], dict[str, Any]]]] = {
    "adapted-edition": ("teacher", lambda w: {**_adapted(w), "number": 1}),
    "api-adaptation": ("teacher", _adapted),
    "api-adaptation-preview": ("teacher", _adapted),
    "api-adaptations": ("teacher", _nothing),
    "api-course": ("student", _course),
    "api-courses": ("student", _nothing),
    "api-edition": ("student", _edition),
    "api-edition-errata": ("student", _edition),
    "api-events": ("student", _nothing),
    "api-glossary": ("student", _nothing),
    "api-lesson": ("student", lambda w: {"slug": w.wide.lesson.slug}),
    "api-lessons": ("student", _nothing),
    "api-people": ("student", _nothing),
    "api-source": ("student", lambda w: {"slug": w.sources[0].slug}),
    "api-source-download": ("student", lambda w: {"slug": w.sources[0].slug, "extension": "ris"}),
    "api-sources": ("student", _nothing),
    "catalogue": ("student", _nothing),
    "course": ("student", _course),
    "course-timeline": ("student", _course),
    "current-source": ("student", lambda w: {"source_slug": w.sources[0].slug}),
    "edition": ("student", lambda w: w.address),
    "front": ("student", _nothing),
    "glossary": ("student", _nothing),
    "lesson": ("student", lambda w: {"slug": w.wide.lesson.slug}),
    "lessons_corrections": ("admin", _nothing),
    "lessons_deleted": ("admin", _nothing),
    "lessons_image_report": ("admin", _nothing),
    "lessons_image_report_results": ("admin", _nothing),
    "lessons_review": ("admin", _nothing),
    "people": ("student", _nothing),
    "person": ("student", lambda w: {"slug": "eve-1"}),
    "source": ("student", lambda w: w.at_source),
    "source-download": ("student", lambda w: {**w.at_source, "extension": "bib"}),
    "sources": ("student", _nothing),
    "timeline": ("student", _nothing),
}

# Routes that nobody asks here, each with why.
EXEMPT = {
    "api-media": "a picture, as bytes",
    "lessons_announce_correction": "a form about one source; test_errata counts what its differences ask",
    "lessons_export_source": "one source, as a file",
    "lessons_image_library": "Wagtail keeps every thumbnail of a page in the cache by itself",
    "lessons_images_found": "the same list",
    "lessons_import": "a form without a list",
    "lessons_import_sources": "a form without a list",
    "lessons_imported": "what one file brought; test_import_page counts what it asks",
    "lessons_imported_sources": "what one file brought, and which of it is there still, in two queries",
    "lessons_publish_again": "every lesson of a page that shows the source is compiled, and a page has so many at most",
    "lessons_rendition": "a picture, as bytes",
    "lessons_unfinished": "every draft of a page is compiled to tell what it lacks, and a page has so many at most",
}


def test_every_get_route_is_asked_or_exempt_for_a_reason() -> None:
    # What Wagtail makes of a kind of thing shows one row, in Wagtail's own form.
    there = {name for name in get_routes("lessons.") if not name.startswith("wagtailsnippets_")}
    known = {*ROUTES, *EXEMPT}
    assert there == known, f"nobody measures {sorted(there - known)}; no routes: {sorted(known - there)}"
    assert not set(ROUTES) & set(EXEMPT)


def test_every_get_route_costs_the_same_for_a_few_and_for_many(cast: Cast, queries) -> None:
    library = Library(cast)
    clients = {who: Client() for who, _url in ROUTES.values()}
    for who, client in clients.items():
        client.force_login(getattr(cast, who))

    def costs() -> dict[str, int]:
        found = {}
        for name, (who, url) in ROUTES.items():
            address = reverse(name, kwargs=url(library))

            def read(client: Client = clients[who], address: str = address) -> None:
                answer = client.get(address, follow=True)
                assert answer.status_code == 200, f"{answer.status_code} from {address}"

            read()  # what a process keeps is kept now
            found[name] = queries(read)
        return found

    library.grow(3)
    few = costs()
    library.grow(8)
    many = costs()
    assert not {name: (few[name], many[name]) for name in few if few[name] != many[name]}
