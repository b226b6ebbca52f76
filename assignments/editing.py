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


def together(mine: Body, theirs: Body, new_id: Callable[[], str]) -> Body:
    """Both texts in one, for their author to tidy up. `mine` comes first in every answer; what `theirs` says beyond it
    follows in blocks of its own, so not a word of either is lost. Of two choices, `mine` stands."""
    merged = copy.deepcopy(mine)
    answers = {answer["question"]: answer for answer in merged["answers"]}
    names = {block["id"] for answer in merged["answers"] for block in answer["blocks"]}
    cited = {c["id"] for answer in merged["answers"] for block in answer["blocks"] for c in block["citations"]}
    for other in theirs["answers"]:
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
            fresh = [copy.deepcopy(c) for c in block["citations"] if c["id"] not in cited]
            cited.update(citation["id"] for citation in fresh)
            same = standing.get((block["kind"], block["text"]))
            if same is not None:
                same["citations"].extend(fresh)
            elif block["text"].strip() or fresh:
                name = new_id() if block["id"] in names else block["id"]
                names.add(name)
                answer["blocks"].append({"id": name, "kind": block["kind"], "text": block["text"], "citations": fresh})
    return merged
