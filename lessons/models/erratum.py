"""What was wrong in a source that editions show for ever. It is said beside them; they stay as they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from destalin_site.common.ids import uuid7
from lessons.models.edition import Edition, WriteOnceModel
from lessons.models.source import Source
from lessons.querysets import WriteOnceQuerySet


class Erratum(WriteOnceModel):
    """A correction that was announced: which fields of a source were wrong, what they said and what they say now."""

    class Severity(models.TextChoices):
        MINOR = "minor", _("small correction")
        MAJOR = "major", _("serious correction")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="errata")
    fields = models.JSONField(_("fields"))
    old = models.JSONField(_("was"), help_text=_("By field, as the newest edition says it."))
    new = models.JSONField(_("is"), help_text=_("By field."))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    note = models.TextField(_("note"))
    at = models.DateTimeField(_("announced"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d}"


class ErratumEdition(WriteOnceModel):
    """An edition that a correction is about, with what its own copy says."""

    erratum = models.ForeignKey(Erratum, on_delete=models.PROTECT, related_name="affected")
    # No way back from an edition: its document says nothing of corrections.
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=4)
    title = models.CharField(max_length=400)
    old = models.JSONField()

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a correction")
        verbose_name_plural = _("editions of corrections")
        constraints = [models.UniqueConstraint(fields=["erratum", "edition"], name="one_erratum_an_edition")]

    def __str__(self) -> str:
        return f"{self.erratum_id} {self.edition_id}"
