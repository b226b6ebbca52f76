"""What nobody honest looks for: an answer or a refusal, on the page and through REST, and never a breakdown."""

from __future__ import annotations

from urllib.parse import quote

import orjson
import pytest
from django.test import Client

from tests.api_client import ApiClient
from tests.lessons.factories import make_edition

pytestmark = pytest.mark.django_db

# As they come from the network. Some have a word that the lesson has, so that the search has something to find.
WORDS = {
    "NUL": "wall%00",
    "NUL alone": "%00",
    "10,000 letters": "w" * 10_000,
    "2,000 words": quote("wall " * 2_000),
    "2,000 different words": quote(" ".join(f"w{n}" for n in range(2_000))),
    "punctuation": quote("!?.,;:-–—…()[]{}<>/\\|@#$%^&*_+=~`'"),
    "an open quotation mark": quote('"wall'),
    "quotation marks alone": quote('"" " """'),
    "2,000 quotation marks": quote('"a ' * 2_000),
    "a star": quote("wal*"),
    "stars": quote("* ** wall*stone"),
    "NEAR": quote("NEAR(wall stone, 5)"),
    "an open NEAR": quote("NEAR("),
    "operators": quote("wall AND OR NOT stone"),
    "a column": quote("title:wall body:stone places:x nothing:x"),
    "columns": quote("{title body} : wall"),
    "a column left out": quote("- title : wall"),
    "a minus": quote("-wall --wall wall-"),
    "the first word": quote("^wall ^"),
    "a plus": "wall+%2B+stone",
    "tsquery": quote("wall & | ! stone <-> night :* 'wall' \\"),
    "SQL": quote("'; DROP TABLE lessons_lesson; --"),
    "a format": quote("%s %(match)s {0} {{ 7*7 }} $1 ?"),
    "marks of direction": quote("\u202ewall\u202c \u200f\u200e \u2066wall\u2069"),
    "nothing that can be seen": quote("\u200b\u200d\ufeff\u2060"),
    "Arabic": quote("جدار والحرب"),
    "emoji": quote("🧱 👩‍👩‍👧‍👦 wall🧱"),
    "emoji alone": quote("🧱"),
    "many accents": quote("wa" + "\u0301" * 5_000 + "ll"),
    "half a character": "wall%ED%A0%80",
    "half a character as JavaScript writes it": "%uD83E",
    "no UTF-8": "%ff%fewall",
    "a percent sign": "%",
    "lines": "wall%0d%0aX-Header:%20a%00",
    "digits": quote("1956 ١٩٥٦ ⅕ ²"),
    "letters that fold to many": quote("ﷺ ß İ ŉ" * 300),
}
YEARS = {
    "letters": "abc",
    "a year with letters": "1956a",
    "beyond a year": "10000",
    "beyond 64 bits": "9" * 30,
    "5,000 digits": "9" * 5_000,
    "minus": "-1",
    "nought": "0",
    "other digits": quote("١٩٥٦"),
    "a superscript": quote("²"),
    "a fraction": "1956.5",
    "an exponent": "1e3",
    "a NUL": "1956%00",
    "a day": "1956-02-25",
    "half a character": "%ED%A0%80",
    "a mark of direction": quote("\u202e1956"),
}


@pytest.fixture(autouse=True)
def walls() -> None:
    make_edition(title="Walls", sections=[("A wall", [("paragraph", "<p>A wall of stone, in a night.</p>")])])


def broken(client: Client, address: str) -> str | None:
    try:
        answer = client.get(address)
    except Exception as error:  # whatever it is, the next one is still asked
        return f"{type(error).__name__}: {str(error)[:200]}"
    if answer.status_code == 400 and address.startswith("/api/"):
        return None if orjson.loads(answer.content)["status"] == 400 else "no problem document"
    # A page is refused for a NUL alone.
    return None if answer.status_code == (400 if "%00" in address else 200) else str(answer.status_code)


@pytest.mark.parametrize("address", ["/catalogue/?q=", "/catalogue/?q=wall&course=", "/catalogue/?q=wall&skill="])
def test_whatever_is_looked_for_on_the_page_breaks_nothing(address: str) -> None:
    found = {what: broken(Client(), address + words) for what, words in WORDS.items()}
    assert not {what: wrong for what, wrong in found.items() if wrong}


@pytest.mark.parametrize("address", ["/api/v1/lessons?q=", "/api/v1/lessons?q=wall&course=", "/api/v1/lessons?skill="])
def test_whatever_is_looked_for_through_rest_breaks_nothing(address: str) -> None:
    found = {what: broken(ApiClient(), address + words) for what, words in WORDS.items()}
    assert not {what: wrong for what, wrong in found.items() if wrong}


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("address", ["/catalogue/?q=wall&", "/catalogue/?", "/sources/?", "/timeline/?"])
def test_a_year_that_is_none_breaks_no_page(address: str, name: str) -> None:
    found = {what: broken(Client(), f"{address}{name}={year}") for what, year in YEARS.items()}
    assert not {what: wrong for what, wrong in found.items() if wrong}
    page = Client().get(f"/catalogue/?q=wall&{name}=abc").content.decode()
    assert "A year is a number from 1 to 9999." in page
    assert "<mark>" in page  # what was looked for is found all the same


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("address", ["/api/v1/sources?", "/api/v1/lessons?", "/api/v1/lessons?q=wall&"])
def test_a_year_that_is_none_is_refused_through_rest(address: str, name: str) -> None:
    answers = {what: ApiClient().get(f"{address}{name}={year}").status_code for what, year in YEARS.items()}
    assert set(answers.values()) == {400}, answers


def test_operators_are_words_and_marks_are_none() -> None:
    def found_by(words: str) -> int:
        return len(ApiClient().get(f"/api/v1/lessons?q={words}").json()["results"])

    assert found_by("wall") == 1
    for words in ('"wall', "-wall", "^wall", "(wall)", "wall*", "wall 🧱", "\u202ewall\u202c", "wall +stone"):
        assert found_by(quote(words)) == 1, words
    for words in ("NEAR(wall", "nothing:wall", "wall OR amnesty", "wal*"):
        assert found_by(quote(words)) == 0, words
