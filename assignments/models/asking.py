"""A student asks for more time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import known_zone
from assignments.models.due import MayBeDue
from assignments.models.extension import Extension
from assignments.models.submission import Submission
from assignments.querysets import ExtensionRequestQuerySet
from destalin_site.common.ids import uuid7


class ExtensionRequest(MayBeDue, models.Model):
    """Why a student needs more time, and until when, if she says so. One waits at a time; `version` grows with every
    change of hers and with the answer, so that nobody answers what she no longer asks. Those before it are kept."""

    class Answer(models.TextChoices):
        WAITING = "", _("not answered yet")
        GRANTED = "granted", _("more time was given")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back by the student")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="extension_requests")
    reason = models.CharField(_("reason"), max_length=500)
    due_date = models.DateField(_("wished date"), null=True)
    due_time = models.TimeField(_("wished time"), null=True)
    due_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_zone])
    due_at = models.DateTimeField(_("wished"), null=True)
    due_tzdb = models.CharField(max_length=16, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    version = models.PositiveIntegerField(default=1)
    answer = models.CharField(_("answer"), max_length=16, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(_("words"), max_length=500, blank=True)
    extension = models.ForeignKey(Extension, on_delete=models.PROTECT, null=True, related_name="requests")

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering = ["submission_id", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(answer=""), name="one_waiting_request"),
            models.CheckConstraint(
                condition=Q(due_at=None, due_date=None, due_time=None, due_zone="")
                | Q(due_at__isnull=False, due_date__isnull=False, due_time__isnull=False) & ~Q(due_zone=""),
                name="a_wished_time_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="a_request_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answer="granted", extension__isnull=False) | ~Q(answer="granted") & Q(extension=None),
                name="what_is_granted_is_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.answer or 'waiting'}"

    @property
    def waiting(self) -> bool:
        return self.answer == ExtensionRequest.Answer.WAITING
