"""A wrongly guessed heading put right: what a place of a draft could be instead, and the draft in which it is.

Ids stay: a heading that becomes a section gives it its id, and the other way round, so that a place can be found again.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lessons import richtext

Raw = Mapping[str, Any]

HEADING_LIMIT = 200
_LINK = re.compile(r"<a[\s>]", re.IGNORECASE)


class Kind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SECTION = "section"


class CannotBecome(ValueError):
    """The place is not there, or cannot be that."""


@dataclass(slots=True)
class Part:
    """A section of a draft."""

    id: str
    heading: str
    blocks: list[Raw] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """What a section or block is now, and what it could be instead."""

    kind: str
    words: str
    choices: tuple[Kind, ...]


def places(parts: Sequence[Part]) -> dict[str, Place]:
    """Every section and block of a draft, by its id."""
    found: dict[str, Place] = {}
    for number, part in enumerate(parts):
        # The first section has none before it that could take its words in.
        choices = (Kind.HEADING, Kind.PARAGRAPH) if number else ()
        found[part.id] = Place(Kind.SECTION, part.heading, choices)
        for block in part.blocks:
            words = _words(block)
            choices = ()
            if block["type"] == Kind.HEADING:
                choices = (Kind.PARAGRAPH, Kind.SECTION)
            elif words is not None:
                choices = (Kind.HEADING, Kind.SECTION)
            found[str(block.get("id"))] = Place(block["type"], words or "", choices)
    return found


def changed(parts: Sequence[Part], place: str, kind: Kind) -> list[Part]:
    """The draft with this place made into that kind, every other word as it was. Raises CannotBecome."""
    known = places(parts).get(place)
    if known is None or kind not in known.choices:
        raise CannotBecome(f"{place} → {kind}")
    done: list[Part] = []
    for part in parts:
        if part.id == place:
            done[-1].blocks += [_block(place, part.heading, kind), *part.blocks]
            continue
        done.append(Part(part.id, part.heading))
        for block in part.blocks:
            if str(block.get("id")) != place:
                done[-1].blocks.append(block)
            elif kind is Kind.SECTION:
                done.append(Part(_uuid(place), _words(block) or ""))
            else:
                done[-1].blocks.append(_block(place, _words(block) or "", kind))
    return done


def _words(block: Raw) -> str | None:
    """The words of a block that could be a heading; None for one that could not, or would lose something by it."""
    value = block["value"]
    if block["type"] == Kind.HEADING:
        return str(value.get("text", ""))
    if block["type"] != Kind.PARAGRAPH or _LINK.search(value):
        return None
    words = richtext.line(richtext.clean(value).text)
    return words if 0 < len(words) <= HEADING_LIMIT else None


def _block(place: str, words: str, kind: Kind) -> Raw:
    if kind is Kind.HEADING:
        return {"type": "heading", "id": place, "value": {"text": words, "level": "3"}}
    return {"type": "paragraph", "id": place, "value": f"<p>{html.escape(words, quote=False)}</p>"}


def _uuid(place: str) -> str:
    try:
        return str(uuid.UUID(place))
    except ValueError:
        return str(uuid.uuid4())
