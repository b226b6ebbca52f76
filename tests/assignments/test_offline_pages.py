"""Work that was finished offline, on the pages: the setting, what is said of it, and a teacher's word for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from assignments import actions, time_tokens
from assignments.device_clock import Said
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Event, Submission
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BOOT = "page-load-1"
CONTACT, FINISHED, ARRIVED = at("2026-04-30T21:20Z"), at("2026-04-30T21:40Z"), at("2026-04-30T22:13Z")
FLAG = "Finished offline, arrived 33 minutes later"
UNSURE = "Finished offline, 33 minutes before it arrived by the clock of the device alone"


@pytest.fixture
def assignment(cast: Cast, time_machine: Any) -> Assignment:
    """Due on the thirtieth of April at a minute to midnight in Warsaw, and it is the morning after."""
    time_machine.move_to(at("2026-05-01T06:00Z"), tick=False)
    return work.make_assignment(cast, due=due("2026-04-30T23:59"))


@pytest.fixture
def hers(client: Client, cast: Cast) -> Client:
    client.force_login(cast.student)
    return client


@pytest.fixture
def teacher(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.teacher)
    return client


def with_grace(assignment: Assignment, hours: int, cast: Cast) -> None:
    actions.update_assignment(assignment, if_version=assignment.version, offline_grace_h=hours, by=cast.teacher)


def finish_offline(
    submission: Submission,
    *,
    token: bool = True,
    boot: str = BOOT,
    finished: dt.datetime = FINISHED,
    received: dt.datetime = ARRIVED,
) -> Submission:
    """Finished twenty minutes after the last contact, before it was due; it came in the night."""
    given = time_tokens.give(str(submission.student_id), boot=BOOT, device_time=CONTACT.isoformat(), now=CONTACT)
    since = (finished - CONTACT).total_seconds()
    said = Said(at=finished, time_token=given if token else "", mono_s=since, boot=boot)
    work.hand_in(submission, received_at=received, captured=said)
    return reread(submission)


def text(answer: Any) -> str:
    return answer.content.decode()


# --- the setting ------------------------------------------------------------------------------------------------------


def typed(teacher: Client, address: str) -> dict[str, Any]:
    initial = teacher.get(address).context["form"].initial
    return {name: value for name, value in initial.items() if value not in (None, "", False)}


def test_a_teacher_sets_the_hours_and_student_and_teacher_read_them(
    hers: Client, teacher: Client, assignment: Assignment, submission: Submission
) -> None:
    said = "Work that was finished in time but without a connection still counts as in time"
    pages = [
        (hers, reverse("desk", args=[submission.pk])),
        (teacher, reverse("assignment-board", args=[assignment.pk])),
        (teacher, reverse("other-dates", args=[assignment.pk])),
    ]
    assert not any(said in text(who.get(page)) for who, page in pages)
    address = reverse("assignment-edit", args=[assignment.pk])
    answer = teacher.post(address, {**typed(teacher, address), "offline_grace_h": "48"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Assignment.objects.get().offline_grace_h == 48
    assert all(f"{said} when it arrives up to 2 days later." in text(who.get(page)) for who, page in pages)
    assert teacher.get(address).context["form"].initial["offline_grace_h"] == 48
    assert teacher.get(address).context["form"].course_open


def test_more_than_two_weeks_are_refused_beside_the_field(teacher: Client, assignment: Assignment) -> None:
    address = reverse("assignment-edit", args=[assignment.pk])
    answer = teacher.post(address, {**typed(teacher, address), "offline_grace_h": "337"})
    assert answer.status_code == 422
    assert "336" in str(answer.context["form"].errors["offline_grace_h"])
    assert Assignment.objects.get().offline_grace_h == 0


def test_a_close_without_a_due_time_is_told_of_in_its_own_words(hers: Client, cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-04-29T10:00Z"), tick=False)
    given = work.make_assignment(cast, due=None, closes_at=at("2026-05-03T10:00Z"), offline_grace_h=1)
    page = text(hers.get(reverse("desk", args=[work.submission_of(given, cast.student).pk])))
    assert "Work that was finished before the close but without a connection is still taken up to 1 hour later." in page


# --- what is said of it -----------------------------------------------------------------------------------------------


def test_all_who_see_the_work_read_that_it_was_finished_offline(
    hers: Client, teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    with_grace(assignment, 24, cast)
    finish_offline(submission)
    for who, page in (
        (teacher, reverse("grade", args=[submission.pk])),
        (teacher, reverse("assignment-board", args=[assignment.pk])),
        (teacher, reverse("submission-print", args=[submission.pk])),
        (hers, reverse("receipt", args=[submission.pk, 1])),
    ):
        assert FLAG in text(who.get(page)), page
    assert "finished offline" in text(teacher.get(reverse("classroom", args=[cast.room.pk])))
    desk = teacher.get(reverse("grade", args=[submission.pk]))
    assert desk.context["desk"].on_time
    assert "Finished offline Thursday 30 April 2026, 23:40" in desk.context["desk"].timing_words
    assert reverse("device-time", args=[submission.pk]) not in text(desk)
    for who, page in (
        (hers, reverse("about-me", args=[cast.room.pk])),
        (teacher, reverse("student-report", args=[cast.room.pk, cast.student.pk])),
    ):
        assert "finished offline 30 Apr" in text(who.get(page)), page


def test_what_came_at_once_is_flagged_nowhere(
    hers: Client, teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    finish_offline(submission, received=FINISHED + dt.timedelta(seconds=40))
    for who, page in (
        (teacher, reverse("grade", args=[submission.pk])),
        (teacher, reverse("assignment-board", args=[assignment.pk])),
        (teacher, reverse("classroom", args=[cast.room.pk])),
        (hers, reverse("receipt", args=[submission.pk, 1])),
        (hers, reverse("about-me", args=[cast.room.pk])),
    ):
        assert "inished offline" not in text(who.get(page)), page


def test_what_came_seconds_after_it_was_due_and_is_in_time_by_its_device_alone_is_flagged(
    hers: Client, teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    with_grace(assignment, 24, cast)
    over = reread(submission).late_from
    assert over is not None
    finish_offline(submission, finished=over - dt.timedelta(seconds=10), received=over + dt.timedelta(seconds=10))
    assert reread(submission).late_seconds == 0
    for who, page in (
        (teacher, reverse("grade", args=[submission.pk])),
        (teacher, reverse("assignment-board", args=[assignment.pk])),
        (teacher, reverse("submission-print", args=[submission.pk])),
        (hers, reverse("receipt", args=[submission.pk, 1])),
    ):
        assert "Finished offline, arrived less than a minute later" in text(who.get(page)), page


def test_where_names_are_hidden_no_time_of_a_device_is_told(
    hers: Client, teacher: Client, cast: Cast, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T06:00Z"), tick=False)
    given = work.make_assignment(cast, due=due("2026-04-30T23:59"), anonymous=True)
    submission = finish_offline(work.submission_of(given, cast.student))
    for page in (
        reverse("grade", args=[submission.pk]),
        reverse("assignment-board", args=[given.pk]),
        reverse("classroom", args=[cast.room.pk]),
        reverse("submission-print", args=[submission.pk]),
        reverse("student-report", args=[cast.room.pk, cast.student.pk]),
    ):
        assert "inished offline" not in text(teacher.get(page)), page
    refused = teacher.get(reverse("device-time", args=[submission.pk]))
    assert refused.status_code == 409
    assert "23:40" not in text(refused)
    undo = teacher.post(reverse("device-time-undo", args=[submission.pk]), follow=True)
    assert undo.status_code == 409
    assert "23:40" not in text(undo)
    assert FLAG in text(hers.get(reverse("receipt", args=[submission.pk, 1])))


def test_a_hand_in_that_waits_says_when_it_was_finished(teacher: Client, cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T06:00Z"), tick=False)
    given = work.make_assignment(cast, due=due("2026-04-30T23:59"), closes_at=at("2026-04-30T22:00Z"))
    submission = work.submission_of(given, cast.student)
    with pytest.raises(AssignmentClosed):
        finish_offline(submission)
    page = text(teacher.get(reverse("grade", args=[submission.pk])))
    assert "A hand-in waits for your decision" in page
    assert FLAG in page


# --- a teacher's word -------------------------------------------------------------------------------------------------


def test_a_teacher_counts_the_time_of_the_device_and_of_arrival_again(
    teacher: Client, assignment: Assignment, submission: Submission
) -> None:
    finish_offline(submission, token=False)
    desk, address = reverse("grade", args=[submission.pk]), reverse("device-time", args=[submission.pk])
    page = text(teacher.get(desk))
    assert UNSURE in page
    assert "Late 13 min" in page
    assert address in page
    page = text(teacher.get(address))
    assert "<dt>By the time of arrival</dt><dd><b>Late 13 min</b></dd>" in page
    assert "<dt>By the time of the device</dt><dd><b>In time</b></dd>" in page
    page = text(teacher.post(address, {"reason": "The bus had no net."}, follow=True))
    assert "The time of the device counts. Finished offline" in page
    assert "A teacher decided that this counts." in page
    assert "Late 13 min" not in page
    assert (reread(submission).late_seconds, Event.objects.get(name="count_device_time").reason) == (
        0,
        "The bus had no net.",
    )
    assert "Count the time of arrival again" in text(teacher.get(address))
    page = text(teacher.post(reverse("device-time-undo", args=[submission.pk]), follow=True))
    assert "The time of arrival counts again." in page
    assert reread(submission).late_seconds == 780


def test_without_a_reason_the_form_comes_back_and_nothing_changes(
    teacher: Client, assignment: Assignment, submission: Submission
) -> None:
    finish_offline(submission, token=False)
    answer = teacher.post(reverse("device-time", args=[submission.pk]), {"reason": " "})
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]
    assert reread(submission).late_seconds == 780
    assert not Event.objects.filter(name="count_device_time").exists()


def test_a_page_that_was_open_before_a_colleague_counted_it_takes_nothing_back(
    teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    finish_offline(submission, token=False)
    actions.count_device_time(submission, reason="The bus had no net.", by=cast.assistant)
    teacher.post(reverse("device-time", args=[submission.pk]), {"reason": "So I think."})
    assert reread(submission).late_seconds == 0


def test_work_that_no_device_spoke_of_has_nothing_to_count(
    teacher: Client, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission, received_at=ARRIVED)
    address = reverse("device-time", args=[submission.pk])
    assert "There is nothing to decide" in text(teacher.get(address))
    assert address not in text(teacher.get(reverse("grade", args=[submission.pk])))
    assert teacher.post(address, {"reason": "So I think."}).status_code == 409


def test_an_archived_class_shows_the_times_and_no_form(
    teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    finish_offline(submission, token=False)
    people.archive(cast.room, by=cast.teacher)
    page = text(teacher.get(reverse("device-time", args=[submission.pk])))
    assert "This class is archived" in page
    assert '<form method="post" class' not in page
