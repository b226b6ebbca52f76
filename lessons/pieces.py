"""What of an edition can be found by its words: the passages that everybody may read, each with its place.

From the document alone, which is the student's face. Answers, model answers and rubrics are in no passage, nor is what
belongs to an image (its description, credit and figures): its rights may change under an edition.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lessons import stems
from lessons.document import BlockData, Document, SourceData

PASSAGES_AT_MOST: Final = 9_999
# The words of one edition, so that they fit into the index of any database; some 60,000 English words.
BYTES_AT_MOST: Final = 400_000
# Stands between two passages, so that no phrase reaches from one into the next. No word is written so.
_BETWEEN: Final = f" {stems.KEY}ъ "
# Of passages that fit alike the first is shown: running text, then what only names it.
_HEADS: Final = frozenset({"heading", "lead"})  # say what the lesson is about, and weigh more
_SHOWN_LATER: Final = {"heading": 1, "word": 2}
_COLUMNS: Final = {**dict.fromkeys(_HEADS, "heads"), "word": "words"}  # of the index; what is not here is its body
_OTHER_LETTER: Final = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u036f]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as a reader finds it: its words, and where the page of the lesson shows it.

    `source` is the slug of a source that stands on its own page alone; `name` is ¶14 or A2; `lang` is empty where the
    words are in the language of the lesson; `paraphrase` marks a passage that is not the wording of its document.
    """

    kind: str  # lead | text | question | source | heading | record | word
    anchor: str
    name: str
    text: str
    lang: str = ""
    source: str = ""
    paraphrase: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """An edition as the index keeps it: passages, and the stems of each part in one text.

    `places` has a line for each stem, with the numbers of the passages where it stands: "\\nspeech:3,17\\n".
    """

    pieces: tuple[Piece, ...]
    title: str
    heads: str
    body: str
    words: str
    places: str


@dataclass(frozen=True, slots=True)
class OtherForms:
    """A name, in stems, and the stems of what it is called in another language."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What lessons are sifted by."""

    first_year: int | None
    last_year: int | None
    skills: tuple[str, ...]


def facts(document: Document) -> Facts:
    years = [
        int(date[:5] if date.startswith("-") else date[:4])
        for source in document.sources
        for date in (source["date"]["from"], source["date"]["to"])
        if date
    ]
    skills = {question["skill"] for question in document.questions if question["skill"]}
    return Facts(min(years, default=None), max(years, default=None), tuple(sorted(skills)))


def indexed(document: Document) -> Indexed:
    return kept(document.title, _pieces(document), tuple(_other_forms(document)))


def kept(called: str, found: Iterable[Piece], other_forms: Sequence[OtherForms] = ()) -> Indexed:
    """These passages as the index keeps them, under this title."""
    pieces = tuple(sorted(found, key=lambda piece: _SHOWN_LATER.get(piece.kind, 0)))[:PASSAGES_AT_MOST]
    lines = [tuple(stems.words(piece.text)) for piece in pieces]
    title = tuple(stems.words(called))
    columns: dict[str, list[str]] = {"heads": [], "body": [], "words": []}
    places: dict[str, list[int]] = {}
    named = _line(title) + _also(title, other_forms)
    left = BYTES_AT_MOST - len(named.encode())
    # Headings first: where not everything fits, they do.
    for number in sorted(range(len(pieces)), key=lambda number: pieces[number].kind not in _HEADS):
        column = _COLUMNS.get(pieces[number].kind, "body")
        said = _line(lines[number]) + (_also(lines[number], other_forms) if column == "heads" else "")
        if (size := len(said.encode()) + len(_BETWEEN.encode())) > left:
            continue
        left -= size
        columns[column].append(said)
        for stem in {form for word in lines[number] for form in (word.stem, word.key) if form}:
            places.setdefault(stem, []).append(number)
    listed = "\n".join(f"{stem}:{','.join(map(str, sorted(numbers)))}" for stem, numbers in sorted(places.items()))
    return Indexed(
        pieces=pieces,
        title=named,
        **{column: _BETWEEN.join(lines) for column, lines in columns.items()},
        places=f"\n{listed}\n",
    )


def _line(words: Sequence[stems.Word]) -> str:
    """Stems in the order of the text, then keys: each of the two can be searched for phrases."""
    return " ".join([*(word.stem for word in words), *(word.key for word in words if word.key)])


