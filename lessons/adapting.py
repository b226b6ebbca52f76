"""A teacher's own version of a published lesson: her plan, and the document that it makes of the edition it comes from.

A plan says of each section, source and question of the edition whether it is kept and where it stands, and holds the
questions that she adds. What is dropped keeps its place in the plan, so that it can be brought back. Blocks and
sources keep their ids, so that what is cited in both versions can be compared. Plain values in, new values out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from lessons import compiler, document, mentions, richtext
from lessons.document import AnswerData, BlockData, DocumentData, KeyData, QuestionData, SectionData, SourceData

Plan = dict[str, Any]  # {"sections": [{"id", "kept", "questions": [{"id", "kept"}]}], "sources": […], "own": {id: …}}
Own = dict[str, Any]  # a question that she added: what OWN_FIELDS names, and its options

MOST_OWN: Final = 30
PROMPT_LIMIT: Final = 4_000
ANSWER_LIMIT: Final = 10_000
OPTION_LIMIT: Final = 500
MOST_OPTIONS: Final = 12
SKILL_LIMIT: Final = 50
# A table has headings beside its fields, for which her form has no room.
OWN_KINDS: Final = document.QUESTION_KINDS - {"table"}
OWN_FIELDS: Final = ("kind", "prompt", "points", "required", "skill", "rubric", "model_answer")


class Fault(NamedTuple):
    """What is wrong with a plan or a question, and where: "/own/<id>/prompt"."""

    pointer: str
    code: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What must be resolved before an edition can be cut. `at` is the id of a section or question; "" is the whole."""

    code: str
    at: str = ""
    where: str = ""  # the heading of the section or the question, in words
    named: str = ""  # what it names or rests on
    now: str = ""  # what that is called in this version


class Adapted(NamedTuple):
    document: DocumentData
    key: KeyData
    troubles: list[Trouble]


# --- Plans ------------------------------------------------------------------------------------------------------------


def first_plan(ancestor: DocumentData) -> Plan:
    """Everything kept, in its order."""
    asked: dict[str, list[str]] = {section["id"]: [] for section in ancestor["sections"]}
    for question in ancestor["questions"]:
        asked[question["section"]].append(question["id"])
    return {
        "sections": [
            {"id": name, "kept": True, "questions": [_kept(question) for question in questions]}
            for name, questions in asked.items()
        ],
        "sources": [_kept(source["id"]) for source in ancestor["sources"]],
        "own": {},
    }


def _kept(name: str, kept: bool = True) -> dict[str, Any]:
    return {"id": name, "kept": kept}


def settled(plan: Mapping[str, Any], ancestor: DocumentData) -> tuple[Plan, list[Fault]]:
    """The plan with everything in its place, and what is wrong with it. What it does not name is dropped, and stands
    at the end."""
    faults: list[Fault] = []
    full = first_plan(ancestor)
    own: dict[str, Own] = dict(plan.get("own") or {})
    home = {question["id"]: question["section"] for question in ancestor["questions"]}
    taken = _ids(ancestor)
    if len(own) > MOST_OWN:
        faults.append(Fault("/own", "too-many-questions"))
    for name, hers in own.items():
        if name in taken or not _ID.fullmatch(name):
            faults.append(Fault(f"/own/{name[:80]}", "id-not-free"))
        faults += [Fault(f"/own/{name}/{field}", code) for field, code in own_faults(hers, ancestor).items()]
    sections, asked = [], set()
    named: set[str] = set()
    known = {section["id"] for section in full["sections"]}
    for i, section in enumerate(plan.get("sections") or []):
        if section["id"] not in known or section["id"] in named:
            faults.append(Fault(f"/sections/{i}/id", "twice" if section["id"] in named else "unknown-section"))
            continue
        named.add(section["id"])
        questions = []
        for n, question in enumerate(section.get("questions") or []):
            if question["id"] in asked or (question["id"] not in home and question["id"] not in own):
                code = "twice" if question["id"] in asked else "unknown-question"
                faults.append(Fault(f"/sections/{i}/questions/{n}/id", code))
                continue
            asked.add(question["id"])
            questions.append(_kept(question["id"], bool(question.get("kept", True))))
        sections.append({**_kept(section["id"], bool(section.get("kept", True))), "questions": questions})
    sections += [
        {**section, "kept": False, "questions": []} for section in full["sections"] if section["id"] not in named
    ]
    by_id = {section["id"]: section for section in sections}
    for name, section_id in home.items():
        if name not in asked:
            by_id[section_id]["questions"].append(_kept(name, False))
    faults += [Fault(f"/own/{name[:80]}", "stands-nowhere") for name in own if name not in asked]
    sources = _settled_sources(plan.get("sources") or [], full["sources"], faults)
    return {"sections": sections, "sources": sources, "own": own}, faults


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _ids(data: DocumentData) -> set[str]:
    owners = [*data["sections"], *data["sources"]]
    return {item["id"] for owner in owners for item in (owner, *owner["blocks"])}


