"""What a teacher says about the very words of a student, or about all that she handed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.models.grading import Grade
from assignments.models.shared_comment import SharedComment
from assignments.models.submission import Attempt
from assignments.querysets import CommentQuerySet
from assignments.remarks import Place
from destalin_site.common.ids import uuid7


class Comment(models.Model):
    """A comment on words of a hand-in, or on the whole of it. It belongs to a grade and shares its fate: the student
    sees it while she sees the grade, and what was returned keeps its words.

    A draft that is made of an earlier grade has copies of its comments, under the same `key`. `passage` is
    `{"source", "anchor"}`, a place in the edition that the hand-in was written upon, or null. What stands on no words
    has no block: it is about the answer to `question`, and where that is empty too, about the whole hand-in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="comments")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="comments")
    key = models.UUIDField(default=uuid7, help_text=_("The same for every copy of this comment."))
    question = models.CharField(max_length=100, blank=True)
    block = models.CharField(max_length=100, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("words"), blank=True)
    body = models.TextField(_("comment"))
    passage = models.JSONField(_("passage"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField(default=1)
    kept = models.BooleanField(default=False, help_text=_("It was returned: from then on its words stay."))

    shared = models.ForeignKey(
        SharedComment,
        on_delete=models.PROTECT,
        null=True,
        related_name="comments",
        help_text=_("What was given to many at once, and this is one of."),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["grade_id", "at", "key"]
        constraints = [
            models.UniqueConstraint(fields=["grade", "key"], name="one_comment_a_key"),
            models.CheckConstraint(
                condition=Q(block="", start=0, end=0, quote="")
                | Q(end__gt=F("start")) & ~Q(question="") & ~Q(block="") & ~Q(quote=""),
                name="a_comment_stands_on_words_or_on_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade_id} {self.key}"

    @property
    def place(self) -> Place:
        return Place(self.question, self.block, self.start, self.end, self.quote)

    @property
    def anchor(self) -> dict[str, Any] | None:
        """Where it stands in the answer, as it leaves the site; None on the whole."""
        if not self.block:
            return None
        return {"block": self.block, "start": self.start, "end": self.end, "quote": self.quote}
