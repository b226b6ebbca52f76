"""Item analysis and the spread of scores: arithmetic on values in hand."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments import rubrics
from assignments.reports import items
from assignments.reports.items import LEAST, Marked, Silence
from assignments.reports.spread import bars, spread

POSSIBLE = {"a": Decimal(4), "b": Decimal(1), "c": Decimal(2)}


def marked(**points: str | None) -> Marked:
    return Marked({name: None if said is None else Decimal(said) for name, said in points.items()}, POSSIBLE)


def test_difficulty_is_the_share_of_the_points_over_those_who_were_scored() -> None:
    item = items.items(["a"], [marked(a="4"), marked(a="1"), marked(a="0"), marked(a=None), marked()])[0]
    assert item.difficulty == Decimal("0.4167")
    assert (item.scored, item.not_scored, item.full, item.nought) == (3, 2, 1, 1)


def test_a_question_that_nobody_was_scored_on_has_no_difficulty_which_is_not_nought() -> None:
    assert items.items(["a"], [marked(a=None)])[0].difficulty is None
    assert items.items(["a"], [marked(a="0")])[0].difficulty == 0


def test_a_question_without_points_is_neither_scored_nor_waiting() -> None:
    item = items.items(["d"], [Marked({"d": None}, {"d": None})])[0]
    assert (item.scored, item.not_scored, item.difficulty) == (0, 0, None)


def test_a_question_is_held_against_what_it_was_out_of_when_it_was_marked() -> None:
    earlier = Marked({"a": Decimal(3)}, {"a": Decimal(6)})
    assert items.items(["a"], [earlier, marked(a="4")])[0].difficulty == Decimal("0.7")


def brute(pairs: list[tuple[float, float]]) -> float:
    """Pearson's r by its definition."""
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    over = sum((x - mx) * (y - my) for x, y in pairs)
    return over / math.sqrt(sum((x - mx) ** 2 for x, _ in pairs) * sum((y - my) ** 2 for _, y in pairs))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 2)), min_size=LEAST, max_size=40).filter(
        lambda rows: len({row[0] for row in rows}) > 1 and len({row[1] + row[2] for row in rows}) > 1
    )
)
def test_discrimination_is_the_correlation_with_the_rest(rows: list[tuple[int, int, int]]) -> None:
    found = items.discrimination("a", ["a", "b", "c"], [marked(a=str(a), b=str(b), c=str(c)) for a, b, c in rows])
    assert found.n == len(rows)
    assert found.value is not None
    assert abs(float(found.value) - brute([(a / 4, (b + c) / 3) for a, b, c in rows])) <= 0.0051


def test_there_is_no_discrimination_among_few_and_the_reason_is_said() -> None:
    rows = [marked(a=str(n % 5), b=str(n % 2), c=str(n % 3)) for n in range(LEAST)]
    assert items.discrimination("a", ["a", "b", "c"], rows).value is not None
    few = items.discrimination("a", ["a", "b", "c"], [*rows[1:], marked(a="4", b=None, c="2")])
    assert (few.value, few.n, few.why_not) == (None, LEAST - 1, Silence.TOO_FEW)
    assert items.discrimination("a", ["a", "b"], []).why_not is Silence.TOO_FEW
    assert (
        items.discrimination("a", ["a"], [Marked({"a": Decimal(1)}, {"a": Decimal(4)})]).why_not
        is Silence.NO_OTHER_QUESTION
    )
    alike = items.discrimination("a", ["a", "b", "c"], [marked(a="2", b="1", c="1")] * LEAST)
    assert (alike.value, alike.why_not) == (None, Silence.ALL_ALIKE)


def test_the_commonest_wrong_choice_is_named_and_all_of_them_in_a_tie() -> None:
    chosen = [["x"], ["y"], ["y"], ["z"], [], ["gone"]]
    found = items.choices(chosen, ["x", "y", "z"], correct={"x"})
    assert (found.answered, found.unanswered, found.right, found.gone) == (5, 1, 1, 1)
    assert [(each.option, each.count, each.correct) for each in found.options] == [
        ("x", 1, True),
        ("y", 2, False),
        ("z", 1, False),
    ]
    assert found.commonest_wrong == ("y",)
    assert items.choices([["y"], ["z"]], ["x", "y", "z"], correct={"x"}).commonest_wrong == ("y", "z")
    assert items.choices([["x"]], ["x", "y"], correct={"x"}).commonest_wrong == ()


def test_what_may_stand_on_paper_is_neither_right_nor_wrong_nor_left_out() -> None:
    found = items.choices([["x"], [], None, None], ["x", "y"], correct={"x"})
    assert (found.answered, found.unanswered, found.right, found.on_paper) == (1, 1, 1, 2)


def test_of_several_options_all_the_right_ones_make_it_right() -> None:
    found = items.choices([["x", "y"], ["x"], ["x", "y", "z"]], ["x", "y", "z"], correct={"x", "y"})
    assert (found.right, found.commonest_wrong) == (1, ("z",))


def test_whoever_may_not_see_the_key_reads_counts_and_no_right_or_wrong() -> None:
    found = items.choices([["x"], ["y"]], ["x", "y"], correct=None)
    assert (found.right, found.commonest_wrong) == (None, ())
    assert {each.correct for each in found.options} == {None}


def test_levels_are_counted_and_what_is_not_scored_is_no_level() -> None:
    criterion = rubrics.Criterion(
        "a", "k", "Sourcing", (rubrics.Level("s", "strong", Decimal(2)), rubrics.Level("w", "weak", Decimal(0)))
    )
    made = [{criterion.key: rubrics.Choice("s")}, {criterion.key: rubrics.Choice(None, Decimal(1))}, {}]
    found = items.levels([criterion], made)[0]
    assert (found.counts, found.own_points, found.not_scored) == ((1, 0), 1, 1)


def test_a_spread_has_the_full_share_in_its_last_tenth() -> None:
    found = spread([Decimal("0"), Decimal("0.0999"), Decimal("0.1"), Decimal("0.95"), Decimal("1")])
    assert found.counts == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    assert (found.n, found.lowest, found.median, found.highest) == (5, 0, Decimal("0.1"), 1)
    assert found.mean == Decimal("0.4300")
    assert spread([]).mean is None


@pytest.mark.parametrize("counts", [[0, 0], [1, 100], [3, 3]])
def test_every_bar_that_counts_something_can_be_seen(counts: list[int]) -> None:
    drawn = bars(counts, ["0", "50"])
    assert [bar.height > 0 for bar in drawn] == [count > 0 for count in counts]
    assert all(bar.y + bar.height == 96 and bar.above > 0 for bar in drawn)
