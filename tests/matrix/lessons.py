"""The routes of `lessons`."""

from typing import Any

from lessons.models import Edition
from tests.cast import Cast
from tests.lessons.factories import make_edition, make_image, make_lesson, make_source
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

    @property
    def address(self) -> dict[str, Any]:
        return {"slug": self.lesson.slug, "number": self.edition.number}


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


PUBLIC: dict[str, Any] = {"everybody": 200, "given": World}

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
}
