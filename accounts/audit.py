"""The log of what was done to accounts, classes and records. Append-only, in Python and in the database."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Membership, User
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


def named(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """These entries with `who` and `about` in words; one query a kind of thing that they speak of."""
    found = list(entries)
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in found:
        wanted[entry.subject_type].add(entry.subject_id)
        if entry.actor_id is not None:
            wanted[User._meta.label_lower].add(str(entry.actor_id))
    names = {(kind, pk): name for kind, ids in wanted.items() if kind for pk, name in _names(kind, ids)}
    for entry in found:
        actor, subject = str(entry.actor_id), entry.subject_id
        entry.who = names.get((User._meta.label_lower, actor), actor)  # type: ignore[attr-defined]
        name = names.get((entry.subject_type, subject), subject)
        entry.about = f"{_kind(entry.subject_type)}: {name}" if name else ""  # type: ignore[attr-defined]
    return found


def _names(kind: str, ids: set[str]) -> Iterable[tuple[str, str]]:
    """The names of those rows of this kind that are still there."""
    model = _model(kind)
    if model is None:
        return []
    if model is Membership:
        # It has no name of its own: it is called by whom it brings together.
        members = Membership.objects.filter(pk__in=ids).select_related("user", "classroom")
        return [
            (str(row.pk), _("%(person)s in %(room)s") % {"person": row.user, "room": row.classroom}) for row in members
        ]
    return [(str(row.pk), str(row)) for row in model._default_manager.filter(pk__in=ids)]


def _kind(label: str) -> str:
    model = _model(label)
    return str(model._meta.verbose_name) if model is not None else label


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None  # of an app that this site had once
