"""What a class was told about what it works with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Classroom
from lessons.models import Erratum
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class ErratumAck(WriteOnceModel):
    """The teacher of a class has read a correction. It changes no work and no mark; the banner goes."""

    classroom = models.ForeignKey(
        Classroom, verbose_name=_("class"), on_delete=models.PROTECT, related_name="errata_acknowledged"
    )
    erratum = models.ForeignKey(Erratum, verbose_name=_("correction"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledged correction")
        verbose_name_plural = _("acknowledged corrections")
        constraints = [models.UniqueConstraint(fields=["classroom", "erratum"], name="acknowledged_once_a_class")]

    def __str__(self) -> str:
        return f"{self.classroom_id} {self.erratum_id}"
