"""While names are hidden nothing that staff can read tells whose work is whose."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
import time_machine

from tests.assignments import nameless, work
from tests.assignments.crawl import Caller, Heard
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = at("2026-03-10T10:02:00+01:00")


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
            if re.search(rf"\b0?[89]:{minute}(:47)?\b", said):
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


def make(cast: Cast) -> nameless.Room:
    room = nameless.make(cast)
    nameless.fill(room)
    with time_machine.travel(at("2026-03-10T09:43:00+01:00"), tick=False):
        named = work.make_assignment(cast, room.assignment.edition, title="Marked by name")
        for student in room.students[:3]:
            work.hand_in(work.submission_of(named, student), received_at=at("2026-03-10T09:44:00+01:00"))
    return room


def test_no_page_and_no_answer_has_a_name_beside_what_stands_for_it(cast: Cast) -> None:
    room = make(cast)
    with time_machine.travel(NOW, tick=False):
        teacher = Caller(cast.teacher)
        teacher.read_everything(twice=True)
        check(room, teacher)
        teacher.heard.clear()
        teacher.try_everything(room.works)
        wrong = [(fault, heard.what) for heard in teacher.heard for fault in faults(room, heard)]
        assert not wrong, wrong


@pytest.mark.parametrize("person", ["co_teacher", "assistant"])
def test_nor_for_colleagues(cast: Cast, person: str) -> None:
    room = make(cast)
    with time_machine.travel(NOW, tick=False):
        colleague = Caller(getattr(cast, person))
        colleague.read_everything(room.works)
        check(room, colleague)
