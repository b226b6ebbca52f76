"""A draft on its way from one edition to another: not a word is lost. Plain values in, new values out.

Citations are found again by their block and their words. What cannot come along is taken out, so that the draft can be
saved as ever, and kept beside it: an answer to a question that is asked no more, a choice that is offered no more, a
cell whose table has no such row or column now, a citation for whose words no place can be told. What was taken out goes
back into its place where a later edition has one for it again, so that the way back is the way there, as long as nobody
wrote meanwhile.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from assignments import answers
from assignments.answers import Body, Question, is_cell
from lessons.anchors import Anchor, AnchorError, check_anchor, relocate
from lessons.document import Document

Item = dict[str, Any]
# Where a citation stands: its source and its anchor.
PLACE: Final = ("source", "anchor")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was taken out of a draft and not put back. Each item carries the marks of the move that took it.

    `citations` are `{"question", "block", "place", "citation"}`, `answers` `{"place", "answer"}`, `choices`
    `{"question", "options", "all"}` with all that was chosen, `cells` `{"question", "place", "cell"}`; `anchors` are
    `{"id", "was", "now"}` of the last move alone.
    """

    citations: tuple[Item, ...] = ()
    answers: tuple[Item, ...] = ()
    choices: tuple[Item, ...] = ()
    anchors: tuple[Item, ...] = ()
    cells: tuple[Item, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Kept:
        return cls(**{name: tuple(items) for name, items in stored.items()})

    def to_json(self) -> dict[str, list[Item]]:
        return {name: list(getattr(self, name)) for name in ("citations", "answers", "choices", "anchors", "cells")}


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
    cells: list[Item] = field(default_factory=list)


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
    _take_cells(body, questions, out, said)
    aside += len(out.cells)
    _put_cells_back(body, kept, questions, out)
    lost = _anchor(body, text, kept, out, said)
    _put_citations_back(body, text, kept, out)
    return Moved(
        body=body,
        citations=citations,
        relocated=len(out.anchors),
        lost=tuple(lost),
        aside=aside,
        kept=Kept(
            citations=(*out.citations, *lost),
            answers=tuple(out.answers),
            choices=tuple(out.choices),
            anchors=tuple(out.anchors),
            cells=tuple(out.cells),
        ),
    )


# --- Answers and choices ----------------------------------------------------------------------------------------------


def _take_answers(body: Body, questions: Mapping[str, Question], out: _Out, said: Item) -> None:
    """Those to questions that are asked no more, or that are asked in another way now."""
    staying = []
    for place, answer in enumerate(body["answers"]):
        if _fits(answer, questions):
            staying.append(answer)
        elif not says_nothing(answer):
            out.answers.append({**said, "place": place, "answer": answer})
    body["answers"] = staying


def _fits(answer: Item, questions: Mapping[str, Question]) -> bool:
    question = questions.get(answer["question"])
    if question is None:
        return False
    if question.is_choice:
        return not any(map(_has_words, answer["blocks"]))
    spoken = [block for block in answer["blocks"] if _has_words(block)]
    return "choice" not in answer and all(is_cell(block) == question.is_table for block in spoken)


def _has_words(block: Item) -> bool:
    return bool(block["text"].strip() or block["citations"])


def is_blank(body: Body) -> bool:
    """Whether nobody would miss it: no word, no citation, no choice."""
    return all(map(says_nothing, body["answers"]))


def says_nothing(answer: Item) -> bool:
    return not answer.get("choice") and not any(map(_has_words, answer["blocks"]))


def _put_answers_back(body: Body, kept: Kept, questions: Mapping[str, Question], out: _Out) -> None:
    for item in kept.answers:
        name = item["answer"]["question"]
        given = next((answer for answer in body["answers"] if answer["question"] == name), None)
        if not _fits(item["answer"], questions) or (given is not None and not says_nothing(given)):
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


def _take_cells(body: Body, questions: Mapping[str, Question], out: _Out, said: Item) -> None:
    """Cells whose row or column is there no more, and what has no words and stands where it may not stand."""
    for answer in body["answers"]:
        question, staying = questions[answer["question"]], []
        for place, block in enumerate(answer["blocks"]):
            if _has_place(block, question):
                staying.append(block)
            elif _has_words(block):
                out.cells.append({**said, "question": question.id, "place": place, "cell": block})
        answer["blocks"] = staying


def _has_place(block: Item, question: Question) -> bool:
    if is_cell(block):
        return question.is_table and (block["row"], block["column"]) in question.cells
    return not question.is_table


def _put_cells_back(body: Body, kept: Kept, questions: Mapping[str, Question], out: _Out) -> None:
    for item in kept.cells:
        question, cell = questions.get(item["question"]), item["cell"]
        if question is None or not _has_place(cell, question):
            out.cells.append(item)
            continue
        answer = next((one for one in body["answers"] if one["question"] == question.id), None)
        if answer is None:
            answer = {"question": question.id, "blocks": []}
            body["answers"].append(answer)
        same = [one for one in answer["blocks"] if (one["row"], one["column"]) == (cell["row"], cell["column"])]
        if any(map(_has_words, same)):
            out.cells.append(item)
            continue
        answer["blocks"] = [one for one in answer["blocks"] if one not in same]
        answer["blocks"].insert(min(item["place"], len(answer["blocks"])), copy.deepcopy(cell))


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
