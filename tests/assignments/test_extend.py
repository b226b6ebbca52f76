"""More time for one student: a due time of her own, and what it makes of her work."""

import pytest
import time_machine

from accounts.actions import join_classroom
from assignments import actions, history
from assignments.models import Assignment, Extension, Submission, TimingDecision
from assignments.timing import Window
from assignments.words import explain_timing
from destalin_site.common.errors import DomainError, ValidationFailed
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw, which is ten in UTC."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


def extend(submission: Submission, by: object, until: str = "2026-05-03T12:00", reason: str = "Ill") -> Extension:
    return actions.extend(submission, due=due(until), reason=reason, by=by)  # type: ignore[arg-type]


def decisions(submission: Submission) -> list[tuple[int, str, str]]:
    rows = TimingDecision.objects.filter(attempt__submission=submission).order_by("id")
    return [(row.attempt.number, row.reason, row.result) for row in rows]


def intact(submission: Submission) -> bool:
    return not [fault for row, fault in history.check_all() if row.pk == submission.pk]


def test_more_time_is_for_one_student_alone(cast: Cast, submission: Submission) -> None:
    extend(submission, cast.teacher)
    hers, other = reread(submission), work.submission_of(submission.assignment, cast.classmate)
    assert (hers.due_at, hers.extended) == (at("2026-05-03T10:00Z"), True)
    assert (other.due_at, other.extended) == (at("2026-05-01T10:00Z"), False)
    assert hers.timing_at(at("2026-05-02T10:00Z")).result == "not_due"
    assert other.timing_at(at("2026-05-02T10:00Z")).result == "missing"


def test_work_handed_in_within_it_is_in_time(cast: Cast, submission: Submission) -> None:
    extend(submission, cast.teacher)
    work.hand_in(submission, received_at=at("2026-05-03T10:00:59Z"))
    assert decisions(submission) == [(1, "handed_in", "on_time")]
    assert reread(submission).late_seconds == 0


def test_the_decision_says_that_it_rests_on_the_extension(cast: Cast, submission: Submission) -> None:
    given = extend(submission, cast.teacher)
    attempt = work.hand_in(submission, received_at=at("2026-05-02T10:00Z")).attempt
    inputs = attempt.timings.get().inputs
    assert (inputs["extension"], inputs["before_extension"]) == (str(given.pk), "2026-05-01T10:00:00+00:00")
    told = explain_timing(reread(submission).timing_at(at("2026-05-04T10:00Z")), "Europe/Warsaw")
    assert "before the extended due time" in told


