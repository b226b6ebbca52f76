"""While names are hidden: what is done for many at once, and what is told of it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assignments import actions, boards, exports, grade_log, marks_moving, regrades
from assignments.boards import left_behind
from assignments.models import Assignment, Event, FinalMark, Notice, Regrade, SharedComment
from tests.api_client import ApiClient
from tests.assignments import edited, nameless, work
from tests.assignments.nameless import NAMES, NUMBERS, OWED, Room
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = at("2026-03-11T10:02:00+01:00")
CALLED = [f"Student {number}" for number in NUMBERS]


@pytest.fixture
def room(cast: Cast) -> Room:
    return nameless.make_all(cast)


def in_order(*places: int) -> list[str]:
    """What these are called, in the order of numbers."""
    return [f"Student {number}" for number in sorted(NUMBERS[place] for place in places)]


def fresh(room: Room) -> Assignment:
    return edited.fresh(room.assignment)


def show(room: Room) -> None:
    actions.show_names(room.assignment, by=room.cast.teacher)


@time_machine.travel(NOW, tick=False)
def test_marks_that_would_move_are_listed_by_number(room: Room, api: ApiClient) -> None:
    address = reverse("api-counts", args=[room.assignment.pk])
    (move,) = marks_moving.preview(fresh(room), "latest").moves
    assert move.name == CALLED[0]
    (said,) = api.as_(room.cast.teacher).get(address, {"counts": "latest"}).json()["moves"]
    assert (said["student"], said["alias"]) == (None, CALLED[0])
    show(room)
    (said,) = api.as_(room.cast.teacher).get(address, {"counts": "latest"}).json()["moves"]
    assert (said["student"]["name"], said["alias"]) == (NAMES[0], None)


@time_machine.travel(NOW, tick=False)
def test_marks_on_another_rubric_are_shown_and_brought_along_by_number(room: Room, api: ApiClient) -> None:
    shown = regrades.preview(fresh(room))
    assert list(dict.fromkeys(row.name for row in shown.rows)) == in_order(0, 1, 2, 4, 5)
    done = Regrade.objects.get()
    assert [row.name for row in regrades.outcome(done, "Europe/Warsaw").rows if row.submission == room.works[2].pk] == [
        CALLED[2]
    ]
    pk = room.assignment.pk
    client = api.as_(room.cast.teacher)
    for address in (reverse("api-regrade", args=[pk]), reverse("api-regraded", args=[pk, done.pk])):
        rows = client.get(address).json()["rows"]
        assert rows
        assert all(row["student"] is None and row["alias"] in CALLED for row in rows)
    show(room)
    assert NAMES[2] in {row.name for row in regrades.outcome(done, "Europe/Warsaw").rows}


@time_machine.travel(NOW, tick=False)
def test_who_used_a_passage_stands_by_number_and_who_owes_by_name(room: Room) -> None:
    users = boards.users_of(fresh(room), "¶1", viewer=room.cast.teacher, now=NOW)
    assert users is not None
    assert [row.name for row in users.citing] == in_order(0, 1)
    assert [row.name for row in users.not_citing] == in_order(2, 4, 5)
    # What waits for a decision is there by its number, and is no hand-in that counts.
    assert [row.name for row in users.nothing_in] == [CALLED[3], NAMES[6]]


@time_machine.travel(NOW, tick=False)
def test_a_comment_for_several_names_them_by_number(room: Room, client: Client) -> None:
    client.force_login(room.cast.teacher)
    address = reverse("assignment-comment", args=[room.assignment.pk])
    page = client.get(address)
    assert [name for _pk, name, _chosen in page.context["students"]] == in_order(0, 1, 2, 4, 5)
    chosen = {"do": "preview", "body": "Once more.", "submissions": [room.works[place].pk for place in (2, 1)]}
    page = client.post(address, chosen)
    assert [line.name for line in page.context["gets"]] == [CALLED[2]]
    assert [line.name for line in page.context["refused"]] == [CALLED[1]]
    shared = SharedComment.objects.get()
    page = client.get(reverse("shared-comment", args=[room.assignment.pk, shared.pk]))
    assert [line.name for line, _there in page.context["gets"]] == in_order(0, 1, 5)
    assert not any(name in page.content.decode() for name in NAMES)


@time_machine.travel(NOW, tick=False)
def test_feedback_in_a_folder_is_by_number_as_are_its_files(room: Room) -> None:
    def folder() -> dict[str, str]:
        file = exports.feedback(fresh(room), by=room.cast.teacher, now=NOW)
        packed = zipfile.ZipFile(io.BytesIO(b"".join(file.parts)))
        return {name: packed.read(name).decode() for name in packed.namelist()}

    found = folder()
    pages = [name for name in found if name != "index.csv"]
    assert [name.rsplit(" ", 1)[0] for name in pages] == in_order(0, 2, 4)
    said = "".join([*found, *found.values()])
    assert not any(name in said for name in NAMES)
    assert not any(str(one.pk) in said for one in room.students)
    assert "9:11" not in said
    show(room)
    assert [name.rsplit(" ", 1)[0] for name in folder() if name != "index.csv"] == [NAMES[0], NAMES[2], NAMES[4]]


@time_machine.travel(NOW, tick=False)
def test_staff_are_told_nothing_of_when_work_came_until_names_are_shown(room: Room, api: ApiClient) -> None:
    kept = Notice.objects.filter(person=room.cast.teacher)
    assert {row.kind for row in kept} == {"parked", "again"}
    client = api.as_(room.cast.teacher)
    assert client.get("/api/v1/notices").json() == {"results": [], "next": None, "unread": 0}
    assert Notice.objects.visible_to(room.students[0]).exists()
    show(room)
    told = client.get("/api/v1/notices").json()["results"]
    # What came again was returned since, which ends the notice of it.
    assert [name for name in NAMES for row in told if name in row["words"]] == [NAMES[3]]


@time_machine.travel(NOW, tick=False)
def test_missing_work_is_made_final_by_student(room: Room, client: Client, api: ApiClient) -> None:
    pk, student = room.assignment.pk, str(room.students[6].pk)
    told = api.as_(room.cast.teacher).get(reverse("api-final-marks", args=[pk]))
    (row,) = told.json()["results"]
    assert (row["submission"], row["student"]) == (None, {"id": student, "name": NAMES[6]})
    assert row["missing"]["final"] == "4.00"

    client.force_login(room.cast.teacher)
    address = reverse("assignment-missing", args=[pk])
    sent = {"do": "undo", "version": fresh(room).version}
    # By the id that it will have by number nothing is found.
    page = client.post(address, {**sent, "submissions": [str(room.works[6].pk)]})
    assert page.context["outcomes"] == []
    assert FinalMark.objects.filter(submission=room.works[6], ended="").exists()
    page = client.post(address, {**sent, "submissions": [student]})
    assert [(row["name"], row["done"]) for row in page.context["outcomes"]] == [(NAMES[6], True)]
    assert not FinalMark.objects.filter(submission=room.works[6], ended="").exists()
    assert str(room.works[6].pk) not in page.content.decode()
    page = client.post(address, {**sent, "do": "make", "submissions": [student]})
    assert [row["done"] for row in page.context["outcomes"]] == [True]
    # What is in is not known by name: it is not found.
    page = client.post(address, {**sent, "do": "make", "submissions": [str(room.students[2].pk)]})
    assert [(row["name"], row["done"]) for row in page.context["outcomes"]] == [(NAMES[2], False)]
    show(room)
    told = api.as_(room.cast.teacher).get(reverse("api-final-marks", args=[pk]))
    assert [row["submission"] for row in told.json()["results"]] == [str(room.works[6].pk)]


@time_machine.travel(NOW, tick=False)
def test_that_work_was_missing_once_is_not_told_beside_its_number(room: Room, api: ApiClient) -> None:
    mine = room.work(5)
    assert [each.name for each in Event.objects.filter(submission=mine, name__startswith="final")] == [
        "final mark",
        "final mark ended",
    ]
    teacher, student = room.cast.teacher, room.students[5]

    def log(viewer: Any) -> list[str]:
        return [entry.reason for entry in grade_log.of(room.work(5), viewer=viewer)]

    assert OWED in log(student)
    assert OWED not in log(teacher)
    said = api.as_(teacher).get(reverse("api-submission", args=[mine.pk])).json()
    assert said["missing"] is None
    show(room)
    assert OWED in log(teacher)


@time_machine.travel(NOW, tick=False)
def test_what_waits_for_a_decision_counts_as_nothing_beside_its_number(room: Room, cast: Cast) -> None:
    """She owed, that was made final, and what she hands in then is set aside."""
    place = 6
    with time_machine.travel(NOW, tick=False):
        work.set_aside(room.work(place))
    board = boards.assignment_board(fresh(room), viewer=cast.teacher, now=NOW)
    (row,) = [row for row in board.rows if row.submission == room.works[place].pk]
    assert (row.name, row.counted_missing, "missing_final" in row.badge_codes) == (CALLED[place], None, False)
    assert board.missing_work == ()
    assert NAMES[place] not in {one.name for one in board.expected}
    cells = boards.class_board(cast.room, viewer=cast.teacher, now=NOW)
    (hers,) = [row for row in cells.rows if row.name == NAMES[place]]
    assert hers.sums.made_final == 0


@time_machine.travel(NOW, tick=False)
def test_an_earlier_due_time_says_how_many_came_behind_it_and_not_who(room: Room) -> None:
    due = work.due("2026-03-10T09:12")
    moved = actions.dates.resolved(due)
    (words, *_others) = left_behind(fresh(room), moved, {}).sentences()
    assert words.startswith("3 students have handed in after the new due time,")
    assert words.endswith("and stay in time.")
    show(room)
    (words, *_others) = left_behind(fresh(room), moved, {}).sentences()
    assert words.endswith(f"and stay in time: {NAMES[0]}, {NAMES[1]}, {NAMES[2]}.")
