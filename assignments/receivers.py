"""What follows here when somebody joins, leaves or comes back, and when a class is archived. Inside that act's
transaction: if this fails, the act does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from accounts import signals
from accounts.audit import Actor
from accounts.models import Classroom, Membership
from assignments import actions
from assignments.lifecycle import State
from assignments.models import ParkedCopy, Submission


def student_changed(sender: Any, *, membership: Membership, by: Actor, **kwargs: Any) -> None:
    actions.sync_student(membership.classroom, membership.user_id, by=by)


def class_archived(sender: Any, *, classroom: Classroom, by: Actor, **kwargs: Any) -> None:
    actions.archive_class(classroom, by=by)


def what_is_unfinished(sender: Any, *, classroom: Classroom, **kwargs: Any) -> list[str]:
    """What the teacher should know before the class is archived: drafts that were never handed in, texts that wait."""
    rows = Submission.objects.filter(assignment__classroom=classroom, assignment__deleted_at=None)
    drafts = rows.filter(state__in=[State.DRAFTING, State.REVISING]).count()
    waiting = ParkedCopy.objects.to_decide().filter(submission__in=rows).count()
    to_return = rows.filter(state__in=[State.SUBMITTED, State.IN_REVIEW]).count()
    found = [
        (drafts, ngettext("%(n)d draft not handed in", "%(n)d drafts not handed in", drafts)),
        (
            waiting,
            ngettext(
                "%(n)d hand-in kept aside, waiting for your decision",
                "%(n)d hand-ins kept aside, waiting for your decision",
                waiting,
            ),
        ),
        (to_return, ngettext("%(n)d piece of work not returned", "%(n)d pieces of work not returned", to_return)),
    ]
    return [words % {"n": n} for n, words in found if n]


def connect() -> None:
    signals.classroom_archiving.connect(what_is_unfinished, dispatch_uid="assignments.archiving")
    for signal in (signals.member_joined, signals.member_left, signals.member_restored):
        signal.connect(student_changed, dispatch_uid=f"assignments.roster.{id(signal)}")
    signals.classroom_archived.connect(class_archived, dispatch_uid="assignments.archived")
