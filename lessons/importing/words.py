"""Words, as the comparison of an input with its draft counts them."""

import re

# Characters that shape a line and belong to no word: soft hyphen, zero-width space, word joiner, byte order mark.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"[^\S\n]+")


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, in order."""
    return _WORD.findall(text.translate(INVISIBLE))


def tidy(text: str) -> str:
    """One line with single ordinary spaces, without characters that nobody sees."""
    return " ".join(text.translate(INVISIBLE).split())


def squeeze(text: str) -> str:
    """As `tidy` inside a line, but line feeds and spaces at both ends stay: for a run of text inside a block."""
    return _SPACE.sub(" ", text.translate(INVISIBLE))


def same_words(one: str, other: str) -> bool:
    return [word.casefold() for word in words_of(one)] == [word.casefold() for word in words_of(other)]
