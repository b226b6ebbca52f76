"""Citations for other programs: right for readers of the formats, and closed to what a title may hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import citations, dates, exchange
from lessons.citations import KINDS, SourceFacts


def copy_of(**facts):
    """The source as an edition keeps it."""
    facts = SourceFacts(**{"slug": "x", "title": "T", "kind": "letter", **facts})
    first, last = dates.sort_range(facts.date) if facts.date else (None, None)
    date = {"edtf": facts.date, "display": dates.display(facts.date), "from": first, "to": last}
    plain = {name: getattr(facts, name) for name in ("slug", "title", "kind", "place", "archive", "reference")}
    data = {**plain, "language": facts.language, "url": facts.url, "csl": citations.csl(facts), "date": date}
    return {**data, "id": "0190a7b0-0000-7000-8000-000000000000", "rights": ""}


WHOLE = {
    "slug": "speech",
    "kind": "report",
    "title": "On the Cult: 100% {true} & more_#1",
    "creator": "Petrova, Anna; Ministry of Trade and Industry",
    "recipient": "Ivanov, Petr",
    "date": "1956-02~",
    "place": "Москва",
    "container": "Известия",
    "publisher": "Smith & Sons",
    "pages": "170–76",
    "archive": "RGANI, Moscow",
    "reference": "fond 1, opis 2",
    "language": "ru",
    "url": "https://example.org/a_b?c=%20{d}",
}


def test_what_an_edition_keeps_is_enough_to_cite_it_again():
    assert exchange.facts_of(copy_of(**WHOLE)) == SourceFacts(**WHOLE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_place_in_every_format(kind):
    source = copy_of(kind=kind, title="Title", creator="Petrova, Anna", date="1956-02-25", container="Pravda")
    assert exchange.ris(source).startswith("TY  - ")
    assert "AU  - Petrova, Anna\r\n" in exchange.ris(source)
    assert "author = {Petrova, Anna}" in exchange.bibtex(source)
    assert '"title": "Title"' in exchange.csl_json(source)


def test_ris_is_written_line_by_line():
    assert exchange.ris(copy_of(**WHOLE)).split("\r\n") == [
        "TY  - RPRT",
        "ID  - speech",
        "TI  - On the Cult: 100% {true} & more_#1",
        "AU  - Petrova, Anna",
        "AU  - Ministry of Trade and Industry",
        "A2  - Ivanov, Petr",
        "PY  - 1956",
        "DA  - 1956/02//c. February 1956",
        "T2  - Известия",
        "SP  - 170",
        "EP  - 176",
        "PB  - Smith & Sons",
        "CY  - Москва",
        "M3  - report",
        "AV  - fond 1, opis 2, RGANI, Moscow",
        "LA  - ru",
        "UR  - https://example.org/a_b?c=%20{d}",
        "ER  - ",
        "",
    ]


def test_bibtex_is_escaped_and_keeps_capitals_letters_and_the_uncertain_date():
    entry = exchange.bibtex(copy_of(**WHOLE))
    assert entry.startswith("@techreport{speech,\n  author = {Petrova, Anna and {Ministry of Trade and Industry}},\n")
    assert r"title = {{On the Cult: 100\% \textbraceleft{}true\textbraceright{} \& more\_\#1}}" in entry
    assert "address = {Москва}" in entry
    assert "pages = {170--76}" in entry
    assert "date = {1956-02~}" in entry
    assert "year = {1956}" in entry
    assert "note = {fond 1, opis 2, RGANI, Moscow}" in entry
    assert "url = {https://example.org/a_b?c=%20%7Bd%7D}" in entry


@pytest.mark.parametrize(
    ("edtf", "da"),
    [
        ("1956-02-25", "1956/02/25/"),
        ("1956", "1956///"),
        ("195X", "///1950s"),
        ("1953/1964", "1953///1953–1964"),
        ("../1956", "1956///until 1956"),
        ("1956-21", "1956///spring 1956"),
    ],
)
def test_dates_of_ris_say_in_words_what_numbers_cannot(edtf, da):
    assert f"DA  - {da}\r\n" in exchange.ris(copy_of(date=edtf))


HOSTILE = [
    "x}, author = {Evil",
    "a\nER  - \r\nTY  - BOOK",
    "\\",
    "{",
    "}",
    "}}\n@book{evil,",
    "%",
    "a\x85b\u2028TI  - c",
]


def bibtex_fields(entry: str) -> list[str]:
    """The names of the fields as BibTeX reads them: by counting braces, whatever stands before one."""
    head = re.match(r"@[a-z]+\{[^,]+", entry)
    names, depth, at, word = [], 1, head.end(), ""
    while depth:
        char = entry[at]
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 1 and char == "=":
            names.append(word.strip(" ,\n"))
            word = ""
        elif depth == 1 and char not in "{}":
            word += char
        at += 1
    assert entry[at:] == "\n", "something stands behind the entry"
    return names


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["title", "creator", "container", "publisher", "place", "archive", "url", "pages"])
def test_no_value_can_begin_another_field(text, field):
    source = copy_of(**{**WHOLE, field: text})
    plain = copy_of(**{**WHOLE, field: "plain"})
    tags = [line[:6] for line in exchange.ris(source).split("\r\n")]
    assert set(tags) <= {line[:6] for line in exchange.ris(plain).split("\r\n")}
    assert tags.count("ER  - ") == 1
    assert "\n" not in exchange.ris(source).replace("\r\n", "")
    assert set(bibtex_fields(exchange.bibtex(source))) <= set(bibtex_fields(exchange.bibtex(plain)))


@given(st.text())
def test_bibtex_braces_balance_whatever_a_title_says(title):
    assert bibtex_fields(exchange.bibtex(copy_of(title=f"T{title}")))[0] == "title"


@given(st.text())
def test_ris_has_one_title_whatever_it_says(title):
    lines = exchange.ris(copy_of(title=f"T{title}")).splitlines()
    assert [line[:2] for line in lines if line[:2] not in {"TY", "ID"}] == ["TI", "ER"]
