"""From headings and blocks in a row to a title and sections: the rules for text whose headings have no levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from lessons.importing.article import (
    Article,
    Block,
    Endnote,
    Figure,
    Found,
    ItemList,
    Note,
    Paragraph,
    Section,
    Subheading,
    note,
    text_of,
)
from lessons.importing.inline import linked
from lessons.importing.words import same_words, words_of

TITLE_LIMIT = 200
HEADING_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Head:
    """A line that is a heading: of a section or inside one. `level` 0: the text does not say how deep."""

    text: str
    line: int
    level: int = 0


Part = Head | Block

_FIRST_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)
_DEFINED = re.compile(
    r"(?:(?:the|an|a)\s+)?(?P<term>[^,;:.!?()]{1,80}?)"
    r"(?:\s*\([^()]{0,200}\))?(?:,[^,;]{1,200},)?"
    r"\s+(?:refers?|referred|is|was|are|were|means|meant|describes?|described|denotes?|names|named)\b",
    re.IGNORECASE,
)
# A sentence that begins so tells, and defines nothing.
_NO_TERM = frozenset(
    words_of(
        "it this that these those there here he she they we i you who what which one some many most all both in on at"
        " after before during by for when while as since with from under over between if although though because"
        " until once"
    )
)
_OPENING_WORDS = frozenset({"introduction", "overview", "background", "summary", "preface", "abstract", "foreword"})


def subject_of(parts: Sequence[Part]) -> str:
    """The term that the text's first sentence defines ("X is …", "X refers to …"), or nothing."""
    first = next((part for part in parts if isinstance(part, Paragraph)), None)
    if first is None:
        return ""
    text = text_of(first.inline)[:2000]
    sentence = _FIRST_SENTENCE.match(text)
    match = _DEFINED.match(sentence[0] if sentence else text)
    if match is None:
        return ""
    words = match["term"].split()
    if len(words) > 6 or words[0].casefold() in _NO_TERM or not any(word[0].isupper() for word in words):
        return ""
    return match["term"]


def repeats(heading: str, subject: str) -> bool:
    """Whether the heading holds the subject, word for word."""
    within = [word.casefold() for word in words_of(heading)]
    term = [word.casefold() for word in words_of(subject)]
    return bool(term) and any(within[i : i + len(term)] == term for i in range(len(within) - len(term) + 1))


def outline(
    parts: Sequence[Part],
    *,
    given: str,
    fallback: str,
    introduction: str,
    notes: list[Note],
    from_fallback: Found = Found.TITLE_FROM_FILE,
) -> tuple[str, bool, list[Section]]:
    """(title, whether the title is a line of the text, sections) of a text whose headings have no levels."""
    subject = subject_of(parts)
    is_title, sure = _begins_with_title(parts)
    title, in_text, rest = settle_title(
        parts,
        is_title=is_title,
        sure=sure,
        given=given,
        fallback=fallback,
        subject=subject,
        notes=notes,
        from_fallback=from_fallback,
    )
    return title, in_text, _sections(rest, subject, introduction, notes)


def levelled(
    parts: Sequence[Part],
    *,
    given: str,
    fallback: str,
    introduction: str,
    notes: list[Note],
    from_fallback: Found = Found.TITLE_FROM_FILE,
) -> tuple[str, bool, list[Section]]:
    """As `outline`, for text whose headings have levels: the highest below the title are sections."""
    title, in_text, rest = settle_title(
        parts or [Paragraph((), 1)],
        is_title=begins_with_highest(parts),
        sure=True,
        given=given,
        fallback=fallback,
        subject=subject_of(parts),
        notes=notes,
        from_fallback=from_fallback,
    )
    return title, in_text, sections_by_level(rest, introduction, notes)


def begins_with_highest(parts: Sequence[Part]) -> bool:
    """Whether the first part is a heading that stands above all others: that one is the title."""
    heads = [part for part in parts if isinstance(part, Head)]
    return bool(heads) and parts[0] is heads[0] and all(head.level > heads[0].level for head in heads[1:])


def sections_by_level(parts: Sequence[Part], introduction: str, notes: list[Note]) -> list[Section]:
    top = min((part.level for part in parts if isinstance(part, Head)), default=0)
    sections: list[Section] = []
    for part in parts:
        if isinstance(part, Head) and part.level == top:
            sections.append(open_section(part, notes))
            continue
        if isinstance(part, Paragraph) and not part.inline:
            continue
        if not sections:
            sections.append(introductory(part.line, introduction, notes))
        sections[-1].blocks.append(subheading(part, notes) if isinstance(part, Head) else part)
    return sections


def gather_notes(article: Article, heading: str) -> None:
    """Put each section's notes into a list at its end, under this heading. Their numbers stay those of the text."""
    count = 0
    for section in article.sections:
        found = [block for block in section.blocks if isinstance(block, Endnote)]
        if not found:
            continue
        count += len(found)
        section.blocks = [block for block in section.blocks if not isinstance(block, Endnote)]
        section.blocks.append(Subheading(heading, found[0].line, in_text=False))
        section.blocks.append(ItemList(tuple(each.inline for each in found), found[0].line))
    if count:
        article.notes.append(note(Found.NOTES_GATHERED, count=count))


