"""Drafts and editions for the tests of every app, made as curators make them."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from PIL import Image
from wagtail.signal_handlers import disable_reference_index_auto_update

from lessons.models import Course, CuratedImage, Edition, Lesson, Section, Source
from lessons.models.media import clean_file

_counter = iter(range(1, 1_000_000))


@contextmanager
def not_indexed() -> Iterator[None]:
    """What is saved within is found by no search of the curators' desk, and listed there under no "used in"; readers
    find it. That is a third of what an edition costs, and none of the tests of work that is handed in asks for it."""
    with (
        disable_reference_index_auto_update(),
        mock.patch("modelsearch.signal_handlers.insert_or_update_object_task"),
    ):
        yield


def make_course(**fields: Any) -> Course:
    number = next(_counter)
    return Course.objects.create(**{"slug": f"course-{number}", "title": f"Course {number}", **fields})


def make_source(*, published: bool = True, passages: tuple[str, ...] = (), by: Any = None, **fields: Any) -> Source:
    number = next(_counter)
    texts = passages or ("They pay by the stone.", "The foreman keeps the count.")
    source = Source(
        **{
            "slug": f"source-{number}",
            "title": f"A mason to his brother {number}",
            "kind": Source.Kind.LETTER,
            "creator": "Mason, Jan",
            "recipient": "Mason, Piotr",
            "date": "1956-02~",
            "text": [("paragraph", f"<p>{text}</p>") for text in texts],
            **fields,
        }
    )
    source.save()
    revision = source.save_revision(user=by)
    if published:
        revision.publish(user=by)
        source.refresh_from_db()
    return source


def make_image(title: str = "A wall", size: tuple[int, int] = (700, 500), colour: str = "grey") -> CuratedImage:
    from lessons import images

    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    image = CuratedImage(title=title, credit="Photograph: the authors", file=clean_file(images.clean(out.getvalue())))
    image.save()
    return image


def question(kind: str = "short", prompt: str = "Who paid?", **fields: Any) -> dict[str, Any]:
    value = {"kind": kind, "prompt": f"<p>{prompt}</p>", "points": "5", "required": True, "skill": "sourcing"}
    return {**value, "options": [], "model_answer": "<p>The city did.</p>", **fields}


def choice(kind: str = "single", right: tuple[int, ...] = (1,), texts: tuple[str, ...] = ("Nobody", "The city", "All")):
    options = [{"text": text, "correct": i in right} for i, text in enumerate(texts)]
    return question(kind, "Who gained?", options=options, model_answer="")


def table(
    *,
    kind: str = "table",
    columns: Sequence[str] = ("Who speaks", "What it cannot tell"),
    rows: Sequence[str] = ("The mason", "The foreman"),
    raw: bool = False,
    **fields: Any,
) -> dict[str, Any]:
    """A question that is answered in a table; `raw`: as a section stores it."""

    def items(texts: Sequence[str]) -> list[Any]:
        return [{"type": "item", "id": f"item-{text}", "value": text} for text in texts] if raw else list(texts)

    headings = {"columns": items(columns), "rows": items(rows)}
    return question(kind, "Read both.", **headings, **{"model_answer": "", **fields})


def make_lesson(
    *, course: Course | None = None, sections: list[tuple[str, list[Any]]] | None = None, **fields: Any
) -> Lesson:
    """A draft lesson, with a saved revision. Sections are (heading, [(block type, value), …])."""
    number = next(_counter)
    lesson = Lesson(
        **{
            "course": course or make_course(),
            "slug": f"lesson-{number}",
            "title": f"Walls {number}",
            "inquiry": "Why are walls built?",
            "minutes": 45,
            **fields,
        }
    )
    if sections is None:
        sections = [
            ("Before", [("paragraph", "<p>The wall went up in a night.</p>")]),
            ("After", [("paragraph", "<p>It stood for a <b>generation</b>.</p>"), ("question", question())]),
        ]
    lesson.sections = [Section(heading=heading, body=body, sort_order=i) for i, (heading, body) in enumerate(sections)]
    lesson.save()
    lesson.save_revision()
    return lesson


def publish(lesson: Lesson, *, by: Any = None) -> Edition:
    """Publish what the lesson says in memory; the edition that is then current."""
    lesson.save_revision(user=by).publish(user=by)
    return Edition.objects.get(current__lesson=lesson)


def make_edition(*, by: Any = None, **fields: Any) -> Edition:
    return publish(make_lesson(**fields), by=by)