def _settled_sources(
    given: Iterable[Mapping[str, Any]], full: Sequence[Mapping[str, Any]], faults: list[Fault]
) -> list[dict[str, Any]]:
    known, named = {source["id"] for source in full}, set[str]()
    sources = []
    for i, source in enumerate(given):
        if source["id"] not in known or source["id"] in named:
            faults.append(Fault(f"/sources/{i}/id", "twice" if source["id"] in named else "unknown-source"))
            continue
        named.add(source["id"])
        sources.append(_kept(source["id"], bool(source.get("kept", True))))
    return sources + [_kept(source["id"], False) for source in full if source["id"] not in named]


def own_faults(question: Own, ancestor: DocumentData) -> dict[str, str]:
    """What is wrong with a question that a teacher wrote, by its fields."""
    for name, limit in (("prompt", PROMPT_LIMIT), ("model_answer", ANSWER_LIMIT), ("skill", SKILL_LIMIT)):
        if len(question.get(name) or "") > limit:
            return {name: "text-too-long"}
    if question.get("kind") not in OWN_KINDS:
        return {"kind": "kind-unknown"}
    options = question.get("options") or []
    if len(options) > MOST_OPTIONS:
        return {"options": "options-too-many"}
    if len({option["id"] for option in options}) < len(options):
        return {"options": "id-not-free"}
    if any(len(option["text"]) > OPTION_LIMIT for option in options):
        return {"options": "text-too-long"}
    texts = [question.get(name) or "" for name in OWN_FIELDS if isinstance(question.get(name), str)]
    if not all(richtext.is_storable(text) for text in [*texts, *(option["text"] for option in options)]):
        return {"prompt": "text-not-writable"}
    rubrics = {rubric["id"] for rubric in ancestor["rubrics"]}
    if question.get("rubric") and question["rubric"] not in rubrics:
        return {"rubric": "rubric-gone"}
    return compiler.question_faults(_as_curated(question))


def _as_curated(question: Own) -> dict[str, Any]:
    """In the shape in which curators' questions are checked."""
    return {
        **{name: question.get(name) for name in OWN_FIELDS},
        "prompt": richtext.plain(question.get("prompt") or "").html,
        "options": [{"value": option} for option in question.get("options") or []],
    }


# --- Changes, one button each -----------------------------------------------------------------------------------------


def with_kept(plan: Plan, name: str, kept: bool) -> Plan:
    """With this section, source or question dropped, or brought back."""
    changed = copy.deepcopy(plan)
    for item in _items(changed):
        if item["id"] == name:
            item["kept"] = kept
    return changed


def moved(plan: Plan, name: str, by: int) -> Plan:
    """With this section, source or question one place up (-1) or down (1). A question at the end of its section goes
    into the next one that is kept."""
    changed = copy.deepcopy(plan)
    for row in (changed["sections"], changed["sources"]):
        if (at := _place(row, name)) is not None:
            _swap(row, at, by)
            return changed
    sections = changed["sections"]
    for n, section in enumerate(sections):
        if (at := _place(section["questions"], name)) is None:
            continue
        if not _swap(section["questions"], at, by):
            span = range(n - 1, -1, -1) if by < 0 else range(n + 1, len(sections))
            beside = next((sections[i] for i in span if sections[i]["kept"]), None)
            if beside is not None:
                question = section["questions"].pop(at)
                beside["questions"].insert(len(beside["questions"]) if by < 0 else 0, question)
        break
    return changed


def with_own(plan: Plan, name: str, question: Own, section: str) -> Plan:
    """With this question of hers, at the end of the section; one that stands there keeps its place."""
    changed = copy.deepcopy(plan)
    changed["own"][name] = dict(question)
    for row in changed["sections"]:
        at = _place(row["questions"], name)
        if row["id"] == section and at is None:
            row["questions"].append(_kept(name))
        elif row["id"] != section and at is not None:
            del row["questions"][at]
    return changed


def without_own(plan: Plan, name: str) -> Plan:
    changed = copy.deepcopy(plan)
    changed["own"].pop(name, None)
    for row in changed["sections"]:
        row["questions"] = [question for question in row["questions"] if question["id"] != name]
    return changed


def section_of(plan: Plan, question: str) -> str:
    return next(
        (row["id"] for row in plan["sections"] if _place(row["questions"], question) is not None),
        plan["sections"][0]["id"] if plan["sections"] else "",
    )


