"""Work is given back to be revised, or improved by the student herself."""

from decimal import Decimal
from typing import Any

import pytest

from assignments import actions, history
from assignments.errors import ClaimHeld, StateConflict
from assignments.models import Assignment, Revision, Submission
from assignments.words import explain_timing
from destalin_site.common.errors import DomainError, ValidationFailed
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = "2026-05-04T10:00Z"
UNTIL = "2026-05-08T12:00"  # ten o'clock in UTC


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due and closed on the first of May at noon in Warsaw; one hand-in."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T10:00Z"), attempts_limit=1)


@pytest.fixture
def handed_in(submission: Submission, time_machine: Any) -> Submission:
    """A week before it was due; it is some days after that."""
    time_machine.move_to(at(NOW), tick=False)
    work.hand_in(submission, received_at=at("2026-04-25T10:00Z"))
    return reread(submission)


def asked(submission: Submission, by: Any, until: str = UNTIL, words: str = "Say who decided.") -> Revision:
    return actions.request_revision(submission, due=due(until), words=words, by=by)


def intact(submission: Submission) -> bool:
    return not [fault for row, fault in history.check_all() if row.pk == submission.pk]


def test_it_is_given_back_with_a_day_of_its_own_and_one_hand_in_more(cast: Cast, handed_in: Submission) -> None:
    asked(handed_in, cast.teacher)
    row = reread(handed_in)
    assert (row.state, row.due_at, row.due_from) == ("revising", at("2026-05-08T10:00Z"), "revision")
    assert row.effective_close == at("2026-05-08T10:00:59.999999Z")
    assert (row.attempts_limit, row.revisions) == (2, 1)
    other = work.submission_of(row.assignment, cast.classmate)
    assert other.due_at == at("2026-05-01T10:00Z")
    event = row.events.in_order().last()
    assert (event.transition, event.reason, event.actor) == ("T10", "Say who decided.", cast.teacher)
    assert intact(row)


def test_drafted_marks_come_into_sight_as_they_stand(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher, feedback="A good start.")
    asked(handed_in, cast.teacher)
    grade = reread(handed_in).returned_grade
    assert (grade.feedback, grade.final_score, grade.returned_by) == ("A good start.", Decimal(7), cast.teacher)
    assert actions.keep_grade(handed_in, by=cast.student).state == "returned"
    assert intact(handed_in)


