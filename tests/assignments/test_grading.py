from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.grading import (
    Fault,
    LatePolicy,
    Mark,
    after_lateness,
    deduction,
    entered_score,
    faults,
    final_score,
    late_by,
    mark_of,
    points_for_choice,
    possible_points,
    ready_to_return,
    unmarked,
)
from assignments.lifecycle import State
from assignments.timing import Result

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


# --- Late work

A_TENTH_A_DAY = LatePolicy(percent=D(10))
EIGHT = D(8)


def late(seconds: int, *, entered: D | None = EIGHT, policy: LatePolicy | None = A_TENTH_A_DAY) -> D:
    return deduction(entered, late_seconds=seconds, policy=policy, possible=D(20))


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, 0), (1, 2), (DAY - 1, 2), (DAY, 2), (DAY + 1, 4), (2 * DAY, 4), (2 * DAY + 1, 6)]
)
def test_each_period_that_has_begun_takes_its_share_of_the_possible_points(seconds: int, taken: int) -> None:
    assert late(seconds) == taken


def test_a_period_may_be_an_hour() -> None:
    hourly = LatePolicy(percent=D(5), every_seconds=3600)
    assert [late(seconds, policy=hourly) for seconds in (1, 3600, 3601)] == [1, 1, 2]


def test_nothing_is_taken_in_time_nor_without_a_policy_nor_where_nothing_was_scored() -> None:
    assert late(DAY) == 2
    assert late(0) == 0
    assert late(-5) == 0
    assert late(DAY, policy=None) == 0
    assert late(DAY, entered=None) == 0
    assert final_score(None, late(DAY, entered=None)) is None


def test_a_score_is_used_up_at_nought() -> None:
    assert late(30 * DAY) == 8
    assert final_score(D(8), late(30 * DAY)) == 0
    assert late(DAY, entered=D(0)) == 0


def test_a_cap_bounds_what_is_taken() -> None:
    assert late(30 * DAY, policy=replace(A_TENTH_A_DAY, cap_percent=D(30))) == 6
    assert late(30 * DAY, policy=replace(A_TENTH_A_DAY, percent=D(50), cap_percent=D(30))) == 6
    assert late(2 * DAY, policy=replace(A_TENTH_A_DAY, cap_percent=D(30))) == 4


def test_a_floor_holds_a_score_and_lifts_none() -> None:
    floor = replace(A_TENTH_A_DAY, floor_percent=D(35))
    assert late(30 * DAY, policy=floor) == 1
    assert final_score(D(8), late(30 * DAY, policy=floor)) == 7
    assert late(30 * DAY, entered=D(7), policy=floor) == 0
    assert late(30 * DAY, entered=D(3), policy=floor) == 0


@pytest.mark.parametrize(
    ("handed_in", "counts", "seconds"), [(False, False, 0), (False, True, 0), (True, True, 60), (True, False, 90)]
)
def test_marks_are_as_late_as_the_hand_in_that_they_are_about(handed_in: bool, counts: bool, seconds: int) -> None:
    assert late_by(handed_in=handed_in, counts=counts, decided=60, newest=lambda: 90) == seconds
    taken, left = after_lateness(EIGHT, late_seconds=seconds, policy=A_TENTH_A_DAY, possible=D(20))
    assert (taken, left) == ((2, 6) if handed_in else (0, 8))


def test_a_late_score_is_rounded_once_and_half_up() -> None:
    third = LatePolicy(percent=D("33.3"))
    taken = deduction(D("6.5"), late_seconds=1, policy=third, possible=D("7.25"))
    assert taken == D("2.41425")
    assert final_score(D("6.5"), taken) == D("4.09")
    assert final_score(D("2.345"), D(0)) == D("2.35")
    assert final_score(D("2.345"), D("0.0001")) == D("2.34")


possible_scores = st.decimals(0, 1000, places=2)
percents = st.decimals(0, 100, places=2)


@st.composite
def late_work(draw: st.DrawFn) -> tuple[D, D, LatePolicy]:
    """A score, out of how many, and a policy."""
    possible = draw(possible_scores)
    policy = LatePolicy(draw(percents), draw(st.integers(1, 30 * DAY)), draw(percents), draw(percents))
    return draw(st.decimals(0, possible, places=2)), possible, policy


lateness = st.integers(0, 400 * DAY)


