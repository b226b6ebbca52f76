"""What several answers contain, written straight from values."""

from collections.abc import Sequence
from typing import Any

from lessons.document import ClaimData, Document
from lessons.reference import Judgement


def claim(document: Document, one: ClaimData) -> dict[str, Any]:
    """What a historian claims in this document, with the passages that it rests on."""
    said = ("source", "title", "bibliography", "passage", "text", "reading")
    return {
        **{name: one[name] for name in ("id", "text", "locator")},
        "rests_on": [
            {
                **{name: ground[name] for name in said},  # type: ignore[literal-required]
                "paraphrase": document.is_paraphrase(ground),
            }
            for ground in one["rests_on"]
        ],
    }


def read_differently(group: Sequence[Judgement], *, paraphrase: bool) -> dict[str, Any]:
    """A passage, and how each work reads it. Whether the source is a paraphrase is for editions that do not say."""
    first = group[0]
    return {
        "passage": first.passage,
        "text": first.words,
        "paraphrase": paraphrase or first.paraphrase,
        "readings": [
            {
                "source": one.by.slug,
                "title": one.by.title,
                "creator": one.by.creator,
                **{name: getattr(one, name) for name in ("reading", "claim", "locator")},
            }
            for one in group
        ],
    }
