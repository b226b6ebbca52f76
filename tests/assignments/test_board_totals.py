"""The numbers of a class without its board: right at the moment of the answer, and no more than the boards tell."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.actions import remove_member
from accounts.models import Membership
from assignments import actions, boards
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.assignments.work import at, due
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = at("2026-03-18T09:00:00+01:00")


@pytest.fixture(autouse=True)
def morning(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def teacher(api: ApiClient, cast: Cast) -> ApiClient:
    return api.as_(cast.teacher)


def where(cast: Cast) -> str:
    return f"/api/v1/classrooms/{cast.room.pk}/board/totals"


def told(client: ApiClient, cast: Cast) -> dict[str, int]:
    """What is not nought, of the class in all."""
    return {name: n for name, n in client.get(where(cast)).json()["totals"].items() if n}


def test_a_class_without_assignments_has_noughts(cast: Cast, teacher: ApiClient) -> None:
    said = teacher.get(where(cast)).json()
    assert said == {"assignments": [], "totals": dict.fromkeys(boards.COUNTED, 0)}


def test_an_assignment_that_reaches_nobody_is_there_and_a_deleted_one_is_not(cast: Cast, teacher: ApiClient) -> None:
    nobody = work.make_assignment(cast, title="Nobody", audience=[cast.student.pk], due=due("2026-03-20 23:59"))
    actions.delete_assignment(work.make_assignment(cast, nobody.edition, title="Gone"), by=cast.teacher)
    remove_member(Membership.objects.get(classroom=cast.room, user=cast.student), by=cast.teacher)
    (only,) = teacher.get(where(cast)).json()["assignments"]
    assert (only["title"], only["due"], only["totals"]["given"]) == ("Nobody", "2026-03-20T22:59:00Z", 0)


def test_a_lease_that_somebody_holds_is_a_colleagues_until_it_runs_out(
    cast: Cast, submission: Submission, api: ApiClient, time_machine: Any
) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    rest = {"given": 2, "not_started": 1, "handed_in": 1}
    assert told(api.as_(cast.teacher), cast) == {**rest, "to_grade": 1}
    assert told(api.as_(cast.co_teacher), cast) == {**rest, "with_colleague": 1}
    time_machine.shift(dt.timedelta(hours=1))
    assert told(api.as_(cast.co_teacher), cast) == {**rest, "to_grade": 1}


def test_work_is_missing_from_the_moment_at_which_her_own_time_is_over(
    cast: Cast, teacher: ApiClient, time_machine: Any
) -> None:
    made = work.make_assignment(cast, due=due("2026-03-20 23:59"))
    row = work.submission_of(made, cast.student)
    actions.extend(row, due=due("2026-03-22 23:59"), reason="Ill.", by=cast.teacher)
    rest = {"given": 2, "not_started": 2}
    for moment, missing in [
        ("2026-03-20T23:59:59+01:00", {}),
        ("2026-03-21T00:00:00+01:00", {"missing": 1}),
        ("2026-03-23T00:00:00+01:00", {"missing": 2}),
    ]:
        time_machine.move_to(at(moment), tick=False)
        assert told(teacher, cast) == {**rest, **missing}


def test_a_draft_written_while_excused_is_a_draft_begun(cast: Cast, submission: Submission, teacher: ApiClient) -> None:
    actions.excuse(submission, category=Excuse.ILLNESS, reason="A note", by=cast.teacher)
    body = work.body_for(submission.assignment)
    actions.save_draft(work.reread(submission), body=body, if_rev=0, by=cast.student)
    assert told(teacher, cast) == {"given": 2, "not_started": 1, "excused": 1}
    actions.lift_excuse(work.reread(submission), by=cast.teacher)
    assert told(teacher, cast) == {"given": 2, "not_started": 1, "draft_begun": 1}


def test_nameless_work_is_counted_as_on_the_board_of_its_assignment(
    cast: Cast, teacher: ApiClient, time_machine: Any
) -> None:
    made = work.make_assignment(cast, anonymous=True, due=due("2026-03-20 23:59"), closes_at=at("2026-03-21T00:00Z"))
    for n in range(3):
        joins(cast, f"s{n}", f"Student {n}")
    rows = list(Submission.objects.filter(assignment=made).select_related("student").order_by("student__username"))
    work.hand_in(rows[0])
    actions.excuse(rows[1], category=Excuse.ILLNESS, reason="A note", by=cast.teacher)
    time_machine.move_to(at("2026-03-22T09:00:00+01:00"), tick=False)
    with pytest.raises(AssignmentClosed):
        work.hand_in(rows[2], received_at=clock.now())
    assert work.reread(rows[2]).hand_ins_waiting == 1
    (each,) = teacher.get(where(cast)).json()["assignments"]
    board = teacher.get(f"/api/v1/assignments/{made.pk}/board").json()["totals"]
    assert (board["students"], board["missing"], board["not_started"]) == (5, 2, 3)
    assert each["totals"] == {"given": board.pop("students"), **board, "waiting": 1}


def test_unmoved_totals_cost_a_304_and_a_hand_in_is_seen(
    cast: Cast, submission: Submission, teacher: ApiClient
) -> None:
    tag = teacher.get(where(cast))["ETag"]
    again = teacher.get(where(cast), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    work.hand_in(submission)
    assert teacher.get(where(cast), headers={"If-None-Match": tag}).status_code == 200


def test_they_cost_the_same_for_two_students_and_for_twenty_for_one_assignment_and_for_ten(
    cast: Cast, assignment: Assignment, teacher: ApiClient, queries: Callable[[Callable[[], object]], int]
) -> None:
    def ask() -> int:
        return queries(lambda: teacher.get(where(cast)))

    few = ask()
    for n in range(18):
        work.hand_in(work.submission_of(assignment, joins(cast, f"many{n}", f"Many {n}")))
    for n in range(9):
        work.make_assignment(cast, assignment.edition, title=f"More {n}")
    assert ask() == few == 4  # with the sign-in
    being_read = []
    for row in Submission.objects.filter(assignment=assignment, state="submitted").select_related("assignment")[:9]:
        actions.claim(row, by=cast.co_teacher)
        being_read.append(ask())
    assert set(being_read) == {5}
