"""Comments on a hand-in: where they stand, and what keeps one from being made.

A place is a block of an answer and two offsets in its text, in Unicode code points as in `lessons.anchors`; or no words
at all, which is the whole answer to a question, or the whole hand-in. What was handed in never changes, so that a place
that held once holds for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from assignments.answers import Body
from assignments.readable import Fault, a_text

LONGEST: Final = 5000  # characters of one comment
QUOTED: Final = 300  # characters of a question that stand before its answer
MOST: Final = 200  # comments on one hand-in
MOST_KEPT: Final = 500  # comments in the bank of one teacher


@dataclass(frozen=True, slots=True)
class Place:
    """`quote` is what stands in `block` of the answer to `question` from `start` up to, not including, `end`."""

    question: str
    block: str
    start: int
    end: int
    quote: str

    @classmethod
    def whole(cls, question: str = "") -> Place:
        """The whole answer to `question`, else the whole hand-in."""
        return cls(question, "", 0, 0, "")

    @property
    def on_words(self) -> bool:
        return bool(self.block)


def text_of(body: Body, question: str, block: str) -> str | None:
    """The text of a block of an answer; None where there is no such block."""
    for answer in body["answers"]:
        if answer["question"] == question:
            return next((each["text"] for each in answer["blocks"] if each["id"] == block), None)
    return None


def place_of(body: Body, question: str, block: str, words: str, near: int = 0) -> Place | None:
    """Where these words stand in the block: at `near`, else where they stand first. No words are the whole block.
    None where they do not stand there."""
    text = text_of(body, question, block)
    if not text:
        return None
    if not words:
        return Place(question, block, 0, len(text), text)
    start = near if text.startswith(words, near) else text.find(words)
    return None if start < 0 else Place(question, block, start, start + len(words), words)


def faults(body: Body, place: Place, asked: Iterable[str] = ()) -> Iterator[Fault]:
    """What keeps these words of the hand-in from being commented on; or the whole answer to one of the questions that
    were `asked`, whether it was answered or not."""
    if not place.on_words:
        if place != Place.whole(place.question):
            yield Fault("/anchor", "anchor-malformed")
        elif place.question and place.question not in asked:
            yield Fault("/question", "unknown-question")
        return
    if all(answer["question"] != place.question for answer in body["answers"]):
        yield Fault("/question", "unknown-question")
        return
    text = text_of(body, place.question, place.block)
    if text is None:
        yield Fault("/anchor/block", "anchor-block-unknown")
    elif not 0 <= place.start < place.end <= len(text):
        yield Fault("/anchor", "anchor-range-outside")
    elif text[place.start : place.end] != place.quote:
        yield Fault("/anchor/quote", "anchor-quote-differs")
    elif not place.quote.strip():
        yield Fault("/anchor/quote", "empty")


def word_faults(words: str, at: str = "/body") -> Iterator[Fault]:
    """What keeps these words from being a comment."""
    yield from a_text(words, at)
    if not words.strip():
        yield Fault(at, "empty")
    elif len(words) > LONGEST:
        yield Fault(at, "too-long")


def reply_faults(words: str, at: str = "/text") -> Iterator[Fault]:
    """What keeps these words from standing beside an answer to a comment; there may be none."""
    yield from a_text(words, at)
    if len(words) > LONGEST:
        yield Fault(at, "too-long")


def answering(question: str, words: str) -> str:
    """What is said to a question of the student, with the question before it; to one without words alone."""
    asked = " ".join(question.split())
    if len(asked) > QUOTED:
        asked = f"{asked[: QUOTED - 1].rstrip()}…"
    return f"“{asked}”\n{words}" if asked else words


def in_order(places: Iterable[tuple[str, Place]], body: Body, questions: Iterable[str]) -> list[str]:
    """The names of these comments in the order of reading: `questions` are in the order of the text. What is said of
    the whole comes before what is said of its parts."""
    rank = {"": -1} | {name: n for n, name in enumerate(questions)}
    blocks = {
        (answer["question"], block["id"]): n for answer in body["answers"] for n, block in enumerate(answer["blocks"])
    }

    def key(named: tuple[str, Place]) -> tuple[int, int, int, int, str]:
        name, place = named
        return (
            rank.get(place.question, len(rank)),
            blocks.get((place.question, place.block), len(blocks)) if place.on_words else -1,
            place.start,
            place.end,
            name,
        )

    return [name for name, _place in sorted(places, key=key)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a text under the same comments: `over` are their numbers, `ends` those of them that end with it."""

    start: int
    end: int
    over: tuple[int, ...]
    ends: tuple[int, ...]


def stretches(start: int, end: int, marked: Mapping[int, tuple[int, int]]) -> Iterator[Stretch]:
    """The part of a text from `start` to `end`, cut wherever a comment begins or ends; `marked` has their ranges by
    number."""
    inside = (at for span in marked.values() for at in span if start < at < end)
    cuts = sorted({start, end, *inside})
    for a, b in pairwise(cuts):
        over = tuple(sorted(n for n, (first, last) in marked.items() if first <= a and b <= last))
        yield Stretch(a, b, over, tuple(n for n in over if marked[n][1] == b))


def as_passage(passage: Mapping[str, Any]) -> dict[str, Any]:
    """What a comment keeps of a passage: the key of its source, null for the lesson's own text, and the words."""
    anchor = passage["anchor"]
    return {"source": passage["source"], "anchor": {name: anchor[name] for name in ("block", "start", "end", "quote")}}


def says(text: str, sought: str) -> bool:
    """Whether every word that is sought stands in the text, whatever its case."""
    folded = text.casefold()
    return all(word in folded for word in sought.casefold().split())
