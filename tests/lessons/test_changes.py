"""What readers will see differently: no database, and then the page on which lessons are published again."""

import copy
import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from lessons import actions, changes
from lessons.changes import MOST_PAIRS, MOST_WORDS, Effort, Piece, source_changes, words
from lessons.models import Edition, Lesson, Source
from tests.lessons.desk import at_desk, author, editor
from tests.lessons.documents import block, small_document
from tests.lessons.factories import make_lesson, make_source, publish

# Words


@given(st.text(alphabet="ab \n🧱", max_size=40), st.text(alphabet="ab \n🧱", max_size=40))
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.how != "in") == old
    assert "".join(piece.text for piece in pieces if piece.how != "out") == new
    assert all(piece.text for piece in pieces)


def test_a_word_that_was_replaced_goes_out_and_comes_in() -> None:
    assert words("They pay by the stone.", "They pay by the day.") == (
        Piece("same", "They pay by the "),
        Piece("out", "stone."),
        Piece("in", "day."),
    )


def test_words_replaced_side_by_side_are_one_piece() -> None:
    assert [piece.text for piece in words("a b c d", "a x y d")] == ["a ", "b c", "x y", " d"]


def test_a_huge_text_is_shown_whole_out_and_in() -> None:
    old, new = " ".join("x" * (i % 7 + 1) for i in range(MOST_WORDS)), " ".join("y" * (i % 5 + 1) for i in range(9999))
    assert [piece.how for piece in words(f"same {old}", f"same {new}")] == ["same", "out", "in"]


# Documents


def changed(change: Any) -> list[tuple[str, str, str, str]]:
    new = copy.deepcopy(small_document())
    change(new)
    found = changes.changes(small_document(), new)  # type: ignore[arg-type]
    return [(one.where, one.field, one.name, one.how) for one in found]


def test_the_same_document_changes_nothing() -> None:
    assert changed(lambda new: None) == []


def test_the_order_of_the_keys_changes_nothing_and_is_not_how_it_is_read() -> None:
    """The database keeps a document with its keys sorted; what was just compiled has them in another order."""
    level = {"id": "l", "name": "Clear", "points": "2", "description": "Says who was asked."}
    criterion = {"id": "c", "name": "Answer", "description": "Does it answer?", "levels": [level]}
    compiled: Any = {**small_document(), "rubrics": [{"id": "r", "title": "Short answer", "criteria": [criterion]}]}
    kept = json.loads(json.dumps(compiled, sort_keys=True))
    assert changes.changes(kept, compiled) == []
    assert changes.said(kept["rubrics"][0]["criteria"]) == "Answer; Does it answer?; Clear; 2; Says who was asked."


def test_a_changed_passage_is_the_sources_and_has_its_name() -> None:
    assert changed(lambda new: new["sources"][0]["blocks"][1].update(text="They pay by the day.")) == [
        ("source", "block", "A2", "changed")
    ]


def test_a_paragraph_put_in_is_added_and_numbering_anew_is_no_change() -> None:
    def put_in(new: Any) -> None:
        new["sections"][0]["blocks"].insert(1, block("fresh", 1, "Nobody was asked."))
        for n, later in enumerate(new["sections"][0]["blocks"][2:], start=2):
            later.update(n=n, name=f"¶{n}")

    assert changed(put_in) == [("section", "block", "¶1", "added")]


def test_a_section_taken_out_goes_with_all_its_blocks() -> None:
    assert changed(lambda new: new["sections"].pop(0)) == [
        ("section", "heading", "", "removed"),
        ("section", "block", "", "removed"),
        ("section", "block", "¶1", "removed"),
        ("section", "block", "¶2", "removed"),
    ]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("title", lambda source: source.update(title="Another")),
        ("date", lambda source: source["date"].update(display="1957")),
        ("primary", lambda source: source.update(primary=False)),
        ("record.purpose", lambda source: source["record"].update(purpose="To complain.")),
        ("images", lambda source: source["images"].append({"alt": "", "credit": "", "rights": "", "sha256": "0" * 64})),
        (
            "claims",
            lambda source: source["claims"].append({"id": "c", "text": "It fell.", "locator": "p. 1", "rests_on": []}),
        ),
    ],
)
def test_each_field_of_a_source_that_readers_see_is_compared(field: str, change: Any) -> None:
    assert ("source", field, "") in [one[:3] for one in changed(lambda new: change(new["sources"][0]))]


