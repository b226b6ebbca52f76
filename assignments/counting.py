"""Which of the grades that a student was given is her mark. The one that she sees is the one returned last; what counts
may be another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Counts(StrEnum):
    LATEST = "latest"
    BEST = "best"
    FIRST = "first"
    PICK = "pick"  # the one that a teacher chose; until she does, the latest


@dataclass(frozen=True, slots=True)
class Returned:
    """A grade that came into the student's sight. `number` is that of its hand-in, None where nothing was handed in."""

    grade: UUID
    number: int | None
    score: Decimal | None
    out_of: Decimal

    @property
    def share(self) -> Decimal:
        """What it is of what could be had: two grades need not be out of the same."""
        return self.score / self.out_of if self.score and self.out_of else Decimal(0)


def standing(steps: Iterable[tuple[bool, UUID]], grades: Mapping[UUID, Returned]) -> list[Returned]:
    """The last grade of each hand-in, by its number and in the end that without one. `steps` are (came into sight, or
    was taken back; which grade), in order. What was taken back stands no more, nor does what it had taken the place
    of."""
    last: dict[int | None, UUID] = {}
    for shown, pk in steps:
        if shown:
            last[grades[pk].number] = pk
        elif last.get(grades[pk].number) == pk:
            del last[grades[pk].number]
    return sorted((grades[pk] for pk in last.values()), key=lambda one: (one.number is None, one.number or 0))


def mark(
    standing: Sequence[Returned], counts: str, *, seen: UUID | None, picked: Returned | None = None
) -> UUID | None:
    """The grade that is the mark; `seen` is the one that was returned last. While nothing is in her sight, since the
    last return was taken back, there is no mark. Words alone are never the best or the first."""
    if seen is None:
        return None
    scored = [one for one in standing if one.score is not None]
    if counts == Counts.BEST and scored:
        best = max(one.share for one in scored)
        # Of equals the latest: what stands last in sight, else in the order of the hand-ins.
        equals = [one.grade for one in scored if one.share == best]
        return seen if seen in equals else equals[-1]
    if counts == Counts.FIRST and scored:
        return scored[0].grade
    if counts == Counts.PICK and picked is not None:
        # Another grade for the same hand-in takes its place.
        return next((one.grade for one in standing if one.number == picked.number), seen)
    return seen
