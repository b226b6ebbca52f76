"""Oneself: name, zone, language, devices, and where one begins."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import DeviceToken, User
from tests.api_client import ApiClient, code, token_for
from tests.cast import Cast

ME, DEVICES = "/api/v1/me", "/api/v1/me/devices"


def test_one_changes_ones_name_and_zone(cast: Cast, api: ApiClient) -> None:
    answer = api.as_(cast.student).patch(ME, {"display_name": " Anna  Kowal ", "zone": "Europe/Lisbon"})
    assert (answer.json()["display_name"], answer.json()["zone"]) == ("Anna Kowal", "Europe/Lisbon")
    cast.student.refresh_from_db()
    assert cast.student.display_name == "Anna Kowal"
    assert api.as_(cast.student).patch(ME, {"zone": ""}).json()["zone"] == ""


@pytest.mark.parametrize("field", ["teaches", "username", "is_staff", "is_superuser", "school", "email", "id"])
def test_what_one_may_not_change_is_refused_by_name(cast: Cast, api: ApiClient, field: str) -> None:
    answer = api.as_(cast.student).patch(ME, {"display_name": "New", field: True})
    assert (answer.status_code, code(answer)) == (422, "validation-failed")
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"
    cast.student.refresh_from_db()
    assert cast.student.display_name == "Student"


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b"{}"])
def test_a_body_of_another_shape_is_a_clear_answer(cast: Cast, api: ApiClient, body: bytes) -> None:
    answer = api.as_(cast.student).generic("PATCH", ME, body, content_type="application/json")
    assert answer.status_code == (200 if body == b"{}" else 422)


def test_a_page_of_ours_calls_with_its_session_and_needs_the_csrf_token(cast: Cast, api: ApiClient) -> None:
    browser = api.by_session(cast.student)
    assert browser.get(ME).status_code == 200
    assert browser.patch(ME, {"display_name": "New"}).status_code == 403


def test_devices_are_listed_and_shut_out_one_by_one(cast: Cast, api: ApiClient) -> None:
    lost = token_for(cast.student, "lost phone")
    student = api.as_(cast.student)
    rows = student.get(DEVICES).json()["results"]
    assert [(row["name"], row["current"]) for row in rows] == [("test device", True), ("lost phone", False)]
    assert student.delete(f"{DEVICES}/{rows[1]['id']}").status_code == 204
    assert student.delete(f"{DEVICES}/{rows[1]['id']}").status_code == 204
    assert api.get(ME, headers={"Authorization": f"Bearer {lost}"}).status_code == 401
    assert [row["name"] for row in student.get(DEVICES).json()["results"]] == ["test device"]


def test_another_persons_device_is_absent(cast: Cast, api: ApiClient) -> None:
    token_for(cast.classmate, "hers")
    device = DeviceToken.objects.get(name="hers")
    assert api.as_(cast.student).delete(f"{DEVICES}/{device.pk}").status_code == 404
    device.refresh_from_db()
    assert device.revoked_at is None


def test_the_pages_do_the_same(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    token_for(cast.student, "tablet <b>")
    assert "tablet &lt;b&gt;" in client.get("/settings/devices/").content.decode()
    device = DeviceToken.objects.get()
    assert client.post(f"/settings/devices/{device.pk}/revoke/").status_code == 302
    assert not DeviceToken.objects.live().exists()
    answer = client.post("/settings/", {"display_name": "Анна", "zone": "Europe/Kyiv", "locale": "en"})
    assert answer.status_code == 302
    cast.student.refresh_from_db()
    assert (cast.student.display_name, cast.student.zone) == ("Анна", "Europe/Kyiv")
    answer = client.post("/settings/", {"display_name": "\u202ex", "zone": "Mars", "locale": "xx"})
    assert answer.context["form"].errors.keys() == {"display_name", "zone", "locale"}


def begins(client: Client, user: User) -> str:
    client.force_login(user)
    return str(client.get("/home/")["Location"])


def test_each_begins_where_her_work_is(cast: Cast, client: Client) -> None:
    try:
        today = reverse("today")
    except NoReverseMatch:
        today = "/classes/"
    cast.curator.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert begins(client, cast.student) == today
    assert begins(client, cast.teacher) == today
    assert begins(client, cast.curator) == "/cms/"
    assert begins(client, cast.admin) == "/admin/"
    assert begins(client, cast.stranger) == "/classes/"


def test_signing_in_on_the_page_leads_there(cast: Cast, client: Client) -> None:
    answer = client.post("/account/login/", {"login": "student", "password": "correct horse battery"})
    assert answer["Location"] == "/home/"