def _items(plan: Plan) -> Iterable[dict[str, Any]]:
    for section in plan["sections"]:
        yield section
        yield from section["questions"]
    yield from plan["sources"]


def _place(row: Sequence[Mapping[str, Any]], name: str) -> int | None:
    return next((i for i, item in enumerate(row) if item["id"] == name), None)


def _swap(row: list[dict[str, Any]], at: int, by: int) -> bool:
    """Past what is dropped, since nobody sees that move."""
    to = at + by
    while 0 <= to < len(row) and not row[to]["kept"] and row[at]["kept"]:
        to += by
    if not 0 <= to < len(row):
        return False
    row.insert(to, row.pop(at))
    return True


# --- The document -----------------------------------------------------------------------------------------------------


def apply(
    plan: Plan, ancestor: DocumentData, key: KeyData, *, title: str, adaptation: str, edition: str, number: int
) -> Adapted:
    """The document and key of this plan upon the edition that it comes from, and what must be resolved first.

    The document is one of today's schema; without troubles it passes `document.validate`. `adaptation` is the id of
    the adaptation, which keeps the same words of two teachers apart.
    """
    return _Adapter(plan, ancestor, key).run(title, {"id": adaptation, "ancestor": edition, "number": number})


class _Adapter:
    def __init__(self, plan: Plan, ancestor: DocumentData, key: KeyData) -> None:
        self.plan, self.ancestor, self.key = plan, ancestor, key
        self.sources = {source["id"]: source for source in ancestor["sources"]}
        self.sections = {section["id"]: section for section in ancestor["sections"]}
        self.questions = {question["id"]: question for question in ancestor["questions"]}
        self.answers = {answer["id"]: answer for answer in key["answers"]}
        self.prompts = {
            block["id"]: block
            for section in ancestor["sections"]
            for block in section["blocks"]
            if block["kind"] == "question"
        }
        self.letters: dict[str, str] = {}  # of the kept sources, by id
        self.troubles: list[Trouble] = []

    def run(self, title: str, adaptation: dict[str, Any]) -> Adapted:
        sources = self._sources()
        questions: list[QuestionData] = []
        answers: list[AnswerData] = []
        sections: list[SectionData] = []
        n = 0
        for row in self.plan["sections"]:
            if not row["kept"]:
                continue
            blocks = self._blocks(row, questions, answers)
            for block in blocks:
                block["n"], block["name"] = None, ""
                if document.is_citable(block["kind"], block["text"]):
                    n += 1
                    block["n"], block["name"] = n, document.paragraph_name(n)
            heading = self.sections[row["id"]]["heading"]
            if not blocks:
                self.troubles.append(Trouble("section-empty", row["id"], heading))
            sections.append({"id": row["id"], "number": len(sections) + 1, "heading": heading, "blocks": blocks})
        if not sections:
            self.troubles.append(Trouble("nothing-kept"))
        data = cast(
            DocumentData,
            {
                **copy.deepcopy({name: part for name, part in self.ancestor.items() if name not in _MADE_ANEW}),
                "schema": document.SCHEMA,
                "adaptation": adaptation,
                "lesson": {**self.ancestor["lesson"], "title": title},
                "sections": sections,
                "sources": sources,
                "questions": questions,
            },
        )
        self._references(data)
        if not self.troubles:
            document.validate(data)
        return Adapted(data, {"schema": document.SCHEMA, "answers": answers}, self.troubles)

    def _sources(self) -> list[SourceData]:
        kept = [row["id"] for row in self.plan["sources"] if row["kept"]]
        self.letters = {name: document.letter(i) for i, name in enumerate(kept)}
        here = {block["id"] for name in kept for block in self.sources[name]["blocks"]}
        found = []
        for name in kept:
            source = copy.deepcopy(self.sources[name])
            source["letter"] = self.letters[name]
            for block in source["blocks"]:
                if block["n"] is not None:
                    block["name"] = document.passage_name(source["letter"], block["n"])
            for claim in source["claims"]:
                for ground in claim["rests_on"]:
                    # The words of the passage stand in the claim, so that it can be read without its source.
                    if ground["block"] and ground["block"] not in here:
                        ground["block"] = ""
                        ground["paraphrase"] = self.sources[ground["source"]]["paraphrase"]
            found.append(source)
        return found

    def _blocks(
        self, row: Mapping[str, Any], questions: list[QuestionData], answers: list[AnswerData]
    ) -> list[BlockData]:
        """The blocks of a section: its questions take the places that questions had, and those beyond come last."""
        wanted = [question["id"] for question in row["questions"] if question["kept"]]
        blocks: list[BlockData] = []
        for block in self.sections[row["id"]]["blocks"]:
            if block["kind"] == "question":
                if wanted:
                    blocks.append(self._question(wanted.pop(0), row["id"], questions, answers))
            elif block["kind"] != "source" or block["source"] in self.letters:
                blocks.append(copy.deepcopy(block))
        return blocks + [self._question(name, row["id"], questions, answers) for name in wanted]

    def _question(self, name: str, section: str, questions: list[QuestionData], answers: list[AnswerData]) -> BlockData:
        if name in self.questions:
            questions.append({**copy.deepcopy(self.questions[name]), "section": section})
            answers.append(copy.deepcopy(self.answers[name]))
            return copy.deepcopy(self.prompts[name])
        own = self.plan["own"][name]
        prompt, model = richtext.plain(own["prompt"]), richtext.plain(own.get("model_answer") or "")
        options = own.get("options") or []
        questions.append(
            {
                "id": name,
                "section": section,
                "kind": own["kind"],
                "prompt": prompt.text,
                "points": compiler.points_of(own["points"]),
                "required": bool(own.get("required")),
                "skill": richtext.line(own.get("skill") or ""),
                "rubric": own.get("rubric") or "",
                "options": [{"id": option["id"], "text": richtext.line(option["text"])} for option in options],
                "columns": [],
                "rows": [],
            }
        )
        answers.append(
            {
                "id": name,
                "correct": [option["id"] for option in options if option.get("correct")],
                "model_answer": model.text,
                "model_answer_html": model.html,
            }
        )
        return {"id": name, "kind": "question", "n": None, "name": "", "text": prompt.text, "html": prompt.html}

    # What the kept words name

    def _references(self, data: DocumentData) -> None:
        """Tell every text that names a source or paragraph which is not here, or is called something else here."""
        paragraphs = {b["id"]: b for section in data["sections"] for b in section["blocks"]}
        before = {b["n"]: b for section in self.ancestor["sections"] for b in section["blocks"] if b["n"]}
        options = {each["id"]: [*each["options"], *each["columns"], *each["rows"]] for each in data["questions"]}
        cyrillic = mentions.letters(_words(b) for section in self.ancestor["sections"] for b in section["blocks"])
        for section in data["sections"]:
            for block in section["blocks"]:
                if block["id"] in self.plan["own"]:
                    continue  # her own words name things as they are called in her version
                if block["id"] in options:
                    at, where = block["id"], block["text"]
                    answer = self.answers[block["id"]]["model_answer"]
                    text = "\n".join([block["text"], answer, *(option["text"] for option in options[block["id"]])])
                else:
                    at, where, text = section["id"], section["heading"], _words(block)
                self._names_sources(text, at, where, cyrillic)
                self._names_paragraphs(text, at, where, before, paragraphs)

    def _names_sources(self, text: str, at: str, where: str, cyrillic: mentions.Letters) -> None:
        named, passages = mentions.sources(text, cyrillic), mentions.passages(text, cyrillic)
        for source in self.ancestor["sources"]:
            letter, now = source["letter"], self.letters.get(source["id"], "")
            called = f"{letter} ({source['title']})"
            if now != letter and (
                letter in named or any((letter, block["n"]) in passages for block in source["blocks"])
            ):
                self._tell("names-other-letter" if now else "rests-on-dropped", at, where, called, now)
            elif not now and len(source["title"]) >= _TELLING and source["title"].casefold() in text.casefold():
                self._tell("rests-on-dropped", at, where, called)

    def _names_paragraphs(
        self,
        text: str,
        at: str,
        where: str,
        before: Mapping[int, BlockData],
        now: Mapping[str, BlockData],
    ) -> None:
        for number in mentions.paragraphs(text):
            meant = before.get(number)
            if meant is None:
                continue
            here = now.get(meant["id"])
            if here is None:
                self._tell("rests-on-paragraph", at, where, meant["name"])
            elif here["n"] != number:
                self._tell("names-other-paragraph", at, where, meant["name"], here["name"])

    def _tell(self, code: str, at: str, where: str, named: str, now: str = "") -> None:
        trouble = Trouble(code, at, where, named, now)
        if trouble not in self.troubles:
            self.troubles.append(trouble)


_MADE_ANEW = frozenset({"schema", "adaptation", "lesson", "sections", "sources", "questions"})
_TELLING = 8  # a shorter title may be any word


def _words(block: BlockData) -> str:
    """Everything that it says."""
    rows = (row["note"] for row in block.get("rows", ()))
    return "\n".join([block["text"], block.get("title", ""), block.get("explanation", ""), *rows])