def test_points_that_the_key_gave_by_itself_are_not_shown(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-04-25T10:00Z"), tick=False)
    work.hand_in(submission, work.body_for(submission.assignment, single=[0], multiple=[1, 2]))
    asked(submission, cast.teacher)
    grade = reread(submission).returned_grade
    assert (grade.marks, grade.final_score) == ([], None)
    assert intact(submission)


def test_marks_on_what_was_taken_back_never_take_the_place_of_the_grade(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher, feedback="The grade.")
    asked(handed_in, cast.teacher)
    body = work.body_for(handed_in.assignment, "Again.", single=[0])
    work.hand_in(handed_in, body, received_at=at("2026-05-05T10:00Z"))
    work.mark(handed_in, cast.teacher, feedback="For the second.")
    actions.release(handed_in, by=cast.teacher)
    actions.withdraw(handed_in, by=cast.student)
    actions.keep_grade(handed_in, by=cast.student)
    recalled = actions.recall(handed_in, reason="A slip", by=cast.teacher)
    assert (recalled.feedback, recalled.attempt.number) == ("The grade.", 1)
    assert intact(handed_in)


def test_points_of_some_questions_are_no_total(cast: Cast, handed_in: Submission) -> None:
    first = work.full_marks(handed_in.assignment)[:1]
    work.mark(handed_in, cast.teacher, questions=first, feedback="")
    asked(handed_in, cast.teacher)
    grade = reread(handed_in).returned_grade
    assert (grade.final_score, grade.entered_score, len(grade.marks)) == (None, None, 1)


def test_without_marks_the_words_are_what_to_go_by(cast: Cast, handed_in: Submission) -> None:
    with pytest.raises(ValidationFailed) as refused:
        asked(handed_in, cast.teacher, words=" ")
    assert refused.value.extra["errors"][0]["pointer"] == "/feedback"
    asked(handed_in, cast.teacher)
    assert reread(handed_in).returned_grade.final_score is None


def test_a_day_that_is_past_is_refused(cast: Cast, handed_in: Submission) -> None:
    with pytest.raises(ValidationFailed) as refused:
        asked(handed_in, cast.teacher, until="2026-05-04T11:59")
    assert refused.value.extra["errors"][0]["code"] == "not-ahead"
    assert reread(handed_in).state == "submitted"


def test_the_same_again_changes_nothing_and_another_takes_its_place(cast: Cast, handed_in: Submission) -> None:
    first = asked(handed_in, cast.teacher)
    assert asked(handed_in, cast.teacher) == first
    actions.keep_grade(handed_in, by=cast.teacher)
    second = asked(handed_in, cast.teacher, until="2026-05-09T12:00")
    assert [row.outcome for row in Revision.objects.order_by("at", "id")] == ["kept", ""]
    assert reread(handed_in).due_at == second.due_at
    assert intact(handed_in)


def test_who_is_graded_by_a_colleague_is_not_given_back(cast: Cast, handed_in: Submission) -> None:
    actions.claim(handed_in, by=cast.teacher)
    with pytest.raises(ClaimHeld):
        asked(handed_in, cast.co_teacher)
    assert asked(handed_in, cast.teacher).due_at == at("2026-05-08T10:00Z")


@pytest.mark.parametrize(
    ("received", "result", "seconds"),
    [("2026-05-08T10:00:59Z", "on_time", 0), ("2026-05-08T09:00Z", "on_time", 0)],
)
def test_a_revision_is_measured_by_its_own_day(
    cast: Cast, handed_in: Submission, received: str, result: str, seconds: int
) -> None:
    asked(handed_in, cast.teacher)
    made = work.hand_in(handed_in, work.body_for(handed_in.assignment, "The party decided."), received_at=at(received))
    assert (made.timing.result, made.timing.seconds, made.attempt.number) == (result, seconds, 2)
    told = explain_timing(reread(handed_in).timing_at(at("2026-05-09T10:00Z")), "Europe/Warsaw")
    assert told.startswith("The revision was handed in")
    assert intact(handed_in)


def test_until_then_what_came_before_it_is_not_called_the_revision(cast: Cast, handed_in: Submission) -> None:
    asked(handed_in, cast.teacher)
    decided = reread(handed_in).timing_at(at("2026-05-05T10:00Z"))
    assert (decided.result, decided.seconds) == ("on_time", 0)
    told = explain_timing(decided, "Europe/Warsaw")
    assert told.startswith("Handed in Saturday 25 April 2026, 12:00 Warsaw time (CEST), not late by the dates of then.")


def test_a_late_first_hand_in_stays_late_when_more_time_is_given_for_the_revision(
    cast: Cast, submission: Submission, time_machine: Any
) -> None:
    given = submission.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, closes_at=None)
    time_machine.move_to(at(NOW), tick=False)
    work.hand_in(submission, received_at=at("2026-05-01T12:00Z"))
    time_machine.move_to(at("2026-05-04T11:00Z"), tick=False)
    asked(submission, cast.teacher)
    actions.extend(submission, due=due("2026-05-10T12:00"), reason="Ill", by=cast.teacher)
    row = reread(submission)
    assert row.late_seconds == 7140
    assert (row.due_at, row.due_from) == (at("2026-05-10T10:00Z"), "extension")
    assert [decision.reason for decision in row.attempts.get().timings.all()] == ["handed_in"]
    assert intact(row)


def test_the_return_ends_it_and_a_recall_opens_it_again(cast: Cast, handed_in: Submission) -> None:
    asked(handed_in, cast.teacher)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "The party."), received_at=at("2026-05-05T10:00Z"))
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    assert Revision.objects.get().outcome == "returned"
    assert intact(handed_in)
    actions.recall(handed_in, reason="A slip", by=cast.teacher)
    assert Revision.objects.get().outcome == ""
    assert intact(handed_in)


