"""The day through REST: what the pages of a teacher and of a student have, for each her own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import Membership, User
from assignments import actions, boards
from assignments import today as days
from assignments.errors import AssignmentClosed
from assignments.models import Submission
from destalin_site.common import clock
from tests.api_client import ApiClient, code
from tests.assignments import corrected, nameless, remarks, work
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]
TODAY = "/api/v1/today"
NOON = at("2026-05-04T12:00Z")
FEW, MANY = 3, 30


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clocks:
        yield clocks


def moved(lines: Any) -> list[tuple[Any, ...]]:
    """Lines as the board has them, without what JSON writes otherwise."""
    ids = ("assignment", "classroom", "submission", "comment")
    return [
        tuple(str(value) if name in ids and value else value for name, value in line.items())
        for line in ({name: getattr(each, name) for name in each.__slots__} for each in lines)
    ]


def test_a_teacher_gets_the_lines_of_her_page_with_what_they_are_about(
    cast: Cast, api: ApiClient, client: Client, noon: Any
) -> None:
    noon.move_to(at("2026-05-01T12:00Z"))
    edition = remarks.make_edition()
    made = work.make_assignment(cast, edition, title="Walls", due=work.due("2026-05-03T12:00"))
    shut = work.make_assignment(cast, edition, title="Shut", closes_at=at("2026-05-02T12:00Z"))
    soon = work.make_assignment(cast, edition, title="Soon", due=work.due("2026-05-07T12:00"))
    work.hand_in(work.submission_of(made, cast.student))
    actions.ask_more_time(work.submission_of(made, cast.classmate), reason="In bed", by=cast.classmate)
    noon.move_to(NOON)
    parked = work.submission_of(shut, cast.student)
    with pytest.raises(AssignmentClosed):
        work.hand_in(parked)

    day = api.as_(cast.teacher).get(TODAY).json()
    teacher = day["teacher"]
    client.force_login(cast.teacher)
    page = client.get(reverse("today")).context["teacher"]
    assert page == boards.teacher_today(cast.teacher, NOON)
    for part in ("your_turn", "worth_a_look"):
        assert [tuple(line.values()) for line in teacher[part]] == moved(getattr(page, part))
    assert [(line["kind"], line["submission"]) for line in teacher["worth_a_look"]] == [
        ("waiting", str(parked.pk)),
        ("missing", None),
    ]
    assert [line["kind"] for line in teacher["your_turn"]] == ["to_grade", "asked"]
    assert [(line["assignment"], line["at"]) for line in teacher["ahead"]] == [(str(soon.pk), "2026-05-07T10:00:00Z")]
    assert [(room["id"], room["runs"]) for room in teacher["rooms"]] == [(str(cast.room.pk), True)]
    assert (teacher["day"], teacher["summary"]) == (page.day, page.summary)
    assert day["student"] is None


def test_a_student_gets_her_own_day_and_no_teachers(cast: Cast, api: ApiClient, client: Client, noon: Any) -> None:
    made = work.make_assignment(cast, title="Walls", due=work.due("2026-05-09T12:00"))
    hers = work.submission_of(made, cast.student)
    day = api.as_(cast.student).get(TODAY).json()
    assert day["teacher"] is None
    client.force_login(cast.student)
    page = client.get(reverse("today")).context["today"]
    (group,) = day["student"]["groups"]
    (item,) = group["items"]
    assert (group["id"], item["submission"], item["title"], item["primary"]) == ("todo", str(hers.pk), "Walls", True)
    shown = page.groups[0].items[0]
    assert (item["said"], item["act"], item["url"]) == (shown.said, shown.act, shown.url)
    assert (item["receipt_url"], item["ask_url"]) == (None, shown.ask_url)
    assert (day["student"]["day"], day["student"]["summary"]) == (page.day, page.summary)
    assert day["student"]["rooms"] == [{"id": str(cast.room.pk), "name": cast.room.name}]


def test_who_grades_in_one_class_and_learns_in_another_has_both(cast: Cast, api: ApiClient) -> None:
    colleague = api.as_(cast.assistant)
    assert colleague.get(TODAY).json()["student"] is None
    Membership.objects.create(classroom=cast.other_room, user=cast.assistant, role="student")
    given = {"edition": work.make_edition(), "title": "Walls", "by": cast.other_teacher}
    actions.create_assignment(cast.other_room, **given)
    day = colleague.get(TODAY).json()
    assert [room["name"] for room in day["teacher"]["rooms"]] == [cast.room.name]
    assert [room["name"] for room in day["student"]["rooms"]] == [cast.other_room.name]


def test_of_what_came_back_the_newest_is_there_and_all_of_it_where_that_is_said(
    cast: Cast, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "NEWEST", 1)
    edition = work.make_edition()
    for title in ("First", "Second"):
        row = work.submission_of(work.make_assignment(cast, edition, title=title), cast.student)
        work.hand_in(row)
        work.mark(row, cast.teacher)
        actions.return_grade(row, by=cast.teacher)
    student = api.as_(cast.student)

    def told(query: str) -> tuple[list[str], int]:
        (group,) = student.get(TODAY + query).json()["student"]["groups"]
        return [item["title"] for item in group["items"]], group["more"]

    assert told("") == told("?all_returned=false") == (["Second"], 1)
    assert told("?all_returned=true") == (["Second", "First"], 0)
    assert code(student.get(f"{TODAY}?all_returned=perhaps")) == "malformed-request"


def test_whoever_holds_this_day_is_told_so_until_something_moves(cast: Cast, api: ApiClient, noon: Any) -> None:
    made = work.make_assignment(cast)
    teacher = api.as_(cast.teacher)
    first = teacher.get(TODAY)
    assert teacher.get(TODAY, headers={"If-None-Match": first["ETag"]}).status_code == 304
    work.hand_in(work.submission_of(made, cast.student))
    assert teacher.get(TODAY, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_corrections_wait_until_a_teacher_has_read_them(cast: Cast, api: ApiClient) -> None:
    erratum = corrected.make(cast).erratum
    teacher = api.as_(cast.teacher)
    (told,) = teacher.get(TODAY).json()["teacher"]["corrections"]
    assert (told["id"], told["classroom"], told["acknowledged"]) == (str(erratum.pk), str(cast.room.pk), None)
    teacher.post(f"/api/v1/classrooms/{cast.room.pk}/errata/{erratum.pk}/acknowledgement", {})
    assert teacher.get(TODAY).json()["teacher"]["corrections"] == []


def test_while_names_are_hidden_work_stands_by_number_and_who_owes_hers_by_name(cast: Cast, api: ApiClient) -> None:
    room = nameless.make(cast)
    nameless.fill(room)
    with time_machine.travel(at("2026-03-26T10:02:00+01:00"), tick=False):
        answer = api.as_(cast.teacher).get(TODAY)
    said, lines = answer.content.decode(), answer.json()["teacher"]["worth_a_look"]
    waits = next(line for line in lines if line["kind"] == "waiting")
    assert (waits["submission"], waits["words"]) == (
        str(room.works[3].pk),
        f"Student {nameless.NUMBERS[3]} handed in when it could not be taken.",
    )
    assert "Greta Tandem" in next(line["words"] for line in lines if line["kind"] == "missing")
    assert not [name for place, name in enumerate(nameless.NAMES) if place != 6 and name in said]


def gives(cast: Cast, student: User, n: int, edition: Any) -> None:
    """A class of the teacher's in which something waits to be graded, is missing, and is due."""
    room = people.open_classroom(name=f"Class {n}", zone="Europe/Warsaw", by=cast.teacher)
    for one in (student, cast.classmate):
        Membership.objects.create(classroom=room, user=one, role="student")
    day = (clock.now() + dt.timedelta(days=1)).date()
    due = actions.DueSaid(day, dt.time(12), "Europe/Warsaw")
    made = actions.create_assignment(room, edition=edition, title=f"Walls {n}", due=due, by=cast.teacher)
    work.hand_in(Submission.objects.get(assignment=made, student=student))


@pytest.mark.parametrize("who", ["teacher", "classmate"])
def test_a_day_costs_the_same_for_few_and_for_many_classes(
    cast: Cast, api: ApiClient, queries: Queries, who: str
) -> None:
    edition, caller = work.make_edition(), api.as_(getattr(cast, who))
    for n in range(FEW):
        gives(cast, cast.student, n, edition)
    few = queries(lambda: caller.get(TODAY))
    for n in range(FEW, MANY):
        gives(cast, cast.student, n, edition)
    assert queries(lambda: caller.get(TODAY)) == few
    day = caller.get(TODAY).json()
    rooms = day["teacher" if who == "teacher" else "student"]["rooms"]
    assert len(rooms) == MANY + (who == "teacher")