def test_given_afterwards_it_takes_the_lateness_off_every_attempt(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T11:00Z"))
    work.hand_in(submission, received_at=at("2026-05-02T11:00Z"))
    assert reread(submission).late_seconds == 24 * 3600 + 59 * 60
    extend(submission, cast.teacher)
    assert decisions(submission)[2:] == [(1, "extended", "on_time"), (2, "extended", "on_time")]
    assert reread(submission).late_seconds == 0
    assert intact(submission)


def test_who_gave_it_when_and_why_is_kept_in_the_events(cast: Cast, submission: Submission) -> None:
    extend(submission, cast.teacher, reason="  Ill for a week ")
    event = submission.events.in_order().last()
    assert event is not None
    assert (event.name, event.transition, event.actor, event.reason) == (
        "extend",
        "extend",
        cast.teacher,
        "Ill for a week",
    )
    assert event.facts == {"due": "2026-05-03T10:00:00Z", "before": "2026-05-01T10:00:00Z"}


def test_another_takes_the_place_of_the_first_and_the_same_again_changes_nothing(
    cast: Cast, submission: Submission
) -> None:
    first = extend(submission, cast.teacher)
    assert extend(submission, cast.co_teacher) == first
    second = extend(submission, cast.co_teacher, until="2026-05-02T12:00")
    first.refresh_from_db()
    assert (first.revoked_by, second.revoked_at) == (cast.co_teacher, None)
    assert reread(submission).due_at == at("2026-05-02T10:00Z")
    assert submission.events.filter(name="extend").count() == 2


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        ("2026-05-01T12:00", "Ill", "not-later"),
        ("2026-04-30T12:00", "Ill", "not-later"),
        ("2026-05-03T12:00", "  ", "reason-missing"),
    ],
)
def test_time_that_is_no_more_or_has_no_reason_is_not_given(
    cast: Cast, submission: Submission, until: str, reason: str, code: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        extend(submission, cast.teacher, until, reason)
    assert [error["code"] for error in refused.value.extra["errors"]] == [code]
    assert not Extension.objects.exists()
    extend(submission, cast.teacher)


def test_what_is_never_due_cannot_be_extended(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    with pytest.raises(ValidationFailed) as refused:
        extend(submission, cast.teacher)
    assert [error["code"] for error in refused.value.extra["errors"]] == ["no-due-date"]


def test_an_archived_class_gives_no_more_time(cast: Cast, submission: Submission) -> None:
    cast.room.archived_at = at("2026-06-30T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(DomainError) as refused:
        extend(submission, cast.teacher)
    assert refused.value.code == "class-archived"


def test_taken_back_it_ends_for_what_is_to_come_alone(cast: Cast, submission: Submission) -> None:
    extend(submission, cast.teacher)
    work.hand_in(submission, received_at=at("2026-05-02T10:00Z"))
    actions.revoke_extension(submission, by=cast.co_teacher)
    assert reread(submission).due_at == at("2026-05-01T10:00Z")
    assert reread(submission).late_seconds == 0
    assert reread(submission).timing_at(at("2026-05-04T10:00Z")).result == "on_time"
    work.hand_in(submission, received_at=at("2026-05-02T11:00Z"))
    assert reread(submission).late_seconds == 24 * 3600 + 59 * 60
    assert intact(submission)


def test_taking_back_twice_or_what_was_not_given_changes_nothing(cast: Cast, submission: Submission) -> None:
    before = reread(submission).version
    actions.revoke_extension(submission, by=cast.teacher)
    assert reread(submission).version == before
    extend(submission, cast.teacher)
    actions.revoke_extension(submission, by=cast.teacher)
    after = reread(submission).version
    actions.revoke_extension(submission, by=cast.teacher)
    assert reread(submission).version == after


def test_it_holds_the_assignment_open_for_her_alone(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T12:00Z"))
    hers, other = (work.submission_of(assignment, one) for one in (cast.student, cast.classmate))
    extend(hers, cast.teacher)
    moment = at("2026-05-03T09:00Z")
    assert reread(hers).window_at(moment) is Window.OPEN
    assert reread(other).window_at(moment) is Window.CLOSED
    with time_machine.travel(moment, tick=False):
        work.hand_in(hers, received_at=moment)
        with pytest.raises(DomainError) as closed:
            work.hand_in(other, received_at=moment)
    assert closed.value.code == "assignment-closed"


def test_a_moved_due_time_leaves_her_the_later_of_both(cast: Cast, submission: Submission) -> None:
    extend(submission, cast.teacher)
    assignment = submission.assignment
    for version, (moved, hers) in enumerate(
        [
            ("2026-05-02T12:00", "2026-05-03T10:00Z"),
            ("2026-05-05T12:00", "2026-05-05T10:00Z"),
            ("2026-04-28T12:00", "2026-05-03T10:00Z"),
        ],
        start=1,
    ):
        actions.update_assignment(assignment, if_version=version, by=cast.teacher, due=due(moved))
        assert reread(submission).due_at == at(hers)
    actions.update_assignment(assignment, if_version=4, by=cast.teacher, due=None)
    assert reread(submission).due_at is None


def test_who_joins_later_is_due_when_everybody_is(cast: Cast, assignment: Assignment) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=due("2026-05-02T12:00"))
    join_classroom(code=cast.room.join_code, by=cast.stranger)
    assert work.submission_of(assignment, cast.stranger).due_at == at("2026-05-02T10:00Z")
