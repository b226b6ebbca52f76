"""Who may see which people and classes, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.errors import AppendOnly
from destalin_site.common import clock

if TYPE_CHECKING:
    from accounts.models import AuditEntry, Classroom, DeviceToken, Membership, User  # noqa: F401 - the bases' names


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(left_at=None)

    def students(self) -> MembershipQuerySet:
        return self.filter(role="student")

    def staff(self) -> MembershipQuerySet:
        return self.exclude(role="student")

    def manageable_by(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """Whom the user may remove, restore or give another role.

        The owner manages everybody but herself; a teacher manages assistants and students; nobody removes an owner.
        """
        if not user.is_authenticated:
            return self.none()
        mine = self.model._default_manager.filter(user=user, left_at=None)
        owned, taught = mine.filter(role="owner").values("classroom"), mine.filter(role="teacher").values("classroom")
        return self.exclude(role="owner", left_at=None).filter(
            Q(classroom__in=owned) | Q(classroom__in=taught, role__in=["assistant", "student"])
        )

    def visible_to(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """Staff see everybody who is or was in their class; a student sees those who are in it now."""
        if not user.is_authenticated:
            return self.none()
        mine = self.model._default_manager.filter(user=user, left_at=None)
        staffed = mine.exclude(role="student").values("classroom")
        return self.filter(Q(classroom__in=staffed) | Q(classroom__in=mine.values("classroom"), left_at=None))


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def with_owner_name(self) -> ClassroomQuerySet:
        """Adds `owner_name`, the display name of the owner."""
        from accounts.models import Membership

        owner = Membership.objects.filter(classroom=OuterRef("pk"), role="owner", left_at=None)
        return self.annotate(owner_name=Subquery(owner.values("user__display_name")[:1]))

    def visible_to(self, user: User | AnonymousUser) -> ClassroomQuerySet:
        """The classes that the user is in now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user, memberships__left_at=None)

    def taught_by(self, user: User | AnonymousUser) -> ClassroomQuerySet:
        """Classes in which the user may grade: owner, teacher or assistant."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            memberships__user=user,
            memberships__left_at=None,
            memberships__role__in=["owner", "teacher", "assistant"],
        )

    def run_by(self, user: User | AnonymousUser) -> ClassroomQuerySet:
        """Classes whose roster and assignments the user may change: owner or teacher."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            memberships__user=user, memberships__left_at=None, memberships__role__in=["owner", "teacher"]
        )

    def owned_by(self, user: User | AnonymousUser) -> ClassroomQuerySet:
        """Classes whose roles the user may change."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user, memberships__left_at=None, memberships__role="owner")


class DeviceQuerySet(models.QuerySet["DeviceToken"]):
    def visible_to(self, user: User | AnonymousUser) -> DeviceQuerySet:
        """The user's own devices, those that she has revoked included."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def live(self) -> DeviceQuerySet:
        """Devices whose token still opens the door."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries are added and read."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
