"""From the tree of a page or a Word document to the parts of an article: one set of rules for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lessons import images
from lessons.importing.article import Figure, Found, Inline, ItemList, Note, Paragraph, Quote, Span, note, text_of
from lessons.importing.inline import bold_label, is_name, is_safe, label_of, linked, trimmed
from lessons.importing.outline import Endnote, Head, Part
from lessons.importing.tree import BLOCKS, HEADINGS, Node
from lessons.importing.words import tidy, words_of

ALT_LIMIT = 500

_SPACES = re.compile(r"[ \t\r\n\f]+")
_NOTE_MARK = re.compile(r"[\[(]?\s*([0-9]{1,4}|[a-zA-Z]{1,2}|[ivxlc]{1,6}|[*†‡§]{1,3})\s*[\])]?")
_NOTE_PLACE = re.compile(r"note|fn|ref|cite", re.I)
_NOTHING_TO_READ = re.compile(r"[^\w]*|[a-z]", re.I)  # an arrow, a letter: the way back from a note


@dataclass(frozen=True, slots=True)
class Look:
    """How the words at a place look."""

    bold: bool = False
    italic: bool = False
    href: str = ""


# The picture behind an address, or None for one that did not come along; raises a kind of ImageRefused.
Pictures = Callable[[str], images.Picture | None]


class Reader:
    """Reads one element into parts. What is noted on the way goes to `notes`."""

    def __init__(self, root: Node, *, notes: list[Note], pictures: Pictures, base: str = "") -> None:
        self.notes, self.pictures, self.base = notes, pictures, base
        self.later: list[Part] = []  # pictures and notes that belong below the block being read
        self.links_left_out = self.pictures_left_out = 0
        self.root = root
        self._find_notes()

    def parts(self) -> list[Part]:
        found = list(self._blocks(self.root, Look()))
        for place in self.places:
            # A note whose reference stands nowhere among the words read.
            self._note_below(self.moved[id(place)], place)
        found += self._below()
        if self.links_left_out:
            self.notes.append(note(Found.LINKS_LEFT_OUT, count=self.links_left_out))
        if self.pictures_left_out:
            self.notes.append(note(Found.PICTURES_LEFT_OUT, count=self.pictures_left_out))
        return found

    # Notes at the foot

    def _find_notes(self) -> None:
        """Which references lead to which notes. `moved` are the notes, which go to the end of their section."""
        self.marks: dict[int, tuple[str, Node]] = {}  # id() of a link → (its mark, its note)
        self.moved: dict[int, str] = {}  # id() of a note → its mark
        self.told: set[int] = set()
        named: dict[str, Node] = {}
        order: dict[int, int] = {}
        links: list[Node] = []
        self.places: list[Node] = []
        for number, node in enumerate(self.root.walk(readable=True)):
            order[id(node)] = number
            for name in (node.attrs.get("id"), node.attrs.get("name") if node.tag == "a" else None):
                if name:
                    named.setdefault(name, node)
            if node.tag == "a" and node.attrs.get("href", "").startswith("#"):
                links.append(node)
        for link in links:
            mark = _NOTE_MARK.fullmatch(tidy(link.text()))
            target = named.get(link.attrs["href"][1:])
            if mark is None or target is None:
                continue
            place = _place_of_note(target)
            if place is None or order.get(id(place), 0) < order[id(link)] or place in link.ancestors():
                continue
            if place.tag == "li" or _leads_back(place, link):
                self.marks[id(link)] = (mark[1], place)
                if id(place) not in self.moved:
                    self.moved[id(place)] = mark[1]
                    self.places.append(place)

    def _note_below(self, mark: str, place: Node) -> None:
        """The note itself, once, below the block that first refers to it."""
        if id(place) in self.told:
            return
        self.told.add(id(place))
        inline = trimmed(_lines(list(self._flat(place, Look(), inside_note=True))))
        known = text_of(inline)
        if not re.match(rf"[\[(]?{re.escape(mark)}(?:[\].):]|\s)", known):
            inline = (Span(f"[{mark}] "), *inline)
        self.later.append(Endnote(inline, place.line))

    # Blocks

    def _blocks(self, node: Node, look: Look) -> Iterator[Part]:
        """The parts inside an element. Words that stand directly in it, between blocks, are paragraphs."""
        run: list[Span] = []
        line = node.line
        for child in node.children:
            if isinstance(child, str):
                run += self._words(child, look)
                continue
            if child.never or id(child) in self.moved:
                continue
            if child.tag in BLOCKS or child.has_block:
                yield from self._paragraphs(run, line)
                run = []
                yield from self._block(child, look)
            else:
                run, line = (run or []), (line if run else child.line or line)
                run += self._inline(child, look)
        yield from self._paragraphs(run, line)

    def _block(self, node: Node, look: Look) -> Iterator[Part]:
        tag = node.tag
        if tag in HEADINGS:
            yield from self._heading(node)
        elif tag in {"ul", "ol", "dir"}:
            yield from self._list(node)
        elif tag == "dl":
            yield from self._definitions(node)
        elif tag == "table" and not _is_layout(node):
            yield from self._table(node)
        elif tag == "blockquote":
            inline = self._gathered(node)
            if inline:
                yield Quote(inline, node.line)
        elif tag == "figure":
            yield from self._figure(node)
        elif tag == "figcaption":
            inline = self._gathered(node)
            if inline:
                yield _Caption(inline, node.line)
        elif tag == "pre":
            self.notes.append(note(Found.CODE_AS_TEXT, node.line, node.opening()))
            inline = self._gathered(node, keep_lines=True)
            if inline:
                yield Paragraph(inline, node.line)
        elif tag == "li":  # outside a list
            inline = self._gathered(node)
            if inline:
                yield ItemList((bold_label(inline),), node.line)
        else:
            yield from self._blocks(node, self._look(node, look))
        yield from self._below()

    def _below(self) -> Iterator[Part]:
        below, self.later = self.later, []
        yield from below

    def _paragraphs(self, run: list[Span], line: int) -> Iterator[Part]:
        """Paragraphs of a run of words; two line breaks in a row divide, as on old pages."""
        for spans in _divided(run):
            inline = trimmed(_lines(spans))
            if inline:
                label = label_of(inline[0].text, most_words=4)
                yield Paragraph(bold_label(inline) if is_name(label) else inline, line)
        yield from self._below()

    def _heading(self, node: Node) -> Iterator[Part]:
        inline = self._gathered(node)
        text = tidy(text_of(inline).replace("\n", " "))
        if text:
            yield Head(text, node.line, level=int(node.tag[1]))
            addresses = [each for span in inline if span.href for each in (Span(span.href, href=span.href), Span(" "))]
            if addresses:
                yield Paragraph(trimmed(addresses), node.line)

    def _list(self, node: Node) -> Iterator[Part]:
        first = _first_number(node) if node.tag == "ol" else 0
        ordered = first == 1 and "reversed" not in node.attrs
        items: list[Inline] = []
        number = first
        for item, spans in self._items(node):
            if first and not ordered:
                spans = [Span(f"{number}. "), *spans]
            number += item.tag == "li"
            inline = trimmed(_lines(spans))
            if inline:
                items.append(bold_label(inline))
        if first and not ordered and items:
            self.notes.append(note(Found.NUMBER_KEPT, node.line, f"{first}."))
        if items:
            yield ItemList(tuple(items), node.line, ordered=ordered)

    def _items(self, node: Node) -> Iterator[tuple[Node, list[Span]]]:
        """Each item of a list. What stands in a list beside its items is an item too."""
        for child in node.children:
            if isinstance(child, str):
                if words_of(child):
                    yield node, list(self._words(child, Look()))
            elif not child.never and id(child) not in self.moved:
                inside = self._nested(child) if child.tag in {"ul", "ol"} else self._flat(child, Look())
                yield child, list(inside) if child.tag in BLOCKS else list(self._inline(child, Look()))

    def _definitions(self, node: Node) -> Iterator[Part]:
        """A term and what it means, one item each."""
        items: list[list[Span]] = []
        for child in _through(node, {"div"}):
            spans = list(self._flat(child, Look(bold=child.tag == "dt")))
            if child.tag == "dd" and items:
                items[-1] += [Span(" "), *spans]
            else:
                items.append(spans)
        inlines = [trimmed(_lines(item)) for item in items]
        if any(inlines):
            yield ItemList(tuple(each for each in inlines if each), node.line)

    def _table(self, node: Node) -> Iterator[Part]:
        caption = next((child for child in node.elements() if child.tag == "caption"), None)
        if caption is not None and (inline := self._gathered(caption)):
            yield Paragraph(inline, caption.line)
        rows = [row for row in self._rows(node) if row]
        if rows:
            self.notes.append(note(Found.TABLE_AS_LIST, node.line, text_of(rows[0])))
            yield ItemList(tuple(rows), node.line)

    def _rows(self, table: Node) -> Iterator[Inline]:
        """The rows, their cells divided by a bar; an empty cell shows as a dash, so that columns stay in place."""
        for row in _through(table, {"thead", "tbody", "tfoot", "colgroup"}):
            if row.tag == "caption":
                continue
            cells = list(_through(row, set())) if row.tag == "tr" else [row]
            spans: list[Span] = []
            blank = True
            for number, cell in enumerate(cells):
                inline = tuple(_on_one_line(span) for span in self._gathered(cell))
                blank = blank and not inline
                spans += [*([Span(" | ")] if number else []), *(inline or [Span("–")])]
            yield () if blank else trimmed(spans)

    def _figure(self, node: Node) -> Iterator[Part]:
        captions = [child for child in node.walk() if child.tag == "figcaption"]
        held = self.later
        self.later = []
        caption: Inline = ()
        for each in captions:
            caption = trimmed([*caption, *([Span(" ")] if caption else []), *self._gathered(each)])
            self.moved[id(each)] = ""
        notes_of_caption, self.later = self.later, []
        found = list(self._blocks(node, Look()))
        pictures = [i for i, part in enumerate(found) if isinstance(part, Figure)]
        if caption and pictures:
            last = found[pictures[-1]]
            assert isinstance(last, Figure)
            found[pictures[-1]] = Figure(last.picture, last.line, last.alt, caption)
        elif caption:
            found.append(Paragraph(caption, node.line))
        yield from [*found, *notes_of_caption]
        self.later = [*held, *self.later]

    # Words

    def _gathered(self, node: Node, *, keep_lines: bool = False) -> Inline:
        return trimmed(_lines(list(self._flat(node, Look(), keep_lines=keep_lines))))

    def _flat(self, node: Node, look: Look, *, inside_note: bool = False, keep_lines: bool = False) -> Iterator[Span]:
        """Everything inside an element as spans, a line feed between its blocks; our blocks do not nest."""
        look = self._look(node, look)
        for child in node.children:
            if isinstance(child, str):
                yield from self._words(child, look, keep_lines=keep_lines)
            elif child.never or id(child) in self.moved:
                continue
            elif child.tag in {"ul", "ol"}:
                yield Span("\n")
                yield from self._nested(child)
            elif child.tag == "table" and not _is_layout(child):
                self.notes.append(note(Found.TABLE_AS_LIST, child.line, child.opening()))
                for row in self._rows(child):
                    yield from (Span("\n"), *row)
                yield Span("\n")
            elif child.tag in BLOCKS or child.has_block:
                around = "\n" if child.tag in BLOCKS else ""
                yield Span(around)
                yield from self._flat(child, look, inside_note=inside_note, keep_lines=keep_lines)
                yield Span(around)
            elif not (inside_note and _is_way_back(child)):
                yield from self._inline(child, look, inside_note=inside_note, keep_lines=keep_lines)

    def _nested(self, node: Node) -> Iterator[Span]:
        """The items of a list inside another, a line each with the mark that the eye expects."""
        self.notes.append(note(Found.LIST_FLATTENED, node.line, node.opening()))
        number = _first_number(node)
        for item, spans in self._items(node):
            yield Span(f"{number}. " if node.tag == "ol" else "– ")
            number += item.tag == "li"
            yield from spans
            yield Span("\n")

    def _inline(self, node: Node, look: Look, *, inside_note: bool = False, keep_lines: bool = False) -> Iterator[Span]:
        if node.tag == "br":
            yield Span("\n")
        elif node.tag == "img":
            yield from self._picture(node, look)
        elif id(node) in self.marks:
            mark, place = self.marks[id(node)]
            yield Span(f"[{mark}]", look.bold, look.italic)
            self._note_below(mark, place)
        else:
            text = node.text() if node.tag == "sup" else ""
            if text.strip().isdigit():
                yield Span("^", look.bold, look.italic, look.href)  # 10² is not 102
            mark_before, mark_after = ("“", "”") if node.tag == "q" else ("", "")
            yield Span(mark_before)
            yield from self._flat(node, look, inside_note=inside_note, keep_lines=keep_lines)
            yield Span(mark_after)

    def _words(self, text: str, look: Look, *, keep_lines: bool = False) -> Iterator[Span]:
        text = text if keep_lines else _SPACES.sub(" ", text)
        for span in (Span(text),) if look.href else linked(text):
            yield Span(span.text, look.bold, look.italic, look.href or span.href)

    def _look(self, node: Node, look: Look) -> Look:
        if node.tag in {"b", "strong"}:
            return Look(True, look.italic, look.href)
        if node.tag in {"i", "em", "cite", "dfn", "var"}:
            return Look(look.bold, True, look.href)
        if node.tag == "a" and "href" in node.attrs:
            return Look(look.bold, look.italic, self._address(node.attrs["href"]) or look.href)
        return look

    def _address(self, href: str) -> str:
        """Where a link leads from here, or nothing for one that cannot lead there from a lesson."""
        href = href.strip()
        if href.startswith("#"):
            return ""
        target = _joined(self.base, href).replace(" ", "%20")
        if is_safe(target):
            return target
        self.links_left_out += bool(href)
        return ""

    # Pictures

    def _picture(self, node: Node, look: Look) -> Iterator[Span]:
        source = node.attrs.get("src", "").strip()
        alt = tidy(node.attrs.get("alt", ""))
        if source.startswith("data:") and node.attrs.get("data-src"):
            source = node.attrs["data-src"].strip()
        try:
            picture = self.pictures(source)
        except images.ImageRefused as refused:
            self.notes.append(note(Found.PICTURE_NOT_READ, node.line, alt or refused.code))
            yield from self._words(alt, look)
            return
        if picture is not None:
            self.later += self._figures(picture, alt, node.line)
            return
        target = _joined(self.base, source).replace(" ", "%20")
        if alt and is_safe(target):
            self.notes.append(note(Found.PICTURE_AS_LINK, node.line, alt))
            self.later.append(Paragraph((Span(alt, href=target),), node.line))
        else:
            self.pictures_left_out += 1
            yield from self._words(alt, look)

    def _figures(self, picture: images.Picture, alt: str, line: int) -> list[Part]:
        if len(alt) > ALT_LIMIT:
            self.notes.append(note(Found.ALT_KEPT_BELOW, line, alt))
            self.notes.append(note(Found.ALT_MISSING, line))
            return [Figure(picture, line), Paragraph(trimmed(list(linked(alt))), line)]
        if not alt:
            self.notes.append(note(Found.ALT_MISSING, line))
        return [Figure(picture, line, alt)]


@dataclass(frozen=True, slots=True)
class _Caption(Paragraph):
    """A caption that stands by itself, below or above its picture."""


def with_captions(parts: Sequence[Part]) -> list[Part]:
    """Captions put to the picture directly above them; any other is a paragraph."""
    found: list[Part] = []
    for part in parts:
        if not isinstance(part, _Caption):
            found.append(part)
        elif found and isinstance(found[-1], Figure) and not found[-1].caption:
            above = found[-1]
            found[-1] = Figure(above.picture, above.line, above.alt, part.inline)
        else:
            found.append(Paragraph(part.inline, part.line))
    return found


def _place_of_note(target: Node) -> Node | None:
    """The block that a note's address stands in: an item of a list, or else a paragraph."""
    if target.tag in {"li", "dd"}:
        return target
    around = [target, *target.ancestors()][:6]
    item = next((node for node in around if node.tag in {"li", "dd"}), None)
    if item is not None:
        return item
    return next((node for node in around if node.tag in {"p", "aside", "div"}), None)


