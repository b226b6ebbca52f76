"""HTML as people write it, read into a tree of bounded depth. No word of it is lost, however broken its tags are."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice

from lessons.importing.words import words_of

DEPTH = 120
MOST_TAGS = 300_000

VOID = frozenset(
    {
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    }
)
# What is no part of any article: machinery, navigation, controls.
NEVER = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "nav",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "button",
        "select",
        "datalist",
        "textarea",
        "input",
        "head",
        "title",
        "link",
        "meta",
        "dialog",
        "menu",
        "noframes",
        "frameset",
        "annotation",
        "annotation-xml",
        "search",
    }
)
_NEVER_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "menu", "menubar", "toolbar", "tablist", "alert"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# A tag that begins here ends the open one of the same kind, unless one of these holds it.
_ENDS = {
    "li": ({"li"}, {"ul", "ol", "menu", "dir"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr", "td", "th"}, {"table"}),
    "td": ({"td", "th"}, {"table", "tr"}),
    "th": ({"td", "th"}, {"table", "tr"}),
    "option": ({"option"}, {"select"}),
}
_HOLDS_PARAGRAPHS = BLOCKS - {"p", *HEADINGS}


class TooManyTags(ValueError):
    """More markup than any article has."""


class Node:
    """An element with its children: other elements and text."""

    __slots__ = ("attrs", "children", "has_block", "line", "linked", "parent", "tag", "words")

    def __init__(self, tag: str, attrs: dict[str, str], line: int, parent: Node | None) -> None:
        self.tag, self.attrs, self.line, self.parent = tag, attrs, line, parent
        self.children: list[Node | str] = []
        self.has_block = False  # whether a block stands somewhere inside
        self.words = self.linked = 0  # how many words can be read inside, and how many of them are links

    @property
    def never(self) -> bool:
        """Whether this is machinery, navigation, or hidden from every reader."""
        attrs = self.attrs
        return (
            self.tag in NEVER
            or attrs.get("role", "").lower() in _NEVER_ROLES
            or ("hidden" in attrs and attrs["hidden"].lower() != "until-found")
            or "display:none" in attrs.get("style", "").replace(" ", "").lower()
        )

    def elements(self) -> Iterator[Node]:
        return (child for child in self.children if isinstance(child, Node))

    def walk(self, *, readable: bool = False) -> Iterator[Node]:
        """This element and all inside it, in reading order; with `readable` only what a reader can see."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(list(node.elements())) if not (readable and child.never))

    def ancestors(self) -> Iterator[Node]:
        at = self.parent
        while at is not None:
            yield at
            at = at.parent

    def text(self) -> str:
        """All the words that can be read inside."""
        return "".join(self._texts())

    def opening(self) -> str:
        """Its first words, as much as a note of them needs."""
        found = ""
        for text in islice(self._texts(), 100):
            found += text
            if len(found) > 200:
                break
        return " ".join(found.split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif not child.never:
                around = " " if child.tag in BLOCKS or child.tag == "br" else ""
                yield around
                yield from child._texts()
                yield around


def parse(markup: str, *, numbered: bool = False) -> Node:
    """The tree of this markup. A node's `line` is that of the markup, or with `numbered` the number of its block."""
    if markup.count("<") > MOST_TAGS:
        raise TooManyTags
    builder = _Builder(numbered=numbered)
    # An end for a comment or tag that has none: without it the parser looks for one from every `<` on.
    builder.feed(markup + "\n-->")
    builder.close()
    root = builder.root
    if root.children and isinstance(root.children[-1], str):
        root.children[-1] = root.children[-1].removesuffix("\n-->")
    else:
        _strip_added(builder.last)
    _count(root, linked=False)
    return root


def _strip_added(node: Node | None) -> None:
    if node and node.children and isinstance(node.children[-1], str):
        node.children[-1] = node.children[-1].removesuffix("\n-->")


def _count(node: Node, *, linked: bool) -> None:
    for child in node.children:
        if isinstance(child, str):
            count = len(words_of(child))
            node.words += count
            node.linked += count if linked else 0
        else:
            _count(child, linked=linked or (child.tag == "a" and "href" in child.attrs))
            if not child.never:
                node.words += child.words
                node.linked += child.linked


class _Builder(HTMLParser):
    def __init__(self, *, numbered: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document", {}, 1, None)
        self.open: list[Node] = [self.root]
        self.last: Node | None = None  # the element that the newest text went to
        self.numbered, self.number = numbered, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"html", "body"} and any(node.tag == tag for node in self.open[:4]):
            return
        if tag in BLOCKS:
            self._end({"p"}, _HOLDS_PARAGRAPHS)
            if tag in {"p", "li", "tr", "pre", "dt", *HEADINGS}:
                self.number += 1
        if tag in _ENDS:
            self._end(*_ENDS[tag])
        parent = self.open[-1]
        line = self.number if self.numbered else self.getpos()[0]
        # Of an attribute given twice the first counts, as in browsers.
        node = Node(tag, {name: value or "" for name, value in reversed(attrs)}, line, parent)
        if tag in VOID:
            parent.children.append(node)
        elif len(self.open) < DEPTH or (node.never and not any(each.never for each in self.open)):
            parent.children.append(node)
            self.open.append(node)
        elif tag in BLOCKS and parent.children and isinstance(parent.children[-1], str):
            parent.children.append(Node("br", {}, line, parent))  # too deep to stand inside: its words stay here
        if tag in BLOCKS:
            for each in reversed(self.open[: -1 if self.open[-1] is node else None]):
                if each.has_block:
                    break
                each.has_block = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # in HTML the slash says nothing

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            self.open[-1].children.append(Node("br", {}, 0, self.open[-1]))
            return
        if tag in {"html", "body"}:
            return
        for i in range(len(self.open) - 1, 0, -1):
            if self.open[i].tag == tag:
                del self.open[i:]
                return
            if self.open[i].tag in {"td", "th", "table"} and tag not in {"table", "tr", "tbody", "thead", "tfoot"}:
                return

    def handle_data(self, data: str) -> None:
        node = self.last = self.open[-1]
        if node.children and isinstance(node.children[-1], str):
            node.children[-1] += data
        else:
            node.children.append(data)

    def unknown_decl(self, data: str) -> None:
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))

    def _end(self, tags: set[str], holders: set[str] | frozenset[str]) -> None:
        for i in range(len(self.open) - 1, 0, -1):
            if self.open[i].tag in tags:
                del self.open[i:]
                # A row ends its cell and itself.
                if tags != {"tr", "td", "th"}:
                    return
            elif self.open[i].tag in holders:
                return
