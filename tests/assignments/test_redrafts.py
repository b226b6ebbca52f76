"""What became of an answer between two hand-ins, and of the words that a comment was about."""

from hypothesis import given
from hypothesis import strategies as st

from assignments.redrafts import Text, between, parted, passage, text_of
from lessons.changes import Piece

OLD = "The office decided it. Nobody was asked."


def seen(new: str, words: str) -> tuple[str, str, bool]:
    """The old words and what stands there now, changes in brackets."""
    pieces = between(Text(OLD, {}), Text(new, {}))
    start = OLD.index(words)
    found = passage(pieces, OLD, start, start + len(words))
    sides = ["".join(f"[{p.text}]" if p.how != "same" else p.text for p in side) for side in (found.old, found.new)]
    return sides[0], sides[1], found.touched


def test_words_that_stayed_are_not_touched() -> None:
    assert seen(OLD, "Nobody was") == ("Nobody was", "Nobody was", False)
    assert seen(OLD.replace("office", "committee"), "Nobody was") == ("Nobody was", "Nobody was", False)


def test_words_that_were_replaced_stand_beside_what_took_their_place() -> None:
    assert seen(OLD.replace("office", "party bureau"), "office decided") == (
        "[office] decided",
        "[party bureau] decided",
        True,
    )


def test_a_change_that_reaches_in_from_outside_counts_with_the_words_that_it_took() -> None:
    assert seen(OLD.replace("decided it. Nobody", "left. Somebody"), "Nobody was")[2]
    assert seen(OLD.replace("decided it. Nobody", "left. Somebody"), "was asked") == ("was asked", "was asked", False)


def test_words_that_went_leave_nothing() -> None:
    assert seen("The office decided it.", "Nobody was asked.") == ("[Nobody was asked.]", "", True)


def test_what_is_put_in_inside_is_told_and_what_is_put_in_beside_is_not() -> None:
    inside = seen(OLD.replace("Nobody was", "Nobody there was"), "Nobody was")
    assert inside[2]
    assert "there" in inside[1]
    assert not seen(f"{OLD} So it went.", "Nobody was asked.")[2]


def test_paragraphs_are_one_text_and_what_was_chosen_stands_in_it() -> None:
    blocks = [{"id": "a", "text": "One."}, {"id": "b", "text": "Two."}]
    body = {"answers": [{"question": "q", "blocks": blocks, "choice": ["y"]}]}
    found = text_of(body, "q", {"x": "No", "y": "Yes"})
    assert found.text == "Yes\n\nOne.\n\nTwo."
    assert {name: found.text[at : at + 4] for name, at in found.begins.items()} == {"a": "One.", "b": "Two."}
    assert text_of(body, "other", {}) == Text("", {})


def test_cells_are_parted_from_what_is_no_cell_of_the_table() -> None:
    blocks = [
        {"id": "a", "text": "One."},
        {"id": "b", "row": "r", "column": "c", "text": "Two."},
        {"id": "c", "row": "gone", "column": "c", "text": "Three."},
    ]
    body = {"answers": [{"question": "q", "blocks": blocks}]}
    assert parted(body, "q", {("r", "c"): "R, C"}) == ("One.\n\nThree.", {("r", "c"): "Two."})
    assert parted(body, "other", {}) == ("", {})


WORDS = st.lists(st.sampled_from(["a", "b", "cc", "🧱", "d."]), max_size=12).map(" ".join)


@given(WORDS, WORDS, st.data())
def test_the_old_side_is_always_the_words_of_the_comment(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    pieces = between(Text(old, {}), Text(new, {}))
    found = passage(pieces, old, start, end)
    assert "".join(piece.text for piece in found.old) == old[start:end]
    whole = passage(pieces, old, 0, len(old))
    assert old == "" or all(piece in (*whole.old, *pieces) or piece.how == "same" for piece in found.new)


def test_pieces_know_their_kind() -> None:
    assert between(Text("a", {}), Text("b", {})) == (Piece("out", "a"), Piece("in", "b"))


def test_cells_stand_in_the_order_of_their_table_each_under_its_name() -> None:
    cells = {("a", "who"): "Mason, Who", ("a", "hides"): "Mason, Hides"}
    blocks = [
        {"id": "2", "kind": "cell", "row": "a", "column": "hides", "text": "Much"},
        {"id": "1", "kind": "cell", "row": "a", "column": "who", "text": "A mason"},
    ]
    said = text_of({"answers": [{"question": "q", "blocks": blocks}]}, "q", {}, cells)
    assert said.text == "Mason, Who: A mason\n\nMason, Hides: Much"
    assert {name: said.text[at:][:4] for name, at in said.begins.items()} == {"1": "A ma", "2": "Much"}


@given(st.lists(st.text(max_size=5), max_size=12), st.booleans())
def test_each_paragraph_begins_where_its_words_are(texts: list[str], picked: bool) -> None:
    blocks = [{"id": str(n), "kind": "paragraph", "text": text} for n, text in enumerate(texts)]
    answer = {"question": "q", "choice": ["o"] if picked else [], "blocks": blocks}
    said = text_of({"answers": [answer, {"question": "other", "blocks": blocks}]}, "q", {"o": "An option"})
    found = [said.text[said.begins[block["id"]] :][: len(block["text"])] for block in blocks]
    assert found == texts
    assert sum(map(len, texts)) <= len(said.text)
