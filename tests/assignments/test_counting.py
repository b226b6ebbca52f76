"""Which of the grades that were given is the mark, from values alone."""

from decimal import Decimal
from uuid import UUID

import pytest

from assignments.counting import Returned, mark, standing


def grade(n: int, number: int | None, score: str | None, out_of: str = "10") -> Returned:
    return Returned(UUID(int=n), number, None if score is None else Decimal(score), Decimal(out_of))


def given(*grades: Returned) -> dict[UUID, Returned]:
    return {one.grade: one for one in grades}


def shown(*numbers: int) -> list[tuple[bool, UUID]]:
    """Positive: came into sight; negative: was taken back."""
    return [(n > 0, UUID(int=abs(n))) for n in numbers]


def places(found: list[Returned]) -> list[int]:
    return [one.grade.int for one in found]


def test_of_each_hand_in_its_last_grade_stands() -> None:
    grades = given(grade(1, 1, "3"), grade(2, 1, "4"), grade(3, 2, "5"))
    assert places(standing(shown(1, 2, 3), grades)) == [2, 3]


@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        ((1, -1, 3), [3]),  # taken back and never given again
        ((1, -1, 2, 3), [2, 3]),  # put right
        ((1, 2, -2, 3), [3]),  # what it had taken the place of does not come back
        ((1, 3, -3), [1]),
    ],
)
def test_what_was_taken_back_or_put_right_stands_no_more(steps: tuple[int, ...], stands: list[int]) -> None:
    grades = given(grade(1, 1, "3"), grade(2, 1, "4"), grade(3, 2, "5"))
    assert places(standing(shown(*steps), grades)) == stands


@pytest.mark.parametrize(("counts", "counted"), [("latest", 3), ("best", 2), ("first", 1), ("pick", 3)])
def test_the_policy_says_which_of_them_is_the_mark(counts: str, counted: int) -> None:
    stands = [grade(1, 1, "5"), grade(2, 2, "7"), grade(3, 3, "6")]
    assert mark(stands, counts, seen=UUID(int=3)) == UUID(int=counted)


def test_the_best_is_the_best_share_and_of_equals_the_latest() -> None:
    stands = [grade(1, 1, "8", "10"), grade(2, 2, "9", "12")]
    assert mark(stands, "best", seen=UUID(int=2)) == UUID(int=1)
    equals = [grade(1, 1, "5", "10"), grade(2, 2, "6", "12"), grade(3, 3, "1")]
    assert mark(equals, "best", seen=UUID(int=3)) == UUID(int=2)
    noughts = [grade(1, 1, "0"), grade(2, 2, "0")]
    assert mark(noughts, "best", seen=UUID(int=1)) == UUID(int=1)


def test_words_alone_are_neither_the_best_nor_the_first_unless_there_is_nothing_else() -> None:
    stands = [grade(1, 1, None), grade(2, 2, "4"), grade(3, 3, None)]
    for counts in ("best", "first"):
        assert mark(stands, counts, seen=UUID(int=3)) == UUID(int=2)
        assert mark(stands[:1], counts, seen=UUID(int=1)) == UUID(int=1)
    assert mark(stands, "latest", seen=UUID(int=3)) == UUID(int=3)


def test_marks_without_a_hand_in_come_after_every_hand_in() -> None:
    grades = given(grade(1, None, "9"), grade(2, 1, "4"))
    stands = standing(shown(1, 2), grades)
    assert places(stands) == [2, 1]
    assert mark(stands, "first", seen=UUID(int=2)) == UUID(int=2)
    assert mark(stands, "best", seen=UUID(int=2)) == UUID(int=1)


def test_what_was_chosen_counts_by_its_hand_in_and_the_latest_where_that_stands_no_more() -> None:
    first, again, second = grade(1, 1, "3"), grade(2, 1, "4"), grade(3, 2, "5")
    assert mark([again, second], "pick", seen=second.grade, picked=first) == again.grade
    assert mark([second], "pick", seen=second.grade, picked=first) == second.grade
    assert mark([again, second], "best", seen=second.grade, picked=first) == second.grade


@pytest.mark.parametrize("counts", ["latest", "best", "first", "pick"])
def test_while_nothing_is_in_sight_there_is_no_mark(counts: str) -> None:
    assert mark([grade(1, 1, "5")], counts, seen=None, picked=grade(1, 1, "5")) is None
