"""The life of a submission, as one table.

Every page, request and job asks this module what may happen next; nothing else decides it. The rows carry the numbers
T1 to T18. T19, a class being closed or archived, is no row: it is the guard that stands before every row.
Plain values in, plain values out: no framework, no clock, no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from assignments.timing import Window


class State(StrEnum):
    """Whose turn it is."""

    ASSIGNED = "assigned"
    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REVISING = "revising"
    EXCUSED = "excused"
    VOID = "void"


class Act(StrEnum):
    """What somebody does, by the name that `allowed` gives it."""

    ASSIGN = "assign"
    SAVE = "save"
    SUBMIT = "submit"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    KEEP_GRADE = "keep_grade"
    CLAIM = "claim"
    RELEASE = "release"
    MARK = "mark"
    RETURN = "return"
    RECALL = "recall"
    REQUEST_REVISION = "request_revision"
    EXCUSE = "excuse"
    LIFT_EXCUSE = "lift_excuse"
    GRADE_WITHOUT_SUBMISSION = "grade_without_submission"
    ACCEPT_PARKED = "accept_parked"
    HAND_IN_FOR = "hand_in_for"
    EXTEND = "extend"
    ASK_MORE_TIME = "ask_more_time"
    COUNT_DEVICE_TIME = "count_device_time"
    COUNT_ARRIVAL_TIME = "count_arrival_time"
    HAND_IN_AT_CLOSE = "hand_in_at_close"
    REINSTATE = "reinstate"
    VOID = "void"
    RESTORE = "restore"


class Who(StrEnum):
    """In which part somebody acts: as the author, as a grader of the class, as the site itself, as an administrator."""

    STUDENT = "student"
    TEACHER = "teacher"
    SYSTEM = "system"
    ADMIN = "admin"


class Claim(StrEnum):
    """The review lease as the one who acts sees it."""

    NONE = "none"
    MINE = "mine"
    OTHERS = "others"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events of a submission amount to: its state, and the states that the way back leads to."""

    state: State | None = None
    claim_from: State | None = None
    excused_from: State | None = None
    voided_from: State | None = None

    @property
    def settled(self) -> State | None:
        """The state without the review claim, which nobody's absence may keep alive."""
        return self.claim_from if self.state is State.IN_REVIEW else self.state

    def as_json(self) -> dict[str, str]:
        """The fields that are set, as an event stores them."""
        fields = {
            "state": self.state,
            "claim_from": self.claim_from,
            "excused_from": self.excused_from,
            "voided_from": self.voided_from,
        }
        return {name: value.value for name, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Standing:
        return cls(**{name: State(value) for name, value in stored.items()})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision may depend on. What only a request can say (`takeover`, `reason`, …) is taken as given,
    so that asking what is allowed answers for a well-made request."""

    standing: Standing = Standing()
    archived: bool = False
    window: Window = Window.OPEN
    attempts: int = 0
    attempts_limit: int | None = None
    counts: bool = False  # something was handed in that was not taken back
    claim: Claim = Claim.NONE
    has_draft: bool = False
    draft_worth_handing_in: bool = False  # not empty, and newer than the last attempt
    has_returned_grade: bool = False
    unanswered: bool = False  # a comment that came back with it wants an answer before she hands in again
    grade_ready: bool = False  # there is a draft grade, and it could be returned as it is
    goes_on: bool = False  # the one who acts saved the draft marks last
    may_recall: bool = False  # the one who acts returned it, or owns the class
    hand_in_waiting: bool = False  # a parked copy of a hand-in
    asks_more_time: bool = False  # and nobody has answered yet
    finished_offline: bool = False  # a device said when what counts was finished
    device_time_counts: bool = False  # and a teacher let that count
    late: bool = False  # what was handed in came late
    resubmission: bool = False
    in_audience: bool = True
    withdrawals_left: bool = True
    before_due: bool = True
    has_due: bool = True
    latest_withdrawn: bool = False
    hands_in_at_close: bool = False
    reinstates_at_close: bool = True
    # said by the request
    parts_missing: bool = False
    takeover: bool = False
    reason: bool = True
    revision_due: bool = True
    words: bool = True
    confirmed: bool = True


# ------------------------------------------------------------------------------------------------------------- guards

STATE_CONFLICT: Final = "state-conflict"
NOT_OPEN_YET: Final = "not-open-yet"
ASSIGNMENT_CLOSED: Final = "assignment-closed"
CLASS_ARCHIVED: Final = "class-archived"
BEING_REVIEWED: Final = "being-reviewed"
ATTEMPTS_EXHAUSTED: Final = "attempts-exhausted"
REPLIES_MISSING: Final = "replies-missing"
SUBMISSION_EXCUSED: Final = "submission-excused"
CLAIM_HELD: Final = "claim-held"
VALIDATION_FAILED: Final = "validation-failed"
FORBIDDEN: Final = "forbidden"


def _unless(holds: Callable[[Facts], bool], problem: str) -> Callable[[Facts], str | None]:
    return lambda facts: None if holds(facts) else problem


def _within_dates(facts: Facts) -> str | None:
    return {Window.BEFORE: NOT_OPEN_YET, Window.OPEN: None, Window.CLOSED: ASSIGNMENT_CLOSED}[facts.window]


def _claim_is_mine(facts: Facts) -> str | None:
    return {Claim.MINE: None, Claim.OTHERS: CLAIM_HELD}.get(facts.claim, STATE_CONFLICT)


GUARDS: Final[Mapping[str, Callable[[Facts], str | None]]] = {
    "student in audience": _unless(lambda f: f.in_audience, STATE_CONFLICT),
    "opened": _unless(lambda f: f.window is not Window.BEFORE, NOT_OPEN_YET),
    "within dates": _within_dates,
    "attempts left": _unless(lambda f: f.attempts_limit is None or f.attempts < f.attempts_limit, ATTEMPTS_EXHAUSTED),
    "comments answered": _unless(lambda f: not f.unanswered, REPLIES_MISSING),
    "parts present or confirmed": _unless(lambda f: not f.parts_missing, VALIDATION_FAILED),
    "it is over": _unless(lambda f: f.window is Window.CLOSED, STATE_CONFLICT),
    "resubmission open": _unless(lambda f: f.resubmission and f.window is Window.OPEN, STATE_CONFLICT),
    "hand-in waiting": _unless(lambda f: f.hand_in_waiting, STATE_CONFLICT),
    "reason given": _unless(lambda f: f.reason, VALIDATION_FAILED),
    "setting on, draft worth it": _unless(lambda f: f.hands_in_at_close and f.draft_worth_handing_in, STATE_CONFLICT),
    "before due": _unless(lambda f: f.before_due and f.window is Window.OPEN, STATE_CONFLICT),
    "came late": _unless(lambda f: f.late, STATE_CONFLICT),
    "nothing asked yet": _unless(lambda f: not f.asks_more_time, STATE_CONFLICT),
    "device said when": _unless(lambda f: f.finished_offline, STATE_CONFLICT),
    "time of arrival counts": _unless(lambda f: not f.device_time_counts, STATE_CONFLICT),
    "time of the device counts": _unless(lambda f: f.device_time_counts, STATE_CONFLICT),
    "due time set": _unless(lambda f: f.has_due, VALIDATION_FAILED),
    "withdrawals left": _unless(lambda f: f.withdrawals_left, STATE_CONFLICT),
    "latest withdrawn, setting on": _unless(lambda f: f.latest_withdrawn and f.reinstates_at_close, STATE_CONFLICT),
    "claim is mine": _claim_is_mine,
    "takeover said": _unless(lambda f: f.takeover, CLAIM_HELD),
    "goes on with own marks": _unless(lambda f: f.goes_on, STATE_CONFLICT),
    "no other's claim": _unless(lambda f: f.claim is not Claim.OTHERS, CLAIM_HELD),
    "grade ready": _unless(lambda f: f.grade_ready, VALIDATION_FAILED),
    "returned it, or owner": _unless(lambda f: f.may_recall, FORBIDDEN),
    "revision due set": _unless(lambda f: f.revision_due, VALIDATION_FAILED),
    "something to go by": _unless(lambda f: f.words, VALIDATION_FAILED),
    "confirmed if a draft exists": _unless(lambda f: f.confirmed or not f.has_draft, VALIDATION_FAILED),
    # These choose between two rows of one act; as refusals they mean only "not from here".
    "a grade is returned": _unless(lambda f: f.has_returned_grade, STATE_CONFLICT),
    "no grade is returned": _unless(lambda f: not f.has_returned_grade, STATE_CONFLICT),
    "a hand-in counts": _unless(lambda f: f.counts, STATE_CONFLICT),
    "no hand-in counts": _unless(lambda f: not f.counts, STATE_CONFLICT),
    "work or marks are there": _unless(lambda f: f.counts or f.has_returned_grade, STATE_CONFLICT),
    "has only a draft": _unless(lambda f: not f.counts and f.has_draft, STATE_CONFLICT),
    "has no work": _unless(lambda f: not f.counts and not f.has_draft, STATE_CONFLICT),
}


# -------------------------------------------------------------------------------------------------------------- table


class Back(StrEnum):
    """A resulting state that is not fixed, but remembered."""

    SAME = "same"
    CLAIM_FROM = "claim_from"
    EXCUSED_FROM = "excused_from"
    VOIDED_FROM = "voided_from"


@dataclass(frozen=True, slots=True)
class Transition:
    number: str
    act: Act
    before: frozenset[State | None]
    after: State | Back
    actors: frozenset[Who]
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    claim_from: State | None = None  # what a new claim leads back to, when it is not the state it was made in
    # A repeated save, a renewed lease and marks that the same person saves on leave no event: rev or version, time and
    # name of the row itself tell them.
    logged: bool = True


LIVE: Final = frozenset(State) - {State.EXCUSED, State.VOID}
_A, _D, _S, _I, _R, _V = (
    State.ASSIGNED,
    State.DRAFTING,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.RETURNED,
    State.REVISING,
)
_HAND_IN = ("within dates", "attempts left", "comments answered", "parts present or confirmed")
_ASKS = ("opened", "due time set", "reason given", "nothing asked yet")
_STUDENT, _TEACHER, _SYSTEM = frozenset({Who.STUDENT}), frozenset({Who.TEACHER}), frozenset({Who.SYSTEM})
_OFFICE = frozenset({Who.SYSTEM, Who.TEACHER, Who.ADMIN})


def _row(
    number: str,
    act: Act,
    before: Iterable[State | None],
    after: State | Back,
    actors: frozenset[Who],
    guards: tuple[str, ...] = (),
    effects: tuple[str, ...] = (),
    **more: Any,
) -> Transition:
    return Transition(number, act, frozenset(before), after, actors, guards, effects, **more)


# Where an act has several rows for one state, the first whose guards hold is taken.
TABLE: Final[tuple[Transition, ...]] = (
    _row("T1", Act.ASSIGN, {None}, _A, _OFFICE, ("student in audience",), ("submission created",)),
    _row("T2", Act.SAVE, {_A}, _D, _STUDENT, ("opened",), ("draft saved",)),
    # What she wrote in the class that she came from is her draft here; no teacher writes in one.
    _row("T2c", Act.SAVE, {_A}, _D, _SYSTEM, (), ("draft saved",)),
    _row("T11", Act.SAVE, {_R}, _V, _STUDENT, ("resubmission open", "attempts left"), ("draft saved",)),
    _row(
        "T3",
        Act.SAVE,
        frozenset(State) - {_A, State.VOID},
        Back.SAME,
        _STUDENT,
        ("opened",),
        ("draft saved",),
        logged=False,
    ),
    _row("T4", Act.SUBMIT, {_A, _D, _V}, _S, _STUDENT, _HAND_IN, ("attempt made",)),
    _row("T4", Act.SUBMIT, {_R}, _S, _STUDENT, ("resubmission open", *_HAND_IN), ("attempt made",)),
    _row("T4r", Act.REPLACE, {_S}, _S, _STUDENT, _HAND_IN, ("attempt made",)),
    _row(
        "T4b",
        Act.ACCEPT_PARKED,
        frozenset(State) - {State.VOID},
        _S,
        _TEACHER,
        ("hand-in waiting",),
        ("attempt made", "claim dropped"),
    ),
    _row("T4p", Act.HAND_IN_FOR, {_A, _D, _V}, _S, _TEACHER, ("reason given",), ("attempt made",)),
    _row("T4p", Act.HAND_IN_FOR, {_R}, _S, _TEACHER, ("resubmission open", "reason given"), ("attempt made",)),
    # What the site does at the close, in this order: the first that holds is taken (`AT_CLOSE`).
    _row(
        "T4a",
        Act.HAND_IN_AT_CLOSE,
        # What was saved during an excuse, or beside marks without a hand-in, moved no state.
        {_A, _D, _V},
        _S,
        _SYSTEM,
        ("it is over", "setting on, draft worth it"),
        ("attempt made",),
    ),
    _row(
        "T5",
        Act.WITHDRAW,
        {_S},
        _D,
        _STUDENT,
        ("before due", "withdrawals left", "no grade is returned"),
        ("attempt withdrawn",),
    ),
    _row(
        "T5",
        Act.WITHDRAW,
        {_S},
        _V,
        _STUDENT,
        ("before due", "withdrawals left", "a grade is returned"),
        ("attempt withdrawn",),
    ),
    _row(
        "T5r",
        Act.REINSTATE,
        {_D, _V},
        _S,
        _SYSTEM,
        ("it is over", "latest withdrawn, setting on"),
        ("attempt counts again",),
    ),
    _row("T6", Act.CLAIM, {_S}, _I, _TEACHER, (), ("claimed",)),
    _row("T6", Act.CLAIM, {_I}, Back.SAME, _TEACHER, ("claim is mine",), ("claimed",), logged=False),
    _row("T6", Act.CLAIM, {_I}, Back.SAME, _TEACHER, ("takeover said",), ("claimed",)),
    _row("T13", Act.CLAIM, {_R}, _I, _TEACHER, (), ("claimed",)),
    _row("T7", Act.RELEASE, {_I}, Back.CLAIM_FROM, _TEACHER | _SYSTEM, (), ("claim dropped",)),
    _row(
        "T8",
        Act.MARK,
        {_I},
        Back.SAME,
        _TEACHER,
        ("claim is mine", "goes on with own marks"),
        ("marks saved", "claimed"),
        logged=False,
    ),
    _row("T8", Act.MARK, {_I}, Back.SAME, _TEACHER, ("claim is mine",), ("marks saved", "claimed")),
    # Marks for T18. Nothing is being read, so there is nothing to claim, and the student may still hand in.
    _row("T8", Act.MARK, {_A, _D}, Back.SAME, _TEACHER, ("goes on with own marks",), ("marks saved",), logged=False),
    _row("T8", Act.MARK, {_A, _D}, Back.SAME, _TEACHER, (), ("marks saved",)),
    _row(
        "T9",
        Act.RETURN,
        {_I, _S},
        _R,
        _TEACHER,
        ("no other's claim", "work or marks are there", "grade ready"),
        ("grade returned", "claim dropped", "nothing taken back"),
    ),
    *(
        _row(
            "T9u",
            Act.RECALL,
            {_R},
            _I,
            _TEACHER,
            ("returned it, or owner", "reason given", "a grade is returned", work),
            ("grade recalled", "claimed"),
            claim_from=led_back,
        )
        for work, led_back in (("a hand-in counts", _S), ("has only a draft", _D), ("has no work", _A))
    ),
    _row(
        "T10",
        Act.REQUEST_REVISION,
        {_I, _S, _R},
        _V,
        _TEACHER,
        ("no other's claim", "revision due set", "something to go by"),
        ("grade returned", "claim dropped", "revision asked for"),
    ),
    _row("T12", Act.KEEP_GRADE, {_V}, _R, _STUDENT | _TEACHER, (), ("nothing taken back",)),
    _row("T12", Act.KEEP_GRADE, {_V}, _R, _SYSTEM, ("it is over",), ("nothing taken back",)),
    _row("T14", Act.EXCUSE, LIVE, State.EXCUSED, _TEACHER, ("reason given",), ("claim dropped",)),
    _row("T15", Act.LIFT_EXCUSE, {State.EXCUSED}, Back.EXCUSED_FROM, _TEACHER),
    _row("T16", Act.VOID, frozenset(State) - {State.VOID}, State.VOID, _OFFICE, (), ("claim dropped",)),
    _row("T17", Act.RESTORE, {State.VOID}, Back.VOIDED_FROM, _OFFICE),
    _row(
        "T18",
        Act.GRADE_WITHOUT_SUBMISSION,
        {_A, _D},
        _R,
        _TEACHER,
        ("grade ready", "confirmed if a draft exists"),
        ("grade returned", "nothing taken back"),
    ),
    # After a recall nothing is handed in still, though the marks are under a claim.
    _row(
        "T18",
        Act.GRADE_WITHOUT_SUBMISSION,
        {_I},
        _R,
        _TEACHER,
        ("no other's claim", "no hand-in counts", "grade ready", "confirmed if a draft exists"),
        ("grade returned", "claim dropped", "nothing taken back"),
    ),
    # No T number: a later date moves nobody's turn.
    _row(
        "extend",
        Act.EXTEND,
        frozenset(State) - {State.VOID},
        Back.SAME,
        _TEACHER,
        ("due time set", "reason given"),
        ("date set",),
    ),
    _row(
        "ask",
        Act.ASK_MORE_TIME,
        {_A, _D, _V},
        Back.SAME,
        _STUDENT,
        _ASKS,
        ("more time asked for",),
    ),
    # Neither does another time of the same hand-in.
    _row(
        "device",
        Act.COUNT_DEVICE_TIME,
        LIVE,
        Back.SAME,
        _TEACHER,
        ("a hand-in counts", "device said when", "time of arrival counts", "reason given"),
        ("device time counts",),
    ),
    _row(
        "arrival",
        Act.COUNT_ARRIVAL_TIME,
        LIVE,
        Back.SAME,
        _TEACHER,
        ("a hand-in counts", "time of the device counts"),
        ("arrival time counts",),
    ),
    # What came late may still have had its reason; what came in time needs no more of it.
    _row("ask", Act.ASK_MORE_TIME, {_S}, Back.SAME, _STUDENT, ("came late", *_ASKS), ("more time asked for",)),
)

# What each transition does besides moving the state, by its number.
EFFECTS: Final = {row.number: frozenset(row.effects) for row in TABLE}

# The acts by which a student comes to see a grade, and by which she ceases to.
SHOWS_GRADE: Final = frozenset(row.act for row in TABLE if "grade returned" in row.effects)
HIDES_GRADE: Final = frozenset(row.act for row in TABLE if "grade recalled" in row.effects)

_ROWS_OF: Final = {act: tuple(row for row in TABLE if row.act is act) for act in Act}

# What the site does when handing in is over, the first that holds; the last of them ends a revision.
AT_CLOSE: Final = (Act.HAND_IN_AT_CLOSE, Act.REINSTATE, Act.KEEP_GRADE)

# What a person asks for by name. The others follow from the roster, from the assignment, or from the clock.
_ASKED_FOR: Final = frozenset(Act) - {Act.ASSIGN, Act.VOID, Act.RESTORE, Act.HAND_IN_AT_CLOSE, Act.REINSTATE}
# T19 stops every act but this one: archiving itself lets claims go, and an expired lease is no act. Nobody leaves an
# archived class or comes back to it, so that opening it again finds it as it was.
_PASSES_T19: Final = frozenset({Act.RELEASE})
# A first mark is also the claim.
_IMPLIES: Final = {(Act.MARK, State.SUBMITTED): Act.CLAIM}
_HANDS_IN: Final = frozenset({Act.SUBMIT, Act.REPLACE})
_NEEDS_IT_UNREAD: Final = _HANDS_IN | {Act.WITHDRAW}


# ----------------------------------------------------------------------------------------------------------- decisions


@dataclass(frozen=True, slots=True)
class Step:
    """One transition, taken: one event. `actor` differs from who asked where a lease had run out before."""

    transition: Transition
    before: Standing
    after: Standing
    actor: Who


@dataclass(frozen=True, slots=True)
class Allowed:
    steps: tuple[Step, ...]

    @property
    def transition(self) -> Transition:
        return self.steps[-1].transition

    @property
    def standing(self) -> Standing:
        return self.steps[-1].after

    @property
    def next_state(self) -> State:
        assert self.standing.state is not None
        return self.standing.state


@dataclass(frozen=True, slots=True)
class Refused:
    problem: str
    guard: str = ""


def advance(standing: Standing, row: Transition) -> Standing:
    """Where `row` leads from `standing`. A claim is never remembered by an excuse or a removal: it was dropped."""
    remembered = {
        Back.SAME: standing.state,
        Back.CLAIM_FROM: standing.claim_from,
        Back.EXCUSED_FROM: standing.excused_from,
        Back.VOIDED_FROM: standing.voided_from,
    }
    after = remembered[row.after] if isinstance(row.after, Back) else row.after
    assert isinstance(after, State)
    if after is standing.state and row.after is Back.SAME:
        return standing
    return Standing(
        state=after,
        claim_from=(row.claim_from or standing.settled) if after is State.IN_REVIEW else None,
        excused_from=_excused_from(standing, after),
        voided_from=standing.settled if after is State.VOID else None,
    )


def _excused_from(standing: Standing, after: State) -> State | None:
    if State.VOID in (after, standing.state):
        return standing.excused_from  # carried through a removal, so that the excuse can still be lifted afterwards
    return standing.settled if after is State.EXCUSED else None


def decide(act: Act, facts: Facts, *, actor: Who) -> Allowed | Refused:
    """What `act` by `actor` leads to, or the problem type that refuses it."""
    rows = [row for row in _ROWS_OF[act] if actor in row.actors]
    if not rows:
        return Refused(FORBIDDEN)
    if facts.archived and act not in _PASSES_T19:
        return Refused(CLASS_ARCHIVED, "T19")
    if facts.claim is Claim.EXPIRED:
        lapse = _lapse(facts.standing)
        later = decide(act, replace(facts, standing=lapse.after, claim=Claim.NONE), actor=actor)
        if act is Act.RELEASE:
            return Allowed((lapse,))
        return Allowed((lapse, *later.steps)) if isinstance(later, Allowed) else later
    standing = facts.standing
    if standing.state is not None and (implied := _IMPLIES.get((act, standing.state))):
        first = decide(implied, facts, actor=actor)
        if isinstance(first, Refused):
            return first
        then = decide(act, replace(facts, standing=first.standing, claim=Claim.MINE), actor=actor)
        return Allowed(first.steps + then.steps) if isinstance(then, Allowed) else then
    refusal: Refused | None = None
    for row in rows:
        if standing.state not in row.before:
            continue
        failed = next(((name, problem) for name in row.guards if (problem := GUARDS[name](facts))), None)
        if failed is None:
            return Allowed((Step(row, standing, advance(standing, row), actor),))
        refusal = refusal or Refused(failed[1], failed[0])
    return refusal or Refused(_problem_of_state(act, standing.state))


def _lapse(standing: Standing) -> Step:
    """A lease that ran out, as the next act writes it down."""
    release = next(row for row in TABLE if row.number == "T7")
    return Step(release, standing, advance(standing, release), Who.SYSTEM)


def _problem_of_state(act: Act, state: State | None) -> str:
    if act in _NEEDS_IT_UNREAD and state is State.IN_REVIEW:
        return BEING_REVIEWED
    if act in _HANDS_IN and state is State.EXCUSED:
        return SUBMISSION_EXCUSED
    return STATE_CONFLICT


def hand_in_act(facts: Facts) -> Act:
    """Handing in is `replace` while an earlier hand-in waits unread, and `submit` otherwise."""
    state = facts.standing.settled if facts.claim is Claim.EXPIRED else facts.standing.state
    return Act.REPLACE if state is State.SUBMITTED else Act.SUBMIT


def allowed(facts: Facts, actor: Who) -> dict[str, Any]:
    """`{"allowed": [act, …], "refused": {act: problem type}}`: the acts of this kind of person, in its order."""
    can, cannot = _possible(facts, actor)
    return {"allowed": list(can), "refused": dict(cannot)}


@lru_cache(maxsize=4096)  # a class works in few distinct situations: a list asks the table once for each of them
def _possible(facts: Facts, actor: Who) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    can, cannot = [], []
    rows = (row for row in TABLE if row.act in _ASKED_FOR and actor in row.actors)
    for act in dict.fromkeys(row.act for row in rows):
        decision = decide(act, facts, actor=actor)
        if isinstance(decision, Allowed):
            can.append(act.value)
        else:
            cannot.append((act.value, decision.problem))
    return tuple(can), tuple(cannot)


# -------------------------------------------------------------------------------------------------------------- replay


class BrokenHistory(ValueError):
    """Events that no walk through the table could have left."""


def replay(events: Iterable[tuple[str, Standing, Standing]]) -> Standing:
    """What events `(transition number, before, after)`, in order, amount to. An event with an empty number records
    a fact and moves nothing. Raises BrokenHistory where the table does not lead that way."""
    standing = Standing()
    for place, (number, before, after) in enumerate(events, start=1):
        if before != standing:
            raise BrokenHistory(
                f"event {place} starts at {before.as_json()}, the one before ended at {standing.as_json()}"
            )
        rows = [row for row in TABLE if row.number == number and before.state in row.before]
        if number and after not in [advance(before, row) for row in rows]:
            raise BrokenHistory(f"event {place}: {number} does not lead from {before.as_json()} to {after.as_json()}")
        if not number and after != before:
            raise BrokenHistory(f"event {place} moves the state without a transition")
        standing = after
    return standing
