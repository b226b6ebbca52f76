"""The body of an answer: its shape, what makes it applicable, and its digest.

Two questions are kept apart. Can it be *read*? If not, nothing is kept and the client keeps its copy. Can it be
*applied* to this assignment? If not, it is parked, exactly as it came. Text is validated and never rewritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import rfc8785

from assignments.readable import Fault, Object, a_count, a_name, a_text, list_of, nullable, one_of

MAX_BYTES: Final = 1024 * 1024
MOST_FAULTS: Final = 20
STANCES: Final = ("supports", "contradicts", "context")
BLOCK_KINDS: Final = ("paragraph", "claim", "cell")
CELL: Final = "cell"
CHOICE_KINDS: Final = ("single", "multiple")
EMPTY: Final[dict[str, Any]] = {"answers": []}

Body = dict[str, Any]


class Unreadable(ValueError):
    """A body of another shape. `faults` says where; `too_large` says that its size alone refused it."""

    def __init__(self, faults: list[Fault], *, too_large: bool = False) -> None:
        super().__init__(", ".join(f"{fault.pointer} {fault.code}" for fault in faults))
        self.faults = faults
        self.too_large = too_large


@dataclass(frozen=True, slots=True)
class Question:
    """What answering and marking need to know of a question of an edition."""

    id: str
    kind: str
    points: Decimal | None = None
    required: bool = False
    options: frozenset[str] = field(default_factory=frozenset)
    rows: tuple[str, ...] = ()  # of a table, in their order
    columns: tuple[str, ...] = ()

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICE_KINDS

    @property
    def is_table(self) -> bool:
        return self.kind == "table"

    @property
    def cells(self) -> list[tuple[str, str]]:
        """(row, column) of every cell, row by row."""
        return [(row, column) for row in self.rows for column in self.columns]


# ---------------------------------------------------------------------------------------------------------- readable


def read(body: object) -> Body:
    """The body itself when it has the shape of an answer; raises Unreadable otherwise."""
    faults = list(islice(_BODY(body, ""), MOST_FAULTS))
    if faults:
        raise Unreadable(faults)
    assert isinstance(body, dict)
    if len(canonical(body)) > MAX_BYTES:
        raise Unreadable([Fault("", "too-large")], too_large=True)
    return body


_ANCHOR: Final = Object({"block": a_name, "start": a_count, "end": a_count, "quote": a_text})
_CITATION: Final = Object(
    {"id": a_name, "source": nullable(a_name), "anchor": _ANCHOR, "stance": one_of(*STANCES)},
    {"note": a_text, "at": a_count},
)
_TEXT: Final = Object({"id": a_name, "kind": one_of(*BLOCK_KINDS), "text": a_text, "citations": list_of(_CITATION)})
_CELL: Final = Object({**_TEXT.required, "row": a_name, "column": a_name})


def _block(value: object, at: str) -> Iterator[Fault]:
    """A cell says where in its table it stands, and nothing else does."""
    yield from (_CELL if isinstance(value, dict) and value.get("kind") == CELL else _TEXT)(value, at)


_ANSWER: Final = Object({"question": a_name, "blocks": list_of(_block)}, {"choice": list_of(a_name)})
_BODY: Final = Object({"answers": list_of(_ANSWER)})


# -------------------------------------------------------------------------------------------------------- applicable


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation in its place."""

    question: str
    block: str
    pointer: str
    citation: Mapping[str, Any]


def citations(body: Body) -> Iterator[Cited]:
    """Every citation of a readable body, in order."""
    for a, answer in enumerate(body["answers"]):
        for b, block in enumerate(answer["blocks"]):
            for c, citation in enumerate(block["citations"]):
                pointer = f"/answers/{a}/blocks/{b}/citations/{c}"
                yield Cited(answer["question"], block["id"], pointer, citation)


def faults(
    body: Body,
    *,
    questions: Mapping[str, Question],
    check_citation: Callable[[Mapping[str, Any]], str | None],
) -> list[Fault]:
    """What keeps a readable body from being applied. `check_citation` answers with a code when the cited words are
    not in the edition."""
    found: list[Fault] = []
    answered: set[str] = set()
    names: set[tuple[str, str]] = set()

    def once(kind: str, name: str, pointer: str) -> None:
        if (kind, name) in names:
            found.append(Fault(pointer, "twice"))
        names.add((kind, name))

    for a, answer in enumerate(body["answers"]):
        at, question = f"/answers/{a}", questions.get(answer["question"])
        if question is None:
            found.append(Fault(f"{at}/question", "unknown-question"))
        elif question.id in answered:
            found.append(Fault(f"{at}/question", "twice"))
        answered.add(answer["question"])
        if question is not None and "choice" in answer:
            found.extend(_choice_faults(answer["choice"], question, f"{at}/choice"))
        if question is not None:
            found.extend(_cell_faults(answer["blocks"], question, f"{at}/blocks"))
        for b, block in enumerate(answer["blocks"]):
            once("block", block["id"], f"{at}/blocks/{b}/id")
            for c, citation in enumerate(block["citations"]):
                once("citation", citation["id"], f"{at}/blocks/{b}/citations/{c}/id")
                if citation.get("at", 0) > len(block["text"]):
                    found.append(Fault(f"{at}/blocks/{b}/citations/{c}/at", "out-of-range"))
    for cited in citations(body):
        if code := check_citation(cited.citation):
            found.append(Fault(f"{cited.pointer}/anchor", code))
    return found[:MOST_FAULTS]


