"""Who may see which people and classes, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Classroom, Membership, User  # noqa: F401 - named in the bases


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(left_at=None)

    def students(self) -> MembershipQuerySet:
        return self.filter(role="student")

    def staff(self) -> MembershipQuerySet:
        return self.exclude(role="student")

    def visible_to(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """Staff see everybody who is or was in their class; a student sees those who are in it now."""
        if not user.is_authenticated:
            return self.none()
        mine = self.model._default_manager.filter(user=user, left_at=None)
        staffed = mine.exclude(role="student").values("classroom")
        return self.filter(Q(classroom__in=staffed) | Q(classroom__in=mine.values("classroom"), left_at=None))


class ClassroomQuerySet(models.QuerySet["Classroom"]):
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
