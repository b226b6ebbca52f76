"""What is done to images is found where curators look: in the history of the site."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Collection

from lessons.cms import groups
from lessons.models import CuratedImage
from tests.lessons.desk import at_desk, author, editor

pytestmark = pytest.mark.django_db

HISTORY = "/cms/reports/site-history/"
NEW, CHANGED, RIGHTS = "Create", "Edit", "Change who may see an image"


def _picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "grey").save(out, "PNG")
    return SimpleUploadedFile("wall.png", out.getvalue(), "image/png")


def _form(**fields: str) -> dict[str, object]:
    return {"title": "A wall", "collection": Collection.get_first_root_node().pk, "tags": "", **fields}


@pytest.mark.parametrize("reads", [author, editor])
def test_uploading_changing_and_deleting_an_image_stand_in_the_history_of_the_site(reads: object) -> None:
    desk = at_desk(editor("publisher"))
    assert desk.post("/cms/images/add/", {**_form(), "file": _picture()}).status_code == 302
    image = CuratedImage.objects.get()
    assert desk.post(f"/cms/images/{image.pk}/", _form(title="A gate", shown_to="public")).status_code == 302
    found = at_desk(reads()).get(HISTORY).content.decode()  # type: ignore[operator]
    for words in ("A wall", "A gate", NEW, CHANGED, RIGHTS, "Change what is said of an image"):
        assert words in found
    assert desk.post(f"/cms/images/{image.pk}/delete/").status_code == 302
    assert not CuratedImage.objects.exists()
    # The rows stay when the image is gone, under the name that it had.
    found = at_desk(reads("another")).get(f"{HISTORY}?action=wagtail.delete").content.decode()  # type: ignore[operator]
    assert "A gate" in found


def test_the_groups_of_an_older_release_get_to_see_them() -> None:
    for name in (groups.AUTHORS, groups.EDITORS):
        group = Group.objects.get(name=name)
        group.permissions.remove(group.permissions.get(codename="view_curatedimage"))
    groups.make()
    for name in (groups.AUTHORS, groups.EDITORS):
        assert Group.objects.get(name=name).permissions.filter(codename="view_curatedimage").exists()


def test_seeing_the_history_gives_no_right_to_an_image() -> None:
    desk = at_desk(author())
    assert desk.post("/cms/images/add/", {**_form(), "file": _picture()}).status_code == 302
    other = at_desk(author("other"))
    image = CuratedImage.objects.get()
    assert other.post(f"/cms/images/{image.pk}/", _form(title="Mine")).status_code == 302
    image.refresh_from_db()
    assert image.title == "A wall"
