"""What the site does with open work when handing in is over, whether somebody looks at once or a week later.

A draft is handed in with the time of its last save, or what was taken back counts again with its own time, or a
revision ends with the grade as it was. The command `settle_closes` does it for everybody, and whoever writes after the
close finds it done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.audit import Actor
from assignments import answers, readings
from assignments.actions import draft_points, final_marks
from assignments.actions.attempts import Text, counting, make_attempt, newest_timing, untouched
from assignments.actions.revising import keep
from assignments.actions.turn import Turn
from assignments.lifecycle import AT_CLOSE, Act, Allowed, State
from assignments.models import Attempt, Draft, FinalMark, Submission
from destalin_site.common import clock
from destalin_site.common.actor import SYSTEM
from destalin_site.common.ids import uuid7

# What arrived in time may still be on its way through the server.
MARGIN: Final = dt.timedelta(minutes=1)
# What cannot wait for it: a draft is handed in as it stood at the close, before anybody writes on.
_AT_ONCE: Final = (Act.HAND_IN_AT_CLOSE,)
# What waits for nothing that may come later by the grace of work that was finished offline: another hand-in takes the
# place of what the site handed in.
_AFTER_MARGIN: Final = (Act.HAND_IN_AT_CLOSE, Act.REINSTATE)
_HOUR: Final = dt.timedelta(hours=1)
_OPEN: Final = (State.ASSIGNED, State.DRAFTING, State.REVISING)


def turn_of(submission: Submission, *, by: Actor) -> Turn:
    """The turn of somebody who writes now: with the close settled, where it is over."""
    turn = Turn.of(submission, by=by)
    return settled(turn, turn.now)


def settled(turn: Turn, at: dt.datetime, **read_along: Any) -> Turn:
    """This turn of somebody who writes at `at`, or one of after the close, where that lies behind it. `read_along` is
    what the turn was read with."""
    if _is_over(turn, at) and _settle(Turn.of(turn.submission, by=SYSTEM), _acts(turn, at) or _AT_ONCE):
        return Turn.of(turn.submission, by=turn.by, **read_along)
    return turn


def overtaking(submission: Submission, received_at: dt.datetime) -> int:
    """How many hand-ins the site made of a draft, or of what was taken back, before it came to one that had arrived by
    then."""
    handed_in = submission.attempts.filter(via=Attempt.Via.AUTO, made_at__gt=received_at).count()
    return handed_in + submission.events.filter(name=Act.REINSTATE.value, at__gt=received_at).count()


def closes_to_settle() -> list[UUID]:
    """Work that was open at its close, which has passed, and about which there may be something to do."""
    moment = clock.now() - MARGIN
    hands_in = Q(assignment__hands_in_at_close=True)
    drafting = _rests_in(State.DRAFTING) & (Q(withdrawn__isnull=False, assignment__reinstates_at_close=True) | hands_in)
    begun = _rests_in(State.ASSIGNED) & hands_in & Exists(Draft.objects.filter(submission=OuterRef("pk")))
    comes_in = hands_in | Q(withdrawn__isnull=False, assignment__reinstates_at_close=True)
    revising = _revised_until(moment) & comes_in
    for hours in _graces():
        revising |= _revised_until(moment - _HOUR * hours) & Q(assignment__offline_grace_h=hours)
    rows = Submission.objects.present().filter(assignment__classroom__archived_at=None)
    rows = rows.filter(Q(closes_at__lte=moment) & (drafting | begun) | revising)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _graces() -> set[int]:
    """How many hours work that was finished offline has, wherever somebody is revising."""
    revising = Submission.objects.filter(state=State.REVISING).order_by()
    return set(revising.values_list("assignment__offline_grace_h", flat=True).distinct())


def _revised_until(moment: dt.datetime) -> Q:
    """Revisions that were over at this moment."""
    over = Q(closes_at__lte=moment) | Q(closes_at=None, assignment__resubmit_until__lte=moment)
    return Q(state=State.REVISING) & over & ~Q(assignment__resubmit_until__gt=moment)


def _rests_in(state: State) -> Q:
    """Also where marks without a hand-in were taken back there, and the lease ran out."""
    return Q(state=state) | Q(state=State.IN_REVIEW, claim_from=state, claim_until__lte=clock.now())


@transaction.atomic
def settle_close(pk: UUID) -> bool:
    """Settles the close of one piece of work; whether there was anything to do. Late, twice and by several at once it
    comes to the same: what is to be done is decided under its lock."""
    turn = Turn.of(Submission.objects.get(pk=pk), by=SYSTEM)
    return _settle(turn, _acts(turn, turn.now))


def _acts(turn: Turn, at: dt.datetime) -> Sequence[Act]:
    """What the close brings by then. A revision ends last: with its old grade alone nothing could be taken any more
    that was finished by the close, and comes within the grace for work that was finished offline."""
    grace = _HOUR * turn.submission.assignment.offline_grace_h
    if _is_over(turn, at - MARGIN - grace):
        return AT_CLOSE
    return _AFTER_MARGIN if _is_over(turn, at - MARGIN) else ()


def _is_over(turn: Turn, moment: dt.datetime) -> bool:
    submission = turn.submission
    if untouched(submission) or submission.state_at(turn.now) not in _OPEN:
        return False
    close = submission.effective_close
    return close is not None and moment > close


def _settle(turn: Turn, acts: Sequence[Act]) -> bool:
    """The first of the acts at the close that holds. Whether there was one."""
    draft = _draft(turn)
    for act in acts:
        decision = turn.decide(act, draft_worth_handing_in=draft is not None)
        if isinstance(decision, Allowed):
            _DONE[act](turn, decision, draft)
            return True
    return False


def _draft(turn: Turn) -> Draft | None:
    """The draft, where it is worth handing in: not empty, and newer than what was handed in last."""
    submission = turn.submission
    if not submission.assignment.hands_in_at_close:
        return None
    draft = Draft.objects.filter(submission=submission).first()
    if draft is None or answers.is_empty(draft.body):
        return None
    last = submission.attempts.order_by("-number").first()
    newer = last is None or (draft.saved_at > last.made_at and draft.body_sha256 != last.body_sha256)
    close = submission.effective_close
    # What was begun or changed after the close is hers to send to her teacher, or not.
    in_time = close is not None and draft.saved_at <= close
    return draft if newer and in_time else None


def _hand_in(turn: Turn, decision: Allowed, draft: Draft | None) -> None:
    assert draft is not None
    text = Text(draft.body, draft.body_json, draft.body_sha256)
    make_attempt(
        turn,
        decision,
        text,
        client_attempt_id=uuid7(),
        # Never late because the site was.
        received_at=draft.saved_at,
        incomplete=bool(answers.required_missing(text.body, readings.questions(turn.submission.assignment))),
        draft_rev=draft.rev,
        via=Attempt.Via.AUTO,
    )


def _count_again(turn: Turn, decision: Allowed, _draft: Draft | None) -> None:
    attempt = turn.submission.withdrawn
    assert attempt is not None
    decided = newest_timing(attempt.pk)
    turn.take(decision, attempt=attempt.number)
    turn.set(**counting(turn.submission, attempt, decided), withdrawn=None, reinstated=turn.submission.reinstated + 1)
    final_marks.end(turn, FinalMark.Ended.HANDED_IN)
    # Its marks are for the edition that it was written for.
    turn.submission.assignment = readings.judged(turn.submission)
    turn.set(grade_ready=draft_points.again(turn, attempt, late_seconds=decided.seconds))
    turn.write()


def _keep(turn: Turn, decision: Allowed, _draft: Draft | None) -> None:
    keep(turn, decision)


_DONE: Final = {Act.HAND_IN_AT_CLOSE: _hand_in, Act.REINSTATE: _count_again, Act.KEEP_GRADE: _keep}
