"""Changes to the body of an answer that a page without scripts asks for. Plain values in, new values out.

A page is always opened with somewhere to write: `opened` adds the fields that an answer lacks, `trimmed` leaves out
those that stayed empty, so that opening a desk and saving it changes nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from assignments.answers import CELL, Body, Question, is_cell

Block = dict[str, Any]
BETWEEN: Final = "\n\n"  # two texts in one cell


def opened(body: Body, questions: Iterable[Question], new_id: Callable[[], str]) -> Body:
    """Every question with its answer, in this order, and with at least one block where it is answered in words: of a
    table every cell, row by row."""
    given = {answer["question"]: copy.deepcopy(answer) for answer in body["answers"]}
    answers = []
    for question in questions:
        answer = given.get(question.id, {"question": question.id, "blocks": []})
        if question.is_table:
            answer["blocks"] = _every_cell(answer["blocks"], question, new_id)
        elif not question.is_choice and not answer["blocks"]:
            answer["blocks"].append(new_block("paragraph", new_id()))
        answers.append(answer)
    return {"answers": answers}


def _every_cell(blocks: Iterable[Block], question: Question, new_id: Callable[[], str]) -> list[Block]:
    """The cells of the table in its order, and behind them whatever else stands in the answer."""
    given: dict[tuple[str, str], Block] = {}
    others = []
    for block in blocks:
        place = (block["row"], block["column"]) if is_cell(block) else None
        if place is None or place in given or place not in question.cells:
            others.append(block)
        else:
            given[place] = block
    return [given.get(place) or new_cell(*place, new_id()) for place in question.cells] + others


def new_block(kind: str, name: str) -> Block:
    return {"id": name, "kind": kind, "text": "", "citations": []}


def new_cell(row: str, column: str, name: str) -> Block:
    return {**new_block(CELL, name), "row": row, "column": column}


def cell_field(question: str, n: int) -> str:
    """The field of a form that has no body yet, for the `n`-th cell of a table."""
    return f"cell-{question}-{n}"


def trimmed(body: Body) -> Body:
    """Without the cells and the answers that hold nothing."""
    answers = [
        {**answer, "blocks": [block for block in answer["blocks"] if not (is_cell(block) and _is_bare(block))]}
        for answer in body["answers"]
    ]
    return {"answers": [answer for answer in answers if not _holds_nothing(answer)]}


def _holds_nothing(answer: Mapping[str, Any]) -> bool:
    return not answer.get("choice") and all(
        block["kind"] == "paragraph" and _is_bare(block) for block in answer["blocks"]
    )


def _is_bare(block: Mapping[str, Any]) -> bool:
    return not block["text"] and not block["citations"]


def written(
    body: Body, *, texts: Mapping[str, str], choices: Mapping[str, list[str]], stances: Mapping[str, str] | None = None
) -> Body:
    """With these texts of blocks, choices of questions and stances of citations in their places; what is not named
    stays."""
    changed = copy.deepcopy(body)
    for answer in changed["answers"]:
        if answer["question"] in choices:
            answer["choice"] = list(choices[answer["question"]])
        for block in answer["blocks"]:
            # Browsers send lines as they were ended in 1995.
            text = texts.get(block["id"], block["text"]).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
            block["text"] = text
            for citation in block["citations"]:
                citation["stance"] = (stances or {}).get(citation["id"], citation["stance"])
                if citation.get("at", 0) > len(text):
                    citation["at"] = len(text)
    return changed


def with_block(body: Body, question: str, block: Block) -> Body:
    changed = copy.deepcopy(body)
    for answer in changed["answers"]:
        if answer["question"] == question:
            answer["blocks"].append(block)
    return changed


def without_block(body: Body, name: str) -> Body:
    changed = copy.deepcopy(body)
    for answer in changed["answers"]:
        answer["blocks"] = [block for block in answer["blocks"] if block["id"] != name]
    return changed


def with_citation(body: Body, name: str, citation: Mapping[str, Any]) -> Body:
    """With this citation at the end of the block of that name."""
    changed = copy.deepcopy(body)
    for answer in changed["answers"]:
        for block in answer["blocks"]:
            if block["id"] == name:
                block["citations"].append(dict(citation))
    return changed


def without_citation(body: Body, name: str) -> Body:
    changed = copy.deepcopy(body)
    for answer in changed["answers"]:
        for block in answer["blocks"]:
            block["citations"] = [citation for citation in block["citations"] if citation["id"] != name]
    return changed


def together(first: Body, second: Body, new_id: Callable[[], str]) -> Body:
    """Both texts in one, for their author to tidy up. `first` comes first in every answer; what `second` says beyond
    it follows in blocks of its own, and in the cell of a table under what stands there, so not a word, citation or note
    of either is lost. Of two choices that of `first` stands: `choices_apart` names those."""
    merged = copy.deepcopy(first)
    answers = {answer["question"]: answer for answer in merged["answers"]}
    names = {block["id"] for answer in merged["answers"] for block in answer["blocks"]}
    cited = {c["id"]: c for answer in merged["answers"] for block in answer["blocks"] for c in block["citations"]}
    for other in second["answers"]:
        answer = answers.get(other["question"])
        if answer is None:
            answer = {"question": other["question"], "blocks": []}
            if "choice" in other:
                answer["choice"] = list(other["choice"])
            merged["answers"].append(answer)
            answers[other["question"]] = answer
        elif "choice" in other and not answer.get("choice"):
            answer["choice"] = list(other["choice"])
        standing = {_stands(block, block["text"]): block for block in answer["blocks"]}
        for block in other["blocks"]:
            same = standing.get(_stands(block, block["text"]))
            fresh = _beyond(block["citations"], cited, same["citations"] if same else [], new_id)
            if same is not None:
                _join(same, block["text"], fresh)
            elif block["text"].strip() or fresh:
                name = new_id() if block["id"] in names else block["id"]
                names.add(name)
                answer["blocks"].append({**block, "id": name, "citations": fresh})
    return merged


def _stands(block: Block, text: str) -> tuple[str, ...]:
    """What makes two blocks the same: a cell is the same in its place, whatever it says."""
    return (CELL, block["row"], block["column"]) if is_cell(block) else (block["kind"], text)


def _join(block: Block, text: str, fresh: list[Block]) -> None:
    """Puts these words and citations under those of the block, where they are not its own already."""
    if text != block["text"] and text.strip():
        before = block["text"] + BETWEEN if block["text"].strip() else ""
        if before:
            for citation in block["citations"]:
                citation.setdefault("at", len(block["text"]))
        block["text"] = before + text
        fresh = [{**one, "at": one["at"] + len(before)} if "at" in one else one for one in fresh]
    block["citations"].extend(fresh)


def _beyond(
    citations: Iterable[Block], cited: dict[str, Block], beside: Iterable[Block], new_id: Callable[[], str]
) -> list[Block]:
    """Those that say something which neither the one of the same name in `cited` nor any of `beside` says. One that
    differs from its namesake gets a name of its own. Adds them to `cited`."""
    fresh, said = [], [_said(each) for each in beside]
    for citation in citations:
        namesake = cited.get(citation["id"])
        if namesake is not None and (_said(namesake) == _said(citation) or _said(citation) in said):
            continue
        added = copy.deepcopy(citation) | ({} if namesake is None else {"id": new_id()})
        cited[added["id"]] = added
        fresh.append(added)
    return fresh


def _said(citation: Block) -> Block:
    """A citation without its name and its place in the text."""
    return {key: value for key, value in citation.items() if key not in ("id", "at")}


def choices_apart(one: Body, other: Body) -> list[str]:
    """The questions to which both give a choice, and not the same."""
    chosen = {answer["question"]: set(answer.get("choice", [])) for answer in one["answers"]}
    given = {answer["question"]: set(answer.get("choice", [])) for answer in other["answers"]}
    return [name for name, options in given.items() if options and chosen.get(name) and options != chosen[name]]
