"""What a shared school computer keeps of the person who used it last."""

import pytest
from django.test import Client

from tests.api_client import ApiClient
from tests.cast import Cast


@pytest.mark.parametrize("page", ["/", "/catalogue/", "/settings/", "/home/", "/classes/", "/cms/", "/admin/"])
def test_pages_of_who_is_signed_in_are_kept_by_no_cache(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.admin)
    answer = client.get(page, follow=True)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_pages_of_nobody_may_be_kept(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_the_api_says_by_itself_what_may_be_kept(cast: Cast, api: ApiClient) -> None:
    assert "no-store" not in api.by_session(cast.student).get("/api/v1/me").headers.get("Cache-Control", "")
