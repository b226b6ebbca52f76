"""The image library: whatever way a file comes in, what is kept holds pixels only."""

import io
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from lessons import images
from lessons.models import Asset, AssetSize, CuratedImage
from lessons.models.media import image_drafts
from tests.cast import person
from tests.lessons.factories import make_image

pytestmark = pytest.mark.django_db


def photograph(size=(900, 600)):
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "olive").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def test_a_photograph_saved_in_code_is_cleaned_like_an_upload():
    image = CuratedImage(title="A wall", file=ContentFile(photograph(), name="IMG_1.jpg"))
    image.save()
    image.refresh_from_db()
    with image.open_file() as stored:
        kept = stored.read()
    assert b"secret" not in kept
    assert (image.width, image.height) == (900, 600)
    assert image.asset.read() == kept
    assert image.file_size == len(kept)


def test_renditions_of_the_cms_carry_no_metadata_either():
    image = CuratedImage(title="A wall", file=ContentFile(photograph(), name="IMG_1.jpg"))
    image.save()
    rendition = image.get_rendition("width-200")
    with rendition.file.open("rb") as stored:
        assert b"secret" not in stored.read()


def test_what_is_no_picture_is_not_saved():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'><script>alert(1)</script></svg>"
    with pytest.raises(images.ImageRefused):
        CuratedImage(title="x", width=1, height=1, file=ContentFile(svg, name="x.svg")).save()
    assert not CuratedImage.objects.exists()


def test_saving_again_does_not_encode_again():
    image = make_image()
    before = image.asset
    image = CuratedImage.objects.get(pk=image.pk)
    image.title = "Another title"
    image.save()
    assert CuratedImage.objects.get(pk=image.pk).asset == before


def test_the_same_picture_is_kept_once():
    one, other = make_image(), make_image()
    assert one.asset == other.asset
    assert AssetSize.objects.filter(original=one.asset).count() == 5
    name = one.asset.file.name
    assert default_storage.exists(name)
    assert one.asset.pk in name
    there = default_storage.listdir(name.rpartition("/")[0])[1]
    assert [file for file in there if file.startswith(one.asset.pk)] == [f"{one.asset.pk}.jpg"]


def test_bytes_that_got_lost_are_stored_again():
    image = make_image(colour="teal")
    default_storage.delete(image.asset.file.name)
    with image.open_file() as stored:
        Asset.objects._store(images.clean(photograph()))
        assert images.clean(stored.read())
    Asset.objects.keep(images.Picture(**_as_picture(image)))
    assert default_storage.exists(image.asset.file.name)


def _as_picture(image):
    with image.open_file() as stored:
        data = stored.read()
    asset = image.asset
    return {
        "data": data,
        "sha256": asset.pk,
        "media_type": asset.media_type,
        "extension": "jpg",
        "width": asset.width,
        "height": asset.height,
    }


def test_an_image_that_came_in_without_its_asset_gets_one():
    image = make_image()
    CuratedImage.objects.filter(pk=image.pk).update(asset=None)
    image = CuratedImage.objects.get(pk=image.pk)
    asset = image.ensure_asset()
    assert CuratedImage.objects.get(pk=image.pk).asset == asset


def test_an_image_of_an_older_release_gets_its_renditions_when_it_is_next_shown():
    image = make_image()
    before = image.asset.facts()
    AssetSize.objects.exclude(asset__media_type="image/jpeg").delete()
    assert not image.asset.has_renditions
    assert image.asset.facts()["webp"] == []
    draft = image_drafts([str(image.pk)])[str(image.pk)]
    assert draft.asset == before
    assert [size["width"] for size in draft.asset["webp"]] == [320, 640, 700]
    assert [(size["width"], size["type"]) for size in draft.asset["sizes"]] == [
        *((320, "image/jpeg"), (640, "image/jpeg"), (700, "image/jpeg")),
    ]


def test_bytes_that_are_gone_keep_no_lesson_from_being_compiled():
    image = make_image(colour="navy")
    AssetSize.objects.exclude(asset__media_type="image/jpeg").delete()
    default_storage.delete(image.asset.file.name)
    assert image_drafts([str(image.pk)])[str(image.pk)].asset["sha256"] == image.asset_id


def test_the_way_back_to_the_release_before_keeps_one_rendition_a_width():
    image = make_image()
    assert AssetSize.objects.filter(original=image.asset).count() == 5
    import_module("lessons.migrations.0008_one_type_on_the_way_back").forget_other_types(apps, None)
    assert [(size.width, size.asset.media_type) for size in image.asset.sizes.order_by("width")] == [
        *((320, "image/jpeg"), (640, "image/jpeg")),
    ]


def upload(data, name="wall.jpg"):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from wagtail.images.forms import get_image_form
    from wagtail.models import Collection

    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    user = person(f"curator-{name}", is_superuser=True)
    fields = {"title": "A wall", "collection": Collection.objects.get().pk, "credit": "us", "rights": "ours"}
    return get_image_form(CuratedImage)(fields, {"file": SimpleUploadedFile(name, data)}, user=user)


def test_an_upload_is_cleaned_before_it_is_stored():
    form = upload(photograph())
    assert form.is_valid(), form.errors
    image = form.save()
    with image.open_file() as stored:
        assert b"secret" not in stored.read()
    assert image.credit == "us"
    assert image.asset.width == 900


@pytest.mark.parametrize(
    "data",
    [
        photograph() + b"PK\x03\x04 a whole archive",
        photograph()[:2000],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"x",
    ],
)
def test_an_upload_that_is_refused_says_why_beside_the_field(data):
    form = upload(data)
    assert not form.is_valid()
    assert "file" in form.errors
    assert not CuratedImage.objects.exists()
    assert not Asset.objects.exists()
