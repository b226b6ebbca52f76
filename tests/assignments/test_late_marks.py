"""What lateness costs: taken off by a policy, told to everybody, and given back whole by a kinder date."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, grade_log, history
from assignments.models import Assignment, Grade, Submission
from destalin_site.common.errors import ValidationFailed
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

POLICY: dict[str, Any] = {"late_percent": 10, "late_every_seconds": 86_400, "late_floor_percent": 0}
TWO_DAYS_LATE = "2026-05-02T11:00Z"  # the second day has begun


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Seven points, due on the first of May at noon in Warsaw; each day that has begun takes off ten per cent."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), **POLICY)


@pytest.fixture
def late(submission: Submission) -> Submission:
    work.hand_in(submission, received_at=at(TWO_DAYS_LATE))
    return submission


def scores(grade: Grade) -> tuple[str, str, str]:
    """Entered, taken off, left."""
    grade.refresh_from_db()
    return f"{grade.entered_score:.2f}", f"{grade.deducted:.2f}", f"{grade.final_score:.2f}"


def returned(submission: Submission, cast: Cast) -> Grade:
    work.mark(submission, cast.teacher)
    return actions.return_grade(submission, by=cast.teacher)


def test_lateness_takes_its_share_and_leaves_what_was_entered(cast: Cast, late: Submission) -> None:
    grade = work.mark(late, cast.teacher)
    assert scores(grade) == ("7.00", "1.40", "5.60")
    assert scores(actions.return_grade(late, by=cast.teacher)) == ("7.00", "1.40", "5.60")


def test_without_a_policy_or_in_time_nothing_is_taken(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T10:00:59Z"))
    assert scores(work.mark(submission, cast.teacher)) == ("7.00", "0.00", "7.00")
    plain = work.submission_of(work.make_assignment(cast, due=due("2026-05-01T12:00")), cast.student)
    work.hand_in(plain, received_at=at(TWO_DAYS_LATE))
    assert scores(work.mark(plain, cast.teacher)) == ("7.00", "0.00", "7.00")


@pytest.mark.parametrize(
    ("points", "taken", "left"), [("7", "0.70", "6.30"), ("7.15", "0.715", "6.29")], ids=["whole", "a fraction"]
)
def test_what_is_taken_off_is_told_so_that_the_sum_comes_out(
    cast: Cast, api: ApiClient, client: Client, points: str, taken: str, left: str
) -> None:
    """Seven less 0.72, as it would be rounded, is not 6.29."""
    policy = {**POLICY, "late_percent": 5, "points": Decimal(points)}
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), **policy)
    submission = work.submission_of(given, cast.student)
    work.hand_in(submission, received_at=at(TWO_DAYS_LATE))
    returned(submission, cast)
    (grade,) = api.as_(cast.student).get(f"/api/v1/submissions/{submission.pk}/grades").json()["results"]
    assert (grade["entered_score"], grade["deducted"], grade["final_score"]) == ("7.00", taken, left)
    shown = taken.rstrip("0")
    client.force_login(cast.student)
    assert f"{shown} taken off" in client.get(reverse("feedback", args=[submission.pk])).content.decode()
    client.force_login(cast.teacher)
    assert f"7 less {shown} for lateness" in client.get(reverse("grade", args=[submission.pk])).content.decode()


def test_points_by_the_key_bear_it_as_well(cast: Cast, submission: Submission) -> None:
    body = work.body_for(submission.assignment, single=[0], multiple=[1, 2])
    work.hand_in(submission, body, received_at=at(TWO_DAYS_LATE))
    grade = Grade.objects.get()
    assert grade.entered_score is not None
    assert grade.final_score == grade.entered_score - grade.deducted
    assert grade.deducted == Decimal("1.4") or grade.entered_score < Decimal("1.4")


def test_the_floor_is_left(cast: Cast, late: Submission) -> None:
    actions.update_assignment(late.assignment, if_version=1, by=cast.teacher, late_percent=50, late_floor_percent=30)
    assert scores(work.mark(late, cast.teacher)) == ("7.00", "4.90", "2.10")


def test_more_time_gives_a_score_in_sight_back_whole_and_says_so(cast: Cast, late: Submission) -> None:
    grade = returned(late, cast)
    version = grade.version
    actions.extend(late, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    assert scores(grade) == ("7.00", "0.00", "7.00")
    assert grade.version > version
    entry = grade_log.of(reread(late), viewer=cast.student)[-1]
    assert (entry.what, entry.old, entry.new) == ("rescored", Decimal("5.60"), Decimal("7.00"))
    [line, *_rest] = grade_log.lines(grade_log.of(reread(late), viewer=cast.student), "Europe/Warsaw")
    assert "gave more time" in line.words
    assert line.reason == ""
    assert not [fault for row, fault in history.check_all() if row.pk == late.pk]


def test_marks_that_are_drafted_follow_without_a_word_to_the_student(cast: Cast, late: Submission) -> None:
    grade = work.mark(late, cast.teacher)
    version = grade.version
    actions.extend(late, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    assert scores(grade) == ("7.00", "0.00", "7.00")
    assert grade.version == version
    assert grade_log.of(reread(late), viewer=cast.student) == []


def test_switching_the_policy_off_gives_the_old_numbers_back_and_on_takes_them_again(
    cast: Cast, late: Submission
) -> None:
    grade = returned(late, cast)
    assignment = actions.update_assignment(late.assignment, if_version=1, by=cast.teacher, late_percent=None)
    assert scores(grade) == ("7.00", "0.00", "7.00")
    assignment = actions.update_assignment(assignment, if_version=2, by=cast.teacher, late_percent=10)
    assert scores(grade) == ("7.00", "1.40", "5.60")
    said = [entry.what for entry in grade_log.of(reread(late), viewer=cast.student)]
    assert said == ["returned", "rescored", "rescored"]
    assert assignment.version == 3


def test_a_score_without_a_hand_in_is_never_late(cast: Cast, submission: Submission) -> None:
    work.mark(submission, cast.teacher, questions=[], score=Decimal(3), feedback="Spoken in class.")
    grade = actions.return_grade(submission, by=cast.teacher, without_submission=True)
    assert scores(grade) == ("3.00", "0.00", "3.00")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"late_percent": 0}, "/late_percent"),
        ({"late_percent": 101}, "/late_percent"),
        ({"late_floor_percent": 101}, "/late_floor_percent"),
        ({"late_every_seconds": 60}, "/late_every_seconds"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(
    cast: Cast, assignment: Assignment, said: dict[str, int], pointer: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        actions.update_assignment(assignment, if_version=1, by=cast.teacher, **said)
    assert [error["pointer"] for error in refused.value.extra["errors"]] == [pointer]


def test_rest_sets_shows_and_takes_away_the_policy(cast: Cast, api: ApiClient, assignment: Assignment) -> None:
    teacher, where = api.as_(cast.teacher), f"/api/v1/assignments/{assignment.pk}"
    shown = teacher.get(where)
    assert shown.json()["late_policy"] == {"percent": 10, "every": "day", "floor_percent": 0}
    policy = {"percent": 5, "every": "hour", "floor_percent": 40}
    changed = teacher.patch(where, {"late_policy": policy}, headers={"If-Match": shown["ETag"]})
    assert changed.json()["late_policy"] == policy
    assert api.as_(cast.student).get(where).json()["late_policy"] == policy
    gone = teacher.patch(where, {"late_policy": None}, headers={"If-Match": changed["ETag"]})
    assert gone.json()["late_policy"] is None
    wrong = teacher.patch(where, {"late_policy": {"percent": 0}}, headers={"If-Match": gone["ETag"]})
    assert wrong.status_code == 422


def test_student_and_teacher_read_what_lateness_costs(cast: Cast, client: Client, late: Submission) -> None:
    client.force_login(cast.student)
    desk = client.get(reverse("desk", args=[late.pk])).content.decode()
    assert "Each day that has begun after the due time takes off 10 % of the points." in desk
    client.force_login(cast.teacher)
    board = client.get(reverse("assignment-board", args=[late.assignment_id])).content.decode()
    assert "takes off 10 % of the points" in board
    work.mark(late, cast.teacher)
    grading = client.get(reverse("grade", args=[late.pk])).content.decode()
    assert "7 less 1.4 for lateness" in grading
    actions.return_grade(late, by=cast.teacher)
    client.force_login(cast.student)
    feedback = client.get(reverse("feedback", args=[late.pk])).content.decode()
    assert "1.4 taken off because it was late." in feedback
