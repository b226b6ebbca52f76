import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import document as documents
from lessons.document import Document
from tests.lessons.documents import small_document


@pytest.fixture
def data():
    return small_document()


def test_a_well_made_document_is_valid_and_survives_its_bytes(data):
    documents.validate(data)
    raw = documents.canonical_bytes(data)
    assert Document.parse(raw).data == data
    assert documents.canonical_bytes(Document.parse(raw).data) == raw


def test_the_bytes_do_not_depend_on_the_order_of_keys(data):
    turned = {key: data[key] for key in reversed(data)}
    assert documents.canonical_bytes(turned) == documents.canonical_bytes(data)
    assert documents.sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", math.inf, -math.inf, math.nan, 2**53, -(2**53), b"x", {1: 2}])
def test_what_json_cannot_carry_is_refused_by_name(value):
    with pytest.raises(documents.NotWritable):
        documents.canonical_bytes({"lesson": [{"title": value}]})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_whatever_is_written_reads_back_the_same(value):
    assert json.loads(documents.canonical_bytes(value)) == value


def test_things_are_found_by_their_ids(data):
    document = Document(data)
    assert document.block("a2")["name"] == "A2"
    assert document.block("l1")["text"] == "stone\nmortar\nlabour"
    assert document.source_of("a2")["id"] == "source-a"
    assert document.source_of("p1") is None
    assert document.section_of("p1")["heading"] == "Before"
    assert document.question("q1")["points"] == "5"
    assert [block["name"] for block in document.citable_blocks()] == ["¶1", "¶2", "¶3", "A1", "A2"]
    for look, error in [
        (document.block, documents.UnknownBlock),
        (document.source, documents.UnknownSource),
        (document.question, documents.UnknownQuestion),
        (document.source_of, documents.UnknownBlock),
    ]:
        with pytest.raises(error):
            look("elsewhere")


def _set(path, value):
    def change(data):
        *way, last = path
        for key in way:
            data = data[key]
        data[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set(["sections", 0, "blocks", 1, "n"], 2),
        _set(["sections", 0, "blocks", 1, "n"], None),
        _set(["sections", 0, "blocks", 0, "n"], 1),
        _set(["sections", 0, "blocks", 1, "name"], "¶9"),
        _set(["sections", 0, "blocks", 1, "id"], "a1"),
        _set(["sections", 0, "blocks", 1, "kind"], "poem"),
        _set(["sections", 1, "number"], 3),
        _set(["sections", 1, "blocks", 0, "source"], "source-b"),
        _set(["sources", 0, "letter"], "B"),
        _set(["questions"], []),
        _set(["questions", 0, "section"], "s9"),
        _set(["questions", 0, "kind"], "riddle"),
        _set(["lesson", "title"], None),
        _set(["sources", 0, "primary"], "yes"),
        _set(["schema"], True),
        _set(["people"], None),
        _set(["glossary", 0, "meaning"], 3),
        _set(["questions", 0, "rubric"], "essay"),
        _set(["sections", 1, "blocks", 0, "marks"], [{"start": 0, "end": 4, "entry": "bricklayer"}]),
        _set(["sections", 1, "blocks", 0, "marks"], [{"start": 20, "end": 99, "entry": "mason"}]),
        _set(["sections"], {}),
        _set(["sections", 0], "text"),
    ],
)
def test_one_wrong_thing_makes_it_invalid(data, change):
    change(data)
    with pytest.raises(documents.DocumentError):
        documents.validate(data)


def test_a_mark_names_an_entry_and_lies_within_the_words(data):
    _set(["sections", 1, "blocks", 0, "marks"], [{"start": 14, "end": 19, "entry": "mason"}])(data)
    documents.validate(data)


def first_schema(data):
    """The same document as the release before people and claims wrote it."""
    old = {**data, "schema": 1, "glossary": []}
    del old["people"]
    old["sources"] = [{name: part for name, part in old["sources"][0].items() if name != "claims"}]
    later = {"rubric", "columns", "rows"}
    old["questions"] = [{name: part for name, part in old["questions"][0].items() if name not in later}]
    return old


def second_schema(data):
    """The same document as the release before tables wrote it."""
    later = {"columns", "rows"}
    questions = [{name: part for name, part in data["questions"][0].items() if name not in later}]
    return {**data, "schema": 2, "questions": questions}


def test_a_document_of_the_first_schema_is_lifted_when_read(data):
    read = Document.parse(documents.canonical_bytes(first_schema(data))).data
    documents.validate(read)
    assert read == {**data, "glossary": []}


def test_a_document_of_before_there_were_tables_is_lifted_when_read(data):
    raw = documents.canonical_bytes(second_schema(data))
    assert Document.parse(raw).data == data
    documents.validate(Document.parse(raw).data)


def table(data):
    """Its question, answered in a table of two columns and one row."""
    question = data["questions"][0]
    question |= {
        "kind": "table",
        "columns": [{"id": "who", "text": "Who speaks"}, {"id": "hides", "text": "What it cannot tell"}],
        "rows": [{"id": "a", "text": "The mason"}],
    }
    return question


def test_a_table_has_columns_and_rows_and_nothing_else_has_any(data):
    documents.validate(data)
    question = table(data)
    documents.validate(data)
    question["rows"] = []
    with pytest.raises(documents.DocumentError):
        documents.validate(data)
    question |= {"kind": "essay", "rows": [{"id": "a", "text": "The mason"}]}
    with pytest.raises(documents.DocumentError):
        documents.validate(data)


def test_each_column_and_row_has_a_name_of_its_own(data):
    question = table(data)
    question["columns"][1]["id"] = "who"
    with pytest.raises(documents.DocumentError):
        documents.validate(data)


def test_a_newer_document_than_this_release_knows_is_refused(data):
    with pytest.raises(documents.UnknownSchema):
        documents.upcast({**data, "schema": documents.SCHEMA + 1})


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_sources_are_lettered_like_columns(index, name):
    assert documents.letter(index) == name


def test_the_key_names_what_is_right():
    answer = {"id": "q1", "correct": ["o2"], "model_answer": "", "model_answer_html": ""}
    key = documents.Key.parse(documents.canonical_bytes({"schema": 1, "answers": [answer]}))
    assert key.correct("q1") == {"o2"}
    with pytest.raises(documents.UnknownQuestion):
        key.answer("q2")
