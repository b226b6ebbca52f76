"""What work is judged by, as it was when it was assigned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments import rubrics
from assignments.models.assignment import Assignment
from destalin_site.common.ids import uuid7
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class RubricEdition(WriteOnceModel):
    """The criteria of one assignment: number 1 is mostly what its edition proposes. Other criteria are another number.

    `criteria` is `[{"question", "id", "name", "description", "levels": [{"id", "name", "points", "description"}]}]`
    with points as decimal strings, or "" on a scale.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.PROTECT, related_name="rubric_editions"
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    criteria = models.JSONField(_("criteria"))
    sha256 = models.CharField(max_length=64, help_text=_("Of the criteria, as canonical JSON."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("rubric edition")
        verbose_name_plural = _("rubric editions")
        ordering = ["assignment_id", "number"]
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="one_rubric_edition_a_number")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.number}"

    def read(self) -> tuple[rubrics.Criterion, ...]:
        return rubrics.read(self.criteria)
