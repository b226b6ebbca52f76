"""The table, walked through every situation that it can lead to."""

from collections import deque
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from assignments.lifecycle import (
    AT_CLOSE,
    GUARDS,
    TABLE,
    Act,
    Allowed,
    BrokenHistory,
    Claim,
    Facts,
    Refused,
    Standing,
    State,
    Who,
    Window,
    allowed,
    decide,
    hand_in_act,
    replay,
)

WHOLE_TABLE = frozenset(row.number for row in TABLE)
DEEDS = sorted({(row.act, actor) for row in TABLE for actor in row.actors})
PARKABLE = {
    "state-conflict",
    "not-open-yet",
    "assignment-closed",
    "class-archived",
    "being-reviewed",
    "attempts-exhausted",
    "replies-missing",
    "submission-excused",
}
START = Facts(attempts_limit=2, resubmission=True, hands_in_at_close=True, hand_in_waiting=True)


def happen(facts: Facts, decision: Allowed) -> Facts:
    """The facts after a decision, by the effects that the rows name."""
    new: dict[str, Any] = {}
    for step in decision.steps:
        new["standing"] = step.after
        for effect in step.transition.effects:
            match effect:
                case "attempt made":
                    new |= {"attempts": min(new.get("attempts", facts.attempts) + 1, 2), "latest_withdrawn": False}
                    new |= {"counts": True, "grade_ready": False, "draft_worth_handing_in": False}
                case "attempt withdrawn":
                    counts = new.get("has_returned_grade", facts.has_returned_grade)
                    new |= {"latest_withdrawn": True, "counts": counts}
                case "attempt counts again":
                    new |= {"latest_withdrawn": False, "counts": True}
                case "draft saved":
                    new |= {"has_draft": True, "draft_worth_handing_in": True}
                case "claimed":
                    new["claim"] = Claim.MINE
                case "claim dropped":
                    new["claim"] = Claim.NONE
                case "marks saved":
                    new["grade_ready"] = True
                case "grade returned":
                    new |= {"grade_ready": False, "has_returned_grade": True, "may_recall": True, "unanswered": True}
                case "more time asked for":
                    new["asks_more_time"] = True
                case "date set":
                    new["asks_more_time"] = False
                case "grade recalled":
                    new |= {"grade_ready": True, "has_returned_grade": False, "unanswered": False}
    # Once for all of them: a copy of so many facts is most of what the walk costs.
    return replace(facts, **new)


def around(facts: Facts) -> list[Facts]:
    """The same submission under another sky: dates pass, a class is archived, a lease changes hands or runs out, and
    comments are answered, or need it no more."""
    skies = [replace(facts, window=window) for window in Window]
    skies += [replace(facts, archived=not facts.archived), replace(facts, may_recall=not facts.may_recall)]
    if facts.unanswered:
        skies.append(replace(facts, unanswered=False))
    if facts.standing.state is State.IN_REVIEW:
        skies += [replace(facts, claim=claim) for claim in (Claim.MINE, Claim.OTHERS, Claim.EXPIRED)]
    if facts.standing.state is State.SUBMITTED:
        skies += [replace(facts, late=not facts.late)]
    return skies


@cache
def reachable() -> frozenset[Facts]:
    first = decide(Act.ASSIGN, START, actor=Who.SYSTEM)
    assert isinstance(first, Allowed)
    found, waiting = set(), deque([happen(START, first)])
    while waiting:
        facts = waiting.popleft()
        if facts in found:
            continue
        found.add(facts)
        waiting.extend(around(facts))
        for act, actor in DEEDS:
            # To take over is said with a claim alone.
            for asked in (facts, replace(facts, takeover=True)) if act is Act.CLAIM else (facts,):
                decision = decide(act, asked, actor=actor)
                if isinstance(decision, Allowed):
                    waiting.append(happen(facts, decision))
    return frozenset(found)


