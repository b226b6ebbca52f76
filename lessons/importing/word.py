"""A Word document (.docx): an archive of XML parts, made a page by mammoth and read like one.

The archive and every part of it are checked before mammoth sees them, and what it would pass over in silence (fields,
formulas, text boxes, page breaks between words) is put into words that it reads. Afterwards the words are compared.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import mammoth

from destalin_site.common.archives import Archive
from lessons import images
from lessons.importing import parts_of_xml as xml
from lessons.importing.article import Article, Found, Note, note
from lessons.importing.markup import Reader, with_captions
from lessons.importing.tree import parse
from lessons.importing.webpage import Album, TooManyPictures, build
from lessons.importing.words import words_of

MOST_ELEMENTS = 300_000

_PICTURE = "picture-of-the-document:"
# Parts that say how the document looks and hold none of its words.
_LOOKS = re.compile(
    r"(^|/)(theme|embeddings|fonts|customXml|glossary|docProps)/|(settings|fontTable|webSettings)\.xml$"
)
_HEADING = re.compile(r"heading ([1-9])", re.I)

# Styles of ours: paragraphs are given them by what their own style says of them, in whichever language it is named.
_STYLES = "\n".join(
    [
        "p.ImportedTitle => h1:fresh",
        *(f"p.ImportedHeading{level} => h{level}:fresh" for level in range(2, 7)),
        "p.ImportedQuote => blockquote > p:fresh",
        "p.ImportedCaption => figcaption:fresh",
        # mammoth itself knows five levels of lists; deeper ones would lose their place.
        *(
            f"p:{kind}-list({level}) => {'ul|ol > li > ' * (level - 1)}{tag} > li:fresh"
            for level in range(6, 10)
            for kind, tag in (("unordered", "ul"), ("ordered", "ol"))
        ),
    ]
)

# What mammoth reads inside a text; any other element with words in it is unwrapped.
_READ = frozenset(
    {
        "document",
        "body",
        "footnotes",
        "endnotes",
        "footnote",
        "endnote",
        "p",
        "r",
        "t",
        "fldChar",
        "instrText",
        "tab",
        "noBreakHyphen",
        "softHyphen",
        "sym",
        "tbl",
        "tr",
        "tc",
        "customXml",
        "ins",
        "moveTo",
        "object",
        "smartTag",
        "drawing",
        "inline",
        "anchor",
        "group",
        "rect",
        "roundrect",
        "shape",
        "textbox",
        "txbxContent",
        "pict",
        "hyperlink",
        "bookmarkStart",
        "br",
        "footnoteReference",
        "endnoteReference",
        "commentReference",
        "AlternateContent",
        "Choice",
        "Fallback",
        "sdt",
        "sdtContent",
        "imagedata",
    }
)
_GONE = frozenset({"del", "moveFrom"})  # what a tracked change has taken out


class BrokenDocument(ValueError):
    """No Word document, or one whose parts do not fit together."""


class NoDocument(ValueError):
    """An archive of another kind."""


class _Package:
    """The parts of a document, each checked; what it says of its pictures is taken as it is."""

    def __init__(self, data: bytes) -> None:
        archive = Archive(data)
        if "[Content_Types].xml" not in archive.names or not any(name.startswith("word/") for name in archive.names):
            raise NoDocument
        budget = xml.Budget(MOST_ELEMENTS)
        self.parts: dict[str, Element] = {}
        self.files: dict[str, bytes] = {}
        for name in archive.names:
            if _LOOKS.search(name):
                continue
            content = archive.read(name)
            # By its content: a part may have any name, and whoever reads it as XML must find it checked.
            if xml.looks_like_xml(content):
                self.parts[name] = xml.parse(content, budget)
            elif content:
                self.files[name] = content
        roots = {xml.local(root) for root in self.parts.values()}
        if not {"Types", "document"} <= roots:
            raise BrokenDocument("no Word document")

    def of(self, *kinds: str) -> Iterator[Element]:
        """The parts whose outermost element has one of these names."""
        return (root for root in self.parts.values() if xml.local(root) in kinds)

    def packed(self) -> io.BytesIO:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, root in self.parts.items():
                archive.writestr(name, xml.as_bytes(root))
            for name, content in self.files.items():
                archive.writestr(name, content)
        out.seek(0)
        return out


def read_word(data: bytes, *, given: str, fallback: str, introduction: str, notes_heading: str) -> Article:
    """The article of a Word document. Raises NoDocument, BrokenDocument,
    TooManyPictures, TooManyTags, ArchiveRefused and XmlRefused."""
    package = _Package(data)
    notes: list[Note] = []
    words = _Mender(package).mended(notes)
    _note_what_stays(package, notes)
    album, kept = Album(), list[bytes]()
    markup = _converted(package, kept)
    root = parse(markup, numbered=True)

    def picture(source: str) -> images.Picture | None:
        if not source.startswith(_PICTURE):
            return None
        return album.clean(kept[int(source.removeprefix(_PICTURE))])

    parts = with_captions(Reader(root, notes=notes, pictures=picture).parts())
    article = build(
        parts, notes, "word", given=given, fallback=fallback, introduction=introduction, notes_heading=notes_heading
    )
    _compare(words, article)
    return article


def _converted(package: _Package, kept: list[bytes]) -> str:
    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            kept.append(stream.read())
        return {"src": f"{_PICTURE}{len(kept) - 1}"}

    try:
        result = mammoth.convert_to_html(
            package.packed(),
            style_map=_STYLES,
            include_embedded_style_map=False,  # a document's own could make its words vanish
            external_file_access=False,
            convert_image=mammoth.images.img_element(keep),
        )
    except TooManyPictures:
        raise
    # It takes its parts for well made: what is missing or senseless shows as errors of every kind.
    except (Exception, RecursionError) as trouble:
        raise BrokenDocument(f"{type(trouble).__name__}: {trouble}") from trouble
    return str(result.value)


# What mammoth would pass over


class _Mender:
    """Rewrites the parts that hold text so that mammoth reads every word, and says what the words are."""

    def __init__(self, package: _Package) -> None:
        self.package = package
        self.styles = _styles(package)
        self.formulas = self.taken_out = 0

    def mended(self, notes: list[Note]) -> str:
        """All words of the text and of the notes that it refers to."""
        texts: list[str] = []
        wanted: set[tuple[str, str]] = set()
        for root in self.package.of("document"):
            texts += self._mend(root, root)
            for each in root.iter():
                if xml.local(each) in {"footnoteReference", "endnoteReference"}:
                    wanted.add((xml.local(each).removesuffix("Reference"), xml.attribute(each, "id")))
        for root in self.package.of("footnotes", "endnotes"):
            for each in list(root):
                said = self._mend(each, root)
                if (xml.local(each), xml.attribute(each, "id")) in wanted:
                    texts += said
        if self.formulas:
            notes.append(note(Found.FORMULA_AS_TEXT, count=self.formulas))
        if self.taken_out:
            notes.append(note(Found.CHANGES_LEFT_OUT, count=self.taken_out))
        return "".join(texts)

    def _mend(self, element: Element, root: Element) -> list[str]:
        """Mend what is inside, and say its words. Depth is bounded by the parser."""
        texts: list[str] = []
        for i, child in enumerate(list(element)):
            name = xml.local(child)
            if name in {"oMath", "oMathPara"}:
                self.formulas += 1
                child = element[i] = _run(root, " ".join("".join(xml.texts(child, "t")).split()))
            elif name == "AlternateContent":
                _choose(child, root)
            elif name in _GONE:
                self.taken_out += len(words_of(" ".join([*xml.texts(child, "delText"), *xml.texts(child, "t")])))
                continue
            elif name == "cr" or (name == "br" and xml.attribute(child, "type")):
                child.tag = _named(root, "br")
                child.attrib.clear()
            elif name == "ptab":
                child.tag = _named(root, "tab")
            texts += self._of(child, root)
        return texts

    def _of(self, child: Element, root: Element) -> list[str]:
        name = xml.local(child)
        if name == "t":
            return [child.text or ""]
        if name in {"tab", "br"}:
            return [" "]
        if name == "drawing" and any(xml.local(each) == "txbxContent" for each in child.iter()):
            # A text box beside its picture: as the older markup for boxes, which is read.
            boxes = [each for each in child.iter() if xml.local(each) == "txbxContent"]
            child.append(_box(root, boxes))
            return ["\n", *self._mend(child[-1], root), "\n"]
        inside = self._mend(child, root)
        if name == "p":
            self._name_style(child, root)
            return ["\n", *inside, "\n"]
        if name in {"Choice"}:
            return []
        if inside and name not in _READ:
            child.tag = _named(root, "smartTag")
        return inside

    def _name_style(self, paragraph: Element, root: Element) -> None:
        """Give a paragraph the style of ours that its own style, or it itself, amounts to."""
        properties = next((each for each in paragraph if xml.local(each) == "pPr"), None)
        if properties is None:
            return
        style = next((each for each in properties if xml.local(each) == "pStyle"), None)
        level = next((xml.attribute(each, "val") for each in properties if xml.local(each) == "outlineLvl"), "")
        ours = self.styles.get(xml.attribute(style, "val"), "") if style is not None else ""
        if level.isdigit() and int(level) < 9:
            ours = _heading(int(level) + 1)
        if ours:
            if style is None:
                style = Element(_named(root, "pStyle"))
                properties.insert(0, style)
            style.attrib.clear()
            style.set(_named(root, "val"), ours)


def _styles(package: _Package) -> dict[str, str]:
    """For the styles that mean something, by their ids: the style of ours that they amount to."""
    own: dict[str, str] = {}
    based: dict[str, str] = {}
    for root in package.of("styles"):
        for style in root:
            if xml.local(style) != "style" or xml.attribute(style, "type") not in {"paragraph", ""}:
                continue
            key = xml.attribute(style, "styleId")
            said = {xml.local(each): xml.attribute(each, "val") for each in style.iter()}
            own[key] = _meaning(said.get("name", ""), said.get("outlineLvl", ""))
            based[key] = said.get("basedOn", "")
    found: dict[str, str] = {}
    for key in own:
        at, steps = key, 0
        while at and not own.get(at) and steps < 20:
            at, steps = based.get(at, ""), steps + 1
        if own.get(at):
            found[key] = own[at]
    return found


def _meaning(name: str, level: str) -> str:
    match = _HEADING.fullmatch(name.strip())
    if match:
        return _heading(int(match[1]))
    plain = name.strip().casefold()
    if plain == "title":
        return "ImportedTitle"
    if plain in {"quote", "intense quote"}:
        return "ImportedQuote"
    if plain == "caption":
        return "ImportedCaption"
    return _heading(int(level) + 1) if level.isdigit() and int(level) < 9 else ""


def _heading(level: int) -> str:
    """Below the title, which stands above all of them."""
    return f"ImportedHeading{min(level + 1, 6)}"


def _named(root: Element, name: str) -> str:
    """A name in the namespace of the part, which differs between the two kinds of Word document."""
    space = str(root.tag).rpartition("}")[0]
    return f"{space}}}{name}" if space else name


def _run(root: Element, text: str) -> Element:
    run, words = Element(_named(root, "r")), Element(_named(root, "t"))
    words.text = f" {text} "
    run.append(words)
    return run


def _box(root: Element, boxes: Sequence[Element]) -> Element:
    pict = Element(_named(root, "pict"))
    pict.extend(boxes)
    return pict


def _choose(element: Element, root: Element) -> None:
    """Of alternatives mammoth reads the last resort: make it one where it is missing or lacks the words."""
    fallback = next((each for each in element if xml.local(each) == "Fallback"), None)
    choice = next((each for each in element if xml.local(each) == "Choice"), None)
    if choice is None:
        return
    words = [each for each in choice.iter() if xml.local(each) == "txbxContent"]
    has_words = fallback is not None and any(xml.local(each) == "txbxContent" for each in fallback.iter())
    if fallback is None:
        choice.tag = str(choice.tag).replace("Choice", "Fallback")
    elif words and not has_words:
        fallback.append(_box(root, words))
    for each in list(element):
        if xml.local(each) == "Choice":
            element.remove(each)


# What stays behind, and whether anything else did


def _note_what_stays(package: _Package, notes: list[Note]) -> None:
    comments = [each for root in package.of("comments") for each in root if xml.local(each) == "comment"]
    if comments:
        notes.append(note(Found.COMMENTS_LEFT_OUT, count=len(comments)))
    heads = [" ".join(xml.texts(root, "t")) for root in package.of("hdr", "ftr")]
    if count := len(words_of(" ".join(heads))):
        notes.append(note(Found.PAGE_HEADS_LEFT_OUT, excerpt=" ".join(" ".join(heads).split()), count=count))
    if drawings := len(list(package.of("dataModel", "chartSpace"))):
        notes.append(note(Found.DRAWINGS_LEFT_OUT, count=drawings))


def _compare(text: str, article: Article) -> None:
    """Note the words of the document that the article lacks."""
    said = article.as_text()
    have, wanted = Counter(words_of(said)), Counter(words_of(text))
    short = [word for word, times in wanted.items() if have[word] < times]
    if short:
        run_together = "".join(words_of(said))
        short = [word for word in short[:200] if run_together.count(word) < wanted[word]]
    if short:
        article.notes.append(note(Found.WORDS_MISSING, excerpt=" ".join(short), count=len(short)))
