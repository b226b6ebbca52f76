"""What readers of a document will see differently in another one: block by block, word by word.

Blocks, sections and sources are told by their ids, which edits keep. What is only numbered anew is no change.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from lessons.document import BlockData, DocumentData, SourceData

How = Literal["same", "in", "out"]

# More words and blanks than this on either side, or more pairs of equal words, are shown whole, out and in: the
# comparison looks at each pair anew for each piece that stays.
MOST_WORDS: Final = 2000
MOST_PAIRS: Final = 40_000

# The fields of a source that readers see. Those of the record carry its name before theirs.
SOURCE_FIELDS: Final = (
    *("title", "creator", "date", "kind", "primary", "place", "language", "archive", "reference", "url", "rights"),
    *("paraphrase", "record.author", "record.audience", "record.purpose", "record.perspective", "record.omits"),
    *("text", "images", "claims", "bibliography"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stay, come in or go out."""

    how: How
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that readers will see differently.

    `where` says in what: lesson, section, source, glossary, people, events, questions or rubrics; `owner` is the id of
    that thing and `title` what it is called. `field` is the field that differs, or "block" for a block of text, whose
    number or name is `name`.
    """

    where: str
    owner: str
    title: str
    field: str
    name: str
    pieces: tuple[Piece, ...]

    @property
    def how(self) -> str:
        """added, removed or changed."""
        found = {piece.how for piece in self.pieces}
        return {frozenset({"in"}): "added", frozenset({"out"}): "removed"}.get(frozenset(found), "changed")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a source of which two copies say something else, as text."""

    field: str
    old: str
    new: str


# --- Words ------------------------------------------------------------------------------------------------------------


