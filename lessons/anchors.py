"""The place in a document that a citation or a note points to.

Offsets count Unicode code points, as Python does. Browsers count UTF-16 units and convert before they send.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

from lessons.document import Document, UnknownBlock


class AnchorError(ValueError):
    """An anchor that does not hold. `code` says why, for machines."""

    code = "anchor-invalid"


class MalformedAnchor(AnchorError):
    """Not a block, two whole numbers and a quotation."""

    code = "anchor-malformed"


class NoSuchBlock(AnchorError):
    """The document has no such block."""

    code = "anchor-block-unknown"


class NotCitable(AnchorError):
    """A heading or a question, which nobody can offer as evidence."""

    code = "anchor-not-citable"


class RangeOutside(AnchorError):
    """Empty, backwards, or reaching past the block's text."""

    code = "anchor-range-outside"


class QuoteDiffers(AnchorError):
    """The words at that place are other words."""

    code = "anchor-quote-differs"


class Anchor(NamedTuple):
    """`quote` is what stands in `block` from `start` up to, not including, `end`."""

    block: str
    start: int
    end: int
    quote: str

    @classmethod
    def from_json(cls, value: object) -> Self:
        """An anchor as it comes over the wire; raises MalformedAnchor for every other shape."""
        if not isinstance(value, Mapping) or set(value) != {"block", "start", "end", "quote"}:
            raise MalformedAnchor("an anchor has block, start, end and quote")
        anchor = cls(**value)
        if not isinstance(anchor.block, str) or not isinstance(anchor.quote, str):
            raise MalformedAnchor("block and quote are text")
        if type(anchor.start) is not int or type(anchor.end) is not int:
            raise MalformedAnchor("start and end are whole numbers")
        return anchor

    def to_json(self) -> dict[str, Any]:
        return self._asdict()


class Excerpt(NamedTuple):
    """The quoted words between their neighbours, for showing a citation in its passage."""

    before: str
    quote: str
    after: str
    starts_block: bool
    ends_block: bool


def check_anchor(document: Document, anchor: Anchor) -> None:
    """Nothing, when the block exists, may be cited, and has exactly these words there; else the reason, raised."""
    try:
        block = document.block(anchor.block)
    except UnknownBlock:
        raise NoSuchBlock(anchor.block) from None
    if block["n"] is None:
        raise NotCitable(anchor.block)
    text = block["text"]
    if not 0 <= anchor.start < anchor.end <= len(text):
        raise RangeOutside(f"{anchor.start} to {anchor.end} of {len(text)}")
    if text[anchor.start : anchor.end] != anchor.quote:
        raise QuoteDiffers(anchor.block)


def relocate(document: Document, anchor: Anchor) -> Anchor | None:
    """Where the words of an anchor into another edition stand in this one: where they stood, else elsewhere in the same
    block, nearest to where they stood, else in another block when they stand in the whole edition only once. None when
    no place can be told for certain: then somebody has to look.
    """
    try:
        check_anchor(document, anchor)
        return anchor
    except AnchorError:
        pass
    found = {block["id"]: _places(block["text"], anchor.quote) for block in document.citable_blocks()}
    if own := found.get(anchor.block):
        return _placed(anchor, anchor.block, min(own, key=lambda start: abs(start - anchor.start)))
    every = [(block, start) for block, places in found.items() for start in places]
    return _placed(anchor, *every[0]) if len(every) == 1 else None


def _placed(anchor: Anchor, block: str, start: int) -> Anchor:
    return Anchor(block, start, start + len(anchor.quote), anchor.quote)


def _places(text: str, quote: str) -> list[int]:
    """Every place where these words stand in the text, as words of their own: "wall" is not in "walls"."""
    places = []
    start = text.find(quote) if quote else -1
    while start >= 0:
        if not _inside_a_word(text, start) and not _inside_a_word(text, start + len(quote)):
            places.append(start)
        start = text.find(quote, start + 1)
    return places


def _inside_a_word(text: str, place: int) -> bool:
    """Whether a word goes on across this place. Scripts without capitals are let pass: some of them write no spaces."""
    if not 0 < place < len(text):
        return False
    before, after = (unicodedata.category(letter) for letter in text[place - 1 : place + 1])
    return after in _MARKS or (before in _LETTERS | _MARKS and after in _LETTERS)


_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Nd"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


def excerpt(document: Document, anchor: Anchor, around: int = 40) -> Excerpt:
    """The quoted words with up to `around` characters on each side, never crossing a block."""
    # Code points, as in Anchor: slicing by UTF-16 units would split a letter outside the BMP.
    text = document.block(anchor.block)["text"]
    first = max(0, anchor.start - around)
    last = min(len(text), anchor.end + around)
    return Excerpt(
        before=text[first : anchor.start],
        quote=text[anchor.start : anchor.end],
        after=text[anchor.end : last],
        starts_block=first == 0,
        ends_block=last == len(text),
    )