def test_a_word_whose_meaning_changed_is_said() -> None:
    assert changed(lambda new: new["glossary"][0].update(meaning="A bricklayer.")) == [
        ("glossary", "meaning", "", "changed")
    ]


def test_two_copies_of_a_source_differ_by_field_whatever_their_letters() -> None:
    (old,) = small_document()["sources"]
    (new,) = copy.deepcopy(small_document()["sources"])
    new["letter"] = "C"
    for passage in new["blocks"]:
        passage["name"] = passage["name"].replace("A", "C")
    assert source_changes(old, new) == []
    new["blocks"][1]["text"] = "They pay by the day."
    new["date"]["display"] = "1957"
    assert [(one.field, one.old, one.new) for one in source_changes(old, new)] == [
        ("date", "c. 1956", "1957"),
        ("text", "2. They pay by the stone.", "2. They pay by the day."),
    ]


# The page


@pytest.fixture
def publisher(db: None) -> User:
    return editor()


@pytest.fixture
def source(db: None) -> Source:
    return make_source(title="A letter", passages=("They pay by the stone.",))


def showing(source: Source, **fields: Any) -> Lesson:
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    lesson = make_lesson(sections=[("S", [shown])], **fields)
    publish(lesson)
    return lesson


def change(source: Source) -> None:
    source.text[0].value.source = "<p>They pay by the <b>day</b>.</p>"
    source.save_revision().publish()


def quoting(source: Source, **fields: Any) -> Lesson:
    """A lesson that shows a historian's work, and of this source only what a claim there rests on."""
    ground = {"source": source, "passage": 1, "reading": "She reads it so."}
    claim = ("claim", {"text": "They were poor.", "locator": "page 7", "rests_on": [ground]})
    return showing(make_source(title="A history", kind="monograph", primary=False, claims=[claim]), **fields)


def page_of(source: Source) -> str:
    return f"/cms/sources/{source.pk}/publish-again/"


def numbers() -> dict[str, int]:
    return {edition.title: edition.number for edition in Edition.objects.current()}


def test_the_page_shows_of_each_lesson_which_words_go_and_come(publisher: User, source: Source) -> None:
    showing(source, title="Walls")
    change(source)
    page = at_desk(publisher).get(page_of(source)).content.decode()
    assert "</span>stone.</del>" in page
    assert "</span>day.</ins>" in page
    assert "passage A1" in page


def test_a_lesson_that_only_quotes_the_source_for_a_claim_is_offered_too(publisher: User, source: Source) -> None:
    quoting(source, title="Towers")
    showing(make_source(title="Another letter"), title="Gates")
    change(source)
    page = at_desk(publisher).get(page_of(source)).content.decode()
    assert "Publish “Towers” again" in page
    assert re.search(r"<del[^>]*>.*?stone\.", page, re.S)
    assert re.search(r"<ins[^>]*>.*?day\.", page, re.S)
    at_desk(publisher).post(page_of(source))
    assert numbers() == {"Towers": 2, "Gates": 1}
    assert "Publish “Towers” again" not in at_desk(publisher).get(page_of(source)).content.decode()


def test_a_date_put_right_is_a_change_where_the_source_is_only_quoted(publisher: User, source: Source) -> None:
    quoting(source, title="Towers")
    source.date = "1957"
    source.save_revision().publish()
    page = at_desk(publisher).get(page_of(source)).content.decode()
    assert "Publish “Towers” again" in page


def test_one_lesson_is_published_again_and_the_other_waits(publisher: User, source: Source) -> None:
    walls, _gates = showing(source, title="Walls"), showing(source, title="Gates")
    change(source)
    client = at_desk(publisher)
    answer = client.post(page_of(source), {"lesson": walls.pk}, follow=True)
    assert numbers() == {"Walls": 2, "Gates": 1}
    assert [row.title for row in answer.context["rows"]] == ["Gates"]
    assert [row.title for row in answer.context["same"]] == ["Walls"]
    assert "edition 2" in answer.content.decode()