def _also(words: Sequence[stems.Word], other_forms: Sequence[OtherForms]) -> str:
    """The other forms of what these words name, so that The Thaw in a title weighs as much as оттепель there would."""
    said = f" {' '.join(word.stem for word in words)} "
    return "".join(f"{_BETWEEN}{each.line}" for each in other_forms if f" {each.name} " in said)


def _other_forms(document: Document) -> Iterator[OtherForms]:
    """Of the entries of the glossary and the people, where they have a name in another language."""
    named = [(term["term"], _joined(term["original"], term["transliteration"], by=" ")) for term in document.glossary]
    named += [(person["name"], person["original"]) for person in document.people]
    for name, forms in named:
        found = OtherForms(" ".join(word.stem for word in stems.words(name)), _line(tuple(stems.words(forms))))
        if found.name and found.line:
            yield found


# --- Passages ---------------------------------------------------------------------------------------------------------


def _pieces(document: Document) -> Iterator[Piece]:
    lesson = document.lesson
    for text in (lesson["summary"], lesson["inquiry"]):
        if text:
            yield Piece("lead", "", "", text)
    given: dict[str, str] = {}
    for section in document.sections:
        for block in section["blocks"]:
            yield from _of_block(document, block, f"s{section['number']}", given)
    for source in document.sources:
        for block in source["blocks"]:
            if block["text"]:
                yield _of_source(document, source, block, given)
    for section in document.sections:
        if section["heading"]:
            yield Piece("heading", f"s{section['number']}", "", section["heading"])
    for source in document.sources:
        shown = f"source-{source['letter']}"
        text = _joined(source["title"], source["creator"])
        lang = _lang(document, source["language"], source["title"])
        here = shown in given
        yield Piece("heading", shown if here else "", source["letter"], text, lang, "" if here else source["slug"])
    yield from _words(document)


def _of_block(document: Document, block: BlockData, section: str, given: dict[str, str]) -> Iterator[Piece]:
    """What a block of the lesson says. Sources and passages that it shows get their addresses on this page."""
    if block["kind"] == "source":
        source = document.source(block["source"])
        wanted = frozenset(block.get("passages") or [])
        given.setdefault(f"source-{source['letter']}", "")
        for passage in source["blocks"]:
            if passage["name"] and (not wanted or passage["id"] in wanted):
                given.setdefault(passage["name"], "")
    text = _joined(block.get("title", ""), block["text"], block.get("attribution", ""))
    if not text:
        return
    if block["kind"] == "question":
        numbers = [question["id"] for question in document.questions]
        number = numbers.index(block["id"]) + 1 if block["id"] in numbers else 0
        yield Piece("question", f"q{number}" if number else section, str(number or ""), text)
    elif block["kind"] == "heading":
        yield Piece("heading", section, "", text)
    else:
        anchor = f"p{block['n']}" if block["n"] is not None else section
        yield Piece("text", anchor, block["name"], text, _lang(document, block.get("language", ""), text))


def _of_source(document: Document, source: SourceData, block: BlockData, given: dict[str, str]) -> Piece:
    written = "" if source["paraphrase"] else source["language"]
    lang = _lang(document, block.get("language", "") or written, block["text"])
    here = block["name"] in given
    place = "" if here else source["slug"]
    return Piece("source", block["name"], block["name"], block["text"], lang, place, source["paraphrase"])


def _words(document: Document) -> Iterator[Piece]:
    """The list of words and people, as the page of the lesson ends with it."""
    for term in document.glossary:
        forms = _joined(term["original"], term["transliteration"], by=", ")
        name = f"{term['term']} ({forms})" if forms else term["term"]
        yield Piece("word", f"word-{term['id']}", term["term"], _joined(name, term["meaning"], by=": "))
    for person in document.people:
        name = f"{person['name']} ({person['original']})" if person["original"] else person["name"]
        text = _joined(name, _joined(person["office"], person["role"]), by=": ")
        yield Piece("word", f"word-{person['id']}", person["name"], text)


def _joined(*parts: str, by: str = " · ") -> str:
    return by.join(part for part in parts if part)


def _lang(document: Document, language: str, text: str) -> str:
    """What to write into `lang`, as the page of the lesson does: without a letter of its own it is a translation."""
    if language == document.lesson["language"]:
        return ""
    translated = language.split("-")[0] in _IN_OTHER_LETTERS and not _OTHER_LETTER.search(text)
    return "" if translated else language


_IN_OTHER_LETTERS: Final = frozenset(
    {"ar", "be", "bg", "el", "fa", "he", "hy", "ja", "ka", "kk", "ko", "mk", "ru", "sr", "uk", "zh"}
)
