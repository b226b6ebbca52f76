"""What follows here when somebody joins, leaves or comes back, and when a class is archived. Inside that act's
transaction: if this fails, the act does."""

from __future__ import annotations

from typing import Any

from accounts import signals
from accounts.audit import Actor
from accounts.models import Classroom, Membership
from assignments import actions


def student_changed(sender: Any, *, membership: Membership, by: Actor, **kwargs: Any) -> None:
    actions.sync_student(membership.classroom, membership.user_id, by=by)


def class_archived(sender: Any, *, classroom: Classroom, by: Actor, **kwargs: Any) -> None:
    actions.archive_class(classroom, by=by)


def connect() -> None:
    for signal in (signals.member_joined, signals.member_left, signals.member_restored):
        signal.connect(student_changed, dispatch_uid=f"assignments.roster.{id(signal)}")
    signals.classroom_archived.connect(class_archived, dispatch_uid="assignments.archived")
