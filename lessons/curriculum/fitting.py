"""Whether what the files say fits the rows that it goes into: lengths, choices, language tags, what belongs together.

Every database is asked for the same: SQLite would take a title of any length, and PostgreSQL break off at the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from wagtail.fields import StreamField

from lessons.curriculum import rows
from lessons.curriculum.blocks import Names
from lessons.curriculum.files import Fault, Mapped
from lessons.fields import language_tag
from lessons.models import Course, Event, GlossaryTerm, Lesson, Person, Rubric, Section, Source

if TYPE_CHECKING:
    from lessons.curriculum.loading import Curriculum

_PLAIN: Sequence[tuple[str, Any, rows.Put]] = (
    ("glossary", GlossaryTerm, rows.put_term),
    ("people", Person, rows.put_person),
    ("events", Event, rows.put_event),
    ("rubrics", Rubric, rows.put_rubric),
    ("sources", Source, rows.put_source),
)


def faults(curriculum: Curriculum) -> Iterator[Fault]:
    """What the models would refuse, at the line of its key. Touches no row."""
    course = curriculum.course
    row = Course(slug=course["slug"], title=course["title"], summary=course.get("summary", ""))
    row.position = course.get("position", 0)
    yield from _faults(course, row)
    for kind, model, put in _PLAIN:
        for record in getattr(curriculum, kind):
            row = model(slug=record["slug"])
            put(record, row, Names())
            yield from _faults(record, row)
    for lesson in curriculum.lessons:
        row = Lesson()
        rows.put_lesson_itself(lesson, row)
        yield from _faults(lesson, row)
        for section in lesson["sections"]:
            yield from _faults(section, Section(heading=section["heading"]))
            quotes = [block["quote"] for block in section["blocks"] if "quote" in block]
            for quote in quotes:
                if tag := quote.get("language"):
                    yield from _told(quote, "language", _trouble(partial(language_tag, tag)))


def _faults(record: Mapped, row: models.Model) -> Iterator[Fault]:
    # What a row is tied to is checked by its address, and what stands in blocks by the compiler.
    others = {field.name for field in row._meta.fields if field.is_relation or isinstance(field, StreamField)}
    for check in (lambda: row.clean_fields(exclude=others), row.clean):
        if (trouble := _trouble(check)) is not None:
            for name, errors in trouble.update_error_dict({}).items():
                yield from _told(record, "" if name == NON_FIELD_ERRORS else name, ValidationError(errors))


def _trouble(check: Callable[[], None]) -> ValidationError | None:
    try:
        check()
    except ValidationError as trouble:
        return trouble
    return None


def _told(record: Mapped, key: str, trouble: ValidationError | None) -> Iterator[Fault]:
    """At the line of the key, which for `record_author` stands in the record within the record."""
    if key.startswith("record_"):
        record, key = record["record"], key.removeprefix("record_")
    for message in trouble.messages if trouble else []:
        yield Fault(record.file, record.line_of(key), f"{key}: {message}" if key else message)
