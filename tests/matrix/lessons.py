"""The routes of `lessons`."""

from typing import Any

from lessons.models import Edition
from tests.cast import Cast
from tests.lessons.factories import make_edition, make_image, make_lesson
from tests.matrix import PEOPLE, Row, lists, row


class World:
    """One published lesson with a picture, and a draft that nobody may find."""

    def __init__(self, cast: Cast) -> None:
        self.image = make_image()
        figure = {"image": self.image, "alt": "A grey wall", "decorative": False, "caption": ""}
        self.edition: Edition = make_edition(sections=[("One", [("paragraph", "<p>A wall.</p>"), ("figure", figure)])])
        self.lesson = self.edition.lesson
        self.draft = make_lesson()


def everybody(slug: str) -> dict[str, set[str]]:
    return {person: {slug} for person in PEOPLE}


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
    ("get", "api-edition"): row(**PUBLIC, url=lambda w: {"sha256": w.edition.pk}),
    ("get", "api-media"): row(**PUBLIC, url=lambda w: {"sha256": w.image.asset_id}),
}
