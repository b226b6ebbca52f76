"""Fields that several records of the curators have, and the rules for what is typed into them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lessons import dates, richtext

# BCP 47, as far as catalogues use it: ru, zh-Hant, sr-Latn-RS.
language_tag = RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Write a language code such as en, ru or pl."))


def edtf_date(value: str) -> None:
    """Refuses what cannot be read as a date."""
    try:
        dates.parse(value)
    except dates.InvalidDate as error:
        raise ValidationError(_("Write 1956, 1956-02, 1956-02-25, 1956~ or 1953/1964."), code=error.code) from error


def lines(text: str) -> list[str]:
    """The lines that say something, each once, in their order."""
    return list(dict.fromkeys(line for raw in text.splitlines() if (line := richtext.line(raw))))


class DateRangeFields(models.Model):
    """The first and the last day that `date` may mean, to sort and filter by; kept with it."""

    date_from = models.DateField(null=True, editable=False, db_index=True)
    date_to = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        date: str = self.date  # type: ignore[attr-defined]
        try:
            read = dates.parse(date) if date else None
        except dates.InvalidDate:
            read = None  # `clean` and the compiler say so; a draft may be unfinished
        self.date_from, self.date_to = (read.first, read.last) if read else (None, None)
        if (fields := kwargs.get("update_fields")) is not None and "date" in fields:
            kwargs["update_fields"] = {*fields, "date_from", "date_to"}
        super().save(*args, **kwargs)
