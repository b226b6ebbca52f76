"""A published document as finished values for templates.

The reading room, the curator's preview and the student's desk all draw what `reading` returns with
`lessons/_reading.html`. The promise that citations rest on: an element with `data-block` has as its text
content, to the code point, the `text` of that block, so an offset counted in a browser means the same words here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from typing import Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from lessons.document import (
    BlockData,
    ClaimData,
    DisputedRow,
    Document,
    GroundData,
    HeadingData,
    ImageData,
    MarkData,
    OptionData,
    PersonData,
    QuestionData,
    SizeData,
    SourceData,
    TableData,
    TermData,
    UnknownBlock,
)

_BLOCKS: Final = frozenset({"p", "ul", "ol", "li"})
_EMPHASIS: Final = frozenset({"b", "strong", "i", "em"})
# Written in letters of their own: a passage without any is a translation, and not to be read out as the original.
_OTHER_SCRIPTS: Final = frozenset(
    {"ar", "be", "bg", "el", "fa", "he", "hy", "ja", "ka", "kk", "ko", "mk", "ru", "sr", "uk", "zh"}
)


# --- Values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A line of the contents list."""

    anchor: str
    label: str


def _address(sha256: str) -> str:
    return reverse("api-media", args=[sha256])


@dataclass(frozen=True)
class Table:
    """The figures that a chart was drawn from. The first cell of a row names it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str  # what may not be read from it


@dataclass(frozen=True)
class Picture:
    """An image in all its renditions. One that is `withheld` has a description and a credit, and no address."""

    alt: str
    width: int
    height: int
    credit: str
    rights: str
    url: str = ""
    srcset: str = ""  # in a type that every browser shows
    webp: str = ""
    withheld: bool = False
    table: Table | None = None


def _srcset(sizes: Sequence[SizeData]) -> str:
    narrow_first = sorted(sizes, key=lambda size: size["width"])
    return ", ".join(f"{_address(size['sha256'])} {size['width']}w" for size in narrow_first)


@dataclass(frozen=True)
class Scale:
    """The scale of a disputed figure's drawing; its rows stand in the block's body."""

    bottom: str
    top: str


@dataclass(frozen=True)
class Choice:
    id: str
    text: str


@dataclass(frozen=True)
class Question:
    id: str
    number: int
    anchor: str
    body: SafeString
    phrase: SafeString  # the same inside one line: for labels and lists
    kind: str
    points: str
    skill: str
    required: bool
    options: tuple[Choice, ...]
    columns: tuple[Choice, ...] = ()  # of a table
    rows: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A numbered piece of a source. `gap` stands for passages that are left out here."""

    id: str
    anchor: str
    name: str
    kind: str
    text: str
    body: SafeString
    lang: str
    gap: bool = False


_GAP: Final = Passage(id="", anchor="", name="", kind="gap", text="", body=SafeString(), lang="", gap=True)


@dataclass(frozen=True)
class Fact:
    """A line of a record: Who, When, What. `wide` ones take the whole row."""

    label: str
    value: str
    wide: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Word:
    """An entry of the list of words and people, which the marks of the text lead to."""

    anchor: str
    name: str
    original: str
    lang: str  # of the original
    transliteration: str
    facts: tuple[str, ...]  # of a person: life and office
    meaning: str
    back: str  # the address of its first use on the page, if there is one

    @property
    def latin(self) -> str:
        return in_latin(self.lang)


@dataclass(frozen=True)
class Ground:
    """A passage that a claim rests on, and how the historian reads it."""

    reading: str
    text: str
    paraphrase: bool
    name: str  # of the passage, where this document has it
    slug: str  # and of the source that it stands in
    bibliography: str  # where it does not


@dataclass(frozen=True)
class Claim:
    text: str
    locator: str
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Sheet:
    """A source as it stands on its sheet: whole, or an excerpt of it inside a lesson."""

    id: str
    slug: str
    letter: str
    anchor: str
    title: str
    lang: str
    language: str  # of the document, which holds wherever a `lang` is empty
    facts: tuple[Fact, ...]
    sourcing: tuple[Fact, ...]
    paraphrase: bool
    primary: bool
    passages: tuple[Passage, ...]
    pictures: tuple[Picture, ...]
    excerpt: bool
    url: str
    rights: str
    note: SafeString
    bibliography: SafeString
    claims: tuple[Claim, ...]
    words: tuple[Word, ...] = ()  # where the sheet is a page of its own


