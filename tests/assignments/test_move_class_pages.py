"""Moving a student to another class, on the pages and through REST: the same act, looked at beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import Membership
from assignments import actions, history
from assignments.models import ClassMove, Draft, ParkedCopy
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import revised, work
from tests.assignments.test_move_class import World, current
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def page_of(world: World) -> str:
    return reverse("member-move", args=[world.cast.room.pk, world.member.pk])


def key(world: World) -> str:
    return f"{world.here.pk}:{world.there.pk}"


# --------------------------------------------------------------------------------------------------------------- pages


def test_the_members_page_leads_there_where_another_class_is_run(world: World, teacher: Client) -> None:
    members = reverse("members", args=[world.cast.room.pk])
    assert page_of(world) in teacher.get(members).content.decode()
    staff = Membership.objects.get(classroom=world.cast.room, user=world.cast.assistant)
    assert reverse("member-move", args=[world.cast.room.pk, staff.pk]) not in teacher.get(members).content.decode()
    people.archive(world.parallel, by=world.cast.teacher)
    assert page_of(world) not in teacher.get(members).content.decode()


def test_the_classes_that_one_runs_are_offered_and_no_others(world: World, teacher: Client) -> None:
    people.enrol(world.cast.other_room, world.cast.teacher, role="assistant", by=world.cast.teacher)
    shown = teacher.get(page_of(world)).content.decode()
    assert "History 10C" in shown
    assert "History 9A" not in shown


def test_the_page_says_what_stays_what_comes_and_proposes_the_text(world: World, teacher: Client) -> None:
    world.write(citations=[work.cited(world.edition.pk)])
    work.make_assignment(world.cast, work.make_edition(), title="Somewhere else")
    shown = teacher.get(page_of(world), {"to": world.parallel.pk}).content.decode()
    assert f'value="{key(world)}" checked' in shown
    assert "draft begun" in shown
    assert "Somewhere else" in shown
    assert "Walls, too" in shown
    assert "1 citation" in shown
    assert "Mine alone." not in shown


def test_the_mark_of_what_stays_behind_stands_there(world: World, teacher: Client) -> None:
    work.hand_in(work.reread(world.mine))
    work.mark(work.reread(world.mine), world.cast.teacher)
    actions.return_grade(work.reread(world.mine), by=world.cast.teacher)
    assert "7 of 7" in teacher.get(page_of(world), {"to": world.parallel.pk}).content.decode()


def test_a_move_with_its_way_back(world: World, teacher: Client) -> None:
    world.write()
    done = teacher.post(page_of(world), {"to": world.parallel.pk, "copies": [key(world)]}, follow=True)
    said = done.content.decode()
    move = ClassMove.objects.get()
    assert "The text is the draft there now." in said
    assert current(world.cast.student) == {world.parallel.pk}
    back = reverse("class-move-back", args=[world.parallel.pk, move.pk])
    assert back in said
    undone = teacher.post(back, follow=True).content.decode()
    assert "moved Student back from History 10C to History 10B" in undone
    assert current(world.cast.student) == {world.cast.room.pk}
    told = teacher.get(reverse("class-moved", args=[world.parallel.pk, move.pk])).content.decode()
    assert "This move was taken back." in told


def test_sent_twice_it_is_one_move(world: World, teacher: Client) -> None:
    world.write()
    sent = {"to": world.parallel.pk, "copies": [key(world)]}
    answers = [teacher.post(page_of(world), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    move = ClassMove.objects.get()
    back = reverse("class-move-back", args=[world.parallel.pk, move.pk])
    assert len({teacher.post(back)["Location"] for _time in range(2)}) == 1
    assert ClassMove.objects.count() == 2
    assert list(history.check_all()) == []


def test_where_she_worked_since_the_page_says_what_moving_back_would_do(world: World, teacher: Client) -> None:
    move = world.move()
    work.hand_in(work.reread(world.work_there()))
    shown = teacher.post(reverse("class-move-back", args=[world.parallel.pk, move.pk]), follow=True).content.decode()
    assert "the move cannot simply be taken back" in shown
    assert "Move Student to History 10B?" in shown
    assert current(world.cast.student) == {world.parallel.pk}
    there = Membership.objects.get(classroom=world.parallel, user=world.cast.student)
    teacher.post(
        reverse("member-move", args=[world.parallel.pk, there.pk]),
        {"to": world.cast.room.pk, "copies": [f"{world.there.pk}:{world.here.pk}"]},
    )
    assert current(world.cast.student) == {world.cast.room.pk}
    assert Draft.objects.get(submission=world.mine).body == work.body_for(world.there)


def test_citations_that_could_not_come_along_are_listed(world: World, teacher: Client) -> None:
    there = world.assign(edition=revised.saying(world.edition, revised.GONE), title="The newer one")
    world.write(citations=[work.cited(world.edition.pk, note="Hers alone.")])
    sent = {"to": world.parallel.pk, "copies": [f"{world.here.pk}:{there.pk}"]}
    said = teacher.post(page_of(world), sent, follow=True).content.decode()
    assert "nobody was asked" in said
    assert "Hers alone." not in said


@pytest.mark.parametrize("which", ["of nobody", "of others"])
def test_a_class_of_others_answers_like_none(world: World, teacher: Client, which: str) -> None:
    to = uuid7() if which == "of nobody" else world.cast.other_room.pk
    answers = [teacher.get(page_of(world), {"to": to}), teacher.post(page_of(world), {"to": to})]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert teacher.post(page_of(world), {"to": world.parallel.pk}).status_code == 302


def test_who_only_helps_in_the_other_class_moves_nobody_there(world: World, client: Client) -> None:
    people.enrol(world.parallel, world.cast.co_teacher, role="assistant", by=world.cast.teacher)
    client.force_login(world.cast.co_teacher)
    assert client.post(page_of(world), {"to": world.parallel.pk}).status_code == 403
    Membership.objects.filter(classroom=world.parallel, user=world.cast.co_teacher).update(role="teacher")
    assert client.post(page_of(world), {"to": world.parallel.pk}).status_code == 302


def test_what_cannot_be_done_is_said_and_nothing_is_changed(world: World, teacher: Client) -> None:
    people.enrol(world.parallel, world.cast.student, role="student", by=world.cast.teacher)
    answer = teacher.post(page_of(world), {"to": world.parallel.pk})
    assert answer.status_code == 422
    assert "Student is in this class already." in answer.content.decode()


def test_the_student_finds_her_text_on_the_new_desk(world: World, client: Client) -> None:
    world.write()
    world.move(world.pair)
    client.force_login(world.cast.student)
    assert "Mine alone." in client.get(reverse("desk", args=[world.work_there().pk])).content.decode()
    assert client.get(reverse("desk", args=[world.mine.pk])).status_code == 404


# ---------------------------------------------------------------------------------------------------------------- REST


def address(world: World) -> str:
    return f"/api/v1/classrooms/{world.cast.room.pk}/members/{world.member.pk}/move"


def sent(world: World, *pairs: Any) -> dict[str, Any]:
    copies = [{"from_assignment": str(one), "to_assignment": str(other)} for one, other in pairs]
    return {"to": str(world.parallel.pk), "copies": copies}


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


def test_through_rest_one_looks_moves_and_moves_back(world: World) -> None:
    world.write(citations=[work.cited(world.edition.pk)])
    api = ApiClient().as_(world.cast.teacher)
    looked = api.get(f"{address(world)}?to={world.parallel.pk}").json()
    assert [row["work"]["state"] for row in looked["leaving"]] == ["drafting"]
    (offer,) = looked["leaving"][0]["offers"]
    assert (offer["to_assignment"]["id"], offer["proposed"], offer["citations"]) == (str(world.there.pk), True, 1)
    assert [(row["assignment"]["name"], row["comes_back"]) for row in looked["coming"]] == [("Walls, too", False)]
    once = keyed()
    made = api.post(address(world), sent(world, world.pair), headers=once)
    assert (made.status_code, [row["became"] for row in made.json()["copies"]]) == (201, ["draft"])
    again = api.post(address(world), sent(world, world.pair), headers=once)
    assert (again.json(), again["Idempotency-Replayed"]) == (made.json(), "true")
    other_key = api.post(address(world), sent(world, world.pair), headers=keyed())
    assert other_key.json()["id"] == made.json()["id"]
    told = api.get(made["Location"]).json()
    assert (told["from_classroom"]["name"], told["undone"]) == ("History 10B", False)
    back = api.post(f"{made['Location']}/back", {}, headers=keyed())
    assert (back.status_code, back.json()["undoes"]) == (201, made.json()["id"])
    assert api.get(made["Location"]).json()["undone"]
    assert current(world.cast.student) == {world.cast.room.pk}


def test_through_rest_a_key_is_asked_for(world: World) -> None:
    api = ApiClient().as_(world.cast.teacher)
    assert api.post(address(world), sent(world)).status_code == 400
    assert api.post(address(world), sent(world), headers=keyed()).status_code == 201


def test_through_rest_what_was_worked_on_since_stands_in_the_way(world: World) -> None:
    move = world.move()
    work.hand_in(work.reread(world.work_there()))
    api = ApiClient().as_(world.cast.teacher)
    answer = api.post(f"/api/v1/classrooms/{world.parallel.pk}/moves/{move.pk}/back", {}, headers=keyed())
    assert (answer.status_code, answer.json()["type"], answer.json()["titles"]) == (
        409,
        "/api/v1/problems/state-conflict",
        ["Walls, too"],
    )


def test_through_rest_refusals_name_their_place(world: World) -> None:
    api = ApiClient().as_(world.cast.teacher)
    for to in (uuid7(), world.cast.other_room.pk):
        answer = api.post(address(world), {"to": str(to), "copies": []}, headers=keyed())
        assert (answer.status_code, api.get(f"{address(world)}?to={to}").status_code) == (404, 404)
    assert [api.get(f"{address(world)}{said}").status_code for said in ("", "?to=there")] == [400, 400]
    answer = api.post(address(world), sent(world, (world.here.pk, uuid7())), headers=keyed())
    assert answer.json()["errors"][0] | {"message": ""} == {
        "pointer": "/copies/0",
        "code": "no-counterpart",
        "message": "",
    }
    assert not ClassMove.objects.exists()
    assert not ParkedCopy.objects.exists()
    assert api.post(address(world), sent(world, world.pair), headers=keyed()).status_code == 201
    assert api.get(f"{address(world)}?to={world.parallel.pk}").status_code == 404
