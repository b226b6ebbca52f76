"""A teacher's own version of a lesson, as she works on it. What her classes get is an Edition that was cut of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from destalin_site.common.ids import uuid7
from lessons.models.edition import Edition
from lessons.querysets import AdaptationQuerySet


class Adaptation(models.Model):
    """A plan upon one edition of the library, which stays as it is (`lessons.adapting`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Emptied when her account is deleted: the work that cites her version stays.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("teacher"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="adaptations",
    )
    ancestor = models.ForeignKey(
        Edition, verbose_name=_("adapted from"), on_delete=models.PROTECT, related_name="adaptations"
    )
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("The one that was cut last: what is assigned."),
    )
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    plan = models.JSONField(_("plan"))
    created_at = models.DateTimeField(_("made"))
    changed_at = models.DateTimeField(_("changed"))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["owner", "-changed_at"], name="adaptations_of_a_teacher")]

    def __str__(self) -> str:
        return self.title

    @property
    def archived(self) -> bool:
        return self.archived_at is not None
