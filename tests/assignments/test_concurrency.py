"""Many at once: one row, one receipt, nothing lost."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection, transaction

from accounts.actions import add_member
from accounts.models import User
from assignments import actions, errors, marks_moving
from assignments.actions import grading
from assignments.history import check_all
from assignments.models import Assignment, Attempt, Draft, Event, Grade, ParkedCopy, Submission
from destalin_site.common.errors import DomainError, VersionStale
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, schema
from tests.assignments import work
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(count: int, act: Callable[[int], Any], workers: int = 8) -> list[Any]:
    """What each of `count` calls answered or raised, begun together."""
    gate = threading.Barrier(workers)
    waiting = threading.local()

    def one(n: int) -> Any:
        if not hasattr(waiting, "passed"):
            waiting.passed = True
            gate.wait(timeout=30)
        try:
            return act(n)
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def mine() -> Submission:
    cast = make_cast()
    return work.submission_of(work.make_assignment(cast), cast.student)


def test_fifty_posts_of_one_attempt_make_one_row_and_the_same_receipt(mine: Submission) -> None:
    body, name = work.body_for(mine.assignment), uuid7()
    answers = at_once(50, lambda n: work.hand_in(mine, body, client_attempt_id=name).receipt)
    assert len(set(answers)) == 1
    assert Attempt.objects.count() == 1
    assert Event.objects.filter(submission=mine).count() == 2
    assert list(check_all()) == []


def test_fifty_posts_of_one_attempt_through_rest_make_one_row_and_the_same_receipt(mine: Submission) -> None:
    schema()  # made here once, and not in every thread
    credentials = ApiClient().as_(mine.student)._credentials
    sent = {
        "client_attempt_id": str(uuid7()),
        "edition": mine.assignment.edition_id,
        "body": work.body_for(mine.assignment),
    }

    def post(_n: int) -> Any:
        own = ApiClient()
        own.credentials(**credentials)
        return own.post(f"/api/v1/submissions/{mine.pk}/attempts", sent)

    answers = at_once(50, post, workers=50 if connection.vendor == "postgresql" else 16)
    assert {answer.status_code for answer in answers} == {201}
    assert len({orjson.dumps(answer.json()["receipt"]) for answer in answers}) == 1
    assert [answer.get("Idempotency-Replayed") for answer in answers].count(None) == 1
    assert Attempt.objects.count() == 1
    assert list(check_all()) == []


def test_parallel_bulk_returns_with_one_key_return_once_and_give_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    schema()
    cast = make_cast()
    assignment = work.make_assignment(cast)
    rows = list(assignment.submissions.select_related("student"))
    for row in rows:
        work.hand_in(row)
        work.mark(row, cast.teacher)
    credentials = ApiClient().as_(cast.teacher)._credentials
    key = {"Idempotency-Key": str(uuid7())}
    whole = grading.return_grade

    def slow(submission: Submission, **said: Any) -> Any:
        time.sleep(0.1)
        return whole(submission, **said)

    monkeypatch.setattr(grading, "return_grade", slow)

    def post(_n: int) -> Any:
        own = ApiClient()
        own.credentials(**credentials)
        body = {"submissions": [str(row.pk) for row in rows]}
        return own.post(f"/api/v1/assignments/{assignment.pk}/returns", body, headers=key)

    answers = [*at_once(4, post, workers=4), post(0)]
    assert [row["status"] for row in answers[0].json()["results"]] == [200, 200]
    assert len({orjson.dumps(answer.json()) for answer in answers}) == 1
    assert [answer.get("Idempotency-Replayed") for answer in answers].count(None) == 1
    assert Event.objects.filter(name="return").count() == 2
    assert list(check_all()) == []


@pytest.mark.postgres_only
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody reads while another moves")
def test_who_waits_to_hand_in_while_the_due_time_moves_is_held_to_the_new_one() -> None:
    assignment = work.make_assignment(make_cast(), due=work.due("2026-05-01T12:00"))
    mine = assignment.submissions.select_related("student").first()
    teacher = assignment.created_by
    assert mine is not None
    assert teacher is not None
    body = work.body_for(assignment)

    def student() -> None:
        try:
            work.hand_in(mine, body, received_at=work.at("2026-05-01T10:31:00Z"))
        finally:
            connection.close()

    waiting = threading.Thread(target=student)
    with transaction.atomic():
        actions.update_assignment(assignment, if_version=1, by=teacher, due=work.due("2026-05-01T12:40"))
        waiting.start()
        _until_somebody_waits_for_a_lock()
    waiting.join(timeout=30)
    mine.refresh_from_db()
    assert (mine.attempt_count, mine.late_seconds) == (1, 0)


@pytest.mark.postgres_only
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody reads while another moves")
def test_who_hands_in_before_the_due_time_moves_is_decided_again() -> None:
    assignment = work.make_assignment(make_cast(), due=work.due("2026-05-01T12:00"))
    mine = assignment.submissions.select_related("student").first()
    teacher = assignment.created_by
    assert mine is not None
    assert teacher is not None

    def move() -> None:
        try:
            actions.update_assignment(assignment, if_version=1, by=teacher, due=work.due("2026-05-01T12:40"))
        finally:
            connection.close()

    moving = threading.Thread(target=move)
    with transaction.atomic():
        work.hand_in(mine, received_at=work.at("2026-05-01T10:31:00Z"))
        moving.start()
        _until_somebody_waits_for_a_lock()
    moving.join(timeout=30)
    mine.refresh_from_db()
    assert (mine.attempt_count, mine.late_seconds) == (1, 0)


def _until_somebody_waits_for_a_lock() -> None:
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_fifty_different_posts_make_fifty_attempts_in_a_row(mine: Submission) -> None:
    at_once(50, lambda n: work.hand_in(mine, work.body_for(mine.assignment, f"Version {n}")))
    assert [attempt.number for attempt in mine.attempts.order_by("number")] == list(range(1, 51))
    assert list(check_all()) == []


def test_of_many_saves_upon_one_rev_one_wins_and_the_others_are_parked(mine: Submission) -> None:
    actions.save_draft(mine, body=work.body_for(mine.assignment, "Start"), if_rev=0, by=mine.student)
    answers = at_once(
        20,
        lambda n: actions.save_draft(
            mine, body=work.body_for(mine.assignment, f"Device {n}"), if_rev=1, by=mine.student
        ),
    )
    assert sum(isinstance(answer, Draft) for answer in answers) == 1
    assert all(isinstance(answer, Draft | VersionStale) for answer in answers)
    assert ParkedCopy.objects.count() == 19
    assert list(check_all()) == []


def test_first_saves_at_once_make_one_draft(mine: Submission) -> None:
    answers = at_once(
        20,
        lambda n: actions.save_draft(
            mine, body=work.body_for(mine.assignment, f"Device {n}"), if_rev=0, by=mine.student
        ),
    )
    assert sum(isinstance(answer, Draft) for answer in answers) == 1
    assert ParkedCopy.objects.count() == 19


def test_who_comes_back_while_something_is_assigned_does_not_fall_between_the_two() -> None:
    cast, edition = make_cast(), work.make_edition()

    def act(n: int) -> Any:
        if n:
            return add_member(cast.room, username="removed", role="student", by=cast.teacher)
        return work.make_assignment(cast, edition)

    for answer in at_once(2, act, workers=2):
        assert not isinstance(answer, DomainError)
    assert Submission.objects.filter(student=cast.removed).count() == 1


def test_a_claim_and_a_replacement_at_once_end_in_one_order_or_the_other(mine: Submission) -> None:
    work.hand_in(mine)
    teacher = mine.assignment.created_by
    assert teacher is not None

    def act(n: int) -> Any:
        if n % 2:
            return actions.claim(mine, by=teacher)
        return work.hand_in(mine, work.body_for(mine.assignment, "Newer"))

    answers = at_once(2, act, workers=2)
    mine.refresh_from_db()
    assert mine.state == "in_review"
    if isinstance(answers[0], errors.BeingReviewed):
        assert (mine.attempt_count, mine.hand_ins_waiting) == (1, 1)
    else:
        assert (mine.attempt_count, mine.hand_ins_waiting) == (2, 0)
    assert list(check_all()) == []


def test_a_claim_and_taking_back_at_once_end_in_one_order_or_the_other(mine: Submission) -> None:
    work.hand_in(mine)
    teacher = mine.assignment.created_by
    assert teacher is not None
    answers = at_once(
        2, lambda n: actions.claim(mine, by=teacher) if n else actions.withdraw(mine, by=mine.student), workers=2
    )
    mine.refresh_from_db()
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert len(refused) == 1
    assert mine.state == ("in_review" if refused[0] is answers[0] else "drafting")
    assert refused[0].extra["state"] == mine.state
    assert list(check_all()) == []


def test_of_two_graders_who_begin_at_once_one_has_it_and_the_other_is_told_who(mine: Submission) -> None:
    work.hand_in(mine)
    graders, version = graders_of(mine), mine.grades.newest_version()
    answers = at_once(2, lambda n: work.mark(mine, graders[n], if_version=version), workers=2)
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    mine.refresh_from_db()
    assert [type(answer) for answer in refused] == [errors.ClaimHeld]
    assert refused[0].extra["holder"]["id"] == str(mine.claimed_by_id)
    assert mine.grades.get().saved_by_id == mine.claimed_by_id
    assert list(check_all()) == []


def test_of_two_screens_of_one_grader_the_second_save_is_told_that_there_are_newer_marks(mine: Submission) -> None:
    work.hand_in(mine)
    grader = graders_of(mine)[0]
    version = work.mark(mine, grader).version
    answers = at_once(8, lambda n: work.mark(mine, grader, if_version=version, feedback=f"From screen {n}."), workers=8)
    assert sorted(type(answer).__name__ for answer in answers) == ["Grade"] + ["VersionStale"] * 7
    kept = next(answer for answer in answers if not isinstance(answer, DomainError))
    assert (mine.grades.get().feedback, mine.grades.get().version) == (kept.feedback, version + 1)
    assert list(check_all()) == []


@pytest.fixture
def at_its_close(time_machine: Any) -> Submission:
    """A draft of which one hand-in is allowed and which the site hands in; the close was five minutes ago."""
    time_machine.move_to(work.at("2026-05-01T11:00Z"), tick=True)
    cast = make_cast()
    close = {"closes_at": work.at("2026-05-01T12:00Z"), "hands_in_at_close": True, "attempts_limit": 1}
    row = work.submission_of(work.make_assignment(cast, **close), cast.student)
    actions.save_draft(row, body=work.body_for(row.assignment, "So far."), if_rev=0, by=row.student)
    time_machine.move_to(work.at("2026-05-01T12:05Z"), tick=True)
    return row


def test_a_hand_in_that_came_in_time_counts_whether_or_not_the_site_is_before_it(at_its_close: Submission) -> None:
    row = at_its_close

    def act(n: int) -> Any:
        if n % 2:
            return actions.settle_close(row.pk)
        return work.hand_in(row, work.body_for(row.assignment, "In time."), received_at=work.at("2026-05-01T11:59:59Z"))

    answers = at_once(2, act, workers=2)
    row.refresh_from_db()
    assert isinstance(answers[0], actions.HandedIn)
    assert (row.state, row.counted) == ("submitted", answers[0].attempt)
    assert [attempt.via for attempt in row.attempts.order_by("number")] == (["auto"] if answers[1] else []) + [
        "student"
    ]
    assert list(check_all()) == []


def test_of_many_that_settle_one_close_one_does(at_its_close: Submission) -> None:
    answers = at_once(8, lambda n: actions.settle_close(at_its_close.pk))
    assert sorted(answers) == [False] * 7 + [True]
    assert at_its_close.attempts.get().via == "auto"
    assert list(check_all()) == []


def graders_of(row: Submission) -> list[User]:
    members = row.assignment.classroom.memberships.exclude(role="student").exclude(role="assistant")
    return [member.user for member in members.select_related("user").order_by("pk")]


def test_returns_and_changes_of_what_counts_at_once_leave_the_mark_that_counts() -> None:
    cast = make_cast()
    given = work.make_assignment(cast, resubmission=True)
    rows = list(given.submissions.select_related("student", "assignment__classroom"))
    policies = ("best", "first", "latest")

    def act(n: int) -> None:
        row = work.reread(rows[n % len(rows)])
        if n % 3 == 0:
            assignment = Assignment.objects.select_related("classroom").get(pk=given.pk)
            counts = policies[(n // 3) % 3]
            tag = marks_moving.preview(assignment, counts).tag
            actions.change_counts(assignment, counts=counts, preview=tag, by=cast.teacher)
        else:
            work.hand_in(row)
            work.mark(row, cast.teacher, questions=[], score=Decimal(7 - n % 7))
            actions.return_grade(row, by=cast.teacher)

    at_once(24, act, workers=4)
    assert Grade.objects.filter(status="returned").exists()
    assert list(check_all()) == []
