"""A student is moved at the very moment at which she hands in, saves, or is moved by somebody else."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.actions import enrol, open_classroom
from accounts.errors import HasLeft
from accounts.models import Membership
from assignments import actions
from assignments.errors import StateConflict
from assignments.history import check_all
from assignments.models import Attempt, ClassMove, Draft, ParkedCopy
from tests.assignments import work
from tests.assignments.test_concurrency import at_once
from tests.assignments.test_move_class import World, current
from tests.assignments.test_upgrade_at_once import while_waiting
from tests.cast import make_cast, person

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgres_only,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: nobody reads while another moves"
    ),
]


@pytest.fixture
def world() -> World:
    return World(make_cast())


def test_who_hands_in_while_she_is_moved_finds_her_text_set_aside(world: World) -> None:
    world.write()
    mine, body = work.reread(world.mine), work.body_for(world.here, "At the same moment.")
    answer = while_waiting(lambda: world.move(world.pair), lambda: work.hand_in(mine, body))
    assert isinstance(answer, StateConflict)
    assert (ParkedCopy.objects.get().body, Attempt.objects.count()) == (body, 0)
    assert "Mine alone." in Draft.objects.get(submission=world.work_there()).body_json
    assert list(check_all()) == []


def test_what_is_handed_in_just_before_stays_handed_in_and_comes_along(world: World) -> None:
    mine, body = work.reread(world.mine), work.body_for(world.here, "Just before.")
    while_waiting(lambda: work.hand_in(mine, body), lambda: world.move(world.pair))
    mine = work.reread(world.mine)
    assert (mine.state, mine.voided_from, Attempt.objects.get().body) == ("void", "submitted", body)
    assert Draft.objects.get(submission=world.work_there()).body == body
    assert list(check_all()) == []


def test_what_is_saved_just_before_is_what_comes_along(world: World) -> None:
    world.write("At first.")
    mine, body = work.reread(world.mine), work.body_for(world.here, "In the end.")
    while_waiting(
        lambda: actions.save_draft(mine, body=body, if_rev=1, by=world.cast.student), lambda: world.move(world.pair)
    )
    assert Draft.objects.get(submission=world.work_there()).body == body


def test_two_teachers_move_her_to_two_classes_and_she_is_in_one(world: World) -> None:
    third = open_classroom(name="History 10D", zone="Europe/Warsaw", by=world.cast.teacher)
    member = world.member
    answer = while_waiting(
        lambda: world.move(world.pair),
        lambda: actions.move_student(member, to=third, copies=[], by=world.cast.teacher),
    )
    assert isinstance(answer, HasLeft)
    assert current(world.cast.student) == {world.parallel.pk}
    assert list(check_all()) == []


def test_many_send_the_same_move_at_once_and_it_is_one(world: World) -> None:
    world.write()
    member = world.member
    said = {"to": world.parallel, "copies": [world.pair], "by": world.cast.teacher}
    answers = at_once(8, lambda n: actions.move_student(member, **said).pk)
    assert len(set(answers)) == 1
    assert ClassMove.objects.count() == 1
    assert list(check_all()) == []


def test_two_students_who_change_places_do_not_wait_for_each_other_for_ever(world: World) -> None:
    newcomer = person("newcomer", school=world.cast.school)
    enrol(world.parallel, newcomer, role="student", by=world.cast.teacher)
    there = Membership.objects.select_related("classroom", "user").get(classroom=world.parallel, user=newcomer)
    here = world.member

    def one(n: int) -> None:
        if n % 2:
            actions.move_student(here, to=world.parallel, copies=[], by=world.cast.teacher)
        else:
            actions.move_student(there, to=world.cast.room, copies=[], by=world.cast.teacher)

    assert at_once(2, one, workers=2) == [None, None]
    assert current(world.cast.student) == {world.parallel.pk}
    assert current(there.user) == {world.cast.room.pk}
    assert list(check_all()) == []
