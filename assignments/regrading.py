"""What marks on one edition of a rubric come to by another. Plain values in, plain values out.

Criteria and levels keep their ids through the editions of a rubric, so that a choice follows where both are there
still. What has no place is told, and is never put in the place of something else: a level that is gone leaves its
criterion not scored, which is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assignments import grading, rubrics
from assignments.rubrics import Choice, Criterion, Key


class Why(StrEnum):
    LEVEL_GONE = "level_gone"  # what was chosen is offered no more
    CRITERION_GONE = "criterion_gone"  # what was chosen on it counts no more
    POINTS_GONE = "points_gone"  # a question was marked in another way than it is now
    NOT_SCORED = "not_scored"  # a criterion that was not there
    ABOVE = "total_above"  # the teacher's own total is above what there is now


@dataclass(frozen=True, slots=True)
class Trouble:
    """`criterion` is the name of one, empty for the question as a whole; `said` is the level or the points of then."""

    why: Why
    question: str
    criterion: str = ""
    said: str = ""

    def as_json(self) -> dict[str, str]:
        return {"why": self.why.value, "question": self.question, "criterion": self.criterion, "said": self.said}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Trouble:
        return cls(Why(stored["why"]), stored["question"], stored["criterion"], stored["said"])


@dataclass(frozen=True, slots=True)
class Carried:
    """Marks as they are by the other edition, before lateness. `whole`: a student could be shown them as they are."""

    marks: list[dict[str, Any]]
    criteria: list[dict[str, Any]]
    entered: Decimal | None
    out_of: Decimal
    troubles: tuple[Trouble, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of a grade, as it keeps them. `in_part`: some of it was shown without a total."""

    marks: Sequence[Mapping[str, Any]]
    criteria: Sequence[Mapping[str, Any]]
    override: Decimal | None
    in_part: bool = False


def carried(
    grade: Marked,
    *,
    before: Sequence[Criterion],
    after: Sequence[Criterion],
    possible: Mapping[str, Decimal | None],
    total: Decimal | None,
) -> Carried:
    """`grade` by the criteria `after`, where it was made by those `before`. `possible` is out of how many each question
    is then, `total` what the assignment states in all."""
    said = {Key(each["question"], each["criterion"]): each for each in grade.criteria}
    criteria = list(_kept(said, after))
    choices = {Key(each["question"], each["criterion"]): Choice(each["level"]) for each in criteria}
    scored = rubrics.marks(after, choices)
    marks = list(_marks(grade.marks, scored, rubrics.possible(before), _homeless(said, before, after)))
    given = {mark["question"]: None if mark["points"] is None else Decimal(mark["points"]) for mark in marks}
    out_of = grading.possible_points(possible, total)
    missing = rubrics.unscored(after, choices) or grading.unmarked(given, possible)
    had_points = any(mark["points"] is not None for mark in grade.marks)
    has_points = any(points is not None for points in given.values())
    troubles = [*_troubles(grade, said, before, after, scored)]
    above = grade.override is not None and grade.override > out_of
    if above:
        troubles.append(Trouble(Why.ABOVE, "", said=_decimal(grade.override)))
    whole = grade.override is not None or not missing or not (had_points or has_points)
    return Carried(
        marks=marks,
        criteria=criteria,
        entered=None if grade.in_part else grading.entered_score(given, grade.override),
        out_of=out_of,
        troubles=tuple(troubles),
        whole=(whole or grade.in_part) and not above,
    )


def _kept(said: Mapping[Key, Mapping[str, Any]], after: Iterable[Criterion]) -> Iterator[dict[str, Any]]:
    """The choices that follow, with what they give now."""
    for criterion in after:
        each = said.get(criterion.key)
        if each is None:
            continue
        level = criterion.level(each["level"])
        if level is not None or each["comment"]:
            yield {
                "question": criterion.question,
                "criterion": criterion.id,
                "level": level.id if level else None,
                "points": _decimal(level.points if level else None),
                "comment": each["comment"],
            }


def _homeless(
    said: Mapping[Key, Mapping[str, Any]], before: Iterable[Criterion], after: Iterable[Criterion]
) -> dict[str, list[str]]:
    """By question: comments on criteria that are gone. They go to the comment on the question, so that no words that a
    student was told are lost."""
    there = {criterion.key for criterion in after}
    found: dict[str, list[str]] = {}
    for criterion in before:
        each = said.get(criterion.key)
        if each is not None and each["comment"].strip() and criterion.key not in there:
            found.setdefault(criterion.question, []).append(f"{criterion.name}: {each['comment']}")
    return found


def _marks(
    old: Iterable[Mapping[str, Any]],
    scored: Mapping[str, Decimal | None],
    scored_before: Mapping[str, Decimal],
    homeless: dict[str, list[str]],
) -> Iterator[dict[str, Any]]:
    named = set()
    for mark in old:
        question = mark["question"]
        named.add(question)
        points = mark["points"]
        if question in scored:
            points = _decimal(scored[question])
        elif question in scored_before:
            points = None
        words = [mark["comment"]] if mark["comment"] else []
        yield {"question": question, "points": points, "comment": "\n".join([*words, *homeless.pop(question, [])])}
    for question, given in scored.items():
        if question not in named and (given is not None or question in homeless):
            named.add(question)
            words = homeless.pop(question, [])
            yield {"question": question, "points": _decimal(given), "comment": "\n".join(words)}
    for question, words in homeless.items():
        yield {"question": question, "points": None, "comment": "\n".join(words)}


def _troubles(
    grade: Marked,
    said: Mapping[Key, Mapping[str, Any]],
    before: Sequence[Criterion],
    after: Sequence[Criterion],
    scored: Mapping[str, Decimal | None],
) -> Iterator[Trouble]:
    there, known = {each.key: each for each in after}, {each.key: each for each in before}
    for key, criterion in known.items():
        level = criterion.level(said[key]["level"]) if key in said else None
        if level is None:
            continue
        if key not in there:
            yield Trouble(Why.CRITERION_GONE, key.question, criterion.name, level.name)
        elif there[key].level(level.id) is None:
            yield Trouble(Why.LEVEL_GONE, key.question, there[key].name, level.name)
    for key, criterion in there.items():
        if key not in known and not criterion.is_scale:
            yield Trouble(Why.NOT_SCORED, key.question, criterion.name)
    scored_before = rubrics.possible(before)
    for mark in grade.marks:
        if mark["points"] is not None and (mark["question"] in scored) != (mark["question"] in scored_before):
            yield Trouble(Why.POINTS_GONE, mark["question"], said=mark["points"])


def _decimal(points: Decimal | None) -> Any:
    return None if points is None else str(grading.rounded(points))
