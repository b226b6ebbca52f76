"""Every sign-in is allauth's, with its limits and its second factor."""

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize("door", ["/cms/login/", "/admin/login/"])
def test_no_other_door_signs_anybody_in(cast: Cast, client: Client, door: str) -> None:
    answer = client.post(door, {"username": "admin", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
    assert "_auth_user_id" not in client.session


def test_whoever_is_not_signed_in_is_led_from_the_desk_to_the_one_sign_in(client: Client, db: None) -> None:
    assert client.get("/cms/")["Location"].startswith("/account/login/")
