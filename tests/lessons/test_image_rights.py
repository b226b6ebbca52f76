"""Rights of images: what is said of one counts at once, in whatever edition shows its bytes."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from wagtail.models import Collection, ModelLogEntry

from destalin_site.common.actor import SYSTEM
from lessons import access, actions, catalogue, render
from lessons.models import Asset, CuratedImage, Edition
from tests.cast import Cast
from tests.lessons import factories
from tests.lessons.desk import at_desk, author, editor

pytestmark = pytest.mark.django_db

PUBLIC, CLASSROOM, NOT_SAID = CuratedImage.ShownTo.PUBLIC, CuratedImage.ShownTo.CLASSROOM, CuratedImage.ShownTo.NOT_SAID
ALT = "A grey wall behind wire"
ANYBODY = AnonymousUser()


def figure(image: CuratedImage, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "figure", {"image": image, "alt": ALT, "decorative": False, "caption": "<p>The wall.</p>", **fields}


@pytest.fixture
def image() -> CuratedImage:
    return factories.make_image()


@pytest.fixture
def edition(image: CuratedImage) -> Edition:
    source = factories.make_source(slug="mason", images=[figure(image, caption="")])
    body = [("paragraph", "<p>A wall.</p>"), figure(image), ("source", {"source": source})]
    return factories.make_edition(slug="walls", sections=[("One", body)])


def digests(edition: Edition) -> set[str]:
    """Of every image that the document names, in every rendition."""
    return {
        part["sha256"] for image in edition.read().images() for part in [image, *image["sizes"], *image.get("webp", [])]
    }


def may_see(user: Any, digest: str) -> bool:
    try:
        access.asset(user, digest)
    except Http404:
        return False
    return True


def seen(user: Any, edition: Edition) -> set[str]:
    return {digest for digest in digests(edition) if may_see(user, digest)}


PAGES = ["/lessons/walls/", "/lessons/walls/editions/1/", "/lessons/walls/editions/1/sources/mason/"]


def test_every_page_offers_webp_and_a_form_that_every_browser_shows(client: Client, edition: Edition) -> None:
    image = next(edition.read().images())
    for page in PAGES:
        shown = client.get(page).content.decode()
        webp = ", ".join(f"/api/v1/media/{size['sha256']} {size['width']}w" for size in image["webp"])
        jpeg = ", ".join(f"/api/v1/media/{size['sha256']} {size['width']}w" for size in image["sizes"])
        assert f'<source type="image/webp" srcset="{webp}"' in shown
        assert f'<img src="/api/v1/media/{image["sha256"]}" srcset="{jpeg}"' in shown
        assert f'alt="{ALT}"' in shown
        for size in [*image["webp"], *image["sizes"]]:
            answer = client.get(f"/api/v1/media/{size['sha256']}")
            assert (answer.status_code, answer["Content-Type"]) == (200, size["type"])


def test_an_edition_of_before_without_webp_is_shown_as_ever(edition: Edition) -> None:
    image = dict(next(edition.read().images()))
    del image["webp"]
    picture = render.picture(image)  # type: ignore[arg-type]
    assert picture.webp == ""
    assert picture.srcset.count("w") == 3
    assert picture.url.endswith(image["sha256"])


@pytest.mark.parametrize("said", [PUBLIC, NOT_SAID])
def test_what_is_not_kept_in_classrooms_is_shown_to_everybody(said: str, image: CuratedImage, edition: Edition) -> None:
    actions.set_image_rights(image, shown_to=said, by=SYSTEM)
    assert seen(ANYBODY, edition) == digests(edition)
    assert access.withheld(ANYBODY, edition.pk) == frozenset()


def test_keeping_an_image_in_classrooms_counts_at_once_in_published_editions_and_so_does_opening_it(
    client: Client, image: CuratedImage, edition: Edition
) -> None:
    for page in PAGES:
        assert "<picture>" in client.get(page).content.decode()
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    assert seen(ANYBODY, edition) == set()
    for page in PAGES:
        shown = client.get(page).content.decode()
        assert "<picture>" not in shown
        assert "/api/v1/media/" not in shown
        assert "This picture may be shown in class only" in shown
        assert ALT in shown
        assert "Photograph: the authors" in shown
    actions.set_image_rights(image, shown_to=PUBLIC, by=SYSTEM)
    assert seen(ANYBODY, edition) == digests(edition)
    for page in PAGES:
        assert "<picture>" in client.get(page).content.decode()


def test_decoration_that_is_withheld_says_so(client: Client, image: CuratedImage) -> None:
    factories.make_edition(slug="walls", sections=[("One", [figure(image, alt="", decorative=True)])])
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    assert "It is decoration" in client.get("/lessons/walls/").content.decode()


def test_a_curator_sees_what_is_kept_in_classrooms(image: CuratedImage, edition: Edition) -> None:
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    writer = author()
    assert seen(writer, edition) == digests(edition)
    assert "<picture>" in at_desk(writer).get("/lessons/walls/").content.decode()


def test_what_is_guarded_lies_in_no_cache_unasked_and_what_is_public_may(
    client: Client, image: CuratedImage, edition: Edition
) -> None:
    address = f"/api/v1/media/{image.asset_id}"
    public = client.get(address)
    assert public["Cache-Control"] == "private, max-age=31536000, immutable"
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    assert client.get(address, headers={"If-None-Match": public["ETag"]}).status_code == 404
    writer = at_desk(author())
    for headers in ({}, {"If-None-Match": public["ETag"]}):
        answer = writer.get(address, headers=headers)
        assert answer.status_code == (304 if headers else 200)
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_of_two_uploads_of_the_same_bytes_the_stricter_counts(image: CuratedImage, edition: Edition) -> None:
    other = factories.make_image("The same again")
    assert other.asset_id == image.asset_id
    actions.set_image_rights(image, shown_to=PUBLIC, by=SYSTEM)
    actions.set_image_rights(other, shown_to=CLASSROOM, by=SYSTEM)
    assert seen(ANYBODY, edition) == set()
    for said in (NOT_SAID, PUBLIC):
        actions.set_image_rights(image, shown_to=said, by=SYSTEM)
        assert seen(ANYBODY, edition) == set()
    actions.set_image_rights(other, shown_to=PUBLIC, by=SYSTEM)
    assert seen(ANYBODY, edition) == digests(edition)


def test_bytes_uploaded_once_more_as_public_stay_in_classrooms(image: CuratedImage, edition: Edition) -> None:
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    with image.open_file() as stored:
        from lessons import images
        from lessons.models.media import clean_file

        data = stored.read()
    picture = images.Picture(data, image.asset_id, "image/jpeg", "jpg", 700, 500)
    CuratedImage(title="Again", shown_to=PUBLIC, file=clean_file(picture)).save()
    assert CuratedImage.objects.filter(asset=image.asset_id).count() == 2
    assert seen(ANYBODY, edition) == set()


def test_another_file_and_deleting_open_nothing_in_editions(image: CuratedImage, edition: Edition) -> None:
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    other = factories.make_image("Another", colour="red")
    image.file, image.shown_to = other.file, PUBLIC
    with other.open_file() as stored:
        from django.core.files.base import ContentFile

        image.file = ContentFile(stored.read(), name="red.jpg")
    image.save()
    assert image.asset_id not in digests(edition)
    assert seen(ANYBODY, edition) == set()
    image.delete()
    assert seen(ANYBODY, edition) == set()


def test_deleting_the_stricter_of_two_opens_nothing(image: CuratedImage, edition: Edition) -> None:
    other = factories.make_image("The same again")
    actions.set_image_rights(other, shown_to=PUBLIC, by=SYSTEM)
    actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
    image.delete()
    other.title = "A new title"
    other.save()
    assert seen(ANYBODY, edition) == set()


def test_a_public_image_one_of_whose_renditions_is_guarded_is_withheld_whole(edition: Edition) -> None:
    wide = next(edition.read().images())
    narrow = Asset.objects.get(pk=wide["webp"][0]["sha256"])
    Asset.objects.filter(pk=narrow.pk).update(classroom_only=True)
    assert not may_see(ANYBODY, narrow.pk)
    assert access.withheld(ANYBODY, edition.pk) == {wide["sha256"]}


def test_an_image_whose_bytes_are_stored_later_keeps_its_rights(image: CuratedImage, edition: Edition) -> None:
    digest = image.asset_id
    CuratedImage.objects.filter(pk=image.pk).update(asset=None, shown_to=CLASSROOM)
    CuratedImage.objects.get(pk=image.pk).ensure_asset()
    assert Asset.objects.get(pk=digest).classroom_only


def test_a_change_stands_in_the_log_with_who_made_it(image: CuratedImage) -> None:
    curator = editor()
    actions.set_image_rights(image, shown_to=CLASSROOM, by=curator)
    actions.set_image_rights(image, shown_to=CLASSROOM, by=curator)
    (entry,) = ModelLogEntry.objects.filter(action="lessons.image.rights")
    assert (entry.user, entry.data) == (curator, {"before": NOT_SAID, "after": CLASSROOM})
    assert entry.object_id == str(image.pk)
    assert entry.message == "May be shown to: was “Not said yet”, is “Classroom only”"


# In the CMS


def edit(person: Any, image: CuratedImage, **fields: Any) -> Any:
    root = Collection.get_first_root_node()
    sent = {"title": image.title, "collection": root.pk, "credit": "us", "rights": "theirs", "tags": "", **fields}
    return at_desk(person).post(f"/cms/images/{image.pk}/", sent)


def test_an_editor_says_it_on_the_images_page_and_it_is_logged_under_her_name(
    image: CuratedImage, edition: Edition
) -> None:
    publisher = editor()
    assert edit(publisher, image, shown_to=CLASSROOM).status_code == 302
    assert seen(ANYBODY, edition) == set()
    assert edit(publisher, image, shown_to=PUBLIC).status_code == 302
    assert seen(ANYBODY, edition) == digests(edition)
    entries = ModelLogEntry.objects.filter(action="lessons.image.rights").order_by("pk")
    assert [(entry.user, entry.data["after"]) for entry in entries] == [(publisher, CLASSROOM), (publisher, PUBLIC)]


def test_an_author_may_keep_her_image_in_classrooms_and_only_an_editor_opens_it(
    image: CuratedImage, edition: Edition
) -> None:
    writer = author()
    CuratedImage.objects.filter(pk=image.pk).update(uploaded_by_user=writer)
    assert edit(writer, image, shown_to=CLASSROOM).status_code == 302
    refused = edit(writer, image, shown_to=PUBLIC)
    assert refused.status_code == 200
    assert "Only an editor opens what was kept in classrooms." in refused.content.decode()
    assert seen(ANYBODY, edition) == set()


# What it costs


def test_a_page_costs_the_same_for_one_guarded_image_and_for_six(cast: Cast, queries: Any) -> None:
    def cost(count: int) -> int:
        made = [factories.make_image(f"{count} {i}", size=(300 + 10 * count + i, 200)) for i in range(count)]
        for image in made:
            actions.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
        published = factories.make_edition(sections=[("One", [figure(image) for image in made])])
        catalogue._reading.cache_clear()
        assert len(access.withheld(ANYBODY, published.pk)) == count
        client = Client()
        address = f"/lessons/{published.lesson.slug}/"
        client.get(address)
        return queries(lambda: client.get(address))

    assert cost(1) == cost(6)


def test_the_document_names_the_renditions_by_type(edition: Edition) -> None:
    raw = json.loads(edition.face("document").bytes)
    image = next(block["image"] for block in raw["sections"][0]["blocks"] if "image" in block)
    assert [(size["width"], size["type"]) for size in image["webp"]] == [(w, "image/webp") for w in (320, 640, 700)]
    assert [(size["width"], size["type"]) for size in image["sizes"]] == [(w, "image/jpeg") for w in (320, 640, 700)]
