"""Pages about signing in speak in our words: what allauth brings for itself is for people who know the trade."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from tests.cast import PASSWORD, Cast

THEIRS = re.compile(
    r"\b(email|username|login|log in|logged in|sign ?up|token|credentials?|specified|invalid|incorrect|verif\w+|"
    r"reauthenticate|authentication|two-factor|(de)?activate|third-party|inactive|primary|recovery|successfully|"
    r"session|IP|please)\b",
    re.IGNORECASE,
)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

OUT = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-set-password/",
    "password/reset/key/done/",
    "inactive/",
    "confirm-email/",
    "confirm-email/abc/",
    "3rdparty/login/cancelled/",
    "3rdparty/login/error/",
]
IN = [
    "email/",
    "password/change/",
    "password/reset/",
    "sessions/",
    "logout/",
    "reauthenticate/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "3rdparty/",
]
PROTECTED = [
    "2fa/",
    "2fa/reauthenticate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
]


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def browser(cast: Cast) -> Client:
    """A student's, just signed in, with an address that is hers."""
    EmailAddress.objects.create(user=cast.student, email="anna@school.example", primary=True, verified=True)
    browser = Client()
    browser.post("/account/login/", {"login": "student", "password": PASSWORD})
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.get("/classes/")  # takes the greeting away
    return browser


def said(answer: Any) -> str:
    """The words of a page, of its title too, without what scripts read."""
    html = answer.content.decode()
    title, main = re.search(r"<title>(.*?)</title>", html, re.S), re.search(r"<main.*?</main>", html, re.S)
    assert title
    assert main
    return unescape(strip_tags(re.sub(r"<script.*?</script>", "", f"{title[1]} {main[0]}", flags=re.S)))


def assert_ours(answer: Any) -> None:
    assert [found[0] for found in THEIRS.finditer(said(answer))] == [], said(answer)


@pytest.mark.parametrize("page", OUT)
def test_who_is_not_signed_in_reads_our_words(client: Client, db: None, page: str) -> None:
    assert_ours(client.get(f"/account/{page}"))


@pytest.mark.parametrize("page", IN)
def test_who_is_signed_in_reads_our_words(browser: Client, page: str) -> None:
    answer = browser.get(f"/account/{page}")
    assert answer.status_code == 200
    assert_ours(answer)


@pytest.mark.parametrize("page", PROTECTED)
def test_who_signs_in_in_two_steps_reads_our_words(browser: Client, cast: Cast, page: str) -> None:
    TOTP.activate(cast.student, SECRET)
    RecoveryCodes.activate(cast.student)
    answer = browser.get(f"/account/{page}")
    assert answer.status_code == 200
    assert_ours(answer)


WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "an unknown name": ("login/", {"login": "nobody", "password": "x"}),
    "an unknown address": ("login/", {"login": "nobody@school.example", "password": "x"}),
    "a name that is taken": ("signup/", {"username": "student", "password1": "123", "display_name": "Anna"}),
}
WRONG_INSIDE: dict[str, tuple[str, dict[str, str]]] = {
    "another password": ("password/change/", {"oldpassword": "x", "password1": "12345", "password2": "2"}),
    "an address twice": ("email/", {"email": "anna@school.example", "action_add": ""}),
    "the address in use": ("email/", {"email": "anna@school.example", "action_remove": ""}),
    "who one is": ("reauthenticate/", {"password": "x"}),
    "digits": ("2fa/totp/activate/", {"code": "000000"}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_our_words(client: Client, cast: Cast, what: str) -> None:
    page, fields = WRONG[what]
    answer = client.post(f"/account/{page}", fields)
    assert answer.context["form"].errors
    assert_ours(answer)


@pytest.mark.parametrize("what", WRONG_INSIDE)
def test_inside_what_is_wrong_is_said_in_our_words(browser: Client, what: str) -> None:
    page, fields = WRONG_INSIDE[what]
    answer = browser.post(f"/account/{page}", fields, follow=True)
    assert answer.status_code == 200
    assert_ours(answer)


def test_too_many_wrong_passwords_say_how_long_to_wait(client: Client, cast: Cast) -> None:
    for _try in range(6):
        answer = client.post("/account/login/", {"login": "student", "password": "wrong"})
    assert "five minutes" in said(answer)
    assert_ours(answer)


def test_a_wrong_password_does_not_say_that_something_is_kept(client: Client, cast: Cast) -> None:
    answer = client.post("/account/login/", {"login": "student", "password": "wrong"})
    assert "kept" not in said(answer)
    answer = client.post("/account/signup/", {"username": "nina", "display_name": "Nina", "password1": "1"})
    assert "Passwords are not kept" in said(answer)


def test_what_was_done_is_said_in_our_words(browser: Client, mailoutbox: Any) -> None:
    new = "staple battery correct"
    for page, fields in (
        ("password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}),
        ("email/", {"email": "b@school.example", "action_add": ""}),
        ("email/", {"email": "b@school.example", "action_remove": ""}),
    ):
        answer = browser.post(f"/account/{page}", fields, follow=True)
        assert list(answer.context["messages"]), page
        assert_ours(answer)
    answer = browser.post("/account/logout/", follow=True)
    assert "You are signed out." in said(answer)
    answer = browser.post("/account/login/", {"login": "student", "password": new}, follow=True)
    assert "You are signed in as Student." in said(answer)


def test_letters_speak_our_words(client: Client, cast: Cast, mailoutbox: Any) -> None:
    User.objects.filter(pk=cast.student.pk).update(email="anna@school.example")
    for address in ("anna@school.example", "nobody@school.example"):
        client.post("/account/password/reset/", {"email": address})
    nina = {"username": "nina", "display_name": "Nina", "password1": "staple battery correct"}
    client.post("/account/signup/", {**nina, "email": "nina@school.example"})
    assert [letter.to[0].partition("@")[0] for letter in mailoutbox] == ["anna", "nobody", "nina"]
    for letter in mailoutbox:
        words = re.sub(r"\S*(https?:|@)\S*", "", f"{letter.subject}\n{letter.body}")
        assert [found[0] for found in THEIRS.finditer(words)] == [], words
        assert "hope it was you" in words
