"""The published document: its shape, its canonical bytes, and the ways to look something up in it.

A document is complete: reading one touches no draft row. Its bytes are RFC 8785 canonical JSON, and the sha256
of those bytes is the id of the edition. Everything here is plain values; nothing imports a framework.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final, Literal, NotRequired, TypedDict, cast

import orjson
import rfc8785

SCHEMA: Final = 3
LARGEST_INTEGER: Final = 2**53 - 1  # the last integer that every JSON reader agrees on

BlockKind = Literal["paragraph", "heading", "list", "quote", "figure", "source", "callout", "disputed", "question"]
QuestionKind = Literal["short", "essay", "single", "multiple", "table"]

BLOCK_KINDS: Final = frozenset(BlockKind.__args__)  # type: ignore[attr-defined]
QUESTION_KINDS: Final = frozenset(QuestionKind.__args__)  # type: ignore[attr-defined]
# Headings and questions are never evidence; everything else with words in it may be cited.
NEVER_CITED: Final = frozenset({"heading", "question"})


# The functional form, since "from" is a word of Python.
DateData = TypedDict("DateData", {"edtf": str, "display": str, "from": str | None, "to": str | None})


class SizeData(TypedDict):
    sha256: str
    width: int
    height: int
    type: str


class TableData(TypedDict):
    """The figures behind a drawing, for whoever cannot see it or wants to reckon with them."""

    columns: list[str]
    rows: list[list[str]]
    note: str


class MarkData(TypedDict):
    """Where the text of a block uses an entry of the glossary or names a person; code points."""

    start: int
    end: int
    entry: str


class ImageData(TypedDict):
    sha256: str
    type: str
    alt: str
    decorative: bool
    width: int
    height: int
    credit: str
    rights: str
    sizes: list[SizeData]  # of one type that every browser shows, narrow to wide
    webp: NotRequired[list[SizeData]]  # the same in WebP; editions of before have none
    table: NotRequired[TableData]


class DisputedRow(TypedDict):
    who: str
    low: int
    high: int
    note: str
    note_html: str


class BlockData(TypedDict):
    id: str
    kind: BlockKind
    n: int | None
    name: str
    text: str
    html: str
    marks: NotRequired[list[MarkData]]
    level: NotRequired[int]  # heading
    ordered: NotRequired[bool]  # list
    attribution: NotRequired[str]  # quote
    language: NotRequired[str]  # quote in another language than its surroundings
    image: NotRequired[ImageData]  # figure
    title: NotRequired[str]  # callout
    source: NotRequired[str]  # source: the id of the source
    passages: NotRequired[list[str]]  # source: the ids of the blocks of it that are shown here
    label: NotRequired[str]  # disputed
    unit: NotRequired[str]
    rows: NotRequired[list[DisputedRow]]
    explanation: NotRequired[str]


class SectionData(TypedDict):
    id: str
    number: int
    heading: str
    blocks: list[BlockData]


class RecordData(TypedDict):
    author: str
    audience: str
    purpose: str
    perspective: str
    omits: str


class GroundData(TypedDict):
    """A passage that a historian's claim rests on, with its words: it may stand in a source that is not here."""

    source: str  # id
    title: str
    bibliography: str
    passage: int
    block: str  # id of the passage's block where this document has it, else ""
    text: str
    paraphrase: NotRequired[bool]  # its words are a study paraphrase; editions of before do not say
    reading: str  # how this historian reads it


class ClaimData(TypedDict):
    id: str
    text: str
    locator: str
    rests_on: list[GroundData]


class StatementData(TypedDict):
    """A statement of Dublin Core that no field of the source says."""

    element: str
    text: str
    language: str


class SourceData(TypedDict):
    id: str
    slug: str
    letter: str
    title: str
    creator: str
    date: DateData
    kind: str
    primary: bool
    place: str
    language: str
    archive: str
    reference: str
    url: str
    rights: str
    paraphrase: bool
    record: RecordData
    csl: dict[str, Any]
    note: str
    note_html: str
    bibliography: str
    bibliography_html: str
    dublin_core: NotRequired[list[StatementData]]  # where the record came with more than the fields can say
    blocks: list[BlockData]
    images: list[ImageData]
    claims: list[ClaimData]


class OptionData(TypedDict):
    id: str
    text: str


class HeadingData(TypedDict):
    """Of a column or a row that a question in a table asks for."""

    id: str
    text: str


