"""What a text names, in English and in Russian."""

import pytest

from lessons import mentions


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What does source B hide?", "B"),
        ("Sources A, B and AA", "A AA B"),
        ("sources A–C", "A C"),
        ("Source\u00a0B", "B"),
        ("источник B", "B"),
        ("О чём говорят источники А, В и С?", "A B C"),
        ("О чём говорят источники А, Б и В?", "A B C"),
        ("в источнике Г", "D"),
        ("источник информации В", ""),
        ("resources A", ""),
        ("source a", ""),
        ("Source Berlin", ""),
    ],
)
def test_sources_are_named_by_their_letters(text, named):
    assert sorted(mentions.sources(text, mentions.letters([text]))) == named.split()


def test_how_a_lesson_uses_letters_is_taken_from_all_of_it():
    elsewhere = mentions.letters(["Сравните источники А и Б.", "Источник В"])
    assert mentions.sources("Источник В", elsewhere) == {"C"}
    assert mentions.passages("В2", elsewhere) == {("C", 2)}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("As ¶4 says", [4]),
        ("¶¶ 3–5, ¶3", [3, 5]),
        ("paragraphs 2, 7 and 9", [2, 7, 9]),
        ("В абзаце 3 и в абзацах 5 и 6", [3, 5, 6]),
        ("section 4, page 5", []),
    ],
)
def test_paragraphs_are_named_by_their_numbers(text, numbers):
    assert mentions.paragraphs(text) == numbers
