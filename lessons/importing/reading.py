"""From the bytes of a file, or from pasted text, to an `Article`; what cannot be read is refused by name."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath
from typing import Any, ClassVar, Literal

from destalin_site.common import archives
from lessons.importing import parts_of_xml, webpage, word
from lessons.importing.article import Article, Found, note
from lessons.importing.markdown import TooDeep, looks_like_markdown, read_markdown
from lessons.importing.plain import read_plain
from lessons.importing.tree import TooManyTags
from lessons.importing.words import words_of

LIMIT = 5 * 1024 * 1024
WITH_PICTURES = 25 * 1024 * 1024  # for kinds of files that bring their pictures along
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mdown"})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
Markup = Literal["plain", "markdown", "html"]

# The first bytes of what people take for a text file.
_KNOWN_FILES = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "DOC, or a DOCX with a password"),
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
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.I | re.S
)


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


class TooComplex(ArticleRefused):
    """More markup, or nested more deeply, than any article has."""

    code = "article-too-complex"


class TooManyPictures(ArticleRefused):
    code = "article-too-many-pictures"


class BrokenArchive(ArticleRefused):
    """It begins as a Word document or another archive and cannot be unpacked."""

    code = "article-archive-broken"


class ArchiveTooLarge(ArticleRefused):
    """Unpacked it would be larger than any honest document."""

    code = "article-archive-too-large"


class ArchiveUnsafe(ArticleRefused):
    """It holds links, encrypted parts or parts that would lie outside."""

    code = "article-archive-unsafe"


class BrokenDocument(ArticleRefused):
    code = "article-document-broken"


class UnsafeXml(ArticleRefused):
    """A part declares entities, as no Word document does."""

    code = "article-xml-unsafe"


def text_from_bytes(data: bytes, *, page: bool = False) -> str:
    """The text of a file in UTF-8, or a refusal that names what the file is instead.

    A page may name another encoding itself.
    """
    limit = WITH_PICTURES if page else LIMIT
    if len(data) > limit:
        raise ArticleTooLarge(size=len(data), limit=limit)
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
        if page and (text := _in_its_own_encoding(data)) is not None:
            return text
        raise WrongEncoding(encoding="", line=data.count(b"\n", 0, trouble.start) + 1) from trouble


def _in_its_own_encoding(data: bytes) -> str | None:
    """The text of a page that says how it is written, if that is true."""
    named = _CHARSET.search(data[:4096])
    if named is None:
        return None
    try:
        codec = codecs.lookup(named[1].decode("ascii"))
        # Some codecs of Python turn bytes into bytes and are no way of writing text.
        return codec.decode(data)[0] if codec._is_text_encoding else None
    except (LookupError, ValueError):
        return None


def read_bytes(
    data: bytes,
    *,
    name: str = "",
    title: str = "",
    markup: Markup | None = None,
    introduction: str = "Introduction",
    notes: str = "Notes",
) -> Article:
    """`read_text` for the bytes of a file called `name`; a Word document is read as one whatever its name is."""
    if data.startswith(_ARCHIVE):
        return _read_word(data, name=name, title=title, introduction=introduction, notes=notes)
    page = markup == "html" or (markup is None and PurePath(name).suffix.lower() in PAGE_SUFFIXES)
    text = text_from_bytes(data, page=page)
    return read_text(text, name=name, title=title, markup=markup, introduction=introduction, notes=notes)


def read_text(
    text: str,
    *,
    name: str = "",
    title: str = "",
    markup: Markup | None = None,
    introduction: str = "Introduction",
    notes: str = "Notes",
) -> Article:
    """The article that this text amounts to. Every word of the text is in it; of a page, every word of its article.

    `title` is what the person gave, `name` the file's name; both stand in where the text has no title line.
    `markup` says how to read; without it the file's name and the marks in the text decide. `introduction` and
    `notes` are the headings that the reader adds where they are needed.
    """
    chosen = markup or _markup_of(text, name)
    text = _checked(text, WITH_PICTURES if chosen == "html" else LIMIT)
    given, fallback = _line(title), _title_from(name)
    found = []
    if "\ufffd" in text:
        found.append(note(Found.UNREADABLE_CHARACTERS, count=text.count("\ufffd")))
    if chosen == "html":
        article = _read_page(text, given=given, fallback=fallback, introduction=introduction, notes_heading=notes)
    elif chosen == "markdown":
        try:
            article = read_markdown(text, given=given, fallback=fallback, introduction=introduction)
        except TooDeep:
            # Past its limit the Markdown reader drops what is nested: read as text, every word stays.
            article = read_plain(text, given=given, fallback=fallback, introduction=introduction)
            found.append(note(Found.NESTED_TOO_DEEPLY))
    else:
        article = read_plain(text, given=given, fallback=fallback, introduction=introduction)
    article.notes[:0] = found
    return article


def _read_page(text: str, **options: str) -> Article:
    try:
        article = webpage.read_page(text, **options)
    except TooManyTags as trouble:
        raise TooComplex() from trouble
    except webpage.TooManyPictures as trouble:
        raise _too_many_pictures() from trouble
    return _with_words(article)


def _read_word(data: bytes, *, name: str, title: str, introduction: str, notes: str) -> Article:
    if len(data) > WITH_PICTURES:
        raise ArticleTooLarge(size=len(data), limit=WITH_PICTURES)
    try:
        article = word.read_word(
            data,
            given=_line(title),
            fallback=_title_from(name),
            introduction=introduction,
            notes_heading=notes,
        )
    except archives.ArchiveTooLarge as trouble:
        raise ArchiveTooLarge() from trouble
    except archives.ArchiveUnsafe as trouble:
        raise ArchiveUnsafe() from trouble
    except archives.ArchiveRefused as trouble:
        raise BrokenArchive() from trouble
    except parts_of_xml.XmlUnsafe as trouble:
        raise UnsafeXml() from trouble
    except (parts_of_xml.XmlTooLarge, TooManyTags) as trouble:
        raise TooComplex() from trouble
    except webpage.TooManyPictures as trouble:
        raise _too_many_pictures() from trouble
    except word.NoDocument as trouble:
        raise NotText(kind="ODT, EPUB or ZIP") from trouble
    except (parts_of_xml.XmlRefused, word.BrokenDocument) as trouble:
        raise BrokenDocument() from trouble
    return _with_words(article)


def _too_many_pictures() -> TooManyPictures:
    return TooManyPictures(pictures=webpage.MOST_PICTURES, megapixels=webpage.MOST_PIXELS // 1_000_000)


def _with_words(article: Article) -> Article:
    if not words_of(article.as_text()) and not any(article.figures()):
        raise EmptyArticle()
    return article


def _checked(text: str, limit: int) -> str:
    # Four bytes a character at most: the cheap question first, the exact one only when it matters.
    if len(text) * 4 > limit and (size := len(text.encode("utf-8", "surrogatepass"))) > limit:
        raise ArticleTooLarge(size=size, limit=limit)
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
    if PurePath(name).suffix.lower() in PAGE_SUFFIXES or _PAGE.match(text.removeprefix("\ufeff")):
        return "html"
    if PurePath(name).suffix.lower() in MARKDOWN_SUFFIXES or looks_like_markdown(text):
        return "markdown"
    return "plain"


def _line(text: str) -> str:
    return " ".join(_SURROGATE.sub(" ", _CONTROLS.sub(" ", text.replace("\x00", " "))).split())


def _title_from(name: str) -> str:
    stem = _line(PurePath(name).stem.replace("_", " ").replace("-", " "))
    return stem[:1].upper() + stem[1:]