@dataclass(frozen=True)
class ReadingBlock:
    id: str
    kind: str
    number: int | None
    anchor: str
    text: str
    body: SafeString
    level: int = 3
    title: str = ""
    attribution: str = ""
    lang: str = ""
    picture: Picture | None = None
    scale: Scale | None = None
    sheet: Sheet | None = None
    question: Question | None = None


@dataclass(frozen=True)
class ReadingSection:
    id: str
    number: int
    anchor: str
    heading: str
    blocks: tuple[ReadingBlock, ...]


@dataclass(frozen=True)
class ReadingPage:
    title: str
    summary: str
    inquiry: str
    language: str
    minutes: str
    level: str
    sections: tuple[ReadingSection, ...]
    sheets: tuple[Sheet, ...]
    questions: tuple[Question, ...]
    words: tuple[Word, ...] = field(default=())
    contents: tuple[Entry, ...] = field(default=())

    @property
    def source_count(self) -> str:
        return ngettext("%(n)d source", "%(n)d sources", len(self.sheets)) % {"n": len(self.sheets)}

    @property
    def question_count(self) -> str:
        return ngettext("%(n)d question", "%(n)d questions", len(self.questions)) % {"n": len(self.questions)}


# --- The page ---------------------------------------------------------------------------------------------------------


def reading(document: Document, withheld: Collection[str] = ()) -> ReadingPage:
    """Everything that the pages about this document show, in the language that is active now.

    `withheld` are the digests of images that this reader may not see: their descriptions stand in their places.
    """
    return _Reader(document, withheld).page()


def whole_sheet(document: Document, slug: str, withheld: Collection[str] = ()) -> Sheet | None:
    """All of one source, for a page of its own; nothing when the document has no such source."""
    reader = _Reader(document, withheld)
    found = next((source for source in document.sources if source["slug"] == slug), None)
    if found is None:
        return None
    sheet = reader.sheet(found, found["blocks"], excerpt=False)
    return replace(sheet, words=reader.words(only_used=True))