class QuestionData(TypedDict):
    id: str
    section: str
    kind: QuestionKind
    prompt: str
    points: str  # a decimal string, as everywhere on the wire
    required: bool
    skill: str
    rubric: str  # the id of one of the document's rubrics, or ""
    options: list[OptionData]
    columns: list[HeadingData]  # of a table; no other kind has any
    rows: list[HeadingData]


class TermData(TypedDict):
    id: str
    term: str
    original: str
    language: str
    transliteration: str
    meaning: str


class PersonData(TypedDict):
    id: str
    name: str
    original: str
    language: str
    born: DateData
    died: DateData
    office: str
    role: str


class EventData(TypedDict):
    id: str
    title: str
    date: DateData
    place: str
    known: DateData  # when the public could first know of it
    known_by: str
    text: str
    conflict: str


class LevelData(TypedDict):
    id: str
    name: str
    points: str
    description: str


class CriterionData(TypedDict):
    id: str
    name: str
    description: str
    levels: list[LevelData]


class RubricData(TypedDict):
    id: str
    title: str
    criteria: list[CriterionData]


class LessonData(TypedDict):
    slug: str
    title: str
    summary: str
    inquiry: str
    course: str
    language: str
    level: str
    minutes: int | None


class AdaptationData(TypedDict):
    """Of a teacher's own version: what it was made of. Her name is no part of what never changes."""

    id: str
    ancestor: str  # the edition
    number: int  # of that edition


class DocumentData(TypedDict):
    schema: int
    adaptation: NotRequired[AdaptationData]
    lesson: LessonData
    sections: list[SectionData]
    sources: list[SourceData]
    glossary: list[TermData]
    people: list[PersonData]
    events: list[EventData]
    questions: list[QuestionData]
    rubrics: list[RubricData]


class AnswerData(TypedDict):
    id: str  # of the question
    correct: list[str]  # ids of options
    model_answer: str
    model_answer_html: str


class KeyData(TypedDict):
    """The key face: what only an approved teacher's grading desk reads."""

    schema: int
    answers: list[AnswerData]


# --- Errors -----------------------------------------------------------------------------------------------------------


class DocumentError(ValueError):
    """Something that claims to be a document is not one. `code` is for machines, the text for the log."""

    code = "document-invalid"


class NotWritable(DocumentError):
    """A value that canonical JSON cannot carry: a lone surrogate, an infinity, an integer past 2^53."""

    code = "document-not-writable"


class UnknownSchema(DocumentError):
    """Written by a newer release than this one."""

    code = "document-schema-unknown"


class UnknownBlock(DocumentError, LookupError):
    code = "block-unknown"


class UnknownQuestion(DocumentError, LookupError):
    code = "question-unknown"


class UnknownSource(DocumentError, LookupError):
    code = "source-unknown"


# --- Bytes ------------------------------------------------------------------------------------------------------------


def canonical_bytes(value: Mapping[str, Any]) -> bytes:
    """The one way to write these values as JSON; raises NotWritable instead of writing something lossy."""
    check_writable(value)
    return rfc8785.dumps(cast(Any, value))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_writable(value: object) -> None:
    """Refuse, naming the place, what canonical JSON cannot carry or readers of JSON disagree on."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        where, item = waiting.pop()
        match item:
            case None | bool():
                pass
            case str():
                if not item.isascii() and _SURROGATE.search(item):
                    raise NotWritable(f"{where or '/'}: a lone surrogate")
            case int():
                if abs(item) > LARGEST_INTEGER:
                    raise NotWritable(f"{where or '/'}: an integer past 2^53")
            case float():
                if not math.isfinite(item):
                    raise NotWritable(f"{where or '/'}: a number that is not finite")
            case Mapping():
                for key, part in item.items():
                    if not isinstance(key, str):
                        raise NotWritable(f"{where or '/'}: a key that is not text")
                    waiting += [(where, key), (f"{where}/{key}", part)]
            case list() | tuple():
                waiting += [(f"{where}/{i}", part) for i, part in enumerate(item)]
            case _:
                raise NotWritable(f"{where or '/'}: {type(item).__name__} is no JSON value")


_SURROGATE = re.compile("[\ud800-\udfff]")


# --- Names ------------------------------------------------------------------------------------------------------------


def letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: the name of the source that is used `index`-th."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def paragraph_name(n: int) -> str:
    return f"¶{n}"


def passage_name(source_letter: str, n: int) -> str:
    return f"{source_letter}{n}"


# --- Older schemas ----------------------------------------------------------------------------------------------------


def _with_people_and_claims(data: dict[str, Any]) -> dict[str, Any]:
    """1 → 2: people of a lesson, claims of a source, the rubric of a question."""
    return {
        **data,
        "schema": 2,
        "people": [],
        "sources": [{**source, "claims": []} for source in data["sources"]],
        "questions": [{**question, "rubric": ""} for question in data["questions"]],
    }


def _with_tables(data: dict[str, Any]) -> dict[str, Any]:
    """2 → 3: columns and rows of a question. Nobody asked for a table before."""
    return {
        **data,
        "schema": 3,
        "questions": [{**question, "columns": [], "rows": []} for question in data["questions"]],
    }


# From the schema that is the key to the next one. Bytes at rest are never rewritten: they are lifted when read.
UPCASTS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _with_people_and_claims, 2: _with_tables}


def upcast(data: dict[str, Any]) -> DocumentData:
    """The same document in today's schema."""
    schema = data.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or not 0 < schema <= SCHEMA:
        raise UnknownSchema(f"schema {schema!r}; this release reads 1 to {SCHEMA}")
    while schema < SCHEMA:
        data = UPCASTS[schema](data)
        schema += 1
    return cast(DocumentData, data)


