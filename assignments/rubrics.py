"""What a rubric edition says, and what choosing among its levels comes to.

One edition judges a whole assignment: a list of criteria, each of one question or of the whole work. The levels of a
criterion all carry points, or none of them does: then it is a scale, which says something and counts nothing. A
criterion on which nothing was chosen is not scored, which is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from assignments.grading import ZERO, points_fault
from assignments.readable import Check, Fault, Object, a_name, a_text, list_of

WHOLE_WORK: Final = ""  # where a criterion names its question
MOST_POINTS: Final = Decimal(1000)  # on one level, as curators have them
MOST_IN_ALL: Final = Decimal(10_000)
MOST_FAULTS: Final = 20

_POINTS: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")


class Key(NamedTuple):
    """What a choice is made on. One rubric may serve two questions, so a criterion's own id does not name it."""

    question: str
    criterion: str


@dataclass(frozen=True, slots=True)
class Level:
    id: str
    name: str
    points: Decimal | None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    question: str
    id: str
    name: str
    levels: tuple[Level, ...]
    description: str = ""

    @property
    def key(self) -> Key:
        return Key(self.question, self.id)

    @property
    def is_scale(self) -> bool:
        return all(level.points is None for level in self.levels)

    @property
    def most(self) -> Decimal:
        """The points of its best level, wherever that stands; none on a scale."""
        return max((level.points for level in self.levels if level.points is not None), default=ZERO)

    def place_of(self, level: Level) -> Decimal:
        """Where a level stands on its scale, from 0 for the last to 1 for the best, which comes first."""
        below = len(self.levels) - 1
        return Decimal(below - self.levels.index(level)) / below if below else Decimal(1)

    def level(self, name: str | None) -> Level | None:
        return next((level for level in self.levels if level.id == name), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a teacher chose on one criterion: a level, points of her own, or both. Points of her own are what counts."""

    level: str | None = None
    points: Decimal | None = None


Choices = Mapping[Key, Choice]


# ----------------------------------------------------------------------------------------------------------- as data


def read(data: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """The criteria of an edition in which `faults` found nothing."""
    return tuple(
        Criterion(
            criterion["question"],
            criterion["id"],
            criterion["name"],
            tuple(
                Level(level["id"], level["name"], _points(level["points"]), level["description"])
                for level in criterion["levels"]
            ),
            criterion["description"],
        )
        for criterion in data
    )


def _points(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def faults(data: object, *, questions: Collection[str]) -> list[Fault]:
    """What keeps this from being the criteria of an edition, said of the criterion that has it. `questions` are those
    of the assignment. What cannot be read is told alone: the rest is looked at in what can."""
    if unreadable := list(islice(_CRITERIA(data, "/criteria"), MOST_FAULTS)):
        return unreadable
    assert isinstance(data, list)
    found: list[Fault] = []
    seen: set[Key] = set()
    for place, criterion in enumerate(data):
        at, key = f"/criteria/{place}", Key(criterion["question"], criterion["id"])
        if key in seen:
            found.append(Fault(f"{at}/id", "twice"))
        if key.question != WHOLE_WORK and key.question not in questions:
            found.append(Fault(f"{at}/question", "unknown-question"))
        found += _level_faults(criterion["levels"], f"{at}/levels")
        seen.add(key)
    if not found and out_of(read(data)) > MOST_IN_ALL:
        found.append(Fault("/criteria", "too-many-points"))
    return found


def _level_faults(levels: Sequence[Mapping[str, str]], at: str) -> Iterator[Fault]:
    if len(levels) < 2:
        yield Fault(at, "levels-too-few")
    if len({level["points"] == "" for level in levels}) > 1:
        yield Fault(at, "points-in-part")
    names = [level["id"] for level in levels]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Fault(f"{at}/{place}/id", "twice")


def _words(most: int, *, needed: bool = False) -> Check:
    def words(value: object, at: str) -> Iterator[Fault]:
        yield from a_text(value, at)
        if isinstance(value, str):
            if needed and not value.strip():
                yield Fault(at, "empty")
            elif len(value) > most:
                yield Fault(at, "too-long")

    return words


def _some_points(value: object, at: str) -> Iterator[Fault]:
    """A decimal string as a document has it, or "" where a level has no points."""
    if not isinstance(value, str):
        yield Fault(at, "not-a-text")
    elif value and not (_POINTS.fullmatch(value) and Decimal(value) <= MOST_POINTS):
        yield Fault(at, "points-wrong")


_LEVEL: Final = Object(
    {"id": a_name, "name": _words(120, needed=True), "points": _some_points, "description": _words(2000)}
)
_CRITERIA: Final = list_of(
    Object(
        {
            "question": _words(100),
            "id": a_name,
            "name": _words(120, needed=True),
            "description": _words(2000),
            "levels": list_of(_LEVEL),
        }
    )
)


# ---------------------------------------------------------------------------------------------------------- choosing


def chosen(data: Iterable[Mapping[str, Any]]) -> dict[Key, Choice]:
    """The choices of a grade, from the list that it keeps of them."""
    return {
        Key(each["question"], each["criterion"]): Choice(
            each["level"], None if each["points"] is None else Decimal(each["points"])
        )
        for each in data
    }


def choice_faults(choices: Iterable[tuple[Key, Choice]], criteria: Iterable[Criterion]) -> list[Fault]:
    """What keeps these choices from being saved."""
    known = {criterion.key: criterion for criterion in criteria}
    found: list[Fault] = []
    seen: set[Key] = set()
    for place, (key, choice) in enumerate(choices):
        at = f"/criteria/{place}"
        if key not in known:
            found.append(Fault(f"{at}/criterion", "unknown-criterion"))
        elif key in seen:
            found.append(Fault(f"{at}/criterion", "twice"))
        else:
            found += _choice_faults(choice, known[key], at)
        seen.add(key)
    return found


def _choice_faults(choice: Choice, criterion: Criterion, at: str) -> Iterator[Fault]:
    if choice.level is not None and criterion.level(choice.level) is None:
        yield Fault(f"{at}/level", "unknown-level")
    if choice.points is not None:
        # Not even nought: a scale that has points would stand in the sum.
        code = "above-possible" if criterion.is_scale else points_fault(choice.points, criterion.most)
        if code:
            yield Fault(f"{at}/points", code)


def given(criterion: Criterion, choices: Choices) -> Decimal | None:
    """The points on one criterion; None where nothing is scored, which on a scale is always so."""
    choice = choices.get(criterion.key, Choice())
    if choice.points is not None:
        return choice.points
    level = criterion.level(choice.level)
    return level.points if level else None


def score(criteria: Iterable[Criterion], choices: Choices) -> Decimal | None:
    """The sum over these criteria; None where none of them is scored."""
    points = [each for criterion in criteria if (each := given(criterion, choices)) is not None]
    return sum(points, ZERO) if points else None


def out_of(criteria: Iterable[Criterion]) -> Decimal:
    """The best level of each of these criteria together."""
    return sum((criterion.most for criterion in criteria), ZERO)


def possible(criteria: Sequence[Criterion]) -> dict[str, Decimal]:
    """Out of how many each question is that the rubric scores. It takes no typed points beside that; a question which
    only has scales is not here, and takes them as ever."""
    return {question: out_of(own) for question, own in _scoring(criteria).items()}


def marks(criteria: Sequence[Criterion], choices: Choices) -> dict[str, Decimal | None]:
    """What the choices give to each question that the rubric scores."""
    return {question: score(own, choices) for question, own in _scoring(criteria).items()}


def _scoring(criteria: Sequence[Criterion]) -> dict[str, list[Criterion]]:
    """The criteria that carry points, by question."""
    found: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        if not criterion.is_scale:
            found.setdefault(criterion.question, []).append(criterion)
    return found


def typed_faults(typed: Iterable[tuple[str, Decimal | None]], scored: Mapping[str, Decimal | None]) -> list[Fault]:
    """Points that were typed on a question that the rubric scores. Those that it gives, as `marks` says, may be said
    again: a grade is sent back as it was read."""
    return [
        Fault(f"/questions/{place}/points", "by-rubric")
        for place, (question, points) in enumerate(typed)
        if question in scored and points is not None and points != scored[question]
    ]


def unmarked(criteria: Iterable[Criterion], choices: Choices) -> list[Key]:
    """The criteria on which nothing was chosen yet, scales among them."""
    return [criterion.key for criterion in criteria if choices.get(criterion.key, Choice()) == Choice()]


def unscored(criteria: Iterable[Criterion], choices: Choices) -> list[Key]:
    """The criteria that carry points and have none given yet: a grade that scores others of them is not whole."""
    return [each.key for each in criteria if not each.is_scale and given(each, choices) is None]
