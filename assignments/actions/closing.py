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
from django.db.models import Q

from accounts.audit import Actor
from assignments import answers, readings
from assignments.actions import draft_points, final_marks
from assignments.actions.attempts import Text, counting, make_attempt, newest_timing
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


def turn_of(submission: Submission, *, by: Actor, at: dt.datetime | None = None, **read_along: Any) -> Turn:
    """The turn of somebody who writes at `at`: with the close settled, where that lies behind it."""
    turn = Turn.of(submission, by=by, **read_along)
    moment = at or turn.now
    if _is_over(turn, moment):
        acts = AT_CLOSE if _is_over(turn, moment - MARGIN) else _AT_ONCE
        if _settle(Turn.of(submission, by=SYSTEM), acts):
            turn = Turn.of(submission, by=by, **read_along)
    return turn


def overtaking(submission: Submission, received_at: dt.datetime) -> int:
    """How many hand-ins the site made of a draft, or of what was taken back, before it came to one that had arrived by
    then."""
    handed_in = submission.attempts.filter(via=Attempt.Via.AUTO, made_at__gt=received_at).count()
    return handed_in + submission.events.filter(name=Act.REINSTATE.value, at__gt=received_at).count()


def closes_to_settle() -> list[UUID]:
    """Work that was open at its close, which has passed, and about which there may be something to do."""
    moment = clock.now() - MARGIN
    # Drafting too is where marks without a hand-in were taken back, and the lease ran out.
    lapsed = Q(state=State.IN_REVIEW, claim_from=State.DRAFTING, claim_until__lte=clock.now())
    drafting = (Q(state=State.DRAFTING) | lapsed) & (
        Q(withdrawn__isnull=False, assignment__reinstates_at_close=True) | Q(assignment__hands_in_at_close=True)
    )
    over = Q(closes_at__lte=moment) | Q(closes_at=None, assignment__resubmit_until__lte=moment)
    revising = Q(state=State.REVISING) & over & ~Q(assignment__resubmit_until__gt=moment)
    rows = Submission.objects.present().filter(assignment__classroom__archived_at=None)
    rows = rows.filter(Q(closes_at__lte=moment) & drafting | revising)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def settle_close(pk: UUID) -> bool:
    """Settles the close of one piece of work; whether there was anything to do. Late, twice and by several at once it
    comes to the same: what is to be done is decided under its lock."""
    turn = Turn.of(Submission.objects.get(pk=pk), by=SYSTEM)
    return _is_over(turn, turn.now - MARGIN) and _settle(turn)


def _is_over(turn: Turn, moment: dt.datetime) -> bool:
    submission = turn.submission
    if submission.state_at(turn.now) not in (State.DRAFTING, State.REVISING):
        return False
    close = submission.effective_close
    return close is not None and moment > close


def _settle(turn: Turn, acts: Sequence[Act] = AT_CLOSE) -> bool:
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
    turn.set(**counting(attempt, decided), withdrawn=None, reinstated=turn.submission.reinstated + 1)
    final_marks.end(turn, FinalMark.Ended.HANDED_IN)
    # Its marks are for the edition that it was written for.
    turn.submission.assignment = readings.judged(turn.submission)
    turn.set(grade_ready=draft_points.again(turn, attempt, late_seconds=decided.seconds))
    turn.write()


def _keep(turn: Turn, decision: Allowed, _draft: Draft | None) -> None:
    keep(turn, decision)


_DONE: Final = {Act.HAND_IN_AT_CLOSE: _hand_in, Act.REINSTATE: _count_again, Act.KEEP_GRADE: _keep}
