from decimal import Decimal

import pytest

from assignments.grading import (
    Fault,
    entered_score,
    faults,
    final_score,
    points_for_choice,
    possible_points,
    ready_to_return,
    unmarked,
)

D = Decimal
QUESTIONS = {"q1": D(4), "q2": D(6), "q3": None}
DAY = 86400


def test_the_entered_score_is_the_sum_of_what_was_marked() -> None:
    assert entered_score({"q1": D("3.5"), "q2": D("0.25"), "q3": None}, None) == D("3.75")


def test_nothing_marked_is_no_score_which_is_not_zero() -> None:
    assert entered_score({"q1": None}, None) is None
    assert entered_score({"q1": D(0)}, None) == 0
    assert final_score(None) is None


def test_a_total_of_the_teachers_own_stands_above_the_sum() -> None:
    assert entered_score({"q1": D(4)}, D(9)) == 9


def test_possible_points_are_the_sum_unless_the_assignment_states_a_total() -> None:
    assert possible_points(QUESTIONS, None) == 10
    assert possible_points(QUESTIONS, D(20)) == 20


def test_rounding_is_half_up() -> None:
    assert final_score(D("2.345")) == D("2.35")
    assert final_score(D("2.344999")) == D("2.34")


@pytest.mark.parametrize(
    ("marks", "override", "fault"),
    [
        ([("q9", D(1))], None, Fault("/questions/0/question", "unknown-question")),
        ([("q1", D(1)), ("q1", D(2))], None, Fault("/questions/1/question", "twice")),
        ([("q1", D(5))], None, Fault("/questions/0/points", "above-possible")),
        ([("q3", D(1))], None, Fault("/questions/0/points", "above-possible")),
        ([("q1", D(-1))], None, Fault("/questions/0/points", "below-zero")),
        ([("q1", D("NaN"))], None, Fault("/questions/0/points", "below-zero")),
        ([("q1", D("1.001"))], None, Fault("/questions/0/points", "too-fine")),
        ([], D(11), Fault("/score", "above-possible")),
    ],
)
def test_marks_that_cannot_be_are_named(marks: list[tuple[str, D | None]], override: D | None, fault: Fault) -> None:
    assert faults(marks, questions=QUESTIONS, override=override, out_of=D(10)) == [fault]


def test_good_marks_have_no_faults() -> None:
    assert faults([("q1", D("3.50")), ("q2", None)], questions=QUESTIONS, override=D(10), out_of=D(10)) == []


@pytest.mark.parametrize(
    ("marks", "override", "words", "ready"),
    [
        ({"q1": D(1), "q2": D(0)}, None, False, True),
        ({"q1": D(1)}, None, True, False),
        ({"q1": D(1)}, D(5), False, True),
        ({}, None, True, True),
        ({}, None, False, False),
    ],
)
def test_a_grade_is_ready_when_wholly_scored_or_in_words_alone(
    marks: dict[str, D | None], override: D | None, words: bool, ready: bool
) -> None:
    assert ready_to_return(marks, questions=QUESTIONS, override=override, has_words=words) is ready


def test_questions_without_points_need_no_mark() -> None:
    assert unmarked({"q1": D(1)}, QUESTIONS) == ["q2"]


@pytest.mark.parametrize(
    ("chosen", "points"),
    [(["a", "b"], "3.00"), (["a"], "1.50"), (["a", "c"], "0.00"), (["a", "b", "c"], "1.50"), ([], "0.00")],
)
def test_each_wrong_option_takes_back_what_a_right_one_gave(chosen: list[str], points: str) -> None:
    assert points_for_choice(chosen, correct=["a", "b"], points=D(3)) == D(points)


def test_a_question_without_a_right_option_gives_nothing() -> None:
    assert points_for_choice(["a"], correct=[], points=D(3)) == 0
