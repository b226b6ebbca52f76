"""A password reset by mail, for those who gave an address."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.api_client import ApiClient
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def test_the_link_works_once_and_ends_what_is_signed_in(
    cast: Cast, api: ApiClient, client: Client, mailoutbox: Any
) -> None:
    User.objects.filter(pk=cast.teacher.pk).update(email="teacher@school.example")
    device = api.as_(cast.teacher)
    client.post("/account/password/reset/", {"email": "teacher@school.example"})
    (letter,) = mailoutbox
    assert letter.to == ["teacher@school.example"]
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", letter.body)
    assert link
    form = client.get(link[1], follow=True)
    where = form.redirect_chain[-1][0]
    new = {"password1": "staple battery correct", "password2": "staple battery correct"}
    assert client.post(where, new).status_code == 302
    cast.teacher.refresh_from_db()
    assert cast.teacher.check_password("staple battery correct")
    assert device.get("/api/v1/me").status_code == 401
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()


def test_an_unknown_address_gets_the_same_answer(cast: Cast, client: Client, mailoutbox: Any) -> None:
    User.objects.filter(pk=cast.teacher.pk).update(email="teacher@school.example")
    known = client.post("/account/password/reset/", {"email": "teacher@school.example"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@school.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_in_production_the_link_names_the_sites_own_address(
    cast: Cast, client: Client, mailoutbox: Any, settings: Any
) -> None:
    User.objects.filter(pk=cast.teacher.pk).update(email="teacher@school.example")
    settings.PRODUCTION, settings.SITE_URL = True, "https://history.example"
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/password/reset/", {"email": "teacher@school.example"}, headers={"host": "evil.example"})
    assert "https://history.example/account/password/reset/key/" in mailoutbox[0].body
    assert "evil.example" not in mailoutbox[0].body
