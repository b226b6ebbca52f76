"""Opening a class."""

import pytest
from django.test import Client

from accounts import actions
from accounts.models import AuditEntry, Classroom, Membership
from destalin_site.common.errors import Forbidden
from destalin_site.common.ids import CODE_ALPHABET
from tests.api_client import ApiClient, code
from tests.cast import Cast


def test_an_approved_teacher_opens_a_class_in_her_school_and_owns_it(cast: Cast) -> None:
    room = actions.open_classroom(name="History 11", zone="Europe/Warsaw", by=cast.teacher)
    assert room.school == cast.school
    assert Membership.objects.get(classroom=room).role == "owner"
    assert len(room.join_code) == 10
    assert set(room.join_code) <= set(CODE_ALPHABET)
    assert AuditEntry.objects.get(action="class opened").actor == cast.teacher


def test_whoever_is_not_an_approved_teacher_may_not(cast: Cast) -> None:
    with pytest.raises(Forbidden) as refused:
        actions.open_classroom(name="History 11", zone="UTC", by=cast.stranger)
    assert refused.value.extra == {"needed_right": "teaches"}
    assert Classroom.objects.count() == 2


def test_over_rest_the_answer_is_the_class_with_its_code(cast: Cast, api: ApiClient) -> None:
    answer = api.as_(cast.teacher).post("/api/v1/classrooms", {"name": "  History  11 ", "zone": "Europe/Warsaw"})
    assert answer.status_code == 201
    room = answer.json()
    assert (room["name"], room["role"], room["archived"], room["version"]) == ("History 11", "owner", False, 1)
    assert room["join_code"]
    assert answer["ETag"] == '"c1"'
    assert answer["Location"] == f"/api/v1/classrooms/{room['id']}"


def test_the_same_key_opens_one_class(cast: Cast, api: ApiClient) -> None:
    client = api.as_(cast.teacher)
    first, second = (
        client.post("/api/v1/classrooms", {"name": "11", "zone": "UTC"}, headers={"Idempotency-Key": "k1"})
        for _time in range(2)
    )
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Classroom.objects.filter(name="11").count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "", "zone": "UTC"}, "/name"),
        ({"name": "x" * 121, "zone": "UTC"}, "/name"),
        ({"name": "a\u202eb", "zone": "UTC"}, "/name"),
        ({"name": 7, "zone": "UTC"}, "/name"),
        ({"name": "11", "zone": "Mars/Olympus"}, "/zone"),
        ({"name": "11"}, "/zone"),
        ({"name": "11", "zone": "UTC", "join_code": "AAAAAAAAAA"}, "/join_code"),
    ],
)
def test_what_is_wrong_is_pointed_at(cast: Cast, api: ApiClient, body: dict[str, object], pointer: str) -> None:
    answer = api.as_(cast.teacher).post("/api/v1/classrooms", body)
    assert answer.status_code == 422
    assert code(answer) == "validation-failed"
    assert [row["pointer"] for row in answer.json()["errors"]] == [pointer]


def test_on_the_page_the_code_comes_next(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    answer = client.post("/classes/open/", {"name": "History 11", "zone": "Europe/Warsaw"}, follow=True)
    room = Classroom.objects.get(name="History 11")
    assert answer.redirect_chain == [(f"/classes/{room.pk}/code/", 302)]
    assert f"{room.join_code[:5]}-{room.join_code[5:]}" in answer.content.decode()


def test_on_the_page_a_fault_stands_beside_its_field_and_what_was_written_stays(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    answer = client.post("/classes/open/", {"name": "a\u202eb", "zone": "Europe/Lisbon"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"name"}
    assert '<option value="Europe/Lisbon" selected>' in answer.content.decode()


def test_a_teacher_code_opens_the_way(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    wrong = client.post("/classes/teacher-code/", {"code": "AAAAAAAAAA"})
    assert wrong.context["form"].errors.keys() == {"code"}
    right = client.post("/classes/teacher-code/", {"code": cast.school.teacher_code})
    assert right.status_code == 302
    cast.stranger.refresh_from_db()
    assert (cast.stranger.teaches, cast.stranger.school) == (True, cast.school)
