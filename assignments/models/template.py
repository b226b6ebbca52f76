"""What a teacher says again and again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.querysets import CommentTemplateQuerySet
from destalin_site.common.ids import uuid7
from lessons.models import Edition


class CommentTemplate(models.Model):
    """A comment in the bank of one teacher, and how often it was used. `passage` is as in a comment, in `edition`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comment_templates")
    body = models.TextField(_("comment"))
    passage = models.JSONField(_("passage"), null=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    uses = models.PositiveIntegerField(_("uses"), default=0)
    at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField(default=1)

    objects = CommentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment in the bank")
        verbose_name_plural = _("comment bank")
        ordering = ["owner_id", "-uses", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passage__isnull=True) | models.Q(edition__isnull=False),
                name="a_passage_has_its_edition",
            )
        ]

    def __str__(self) -> str:
        return self.body[:50]