@pytest.fixture
def situations() -> frozenset[Facts]:
    return reachable()


def test_the_table_holds_every_number() -> None:
    assert {f"T{n}" for n in range(1, 19)} <= WHOLE_TABLE
    assert {"T4r", "T4b", "T4p", "T4a", "T5r", "T9u"} <= WHOLE_TABLE


def test_every_guard_is_defined_and_used() -> None:
    assert {name for row in TABLE for name in row.guards} == set(GUARDS)


def test_every_state_is_reached_and_every_row_is_taken() -> None:
    facts_reached = reachable()
    assert {facts.standing.state for facts in facts_reached} == set(State)
    taken = {"T1"}
    for facts in facts_reached:
        # Whose time decides leads nowhere else, so it is no sky of its own: it would double them all.
        by_arrival = replace(facts, finished_offline=True)
        by_device = replace(by_arrival, device_time_counts=True)
        for act, actor in DEEDS:
            asked = by_device if act is Act.COUNT_ARRIVAL_TIME else by_arrival
            if isinstance(decision := decide(act, asked, actor=actor), Allowed):
                taken |= {step.transition.number for step in decision.steps}
    assert taken == WHOLE_TABLE


def test_what_is_remembered_is_remembered_exactly_where_it_is_needed(situations: frozenset[Facts]) -> None:
    for facts in situations:
        standing = facts.standing
        assert (standing.claim_from is not None) == (standing.state is State.IN_REVIEW)
        assert (standing.voided_from is not None) == (standing.state is State.VOID)
        excused = State.EXCUSED in (standing.state, standing.voided_from)
        assert (standing.excused_from is not None) == excused
        assert standing.claim_from in (None, State.ASSIGNED, State.DRAFTING, State.SUBMITTED, State.RETURNED)
        assert standing.excused_from not in (State.IN_REVIEW, State.EXCUSED, State.VOID)
        assert standing.voided_from not in (State.IN_REVIEW, State.VOID)


def test_handing_in_or_saving_ends_in_applied_or_parked(situations: frozenset[Facts]) -> None:
    for facts in situations:
        for act in (Act.SAVE, hand_in_act(facts)):
            decision = decide(act, facts, actor=Who.STUDENT)
            assert isinstance(decision, Allowed) or decision.problem in PARKABLE


def test_a_draft_may_be_saved_in_any_state_but_void(situations: frozenset[Facts]) -> None:
    for facts in situations:
        open_class = replace(facts, archived=False, window=Window.CLOSED)
        saved = isinstance(decide(Act.SAVE, open_class, actor=Who.STUDENT), Allowed)
        assert saved == (facts.standing.state is not State.VOID)


def test_a_returned_grade_stays_until_superseded_or_recalled() -> None:
    for facts in reachable():
        if not facts.has_returned_grade:
            continue
        for act, actor in DEEDS:
            decision = decide(act, facts, actor=actor)
            if isinstance(decision, Allowed) and not happen(facts, decision).has_returned_grade:
                assert act is Act.RECALL


def test_a_teacher_alone_can_always_end_it() -> None:
    over = (State.RETURNED, State.EXCUSED)
    # What leads to an end is tried first: most work is an act away from it.
    acts = sorted(Act, key=lambda act: act not in (Act.EXCUSE, Act.RETURN))

    def ends(facts: Facts) -> bool:
        seen, waiting = set(), deque([replace(facts, archived=False, takeover=True)])
        while waiting:
            now = waiting.popleft()
            if now.standing.state in over:
                return True
            if now in seen:
                continue
            seen.add(now)
            for act in acts:
                decision = decide(act, now, actor=Who.TEACHER)
                if isinstance(decision, Allowed):
                    if decision.standing.state in over:
                        return True
                    waiting.append(happen(now, decision))
        return False

    assert all(ends(facts) for facts in reachable())


