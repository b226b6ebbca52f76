"""A wrongly guessed heading is put right without losing a word."""

import uuid

import pytest

from lessons.importing.mending import CannotBecome, Kind, Part, changed, places

ONE, TWO, HEAD, TEXT, LONG, LINKED, FIGURE = (str(uuid.uuid4()) for _ in range(7))


@pytest.fixture
def draft() -> list[Part]:
    return [
        Part(ONE, "Frost", [{"type": "paragraph", "id": LONG, "value": f"<p>{'word ' * 60}</p>"}]),
        Part(
            TWO,
            "Thaw & after",
            [
                {"type": "paragraph", "id": TEXT, "value": "<p>Short <b>line</b> &amp; more</p>"},
                {"type": "heading", "id": HEAD, "value": {"text": "Inside <it>", "level": "3"}},
                {"type": "paragraph", "id": LINKED, "value": '<p><a href="https://example.org">Ice</a></p>'},
                {"type": "figure", "id": FIGURE, "value": {"image": 1}},
            ],
        ),
    ]


def shape(parts: list[Part]) -> list[tuple[str, list[str]]]:
    return [(part.heading, [block["type"] for block in part.blocks]) for part in parts]


def test_a_heading_becomes_a_paragraph_in_its_place(draft: list[Part]) -> None:
    after = changed(draft, HEAD, Kind.PARAGRAPH)
    assert after[1].blocks[1] == {"type": "paragraph", "id": HEAD, "value": "<p>Inside &lt;it&gt;</p>"}
    assert shape(after) == [
        ("Frost", ["paragraph"]),
        ("Thaw & after", ["paragraph", "paragraph", "paragraph", "figure"]),
    ]


def test_a_paragraph_becomes_a_heading_in_its_place(draft: list[Part]) -> None:
    after = changed(draft, TEXT, Kind.HEADING)
    assert after[1].blocks[0] == {"type": "heading", "id": TEXT, "value": {"text": "Short line & more", "level": "3"}}


def test_what_becomes_a_section_takes_along_what_follows_it(draft: list[Part]) -> None:
    after = changed(draft, HEAD, Kind.SECTION)
    assert shape(after) == [
        ("Frost", ["paragraph"]),
        ("Thaw & after", ["paragraph"]),
        ("Inside <it>", ["paragraph", "figure"]),
    ]
    assert after[2].id == HEAD


def test_a_section_becomes_a_heading_of_the_one_before_it_and_back(draft: list[Part]) -> None:
    merged = changed(draft, TWO, Kind.HEADING)
    assert shape(merged) == [("Frost", ["paragraph", "heading", "paragraph", "heading", "paragraph", "figure"])]
    assert changed(merged, TWO, Kind.SECTION) == draft


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (ONE, Kind.HEADING),  # nothing stands before the first section
        (LONG, Kind.HEADING),
        (LINKED, Kind.SECTION),  # its address would be lost
        (FIGURE, Kind.PARAGRAPH),
        (HEAD, Kind.HEADING),
        (str(uuid.uuid4()), Kind.PARAGRAPH),
    ],
    ids=["first", "long", "linked", "figure", "head", "nowhere"],
)
def test_what_would_lose_something_is_neither_offered_nor_done(draft: list[Part], place: str, kind: Kind) -> None:
    known = places(draft).get(place)
    assert known is None or kind not in known.choices
    with pytest.raises(CannotBecome):
        changed(draft, place, kind)


def test_every_place_is_offered_what_it_can_become(draft: list[Part]) -> None:
    assert {place: known.choices for place, known in places(draft).items() if known.choices} == {
        TWO: (Kind.HEADING, Kind.PARAGRAPH),
        TEXT: (Kind.HEADING, Kind.SECTION),
        HEAD: (Kind.PARAGRAPH, Kind.SECTION),
    }
