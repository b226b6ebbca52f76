"""What is published: written once, served as it was written."""

from __future__ import annotations

import builtins
import datetime
import gzip
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from destalin_site.common import clock
from destalin_site.common.errors import DomainError
from lessons import document
from lessons.document import Document, DocumentData, Key, SourceData
from lessons.models.media import Asset, CuratedImage
from lessons.models.source import Source
from lessons.querysets import EditionQuerySet, EditionSourceQuerySet, WriteOnceQuerySet

if TYPE_CHECKING:
    from wagtail.models import Revision

    from lessons.compiler import Compiled
    from lessons.models.adaptation import Adaptation
    from lessons.models.lesson import Lesson


FIRST_DAY, LAST_DAY = datetime.date.min, datetime.date.max


class WrittenOnce(TypeError):
    """An attempt to change or delete what is published. Publish again instead."""


class WriteOnceModel(models.Model):
    """Rows that are added and never changed. A trigger of the database says the same of the weightiest ones."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(f"{self._meta.label} {self.pk} is written once")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(f"{self._meta.label} {self.pk} is kept")


class EditionManager(models.Manager.from_queryset(EditionQuerySet)):  # type: ignore[misc]
    def cut(self, lesson: Lesson, compiled: Compiled, *, by: Any, revision: Revision | None = None) -> Edition:
        """The edition that says what `compiled` says, made the current one of its lesson.

        Inside the transaction that puts the lesson live. Content equal to an earlier edition cuts nothing and makes
        that one current again; an answer key that alone changed is added to it.
        """
        raw = document.canonical_bytes(compiled.document)
        key = document.canonical_bytes(compiled.key)
        digest = document.sha256(raw)
        facts = {"edition": digest, "revision": revision.pk if revision else None}
        edition = self.filter(pk=digest).first()
        if edition is None:
            edition = self.write(
                digest,
                raw,
                key,
                data=compiled.document,
                lesson=lesson,
                sources=[int(source) for source in compiled.source_keys],
                assets=CuratedImage.objects.filter(pk__in=compiled.image_keys).values_list("asset_id", flat=True),
                by=by,
            )
            log(instance=lesson, action="lessons.edition.cut", user=by, data={**facts, "number": edition.number})
        elif edition.lesson_id != lesson.pk:
            raise EditionElsewhere(lesson=edition.lesson.slug)
        elif edition.faces.key().newest().sha256 != document.sha256(key):
            EditionFace.write(edition, EditionFace.Kind.KEY, key)
            log(instance=lesson, action="lessons.edition.key", user=by, data={**facts, "number": edition.number})
        self._make_current(lesson, edition, by, facts)
        # Also an edition that was current already: its lesson may have been out of the catalogue.
        self._indexed().put(edition)
        return edition

    @staticmethod
    def _indexed() -> Any:
        from lessons.models.indexed import IndexedEdition

        return IndexedEdition.objects

    def write(
        self,
        digest: str,
        raw: bytes,
        key: bytes,
        *,
        data: DocumentData,
        lesson: Lesson,
        adaptation: Adaptation | None = None,
        sources: Iterable[int],
        assets: Iterable[str],
        by: Any,
    ) -> Edition:
        """A new edition at the end of its line: the lesson's own, or that of a teacher's version.

        `raw` is `data` as bytes, `digest` its SHA-256, `sources` the rows of its sources in their order.
        """
        last = self.filter(lesson=lesson, adaptation=adaptation).aggregate(Max("number"))["number__max"] or 0
        edition = Edition(
            id=digest,
            lesson=lesson,
            adaptation=adaptation,
            number=last + 1,
            title=data["lesson"]["title"],
            schema=data["schema"],
            size=len(raw),
            published_at=clock.now(),
            published_by=by,
        )
        edition.save()
        EditionFace.write(edition, EditionFace.Kind.DOCUMENT, raw)
        EditionFace.write(edition, EditionFace.Kind.KEY, key)
        EditionSource.objects.bulk_create(
            EditionSource(edition=edition, source_id=pk, **EditionSource.columns(source))
            for pk, source in zip(sources, data["sources"], strict=True)
        )
        EditionAsset.objects.bulk_create(EditionAsset(edition=edition, asset_id=asset) for asset in set(assets))
        return edition

    def _make_current(self, lesson: Lesson, edition: Edition, by: Any, facts: dict[str, Any]) -> None:
        before = CurrentEdition.objects.filter(lesson=lesson).first()
        if before is not None and before.edition_id == edition.pk:
            return
        now = clock.now()
        returned = edition.publications.exists()
        CurrentEdition.objects.update_or_create(lesson=lesson, defaults={"edition": edition, "since": now})
        Publication.objects.create(edition=edition, at=now, by=by)
        if returned:
            log(instance=lesson, action="lessons.edition.again", user=by, data={**facts, "number": edition.number})


class EditionElsewhere(DomainError):
    """The very same content is already an edition of another lesson."""

    code = "edition-elsewhere"
    status = 409
    title = _("Another lesson has already published exactly this")


class Edition(WriteOnceModel):
    """The immutable published form of a lesson. Its id is the sha256 of its document."""

    id = models.CharField(max_length=64, primary_key=True, editable=False)
    lesson = models.ForeignKey("lessons.Lesson", on_delete=models.PROTECT, related_name="editions")
    # Of a teacher's own version of the lesson, which only her classes see; None in the lesson's own line.
    adaptation = models.ForeignKey(
        "lessons.Adaptation", on_delete=models.PROTECT, null=True, blank=True, related_name="editions", editable=False
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    schema = models.PositiveSmallIntegerField(_("schema"))
    size = models.PositiveIntegerField(_("size"), help_text=_("of the document, in bytes"))
    published_at = models.DateTimeField(_("published"), db_index=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects: ClassVar[EditionManager] = EditionManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["lesson_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "number"], condition=models.Q(adaptation=None), name="one_edition_a_number"
            ),
            models.UniqueConstraint(
                fields=["adaptation", "number"],
                condition=models.Q(adaptation__isnull=False),
                name="one_adapted_edition_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def address(self) -> str:
        """The page on which it is read."""
        if self.adaptation_id:
            return reverse("adapted-edition", args=[self.adaptation_id, self.number])
        return reverse("edition", args=[self.lesson.slug, self.number])

    def face(self, kind: str) -> EditionFace:
        """The stored bytes of this kind, plain and gzipped."""
        return self.faces.filter(kind=kind).newest()

    def read(self) -> Document:
        """What a student may see, from the stored bytes."""
        return Document.parse(self._bytes(EditionFace.Kind.DOCUMENT))

    def read_key(self) -> Key:
        """Correct options and model answers: for a teacher's grading desk only."""
        return Key.parse(self._bytes(EditionFace.Kind.KEY))

    def _bytes(self, kind: str) -> bytes:
        raw = self.faces.filter(kind=kind).order_by("-number").values_list("bytes", flat=True)[0]
        return bytes(raw)


