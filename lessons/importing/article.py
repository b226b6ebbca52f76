"""What an article is after reading: a title, sections, blocks, and notes about what was recognized."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lessons.images import Picture
from lessons.importing.words import words_of


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. `text` may hold line feeds, which stand for line breaks inside a block."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Inline = tuple[Span, ...]


def text_of(inline: Inline) -> str:
    return "".join(span.text for span in inline)


@dataclass(frozen=True, slots=True)
class Paragraph:
    inline: Inline
    line: int


@dataclass(frozen=True, slots=True)
class Endnote(Paragraph):
    """A note at the foot, at the place that refers to it: its section gathers them in a list at its end."""


@dataclass(frozen=True, slots=True)
class Subheading:
    text: str
    line: int
    in_text: bool = True  # False for one that the reader added, as "Notes"


@dataclass(frozen=True, slots=True)
class ItemList:
    items: tuple[Inline, ...]
    line: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    inline: Inline
    line: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that came with the article, already clean. An empty `alt` is one that is missing."""

    picture: Picture
    line: int
    alt: str = ""
    caption: Inline = ()


Block = Paragraph | Subheading | ItemList | Quote | Figure


@dataclass(slots=True)
class Section:
    heading: str
    line: int
    heading_in_text: bool = True  # False for a heading that the reader added, as "Introduction"
    blocks: list[Block] = field(default_factory=list)


class Found(StrEnum):
    """What the reader has to say about the article. The sentences are in `wording`."""

    TITLE_LINE = "title-line"
    TITLE_FROM_FORM = "title-from-form"
    TITLE_FROM_FILE = "title-from-file"
    TITLE_GUESSED = "title-guessed"
    TITLE_LINE_KEPT = "title-line-kept"
    TITLE_SHORTENED = "title-shortened"
    INTRODUCTION_ADDED = "introduction-added"
    LINES_JOINED = "lines-joined"
    SECTION_REPEATS_SUBJECT = "section-repeats-subject"
    SECTION_STANDS_ALONE = "section-stands-alone"
    HEADINGS_STACKED = "headings-stacked"
    HEADING_MAY_BE_LABEL = "heading-may-be-label"
    HEADING_SMALL_LETTER = "heading-small-letter"
    HEADING_SHORTENED = "heading-shortened"
    SHORT_LINE_KEPT = "short-line-kept"
    SHORT_LINES_KEPT = "short-lines-kept"
    NUMBER_KEPT = "number-kept"
    LIST_FLATTENED = "list-flattened"
    TABLE_AS_LIST = "table-as-list"
    CODE_AS_TEXT = "code-as-text"
    HTML_AS_TEXT = "html-as-text"
    PICTURE_AS_LINK = "picture-as-link"
    LINK_AS_TEXT = "link-as-text"
    REFERENCES_KEPT = "references-kept"
    FRONT_MATTER_KEPT = "front-matter-kept"
    LOOKS_LIKE_MARKDOWN = "looks-like-markdown"
    NESTED_TOO_DEEPLY = "nested-too-deeply"
    UNREADABLE_CHARACTERS = "unreadable-characters"
    WORDS_MISSING = "words-missing"
    TITLE_FROM_PAGE = "title-from-page"
    HEADING_FROM_BOLD = "heading-from-bold"
    SETTINGS_USED = "settings-used"
    SETTING_UNUSABLE = "setting-unusable"
    NOTES_GATHERED = "notes-gathered"
    ALT_MISSING = "alt-missing"
    ALT_KEPT_BELOW = "alt-kept-below"
    PICTURE_NOT_READ = "picture-not-read"
    PICTURES_LEFT_OUT = "pictures-left-out"
    LINKS_LEFT_OUT = "links-left-out"
    AROUND_LEFT_OUT = "around-left-out"
    CHANGES_LEFT_OUT = "changes-left-out"
    COMMENTS_LEFT_OUT = "comments-left-out"
    PAGE_HEADS_LEFT_OUT = "page-heads-left-out"
    DRAWINGS_LEFT_OUT = "drawings-left-out"
    FORMULA_AS_TEXT = "formula-as-text"


