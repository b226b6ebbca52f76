"""Rich text made safe, and the plain text that its offsets count in.

The promise that anchors rest on: `text` is what a browser's text nodes of `html` say, in order, with a newline
where one block ends and the next begins and where a line breaks.
"""

import html
import re
import unicodedata
from html.parser import HTMLParser
from typing import Final, NamedTuple

import nh3

INLINE: Final = frozenset({"b", "strong", "i", "em", "a", "br"})
BLOCKS: Final = frozenset({"p", "ul", "ol", "li"})
ATTRIBUTES: Final = {"a": {"href"}}
SCHEMES: Final = frozenset({"http", "https", "mailto"})

_SPACES = re.compile(r"[ \t\n\r\f\v\u2028\u2029\u0085]+")  # what HTML shows as one space; no-break spaces stay
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Rich(NamedTuple):
    html: str
    text: str


def is_writable(text: str) -> bool:
    """Whether this is text at all: half of a surrogate pair alone has no bytes."""
    return text.isascii() or not _SURROGATES.search(text)


def is_storable(text: str) -> bool:
    """Whether a database can keep it: JSON columns take no NUL either."""
    return "\0" not in text and is_writable(text)


def normal(text: str) -> str:
    """NFC, one kind of newline, and no controls: how all text enters a document.

    What is not writable is shown as U+FFFD; whoever publishes asks `is_writable` first.
    """
    text = _SURROGATES.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    # Controls go first: one between a letter and its accent would keep the two from composing.
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def line(text: str) -> str:
    """`normal`, on one line and without spaces at its ends."""
    return _SPACES.sub(" ", normal(text)).strip()


def clean(markup: str) -> Rich:
    """All of this markup that is allowed, and its text. Blocks without words are dropped."""
    paragraphs = _read(markup)
    return Rich("".join(part.html for part in paragraphs), "\n".join(part.text for part in paragraphs))


def paragraphs(markup: str) -> list[Rich]:
    """One item for each paragraph or list at the top level of this markup; those without words are dropped."""
    return _read(markup)


def plain(text: str) -> Rich:
    """Text that a person typed into a plain field, one paragraph a line."""
    lines = [line(part) for part in normal(text).split("\n")]
    lines = [part for part in lines if part]
    return Rich("".join(f"<p>{html.escape(part, quote=False)}</p>" for part in lines), "\n".join(lines))


def inline(markup: str) -> Rich:
    """As `clean`, on one line and without paragraph tags: for a list's item or a caption."""
    parts = _read(markup)
    return Rich(
        "<br>".join(part.html.removeprefix("<p>").removesuffix("</p>") for part in parts),
        "\n".join(part.text for part in parts),
    )


def _read(markup: str) -> list[Rich]:
    safe = nh3.clean(
        _SURROGATES.sub("\ufffd", markup),  # which has no bytes to hand over
        tags=set(INLINE | BLOCKS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        strip_comments=True,
        # The contents of these are no text of ours either.
        clean_content_tags={"script", "style", "template", "title", "iframe", "noscript", "svg", "math"},
    )
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    """Rewrites sanitized markup block by block, so that its text nodes and its text agree to the character."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Rich] = []
        self._html: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []  # inline elements
        self._lists: list[str] = []
        self._pending_space = False
        self._pending_break = False
        self._line_has_words = False

    # What arrives

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            if not self._lists:
                self._end_block()
            self._new_line()
            self._lists.append(tag)
            self._html.append(f"<{tag}>")
        elif tag == "li" and self._lists:
            self._new_line()
            self._html.append("<li>")
        elif tag in {"p", "li"}:  # an item outside a list is a paragraph
            self._divide()
        elif tag == "br":
            self._pending_break = self._line_has_words
        else:
            self._space()
            href = next((value for name, value in attrs if name == "href" and value), None)
            if tag != "a":
                mark = f"<{tag}>"
            elif href:
                mark = f'<a href="{html.escape(href)}" rel="noopener noreferrer">'
            else:
                mark = "<a>"
            self._html.append(mark)
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            if self._lists:
                self._new_line()
                self._lists.pop()
                self._html.append(f"</{tag}>")
                if not self._lists:
                    self._end_block()
        elif tag == "li" and self._lists:
            self._html.append("</li>")
            self._new_line()
        elif tag in {"p", "li"}:
            self._divide()
        elif tag in self._open:
            self._open.remove(tag)
            self._html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = _SPACES.sub(" ", normal(data))
        if words.startswith(" "):
            self._pending_space = self._line_has_words and not self._pending_break
            words = words[1:]
        if not words:
            return
        self._space()
        ends_open = words.endswith(" ")
        words = words.removesuffix(" ")
        self._put(words)
        self._line_has_words = True
        self._pending_space = ends_open

    def finished(self) -> list[Rich]:
        self._end_block()
        return self._done

    # What goes out

    def _put(self, words: str) -> None:
        self._html.append(html.escape(words, quote=False))
        self._text.append(words)

    def _space(self) -> None:
        """A space or break that was seen is written only before the next word: none stands at an end."""
        if self._pending_break:
            self._html.append("<br>")
            self._new_line()
        if self._pending_space:
            self._put(" ")
        self._pending_space = False

    def _divide(self) -> None:
        """Where a paragraph begins or ends: a block outside a list, a line inside one."""
        if self._lists:
            self._pending_break = self._line_has_words
        else:
            self._end_block()

    def _new_line(self) -> None:
        self._pending_space = self._pending_break = False
        if self._line_has_words:
            self._text.append("\n")
        self._line_has_words = False

    def _end_block(self) -> None:
        # Sanitized markup is well nested, so an inline element is open here only when it wraps a block.
        still_open = list(self._open)
        self._html += [f"</{tag}>" for tag in reversed(still_open)]
        self._open.clear()
        self._new_line()
        text = "".join(self._text).strip("\n")
        if text:
            markup = "".join(self._html)
            self._done.append(Rich(markup if markup.startswith(("<ul>", "<ol>")) else f"<p>{markup}</p>", text))
        self._html, self._text = [], []
