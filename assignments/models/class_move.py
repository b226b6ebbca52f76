"""That a student was moved from one class to another, and what came along."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Classroom
from destalin_site.common.ids import uuid7
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class ClassMove(WriteOnceModel):
    """One act: she left one class and came into the other. `copies` are the texts that a teacher let come along, as
    `class_moves.Copied` reads them: in words of the reading alone, since what she wrote stays hers until it is handed
    in. `undoes` is the move that this one took back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("student"), on_delete=models.PROTECT, related_name="class_moves"
    )
    from_classroom = models.ForeignKey(
        Classroom, verbose_name=_("from"), on_delete=models.PROTECT, related_name="moves_away"
    )
    to_classroom = models.ForeignKey(
        Classroom, verbose_name=_("to"), on_delete=models.PROTECT, related_name="moves_here"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    copies = models.JSONField(_("texts brought along"), default=list)
    undoes = models.OneToOneField(
        "self", verbose_name=_("takes back"), on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("move to another class")
        verbose_name_plural = _("moves to another class")
        ordering = ["student_id", "id"]

    def __str__(self) -> str:
        return f"{self.student_id} {self.from_classroom_id} {self.to_classroom_id}"