# Everything else that is noted is a guess, and the curator is asked to look at it.
CERTAIN = frozenset({Found.TITLE_LINE, Found.INTRODUCTION_ADDED, Found.SETTINGS_USED, Found.NOTES_GATHERED})


@dataclass(frozen=True, slots=True)
class Note:
    found: Found
    line: int = 0  # 0: about the article as a whole
    excerpt: str = ""
    count: int = 1
    sure: bool = False


def note(found: Found, line: int = 0, excerpt: str = "", *, count: int = 1, sure: bool | None = None) -> Note:
    short = excerpt if len(excerpt) <= 90 else excerpt[:89].rstrip() + "…"
    return Note(found, line, short, count, sure=found in CERTAIN if sure is None else sure)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of each kind the article holds."""

    sections: int
    subheadings: int
    paragraphs: int
    lists: int
    items: int
    quotes: int
    labels: int
    links: int
    words: int
    figures: int = 0


# What a draft lesson can take over from an article besides its words.
SETTINGS = frozenset({"summary", "inquiry", "course", "language", "level", "minutes"})


@dataclass(slots=True)
class Article:
    title: str
    title_in_text: bool
    sections: list[Section]
    notes: list[Note]
    markup: str  # "plain", "markdown", "html" or "word"
    settings: dict[str, str] = field(default_factory=dict)  # what the article says of itself; the keys of SETTINGS

    @property
    def unsure(self) -> list[Note]:
        """The guesses, in the order of the text."""
        return sorted((each for each in self.notes if not each.sure), key=lambda each: each.line)

    @property
    def recognized(self) -> list[Note]:
        return sorted((each for each in self.notes if each.sure), key=lambda each: each.line)

    def blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks

    def inlines(self) -> Iterator[Inline]:
        for block in self.blocks():
            if isinstance(block, Paragraph | Quote):
                yield block.inline
            elif isinstance(block, ItemList):
                yield from block.items
            elif isinstance(block, Figure):
                yield block.caption

    def figures(self) -> Iterator[Figure]:
        return (block for block in self.blocks() if isinstance(block, Figure))

    def counts(self) -> Counts:
        blocks = list(self.blocks())
        inlines = list(self.inlines())
        lists = [block for block in blocks if isinstance(block, ItemList)]
        return Counts(
            sections=len(self.sections),
            subheadings=sum(isinstance(block, Subheading) for block in blocks),
            paragraphs=sum(isinstance(block, Paragraph) for block in blocks),
            lists=len(lists),
            items=sum(len(block.items) for block in lists),
            quotes=sum(isinstance(block, Quote) for block in blocks),
            labels=sum(bool(inline) and inline[0].bold and inline[0].text.endswith(":") for inline in inlines),
            links=sum(bool(span.href) for inline in inlines for span in inline),
            words=len(words_of(self.as_text())),
            figures=sum(isinstance(block, Figure) for block in blocks),
        )

    def as_text(self) -> str:
        """The article's own words in reading order, numbers of ordered lists and addresses of links included.

        What the reader added by itself (a title from the file name, the heading "Introduction") is left out,
        so that these words can be compared with the words of the input.
        """
        lines: list[str] = [self.title] if self.title_in_text else []
        lines.extend(self.settings.values())
        for section in self.sections:
            if section.heading_in_text:
                lines.append(section.heading)
            for block in section.blocks:
                lines.extend(_lines_of(block))
        return "\n".join(lines)


def _lines_of(block: Block) -> Sequence[str]:
    if isinstance(block, Subheading):
        return [block.text] if block.in_text else []
    if isinstance(block, Figure):
        return [block.alt, _with_addresses(block.caption)]
    if isinstance(block, ItemList):
        return [
            f"{number}. {_with_addresses(item)}" if block.ordered else _with_addresses(item)
            for number, item in enumerate(block.items, start=1)
        ]
    return [_with_addresses(block.inline)]


def _with_addresses(inline: Inline) -> str:
    return "".join(
        f"{span.text} {span.href} " if span.href and span.href != span.text else span.text for span in inline
    )
