"""What a class is asked to do, with which edition, and by when."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Classroom, known_zone
from assignments import timing
from assignments.grading import LatePolicy
from assignments.models.due import MayBeDue
from assignments.querysets import AssignmentQuerySet
from assignments.timing import Window
from destalin_site.common.ids import uuid7
from lessons.models import Edition

MOST_GRACE: Final = 7 * 86_400  # seconds
MOST_WITHDRAWALS: Final = 99
MOST_OFFLINE_GRACE: Final = 14 * 24  # hours


class AssignmentState(StrEnum):
    """Never stored: it follows from the dates, and from the class."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"

    @classmethod
    def of(cls, window: Window, *, archived: bool) -> AssignmentState:
        return cls.ARCHIVED if archived else _STATES[window]


_STATES = {
    Window.BEFORE: AssignmentState.SCHEDULED,
    Window.OPEN: AssignmentState.OPEN,
    Window.CLOSED: AssignmentState.CLOSED,
}


class Assignment(MayBeDue, models.Model):
    """One edition, given to a class or to named students of it. It is what whoever comes new reads; each piece of work
    says which edition its student reads, and only an upgrade that a teacher chose moves either."""

    class Audience(models.TextChoices):
        ALL = "all", _("the whole class")
        NAMED = "named", _("named students")

    class Every(models.IntegerChoices):
        """The periods by which lateness is counted, in seconds."""

        HOUR = 3_600, _("hour")
        DAY = 86_400, _("day")
        WEEK = 604_800, _("week")

    class Counts(models.TextChoices):
        """Which of several grades is the mark (`counting`)."""

        LATEST = "latest", _("the latest hand-in")
        BEST = "best", _("the best one that was returned")
        FIRST = "first", _("the first one that was returned")
        PICK = "pick", _("the one that the teacher chooses")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    classroom = models.ForeignKey(
        Classroom, verbose_name=_("class"), on_delete=models.PROTECT, related_name="assignments"
    )
    # No way back from an edition: what is published knows nothing of who was given it.
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    questions = models.JSONField(
        _("questions"), null=True, blank=True, help_text=_("Ids of the edition's questions; empty means all of them.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    due_time = models.TimeField(_("due time"), null=True, blank=True)
    due_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_zone])
    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    due_tzdb = models.CharField(max_length=16, blank=True, editable=False)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    attempts_limit = models.PositiveSmallIntegerField(_("hand-ins allowed"), null=True, blank=True)
    late_percent = models.PositiveSmallIntegerField(_("points off for lateness, in per cent"), null=True, blank=True)
    late_every_seconds = models.PositiveIntegerField(_("for every"), choices=Every.choices, default=Every.DAY)
    late_floor_percent = models.PositiveSmallIntegerField(_("but never below, in per cent"), default=0)
    grace_seconds = models.PositiveIntegerField(
        _("grace, in seconds"), default=0, help_text=_("For so long after the due time work still counts as in time.")
    )
    offline_grace_h = models.PositiveSmallIntegerField(
        _("grace for work finished offline, in hours"),
        default=0,
        help_text=_("For so long after it would be late, work finished offline counts by when it was finished."),
    )
    withdrawals_limit = models.PositiveSmallIntegerField(
        _("may be taken back"), default=5, help_text=_("How often one student may take back what she handed in.")
    )
    reinstates_at_close = models.BooleanField(_("what was taken back counts again at the close"), default=True)
    hands_in_at_close = models.BooleanField(_("drafts are handed in at the close"), default=False)
    drafts_visible = models.BooleanField(
        _("drafts may be read"),
        default=False,
        help_text=_("The staff of the class read what is being written. Students are told so where they write."),
    )
    resubmission = models.BooleanField(_("may be improved after the return"), default=False)
    replies_required = models.BooleanField(
        _("comments are answered first"),
        default=False,
        help_text=_("A student answers each comment that came back to her before she hands in again."),
    )
    resubmit_until = models.DateTimeField(_("may be improved until"), null=True, blank=True)
    counts = models.CharField(_("what counts"), max_length=8, choices=Counts.choices, default=Counts.LATEST)
    missing_percent = models.PositiveSmallIntegerField(
        _("missing work counts as, in per cent"),
        null=True,
        blank=True,
        help_text=_("Of the points. Projected only: a mark is made of it by a teacher who says so."),
    )
    anonymous = models.BooleanField(
        _("names are hidden while you mark"),
        default=False,
        help_text=_("Once set it stays: names are shown by an act (`revealed_at`), which stays too."),
    )
    revealed_at = models.DateTimeField(_("names shown"), null=True, blank=True, editable=False)
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    audience = models.CharField(_("audience"), max_length=8, choices=Audience.choices, default=Audience.ALL)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Null: everybody has always read one edition, so that nothing needs to be asked about another.
    upgraded_at = models.DateTimeField(_("brought to another edition"), null=True, blank=True, editable=False)
    # Null: what the edition proposed, if anything, was never changed.
    rubric_changed_at = models.DateTimeField(_("rubric changed"), null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at=None, due_date=None, due_time=None, due_zone="")
                | Q(due_at__isnull=False, due_date__isnull=False, due_time__isnull=False) & ~Q(due_zone=""),
                name="a_due_time_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(attempts_limit=None) | Q(attempts_limit__gte=1), name="at_least_one_hand_in"
            ),
            models.CheckConstraint(condition=Q(points=None) | Q(points__gte=0), name="points_not_below_zero"),
            models.CheckConstraint(
                condition=Q(late_percent=None) | Q(late_percent__range=(1, 100)), name="lateness_costs_a_share"
            ),
            models.CheckConstraint(
                condition=Q(late_every_seconds__gte=1, late_floor_percent__lte=100), name="lateness_is_countable"
            ),
            models.CheckConstraint(
                condition=Q(missing_percent=None) | Q(missing_percent__lte=100), name="missing_counts_as_a_share"
            ),
            models.CheckConstraint(
                condition=Q(resubmit_until=None) | Q(resubmission=True), name="improved_until_where_it_may_be"
            ),
            models.CheckConstraint(
                condition=Q(revealed_at=None, revealed_by=None)
                | Q(anonymous=True, revealed_at__isnull=False, revealed_by__isnull=False),
                name="names_are_shown_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["classroom", "deleted_at", "-created_at"], name="assignments_of_a_class"),
            models.Index(fields=["due_at"], name="assignments_by_due_time"),
        ]

    def __str__(self) -> str:
        return self.title

    def in_edition(self, edition_id: str) -> Assignment:
        """The assignment as it is for whoever reads this edition: to be read, never saved."""
        if edition_id == self.edition_id:
            return self
        other = copy.copy(self)
        other.edition_id = edition_id
        return other

    @property
    def names_hidden(self) -> bool:
        """Whether staff read and mark this work without names. Its students always see their own."""
        return self.anonymous and self.revealed_at is None

    @property
    def shows_drafts(self) -> bool:
        """Whether the staff of the class read what is not handed in; its students are told so where they write."""
        return self.drafts_visible and not self.names_hidden

    @property
    def terms(self) -> timing.Terms:
        """What work is measured by where no other dates than the assignment's own hold. Nothing is resolved again: a
        hand-in does not hang on the zone data of today."""
        origin = timing.Origin.ASSIGNMENT if self.due_at else timing.Origin.NONE
        return timing.Terms(
            grace=self.grace_seconds,
            zone=self.due_zone,
            tzdb=self.due_tzdb,
            due_from=origin,
            offline_grace_h=self.offline_grace_h,
        )

    @property
    def late_policy(self) -> LatePolicy | None:
        """What late work loses; None where it loses nothing."""
        if self.late_percent is None:
            return None
        return LatePolicy(
            Decimal(self.late_percent), self.late_every_seconds, floor_percent=Decimal(self.late_floor_percent)
        )

    def window_at(self, moment: dt.datetime) -> Window:
        return timing.window(self.opens_at, self.closes_at, self.due_at, at=moment)

    def state_at(self, moment: dt.datetime) -> AssignmentState:
        return AssignmentState.of(self.window_at(moment), archived=self.classroom.archived)


class AudienceMember(models.Model):
    """A student to whom an assignment for named students is given."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="audience_members")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("named student")
        verbose_name_plural = _("named students")
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="named_once_an_assignment")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.student_id}"