# --- Looking things up ------------------------------------------------------------------------------------------------


class Document:
    """A published document, read-only, with its look-ups. `data` is exactly what the bytes say."""

    def __init__(self, data: DocumentData) -> None:
        self.data = data

    @classmethod
    def parse(cls, raw: bytes) -> "Document":
        """A document from its stored bytes, lifted to today's schema."""
        data = orjson.loads(raw)
        if not isinstance(data, dict):
            raise DocumentError("not an object")
        return cls(upcast(data))

    @property
    def lesson(self) -> LessonData:
        return self.data["lesson"]

    @property
    def title(self) -> str:
        return self.data["lesson"]["title"]

    @property
    def sections(self) -> list[SectionData]:
        return self.data["sections"]

    @property
    def sources(self) -> list[SourceData]:
        return self.data["sources"]

    @property
    def questions(self) -> list[QuestionData]:
        return self.data["questions"]

    @property
    def glossary(self) -> list[TermData]:
        return self.data["glossary"]

    @property
    def people(self) -> list[PersonData]:
        return self.data["people"]

    @property
    def events(self) -> list[EventData]:
        return self.data["events"]

    @property
    def rubrics(self) -> list[RubricData]:
        return self.data["rubrics"]

    def blocks(self) -> Iterator[BlockData]:
        """Every block in reading order: the lesson's own, then those of each source."""
        for section in self.data["sections"]:
            yield from section["blocks"]
        for source in self.data["sources"]:
            yield from source["blocks"]

    def citable_blocks(self) -> Iterator[BlockData]:
        return (block for block in self.blocks() if block["n"] is not None)

    def block(self, block_id: str) -> BlockData:
        try:
            return self._blocks[block_id]
        except KeyError:
            raise UnknownBlock(block_id) from None

    def source(self, source_id: str) -> SourceData:
        try:
            return self._sources[source_id]
        except KeyError:
            raise UnknownSource(source_id) from None

    def question(self, question_id: str) -> QuestionData:
        try:
            return self._questions[question_id]
        except KeyError:
            raise UnknownQuestion(question_id) from None

    def source_of(self, block_id: str) -> SourceData | None:
        """The source whose text this block is; None for the lesson's own text."""
        self.block(block_id)
        return self._owners.get(block_id)

    def is_paraphrase(self, ground: GroundData) -> bool:
        """Whether the words of this passage are a study paraphrase: as its source says, where that is here."""
        source = self._sources.get(ground["source"])
        return source["paraphrase"] if source else ground.get("paraphrase", False)

    def section_of(self, block_id: str) -> SectionData | None:
        """The section that this block stands in; None for the text of a source."""
        self.block(block_id)
        return self._places.get(block_id)

    def words(self) -> str:
        """All that can be read in it, for searching."""
        lesson = self.data["lesson"]
        parts = [lesson["title"], lesson["summary"], lesson["inquiry"]]
        parts += [section["heading"] for section in self.data["sections"]]
        parts += [f"{source['title']} {source['creator']}" for source in self.data["sources"]]
        parts += [block["text"] for block in self.blocks()]
        return "\n".join(part for part in parts if part)

    def images(self) -> Iterator[ImageData]:
        """Every image that a reader of this document is shown."""
        for block in self.blocks():
            if "image" in block:
                yield block["image"]
        for source in self.data["sources"]:
            yield from source["images"]

    @cached_property
    def _blocks(self) -> dict[str, BlockData]:
        return {block["id"]: block for block in self.blocks()}

    @cached_property
    def _sources(self) -> dict[str, SourceData]:
        return {source["id"]: source for source in self.data["sources"]}

    @cached_property
    def _questions(self) -> dict[str, QuestionData]:
        return {question["id"]: question for question in self.data["questions"]}

    @cached_property
    def _owners(self) -> dict[str, SourceData]:
        return {block["id"]: source for source in self.data["sources"] for block in source["blocks"]}

    @cached_property
    def _places(self) -> dict[str, SectionData]:
        return {block["id"]: section for section in self.data["sections"] for block in section["blocks"]}