class _Reader:
    def __init__(self, document: Document, withheld: Collection[str]) -> None:
        self.document = document
        self.withheld = withheld
        self.language = document.lesson["language"]
        self.questions = {
            question["id"]: question_line(document, question, number)
            for number, question in enumerate(document.questions, 1)
        }
        self.given: set[str] = set()  # addresses that an element of the page has already
        self.uses: dict[str, str] = {}  # where the page first uses an entry of the list of words and people

    def page(self) -> ReadingPage:
        lesson = self.document.lesson
        sections = tuple(
            ReadingSection(
                id=section["id"],
                number=section["number"],
                anchor=self.anchor(f"s{section['number']}"),
                heading=section["heading"],
                blocks=tuple(self.block(block) for block in section["blocks"]),
            )
            for section in self.document.sections
        )
        # Before the whole sheets, which not every page shows.
        words = self.words()
        # Whole sheets get no addresses on this page where the lesson already shows the passage.
        sheets = tuple(self.sheet(source, source["blocks"], excerpt=False) for source in self.document.sources)
        minutes = lesson["minutes"]
        return ReadingPage(
            title=lesson["title"],
            summary=lesson["summary"],
            inquiry=lesson["inquiry"],
            language=self.language,
            minutes=ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes else "",
            level=lesson["level"],
            sections=sections,
            sheets=sheets,
            questions=tuple(self.questions.values()),
            words=words,
            contents=tuple(Entry(section.anchor, section.heading) for section in sections if section.heading),
        )

    def anchor(self, name: str) -> str:
        """This address the first time it is asked for, then nothing: an id may stand on a page only once."""
        if name in self.given:
            return ""
        self.given.add(name)
        return name

    def words(self, *, only_used: bool = False) -> tuple[Word, ...]:
        """The terms and then the people of this document, or those of them that were marked up to now."""
        entries = [
            *((term["id"], _term(term)) for term in self.document.glossary),
            *((person["id"], _person(person)) for person in self.document.people),
        ]
        return tuple(
            replace(word, anchor=self.anchor(f"word-{entry}"), back=self.uses.get(entry, ""))
            for entry, word in entries
            if not only_used or entry in self.uses
        )

    def marked(self, block: BlockData, markup: SafeString) -> SafeString:
        """The block's markup, its words and people linked to their entries."""
        return linked(markup, block.get("marks", ()), self._use)

    def _use(self, entry: str) -> SafeString:
        if address := self.anchor(f"use-{entry}"):
            self.uses[entry] = address
        # A link that can be dragged cannot be selected from, and what is read here is cited.
        return format_html(
            '<a class="gloss"{} href="#word-{}" draggable="false">',
            format_html(' id="{}"', address) if address else "",
            entry,
        )

    def block(self, block: BlockData) -> ReadingBlock:
        number = block["n"]
        sheet = None
        if block["kind"] == "source":
            source = self.document.source(block["source"])
            wanted = frozenset(block.get("passages") or [])
            shown = [passage for passage in source["blocks"] if not wanted or passage["id"] in wanted]
            sheet = self.sheet(source, shown, excerpt=True)
        return ReadingBlock(
            id=block["id"],
            kind=block["kind"],
            number=number,
            anchor=self.anchor(f"p{number}") if number is not None else "",
            text=block["text"],
            body=self.marked(block, block_body(block)),
            # A heading inside a section stands under the section's own.
            level=min(max(block.get("level", 3), 3), 6),
            title=block.get("title", ""),
            attribution=block.get("attribution", ""),
            lang=self.lang(block.get("language", ""), block["text"]),
            picture=picture(block["image"], self.withheld) if "image" in block else None,
            scale=_scale(block).ends if block["kind"] == "disputed" else None,
            sheet=sheet,
            question=self.questions.get(block["id"]),
        )

    def sheet(self, source: SourceData, shown: Sequence[BlockData], *, excerpt: bool) -> Sheet:
        return Sheet(
            id=source["id"],
            slug=source["slug"],
            letter=source["letter"],
            anchor=self.anchor(f"source-{source['letter']}"),
            title=source["title"],
            # A title in Latin letters may well be the catalogue's own.
            lang=self.lang(source["language"], source["title"]) if _other_script(source["language"]) else "",
            language=self.language,
            facts=tuple(_facts(source)),
            sourcing=tuple(_sourcing(source)),
            paraphrase=source["paraphrase"],
            primary=source["primary"],
            passages=tuple(self.passages(source, shown)),
            pictures=tuple(picture(image, self.withheld) for image in source["images"]),
            excerpt=len(shown) < len(source["blocks"]),
            url=source["url"],
            rights=source["rights"],
            note=mark_safe(source["note_html"]),  # noqa: S308 - escaped when it was compiled
            bibliography=mark_safe(source["bibliography_html"]),  # noqa: S308
            claims=tuple(self.claim(claim) for claim in source["claims"]),
        )

    def claim(self, claim: ClaimData) -> Claim:
        return Claim(claim["text"], claim["locator"], tuple(self.ground(ground) for ground in claim["rests_on"]))

    def ground(self, ground: GroundData) -> Ground:
        here = self.document.source_of(ground["block"]) if ground["block"] else None
        return Ground(
            reading=ground["reading"],
            text=ground["text"],
            paraphrase=self.document.is_paraphrase(ground),
            name=self.document.block(ground["block"])["name"] if here else "",
            slug=here["slug"] if here else "",
            bibliography="" if here else ground["bibliography"],
        )

    def passages(self, source: SourceData, shown: Sequence[BlockData]) -> Iterator[Passage]:
        ids = {block["id"] for block in shown}
        left_out = False
        for block in source["blocks"]:
            if block["id"] not in ids:
                left_out = True
                continue
            if left_out:
                yield _GAP
                left_out = False
            language = "" if source["paraphrase"] else source["language"]
            yield Passage(
                id=block["id"],
                anchor=self.anchor(block["name"]) if block["name"] else "",
                name=block["name"],
                kind=block["kind"],
                text=block["text"],
                body=self.marked(block, body(block)),
                lang=self.lang(block.get("language", "") or language, block["text"]),
            )
        if left_out:
            yield _GAP

    def lang(self, language: str, text: str) -> str:
        """What to write into `lang`: nothing where the words are in the language around them."""
        if not language or language == self.language:
            return ""
        if _other_script(language) and not any(char > "\u036f" and char.isalpha() for char in text):
            return ""
        return language


