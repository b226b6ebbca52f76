"""Archiving a class, and opening it again."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import actions
from accounts.errors import ClassArchived
from accounts.models import AuditEntry, Classroom, Membership, User
from tests.api_client import ApiClient, code
from tests.cast import Cast

NOTHING_LEFT = {"unfinished": [], "staying": []}


def place(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_an_archived_class_is_read_and_opened_again_as_it_was(cast: Cast, api: ApiClient) -> None:
    teacher, where = api.as_(cast.teacher), f"/api/v1/classrooms/{cast.room.pk}"
    before = teacher.get(where).json()
    archived = teacher.patch(where, {"archived": True}, headers={"If-Match": '"c1"'})
    assert (archived.json()["archived"], archived["ETag"]) == (True, '"c2"')
    assert api.as_(cast.student).get(where).json()["archived"] is True
    assert api.as_(cast.student).get(f"{where}/members").status_code == 200
    opened = teacher.patch(where, {"archived": False}, headers={"If-Match": '"c2"'})
    assert opened.json() == {**before, "version": 3, **NOTHING_LEFT, "dry_run": False}


def test_a_dry_run_archives_nothing_and_is_held_to_the_version(cast: Cast, api: ApiClient) -> None:
    teacher, where = api.as_(cast.teacher), f"/api/v1/classrooms/{cast.room.pk}"
    before = teacher.get(where).json()
    shown = teacher.patch(where, {"archived": True, "dry_run": True}, headers={"If-Match": '"c1"'})
    assert shown.json() == {**before, "archived": True, "dry_run": True, **NOTHING_LEFT}
    assert shown["ETag"] == '"c1"'
    assert teacher.get(where).json() == before
    assert not AuditEntry.objects.filter(action="class archived").exists()
    archived = teacher.patch(where, {"archived": True}, headers={"If-Match": '"c1"'})
    assert archived.json() == {**shown.json(), "version": 2, "dry_run": False}
    stale = teacher.patch(where, {"archived": True, "dry_run": True}, headers={"If-Match": '"c1"'})
    assert code(stale) == "version-stale"


WRITES: dict[str, Callable[[Cast], object]] = {
    "rename": lambda cast: actions.change_classroom(cast.room, name="x", by=cast.teacher),
    "a new code": lambda cast: actions.rotate_join_code(cast.room, by=cast.teacher),
    "add": lambda cast: actions.add_member(cast.room, username="removed", role="student", by=cast.teacher),
    "remove": lambda cast: actions.remove_member(place(cast.student), by=cast.teacher),
    "restore": lambda cast: actions.restore_member(place(cast.removed), by=cast.teacher),
    "leave": lambda cast: actions.leave(place(cast.student), by=cast.student),
    "a role": lambda cast: actions.change_role(place(cast.student), role="assistant", by=cast.teacher),
    "a password": lambda cast: actions.reset_password(place(cast.student), by=cast.teacher),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_refused_with_one_error(cast: Cast, write: str) -> None:
    actions.archive(cast.room, by=cast.teacher)
    with pytest.raises(ClassArchived):
        WRITES[write](cast)
    actions.unarchive(cast.room, by=cast.teacher)
    WRITES[write](cast)


def test_the_error_is_a_problem_document(cast: Cast, api: ApiClient) -> None:
    actions.archive(cast.room, by=cast.teacher)
    answer = api.as_(cast.teacher).post(f"/api/v1/classrooms/{cast.room.pk}/join-code")
    assert (answer.status_code, code(answer)) == (409, "class-archived")


def test_archiving_twice_changes_nothing(cast: Cast) -> None:
    once = actions.archive(cast.room, by=cast.teacher)
    twice = actions.archive(cast.room, by=cast.teacher)
    assert (once.archived_at, once.version) == (twice.archived_at, twice.version)


def test_the_page_says_first_what_it_means_and_offers_undo_after(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}"
    assert client.get(f"{where}/archive/").status_code == 200
    assert not Classroom.objects.get(pk=cast.room.pk).archived, "looking changes nothing"
    answer = client.post(f"{where}/archive/", follow=True)
    assert Classroom.objects.get(pk=cast.room.pk).archived
    assert f'action="{where}/unarchive/"' in answer.content.decode()
    assert client.get(f"{where}/archive/").headers["Location"] == f"{where}/settings/", "it is not asked again"
    client.post(f"{where}/unarchive/")
    assert not Classroom.objects.get(pk=cast.room.pk).archived


def test_on_a_page_a_refused_write_says_why(cast: Cast, client: Client) -> None:
    actions.archive(cast.room, by=cast.teacher)
    client.force_login(cast.teacher)
    answer = client.post(f"/classes/{cast.room.pk}/members/{place(cast.student).pk}/remove/")
    assert answer.status_code == 409
    assert str(ClassArchived.title) in answer.content.decode()


def test_nobody_leaves_an_archived_class_and_its_page_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    where = f"/classes/{cast.room.pk}/leave/"

    def offered() -> bool:
        return "<form" in client.get(where).content.decode().partition("<main")[2].partition("</main")[0]

    assert offered()
    actions.archive(cast.room, by=cast.teacher)
    assert not offered()
    assert client.post(where).status_code == 409
    assert place(cast.student).left_at is None
    actions.unarchive(cast.room, by=cast.teacher)
    assert client.post(where).status_code == 302
