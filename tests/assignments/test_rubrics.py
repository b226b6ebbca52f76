from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments import grading, rubrics
from assignments.readable import Fault
from assignments.rubrics import Choice, Choices, Criterion, Key, Level
from assignments.words import FAULTS

D = Decimal
QUESTIONS = {"q1", "q2"}


def level(key: str, points: object = "", **changed: Any) -> dict[str, Any]:
    return {"id": key, "name": key.title(), "points": points, "description": "", **changed}


def criterion(key: str, question: str, *levels: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    return {"id": key, "question": question, "name": key, "description": "", "levels": [*levels], **changed}


def evidence(question: str = "q1", **changed: Any) -> dict[str, Any]:
    return criterion("evidence", question, level("strong", "2"), level("thin", "0.5"), level("none", "0"), **changed)


def thesis() -> dict[str, Any]:
    return criterion("thesis", "q1", level("missing", "0"), level("clear", "4"))


def craft() -> dict[str, Any]:
    return criterion("craft", "q1", level("basic"), level("proficient"))


def whole() -> dict[str, Any]:
    return criterion("care", "", level("careful", "1"), level("careless", "0"))


# One rubric that serves two questions, a scale beside it, and a criterion of the whole work.
EDITION = [thesis(), evidence(), craft(), evidence("q2"), whole()]
THESIS, EVIDENCE, CRAFT, EVIDENCE_2, WHOLE = CRITERIA = rubrics.read(EDITION)
BEST = {
    THESIS.key: Choice("clear"),
    EVIDENCE.key: Choice("strong"),
    EVIDENCE_2.key: Choice("strong"),
    WHOLE.key: Choice("careful"),
}


# --- An edition


def test_a_good_edition_has_no_faults_and_reads_as_it_was_written() -> None:
    assert rubrics.faults(EDITION, questions=QUESTIONS) == []
    assert (
        Criterion(
            "q1",
            "evidence",
            "evidence",
            (Level("strong", "Strong", D(2)), Level("thin", "Thin", D("0.5")), Level("none", "None", D(0))),
        )
        == EVIDENCE
    )
    assert [each.points for each in CRAFT.levels] == [None, None]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (evidence(), Fault("/criteria/1/id", "twice")),
        (evidence("q9"), Fault("/criteria/1/question", "unknown-question")),
        (criterion("a", "q1", level("only", "2")), Fault("/criteria/1/levels", "levels-too-few")),
        (criterion("a", "q1", level("x", "2"), level("y")), Fault("/criteria/1/levels", "points-in-part")),
        (criterion("a", "q1", level("x", "2"), level("x", "1")), Fault("/criteria/1/levels/1/id", "twice")),
        (
            criterion("a", "q1", level("x", "NaN"), level("y", "1")),
            Fault("/criteria/1/levels/0/points", "points-wrong"),
        ),
        (criterion("a", "q1", level("x", 2), level("y")), Fault("/criteria/1/levels/0/points", "not-a-text")),
        (criterion("a", "q1", level("x", name=" "), level("y")), Fault("/criteria/1/levels/0/name", "empty")),
        (criterion("a", "q1", level("x"), "y"), Fault("/criteria/1/levels/1", "not-an-object")),
        (evidence("q2", name=""), Fault("/criteria/1/name", "empty")),
        (evidence("q2", description="x" * 2001), Fault("/criteria/1/description", "too-long")),
        (evidence("q2", description="\x00"), Fault("/criteria/1/description", "nul")),
        (evidence("q2", weight=2), Fault("/criteria/1/weight", "unknown-key")),
        (evidence("q2", levels="none"), Fault("/criteria/1/levels", "not-a-list")),
        (["evidence"], Fault("/criteria/1", "not-an-object")),
    ],
)
def test_what_is_wrong_is_said_of_the_criterion_that_has_it(wrong: Any, fault: Fault) -> None:
    assert rubrics.faults([evidence(), evidence("q2")], questions=QUESTIONS) == []
    assert rubrics.faults([evidence(), wrong], questions=QUESTIONS) == [fault]
    assert fault.code in FAULTS


@pytest.mark.parametrize("points", ["-1", "NaN", "1e3", "٣", "1.005", "1000.01", " 1", "1.", "Infinity"])
def test_what_are_no_points_is_told(points: str) -> None:
    wrong = criterion("a", "q1", level("x", "1000"), level("y", points))
    assert rubrics.faults([wrong], questions=QUESTIONS) == [Fault("/criteria/0/levels/1/points", "points-wrong")]


