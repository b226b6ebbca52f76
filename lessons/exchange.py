"""A source for other programs: CSL-JSON, RIS, BibTeX and Dublin Core, from the copy that an edition keeps.

Every value is data to these formats: a title can neither end its field nor begin another.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from lessons import citations, dates, dublin_core
from lessons.citations import Name, SourceFacts
from lessons.document import SourceData


class Format(NamedTuple):
    """One kind of download. `extension` is also its name in addresses."""

    extension: str
    media_type: str
    label: str
    write: Callable[[SourceData], str]


def facts_of(source: SourceData) -> SourceFacts:
    """What a citation says, from the copy that an edition keeps; as it was when that was published."""
    csl = source["csl"]
    return SourceFacts(
        slug=source["slug"],
        title=source["title"],
        kind=source["kind"],
        creator=_names(csl.get("author", [])),
        recipient=_names(csl.get("recipient", [])),
        date=source["date"]["edtf"],
        place=source["place"],
        container=csl.get("container-title", ""),
        publisher=csl.get("publisher", ""),
        pages=csl.get("page", ""),
        archive=source["archive"],
        reference=source["reference"],
        language=source["language"],
        url=source["url"],
    )


def _names(csl: list[dict[str, str]]) -> str:
    return "; ".join(
        name["literal"] if "literal" in name else Name(name["family"], name["given"]).inverted for name in csl
    )


def csl_json(source: SourceData) -> str:
    """The item as the edition keeps it, in the array that reference managers read."""
    return json.dumps([source["csl"]], ensure_ascii=False, indent=2) + "\n"


# --- RIS --------------------------------------------------------------------------------------------------------------

_RIS_TYPES: Final = {
    "letter": "PCOMM",
    "speech": "UNPB",
    "report": "RPRT",
    "decree": "LEGAL",
    "resolution": "LEGAL",
    "law": "STAT",
    "treaty": "LEGAL",
    "newspaper": "NEWS",
    "article": "JOUR",
    "memoir": "BOOK",
    "monograph": "BOOK",
    "novel": "BOOK",
    "pamphlet": "PAMP",
    "survey": "RPRT",
    "archival": "MANSCPT",
    "photograph": "ART",
    "cartoon": "ART",
    "poster": "ART",
    "sound": "SOUND",
}


def ris(source: SourceData) -> str:
    """One record, ended by ER, its lines by CR LF as the format asks."""
    facts = facts_of(source)
    first, last = _page_range(facts.pages)
    lines = [
        ("TY", _RIS_TYPES.get(facts.kind, "GEN")),
        ("ID", facts.slug),
        ("TI", facts.title),
        *(("AU", name.inverted) for name in citations.names(facts.creator)),
        *(("A2", name.inverted) for name in citations.names(facts.recipient)),
        ("PY", _year(facts.date)),
        ("DA", _ris_date(facts.date)),
        ("T2", facts.container),
        ("SP", first),
        ("EP", last),
        ("PB", facts.publisher),
        ("CY", facts.place),
        ("M3", _word(facts)),
        ("AV", ", ".join(part for part in (facts.reference, facts.archive) if part)),
        ("LA", facts.language),
        ("UR", facts.url),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, text in lines if (value := _line(text))) + "ER  - \r\n"


def _line(text: str) -> str:
    """On one line: a line of its own would be a field of its own."""
    return " ".join(text.split())


def _year(edtf: str) -> str:
    point = _point(edtf)
    return point.year if point and point.year.isdecimal() else ""


def _point(edtf: str) -> dates.Point | None:
    """The date's beginning; of one that begins nowhere, its end."""
    if not edtf:
        return None
    date = dates.parse(edtf)
    found = date.start if isinstance(date.start, dates.Point) else date.end
    return found if isinstance(found, dates.Point) else None


def _ris_date(edtf: str) -> str:
    """Year/month/day/other, where "other" says in words what the numbers cannot."""
    point = _point(edtf)
    if point is None:
        return ""
    year, month = _year(edtf), "" if point.month in dates.SEASONS else point.month
    exact = edtf == "-".join(part for part in (year, month, point.day) if part)
    return f"{year}/{month}/{point.day}/{'' if exact else dates.display(edtf)}"


