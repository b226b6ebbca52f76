"""What follows here when somebody joins, leaves or comes back, and when a class is archived. Inside that act's
transaction: if this fails, the act does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from accounts import signals
from accounts.audit import Actor
from accounts.models import Classroom, Membership
from accounts.signals import Counted
from assignments import actions
from assignments.lifecycle import State
from assignments.models import Assignment, DateOverride, Extension, ParkedCopy, Revision, Submission
from destalin_site.common import clock, moments


def student_changed(sender: Any, *, membership: Membership, by: Actor, **kwargs: Any) -> None:
    actions.sync_student(membership.classroom, membership.user_id, by=by)


def class_archived(sender: Any, *, classroom: Classroom, by: Actor, **kwargs: Any) -> None:
    actions.archive_class(classroom, by=by)


def what_is_unfinished(sender: Any, *, classroom: Classroom, **kwargs: Any) -> list[Counted]:
    """What the teacher should know before the class is archived: drafts that were never handed in, texts that wait."""
    rows = Submission.objects.filter(assignment__classroom=classroom, assignment__deleted_at=None)
    drafts = rows.filter(state__in=[State.DRAFTING, State.REVISING]).count()
    waiting = ParkedCopy.objects.to_decide().filter(submission__in=rows).count()
    to_return = rows.filter(state__in=[State.SUBMITTED, State.IN_REVIEW]).count()
    found = [
        ("drafts", drafts, ngettext("%(n)d draft not handed in", "%(n)d drafts not handed in", drafts)),
        (
            "waiting",
            waiting,
            ngettext(
                "%(n)d hand-in kept aside, waiting for your decision",
                "%(n)d hand-ins kept aside, waiting for your decision",
                waiting,
            ),
        ),
        (
            "to_return",
            to_return,
            ngettext("%(n)d piece of work not returned", "%(n)d pieces of work not returned", to_return),
        ),
    ]
    return [Counted(what, n, words % {"n": n}) for what, n, words in found if n]


def what_keeps_its_zone(sender: Any, *, classroom: Classroom, **kwargs: Any) -> list[Counted]:
    """Due times that lie ahead, by the zone in which they were said: another zone of the class moves none of them."""
    ahead = Q(due_at__gt=clock.now())
    counts: Counter[str] = Counter()
    for rows in (
        Assignment.objects.present().filter(ahead, classroom=classroom),
        DateOverride.objects.standing().filter(ahead, assignment__classroom=classroom, assignment__deleted_at=None),
        Extension.objects.standing().filter(ahead, submission__assignment__classroom=classroom),
        Revision.objects.open().filter(ahead, submission__assignment__classroom=classroom),
    ):
        counts.update(rows.values_list("due_zone", flat=True))
    return [
        Counted(
            zone,
            n,
            ngettext(
                "%(n)d due time that lies ahead was said in %(zone)s and stays so.",
                "%(n)d due times that lie ahead were said in %(zone)s and stay so.",
                n,
            )
            % {"n": n, "zone": moments.zone_name(zone)},
        )
        for zone, n in sorted(counts.items())
    ]


def connect() -> None:
    signals.classroom_zoning.connect(what_keeps_its_zone, dispatch_uid="assignments.zoning")
    signals.classroom_archiving.connect(what_is_unfinished, dispatch_uid="assignments.archiving")
    for signal in (signals.member_joined, signals.member_left, signals.member_restored):
        signal.connect(student_changed, dispatch_uid=f"assignments.roster.{id(signal)}")
    signals.classroom_archived.connect(class_archived, dispatch_uid="assignments.archived")
