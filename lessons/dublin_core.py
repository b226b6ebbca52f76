"""Sources as Dublin Core: the fifteen elements in XML, out and in.

A record is a list of statements, each an element, its words and their language. What our own fields say is written
from them; what they cannot say is kept beside them word for word, so that a record goes out as it came in.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET  # builds and writes; reading goes through defusedxml

import defusedxml
import defusedxml.ElementTree

from lessons import citations, dates, richtext
from lessons.citations import SourceFacts

ELEMENTS: Final = (
    *("title", "creator", "subject", "description", "publisher", "contributor", "date", "type"),
    *("format", "identifier", "source", "language", "relation", "coverage", "rights"),
)
DC: Final = "http://purl.org/dc/elements/1.1/"
TERMS: Final = "http://purl.org/dc/terms/"
OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

LIMIT: Final = 1_000_000  # bytes of a file
MOST_RECORDS: Final = 100
MOST_STATEMENTS: Final = 500  # of one record
DEEPEST: Final = 20

# What XML 1.0 cannot carry.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
# The words that others use for our kinds; "Text" and the like say nothing about them.
_TYPES: Final = {
    "correspondence": "letter",
    "newspaper article": "newspaper",
    "journal article": "article",
    "memoirs": "memoir",
    "autobiography": "memoir",
    "book": "monograph",
    "manuscript": "archival",
    "archival item": "archival",
    "photo": "photograph",
    "sound recording": "sound",
}


class Statement(NamedTuple):
    element: str
    text: str
    language: str = ""

    def data(self) -> dict[str, str]:
        return self._asdict()


class Refused(ValueError):
    """A file from which nothing is taken. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Record(NamedTuple):
    statements: list[Statement]
    strange: list[str]  # elements that are none of the fifteen, by name


class Mapped(NamedTuple):
    """What a record means for a source of ours."""

    fields: dict[str, str]
    kept: list[Statement]  # what is kept word for word beside the fields
    unmapped: list[Statement]  # those of them that no field says


# --- Out --------------------------------------------------------------------------------------------------------------


def statements_of(
    facts: SourceFacts, *, rights: str = "", identifier: str = "", kept: Sequence[Statement] = ()
) -> list[Statement]:
    """The record of a source, in the order of the elements.

    A kept statement stands in the place of a field's own when both say the same words: it knows their language.
    """
    held = {_words(statement) for statement in kept}
    own = [statement for statement in _own(facts, rights, identifier) if _words(statement) not in held]
    every = dict.fromkeys([*own, *kept])
    return sorted(every, key=lambda statement: ELEMENTS.index(statement.element))


def _words(statement: Statement) -> tuple[str, str]:
    return statement.element, richtext.line(statement.text)


def _own(facts: SourceFacts, rights: str, identifier: str) -> list[Statement]:
    """What the fields say."""
    at = ", ".join(part for part in (facts.container, facts.pages) if part)
    where = ", ".join(part for part in (facts.reference, facts.archive) if part)
    found = [
        Statement("title", facts.title, _language_of(facts)),
        *(Statement("creator", name.inverted) for name in citations.names(facts.creator)),
        *(Statement("contributor", name.inverted) for name in citations.names(facts.recipient)),
        Statement("publisher", facts.publisher),
        Statement("date", facts.date),
        Statement("type", facts.kind, "en"),
        Statement("identifier", facts.url),
        Statement("identifier", identifier),
        Statement("source", where),
        Statement("language", facts.language),
        Statement("relation", at),
        Statement("coverage", facts.place),
        Statement("rights", rights),
    ]
    return [statement for statement in found if statement.text]


def _language_of(facts: SourceFacts) -> str:
    """The language of a title, where it can be told: curators give many a title in translation."""
    foreign = any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in facts.title)
    return facts.language if foreign or facts.language.partition("-")[0] == "en" else ""


def to_xml(statements: Sequence[Statement]) -> str:
    """The record as `oai_dc:dc`, the form in which archives give each other theirs."""
    ET.register_namespace("dc", DC)
    ET.register_namespace("oai_dc", OAI_DC)
    root = ET.Element(f"{{{OAI_DC}}}dc")
    for statement in statements:
        element = ET.SubElement(root, f"{{{DC}}}{statement.element}")
        if statement.language:
            element.set(LANG, _NOT_XML.sub("", statement.language))
        element.text = _NOT_XML.sub("", statement.text)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


# --- In ---------------------------------------------------------------------------------------------------------------