def test_every_criterion_with_a_fault_is_told() -> None:
    found = rubrics.faults([thesis(), evidence("q9"), criterion("a", "q8")], questions=QUESTIONS)
    assert [(fault.pointer, fault.code) for fault in found] == [
        ("/criteria/1/question", "unknown-question"),
        ("/criteria/2/question", "unknown-question"),
        ("/criteria/2/levels", "levels-too-few"),
    ]


def test_a_field_that_is_not_there_is_told() -> None:
    lacking = evidence()
    del lacking["levels"]
    assert rubrics.faults([lacking], questions=QUESTIONS) == [Fault("/criteria/0/levels", "missing")]
    assert rubrics.faults({}, questions=QUESTIONS) == [Fault("/criteria", "not-a-list")]


def test_the_points_of_all_criteria_have_a_bound() -> None:
    many = [criterion(f"c{n}", "q1", level("x", "1000"), level("y", "0")) for n in range(11)]
    assert rubrics.faults(many[:10], questions=QUESTIONS) == []
    assert rubrics.faults(many, questions=QUESTIONS) == [Fault("/criteria", "too-many-points")]
    assert "too-many-points" in FAULTS


# --- What the choices come to


def test_the_score_is_the_sum_of_the_chosen_levels() -> None:
    chosen = {THESIS.key: Choice("clear"), EVIDENCE.key: Choice("thin")}
    assert rubrics.score(CRITERIA, chosen) == D("4.5")
    assert rubrics.score(CRITERIA, BEST) == rubrics.out_of(CRITERIA) == 9


def test_an_empty_criterion_is_not_scored_which_is_not_nought() -> None:
    assert rubrics.score(CRITERIA, {}) is None
    assert rubrics.score(CRITERIA, {EVIDENCE.key: Choice()}) is None
    assert rubrics.score(CRITERIA, {EVIDENCE.key: Choice("none")}) == 0
    assert rubrics.given(EVIDENCE, {}) is None


def test_the_best_level_counts_wherever_it_stands() -> None:
    assert (THESIS.most, EVIDENCE.most, CRAFT.most) == (4, 2, 0)


def test_one_rubric_serves_two_questions_without_mixing_their_choices() -> None:
    assert EVIDENCE.id == EVIDENCE_2.id
    assert EVIDENCE.key == Key("q1", "evidence") != EVIDENCE_2.key
    assert rubrics.marks(CRITERIA, {EVIDENCE_2.key: Choice("thin")}) == {"q1": None, "q2": D("0.5"), "": None}


def test_a_question_is_out_of_the_best_of_its_criteria() -> None:
    assert rubrics.possible(CRITERIA) == {"q1": 6, "q2": 2, "": 1}


def test_a_scale_says_something_and_counts_nothing() -> None:
    assert (CRAFT.is_scale, EVIDENCE.is_scale) == (True, False)
    proficient = {CRAFT.key: Choice("proficient")}
    assert rubrics.score([CRAFT], proficient) is None
    assert rubrics.score(CRITERIA, {**BEST, **proficient}) == rubrics.score(CRITERIA, BEST)


def test_a_question_with_scales_alone_takes_typed_points_as_ever() -> None:
    assert rubrics.possible([CRAFT, EVIDENCE_2]) == {"q2": 2}
    assert rubrics.marks([CRAFT], {CRAFT.key: Choice("basic")}) == {}


def test_points_of_the_teachers_own_stand_above_those_of_the_level() -> None:
    between = {EVIDENCE.key: Choice("thin", D("1.5")), THESIS.key: Choice(None, D(3))}
    assert rubrics.score(CRITERIA, between) == D("4.5")
    assert EVIDENCE.key not in rubrics.unmarked(CRITERIA, between)


def test_what_is_left_to_choose_is_told_and_a_scale_may_stay_open() -> None:
    chosen = {EVIDENCE.key: Choice("none"), THESIS.key: Choice(), EVIDENCE_2.key: Choice(None, D(1))}
    assert rubrics.unmarked(CRITERIA, chosen) == [THESIS.key, CRAFT.key, WHOLE.key]
    assert rubrics.unscored(CRITERIA, chosen) == [THESIS.key, WHOLE.key]
    assert rubrics.unscored(CRITERIA, BEST) == []
    assert rubrics.unmarked(CRITERIA, {**BEST, CRAFT.key: Choice("basic")}) == []


