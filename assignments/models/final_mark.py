"""What missing work was made final as."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models.submission import Submission
from destalin_site.common.ids import uuid7


class FinalMark(models.Model):
    """A mark that a teacher made of what missing work was projected to. It is in force while the work is missing, and
    never a grade: whatever is entered stands above it. It ends for good by the first of `Ended`."""

    class Ended(models.TextChoices):
        STANDS = "", _("stands")
        UNDONE = "undone", _("taken back")
        HANDED_IN = "handed_in", _("something was handed in")
        NOT_DUE = "not_due", _("the due time lies ahead again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="final_marks")
    percent = models.PositiveSmallIntegerField(_("per cent"))
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2)
    out_of = models.DecimalField(_("out of"), max_digits=7, decimal_places=2)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    ended = models.CharField(max_length=16, choices=Ended.choices, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("final mark")
        verbose_name_plural = _("final marks")
        ordering = ["submission_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(ended=""), name="one_final_mark"),
            models.CheckConstraint(
                condition=Q(ended="", ended_at=None) | ~Q(ended="") & Q(ended_at__isnull=False),
                name="a_final_mark_ends_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.score}"
