"""What requests about people and classes may contain, and what answers do contain."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import known_zone
from destalin_site.common.api import Input
from destalin_site.common.names import NameField


class ZoneField(serializers.CharField):
    """The IANA name of a time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        try:
            known_zone(name)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], code="unknown-zone") from error
        return name


class SchoolOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class MeIn(Input):
    display_name = NameField(max_length=150, required=False)
    zone = ZoneField(required=False, allow_blank=True, help_text=_("Empty: the zone of each class."))
    locale = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class MeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    email = serializers.CharField(help_text=_("Empty when there is none: students need no address."))
    locale = serializers.CharField()
    zone = serializers.CharField(help_text=_("Empty: the zone of each class."))
    teaches = serializers.BooleanField()
    school = SchoolOut(allow_null=True)
