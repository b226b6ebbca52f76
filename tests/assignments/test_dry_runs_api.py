"""What an act would do, asked for through REST beforehand: nothing is written, and it is what the act then does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from assignments import access, actions
from assignments.models import Assignment
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import nameless, work
from tests.assignments.edited import fresh
from tests.assignments.test_preview_leaves_nothing import rows
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# When a token was used last, and the answer that a key was given.
BESIDE = {"accounts.devicetoken", "common.idempotencyrecord"}


def leaving_nothing(act: Callable[[], Any]) -> Any:
    before = rows()
    told = act()
    after = rows()
    assert {name for name in before if before[name] != after[name]} <= BESIDE
    return told


# --- The dates of an assignment ---------------------------------------------------------------------------------------


def day(date: str, time: str = "12:00") -> dict[str, str]:
    return {"date": date, "time": time, "zone": "Europe/Warsaw"}


@pytest.fixture
def due(cast: Cast) -> Assignment:
    """Due on 6 February; the student handed in on the 5th, and the classmate has a day of her own."""
    made = work.make_assignment(cast, due=work.due("2026-02-06T12:00"))
    work.hand_in(work.submission_of(made, cast.student), received_at=at("2026-02-05T10:00Z"))
    own = {"due": work.due("2026-02-20T12:00"), "reason": "Exchange week", "by": cast.teacher}
    actions.give_dates(made, students=[cast.classmate.pk], **own)
    return fresh(made)


def change(client: ApiClient, assignment: Assignment, **said: Any) -> Any:
    headers = {"If-Match": f'"a{assignment.version}"'}
    return client.patch(f"/api/v1/assignments/{assignment.pk}", said, headers=headers)


def test_a_dry_run_names_whom_an_earlier_due_time_leaves_in_time_and_changes_nothing(
    api: ApiClient, cast: Cast, due: Assignment
) -> None:
    teacher = api.as_(cast.teacher)
    answer = leaving_nothing(lambda: change(teacher, due, due=day("2026-02-03"), dry_run=True))
    told = answer.json()
    assert (answer.status_code, answer["ETag"], told["version"]) == (200, f'"a{due.version}"', due.version)
    assert (told["dry_run"], told["due"]["date"]) == (True, "2026-02-03")
    left = told["left_behind"]
    assert left["in_time"] == {
        "due": {"at": "2026-02-03T11:00:00Z", **day("2026-02-03")},
        "count": 1,
        "students": [{"id": str(cast.student.pk), "name": "Student"}],
    }
    ((own, until),) = [(each["students"], each["due"]["date"]) for each in left["overrides"]]
    assert (own[0]["name"], until) == ("Classmate", "2026-02-20")
    assert [words.rpartition(": ")[2] for words in left["words"]] == ["Student.", "Classmate."]

    done = change(teacher, due, due=day("2026-02-03"))
    assert (done.json()["dry_run"], done.json()["left_behind"]) == (False, left)
    assert done["ETag"] == f'"a{due.version + 1}"'
    assert work.submission_of(due, cast.student).late_seconds == 0


def test_a_later_due_time_leaves_only_the_dates_that_do_not_move_along(
    api: ApiClient, cast: Cast, due: Assignment
) -> None:
    left = change(api.as_(cast.teacher), due, due=day("2026-02-09"), dry_run=True).json()["left_behind"]
    assert (left["in_time"], len(left["overrides"]), len(left["words"])) == (None, 1, 1)


def test_a_due_time_that_is_said_again_leaves_nothing_behind_whatever_newer_zone_data_make_of_it(
    api: ApiClient, cast: Cast, due: Assignment
) -> None:
    Assignment.objects.filter(pk=due.pk).update(due_at=due.due_at + dt.timedelta(hours=1))
    told = change(api.as_(cast.teacher), due, due=day("2026-02-06")).json()
    assert told["due"]["at"] == "2026-02-06T12:00:00Z"
    assert told["left_behind"] == {"in_time": None, "overrides": [], "words": []}


@pytest.mark.parametrize("said", [{"title": "Gates"}, {"due": day("2026-02-06")}, {"closes_at": None}])
def test_where_the_due_time_stays_nothing_is_left_behind(
    api: ApiClient, cast: Cast, due: Assignment, said: dict[str, Any]
) -> None:
    told = leaving_nothing(lambda: change(api.as_(cast.teacher), due, **said, dry_run=True)).json()
    assert told["left_behind"] == {"in_time": None, "overrides": [], "words": []}
    assert all(told[name] == value for name, value in said.items() if name != "due")


def test_the_minutes_of_grace_that_come_along_are_counted_in(api: ApiClient, cast: Cast, due: Assignment) -> None:
    teacher = api.as_(cast.teacher)
    earlier = {"due": day("2026-02-05", "10:00"), "dry_run": True}
    assert change(teacher, due, **earlier).json()["left_behind"]["in_time"]["count"] == 1
    assert change(teacher, due, grace_seconds=7200, **earlier).json()["left_behind"]["in_time"] is None


def test_a_dry_run_tells_the_audience_as_it_would_be(api: ApiClient, cast: Cast, due: Assignment) -> None:
    named = [str(cast.student.pk)]
    told = leaving_nothing(lambda: change(api.as_(cast.teacher), due, audience=named, dry_run=True)).json()
    assert told["audience"] == named
    assert fresh(due).audience == Assignment.Audience.ALL


def test_what_would_be_refused_is_refused_beforehand(api: ApiClient, cast: Cast, due: Assignment) -> None:
    teacher = api.as_(cast.teacher)
    assert change(teacher, due, due=day("2300-01-01"), dry_run=True).status_code == 422
    assert change(teacher, due, closes_at="2026-01-01T12:00:00Z", opens_at="2026-01-02T12:00:00Z").status_code == 422
    assert change(api.as_(cast.assistant), due, title="Gates", dry_run=True).status_code == 403
    change(teacher, due, title="Gates")
    stale = change(teacher, due, title="Doors", dry_run=True)
    assert (stale.status_code, stale.json()["current_etag"]) == (412, f'"a{due.version + 1}"')


def test_while_names_are_hidden_only_how_many_stay_in_time_is_told(api: ApiClient, cast: Cast) -> None:
    room = nameless.make(cast)
    nameless.fill(room)
    with time_machine.travel(at("2026-03-10T10:02:00+01:00"), tick=False):
        earlier = {"due": day("2026-03-10", "09:12"), "dry_run": True}
        answer = change(api.as_(cast.teacher), fresh(room.assignment), **earlier)
    left = answer.json()["left_behind"]
    assert (left["in_time"]["count"], left["in_time"]["students"]) == (3, None)
    # Whose dates are her own is known by name; she has handed in nothing.
    assert [name for name in nameless.NAMES if name in answer.content.decode()] == [nameless.NAMES[6]]


# --- Many returns -----------------------------------------------------------------------------------------------------


def give_back(client: ApiClient, assignment: Assignment, ids: list[Any], **said: Any) -> Any:
    sent = {"submissions": [str(pk) for pk in ids], **said}
    headers = {"Idempotency-Key": str(uuid7())}
    answer = client.post(f"/api/v1/assignments/{assignment.pk}/returns", sent, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def by_id(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["submission"]: row for row in told["results"]}


def test_a_dry_run_says_who_would_have_it_back_and_who_not_and_why_and_returns_nothing(
    api: ApiClient, cast: Cast, assignment: Assignment
) -> None:
    ready, unmarked = (work.submission_of(assignment, person) for person in (cast.student, cast.classmate))
    for row in (ready, unmarked):
        work.hand_in(row)
    work.mark(ready, cast.teacher)
    teacher, ids = api.as_(cast.teacher), [ready.pk, unmarked.pk, uuid7()]
    told = leaving_nothing(lambda: give_back(teacher, assignment, ids, dry_run=True))
    assert told["dry_run"] is True
    hers, his, nobody = (by_id(told)[str(pk)] for pk in ids)
    assert hers == {
        "submission": str(ready.pk),
        "student": {"id": str(cast.student.pk), "name": "Student"},
        "alias": None,
        "status": 200,
        "score": "7.00",
        "out_of": "7.00",
    }
    assert (his["student"]["name"], his["status"], his["score"]) == ("Classmate", 422, None)
    assert his["problem"]["type"].endswith("/validation-failed")
    assert (nobody["status"], nobody["student"], nobody["alias"]) == (404, None, None)
    assert api.as_(cast.student).get(f"/api/v1/submissions/{ready.pk}/grade").json() == {"status": "none"}

    done = give_back(teacher, assignment, ids)
    assert (done["dry_run"], by_id(done)[str(ready.pk)]) == (False, hers)
    assert work.reread(ready).state == "returned"


def test_marks_in_sight_change_with_a_reason(api: ApiClient, cast: Cast, assignment: Assignment) -> None:
    row = work.submission_of(assignment, cast.student)
    work.hand_in(row)
    work.mark(row, cast.teacher)
    actions.return_grade(row, by=cast.teacher)
    actions.claim(row, by=cast.teacher)
    work.mark(row, cast.teacher, questions=[], score=Decimal(5))
    teacher = api.as_(cast.teacher)
    for dry_run in (True, False):
        (kept,) = give_back(teacher, assignment, [row.pk], dry_run=dry_run)["results"]
        assert (kept["status"], kept["problem"]["errors"][0]["pointer"]) == (422, "/reason")
    alone = teacher.post(f"/api/v1/submissions/{row.pk}/return", {}, headers={"Idempotency-Key": str(uuid7())})
    assert (alone.status_code, alone.json()["errors"][0]["pointer"]) == (422, "/reason")
    for _ in range(2):  # and asked once more it is returned still
        (done,) = give_back(teacher, assignment, [row.pk], reason="Counted twice")["results"]
        assert (done["status"], done["score"]) == (200, "5.00")
    assert row.events.filter(name="return").count() == 2


def test_without_names_a_dry_run_tells_numbers_and_knows_only_what_is_in(api: ApiClient, cast: Cast) -> None:
    room = nameless.make(cast)
    nameless.fill(room)
    with time_machine.travel(at("2026-03-10T10:02:00+01:00"), tick=False):
        ids = [row.pk for row in room.works]
        told = give_back(api.as_(cast.teacher), room.assignment, ids, dry_run=True)
    rows = [by_id(told)[str(pk)] for pk in ids]
    assert [row["alias"] for row in rows] == [f"Student {number}" for number in nameless.NUMBERS[:6]] + [None, None]
    assert [row["status"] for row in rows[6:]] == [404, 404]
    assert rows[2]["status"] == 200
    assert all(row["student"] is None for row in rows)
    assert not any(name in str(told) for name in nameless.NAMES)


def test_whose_it_is_costs_one_query_for_one_and_for_many(
    cast: Cast, assignment: Assignment, queries: Callable[[Callable[[], object]], int]
) -> None:
    ids = list(assignment.submissions.values_list("pk", flat=True))
    assert len(ids) > 1
    costs = [queries(lambda some=some: access.whose_work(cast.teacher, assignment, some)) for some in (ids[:1], ids)]
    assert costs == [1, 1]
