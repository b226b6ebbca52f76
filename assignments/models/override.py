"""Other dates for some students of an assignment."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import known_zone
from assignments import timing
from assignments.models.assignment import Assignment
from assignments.models.due import MayBeDue
from assignments.models.submission import Submission
from assignments.querysets import DateOverrideQuerySet
from destalin_site.common.ids import uuid7


class DateOverride(MayBeDue, models.Model):
    """Another due time or close for one student, or for a group that has a title. The due time is said outright, or as
    an offset that moves with the assignment's own. What was ended is kept with who ended it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="overrides")
    title = models.CharField(_("group"), max_length=100, blank=True)
    due_date = models.DateField(_("due date"), null=True)
    due_time = models.TimeField(_("due time"), null=True)
    due_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_zone])
    due_at = models.DateTimeField(_("due"), null=True)
    due_tzdb = models.CharField(max_length=16, blank=True)
    offset_minutes = models.IntegerField(_("minutes later"), null=True)
    closes_at = models.DateTimeField(_("closes"), null=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DateOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("other dates")
        verbose_name_plural = _("other dates")
        ordering = ["assignment_id", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at=None, due_date=None, due_time=None, due_zone="")
                | Q(due_at__isnull=False, due_date__isnull=False, due_time__isnull=False) & ~Q(due_zone=""),
                name="another_due_time_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(offset_minutes=None), name="another_due_time_is_said_in_one_way"
            ),
            models.CheckConstraint(
                condition=~Q(due_at=None, offset_minutes=None, closes_at=None), name="other_dates_say_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="other_dates_end_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.title or self.pk}"

    def as_rule(self) -> timing.Override:
        """As the rules about dates speak of it."""
        return timing.Override(
            origin=timing.Origin.GROUP if self.title else timing.Origin.STUDENT,
            due=self.due,
            offset=None if self.offset_minutes is None else dt.timedelta(minutes=self.offset_minutes),
            closes_at=self.closes_at,
            id=str(self.pk),
        )


class OverrideMember(models.Model):
    """Whom other dates hold for."""

    override = models.ForeignKey(DateOverride, on_delete=models.PROTECT, related_name="members")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="override_members")

    class Meta:
        verbose_name = _("student with other dates")
        verbose_name_plural = _("students with other dates")
        constraints = [models.UniqueConstraint(fields=["override", "submission"], name="once_in_other_dates")]

    def __str__(self) -> str:
        return f"{self.override_id} {self.submission_id}"
