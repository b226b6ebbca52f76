"""What the marks and answers of a class tell about the questions themselves. Plain values in, plain values out.

The terms are those of classical item analysis. None of them says anything about one student.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import StatisticsError, correlation
from typing import Final

from assignments import rubrics
from assignments.grading import ZERO

SHARE: Final = Decimal("0.0001")
COEFFICIENT: Final = Decimal("0.01")
# With fewer, chance alone moves the coefficient by more than 0.4 to either side.
LEAST: Final = 20


def share(points: Decimal, possible: Decimal) -> Decimal | None:
    """Which part of the possible points this is; None where there were none to have."""
    return (points / possible).quantize(SHARE, ROUND_HALF_UP) if possible else None


@dataclass(frozen=True, slots=True)
class Marked:
    """One student's marks that were returned. `points` of None are not scored, which is not nought; `possible` is what
    each question was out of when she was marked."""

    points: Mapping[str, Decimal | None]
    possible: Mapping[str, Decimal | None]

    def scored(self, question: str) -> Decimal | None:
        """The points of a question that carries points."""
        return self.points.get(question) if self.possible.get(question) else None


class Silence(StrEnum):
    """Why a question has no discrimination."""

    TOO_FEW = "too_few"
    NO_OTHER_QUESTION = "no_other_question"
    ALL_ALIKE = "all_alike"


@dataclass(frozen=True, slots=True)
class Discrimination:
    value: Decimal | None
    n: int  # students whose every question was scored
    why_not: Silence | None = None


@dataclass(frozen=True, slots=True)
class Item:
    question: str
    scored: int
    not_scored: int
    nought: int
    full: int
    difficulty: Decimal | None
    discrimination: Discrimination


def items(questions: Sequence[str], marked: Sequence[Marked]) -> list[Item]:
    return [_item(question, questions, marked) for question in questions]


def _item(question: str, questions: Sequence[str], marked: Sequence[Marked]) -> Item:
    asked = [one for one in marked if one.possible.get(question)]
    pairs = [(points, one.possible[question] or ZERO) for one in asked if (points := one.scored(question)) is not None]
    return Item(
        question=question,
        scored=len(pairs),
        not_scored=len(asked) - len(pairs),
        nought=sum(points == 0 for points, _most in pairs),
        full=sum(points == most for points, most in pairs),
        difficulty=difficulty(pairs),
        discrimination=discrimination(question, questions, marked),
    )


def difficulty(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The item difficulty, p: the points that were reached as a share of those that could be, over everybody who was
    scored. It is high for an easy question. None where nobody was scored."""
    return share(sum((points for points, _most in pairs), ZERO), sum((most for _points, most in pairs), ZERO))


def discrimination(question: str, questions: Sequence[str], marked: Sequence[Marked]) -> Discrimination:
    """The corrected item-total correlation: Pearson's r between the share reached on this question and the share
    reached on all the others together. For a question that is either right or wrong this is the point-biserial
    coefficient. The question itself is left out of the total, since with few questions it would else agree with itself.

    Only students whose every question was scored are in it. There is none below `LEAST` of them, with one question
    alone, or where everybody did alike. Usual reading (Ebel): from 0.40 it tells well apart, below 0.20 hardly, and
    below nought those who did well on the rest did worse here.
    """
    carrying = [name for name in questions if any(one.possible.get(name) for one in marked)]
    others = [name for name in carrying if name != question]
    whole = [one for one in marked if all(one.scored(name) is not None for name in carrying)]
    if marked and (question not in carrying or not others):
        return Discrimination(None, len(whole), Silence.NO_OTHER_QUESTION)
    if len(whole) < LEAST:
        return Discrimination(None, len(whole), Silence.TOO_FEW)
    try:
        r = correlation([_share(one, [question]) for one in whole], [_share(one, others) for one in whole])
    except StatisticsError:
        return Discrimination(None, len(whole), Silence.ALL_ALIKE)
    return Discrimination(Decimal(r).quantize(COEFFICIENT, ROUND_HALF_UP), len(whole))


def _share(one: Marked, questions: Iterable[str]) -> float:
    names = list(questions)
    points = sum((one.points[name] or ZERO for name in names), ZERO)
    return float(points / sum((one.possible[name] or ZERO for name in names), ZERO))


# ----------------------------------------------------------------------------------------------------------- choosing


@dataclass(frozen=True, slots=True)
class OptionCount:
    option: str
    count: int
    correct: bool | None  # None for whoever may not see the key


@dataclass(frozen=True, slots=True)
class Choices:
    answered: int
    unanswered: int
    right: int | None  # who chose exactly the right options
    options: tuple[OptionCount, ...]
    commonest_wrong: tuple[str, ...]  # several where as many chose each; empty where nobody chose wrongly
    gone: int  # chose an option that the edition of now does not have
    on_paper: int  # what was chosen may stand on pictures of paper: neither answered nor left out


def choices(
    chosen: Iterable[Collection[str] | None], options: Sequence[str], *, correct: Collection[str] | None
) -> Choices:
    """How often each option was chosen, over everybody who handed in. `chosen` is empty for who left it out, and None
    where it may stand on paper."""
    handed_in = list(chosen)
    every = [set(each) for each in handed_in if each is not None]
    given = [each for each in every if each]
    counts = Counter(option for each in given for option in each)
    wrong = {option: counts[option] for option in options if correct is not None and option not in correct}
    most = max(wrong.values(), default=0)
    return Choices(
        answered=len(given),
        unanswered=len(every) - len(given),
        right=None if correct is None else sum(each == set(correct) for each in given),
        options=tuple(
            OptionCount(option, counts[option], None if correct is None else option in correct) for option in options
        ),
        commonest_wrong=tuple(option for option, count in wrong.items() if most and count == most),
        gone=sum(bool(each - set(options)) for each in given),
        on_paper=len(handed_in) - len(every),
    )


# ------------------------------------------------------------------------------------------------------------- levels


@dataclass(frozen=True, slots=True)
class CriterionLevels:
    criterion: rubrics.Criterion
    counts: tuple[int, ...]  # of its levels, in their order
    own_points: int  # points without a level
    not_scored: int


def levels(criteria: Iterable[rubrics.Criterion], given: Sequence[rubrics.Choices]) -> list[CriterionLevels]:
    """How often each level was chosen, over the grades that were made with these criteria."""
    found = []
    for criterion in criteria:
        made = [each.get(criterion.key, rubrics.Choice()) for each in given]
        found.append(
            CriterionLevels(
                criterion,
                tuple(sum(choice.level == level.id for choice in made) for level in criterion.levels),
                sum(choice.level is None and choice.points is not None for choice in made),
                sum(choice == rubrics.Choice() for choice in made),
            )
        )
    return found
