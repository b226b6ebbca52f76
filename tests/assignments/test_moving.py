"""A draft on its way from one edition to another, as plain values."""

import copy
from typing import Any

import pytest

from assignments.answers import Question
from assignments.moving import NOTHING, Kept, moved
from lessons.document import Document
from tests.lessons.documents import block, small_document

QUESTIONS = {
    "q1": Question("q1", "essay"),
    "q2": Question("q2", "single", options=frozenset({"a", "b"})),
    "q3": Question("q3", "multiple", options=frozenset({"c", "d", "e"})),
}
MARKS = {"edition": "old", "move": "first"}


def saying(text: str) -> Document:
    data = small_document()
    data["sections"][0]["blocks"][1] = block("p1", 1, text)
    return Document(data)


def cited(name: str, start: int, quote: str, block_id: str = "p1", source: str | None = None) -> dict[str, Any]:
    anchor = {"block": block_id, "start": start, "end": start + len(quote), "quote": quote}
    return {"id": name, "source": source, "anchor": anchor, "stance": "supports", "note": f"note {name}"}


def draft(*citations: dict[str, Any]) -> dict[str, Any]:
    return {
        "answers": [
            {
                "question": "q1",
                "blocks": [{"id": "b1", "kind": "claim", "text": "My claim.", "citations": list(citations)}],
            },
            {"question": "q2", "blocks": [], "choice": ["b"]},
            {"question": "q3", "blocks": [], "choice": ["c", "e"]},
        ]
    }


OLD = saying("The wall went up. Nobody saw the wall.")
BODY = draft(cited("c1", 4, "wall"), cited("c2", 18, "Nobody"), cited("c3", 33, "wall"), cited("c4", 9, "went up"))


def test_what_stands_where_it_stood_is_not_touched() -> None:
    found = moved(BODY, text=OLD, questions=QUESTIONS)
    assert (found.body, found.citations, found.touched, found.lost, found.kept) == (BODY, 4, 0, (), NOTHING)


def test_citations_follow_their_words_and_those_without_a_place_are_taken_out_whole() -> None:
    new = saying("Long ago the wall went down. Nobody saw the wall.")
    found = moved(BODY, text=new, questions=QUESTIONS, marks=MARKS)
    ((answer, *_rest),) = [found.body["answers"]]
    kept = {citation["id"]: citation["anchor"]["start"] for citation in answer["blocks"][0]["citations"]}
    assert kept == {"c1": 13, "c2": 29, "c3": 44}
    ((lost,),) = [found.lost]
    assert (lost["citation"], lost["block"], lost["place"], lost["move"]) == (
        cited("c4", 9, "went up"),
        "b1",
        3,
        "first",
    )
    assert (found.citations, found.relocated, found.touched) == (4, 3, 4)


def test_a_citation_that_moves_into_a_source_names_the_source() -> None:
    data = small_document()
    data["sections"][0]["blocks"][1] = block("p1", 1, "Nothing of that.")
    text = Document(data)
    words = next(b for b in data["sources"][0]["blocks"] if b["n"])["text"]
    quote = words.split(".")[0]
    found = moved(draft(cited("c1", 0, quote)), text=text, questions=QUESTIONS)
    (citation,) = found.body["answers"][0]["blocks"][0]["citations"]
    assert (citation["source"], citation["note"]) == ("source-a", "note c1")


@pytest.mark.parametrize(
    "text",
    [
        "Nothing is left.",
        "Now the wall stands. Nobody saw the wall go up. The wall!",
        "Long before all of this there was a wall.",  # both fall on one place, from which the nearest is the wrong one
    ],
)
def test_the_way_back_is_the_way_there_when_nobody_wrote_meanwhile(text: str) -> None:
    there = moved(BODY, text=saying(text), questions={"q1": QUESTIONS["q1"]}, marks=MARKS)
    assert there.body != BODY
    back = moved(there.body, text=OLD, questions=QUESTIONS, kept=Kept.from_json(there.kept.to_json()), marks=MARKS)
    assert back.body == BODY
    assert (back.kept.citations, back.kept.answers, back.kept.choices) == ((), (), ())


def test_what_was_taken_out_is_kept_through_a_third_edition() -> None:
    there = moved(BODY, text=saying("Nothing is left."), questions=QUESTIONS, marks=MARKS)
    on = moved(there.body, text=saying("Still nothing."), questions=QUESTIONS, kept=there.kept, marks=MARKS)
    assert (len(on.lost), len(on.kept.citations)) == (0, 4)
    assert moved(on.body, text=OLD, questions=QUESTIONS, kept=on.kept).body == BODY


