"""The markup of a curriculum's texts: *italics*, **bold** and [links](https://example.org). Nothing else is markup.

`to_html` and `to_text` are inverse to each other on what either of them writes.
"""

import re
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt

_markdown: Final = MarkdownIt("zero", {"html": False, "linkify": False}).enable(
    ["emphasis", "link", "escape", "newline"]
)
_ESCAPED: Final = re.compile(r"([\\*_\[\]])")
_TAGS: Final = {"em": "i", "strong": "b"}


def to_html(text: str) -> str:
    """Rich text as the desk stores it, a paragraph for each that a blank line divides."""
    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return "".join(f"<p>{_inline(part)}</p>" for part in parts)


def _inline(text: str) -> str:
    rendered = _markdown.renderInline(" ".join(text.split()))
    return re.sub(r"<(/?)(em|strong)>", lambda match: f"<{match[1]}{_TAGS[match[2]]}>", rendered)


def to_text(markup: str) -> str:
    """The markup of this rich text; what is no italics, bold or link is plain words."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "\n\n".join(part for raw in reader.paragraphs if (part := " ".join("".join(raw).split())))


def escape(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[list[str]] = [[]]
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "li"}:
            self.paragraphs.append([])
        elif tag == "br":
            self._say(" ")
        elif tag in {"i", "em"}:
            self._say("*")
        elif tag in {"b", "strong"}:
            self._say("**")
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")
            self._say("[")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"i", "em"}:
            self._say("*")
        elif tag in {"b", "strong"}:
            self._say("**")
        elif tag == "a" and self.links:
            self._say(f"]({self.links.pop()})")

    def handle_data(self, data: str) -> None:
        self._say(escape(data))

    def _say(self, text: str) -> None:
        self.paragraphs[-1].append(text)
