"""What a person is told of, in the site and by mail."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models.submission import Submission
from assignments.querysets import DigestQuerySet, NoticeQuerySet
from destalin_site.common.ids import uuid7


class NoticeChoice(models.Model):
    """How somebody wants her notices by mail. Without a row she gets none: a mail is asked for."""

    class Mail(models.TextChoices):
        NEVER = "never", _("never")
        DAILY = "daily", _("once a day")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notice_choice"
    )
    mail = models.CharField(_("by mail"), max_length=8, choices=Mail.choices, default=Mail.NEVER)
    hour = models.PositiveSmallIntegerField(
        _("from"), default=7, validators=[MaxValueValidator(23)], help_text=_("On the clocks of her own zone.")
    )
    # An address that takes no mail is left in peace until another one is used, or she chooses anew.
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_address = models.EmailField(blank=True, default="", editable=False)
    refused_words = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [models.CheckConstraint(condition=Q(hour__lte=23), name="an_hour_of_the_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.mail}"


class Digest(models.Model):
    """The mail of one person on one day of hers, and what became of it. It is claimed before it is sent: whoever finds
    it claimed, and the lease over, cannot know whether it went out, and sends the very same message again."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("being sent")
        WAITING = "waiting", _("to be tried again")
        SENT = "sent", _("sent")
        EMPTY = "empty", _("nothing to tell")
        REPLACED = "replaced", _("told in that of a later day")
        REFUSED = "refused", _("refused for good")
        GIVEN_UP = "given_up", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.CLAIMED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    until = models.DateTimeField(help_text=_("The end of the lease; while it waits, the time of the next try."))
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("sent"), null=True)
    trouble = models.CharField(_("trouble"), max_length=200, blank=True, default="")

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-made_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_digest_a_day")]
        indexes = [
            models.Index(fields=["until"], condition=Q(state__in=["claimed", "waiting"]), name="digests_unfinished"),
            models.Index(fields=["made_at"], name="digests_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day} {self.state}"


class Notice(models.Model):
    """That something happened to a piece of work, for one person. It holds what happened and small facts, no sentence:
    that is made when it is read (`assignments.notices`). Whether it is shown is asked again each time."""

    class Kind(models.TextChoices):
        # for the student
        ASSIGNED = "assigned", _("assigned")
        RETURNED = "returned", _("returned")
        RECALLED = "recalled", _("a return was taken back")
        RESCORED = "rescored", _("what lateness takes off changed")
        REVISE = "revise", _("to be revised")
        KEPT = "kept", _("a revision ended")
        DATES = "dates", _("other dates")
        UPGRADED = "upgraded", _("another edition")
        EXCUSED = "excused", _("excused")
        LIFTED = "lifted", _("no longer excused")
        DECLINED = "declined", _("no more time")
        REGRADED = "regraded", _("marked by another edition of the rubric")
        COUNTED = "counted", _("another mark counts")
        FINAL = "final", _("a final mark of missing work")
        TAKEN_BACK = "taken_back", _("due, and taken back")
        HANDED_IN_FOR = "handed_in_for", _("handed in for her")
        HANDED_IN_AT_CLOSE = "handed_in_at_close", _("handed in at the close")
        COUNTS_AGAIN = "counts_again", _("counts again")
        ACCEPTED = "accepted", _("a hand-in was accepted")
        # for those who mark the class
        PARKED = "parked", _("a hand-in waits for a decision")
        AGAIN = "again", _("handed in again after a return")
        ASKED = "asked", _("asks about a comment")
        MORE_TIME = "more_time", _("asks for more time")

    FOR_STAFF: ClassVar = frozenset({Kind.PARKED, Kind.AGAIN, Kind.ASKED, Kind.MORE_TIME})

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("what"), max_length=24, choices=Kind.choices)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="notices")
    happening = models.CharField(
        max_length=24, help_text=_("Of which happening: e and the number of an event, or a and a version of the work.")
    )
    at = models.DateTimeField(_("at"), help_text=_("When it happened; of what was not open then, when it opens."))
    facts = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, help_text=_("Something later took back what it tells."))
    read_at = models.DateTimeField(_("read"), null=True)
    digest = models.ForeignKey(
        Digest, verbose_name=_("told by mail"), on_delete=models.SET_NULL, null=True, related_name="notices"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "submission", "kind", "happening"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notices_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at=None, ended_at=None), name="notices_unread"),
            models.Index(fields=["at"], name="notices_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.happening}"
