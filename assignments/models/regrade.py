"""That marks were brought to another edition of the rubric that they were made by, or were left where they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.assignment import Assignment
from assignments.models.rubric import RubricEdition
from destalin_site.common.ids import uuid7
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class Regrade(WriteOnceModel):
    """What a teacher decided about marks on earlier editions of a rubric.

    `preview` is what was shown beforehand, grade by grade. `applied` is what became of those that were chosen: the
    grade that there is since, what it was made of, and where a draft was changed, its columns of before; or the code of
    what kept it as it was.
    """

    class Scope(models.TextChoices):
        NONE = "none", _("none")
        DRAFTS = "drafts", _("drafts")
        CHOSEN = "chosen", _("drafts, and some that are returned")
        UNDO = "undo", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.PROTECT, related_name="regrades"
    )
    rubric = models.ForeignKey(
        RubricEdition, verbose_name=_("rubric edition"), on_delete=models.PROTECT, related_name="+"
    )
    scope = models.CharField(_("which"), max_length=16, choices=Scope.choices)
    preview = models.JSONField(_("preview"), default=list)
    applied = models.JSONField(_("applied"), default=list)
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.ForeignKey(
        "self", verbose_name=_("takes back"), on_delete=models.PROTECT, null=True, related_name="undone"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["assignment_id", "id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.scope}"
