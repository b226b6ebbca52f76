"""One normalizer for names, titles and codes. Pure: what people read aloud must be what the site compares.

Answers and notes never come here: they are validated and stored as they came.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

# Overrides, embeddings and isolates can make a name read as another one, or turn the line that it stands in.
_BIDI: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# Format characters that spelling needs: the two joiners (Persian, Hindi) and the direction marks (Arabic, Hebrew).
_SPELLING: Final = {0x200C, 0x200D, 0x200E, 0x200F, 0x061C}
_MARKS_IN_A_ROW: Final = 4

# Letters that look like a Latin one in either case, after case folding. Cyrillic and Greek are what keyboards offer.
_LOOK_ALIKES: Final = str.maketrans(
    "авекмнорстухіјѕһԁԛԝӏ" + "αβεηικμνορτυχ",
    "abekmhopctyxijshdqwl" + "abehikmvoptux",
)


class TextRefused(ValueError):
    """The text cannot be a name. `code` says why: blank, too-long, control, bidi, marks."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def name(raw: str, *, limit: int) -> str:
    """`raw` as a name of at most `limit` characters: NFC, trimmed, single spaces.

    Raises TextRefused for what is blank, too long, invisible, turns the reading direction, or piles up marks.
    """
    text = _spaced(raw)
    for _character, fault in _with_faults(text):
        if fault:
            raise TextRefused(fault)
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise TextRefused("blank")
    if len(text) > limit:
        raise TextRefused("too-long")
    return text


def fitted(raw: str, *, limit: int) -> str:
    """As much of `raw` as a name may hold, for what nobody can be asked to put right: a file's title, a heading."""
    text = _spaced(raw)
    # What is dropped can bring marks together that stood apart.
    while any(fault for _character, fault in _with_faults(text)):
        text = _spaced("".join(character for character, fault in _with_faults(text) if not fault))
    # Normalized before it is cut: composing can lengthen a text as well as shorten it.
    return text[:limit].rstrip()


def _spaced(raw: str) -> str:
    return " ".join(unicodedata.normalize("NFC", raw).split())


def _with_faults(text: str) -> Iterator[tuple[str, str]]:
    """Each character, and as a code why a name cannot hold it."""
    run = 0
    for character in text:
        category = unicodedata.category(character)
        run = run + 1 if category in ("Mn", "Me") else 0
        if ord(character) in _BIDI:
            yield character, "bidi"
        elif category in ("Cc", "Cs", "Co") or (category == "Cf" and ord(character) not in _SPELLING):
            yield character, "control"
        else:
            yield character, "marks" if run > _MARKS_IN_A_ROW else ""


def words(raw: str, *, most: int = 20) -> str:
    """The first words of what somebody typed into a search, without the signs between them.

    Search engines read quotation marks, stars and brackets as commands of their own, each engine others.
    """
    kept = (character if unicodedata.category(character)[0] in "LMN" else " " for character in raw[: most * 100])
    return " ".join("".join(kept).split()[:most])


def look(raw: str) -> str:
    """What `raw` looks like: two user names with the same look may not both exist.

    Compatibility forms, case, and the Cyrillic and Greek letters that are drawn like Latin ones fall together.
    """
    folded = unicodedata.normalize("NFKC", raw).casefold()
    # NFKC again: folding can undo it (https://www.unicode.org/reports/tr31/, NFKC_Casefold).
    return unicodedata.normalize("NFKC", folded).translate(_LOOK_ALIKES)
