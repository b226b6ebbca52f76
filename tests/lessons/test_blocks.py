"""What would stop a lesson from being published is said beside the field; drafts may be unfinished."""

import pytest
from wagtail.blocks.struct_block import StructBlockValidationError

from lessons.blocks import DisputedRowBlock, FigureBlock, QuestionBlock, SourceBlock
from tests.lessons.factories import choice, make_image, question, table

pytestmark = pytest.mark.django_db


def errors(block, value):
    with pytest.raises(StructBlockValidationError) as refusal:
        block.clean(block.normalize(value))
    return {name: error.as_data()[0].code if hasattr(error, "as_data") else error.code
            for name, error in refusal.value.block_errors.items()}  # fmt: skip


@pytest.fixture
def figure():
    return {"image": make_image(), "alt": "", "decorative": False, "caption": "", "credit": ""}


def test_an_image_needs_words_or_to_be_decoration(figure):
    block = FigureBlock()
    assert errors(block, figure) == {"alt": "alt-missing"}
    assert errors(block, figure | {"alt": "scan_004.png"}) == {"alt": "alt-is-file-name"}
    assert errors(block, figure | {"alt": "A wall", "decorative": True}) == {"alt": "alt-of-decoration"}
    block.clean(block.normalize(figure | {"alt": "A wall"}))
    block.clean(block.normalize(figure | {"decorative": True}))


def test_a_draft_may_be_unfinished(figure):
    for block, value in [(FigureBlock(), figure), (QuestionBlock(), question("single"))]:
        block.clean_deferred(block.normalize(value))
        with pytest.raises(StructBlockValidationError):
            block.clean(block.normalize(value))


def test_a_choice_has_options_and_the_right_number_of_correct_ones():
    block = QuestionBlock()
    assert errors(block, choice("single", right=())) == {"options": "correct-not-one"}
    assert errors(block, choice("multiple", right=())) == {"options": "correct-none"}
    assert errors(block, choice("short")) == {"options": "options-unwanted"}
    block.clean(block.normalize(choice("multiple", right=(0, 1))))


@pytest.mark.parametrize(
    ("columns", "rows", "faults"),
    [
        ([], ["A"], {"columns": "columns-too-few"}),
        (["Who"], [], {"columns": "columns-too-few", "rows": "rows-missing"}),
        (["a", "b", "c", "d", "e", "f", "g"], ["A"], {"columns": "columns-too-many"}),
        (["Who", "When"], [f"Source {n}" for n in range(13)], {"rows": "rows-too-many"}),
        (["Who", " who "], ["A"], {"columns": "table-heading-twice"}),
        (["Who", "When"], ["A", "A"], {"rows": "table-heading-twice"}),
    ],
)
def test_a_table_has_columns_and_rows_that_are_told_apart(columns, rows, faults):
    block = QuestionBlock()
    assert errors(block, table(columns=columns, rows=rows)) == faults
    block.clean(block.normalize(table()))


def test_a_heading_is_short_and_never_empty():
    assert QuestionBlock().faults(table(columns=["Who", ""], raw=True)) == {"columns": "table-heading-empty"}
    assert QuestionBlock().faults(table(rows=["x" * 81], raw=True)) == {"rows": "table-heading-too-long"}


def test_only_a_table_has_columns_and_rows():
    block = QuestionBlock()
    assert errors(block, table(kind="essay")) == {"columns": "table-unwanted", "rows": "table-unwanted"}
    assert errors(block, table() | {"options": [{"text": "x", "correct": True}]}) == {"options": "options-unwanted"}


def test_an_excerpt_runs_forwards():
    value = {"source": 1, "framing": "", "first": 3, "last": 2}
    assert SourceBlock().faults(value) == {"last": "passages-backwards"}


def test_a_disputed_row_runs_upwards():
    block = DisputedRowBlock()
    assert errors(block, {"who": "The police", "low": 5, "high": 3, "note": ""}) == {"high": "figure-backwards"}
