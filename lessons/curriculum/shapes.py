"""What each kind of record in a curriculum holds. A key that is not here is a fault that names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lessons import dates
from lessons.curriculum.files import Fault, Listed, Mapped

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Check = Callable[[Any], str]  # the fault of a value, or ""
MOST: Final = 32_767  # the largest number that every database takes where a small one is meant


def text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "is not a text"


def may_be_empty(value: Any) -> str:
    return "" if isinstance(value, str) else "is not a text"


def slug(value: Any) -> str:
    return "" if isinstance(value, str) and SLUG.fullmatch(value) else "is not an address of small letters and hyphens"


def whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "is not a whole number"


def small(value: Any) -> str:
    return "" if not whole(value) and value <= MOST else f"is not a whole number from 0 to {MOST}"


def number(value: Any) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if good else "is not a number"


def flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is not true or false"


def texts(value: Any) -> str:
    return "" if isinstance(value, list) and all(not text(item) for item in value) else "is not a list of texts"


def slugs(value: Any) -> str:
    if not isinstance(value, list) or any(slug(item) for item in value):
        return "is not a list of addresses"
    return "names something twice" if len(set(value)) < len(value) else ""


def records(value: Any) -> str:
    good = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return "" if good else "is not a list of records"


def record(value: Any) -> str:
    return "" if isinstance(value, dict) else "is not a record"


def edtf(value: Any) -> str:
    if not isinstance(value, str):
        return "is not a date in quotes"
    try:
        dates.parse(value)
    except dates.InvalidDate:
        return f"“{value}” is not a date in EDTF"
    return ""


def one_of(*choices: str) -> Check:
    return lambda value: "" if value in choices else f"is not one of {', '.join(choices)}"


@dataclass(frozen=True)
class Shape:
    """Keys that a record must have, and those that it may have."""

    must: dict[str, Check]
    may: dict[str, Check]

    def faults(self, item: Any, file: str, line: int) -> list[Fault]:
        if not isinstance(item, Mapped):
            return [Fault(file, line, "this is not a record")]
        found = [
            Fault(item.file, item.line_of(key), f"“{key}” is not known here")
            for key in item
            if key not in self.must and key not in self.may
        ]
        found += [Fault(item.file, item.line, f"“{key}” is missing") for key in self.must if key not in item]
        for key, value in item.items():
            check = self.must.get(key) or self.may.get(key)
            if check and (fault := check(value)):
                found.append(Fault(item.file, item.line_of(key), f"“{key}” {fault}"))
        return found


COURSE = Shape({"slug": slug, "title": text, "lessons": slugs}, {"summary": may_be_empty, "position": small})
TERM = Shape(
    {"slug": slug, "term": text, "meaning": text},
    {"original": text, "language": text, "transliteration": text, "forms": texts},
)
PERSON = Shape(
    {"slug": slug, "name": text, "role": text},
    {"original": text, "language": text, "born": edtf, "died": edtf, "office": text, "forms": texts},
)
EVENT = Shape(
    {"slug": slug, "title": text, "date": edtf, "text": text},
    {"place": text, "known_from": edtf, "known_by": text, "conflict": text, "names": texts},
)
RUBRIC = Shape({"slug": slug, "title": text, "criteria": records}, {})
CRITERION = Shape({"name": text, "levels": records}, {"description": text})
LEVEL = Shape({"name": text, "description": text}, {"points": text})
FIGURE = Shape(
    {"slug": slug, "title": text, "kind": one_of("bars", "ranges", "spans", "points", "panels"), "rows": records},
    {"unit": text, "who": text, "note": text},
)
FIGURE_ROWS = {
    "bars": Shape({"label": text, "value": number}, {"note": text}),
    "ranges": Shape({"label": text, "low": number, "high": number}, {"who": text, "note": text}),
    "spans": Shape({"label": text, "from": edtf, "to": edtf}, {"group": text, "note": text}),
    "points": Shape({"label": text, "lon": number, "lat": number, "when": text}, {"note": text}),
    "panels": Shape({"panel": text, "label": text, "value": number}, {"note": text}),
}
SOURCE = Shape(
    {"slug": slug, "title": text, "kind": text, "primary": flag, "paraphrase": flag, "record": record, "text": texts},
    {
        **dict.fromkeys(["creator", "recipient", "place", "language", "container", "publisher", "pages"], text),
        **dict.fromkeys(["archive", "reference", "url", "rights"], text),
        "date": edtf,
        "claims": records,
    },
)
RECORD = Shape({}, dict.fromkeys(["author", "audience", "purpose", "perspective", "omits"], text))
CLAIM = Shape({"text": text, "locator": text, "rests_on": records}, {})
GROUND = Shape({"source": slug, "passage": whole, "reading": text}, {})
LESSON = Shape(
    {"slug": slug, "title": text, "sections": records},
    {
        "inquiry": text,
        "summary": text,
        "language": text,
        "level": text,
        "minutes": small,
        "glossary": slugs,
        "people": slugs,
        "events": slugs,
    },
)
SECTION = Shape({"heading": text, "blocks": records}, {})
QUESTION = Shape(
    {"kind": one_of("short", "essay", "single", "multiple", "table"), "prompt": text, "points": number},
    {
        "skill": one_of("sourcing", "contextualization", "corroboration", "close reading", "argument"),
        "required": flag,
        "rubric": slug,
        "options": texts,
        "columns": texts,
        "rows": texts,
        "answer": text,
    },
)
DISPUTED = Shape({"label": text, "unit": text, "rows": records}, {"explanation": text})
DISPUTED_ROW = Shape({"who": text, "low": whole}, {"high": whole, "note": text})
BLOCKS: Final[dict[str, Shape | Check]] = {
    "paragraph": text,
    "heading": text,
    "subheading": text,
    "list": texts,
    "numbered": texts,
    "quote": Shape({"text": text}, {"attribution": text, "language": text}),
    "callout": Shape({"text": text}, {"title": text}),
    "source": Shape({"source": slug}, {"framing": text, "first": whole, "last": whole}),
    "figure": Shape({"figure": slug}, {"alt": text, "caption": text, "decorative": flag}),
    "disputed": DISPUTED,
    "question": QUESTION,
}


def list_faults(content: Any, shape: Shape, file: str) -> list[Fault]:
    """The faults of a file that is a list of records of one shape, each with an address of its own."""
    if content is None:
        return []
    if not isinstance(content, Listed):
        return [Fault(file, 1, "this is not a list of records")]
    found: list[Fault] = []
    seen: set[str] = set()
    for item, line in zip(content, content.lines, strict=True):
        found += shape.faults(item, file, line)
        if isinstance(item, Mapped) and isinstance(name := item.get("slug"), str):
            if name in seen:
                found.append(Fault(file, item.line_of("slug"), f"“{name}” stands in this file twice"))
            seen.add(name)
    return found


def inner_faults(item: Mapped, key: str, shape: Shape) -> list[Fault]:
    """The faults of the records in a list of this record."""
    rows = item.get(key)
    if not isinstance(rows, Listed):
        return []
    return [fault for row, line in zip(rows, rows.lines, strict=True) for fault in shape.faults(row, item.file, line)]


def lesson_faults(lesson: Mapped) -> list[Fault]:
    found = LESSON.faults(lesson, lesson.file, lesson.line)
    found += inner_faults(lesson, "sections", SECTION)
    for section in _records(lesson, "sections"):
        for block in _records(section, "blocks"):
            found += _block_faults(block)
    return found


def _block_faults(block: Mapped) -> list[Fault]:
    kinds = list(block)
    if len(kinds) != 1 or kinds[0] not in BLOCKS:
        return [Fault(block.file, block.line, f"a block is one of {', '.join(BLOCKS)}; this says {', '.join(kinds)}")]
    kind, value = kinds[0], block[kinds[0]]
    shape = BLOCKS[kind]
    if not isinstance(shape, Shape):
        fault = shape(value)
        return [Fault(block.file, block.line, f"“{kind}” {fault}")] if fault else []
    found = shape.faults(value, block.file, block.line)
    if kind == "disputed" and isinstance(value, Mapped):
        found += inner_faults(value, "rows", DISPUTED_ROW)
    return found


def _records(item: Mapped, key: str) -> list[Mapped]:
    rows = item.get(key)
    return [row for row in rows if isinstance(row, Mapped)] if isinstance(rows, list) else []


def source_faults(source: Mapped) -> list[Fault]:
    found = [] if not isinstance(source.get("record"), Mapped) else RECORD.faults(source["record"], source.file, 0)
    found += inner_faults(source, "claims", CLAIM)
    for claim in _records(source, "claims"):
        found += inner_faults(claim, "rests_on", GROUND)
    return found


def event_faults(event: Mapped) -> list[Fault]:
    """What the desk asks of an event as well: a curator must be able to save what was loaded."""
    if "known_by" in event and "known_from" not in event:
        return [Fault(event.file, event.line_of("known_by"), "“known_by” needs “known_from”, if only an open one")]
    return []


def rubric_faults(rubric: Mapped) -> list[Fault]:
    found = inner_faults(rubric, "criteria", CRITERION)
    for criterion in _records(rubric, "criteria"):
        found += inner_faults(criterion, "levels", LEVEL)
    return found


def figure_faults(figure: Mapped) -> list[Fault]:
    shape = FIGURE_ROWS.get(figure.get("kind", ""))
    return inner_faults(figure, "rows", shape) if shape else []
