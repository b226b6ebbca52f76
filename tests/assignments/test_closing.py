"""What the site does at the close, however late it comes to it."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import archive, unarchive
from assignments import actions, history
from assignments.errors import AssignmentClosed, AttemptsExhausted, StateConflict
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from destalin_site.management.commands.run_due import Rounds
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CLOSE = "2026-05-01T12:00Z"
WEEK_LATER = "2026-05-08T12:00Z"


@pytest.fixture
def assignment(cast: Cast, time_machine: Any) -> Assignment:
    """Due at ten and closed at noon on the first of May; drafts are handed in then. It is nine."""
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at(CLOSE), hands_in_at_close=True)


@pytest.fixture
def drafted(cast: Cast, submission: Submission) -> Submission:
    actions.save_draft(submission, body=work.body_for(submission.assignment, "So far."), if_rev=0, by=cast.student)
    return submission


def settled() -> str:
    out = io.StringIO()
    call_command("settle_closes", stdout=out)
    return out.getvalue()


def transitions(submission: Submission) -> list[str]:
    return [event.transition for event in submission.events.in_order()]


def test_a_draft_is_handed_in_with_the_time_of_its_last_save(drafted: Submission, time_machine: Any) -> None:
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert str(drafted.pk) in settled()
    row = reread(drafted)
    assert (row.state, row.handed_in_at, row.late_seconds) == ("submitted", at("2026-05-01T09:00Z"), 0)
    attempt = row.attempts.get()
    assert (attempt.via, attempt.by, attempt.body["answers"][0]["blocks"][0]["text"]) == ("auto", None, "So far.")
    assert not list(history.check_all())


def test_twice_comes_to_the_same(drafted: Submission, time_machine: Any) -> None:
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    assert settled() == ""
    assert transitions(drafted) == ["T1", "T2", "T4a"]


def test_the_rounds_of_the_site_do_it_a_week_late_and_once_for_all_servers(
    drafted: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T11:00Z"), tick=False)
    rounds, of_another = Rounds(), Rounds()
    assert rounds.go()
    assert reread(drafted).state == "drafting"
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert [rounds.go(), of_another.go(), rounds.go()] == [True] * 3
    assert transitions(drafted) == ["T1", "T2", "T4a"]
    assert reread(drafted).late_seconds == 0


@pytest.mark.parametrize(("when", "done"), [("2026-05-01T12:00:59Z", False), ("2026-05-01T12:01:01Z", True)])
def test_what_is_on_its_way_at_the_close_is_waited_for(
    drafted: Submission, time_machine: Any, when: str, done: bool
) -> None:
    time_machine.move_to(at(when), tick=False)
    assert bool(settled()) == done


def test_a_draft_that_says_nothing_is_not_handed_in(cast: Cast, submission: Submission, time_machine: Any) -> None:
    actions.save_draft(submission, body=work.body_for(submission.assignment, " "), if_rev=0, by=cast.student)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    assert reread(submission).state == "drafting"


def test_where_the_teacher_does_not_want_it_drafts_stay_drafts(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    given = drafted.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, hands_in_at_close=False)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert settled() == ""
    assert reread(drafted).state == "drafting"


def test_what_was_taken_back_and_went_on_is_handed_in_as_it_went_on(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.withdraw(submission, by=cast.student)
    time_machine.move_to(at("2026-05-01T09:30Z"), tick=False)
    actions.save_draft(submission, body=work.body_for(submission.assignment, "Further."), if_rev=1, by=cast.student)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    row = reread(submission)
    assert (row.counted.number, row.counted.via, row.withdrawn) == (2, "auto", None)


def test_what_was_taken_back_and_not_touched_counts_again(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.withdraw(submission, by=cast.student)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    assert transitions(submission)[-1] == "T5r"
    assert reread(submission).counted.number == 1


def test_what_counts_again_is_one_of_the_hand_ins_that_she_has(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    given = submission.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, attempts_limit=2)
    work.hand_in(reread(submission), received_at=at("2026-05-01T09:00Z"))
    actions.withdraw(submission, by=cast.student)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    actions.extend(submission, due=due("2026-05-09T12:00"), reason="Ill", by=cast.teacher)
    work.hand_in(reread(submission), work.body_for(given, "The second."), received_at=at(WEEK_LATER))
    with pytest.raises(AttemptsExhausted):
        work.hand_in(reread(submission), work.body_for(given, "A third."), received_at=at(WEEK_LATER))
    assert reread(submission).counted.number == 2
    assert not list(history.check_all())


def test_who_saves_after_the_close_finds_handed_in_what_stood_there(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T12:00:01Z"), tick=False)
    actions.save_draft(drafted, body=work.body_for(drafted.assignment, "Too late."), if_rev=1, by=cast.student)
    row = reread(drafted)
    assert (row.state, row.draft.rev) == ("submitted", 2)
    assert row.counted.body["answers"][0]["blocks"][0]["text"] == "So far."
    assert not list(history.check_all())


def test_who_hands_in_after_the_close_finds_it_too_and_the_text_is_parked(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T12:00:01Z"), tick=False)
    with pytest.raises(AssignmentClosed) as refused:
        work.hand_in(drafted, work.body_for(drafted.assignment, "Too late."), received_at=at("2026-05-01T12:00:01Z"))
    assert refused.value.extra["state"] == "submitted"
    assert refused.value.extra["parked_copy"]["kind"] == "submit"
    assert transitions(drafted) == ["T1", "T2", "T4a", ""]


def test_what_is_begun_after_the_close_is_not_handed_in_unasked(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-02T12:00Z"), tick=False)
    actions.save_draft(submission, body=work.body_for(submission.assignment, "Half a"), if_rev=0, by=cast.student)
    actions.save_draft(submission, body=work.body_for(submission.assignment, "Half a line"), if_rev=1, by=cast.student)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    assert (reread(submission).state, submission.attempts.count()) == ("drafting", 0)


def test_what_arrived_before_the_close_counts_though_the_site_came_first(
    drafted: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at(WEEK_LATER), tick=False)
    settled()
    work.hand_in(drafted, work.body_for(drafted.assignment, "In time."), received_at=at("2026-05-01T11:59:59Z"))
    assert reread(drafted).counted.number == 2


def test_a_save_after_the_close_takes_no_hand_in_from_what_is_still_on_its_way(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, closes_at=at(CLOSE), hands_in_at_close=True, attempts_limit=1)
    mine = work.submission_of(given, cast.student)
    actions.save_draft(mine, body=work.body_for(given, "So far."), if_rev=0, by=cast.student)
    time_machine.move_to(at("2026-05-01T12:00:01Z"), tick=False)
    actions.save_draft(mine, body=work.body_for(given, "Too late."), if_rev=1, by=cast.student)
    assert transitions(mine) == ["T1", "T2", "T4a"]
    # Two of them were in the queue, and one is what she may hand in.
    work.hand_in(mine, work.body_for(given, "In time."), received_at=at("2026-05-01T11:59:59Z"))
    row = reread(mine)
    assert (row.state, row.counted.number, row.counted.via) == ("submitted", 2, "student")
    once_more = work.body_for(given, "And once more.")
    with pytest.raises(AttemptsExhausted):
        work.hand_in(mine, once_more, received_at=at("2026-05-01T11:59:59.5Z"))
    assert not list(history.check_all())


def test_what_was_taken_back_waits_for_what_is_on_its_way_though_somebody_saves(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.withdraw(submission, by=cast.student)
    time_machine.move_to(at("2026-05-01T12:00:01Z"), tick=False)
    text = work.body_for(submission.assignment, "Further.")
    actions.save_draft(submission, body=text, if_rev=1, by=cast.student)
    assert reread(submission).state == "drafting"
    work.hand_in(submission, text, received_at=at("2026-05-01T11:59:59Z"))
    assert reread(submission).counted.number == 2
    assert settled() == ""


def test_what_counts_again_is_overtaken_by_what_came_before_the_close(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, closes_at=at(CLOSE), attempts_limit=1)
    mine = work.submission_of(given, cast.student)
    work.hand_in(mine)
    actions.withdraw(mine, by=cast.student)
    time_machine.move_to(at("2026-05-01T12:05Z"), tick=False)
    assert str(mine.pk) in settled()
    work.hand_in(mine, work.body_for(given, "In time."), received_at=at("2026-05-01T11:59:59Z"))
    row = reread(mine)
    assert (row.state, row.counted.number, row.hand_ins_waiting) == ("submitted", 2, 0)
    assert not list(history.check_all())


def test_drafts_are_handed_in_where_marks_without_a_hand_in_were_taken_back_and_left(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    work.mark(drafted, cast.teacher, questions=[], score=Decimal(0))
    actions.return_grade(drafted, by=cast.teacher, without_submission=True, confirmed=True)
    actions.recall(drafted, reason="She was at the competition.", by=cast.teacher)
    time_machine.move_to(at("2026-05-01T09:29Z"), tick=False)
    assert reread(drafted).state == "in_review"
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert str(drafted.pk) in settled()
    assert transitions(drafted)[-2:] == ["T7", "T4a"]
    assert reread(drafted).handed_in_at == at("2026-05-01T09:00Z")
    assert not list(history.check_all())


def _saves_while_excused(cast: Cast, row: Submission) -> None:
    actions.excuse(row, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    actions.save_draft(row, body=work.body_for(row.assignment, "In bed."), if_rev=0, by=cast.student)
    actions.lift_excuse(row, by=cast.teacher)


def _saves_while_marks_without_a_hand_in_are_open(cast: Cast, row: Submission) -> None:
    work.mark(row, cast.teacher, questions=[], score=Decimal(0))
    actions.return_grade(row, by=cast.teacher, without_submission=True)
    actions.recall(row, reason="She was at the competition.", by=cast.teacher)
    actions.save_draft(row, body=work.body_for(row.assignment, "In bed."), if_rev=0, by=cast.student)


def _and_they_are_let_go(cast: Cast, row: Submission) -> None:
    _saves_while_marks_without_a_hand_in_are_open(cast, row)
    actions.release(row, by=cast.teacher)


@pytest.mark.parametrize(
    ("begins", "last"),
    [
        (_saves_while_excused, ["T14", "T15", "T4a"]),
        (_saves_while_marks_without_a_hand_in_are_open, ["T9u", "T7", "T4a"]),
        (_and_they_are_let_go, ["T9u", "T7", "T4a"]),
    ],
)
@pytest.mark.parametrize("first", ["the command", "a save"])
def test_a_draft_is_handed_in_at_the_close_though_the_work_counts_as_not_started(
    cast: Cast, submission: Submission, time_machine: Any, begins: Any, last: list[str], first: str
) -> None:
    begins(cast, submission)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert reread(submission).state_at(clock.now()) == "assigned"
    if first == "a save":
        actions.save_draft(submission, body=work.body_for(submission.assignment, "Late."), if_rev=1, by=cast.student)
    else:
        assert str(submission.pk) in settled()
    assert settled() == ""
    row = reread(submission)
    assert (row.state, row.handed_in_at, row.late_seconds) == ("submitted", at("2026-05-01T09:00Z"), 0)
    assert row.counted.body["answers"][0]["blocks"][0]["text"] == "In bed."
    assert transitions(submission)[-3:] == last
    assert not list(history.check_all())


def test_what_was_written_while_excused_stays_a_draft_while_she_is_and_where_it_says_nothing(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    actions.save_draft(submission, body=work.body_for(submission.assignment, "In bed."), if_rev=0, by=cast.student)
    other = work.submission_of(submission.assignment, cast.classmate)
    actions.excuse(other, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    actions.save_draft(other, body=work.body_for(submission.assignment, " "), if_rev=0, by=cast.classmate)
    actions.lift_excuse(other, by=cast.teacher)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert settled() == ""
    assert (reread(submission).state, reread(other).state) == ("excused", "assigned")
    actions.lift_excuse(submission, by=cast.teacher)
    assert str(submission.pk) in settled()
    assert reread(submission).handed_in_at == at("2026-05-01T09:00Z")


def test_marks_without_a_hand_in_come_after_what_the_close_brings(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    work.mark(drafted, cast.teacher, questions=[], score=Decimal(0))
    time_machine.move_to(at(WEEK_LATER), tick=False)
    with pytest.raises(StateConflict):
        actions.return_grade(drafted, by=cast.teacher, without_submission=True, confirmed=True)
    assert (reread(drafted).state, reread(drafted).counted.via) == ("submitted", "auto")
    assert not list(history.check_all())


def test_nothing_happens_in_an_archived_class_until_it_is_opened_again(
    cast: Cast, drafted: Submission, time_machine: Any
) -> None:
    archive(cast.room, by=cast.teacher)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    assert settled() == ""
    unarchive(cast.room, by=cast.teacher)
    assert str(drafted.pk) in settled()


def test_one_that_cannot_be_settled_holds_up_no_other(
    cast: Cast, drafted: Submission, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = work.submission_of(drafted.assignment, cast.classmate)
    actions.save_draft(other, body=work.body_for(drafted.assignment, "Mine."), if_rev=0, by=cast.classmate)
    time_machine.move_to(at(WEEK_LATER), tick=False)
    whole = actions.settle_close

    def some(pk: Any) -> bool:
        if pk == drafted.pk:
            raise ZeroDivisionError
        return whole(pk)

    monkeypatch.setattr(actions, "settle_close", some)
    with pytest.raises(CommandError, match="1 could not be settled"):
        call_command("settle_closes", stderr=io.StringIO(), stdout=io.StringIO())
    assert reread(other).state == "submitted"