@dataclass
class Effort:
    """What comparing may still cost, in pairs of equal words. One for all texts of a page, where whoever wrote them
    could write many: what is left when it is spent is shown whole."""

    pairs: int = MOST_PAIRS

    def covers(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether these can be compared yet; then it is spent on them."""
        if max(len(before), len(after)) > MOST_WORDS or (pairs := _pairs(before, after)) > self.pairs:
            return False
        self.pairs -= pairs
        return True


def words(old: str, new: str, effort: Effort | None = None) -> tuple[Piece, ...]:
    """How one text becomes the other, word by word. The pieces without "in" are the old text, without "out" the new."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    start = _shared(before, after)
    before, after, head = before[start:], after[start:], before[:start]
    end = _shared(before[::-1], after[::-1])
    tail = before[len(before) - end :]
    before, after = before[: len(before) - end], after[: len(after) - end]
    pieces: list[Piece] = [Piece("same", "".join(head))]
    if (effort or Effort()).covers(before, after):
        # Blanks stay beside words that do: alone they are equal to each other everywhere.
        for tag, i, j, k, m in SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
            if tag == "equal":
                pieces.append(Piece("same", "".join(before[i:j])))
            else:
                pieces += [Piece("out", "".join(before[i:j])), Piece("in", "".join(after[k:m]))]
    else:
        pieces += [Piece("out", "".join(before)), Piece("in", "".join(after))]
    pieces.append(Piece("same", "".join(tail)))
    return tuple(_joined(piece for piece in pieces if piece.text))


_WORD = re.compile(r"\S+|\s+")


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words of the one are equal to how many of the other."""
    then, now = Counter(before), Counter(after)
    return sum(count * now[word] for word, count in then.items() if not word.isspace())


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Runs of replaced words as one: a blank alone that stays between them tears a sentence into shreds."""
    joined: list[Piece] = []
    out = into = ""
    for piece in [*pieces, Piece("same", "")]:
        if piece.how == "out":
            out += piece.text
        elif piece.how == "in":
            into += piece.text
        elif piece.text.isspace() and out and into and piece.text != "":
            out, into = out + piece.text, into + piece.text
        else:
            # A blank at the end of both belongs to what stays.
            blank = _common_blank(out, into)
            if blank:
                out, into = out.removesuffix(blank), into.removesuffix(blank)
            joined += [Piece("out", out)] * bool(out) + [Piece("in", into)] * bool(into)
            if blank + piece.text:
                joined.append(Piece("same", blank + piece.text))
            out = into = ""
    return joined


def _common_blank(out: str, into: str) -> str:
    blank = out[len(out.rstrip()) :]
    return blank if out and into and blank and into.endswith(blank) else ""


# --- Documents --------------------------------------------------------------------------------------------------------


def changes(old: DocumentData, new: DocumentData) -> list[Change]:
    """Everything that readers of `new` will see differently from readers of `old`, in the order of the page."""
    found = list(_fields("lesson", "", new["lesson"]["title"], old["lesson"], new["lesson"], _LESSON))
    found += _sections(old, new)
    found += _sources(old, new)
    for where, name, fields in _LISTS:
        found += _list(where, name, fields, old, new)
    return found


_LESSON: Final = ("title", "summary", "inquiry", "level", "minutes", "language")
_LISTS: Final = (
    ("glossary", "term", ("term", "original", "transliteration", "meaning")),
    ("people", "name", ("name", "original", "born", "died", "office", "role")),
    ("events", "title", ("title", "date", "place", "known", "known_by", "text", "conflict")),
    ("questions", "prompt", ("kind", "points", "required", "skill", "options", "columns", "rows")),
    ("rubrics", "title", ("title", "criteria")),
)


def _sections(old: DocumentData, new: DocumentData) -> Iterable[Change]:
    before = {section["id"]: section for section in old["sections"]}
    after = {section["id"]: section for section in new["sections"]}
    for key in _merged(list(before), list(after)):
        was, now = before.get(key), after.get(key)
        title = next(section["heading"] for section in (now, was) if section)
        heads = [section["heading"] if section else "" for section in (was, now)]
        yield from _change("section", key, title, "heading", "", *heads)
        yield from _blocks("section", key, title, was["blocks"] if was else [], now["blocks"] if now else [])


def _sources(old: DocumentData, new: DocumentData) -> Iterable[Change]:
    before = {source["id"]: source for source in old["sources"]}
    after = {source["id"]: source for source in new["sources"]}
    for key in _merged(list(before), list(after)):
        was, now = before.get(key), after.get(key)
        title = next(source["title"] for source in (now, was) if source)
        for field in SOURCE_FIELDS:
            if field == "text":
                yield from _blocks("source", key, title, was["blocks"] if was else [], now["blocks"] if now else [])
            else:
                said = [_said_of_source(copy, field) if copy else "" for copy in (was, now)]
                yield from _change("source", key, title, field, "", *said)


def _list(
    where: str, name: str, fields: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterable[Change]:
    before = {row["id"]: row for row in old[where]}
    after = {row["id"]: row for row in new[where]}
    for key in _merged(list(before), list(after)):
        was, now = before.get(key, {}), after.get(key, {})
        yield from _fields(where, key, (now or was)[name], was, now, fields)


def _fields(
    where: str, owner: str, title: str, old: Mapping[str, Any], new: Mapping[str, Any], fields: Sequence[str]
) -> Iterable[Change]:
    for field in fields:
        yield from _change(where, owner, title, field, "", said(old.get(field)), said(new.get(field)))


def _change(where: str, owner: str, title: str, field: str, name: str, old: str, new: str) -> Iterable[Change]:
    if old != new:
        yield Change(where, owner, title, field, name, words(old, new))


def _blocks(where: str, owner: str, title: str, old: Sequence[BlockData], new: Sequence[BlockData]) -> Iterable[Change]:
    before, after = {block["id"]: block for block in old}, {block["id"]: block for block in new}
    for key in _merged(list(before), list(after)):
        was, now = before.get(key), after.get(key)
        name = next(block["name"] for block in (now, was) if block)
        texts = [said_of_block(block) if block else "" for block in (was, now)]
        yield from _change(where, owner, title, "block", name, *texts)


def _merged(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Every key once: those that stay in the new order, those that go behind what they stood behind."""
    merged = list(after)
    kept = set(after)
    place = 0
    for key in before:
        if key in kept:
            place = merged.index(key) + 1
        else:
            merged.insert(place, key)
            place += 1
    return merged


# --- What a value says ------------------------------------------------------------------------------------------------


_PLACE: Final = {name: place for place, name in enumerate(("name", "title", "text", "points", "description"))}


def said(value: Any) -> str:
    """A value of a document as text that can be compared and read."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case {"display": str(shown)}:
            return shown
        case {}:
            # What is read from the database comes with its keys in another order than what was just compiled.
            parts = sorted(value.items(), key=lambda item: (_PLACE.get(item[0], len(_PLACE)), item[0]))
            return "; ".join(text for name, part in parts if name != "id" and (text := said(part)))
        case list() | tuple():
            return "\n".join(text for part in value if (text := said(part)))
    return str(value)


def said_of_block(block: BlockData) -> str:
    """What is read in a block: its words, and what stands beside them."""
    parts = [block.get("title", ""), block["text"], block.get("attribution", "")]
    if image := block.get("image"):
        parts += [_said_of_image(image)]
    return "\n".join(part for part in parts if part)


def _said_of_image(image: Mapping[str, Any]) -> str:
    # Two pictures may be described with the same words: the digest tells them apart, as a reader's eyes do.
    return "; ".join(part for part in (image["alt"], image["credit"], image["rights"], image["sha256"][:12]) if part)


def _said_of_source(source: SourceData, field: str) -> str:
    if field == "images":
        return "\n".join(_said_of_image(image) for image in source["images"])
    if field == "claims":
        return "\n".join(_said_of_claim(claim) for claim in source["claims"])
    if field.startswith("record."):
        return source["record"][field.removeprefix("record.")]  # type: ignore[literal-required]
    return said(source[field])  # type: ignore[literal-required]


def _said_of_claim(claim: Mapping[str, Any]) -> str:
    return "\n".join([f"{claim['text']} ({claim['locator']})", *(_said_of_ground(one) for one in claim["rests_on"])])


def _said_of_ground(ground: Mapping[str, Any]) -> str:
    # By its entry: that stands beside the passage where its source is not shown, and a date put right is read there.
    return f"{ground['bibliography']}: {ground['text']} {ground['reading']}".strip()


def source_changes(old: SourceData, new: SourceData) -> list[FieldChange]:
    """The fields in which two copies of a source differ. Of its text stand the passages that differ."""
    found = []
    for field in SOURCE_FIELDS:
        if field == "text":
            before, after = _passages(old, new), _passages(new, old)
        else:
            before, after = _said_of_source(old, field), _said_of_source(new, field)
        if before != after:
            found.append(FieldChange(field, before, after))
    return found


def _passages(source: SourceData, other: SourceData) -> str:
    """The passages that the other copy has not, or with other words. Letters differ from edition to edition."""
    theirs = {block["id"]: said_of_block(block) for block in other["blocks"]}
    own = [block for block in source["blocks"] if theirs.get(block["id"]) != said_of_block(block)]
    return "\n".join(f"{block['n']}. {said_of_block(block)}" if block["n"] else said_of_block(block) for block in own)
