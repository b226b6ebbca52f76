"""Joining a class by its code."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import actions, signals
from accounts.errors import UnknownCode
from accounts.models import Membership
from destalin_site.common.errors import RateLimited
from tests.api_client import ApiClient, code
from tests.cast import Cast

JOINS = "/api/v1/joins"
WRONG = "AAAAAAAAAA"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def test_a_student_joins_however_she_types_the_code(cast: Cast, api: ApiClient) -> None:
    typed = f" {cast.room.join_code[:5].lower()} - {cast.room.join_code[5:]}"
    answer = api.as_(cast.stranger).post(JOINS, {"code": typed})
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["role"]) == (str(cast.room.pk), "student")
    assert answer.json()["join_code"] is None


def test_joining_again_changes_nothing(cast: Cast, api: ApiClient) -> None:
    for person, role in ((cast.student, "student"), (cast.teacher, "owner")):
        answer = api.as_(person).post(JOINS, {"code": cast.room.join_code})
        assert (answer.status_code, answer.json()["role"]) == (200, role)


def test_coming_back_finds_the_same_place(cast: Cast) -> None:
    told: list[Any] = []
    listener = lambda membership, **kwargs: told.append(membership.pk)  # noqa: E731
    signals.member_restored.connect(listener)
    try:
        before = Membership.objects.get(user=cast.removed)
        after = actions.join_classroom(code=cast.room.join_code, by=cast.removed)
    finally:
        signals.member_restored.disconnect(listener)
    assert (after.pk, after.left_at) == (before.pk, None)
    assert told == [before.pk]


def test_a_teacher_who_left_comes_back_by_the_students_code_as_a_student(cast: Cast) -> None:
    actions.leave(Membership.objects.get(user=cast.co_teacher), by=cast.co_teacher)
    assert actions.join_classroom(code=cast.room.join_code, by=cast.co_teacher).role == "student"


def test_unknown_full_and_archived_answer_alike(cast: Cast, api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(typed: str) -> tuple[int, dict[str, Any]]:
        response = api.as_(cast.stranger).post(JOINS, {"code": typed})
        body = response.json()
        body.pop("instance")
        return response.status_code, body

    unknown = answer(WRONG)
    assert unknown[0] == 404
    monkeypatch.setattr(actions, "CLASS_LIMIT", 2)
    assert answer(cast.room.join_code) == unknown
    monkeypatch.setattr(actions, "CLASS_LIMIT", 3)
    actions.archive(cast.room, by=cast.teacher)
    assert answer(cast.room.join_code) == unknown
    assert not Membership.objects.filter(user=cast.stranger).exists()


def test_ten_wrong_tries_an_hour_and_the_right_code_waits_too(cast: Cast, api: ApiClient) -> None:
    client = api.as_(cast.stranger)
    start = timezone.now()
    for _try in range(10):
        assert client.post(JOINS, {"code": WRONG}).status_code == 404
    for typed in (WRONG, cast.room.join_code):
        answer = client.post(JOINS, {"code": typed})
        assert answer.status_code == 429
        assert code(answer) == "rate-limited"
        assert 3500 < int(answer["Retry-After"]) <= 3601
    assert api.as_(cast.curator).post(JOINS, {"code": cast.room.join_code}).status_code == 201
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert actions.join_classroom(code=cast.room.join_code, by=cast.stranger)


def test_wrong_tries_are_counted_with_a_key_too(cast: Cast, api: ApiClient) -> None:
    client = api.as_(cast.stranger)
    statuses = [
        client.post(JOINS, {"code": WRONG}, headers={"Idempotency-Key": f"k{n}"}).status_code for n in range(11)
    ]
    assert statuses == [404] * 10 + [429]


def test_a_code_that_cannot_be_one_is_not_counted_and_a_right_one_is_not_either(cast: Cast) -> None:
    from destalin_site.common.errors import ValidationFailed

    for typed in ["short", "", "U" * 10, "x" * 40, "ÄÄÄÄÄÄÄÄÄÄ"] * 3:
        with pytest.raises(ValidationFailed):
            actions.join_classroom(code=typed, by=cast.stranger)
    for _time in range(12):
        actions.join_classroom(code=cast.room.join_code, by=cast.stranger)
    with pytest.raises(UnknownCode):
        actions.join_classroom(code=WRONG, by=cast.stranger)


def test_ten_tries_are_counted_by_account_and_not_by_address(cast: Cast) -> None:
    for _try in range(10):
        with pytest.raises(UnknownCode):
            actions.join_classroom(code=WRONG, by=cast.stranger)
    with pytest.raises(RateLimited):
        actions.join_classroom(code=WRONG, by=cast.stranger)
    with pytest.raises(UnknownCode):
        actions.join_classroom(code=WRONG, by=cast.curator)


def test_a_changed_code_lets_nobody_in_by_the_old_one(cast: Cast, api: ApiClient) -> None:
    old = cast.room.join_code
    answer = api.as_(cast.teacher).post(f"/api/v1/classrooms/{cast.room.pk}/join-code")
    assert answer.json()["join_code"] != old
    assert answer["ETag"] == '"c2"'
    assert api.as_(cast.stranger).post(JOINS, {"code": old}).status_code == 404
    assert api.as_(cast.stranger).post(JOINS, {"code": answer.json()["join_code"]}).status_code == 201


def test_on_the_page_a_wrong_code_is_told_beside_its_field(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    answer = client.post("/join/", {"code": WRONG})
    assert answer.context["form"].errors.keys() == {"code"}
    answer = client.post("/join/", {"code": cast.room.join_code})
    assert answer.status_code == 302
    assert Membership.objects.current().filter(user=cast.stranger, classroom=cast.room).exists()


def test_the_link_of_the_projector_leads_a_new_student_to_an_account_with_the_code(cast: Cast, client: Client) -> None:
    answer = client.get(f"/join/?code={cast.room.join_code}", follow=True)
    assert answer.redirect_chain[0][0] == f"/account/signup/?code={cast.room.join_code}"
    assert cast.room.join_code in answer.content.decode()
    answer = client.post(
        "/account/signup/",
        {
            "username": "nina",
            "password1": "correct horse battery",
            "display_name": "Nina",
            "code": cast.room.join_code,
        },
    )
    assert answer.status_code == 302
    assert Membership.objects.filter(user__username="nina", classroom=cast.room).exists()


def test_on_the_page_too_many_tries_are_429_and_the_form_stays(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    for _try in range(10):
        assert client.post("/join/", {"code": WRONG}).status_code == 200
    for where in ("/join/", "/classes/teacher-code/"):
        answer = client.post(where, {"code": "BBBBBBBBBB"})
        assert answer.status_code == 429, where
        assert 3500 < int(answer["Retry-After"]) <= 3601
        assert answer.context["form"].errors.keys() == {"code"}
        assert 'value="BBBBBBBBBB"' in answer.content.decode(), "what was typed is kept"


def test_a_wrong_code_is_told_before_any_account_is_made(cast: Cast, client: Client) -> None:
    actions.archive(cast.other_room, by=cast.other_teacher)
    for typed in (WRONG, "short", cast.other_room.join_code):
        answer = client.get("/join/", {"code": typed})
        assert (answer.status_code, answer.context["form"].errors.keys()) == (200, {"code"}), typed
        assert f'value="{typed}"' in answer.content.decode(), "what was typed is kept"
    assert client.post("/join/", {"code": WRONG}).context["form"].errors.keys() == {"code"}
    answer = client.post("/join/", {"code": cast.room.join_code.lower()})
    assert answer["Location"] == f"/account/signup/?code={cast.room.join_code}"


def test_wrong_codes_of_nobody_are_counted_by_their_address(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WRONG_CODES_FROM", replace(actions.WRONG_CODES_FROM, tries=3))
    for _time in range(5):
        assert client.get("/join/", {"code": cast.room.join_code}).status_code == 302
    for _try in range(3):
        assert client.get("/join/", {"code": WRONG}).status_code == 200
    for typed in (WRONG, cast.room.join_code):
        answer = client.get("/join/", {"code": typed})
        assert answer.status_code == 429
        assert 3500 < int(answer["Retry-After"]) <= 3601
    assert client.get("/join/", {"code": cast.room.join_code}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_who_came_by_a_code_is_not_told_that_it_may_be_left_out(cast: Cast, client: Client) -> None:
    where = f"/account/signup/?code={cast.room.join_code}"
    form = {"username": "nina", "password1": "correct horse battery", "display_name": "Nina", "code": ""}
    assert client.get(where).context["form"].fields["code"].required
    assert client.post(where, form).context["form"].errors == {"code": ["Type the code of your class."]}
    assert not client.get("/account/signup/").context["form"].fields["code"].required
    assert client.post("/account/signup/", form).status_code == 302
