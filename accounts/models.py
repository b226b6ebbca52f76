"""People, schools and classes."""

import zoneinfo
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import AppendOnly
from accounts.fields import LookField
from accounts.querysets import AuditQuerySet, ClassroomQuerySet, DeviceQuerySet, MembershipQuerySet
from destalin_site.common import text
from destalin_site.common.ids import code, uuid7

JOIN_CODE_LENGTH = 10  # characters of five bits: 50 bits, where 45 are asked for


def join_code() -> str:
    return code(JOIN_CODE_LENGTH)


def known_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name}, code="unknown-zone")


class School(models.Model):
    """Made by an administrator. A lone teacher has none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_zone])
    teacher_code = models.CharField(
        _("teacher code"),
        max_length=20,
        default=join_code,
        unique=True,
        help_text=_("Whoever signs up with it may open classes. Give it to teachers only."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person. Students need no e-mail address; classmates see the display name only."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Longer than a user name: case folding can make three characters of one.
    username_look = LookField(max_length=450, unique=True, editable=False)
    display_name = models.CharField(_("display name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    teaches = models.BooleanField(
        _("may open classes"),
        default=False,
        help_text=_("Set by an administrator or by a school's teacher code. Opens answer keys too."),
    )
    locale = models.CharField(_("language"), max_length=16, choices=settings.LANGUAGES, default="en")
    zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_zone])

    objects: ClassVar[UserManager["User"]] = UserManager()  # type: ignore[assignment]
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="one_person_an_email_address")
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        """For forms: a look-alike name is refused beside its field."""
        super().clean()
        if type(self).objects.filter(username_look=text.look(self.username)).exclude(pk=self.pk).exists():
            raise ValidationError({"username": _("This user name is taken, or looks like one that is.")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None and "username" in update_fields:
            update_fields = {*update_fields, "username_look"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def own_zone(self) -> str:
        """The zone of her clocks: what she chose, else her school's, else the site's."""
        return self.zone or (self.school.zone if self.school else settings.TIME_ZONE)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Classroom(models.Model):
    """A class: who is in it, and the zone in which its dates are meant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120, validators=[MinLengthValidator(1)])
    zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.SET_NULL, null=True, blank=True, related_name="classrooms"
    )
    join_code = models.CharField(_("join code"), max_length=20, unique=True, default=join_code)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = ClassroomQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def archived(self) -> bool:
        return self.archived_at is not None


class Membership(models.Model):
    """A person in a class. Leaving keeps the row, so that coming back finds everything."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        TEACHER = "teacher", _("teacher")
        ASSISTANT = "assistant", _("assistant")
        STUDENT = "student", _("student")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["classroom", "user"], name="one_membership_each"),
            models.UniqueConstraint(
                fields=["classroom"], condition=Q(role="owner", left_at=None), name="one_owner_a_class"
            ),
        ]
        indexes = [models.Index(fields=["user", "left_at", "role"], name="memberships_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.classroom_id}"


class DeviceToken(models.Model):
    """The right of one device to act for a person. The token itself is shown once and kept only as its digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="device_tokens")
    name = models.CharField(_("device"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    session_key = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("signed in"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"))
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-last_used_at", "id"]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did what to an account, a class or a record. Append-only."""

    at = models.DateTimeField(_("time"), db_index=True)
    # The entry outlives the person: emptying the column would be a change of what is write-once.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    action = models.CharField(_("act"), max_length=64)
    subject_type = models.CharField(_("kind"), max_length=64, blank=True)
    subject_id = models.CharField(_("subject"), max_length=64, blank=True, db_index=True)
    facts = models.JSONField(_("facts"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
