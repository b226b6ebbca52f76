"""Markdown: its headings have levels, so nothing about the structure needs guessing."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from lessons.importing.article import SETTINGS, Article, Found, Inline, ItemList, Note, Paragraph, Quote, Span, note
from lessons.importing.inline import bold_label, is_name, is_safe, label_of, linked, trimmed
from lessons.importing.outline import Head, Part, begins_with_highest, sections_by_level, settle_title, subject_of
from lessons.importing.settings import fits
from lessons.importing.words import same_words, tidy, words_of

NESTING = 40

_ATX = re.compile(r"^ {0,3}#{1,6}[^\S\n]+\S", re.MULTILINE)
_SETEXT = re.compile(r"^(?P<words>[^\n]{0,120}\w[^\n]{0,120})\n(?P<rule>={2,}|-{3,})[^\S\n]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(?P<lines>(?:[^\n]*\n){0,100}?)(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)")
_FRONT_LINE = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}):(?P<value>(?:\s.*)?)")
_FOLDED = frozenset({">", "|", ">-", "|-", ">+", "|+"})  # YAML's marks for text on the lines below
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_CELL_END = re.compile(r"(?<!\\)\|")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--")
_ITEM_NUMBERS = re.compile(r"^[\s>*+-]*\d{1,9}[.)](?=\s|$)", re.MULTILINE)


class TooDeep(Exception):
    """The text nests deeper than Markdown is read; beyond that depth words would be dropped."""


def looks_like_markdown(text: str) -> bool:
    """Whether a text has headings marked as Markdown marks them."""
    if _ATX.search(text):
        return True
    # A rule under a line is a heading's only where it was drawn to the line's length; else it separates paragraphs.
    return any(
        match["rule"][0] == "=" or abs(len(match["rule"]) - len(match["words"])) <= max(3, len(match["words"]) // 3)
        for match in _SETEXT.finditer(text)
    )


def read_markdown(text: str, *, given: str, fallback: str, introduction: str) -> Article:
    """The article in a Markdown text. Expects line feeds for line ends; raises `TooDeep`."""
    return _Reader(text).article(given=given, fallback=fallback, introduction=introduction)


class _Reader:
    def __init__(self, text: str) -> None:
        self.source = text
        self.notes: list[Note] = []
        self.targets: set[tuple[str, str]] = set()
        self.env: dict[str, Any] = {}
        # Tables are ours: the table rule of the library drops the cells that a row has beyond the first row's.
        self.md = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
        self.md.normalizeLink = lambda url: url  # type: ignore[method-assign]

    def article(self, *, given: str, fallback: str, introduction: str) -> Article:
        front, body, offset = _front_matter(self.source)
        self.offset = offset
        tokens = self.md.parse(body, self.env)
        if any(token.level >= NESTING - 1 for token in tokens):
            raise TooDeep
        own_title = next((value for key, value, _ in front if key.casefold() == "title"), "")
        self.settings, front = _settings(front, self.notes)
        parts: list[Part] = [part for node in SyntaxTreeNode(tokens).children for part in self._parts(node)]
        parts += self._unused_references()
        kept = self._kept_front_matter(front, given)
        is_title = not kept and begins_with_highest(parts)
        title, in_text, rest = settle_title(
            parts or [Paragraph((), 1)],
            is_title=is_title,
            sure=True,
            given=given or own_title,
            fallback=fallback,
            subject=subject_of(parts),
            notes=self.notes,
        )
        if own_title and not given:
            self.notes = [
                each for each in self.notes if each.found not in {Found.TITLE_FROM_FORM, Found.TITLE_LINE_KEPT}
            ]
            self.notes.append(note(Found.TITLE_LINE, 1, own_title))
            in_text = in_text or same_words(title, own_title)
        sections = sections_by_level([*kept, *rest], introduction, self.notes)
        article = Article(title, in_text, sections, self.notes, "markdown", self.settings)
        self._compare(article)
        return article

    # From the tree to parts

    def _parts(self, node: SyntaxTreeNode) -> Iterator[Part]:
        line = self._line(node)
        if node.type == "heading":
            inline = self._inline(node.children)
            text = tidy("".join(span.text for span in inline))
            if text:
                yield Head(text, line, level=int(node.tag[1]))
            links = [Span(span.href, href=span.href) for span in inline if span.href]
            if links:
                yield Paragraph(trimmed([each for link in links for each in (link, Span(" "))]), line)
        elif node.type == "paragraph":
            yield from self._paragraph(node, line)
        elif node.type in {"bullet_list", "ordered_list"}:
            yield from self._list(node, line)
        elif node.type == "blockquote":
            inline = trimmed(list(self._flat(node)))
            if inline:
                yield Quote(inline, line)
        elif node.type in {"fence", "code_block"}:
            inline = trimmed(list(self._flat(node)))
            if inline:
                yield Paragraph(inline, line)

    def _paragraph(self, node: SyntaxTreeNode, line: int) -> Iterator[Part]:
        rows = node.children[0].content.split("\n") if node.children else []
        if len(rows) > 1 and "|" in rows[1] and _TABLE_RULE.fullmatch(rows[1].strip()):
            items = [self._row(row) for i, row in enumerate(rows) if i != 1]
            self.notes.append(note(Found.TABLE_AS_LIST, line, rows[0]))
            yield ItemList(tuple(item for item in items if item), line)
            return
        inline = self._inline(node.children)
        if inline:
            label = label_of(inline[0].text, most_words=4)
            yield Paragraph(bold_label(inline) if is_name(label) else inline, line)

    def _row(self, row: str) -> Inline:
        spans: list[Span] = []
        for cell in _CELL_END.split(row.strip().strip("|")):
            inline = self._inline(SyntaxTreeNode(self.md.parseInline(cell.replace("\\|", "|"), self.env)).children)
            if inline:
                spans += [*([Span(" | ")] if spans else []), *inline]
        return trimmed(spans)

    def _list(self, node: SyntaxTreeNode, line: int) -> Iterator[Part]:
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        ordered = first == 1
        items: list[Inline] = []
        for number, item in enumerate(node.children, start=first):
            spans = list(self._flat(item))
            if first and not ordered:
                spans.insert(0, Span(f"{number}. "))
            inline = trimmed(spans)
            if inline:
                items.append(bold_label(inline))
        if first > 1:
            self.notes.append(note(Found.NUMBER_KEPT, line, f"{first}."))
        if items:
            yield ItemList(tuple(items), line, ordered=ordered)

    def _flat(self, node: SyntaxTreeNode) -> Iterator[Span]:
        """Everything inside a block as spans, a line feed between its parts; our blocks do not nest."""
        for child in node.children or [node]:
            if child.type in {"fence", "code_block"}:
                self.notes.append(note(Found.CODE_AS_TEXT, self._line(child), child.content.strip()))
                yield Span(f"{tidy(child.info)}\n{child.content}\n")
            elif child.type == "inline":
                yield from self._inline([child])
                yield Span("\n")
            elif child.type in {"bullet_list", "ordered_list"}:
                self.notes.append(note(Found.LIST_FLATTENED, self._line(child), self._excerpt(child)))
                start = int(child.attrs.get("start", 1))
                for number, item in enumerate(child.children, start=start):
                    yield Span(f"{number}. " if child.type == "ordered_list" else "– ")
                    yield from self._flat(item) if item.children else ()
                    yield Span("\n")
            elif child.children:
                yield from self._flat(child)

    def _inline(self, nodes: Iterable[SyntaxTreeNode]) -> Inline:
        return trimmed([span for node in nodes for span in self._spans(node, bold=False, italic=False, href="")])

    def _spans(self, node: SyntaxTreeNode, *, bold: bool, italic: bool, href: str) -> Iterator[Span]:
        if node.type in {"text", "code_inline"}:
            if _TAG.search(node.content):
                self.notes.append(note(Found.HTML_AS_TEXT, self._line(node), node.content))
            for span in linked(node.content) if not href else (Span(node.content),):
                yield Span(span.text, bold, italic, href or span.href)
        elif node.type == "softbreak":
            yield Span(" ", bold, italic, href)
        elif node.type == "hardbreak":
            yield Span("\n", bold, italic, href)
        elif node.type == "link":
            yield from self._link(node, bold=bold, italic=italic)
        elif node.type == "image":
            yield from self._picture(node, bold=bold, italic=italic, href=href)
        else:
            bold, italic = bold or node.type == "strong", italic or node.type == "em"
            for child in node.children:
                yield from self._spans(child, bold=bold, italic=italic, href=href)

    def _link(self, node: SyntaxTreeNode, *, bold: bool, italic: bool) -> Iterator[Span]:
        target, title = str(node.attrs.get("href", "")), str(node.attrs.get("title", ""))
        self.targets.add((target, title))
        safe = is_safe(target)
        inside = [
            span
            for child in node.children
            for span in self._spans(child, bold=bold, italic=italic, href=target if safe else "")
        ]
        if safe and not inside:
            inside = [Span(target, bold, italic, target)]
        yield from inside
        if title:
            yield Span(f" ({title})", bold, italic)
        if target and not safe:
            self.notes.append(note(Found.LINK_AS_TEXT, self._line(node), target))
            yield Span(f" ({target})", bold, italic)

    def _picture(self, node: SyntaxTreeNode, *, bold: bool, italic: bool, href: str) -> Iterator[Span]:
        source, title = str(node.attrs.get("src", "")), str(node.attrs.get("title", ""))
        self.targets.add((source, title))
        described = tidy(" ".join(_texts(node)))
        self.notes.append(note(Found.PICTURE_AS_LINK, self._line(node), described or source))
        words = " ".join(each for each in (described, f"({title})" if title else "") if each)
        if not is_safe(source):
            yield Span(" ".join(each for each in (words, f"({source})" if source else "") if each), bold, italic, href)
        elif href or not words:
            yield Span(words, bold, italic, href)
            yield Span(" ")
            yield Span(source, bold, italic, source)
        else:
            yield Span(words, bold, italic, source)

    def _unused_references(self) -> Iterator[Part]:
        defined: list[dict[str, Any]] = [
            {"label": label, **reference} for label, reference in self.env.get("references", {}).items()
        ]
        defined += self.env.get("duplicate_refs", [])
        unused = [each for each in defined if (each["href"], each["title"]) not in self.targets]
        if not unused:
            return
        items = []
        for each in unused:
            address = Span(each["href"], href=each["href"] if is_safe(each["href"]) else "")
            items.append(trimmed([Span(f"{each['label']}: "), address, Span(f" {each['title']}")]))
        line = self.offset + min(each["map"][0] for each in unused) + 1
        self.notes.append(note(Found.REFERENCES_KEPT, line, count=len(unused)))
        yield ItemList(tuple(items), line)

    def _kept_front_matter(self, front: Sequence[tuple[str, str, int]], given: str) -> list[Part]:
        kept: list[Part] = []
        for key, value, line in front:
            if key.casefold() == "title" and (not given or same_words(given, value)):
                continue
            kept.append(Paragraph(trimmed([Span(f"{key}:", bold=True), Span(" "), *linked(value)]), line))
        if kept:
            names = ", ".join(key for key, _value, _line in front if key.casefold() != "title" or given)
            self.notes.append(note(Found.FRONT_MATTER_KEPT, 1, names, count=len(kept)))
        return kept

    # What was lost

    def _compare(self, article: Article) -> None:
        """Note the words of the source that the article lacks: marks of Markdown at most, for the curator to see."""
        text = article.as_text()
        have = Counter(words_of(text))
        for label in self.env.get("references", {}):
            have.update({word: 1_000_000 for spelled in (label, label.lower()) for word in words_of(spelled)})
        # The names of the settings that were taken over stand nowhere in the draft.
        have.update(word for name in ("title", *SETTINGS) for word in (name, name.capitalize()))
        wanted = Counter(words_of(_ITEM_NUMBERS.sub(" ", html.unescape(self.source))))
        short = [word for word, times in wanted.items() if have[word] < times]
        if short:
            # Marks inside a word split it in the source: letters**bold** is one word of the article.
            run_together = "".join(words_of(text))
            short = [word for word in short[:200] if run_together.count(word) < wanted[word]]
        if short:
            self.notes.append(note(Found.WORDS_MISSING, excerpt=" ".join(short), count=len(short)))

    def _line(self, node: SyntaxTreeNode) -> int:
        at: SyntaxTreeNode | None = node
        while at is not None and not at.is_root:
            if at.map:
                return self.offset + at.map[0] + 1
            at = at.parent
        return 0

    @staticmethod
    def _excerpt(node: SyntaxTreeNode) -> str:
        return tidy(" ".join(_texts(node)))


def _texts(node: SyntaxTreeNode) -> Iterator[str]:
    if node.type in {"text", "code_inline"}:
        yield node.content
    for child in node.children:
        yield from _texts(child)


def _front_matter(text: str) -> tuple[list[tuple[str, str, int]], str, int]:
    """(key, value, line) of a block of settings at the head of the file; the text below it; the lines above that."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return [], text, 0
    found: list[tuple[str, str, int]] = []
    for number, line in enumerate(match["lines"].splitlines(), start=2):
        if not line.strip():
            continue
        entry = _FRONT_LINE.fullmatch(line)
        if entry:
            found.append((entry["key"].strip(), _unquoted(entry["value"]), number))
        elif found and line[0] in " \t-":
            key, value, first = found[-1]
            value = "" if value in _FOLDED else value
            found[-1] = (key, tidy(f"{value} {line.strip().removeprefix('-')}"), first)
        else:
            return [], text, 0
    return found, text[match.end() :], text.count("\n", 0, match.end())


def _settings(
    front: Sequence[tuple[str, str, int]], notes: list[Note]
) -> tuple[dict[str, str], list[tuple[str, str, int]]]:
    """What a lesson can take over, and the rest; a setting that does not fit belongs to the rest and is noted."""
    taken: dict[str, str] = {}
    rest = []
    for key, value, line in front:
        name = key.casefold()
        if name not in SETTINGS or name in taken or not value:
            rest.append((key, value, line))
        elif fits(name, value):
            taken[name] = value
        else:
            rest.append((key, value, line))
            notes.append(note(Found.SETTING_UNUSABLE, line, f"{key}: {value}"))
    if taken:
        notes.append(note(Found.SETTINGS_USED, 1, ", ".join(taken), count=len(taken)))
    return taken, rest


def _unquoted(value: str) -> str:
    value = value.strip()
    return tidy(value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value)