def test_keeping_the_grade_ends_it_with_the_dates_of_before(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    asked(handed_in, cast.teacher)
    actions.save_draft(handed_in, body=work.body_for(handed_in.assignment, "No."), if_rev=1, by=cast.student)
    kept = actions.keep_grade(handed_in, by=cast.student)
    assert (kept.state, kept.due_at, kept.due_from) == ("returned", at("2026-05-01T10:00Z"), "")
    assert kept.returned_grade.final_score == 7
    assert kept.draft.rev == 2
    version = kept.version
    assert actions.keep_grade(handed_in, by=cast.student).version == version
    assert intact(kept)


def test_a_revision_that_was_forgotten_ends_at_its_close(cast: Cast, handed_in: Submission, time_machine: Any) -> None:
    asked(handed_in, cast.teacher)
    time_machine.move_to(at("2026-05-08T10:01:30Z"), tick=False)
    assert handed_in.pk not in actions.closes_to_settle()
    time_machine.move_to(at("2026-05-15T10:00Z"), tick=False)
    assert actions.closes_to_settle() == [handed_in.pk]
    assert actions.settle_close(handed_in.pk)
    assert not actions.settle_close(handed_in.pk)
    row = reread(handed_in)
    assert (row.state, row.events.in_order().last().transition) == ("returned", "T12")
    assert intact(row)


def test_what_is_handed_in_with_a_revision_can_be_taken_back_into_it(cast: Cast, handed_in: Submission) -> None:
    asked(handed_in, cast.teacher)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "The party."), received_at=at("2026-05-05T10:00Z"))
    row = actions.withdraw(handed_in, by=cast.student)
    assert (row.state, row.counted.number, row.withdrawn.number) == ("revising", 1, 2)
    assert intact(row)


def test_more_time_for_a_revision_ends_with_it(cast: Cast, submission: Submission, time_machine: Any) -> None:
    given = submission.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, closes_at=None)
    time_machine.move_to(at(NOW), tick=False)
    work.hand_in(submission, received_at=at("2026-05-01T12:00Z"))
    for minutes, act in enumerate(
        (
            lambda: asked(submission, cast.teacher),
            lambda: actions.extend(submission, due=due("2026-05-10T12:00"), reason="Ill", by=cast.teacher),
            lambda: actions.keep_grade(submission, by=cast.student),
        )
    ):
        time_machine.move_to(at(f"2026-05-04T11:0{minutes}Z"), tick=False)
        act()
    row = reread(submission)
    assert (row.due_at, row.extended, row.late_seconds) == (at("2026-05-01T10:00Z"), False, 7140)
    given.refresh_from_db()
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, grace_seconds=60)
    assert reread(submission).late_seconds == 7140
    assert intact(row)


def test_what_came_before_the_revision_was_asked_for_is_measured_by_the_dates_of_then(
    cast: Cast, handed_in: Submission, time_machine: Any
) -> None:
    with pytest.raises(DomainError):
        work.hand_in(handed_in, work.body_for(handed_in.assignment, "Late."), received_at=at("2026-05-02T10:00Z"))
    time_machine.move_to(at("2026-05-04T11:00Z"), tick=False)
    asked(handed_in, cast.teacher)
    made = actions.accept_parked(handed_in.parked.get(), by=cast.teacher)
    assert made.timing.result == "late"


# ------------------------------------------------------------------------------------------------ improved by herself


@pytest.fixture
def improvable(cast: Cast, submission: Submission, time_machine: Any) -> Submission:
    """Returned; may be handed in again until the tenth of May."""
    given = submission.assignment
    changes = {"resubmission": True, "resubmit_until": at("2026-05-10T10:00Z"), "attempts_limit": None}
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, closes_at=None, **changes)
    return submission


def returned(submission: Submission, by: Any, received: str, time_machine: Any) -> Submission:
    time_machine.move_to(at(NOW), tick=False)
    work.hand_in(submission, received_at=at(received))
    work.mark(submission, by)
    actions.return_grade(submission, by=by)
    return reread(submission)


@pytest.mark.parametrize(("received", "seconds"), [("2026-04-25T10:00Z", 0), ("2026-05-01T12:00Z", 7140)])
def test_what_she_improves_by_herself_is_as_late_as_the_first(
    cast: Cast, improvable: Submission, time_machine: Any, received: str, seconds: int
) -> None:
    row = returned(improvable, cast.teacher, received, time_machine)
    again = work.hand_in(row, work.body_for(row.assignment, "Improved."), received_at=at("2026-05-09T10:00Z"))
    assert (again.timing.rule, again.timing.seconds) == ("inherited", seconds)
    row = reread(row)
    assert (row.state, row.late_seconds, row.returned_grade.attempt.number) == ("submitted", seconds, 1)
    assert "The first one decides" in explain_timing(row.timing_at(at("2026-05-10T10:00Z")), "Europe/Warsaw")
    assert intact(row)


