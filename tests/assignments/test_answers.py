import contextlib
from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments import answers
from assignments.answers import Fault, Question, Unreadable

QUESTIONS = {
    "q1": Question("q1", "essay", Decimal(4), required=True),
    "q2": Question("q2", "single", Decimal(1), required=True, options=frozenset({"a", "b"})),
    "q3": Question("q3", "multiple", Decimal(2), options=frozenset({"a", "b", "c"})),
}
TABLE = Question("q4", "table", Decimal(3), required=True, rows=("a", "b"), columns=("who", "hides"))
CITATION = {
    "id": "c1",
    "source": None,
    "anchor": {"block": "b14", "start": 3, "end": 8, "quote": "words"},
    "stance": "supports",
    "note": "why",
    "at": 4,
}
BODY: dict[str, Any] = {
    "answers": [
        {
            "question": "q1",
            "blocks": [{"id": "x", "kind": "claim", "text": "Three little words", "citations": [CITATION]}],
        },
        {"question": "q2", "blocks": [], "choice": ["a"]},
    ]
}


def fine(citation: Mapping[str, Any]) -> str | None:
    return None


def changed(path: str, value: object) -> dict[str, Any]:
    """BODY with `value` at `path`; the word DELETE takes the key away."""
    body = deepcopy(BODY)
    place: Any = body
    *way, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    for step in way:
        place = place[step]
    if value == "DELETE":
        del place[last]
    else:
        place[last] = value
    return body


def test_a_whole_body_is_read_as_it_came() -> None:
    assert answers.read(BODY) is BODY
    assert answers.faults(BODY, questions=QUESTIONS, check_citation=fine) == []


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("/answers", {}, "not-a-list"),
        ("/answers/0", "text", "not-an-object"),
        ("/answers/0/question", 7, "not-a-text"),
        ("/answers/0/question", "", "empty"),
        ("/answers/0/question", "q" * 101, "too-long"),
        ("/answers/0/mark", 5, "unknown-key"),
        ("/answers/0/blocks", "DELETE", "missing"),
        ("/answers/0/blocks/0/kind", "heading", "not-one-of"),
        ("/answers/0/blocks/0/kind", ["claim"], "not-one-of"),
        ("/answers/0/blocks/0/text", None, "not-a-text"),
        ("/answers/0/blocks/0/text", "nul \x00", "nul"),
        ("/answers/0/blocks/0/text", "half a \ud83d", "lone-surrogate"),
        ("/answers/0/blocks/0/citations/0/stance", "refutes", "not-one-of"),
        ("/answers/0/blocks/0/citations/0/source", 1, "not-a-text"),
        ("/answers/0/blocks/0/citations/0/anchor/start", 1.5, "not-an-integer"),
        ("/answers/0/blocks/0/citations/0/anchor/start", True, "not-an-integer"),
        ("/answers/0/blocks/0/citations/0/anchor/end", -1, "out-of-range"),
        ("/answers/0/blocks/0/citations/0/anchor/end", 2**53, "out-of-range"),
        ("/answers/1/choice", "a", "not-a-list"),
    ],
)
def test_a_body_of_another_shape_is_refused_and_the_place_is_named(path: str, value: object, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        answers.read(changed(path, value))
    assert refused.value.faults == [Fault(path, code)]


@pytest.mark.parametrize("body", [None, [], "x", 3, {}, {"answers": [], "more": 1}])
def test_what_is_no_body_at_all_is_refused(body: object) -> None:
    with pytest.raises(Unreadable):
        answers.read(body)


def test_a_body_over_a_megabyte_is_too_large() -> None:
    with pytest.raises(Unreadable) as refused:
        answers.read(changed("/answers/0/blocks/0/text", "x" * answers.MAX_BYTES))
    assert refused.value.too_large


def test_an_unknown_key_comes_back_printable() -> None:
    with pytest.raises(Unreadable) as refused:
        answers.read({"answers": [], "a/b~\ud800\x00": 1})
    assert refused.value.faults == [Fault("/a~1b~0??", "unknown-key")]


def test_countless_faults_are_named_only_so_far() -> None:
    with pytest.raises(Unreadable) as refused:
        answers.read({"answers": [1] * 10_000})
    assert len(refused.value.faults) == answers.MOST_FAULTS


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_anything_is_either_read_or_refused(body: object) -> None:
    with contextlib.suppress(Unreadable):
        answers.body_sha256(answers.read(body))


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("/answers/0/question", "q9", Fault("/answers/0/question", "unknown-question")),
        ("/answers/1/question", "q1", Fault("/answers/1/question", "twice")),
        ("/answers/0/choice", ["a"], Fault("/answers/0/choice", "no-choice-here")),
        ("/answers/1/choice", ["a", "b"], Fault("/answers/1/choice", "too-many")),
        ("/answers/1/choice", ["z"], Fault("/answers/1/choice/0", "unknown-option")),
        (
            "/answers/0/blocks/0/citations/0/at",
            19,
            Fault("/answers/0/blocks/0/citations/0/at", "out-of-range"),
        ),
    ],
)
def test_a_body_that_does_not_fit_the_assignment_says_where(path: str, value: object, fault: Fault) -> None:
    body = answers.read(changed(path, value))
    assert fault in answers.faults(body, questions=QUESTIONS, check_citation=fine)


