"""The document of a class, read back: what in it is other than what stands here, and the marks that it asks for.

Nothing but marks comes back in. What students wrote, and everything that follows from it, is theirs and write-once: a
file that anybody can change is no source of it. Of the rest is told what differs, kind by kind.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from accounts.models import Classroom
from assignments.exports import marksheet, whole
from assignments.exports.marksheet import MarksFileRefused
from destalin_site.common import json
from destalin_site.common.errors import MalformedRequest, TooLarge
from destalin_site.common.limits import Limit

if TYPE_CHECKING:
    from accounts.models import User

MOST_BYTES: Final = 30_000_000
MOST_ROWS: Final = marksheet.MOST_ROWS * 20  # 300 students and 100 assignments, and some to spare
MARKS: Final = "marks"
# All of a class is read for each. Enough for who tries a file until it fits, and little for a script.
LIMIT: Final = Limit("class-compared", tries=60, seconds=3600)

# What names one of each kind within the document.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "people": ("id",),
    "assignments": ("id",),
    "editions": ("id",),
    "submissions": ("id",),
    "extensions": ("submission", "at"),
    "requests": ("submission", "at"),
    "overrides": ("assignment", "at", "title"),
    "revisions": ("submission", "at"),
    "rubrics": ("assignment", "number"),
    "attempts": ("submission", "number"),
    "timings": ("submission", "number", "made_at"),
    "grades": ("submission", "version"),
    MARKS: ("submission",),
    "final_marks": ("submission", "at"),
    "comments": ("submission", "grade_version", "id"),
    "replies": ("comment", "attempt"),
    "events": ("submission", "seq"),
    "errata": ("id",),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of the document compares with what stands here."""

    name: str
    unchanged: int
    changed: int
    missing: int  # in the document, and not here
    new: int  # here, and not in the document

    @property
    def differs(self) -> bool:
        return bool(self.changed or self.missing or self.new)


Document = dict[str, list[dict[str, Any]]]


def read(raw: bytes, classroom: Classroom) -> Document:
    """The lists of a document of this class. Raises MarksFileRefused: `code` is too-large, too-many-rows, not-json,
    not-a-class, other-schema or other-class, or columns with the lists that are missing."""
    if len(raw) > MOST_BYTES:
        raise MarksFileRefused("too-large")
    try:
        found = json.read(raw)
    except MalformedRequest as error:
        raise MarksFileRefused("not-json") from error
    except TooLarge as error:
        raise MarksFileRefused("too-large") from error
    return checked(found, classroom)


def checked(found: Any, classroom: Classroom) -> Document:
    """The same of a document that was parsed already."""
    if not isinstance(found, dict) or not isinstance(found.get("classroom"), dict):
        raise MarksFileRefused("not-a-class")
    if found.get("schema") != whole.SCHEMA:
        raise MarksFileRefused("other-schema")
    if found["classroom"].get("id") != str(classroom.pk):
        raise MarksFileRefused("other-class")
    lists = {name: found.get(name) for name in KEYS}
    if absent := [name for name, items in lists.items() if not _is_list_of_objects(items)]:
        raise MarksFileRefused("columns", absent)
    if len(found[MARKS]) > MOST_ROWS:
        raise MarksFileRefused("too-many-rows")
    return lists  # type: ignore[return-value] # each was looked at


def _is_list_of_objects(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def compare(document: Document, classroom: Classroom, *, viewer: User, now: dt.datetime) -> list[Kind]:
    """Each kind in turn, against the document that this viewer would be given now; as many queries as that one, and of
    what stands here one row in memory at a time."""
    seen = whole.seen_by(viewer, classroom)
    told = []
    for name, items in whole.lists(classroom, seen, viewer, now):
        there = {_key(name, item): _digest(item) for item in document[name]}
        unchanged = changed = new = 0
        for item in items:
            plain = orjson.loads(whole.as_json(item))
            digest = there.pop(_key(name, plain), None)
            if digest is None:
                new += 1
            elif digest == _digest(plain):
                unchanged += 1
            else:
                changed += 1
        told.append(Kind(name, unchanged, changed, len(there), new))
    return told


def _key(name: str, item: dict[str, Any]) -> bytes:
    return orjson.dumps([item.get(part) for part in KEYS[name]])


def _digest(item: dict[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(item, option=orjson.OPT_SORT_KEYS)).digest()


def lines(document: Document) -> dict[UUID | None, list[marksheet.Line]]:
    """The rows of marks by their assignment, as the file of marks of each would have them; under None those whose work
    is not in the document."""
    works = document["submissions"]
    given = {item["id"]: item.get("assignment") for item in works if isinstance(item.get("id"), str)}
    found: dict[UUID | None, list[marksheet.Line]] = {}
    for line in _lines(document):
        assignment = given.get(str(line.submission)) if line.submission else None
        found.setdefault(_uuid(assignment), []).append(line)
    return found


def _lines(document: Document) -> Iterator[marksheet.Line]:
    for number, item in enumerate(document[MARKS], 1):
        values = {marksheet.STUDENT: item.get("student"), marksheet.SUBMISSION: item.get("submission"), **item}
        yield marksheet.of_values(number, values)


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
