"""A stored submission as the facts that the table decides on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from accounts.audit import Actor
from assignments.device_clock import Trust
from assignments.lifecycle import Act, Facts, Who, allowed
from assignments.models import Submission
from destalin_site.common.actor import System


def who(submission: Submission, person: Actor) -> Who:
    """In which part `person` acts here. Whether she may is what the doors have asked."""
    if isinstance(person, System):
        return Who.SYSTEM
    return Who.STUDENT if person.pk == submission.student_id else Who.TEACHER


def facts_of(
    submission: Submission,
    *,
    person: Actor,
    now: dt.datetime,
    at: dt.datetime | None = None,
    owner: bool = False,
    **said: Any,
) -> Facts:
    """The facts of a row read `with_facts`. `at` is the moment at which a request was received, which the dates are
    held against; `owner` says that `person` owns the class."""
    grade, assignment = submission.returned_grade, submission.assignment
    facts = Facts(
        standing=submission.standing,
        archived=assignment.classroom.archived,
        window=submission.window_at(at or now),
        attempts=submission.hand_ins,
        attempts_limit=submission.attempts_limit,
        counts=submission.counted_id is not None,
        claim=submission.claim_seen_by(person.pk, now),
        has_due=submission.due_at is not None,
        before_due=submission.may_withdraw_at(at or now),
        withdrawals_left=submission.withdrawals < assignment.withdrawals_limit,
        latest_withdrawn=submission.withdrawn_id is not None,
        resubmission=assignment.resubmission,
        reinstates_at_close=assignment.reinstates_at_close,
        hands_in_at_close=assignment.hands_in_at_close,
        has_returned_grade=grade is not None,
        unanswered=submission.comments_unanswered,
        grade_ready=submission.grade_ready,
        may_recall=grade is not None and (owner or grade.returned_by_id == person.pk),
        hand_in_waiting=submission.hand_ins_waiting > 0,
        asks_more_time=submission.asks_more_time,
        finished_offline=submission.finished_before_it_came,
        device_time_counts=submission.clock_trust == Trust.TEACHER,
        late=bool(submission.late_seconds),
    )
    return replace(facts, **said) if said else facts


# What staff do for a student whom they know: on work without a name it would tell whose that is.
FOR_SOMEBODY: Final = frozenset(
    {
        Act.EXTEND,
        Act.EXCUSE,
        Act.LIFT_EXCUSE,
        Act.HAND_IN_FOR,
        Act.COUNT_DEVICE_TIME,
        Act.COUNT_ARRIVAL_TIME,
    }
)
# What of that they do by name while names are hidden, as long as nothing is in.
BY_NAME: Final = frozenset({Act.EXCUSE, Act.LIFT_EXCUSE})
NAMES_HIDDEN: Final = "names-hidden"


def needs_name(act: Act, submission: Submission, person: Actor) -> bool:
    """Whether `act` is refused because names are hidden. Who asks for more time would be known by it."""
    if act is Act.ASK_MORE_TIME:
        return submission.assignment.names_hidden
    return act in FOR_SOMEBODY and who(submission, person) is Who.TEACHER and submission.work_is_hidden


def possible(submission: Submission, *, person: Actor, now: dt.datetime, owner: bool = False) -> dict[str, Any]:
    """`{"allowed": [act, …], "refused": {act: problem type}}` for this person, of a row read `with_facts`."""
    found = allowed(facts_of(submission, person=person, now=now, owner=owner), who(submission, person))
    hidden = [act.value for act in (*FOR_SOMEBODY, Act.ASK_MORE_TIME) if needs_name(act, submission, person)]
    if not hidden:
        return found
    refused = {act: NAMES_HIDDEN for act in hidden if act in found["allowed"]}
    return {
        "allowed": [act for act in found["allowed"] if act not in refused],
        "refused": {**found["refused"], **refused},
    }