def test_all_are_published_again_and_one_that_cannot_says_why(publisher: User, source: Source) -> None:
    other = make_source()
    walls = showing(source, title="Walls")
    gates = make_lesson(
        title="Gates",
        sections=[("S", [("source", {"source": one, "framing": "", "last": None}) for one in (source, other)])],
    )
    publish(gates)
    change(source)
    other.unpublish()
    client = at_desk(publisher)
    page = client.get(page_of(source)).content.decode()
    assert "This source has not been published yet. Publish it first." in page
    answer = client.post(page_of(source), follow=True)
    assert numbers() == {"Walls": 2, "Gates": 1}
    text = answer.content.decode()
    assert "“Gates” was not published: This source has not been published yet." in text
    assert "1 lesson was published again." in text
    assert walls.pk not in [row.lesson for row in answer.context["rows"]]


def test_one_at_a_time_leaves_a_newer_draft_alone_and_says_that_it_waits(publisher: User, source: Source) -> None:
    walls = showing(source, title="Walls")
    draft = walls.get_latest_revision_as_object()
    draft.title = "Walls, unfinished"
    draft.save_revision()
    change(source)
    client = at_desk(publisher)
    assert "A newer draft of this lesson waits." in client.get(page_of(source)).content.decode()
    client.post(page_of(source), {"lesson": walls.pk})
    assert numbers() == {"Walls": 2}
    assert Lesson.objects.get().get_latest_revision_as_object().title == "Walls, unfinished"


def test_an_author_sees_and_publishes_nothing(publisher: User, source: Source) -> None:
    walls = showing(source, title="Walls")
    change(source)
    client = at_desk(author())
    assert client.get(page_of(source)).status_code == 302
    client.post(page_of(source), {"lesson": walls.pk})
    assert numbers() == {"Walls": 1}
    at_desk(publisher).post(page_of(source), {"lesson": walls.pk})
    assert numbers() == {"Walls": 2}


@pytest.mark.parametrize(
    ("asked", "status"), [("x", 400), ("-1", 400), ("١", 400), ("9" * 30, 400), ("1\x00", 400), ("999999", 404)]
)
def test_a_lesson_that_is_none_publishes_nothing(publisher: User, source: Source, asked: str, status: int) -> None:
    showing(source)
    change(source)
    assert at_desk(publisher).post(page_of(source), {"lesson": asked}).status_code == status
    assert Edition.objects.count() == 1


def test_a_lesson_that_does_not_show_the_source_is_not_published_by_its_page(publisher: User, source: Source) -> None:
    other = make_lesson()
    publish(other)
    assert at_desk(publisher).post(page_of(source), {"lesson": other.pk}).status_code == 404


def test_markup_in_a_source_is_shown_as_words(publisher: User, source: Source) -> None:
    showing(source)
    source.title = "<script>alert(1)</script>"
    source.save_revision().publish()
    page = at_desk(publisher).get(page_of(source)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_page_compiles_a_page_of_lessons_and_no_more(publisher: User, source: Source, queries: Any) -> None:
    for _ in range(11):
        showing(source)
    change(source)
    client = at_desk(publisher)
    cost = queries(lambda: client.get(page_of(source)))
    for _ in range(5):
        showing(source)
    assert queries(lambda: client.get(page_of(source))) == cost
    assert len(client.get(page_of(source)).context["rows"]) <= 10
    assert actions.publish_again_showing(source, by=publisher)


def test_words_that_are_equal_everywhere_are_no_work_without_end() -> None:
    def text(sign: str, n: int) -> str:
        return " ".join(f"the {sign}{number}" for number in range(n))

    few = words(text("x", 100), text("y", 100))
    assert [piece.text.strip() for piece in few if piece.how == "same"] == ["the"] * 100
    half = math.isqrt(MOST_PAIRS // 2) + 2
    effort = Effort()
    told = [words(text("x", half), text("y", half), effort) for _page in range(2)]
    assert [len(pieces) for pieces in told] == [3 * half, 3]
    assert effort.pairs < MOST_PAIRS // 2
    many = math.isqrt(MOST_PAIRS) + 2
    # The first one both begin with, and is not compared.
    assert [(piece.how, len(piece.text.split())) for piece in words(text("x", many), text("y", many))] == [
        ("same", 1),
        ("out", 2 * many - 1),
        ("in", 2 * many - 1),
    ]