def settle_title(
    parts: Sequence[Part],
    *,
    is_title: bool,
    sure: bool,
    given: str,
    fallback: str,
    subject: str,
    notes: list[Note],
    from_fallback: Found = Found.TITLE_FROM_FILE,
) -> tuple[str, bool, list[Part]]:
    """(title, whether it is a line of the text, the parts without it).

    `is_title` says that the first part reads like a title line. One that the person has overruled stays a heading.
    """
    rest = list(parts)
    title, in_text = "", False
    first = rest[0]
    if isinstance(first, Head) and (same_words(given, first.text) if given else is_title):
        title, in_text = first.text, True
        rest.pop(0)
        notes.append(note(Found.TITLE_LINE, first.line, first.text, sure=sure or bool(given)))
    elif given:
        title = given
        if is_title and isinstance(first, Head):
            if len(rest) > 1 and isinstance(rest[1], Head):
                rest[0] = Subheading(first.text, first.line)
            notes.append(note(Found.TITLE_LINE_KEPT, first.line, first.text))
        else:
            notes.append(note(Found.TITLE_FROM_FORM, excerpt=given))
    elif words_of(fallback):
        title = fallback
        notes.append(note(from_fallback, excerpt=fallback))
    else:
        title = subject or _first_words(rest)
        notes.append(note(Found.TITLE_GUESSED, excerpt=title))
    if not _fits(title, TITLE_LIMIT):
        if in_text:
            # The whole line stays in the text, so the cut title adds no words of its own.
            rest.insert(0, Paragraph(linked(title), first.line))
            in_text = False
        title = _cut(title, TITLE_LIMIT)
        notes.append(note(Found.TITLE_SHORTENED, excerpt=title))
    return title, in_text, rest


def _begins_with_title(parts: Sequence[Part]) -> tuple[bool, bool]:
    """Whether the first part reads like a title, and whether that is sure."""
    heads = [isinstance(part, Head) for part in parts]
    if not heads[0]:
        return False, False
    if not any(heads[1:]):
        return True, True
    if not heads[1]:
        # A heading, then text: a title above its introduction, or the first of several equal headings.
        return True, False
    if heads[2:3] == [True]:
        return True, True
    second = parts[1]
    opens_later = any(one and other for one, other in pairwise(heads[2:]))
    opening = isinstance(second, Head) and second.text.casefold() in _OPENING_WORDS
    return (opening or not opens_later), False


def _sections(parts: Sequence[Part], subject: str, introduction: str, notes: list[Note]) -> list[Section]:
    sections: list[Section] = []
    has_children = False  # whether the current section was opened by a heading directly above another
    directly_under_section = False
    heads = [isinstance(part, Head) for part in parts]
    nested = any(one and other for one, other in pairwise(heads))
    for i, part in enumerate(parts):
        if not isinstance(part, Head):
            if not sections:
                sections.append(introductory(part.line, introduction, notes))
            sections[-1].blocks.append(part)
            directly_under_section = False
            continue
        opens = heads[i + 1 : i + 2] == [True]
        if directly_under_section:
            # Whatever else it is, it is the first heading inside the section just opened: no section stays empty.
            sections[-1].blocks.append(Subheading(part.text, part.line))
            if opens or repeats(part.text, subject):
                notes.append(note(Found.HEADINGS_STACKED, part.line, part.text))
            directly_under_section = False
            continue
        if opens:
            has_children = True
        elif repeats(part.text, subject):
            has_children = False
            notes.append(note(Found.SECTION_REPEATS_SUBJECT, part.line, part.text))
        elif not has_children:
            if nested:  # otherwise all headings are equal, and each opens a section
                notes.append(note(Found.SECTION_STANDS_ALONE, part.line, part.text))
        else:
            sections[-1].blocks.append(Subheading(part.text, part.line))
            continue
        sections.append(open_section(part, notes))
        directly_under_section = opens
    return sections


def introductory(line: int, introduction: str, notes: list[Note]) -> Section:
    notes.append(note(Found.INTRODUCTION_ADDED, line, introduction))
    return Section(introduction, line, heading_in_text=False)


def open_section(head: Head, notes: list[Note]) -> Section:
    """A section under this heading; one too long for a heading is cut there and kept whole below."""
    if _fits(head.text, HEADING_LIMIT):
        return Section(head.text, head.line)
    notes.append(note(Found.HEADING_SHORTENED, head.line, head.text))
    whole = Paragraph(linked(head.text), head.line)
    return Section(_cut(head.text, HEADING_LIMIT), head.line, heading_in_text=False, blocks=[whole])


def subheading(head: Head, notes: list[Note]) -> Block:
    if _fits(head.text, HEADING_LIMIT):
        return Subheading(head.text, head.line)
    notes.append(note(Found.HEADING_SHORTENED, head.line, head.text))
    return Paragraph(linked(head.text), head.line)


def _fits(text: str, limit: int) -> bool:
    """Whether it does once it is normalized, which can lengthen it."""
    return len(normalize("NFC", text)) <= limit


def _cut(text: str, limit: int) -> str:
    text = normalize("NFC", text)
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-")[: limit - 1] + "…"


def _first_words(parts: Sequence[Part]) -> str:
    for part in parts:
        text = _text(part)
        if words_of(text):
            words = text.split()
            return " ".join(words[:8]) + ("…" if len(words) > 8 else "")
    return ""


def _text(part: Part) -> str:
    if isinstance(part, Head | Subheading):
        return part.text
    if isinstance(part, Paragraph):
        return text_of(part.inline)
    if isinstance(part, Figure):
        return text_of(part.caption)
    return " ".join(text_of(inline) for inline in getattr(part, "items", ())) or text_of(getattr(part, "inline", ()))