def test_a_first_save_after_the_return_reopens_it_and_the_grade_stays_in_sight(
    cast: Cast, improvable: Submission, time_machine: Any
) -> None:
    row = returned(improvable, cast.teacher, "2026-04-25T10:00Z", time_machine)
    actions.save_draft(row, body=work.body_for(row.assignment, "Improved."), if_rev=1, by=cast.student)
    row = reread(row)
    assert (row.state, row.returned_grade.final_score) == ("revising", 7)
    time_machine.move_to(at("2026-05-20T10:00Z"), tick=False)
    assert actions.closes_to_settle() == [row.pk]
    actions.settle_close(row.pk)
    assert reread(row).state == "returned"
    assert intact(row)


@pytest.mark.parametrize("change", [{"resubmission": False, "resubmit_until": None}, {"resubmit_until": at(NOW)}])
def test_it_is_improved_only_where_and_while_that_is_allowed(
    cast: Cast, improvable: Submission, time_machine: Any, change: dict[str, Any]
) -> None:
    row = returned(improvable, cast.teacher, "2026-04-25T10:00Z", time_machine)
    time_machine.move_to(at("2026-05-09T10:00Z"), tick=False)
    given = row.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, **change)
    with pytest.raises(StateConflict) as refused:
        work.hand_in(row, work.body_for(given, "Improved."), received_at=at("2026-05-09T10:00Z"))
    assert refused.value.extra["parked_copy"]["kind"] == "submit"
    actions.save_draft(row, body=work.body_for(given, "Improved."), if_rev=1, by=cast.student)
    assert reread(row).state == "returned"


def test_an_improved_version_is_replaced_and_taken_back_while_it_may_be_improved(
    cast: Cast, improvable: Submission, time_machine: Any
) -> None:
    given = improvable.assignment
    given.refresh_from_db()
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, closes_at=at("2026-05-01T11:00Z"))
    row = returned(improvable, cast.teacher, "2026-04-25T10:00Z", time_machine)
    work.hand_in(row, work.body_for(given, "Improved."), received_at=at("2026-05-09T10:00Z"))
    again = work.hand_in(row, work.body_for(given, "Better still."), received_at=at("2026-05-09T11:00Z"))
    assert again.attempt.number == 3
    assert reread(row).effective_close == at("2026-05-10T10:00Z")


def test_what_is_inherited_stays_so_when_dates_move(cast: Cast, improvable: Submission, time_machine: Any) -> None:
    row = returned(improvable, cast.teacher, "2026-05-01T12:00Z", time_machine)
    time_machine.move_to(at("2026-05-05T10:00Z"), tick=False)
    asked(row, cast.teacher)
    work.hand_in(row, work.body_for(row.assignment, "Revised."), received_at=at("2026-05-05T11:00Z"))
    work.mark(row, cast.teacher)
    actions.return_grade(row, by=cast.teacher)
    time_machine.move_to(at("2026-05-09T10:00Z"), tick=False)
    work.hand_in(row, work.body_for(row.assignment, "Improved."), received_at=at("2026-05-09T10:00Z"))
    assert reread(row).late_seconds == 7140
    given = row.assignment
    given.refresh_from_db()
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, closes_at=at("2026-06-01T10:00Z"))
    actions.give_dates(given, students=[cast.student.pk], due=due("2026-05-02T12:00"), reason="X", by=cast.teacher)
    assert intact(row)
    assert reread(row).late_seconds == 0  # by the dates of the first round, which are kinder now


def test_a_revision_that_was_returned_shuts_nothing_that_never_closes(
    cast: Cast, improvable: Submission, time_machine: Any
) -> None:
    given = improvable.assignment
    given.refresh_from_db()
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, resubmit_until=None)
    row = returned(improvable, cast.teacher, "2026-04-25T10:00Z", time_machine)
    asked(row, cast.teacher)
    assert reread(row).effective_close is not None
    work.hand_in(row, work.body_for(given, "Revised."), received_at=at("2026-05-05T10:00Z"))
    work.mark(row, cast.teacher)
    actions.return_grade(row, by=cast.teacher)
    assert reread(row).effective_close is None
    work.hand_in(row, work.body_for(given, "Improved."), received_at=at("2026-05-20T10:00Z"))
    assert intact(row)
