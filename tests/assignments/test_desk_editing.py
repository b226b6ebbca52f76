"""What a desk without scripts does to an answer."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from assignments import answers, editing

ESSAY = answers.Question(id="essay", kind="essay")
SINGLE = answers.Question(id="single", kind="single", options=frozenset({"a", "b"}))


def block(name: str, text: str, *citations: dict[str, Any], kind: str = "paragraph") -> dict[str, Any]:
    return {"id": name, "kind": kind, "text": text, "citations": list(citations)}


def citation(name: str, **more: Any) -> dict[str, Any]:
    anchor = {"block": "p1", "start": 0, "end": 3, "quote": "The"}
    return {"id": name, "source": None, "anchor": anchor, "stance": "supports", **more}


def essay(*blocks: dict[str, Any]) -> answers.Body:
    return {"answers": [{"question": "essay", "blocks": list(blocks)}]}


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def test_opening_a_desk_and_saving_it_changes_nothing(new_id: Callable[[], str]) -> None:
    opened = editing.opened(answers.EMPTY, [ESSAY, SINGLE], new_id)
    assert [answer["question"] for answer in opened["answers"]] == ["essay", "single"]
    assert opened["answers"][0]["blocks"] == [block("new-1", "")]
    assert editing.trimmed(opened) == answers.EMPTY
    body = essay(block("b", "Words."))
    assert editing.trimmed(editing.opened(body, [ESSAY, SINGLE], new_id)) == body


def test_an_empty_claim_is_kept_since_somebody_asked_for_it(new_id: Callable[[], str]) -> None:
    body = editing.with_block(essay(block("b", "")), "essay", editing.new_block("claim", "c"))
    assert editing.trimmed(body) == body
    assert editing.trimmed(editing.without_block(body, "c")) == answers.EMPTY


def test_texts_and_choices_go_to_their_places_and_the_rest_stays() -> None:
    body = {"answers": [*essay(block("b", "Old"), block("c", "Kept"))["answers"], {"question": "single", "blocks": []}]}
    changed = editing.written(body, texts={"b": "One\r\ntwo\x00"}, choices={"single": ["a"]})
    assert [each["text"] for each in changed["answers"][0]["blocks"]] == ["One\ntwo", "Kept"]
    assert changed["answers"][1]["choice"] == ["a"]
    assert body["answers"][0]["blocks"][0]["text"] == "Old"


def test_the_place_of_a_chip_never_lies_behind_a_text_that_was_shortened() -> None:
    changed = editing.written(essay(block("b", "A long text", citation("c", at=11))), texts={"b": "Short"}, choices={})
    assert changed["answers"][0]["blocks"][0]["citations"][0]["at"] == 5


def test_a_citation_is_added_to_its_block_and_taken_out_by_its_name() -> None:
    body = editing.with_citation(essay(block("b", "x"), block("c", "y")), "c", citation("one"))
    assert [len(each["citations"]) for each in body["answers"][0]["blocks"]] == [0, 1]
    assert editing.without_citation(body, "one") == essay(block("b", "x"), block("c", "y"))


def test_two_texts_put_together_lose_no_word_and_no_citation(new_id: Callable[[], str]) -> None:
    mine = essay(block("b", "Mine.", citation("one")), block("s", "The same."))
    theirs = {
        "answers": [
            *essay(block("b", "Theirs.", citation("two")), block("s", "The same.", citation("three")))["answers"],
            {"question": "single", "blocks": [], "choice": ["b"]},
        ]
    }
    both = editing.together(mine, theirs, new_id)
    written = both["answers"][0]["blocks"]
    assert [(each["id"], each["text"]) for each in written] == [
        ("b", "Mine."),
        ("s", "The same."),
        ("new-1", "Theirs."),
    ]
    assert [c["id"] for each in written for c in each["citations"]] == ["one", "three", "two"]
    assert both["answers"][1]["choice"] == ["b"]
    questions = {"essay": ESSAY, "single": SINGLE}
    assert answers.faults(answers.read(both), questions=questions, check_citation=lambda c: None) == []


def test_a_text_put_together_with_itself_is_itself(new_id: Callable[[], str]) -> None:
    body = essay(block("b", "Same.", citation("one")), block("e", ""))
    assert editing.together(body, body, new_id) == body


def test_a_citation_that_says_something_else_under_the_same_name_is_kept_beside_it(new_id: Callable[[], str]) -> None:
    one = essay(block("b", "Same.", citation("one", note="Hers.")))
    other = essay(block("b", "Same.", citation("one", note="His.", stance="contradicts")))
    both = editing.together(one, other, new_id)
    [written] = both["answers"][0]["blocks"]
    assert [(c["id"], c["note"], c["stance"]) for c in written["citations"]] == [
        ("one", "Hers.", "supports"),
        ("new-1", "His.", "contradicts"),
    ]
    assert editing.together(both, other, new_id) == both


@pytest.mark.parametrize(
    ("first", "second", "stands", "apart"),
    [(["a"], ["b"], ["a"], ["single"]), (["a"], ["a"], ["a"], []), ([], ["b"], ["b"], []), (["a"], [], ["a"], [])],
)
def test_of_two_choices_the_first_stands_and_the_question_is_named(
    new_id: Callable[[], str], first: list[str], second: list[str], stands: list[str], apart: list[str]
) -> None:
    one, other = ({"answers": [{"question": "single", "blocks": [], "choice": c}]} for c in (first, second))
    assert editing.together(one, other, new_id)["answers"][0]["choice"] == stands
    assert editing.choices_apart(one, other) == apart


# --- Tables -----------------------------------------------------------------------------------------------------------

TABLE = answers.Question(id="table", kind="table", rows=("a", "b"), columns=("who", "hides"))


def cell(row: str, column: str, text: str, *citations: dict[str, Any], name: str = "") -> dict[str, Any]:
    return block(name or f"{row}-{column}", text, *citations, kind="cell") | {"row": row, "column": column}


def table(*cells: dict[str, Any]) -> answers.Body:
    return {"answers": [{"question": "table", "blocks": list(cells)}]}


def test_a_table_opens_with_every_cell_and_is_saved_without_the_empty_ones(new_id: Callable[[], str]) -> None:
    body = table(cell("b", "who", "The foreman"))
    opened = editing.opened(body, [TABLE], new_id)
    assert [(each["row"], each["column"], each["text"]) for each in opened["answers"][0]["blocks"]] == [
        ("a", "who", ""),
        ("a", "hides", ""),
        ("b", "who", "The foreman"),
        ("b", "hides", ""),
    ]
    assert editing.trimmed(opened) == body
    assert editing.trimmed(editing.opened(answers.EMPTY, [TABLE], new_id)) == answers.EMPTY


def test_what_has_no_place_in_the_table_stays_behind_it(new_id: Callable[[], str]) -> None:
    body = table(cell("gone", "who", "Words"), block("p", "More words"), cell("a", "who", "Here"))
    opened = editing.opened(body, [TABLE], new_id)["answers"][0]["blocks"]
    assert [each["text"] for each in opened] == ["Here", "", "", "", "Words", "More words"]


def test_a_citation_alone_keeps_a_cell(new_id: Callable[[], str]) -> None:
    body = table(cell("a", "who", "", citation("c")))
    assert editing.trimmed(editing.opened(body, [TABLE], new_id)) == body


def test_both_texts_of_a_cell_stand_in_it_with_their_citations(new_id: Callable[[], str]) -> None:
    mine = table(cell("a", "who", "Mine", citation("c1")), cell("a", "hides", "Same"))
    school = table(
        cell("a", "who", "Theirs", citation("c2", stance="context"), citation("c3", stance="contradicts", at=2)),
        cell("a", "hides", "Same", name="x"),
        cell("b", "who", "Only there", name="a-who"),
    )
    first, second, third = editing.together(mine, school, new_id)["answers"][0]["blocks"]
    assert (first["text"], second["text"], third["text"]) == ("Mine\n\nTheirs", "Same", "Only there")
    assert (third["row"], third["column"], third["id"]) == ("b", "who", "new-1")
    assert [(each["id"], each.get("at")) for each in first["citations"]] == [("c1", 4), ("c2", None), ("c3", 8)]
    assert mine["answers"][0]["blocks"][0]["text"] == "Mine"
