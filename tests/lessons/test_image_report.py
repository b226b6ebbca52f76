"""The report on images: rights that nobody stated, descriptions that somebody owes."""

from typing import Any

import pytest
from django.test import Client

from destalin_site.common.actor import SYSTEM
from lessons import actions
from lessons.models import CuratedImage
from tests.lessons.desk import at_desk, author, editor
from tests.lessons.factories import make_image, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db

REPORT = "/cms/images/report/"


@pytest.fixture
def desk() -> Client:
    return at_desk(author())


def figure(image: CuratedImage, alt: str = "", **fields: Any) -> tuple[str, dict[str, Any]]:
    return "figure", {"image": image, "alt": alt, "decorative": False, "caption": "", **fields}


@pytest.fixture
def shelf() -> dict[str, CuratedImage]:
    described, owed = make_image("Described", colour="red"), make_image("Owed", colour="blue")
    unused = make_image("Unused", colour="green")
    publish(make_lesson(title="Gates", sections=[("A", [figure(described, "A red gate")])]))
    body = [figure(owed), figure(owed, "IMG_1.jpg"), figure(owed, decorative=True), figure(described, "A gate")]
    make_lesson(title="Towers", sections=[("A", body)])
    make_source(title="A map", published=False, images=[figure(owed)])
    actions.set_image_rights(described, shown_to="public", by=SYSTEM)
    actions.set_image_rights(unused, shown_to="classroom", by=SYSTEM)
    return {"described": described, "owed": owed, "unused": unused}


def listed(desk: Client, **query: str) -> list[str]:
    return [image.title for image in desk.get(REPORT, query).context["object_list"]]


def test_all_images_are_listed_with_their_uses_and_what_they_lack(desk: Client, shelf: Any) -> None:
    answer = desk.get(REPORT)
    rows = {image.title: image for image in answer.context["object_list"]}
    assert list(rows) == ["Described", "Owed", "Unused"]
    assert [len(rows[title].uses) for title in rows] == [2, 4, 0]
    assert [rows[title].editions for title in rows] == [1, 0, 0]
    assert [(use.title, use.fault) for use in rows["Owed"].uses] == [
        *(("Towers", "alt-missing"), ("Towers", "alt-is-file-name"), ("Towers", "")),
        ("A map", "alt-missing"),
    ]
    page = answer.content.decode()
    assert "This is the name of a file. Say what the picture shows." in page
    for use in rows["Owed"].uses:
        what, key = ("lesson", use.lesson) if use.lesson else ("source", use.source)
        assert f"/cms/snippets/lessons/{what}/edit/{key}/" in page


def test_it_is_filtered_by_rights_and_by_missing_descriptions(desk: Client, shelf: Any) -> None:
    assert listed(desk, undescribed="true") == ["Owed"]
    assert listed(desk, undescribed="false") == ["Described", "Unused"]
    assert listed(desk, shown_to="classroom") == ["Unused"]
    assert listed(desk, shown_to="public") == ["Described"]
    assert listed(desk, shown_to="unset") == ["Owed"]


def test_the_library_is_filtered_like_its_report_also_while_words_are_looked_for(desk: Client, shelf: Any) -> None:
    def found(path: str = "/cms/images/", **query: str) -> list[str]:
        return sorted(image.title for image in at_desk(editor()).get(path, query).context["images"])

    assert found() == ["Described", "Owed", "Unused"]
    assert found(undescribed="true") == ["Owed"]
    assert found(shown_to="classroom") == ["Unused"]
    assert found("/cms/images/results/", shown_to="unset") == ["Owed"]
    assert found(shown_to="unset", q="owed") == ["Owed"]
    assert found(undescribed="true", q="described") == []
    page = at_desk(editor()).get("/cms/images/").content.decode()
    assert "Lacks a description" in page
    assert "May be shown to" in page


def test_bytes_that_are_kept_closer_than_the_image_says_are_marked(desk: Client, shelf: Any) -> None:
    twin = make_image("Twin", colour="green")
    actions.set_image_rights(twin, shown_to="public", by=SYSTEM)
    assert "Everybody; kept in classrooms, as was said of the same picture" in desk.get(REPORT).content.decode()


def test_it_leads_to_the_images_that_one_may_change_and_the_first_page_leads_authors_to_it(shelf: Any) -> None:
    writer = author()
    own = make_image("Own", colour="yellow")
    CuratedImage.objects.filter(pk=own.pk).update(uploaded_by_user=writer)
    page = at_desk(writer).get(REPORT).content.decode()
    assert f"/cms/images/{own.pk}/" in page
    assert f"/cms/images/{shelf['owed'].pk}/" not in page
    assert f"/cms/images/{shelf['owed'].pk}/" in at_desk(editor()).get(REPORT).content.decode()
    link = '<a href="{}">'
    assert link.format(REPORT) in at_desk(writer).get("/cms/").content.decode()
    assert link.format("/cms/images/") in at_desk(editor()).get("/cms/").content.decode()


def test_it_can_be_taken_along_as_a_table(desk: Client, shelf: Any) -> None:
    answer = desk.get(REPORT, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines()[1].startswith("Described,Everybody,")


def test_it_costs_the_same_for_one_image_and_for_ten(desk: Client, shelf: Any, queries: Any) -> None:
    desk.get(REPORT)
    one = queries(lambda: desk.get(REPORT))
    for number in range(9):
        image = make_image(f"More {number}", colour=f"#{number}{number}0000")
        make_lesson(sections=[("A", [figure(image)])])
    assert queries(lambda: desk.get(REPORT)) == one


def test_the_library_shows_its_pictures_to_curators_and_to_nobody_else(desk: Client) -> None:
    image = make_image("A gate", colour="red")
    page = at_desk(editor()).get("/cms/images/").content.decode()
    url = image.get_rendition("max-165x165").url
    assert url in page
    answer = desk.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    assert b"".join(answer.streaming_content).startswith((b"\xff\xd8", b"\x89PNG", b"RIFF"))  # type: ignore[attr-defined]
    assert "private" in answer["Cache-Control"]
    assert Client().get(url).status_code == 302
    assert desk.get("/cms/images/renditions/999999/").status_code == 404


def test_the_page_of_an_image_leads_to_its_file_at_the_desk_and_to_no_public_address(desk: Client) -> None:
    image = make_image("A gate", colour="red")
    actions.set_image_rights(image, shown_to="classroom", by=SYSTEM)
    page = at_desk(editor()).get(f"/cms/images/{image.pk}/").content.decode()
    assert "/media/" not in page
    url = image.get_rendition("original").url
    assert f'href="{url}"' in page
    assert desk.get(url).status_code == 200
    assert Client().get(url).status_code == 302
