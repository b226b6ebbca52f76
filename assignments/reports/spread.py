"""How a handful of shares lies between nothing and everything, and how that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Final

SHARE: Final = Decimal("0.0001")
TENTHS: Final = 10
HEIGHT: Final = 68  # of the tallest bar, in the 120 pixels of the drawing
FLOOR: Final = 96


@dataclass(frozen=True, slots=True)
class Spread:
    """`counts` are of ten equal parts; the last of them has the full share too."""

    n: int
    counts: tuple[int, ...]
    mean: Decimal | None
    median: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None


def spread(shares: Sequence[Decimal]) -> Spread:
    """Of shares from 0 to 1. Without any there are no figures, which are not nought."""
    counts = [0] * TENTHS
    for each in shares:
        counts[min(int(each * TENTHS), TENTHS - 1)] += 1
    if not shares:
        return Spread(0, tuple(counts), None, None, None, None)
    figures = (sum(shares, Decimal(0)) / len(shares), median(shares), min(shares), max(shares))
    mean, middle, lowest, highest = (each.quantize(SHARE, ROUND_HALF_UP) for each in figures)
    return Spread(len(shares), tuple(counts), mean, middle, lowest, highest)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what stands above and below it. Lengths across are in per cent, so that the drawing stretches."""

    x: str
    width: str
    middle: str
    y: int
    height: int
    count: int
    above: int
    label: str


def bars(counts: Sequence[int], labels: Sequence[str]) -> tuple[Bar, ...]:
    """Whole pixels high; whatever is there at all can be seen."""
    most, step = max(counts, default=0) or 1, 100 / max(1, len(counts))
    made = []
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        height = max(2, round(HEIGHT * count / most)) if count else 0
        made.append(
            Bar(
                x=f"{place * step + step * 0.08:.1f}%",
                width=f"{step * 0.84:.1f}%",
                middle=f"{(place + 0.5) * step:.1f}%",
                y=FLOOR - height,
                height=height,
                count=count,
                above=FLOOR - height - 5,
                label=label,
            )
        )
    return tuple(made)


TOP: Final = 22
BOTTOM: Final = 74


@dataclass(frozen=True, slots=True)
class Point:
    """A share on its way through the term, with the line that comes to it from the one before."""

    x: str
    y: int
    label: str  # above it; empty where there is no room for one
    from_x: str  # empty for the first
    from_y: int


ROOM: Final = 8  # that many labels stand beside one another on a phone
ROOM_FOR_WORDS: Final = 3
LONGEST: Final = 20  # characters of a label


def points_of(shares: Sequence[Decimal | None], labels: Sequence[str], *, room: int = ROOM) -> tuple[Point, ...]:
    """One for each share there is, in order, none where nothing could be reached. Past `room` only the first and the
    last are labelled."""
    known = [(share, label) for share, label in zip(shares, labels, strict=True) if share is not None]
    step = 100 / max(1, len(known))
    made: list[Point] = []
    for place, (share, label) in enumerate(known):
        before = made[-1] if made else None
        told = len(known) <= room or place in (0, len(known) - 1)
        shown = label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
        made.append(
            Point(
                x=f"{(place + 0.5) * step:.1f}%",
                y=BOTTOM - round((BOTTOM - TOP) * share),
                label=shown if told else "",
                from_x=before.x if before else "",
                from_y=before.y if before else 0,
            )
        )
    return tuple(made)