def title_lang(language: str, title: str) -> str:
    """What to write into `lang` of a source's title: many a title is given in translation."""
    written = any(char > "\u036f" and char.isalpha() for char in title)
    return language if written and _other_script(language) else ""


def _other_script(language: str) -> bool:
    return language.split("-")[0] in _OTHER_SCRIPTS


# --- Words ------------------------------------------------------------------------------------------------------------


def body(block: BlockData) -> SafeString:
    """The block's HTML, with each newline of its text standing as one in the markup too."""
    return mark_safe(with_lines(block["html"], block["text"]))  # noqa: S308 - sanitized when it was compiled


def block_body(block: BlockData) -> SafeString:
    """What stands in the `data-block` element of this block, wherever it is shown."""
    return disputed_body(block) if block["kind"] == "disputed" else body(block)


def marked(shown: SafeString, start: int, end: int) -> SafeString:
    """This body with the code points start..end of its text content marked, in as many pieces as its markup needs."""
    reader = _Marked(start, end)
    reader.feed(shown)
    reader.close()
    return mark_safe("".join(reader.out))  # noqa: S308 - the same markup, its text escaped again


def with_lines(markup: str, text: str) -> str:
    """This markup with line ends put where the text has them, so that its text content is the text.

    Words are the promise and markup gives way: where the two disagree, the text comes out as plain paragraphs.
    """
    reader = _Lines(text)
    reader.feed(markup)
    reader.close()
    if reader.agrees:
        return "".join(reader.out)
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" if line else "" for line in text.split("\n"))


def linked(markup: str, marks: Sequence[MarkData], opening: Callable[[str], str]) -> SafeString:
    """This markup with each marked piece of its text inside a link, which `opening` begins. No word of it changes.

    A mark that an element cuts becomes several links; one inside a link stays as it is, since links cannot be nested.
    """
    if not marks:
        return mark_safe(markup)  # noqa: S308 - sanitized when it was compiled
    reader = _Linked(marks, opening)
    reader.feed(markup)
    reader.close()
    return mark_safe("".join(reader.out))  # noqa: S308


