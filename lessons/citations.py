"""How a source is cited: CSL-JSON for machines, Chicago notes and bibliography (17th edition) for people.

Names are kept as historians' catalogues keep them: "Family, Given", several divided by ";". A name without a
comma is an organization, or a person known by one name.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lessons import dates

# The kinds of source, each with its type in CSL.
KINDS: Final = {
    "letter": "personal_communication",
    "speech": "speech",
    "report": "report",
    "decree": "legislation",
    "resolution": "legislation",
    "law": "legislation",
    "treaty": "treaty",
    "newspaper": "article-newspaper",
    "article": "article-journal",
    "memoir": "book",
    "monograph": "book",
    "novel": "book",
    "poem": "document",
    "pamphlet": "pamphlet",
    "survey": "report",
    "archival": "manuscript",
    "photograph": "graphic",
    "cartoon": "graphic",
    "poster": "graphic",
    "sound": "song",
}
# Kinds that a citation names in a word, since their title alone would not tell them from a book or an article.
LABELS: Final = {
    "decree": "decree",
    "resolution": "resolution",
    "photograph": "photograph",
    "cartoon": "cartoon",
    "poster": "poster",
    "sound": "sound recording",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What a citation needs to know of a source, as plain values."""

    slug: str
    title: str
    kind: str
    creator: str = ""
    recipient: str = ""  # of a letter
    date: str = ""  # EDTF
    place: str = ""  # where it was made, given or published
    container: str = ""  # the newspaper, journal or volume that it stands in
    publisher: str = ""
    pages: str = ""
    archive: str = ""
    reference: str = ""  # fond, opis, delo; a call number
    language: str = ""
    url: str = ""


