"""Why work is late, missing or has more time: beside every note that says so, and over REST."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from assignments import actions
from assignments.models import Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

NOON = work.at("2026-05-01T12:00Z")


def given(cast: Cast, **fields: Any) -> Submission:
    return work.submission_of(work.make_assignment(cast, due=work.due("2026-05-03T12:00"), **fields), cast.student)


def page(user: User, name: str, *args: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def reasons(text: str) -> list[str]:
    """The words of each note that has a reason, in order."""
    return re.findall(r'class="why-words" id="why-[^"]+" popover>([^<]*)<', text)


def late(row: Submission, cast: Cast, travel: Any) -> str:
    travel.move_to(work.at("2026-05-03T10:15Z"), tick=False)
    work.hand_in(row)
    return "14 minutes after the due time"


def missing(row: Submission, cast: Cast, travel: Any) -> str:
    travel.move_to(work.at("2026-05-03T11:00Z"), tick=False)
    return "Nothing was handed in by the due time"


def extended(row: Submission, cast: Cast, travel: Any) -> str:
    actions.extend(row, due=work.due("2026-05-05T12:00"), reason="Ill", by=cast.teacher)
    return "Without the extension it would have been"


@pytest.mark.parametrize("arrange", [late, missing, extended])
def test_boards_day_and_report_say_why(
    cast: Cast, time_machine: Any, arrange: Callable[[Submission, Cast, Any], str]
) -> None:
    time_machine.move_to(NOON, tick=False)
    row = given(cast)
    Membership.objects.filter(classroom=cast.room, user=cast.classmate).delete()
    actions.sync_assignment(row.assignment, by=cast.teacher)
    for where in ((cast.student, "today"), (cast.teacher, "assignment-board", row.assignment_id)):
        assert not reasons(page(*where))
    says = arrange(work.reread(row), cast, time_machine)
    for user, *where in (
        (cast.student, "today"),
        (cast.student, "about-me", cast.room.pk),
        (cast.teacher, "assignment-board", row.assignment_id),
        (cast.teacher, "student-report", cast.room.pk, cast.student.pk),
    ):
        (told,) = reasons(page(user, *where))
        assert says in told, where
    # Hundreds of sentences would weigh more than the board: its cells only say that there is one to fetch.
    board = page(cast.teacher, "classroom", cast.room.pk)
    assert ("data-why>" in board) == (arrange is not extended)
    assert says not in board


def test_no_reason_stands_where_names_are_hidden(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)
    row = given(cast, anonymous=True)
    late(work.reread(row), cast, time_machine)
    for where in (
        ("assignment-board", row.assignment_id),
        ("student-report", cast.room.pk, cast.student.pk),
        ("classroom", cast.room.pk),
    ):
        said = page(cast.teacher, *where)
        assert "after the due time" not in said
        assert str(row.pk) not in said or where[0] == "assignment-board"


def test_the_reasons_of_a_board_cost_no_query_more(
    cast: Cast, time_machine: Any, queries: Callable[[Callable[[], object]], int]
) -> None:
    time_machine.move_to(NOON, tick=False)
    row = given(cast)
    time_machine.move_to(work.at("2026-05-03T11:00Z"), tick=False)
    client = Client()
    client.force_login(cast.teacher)
    board = reverse("assignment-board", args=[row.assignment_id])
    client.get(board)
    few = queries(lambda: client.get(board))
    for n in range(10):
        student = person(f"more{n}")
        Membership.objects.create(classroom=cast.room, user=student, role="student")
    actions.sync_assignment(row.assignment, by=cast.teacher)
    assert len(reasons(client.get(board).content.decode())) == 12
    assert queries(lambda: client.get(board)) == few


def within_grace(row: Submission, cast: Cast, travel: Any) -> str:
    travel.move_to(work.at("2026-05-03T10:04Z"), tick=False)
    work.hand_in(row)
    return "and still in time"


def revised(row: Submission, cast: Cast, travel: Any) -> str:
    work.hand_in(row)
    work.mark(row, cast.teacher)
    actions.request_revision(row, due=work.due("2026-05-08T12:00"), words="Name who decided.", by=cast.teacher)
    travel.move_to(work.at("2026-05-08T09:30Z"), tick=False)
    work.hand_in(work.reread(row))
    return "The revision was handed in"


def kept(row: Submission, cast: Cast, travel: Any) -> str:
    travel.move_to(work.at("2026-05-03T09:00Z"), tick=False)
    work.hand_in(row)
    made = row.assignment
    made.refresh_from_db()
    actions.update_assignment(made, if_version=made.version, by=cast.teacher, due=work.due("2026-05-02T12:00"))
    return "not late by the dates of then"


@pytest.mark.parametrize("arrange", [late, within_grace, extended, revised, kept])
def test_rest_explains_to_the_student_and_to_her_teacher(
    cast: Cast, api: ApiClient, time_machine: Any, arrange: Callable[[Submission, Cast, Any], str]
) -> None:
    time_machine.move_to(NOON, tick=False)
    row = given(cast, grace_seconds=300) if arrange is within_grace else given(cast)
    says = arrange(work.reread(row), cast, time_machine)
    for who in (cast.student, cast.teacher):
        told = api.as_(who).get(f"/api/v1/submissions/{row.pk}").json()["timing"]
        assert says in told["explanation"]
        assert "12:00 Warsaw time (CEST)" in told["explanation"]
