"""Signing in and out is written into the log, from the pages and from an app."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from accounts import actions
from accounts.models import AuditEntry, DeviceToken, User
from tests.cast import PASSWORD, Cast

APP = "/api/auth/app/v1/auth"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def by_page(name: str = "student", password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": name, "password": password})
    return browser


def by_app(name: str = "student", password: str = PASSWORD) -> Any:
    key = "email" if "@" in name else "username"
    return Client().post(f"{APP}/login", {key: name, "password": password}, content_type="application/json")


WAYS = pytest.mark.parametrize(("way", "client_"), [(by_page, "web"), (by_app, "app")], ids=["page", "app"])


def log() -> list[tuple[str, str, dict[str, Any]]]:
    """What the log says, in order: the act, the name of whom it is about, the facts."""
    names = {str(user.pk): user.username for user in User.objects.all()}
    rows = AuditEntry.objects.order_by("id").values_list("action", "subject_id", "facts")
    return [(action, names.get(subject, ""), facts) for action, subject, facts in rows]


@WAYS
def test_a_sign_in_is_written_down_with_its_client(cast: Cast, way: Any, client_: str) -> None:
    way()
    assert log() == [("signed in", "student", {"client": client_})]
    assert AuditEntry.objects.get().actor == cast.student


@WAYS
def test_a_wrong_password_is_written_down_with_the_name_as_typed(cast: Cast, way: Any, client_: str) -> None:
    way("Student", "no-such-password")
    assert log() == [("sign-in failed", "student", {"client": client_, "name": "Student"})]
    assert AuditEntry.objects.get().actor is None, "it is not known who it was"


@WAYS
def test_a_name_of_nobodys_is_not_written_down(cast: Cast, way: Any, client_: str) -> None:
    way("my-Secret-1", "no-such-password")
    assert log() == [("sign-in failed", "", {"client": client_})]


@WAYS
def test_an_address_counts_as_a_name(cast: Cast, way: Any, client_: str) -> None:
    User.objects.filter(pk=cast.student.pk).update(email="anna@school.example")
    way("anna@school.example", "no-such-password")
    assert log() == [("sign-in failed", "student", {"client": client_, "name": "anna@school.example"})]


def test_a_suspended_persons_try_is_written_down(cast: Cast) -> None:
    actions.suspend(cast.student, by=cast.admin)
    by_page()
    assert log()[-1] == ("sign-in failed", "student", {"client": "web", "name": "student"})


def test_signing_out_on_the_page(cast: Cast) -> None:
    browser = by_page()
    browser.post("/account/logout/")
    browser.post("/account/logout/")
    assert [row[0] for row in log()] == ["signed in", "signed out"], "who is out already does not go out again"
    assert log()[-1] == ("signed out", "student", {"client": "web"})


def test_signing_out_in_an_app(cast: Cast) -> None:
    key = by_app().json()["meta"]["session_token"]
    Client().delete(f"{APP}/session", headers={"X-Session-Token": key})
    assert log()[-1] == ("signed out", "student", {"client": "app"})


def test_a_wrong_second_factor_is_written_down_without_its_code(cast: Cast) -> None:
    TOTP.activate(cast.teacher, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    browser = by_page("teacher")
    assert log() == [], "half a sign-in is none"
    browser.post("/account/2fa/authenticate/", {"code": "000000"})
    assert log() == [("second factor failed", "teacher", {"client": "web", "kinds": ["totp"]})]


def test_no_token_password_or_key_is_in_the_log(cast: Cast) -> None:
    meta = by_app().json()["meta"]
    by_app(password="no-such-password")
    by_page().post("/account/logout/")
    device = DeviceToken.objects.get()
    written = str(list(AuditEntry.objects.values()))
    for secret in (PASSWORD, "no-such-password", meta["access_token"], meta["session_token"], device.digest):
        assert secret not in written
