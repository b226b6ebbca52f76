import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import anchors
from lessons.anchors import Anchor, check_anchor, excerpt, relocate
from lessons.document import Document
from tests.lessons.documents import block, small_document

READABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("🧱𝕏e\u0301\u200d👩"), min_size=1)


@pytest.fixture
def document():
    return Document(small_document())


def _document_saying(text):
    data = small_document()
    data["sections"][0]["blocks"][1] = block("p1", 1, text)
    return Document(data)


@given(READABLE, st.data())
def test_every_range_of_every_text_can_be_cited_by_code_points(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    anchor = Anchor("p1", start, end, text[start:end])
    document = _document_saying(text)
    check_anchor(document, anchor)
    shown = excerpt(document, anchor, around=3)
    assert shown.quote == anchor.quote
    assert text.startswith(shown.before) == shown.starts_block or shown.before in text
    assert shown.before + shown.quote + shown.after in text
    assert len(shown.before) <= 3
    assert len(shown.after) <= 3


def test_a_letter_outside_the_bmp_counts_once_and_a_combining_mark_on_its_own(document):
    text = document.block("a1")["text"]
    brick = text.index("🧱")
    check_anchor(document, Anchor("a1", brick, brick + 1, "🧱"))
    accent = text.index("\u0301")
    check_anchor(document, Anchor("a1", accent - 1, accent + 1, "e\u0301"))


def test_words_of_the_lesson_and_of_a_source_can_be_cited(document):
    check_anchor(document, Anchor("p1", 4, 8, "wall"))
    check_anchor(document, Anchor("l1", 6, 12, "mortar"))
    check_anchor(document, Anchor("a2", 0, 4, "They"))


@pytest.mark.parametrize(
    ("anchor", "error"),
    [
        (Anchor("p9", 0, 3, "The"), anchors.NoSuchBlock),
        (Anchor("h", 0, 1, "A"), anchors.NotCitable),
        (Anchor("q1", 0, 3, "Who"), anchors.NotCitable),
        (Anchor("p1", 0, 3, "the"), anchors.QuoteDiffers),
        (Anchor("p1", 1, 4, "The"), anchors.QuoteDiffers),
        (Anchor("p1", 3, 3, ""), anchors.RangeOutside),
        (Anchor("p1", 3, 0, "The"), anchors.RangeOutside),
        (Anchor("p1", -5, -1, "ight"), anchors.RangeOutside),
        (Anchor("p1", 0, 999, "The wall went up in a night."), anchors.RangeOutside),
    ],
)
def test_an_anchor_that_does_not_hold_is_refused_by_name(document, anchor, error):
    with pytest.raises(error) as refusal:
        check_anchor(document, anchor)
    assert refusal.value.code.startswith("anchor-")


WALL = Anchor("p1", 4, 8, "wall")


def test_words_that_stand_where_they_stood_stay_where_they_are(document):
    assert relocate(document, WALL) == WALL
    # Where they stood, whatever else says the same.
    assert relocate(_document_saying("The wall, a wall, wall"), WALL) == WALL


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("A long time ago the wall went up.", 20),
        ("wall", 0),
        ("Ein wall: wall!", 4),  # twice: the one that is nearer to where it stood
        ("a 🧱 wall e\u0301", 4),
        ("walls around a wall", 15),  # "walls" is another word
        ("“wall”", 1),
    ],
)
def test_words_that_moved_within_their_block_are_found_there(text, start):
    document = _document_saying(text)
    found = relocate(document, WALL)
    assert found == Anchor("p1", start, start + 4, "wall")
    check_anchor(document, found)


@pytest.mark.parametrize("text", ["", "The Wall went up.", "Walls, wallflowers, 3wall and wall\u0301.", "w all"])
def test_words_that_are_gone_are_not_found(text):
    assert relocate(_document_saying("A wall."), WALL)
    assert relocate(_document_saying(text), WALL) is None


def test_words_that_went_to_another_block_are_found_when_they_stand_there_alone(document):
    gone = Anchor("p9", 0, 6, "mortar")
    assert relocate(document, gone) == Anchor("l1", 6, 12, "mortar")
    # "stone" is in the list and in what the mason says: nobody can tell which was meant.
    assert relocate(document, Anchor("p9", 0, 5, "stone")) is None
    assert relocate(document, Anchor("l1", 9, 14, "stone")) == Anchor("l1", 0, 5, "stone")
    # A source that was quoted in the lesson's own text can be found in the source.
    assert relocate(document, Anchor("p1", 0, 8, "They pay")) == Anchor("a2", 0, 8, "They pay")


def test_words_of_a_heading_or_a_question_are_no_place_to_go(document):
    assert relocate(document, Anchor("p9", 0, 3, "Who")) is None
    assert relocate(document, Anchor("h", 0, 1, "A")) is None
    assert relocate(document, Anchor("h", 0, 5, "night")) == Anchor("p1", 22, 27, "night")


@pytest.mark.parametrize("anchor", [Anchor("p1", 0, 0, ""), Anchor("p1", 999, 2, "wall up"), Anchor("", -5, 0, "\x00")])
def test_an_anchor_that_never_held_is_found_nowhere(document, anchor):
    assert relocate(document, anchor) is None


def test_in_a_script_without_spaces_words_are_found_among_others():
    document = _document_saying("城墙一夜之间建成。")
    assert relocate(document, Anchor("p1", 0, 2, "一夜")) == Anchor("p1", 2, 4, "一夜")


@given(READABLE, READABLE, READABLE, st.integers(0, 40))
def test_whatever_is_found_holds_and_says_the_same(before, quote, after, start):
    document = _document_saying(f"{before} {quote} {after}")
    found = relocate(document, Anchor("p1", start, start + len(quote), quote))
    assert found is None or found.quote == quote
    if found is not None:
        check_anchor(document, found)
        assert relocate(document, found) == found
    spaced = relocate(document, Anchor("p1", len(before) + 1, len(before) + 1 + len(quote), quote))
    assert spaced is not None


def test_an_anchor_goes_over_the_wire_and_back():
    anchor = Anchor("p1", 0, 3, "The")
    assert Anchor.from_json(anchor.to_json()) == anchor


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "p1",
        {},
        {"block": "p1", "start": 0, "end": 3},
        {"block": "p1", "start": 0, "end": 3, "quote": "The", "more": 1},
        {"block": 1, "start": 0, "end": 3, "quote": "The"},
        {"block": "p1", "start": True, "end": 3, "quote": "The"},
        {"block": "p1", "start": 0.0, "end": 3, "quote": "The"},
        {"block": "p1", "start": "0", "end": 3, "quote": "The"},
        {"block": "p1", "start": 0, "end": 3, "quote": None},
    ],
)
def test_any_other_shape_is_malformed(value):
    with pytest.raises(anchors.MalformedAnchor):
        Anchor.from_json(value)