class _Linked(HTMLParser):
    def __init__(self, marks: Sequence[MarkData], opening: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.marks = sorted(marks, key=lambda mark: mark["start"])
        self.opening = opening
        self.at = 0
        self.links = 0
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += tag == "a"
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.links -= tag == "a"
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        done = 0
        for mark in self.marks:
            start, end = max(mark["start"] - self.at, done), min(mark["end"] - self.at, len(data))
            piece = data[start:end] if start < end else ""
            if not piece.strip() or self.links:
                continue
            self._write(data[done:start])
            self.out.append(self.opening(mark["entry"]))
            self._write(piece)
            self.out.append("</a>")
            done = end
        self._write(data[done:])
        self.at += len(data)

    def _write(self, words: str) -> None:
        self.out.append(escape(words, quote=False))


def phrase(markup: str) -> SafeString:
    """This markup on one line: emphasis stays, blocks become breaks, and a link is only its words.

    What stands in a label or a heading may hold neither blocks nor things to press.
    """
    reader = _Phrase()
    reader.feed(markup)
    reader.close()
    return mark_safe("".join(reader.out))  # noqa: S308 - a part of what was sanitized


class _Phrase(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.broken = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPHASIS:
            self._break()
            self.out.append(f"<{tag}>")
        else:
            self.broken = self.broken or tag in _BLOCKS or tag == "br"

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPHASIS:
            self.out.append(f"</{tag}>")
        else:
            self.broken = self.broken or tag in _BLOCKS

    def handle_data(self, data: str) -> None:
        # Line ends in markup stand where blocks do.
        if words := data.strip("\n"):
            self._break()
            self.out.append(escape(words, quote=False))

    def _break(self) -> None:
        """A break that was seen is written only before the next words: none stands at an end."""
        if self.broken and self.out:
            self.out.append("<br>")
        self.broken = False


def text_content(markup: str) -> str:
    """What a browser calls the `textContent` of an element that holds this markup."""
    reader = _Text()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class _Lines(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.at = 0
        self.fits = True
        self.out: list[str] = []

    @property
    def agrees(self) -> bool:
        return self.fits and self.at == len(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break()
        self.out.append(self.get_starttag_text() or "")
        if tag == "br":
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.text.startswith(data, self.at):
            self._break()
            self.fits = self.fits and self.text.startswith(data, self.at)
        self.at += len(data)
        self.out.append(escape(data, quote=False))

    def _break(self) -> None:
        while self.text[self.at : self.at + 1] == "\n":
            self.out.append("\n")
            self.at += 1


class _Marked(HTMLParser):
    def __init__(self, start: int, end: int) -> None:
        super().__init__(convert_charrefs=True)
        self.start, self.end = start, end
        self.at = 0
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        first, last = (min(max(0, place - self.at), len(data)) for place in (self.start, self.end))
        self.at += len(data)
        words = data[first:last]
        # Between two items of a list stands only a line end, where no mark may.
        if not words.strip():
            self.out.append(escape(data, quote=False))
            return
        before, words, after = (escape(part, quote=False) for part in (data[:first], words, data[last:]))
        self.out.append(f'{before}<mark class="sel">{words}</mark>{after}')


def _term(term: TermData) -> Word:
    return Word(
        anchor="",
        name=term["term"],
        original=term["original"],
        lang=term["language"] if term["original"] else "",
        transliteration=term["transliteration"],
        facts=(),
        meaning=term["meaning"],
        back="",
    )


def _person(person: PersonData) -> Word:
    return Word(
        anchor="",
        name=person["name"],
        original=person["original"],
        lang=person["language"] if person["original"] else "",
        transliteration="",
        facts=tuple(
            fact for fact in (life(person["born"]["display"], person["died"]["display"]), person["office"]) if fact
        ),
        meaning=person["role"],
        back="",
    )


def in_latin(language: str) -> str:
    """What a transliteration is in: the same language, in other letters."""
    return f"{language.split('-')[0]}-Latn" if language else ""


def life(born: str, died: str) -> str:
    """ "1894–1971", "born 1931", "died 1953" or nothing, as far as it is known."""
    if born and died:
        dash = "–" if born.isdecimal() and died.isdecimal() else " – "
        return f"{born}{dash}{died}"
    if born:
        return _("born %(date)s") % {"date": born}
    return _("died %(date)s") % {"date": died} if died else ""


# --- Parts ------------------------------------------------------------------------------------------------------------


def picture(image: ImageData, withheld: Collection[str] = ()) -> Picture:
    shown = Picture(
        alt="" if image["decorative"] else image["alt"],
        width=image["width"],
        height=image["height"],
        credit=image["credit"],
        rights=image["rights"],
        table=_table(image["table"]) if "table" in image else None,
    )
    if image["sha256"] in withheld:
        return replace(shown, withheld=True)
    # The widest of `sizes` is the whole picture, in the type that every browser shows.
    fallback = max(image["sizes"], key=lambda size: size["width"], default=image)
    return replace(
        shown,
        url=_address(fallback["sha256"]),
        srcset=_srcset(image["sizes"]),
        webp=_srcset(image.get("webp", [])),
    )


def _table(table: TableData) -> Table:
    rows = tuple(tuple(row) for row in table["rows"])
    return Table(tuple(table["columns"]), rows, table["note"])


def disputed_body(block: BlockData) -> SafeString:
    """A disputed figure as a table, each row with its place on one scale.

    Its words, in order, are those of the block's text: the signs between them are there for ears and for offsets.
    """
    text = block["text"]
    scale = _scale(block)
    label, unit = block["label"], block["unit"]
    head = f"{label} ({unit})" if unit else label
    parts = [format_html('<p class="q">{}</p>', head), SafeString("\n<table><tbody>")]
    words = [head]
    for i, row in enumerate(block["rows"]):
        figure = f"{row['low']:,}" if row["low"] == row["high"] else f"{row['low']:,}–{row['high']:,}"
        words.append(f"{row['who']}: {figure}" + (f" ({row['note']})" if row["note"] else ""))
        parts += [
            SafeString("\n") if i else SafeString(),
            format_html('<tr><th scope="row"><b>{}</b><span class="vh">: </span></th>', row["who"]),
            format_html('<td class="num">{}</td><td class="why">', figure),
            format_html('<span class="vh"> (</span>{}<span class="vh">)</span>', row["note"])
            if row["note"]
            else SafeString(),
            format_html('</td><td class="plot">{}</td></tr>', scale.plot(row)),
        ]
    parts.append(SafeString("</tbody></table>"))
    rest = text.removeprefix("\n".join(words))
    if rest.startswith("\n") and block["explanation"]:
        parts += [
            SafeString("\n"),
            format_html('<div class="small quiet">{}</div>', mark_safe(with_lines(block["explanation"], rest[1:]))),  # noqa: S308
        ]
    drawn = SafeString("".join(parts))
    return drawn if text_content(drawn) == text else body(block)


@dataclass(frozen=True)
class _Axis:
    bottom: int
    top: int
    step: int

    @property
    def ends(self) -> Scale:
        return Scale(_number(self.bottom), _number(self.top))

    def at(self, value: int) -> str:
        # Not through the locale: this is a coordinate.
        return f"{100 * (value - self.bottom) / (self.top - self.bottom):.1f}%"

    def plot(self, row: DisputedRow) -> SafeString:
        """The drawing of one row. It holds no words: the figure stands beside it."""
        ticks = format_html_join(
            "",
            '<line class="tick" x1="{0}" x2="{0}" y1="7" y2="17"/>',
            ((self.at(value),) for value in range(self.bottom, self.top + 1, self.step)),
        )
        start, end = self.at(row["low"]), self.at(row["high"])
        mark = (
            format_html('<circle class="pt" cx="{}" cy="12" r="6"/>', start)
            if start == end
            else format_html('<line class="bar" x1="{}" x2="{}" y1="12" y2="12"/>', start, end)
        )
        return format_html(
            '<svg height="24" aria-hidden="true" focusable="false">'
            '<line class="axis" x1="0" x2="100%" y1="12" y2="12"/>{}{}</svg>',
            ticks,
            mark,
        )


def _scale(block: BlockData) -> _Axis:
    """One scale for all rows that starts at nought, so that lengths can be compared."""
    lowest = min((row["low"] for row in block["rows"]), default=0)
    highest = max((row["high"] for row in block["rows"]), default=0)
    step = _step(max(highest, 0) - min(lowest, 0))
    return _Axis(step * (min(lowest, 0) // step), step * max(-(-highest // step), 1), step)


def _step(length: int) -> int:
    """A round distance between ticks, 1, 2 or 5 with noughts: at most six of them make this length."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if length <= factor * step * 6:
                return factor * step
        step *= 10


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def question_line(document: Document, question: QuestionData, number: int) -> Question:
    """A question of this document as pages name it, with the number that it has in its lesson."""
    try:
        prompt = body(document.block(question["id"]))
    except UnknownBlock:
        prompt = mark_safe(with_lines("", question["prompt"]))  # noqa: S308 - escapes what it is given
    return Question(
        id=question["id"],
        number=number,
        anchor=f"q{number}",
        body=prompt,
        phrase=phrase(prompt),
        kind=str(_QUESTION_KINDS.get(question["kind"], question["kind"])),
        points=points(question["points"]),
        skill=str(_SKILLS.get(question["skill"], "")),
        required=question["required"],
        options=_choices(question["options"]),
        columns=_choices(question["columns"]),
        rows=_choices(question["rows"]),
    )


def _choices(items: Iterable[OptionData | HeadingData]) -> tuple[Choice, ...]:
    return tuple(Choice(item["id"], item["text"]) for item in items)


def points(value: str) -> str:
    """ "1" → "1 point", "2.50" → "2.5 points": points travel as decimal text."""
    shown = value.rstrip("0").rstrip(".") if "." in value else value
    # A fraction takes the plural in every language that we know of.
    return ngettext("%(n)s point", "%(n)s points", 1 if shown == "1" else 2) % {"n": number_format(shown)}


_QUESTION_KINDS: Final = {
    "short": gettext_lazy("Short answer"),
    "essay": gettext_lazy("Essay"),
    "single": gettext_lazy("Choose one"),
    "multiple": gettext_lazy("Choose all that are right"),
    "table": gettext_lazy("Table"),
}
_SOURCE_KINDS: Final = {
    "letter": gettext_lazy("Letter"),
    "speech": gettext_lazy("Speech"),
    "report": gettext_lazy("Report"),
    "decree": gettext_lazy("Decree"),
    "resolution": gettext_lazy("Resolution"),
    "newspaper": gettext_lazy("Newspaper article"),
    "memoir": gettext_lazy("Memoir"),
    "monograph": gettext_lazy("Historian’s book"),
    "archival": gettext_lazy("Archival document"),
    "photograph": gettext_lazy("Photograph"),
    "article": gettext_lazy("Article"),
    "cartoon": gettext_lazy("Cartoon"),
    "law": gettext_lazy("Law"),
    "novel": gettext_lazy("Novel or story"),
    "pamphlet": gettext_lazy("Pamphlet"),
    "poem": gettext_lazy("Poem"),
    "poster": gettext_lazy("Poster"),
    "sound": gettext_lazy("Sound recording"),
    "survey": gettext_lazy("Survey"),
    "treaty": gettext_lazy("Treaty or joint statement"),
}
_SKILLS: Final = {
    "sourcing": gettext_lazy("Sourcing"),
    "contextualization": gettext_lazy("Context"),
    "corroboration": gettext_lazy("Corroboration"),
    "close reading": gettext_lazy("Close reading"),
    "argument": gettext_lazy("Argument"),
}


def skills() -> list[tuple[str, str]]:
    """The skills that questions ask for, with their names in the reader's language."""
    return [(skill, str(name)) for skill, name in _SKILLS.items()]


# What ISO 639 keeps for texts that are not in one language.
_NO_ONE_LANGUAGE: Final = {
    "mul": gettext_lazy("Several languages"),
    "und": gettext_lazy("Unknown language"),
    "zxx": gettext_lazy("Without words"),
}


def language_name(code: str) -> str:
    """ "ru" → "Russian", in the reader's language; a code that Django does not know stays as it is."""
    if code in _NO_ONE_LANGUAGE:
        return str(_NO_ONE_LANGUAGE[code])
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def kind_name(kind: str) -> str:
    """A kind of source in the reader's language; one that is not known stays as it is."""
    return str(_SOURCE_KINDS.get(kind, kind))


def _facts(source: SourceData) -> Iterator[Fact]:
    """The record line: who, when, what, where kept. Empty ones do not show."""
    place = ", ".join(part for part in (source["archive"], source["reference"]) if part)
    for label, value, wide in [
        (pgettext("record of a source", "Who"), source["creator"], False),
        (pgettext("record of a source", "When"), source["date"]["display"], False),
        (pgettext("record of a source", "What"), kind_name(source["kind"]), False),
        (pgettext("record of a source", "Where"), source["place"], False),
        (pgettext("record of a source", "Language"), language_name(source["language"]), False),
        (pgettext("record of a source", "Where kept"), place, True),
    ]:
        if value:
            yield Fact(label, value, wide)


def _sourcing(source: SourceData) -> Iterator[Fact]:
    """What to know about its maker before believing it."""
    record = source["record"]
    for label, value in [
        (_("Its author"), record["author"]),
        (_("Written for"), record["audience"]),
        (_("Why it was made"), record["purpose"]),
        (_("From where it looks"), record["perspective"]),
        (_("What it leaves out"), record["omits"]),
    ]:
        if value:
            yield Fact(label, value, wide=True)
