"""Names: one normalizer. Pure."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destalin_site.common import text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Anna \t Kowal\n", "Anna Kowal"),
        ("Ame\u0301lie", "Amélie"),
        ("Янкоўскі, Уладзіслаў", "Янкоўскі, Уладзіслаў"),
        ("محمد\u200cرضا", "محمد\u200cرضا"),  # a Persian spelling needs its joiner
        ("אַבְרָהָם", "אַבְרָהָם"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("10B 🏛", "10B 🏛"),
    ],
)
def test_names_of_the_world_are_names(raw: str, name: str) -> None:
    assert text.name(raw, limit=50) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "blank"),
        (" \u200c\u200d ", "blank"),
        ("\u0301\u0301", "blank"),
        ("x" * 51, "too-long"),
        ("a\u202eb", "bidi"),
        ("a\u2067b", "bidi"),
        ("a\x00b", "control"),
        ("a\u200bb", "control"),
        ("a\ufeffb", "control"),
        ("a\ud800b", "control"),
        ("a\ue000b", "control"),
        ("Z" + "\u0336" * 5, "marks"),
    ],
)
def test_what_is_no_name_says_why(raw: str, code: str) -> None:
    with pytest.raises(text.TextRefused) as refused:
        text.name(raw, limit=50)
    assert refused.value.code == code


@given(st.text(max_size=60))
def test_a_name_read_twice_is_the_same_name(raw: str) -> None:
    try:
        once = text.name(raw, limit=200)
    except text.TextRefused:
        return
    assert text.name(once, limit=200) == once


@given(st.text(max_size=60) | st.text(alphabet="a \u202e\u0301\u0336\u0958\u200b\ue000\x00", max_size=60))
def test_what_is_fitted_is_a_name_or_nothing(raw: str) -> None:
    fitted = text.fitted(raw, limit=20)
    assert len(fitted) <= 20
    if any(unicodedata.category(character)[0] in "LNPS" for character in fitted):
        assert text.name(fitted, limit=20) == fitted
    else:
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Co") for character in fitted)


def test_fitting_drops_only_what_a_name_refuses() -> None:
    assert text.fitted("  Walls \u202egnorw ", limit=50) == "Walls gnorw"
    assert text.fitted("\u0958" * 199, limit=200) == unicodedata.normalize("NFC", "\u0958" * 100)
    assert text.fitted("Anna Kowal", limit=5) == "Anna"
    marks = "\u0336" * 4
    assert text.fitted(f"a{marks}\u200b{marks}", limit=20) == f"a{marks}"


@pytest.mark.parametrize("other", ["STUDENT", "Student", "ｓｔｕｄｅｎｔ", "ѕtudеnt", "ＳTUDENΤ"])
def test_names_that_look_alike_have_one_look(other: str) -> None:
    assert text.look(other) == text.look("student")


@pytest.mark.parametrize("other", ["student1", "studen", "studente", "étudiant", "студент"])
def test_other_names_have_another(other: str) -> None:
    assert text.look(other) != text.look("student")


@given(st.text(max_size=30))
def test_the_look_of_a_look_is_itself_and_case_falls_away(raw: str) -> None:
    assert text.look(text.look(raw)) == text.look(raw)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ('"the wall"*', "the wall"),
        ("de-stalinization", "de stalinization"),
        ("a\x00b <-> !c & (NEAR)", "a b c NEAR"),
        ("Ame\u0301lie 1956", "Ame\u0301lie 1956"),
        ("हिन्दी", "हिन्दी"),
        (" \" ' % ", ""),
    ],
)
def test_a_search_engine_is_asked_for_words_alone(typed: str, asked: str) -> None:
    assert text.words(typed) == asked


def test_a_search_engine_is_asked_for_a_few_words() -> None:
    assert text.words("word " * 3000).split() == ["word"] * 20
    assert len(text.words("x" * 15_000)) == 2000