def test_answers_to_what_is_asked_no_more_or_otherwise_are_set_aside() -> None:
    asked = {"q1": Question("q1", "single", options=frozenset({"a"})), "q3": QUESTIONS["q3"]}
    found = moved(BODY, text=OLD, questions=asked, marks=MARKS)
    assert [answer["question"] for answer in found.body["answers"]] == ["q3"]
    assert [item["answer"] for item in found.kept.answers] == BODY["answers"][:2]
    assert (found.aside, found.lost) == (2, ())


def test_options_that_are_offered_no_more_are_set_aside() -> None:
    asked = {
        **QUESTIONS,
        "q2": Question("q2", "single", options=frozenset({"a"})),
        "q3": Question("q3", "single", options=frozenset({"c", "d", "e"})),
    }
    found = moved(BODY, text=OLD, questions=asked, marks=MARKS)
    assert [answer.get("choice") for answer in found.body["answers"]] == [None, [], []]
    assert [item["options"] for item in found.kept.choices] == [["b"], ["c", "e"]]
    assert moved(found.body, text=OLD, questions=QUESTIONS, kept=found.kept).body == BODY


def test_what_was_written_meanwhile_stands_before_what_was_set_aside() -> None:
    there = moved(BODY, text=OLD, questions={"q1": QUESTIONS["q1"], "q2": QUESTIONS["q2"]}, marks=MARKS)
    written = copy.deepcopy(there.body)
    written["answers"].append({"question": "q3", "blocks": [], "choice": ["d"]})
    back = moved(written, text=OLD, questions=QUESTIONS, kept=there.kept, marks=MARKS)
    assert back.body == written
    assert [item["answer"]["choice"] for item in back.kept.answers] == [["c", "e"]]


def test_a_citation_whose_block_was_deleted_stays_out() -> None:
    there = moved(BODY, text=saying("Nothing is left."), questions=QUESTIONS, marks=MARKS)
    there.body["answers"][0]["blocks"] = []
    back = moved(there.body, text=OLD, questions=QUESTIONS, kept=there.kept)
    assert (back.body["answers"][0]["blocks"], len(back.kept.citations)) == ([], 4)


# --- Tables -----------------------------------------------------------------------------------------------------------

TABLE = Question("t", "table", rows=("a", "b"), columns=("who", "hides"))
SMALLER = Question("t", "table", rows=("a",), columns=("who", "hides"))


def cell(row: str, column: str, text: str = "", *citations: dict[str, Any]) -> dict[str, Any]:
    name = f"{row}-{column}"
    return {
        "id": name, "kind": "cell", "row": row, "column": column, "text": text, "citations": list(citations)
    }  # fmt: skip


def table(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"answers": [{"question": "t", "blocks": list(cells)}]}


def test_a_cell_whose_row_is_gone_is_kept_and_comes_back_with_it() -> None:
    body = table(cell("a", "who", "Here"), cell("b", "who", "There", cited("c1", 4, "wall")), cell("b", "hides"))
    there = moved(body, text=OLD, questions={"t": SMALLER}, marks=MARKS)
    assert there.body == table(cell("a", "who", "Here"))
    ((out,),) = [there.kept.cells]
    assert (out["cell"], out["question"], out["edition"], there.aside) == (
        body["answers"][0]["blocks"][1],
        "t",
        "old",
        1,
    )
    stored = Kept.from_json(there.kept.to_json())
    back = moved(there.body, text=OLD, questions={"t": TABLE}, kept=stored)
    assert back.body == table(cell("a", "who", "Here"), cell("b", "who", "There", cited("c1", 4, "wall")))
    assert back.kept.cells == ()


def test_a_cell_comes_back_to_an_empty_table_and_never_over_new_words() -> None:
    there = moved(table(cell("b", "who", "There")), text=OLD, questions={"t": SMALLER}, marks=MARKS)
    assert moved({"answers": []}, text=OLD, questions={"t": TABLE}, kept=there.kept).body == table(
        cell("b", "who", "There")
    )
    found = moved(table(cell("b", "who", "New")), text=OLD, questions={"t": TABLE}, kept=there.kept)
    assert found.body == table(cell("b", "who", "New"))
    assert [item["cell"]["text"] for item in found.kept.cells] == ["There"]


def test_a_table_that_is_a_text_now_is_set_aside_whole_and_the_other_way_round() -> None:
    body = table(cell("a", "who", "Here"))
    there = moved(body, text=OLD, questions={"t": Question("t", "essay")}, marks=MARKS)
    assert (there.body, there.aside) == ({"answers": []}, 1)
    assert moved(there.body, text=OLD, questions={"t": TABLE}, kept=there.kept).body == body
    essay = {"answers": [{"question": "t", "blocks": [{"id": "p", "kind": "paragraph", "text": "", "citations": []}]}]}
    assert moved(essay, text=OLD, questions={"t": TABLE}, marks=MARKS).body == table()


def test_what_an_earlier_release_kept_is_read() -> None:
    assert Kept.from_json({"citations": [], "answers": [], "choices": [], "anchors": []}) == NOTHING
