"""From a draft to the published document and its key.

The draft comes as plain values: rows already read, StreamField data as it is stored. What keeps it from being
published comes back as a list of problems, each with the place that it belongs to; nothing is raised for those.
"""

import html
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from destalin_site.common import text as names
from lessons import citations, dates, document, richtext
from lessons.document import (
    BlockData,
    ClaimData,
    CriterionData,
    DateData,
    DocumentData,
    EventData,
    GroundData,
    HeadingData,
    ImageData,
    KeyData,
    LevelData,
    PersonData,
    QuestionData,
    RubricData,
    SectionData,
    SourceData,
    StatementData,
    TableData,
    TermData,
)
from lessons.richtext import Rich
from lessons.terms import Marker, forms_of

Raw = Mapping[str, Any]  # one item of a StreamField as stored: {"type", "id", "value"}

MOST_POINTS: Final = Decimal(1000)
# A table that still fits a page, and headings that fit a column.
FEWEST_COLUMNS: Final = 2
MOST_COLUMNS: Final = 6
MOST_ROWS: Final = 12
HEADING_LIMIT: Final = 80
# Where a term may carry its meaning. A question is a label, and a heading is a line of the contents.
_MARKED: Final = frozenset({"paragraph", "list", "callout", "quote"})
# How long names may be: what the columns of drafts and editions hold.
TITLE_LIMIT: Final = 200
SOURCE_LIMIT: Final = 300
_NAME_PROBLEMS: Final = {
    "blank": "name-blank",
    "too-long": "name-too-long",
    "control": "name-control",
    "bidi": "name-bidi",
    "marks": "name-marks",
}
# A scan's or camera's name for a picture says nothing about it.
_FILE_NAME = re.compile(
    r".*\.(jpe?g|png|gif|webp|avif|tiff?|bmp|heic|svg)"
    r"|(img|dsc[nf]?|pict?|scan|image|photo|screenshot)[-_ (]*\d(\d|[-_. ()]|at|wa)*"
    r"|p\d{6,}|\d{8}[\d_ -]*|[0-9a-f-]{16,}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SectionDraft:
    id: str
    heading: str
    blocks: Sequence[Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """A source as it is published now. `live` is false when it never was."""

    id: str
    live: bool
    facts: citations.SourceFacts
    primary: bool
    rights: str
    paraphrase: bool
    record: Mapping[str, str]
    blocks: Sequence[Raw]
    images: Sequence[Raw]
    claims: Sequence[Raw] = ()
    dublin_core: Sequence[StatementData] = ()


@dataclass(frozen=True, slots=True)
class ImageDraft:
    """An image of the library with its stored bytes; alt text belongs to each use, not to the image."""

    asset: Mapping[str, Any]  # sha256, type, width, height, sizes, webp
    credit: str
    rights: str
    table: Mapping[str, Any] | None = None  # columns, rows, note: what a chart was drawn from


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDraft:
    id: str
    term: str
    original: str
    language: str
    transliteration: str
    meaning: str
    forms: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    id: str
    name: str
    original: str
    language: str
    born: str
    died: str
    office: str
    role: str
    forms: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    id: str
    title: str
    date: str
    place: str
    known_from: str
    known_by: str
    text: str
    conflict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricDraft:
    id: str
    title: str
    criteria: Sequence[Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonDraft:
    slug: str
    title: str
    summary: str
    inquiry: str
    course: str
    language: str
    level: str
    minutes: int | None
    sections: Sequence[SectionDraft]
    sources: Mapping[str, SourceDraft] = field(default_factory=dict)  # by the key that blocks name them with
    images: Mapping[str, ImageDraft] = field(default_factory=dict)
    terms: Sequence[TermDraft] = ()
    people: Sequence[PersonDraft] = ()
    events: Sequence[EventDraft] = ()
    rubrics: Mapping[str, RubricDraft] = field(default_factory=dict)  # by the key that questions name them with


class Problem(NamedTuple):
    """Something that must be mended first. `pointer` leads to the field: "/sections/0/body/2/alt"."""

    pointer: str
    code: str


class Compiled(NamedTuple):
    """A document and its key, to be published when `problems` is empty.

    With problems, what cannot be shown at all is left out: good enough for the editor's preview.
    """

    document: DocumentData
    key: KeyData
    problems: list[Problem]
    source_keys: list[str]  # in the order of their letters
    image_keys: list[str]


# --- What a block's fields must agree on (asked by the editor's forms too) --------------------------------------------


def figure_faults(value: Raw) -> dict[str, str]:
    alt = richtext.line(value.get("alt") or "")
    if not value.get("image"):
        return {"image": "image-missing"}
    if value.get("decorative"):
        return {"alt": "alt-of-decoration"} if alt else {}
    if not alt:
        return {"alt": "alt-missing"}
    if _FILE_NAME.fullmatch(alt):
        return {"alt": "alt-is-file-name"}
    return {}


def excerpt_faults(value: Raw) -> dict[str, str]:
    if not value.get("source"):
        return {"source": "source-missing"}
    first, last = value.get("first"), value.get("last")
    if first and last and last < first:
        return {"last": "passages-backwards"}
    return {}


def disputed_row_faults(value: Raw) -> dict[str, str]:
    faults = {}
    low, high = value.get("low"), value.get("high")
    if not richtext.line(value.get("who") or ""):
        faults["who"] = "who-missing"
    if low is None:
        faults["low"] = "figure-missing"
    elif high is not None and high < low:
        faults["high"] = "figure-backwards"
    for name, number in [("low", low), ("high", high)]:
        if number is not None and abs(number) > document.LARGEST_INTEGER:
            faults[name] = "figure-too-large"
    return faults


def question_faults(value: Raw) -> dict[str, str]:
    faults = {}
    kind = value.get("kind")
    if kind not in document.QUESTION_KINDS:
        faults["kind"] = "kind-unknown"
    if not richtext.clean(value.get("prompt") or "").text:
        faults["prompt"] = "text-missing"
    if _points(value.get("points")) is None:
        faults["points"] = "points-wrong"
    options = [item["value"] for item in value.get("options") or []]
    texts = [richtext.line(option.get("text") or "") for option in options]
    right = sum(bool(option.get("correct")) for option in options)
    if kind in {"single", "multiple"}:
        if len(options) < 2:
            faults["options"] = "options-too-few"
        elif not all(texts):
            faults["options"] = "option-empty"
        elif len(set(texts)) < len(texts):
            faults["options"] = "option-twice"
        elif kind == "single" and right != 1:
            faults["options"] = "correct-not-one"
        elif not right:
            faults["options"] = "correct-none"
    elif options:
        faults["options"] = "options-unwanted"
    return {**faults, **table_faults(value)}


def table_faults(value: Raw) -> dict[str, str]:
    """What is wrong with the columns and rows of a question."""
    columns, rows = (_headings(value.get(name), name) for name in ("columns", "rows"))
    if value.get("kind") != "table":
        return {name: "table-unwanted" for name, found in (("columns", columns), ("rows", rows)) if found}
    faults = {name: code for name, found in (("columns", columns), ("rows", rows)) if (code := _heading_fault(found))}
    if len(columns) < FEWEST_COLUMNS:
        faults["columns"] = "columns-too-few"
    elif len(columns) > MOST_COLUMNS:
        faults["columns"] = "columns-too-many"
    if not rows:
        faults["rows"] = "rows-missing"
    elif len(rows) > MOST_ROWS:
        faults["rows"] = "rows-too-many"
    return faults


def _heading_fault(headings: Sequence[HeadingData]) -> str:
    texts = [heading["text"] for heading in headings]
    if not all(texts):
        return "table-heading-empty"
    if any(len(text) > HEADING_LIMIT for text in texts):
        return "table-heading-too-long"
    return "table-heading-twice" if len({text.casefold() for text in texts}) < len(texts) else ""


def claim_faults(value: Raw) -> dict[str, str]:
    faults = {}
    if not richtext.line(value.get("text") or ""):
        faults["text"] = "text-missing"
    if not richtext.line(value.get("locator") or ""):
        faults["locator"] = "locator-missing"
    grounds = [item["value"] for item in value.get("rests_on") or []]
    if not grounds or not all(ground.get("source") for ground in grounds):
        faults["rests_on"] = "grounds-missing"
    return faults


def criterion_faults(value: Raw) -> dict[str, str]:
    levels = [item["value"] for item in value.get("levels") or []]
    if len(levels) < 2:
        return {"levels": "levels-too-few"}
    if any(_points(level.get("points")) is None for level in levels if level.get("points") not in (None, "")):
        return {"levels": "points-wrong"}
    # A score is the sum of the chosen levels: one without points among others would have to be guessed.
    if len({level.get("points") in (None, "") for level in levels}) > 1:
        return {"levels": "points-in-part"}
    return {}


def _points(value: Any) -> Decimal | None:
    try:
        points = Decimal(str(value))
    except InvalidOperation:
        return None
    return points if points.is_finite() and 0 <= points <= MOST_POINTS else None


def points_of(value: Any) -> str:
    """Points as the document has them; `question_faults` has found them good."""
    return _decimal_string(_points(value) or Decimal(0))


def _decimal_string(value: Decimal) -> str:
    """ "5", "2.5": no exponent, no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- Compiling --------------------------------------------------------------------------------------------------------


def source_keys_of(sections: Iterable[SectionDraft]) -> list[str]:
    """The sources that these sections show, in the order of first use."""
    found = {
        str(block["value"]["source"]): None
        for section in sections
        for block in section.blocks
        if block.get("type") == "source" and block["value"].get("source")
    }
    return list(found)


def ground_keys_of(claims: Iterable[Raw]) -> list[str]:
    """The sources whose passages these claims rest on."""
    found = {
        str(ground["value"]["source"]): None
        for claim in claims
        for ground in claim["value"].get("rests_on") or []
        if ground["value"].get("source")
    }
    return list(found)


def rubric_keys_of(sections: Iterable[SectionDraft]) -> list[str]:
    found = {
        str(block["value"]["rubric"]): None
        for section in sections
        for block in section.blocks
        if block.get("type") == "question" and block["value"].get("rubric")
    }
    return list(found)


def image_keys_of(blocks: Iterable[Raw]) -> list[str]:
    found = {
        str(block["value"]["image"]): None
        for block in blocks
        if block.get("type") == "figure" and block["value"].get("image")
    }
    return list(found)


def compile_lesson(draft: LessonDraft, *, expand: Callable[[str], str] = str) -> Compiled:
    """The document and the key of this draft, or what stops them.

    `expand` turns stored rich text into HTML; everything is sanitized after it. The same draft gives the same
    document, to the byte.
    """
    return _Compiler(draft, expand).run()


class _Compiler:
    def __init__(self, draft: LessonDraft, expand: Callable[[str], str]) -> None:
        self.draft = draft
        self.expand = expand
        self.problems: list[Problem] = []
        self.answers: list[Any] = []
        self.questions: list[QuestionData] = []
        self.source_keys = source_keys_of(draft.sections)
        self.image_keys: dict[str, None] = {}
        self.passages: dict[str, list[BlockData]] = {}  # of each source, by its key
        self.ids: set[str] = set()
        self.n = 0
        self.others: dict[str, list[BlockData]] = {}  # of sources that claims lean on and the lesson does not show
        self.rubrics: dict[str, RubricData] = {}  # those that questions name, by key
        entries: list[TermDraft | PersonDraft] = [*draft.terms, *draft.people]
        self.marker = Marker(forms_of((entry.id, entry.forms) for entry in entries))

    def run(self) -> Compiled:
        draft = self.draft
        title = self._name(draft.title, "/title", "title-missing")
        for name in ("summary", "inquiry", "level"):
            self._writable(getattr(draft, name), f"/{name}")
        if not draft.slug:
            self._problem("/slug", "slug-missing")
        if not any(section.blocks for section in draft.sections):
            self._problem("/sections", "sections-missing")
        sources = [source for i, key in enumerate(self.source_keys) if (source := self._source(key, i))]
        # Only now are the passages of every source there that a claim may rest on.
        for shown, source in zip(self.passages, sources, strict=True):
            source["claims"] = self._claims(self.draft.sources[shown])
        sections = [self._section(section, i) for i, section in enumerate(draft.sections)]
        for i, section in enumerate(draft.sections):
            if section.id in {other.id for other in draft.sections[:i]}:
                self._problem(f"/sections/{i}", "section-twice")
        data: DocumentData = {
            "schema": document.SCHEMA,
            "lesson": {
                "slug": draft.slug,
                "title": title,
                "summary": richtext.normal(draft.summary).strip(),
                "inquiry": richtext.line(draft.inquiry),
                "course": draft.course,
                "language": draft.language,
                "level": richtext.line(draft.level),
                "minutes": draft.minutes,
            },
            "sections": sections,
            "sources": sources,
            "glossary": self._glossary(),
            "people": self._people(),
            "events": self._events(),
            "questions": self.questions,
            "rubrics": list(self.rubrics.values()),
        }
        key: KeyData = {"schema": document.SCHEMA, "answers": self.answers}
        if not self.problems:
            self._check_writable(data, key)
        return Compiled(data, key, self.problems, self.source_keys, list(self.image_keys))

    def _check_writable(self, data: DocumentData, key: KeyData) -> None:
        try:
            document.validate(data)
            document.check_writable(key)
        except document.NotWritable as error:
            self._problem(str(error).partition(":")[0], "text-not-writable")

    def _problem(self, pointer: str, code: str) -> None:
        self.problems.append(Problem(pointer, code))

    def _writable(self, value: Any, where: str) -> bool:
        """Whether all text in this value can be written; a problem for each that cannot."""
        match value:
            case str():
                if richtext.is_writable(value):
                    return True
                self._problem(where, "text-not-writable")
                return False
            case Mapping():
                found = [self._writable(item, f"{where}/{name}") for name, item in value.items()]
            case list() | tuple():
                # An item of a list is stored with its type and id around it, which no pointer names.
                items = [item["value"] if isinstance(item, Mapping) and "value" in item else item for item in value]
                found = [self._writable(item, f"{where}/{i}") for i, item in enumerate(items)]
            case _:
                return True
        return all(found)

    def _name(self, raw: str, where: str, missing: str = "", *, limit: int = TITLE_LIMIT) -> str:
        """A title or heading on one line; what the site's normalizer of names refuses is a problem."""
        line = richtext.line(raw)
        if not line:
            if missing:
                self._problem(where, missing)
        elif self._writable(raw, where):
            try:
                names.name(line, limit=limit)
            except names.TextRefused as refused:
                self._problem(where, _NAME_PROBLEMS[refused.code])
        return line

    def _fresh(self, block_id: str, where: str) -> str:
        """This id, or one made from it when a copied source or section brought the same id in twice."""
        while block_id in self.ids:
            block_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{where}/{block_id}"))
        self.ids.add(block_id)
        return block_id

    def _rich(self, markup: str | None) -> Rich:
        return richtext.clean(self.expand(markup or ""))

    # Sections

    def _section(self, section: SectionDraft, index: int) -> SectionData:
        where = f"/sections/{index}"
        heading = self._name(section.heading, f"{where}/heading", "heading-missing")
        blocks: list[BlockData] = []
        for i, raw in enumerate(section.blocks):
            blocks += self._numbered(self._block(raw, f"{where}/body/{i}", section.id))
        self._mark(blocks)
        return {"id": section.id, "number": index + 1, "heading": heading, "blocks": blocks}

    def _mark(self, blocks: list[BlockData]) -> None:
        """Note where these blocks use the lesson's terms and name its people, each once."""
        seen: set[str] = set()
        for block in blocks:
            if block["kind"] in _MARKED and (marks := self.marker.marks(block["text"], seen)):
                block["marks"] = marks

    def _numbered(self, blocks: list[BlockData]) -> list[BlockData]:
        for block in blocks:
            if document.is_citable(block["kind"], block["text"]):
                self.n += 1
                block["n"] = self.n
                block["name"] = document.paragraph_name(self.n)
        return blocks

    def _block(self, raw: Raw, where: str, section_id: str) -> list[BlockData]:
        kind, block_id, value = raw.get("type"), _block_id(raw, where), raw.get("value")
        if not self._writable(value, where):
            return []
        if kind == "paragraph":
            return self._paragraphs(block_id, value, where)
        block_id = self._fresh(block_id, where)
        match kind:
            case "heading" | "list" | "quote":
                return [self._simple(kind, block_id, value or {}, where)]
            case "callout":
                block = self._text_block("callout", block_id, (value or {}).get("text"), f"{where}/text")
                return [{**block, "title": self._name((value or {}).get("title") or "", f"{where}/title")}]
            case "figure":
                return self._figure(block_id, value or {}, where)
            case "source":
                return self._source_block(block_id, value or {}, where)
            case "disputed":
                return [self._disputed(block_id, value or {}, where)]
            case "question":
                return self._question(block_id, value or {}, where, section_id)
        self._problem(where, "block-unknown")
        return []

    def _paragraphs(self, block_id: str, markup: str | None, where: str) -> list[BlockData]:
        """One block a paragraph, so that a number means one paragraph; only the first keeps the editor's id."""
        parts = richtext.paragraphs(self.expand(markup or ""))
        if not parts:
            self._problem(where, "text-missing")
        blocks = []
        for i, part in enumerate(parts):
            is_list = part.html.startswith(("<ul>", "<ol>"))
            block = _new("list" if is_list else "paragraph", self._fresh(_nth(block_id, i), where), part)
            if is_list:
                block["ordered"] = part.html.startswith("<ol>")
            blocks.append(block)
        return blocks

    def _text_block(self, kind: Any, block_id: str, markup: str | None, where: str) -> BlockData:
        rich = self._rich(markup)
        if not rich.text:
            self._problem(where, "text-missing")
        return _new(kind, block_id, rich)

    def _simple(self, kind: str, block_id: str, value: Raw, where: str) -> BlockData:
        if kind == "heading":
            text = self._name(value.get("text") or "", f"{where}/text", "text-missing")
            level = int(value.get("level") or 3)
            return {**_new("heading", block_id, Rich(html.escape(text, quote=False), text)), "level": level}
        if kind == "quote":
            block = self._text_block("quote", block_id, value.get("text"), f"{where}/text")
            block["attribution"] = richtext.line(value.get("attribution") or "")
            block["language"] = (value.get("language") or "").strip()
            return block
        items = [richtext.inline(self.expand(item["value"] or "")) for item in value.get("items") or []]
        items = [item for item in items if item.text]
        if not items:
            self._problem(f"{where}/items", "text-missing")
        ordered = bool(value.get("ordered"))
        tag = "ol" if ordered else "ul"
        markup = "".join(f"<li>{item.html}</li>" for item in items)
        rich = Rich(f"<{tag}>{markup}</{tag}>", "\n".join(item.text for item in items))
        return {**_new("list", block_id, rich), "ordered": ordered}

    def _figure(self, block_id: str, value: Raw, where: str) -> list[BlockData]:
        image = self._image(value, where)
        return [{**_new("figure", block_id, self._rich(value.get("caption"))), "image": image}] if image else []

    def _image(self, value: Raw, where: str) -> ImageData | None:
        faults = figure_faults(value)
        for name, code in faults.items():
            self._problem(f"{where}/{name}", code)
        if "image" in faults:
            return None
        key = str(value["image"])
        found = self.draft.images.get(key)
        if found is None:
            self._problem(f"{where}/image", "image-gone")
            return None
        self.image_keys[key] = None
        asset = found.asset
        data: ImageData = {
            "sha256": asset["sha256"],
            "type": asset["type"],
            "width": asset["width"],
            "height": asset["height"],
            "sizes": list(asset["sizes"]),
            "alt": richtext.line(value.get("alt") or ""),
            "decorative": bool(value.get("decorative")),
            "credit": richtext.line(value.get("credit") or found.credit),
            "rights": richtext.line(found.rights),
        }
        if asset.get("webp"):
            data["webp"] = list(asset["webp"])
        if found.table:
            data["table"] = _table(found.table)
        return data

    def _source_block(self, block_id: str, value: Raw, where: str) -> list[BlockData]:
        faults = excerpt_faults(value)
        for name, code in faults.items():
            self._problem(f"{where}/{name}", code)
        if "source" in faults:
            return []
        key = str(value["source"])
        source = self.draft.sources.get(key)
        if source is None or not source.live:
            self._problem(f"{where}/source", "source-not-published" if source else "source-gone")
            return []
        if key not in self.passages:
            return []  # said where the source was compiled
        block = _new("source", block_id, self._rich(value.get("framing")))
        block["source"] = source.id
        # The editor counts what can be cited, as the page shows it: A1, A2, …
        passages = self.passages[key]
        count = sum(passage["n"] is not None for passage in passages)
        first, last = value.get("first") or 1, value.get("last") or max(count, 1)
        for name, number in [("first", value.get("first")), ("last", value.get("last"))]:
            if number and number > count:
                self._problem(f"{where}/{name}", "passages-outside")
        block["passages"] = _excerpt(passages, first, last, whole=first == 1 and last >= count)
        return [block]

    def _disputed(self, block_id: str, value: Raw, where: str) -> BlockData:
        rows = [item["value"] for item in value.get("rows") or []]
        label, unit = richtext.line(value.get("label") or ""), richtext.line(value.get("unit") or "")
        if not label:
            self._problem(f"{where}/label", "text-missing")
        if len(rows) < 2:
            self._problem(f"{where}/rows", "figures-too-few")
        finished = []
        for i, row in enumerate(rows):
            faults = disputed_row_faults(row)
            for name, code in faults.items():
                self._problem(f"{where}/rows/{i}/{name}", code)
            low = row.get("low") or 0
            high = row.get("high")
            finished.append(
                {
                    "who": richtext.line(row.get("who") or ""),
                    "low": low,
                    "high": low if high is None else high,
                    "note": richtext.line(row.get("note") or ""),
                }
            )
        explanation = self._rich(value.get("explanation"))
        rich = _disputed_text(label, unit, finished, explanation)
        block = _new("disputed", block_id, rich)
        block["label"], block["unit"], block["explanation"] = label, unit, explanation.html
        block["rows"] = finished  # type: ignore[typeddict-item]
        return block

    def _question(self, block_id: str, value: Raw, where: str, section_id: str) -> list[BlockData]:
        faults = question_faults(value)
        for name, code in faults.items():
            self._problem(f"{where}/{name}", code)
        if "kind" in faults:
            return []
        prompt = self._rich(value.get("prompt"))
        options = []
        correct = []
        for i, item in enumerate(value.get("options") or []):
            option_id = item.get("id") or _nth(block_id, i + 1)
            options.append({"id": option_id, "text": richtext.line(item["value"].get("text") or "")})
            if item["value"].get("correct"):
                correct.append(option_id)
        self.questions.append(
            {
                "id": block_id,
                "section": section_id,
                "kind": value["kind"],
                "prompt": prompt.text,
                "points": _decimal_string(_points(value.get("points")) or Decimal(0)),
                "required": bool(value.get("required")),
                "skill": value.get("skill") or "",
                "rubric": self._rubric(value.get("rubric"), where),
                "options": options,  # type: ignore[typeddict-item]
                "columns": _headings(value.get("columns"), f"{block_id}/column"),
                "rows": _headings(value.get("rows"), f"{block_id}/row"),
            }
        )
        model = self._rich(value.get("model_answer"))
        self.answers.append(
            {"id": block_id, "correct": correct, "model_answer": model.text, "model_answer_html": model.html}
        )
        return [_new("question", block_id, prompt)]

    def _rubric(self, chosen: Any, where: str) -> str:
        """The id of the rubric that a question names; it comes into the document then."""
        if not chosen:
            return ""
        key = str(chosen)
        if key not in self.rubrics:
            rubric = self.draft.rubrics.get(key)
            if rubric is None:
                self._problem(f"{where}/rubric", "rubric-gone")
                return ""
            self.rubrics[key] = {
                "id": rubric.id,
                "title": rubric.title,
                "criteria": [_criterion(item) for item in rubric.criteria],
            }
        return self.rubrics[key]["id"]

    # Terms, people, events

    def _glossary(self) -> list[TermData]:
        return [
            {
                "id": term.id,
                "term": term.term,
                "original": term.original,
                "language": term.language,
                "transliteration": term.transliteration,
                "meaning": term.meaning,
            }
            for term in sorted(self.draft.terms, key=lambda term: (term.term.casefold(), term.id))
        ]

    def _people(self) -> list[PersonData]:
        return [
            {
                "id": person.id,
                "name": person.name,
                "original": person.original,
                "language": person.language,
                "born": self._date(person.born, f"/people/{person.id}/born"),
                "died": self._date(person.died, f"/people/{person.id}/died"),
                "office": person.office,
                "role": person.role,
            }
            for person in sorted(self.draft.people, key=lambda person: (person.name.split()[-1].casefold(), person.id))
        ]

    def _events(self) -> list[EventData]:
        found: list[EventData] = [
            {
                "id": event.id,
                "title": event.title,
                "date": self._date(event.date, f"/events/{event.id}/date"),
                "place": event.place,
                "known": self._date(event.known_from or event.date, f"/events/{event.id}/known_from"),
                "known_by": event.known_by,
                "text": event.text,
                "conflict": event.conflict,
            }
            for event in self.draft.events
        ]
        return sorted(found, key=lambda event: (event["date"]["from"] or "", event["date"]["to"] or "", event["id"]))

    def _date(self, edtf: str, where: str) -> DateData:
        try:
            first, last = dates.sort_range(edtf) if edtf else (None, None)
        except dates.InvalidDate:
            self._problem(where, "date-wrong")
            return {"edtf": "", "display": "", "from": None, "to": None}
        return {"edtf": edtf, "display": dates.display(edtf) if edtf else "", "from": first, "to": last}

    # Sources

    def _claims(self, source: SourceDraft) -> list[ClaimData]:
        """What a historian claims, each with the passages it rests on, in this document or out of it."""
        where = f"/sources/{source.facts.slug}/claims"
        found: list[ClaimData] = []
        for i, raw in enumerate(source.claims):
            value = raw.get("value") or {}
            for name, code in claim_faults(value).items():
                self._problem(f"{where}/{i}/{name}", code)
            grounds = [
                ground
                for n, item in enumerate(value.get("rests_on") or [])
                if (ground := self._ground(item["value"], f"{where}/{i}/rests_on/{n}"))
            ]
            found.append(
                {
                    "id": _block_id(raw, f"{where}/{i}"),
                    "text": richtext.line(value.get("text") or ""),
                    "locator": richtext.line(value.get("locator") or ""),
                    "rests_on": grounds,
                }
            )
        return found

    def _ground(self, value: Raw, where: str) -> GroundData | None:
        key = str(value.get("source") or "")
        if not key:
            return None  # said by the claim
        source = self.draft.sources.get(key)
        if source is None or not source.live:
            self._problem(f"{where}/source", "source-not-published" if source else "source-gone")
            return None
        here = key in self.passages
        passages = [block for block in self.passages[key] if block["n"]] if here else self._elsewhere(key, source)
        number = int(value.get("passage") or 1)
        if not 1 <= number <= len(passages):
            self._problem(f"{where}/passage", "passages-outside")
            return None
        return {
            "source": source.id,
            "title": source.facts.title,
            "bibliography": citations.bibliography(source.facts).text,
            "passage": number,
            "block": passages[number - 1]["id"] if here else "",
            "text": passages[number - 1]["text"],
            "paraphrase": source.paraphrase,
            "reading": richtext.line(value.get("reading") or ""),
        }

    def _elsewhere(self, key: str, source: SourceDraft) -> list[BlockData]:
        """The passages of a source that this lesson does not show. Their blocks are no part of the document."""
        if key not in self.others:
            kept, self.ids = self.ids, set()
            self.others[key] = [block for block in self._passages(source, "", f"/sources/{key}/text") if block["n"]]
            self.ids = kept
        return self.others[key]

    def _source(self, key: str, index: int) -> SourceData | None:
        source = self.draft.sources.get(key)
        if source is None or not source.live:
            return None  # said where it is used
        facts = source.facts
        letter = document.letter(index)
        where = f"/sources/{facts.slug}"
        self._name(facts.title, f"{where}/title", limit=SOURCE_LIMIT)
        self._name(facts.creator, f"{where}/creator", limit=SOURCE_LIMIT)
        if not self._writable([asdict(facts), source.rights, source.record], where):
            return None
        try:
            first, last = dates.sort_range(facts.date) if facts.date else (None, None)
        except dates.InvalidDate:
            self._problem(f"{where}/date", "source-date")
            return None
        blocks = self._passages(source, letter, f"{where}/text")
        self.passages[key] = blocks
        images = [
            image
            for i, raw in enumerate(source.images)
            if self._writable(raw["value"], f"{where}/images/{i}")
            and (image := self._image(raw["value"], f"{where}/images/{i}"))
        ]
        note, entry = citations.note(facts), citations.bibliography(facts)
        data: SourceData = {
            "id": source.id,
            "slug": facts.slug,
            "letter": letter,
            "title": facts.title,
            "creator": citations.straight_names(facts.creator),
            "date": {"edtf": facts.date, "display": dates.display(facts.date), "from": first, "to": last},
            "kind": facts.kind,
            "primary": source.primary,
            "place": facts.place,
            "language": facts.language,
            "archive": facts.archive,
            "reference": facts.reference,
            "url": facts.url,
            "rights": richtext.line(source.rights),
            "paraphrase": source.paraphrase,
            "record": {
                "author": _words(source.record, "author"),
                "audience": _words(source.record, "audience"),
                "purpose": _words(source.record, "purpose"),
                "perspective": _words(source.record, "perspective"),
                "omits": _words(source.record, "omits"),
            },
            "csl": citations.csl(facts),
            "note": note.text,
            "note_html": note.html,
            "bibliography": entry.text,
            "bibliography_html": entry.html,
            "blocks": blocks,
            "images": images,
            "claims": [],  # filled in once every source's passages are there
        }
        if source.dublin_core:
            data["dublin_core"] = [
                {
                    "element": statement["element"],
                    "text": richtext.normal(statement["text"]),
                    "language": statement["language"],
                }
                for statement in source.dublin_core
            ]
        return data

    def _passages(self, source: SourceDraft, letter: str, where: str) -> list[BlockData]:
        blocks: list[BlockData] = []
        for i, raw in enumerate(source.blocks):
            place = f"{where}/{i}"
            block_id, value = _block_id(raw, place), raw.get("value")
            if not self._writable(value, place):
                continue
            match raw.get("type"):
                case "paragraph":
                    blocks += self._paragraphs(block_id, value, place)
                case "heading" | "list" | "quote" as kind:
                    blocks.append(self._simple(kind, self._fresh(block_id, place), value or {}, place))
                case _:
                    self._problem(place, "block-unknown")
        n = 0
        for block in blocks:
            if document.is_citable(block["kind"], block["text"]):
                n += 1
                block["n"], block["name"] = n, document.passage_name(letter, n)
        self._mark(blocks)
        return blocks


def _headings(items: Iterable[Raw] | None, name: str) -> list[HeadingData]:
    """The columns or rows of a question in a table."""
    return [
        {
            "id": _block_id(item, f"{name}/{i}"),
            "text": richtext.line(text if isinstance(text := item["value"], str) else ""),
        }
        for i, item in enumerate(items or [])
    ]


def _table(table: Mapping[str, Any]) -> TableData:
    """The figures behind a drawing, as the document carries them."""
    columns = [richtext.line(str(name)) for name in table["columns"]]
    rows = [[richtext.line(str(cell)) for cell in row] for row in table["rows"]]
    return {"columns": columns, "rows": rows, "note": richtext.line(table.get("note") or "")}


def _criterion(raw: Raw) -> CriterionData:
    value = raw["value"]
    return {
        "id": raw["id"],
        "name": richtext.line(value.get("name") or ""),
        "description": richtext.line(value.get("description") or ""),
        "levels": [_level(item) for item in value.get("levels") or []],
    }


def _level(item: Raw) -> LevelData:
    value = item["value"]
    points = value.get("points")
    return {
        "id": item["id"],
        "name": richtext.line(value.get("name") or ""),
        # A scale needs no numbers.
        "points": "" if points in (None, "") else _decimal_string(_points(points) or Decimal(0)),
        "description": richtext.line(value.get("description") or ""),
    }


def _words(record: Mapping[str, str], name: str) -> str:
    return richtext.normal(record.get(name, "")).strip()


def _new(kind: Any, block_id: str, rich: Rich) -> BlockData:
    return {"id": block_id, "kind": kind, "n": None, "name": "", "text": rich.text, "html": rich.html}


def _block_id(raw: Raw, where: str) -> str:
    """The block's own id; one made from its place where stored data carries none."""
    return raw.get("id") or str(uuid.uuid5(uuid.NAMESPACE_URL, where))


def _nth(block_id: str, i: int) -> str:
    """The id of the i-th part of a block: the first has the block's own."""
    return block_id if i == 0 else str(uuid.uuid5(uuid.NAMESPACE_URL, f"{block_id}/{i}"))


def _excerpt(passages: list[BlockData], first: int, last: int, *, whole: bool) -> list[str]:
    """Ids of the passages from number `first` to `last`, with the headings that lead to them."""
    if whole:
        return [passage["id"] for passage in passages]
    shown: list[str] = []
    headings: list[str] = []
    for passage in passages:
        if passage["n"] is None:
            headings.append(passage["id"])
        elif first <= passage["n"] <= last:
            shown += [*headings, passage["id"]]
            headings = []
        else:
            headings = []
    return shown


def _disputed_text(label: str, unit: str, rows: list[dict[str, Any]], explanation: Rich) -> Rich:
    """The figures in words, a line each: what is cited, and what is read where no plot can be drawn."""
    lines = []
    for row in rows:
        figure = f"{row['low']:,}" if row["low"] == row["high"] else f"{row['low']:,}–{row['high']:,}"
        lines.append(f"{row['who']}: {figure}" + (f" ({row['note']})" if row["note"] else ""))
    head = f"{label} ({unit})" if unit else label
    escaped = [html.escape(line, quote=False) for line in lines]
    markup = f"<p>{html.escape(head, quote=False)}</p><ul>{''.join(f'<li>{line}</li>' for line in escaped)}</ul>"
    text = "\n".join([head, *lines] + ([explanation.text] if explanation.text else []))
    return Rich(markup + explanation.html, text)