@pytest.mark.parametrize(
    ("there", "back"), [(Act.EXCUSE, Act.LIFT_EXCUSE), (Act.VOID, Act.RESTORE), (Act.CLAIM, Act.RELEASE)]
)
def test_the_way_back_is_the_exact_inverse_claims_excepted(there: Act, back: Act) -> None:
    for facts in reachable():
        if facts.archived or facts.standing.state is State.IN_REVIEW:
            continue
        gone = decide(there, facts, actor=Who.TEACHER)
        if isinstance(gone, Allowed):
            returned = decide(back, happen(facts, gone), actor=Who.TEACHER)
            assert isinstance(returned, Allowed)
            assert returned.standing == facts.standing


def test_a_removal_during_review_leads_back_to_the_state_before_the_claim() -> None:
    reviewed = Facts(standing=Standing(State.IN_REVIEW, claim_from=State.RETURNED), claim=Claim.MINE)
    gone = decide(Act.VOID, reviewed, actor=Who.SYSTEM)
    assert isinstance(gone, Allowed)
    assert gone.standing == Standing(State.VOID, voided_from=State.RETURNED)


def test_an_archived_class_stops_every_act_but_letting_a_claim_go(situations: frozenset[Facts]) -> None:
    for facts in situations:
        archived = replace(facts, archived=True)
        for act, actor in DEEDS:
            if act is not Act.RELEASE:
                decision = decide(act, archived, actor=actor)
                assert isinstance(decision, Refused)
                assert decision.problem == "class-archived"


def test_no_student_act_moves_work_that_is_being_read(situations: frozenset[Facts]) -> None:
    for facts in situations:
        if facts.standing.state is State.IN_REVIEW and facts.claim is not Claim.EXPIRED:
            for act in Act:
                decision = decide(act, facts, actor=Who.STUDENT)
                assert isinstance(decision, Refused) or decision.standing == facts.standing


def test_a_lease_that_ran_out_counts_as_released_and_the_next_act_writes_it_down() -> None:
    facts = Facts(standing=Standing(State.IN_REVIEW, claim_from=State.SUBMITTED), claim=Claim.EXPIRED, attempts=1)
    decision = decide(hand_in_act(facts), facts, actor=Who.STUDENT)
    assert isinstance(decision, Allowed)
    assert [(step.transition.number, step.actor) for step in decision.steps] == [
        ("T7", Who.SYSTEM),
        ("T4r", Who.STUDENT),
    ]


def test_a_first_mark_is_also_the_claim() -> None:
    decision = decide(Act.MARK, Facts(standing=Standing(State.SUBMITTED), attempts=1), actor=Who.TEACHER)
    assert isinstance(decision, Allowed)
    assert [step.transition.number for step in decision.steps] == ["T6", "T8"]
    assert decision.standing == Standing(State.IN_REVIEW, claim_from=State.SUBMITTED)


