"""Who goes on writing after handing in is told that this is not handed in; her teachers are told that it is so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, boards, today
from assignments.models import Draft, Submission
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DESK, DAY, BADGE = "The changes are not handed in.", "the changes are not handed in.", "Changes not handed in"


def page(user: User, name: str, *args: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def told(cast: Cast, api: ApiClient, row: Submission) -> set[bool]:
    """Whether it is said, by every page and answer that would say it."""
    address = f"/api/v1/submissions/{row.pk}"
    board = api.as_(cast.teacher).get(f"/api/v1/assignments/{row.assignment_id}/board").json()["rows"]
    return {
        DESK in page(cast.student, "desk", row.pk),
        DAY in page(cast.student, "today"),
        BADGE in page(cast.teacher, "grade", row.pk),
        BADGE in page(cast.teacher, "assignment-board", row.assignment_id),
        api.as_(cast.student).get(address).json()["changes_not_handed_in"],
        api.as_(cast.teacher).get(address).json()["changes_not_handed_in"],
        any("changes_not_handed_in" in one["badges"] for one in board),
    }


def write(row: Submission, words: str) -> None:
    rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
    actions.save_draft(work.reread(row), body=work.body_for(row.assignment, words), if_rev=rev, by=row.student)


def test_it_is_said_from_the_first_change_until_she_hands_in_again(
    cast: Cast, api: ApiClient, submission: Submission, time_machine: Any
) -> None:
    time_machine.move_to(clock.now())
    write(submission, "First.")
    assert told(cast, api, submission) == {False}  # nothing is handed in yet
    work.hand_in(work.reread(submission), work.body_for(submission.assignment, "First."))
    assert told(cast, api, submission) == {False}
    write(submission, "First.")
    assert told(cast, api, submission) == {False}  # saved once more as it was
    write(submission, "Second.")
    assert told(cast, api, submission) == {True}
    assert "Second." not in page(cast.teacher, "grade", submission.pk)
    actions.claim(work.reread(submission), by=cast.teacher)
    assert told(cast, api, submission) == {True}
    actions.release(work.reread(submission), by=cast.teacher)
    work.hand_in(work.reread(submission), work.body_for(submission.assignment, "Second."))
    assert told(cast, api, submission) == {False}


def test_a_hand_in_from_another_device_makes_no_change_of_an_older_draft(
    cast: Cast, api: ApiClient, submission: Submission
) -> None:
    write(submission, "On the phone.")
    work.hand_in(work.reread(submission), work.body_for(submission.assignment, "On the laptop."))
    assert told(cast, api, submission) == {False}


def test_what_came_back_or_is_excused_is_not_spoken_of(cast: Cast, api: ApiClient, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    write(submission, "Notes.")
    assert told(cast, api, submission) == {False}


def test_beside_a_number_it_is_not_told(cast: Cast, api: ApiClient) -> None:
    row = work.submission_of(work.make_assignment(cast, anonymous=True), cast.student)
    work.hand_in(row)
    write(row, "Second.")
    assert DESK in page(cast.student, "desk", row.pk)
    assert BADGE not in page(cast.teacher, "assignment-board", row.assignment_id)
    assert BADGE not in page(cast.teacher, "grade", row.pk)
    assert not api.as_(cast.teacher).get(f"/api/v1/submissions/{row.pk}").json()["changes_not_handed_in"]


def test_neither_board_nor_day_asks_more_for_it(
    cast: Cast, submission: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def board() -> object:
        return boards.assignment_board(submission.assignment, viewer=cast.teacher, now=clock.now())

    def day() -> object:
        return today.today(cast.student, now=clock.now())

    board()  # which also reads the class, once
    work.hand_in(submission)
    before = queries(board), queries(day)
    write(submission, "Second.")
    assert (queries(board), queries(day)) == before
