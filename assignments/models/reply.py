"""What a student answers to a comment."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.comment import Comment
from assignments.querysets import CommentReplyQuerySet
from destalin_site.common.ids import uuid7


class CommentReply(models.Model):
    """What a student did about a comment that was returned to her, in her words.

    It comes with hand-in `attempt_number`: until that is made it is hers alone, as her draft is, and from then on it
    stays. What she says later comes with the hand-in after it. `version` grows through all replies to a comment.
    """

    class Stance(models.TextChoices):
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("not changed")
        QUESTION = "question", _("a question")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="replies")
    attempt_number = models.PositiveIntegerField(_("hand-in"))
    stance = models.CharField(_("answer"), max_length=16, choices=Stance.choices)
    text = models.TextField(_("words"), blank=True)
    at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField()

    objects = CommentReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply to a comment")
        verbose_name_plural = _("replies to comments")
        ordering = ["comment_id", "attempt_number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "attempt_number"], name="one_reply_a_comment_and_hand_in")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.attempt_number} {self.stance}"