def _choice_faults(choice: list[str], question: Question, at: str) -> Iterator[Fault]:
    if not question.is_choice:
        yield Fault(at, "no-choice-here")
        return
    if question.kind == "single" and len(choice) > 1:
        yield Fault(at, "too-many")
    if len(set(choice)) < len(choice):
        yield Fault(at, "twice")
    for place, option in enumerate(choice):
        if option not in question.options:
            yield Fault(f"{at}/{place}", "unknown-option")


def _cell_faults(blocks: list[Mapping[str, Any]], question: Question, at: str) -> Iterator[Fault]:
    """A table is answered in its cells and nowhere else, each of them once."""
    taken: set[tuple[str, str]] = set()
    for b, block in enumerate(blocks):
        if is_cell(block) != question.is_table:
            yield Fault(f"{at}/{b}/kind", "cell-missing" if question.is_table else "no-cell-here")
            continue
        if not question.is_table:
            continue
        if block["row"] not in question.rows:
            yield Fault(f"{at}/{b}/row", "unknown-row")
        if block["column"] not in question.columns:
            yield Fault(f"{at}/{b}/column", "unknown-column")
        place = (block["row"], block["column"])
        if place in taken:
            yield Fault(f"{at}/{b}", "twice")
        taken.add(place)


def required_missing(body: Body, questions: Mapping[str, Question]) -> list[str]:
    """The required questions that this body leaves empty, of a table any cell, in the order of the questions."""
    given = {answer["question"]: answer for answer in body["answers"]}
    return [
        question.id
        for question in questions.values()
        if question.required and _leaves_out(given.get(question.id, {"blocks": []}), question)
    ]


def _leaves_out(answer: Mapping[str, Any], question: Question) -> bool:
    return bool(empty_cells(answer, question)) if question.is_table else _answer_is_empty(answer)


def empty_cells(answer: Mapping[str, Any], question: Question) -> int:
    """How many cells of a table have no words yet."""
    filled = {(block["row"], block["column"]) for block in answer["blocks"] if is_cell(block) and block["text"].strip()}
    return sum(place not in filled for place in question.cells)


def is_cell(block: Mapping[str, Any]) -> bool:
    return bool(block["kind"] == CELL)


# -------------------------------------------------------------------------------------------------------------- facts


def canonical(body: Body) -> bytes:
    """The bytes that stand for a body: RFC 8785."""
    return rfc8785.dumps(body)


def body_sha256(body: Body) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()


def placed(block: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The citations of a block with the offset in its text at which each stands, in the order of reading. Those that
    say no place stand at the end. Every page numbers citations in this order, through the whole body."""
    length = len(block["text"])
    places = [(min(citation.get("at", length), length), citation) for citation in block["citations"]]
    return sorted(places, key=lambda pair: pair[0])


def word_count(body: Body) -> int:
    return sum(len(block["text"].split()) for answer in body["answers"] for block in answer["blocks"])


def is_empty(body: Body) -> bool:
    """Whether no question is answered."""
    return all(_answer_is_empty(answer) for answer in body["answers"])


def _answer_is_empty(answer: Mapping[str, Any]) -> bool:
    return not answer.get("choice") and not any(block["text"].strip() for block in answer["blocks"])


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, claim, cell or chosen option."""

    question: str
    kind: str  # text, claim, cell, option
    option: str = ""
    text: str = ""
    row: str = ""  # of a cell
    column: str = ""


def parts(body: Body) -> Iterator[Part]:
    """What a readable body is made of, in its order; of each answer what was chosen first. Blocks without a letter
    are none. The database says the same of a hand-in (`AnswerPart`)."""
    for answer in body["answers"]:
        name = answer["question"]
        yield from (Part(name, "option", option=option) for option in answer.get("choice", []))
        for block in answer["blocks"]:
            if block["text"]:
                kind = "text" if block["kind"] == "paragraph" else block["kind"]
                place = {key: block[key] for key in ("row", "column") if key in block}
                yield Part(name, kind, text=block["text"], **place)


def choices(body: Body) -> dict[str, list[str]]:
    """The chosen options of every question that was answered by choosing."""
    return {answer["question"]: answer["choice"] for answer in body["answers"] if "choice" in answer}
