"""More time for one student."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import known_zone
from assignments.models.due import IsDue
from assignments.models.submission import Submission
from assignments.querysets import ExtensionQuerySet
from destalin_site.common.ids import uuid7


class Extension(IsDue, models.Model):
    """A later due time than the assignment's, given to one student. One stands at a time; those before it are kept,
    ended by whoever gave the next or took it back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="extensions")
    due_date = models.DateField(_("due date"))
    due_time = models.TimeField(_("due time"))
    due_zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    due_at = models.DateTimeField(_("due"))
    due_tzdb = models.CharField(max_length=16)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given"))
    revoked_at = models.DateTimeField(_("ended"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["submission_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(revoked_at=None), name="one_standing_extension"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="an_extension_ends_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.due_at}"