class Key:
    """The answers to a document's questions."""

    def __init__(self, data: KeyData) -> None:
        self.data = data

    @classmethod
    def parse(cls, raw: bytes) -> "Key":
        return cls(orjson.loads(raw))

    def answer(self, question_id: str) -> AnswerData:
        try:
            return self._answers[question_id]
        except KeyError:
            raise UnknownQuestion(question_id) from None

    def correct(self, question_id: str) -> frozenset[str]:
        """The options that are right; empty for a question in free text."""
        return frozenset(self.answer(question_id)["correct"])

    @cached_property
    def _answers(self) -> dict[str, AnswerData]:
        return {answer["id"]: answer for answer in self.data["answers"]}


# --- Checking ---------------------------------------------------------------------------------------------------------

_TOP = {
    "schema": int,
    "lesson": dict,
    "sections": list,
    "sources": list,
    "glossary": list,
    "people": list,
    "events": list,
    "questions": list,
    "rubrics": list,
}
_LESSON = dict.fromkeys(["slug", "title", "summary", "inquiry", "course", "language", "level"], str)
_SECTION = {"id": str, "number": int, "heading": str, "blocks": list}
_BLOCK = {"id": str, "kind": str, "name": str, "text": str, "html": str}
_SOURCE = {
    **dict.fromkeys(["id", "slug", "letter", "title", "creator", "kind", "place", "language", "archive"], str),
    **dict.fromkeys(["reference", "url", "rights", "note", "bibliography"], str),
    **dict.fromkeys(["date", "record", "csl"], dict),
    **dict.fromkeys(["blocks", "images", "claims"], list),
    **dict.fromkeys(["primary", "paraphrase"], bool),
}
_QUESTION = {
    **dict.fromkeys(["id", "section", "kind", "prompt", "points", "skill", "rubric"], str),
    **dict.fromkeys(["options", "columns", "rows"], list),
}
_HEADING = {"id": str, "text": str}
_TERM = dict.fromkeys(["id", "term", "original", "language", "transliteration", "meaning"], str)
_PERSON = {
    **dict.fromkeys(["id", "name", "original", "language", "office", "role"], str),
    **dict.fromkeys(["born", "died"], dict),
}
_EVENT = {
    **dict.fromkeys(["id", "title", "place", "known_by", "text", "conflict"], str),
    **dict.fromkeys(["date", "known"], dict),
}
_RUBRIC = {"id": str, "title": str, "criteria": list}


