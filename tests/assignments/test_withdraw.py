"""A student takes back what she handed in, and what counts then."""

from typing import Any

import pytest

from assignments import actions, history
from assignments.errors import AttemptsExhausted, BeingReviewed, StateConflict
from assignments.models import Assignment, Submission
from destalin_site.common.errors import Forbidden
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast, time_machine: Any) -> Assignment:
    """Due on the first of May at noon in Warsaw, and closed an hour later; it is the day before."""
    time_machine.move_to(at("2026-04-30T10:00Z"), tick=False)
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T11:00Z"))


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission)
    return reread(submission)


MORNING = at("2026-04-30T10:00Z")


def intact(submission: Submission) -> bool:
    return not [fault for row, fault in history.check_all() if row.pk == submission.pk]


def test_what_was_taken_back_does_not_count_and_is_kept(cast: Cast, handed_in: Submission) -> None:
    actions.withdraw(handed_in, by=cast.student)
    row = reread(handed_in)
    assert (row.state, row.counted, row.handed_in_at, row.late_seconds) == ("drafting", None, None, None)
    assert row.withdrawn == row.attempts.get()
    assert row.draft.body == row.withdrawn.body
    assert row.events.in_order().last().transition == "T5"
    assert row.timing_at(at("2026-05-01T10:01Z")).result == "missing"
    assert intact(row)


def test_taking_back_twice_changes_nothing(cast: Cast, handed_in: Submission) -> None:
    actions.withdraw(handed_in, by=cast.student)
    version = reread(handed_in).version
    actions.withdraw(handed_in, by=cast.student)
    assert reread(handed_in).version == version


def test_it_counts_again_at_the_close_with_its_own_time(cast: Cast, handed_in: Submission, time_machine: Any) -> None:
    actions.withdraw(handed_in, by=cast.student)
    time_machine.move_to(at("2026-05-08T10:00Z"), tick=False)
    assert actions.settle_close(handed_in.pk)
    row = reread(handed_in)
    assert (row.state, row.counted.number, row.withdrawn) == ("submitted", 1, None)
    assert (row.handed_in_at, row.late_seconds) == (at("2026-04-30T10:00Z"), 0)
    last = row.events.in_order().last()
    assert (last.transition, last.actor) == ("T5r", None)
    assert intact(row)


def test_where_the_teacher_wants_it_so_it_does_not_count_again(
    cast: Cast, handed_in: Submission, time_machine: Any
) -> None:
    given = handed_in.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, reinstates_at_close=False)
    actions.withdraw(handed_in, by=cast.student)
    time_machine.move_to(at("2026-05-08T10:00Z"), tick=False)
    assert not actions.settle_close(handed_in.pk)
    assert reread(handed_in).state == "drafting"


def test_another_hand_in_takes_its_place(cast: Cast, handed_in: Submission) -> None:
    actions.withdraw(handed_in, by=cast.student)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "Better."))
    row = reread(handed_in)
    assert (row.state, row.counted.number, row.withdrawn, row.withdrawals) == ("submitted", 2, None, 1)
    assert [attempt.number for attempt in row.attempts.all()] == [1, 2]
    assert intact(row)


def test_what_was_taken_back_leaves_as_many_hand_ins_as_before(cast: Cast, assignment: Assignment) -> None:
    actions.update_assignment(assignment, if_version=assignment.version, by=cast.teacher, attempts_limit=1)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission)
    with pytest.raises(AttemptsExhausted):
        work.hand_in(submission, work.body_for(assignment, "Better."))
    actions.withdraw(submission, by=cast.student)
    assert work.hand_in(submission, work.body_for(assignment, "Best.")).attempt.number == 2


@pytest.mark.parametrize("when", ["2026-05-01T10:00:59Z", "2026-05-01T10:01:00Z"])
def test_it_can_be_taken_back_until_it_is_due(cast: Cast, handed_in: Submission, time_machine: Any, when: str) -> None:
    time_machine.move_to(at(when), tick=False)
    if when.endswith("59Z"):
        assert actions.withdraw(handed_in, by=cast.student).state == "drafting"
    else:
        with pytest.raises(StateConflict):
            actions.withdraw(handed_in, by=cast.student)


def test_what_is_being_read_is_not_taken_back(cast: Cast, handed_in: Submission) -> None:
    actions.claim(handed_in, by=cast.teacher)
    with pytest.raises(BeingReviewed):
        actions.withdraw(handed_in, by=cast.student)
    actions.release(handed_in, by=cast.teacher)
    assert actions.withdraw(handed_in, by=cast.student).state == "drafting"


def test_it_is_taken_back_as_often_as_the_assignment_says(cast: Cast, handed_in: Submission) -> None:
    given = handed_in.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, withdrawals_limit=1)
    actions.withdraw(handed_in, by=cast.student)
    work.hand_in(handed_in, work.body_for(given, "Better."))
    with pytest.raises(StateConflict) as refused:
        actions.withdraw(handed_in, by=cast.student)
    assert "withdraw" not in refused.value.extra["allowed"]


def test_nobody_else_takes_it_back(cast: Cast, handed_in: Submission) -> None:
    with pytest.raises(Forbidden):
        actions.withdraw(handed_in, by=cast.teacher)


def test_marks_that_the_key_gave_are_there_again_with_the_hand_in(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    work.hand_in(submission, work.body_for(submission.assignment, single=[0], multiple=[1, 2]))
    given = submission.grades.get(status="draft")
    actions.withdraw(submission, by=cast.student)
    assert not reread(submission).grade_ready
    time_machine.move_to(at("2026-05-08T10:00Z"), tick=False)
    actions.settle_close(submission.pk)
    assert submission.grades.get(status="draft") == given


def test_ready_marks_of_what_was_taken_back_are_no_fault(cast: Cast) -> None:
    edition = work.make_edition()
    choices = [question["id"] for question in edition.read().questions if question["kind"] != "essay"]
    row = work.submission_of(work.make_assignment(cast, edition, questions=choices), cast.student)
    work.hand_in(row, work.body_for(row.assignment, single=[1], multiple=[1, 2]))
    assert reread(row).grade_ready
    actions.withdraw(reread(row), by=cast.student)
    assert not reread(row).grade_ready
    assert list(history.check_all()) == []


@pytest.mark.parametrize(
    "said",
    [{"late_seconds": 0}, {"first_handed_in_at": MORNING}, {"captured_at": MORNING, "captured_at_device": MORNING}],
)
def test_a_time_of_what_does_not_count_is_found(cast: Cast, handed_in: Submission, said: dict[str, Any]) -> None:
    actions.withdraw(handed_in, by=cast.student)
    assert intact(handed_in)
    Submission.objects.filter(pk=handed_in.pk).update(**said)
    assert not intact(handed_in)
