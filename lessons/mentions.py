"""What a text names by the names that an edition gives it: sources by their letters, passages, paragraphs.

Editions call them A, A2 and ¶4 in every language; the words before them are English or Russian, the languages in which
lessons are searched too. A Cyrillic letter stands for the Latin one that it looks like, as it is typed without changing
the keyboard; but where a letter of the lesson looks like none (Б, Г …), for the one at its place in the alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lessons import document

Letters = Mapping[str, str]  # which Latin letter each Cyrillic one stands for

_LOOKS_LIKE: Final = dict(zip("АВЕКМНОРСТУХ", "ABEKMHOPCTYX", strict=True))
_BY_PLACE: Final = {letter: document.letter(place) for place, letter in enumerate("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ")}

_LETTER = r"(?:[A-Z]{1,2}|[А-Я])"
_AND = r"(?:,\s?(?:(?:and|or|и|или)\s)?|\s?[–/-]\s?|\s(?:and|or|to|и|или|до|по)\s)"
_SOURCES = re.compile(
    rf"\b(?:[Ss]ources?|[Ии]сточник(?:|а|у|ом|е|и|ов|ам|ами|ах))\s({_LETTER}\b(?:{_AND}{_LETTER}\b)*)"
)
_PASSAGE = re.compile(rf"\b({_LETTER})(\d{{1,3}})\b")
_NUMBER = r"(?:¶\s?)?\d{1,4}\b"
_PARAGRAPHS = re.compile(
    rf"(?:¶{{1,2}}\s?|\b(?:[Pp]aragraphs?|[Аа]бзац(?:|а|у|ем|е|ы|ев|ам|ами|ах))\s)({_NUMBER}(?:{_AND}{_NUMBER})*)"
)


def letters(texts: Iterable[str]) -> Letters:
    """How these texts, which are one lesson's, use Cyrillic letters."""
    used = {letter for text in texts for letter in _named(text)}
    counted = any(letter in _BY_PLACE and letter not in _LOOKS_LIKE for letter in used)
    return _BY_PLACE if counted else _LOOKS_LIKE


def sources(text: str, cyrillic: Letters) -> set[str]:
    """The letters by which it names sources: "source B", "sources A and C", "источники А и Б"."""
    return {cyrillic.get(letter, letter) for letter in _named(text)}


def passages(text: str, cyrillic: Letters) -> set[tuple[str, int]]:
    """The passages that it names: "B2"."""
    return {(cyrillic.get(letter, letter), int(number)) for letter, number in _PASSAGE.findall(text)}


def paragraphs(text: str) -> list[int]:
    """The paragraphs that it names, each once: "¶4", "paragraphs 2 and 5", "абзац 3"."""
    found = (int(number) for run in _PARAGRAPHS.findall(text) for number in re.findall(r"\d+", run))
    return list(dict.fromkeys(found))


def _named(text: str) -> Iterator[str]:
    for run in _SOURCES.findall(text):
        yield from re.findall(rf"\b{_LETTER}\b", run)