class Name(NamedTuple):
    family: str
    given: str = ""

    @property
    def straight(self) -> str:
        return f"{self.given} {self.family}" if self.given else self.family

    @property
    def inverted(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


class Entry(NamedTuple):
    """A finished citation: plain, and as HTML with titles in italics."""

    text: str
    html: str


def names(creator: str) -> list[Name]:
    """The people and bodies in a "Family, Given; Body" string."""
    found = []
    for part in creator.split(";"):
        family, _, given = (piece.strip() for piece in part.partition(","))
        if family:
            found.append(Name(family, given))
    return found


def straight_names(creator: str) -> str:
    """As a sentence has them: "Nikita Khrushchev and Petr Pospelov"."""
    return _join([name.straight for name in names(creator)])


def csl(facts: SourceFacts) -> dict[str, Any]:
    """The source as a CSL-JSON item; empty variables are left out."""
    item: dict[str, Any] = {
        "id": facts.slug,
        "type": KINDS.get(facts.kind, "document"),
        "title": facts.title,
        "author": [_csl_name(name) for name in names(facts.creator)],
        "recipient": [_csl_name(name) for name in names(facts.recipient)],
        "issued": _csl_date(facts.date),
        "container-title": facts.container,
        "publisher": facts.publisher,
        "page": facts.pages,
        "archive": facts.archive,
        "archive_location": facts.reference,
        "language": facts.language,
        "URL": facts.url,
    }
    if facts.kind == "speech":
        item["event-place"] = facts.place
    else:
        item["publisher-place"] = facts.place
    if facts.kind in {*LABELS, "speech", "report", "survey", "pamphlet", "poem", "novel", "law"}:
        item["genre"] = LABELS.get(facts.kind, facts.kind)
    return {key: value for key, value in item.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _csl_date(text: str) -> dict[str, Any]:
    if not text:
        return {}
    date = dates.parse(text)
    ends = [date.start, date.end] if date.is_interval else [date.start]
    points = [end for end in ends if isinstance(end, dates.Point)]
    # CSL has no open ends and no decades: those are carried as words, which processors print as they stand.
    if len(points) < len(ends) or any("X" in point.year for point in points):
        return {"literal": dates.display(text)}
    value: dict[str, Any] = {"date-parts": [_parts(point) for point in points]}
    if any(point.approximate or point.uncertain for point in points):
        value["circa"] = True
    if len(points) == 1 and points[0].month in dates.SEASONS:
        value["season"] = int(points[0].month) - 20
    return value


def _parts(point: dates.Point) -> list[int]:
    month = "" if point.month in dates.SEASONS else point.month
    return [int(part) for part in (point.year, month, point.day) if part]


# --- Chicago ----------------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A piece of a citation: a title set in some way, with what goes before and after it without a pause."""

    title: str
    style: str = "plain"  # plain, italic, quoted
    tail: str = ""
    head: str = ""


def note(facts: SourceFacts) -> Entry:
    """The full note, as it stands at the first mention."""
    who = _note_names(facts.creator)
    when = _when(facts)
    kept = [facts.reference, facts.archive]
    title = _Part(facts.title, "quoted")
    match _form(facts):
        case "letter":
            sender = who or "Unknown sender"
            return _note([f"{sender} to {straight_names(facts.recipient)}", when, *kept], facts)
        case "newspaper":
            return _note([who, title, *_periodical(facts), when, facts.pages, *kept], facts)
        case "article":
            return _note([who, title, _issue(facts), *kept], facts)
        case "chapter":
            volume = _Part(facts.container, "italic", f" ({_imprint(facts)})", head="in ")
            return _note([who, title, volume, facts.pages, *kept], facts)
        case "book":
            book = _Part(facts.title, "italic", f" ({_imprint(facts)})")
            return _note([who, book, facts.pages, *kept], facts)
        case "given":
            given = _Part(facts.title, "quoted", f" ({_joined([_label(facts), facts.place, when])})")
            return _note([who, given, *_within(facts), *kept], facts)
        case "work":
            place = _Part(facts.container, "italic", f", {facts.pages}" if facts.pages else "")
            return _note([who, _Part(facts.title, "italic"), when, _label(facts), place, *_house(facts), *kept], facts)
        case "law":
            return _note([who, facts.title, when, *_within(facts, ""), *kept], facts)
        case _:
            return _note([who, title, _label(facts), when, *_within(facts), *kept], facts)


def bibliography(facts: SourceFacts) -> Entry:
    """The entry of a bibliography, by the first name inverted."""
    who = _inverted_names(facts.creator)
    when = _when(facts)
    kept = [facts.reference, facts.archive]
    title = _Part(facts.title, "quoted")
    match _form(facts):
        case "letter":
            letter = _joined([f"Letter to {straight_names(facts.recipient)}", when])
            return _entry([who or "Unknown sender", letter, *kept], facts)
        case "newspaper" if not who and facts.container:
            # An unsigned article is found under its newspaper.
            return _entry([*_periodical(facts), title, when, *kept], facts)
        case "newspaper":
            paper = _periodical(facts)
            place = paper[0]._replace(tail=paper[0].tail + (f", {when}" if when else "")) if paper else when
            return _entry([who, title, place, *kept], facts)
        case "article":
            return _entry([who, title, _issue(facts), *kept], facts)
        case "chapter":
            volume = _Part(facts.container, "italic", f", {facts.pages}" if facts.pages else "", head="In ")
            return _entry([who, title, volume, _imprint(facts), *kept], facts)
        case "book":
            return _entry([who, _Part(facts.title, "italic"), _imprint(facts), *kept], facts)
        case "given":
            return _entry(
                [who, title, _joined([_label(facts), facts.place, when]), *_within(facts, "In "), *kept], facts
            )
        case "work":
            place = _Part(facts.container, "italic", f", {facts.pages}" if facts.pages else "")
            return _entry([who, _Part(facts.title, "italic"), when, _label(facts), place, *_house(facts), *kept], facts)
        case "law":
            return _entry([who, _joined([facts.title, when]), *_within(facts, ""), *kept], facts)
        case _:
            return _entry([who, title, _joined([_label(facts), when]), *_within(facts, "In "), *kept], facts)


def _form(facts: SourceFacts) -> str:
    """Which of the style's forms this source takes.

    Chicago has none for some kinds; those take the nearest: what was printed as a work of its own is a book, what
    stands in a periodical an article, what was never printed a paper that was given.
    """
    match facts.kind:
        case "letter" if facts.recipient:
            return "letter"
        case "newspaper":
            return "newspaper"
        case "article" | "novel" | "poem" if facts.container:
            if facts.publisher:
                return "chapter"
            return "newspaper" if _to_the_day(facts.date) else "article"
        case "memoir" | "monograph" | "novel":
            return "book"
        case "pamphlet" if not facts.container:
            return "book"
        case "report" | "survey" if facts.publisher and not facts.container:
            return "book"
        case "speech" | "report" | "survey":
            return "given"
        case "photograph" | "cartoon" | "poster" | "sound":
            return "work"
        case "law" | "treaty":
            return "law"
    return "paper"


def _to_the_day(date: str) -> bool:
    start = dates.parse(date).start if date else None
    return isinstance(start, dates.Point) and bool(start.day)


def _label(facts: SourceFacts) -> str:
    return facts.kind if facts.kind in {"speech", "report", "survey"} else LABELS.get(facts.kind, "")


def _when(facts: SourceFacts) -> str:
    """The date as the style has it: month first, "ca.", and a season with a capital."""
    words = dates.display(facts.date, "month first").replace("c. ", "ca. ")
    for season in dates.SEASONS.values():
        words = words.replace(season, season.capitalize())
    return words


def _note(parts: Sequence[str | _Part], facts: SourceFacts) -> Entry:
    """Parts divided by commas, ended by a full stop."""
    return _set([*parts, facts.url], comma=True)


def _entry(parts: Sequence[str | _Part], facts: SourceFacts) -> Entry:
    """Parts that each begin with a capital and end in a full stop."""
    return _set([*(_begun(part) for part in parts), facts.url], comma=False)


def _begun(part: str | _Part) -> str | _Part:
    """What opens a sentence of the entry does so with a capital; titles stay as they are."""
    return part[:1].upper() + part[1:] if isinstance(part, str) else part


def _set(parts: Sequence[str | _Part], *, comma: bool) -> Entry:
    pieces = [part if isinstance(part, _Part) else _Part(part) for part in parts]
    pieces = [part for part in pieces if part.title]
    plain, marked = "", ""
    for i, part in enumerate(pieces):
        stop = "." if not comma or i == len(pieces) - 1 else ","
        gap = " " if i else ""
        for_text, for_html = _styled(part, stop)
        plain += gap + for_text
        marked += gap + for_html
    return Entry(plain, marked)


def _styled(part: _Part, stop: str) -> tuple[str, str]:
    title, tail = part.title, part.tail
    if part.style == "quoted":
        # In Chicago the stop goes inside the marks, and gives way to a title's own question or exclamation mark.
        title = title.translate(_INNER_MARKS).rstrip(".")
        inside = "" if tail or title.endswith(("?", "!")) else stop
        title = f"“{title}{inside}”"
        after = tail + _stop_after(tail, stop) if tail else ""
        return title + after, html.escape(title + after, quote=False)
    after = tail + _stop_after(tail or title, stop)
    if part.style == "italic":
        marked = f"{part.head}<i>{html.escape(title, quote=False)}</i>{html.escape(after, quote=False)}"
        return part.head + title + after, marked
    return title + after, html.escape(title + after, quote=False)


def _stop_after(text: str, stop: str) -> str:
    """The stop, unless the text ends in one that serves."""
    if text.endswith(("?", "!")):
        return "" if stop == "." else stop
    return "" if text.endswith(stop) else stop


_INNER_MARKS = str.maketrans({"“": "‘", "”": "’", '"': "’"})


def _imprint(facts: SourceFacts) -> str:
    """ "Boston: Little, Brown, 1970", with what is known of it."""
    house = f"{facts.place}: {facts.publisher}" if facts.place and facts.publisher else facts.place or facts.publisher
    return _joined([house, _when(facts) or "n.d."])


def _house(facts: SourceFacts) -> list[str]:
    """Who brought out a picture or a recording, and where."""
    return [f"{facts.place}: {facts.publisher}" if facts.place and facts.publisher else facts.place or facts.publisher]


# "Novyi mir, no. 11" and "College & Research Libraries 78, no. 7": the name, then which issue.
_NUMBERED: Final = re.compile(
    r"(?P<name>.*?\D)(?P<issue>,? \d+(?:, (?:no|nos|pt)\. ?[\d–/-]+)?|, (?:no|nos|vol|pt)\. ?[\d–/-]+)"
)


def _periodical(facts: SourceFacts) -> list[_Part]:
    """The newspaper or journal: its name in italics, its issue not."""
    if not facts.container:
        return []
    if match := _NUMBERED.fullmatch(facts.container):
        return [_Part(match["name"], "italic", match["issue"])]
    return [_Part(facts.container, "italic")]


def _issue(facts: SourceFacts) -> _Part:
    """ "Slavic Review 15, no. 2 (April 1956): 170–76" """
    (paper,) = _periodical(facts)
    when, pages = _when(facts), facts.pages
    tail = f"{paper.tail} ({when})" if when else paper.tail
    return paper._replace(tail=tail + (f"{': ' if when else ', '}{pages}" if pages else ""))


def _within(facts: SourceFacts, prefix: str = "in ") -> list[_Part]:
    if not facts.container:
        return []
    # The years of a volume belong to its title; "no." shows that it is a periodical.
    known = _periodical(facts) if re.search(r", (?:no|nos|vol|pt)\. ", facts.container) else []
    place = known[0] if known else _Part(facts.container, "italic")
    pages = f", {facts.pages}" if facts.pages else ""
    return [place._replace(head=prefix, tail=place.tail + pages)]


def _note_names(creator: str) -> str:
    """As a note has them: of more than three only the first is named."""
    found = [name.straight for name in names(creator)]
    return f"{found[0]} et al." if len(found) > 3 else _join(found)


def _inverted_names(creator: str) -> str:
    """As a bibliography has them: all up to ten, of more the first seven."""
    found = [name.inverted if i == 0 else name.straight for i, name in enumerate(names(creator))]
    return f"{', '.join(found[:7])}, et al." if len(found) > 10 else _join(found, comma=True)


def _joined(parts: list[str]) -> str:
    return ", ".join(part for part in parts if part)


def _join(parts: list[str], *, comma: bool = False) -> str:
    """ "A", "A and B", "A, B, and C"; with `comma` also before the last of two, as after an inverted name."""
    if len(parts) < 2:
        return "".join(parts)
    divider = ", and " if comma or len(parts) > 2 else " and "
    return ", ".join(parts[:-1]) + divider + parts[-1]
