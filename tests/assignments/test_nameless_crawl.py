"""While names are hidden nothing that staff can read tells whose work is whose."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from accounts import actions as people
from accounts.models import Classroom, Membership
from assignments import actions, marks_moving
from assignments.models import Assignment, ClassMove
from tests.assignments import edited, nameless, work
from tests.assignments.crawl import Caller, Heard
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PARALLEL = "History 10C"
NOW = at("2026-03-11T10:02:00+01:00")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def faults(room: nameless.Room, heard: Heard) -> Iterator[str]:
    """What an answer tells that it must not."""
    on_work = any(str(one.pk) in heard.what for one in room.works)
    for said in parts(heard.text):
        for place, student in enumerate(room.students):
            submission, number = room.works[place], nameless.NUMBERS[place]
            by_name = [each for each in (student.display_name, student.username, str(student.pk)) if each in said]
            hers = (f"Student {number}", str(submission.pk), *nameless.KNOWN_BY.get(place, ()))
            by_number = [each for each in hers if each in said]
            if by_name and by_number:
                yield f"{by_name[0]} beside {by_number[0]}"
            if on_work and by_name:
                yield f"{by_name[0]} on a page of work without a name"
            minute = nameless.MINUTES[place]
            if re.search(rf"\b0?[789]:{minute}(:47)?\b", said):
                yield f"when {student.display_name} handed in"


def parts(text: str) -> list[str]:
    """A page, or the rows of a list of the interface: it may have work with names beside work without."""
    _head, _blank, body = text.partition("\n\n")
    if body.startswith('{"results":'):
        return [json.dumps(row, ensure_ascii=False) for row in json.loads(body)["results"]]
    return [text]


def check(room: nameless.Room, caller: Caller) -> None:
    assert not [heard for heard in caller.heard if heard.status >= 500]
    told: dict[str, str] = {}
    for heard in caller.heard:
        for fault in faults(room, heard):
            told.setdefault(fault, f"{heard.what} ({heard.status})")
    assert not told, told
    found = {n for n in nameless.NUMBERS for heard in caller.heard if f"Student {n}" in heard.text}
    # Who owes hers, and who is excused, are there by name alone.
    assert found == set(nameless.NUMBERS[:6])
    for student in room.students:
        assert any(student.display_name in heard.text for heard in caller.heard)


# What a part of an address shows of several students, by number or by name: each is met, so that none passes unread.
SAID_OF_MANY = {
    "/counts": "Student 641",
    "/passages/?of=": "Student 207",
    "cites=": "Student 207",
    "/comments/": "Student 129",
    "/rubric/regrade": "Student 974",
    "/rubric/regrades/": "Student 853",
    "/export/feedback/": "Student 853",
    "/missing/": "Greta Tandem",
    "/final-marks": "Greta Tandem",
}


def tells(room: nameless.Room, heard: Heard, key: str) -> bool:
    return heard.status == 200 and key in heard.what and SAID_OF_MANY[key] in heard.text


def do_for_many(room: nameless.Room, caller: Caller) -> list[Heard]:
    """What is done for several at once, as forms and programs send it. All of it is taken back."""
    before, assignment = len(caller.heard), edited.fresh(room.assignment)
    works, students = [str(one.pk) for one in room.works], [str(one.pk) for one in room.students]
    page, rest = f"/assignments/{assignment.pk}", f"/api/v1/assignments/{assignment.pk}"
    version = {"version": assignment.version}
    forms: list[tuple[str, dict[str, Any]]] = [
        (f"{page}/comments/", {"do": "preview", "body": "Once more.", "submissions": works}),
        (f"{page}/missing/", {"do": "undo", "submissions": students, **version}),
        (f"{page}/missing/", {"do": "undo", "submissions": works, **version}),
        (f"{page}/missing/", {"do": "make", "submissions": [*students, *works], **version}),
        (f"{page}/counts/", {"counts": "first", "preview": "0" * 32}),
    ]
    said = {"submissions": works, "question": None, "body": "Once more.", "dry_run": True}
    marked = {"submissions": [*students, *works]}
    programs = [
        (f"{rest}/comments", said),
        (f"{rest}/returns", {"submissions": works, "dry_run": True}),
        (f"{rest}/final-marks", {**marked, "reason": ""}),
        (f"{rest}/final-marks/undone", marked),
        (f"{rest}/counts", {"counts": "first", "preview": marks_moving.preview(assignment, "first").tag}),
    ]
    for client, sent in ((caller.session, forms), (caller.token, programs)):
        for n, (address, data) in enumerate(sent):
            headers = {"If-Match": f'"a{assignment.version}"', "Idempotency-Key": str(UUID(int=n + 1))}
            form = {"data": data, "headers": headers}
            if client is caller.token:
                form["content_type"] = "application/json"
            with transaction.atomic():
                caller._ask(client, "post", address, **form)
                transaction.set_rollback(True)
    return caller.heard[before:]


def make(cast: Cast) -> nameless.Room:
    room = nameless.make_all(cast)
    with time_machine.travel(at("2026-03-10T09:43:00+01:00"), tick=False):
        named = work.make_assignment(cast, room.assignment.edition, title="Marked by name")
        for student in room.students[:3]:
            work.hand_in(work.submission_of(named, student), received_at=at("2026-03-10T09:44:00+01:00"))
        parallel = people.open_classroom(name=PARALLEL, zone="Europe/Warsaw", by=cast.teacher)
        said = {"edition": room.assignment.edition, "by": cast.teacher}
        actions.create_assignment(parallel, title="Marked blindly, too", anonymous=True, **said)
        actions.create_assignment(parallel, title="Marked by name, too", **said)
    return room


def moves(room: nameless.Room) -> Iterator[str]:
    """What moving each of them to the other class would do, on the page and through REST."""
    to = Classroom.objects.get(name=PARALLEL).pk
    for member in Membership.objects.current().students().filter(classroom=room.cast.room):
        for place in ("/classes", "/api/v1/classrooms"):
            end = "/" if place == "/classes" else ""
            yield f"{place}/{member.classroom_id}/members/{member.pk}/move{end}?to={to}"


def move_everybody(room: nameless.Room, caller: Caller) -> None:
    """Each of them with every text that can come along, and what is told of it then; all of it is taken back."""
    parallel = Classroom.objects.get(name=PARALLEL)
    pairs = [
        f"{one.pk}:{other.pk}"
        for one in Assignment.objects.filter(classroom=room.cast.room)
        for other in Assignment.objects.filter(classroom=parallel, edition=one.edition)
        if other.names_hidden or not one.names_hidden
    ]
    for member in Membership.objects.current().students().filter(classroom=room.cast.room):
        with transaction.atomic():
            sent = {"to": str(parallel.pk), "copies": pairs}
            address = f"/classes/{member.classroom_id}/members/{member.pk}/move/"
            caller._ask(caller.session, "post", address, data=sent)
            move = ClassMove.objects.get()
            for told in (
                f"/classes/{parallel.pk}/moves/{move.pk}/",
                f"/api/v1/classrooms/{parallel.pk}/moves/{move.pk}",
                f"/assignments/{room.assignment.pk}/board/",
                f"/classes/{parallel.pk}/",
            ):
                assert [one.status_code for one in caller.get(told)] == [200]
            transaction.set_rollback(True)


def test_no_page_and_no_answer_has_a_name_beside_what_stands_for_it(cast: Cast) -> None:
    room = make(cast)
    with time_machine.travel(NOW, tick=False):
        teacher = Caller(cast.teacher)
        teacher.read_everything(twice=True)
        teacher.follow_links([*nameless.questions(room), *moves(room)], twice=True)
        check(room, teacher)
        assert set(SAID_OF_MANY) == {key for key in SAID_OF_MANY for heard in teacher.heard if tells(room, heard, key)}
        teacher.heard.clear()
        teacher.try_everything(room.works)
        assert all(heard.status in (200, 412) for heard in do_for_many(room, teacher))
        move_everybody(room, teacher)
        wrong = [(fault, heard.what) for heard in teacher.heard for fault in faults(room, heard)]
        assert not wrong, wrong


@pytest.mark.parametrize("person", ["co_teacher", "assistant"])
def test_nor_for_colleagues(cast: Cast, person: str) -> None:
    room = make(cast)
    with time_machine.travel(NOW, tick=False):
        colleague = Caller(getattr(cast, person))
        colleague.read_everything(room.works)
        check(room, colleague)
