"""The log of what was done to accounts, classes and records. Append-only, in Python and in the database."""

from typing import Any

from django.db import models

from accounts.models import AuditEntry, User
from destalin_site.common import clock
from destalin_site.common.actor import System

Actor = User | System


def record(action: str, *, by: Actor, about: models.Model | None = None, **facts: Any) -> AuditEntry:
    """Writes down that `by` did `action` to `about`. `facts` are JSON, and never a password, a token or an answer."""
    return AuditEntry.objects.create(
        at=clock.now(),
        actor=by if isinstance(by, User) else None,
        action=action,
        subject_type=about._meta.label_lower if about is not None else "",
        subject_id=str(about.pk) if about is not None else "",
        facts=facts,
    )