@pytest.mark.parametrize(
    ("act", "facts", "problem"),
    [
        (Act.SUBMIT, Facts(standing=Standing(State.DRAFTING), window=Window.BEFORE), "not-open-yet"),
        (Act.SAVE, Facts(standing=Standing(State.ASSIGNED), window=Window.BEFORE), "not-open-yet"),
        (Act.SUBMIT, Facts(standing=Standing(State.DRAFTING), window=Window.CLOSED), "assignment-closed"),
        (Act.REPLACE, Facts(standing=Standing(State.SUBMITTED), attempts=1, attempts_limit=1), "attempts-exhausted"),
        (Act.SUBMIT, Facts(standing=Standing(State.DRAFTING), parts_missing=True), "validation-failed"),
        (Act.SUBMIT, Facts(standing=Standing(State.REVISING), unanswered=True), "replies-missing"),
        (Act.SUBMIT, Facts(standing=Standing(State.RETURNED), unanswered=True, resubmission=True), "replies-missing"),
        (Act.REPLACE, Facts(standing=Standing(State.SUBMITTED), attempts=1, unanswered=True), "replies-missing"),
        (
            Act.SUBMIT,
            Facts(standing=Standing(State.REVISING), unanswered=True, window=Window.CLOSED),
            "assignment-closed",
        ),
        (
            Act.SUBMIT,
            Facts(standing=Standing(State.IN_REVIEW, claim_from=State.SUBMITTED), claim=Claim.OTHERS),
            "being-reviewed",
        ),
        (Act.SUBMIT, Facts(standing=Standing(State.EXCUSED, excused_from=State.DRAFTING)), "submission-excused"),
        (Act.SUBMIT, Facts(standing=Standing(State.RETURNED), attempts=1), "state-conflict"),
        (Act.SUBMIT, Facts(standing=Standing(State.VOID, voided_from=State.DRAFTING)), "state-conflict"),
        (Act.CLAIM, Facts(standing=Standing(State.SUBMITTED)), "forbidden"),
    ],
)
def test_a_refused_student_is_told_why(act: Act, facts: Facts, problem: str) -> None:
    decision = decide(act, facts, actor=Who.STUDENT)
    assert isinstance(decision, Refused)
    assert decision.problem == problem


HANDED_IN = Facts(standing=Standing(State.SUBMITTED), attempts=1, counts=True)
HELD = replace(
    HANDED_IN,
    standing=Standing(State.IN_REVIEW, claim_from=State.SUBMITTED),
    claim=Claim.OTHERS,
    grade_ready=True,
)


@pytest.mark.parametrize(
    ("act", "facts", "problem"),
    [
        (Act.CLAIM, HELD, "claim-held"),
        (Act.MARK, HELD, "claim-held"),
        (Act.RETURN, HELD, "claim-held"),
        (Act.RETURN, replace(HELD, claim=Claim.MINE, grade_ready=False), "validation-failed"),
        (Act.RECALL, Facts(standing=Standing(State.RETURNED), has_returned_grade=True, attempts=1), "forbidden"),
        (Act.MARK, Facts(standing=Standing(State.RETURNED), attempts=1), "state-conflict"),
        (Act.SUBMIT, Facts(standing=Standing(State.DRAFTING)), "forbidden"),
    ],
)
def test_a_refused_teacher_is_told_why(act: Act, facts: Facts, problem: str) -> None:
    decision = decide(act, facts, actor=Who.TEACHER)
    assert isinstance(decision, Refused)
    assert decision.problem == problem


def test_a_claim_is_taken_over_only_when_that_is_said() -> None:
    assert isinstance(decide(Act.CLAIM, replace(HELD, takeover=True), actor=Who.TEACHER), Allowed)


def test_allowed_names_the_acts_that_succeed() -> None:
    for facts in reachable():
        for actor in (Who.STUDENT, Who.TEACHER):
            answer = allowed(facts, actor)
            for act in answer["allowed"]:
                assert isinstance(decide(Act(act), facts, actor=actor), Allowed)
            for act, problem in answer["refused"].items():
                decision = decide(Act(act), facts, actor=actor)
                assert isinstance(decision, Refused)
                assert decision.problem == problem


def test_a_student_who_handed_in_may_save_replace_and_take_back() -> None:
    answer = allowed(HANDED_IN, Who.STUDENT)
    assert answer == {
        "allowed": ["save", "replace", "withdraw"],
        "refused": {
            "submit": "state-conflict",
            "keep_grade": "state-conflict",
            "ask_more_time": "state-conflict",
        },
    }


