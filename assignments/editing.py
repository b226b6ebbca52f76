"""Changes to the body of an answer that a page without scripts asks for. Plain values in, new values out.

A page is always opened with somewhere to write: `opened` adds the fields that an answer lacks, `trimmed` leaves out
those that stayed empty, so that opening a desk and saving it changes nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assignments.answers import Body, Question

Block = dict[str, Any]


def opened(body: Body, questions: Iterable[Question], new_id: Callable[[], str]) -> Body:
    """Every question with its answer, in this order, and with at least one block where it is answered in words."""
    given = {answer["question"]: copy.deepcopy(answer) for answer in body["answers"]}
    answers = []
    for question in questions:
        answer = given.get(question.id, {"question": question.id, "blocks": []})
        if not question.is_choice and not answer["blocks"]:
            answer["blocks"].append(new_block("paragraph", new_id()))
        answers.append(answer)
    return {"answers": answers}


def new_block(kind: str, name: str) -> Block:
    return {"id": name, "kind": kind, "text": "", "citations": []}


def trimmed(body: Body) -> Body:
    """Without the answers that hold nothing."""
    return {"answers": [answer for answer in body["answers"] if not _holds_nothing(answer)]}


def _holds_nothing(answer: Mapping[str, Any]) -> bool:
    return not answer.get("choice") and all(
        block["kind"] == "paragraph" and not block["text"] and not block["citations"] for block in answer["blocks"]
    )


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
    it follows in blocks of its own, so not a word, citation or note of either is lost. Of two choices that of `first`
    stands: `choices_apart` names those."""
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
        standing = {(block["kind"], block["text"]): block for block in answer["blocks"]}
        for block in other["blocks"]:
            same = standing.get((block["kind"], block["text"]))
            fresh = _beyond(block["citations"], cited, same["citations"] if same else [], new_id)
            if same is not None:
                same["citations"].extend(fresh)
            elif block["text"].strip() or fresh:
                name = new_id() if block["id"] in names else block["id"]
                names.add(name)
                answer["blocks"].append({"id": name, "kind": block["kind"], "text": block["text"], "citations": fresh})
    return merged


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
