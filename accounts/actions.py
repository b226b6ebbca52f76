"""What a person can do to people and classes. Each act is one function: atomic, and told `by` whom."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.audit import Actor
from accounts.models import User


@transaction.atomic
def update_me(user: User, *, by: Actor, **changes: Any) -> User:
    """Changes the name, zone or language of `user`: those of `display_name`, `zone`, `locale` that are given."""
    changed = [name for name in ("display_name", "zone", "locale") if name in changes]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        user.save(update_fields=changed)
        audit.record("profile changed", by=by, about=user, fields=changed)
    return user
