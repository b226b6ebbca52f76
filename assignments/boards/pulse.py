"""Whether anything on a class board has moved, at a fraction of what the board costs."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from accounts.models import Membership
from assignments.lifecycle import State
from assignments.models import Assignment, Submission
from assignments.querysets import due_is_over


def pulse(classroom: UUID, now: dt.datetime) -> str:
    """Another text as soon as the board of this class would show another mark, number, column or row; three queries
    that count. It moves by the clock alone too: a due time passes, a lease runs out. A person's new name is not in it:
    that shows with whatever moves next."""
    works = Submission.objects.present().filter(assignment__classroom=classroom)
    undone = Q(state__in=[State.ASSIGNED.value, State.DRAFTING.value])
    facts = [
        works.aggregate(
            n=Count("pk"),
            moved=Sum("version"),
            last=Max("changed_at"),
            waiting=Sum("hand_ins_waiting"),
            # Marks that one person saves again and again leave no event.
            ready=Count("pk", filter=Q(grade_ready=True)),
            overdue=Count("pk", filter=undone & due_is_over(now)),
            read=Count("pk", filter=Q(state=State.IN_REVIEW.value, claim_until__gt=now)),
            due=Max("due_at"),
        ),
        Assignment.objects.present()
        .filter(classroom=classroom)
        .aggregate(n=Count("pk"), moved=Sum("version"), last=Max("created_at")),
        Membership.objects.current()
        .students()
        .filter(classroom=classroom)
        .aggregate(n=Count("pk"), last=Max("joined_at")),
    ]
    return hashlib.sha256(repr([list(each.values()) for each in facts]).encode()).hexdigest()[:32]
