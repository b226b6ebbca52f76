"""A teacher gives a student of hers a fresh password."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts import actions
from accounts.models import AuditEntry, Membership, User
from destalin_site.common.errors import Forbidden
from destalin_site.common.models import IdempotencyRecord
from tests.api_client import ApiClient
from tests.cast import PASSWORD, Cast


def place(user: User) -> Membership:
    return Membership.objects.filter(user=user).earliest("joined_at")


def address(cast: Cast, user: User) -> str:
    return f"/api/v1/classrooms/{cast.room.pk}/members/{place(user).pk}/password-reset"


def test_it_is_told_once_works_and_ends_devices_and_sessions(cast: Cast, api: ApiClient) -> None:
    device = api.as_(cast.student)
    browser = Client()
    browser.force_login(cast.student)
    answer = api.as_(cast.teacher).post(address(cast, cast.student), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    fresh = answer.json()["password"]
    assert re.fullmatch(r"[2-9a-z]{4}(-[2-9a-z]{4}){2}", fresh)
    assert answer.json()["username"] == "student"
    cast.student.refresh_from_db()
    assert cast.student.check_password(fresh)
    assert not cast.student.check_password(PASSWORD)
    assert device.get("/api/v1/me").status_code == 401
    assert browser.get("/settings/").status_code == 302
    kept = str(AuditEntry.objects.values()) + str(IdempotencyRecord.objects.values())
    assert fresh not in kept, "the password is written down nowhere"
    assert AuditEntry.objects.get(action="password reset").actor == cast.teacher


def teaches(cast: Cast) -> None:
    User.objects.filter(pk=cast.student.pk).update(teaches=True)


def staff(cast: Cast) -> None:
    User.objects.filter(pk=cast.student.pk).update(is_staff=True)


def superuser(cast: Cast) -> None:
    User.objects.filter(pk=cast.student.pk).update(is_superuser=True)


def curates(cast: Cast) -> None:
    cast.student.groups.add(Group.objects.create(name="Whatever"))


def grades_elsewhere(cast: Cast) -> None:
    Membership.objects.create(classroom=cast.other_room, user=cast.student, role="assistant")


def left(cast: Cast) -> None:
    actions.remove_member(place(cast.student), by=cast.teacher)


@pytest.mark.parametrize("more", [teaches, staff, superuser, curates, grades_elsewhere, left])
def test_never_for_an_account_that_opens_more_than_a_students_work(cast: Cast, api: ApiClient, more: object) -> None:
    assert callable(more)
    more(cast)
    assert api.as_(cast.teacher).post(address(cast, cast.student)).status_code == 403
    cast.student.refresh_from_db()
    assert cast.student.check_password(PASSWORD)


def test_not_for_a_fellow_assistant_even_by_the_owner(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.reset_password(Membership.objects.get(user=cast.assistant), by=cast.teacher)


def test_on_the_page_it_takes_two_clicks(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}/members/{place(cast.student).pk}/password/"
    assert where in client.get(f"/classes/{cast.room.pk}/members/").content.decode()
    assert client.get(where).status_code == 200
    cast.student.refresh_from_db()
    assert cast.student.check_password(PASSWORD), "looking changes nothing"
    answer = client.post(where)
    found = re.search(r"[2-9a-z]{4}(-[2-9a-z]{4}){2}", answer.content.decode())
    assert found
    cast.student.refresh_from_db()
    assert cast.student.check_password(found[0])
    assert "no-store" in answer["Cache-Control"]


def test_the_page_of_a_colleague_says_why_not(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}/members/{place(cast.co_teacher).pk}/password/"
    assert "<form" not in client.get(where).content.decode().partition("<main")[2].partition("</main")[0]
    assert client.post(where).status_code == 403


def in_another_teachers_class(cast: Cast) -> None:
    Membership.objects.create(classroom=cast.other_room, user=cast.student, role="student")


def test_not_while_the_password_would_open_work_in_a_class_of_another_teacher(cast: Cast, api: ApiClient) -> None:
    in_another_teachers_class(cast)
    answer = api.as_(cast.teacher).post(address(cast, cast.student))
    assert answer.status_code == 403
    assert "An administrator can set it" in answer.json()["detail"]
    cast.student.refresh_from_db()
    assert cast.student.check_password(PASSWORD)
    Membership.objects.create(classroom=cast.other_room, user=cast.teacher, role="assistant")
    assert api.as_(cast.teacher).post(address(cast, cast.student)).status_code == 200


def test_a_class_that_the_student_has_left_does_not_count(cast: Cast, api: ApiClient) -> None:
    in_another_teachers_class(cast)
    actions.remove_member(Membership.objects.get(classroom=cast.other_room, user=cast.student), by=cast.other_teacher)
    assert api.as_(cast.teacher).post(address(cast, cast.student)).status_code == 200


def test_the_page_of_a_student_of_two_teachers_says_who_can_help(cast: Cast, client: Client) -> None:
    in_another_teachers_class(cast)
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}/members/{place(cast.student).pk}/password/"
    assert where not in client.get(f"/classes/{cast.room.pk}/members/").content.decode()
    shown = client.get(where).content.decode().partition("<main")[2].partition("</main")[0]
    assert "An administrator can set it" in shown
    assert "<form" not in shown
    assert client.post(where).status_code == 403
