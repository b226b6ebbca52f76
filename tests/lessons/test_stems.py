"""Words as the search compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import stems


def asked(word: str) -> set[str]:
    return {stem for wanted in stems.question(word) for run in wanted.runs for stem in run}


def said(text: str) -> set[str]:
    return {form for word in stems.words(text) for form in (word.stem, word.key) if form}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("speech", "speeches"),
        ("speeches", "speech"),
        ("rehabilitation", "rehabilitated"),
        ("Khrushchev", "Khrushchev’s"),
        ("destalinization", "de-Stalinization"),
        ("de-stalinization", "Destalinization"),
        ("post-war", "post-war"),
        ("café", "cafe\u0301"),
        ("Thaw", "thaw"),
        ("хрущев", "Хрущёв"),
        ("Хрущёв", "Хрущёва"),
        ("берия", "Берии"),
        ("оттепели", "о\u0301ттепель"),
        ("стройка", "стройки"),
        ("1956", "1956"),
    ],
)
def test_a_word_is_found_in_its_other_forms(typed, written):
    assert asked(typed) & said(written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        *[(form, "оттепель") for form in ("ottepel", "Ottepel’", "ottepel'", "ottepelʹ", "ottepeli")],
        *[(form, "Хрущёва") for form in ("Khrushchev", "Chruščev", "Hruschev", "Xruščev", "Khrushchëv")],
        *[(form, "Берия") for form in ("Beria", "Beriya", "Beriia", "Berija")],
        *[(form, "Ежов") for form in ("Yezhov", "Ezhov", "Ežov")],
        *[(form, "перестройка") for form in ("perestroika", "perestroyka", "perestrojka", "perestroĭka")],
        *[(form, "юность") for form in ("iunost", "Yunost", "junost’", "i\u0361unost'")],
        *[(form, "Твардовского") for form in ("Tvardovsky", "Tvardovskii", "Tvardovskiy", "Tvardovskij")],
        *[(form, "Александр") for form in ("Aleksandr", "Alexandr")],
        ("sovetskii", "советский"),
        ("reabilitatsiia", "реабилитации"),
        ("bol’shevik", "большевики"),
        ("obʺekt", "объект"),
    ],
)
def test_a_russian_word_is_found_in_latin_letters(typed, written):
    assert asked(typed) & said(written)


@pytest.mark.parametrize(
    ("typed", "written"), [("party", "part"), ("stone", "stony"), ("Stalin", "stall"), ("de", "the")]
)
def test_another_word_is_not_found(typed, written):
    assert not asked(typed) & said(written)


def test_english_words_are_never_taken_for_russian_ones():
    assert all(word.key == "" for word in stems.words("The party held a part of the stones."))


def test_a_word_says_where_it_stands():
    text = "Of the de-Stalinization, Хрущёв’s."
    assert [text[word.start : word.end] for word in stems.words(text)] == [
        "de",
        "Stalinization",
        "de-Stalinization",
        "Хрущёв’s",
    ]


def test_words_between_quotation_marks_stand_together():
    assert [wanted.runs[0] for wanted in stems.question("“Secret Speech” hall")] == [("secret", "speech"), ("hall",)]
    assert [wanted.runs[0] for wanted in stems.question('"cult of personality"')] == [("cult", "person")]
    assert stems.question('"sekretnyi doklad"')[0].runs[1] == tuple(
        word.key for word in stems.words("секретный доклад")
    )


@pytest.mark.parametrize("nothing", ["", " ", '"', "the", "и в на", "\0", "\ud800", "*?!-—", "_" * 9, "\u0301", "🧱"])
def test_what_holds_no_word_asks_for_nothing(nothing):
    assert stems.question(nothing) == ()


def test_a_question_is_read_only_so_far():
    assert len(stems.question("word " * 10_000)) == 1
    assert len(stems.question(" ".join(f"w{n}" for n in range(50)))) == stems.WORDS_AT_MOST
    assert all(len(stem) <= 2 * stems.LONGEST for stem in asked("x" * 10_000))


def test_the_stop_words_stop_in_whatever_form_they_are_typed():
    assert asked("The THE the") == set()


@given(st.text())
def test_stems_are_letters_and_digits_whatever_is_typed(text):
    for stem in asked(text) | said(text):
        assert stem
        assert all(character.isalnum() for character in stem), repr(stem)
        assert len(stem) <= 2 * stems.LONGEST


@given(st.text())
def test_every_text_is_found_by_its_own_words(text):
    there = said(text)
    for word in text[: stems.READ_AT_MOST].split()[: stems.WORDS_AT_MOST]:
        for wanted in stems.question(word):
            assert any(set(run) <= there for run in wanted.runs)


WRITTEN = ["Speech", "speeches", "de", "Stalinization", "речи", "речь", "x", "—", "the"]


@given(st.lists(st.sampled_from(WRITTEN)), st.data())
def test_the_places_of_a_word_are_where_the_words_of_the_text_say(said, data):
    text = "".join(each + data.draw(st.sampled_from([" ", "-", "‑", "--", ", ", "’s "])) for each in said)
    forms = {"speech", "destalin", "stalin", "реч", "qреч"}
    expected = {(word.start, word.end) for word in stems.words(text) if {word.stem, word.key} & forms}
    assert set(stems.places(text, forms)) == expected
