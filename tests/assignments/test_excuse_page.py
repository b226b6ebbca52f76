"""Excusing from the grading desk, and what the student's pages say of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.models import Assignment, Excuse, Submission
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SAID = {"category": "illness", "reason": "In bed since Monday"}


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


@pytest.fixture
def hers(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student)
    return client


def desk(submission: Submission) -> str:
    return reverse("grade", args=[submission.pk])


def excuse(client: Client, submission: Submission, **said: str) -> Any:
    return client.post(reverse("grade-excuse", args=[submission.pk]), {**SAID, **said}, follow=True)


def test_a_teacher_excuses_a_student_and_undoes_it_from_the_message(teacher: Client, submission: Submission) -> None:
    page = excuse(teacher, submission).content.decode()
    assert "Student is excused from this assignment." in page
    assert "Excused by Teacher" in page
    assert "illness" in page
    assert SAID["reason"] in page
    lift = reverse("grade-excuse-lift", args=[submission.pk])
    assert page.count(f'action="{lift}"') == 2  # the message's, and the one that stays
    assert reverse("grade-excuse", args=[submission.pk]) + '"' not in page
    page = teacher.post(lift, follow=True).content.decode()
    assert "It stands where it stood." in page
    assert SAID["reason"] not in page
    submission.refresh_from_db()
    assert submission.state == "assigned"


def test_an_excuse_without_a_reason_is_asked_for_it_and_keeps_what_was_chosen(
    teacher: Client, submission: Submission
) -> None:
    answer = excuse(teacher, submission, category="school", reason=" ")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why." in page
    assert '<details class="more mt" id="more" open>' in page
    assert 'value="school" checked' in page
    submission.refresh_from_db()
    assert submission.state == "assigned"


def test_the_refusal_of_a_second_excuse_is_told(teacher: Client, cast: Cast, submission: Submission) -> None:
    actions.excuse(submission, category=Excuse.OTHER, reason="A wedding", by=cast.co_teacher)
    answer = excuse(teacher, submission)
    assert answer.status_code == 409
    assert submission.events.excusing().count() == 1


def test_work_of_who_is_excused_is_read_and_neither_late_nor_marked(teacher: Client, cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=work.due("2026-05-01 12:00"))
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, received_at=work.at("2026-05-02T12:00Z"))
    assert "after the due time" in teacher.get(desk(submission)).content.decode()
    page = excuse(teacher, submission).content.decode()
    assert "It was decided elsewhere." in page
    assert "after the due time" not in page
    assert "Start grading" not in page


def test_the_student_is_told_that_she_is_excused_and_not_the_words(
    teacher: Client, hers: Client, submission: Submission
) -> None:
    excuse(teacher, submission)
    for name, args, words in (
        ("today", [], "You are excused: illness."),
        ("desk", [submission.pk], "You are excused from this assignment. You may write, but nothing needs handing in."),
    ):
        page = hers.get(reverse(name, args=args)).content.decode()
        assert words in page
        assert SAID["reason"] not in page


def test_the_boards_say_so_in_words(teacher: Client, cast: Cast, assignment: Assignment) -> None:
    excuse(teacher, work.submission_of(assignment, cast.student))
    for address in (reverse("assignment-board", args=[assignment.pk]), reverse("classroom", args=[cast.room.pk])):
        assert "xcused" in teacher.get(address).content.decode()
    board = teacher.get(reverse("assignment-board", args=[assignment.pk]) + "?show=excused").content.decode()
    assert "Student" in board


def test_an_excuse_costs_the_desk_one_query(cast: Cast, submission: Submission, queries: Any) -> None:
    from assignments import judging
    from destalin_site.common import clock

    def opened() -> object:
        row = Submission.objects.with_facts().get(pk=submission.pk)
        return judging.desk(row, viewer=cast.teacher, now=clock.now())

    opened()
    before = queries(opened)
    actions.excuse(submission, category=Excuse.OTHER, reason="A wedding", by=cast.teacher)
    assert queries(opened) == before + 1