def test_a_citation_whose_words_are_elsewhere_is_named_at_its_anchor() -> None:
    found = answers.faults(BODY, questions=QUESTIONS, check_citation=lambda citation: "anchor-quote-differs")
    assert found == [Fault("/answers/0/blocks/0/citations/0/anchor", "anchor-quote-differs")]


def test_an_id_may_stand_only_once() -> None:
    block = deepcopy(BODY["answers"][0]["blocks"][0])
    found = answers.faults(changed("/answers/1/blocks", [block]), questions=QUESTIONS, check_citation=fine)
    assert found == [
        Fault("/answers/1/blocks/0/id", "twice"),
        Fault("/answers/1/blocks/0/citations/0/id", "twice"),
    ]


def test_required_questions_left_empty_are_named_in_order() -> None:
    assert answers.required_missing({"answers": []}, QUESTIONS) == ["q1", "q2"]
    assert answers.required_missing(BODY, QUESTIONS) == []
    assert answers.required_missing(changed("/answers/0/blocks/0/text", " \n"), QUESTIONS) == ["q1"]
    assert answers.required_missing(changed("/answers/1/choice", []), QUESTIONS) == ["q2"]


def test_words_are_counted_through_all_answers() -> None:
    assert answers.word_count(answers.EMPTY) == 0
    assert answers.word_count(BODY) == 3


def test_the_digest_is_of_the_canonical_bytes_so_the_order_of_keys_does_not_matter() -> None:
    answer = BODY["answers"][1]
    turned = {"answers": [BODY["answers"][0], dict(reversed(answer.items()))]}
    assert answers.body_sha256(turned) == answers.body_sha256(BODY)
    assert answers.body_sha256(changed("/answers/0/blocks/0/text", "Other words")) != answers.body_sha256(BODY)


# --- Tables -----------------------------------------------------------------------------------------------------------


def cell(row: str, column: str, text: str = "words", **fields: Any) -> dict[str, Any]:
    return {
        "id": f"{row}-{column}",
        "kind": "cell",
        "row": row,
        "column": column,
        "text": text,
        "citations": [],
        **fields,
    }


def table_of(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"answers": [{"question": "q4", "blocks": list(cells)}]}


def cell_faults(*blocks: dict[str, Any], question: Question = TABLE) -> list[Fault]:
    body = answers.read({"answers": [{"question": question.id, "blocks": list(blocks)}]})
    return answers.faults(body, questions={question.id: question}, check_citation=fine)


def test_a_cell_says_where_it_stands_and_nothing_else_may() -> None:
    assert cell_faults(cell("a", "who"), cell("b", "who")) == []
    for broken, code in (
        ({name: value for name, value in cell("a", "who").items() if name != "row"}, "missing"),
        (cell("a", ""), "empty"),
        (cell("a", "who", kind="paragraph"), "unknown-key"),
    ):
        with pytest.raises(Unreadable) as refused:
            answers.read(table_of(broken))
        assert code in {fault.code for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([cell("c", "who")], Fault("/answers/0/blocks/0/row", "unknown-row")),
        ([cell("a", "when")], Fault("/answers/0/blocks/0/column", "unknown-column")),
        ([cell("a", "who"), cell("a", "who", id="x")], Fault("/answers/0/blocks/1", "twice")),
        (
            [{"id": "p", "kind": "paragraph", "text": "", "citations": []}],
            Fault("/answers/0/blocks/0/kind", "cell-missing"),
        ),
    ],
)
def test_a_table_is_answered_in_its_own_cells_each_once(blocks: list[dict[str, Any]], fault: Fault) -> None:
    assert cell_faults(*blocks) == [fault]


def test_no_other_question_has_cells() -> None:
    fault = Fault("/answers/0/blocks/0/kind", "no-cell-here")
    assert cell_faults(cell("a", "who"), question=QUESTIONS["q1"]) == [fault]


def test_a_required_table_is_missing_until_every_cell_has_words() -> None:
    asked = {"q4": TABLE}
    full = [cell(row, column) for row, column in TABLE.cells]
    assert answers.required_missing(table_of(*full), asked) == []
    assert answers.required_missing(table_of(*full[1:]), asked) == ["q4"]
    assert answers.required_missing(table_of(*full[1:], cell("a", "who", " ")), asked) == ["q4"]
    assert answers.required_missing(answers.EMPTY, asked) == ["q4"]
    assert answers.empty_cells({"blocks": full[2:]}, TABLE) == 2
    assert not answers.is_empty(table_of(full[0]))


def test_a_cell_is_a_part_with_its_place() -> None:
    body = table_of(cell("a", "who", "The mason"), cell("a", "hides", ""))
    assert list(answers.parts(body)) == [answers.Part("q4", "cell", text="The mason", row="a", column="who")]
