"""The differences of two documents as people read them: what each is about, and word by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.changes import Change, Piece
from lessons.errata import FIELDS

_WHERE: Final = {
    "lesson": gettext_lazy("Lesson “%(title)s”"),
    "section": gettext_lazy("Section “%(title)s”"),
    "source": gettext_lazy("Source “%(title)s”"),
    "glossary": gettext_lazy("Word “%(title)s”"),
    "people": gettext_lazy("Person “%(title)s”"),
    "events": gettext_lazy("Event “%(title)s”"),
    "questions": gettext_lazy("Question “%(title)s”"),
    "rubrics": gettext_lazy("Rubric “%(title)s”"),
}
HOW: Final = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
    "changed": gettext_lazy("changed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: in which field or passage, and word by word."""

    label: str
    how: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: tuple[Line, ...]


def groups_of(found: Iterable[Change]) -> Iterable[Group]:
    """The changes of each thing together, in the order in which they come."""
    things: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        things.setdefault((change.where, change.owner), []).append(change)
    for (where, _owner), listed in things.items():
        lines = tuple(Line(_label(change), str(HOW[change.how]), change.pieces) for change in listed)
        yield Group(str(_WHERE[where]) % {"title": listed[0].title}, lines)


def _label(change: Change) -> str:
    if change.field == "block" and change.name:
        return _("passage %(name)s") % {"name": change.name}
    return str(FIELDS.get(change.field, change.field.replace("_", " ")))
