"""From the drafts of a course back to the files that make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lessons.curriculum import files, rows
from lessons.curriculum.blocks import Names, NotInFiles
from lessons.models import Course, CuratedImage, Event, GlossaryTerm, Person, Rubric, Source

Homes = dict[str, tuple[str, int]]


class CannotDump(Exception):
    """A draft holds something that the files have no words for; nothing was written."""


def dump(course: Course, folder: Path) -> list[Path]:
    """The files of this course, written into `folder`, and their paths. A file that says the same is left alone.

    Sources stand in the file in which they stand already; those of no file go into `sources/more.yaml`. Loading what
    was written changes nothing. Raises CannotDump.
    """
    known = rows.names()
    lessons = [row.get_latest_revision_as_object() for row in course.lessons.order_by("position", "id")]
    wanted: dict[str, Any] = {
        "course.yaml": rows.course_record(course, [lesson.slug for lesson in lessons]),
        "glossary.yaml": _all(GlossaryTerm, rows.term_record, _homes(folder, "glossary.yaml")),
        "people.yaml": _all(Person, rows.person_record, _homes(folder, "people.yaml")),
        "events.yaml": _all(Event, rows.event_record, _homes(folder, "events.yaml")),
        "rubrics.yaml": _all(Rubric, rows.rubric_record, _homes(folder, "rubrics.yaml")),
        "figures.yaml": [
            rows.figure_record(row)
            for row in _ordered(CuratedImage.objects.exclude(drawing=None), _homes(folder, "figures.yaml"))
        ],
    }
    homes = _homes(folder, "sources/*.yaml")
    for source in _ordered(Source.objects.all(), homes):
        home = homes.get(source.slug, ("sources/more.yaml", 0))[0]
        wanted.setdefault(home, []).append(_told(rows.source_record, source.get_latest_revision_as_object(), known))
    homes = _homes(folder, "lessons/*.yaml")
    for place, lesson in enumerate(lessons, 1):
        home = homes.get(lesson.slug, (f"lessons/{place:02}-{lesson.slug}.yaml", 0))[0]
        wanted[home] = _told(rows.lesson_record, lesson, known)
    return [_write(folder / name, content) for name, content in wanted.items() if content]


def _all(model: Any, said: Any, homes: Homes) -> list[Any]:
    return [said(row) for row in _ordered(model.objects.all(), homes)]


def _ordered(queryset: Any, homes: Homes) -> list[Any]:
    """Rows in the order in which the files have them; what is new at the end."""
    return sorted(queryset, key=lambda row: (homes.get(row.slug, ("~", 0)), row.slug))


def _told(said: Any, row: Any, known: Names) -> Any:
    try:
        return said(row, known)
    except NotInFiles as unsaid:
        raise CannotDump(f"{row}: the files have no words for {unsaid}") from unsaid


def _homes(folder: Path, pattern: str) -> Homes:
    """Where each address stands in the files of one kind that are there: the file, and the place in it."""
    found: Homes = {}
    for path in sorted(folder.glob(pattern)):
        content = files.read(path, [])
        items = content if isinstance(content, list) else [content]
        for place, item in enumerate(items):
            if isinstance(item, dict) and isinstance(item.get("slug"), str):
                found.setdefault(item["slug"], (str(path.relative_to(folder)), place))
    return found


def _write(path: Path, content: Any) -> Path:
    text = files.write(_inlined(content))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return path


_SHORT_LISTS = {"glossary", "people", "events", "forms", "names"}


def _inlined(value: Any, key: str = "") -> Any:
    """Lists of names on one line."""
    if isinstance(value, dict):
        return {name: _inlined(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return files.Inline(value) if key in _SHORT_LISTS else [_inlined(part) for part in value]
    return value
