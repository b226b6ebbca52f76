"""What several answers contain, written straight from values."""

from typing import Any

from lessons.errata import Correction


def correction(one: Correction) -> dict[str, Any]:
    """A correction, with what the edition at hand says and what is right."""
    return {
        "id": one.id,
        "source": one.source,
        "letter": one.letter,
        "title": one.title,
        "severity": "major" if one.major else "minor",
        "note": one.note,
        "at": one.at,
        "facts": [{"field": fact.field, "old": fact.old, "new": fact.new} for fact in one.facts],
    }
