"""What requests about people and classes may contain, and what answers do contain."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Membership, known_zone
from destalin_site.common.api import Input
from destalin_site.common.names import NameField

# What somebody can be brought into a class as: a class has its one owner already.
GIVEN_ROLES = [choice for choice in Membership.Role.choices if choice[0] != Membership.Role.OWNER]


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


class DeviceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    current = serializers.BooleanField(help_text=_("Whether this very request came from it."))


class ClassroomIn(Input):
    name = NameField(max_length=120)
    zone = ZoneField()


class ClassroomChange(Input):
    name = NameField(max_length=120, required=False)
    zone = ZoneField(required=False)
    archived = serializers.BooleanField(required=False)
    dry_run = serializers.BooleanField(
        required=False, help_text=_("Whether the answer says what would be changed, and nothing is.")
    )


class ClassroomOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    zone = serializers.CharField()
    role = serializers.ChoiceField(choices=Membership.Role.choices, help_text=_("The caller's own."))
    owner = serializers.CharField(help_text=_("The owner's display name."))
    join_code = serializers.CharField(allow_null=True, help_text=_("For its owner and teachers; else null."))
    archived = serializers.BooleanField()
    version = serializers.IntegerField()


class UnfinishedOut(serializers.Serializer[Any]):
    what = serializers.CharField(
        help_text=_("drafts (not handed in), waiting (kept aside, for a teacher to decide) or to_return.")
    )
    count = serializers.IntegerField()
    words = serializers.CharField()


class StayingOut(serializers.Serializer[Any]):
    zone = serializers.CharField(help_text=_("In which they were said."))
    count = serializers.IntegerField(help_text=_("Due times that lie ahead."))
    words = serializers.CharField()


class ClassroomChangedOut(ClassroomOut):
    """The class, and what the change leaves as it is."""

    dry_run = serializers.BooleanField(help_text=_("Then nothing is changed, and `version` is what it was."))
    unfinished = UnfinishedOut(many=True, help_text=_("In a class that this archives; no kind of which there is none."))
    staying = StayingOut(many=True, help_text=_("In a class that this moves to another zone."))


class CodeIn(Input):
    code = serializers.CharField(max_length=40)


class PersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(help_text=_("The display name."))
    username = serializers.CharField(allow_null=True, help_text=_("For the staff of the class; else null."))


class MemberIn(Input):
    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(
        choices=GIVEN_ROLES,
        default=Membership.Role.STUDENT,
    )


class MemberChange(Input):
    role = serializers.ChoiceField(choices=Membership.Role.choices, required=False)
    left = serializers.BooleanField(required=False, help_text=_("false brings a removed person back."))


class MemberOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user = PersonOut()
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    joined_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)


class FreshPasswordOut(serializers.Serializer[Any]):
    username = serializers.CharField()
    password = serializers.CharField(help_text=_("Told this once."))
