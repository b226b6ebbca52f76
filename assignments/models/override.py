"""Other dates than those of the assignment: for one student, for a group or for the whole class."""

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
    """Another due time or close for one student, for a group that has a title, or for everybody who has the assignment.
    The due time is said outright, or as an offset that moves with the assignment's own. What was ended is kept with who
    ended it. Those for the class name nobody: whoever joins later has them too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="overrides")
    title = models.CharField(_("group"), max_length=100, blank=True)
    for_class = models.BooleanField(_("for the whole class"), default=False)
    due_date = models.DateField(_("due date"), null=True)
    due_time = models.TimeField(_("due time"), null=True)
    due_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_zone])
    due_at = models.DateTimeField(_("due"), null=True)
    due_tzdb = models.CharField(max_length=16, blank=True)
    offset_minutes = models.IntegerField(_("minutes later"), null=True)
    # The instant that the offset came to, by the zone data of `due_tzdb`; none where the assignment has no due time.
    offset_due_at = models.DateTimeField(null=True, editable=False)
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
                condition=Q(offset_due_at=None) | Q(offset_minutes__isnull=False), name="an_instant_of_an_offset"
            ),
            models.CheckConstraint(
                condition=~Q(due_at=None, offset_minutes=None, closes_at=None), name="other_dates_say_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="other_dates_end_by_somebody",
            ),
            models.CheckConstraint(condition=Q(for_class=False) | Q(title=""), name="a_class_has_no_title"),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(for_class=True, ended_at=None),
                name="one_for_the_class_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.title or self.pk}"

    @property
    def origin(self) -> timing.Origin:
        """Whom they are for: the nearer go before the wider."""
        if self.for_class:
            return timing.Origin.CLASS
        return timing.Origin.GROUP if self.title else timing.Origin.STUDENT

    def as_rule(self) -> timing.Override:
        """As the rules about dates speak of it."""
        return timing.Override(
            origin=self.origin,
            due=self.due,
            offset=None if self.offset_minutes is None else dt.timedelta(minutes=self.offset_minutes),
            closes_at=self.closes_at,
            id=str(self.pk),
            at=self.offset_due_at,
            tzdb=self.due_tzdb,
        )

    def count_from(self, base: timing.Due | None) -> None:
        """Resolves the offset, which there is, from the assignment's own due time."""
        due = self.as_rule().resolved_after(base)
        self.offset_due_at, self.due_tzdb = (due.at, due.tzdb) if due else (None, "")


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