def validate(data: Mapping[str, Any]) -> None:
    """Refuse, naming the first fault, whatever is not a document of today's schema.

    Holds for what it accepts: ids are unique, numbers run without a gap, names follow from them, and every
    question and every source that a block names exists.
    """
    check_writable(data)
    _shape(data, _TOP, "")
    if data["schema"] != SCHEMA:
        raise UnknownSchema(f"schema {data['schema']!r}")
    _shape(data["lesson"], _LESSON, "/lesson")

    ids: set[str] = set()
    source_ids: set[str] = set()
    for i, source in enumerate(data["sources"]):
        where = f"/sources/{i}"
        _shape(source, _SOURCE, where)
        _fresh(source["id"], ids, where)
        source_ids.add(source["id"])
        if source["letter"] != letter(i):
            raise DocumentError(f"{where}: named {source['letter']!r} out of turn")
        _numbered(source["blocks"], where, ids, partial(passage_name, source["letter"]))

    lesson_blocks = []
    section_ids: set[str] = set()
    for i, section in enumerate(data["sections"]):
        where = f"/sections/{i}"
        _shape(section, _SECTION, where)
        _fresh(section["id"], ids, where)
        section_ids.add(section["id"])
        if section["number"] != i + 1:
            raise DocumentError(f"{where}: numbered {section['number']} out of turn")
        lesson_blocks += section["blocks"]
    _numbered(lesson_blocks, "/sections", ids, paragraph_name)
    for block in lesson_blocks:
        if block["kind"] == "source" and block.get("source") not in source_ids:
            raise DocumentError(f"block {block['id']}: names a source that is not here")

    asked = {block["id"] for block in lesson_blocks if block["kind"] == "question"}
    answered = []
    for i, question in enumerate(data["questions"]):
        where = f"/questions/{i}"
        _shape(question, _QUESTION, where)
        if question["kind"] not in QUESTION_KINDS:
            raise DocumentError(f"{where}: unknown kind {question['kind']!r}")
        _table(question, where)
        if question["section"] not in section_ids:
            raise DocumentError(f"{where}: stands in no section")
        answered.append(question["id"])
    if sorted(answered) != sorted(asked):
        raise DocumentError("/questions: not the questions that the sections ask")
    _references(data)


def _table(question: Mapping[str, Any], where: str) -> None:
    """A table has columns and rows, each under a name of its own; nothing else has any."""
    for name in ("columns", "rows"):
        ids: set[str] = set()
        for i, heading in enumerate(question[name]):
            _shape(heading, _HEADING, f"{where}/{name}/{i}")
            _fresh(heading["id"], ids, f"{where}/{name}/{i}")
        if bool(ids) != (question["kind"] == "table"):
            raise DocumentError(f"{where}/{name}: only a table has them, and a table has some")


def _references(data: Mapping[str, Any]) -> None:
    """Terms, people, events and rubrics: each id once in its list, and nothing names one that is not there."""
    ids: dict[str, set[str]] = {}
    shapes: dict[str, Mapping[str, type]] = {
        "glossary": _TERM,
        "people": _PERSON,
        "events": _EVENT,
        "rubrics": _RUBRIC,
    }
    for name, shape in shapes.items():
        ids[name] = set()
        for i, item in enumerate(data[name]):
            _shape(item, shape, f"/{name}/{i}")
            _fresh(item["id"], ids[name], f"/{name}/{i}")
    for i, question in enumerate(data["questions"]):
        if question["rubric"] and question["rubric"] not in ids["rubrics"]:
            raise DocumentError(f"/questions/{i}: names a rubric that is not here")
    entries = ids["glossary"] | ids["people"]
    for owner in [*data["sections"], *data["sources"]]:
        for block in owner["blocks"]:
            for mark in block.get("marks", []):
                if mark["entry"] not in entries or not 0 <= mark["start"] < mark["end"] <= len(block["text"]):
                    raise DocumentError(f"block {block['id']}: marks what is not there")


def _shape(item: object, shape: Mapping[str, type], where: str) -> None:
    if not isinstance(item, Mapping):
        raise DocumentError(f"{where or '/'}: not an object")
    for key, kind in shape.items():
        if not isinstance(item.get(key), kind) or (kind is int and isinstance(item[key], bool)):
            raise DocumentError(f"{where}/{key}: missing, or not {kind.__name__}")


def _fresh(item_id: str, seen: set[str], where: str) -> None:
    if not item_id or item_id in seen:
        raise DocumentError(f"{where}: the id {item_id!r} is empty or used twice")
    seen.add(item_id)


def _numbered(blocks: list[dict[str, Any]], where: str, ids: set[str], name: Callable[[int], str]) -> None:
    n = 0
    for block in blocks:
        _shape(block, _BLOCK, where)
        _fresh(block["id"], ids, where)
        if block["kind"] not in BLOCK_KINDS:
            raise DocumentError(f"{where}: unknown kind {block['kind']!r}")
        if is_citable(block["kind"], block["text"]):
            n += 1
            if block.get("n") != n or block["name"] != name(n):
                raise DocumentError(f"{where}: block {block['id']} is not number {n}")
        elif block.get("n") is not None or block["name"]:
            raise DocumentError(f"{where}: block {block['id']} is numbered, yet nobody may cite it")


def is_citable(kind: str, text: str) -> bool:
    """Only words can be cited, and neither headings nor questions are evidence."""
    return bool(text) and kind not in NEVER_CITED
