"""The client that holds answers against the schema does object."""

import pytest
from django.http import HttpResponse, JsonResponse

from tests.api_client import Undocumented, check

ME = {
    "id": "0190a1b2-0000-7000-8000-000000000001",
    "username": "student",
    "display_name": "Student",
    "email": "",
    "locale": "en",
    "zone": "",
    "teaches": False,
    "school": None,
}


def test_an_answer_as_documented_passes() -> None:
    check("GET", "/api/v1/me", JsonResponse(ME))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/v1/me", JsonResponse({**ME, "password": "x"})),
        ("/api/v1/me", JsonResponse({name: value for name, value in ME.items() if name != "zone"})),
        ("/api/v1/me", JsonResponse({**ME, "id": 7})),
        ("/api/v1/me", JsonResponse(ME, status=202)),
        ("/api/v1/me", HttpResponse("hello")),
        ("/api/v1/nothing-such", JsonResponse({})),
    ],
    ids=["a field too many", "a field too few", "a wrong type", "another status", "another form", "another address"],
)
def test_an_answer_that_is_not_as_documented_is_refused(path: str, answer: HttpResponse) -> None:
    with pytest.raises(Undocumented):
        check("GET", path, answer)
