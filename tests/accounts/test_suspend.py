"""Suspension, and the administrator's pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import pre_save
from django.test import Client

from accounts import actions
from accounts.models import AuditEntry, Classroom, Membership, User
from tests.api_client import ApiClient
from tests.cast import PASSWORD, Cast


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def person_form(user: User, **changes: Any) -> dict[str, Any]:
    fields = {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "school": str(user.school_id or ""),
        "locale": user.locale,
        "zone": user.zone,
        **{
            f"{rows}-{count}_FORMS": 0
            for rows in ("device_tokens", "emailaddress_set", "authenticator_set")
            for count in ("TOTAL", "INITIAL")
        },
        **{name: "on" for name in ("is_active", "teaches", "is_staff", "is_superuser") if getattr(user, name)},
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def test_a_suspended_person_is_out_on_her_next_request(cast: Cast, api: ApiClient) -> None:
    device, browser = api.as_(cast.student), Client()
    browser.force_login(cast.student)
    actions.suspend(cast.student, by=cast.admin)
    assert device.get("/api/v1/me").status_code == 401
    assert browser.get("/settings/").status_code == 302
    assert Client().post("/account/login/", {"login": "student", "password": PASSWORD})["Location"] != "/home/"
    actions.reinstate(cast.student, by=cast.admin)
    assert device.get("/api/v1/me").status_code == 401, "devices that were shut out stay out"
    assert Client().post("/account/login/", {"login": "student", "password": PASSWORD})["Location"] == "/home/"


def test_the_administrator_suspends_from_the_list(cast: Cast, desk: Client) -> None:
    desk.post(
        "/admin/accounts/user/",
        {"action": "suspend", "_selected_action": [str(cast.student.pk), str(cast.admin.pk)]},
    )
    cast.student.refresh_from_db()
    cast.admin.refresh_from_db()
    assert not cast.student.is_active
    assert cast.admin.is_active, "nobody locks herself out"
    assert AuditEntry.objects.get(action="suspended").actor == cast.admin


def test_unticking_active_in_the_form_is_a_suspension(cast: Cast, api: ApiClient, desk: Client) -> None:
    device = api.as_(cast.student)
    answer = desk.post(f"/admin/accounts/user/{cast.student.pk}/change/", person_form(cast.student, is_active=None))
    assert answer.status_code == 302, answer.context and answer.context["adminform"].form.errors
    assert device.get("/api/v1/me").status_code == 401
    assert AuditEntry.objects.filter(action="suspended").exists()


def test_teaches_is_the_administrators_to_give(cast: Cast, desk: Client) -> None:
    desk.post(f"/admin/accounts/user/{cast.stranger.pk}/change/", person_form(cast.stranger, teaches="on"))
    cast.stranger.refresh_from_db()
    assert cast.stranger.teaches


def meanwhile(model: type[Model], **columns: Any) -> Callable[..., None]:
    """Somebody else's change of the row, between the form's reading of it and its saving."""

    def change(instance: Model, **kwargs: Any) -> None:
        model.objects.filter(pk=instance.pk).update(**columns)

    pre_save.connect(change, sender=model, weak=False)
    return change


def test_the_form_writes_what_it_changed_and_leaves_what_somebody_else_changed_meanwhile(
    cast: Cast, desk: Client
) -> None:
    other = [meanwhile(User, zone="Asia/Almaty"), meanwhile(Classroom, version=7, join_code="NEWCODE234")]
    try:
        where = f"/admin/accounts/user/{cast.stranger.pk}/change/"
        assert desk.post(where, person_form(cast.stranger, teaches="on")).status_code == 302
        code = cast.room.join_code
        room = {"name": "10D", "zone": cast.room.zone, "school": str(cast.school.pk), "join_code": code}
        room["initial-join_code"] = code
        room |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
        assert desk.post(f"/admin/accounts/classroom/{cast.room.pk}/change/", room).status_code == 302
    finally:
        for change, model in zip(other, (User, Classroom), strict=True):
            pre_save.disconnect(change, sender=model)
    cast.stranger.refresh_from_db()
    assert (cast.stranger.teaches, cast.stranger.zone) == (True, "Asia/Almaty")
    cast.room.refresh_from_db()
    assert (cast.room.name, cast.room.join_code, cast.room.version) == ("10D", "NEWCODE234", 8)


def test_a_look_alike_is_refused_beside_its_field(cast: Cast, desk: Client) -> None:
    answer = desk.post(
        f"/admin/accounts/user/{cast.stranger.pk}/change/", person_form(cast.stranger, username="Student")
    )
    assert "username" in answer.context["adminform"].form.errors


def test_people_are_added_with_their_look(cast: Cast, desk: Client) -> None:
    password = {"usable_password": "true", "password1": "staple battery", "password2": "staple battery"}
    answer = desk.post("/admin/accounts/user/add/", {"username": "Nina", "display_name": "Nina", **password})
    assert answer.status_code == 302, answer.context and answer.context["adminform"].form.errors
    assert User.objects.get(username="Nina").username_look == "nina"


def test_memberships_are_changed_through_the_acts(cast: Cast, desk: Client) -> None:
    def inline(**changes: str) -> dict[str, str]:
        rows = list(Membership.objects.filter(classroom=cast.room).order_by("joined_at", "id"))
        data = {
            "name": cast.room.name,
            "zone": cast.room.zone,
            "school": str(cast.school.pk),
            "join_code": cast.room.join_code,
            "memberships-TOTAL_FORMS": str(len(rows)),
            "memberships-INITIAL_FORMS": str(len(rows)),
        }
        for n, row in enumerate(rows):
            data |= {
                f"memberships-{n}-id": str(row.pk),
                f"memberships-{n}-classroom": str(cast.room.pk),
                f"memberships-{n}-user": str(row.user_id),
                f"memberships-{n}-role": changes.get(row.user.username, row.role),
            }
        return data

    where = f"/admin/accounts/classroom/{cast.room.pk}/change/"
    assert desk.post(where, inline(co_teacher="owner")).status_code == 302
    roles = dict(Membership.objects.filter(classroom=cast.room).values_list("user__username", "role"))
    assert (roles["co_teacher"], roles["teacher"]) == ("owner", "teacher")
    assert AuditEntry.objects.filter(action="role changed").count() == 1
    refused = desk.post(where, inline(classmate="teacher"))
    assert refused.status_code == 200, "said beside the field"


def test_the_log_is_read_and_nothing_else(cast: Cast, desk: Client) -> None:
    actions.archive(cast.room, by=cast.teacher)
    entry = AuditEntry.objects.get(action="class archived")
    assert cast.teacher.display_name in desk.get("/admin/accounts/auditentry/").content.decode()
    where = f"/admin/accounts/auditentry/{entry.pk}"
    assert desk.get(f"{where}/change/").status_code == 200
    assert desk.post(f"{where}/change/", {"action": "x"}).status_code == 403
    assert desk.post(f"{where}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/accounts/auditentry/add/").status_code == 403


def test_people_and_classes_are_not_deleted(cast: Cast, desk: Client) -> None:
    for what, pk in (("user", cast.student.pk), ("classroom", cast.room.pk)):
        assert desk.post(f"/admin/accounts/{what}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_every_page_of_the_desk_opens(cast: Cast, desk: Client, api: ApiClient) -> None:
    api.as_(cast.student)
    for name in ("user", "school", "classroom", "devicetoken", "auditentry"):
        assert desk.get(f"/admin/accounts/{name}/").status_code == 200, name
    for name in ("user", "school", "classroom"):
        assert desk.get(f"/admin/accounts/{name}/add/").status_code == 200, name


def test_the_desk_is_for_administrators(cast: Cast, client: Client) -> None:
    for user in (cast.teacher, cast.curator, cast.student):
        client.force_login(user)
        assert client.get("/admin/accounts/user/", follow=False).status_code == 302
