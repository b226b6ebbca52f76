"""That a class was brought to another edition of what it reads, and what that did to each piece of work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.assignment import Assignment
from assignments.models.submission import Submission
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class EditionUpgrade(WriteOnceModel):
    """What a teacher decided about another edition: also that the class keeps the one it has."""

    class Scope(models.TextChoices):
        KEEP = "keep", _("nobody")
        NOT_STARTED = "not_started", _("who has not started")
        ALL = "all", _("drafts too")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.PROTECT, related_name="upgrades"
    )
    from_edition = models.ForeignKey(Edition, verbose_name=_("from"), on_delete=models.PROTECT, related_name="+")
    to_edition = models.ForeignKey(Edition, verbose_name=_("to"), on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(_("for whom"), max_length=16, choices=Scope.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition upgrade")
        verbose_name_plural = _("edition upgrades")
        ordering = ["assignment_id", "id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.scope}"


class EditionMove(models.Model):
    """One piece of work that came along. `lost` are the citations for whose words no place could be told, as any grader
    may read them; `kept` is all that was ever taken out of the draft and not put back, her own words among it, and is
    for the student alone (`assignments.moving.Kept`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    upgrade = models.ForeignKey(
        EditionUpgrade, verbose_name=_("upgrade"), on_delete=models.PROTECT, related_name="moves"
    )
    submission = models.ForeignKey(
        Submission, verbose_name=_("submission"), on_delete=models.PROTECT, related_name="edition_moves"
    )
    from_edition = models.ForeignKey(Edition, verbose_name=_("from"), on_delete=models.PROTECT, related_name="+")
    had_draft = models.BooleanField(_("draft"))
    citations = models.PositiveIntegerField(_("citations"), default=0)
    relocated = models.PositiveIntegerField(_("found elsewhere"), default=0)
    lost = models.JSONField(_("not found"), default=list)
    kept = models.JSONField(default=dict)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition move")
        verbose_name_plural = _("edition moves")
        ordering = ["submission_id", "id"]
        constraints = [models.UniqueConstraint(fields=["upgrade", "submission"], name="moved_once_an_upgrade")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.upgrade_id}"
