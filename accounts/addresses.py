"""Where people are written to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress


def of(people: Iterable[UUID]) -> dict[UUID, str]:
    """The address in use of each of these who has one that is confirmed. To another nothing is sent but the link that
    confirms it: a slip of the keys would tell a stranger what goes on in a class."""
    rows = EmailAddress.objects.filter(user__in=list(people), verified=True).order_by("primary", "pk")
    return dict(rows.values_list("user_id", "email"))


def of_one(person: UUID) -> str:
    """The same of one; empty where there is none."""
    return of([person]).get(person, "")
