"""Who reads an edition besides the public: the apps that give editions to people say so here, by their ids.

`assignments` stands to the right of this app and is never imported here; it registers when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Pins = Callable[["User | AnonymousUser"], "QuerySet[Any, Any]"]

_PINS: dict[str, Pins] = {}


def register(name: str, pins: Pins) -> None:
    """`pins(user)` are the ids of the editions that this person reads because they were given to her."""
    _PINS[name] = pins


def of(user: User | AnonymousUser) -> Q:
    """The editions, by primary key, that somebody has given to this person."""
    found = Q(pk__in=[])
    for pins in _PINS.values():
        found |= Q(pk__in=pins(user))
    return found
