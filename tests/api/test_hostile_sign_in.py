"""What nobody honest sends to the ways of signing in: allauth's addresses for apps, and the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.api.test_hostile_bodies import ODD, SHAPELESS, UNREADABLE
from tests.cast import PASSWORD, Cast

AUTH = "/api/auth/app/v1/"


def auth_addresses() -> list[str]:
    """Every address of allauth for apps, with something in the place of each of its arguments."""

    def walk(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
        for pattern in resolver.url_patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                if "/api/auth/".startswith(address) or address.startswith("/api/auth/"):
                    yield from walk(pattern, address)
            elif isinstance(pattern, URLPattern) and address.startswith(AUTH):
                yield address

    return sorted(address for address in walk(get_resolver()) if "<" not in address)


ADDRESSES = auth_addresses()

FIELDS: dict[str, dict[str, Any]] = {
    "auth/login": {"username": "student", "password": PASSWORD},
    "auth/signup": {"username": "newcomer", "password": PASSWORD, "display_name": "New", "code": "", "email": ""},
    "auth/reauthenticate": {"password": PASSWORD},
    "auth/2fa/authenticate": {"code": "123456"},
    "auth/password/request": {"email": "nobody@example.org"},
    "auth/password/reset": {"key": "a-b", "password": PASSWORD},
    "auth/email/verify": {"key": "x"},
    "account/password/change": {"current_password": PASSWORD, "new_password": "another horse battery"},
    "account/email": {"email": "nobody@example.org", "primary": True},
    "account/authenticators/totp": {"code": "123456"},
    "auth/sessions": {"sessions": [1]},
}


def ask(address: str, verb: str, raw: bytes, content_type: str = "application/json", **headers: str) -> Any:
    """The answer; what it did is rolled back."""
    cache.clear()
    client = Client()
    with transaction.atomic():
        answer = client.generic(verb.upper(), address, raw, content_type=content_type, headers=headers)
        transaction.set_rollback(True)
    return answer


def broken(sent: dict[str, tuple[str, str, bytes]], **headers: str) -> list[str]:
    """Which of these (address, verb, body) was not answered with JSON below 500."""
    found = []
    for what, (address, verb, raw) in sent.items():
        try:
            answer = ask(address, verb, raw, **headers)
        except Exception as error:  # whatever it is, the next one is still asked
            found.append(f"{verb} {address} {what}: {type(error).__name__}: {str(error)[:200]}")
            continue
        # A provider's redirect is followed by a browser: its trouble is a page.
        json = not answer.content or "json" in answer["Content-Type"] or address.endswith("provider/redirect")
        if answer.status_code >= 500 or not json:
            found.append(f"{verb} {address} {what}: {answer.status_code} {answer.content[:100]!r}")
    return found


@pytest.fixture
def session(cast: Cast) -> dict[str, str]:
    """The headers of an app in which the student has signed in."""
    answer = Client().post(
        f"{AUTH}auth/login", {"username": "student", "password": PASSWORD}, content_type="application/json"
    )
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def test_the_addresses_of_allauth_are_found() -> None:
    assert {f"{AUTH}{name}" for name in FIELDS} <= set(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.removeprefix(AUTH))
def test_unreadable_json_is_stopped_before_allauth(address: str, cast: Cast) -> None:
    wrong = []
    for what, raw in {**UNREADABLE, **SHAPELESS}.items():
        answer = ask(address, "post", raw)
        if answer.status_code != 400 or answer["Content-Type"] != "application/problem+json":
            wrong.append(f"{what}: {answer.status_code}")
    assert not wrong, wrong
    assert ask(address, "post", b" " * (2 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.removeprefix(AUTH))
def test_an_object_that_says_nothing_breaks_no_address_of_allauth(
    address: str, cast: Cast, session: dict[str, str]
) -> None:
    sent = {
        f"{verb} {len(raw)} bytes": (address, verb, raw)
        for verb in ("post", "put", "patch", "delete")
        for raw in (b"", b"{}", b'{"a": {}}')
    }
    wrong = broken(sent, **session)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("signed_in", [False, True], ids=["a stranger", "signed in"])
def test_odd_values_break_no_address_of_allauth(
    name: str, signed_in: bool, cast: Cast, session: dict[str, str]
) -> None:
    address, good = f"{AUTH}{name}", FIELDS[name]
    verbs = ("post", "delete") if name == "auth/sessions" else ("post",)
    sent = {
        f"{field} is {what}": (address, verb, orjson.dumps({**good, field: value}))
        for field in (*good, "unknown")
        for what, value in ODD.items()
        for verb in verbs
    }
    wrong = broken(sent, **(session if signed_in else {}))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("header", ["x", "\xff", "x" * 10_000, "' OR 1=1 --"])
def test_a_session_token_that_is_none_is_refused(header: str, cast: Cast) -> None:
    for address in ("auth/session", "account/email", "auth/sessions"):
        answer = ask(f"{AUTH}{address}", "get", b"", **{"X-Session-Token": header})
        assert answer.status_code in (401, 410)


def test_no_telephone_numbers_are_kept(cast: Cast, session: dict[str, str]) -> None:
    for address in ("account/phone", "auth/phone/verify", "auth/phone/verify/resend"):
        for verb in ("get", "post"):
            assert ask(f"{AUTH}{address}", verb, b"{}", **session).status_code == 404


# --- The pages

TEXTS = {
    "NUL": "a\x00b",
    "100,000 letters": "x" * 100_000,
    "nothing": "",
    "a space": " ",
    "a turned direction": "a\u202eb",
    "SQL and a template": "' OR 1=1 -- {{ 7*7 }}%s{0}",
    "a noncharacter": "\uffff\U0010ffff",
}
PAGES = {
    "account_login": {"login": "student", "password": PASSWORD, "next": "/"},
    "account_signup": {"username": "new", "password1": PASSWORD, "display_name": "N", "code": "", "email": ""},
    "account_reset_password": {"email": "nobody@example.org"},
    "account_reauthenticate": {"password": PASSWORD, "next": "/"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": "x", "password2": "x"},
    "account_email": {"email": "nobody@example.org", "action_add": "1"},
    "join": {"code": "AAAAAAAAAA"},
    "teacher-code": {"code": "AAAAAAAAAA"},
    "settings": {"display_name": "New", "zone": "", "locale": "en"},
    "classroom-open": {"name": "History", "zone": "UTC"},
}
RAW = {
    "bytes that are not UTF-8": (b"code=%ff%fe&login=\xff", "application/x-www-form-urlencoded"),
    "another alphabet": (b"code=a", "application/x-www-form-urlencoded; charset=utf-16"),
    "an alphabet that there is none of": (b"code=a", "application/x-www-form-urlencoded; charset=nonsense"),
    "2,000 fields": (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
    "parts without a boundary": (b"--x", "multipart/form-data"),
    "parts that never end": (
        b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\na',
        "multipart/form-data; boundary=x",
    ),
    "a part without a name": (b"--x\r\n\r\na\r\n--x--", "multipart/form-data; boundary=x"),
    "a file for a text": (
        b'--x\r\nContent-Disposition: form-data; name="code"; filename="\x00../a"\r\n\r\na\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "JSON": (b"[" * 5000, "application/json"),
    "7 MB": (b"code=" + b"x" * 7_000_000, "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize("form", PAGES)
@pytest.mark.parametrize("person", ["anonymous", "teacher"])
def test_no_form_breaks(form: str, person: str, cast: Cast) -> None:
    good, address = PAGES[form], reverse(form)
    client = Client()
    if person != "anonymous":
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")

    def send(**sent: Any) -> int:
        cache.clear()
        with transaction.atomic():
            answer = client.post(address, **sent)
            transaction.set_rollback(True)
        return answer.status_code

    wrong = []
    for field in good:
        for what, value in TEXTS.items():
            if send(data={**good, field: value}) >= 500:
                wrong.append(f"{field} is {what}")
        if send(data={**good, field: ["a", "b"]}) >= 500:
            wrong.append(f"{field} comes twice")
        if send(data={name: value for name, value in good.items() if name != field}) >= 500:
            wrong.append(f"{field} is missing")
    for what, (raw, kind) in RAW.items():
        if client.generic("POST", address, raw, content_type=kind).status_code >= 500:
            wrong.append(what)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [*PAGES, "front", "catalogue", "account_logout"])
def test_no_page_breaks_on_its_parameters(name: str, cast: Cast) -> None:
    client = Client()
    for query in (
        "code=%00",
        "next=%00",
        "next=//evil.example",
        "next=%ff",
        "q=%22",
        "code=" + "x" * 20_000,
        "page=-1",
    ):
        assert client.get(f"{reverse(name)}?{query}").status_code < 500