def from_xml(raw: bytes) -> list[Record]:
    """The records of a file; raises Refused.

    A document type is refused with whatever it declares: no record needs one, and entities are how a small file
    becomes a large one or reads another.
    """
    if len(raw) > LIMIT:
        raise Refused("too-large")
    try:
        root = defusedxml.ElementTree.fromstring(raw, forbid_dtd=True)
    except defusedxml.DefusedXmlException:
        raise Refused("declares") from None
    except (ET.ParseError, ValueError, LookupError):  # no XML; bytes of another encoding; an encoding nobody knows
        raise Refused("not-xml") from None
    records: list[Record] = []
    # Walked with a list of our own: nested a thousand deep, a file must not exhaust Python's stack.
    waiting: list[tuple[Any, str, int]] = [(root, "", 0)]
    while waiting:
        node, language, depth = waiting.pop()
        if depth > DEEPEST:
            raise Refused("too-deep")
        language = node.get(LANG, language)
        if any(_element(child) for child in node):
            records.append(_record(node, language))
        else:
            waiting += [(child, language, depth + 1) for child in reversed(node)]
        if len(records) > MOST_RECORDS:
            raise Refused("too-many")
    if not records:
        raise Refused("nothing-there")
    return records


def _element(node: Any) -> str:
    """Which of the fifteen this is; nothing for any other."""
    namespace, _, name = str(node.tag).removeprefix("{").rpartition("}")
    return name if namespace in {DC, TERMS} and name in ELEMENTS else ""


def _record(parent: Any, language: str) -> Record:
    found, strange = [], []
    for node in parent:
        text = richtext.normal("".join(node.itertext())).strip()
        if element := _element(node):
            if text:
                found.append(Statement(element, text, node.get(LANG, language).strip()))
        elif isinstance(node.tag, str) and text:
            strange.append(node.tag.rpartition("}")[2])
    if len(found) > MOST_STATEMENTS:
        raise Refused("too-many")
    return Record(list(dict.fromkeys(found)), sorted(set(strange)))


def map_record(statements: Sequence[Statement], *, kinds: Collection[str], limits: Mapping[str, int]) -> Mapped:
    """The fields that these statements fill, and what is kept besides.

    `kinds` are those that a source may have, `limits` the longest that each field takes. What a field cannot say
    whole and alike is kept, so that `statements_of` gives every statement back.
    """
    fields: dict[str, str] = {}
    said: set[Statement] = set()

    def fill(field: str, statement: Statement, value: str) -> bool:
        if field in fields or not value or len(value) > limits.get(field, len(value)):
            return False
        fields[field] = value
        said.add(statement)
        return True

    creators: list[Statement] = []
    for statement in statements:
        text = statement.text
        match statement.element:
            case "title":
                fill("title", statement, richtext.line(text))
            case "creator" if (
                _is_name(text) and len("; ".join([*(c.text for c in creators), text])) <= limits["creator"]
            ):
                creators.append(statement)
            case "publisher" | "rights" as field:
                fill(field, statement, richtext.line(text))
            case "date" if _is_date(text):
                fill("date", statement, text)
            case "type" if (kind := _TYPES.get(text.casefold(), text.casefold())) in kinds:
                fill("kind", statement, kind)
            case "language" if _LANGUAGE.fullmatch(text):
                fill("language", statement, text)
            case "identifier" if _ADDRESS.fullmatch(text):
                fill("url", statement, text)
    if creators:
        fields["creator"] = "; ".join(creator.text for creator in creators)
        said |= set(creators)
    if "title" not in fields and (title := next((s for s in statements if s.element == "title"), None)):
        fields["title"] = richtext.line(title.text)[
            : limits.get("title", 300)
        ]  # too long for us; the whole of it is kept

    facts = SourceFacts(slug="", title=fields.get("title", ""), kind=fields.get("kind", ""))
    facts = _with(facts, fields)
    own = set(_own(facts, fields.get("rights", ""), ""))
    times = Counter(_words(statement) for statement in statements)
    kept = [s for s in statements if s not in own or times[_words(s)] > 1]
    return Mapped(fields, kept, [s for s in statements if s not in said])


def _with(facts: SourceFacts, fields: dict[str, str]) -> SourceFacts:
    known = {name: fields[name] for name in ("creator", "date", "publisher", "language", "url") if name in fields}
    return SourceFacts(slug=facts.slug, title=facts.title, kind=facts.kind, **known)


def _is_name(text: str) -> bool:
    """Whether our field gives this name back as it is."""
    found = citations.names(text)
    return len(found) == 1 and found[0].inverted == richtext.line(text) == text


def _is_date(text: str) -> bool:
    try:
        dates.parse(text)
    except dates.InvalidDate:
        return False
    return True
