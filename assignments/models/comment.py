"""What a teacher says about the very words of a student."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.grading import Grade
from assignments.models.submission import Attempt
from assignments.querysets import CommentQuerySet
from assignments.remarks import Place
from destalin_site.common.ids import uuid7


class Comment(models.Model):
    """A comment on words of a hand-in. It belongs to a grade and shares its fate: the student sees it while she sees
    the grade, and what was returned keeps its words.

    A draft that is made of an earlier grade has copies of its comments, under the same `key`. `passage` is
    `{"source", "anchor"}`, a place in the edition that the hand-in was written upon, or null.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="comments")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="comments")
    key = models.UUIDField(default=uuid7, help_text=_("The same for every copy of this comment."))
    question = models.CharField(max_length=100)
    block = models.CharField(max_length=100)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("words"))
    body = models.TextField(_("comment"))
    passage = models.JSONField(_("passage"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField(default=1)
    kept = models.BooleanField(default=False, help_text=_("It was returned: from then on its words stay."))

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["grade_id", "at", "key"]
        constraints = [models.UniqueConstraint(fields=["grade", "key"], name="one_comment_a_key")]

    def __str__(self) -> str:
        return f"{self.grade_id} {self.key}"

    @property
    def place(self) -> Place:
        return Place(self.question, self.block, self.start, self.end, self.quote)
