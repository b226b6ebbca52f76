"""Every type of error has a page for people."""

import pytest
from django.test import Client

from destalin_site.common import problems


def test_every_type_is_explained() -> None:
    assert set(problems.MEANINGS) == set(problems.TYPES)


@pytest.mark.parametrize("code", problems.TYPES)
def test_the_address_of_a_type_is_a_page(db: None, client: Client, code: str) -> None:
    answer = client.get(f"{problems.BASE}{code}")
    assert answer.status_code == 200
    assert code in answer.content.decode()


def test_no_such_type(db: None, client: Client) -> None:
    answer = client.get(f"{problems.BASE}no-such-type")
    assert (answer.status_code, answer["Content-Type"]) == (404, problems.MEDIA_TYPE)