@pytest.mark.parametrize(
    "facts",
    [
        replace(HANDED_IN, before_due=False),
        replace(HANDED_IN, window=Window.CLOSED),
        replace(HANDED_IN, withdrawals_left=False),
        replace(HANDED_IN, standing=Standing(State.IN_REVIEW, claim_from=State.SUBMITTED), claim=Claim.OTHERS),
    ],
)
def test_what_is_due_closed_or_being_read_is_not_taken_back_and_not_more_often_than_is_allowed(facts: Facts) -> None:
    assert isinstance(decide(Act.WITHDRAW, HANDED_IN, actor=Who.STUDENT), Allowed)
    assert isinstance(decide(Act.WITHDRAW, facts, actor=Who.STUDENT), Refused)


def test_comments_without_an_answer_keep_nothing_back_but_her_own_handing_in(situations: frozenset[Facts]) -> None:
    for facts in situations:
        if not facts.unanswered:
            continue
        answered = replace(facts, unanswered=False)
        for act, actor in DEEDS:
            now, once_answered = (decide(act, one, actor=actor) for one in (facts, answered))
            if act in (Act.SUBMIT, Act.REPLACE):
                assert isinstance(now, Refused)
            else:
                assert now == once_answered
        # Whoever could hand in but for that can write on meanwhile.
        if isinstance(decide(hand_in_act(facts), answered, actor=Who.STUDENT), Allowed):
            assert isinstance(decide(Act.SAVE, facts, actor=Who.STUDENT), Allowed)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (Facts(standing=Standing(State.DRAFTING), asks_more_time=True), "state-conflict"),
        (Facts(standing=Standing(State.DRAFTING), has_due=False), "validation-failed"),
        (Facts(standing=Standing(State.DRAFTING), window=Window.BEFORE), "not-open-yet"),
        (Facts(standing=Standing(State.EXCUSED, excused_from=State.DRAFTING)), "state-conflict"),
        (HANDED_IN, "state-conflict"),
        (replace(HANDED_IN, before_due=False), "state-conflict"),
        (replace(HANDED_IN, before_due=False, window=Window.CLOSED), "state-conflict"),
        (HELD, "state-conflict"),
    ],
)
def test_who_cannot_be_helped_by_more_time_does_not_ask(facts: Facts, problem: str) -> None:
    decision = decide(Act.ASK_MORE_TIME, facts, actor=Who.STUDENT)
    assert isinstance(decision, Refused)
    assert decision.problem == problem


@pytest.mark.parametrize("window", [Window.OPEN, Window.CLOSED])
@pytest.mark.parametrize("state", [State.ASSIGNED, State.DRAFTING, State.REVISING, State.SUBMITTED])
def test_a_student_asks_for_more_time_also_when_hers_is_over(state: State, window: Window) -> None:
    facts = Facts(standing=Standing(state), window=window, before_due=False, late=state is State.SUBMITTED)
    decision = decide(Act.ASK_MORE_TIME, facts, actor=Who.STUDENT)
    assert isinstance(decision, Allowed)
    assert decision.standing == facts.standing
    assert decide(Act.ASK_MORE_TIME, facts, actor=Who.TEACHER) == Refused("forbidden")


@pytest.mark.parametrize("state", [State.DRAFTING, State.REVISING])
def test_the_site_does_nothing_by_itself_before_the_close(state: State) -> None:
    open_work = Facts(
        standing=Standing(state), hands_in_at_close=True, draft_worth_handing_in=True, latest_withdrawn=True
    )
    over = replace(open_work, window=Window.CLOSED)
    assert not any(isinstance(decide(act, open_work, actor=Who.SYSTEM), Allowed) for act in AT_CLOSE)
    done = [act for act in AT_CLOSE if isinstance(decide(act, over, actor=Who.SYSTEM), Allowed)]
    assert done[:2] == [Act.HAND_IN_AT_CLOSE, Act.REINSTATE]
    assert (Act.KEEP_GRADE in done) == (state is State.REVISING)


