"""Work that a teacher gave back to be revised."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import known_zone
from assignments.models.due import IsDue
from assignments.models.submission import Submission
from assignments.querysets import RevisionQuerySet
from destalin_site.common.ids import uuid7


class Revision(IsDue, models.Model):
    """What a student is asked to do again, and by when. It ends when the work is returned, when the grade is kept as it
    is, or when another takes its place."""

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        RETURNED = "returned", _("handed in and returned")
        KEPT = "kept", _("the grade was kept")
        REPLACED = "replaced", _("asked for anew")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions_asked")
    words = models.TextField(_("what to revise"), blank=True)
    due_date = models.DateField(_("due date"))
    due_time = models.TimeField(_("due time"))
    due_zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    due_at = models.DateTimeField(_("due"))
    due_tzdb = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("asked"))
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True, default="")
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["submission_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(outcome=""), name="one_open_revision"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="a_revision_ends_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.due_at}"
