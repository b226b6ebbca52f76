"""How a source is cited: CSL-JSON for machines, Chicago notes and bibliography (17th edition) for people.

Names are kept as historians' catalogues keep them: "Family, Given", several divided by ";". A name without a
comma is an organization, or a person known by one name.
"""

import html
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lessons import dates

# The kinds of source, each with its type in CSL and the word that a citation gives it.
KINDS: Final = {
    "letter": "personal_communication",
    "speech": "speech",
    "report": "report",
    "decree": "legislation",
    "resolution": "legislation",
    "newspaper": "article-newspaper",
    "memoir": "book",
    "monograph": "book",
    "archival": "manuscript",
    "photograph": "graphic",
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
    if facts.kind in {"speech", "report"}:
        item["event-place" if facts.kind == "speech" else "publisher-place"] = facts.place
        item["genre"] = facts.kind
    elif facts.kind in {"decree", "resolution"}:
        item["genre"] = facts.kind
    else:
        item["publisher-place"] = facts.place
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
    who = straight_names(facts.creator)
    when = dates.display(facts.date, "month first")
    kept = [facts.reference, facts.archive]
    match facts.kind:
        case "letter" if facts.recipient:
            sender = who or "Unknown sender"
            return _note([f"{sender} to {straight_names(facts.recipient)}", when, *kept], facts)
        case "newspaper":
            return _note(
                [who, _Part(facts.title, "quoted"), _Part(facts.container, "italic"), when, facts.pages, *kept], facts
            )
        case "memoir" | "monograph":
            title = _Part(facts.title, "italic", f" ({_imprint(facts)})")
            return _note([who, title, facts.pages, *kept], facts)
        case "speech" | "report":
            return _note(
                [
                    who,
                    _Part(facts.title, "quoted", f" ({_joined([facts.kind, facts.place, when])})"),
                    *_within(facts),
                    *kept,
                ],
                facts,
            )
        case "photograph":
            return _note([who, _Part(facts.title, "italic"), when, "photograph", *_within(facts), *kept], facts)
        case _:
            label = facts.kind if facts.kind in {"decree", "resolution"} else ""
            return _note([who, _Part(facts.title, "quoted"), label, when, *_within(facts), *kept], facts)


def bibliography(facts: SourceFacts) -> Entry:
    """The entry of a bibliography, by the first name inverted."""
    who = _inverted_names(facts.creator)
    when = dates.display(facts.date, "month first")
    kept = [facts.reference, facts.archive]
    match facts.kind:
        case "letter" if facts.recipient:
            letter = _joined([f"Letter to {straight_names(facts.recipient)}", when])
            return _entry([who or "Unknown sender", letter, *kept], facts)
        case "newspaper":
            place = _Part(facts.container, "italic", f", {when}" if when else "")
            return _entry([who, _Part(facts.title, "quoted"), place, *kept], facts)
        case "memoir" | "monograph":
            return _entry([who, _Part(facts.title, "italic"), _imprint(facts), *kept], facts)
        case "speech" | "report":
            given = _joined([facts.kind.capitalize(), facts.place, when])
            return _entry([who, _Part(facts.title, "quoted"), given, *_within(facts, "In "), *kept], facts)
        case "photograph":
            return _entry(
                [who, _Part(facts.title, "italic"), _joined([when, "photograph"]), *_within(facts, "In "), *kept], facts
            )
        case _:
            label = facts.kind.capitalize() if facts.kind in {"decree", "resolution"} else ""
            return _entry(
                [who, _Part(facts.title, "quoted"), _joined([label, when]), *_within(facts, "In "), *kept], facts
            )


def _note(parts: list[str | _Part], facts: SourceFacts) -> Entry:
    """Parts divided by commas, ended by a full stop."""
    return _set([*parts, facts.url], comma=True)


def _entry(parts: list[str | _Part], facts: SourceFacts) -> Entry:
    """Parts that each end in a full stop."""
    return _set([*parts, facts.url], comma=False)


def _set(parts: list[str | _Part], *, comma: bool) -> Entry:
    pieces = [part if isinstance(part, _Part) else _Part(part) for part in parts]
    pieces = [part for part in pieces if part.title or part.tail]
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
    return _joined([house, dates.display(facts.date, "month first") or "n.d."])


def _within(facts: SourceFacts, prefix: str = "in ") -> list[str | _Part]:
    if not facts.container:
        return []
    pages = f", {facts.pages}" if facts.pages else ""
    return [_Part(facts.container, "italic", pages, head=prefix)]


def _inverted_names(creator: str) -> str:
    found = names(creator)
    return _join([name.inverted if i == 0 else name.straight for i, name in enumerate(found)], comma=True)


def _joined(parts: list[str]) -> str:
    return ", ".join(part for part in parts if part)


def _join(parts: list[str], *, comma: bool = False) -> str:
    """ "A", "A and B", "A, B, and C"; with `comma` also before the last of two, as after an inverted name."""
    if len(parts) < 2:
        return "".join(parts)
    divider = ", and " if comma or len(parts) > 2 else " and "
    return ", ".join(parts[:-1]) + divider + parts[-1]
