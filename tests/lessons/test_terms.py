"""Where a text uses a term: what is marked, and what is left alone."""

import pytest

from lessons.terms import Marker, forms_of


def marked(text: str, *forms: str) -> list[str]:
    marker = Marker({form: form for form in forms})
    return [text[mark["start"] : mark["end"]] for mark in marker.marks(text, set())]


@pytest.mark.parametrize(
    ("text", "forms", "found"),
    [
        ("A zek writes.", ["zek"], ["zek"]),
        ("Zek or not.", ["zek"], ["Zek"]),
        ("The thaw came; the Thaw stayed.", ["the Thaw"], ["the Thaw"]),
        ("Gulags and Gulag-like places.", ["Gulag"], []),
        ("the Gulag’s end", ["Gulag"], ["Gulag"]),
        ("O’Gulag", ["Gulag"], []),
        ("party rehabilitation", ["rehabilitation", "party rehabilitation"], ["party rehabilitation"]),
        ("оттепель и Оттепель", ["оттепель"], ["оттепель"]),
        ("𐍈 a zek 𐍈", ["zek"], ["zek"]),
        ("c++ (or not)", ["c++"], ["c++"]),
        ("Nothing here.", [], []),
    ],
)
def test_whole_words_are_found_as_they_are_written(text: str, forms: list[str], found: list[str]) -> None:
    assert marked(text, *forms) == found


def test_only_the_first_use_is_marked_until_a_new_section_begins() -> None:
    marker, seen = Marker({"zek": "zek", "zeks": "zek"}), set[str]()
    assert [mark["start"] for mark in marker.marks("One zek, two zeks.", seen)] == [4]
    assert marker.marks("A zek again.", seen) == []
    assert len(marker.marks("A zek again.", set())) == 1


def test_a_form_that_two_entries_claim_marks_neither() -> None:
    assert forms_of([("a", ["norm", "plan"]), ("b", ["norm"])]) == {"plan": "a"}
