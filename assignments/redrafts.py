"""What became of an answer between two hand-ins, and of the words that a comment was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from assignments.answers import Body
from lessons.changes import Effort, Piece, words

BETWEEN: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Text:
    """All paragraphs of an answer, or all cells of a table, as one text, and where the words of each begin in it."""

    text: str
    begins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands where a comment stood: the words that it was about, and what there is now."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def touched(self) -> bool:
        return any(piece.how != "same" for piece in (*self.old, *self.new))


def text_of(
    body: Body, question: str, options: Mapping[str, str], cells: Mapping[tuple[str, str], str] = MappingProxyType({})
) -> Text:
    """The answer to a question; what was chosen stands in it too, a line for each of the `options` by their ids. Cells
    come in the order of `cells`, each with what it is called there before its words."""
    parts: list[str] = []
    begins: dict[str, int] = {}
    end = 0
    for answer in body["answers"]:
        if answer["question"] != question:
            continue
        if chosen := _chosen(answer, options):
            parts.append(chosen)
            end += len(chosen) + len(BETWEEN)
        for called, block in _in_order(answer["blocks"], cells):
            begins[block["id"]] = end + len(called)
            parts.append(called + block["text"])
            end += len(parts[-1]) + len(BETWEEN)
    return Text(BETWEEN.join(parts), begins)


def _in_order(
    blocks: Sequence[Mapping[str, Any]], cells: Mapping[tuple[str, str], str]
) -> list[tuple[str, Mapping[str, Any]]]:
    places = {place: n for n, place in enumerate(cells)}
    # What is no cell of this table keeps its turn behind those that are.
    ordered = sorted(blocks, key=lambda block: places.get(_place(block), len(places)))
    return [(f"{cells[_place(block)]}: " if _place(block) in cells else "", block) for block in ordered]


def _place(block: Mapping[str, Any]) -> tuple[str, str]:
    return block.get("row", ""), block.get("column", "")


def chosen(body: Body, question: str) -> set[str]:
    """The options that were chosen, by their ids."""
    return {
        option for answer in body["answers"] if answer["question"] == question for option in answer.get("choice", [])
    }


def parted(body: Body, question: str, cells: Mapping[tuple[str, str], str]) -> tuple[str, dict[tuple[str, str], str]]:
    """The words of the answer to a question: those in `cells` by their places, and all others as one text."""
    filled: dict[tuple[str, str], str] = {}
    others: list[str] = []
    for answer in body["answers"]:
        if answer["question"] != question:
            continue
        for block in answer["blocks"]:
            if (place := _place(block)) in cells:
                filled[place] = block["text"]
            else:
                others.append(block["text"])
    return BETWEEN.join(others), filled


def _chosen(answer: Mapping[str, Any], options: Mapping[str, str]) -> str:
    picked = set(answer.get("choice", []))
    return "\n".join(text for name, text in options.items() if name in picked)


def between(old: Text, new: Text, effort: Effort | None = None) -> tuple[Piece, ...]:
    """How one becomes the other, word by word; no pieces where they are the same."""
    return () if old.text == new.text else words(old.text, new.text, effort)


def passage(pieces: Sequence[Piece], text: str, start: int, end: int) -> Passage:
    """What the pieces do to the words from `start` to `end` of the old `text`: exactly the changes that reach into
    them. Words put in at one of their ends are beside them."""
    if not pieces:
        same = (Piece("same", text[start:end]),)
        return Passage(same, same)
    old: list[Piece] = []
    new: list[Piece] = []
    at = 0
    replaced = None  # whether the words that were just taken out reach into these
    for piece in pieces:
        if piece.how == "in":
            if replaced if replaced is not None else start < at < end:
                new.append(piece)
            replaced = None
            continue
        first, last = max(at, start), min(at + len(piece.text), end)
        inside = first < last
        if inside:
            part = Piece(piece.how, piece.text[first - at : last - at])
            old.append(part)
            if piece.how == "same":
                new.append(part)
        replaced = inside if piece.how == "out" else None
        at += len(piece.text)
    return Passage(tuple(old), tuple(new))