def test_what_a_grade_keeps_of_its_choices_is_read_back() -> None:
    kept = [
        {"question": "q1", "criterion": "evidence", "level": "thin", "points": "1.50", "comment": "Nearly."},
        {"question": "", "criterion": "care", "level": None, "points": None, "comment": ""},
    ]
    assert rubrics.chosen(kept) == {EVIDENCE.key: Choice("thin", D("1.5")), WHOLE.key: Choice()}


def test_good_choices_have_no_faults() -> None:
    good = [*BEST.items(), (CRAFT.key, Choice("basic"))]
    assert rubrics.choice_faults(good, CRITERIA) == []


@pytest.mark.parametrize(
    ("key", "choice", "fault"),
    [
        (Key("q2", "thesis"), Choice("clear"), Fault("/criteria/1/criterion", "unknown-criterion")),
        (WHOLE.key, Choice("careful"), Fault("/criteria/1/criterion", "twice")),
        (EVIDENCE.key, Choice("careful"), Fault("/criteria/1/level", "unknown-level")),
        (EVIDENCE.key, Choice(None, D("2.01")), Fault("/criteria/1/points", "above-possible")),
        (EVIDENCE.key, Choice("thin", D("1.001")), Fault("/criteria/1/points", "too-fine")),
        (EVIDENCE.key, Choice("thin", D(-1)), Fault("/criteria/1/points", "below-zero")),
        (CRAFT.key, Choice("basic", D(0)), Fault("/criteria/1/points", "above-possible")),
    ],
)
def test_choices_that_cannot_be_are_named(key: Key, choice: Choice, fault: Fault) -> None:
    assert rubrics.choice_faults([(WHOLE.key, Choice("careful")), (key, choice)], CRITERIA) == [fault]
    assert fault.code in FAULTS


# --- For all editions

points = st.decimals(0, 1000, places=2)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Criterion, ...]:
    """A few criteria of three questions and of the whole work; some of them scales."""
    keys = draw(
        st.lists(st.tuples(st.sampled_from(["", "q1", "q2", "q3"]), st.integers(0, 2)), unique=True, max_size=6)
    )
    return tuple(
        Criterion(
            question,
            f"c{number}",
            "A name",
            tuple(
                Level(f"l{place}", "A name", None if scale else each)
                for place, each in enumerate(draw(st.lists(points, min_size=2, max_size=4)))
            ),
        )
        for question, number in keys
        for scale in [draw(st.booleans())]
    )


@st.composite
def judged(draw: st.DrawFn) -> tuple[tuple[Criterion, ...], Choices]:
    criteria = draw(editions())
    chosen = {
        each.key: Choice(draw(st.none() | st.sampled_from([level.id for level in each.levels]))) for each in criteria
    }
    return criteria, chosen


@given(judged())
def test_the_sum_over_the_questions_is_the_score_and_never_above_what_is_possible(
    made: tuple[tuple[Criterion, ...], Choices],
) -> None:
    criteria, chosen = made
    score, marks, possible = (
        rubrics.score(criteria, chosen),
        rubrics.marks(criteria, chosen),
        rubrics.possible(criteria),
    )
    assert grading.entered_score(marks, None) == score
    assert marks.keys() == possible.keys()
    assert sum(possible.values()) == rubrics.out_of(criteria) == grading.possible_points(possible, None)
    assert score is None or 0 <= score <= rubrics.out_of(criteria)
    assert all(mark is None or mark <= possible[question] for question, mark in marks.items())


@given(judged())
def test_a_choice_more_never_takes_away(made: tuple[tuple[Criterion, ...], Choices]) -> None:
    criteria, chosen = made
    for key in rubrics.unscored(criteria, chosen):
        more = {**chosen, key: Choice("l0")}
        assert (rubrics.score(criteria, more) or 0) >= (rubrics.score(criteria, chosen) or 0)
        assert key not in rubrics.unscored(criteria, more)


@given(judged())
def test_a_level_and_its_own_points_typed_by_hand_come_to_the_same(made: tuple[tuple[Criterion, ...], Choices]) -> None:
    criteria, chosen = made
    typed = {each.key: Choice(None, rubrics.given(each, chosen)) for each in criteria}
    assert rubrics.score(criteria, typed) == rubrics.score(criteria, chosen)
    assert rubrics.choice_faults(typed.items(), criteria) == []
