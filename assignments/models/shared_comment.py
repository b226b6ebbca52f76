"""One comment that was given to many at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.assignment import Assignment
from assignments.querysets import SharedCommentQuerySet
from destalin_site.common.ids import uuid7
from lessons.models import Edition


class SharedComment(models.Model):
    """What was said to many, once. Each of them has a `Comment` of her own, which goes its own way from then on.

    `passage` stands in `edition`. `rows` is what became of each piece of work that was chosen, as it was shown before:
    `[{"submission", "given", "code", "words", "later", "without_passage"}]`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="shared_comments")
    question = models.CharField(max_length=100, blank=True, help_text=_("Empty for the whole hand-in."))
    body = models.TextField(_("comment"))
    passage = models.JSONField(_("passage"), null=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="shared_comments"
    )
    at = models.DateTimeField(_("at"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True)

    objects = SharedCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment for many")
        verbose_name_plural = _("comments for many")
        ordering = ["assignment_id", "-at", "id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.id}"
