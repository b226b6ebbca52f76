"""More time for one student, through HTTP: the teacher's page, the REST resource, and who is told what."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assignments import actions, boards
from assignments.models import Assignment, Extension, Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LATER = {"due": {"date": "2026-05-03", "time": "12:00", "zone": "Europe/Warsaw"}, "reason": "Ill for a week"}


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def of(submission: Submission) -> str:
    return reverse("extension", args=[submission.pk])


def address(submission: Submission) -> str:
    return f"/api/v1/submissions/{submission.pk}/extension"


def extended(submission: Submission, cast: Cast) -> Submission:
    actions.extend(submission, due=due("2026-05-03T12:00"), reason="Ill for a week", by=cast.teacher)
    return reread(submission)


@pytest.mark.usefixtures("cast")
def test_a_teacher_gives_more_time_and_is_told_what_it_did(teacher: Client, submission: Submission) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T11:00Z"))
    typed = {"date": "2026-05-03", "time": "12:00", "reason": "Ill for a week"}
    answer = teacher.post(of(submission), typed, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("grade", args=[submission.pk])
    assert "Student has time until" in answer.content.decode()
    assert "before the extended due time" in answer.content.decode()
    assert Extension.objects.get().due_at == at("2026-05-03T10:00Z")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"date": "2026-05-01", "time": "11:00"}, "This must be later than the due time of the assignment."),
        ({"reason": ""}, "This field is required."),
        ({"date": "tomorrow"}, "Enter a valid date."),
        ({"date": "2300-01-01"}, "Ensure this value is less than or equal to"),
    ],
)
def test_what_cannot_be_given_is_said_beside_the_field_and_nothing_typed_is_lost(
    teacher: Client, submission: Submission, typed: dict[str, str], words: str
) -> None:
    good = {"date": "2026-05-03", "time": "12:00", "reason": "Ill for a week"}
    answer = teacher.post(of(submission), {**good, **typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert work.REFUSAL_TAKES_FOCUS in page
    assert all(value in page for value in {**good, **typed}.values())
    assert not Extension.objects.exists()
    assert teacher.post(of(submission), good).status_code == 302


def test_the_page_tells_who_gave_what_when_and_why_and_takes_it_back(
    cast: Cast, teacher: Client, submission: Submission
) -> None:
    extended(submission, cast)
    page = teacher.get(of(submission)).content.decode()
    assert "Ill for a week" in page
    assert str(cast.teacher) in page
    answer = teacher.post(reverse("extension-revoke", args=[submission.pk]), follow=True)
    assert "What came in time stays in time." in answer.content.decode()
    assert "ended by" in answer.content.decode()
    assert not reread(submission).extended


def test_taking_it_back_tells_until_when_she_has_time_then(cast: Cast, teacher: Client, submission: Submission) -> None:
    actions.give_dates(
        submission.assignment,
        students=[cast.student.pk],
        due=due("2026-05-02T09:00"),
        reason="Exchange",
        by=cast.teacher,
    )
    extended(submission, cast)
    told = teacher.post(reverse("extension-revoke", args=[submission.pk]), follow=True).content.decode()
    assert "Student has time until Saturday 2 May 2026, 09:00" in told


def test_what_is_never_due_says_so(cast: Cast, teacher: Client) -> None:
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    assert "This has no due time" in teacher.get(of(submission)).content.decode()
    assert (
        reverse("extension", args=[submission.pk])
        not in teacher.get(reverse("grade", args=[submission.pk])).content.decode()
    )


@time_machine.travel("2026-05-02T10:00Z", tick=False)
def test_boards_call_only_those_missing_whose_own_time_is_over(cast: Cast, submission: Submission) -> None:
    extended(submission, cast)
    now = at("2026-05-02T10:00Z")
    rows = {row.name: row for row in boards.assignment_board(submission.assignment, viewer=cast.teacher, now=now).rows}
    assert "extended" in rows[str(cast.student)].badge_codes
    assert "missing" not in rows[str(cast.student)].badge_codes
    assert rows[str(cast.student)].until
    assert "missing" in rows[str(cast.classmate)].badge_codes
    compact = boards.compact_board(cast.room.pk, students=[(cast.student.pk, "S"), (cast.classmate.pk, "C")], now=now)[
        "cells"
    ]
    assert [cells[0][1] for cells in compact] == ["not_due", "missing"]
    for moment, count in [(now, 1), (at("2026-05-03T10:00:59Z"), 1), (at("2026-05-03T10:01Z"), 2)]:
        day = boards.teacher_today(cast.teacher, moment)
        assert [todo.count for todo in day.worth_a_look] == [count]


@time_machine.travel("2026-05-02T10:00Z", tick=False)
def test_the_student_reads_her_own_due_time_and_never_why(cast: Cast, client: Client, submission: Submission) -> None:
    extended(submission, cast)
    client.force_login(cast.student)
    day = client.get(reverse("my-work")).content.decode()
    desk = client.get(reverse("desk", args=[submission.pk])).content.decode()
    for page in (day, desk):
        assert "ore time" in page
        assert "3 May" in page
        assert "Ill for a week" not in page


def test_rest_gives_reads_and_takes_back(cast: Cast, api: ApiClient, submission: Submission) -> None:
    teacher, where = api.as_(cast.teacher), address(submission)
    assert teacher.get(where).status_code == 404
    given = teacher.put(where, LATER)
    assert (given.status_code, given.json()["extended"]) == (200, True)
    assert given.json()["timing"]["due"] == "2026-05-03T10:00:00Z"
    assert teacher.put(where, LATER).json()["version"] == given.json()["version"]
    shown = teacher.get(where).json()
    assert (shown["reason"], shown["by"]["name"]) == ("Ill for a week", str(cast.teacher))
    assert shown["due"] == {**LATER["due"], "at": "2026-05-03T10:00:00Z"}  # type: ignore[dict-item]
    assert teacher.delete(where).status_code == 204
    assert teacher.delete(where).status_code == 204
    assert teacher.get(where).status_code == 404


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"due": {**LATER["due"], "date": "2026-04-30"}}, "/due"),  # type: ignore[dict-item]
        ({"due": {**LATER["due"], "zone": "Mars/Base"}}, "/due/zone"),  # type: ignore[dict-item]
        ({"reason": " "}, "/reason"),
    ],
)
def test_rest_says_which_field_is_wrong(
    cast: Cast, api: ApiClient, submission: Submission, said: dict[str, object], pointer: str
) -> None:
    refused = api.as_(cast.teacher).put(address(submission), {**LATER, **said})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_her_own_due_time_reaches_her_through_rest_without_the_reason(
    cast: Cast, api: ApiClient, submission: Submission
) -> None:
    extended(submission, cast)
    shown = api.as_(cast.student).get(f"/api/v1/submissions/{submission.pk}")
    assert shown.json()["timing"]["due"] == "2026-05-03T10:00:00Z"
    assert "Ill for a week" not in shown.content.decode()
    assert api.as_(cast.student).get(address(submission)).status_code == 403


@time_machine.travel("2026-05-02T10:00Z", tick=False)
def test_within_her_time_nothing_on_the_desk_says_late(cast: Cast, client: Client, submission: Submission) -> None:
    client.force_login(cast.student)
    where = reverse("desk", args=[submission.pk])
    assert "It counts as late." in client.get(where).content.decode()
    extended(submission, cast)
    assert "It counts as late." not in client.get(where).content.decode()


def test_more_time_for_one_does_not_call_up_what_the_others_missed_long_ago(cast: Cast, submission: Submission) -> None:
    actions.extend(submission, due=due("2026-05-20T12:00"), reason="Ill", by=cast.teacher)
    [todo] = boards.teacher_today(cast.teacher, at("2026-05-22T10:00Z")).worth_a_look
    assert todo.count == 1
    assert "Student" in todo.words
