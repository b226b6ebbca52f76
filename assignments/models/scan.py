"""Paper that a teacher hands in for a student: pictures of it, kept with the hand-in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.submission import Attempt
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class Scan(WriteOnceModel):
    """One picture of paper. Its bytes stand in the row: they come with the hand-in, and have no public address."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="scans")
    place = models.PositiveSmallIntegerField(help_text=_("From 1, in the order in which they were sent."))
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=16)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of paper")
        verbose_name_plural = _("pictures of paper")
        ordering = ["attempt_id", "place"]
        constraints = [models.UniqueConstraint(fields=["attempt", "place"], name="one_scan_a_place")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.place}"
