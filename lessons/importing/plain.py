"""Plain text without markup: which lines are headings, which are list items, which belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from lessons.importing.article import (
    Article,
    Block,
    Endnote,
    Found,
    ItemList,
    Note,
    Paragraph,
    Quote,
    Span,
    note,
    text_of,
)
from lessons.importing.inline import item_inline, label_of, linked, paragraph_inline, trimmed
from lessons.importing.outline import Head, Part, outline
from lessons.importing.words import tidy, words_of

HEADING_CHARACTERS = 90
HEADING_WORDS = 14
STACK = 4  # more short lines than this, one under another, are verse or an address and no headings

_BULLET = re.compile(r"(?:[-*–][^\S\n]+|[•‣◦▪●·⁃∙][^\S\n]*)(?=\S)")
_NUMBER = re.compile(r"([1-9][0-9]{0,2})[.)][^\S\n]+(?=\S)")
_QUOTED = re.compile(r"(?:>[^\S\n]?)+")
_RULE = re.compile(r"[-=*_~•·—–#+.\s]+")
_MARKDOWN_MARKS = re.compile(r"\*\*\w[^*\n]{0,200}\*\*|^```", re.MULTILINE)
_SENTENCE_END = tuple(".!?:;,…。！？：；，、؟؛۔")
_CLOSING = "\"'’”»)]"


class Kind(Enum):
    TEXT = auto()
    ITEM = auto()
    QUOTE = auto()


@dataclass(slots=True)
class Line:
    number: int
    indent: int
    text: str


@dataclass(slots=True)
class Piece:
    """One paragraph, item or quoted line; a text may turn out to be a heading."""

    kind: Kind
    text: str
    line: int
    marker: int = 0  # the number with which a numbered line begins
    ordered: bool = False
    heading: bool = False


def read_plain(text: str, *, given: str, fallback: str, introduction: str) -> Article:
    """The article in a plain text. Expects line feeds for line ends."""
    notes: list[Note] = []
    groups = list(_groups(text))
    width = _wrapped_at(groups)
    if width:
        notes.append(note(Found.LINES_JOINED))
    if _MARKDOWN_MARKS.search(text):
        notes.append(note(Found.LOOKS_LIKE_MARKDOWN))
    pieces = [piece for group in groups for piece in _pieces(group, width)]
    _settle_numbers(pieces, notes)
    _settle_headings(pieces, notes)
    parts = list(_parts(pieces))
    title, title_in_text, sections = outline(
        parts, given=given, fallback=fallback, introduction=introduction, notes=notes
    )
    return Article(title, title_in_text, sections, notes, "plain")


# Lines and pieces


def _groups(text: str) -> Iterator[list[Line]]:
    group: list[Line] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = tidy(raw)
        if line:
            expanded = raw.expandtabs(4)
            group.append(Line(number, len(expanded) - len(expanded.lstrip()), line))
        elif group:
            yield group
            group = []
    if group:
        yield group


def _wrapped_at(groups: Sequence[Sequence[Line]]) -> int:
    """The width at which the text's lines were broken; 0 where each line is a paragraph of its own.

    In a wrapped text many lines go on with a small letter, which no paragraph and no heading does.
    """
    widest = max(len(line.text) for group in groups for line in group)
    if widest > 120:
        return 0
    pairs = going_on = 0
    for group in groups:
        for above, below in pairwise(group):
            if _starts_item(below.text) or below.text.startswith(">"):
                continue
            pairs += 1
            going_on += below.text[0].islower() and not above.text.endswith((".", "!", "?"))
    return widest if going_on and going_on >= 0.4 * pairs else 0


def _starts_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def _pieces(group: Sequence[Line], width: int) -> Iterator[Piece]:
    current: Piece | None = None
    above: Line | None = None
    item_indent = 0
    for line in group:
        if _RULE.fullmatch(line.text):
            # A drawn rule or an empty bullet: no words, and what follows begins anew.
            if current:
                yield current
            current, above = None, None
            continue
        piece = _piece(line)
        goes_on = (
            current is not None
            and above is not None
            and piece.kind is Kind.TEXT
            and not piece.marker
            and _goes_on(current, above, line, width, item_indent)
        )
        if goes_on and current is not None:
            current.text += " " + piece.text
        else:
            if current:
                yield current
            current, item_indent = piece, line.indent
        above = line
    if current:
        yield current


def _piece(line: Line) -> Piece:
    if bullet := _BULLET.match(line.text):
        return Piece(Kind.ITEM, line.text[bullet.end() :], line.number)
    if quoted := _QUOTED.match(line.text):
        return Piece(Kind.QUOTE, line.text[quoted.end() :], line.number)
    if number := _NUMBER.match(line.text):
        return Piece(Kind.TEXT, line.text, line.number, marker=int(number[1]))
    return Piece(Kind.TEXT, line.text, line.number)


def _goes_on(current: Piece, above: Line, line: Line, width: int, item_indent: int) -> bool:
    """Whether this line of text belongs to the piece begun above it."""
    if current.kind is Kind.QUOTE:
        return False
    if current.kind is Kind.ITEM and line.indent > item_indent:
        return True
    if not width:
        return False
    if line.text[0].islower():
        return True
    # A short line before a capital letter ended something: a paragraph, or a heading above its text.
    return len(above.text) > 0.6 * width


# Numbers and headings


def _settle_numbers(pieces: Sequence[Piece], notes: list[Note]) -> None:
    """Neighbours numbered 1, 2, 3 … are a list; any other number stays in its words."""
    start = 0
    while start < len(pieces):
        if not pieces[start].marker:
            start += 1
            continue
        end = start + 1
        while end < len(pieces) and pieces[end].marker == pieces[end - 1].marker + 1:
            end += 1
        run = pieces[start:end]
        if run[0].marker == 1 and len(run) > 1:
            for piece in run:
                piece.kind, piece.ordered = Kind.ITEM, True
                piece.text = piece.text[_end_of_number(piece.text) :]
        else:
            notes.extend(note(Found.NUMBER_KEPT, piece.line, piece.text) for piece in run)
        start = end


def _end_of_number(text: str) -> int:
    match = _NUMBER.match(text)
    return match.end() if match else 0


def could_be_heading(text: str) -> bool:
    """Whether a line is short, has no end punctuation, and says something."""
    return (
        len(text) <= HEADING_CHARACTERS
        and len(text.split()) <= HEADING_WORDS
        and not text.rstrip(_CLOSING).endswith(_SENTENCE_END)
        and "://" not in text
        and bool(words_of(text))
    )


def _settle_headings(pieces: Sequence[Piece], notes: list[Note]) -> None:
    """Short lines without end punctuation, followed by longer text or by another heading, are headings."""
    candidates = [piece.kind is Kind.TEXT and could_be_heading(piece.text) for piece in pieces]
    labels = [candidates[i] and bool(label_of(piece.text, most_words=4)) for i, piece in enumerate(pieces)]
    for i in range(len(pieces)):
        # One labelled line may be a heading ("Hungary: the uprising"); several under each other are a table of facts.
        if labels[i] and (labels[i - 1 : i] == [True] or labels[i + 1 : i + 2] == [True]):
            candidates[i] = False
    run = 0
    for i in range(len(pieces) + 1):
        if i < len(pieces) and candidates[i]:
            run += 1
            continue
        if run > STACK:
            # The last of them may still head the text that follows.
            candidates[i - run : i - 1] = [False] * (run - 1)
            notes.append(note(Found.SHORT_LINES_KEPT, pieces[i - run].line, pieces[i - run].text, count=run - 1))
        run = 0
    for i in reversed(range(len(pieces))):
        piece, below = pieces[i], pieces[i + 1] if i + 1 < len(pieces) else None
        if candidates[i]:
            if below is None:
                notes.append(note(Found.SHORT_LINE_KEPT, piece.line, piece.text))
            elif below.heading or below.kind is not Kind.TEXT or len(below.text) > len(piece.text):
                piece.heading = True
                if labels[i]:
                    notes.append(note(Found.HEADING_MAY_BE_LABEL, piece.line, piece.text))
                elif piece.text[0].islower():
                    notes.append(note(Found.HEADING_SMALL_LETTER, piece.line, piece.text))
            else:
                notes.append(note(Found.SHORT_LINE_KEPT, piece.line, piece.text))
        elif (
            piece.kind is Kind.TEXT
            and piece.text.endswith("?")
            and could_be_heading(piece.text[:-1])
            and below is not None
            and len(below.text) > len(piece.text)
        ):
            notes.append(note(Found.SHORT_LINE_KEPT, piece.line, piece.text))


def with_headings(parts: Sequence[Part], notes: list[Note]) -> list[Part]:
    """The parts of a document that names no headings, with those that its looks give away.

    A short paragraph that is bold to its end is one; where there is none such, the rules for plain text hold. A
    heading in the first place stays what it is: the title.
    """
    bold = [
        isinstance(part, Paragraph)
        and not isinstance(part, Endnote)
        and all(span.bold and not span.href for span in part.inline if span.text.strip())
        and could_be_heading(text_of(part.inline))
        for part in parts
    ]
    # A bold line after which nothing comes heads nothing.
    bold = [is_bold and i + 1 < len(parts) for i, is_bold in enumerate(bold)]
    if any(bold):
        found = [i for i, is_bold in enumerate(bold) if is_bold]
        notes.extend(note(Found.HEADING_FROM_BOLD, parts[i].line, _words(parts[i])) for i in found)
    else:
        pieces = [Piece(Kind.TEXT if type(part) is Paragraph else Kind.ITEM, _words(part), part.line) for part in parts]
        _settle_headings(pieces, notes)
        found = [i for i, piece in enumerate(pieces) if piece.heading and not _links(parts[i])]
    chosen = set(found)
    level = 2 if parts and isinstance(parts[0], Head) else 0
    return [Head(tidy(_words(part)), part.line, level) if i in chosen else part for i, part in enumerate(parts)]


def _words(part: Part) -> str:
    return tidy(text_of(part.inline)) if isinstance(part, Paragraph) else ""


def _links(part: Part) -> bool:
    return isinstance(part, Paragraph) and any(span.href for span in part.inline)


# Blocks


def _parts(pieces: Sequence[Piece]) -> Iterator[Part]:
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.heading:
            yield Head(piece.text, piece.line)
            i += 1
            continue
        end = i + 1
        if piece.kind is Kind.TEXT:
            yield _paragraph(piece)
        else:
            while end < len(pieces) and (pieces[end].kind, pieces[end].ordered) == (piece.kind, piece.ordered):
                if piece.ordered and pieces[end].marker == 1:
                    break
                end += 1
            yield _together(pieces[i:end])
        i = end


def _paragraph(piece: Piece) -> Block:
    return Paragraph(paragraph_inline(piece.text), piece.line)


def _together(run: Sequence[Piece]) -> Block:
    if run[0].kind is Kind.ITEM:
        return ItemList(tuple(item_inline(piece.text) for piece in run), run[0].line, ordered=run[0].ordered)
    return Quote(trimmed([span for piece in run for span in (*linked(piece.text), Span("\n"))]), run[0].line)