class EditionFaceQuerySet(WriteOnceQuerySet["EditionFace"]):
    def key(self) -> EditionFaceQuerySet:
        return self.filter(kind=EditionFace.Kind.KEY)

    def newest(self) -> EditionFace:
        return self.order_by("-number")[:1].get()


class EditionFace(WriteOnceModel):
    """One view of an edition, as bytes. An answer key that is put right becomes a further row, never a change."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        KEY = "key", _("answer key")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="faces")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(default=1)
    bytes = models.BinaryField()
    gzip = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    written_at = models.DateTimeField()

    objects = EditionFaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("face of an edition")
        verbose_name_plural = _("faces of editions")
        constraints = [models.UniqueConstraint(fields=["edition", "kind", "number"], name="one_face_a_number")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind} {self.number}"

    @classmethod
    def write(cls, edition: Edition, kind: str, raw: builtins.bytes) -> EditionFace:
        last = cls.objects.filter(edition=edition, kind=kind).aggregate(Max("number"))["number__max"] or 0
        face = cls(
            edition=edition,
            kind=kind,
            number=last + 1,
            bytes=raw,
            gzip=gzip.compress(raw, 9, mtime=0),
            sha256=document.sha256(raw),
            written_at=clock.now(),
        )
        face.save()
        return face


class CurrentEdition(models.Model):
    """Which edition of a lesson the catalogue shows. Apart from both: an Edition is written once, and publishing a
    revision writes the whole row of a Lesson back."""

    lesson = models.OneToOneField(
        "lessons.Lesson", on_delete=models.CASCADE, primary_key=True, related_name="current_edition"
    )
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="current")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("current edition")
        verbose_name_plural = _("current editions")

    def __str__(self) -> str:
        return self.edition_id


class Publication(WriteOnceModel):
    """An edition became the current one. From its first publication on, everybody may read it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="publications")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.at:%Y-%m-%d}"


class EditionSource(WriteOnceModel):
    """Where a source is used: an edition shows it for ever, so it can never be deleted.

    The columns say what the edition's copy says, so that lists of sources need not read documents.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="source_uses")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="edition_uses")
    letter = models.CharField(max_length=4)
    slug = models.CharField(max_length=100, db_index=True)
    title = models.CharField(max_length=400)
    creator = models.CharField(max_length=400, blank=True)
    date = models.CharField(max_length=60, blank=True)
    date_display = models.CharField(max_length=200, blank=True)
    # Never null, so that lists can be walked by them: an open end is the calendar's, and what has no date comes last.
    sort_from = models.DateField(db_index=True)
    sort_to = models.DateField()
    kind = models.CharField(max_length=20)
    primary = models.BooleanField()
    language = models.CharField(max_length=35)

    objects = EditionSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of an edition")
        verbose_name_plural = _("sources of editions")
        constraints = [models.UniqueConstraint(fields=["edition", "source"], name="one_edition_use_each")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.letter}"

    @staticmethod
    def columns(source: SourceData) -> dict[str, Any]:
        """The columns that repeat what the edition's copy of a source says."""
        date = source["date"]
        if date["edtf"]:
            first, last = date["from"] or FIRST_DAY.isoformat(), date["to"] or LAST_DAY.isoformat()
        else:
            first = last = LAST_DAY.isoformat()
        return {
            **{name: source[name] for name in ("letter", "slug", "title", "creator", "kind", "primary", "language")},
            "date": date["edtf"],
            "date_display": date["display"],
            "sort_from": first,
            "sort_to": last,
        }


class EditionAsset(WriteOnceModel):
    """An image that an edition shows."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="asset_uses")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="edition_uses")

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("image of an edition")
        verbose_name_plural = _("images of editions")
        constraints = [models.UniqueConstraint(fields=["edition", "asset"], name="one_asset_use_each")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.asset_id}"
