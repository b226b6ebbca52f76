"""A teacher's day counts all that waits for her, also what it does not show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, boards
from assignments.errors import AssignmentClosed
from assignments.models import Comment, ExtensionRequest, ParkedCopy, Submission
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.assignments.test_boards import joins
from tests.cast import Cast

MANY = 25


def ask_many(cast: Cast) -> None:
    """One question each about many comments, with one hand-in."""
    row = work.submission_of(work.make_assignment(cast, remarks.make_edition(), resubmission=True), cast.student)
    work.hand_in(row)
    for _n in range(MANY):
        remarks.comment(work.reread(row), cast.teacher)
    actions.return_grade(work.reread(row), by=cast.teacher)
    row = work.reread(row)
    for comment in Comment.objects.filter(grade=row.returned_grade_id):
        actions.reply(row, comment=comment, stance="question", text="Which?", if_version=0, by=cast.student)
    work.hand_in(work.reread(row), work.body_for(row.assignment, "Other words."))


def request_many(cast: Cast) -> None:
    for n in range(MANY - 2):
        joins(cast, f"s{n}", f"Student {n}")
    made = work.make_assignment(cast)
    rows = Submission.objects.filter(assignment=made)
    ExtensionRequest.objects.bulk_create(
        ExtensionRequest(submission=row, reason="In bed", asked_at=clock.now()) for row in rows
    )


def set_many_aside(cast: Cast) -> None:
    row = work.submission_of(work.make_assignment(cast), cast.classmate)
    work.set_aside(row)
    for n in range(MANY - 1):
        with suppress(AssignmentClosed):
            work.hand_in(work.reread(row), work.body_for(row.assignment, f"Later words {n}."))
    assert ParkedCopy.objects.count() == MANY


@pytest.mark.parametrize(
    ("arrange", "kind", "summary", "left_out"),
    [
        (ask_many, "question", "1 piece of work waits for you. 25 questions.", "and 5 more questions"),
        (request_many, "asked", "25 ask for more time.", "and 5 more who ask for more time"),
        (set_many_aside, "waiting", "25 hand-ins wait for your decision.", "and 5 more hand-ins to decide about"),
    ],
)
def test_all_that_waits_is_counted_and_what_is_left_out_is_a_link_away(
    client: Client, api: ApiClient, cast: Cast, arrange: Callable[[Cast], None], kind: str, summary: str, left_out: str
) -> None:
    arrange(cast)
    client.force_login(cast.teacher)

    def shown(day: Any) -> int:
        return sum(todo["kind"] == kind for todo in (*day["your_turn"], *day["worth_a_look"]))

    page = client.get(reverse("today"))
    assert page.context["teacher"].summary == summary
    assert f'<a href="?waiting=all">{left_out}</a>' in page.content.decode()
    whole = client.get(reverse("today") + "?waiting=all")
    assert whole.context["teacher"].summary == summary
    assert left_out not in whole.content.decode()

    teacher = api.as_(cast.teacher)
    day = teacher.get("/api/v1/today").json()["teacher"]
    assert (shown(day), day["summary"]) == (20, summary)
    assert day["more"] == [{"kind": kind, "count": 5, "words": left_out}]
    day = teacher.get("/api/v1/today?all_waiting=true").json()["teacher"]
    assert (shown(day), day["more"], day["summary"]) == (MANY, [], summary)


def test_a_hand_in_that_only_she_can_decide_about_waits_for_her(cast: Cast) -> None:
    work.set_aside(work.submission_of(work.make_assignment(cast), cast.student))
    day = boards.teacher_today(cast.teacher, clock.now())
    assert (day.summary, day.more) == ("1 hand-in waits for your decision.", ())
