"""The image library, and the stored bytes that editions name by digest."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.log_actions import log
from wagtail.search import index

from lessons import compiler, images
from lessons.querysets import AssetQuerySet


class AssetManager(models.Manager.from_queryset(AssetQuerySet)):  # type: ignore[misc]
    def keep(self, picture: images.Picture) -> Asset:
        """The asset of these bytes, with its renditions; stored once however often it is asked for.

        Works on pixels and files: call it before a transaction, not inside one.
        """
        asset = self._store(picture)
        made = set(asset.sizes.values_list("width", "asset__media_type"))
        for width, rendition in images.renditions(picture, made):
            AssetSize.objects.get_or_create(original=asset, asset=self._store(rendition), defaults={"width": width})
        return asset

    def with_renditions(self, digests: Iterable[str]) -> dict[str, Asset]:
        """These assets by their digests, each with all its renditions: those that an older release left out are made.

        As slow as `keep` where something is missing.
        """
        found: dict[str, Asset] = self.prefetch_related("sizes__asset").in_bulk(set(digests))
        if short := [asset for asset in found.values() if not asset.has_renditions]:
            for asset in short:
                # Bytes that got lost are for `verify_editions` to tell; they keep no lesson from being published.
                with contextlib.suppress(OSError):
                    self.keep(asset.picture())
            found |= self.prefetch_related("sizes__asset").in_bulk([asset.pk for asset in short])
        return found

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
    # What was last said of any image with these bytes. Here, since it must outlive the image: editions show the bytes
    # for ever, while an image of the library gets another file or is deleted.
    classroom_only = models.BooleanField(_("classroom only"), default=False, editable=False)

    objects: ClassVar[AssetManager] = AssetManager()

    guarded: bool  # where a query asked for it: `classroom_only` of these bytes or of what they are a rendition of

    class Meta:
        verbose_name = _("stored image")
        verbose_name_plural = _("stored images")

    def __str__(self) -> str:
        return self.sha256

    def read(self) -> bytes:
        with self.file.open("rb") as stored:
            return bytes(stored.read())

    def picture(self) -> images.Picture:
        extension = (self.file.name or "").rpartition(".")[2]
        return images.Picture(self.read(), self.sha256, self.media_type, extension, self.width, self.height)

    @property
    def has_renditions(self) -> bool:
        """Whether it is kept in WebP and in a form for every browser, up to the widest, which is made last."""
        widest = min(self.width, images.WIDTHS[-1])
        types = {asset.media_type for asset in self._every_size() if asset.width >= widest}
        return images.WEBP in types and len(types) > 1

    def facts(self) -> dict[str, Any]:
        """What a document says of it: its bytes' digest and size, and those of its renditions, narrow to wide.

        `sizes` are of one type, which every browser shows; `webp` are for those that know it.
        """
        every = self._every_size()
        types = {asset.media_type for asset in every}
        fallback = images.JPEG if images.JPEG in types else self.media_type
        if fallback == images.WEBP:
            fallback = next(iter(types - {images.WEBP}), images.WEBP)
        sizes = [_facts(asset) for asset in every if asset.media_type == fallback]
        webp = [_facts(asset) for asset in every if asset.media_type == images.WEBP != fallback]
        return {**_facts(self), "sizes": sizes, "webp": webp}

    def _every_size(self) -> list[Asset]:
        return sorted([*(size.asset for size in self.sizes.all()), self], key=lambda asset: asset.width)


def _facts(asset: Asset) -> dict[str, Any]:
    return {"sha256": asset.sha256, "type": asset.media_type, "width": asset.width, "height": asset.height}


class AssetSize(models.Model):
    """A rendition of an asset: one of the fixed widths, and a type, in which it is also kept."""

    original = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="sizes")
    width = models.PositiveIntegerField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="size_of")

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")
        constraints = [models.UniqueConstraint(fields=["original", "asset"], name="one_row_a_rendition")]

    def __str__(self) -> str:
        return f"{self.original_id} {self.width}"


class CuratedImage(AbstractImage):
    """An image that curators choose from. Its file holds pixels only, whatever way it came in.

    Whether it is decoration is said at each use, in the figure, not here.
    """

    class ShownTo(models.TextChoices):
        NOT_SAID = "", _("Not said yet")
        PUBLIC = "public", _("Everybody")
        CLASSROOM = "classroom", _("Classroom only")

    credit = models.CharField(_("credit"), max_length=250, blank=True)
    shown_to = models.CharField(
        _("may be shown to"),
        max_length=16,
        blank=True,
        default=ShownTo.NOT_SAID,
        choices=ShownTo.choices,
        help_text=_(
            "Counts at once, in published editions too. “Classroom only” is for people whose assignment holds the"
            " image; everybody else reads its description in its place."
        ),
    )
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

    WORDS = ("title", "description", "rights", "credit")  # what its log keeps as it was and as it is

    admin_form_fields = ("title", "file", "description", "collection", "tags", "credit", "shown_to", "rights")
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit"), index.FilterField("shown_to")]

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
        with transaction.atomic():
            before, worded = self._said(), self._words()
            super().save(*args, **kwargs)
            if (said := self._said()) != before:
                self._apply_rights(before, said)
            self._log_words(worded)

    def _said(self) -> tuple[str, str | None]:
        """Who may see it and which bytes that is about, as the row has it."""
        row = type(self).objects.filter(pk=self.pk).values_list("shown_to", "asset").first() if self.pk else None
        return row or (self.ShownTo.NOT_SAID, None)

    def _words(self) -> dict[str, str]:
        """What the row says about the picture; nothing before there is one."""
        return (type(self).objects.filter(pk=self.pk).values(*self.WORDS).first() or {}) if self.pk else {}

    def _log_words(self, before: dict[str, str]) -> None:
        """The history of an image has no revisions: its log keeps what was and what is."""
        after = self._words()
        changed = {name: [old, after[name]] for name, old in before.items() if after[name] != old}
        if changed:
            log(instance=self, action="lessons.image.words", data={"changed": changed})

    def _apply_rights(self, before: tuple[str, str | None], said: tuple[str, str | None]) -> None:
        """Let the bytes follow what was said of the image. Of several images with the same bytes the strictest counts;
        one of which nothing is said changes nothing, and neither does one that is deleted."""
        shown_to, digest = said
        if digest and shown_to:
            asset = Asset.objects.select_for_update().get(pk=digest)
            same = type(self).objects.filter(asset=asset, shown_to=self.ShownTo.CLASSROOM)
            asset.classroom_only = same.exists()
            asset.save(update_fields=["classroom_only"])
        if shown_to != before[0]:
            # Who did it, Wagtail knows from the request, or from `actions.set_image_rights`.
            log(instance=self, action="lessons.image.rights", data={"before": before[0], "after": shown_to})

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
            with transaction.atomic():
                type(self).objects.filter(pk=self.pk).update(asset=self.asset)
                said, _digest = self._said()
                self._apply_rights((said, None), (said, self.asset.pk))
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

    @property
    def url(self) -> str:
        """At the curators' desk: no web server hands out the media themselves."""
        return reverse("lessons_rendition", args=[self.pk])


def image_drafts(keys: Iterable[str]) -> dict[str, compiler.ImageDraft]:
    """These images of the library as the compiler takes them, by their keys; those that are gone are left out.

    Bytes that were never stored are stored now: call it before a transaction, not inside one.
    """
    library = CuratedImage.objects.select_related("asset").in_bulk([int(key) for key in keys if key.isdecimal()])
    digests = {image.ensure_asset().pk for image in library.values()}
    assets = Asset.objects.with_renditions(digests) if digests else {}
    return {
        str(key): compiler.ImageDraft(assets[image.asset_id].facts(), image.credit, image.rights, image.table)
        for key, image in library.items()
    }
