"""Signing in from an app, the token that it gets, and every way in which that ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import DeviceToken, Membership, User
from tests.api_client import ApiClient, code
from tests.cast import PASSWORD, Cast

LOGIN, SIGNUP = "/api/auth/app/v1/auth/login", "/api/auth/app/v1/auth/signup"
SESSION, CHANGE = "/api/auth/app/v1/auth/session", "/api/auth/app/v1/account/password/change"
ME = "/api/v1/me"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def login(username: str = "student", password: str = PASSWORD, **headers: str) -> Any:
    return Client().post(
        LOGIN, {"username": username, "password": password}, content_type="application/json", headers=headers
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_student_signs_in_without_an_address_and_gets_a_token(cast: Cast, api: ApiClient) -> None:
    answer = login(**{"Device-Name": "Anna's tablet"})
    assert answer.status_code == 200
    meta = answer.json()["meta"]
    assert meta["is_authenticated"] is True
    me = api.get(ME, headers=bearer(meta["access_token"]))
    assert me.status_code == 200
    assert me.json()["username"] == "student"
    device = DeviceToken.objects.get(user=cast.student)
    assert device.name == "Anna's tablet"
    assert meta["access_token"] not in (device.digest, device.session_key)


def test_the_case_of_a_user_name_does_not_matter(cast: Cast) -> None:
    assert login("Student").status_code == 200


def test_a_wrong_password_is_told_like_an_unknown_name(cast: Cast) -> None:
    wrong, unknown = login(password="wrong"), login("nobody-of-this-name", "wrong")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert not DeviceToken.objects.exists()


def test_five_wrong_passwords_stop_that_name_and_no_other(cast: Cast) -> None:
    for _try in range(5):
        login(password="wrong")
    assert login().status_code == 400
    assert login("classmate").status_code == 200


def test_a_sign_in_that_is_not_complete_says_with_401_what_is_open(cast: Cast) -> None:
    answer = Client().get(SESSION)
    assert answer.status_code == 401
    assert {"login", "signup"} <= {flow["id"] for flow in answer.json()["data"]["flows"]}


@pytest.mark.parametrize("body", [b"[" * 5000, b'"\\ud800"', b"{", b"\xff"])
def test_unreadable_bodies_are_a_clear_400(cast: Cast, body: bytes) -> None:
    answer = Client().post(LOGIN, body, content_type="application/json")
    assert answer.status_code == 400
    assert code(answer) == "malformed-request"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "bearer  ", "Bearer \x7f"])
def test_a_bad_token_is_never_taken_for_nobody(cast: Cast, api: ApiClient, header: str) -> None:
    for path in (ME, "/api/v1/lessons"):  # the second is open to everybody
        answer = api.get(path, headers={"Authorization": header})
        assert answer.status_code == 401, path
        assert code(answer) == "unauthenticated"
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_nobody_is_told_how_to_sign_in(db: None, api: ApiClient) -> None:
    answer = api.get(ME)
    assert answer.status_code == 401
    assert code(answer) == "unauthenticated"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_slides_while_it_is_used_and_runs_out_when_not(cast: Cast, api: ApiClient) -> None:
    token = login().json()["meta"]["access_token"]
    device = DeviceToken.objects.get()
    now = timezone.now()
    DeviceToken.objects.update(last_used_at=now - timedelta(days=80), expires_at=now + timedelta(days=10))
    assert api.get(ME, headers=bearer(token)).status_code == 200
    device.refresh_from_db()
    assert device.expires_at > now + timedelta(days=89)

    DeviceToken.objects.update(expires_at=now - timedelta(seconds=1))
    answer = api.get(ME, headers=bearer(token))
    assert answer.status_code == 401
    assert code(answer) == "token-expired"


def test_using_a_token_costs_a_write_an_hour_at_most(cast: Cast, api: ApiClient, queries: Any) -> None:
    token = login().json()["meta"]["access_token"]
    api.get(ME, headers=bearer(token))
    assert queries(lambda: api.get("/api/v1/classrooms", headers=bearer(token))) == 2


def test_changing_the_password_ends_every_device_and_other_session(cast: Cast, api: ApiClient) -> None:
    meta = login().json()["meta"]
    other = login().json()["meta"]["access_token"]
    browser = Client()
    browser.force_login(cast.student)
    changed = Client().post(
        CHANGE,
        {"current_password": PASSWORD, "new_password": "staple battery correct"},
        content_type="application/json",
        headers={"X-Session-Token": meta["session_token"]},
    )
    assert changed.status_code == 401  # done, and to be signed in again
    for token in (meta["access_token"], other):
        assert api.get(ME, headers=bearer(token)).status_code == 401
    assert browser.get("/settings/").status_code == 302
    assert login().status_code == 400
    assert login(password="staple battery correct").status_code == 200


def test_on_the_page_the_password_changes_and_one_stays_signed_in(cast: Cast, api: ApiClient) -> None:
    token = login().json()["meta"]["access_token"]
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post("/account/login/", {"login": "student", "password": PASSWORD})
        assert browser.get("/settings/").status_code == 200
    here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "staple battery correct", "password2": "staple battery correct"},
    )
    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302
    assert api.get(ME, headers=bearer(token)).status_code == 401


def test_the_app_session_opens_nothing_of_the_api_and_lives_for_minutes(cast: Cast, api: ApiClient) -> None:
    key = login().json()["meta"]["session_token"]
    as_cookie = ApiClient()
    as_cookie.cookies["sessionid"] = key
    assert as_cookie.get(ME).status_code == 401
    assert api.get(ME, headers=bearer(key)).status_code == 401
    from django.contrib.sessions.models import Session

    session = Session.objects.get(pk=key)
    assert session.expire_date < timezone.now() + timedelta(minutes=16)
    assert Client().get(SESSION, headers={"X-Session-Token": key}).status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert Client().get(SESSION, headers={"X-Session-Token": key}).status_code in (401, 410)


def test_the_app_session_goes_with_its_device(cast: Cast, api: ApiClient) -> None:
    meta = login().json()["meta"]
    device = DeviceToken.objects.get()
    api.as_(cast.student).delete(f"/api/v1/me/devices/{device.pk}")
    assert Client().get(SESSION, headers={"X-Session-Token": meta["session_token"]}).status_code in (401, 410)


def signup(**fields: str) -> Any:
    body = {"username": "nina", "password": PASSWORD, "display_name": "Nina Sokol", **fields}
    return Client().post(SIGNUP, body, content_type="application/json")


def test_a_student_signs_up_with_a_class_code_and_no_address(cast: Cast, api: ApiClient) -> None:
    room_code = cast.room.join_code
    answer = signup(code=f" {room_code[:5].lower()}-{room_code[5:]} ")
    assert answer.status_code == 200
    nina = User.objects.get(username="nina")
    assert nina.display_name == "Nina Sokol"
    assert not nina.teaches
    assert Membership.objects.get(user=nina).classroom == cast.room
    rooms = api.get("/api/v1/classrooms", headers=bearer(answer.json()["meta"]["access_token"])).json()["results"]
    assert [(room["id"], room["role"]) for room in rooms] == [(str(cast.room.pk), "student")]


def test_without_a_code_one_joins_later(cast: Cast) -> None:
    assert signup().status_code == 200
    assert not Membership.objects.filter(user__username="nina").exists()


@pytest.mark.parametrize("wrong", ["AAAAAAAAAA", "short", "\u202eABCDEFGHIJ"])
def test_a_wrong_code_makes_no_account_and_says_where_the_fault_is(cast: Cast, wrong: str) -> None:
    answer = signup(code=wrong)
    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {"code"}
    assert not User.objects.filter(username="nina").exists()


def test_a_schools_teacher_code_makes_a_teacher_of_that_school(cast: Cast) -> None:
    assert signup(code=cast.school.teacher_code).status_code == 200
    nina = User.objects.get(username="nina")
    assert (nina.teaches, nina.school) == (True, cast.school)


@pytest.mark.parametrize(
    "name", ["STUDENT", "ｓｔｕｄｅｎｔ", "ѕtudеnt"], ids=["case", "full width", "Cyrillic letters among Latin ones"]
)
def test_a_name_that_looks_like_another_makes_no_second_account(cast: Cast, name: str) -> None:
    answer = signup(username=name)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["param"] == "username"
    assert "2" in error["message"], "a free name is proposed"
    assert not User.objects.filter(display_name="Nina Sokol").exists()


def test_a_user_name_cannot_pass_for_an_address(cast: Cast) -> None:
    assert signup(username="student@school.example").status_code == 400


@pytest.mark.parametrize("name", ["\u202eanin", "n\u0301\u0301\u0301\u0301\u0301\u0301", "nul\x00", "\u200b"])
def test_a_hostile_display_name_is_refused(cast: Cast, name: str) -> None:
    answer = signup(display_name=name)
    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {"display_name"}
