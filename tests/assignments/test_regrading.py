"""What marks on one edition of a rubric come to by another, as plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments import grading, rubrics
from assignments.regrading import Carried, Marked, Trouble, Why, carried
from assignments.rubrics import Criterion, Level

D = Decimal
TYPED = {"q1": D(4), "q2": D(2)}  # what the text says that each question is out of


def criterion(key: str, *points: int | None, question: str = "q1", name: str = "") -> Criterion:
    levels = tuple(Level(f"l{n}", f"Level {n}", None if each is None else D(each)) for n, each in enumerate(points))
    return Criterion(question, key, name or key.title(), levels)


SOURCE = criterion("source", 4, 3, 0)
CONTEXT = criterion("context", 2, 1, 0)
BEFORE = (SOURCE, CONTEXT)


def choice(of: Criterion, level: int | None, comment: str = "") -> dict[str, Any]:
    chosen = of.levels[level] if level is not None else None
    points = None if chosen is None or chosen.points is None else str(grading.rounded(chosen.points))
    return {
        "question": of.question,
        "criterion": of.id,
        "level": chosen.id if chosen else None,
        "points": points,
        "comment": comment,
    }


def mark(question: str, points: str | None, comment: str = "") -> dict[str, Any]:
    return {"question": question, "points": points, "comment": comment}


GRADE = Marked([mark("q1", "4.00", "Good."), mark("q2", "2.00")], [choice(SOURCE, 1), choice(CONTEXT, 1)], None)


def by(*after: Criterion, grade: Marked = GRADE, before: tuple[Criterion, ...] = BEFORE, **fields: Any) -> Carried:
    possible = {**TYPED, **rubrics.possible(after)}
    return carried(grade, **{"before": before, "after": after, "possible": possible, "total": None, **fields})


def test_by_the_same_edition_everything_is_as_it_was() -> None:
    found = by(*BEFORE)
    assert (found.marks, found.criteria) == (GRADE.marks, GRADE.criteria)
    assert (found.entered, found.out_of, found.whole, found.troubles) == (D(6), D(8), True, ())


def test_a_choice_follows_its_level_to_other_points() -> None:
    found = by(criterion("source", 5, 4, 0), CONTEXT)
    assert found.marks[0] == mark("q1", "5.00", "Good.")
    assert [each["points"] for each in found.criteria] == ["4.00", "1.00"]
    assert (found.entered, found.out_of, found.whole, found.troubles) == (D(7), D(9), True, ())


def test_a_level_that_is_gone_leaves_its_criterion_not_scored_and_keeps_its_comment() -> None:
    grade = Marked(GRADE.marks, [choice(SOURCE, 1, "Which letter?"), choice(CONTEXT, 1)], None)
    after = Criterion("q1", "source", "Source", (SOURCE.levels[0], SOURCE.levels[2]))
    found = by(after, CONTEXT, grade=grade)
    assert found.criteria[0] == choice(after, None, "Which letter?")
    assert (found.entered, found.whole) == (D(3), False)
    assert found.troubles == (Trouble(Why.LEVEL_GONE, "q1", "Source", "Level 1"),)


def test_a_new_criterion_is_not_scored_and_a_new_scale_keeps_nothing_back() -> None:
    found = by(*BEFORE, criterion("voice", 1, 0))
    assert (found.entered, found.out_of, found.whole) == (D(6), D(9), False)
    assert found.troubles == (Trouble(Why.NOT_SCORED, "q1", "Voice"),)
    scale = by(*BEFORE, criterion("voice", None, None))
    assert (scale.entered, scale.whole, scale.troubles) == (D(6), True, ())


def test_the_words_on_a_criterion_that_is_gone_go_to_those_on_the_question() -> None:
    grade = Marked(GRADE.marks, [choice(SOURCE, 1), choice(CONTEXT, 1, "Which year?")], None)
    found = by(SOURCE, grade=grade)
    assert found.marks[0] == mark("q1", "3.00", "Good.\nContext: Which year?")
    assert found.criteria == [choice(SOURCE, 1)]
    assert found.troubles == (Trouble(Why.CRITERION_GONE, "q1", "Context", "Level 1"),)
    bare = by(SOURCE, grade=Marked([], [choice(CONTEXT, None, "Which year?")], None))
    assert bare.marks == [mark("q1", None, "Context: Which year?")]


def test_points_that_were_typed_are_no_levels_and_the_other_way_round() -> None:
    typed = Marked([mark("q1", "3.50"), mark("q2", "2.00")], [], None)
    found = by(SOURCE, grade=typed, before=())
    assert (found.marks[0]["points"], found.entered, found.whole) == (None, D(2), False)
    assert found.troubles == (
        Trouble(Why.NOT_SCORED, "q1", "Source"),
        Trouble(Why.POINTS_GONE, "q1", said="3.50"),
    )
    back = by()
    assert (back.marks[0]["points"], back.entered, back.whole) == (None, D(2), False)
    assert Trouble(Why.POINTS_GONE, "q1", said="4.00") in back.troubles


def test_a_total_of_the_teachers_own_stays_one() -> None:
    grade = Marked(GRADE.marks, GRADE.criteria, D("7.5"))
    found = by(criterion("source", 5, 4, 0), CONTEXT, criterion("voice", 1, 0), grade=grade)
    assert (found.entered, found.whole) == (D("7.5"), True)
    above = by(criterion("source", 3, 2, 0), CONTEXT, grade=grade)
    assert (above.whole, above.troubles) == (False, (Trouble(Why.ABOVE, "", said="7.50"),))


def test_words_alone_stay_words_alone() -> None:
    found = by(*BEFORE, criterion("voice", 1, 0), grade=Marked([mark("q1", None, "See me.")], [], None))
    assert (found.entered, found.whole) == (None, True)


def test_what_was_shown_in_part_has_no_total_by_any_edition() -> None:
    part = Marked([mark("q1", "3.00")], [choice(SOURCE, 1)], None, in_part=True)
    found = by(criterion("source", 5, 4, 0), CONTEXT, grade=part)
    assert (found.marks[0]["points"], found.entered, found.whole) == ("4.00", None, True)


@pytest.mark.parametrize("trouble", [Trouble(Why.LEVEL_GONE, "q1", "Source", "Level 1"), Trouble(Why.ABOVE, "")])
def test_a_trouble_is_read_as_it_was_written(trouble: Trouble) -> None:
    assert Trouble.from_json(trouble.as_json()) == trouble


# --- For all editions

points = st.integers(0, 9)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Criterion, ...]:
    """Some of four criteria, each with some of four levels, of any points or a scale."""
    found = []
    for key, question in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        places = sorted(draw(st.sets(st.integers(0, 3), min_size=2)))
        scale = draw(st.integers(0, 4)) == 0
        levels = tuple(Level(f"l{n}", f"Level {n}", None if scale else D(draw(points))) for n in places)
        found.append(Criterion(question, key, key, levels))
    return tuple(found)


KEYS = [("a", "q1"), ("b", "q1"), ("a", "q2"), ("c", "q2")]


@st.composite
def judged(draw: st.DrawFn) -> tuple[Marked, tuple[Criterion, ...]]:
    """A grade as saving marks leaves it."""
    before = draw(editions())
    chosen = [choice(each, draw(st.none() | st.integers(0, len(each.levels) - 1))) for each in before]
    criteria = [each for each in chosen if each["level"] is not None]
    choices = rubrics.chosen(criteria)
    scored = rubrics.marks(before, choices)
    marks = []
    for question, possible in TYPED.items():
        typed = scored[question] if question in scored else draw(st.none() | st.integers(0, int(possible)).map(D))
        marks.append(mark(question, None if typed is None else str(grading.rounded(typed))))
    return Marked(marks, criteria, draw(st.none() | st.integers(0, 6).map(D))), before


@given(judged(), editions())
def test_what_is_carried_is_what_saving_the_same_choices_would_be(
    made: tuple[Marked, tuple[Criterion, ...]], after: tuple[Criterion, ...]
) -> None:
    grade, before = made
    found = by(*after, grade=grade, before=before)
    choices = [
        (rubrics.Key(each["question"], each["criterion"]), rubrics.Choice(each["level"])) for each in found.criteria
    ]
    assert rubrics.choice_faults(choices, after) == []
    scored = rubrics.marks(after, dict(choices))
    given_now = {each["question"]: None if each["points"] is None else D(each["points"]) for each in found.marks}
    assert all(given_now.get(question) == points for question, points in scored.items())
    assert found.entered == grading.entered_score(given_now, grade.override)


@given(judged(), editions())
def test_there_and_back_is_the_same_where_nothing_was_lost(
    made: tuple[Marked, tuple[Criterion, ...]], after: tuple[Criterion, ...]
) -> None:
    grade, before = made
    there = by(*after, grade=grade, before=before)
    if any(trouble.why in (Why.LEVEL_GONE, Why.CRITERION_GONE, Why.POINTS_GONE) for trouble in there.troubles):
        return
    back = by(*before, grade=Marked(there.marks, there.criteria, grade.override), before=after)
    assert (back.marks, back.criteria) == (grade.marks, grade.criteria)
