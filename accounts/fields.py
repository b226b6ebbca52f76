"""Columns that people's tables need."""

from typing import Any

from django.db import models

from destalin_site.common import text


class LookField(models.CharField):
    """What the user name looks like: unique, so that a look-alike makes no second account."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        look = text.look(model_instance.get_username())  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, look)
        return look