@given(late_work(), lateness)
def test_being_late_never_raises_a_score_nor_takes_more_than_there_is(
    work: tuple[D, D, LatePolicy], seconds: int
) -> None:
    entered, possible, policy = work
    taken = deduction(entered, late_seconds=seconds, policy=policy, possible=possible)
    final = final_score(entered, taken)
    assert final is not None
    assert 0 <= taken <= entered
    assert 0 <= final <= entered
    assert taken <= policy.cap_percent * possible / 100


@given(late_work(), lateness)
def test_no_policy_takes_a_score_below_its_floor(work: tuple[D, D, LatePolicy], seconds: int) -> None:
    entered, possible, policy = work
    taken = deduction(entered, late_seconds=seconds, policy=policy, possible=possible)
    assert entered - taken >= min(entered, policy.floor_percent * possible / 100)


@given(late_work(), lateness, lateness)
def test_later_work_never_loses_less(work: tuple[D, D, LatePolicy], one: int, other: int) -> None:
    entered, possible, policy = work
    sooner, later = (
        deduction(entered, late_seconds=seconds, policy=policy, possible=possible) for seconds in sorted((one, other))
    )
    assert sooner <= later


@given(late_work(), lateness)
def test_when_lateness_or_the_policy_goes_the_entered_score_is_back(
    work: tuple[D, D, LatePolicy], seconds: int
) -> None:
    entered, possible, policy = work
    forgiven = deduction(entered, late_seconds=0, policy=policy, possible=possible)
    switched_off = deduction(entered, late_seconds=seconds, policy=None, possible=possible)
    assert final_score(entered, forgiven) == final_score(entered, switched_off) == final_score(entered) == entered


@given(possible=possible_scores, entered=possible_scores, percent=st.integers(0, 100), seconds=lateness)
def test_whole_percents_of_points_fit_into_four_places(possible: D, entered: D, percent: int, seconds: int) -> None:
    """As many as a grade keeps of what was taken, so that the final score can be worked out from it again."""
    policy = LatePolicy(D(percent), floor_percent=D(percent) / 2 // 1)
    taken = deduction(entered, late_seconds=seconds, policy=policy, possible=possible)
    assert taken == taken.quantize(D("0.0001"))


# --- Nought, not scored, missing and excused

UNSENT = (State.ASSIGNED, State.DRAFTING)


def test_nought_is_a_score_and_the_three_others_say_why_there_is_none() -> None:
    assert mark_of(State.RETURNED, result=Result.ON_TIME, score=D(0)) is Mark.SCORED
    assert mark_of(State.RETURNED, result=Result.ON_TIME, score=None) is Mark.NOT_SCORED
    assert mark_of(State.DRAFTING, result=Result.MISSING, score=None) is Mark.MISSING
    assert mark_of(State.EXCUSED, result=Result.MISSING, score=None) is Mark.EXCUSED


def test_before_the_due_time_nothing_is_missing() -> None:
    assert {mark_of(state, result=Result.NOT_DUE, score=None) for state in UNSENT} == {Mark.NOT_SCORED}
    assert {mark_of(state, result=Result.MISSING, score=None) for state in UNSENT} == {Mark.MISSING}


@pytest.mark.parametrize("score", [None, D(0), D(3)])
@pytest.mark.parametrize(("state", "result"), list(product(State, Result)))
def test_whatever_is_true_of_a_piece_of_work_it_shows_one_of_the_four(
    state: State, result: Result, score: D | None
) -> None:
    shown = mark_of(state, result=result, score=score)
    assert (shown is Mark.EXCUSED) == (state is State.EXCUSED)
    assert (shown is Mark.SCORED) == (score is not None and state is not State.EXCUSED)
    assert (shown is Mark.MISSING) == (state in UNSENT and result is Result.MISSING and score is None)


def test_being_late_changes_the_number_and_never_the_kind_of_mark() -> None:
    for state in State:
        on_time = mark_of(state, result=Result.ON_TIME, score=D(3))
        assert mark_of(state, result=Result.LATE, score=D(0)) is on_time


def test_a_returned_score_stays_the_mark_while_work_is_read_again_or_revised() -> None:
    for state in (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.REVISING):
        assert mark_of(state, result=Result.MISSING, score=D(3)) is Mark.SCORED
