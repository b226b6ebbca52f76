"""One submission while somebody acts on it: locked, decided by the table, written with one event a transition."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.audit import Actor
from accounts.models import User
from assignments.actions import noticing
from assignments.errors import REFUSALS, StateConflict
from assignments.facts import BY_NAME, NAMES_HIDDEN, facts_of, needs_name, possible, who
from assignments.lifecycle import Act, Allowed, Refused, State, Step, Who, decide
from assignments.models import Assignment, Event, Submission
from assignments.querysets import SubmissionQuerySet
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed
from destalin_site.common.prepared import Prepared
from destalin_site.common.request import request_id

LEASE: Final = dt.timedelta(minutes=30)

# What a request left out: where it belongs, and the code of its sentence.
_FAULTS: Final = {
    "reason given": ("/reason", "reason-missing"),
    "due time set": ("/due", "no-due-date"),
    "something to go by": ("/feedback", "nothing-to-go-by"),
    "confirmed if a draft exists": ("/confirmed", "draft-unseen"),
}
_STANDING: Final = ("state", "claim_from", "excused_from", "voided_from")


def _locked(pk: UUID) -> QuerySet[Submission]:
    return Submission.objects.filter(pk=pk).locked().select_related("assignment__classroom")


_LOCKED: Final = Prepared(_locked, pk=UUID)


class Turn:
    """Made inside a transaction; `write` ends it. What is not written did not happen."""

    def __init__(self, submission: Submission, *, by: Actor, now: dt.datetime | None = None) -> None:
        self.submission = submission
        self.by = by
        self.now = now or clock.now()
        self._version = submission.version
        self._state = submission.state
        self.dates_before = self.dates
        self.events: list[Event] = []  # still to be written
        self._changed: set[str] = set()

    @classmethod
    def of(cls, submission: Submission, *, by: Actor, **read_along: Any) -> Turn:
        """The row of `submission`, read again under its lock, and its assignment in the edition that she reads.
        `read_along` annotates what no lock guards."""
        # Only this row is locked. What is joined may be older than it is on PostgreSQL, so nothing that the same
        # lock guards (drafts, grades, attempts) is joined. The assignment is, to spare a query: it is read again where
        # the row has changed since it was read before, as it has when the due time moved meanwhile.
        if read_along:
            row = _locked(submission.pk).annotate(**read_along).first()
        else:
            row = _LOCKED.first_object(pk=submission.pk)
        if row is None:
            raise Submission.DoesNotExist
        if row.changed_at != submission.changed_at:
            row.assignment = Assignment.objects.select_related("classroom").get(pk=row.assignment_id)
        row.assignment = row.given
        return cls(row, by=by)

    @classmethod
    def of_all(cls, rows: SubmissionQuerySet, assignment: Assignment, *, by: Actor) -> list[Turn]:
        """These rows of an assignment that is held: one query and one moment for all. What becomes of them is written
        by `write_all`."""
        found = list(rows.locked())
        now = clock.now()
        for row in found:
            row.assignment = assignment
        return [cls(row, by=by, now=now) for row in found]

    @property
    def actor_id(self) -> Any:
        return self.by.pk

    @property
    def dates(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Until when, for this student: her due time and her close."""
        return self.submission.due_at, self.submission.closes_at

    @property
    def author(self) -> User | None:
        return self.by if isinstance(self.by, User) else None

    def decide(self, act: Act, *, at: dt.datetime | None = None, owner: bool = False, **said: Any) -> Allowed | Refused:
        if needs_name(act, self.submission, self.by):
            return Refused(NAMES_HIDDEN)
        facts = facts_of(self.submission, person=self.by, now=self.now, at=at, owner=owner, **said)
        return decide(act, facts, actor=who(self.submission, self.by))

    def demand(self, act: Act, **said: Any) -> Allowed:
        """The decision, or its refusal raised. For acts that carry no text of a student."""
        decision = self.decide(act, **said)
        if isinstance(decision, Refused):
            raise self.refusal(decision)
        return decision

    def take(self, decision: Allowed, *, reason: str = "", **facts: Any) -> None:
        """Every step of the decision, in order. `facts` and `reason` belong to the last, which is what was asked."""
        *earlier, last = decision.steps
        for step in earlier:
            self._step(step, "", {})
        self._step(last, reason, facts)

    def _step(self, step: Step, reason: str, facts: dict[str, Any]) -> None:
        submission, lapsed = self.submission, step.actor is Who.SYSTEM and self.author is not None
        if lapsed:
            facts = {"lapsed": True, "holder": str(submission.claimed_by_id)}
        before = submission.standing.as_json()
        if step.after != step.before:
            submission.standing = step.after
            self._changed.update(_STANDING)
        if submission.state == State.IN_REVIEW and "claimed" in step.transition.effects:
            self.set(claimed_by=self.author, claim_until=self.now + LEASE)
        elif submission.state != State.IN_REVIEW and submission.claimed_by_id is not None:
            self.set(claimed_by=None, claim_until=None)
        if submission.excuse_category and not submission.excused_from:
            self.set(excuse_category="")  # lifted, by whichever act: accepting a hand-in lifts an excuse too
        if step.transition.logged:
            event = self._event(step.transition.act.value, reason, facts, before)
            event.transition = step.transition.number
            event.actor = None if lapsed else self.author

    def note(self, name: str, *, reason: str = "", **facts: Any) -> None:
        """An event that moves nothing."""
        self._event(name, reason, facts, self.submission.standing.as_json())

    def _event(self, name: str, reason: str, facts: dict[str, Any], before: dict[str, str]) -> Event:
        self.submission.version += 1
        event = Event(
            submission=self.submission,
            seq=self.submission.version,
            name=name,
            actor=self.author,
            at=self.now,
            before=before,
            after=self.submission.standing.as_json(),
            reason=reason,
            request_id=request_id.get(),
            facts=facts,
        )
        self.events.append(event)
        return event

    def set(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.submission, name, value)
        self._changed.update(fields)

    def write(self, *, quietly: bool = False) -> Submission:
        """The changed columns in one UPDATE that compares the version, the events, and the notices of them. What is
        written `quietly` is no change in anybody's eyes, unless it also leads to another state: `changed_at` stays."""
        write_all([self], quietly=quietly)
        return self.submission

    def _changes(self, *, quietly: bool) -> dict[str, Any] | None:
        """The columns to write but for the version; None where nothing happened."""
        if not self._changed and not self.events:
            return None
        columns = {name: getattr(self.submission, name) for name in sorted(self._changed)}
        if not quietly or self.submission.state != self._state:
            columns["changed_at"] = self.submission.changed_at = self.now
        return columns

    def _begin_again(self) -> None:
        """What has been written is where the next act starts."""
        self._version, self._state, self.dates_before = self.submission.version, self.submission.state, self.dates
        self.events, self._changed = [], set()

    def refusal(self, refused: Refused, **extra: Any) -> DomainError:
        """The error that tells why, what the state is, and what may be done instead."""
        submission, assignment = self.submission, self.submission.assignment
        nameless = assignment.names_hidden and who(submission, self.by) is Who.TEACHER
        state, may = submission.state_at(self.now), possible(submission, person=self.by, now=self.now)["allowed"]
        if nameless and not submission.work_is_hidden:
            # It was reached by her name: that she is excused is told, and neither a draft nor what she sent meanwhile.
            state = state if state is State.EXCUSED else State.ASSIGNED
            may = [act for act in may if act in BY_NAME]
        extra = {
            "state": state.value,
            # No time stands beside work without a name.
            "since": None if nameless else stamp(submission.changed_at),
            "allowed": may,
            **extra,
        }
        match refused.problem:
            case "validation-failed":
                code = _FAULTS.get(refused.guard, ("", "nothing-to-return"))
                return ValidationFailed(errors=[problem(*code)], **extra)
            case "assignment-closed" if not nameless:
                extra |= {"closed_at": stamp(submission.effective_close), "close_zone": assignment.classroom.zone}
            case "replies-missing" if submission.returned_grade is not None:
                waiting = submission.returned_grade.comments.unanswered().order_by("at", "key")
                extra["comments"] = [str(key) for key in waiting.values_list("key", flat=True)]
            case "not-open-yet":
                extra |= {"opens_at": stamp(assignment.opens_at), "close_zone": assignment.classroom.zone}
            case "claim-held" if submission.claimed_by is not None:
                holder = submission.claimed_by
                extra |= {
                    "holder": {"id": str(holder.pk), "name": holder.get_full_name()},
                    "until": stamp(submission.claim_until),
                }
        return REFUSALS[refused.problem](**extra)


