"""A draft on its way from one edition to another: not a word is lost. Plain values in, new values out.

Citations are found again by their block and their words. What cannot come along is taken out, so that the draft can be
saved as ever, and kept beside it: an answer to a question that is asked no more, a choice that is offered no more, a
citation for whose words no place can be told. What was taken out goes back into its place where a later edition has
one for it again, so that the way back is the way there, as long as nobody wrote meanwhile.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from assignments import answers
from assignments.answers import Body, Question
from lessons.anchors import Anchor, AnchorError, check_anchor, relocate
from lessons.document import Document

Item = dict[str, Any]
# Where a citation stands: its source and its anchor.
PLACE: Final = ("source", "anchor")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was taken out of a draft and not put back. Each item carries the marks of the move that took it.

    `citations` are `{"question", "block", "place", "citation"}`, `answers` `{"place", "answer"}`, `choices`
    `{"question", "options", "all"}` with all that was chosen; `anchors` are `{"id", "was", "now"}` of the last move
    alone.
    """

    citations: tuple[Item, ...] = ()
    answers: tuple[Item, ...] = ()
    choices: tuple[Item, ...] = ()
    anchors: tuple[Item, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Kept:
        return cls(**{name: tuple(items) for name, items in stored.items()})

    def to_json(self) -> dict[str, list[Item]]:
        return {name: list(getattr(self, name)) for name in ("citations", "answers", "choices", "anchors")}


NOTHING: Final = Kept()


@dataclass(frozen=True, slots=True)
class Moved:
    """A draft as it stands in another edition. `lost` and `aside` are what this move took out."""

    body: Body
    citations: int
    relocated: int
    lost: tuple[Item, ...]
    aside: int
    kept: Kept

    @property
    def touched(self) -> int:
        """The citations that do not simply stand where they stood."""
        return self.relocated + len(self.lost)


@dataclass(slots=True)
class _Out:
    """What is out while a draft is moved."""

    citations: list[Item] = field(default_factory=list)
    answers: list[Item] = field(default_factory=list)
    choices: list[Item] = field(default_factory=list)
    anchors: list[Item] = field(default_factory=list)


def moved(
    body: Body,
    *,
    text: Document,
    questions: Mapping[str, Question],
    kept: Kept = NOTHING,
    marks: Mapping[str, str] | None = None,
) -> Moved:
    """`body` for the edition that says `text` and asks `questions`. `kept` is what earlier moves took out; `marks` are
    put on each thing that this one does."""
    body, out, said = copy.deepcopy(body), _Out(), dict(marks or {})
    citations = sum(1 for _cited in answers.citations(body))
    _put_answers_back(body, kept, questions, out)
    before = len(out.answers)
    _take_answers(body, questions, out, said)
    aside = len(out.answers) - before
    before = len(out.choices)
    _take_choices(body, questions, out, said)
    aside += len(out.choices) - before
    _put_choices_back(body, kept, questions, out)
    lost = _anchor(body, text, kept, out, said)
    _put_citations_back(body, text, kept, out)
    return Moved(
        body=body,
        citations=citations,
        relocated=len(out.anchors),
        lost=tuple(lost),
        aside=aside,
        kept=Kept((*out.citations, *lost), tuple(out.answers), tuple(out.choices), tuple(out.anchors)),
    )


# --- Answers and choices ----------------------------------------------------------------------------------------------


def _take_answers(body: Body, questions: Mapping[str, Question], out: _Out, said: Item) -> None:
    """Those to questions that are asked no more, or that are asked in another way now."""
    staying = []
    for place, answer in enumerate(body["answers"]):
        if _fits(answer, questions):
            staying.append(answer)
        elif not _says_nothing(answer):
            out.answers.append({**said, "place": place, "answer": answer})
    body["answers"] = staying


def _fits(answer: Item, questions: Mapping[str, Question]) -> bool:
    question = questions.get(answer["question"])
    if question is None:
        return False
    return not any(map(_has_words, answer["blocks"])) if question.is_choice else "choice" not in answer


def _has_words(block: Item) -> bool:
    return bool(block["text"].strip() or block["citations"])


def _says_nothing(answer: Item) -> bool:
    return not answer.get("choice") and not any(map(_has_words, answer["blocks"]))


def _put_answers_back(body: Body, kept: Kept, questions: Mapping[str, Question], out: _Out) -> None:
    for item in kept.answers:
        name = item["answer"]["question"]
        given = next((answer for answer in body["answers"] if answer["question"] == name), None)
        if not _fits(item["answer"], questions) or (given is not None and not _says_nothing(given)):
            out.answers.append(item)
            continue
        if given is not None:
            body["answers"].remove(given)
        body["answers"].insert(min(item["place"], len(body["answers"])), copy.deepcopy(item["answer"]))


def _take_choices(body: Body, questions: Mapping[str, Question], out: _Out, said: Item) -> None:
    """Options that are offered no more, and several where one is to be chosen now."""
    for answer in body["answers"]:
        question, chosen = questions[answer["question"]], answer.get("choice", [])
        gone = [option for option in chosen if option not in question.options]
        if question.kind == "single" and len(chosen) - len(gone) > 1:
            gone = list(chosen)
        if gone:
            answer["choice"] = [option for option in chosen if option not in gone]
            out.choices.append({**said, "question": question.id, "options": gone, "all": list(chosen)})


def _may_choose(question: Question, item: Item) -> bool:
    return set(item["all"]) <= question.options and (question.kind != "single" or len(item["all"]) == 1)


def _put_choices_back(body: Body, kept: Kept, questions: Mapping[str, Question], out: _Out) -> None:
    given = {answer["question"]: answer for answer in body["answers"]}
    for item in kept.choices:
        question, answer = questions.get(item["question"]), given.get(item["question"])
        rest = [option for option in item["all"] if option not in item["options"]]
        if question is None or answer is None or answer.get("choice", []) != rest or not _may_choose(question, item):
            out.choices.append(item)
        else:
            answer["choice"] = list(item["all"])


# --- Citations --------------------------------------------------------------------------------------------------------


def _blocks(body: Body) -> Iterator[tuple[str, Item]]:
    for answer in body["answers"]:
        for block in answer["blocks"]:
            yield answer["question"], block


def _anchor(body: Body, text: Document, kept: Kept, out: _Out, said: Item) -> list[Item]:
    """Each citation at the place of its words in `text`; those that have none, taken out."""
    before = {item["id"]: item for item in kept.anchors}
    lost: list[Item] = []
    for question, block in _blocks(body):
        staying = []
        for place, citation in enumerate(block["citations"]):
            standing = _standing(citation)
            there = _former(standing, before.get(citation["id"]), text) or _found(standing, text)
            if there is None:
                taken = {**said, "question": question, "block": block["id"], "place": place, "citation": citation}
                lost.append(taken)
                continue
            if there != standing:
                out.anchors.append({"id": citation["id"], "was": standing, "now": there})
            staying.append({**citation, **there})
        block["citations"] = staying
    return lost


def _standing(citation: Item) -> Item:
    return {name: citation[name] for name in PLACE}


def _former(standing: Item, item: Item | None, text: Document) -> Item | None:
    """Where it stood before the last move, when that holds again: words that occur twice would be found elsewhere."""
    if item is None or item["now"] != standing:
        return None
    try:
        check_anchor(text, Anchor(**item["was"]["anchor"]))
    except AnchorError:
        return None
    return dict(item["was"]) if _source_of(text, item["was"]["anchor"]["block"]) == item["was"]["source"] else None


def _found(standing: Item, text: Document) -> Item | None:
    anchor = relocate(text, Anchor(**standing["anchor"]))
    return None if anchor is None else {"source": _source_of(text, anchor.block), "anchor": anchor.to_json()}


def _source_of(text: Document, block: str) -> str | None:
    source = text.source_of(block)
    return source["id"] if source else None


def _put_citations_back(body: Body, text: Document, kept: Kept, out: _Out) -> None:
    """Into the block from which they were taken, where it is still there and the words have a place again."""
    blocks = {block["id"]: block for _question, block in _blocks(body)}
    named = {citation["id"] for block in blocks.values() for citation in block["citations"]}
    # In the order in which they were taken out: then each stands where it stood.
    for item in kept.citations:
        citation, block = item["citation"], blocks.get(item["block"])
        there = None if block is None or citation["id"] in named else _found(_standing(citation), text)
        if block is None or there is None:
            out.citations.append(item)
            continue
        named.add(citation["id"])
        block["citations"].insert(min(item["place"], len(block["citations"])), {**citation, **there})
