"""What an article may say of itself, and whether a lesson can hold it."""

import re

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_LONGEST = {"summary": 10_000, "inquiry": 300, "course": 200, "level": 100, "language": 35}
_MOST_MINUTES = 32_767


def fits(name: str, value: str) -> bool:
    """Whether the lesson's field of this name takes the value."""
    if name == "minutes":
        return value.isascii() and value.isdigit() and len(value) < 6 and 0 < int(value) <= _MOST_MINUTES
    if name == "language" and not _LANGUAGE.fullmatch(value):
        return False
    return len(value) <= _LONGEST[name]