def write_all(turns: Iterable[Turn], *, quietly: bool = False) -> None:
    """Each as `Turn.write` does, those that change alike in one UPDATE."""
    turns = list(turns)
    alike: dict[tuple[tuple[tuple[str, Any], ...], int], list[Turn]] = defaultdict(list)
    for turn in turns:
        changes = turn._changes(quietly=quietly)
        if changes is not None:
            alike[tuple(changes.items()), len(turn.events)].append(turn)
    for (columns, n), group in alike.items():
        _update(group, dict(columns), n)
    done = [turn for turn in turns if turn.events]
    Event.objects.bulk_create([event for turn in done for event in turn.events])
    noticing.of_turns(done)
    for turn in turns:
        turn._begin_again()


def _update(turns: list[Turn], columns: dict[str, Any], events: int) -> None:
    of_version: dict[int, list[UUID]] = defaultdict(list)
    for turn in turns:
        of_version[turn._version].append(turn.submission.pk)
    as_read = reduce(or_, (Q(version=version, pk__in=keys) for version, keys in of_version.items()))
    if Submission.objects.filter(as_read).update(**columns, version=F("version") + events) != len(turns):
        raise StateConflict(state=turns[0].submission.state, allowed=[])


def stamp(moment: dt.datetime | None) -> str | None:
    """RFC 3339 in UTC, as problem documents and events carry times."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if moment else None
