"""An HTML page: where its article is, and what stands around it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from lessons import images
from lessons.importing import plain
from lessons.importing.article import Article, Found, Note, note
from lessons.importing.inline import is_safe
from lessons.importing.markup import Reader, with_captions
from lessons.importing.outline import Head, Part, gather_notes, levelled, outline
from lessons.importing.settings import fits
from lessons.importing.tree import Node, parse
from lessons.importing.words import tidy, words_of

MOST_PICTURES = 100
MOST_PIXELS = 200_000_000

_AROUND = frozenset(
    {
        "nav",
        "menu",
        "breadcrumb",
        "breadcrumbs",
        "share",
        "sharing",
        "social",
        "sidebar",
        "related",
        "promo",
        "toolbar",
        "pagination",
    }
)
_NOTICES = frozenset(
    {"cookie", "cookies", "consent", "newsletter", "subscribe", "advert", "ads", "advertisement", "banner"}
)
_NAME = re.compile(r"[^A-Za-z]+")
_PARAGRAPHS = frozenset({"p", "pre", "blockquote", "li", "dd", "td"})


class TooManyPictures(ValueError):
    """More pictures, or more pixels in them, than a lesson can hold."""


class Album:
    """The pictures of one article, each through the house's pipeline, within limits."""

    def __init__(self) -> None:
        self.count = self.pixels = 0

    def clean(self, data: bytes) -> images.Picture:
        self.count += 1
        if self.count > MOST_PICTURES:
            raise TooManyPictures
        picture = images.clean(data)
        self.pixels += picture.width * picture.height
        if self.pixels > MOST_PIXELS:
            raise TooManyPictures
        return picture


def read_page(text: str, *, given: str, fallback: str, introduction: str, notes_heading: str) -> Article:
    """The article of an HTML page. Raises TooManyTags and TooManyPictures."""
    root = parse(text)
    notes: list[Note] = []
    where = _article_of(root)
    dropped = list(_drop_around(where))
    title = _heading_outside(root, where)
    left_out = (
        root.words - where.words + sum(node.words for node in dropped) - len(words_of(title.text if title else ""))
    )
    if left_out > 0:
        notes.append(note(Found.AROUND_LEFT_OUT, excerpt=_first_words_around(root, where, dropped), count=left_out))
    album = Album()
    reader = Reader(where, notes=notes, pictures=lambda source: _embedded(source, album), base=_base(root))
    parts = with_captions(reader.parts())
    if title:
        parts.insert(0, title)
    page_title = _page_title(root)
    article = build(
        parts,
        notes,
        "html",
        given=given,
        fallback=page_title or fallback,
        introduction=introduction,
        notes_heading=notes_heading,
        from_fallback=Found.TITLE_FROM_PAGE if page_title else Found.TITLE_FROM_FILE,
    )
    article.settings = _settings(root)
    if article.settings:
        article.notes.append(note(Found.SETTINGS_USED, 1, ", ".join(article.settings), count=len(article.settings)))
    return article


def build(
    parts: list[Part],
    notes: list[Note],
    markup: str,
    *,
    given: str,
    fallback: str,
    introduction: str,
    notes_heading: str,
    from_fallback: Found = Found.TITLE_FROM_FILE,
) -> Article:
    """An article of these parts: by the levels of its headings, or where it has none, by how its lines look."""
    if not any(isinstance(part, Head) for part in parts[1:]):
        parts = plain.with_headings(parts, notes)
    arrange = levelled if any(isinstance(part, Head) and part.level for part in parts) else outline
    if not parts:
        return Article(given or fallback, False, [], notes, markup)
    title, in_text, sections = arrange(
        parts, given=given, fallback=fallback, introduction=introduction, notes=notes, from_fallback=from_fallback
    )
    article = Article(title, in_text, sections, notes, markup)
    gather_notes(article, notes_heading)
    return article


# Where the article is


def _article_of(root: Node) -> Node:
    """The element that holds the article.

    What the page itself marks counts first: an `article` with two thirds of what can be read, or `main`. On a page that
    marks nothing it is the smallest element with at least four fifths of the words that stand in paragraphs.
    """
    readable = list(root.walk(readable=True))
    whole = next((node for node in readable if node.tag == "body"), root)
    mains = [node for node in readable if node.tag == "main" or node.attrs.get("role") == "main"]
    scope = max(mains, key=lambda node: node.words, default=whole)
    if scope.words == 0:
        scope = whole
    marked = [
        node
        for node in scope.walk(readable=True)
        if node.tag == "article" or "articleBody" in node.attrs.get("itemprop", "")
    ]
    best = max(marked, key=lambda node: node.words - node.linked, default=None)
    if best is not None and best.words * 3 >= scope.words * 2:
        return best
    return scope if scope is not whole else _densest(whole)