def _leads_back(place: Node, link: Node) -> bool:
    """Whether something in the note leads to where it is referred to, and the place is called so."""
    origins = {node.attrs.get(name, "") for node in (link, *list(link.ancestors())[:2]) for name in ("id", "name")}
    ways = {node.attrs.get("href", "")[1:] for node in place.walk() if node.tag == "a"}
    return bool((origins & ways) - {""}) or any(
        _NOTE_PLACE.search(node.attrs.get("class", "") + node.attrs.get("role", "")) for node in (place,)
    )


def _is_way_back(node: Node) -> bool:
    links = [each for each in node.walk() if each.tag == "a"]
    text = tidy(node.text())
    if not links or not all(link.attrs.get("href", "").startswith("#") for link in links):
        return False
    return bool(_NOTHING_TO_READ.fullmatch(text) or _NOTE_MARK.fullmatch(text))


def _is_layout(table: Node) -> bool:
    """Whether a table only arranges the page: one cell, other tables, headings or long texts inside."""
    if table.attrs.get("role") in {"presentation", "none"}:
        return True
    cells = [node for node in table.walk() if node.tag in {"td", "th"}]
    if len(cells) < 2:
        return True
    inside = [node for cell in cells for node in cell.elements()]
    return any(node.tag in {*HEADINGS, "article", "section"} for node in inside)


