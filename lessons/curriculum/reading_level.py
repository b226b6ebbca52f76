"""How hard a text is to read, as a school year.

The Coleman–Liau index (Coleman and Liau, Journal of Applied Psychology 60, 1975, 283–284): 0.0588 L − 0.296 S − 15.8,
with L letters and S sentences per 100 words. It counts letters instead of syllables, so that names from other
languages, of which these texts are full, weigh no more than their length.
"""

import re
from dataclasses import dataclass
from typing import Any

from lessons.curriculum import markup

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_END = re.compile(r"[.!?…]+(?=[\s”’)]|$)")


@dataclass(frozen=True, slots=True)
class Level:
    lesson: str
    section: str
    words: int
    grade: float


def grade(text: str) -> float:
    """The school year (United States) that this text asks for; 0 for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return 0
    letters = sum(character.isalnum() for word in words for character in word)
    sentences = max(len(_END.findall(text)), 1)
    return 0.0588 * letters / len(words) * 100 - 0.296 * sentences / len(words) * 100 - 15.8


def of(curriculum: Any) -> list[Level]:
    """The level of every section of every lesson, by its paragraphs and lists."""
    found = []
    for lesson in curriculum.lessons:
        for section in lesson["sections"]:
            text = "\n".join(_texts(section))
            found.append(Level(lesson["title"], section["heading"], len(_WORD.findall(text)), grade(text)))
    return found


def _texts(section: Any) -> list[str]:
    """What is read in a section, without marks of italics and the like."""
    parts: list[str] = []
    for block in section["blocks"]:
        parts += [block["paragraph"]] if "paragraph" in block else []
        parts += block.get("list", []) + block.get("numbered", [])
        parts += [block["callout"]["text"]] if "callout" in block else []
    return [re.sub(r"<[^>]+>", "", markup.to_html(part)) for part in parts]
