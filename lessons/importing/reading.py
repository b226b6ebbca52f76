"""From the bytes of a file, or from pasted text, to an `Article`; what cannot be read is refused by name."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, ClassVar, Literal

from lessons.importing.article import Article, Found, note
from lessons.importing.markdown import TooDeep, looks_like_markdown, read_markdown
from lessons.importing.plain import read_plain
from lessons.importing.words import words_of

LIMIT = 5 * 1024 * 1024
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mdown"})
Markup = Literal["plain", "markdown"]

# The first bytes of what people take for a text file.
_KNOWN_FILES = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "DOCX, ODT, EPUB or ZIP"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
)
_WIDE_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f\x80-\x9f]")  # after _LINE_ENDS; tab and line feed are text
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOSTLY_CONTROLS = 0.02


class ArticleRefused(Exception):
    """The input is no article that can be read. Nothing has been written."""

    code: ClassVar[str] = "article-refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


class EmptyArticle(ArticleRefused):
    code = "article-empty"


class ArticleTooLarge(ArticleRefused):
    code = "article-too-large"


class NotText(ArticleRefused):
    code = "article-not-text"


class WrongEncoding(ArticleRefused):
    code = "article-wrong-encoding"


class NulInText(ArticleRefused):
    code = "article-nul"


class LoneSurrogate(ArticleRefused):
    code = "article-lone-surrogate"


def text_from_bytes(data: bytes) -> str:
    """The text of a file in UTF-8, or a refusal that names what the file is instead."""
    if len(data) > LIMIT:
        raise ArticleTooLarge(size=len(data), limit=LIMIT)
    for mark, kind in _KNOWN_FILES:
        if data.startswith(mark):
            raise NotText(kind=kind)
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            raise WrongEncoding(encoding=encoding, line=1)
    if b"\x00" in data:
        raise NulInText(line=data.count(b"\n", 0, data.index(b"\x00")) + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as trouble:
        raise WrongEncoding(encoding="", line=data.count(b"\n", 0, trouble.start) + 1) from trouble


def read_bytes(
    data: bytes, *, name: str = "", title: str = "", markup: Markup | None = None, introduction: str = "Introduction"
) -> Article:
    """`read_text` for the bytes of a file called `name`."""
    return read_text(text_from_bytes(data), name=name, title=title, markup=markup, introduction=introduction)


def read_text(
    text: str, *, name: str = "", title: str = "", markup: Markup | None = None, introduction: str = "Introduction"
) -> Article:
    """The article that this text amounts to. Every word of the text is in it.

    `title` is what the person gave, `name` the file's name; both stand in where the text has no title line.
    `markup` says how to read; without it the file's name and the marks in the text decide.
    """
    text = _checked(text)
    chosen = markup or _markup_of(text, name)
    given, fallback = _line(title), _title_from(name)
    notes = []
    if "\ufffd" in text:
        notes.append(note(Found.UNREADABLE_CHARACTERS, count=text.count("\ufffd")))
    if chosen == "markdown":
        try:
            article = read_markdown(text, given=given, fallback=fallback, introduction=introduction)
        except TooDeep:
            # Past its limit the Markdown reader drops what is nested: read as text, every word stays.
            article = read_plain(text, given=given, fallback=fallback, introduction=introduction)
            notes.append(note(Found.NESTED_TOO_DEEPLY))
    else:
        article = read_plain(text, given=given, fallback=fallback, introduction=introduction)
    article.notes[:0] = notes
    return article


def _checked(text: str) -> str:
    # Four bytes a character at most: the cheap question first, the exact one only when it matters.
    if len(text) * 4 > LIMIT and (size := len(text.encode("utf-8", "surrogatepass"))) > LIMIT:
        raise ArticleTooLarge(size=size, limit=LIMIT)
    if (nul := text.find("\x00")) >= 0:
        raise NulInText(line=text.count("\n", 0, nul) + 1)
    if found := _SURROGATE.search(text):
        raise LoneSurrogate(line=text.count("\n", 0, found.start()) + 1)
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    controls = len(_CONTROLS.findall(text))
    if controls > len(text) * _MOSTLY_CONTROLS and controls > 4:
        raise NotText(kind="")
    text = _CONTROLS.sub(" ", text)
    if not words_of(text):
        raise EmptyArticle()
    return text


def _markup_of(text: str, name: str) -> Markup:
    if PurePath(name).suffix.lower() in MARKDOWN_SUFFIXES or looks_like_markdown(text):
        return "markdown"
    return "plain"


def _line(text: str) -> str:
    return " ".join(_SURROGATE.sub(" ", _CONTROLS.sub(" ", text.replace("\x00", " "))).split())


def _title_from(name: str) -> str:
    stem = _line(PurePath(name).stem.replace("_", " ").replace("-", " "))
    return stem[:1].upper() + stem[1:]