def _densest(whole: Node) -> Node:
    """The smallest element that holds four fifths of the words in paragraphs."""
    prose: dict[int, int] = {}
    for node in whole.walk(readable=True):
        if node.tag in _PARAGRAPHS and not any(child.tag in _PARAGRAPHS for child in node.elements()):
            own = node.words - node.linked
            if own < 10 or node.linked * 2 > node.words:
                continue
            for each in (node, *node.ancestors()):
                prose[id(each)] = prose.get(id(each), 0) + own
    wanted = prose.get(id(whole), 0) * 0.8
    at = whole
    while wanted:
        inside = next((child for child in at.elements() if prose.get(id(child), 0) >= wanted), None)
        if inside is None or inside.tag in _PARAGRAPHS or inside.tag in {"ul", "ol", "dl", "table", "tbody", "tr"}:
            break
        at = inside
    return at


def _drop_around(where: Node) -> Iterator[Node]:
    """Take out what stands inside the article and is none of it: lists of links to elsewhere, notices of the site."""
    for node in list(where.walk(readable=True)):
        if node is where or node.words * 5 > where.words:
            continue
        names = set(_NAME.split(f"{node.attrs.get('class', '')} {node.attrs.get('id', '')}".lower()))
        mostly_links = node.linked * 2 > node.words
        outside = node.tag == "footer" and where.tag in {"body", "#document"}
        if outside or (mostly_links and (names & _AROUND or node.tag == "aside")) or names & _NOTICES:
            parent = node.parent
            if (
                parent is not None
                and node in parent.children
                and not any(each.tag == "dropped" for each in node.ancestors())
            ):
                parent.children.remove(node)
                node.tag = "dropped"
                yield node


def _first_words_around(root: Node, where: Node, dropped: list[Node]) -> str:
    texts: list[str] = [tidy(node.text()) for node in dropped]
    for node in root.walk(readable=True):
        if node is not where and node not in where.ancestors() and where not in node.ancestors() and node.words:
            texts.append(tidy(node.text()))
            break
    return " … ".join(text for text in texts if text)


def _heading_outside(root: Node, where: Node) -> Head | None:
    """The page's one main heading, where it stands above its article."""
    if any(node.tag == "h1" for node in where.walk(readable=True)):
        return None
    found = [node for node in root.walk(readable=True) if node.tag == "h1" and words_of(node.text())]
    if len(found) != 1 or where in found[0].ancestors():
        return None
    # Above every heading of the article, whatever their level is.
    return Head(tidy(found[0].text()), found[0].line, level=1)


# What a page says of itself


def _metas(root: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.walk():
        if node.tag == "meta":
            name = node.attrs.get("name") or node.attrs.get("property") or ""
            found.setdefault(name.lower(), tidy(node.attrs.get("content", "")))
    return found


def _page_title(root: Node) -> str:
    titles = [
        node for node in root.walk() if node.tag == "title" and not any(up.tag == "svg" for up in node.ancestors())
    ]
    return _metas(root).get("og:title") or (tidy(titles[0].text()) if titles else "")


def _settings(root: Node) -> dict[str, str]:
    found = {
        "summary": _metas(root).get("description", ""),
        "language": next((node.attrs.get("lang", "").strip() for node in root.walk() if node.tag == "html"), ""),
    }
    return {name: value for name, value in found.items() if value and fits(name, value)}


def _base(root: Node) -> str:
    """The address that the page's relative links start from, when the page says it."""
    for node in root.walk():
        if node.tag == "base" and is_safe(node.attrs.get("href", "")):
            return node.attrs["href"]
    for node in root.walk():
        if (
            node.tag == "link"
            and node.attrs.get("rel", "").lower() == "canonical"
            and is_safe(node.attrs.get("href", ""))
        ):
            return node.attrs["href"]
    url = _metas(root).get("og:url", "")
    return url if is_safe(url) else ""


def _embedded(source: str, album: Album) -> images.Picture | None:
    """A picture that stands in the page itself. Nothing is ever fetched."""
    if not source.lower().startswith("data:image/"):
        return None
    head, _comma, body = source.partition(",")
    try:
        data = (
            base64.b64decode(unquote_to_bytes(body), validate=False)
            if head.endswith(";base64")
            else unquote_to_bytes(body)
        )
    except (binascii.Error, ValueError) as trouble:
        raise images.ImageBroken(str(trouble)) from trouble
    return album.clean(data)
