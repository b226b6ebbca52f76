"""A student asks for more time, and somebody who grades answers."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from accounts import actions as people
from assignments import actions, facts, history
from assignments.errors import AnsweredAlready, ClassArchived, StateConflict
from assignments.models import Assignment, Excuse, Extension, ExtensionRequest, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DAY_BEFORE = "2026-04-30T10:00Z"


@pytest.fixture(autouse=True)
def clocks() -> Any:
    with time_machine.travel(DAY_BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw, which is ten in UTC."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


def ask(submission: Submission, until: str | None = "2026-05-03T12:00", reason: str = "A fever") -> ExtensionRequest:
    wish = due(until) if until else None
    return actions.ask_more_time(submission, reason=reason, wish=wish, by=submission.student)


def events(submission: Submission) -> list[tuple[str, str]]:
    return [(event.name, event.transition) for event in submission.events.in_order()][1:]


def allowed(submission: Submission) -> set[str]:
    row = Submission.objects.with_facts().get(pk=submission.pk)
    return set(facts.possible(row, person=row.student, now=clock.now())["allowed"])


def intact() -> bool:
    return not list(history.check_all())


def codes(refused: pytest.ExceptionInfo[ValidationFailed]) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in refused.value.extra["errors"]]


def test_a_student_asks_and_one_request_waits_at_a_time(submission: Submission) -> None:
    request = ask(submission, reason="  A fever ")
    assert (request.reason, request.due_at, request.waiting) == ("A fever", at("2026-05-03T10:00Z"), True)
    assert reread(submission).asks_more_time
    assert ask(submission) == request
    with pytest.raises(StateConflict):
        ask(submission, reason="Another reason")
    assert events(submission) == [("ask_more_time", "ask")]
    assert intact()


def test_no_time_needs_to_be_named(submission: Submission) -> None:
    assert ask(submission, until=None).due is None


@pytest.mark.parametrize(
    ("until", "reason", "error"),
    [
        ("2026-05-03T12:00", " ", ("/reason", "reason-missing")),
        ("2026-05-01T12:00", "A fever", ("/due", "not-later-than-yours")),
        ("2026-04-01T12:00", "A fever", ("/due", "not-later-than-yours")),
    ],
)
def test_a_request_has_a_reason_and_a_later_time(
    submission: Submission, until: str, reason: str, error: tuple[str, str]
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        ask(submission, until, reason)
    assert codes(refused) == [error]
    assert not ExtensionRequest.objects.exists()
    ask(submission)


def test_what_is_wished_lies_ahead_where_nothing_is_handed_in(submission: Submission, clocks: Any) -> None:
    clocks.move_to(at("2026-05-05T10:00Z"))
    with pytest.raises(ValidationFailed) as refused:
        ask(submission, "2026-05-03T12:00")
    assert codes(refused) == [("/due", "not-ahead")]
    assert ask(submission, "2026-05-06T12:00").waiting


def test_what_came_late_may_still_ask_and_what_is_not_due_yet_has_no_need(
    cast: Cast, submission: Submission, clocks: Any
) -> None:
    work.hand_in(submission)
    with pytest.raises(StateConflict):
        ask(submission)
    clocks.move_to(at("2026-05-02T10:00Z"))
    work.hand_in(submission, received_at=at("2026-05-02T10:00Z"))
    request = ask(submission, "2026-05-02T12:00")
    actions.grant_request(request, if_version=1, by=cast.teacher)
    assert reread(submission).late_seconds == 0
    assert intact()


@pytest.mark.parametrize("how", ["never due", "excused", "removed", "archived", "returned", "not open"])
def test_who_cannot_be_helped_by_more_time_cannot_ask(cast: Cast, submission: Submission, how: str) -> None:
    match how:
        case "never due":
            submission = work.submission_of(work.make_assignment(cast), cast.student)
        case "not open":
            shut = work.make_assignment(cast, opens_at=at("2026-05-02T10:00Z"), due=due("2026-05-05T12:00"))
            submission = work.submission_of(shut, cast.student)
        case "excused":
            actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
        case "removed":
            member = cast.room.memberships.get(user=cast.student)
            people.remove_member(member, by=cast.teacher)
        case "archived":
            people.archive(cast.room, by=cast.teacher)
        case "returned":
            work.hand_in(submission)
            work.mark(submission, cast.teacher)
            actions.return_grade(submission, by=cast.teacher)
    assert "ask_more_time" not in allowed(submission)
    with pytest.raises((StateConflict, ClassArchived, ValidationFailed, Exception)) as refused:
        ask(reread(submission), "2026-05-09T12:00")
    assert refused.value.code in ("state-conflict", "class-archived", "validation-failed", "not-open-yet")  # type: ignore[attr-defined]
    assert not ExtensionRequest.objects.exists()


def test_while_nobody_has_answered_she_changes_it_and_takes_it_back(submission: Submission) -> None:
    request = ask(submission)
    by = submission.student
    changed = actions.change_request(request, reason="A worse fever", wish=None, if_version=1, by=by)
    assert (changed.reason, changed.due, changed.version) == ("A worse fever", None, 2)
    with pytest.raises(VersionStale):
        actions.change_request(request, reason="An old page", wish=None, if_version=1, by=by)
    actions.withdraw_request(submission, by=by)
    actions.withdraw_request(submission, by=by)
    request.refresh_from_db()
    assert (request.answer, request.answered_by, reread(submission).asks_more_time) == ("withdrawn", by, False)
    with pytest.raises(AnsweredAlready):
        actions.change_request(request, reason="Too late", wish=None, if_version=3, by=by)
    assert [name for name, _number in events(submission)] == ["ask_more_time", "request changed", "request taken back"]
    assert ask(submission, reason="Another reason").waiting
    assert intact()


def test_it_is_granted_as_wished_with_her_reason(cast: Cast, submission: Submission) -> None:
    request = actions.grant_request(ask(submission), words="Get well.", if_version=1, by=cast.teacher)
    given = Extension.objects.get()
    assert (request.answer, request.extension, request.words) == ("granted", given, "Get well.")
    assert (given.due_at, given.reason, given.by) == (at("2026-05-03T10:00Z"), "A fever", cast.teacher)
    assert (reread(submission).due_at, reread(submission).asks_more_time) == (given.due_at, False)
    assert events(submission) == [("ask_more_time", "ask"), ("extend", "extend")]
    assert intact()


def test_another_time_may_be_granted_and_has_to_be_where_none_was_wished(cast: Cast, submission: Submission) -> None:
    request = ask(submission, until=None)
    with pytest.raises(ValidationFailed) as refused:
        actions.grant_request(request, if_version=1, by=cast.teacher)
    assert codes(refused) == [("/due", "no-wish")]
    actions.grant_request(request, due=due("2026-05-02T12:00"), if_version=1, by=cast.teacher)
    assert reread(submission).due_at == at("2026-05-02T10:00Z")


def test_it_is_declined_with_words(cast: Cast, submission: Submission) -> None:
    request = ask(submission)
    with pytest.raises(ValidationFailed) as refused:
        actions.decline_request(request, words=" ", if_version=1, by=cast.teacher)
    assert codes(refused) == [("/words", "reason-missing")]
    declined = actions.decline_request(request, words="It has been due for a month.", if_version=1, by=cast.teacher)
    assert (declined.answer, declined.words) == ("declined", "It has been due for a month.")
    assert not reread(submission).asks_more_time
    assert not Extension.objects.exists()
    assert events(submission)[-1] == ("more time declined", "")
    assert intact()


def test_the_second_of_two_who_answer_is_told_who_was_first(cast: Cast, submission: Submission) -> None:
    request = ask(submission)
    actions.decline_request(request, words="No.", if_version=1, by=cast.teacher)
    with pytest.raises(AnsweredAlready) as told:
        actions.grant_request(request, if_version=1, by=cast.co_teacher)
    assert str(cast.teacher) in str(told.value.detail)
    assert not Extension.objects.exists()


def test_nobody_answers_what_she_no_longer_asks(cast: Cast, submission: Submission) -> None:
    request = ask(submission)
    actions.change_request(request, reason="Only a day", wish=due("2026-05-02T12:00"), if_version=1, by=cast.student)
    with pytest.raises(VersionStale):
        actions.grant_request(request, if_version=1, by=cast.teacher)
    with pytest.raises(VersionStale):
        actions.decline_request(request, words="No.", if_version=1, by=cast.teacher)
    actions.grant_request(request, if_version=2, by=cast.teacher)
    assert reread(submission).due_at == at("2026-05-02T10:00Z")


def test_more_time_that_is_given_without_an_answer_is_one(cast: Cast, submission: Submission) -> None:
    actions.extend(submission, due=due("2026-05-02T12:00"), reason="Ill", by=cast.teacher)
    request = ask(submission)
    # The very same once more is an answer too.
    given = actions.extend(submission, due=due("2026-05-02T12:00"), reason="Ill", by=cast.co_teacher)
    request.refresh_from_db()
    assert (request.answer, request.extension, request.answered_by) == ("granted", given, cast.co_teacher)
    assert not reread(submission).asks_more_time
    assert intact()


def test_a_request_waits_while_she_is_excused_or_away_and_in_an_archived_class(
    cast: Cast, submission: Submission
) -> None:
    request = ask(submission)
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    assert not ExtensionRequest.objects.to_answer().exists()
    actions.lift_excuse(submission, by=cast.teacher)
    assert ExtensionRequest.objects.to_answer().get() == request
    people.archive(cast.room, by=cast.teacher)
    for act in (
        lambda: actions.withdraw_request(reread(submission), by=cast.student),
        lambda: actions.decline_request(request, words="No.", if_version=1, by=cast.teacher),
        lambda: actions.grant_request(request, if_version=1, by=cast.teacher),
        lambda: actions.change_request(request, reason="Other", wish=None, if_version=1, by=cast.student),
    ):
        with pytest.raises(ClassArchived):
            act()
    people.unarchive(cast.room, by=cast.teacher)
    actions.withdraw_request(submission, by=cast.student)


def test_verifying_finds_a_request_that_waits_by_no_event(submission: Submission) -> None:
    Submission.objects.filter(pk=submission.pk).update(asks_more_time=True)
    assert not intact()
