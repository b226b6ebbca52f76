"""The history of a submission."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.lifecycle import Standing
from assignments.models.submission import Submission
from assignments.querysets import EventQuerySet
from lessons.models.edition import WriteOnceModel


class Event(WriteOnceModel):
    """One transition that was taken, or one fact that was noted (no transition; it moves nothing). Append-only."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("what"), max_length=32)
    transition = models.CharField(max_length=8, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["submission_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["submission", "seq"], name="one_event_a_number")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.seq} {self.name}"

    @property
    def step(self) -> tuple[str, Standing, Standing]:
        """As `lifecycle.replay` reads it."""
        return self.transition, Standing.from_json(self.before), Standing.from_json(self.after)