def _through(node: Node, wrappers: set[str]) -> Iterator[Node]:
    """The children of an element, those of wrappers in their place; stray words count as a child."""
    for child in node.children:
        if isinstance(child, str):
            if words_of(child):
                stray = Node("td", {}, node.line, node)
                stray.children.append(child)
                yield stray
        elif child.tag in wrappers:
            yield from _through(child, wrappers)
        elif not child.never:
            yield child


def _first_number(node: Node) -> int:
    start = node.attrs.get("start", "1").strip()
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def _on_one_line(span: Span) -> Span:
    return Span(span.text.replace("\n", " · "), span.bold, span.italic, span.href)


def _lines(spans: list[Span]) -> list[Span]:
    """The spans without blank lines and without spaces around line feeds."""
    kept: list[Span] = []
    fresh = True  # whether a line has just begun
    for span in spans:
        pieces = span.text.split("\n")
        text = ""
        for number, piece in enumerate(pieces):
            if number and not fresh:
                text, fresh = text.rstrip(" ") + "\n", True
            if piece.strip():
                text += piece.lstrip() if fresh else piece
                fresh = False
            elif piece and not fresh:
                text += " "
        if text:
            kept.append(Span(text, span.bold, span.italic, span.href))
    return kept


def _divided(run: list[Span]) -> Iterator[list[Span]]:
    """A run of spans, divided at blank lines."""
    part: list[Span] = []
    feeds = 0
    for span in run:
        if not span.text.strip():
            feeds += span.text.count("\n")
            if feeds > 1 and part:
                yield part
                part = []
            elif part:
                part.append(span)
            continue
        feeds = 0
        part.append(span)
    if part:
        yield part
