"""What publishing and reading cost for a long lesson and for a full library: as many queries as for little, or so many
more for each section."""

import pytest
from django.utils import timezone

from lessons import document
from lessons.document import Document
from lessons.models import (
    Course,
    CurrentEdition,
    Edition,
    EditionFace,
    Event,
    GlossaryTerm,
    IndexedEdition,
    IndexedPassage,
    Lesson,
    Person,
)
from tests.lessons.factories import make_course, make_image, make_lesson, make_source, question

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
