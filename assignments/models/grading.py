"""What a teacher made of an attempt."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models.rubric import RubricEdition
from assignments.models.submission import Attempt, Submission
from assignments.querysets import GradeQuerySet
from destalin_site.common.ids import uuid7


def _score() -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)


class Grade(models.Model):
    """Marks and words on one attempt. The student sees it once it is `returned`, and never before; from then on its
    words stay as they are, and other words are another grade. She goes on reading it while it `stands`, whatever is
    returned of a later attempt.

    `marks` is `[{"question", "points", "comment"}]` with points as decimal strings, or null where a question is not
    scored, which is not the same as zero. `criteria` is `[{"question", "criterion", "level", "points", "comment"}]`,
    what was chosen in `rubric`: the level by its id, and the points that it gives, null on a scale and where nothing
    was chosen. A question that the rubric scores has their sum in `marks`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        RETURNED = "returned", _("returned")
        SUPERSEDED = "superseded", _("superseded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="grades")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="grades")
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(help_text=_("Grows through all grades of a submission."))
    marks = models.JSONField(default=list)
    rubric = models.ForeignKey(RubricEdition, on_delete=models.PROTECT, null=True, related_name="+")
    criteria = models.JSONField(default=list)
    feedback = models.TextField(_("feedback"), blank=True)
    override = _score()
    entered_score = _score()
    deducted = models.DecimalField(max_digits=9, decimal_places=4, default=0)
    final_score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    out_of = models.DecimalField(_("out of"), max_digits=7, decimal_places=2)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    returned_at = models.DateTimeField(_("returned"), null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(_("seen by the student"), null=True)
    stands = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("The last that was returned of its hand-in, and not taken back: its student reads it."),
    )

    objects = GradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["submission_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(status="draft"), name="one_draft_grade"),
            models.UniqueConstraint(fields=["submission"], condition=Q(status="returned"), name="one_returned_grade"),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(returned_at__isnull=False), name="a_returned_grade_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(stands=False) | ~Q(status="draft") & Q(returned_at__isnull=False), name="no_draft_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.status} {self.version}"

    @property
    def points(self) -> dict[str, Decimal | None]:
        """The points of each question that this grade speaks of."""
        return {mark["question"]: None if mark["points"] is None else Decimal(mark["points"]) for mark in self.marks}

    @property
    def is_scored(self) -> bool:
        """Whether any question has points."""
        return any(points is not None for points in self.points.values())

    @property
    def has_words(self) -> bool:
        """Whether it says anything besides points: a comment, a level, feedback."""
        comments = any(each["comment"].strip() for each in [*self.marks, *self.criteria])
        levels = any(each["level"] is not None for each in self.criteria)
        return comments or levels or bool(self.feedback.strip())

    @property
    def says_something(self) -> bool:
        """Of a grade that is saved: its comments are asked for."""
        return self.is_scored or self.has_words or self.override is not None or self.comments.exists()

    def stands_for(self, submission: Submission) -> bool:
        """Whether these are somebody's marks on the hand-in that counts: points that the key gave by itself are
        nobody's words."""
        return self.attempt_id == submission.counted_id and self.saved_by_id is not None and self.says_something
