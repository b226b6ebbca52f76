"""`common.text` as fields of forms and of request bodies, and the sentences that say what is wrong with a name."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from destalin_site.common import text

WORDS: Final[dict[str, Promise]] = {
    "blank": _("This needs at least one letter or digit that can be seen."),
    "too-long": _("This is too long: at most %(limit)s characters."),
    "control": _("This contains an invisible character."),
    "bidi": _("This contains a character that turns the direction of reading."),
    "marks": _("This piles up too many accents on one letter."),
}


def clean(raw: str, *, limit: int) -> str:
    """`text.name`, with Django's ValidationError."""
    try:
        return text.name(raw, limit=limit)
    except text.TextRefused as refusal:
        words = str(WORDS[refusal.code])
        raise ValidationError(words % {"limit": limit} if "%" in words else words, code=refusal.code) from refusal


class NameFormField(forms.CharField):
    """A form field that reads a name."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.limit = max_length
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value: Any) -> str:
        # The normalizer counts after trimming, so it speaks before the length validators do.
        value = self.to_python(value)
        if value in self.empty_values:
            self.validate(value)
            return ""
        return clean(value, limit=self.limit)


class NameField(serializers.CharField):
    """A field of a request body that reads a name."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.limit = max_length
        super().__init__(max_length=max_length, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        is_empty, value = self.validate_empty_values(data)
        if is_empty:
            return value
        if not isinstance(value, str):
            self.fail("invalid")
        try:
            return clean(value, limit=self.limit)
        except ValidationError as error:
            raise serializers.ValidationError(error.message, code=error.code) from error
