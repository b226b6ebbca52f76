"""The arithmetic of marks. Decimal throughout; rounded half up to two places once, at the very end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from assignments.lifecycle import State
from assignments.readable import Fault
from assignments.timing import Result

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)


def rounded(score: Decimal) -> Decimal:
    return score.quantize(CENT, ROUND_HALF_UP)


def possible_points(questions: Mapping[str, Decimal | None], total: Decimal | None) -> Decimal:
    """Out of how many: the assignment's own total where it states one, else the sum over its questions."""
    return total if total is not None else sum((points for points in questions.values() if points), ZERO)


def entered_score(marks: Mapping[str, Decimal | None], override: Decimal | None) -> Decimal | None:
    """The score before it is rounded: the teacher's own total if there is one, else the sum of what was marked.
    Nothing marked is no score, which is not the same as zero."""
    if override is not None:
        return override
    given = [points for points in marks.values() if points is not None]
    return sum(given, ZERO) if given else None


def final_score(entered: Decimal | None, deducted: Decimal = ZERO) -> Decimal | None:
    """What the student gets; None when no score was given. This is the one place where a score is rounded."""
    return None if entered is None else rounded(entered - deducted)


def share_of(possible: Decimal, percent: int) -> Decimal:
    """So many per cent of the possible points."""
    return rounded(possible * percent / HUNDRED)


def faults(
    marks: Iterable[tuple[str, Decimal | None]],
    *,
    questions: Mapping[str, Decimal | None],
    override: Decimal | None,
    out_of: Decimal,
) -> list[Fault]:
    """What keeps these marks from being saved. `questions` maps each question of the assignment to its points."""
    found: list[Fault] = []
    seen: set[str] = set()
    for place, (question, points) in enumerate(marks):
        at = f"/questions/{place}"
        if question not in questions:
            found.append(Fault(f"{at}/question", "unknown-question"))
        elif question in seen:
            found.append(Fault(f"{at}/question", "twice"))
        elif points is not None and (code := points_fault(points, questions[question] or ZERO)):
            found.append(Fault(f"{at}/points", code))
        seen.add(question)
    if override is not None and (code := points_fault(override, out_of)):
        found.append(Fault("/score", code))
    return found


def points_fault(points: Decimal, most: Decimal) -> str | None:
    """What keeps these from being points out of `most`."""
    if not points.is_finite() or points < 0:
        return "below-zero"
    if points > most:
        return "above-possible"
    return "too-fine" if points != rounded(points) else None


def unmarked(marks: Mapping[str, Decimal | None], questions: Mapping[str, Decimal | None]) -> list[str]:
    """The questions that carry points and have none given yet."""
    return [question for question, points in questions.items() if points and marks.get(question) is None]


def ready_to_return(
    marks: Mapping[str, Decimal | None],
    *,
    questions: Mapping[str, Decimal | None],
    override: Decimal | None,
    has_words: bool,
) -> bool:
    """Whether a draft grade could be returned as it is: wholly scored, or scored by a total of the teacher's own, or
    words alone. Some questions marked and others forgotten is none of these."""
    if override is not None:
        return True
    if any(points is not None for points in marks.values()):
        return not unmarked(marks, questions)
    return has_words


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What late work loses: for every period that has begun, `percent` of the possible points."""

    percent: Decimal
    every_seconds: int = 86400
    cap_percent: Decimal = HUNDRED  # never more than so much of the possible points, however late
    floor_percent: Decimal = ZERO  # and never further down than to so much of them


def deduction(entered: Decimal | None, *, late_seconds: int, policy: LatePolicy | None, possible: Decimal) -> Decimal:
    """How much lateness takes from a score, not rounded. The score itself stays as it was entered: without a policy, or
    in time, nothing is taken. A score that is below the floor already stays where it is and is never lifted to it."""
    if entered is None or policy is None or late_seconds <= 0:
        return ZERO
    periods = -(-late_seconds // policy.every_seconds)
    taken = min(policy.percent * periods, policy.cap_percent) * possible / HUNDRED
    return max(ZERO, min(taken, entered - policy.floor_percent * possible / HUNDRED))


def late_by(*, handed_in: bool, counts: bool, decided: int, newest: Callable[[], int]) -> int:
    """By how many seconds the hand-in that marks are about was late: what was `decided` for the one that counts, else
    its own `newest` decision. Where nothing was handed in nothing came late."""
    if not handed_in:
        return 0
    return decided if counts else newest()


def after_lateness(
    entered: Decimal | None, *, late_seconds: int, policy: LatePolicy | None, possible: Decimal
) -> tuple[Decimal, Decimal | None]:
    """What lateness takes off a score, and what is left of it."""
    taken = deduction(entered, late_seconds=late_seconds, policy=policy, possible=possible)
    return taken, final_score(entered, taken)


class Mark(StrEnum):
    """What a list of marks shows for one piece of work: a score, which may be nought, or why there is none."""

    SCORED = "scored"
    NOT_SCORED = "not_scored"
    MISSING = "missing"
    EXCUSED = "excused"


def is_missing(state: State, result: Result) -> bool:
    """Nothing is handed in and the due time has passed. Work that came back once is not missing, whatever follows."""
    return result is Result.MISSING and state in (State.ASSIGNED, State.DRAFTING)


def mark_of(state: State, *, result: Result, score: Decimal | None) -> Mark:
    """Which of the four a piece of work shows, `score` being that of its returned grade. An excuse stands above
    everything, and a score above being missing; lateness, being read and being revised change nothing."""
    if state is State.EXCUSED:
        return Mark.EXCUSED
    if score is not None:
        return Mark.SCORED
    return Mark.MISSING if is_missing(state, result) else Mark.NOT_SCORED


@dataclass(frozen=True, slots=True)
class Counted:
    """What one piece of missing work counts as: `final`, or projected and stored nowhere."""

    score: Decimal
    out_of: Decimal
    final: bool = False


def points_for_choice(chosen: Collection[str], *, correct: Collection[str], points: Decimal) -> Decimal:
    """Draft points for a choice: each right option counts for its share, each wrong one takes a share back."""
    right, wrong = set(chosen) & set(correct), set(chosen) - set(correct)
    if not correct:
        return ZERO
    share = Decimal(max(0, len(right) - len(wrong))) / len(set(correct))
    return rounded(points * share)
