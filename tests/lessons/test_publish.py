import pytest

from lessons.models import Edition
from tests.lessons.factories import make_edition, make_image, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


def test_publishing_cuts_an_edition_that_can_be_read():
    edition = make_edition(title="Walls")
    document = edition.read()
    assert edition.number == 1
    assert document.title == "Walls"
    assert [block["name"] for block in document.citable_blocks()] == ["¶1", "¶2"]
    question = document.questions[0]
    assert question["points"] == "5"
    assert edition.read_key().answer(question["id"])["model_answer"] == "The city did."
    assert "The city did" not in str(document.data)


def test_a_plain_save_is_no_publication():
    lesson = make_lesson()
    assert not lesson.live
    assert not Edition.objects.exists()
    publish(lesson)
    assert Edition.objects.current().count() == 1


def test_an_edition_carries_its_sources_and_images_whole():
    source = make_source(passages=("One.", "Two.", "Three."))
    image = make_image()
    edition = make_edition(
        sections=[
            (
                "Sources",
                [
                    ("source", {"source": source, "framing": "<p>Watch the money.</p>", "first": 2, "last": 3}),
                    ("figure", {"image": image, "alt": "A grey wall", "caption": "<p>The wall</p>"}),
                ],
            )
        ]
    )
    document = edition.read()
    (data,) = document.sources
    assert [block["name"] for block in data["blocks"]] == ["A1", "A2", "A3"]
    assert document.sections[0]["blocks"][0]["passages"] == [block["id"] for block in data["blocks"][1:]]
    (shown,) = document.images()
    assert shown["alt"] == "A grey wall"
    assert [size["width"] for size in shown["sizes"]] == [320, 640, 700]