def _page_range(pages: str) -> tuple[str, str]:
    """First and last page; a last one that is shortened as Chicago does ("170–76") in full."""
    match = re.fullmatch(r"([0-9]+)\s*[–-]\s*([0-9]+)", pages)
    if match is None:
        return pages, ""
    first, last = match.groups()
    return first, first[: max(len(first) - len(last), 0)] + last


def _word(facts: SourceFacts) -> str:
    return "" if facts.kind in {"letter", "memoir", "monograph", "newspaper", "archival", "article"} else facts.kind


# --- BibTeX -----------------------------------------------------------------------------------------------------------

_BIBTEX_TYPES: Final = {
    "newspaper": "article",
    "article": "article",
    "memoir": "book",
    "monograph": "book",
    "novel": "book",
    "pamphlet": "booklet",
    "report": "techreport",
    "survey": "techreport",
    "speech": "unpublished",
    "archival": "unpublished",
}
# Braces are counted by BibTeX even behind a backslash, so that one alone would swallow the fields after it.
_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "%&$#_"},
    }
)
# An address is taken letter by letter, so these are written as addresses write them.
_IN_ADDRESS: Final = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20", "^": "%5E"})


def bibtex(source: SourceData) -> str:
    """One entry. `date` carries the uncertain date for biblatex, `year` what the old styles know."""
    facts = facts_of(source)
    kind = _BIBTEX_TYPES.get(facts.kind, "misc")
    kept = ", ".join(part for part in (facts.reference, facts.archive) if part)
    to = f"to {citations.straight_names(facts.recipient)}" if facts.recipient else ""
    word = "letter" if facts.kind == "letter" else _word(facts)
    fields: list[tuple[str, str]] = [
        ("author", " and ".join(_bibtex_name(name) for name in citations.names(facts.creator))),
        # Doubled, so that no style makes small letters of it.
        ("title", f"{{{_tex(facts.title)}}}"),
        ("journal" if kind == "article" else "booktitle", _tex(facts.container)),
        ("institution" if kind == "techreport" else "publisher", _tex(facts.publisher)),
        ("address", _tex(facts.place)),
        ("year", _year(facts.date)),
        ("date", facts.date),
        ("pages", _tex(facts.pages).replace("–", "--")),
        ("howpublished", _tex(" ".join(part for part in (word.capitalize(), to) if part))),
        ("note", _tex(kept)),
        ("language", _tex(facts.language)),
        ("url", _line(facts.url).translate(_IN_ADDRESS)),
    ]
    written = "".join(f",\n  {name} = {{{value}}}" for name, value in fields if value.strip("{}"))
    return f"@{kind}{{{facts.slug}{written}\n}}\n"


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _bibtex_name(name: Name) -> str:
    """ "Family, Given"; an organization in braces, since its words are no family name and "and" divides names."""
    family, given = _tex(name.family), _tex(name.given)
    if not given:
        return f"{{{family}}}"
    return ", ".join(f"{{{part}}}" if re.search(r"(?i)(^|\s)and(\s|$)|,", part) else part for part in (family, given))


def dublin_core_xml(source: SourceData) -> str:
    kept = [dublin_core.Statement(**statement) for statement in source.get("dublin_core", [])]
    return record_xml(facts_of(source), rights=source["rights"], source_id=source["id"], kept=kept)


def record_xml(facts: SourceFacts, *, rights: str, source_id: str, kept: Sequence[dublin_core.Statement] = ()) -> str:
    """The record in Dublin Core of these facts and of what is kept beside them."""
    identifier = f"urn:uuid:{source_id}"
    return dublin_core.to_xml(dublin_core.statements_of(facts, rights=rights, identifier=identifier, kept=kept))


FORMATS: Final = {
    form.extension: form
    for form in (
        Format("json", "application/vnd.citationstyles.csl+json", "CSL-JSON", csl_json),
        Format("ris", "application/x-research-info-systems", "RIS", ris),
        Format("bib", "application/x-bibtex", "BibTeX", bibtex),
        Format("xml", "application/xml", "Dublin Core", dublin_core_xml),
    )
}