def test_a_draft_is_handed_in_at_the_close_though_no_state_tells_of_it() -> None:
    """Who writes while she is excused, or while marks without a hand-in are open, is told so by no state of hers."""
    excused = Facts(standing=Standing(State.EXCUSED, excused_from=State.ASSIGNED), hands_in_at_close=True)
    saved = decide(Act.SAVE, excused, actor=Who.STUDENT)
    assert isinstance(saved, Allowed)
    lifted = decide(Act.LIFT_EXCUSE, happen(excused, saved), actor=Who.TEACHER)
    assert isinstance(lifted, Allowed)
    over = replace(happen(happen(excused, saved), lifted), window=Window.CLOSED)
    assert over.standing == Standing(State.ASSIGNED)
    done = decide(Act.HAND_IN_AT_CLOSE, over, actor=Who.SYSTEM)
    assert isinstance(done, Allowed)
    assert (done.transition.number, done.standing) == ("T4a", Standing(State.SUBMITTED))
    for other in (
        replace(over, window=Window.OPEN),
        replace(over, hands_in_at_close=False),
        replace(over, draft_worth_handing_in=False),
    ):
        assert isinstance(decide(Act.HAND_IN_AT_CLOSE, other, actor=Who.SYSTEM), Refused)


def test_a_revision_is_asked_for_with_a_day_and_something_to_go_by() -> None:
    def asked(**said: bool) -> Allowed | Refused:
        return decide(Act.REQUEST_REVISION, replace(HANDED_IN, **said), actor=Who.TEACHER)  # type: ignore[arg-type]

    assert isinstance(asked(), Allowed)
    assert asked(words=False) == Refused("validation-failed", "something to go by")
    assert asked(revision_due=False) == Refused("validation-failed", "revision due set")


def test_marks_without_a_hand_in_go_back_as_such_also_after_a_recall() -> None:
    recalled = Facts(standing=Standing(State.IN_REVIEW, claim_from=State.ASSIGNED), claim=Claim.MINE, grade_ready=True)
    assert decide(Act.RETURN, recalled, actor=Who.TEACHER) == Refused("state-conflict", "work or marks are there")
    again = decide(Act.GRADE_WITHOUT_SUBMISSION, recalled, actor=Who.TEACHER)
    assert isinstance(again, Allowed)
    assert again.standing == Standing(State.RETURNED)


def test_replay_of_every_walk_gives_where_it_ended() -> None:
    events: list[tuple[str, Standing, Standing]] = []
    facts = Facts()
    for act, actor in [
        (Act.ASSIGN, Who.SYSTEM),
        (Act.SAVE, Who.STUDENT),
        (Act.SUBMIT, Who.STUDENT),
        (Act.MARK, Who.TEACHER),
        (Act.VOID, Who.SYSTEM),
        (Act.RESTORE, Who.SYSTEM),
        (Act.RETURN, Who.TEACHER),
        (Act.RECALL, Who.TEACHER),
    ]:
        decision = decide(act, facts, actor=actor)
        assert isinstance(decision, Allowed)
        events += [(step.transition.number, step.before, step.after) for step in decision.steps]
        facts = happen(facts, decision)
    assert replay(events) == facts.standing == Standing(State.IN_REVIEW, claim_from=State.SUBMITTED)


@pytest.mark.parametrize(
    "events",
    [
        [("T2", Standing(), Standing(State.DRAFTING))],
        [("T1", Standing(), Standing(State.ASSIGNED)), ("T4", Standing(State.DRAFTING), Standing(State.SUBMITTED))],
        [("T1", Standing(), Standing(State.ASSIGNED)), ("", Standing(State.ASSIGNED), Standing(State.DRAFTING))],
    ],
)
def test_replay_refuses_a_history_that_the_table_does_not_allow(
    events: list[tuple[str, Standing, Standing]],
) -> None:
    with pytest.raises(BrokenHistory):
        replay(events)


def test_a_standing_survives_being_stored() -> None:
    standing = Standing(State.VOID, excused_from=State.DRAFTING, voided_from=State.EXCUSED)
    assert Standing.from_json(standing.as_json()) == standing
