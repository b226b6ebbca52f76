"""The routes of `lessons`."""

from typing import Any

from lessons import adaptations
from lessons.models import Edition, Event, GlossaryTerm, Person
from tests.assignments.corrected import announce
from tests.cast import Cast
from tests.lessons.factories import make_edition, make_image, make_lesson, make_source, publish
from tests.matrix import PEOPLE, Row, lists, row


class World:
    """One published lesson with a picture, and a draft that nobody may find."""

    def __init__(self, cast: Cast) -> None:
        self.image = make_image()
        figure = {"image": self.image, "alt": "A grey wall", "decorative": False, "caption": ""}
        self.source = make_source()
        shown = {"source": self.source, "framing": "", "first": None, "last": None}
        body = [("paragraph", "<p>A wall.</p>"), ("figure", figure), ("source", shown)]
        self.edition: Edition = make_edition(sections=[("One", body)])
        self.lesson = self.edition.lesson
        self.draft = make_lesson(title="Unfinished")
        self.unused = make_source(title="Shown in no lesson")
        self.erratum = announce(self.source, "1957")

    @property
    def address(self) -> dict[str, Any]:
        return {"slug": self.lesson.slug, "number": self.edition.number}


class Searched(World):
    """Besides, what nobody may find has the word too: a draft's edit, a withdrawn lesson, a teacher's own version."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.lesson.title = "An unpublished wall"
        self.lesson.save_revision()
        self.withdrawn = make_edition(title="A withdrawn wall").lesson
        self.withdrawn.unpublish()
        mine = adaptations.start(self.edition, by=cast.teacher)
        adaptations.cut(adaptations.change(mine, if_version=1, by=cast.teacher, title="My wall"), by=cast.teacher)


def only_what_is_found(world: Searched, person: str, answer: Any) -> None:
    page = answer.content.decode()
    found = page[page.index('<ol class="found"') :]
    assert found.count("<li><h2>") == 1
    assert f'<li><h2><a href="/lessons/{world.lesson.slug}/"' in found
    for other in ("Unfinished", "npublished", "ithdrawn", "My wall", f"/lessons/{world.draft.slug}/"):
        assert other not in page, other


class Reference:
    """A lesson with a word, a person and an event, which a draft has too, besides ones of its own."""

    def __init__(self, cast: Cast) -> None:
        self.source = make_source(slug="letter", date="1960")
        self.lesson = make_lesson(title="Walls", sections=[("One", [("source", {"source": self.source})])])
        self.draft = make_lesson(title="Unfinished", course=self.lesson.course)
        for name in ("shown", "unfinished"):
            brought = {
                "terms": GlossaryTerm.objects.create(slug=f"term-{name}", term=f"Word {name}", meaning="A word."),
                "people": Person.objects.create(slug=f"person-{name}", name=f"Eve {name}", role="She was there."),
                "events": Event.objects.create(
                    slug=f"event-{name}", title=f"A day {name}", date="1956", text="It was."
                ),
            }
            for field, row_ in brought.items():
                setattr(self.draft, field, [*getattr(self.draft, field).all(), row_])
                if name == "shown":
                    setattr(self.lesson, field, [row_])
        self.draft.save_revision()
        publish(self.lesson)


def only_what_is_shown(world: Reference, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert "shown" in page
    assert "unfinished" not in page.lower()


def everybody(slug: str) -> dict[str, set[str]]:
    return {person: {slug} for person in PEOPLE}


def only_what_is_published(world: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert world.edition.title in page
    assert world.draft.title not in page


def only_published_sources(world: World, person: str, answer: Any) -> None:
    page = answer.content.decode()
    assert world.source.title in page
    assert world.unused.title not in page


# Of what is searched, besides what the same addresses list.
SEARCHES: dict[tuple[str, str], Row] = {
    ("get", "api-lessons"): row(
        everybody=200,
        given=Searched,
        query=lambda w: "q=walls&from=1000&to=3000",
        sees=lists(lambda w: everybody(w.lesson.slug), key=lambda item: item["slug"]),
    ),
    ("get", "catalogue"): row(everybody=200, given=Searched, query=lambda w: "q=walls", sees=only_what_is_found),
}

PUBLIC: dict[str, Any] = {"everybody": 200, "given": World}

REFERENCE: dict[str, Any] = {"everybody": 200, "given": Reference}

MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-courses"): row(
        **PUBLIC,
        sees=lists(lambda w: everybody(w.lesson.course.slug), key=lambda item: item["slug"]),
    ),
    ("get", "api-course"): row(**PUBLIC, url=lambda w: {"slug": w.lesson.course.slug}),
    ("get", "api-lessons"): row(
        **PUBLIC, sees=lists(lambda w: everybody(w.lesson.slug), key=lambda item: item["slug"])
    ),
    ("get", "api-lesson"): row(**PUBLIC, url=lambda w: {"slug": w.lesson.slug}),
    ("get", "api-sources"): row(
        **PUBLIC, sees=lists(lambda w: everybody(w.source.slug), key=lambda item: item["slug"])
    ),
    ("get", "api-source"): row(**PUBLIC, url=lambda w: {"slug": w.source.slug}),
    ("get", "api-source-download"): row(**PUBLIC, url=lambda w: {"slug": w.source.slug, "extension": "ris"}),
    ("get", "api-edition"): row(**PUBLIC, url=lambda w: {"sha256": w.edition.pk}),
    ("get", "api-edition-errata"): row(
        **PUBLIC, url=lambda w: {"sha256": w.edition.pk}, sees=lists(lambda w: everybody(str(w.erratum.pk)))
    ),
    ("get", "api-media"): row(**PUBLIC, url=lambda w: {"sha256": w.image.asset_id}),
    ("get", "sources"): row(**PUBLIC, sees=only_published_sources),
    ("get", "current-source"): row(**PUBLIC, url=lambda w: {"source_slug": w.source.slug}),
    ("get", "source-download"): row(
        **PUBLIC, url=lambda w: {**w.address, "source_slug": w.source.slug, "extension": "bib"}
    ),
    ("get", "front"): row(**PUBLIC, sees=only_what_is_published),
    ("get", "catalogue"): row(**PUBLIC, sees=only_what_is_published),
    ("get", "course"): row(**PUBLIC, url=lambda w: {"slug": w.lesson.course.slug}, sees=only_what_is_published),
    ("get", "lesson"): row(**PUBLIC, url=lambda w: {"slug": w.lesson.slug}),
    ("get", "edition"): row(**PUBLIC, url=lambda w: w.address),
    ("get", "source"): row(**PUBLIC, url=lambda w: {**w.address, "source_slug": w.source.slug}),
    ("get", "api-glossary"): row(**REFERENCE, sees=lists(lambda w: everybody("term-shown"))),
    ("get", "api-people"): row(**REFERENCE, sees=lists(lambda w: everybody("person-shown"))),
    ("get", "api-events"): row(
        **REFERENCE, query=lambda w: "as_of=letter", sees=lists(lambda w: everybody("event-shown"))
    ),
    ("get", "glossary"): row(**REFERENCE, sees=only_what_is_shown),
    ("get", "people"): row(**REFERENCE, sees=only_what_is_shown),
    ("get", "person"): row(**REFERENCE, url=lambda w: {"slug": "person-shown"}, sees=only_what_is_shown),
    ("get", "timeline"): row(**REFERENCE, sees=only_what_is_shown),
    ("get", "course-timeline"): row(
        **REFERENCE,
        url=lambda w: {"slug": w.lesson.course.slug},
        query=lambda w: "as_of=letter",
        sees=only_what_is_shown,
    ),
}
