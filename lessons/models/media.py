"""The image library, and the stored bytes that editions name by digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index

from lessons import compiler, images
from lessons.querysets import AssetQuerySet


class AssetManager(models.Manager.from_queryset(AssetQuerySet)):  # type: ignore[misc]
    def keep(self, picture: images.Picture) -> Asset:
        """The asset of these bytes, with its smaller sizes; stored once however often it is asked for.

        Works on pixels and files: call it before a transaction, not inside one.
        """
        asset = self._store(picture)
        made = set(asset.sizes.values_list("width", flat=True))
        missing = tuple(width for width in images.WIDTHS if width not in made)
        for width, smaller in images.renditions(picture, missing):
            AssetSize.objects.get_or_create(original=asset, width=width, defaults={"asset": self._store(smaller)})
        return asset

    def _store(self, picture: images.Picture) -> Asset:
        name = f"assets/{picture.sha256[:2]}/{picture.name}"
        # Under a name that is its digest, a file that exists is the same file.
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(picture.data))
        asset, _created = self.get_or_create(
            sha256=picture.sha256,
            defaults={
                "media_type": picture.media_type,
                "width": picture.width,
                "height": picture.height,
                "size": len(picture.data),
                "file": name,
            },
        )
        return asset


class Asset(models.Model):
    """Image bytes that never change: their name is their sha256."""

    sha256 = models.CharField(max_length=64, primary_key=True, editable=False)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("in bytes"))
    file = models.FileField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AssetManager] = AssetManager()

    class Meta:
        verbose_name = _("stored image")
        verbose_name_plural = _("stored images")

    def __str__(self) -> str:
        return self.sha256

    def read(self) -> bytes:
        with self.file.open("rb") as stored:
            return bytes(stored.read())

    def facts(self) -> dict[str, Any]:
        """What a document says of it: its bytes' digest and size, and those of its smaller sizes, ascending."""
        sizes = [size.asset for size in self.sizes.all()]
        return {
            **_facts(self),
            "sizes": [_facts(asset) for asset in sorted([*sizes, self], key=lambda asset: asset.width)],
        }


def _facts(asset: Asset) -> dict[str, Any]:
    return {"sha256": asset.sha256, "type": asset.media_type, "width": asset.width, "height": asset.height}


class AssetSize(models.Model):
    """One of the fixed widths at which an asset is also kept."""

    original = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="sizes")
    width = models.PositiveIntegerField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="size_of")

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")
        constraints = [models.UniqueConstraint(fields=["original", "width"], name="one_asset_a_width")]

    def __str__(self) -> str:
        return f"{self.original_id} {self.width}"


class CuratedImage(AbstractImage):
    """An image that curators choose from. Its file holds pixels only, whatever way it came in.

    Whether it is decoration is said at each use, in the figure, not here.
    """

    credit = models.CharField(_("credit"), max_length=250, blank=True)
    rights = models.CharField(
        _("rights"), max_length=250, blank=True, help_text=_("Who holds them, and what they allow.")
    )
    # Of a picture that was drawn from the files of a curriculum: its address there, and what it was drawn from.
    slug = models.SlugField(max_length=100, unique=True, null=True, blank=True, editable=False)
    drawing = models.JSONField(null=True, blank=True, editable=False)
    table = models.JSONField(
        _("figures behind it"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("What a chart was drawn from: columns, rows, note."),
    )
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    file: Any  # of AbstractImage, which has no types

    admin_form_fields = ("title", "file", "description", "collection", "tags", "credit", "rights")
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file goes through the pipeline first; raises a kind of images.ImageRefused."""
        if self.file and not getattr(self.file, "_committed", True):
            picture = getattr(self.file.file, "picture", None) or self.clean_upload()
            self.asset = Asset.objects.keep(picture)
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "asset"}
        super().save(*args, **kwargs)

    def clean_upload(self) -> images.Picture:
        """Put clean bytes in the place of the uploaded ones."""
        self.file.file.seek(0)
        picture = images.clean(self.file.file.read())
        self.file = clean_file(picture)
        self._set_image_file_metadata()
        return picture

    def ensure_asset(self) -> Asset:
        """The stored bytes of the image, made now if its file was put there by another way."""
        if self.asset is None:
            with self.open_file() as stored:
                self.asset = Asset.objects.keep(images.clean(stored.read()))
            type(self).objects.filter(pk=self.pk).update(asset=self.asset)
        return self.asset


def clean_file(picture: images.Picture) -> ContentFile[bytes]:
    """An upload that `CuratedImage.save` knows to be clean already."""
    file = ContentFile(picture.data, name=picture.name)
    file.picture = picture  # type: ignore[attr-defined]
    return file


class CuratedRendition(AbstractRendition):
    image = models.ForeignKey(CuratedImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_filter")
        ]


def image_drafts(keys: Iterable[str]) -> dict[str, compiler.ImageDraft]:
    """These images of the library as the compiler takes them, by their keys; those that are gone are left out.

    Bytes that were never stored are stored now: call it before a transaction, not inside one.
    """
    library = CuratedImage.objects.select_related("asset").in_bulk([int(key) for key in keys if key.isdecimal()])
    digests = {image.ensure_asset().pk for image in library.values()}
    assets = Asset.objects.prefetch_related("sizes__asset").in_bulk(digests) if digests else {}
    return {
        str(key): compiler.ImageDraft(assets[image.asset_id].facts(), image.credit, image.rights, image.table)
        for key, image in library.items()
    }
