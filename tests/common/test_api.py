"""The ground floor of the REST layer, on views of its own."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import orjson
import pytest
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.models import School, User
from destalin_site.common import api, clock
from destalin_site.common.api import APIView, Input, etag, paginate, read, required_version
from destalin_site.common.errors import DomainError
from destalin_site.common.models import IdempotencyRecord
from tests.cast import Cast


class NoteIn(Input):
    text = serializers.CharField(max_length=20)
    tags = serializers.ListField(child=serializers.CharField(max_length=5), required=False)


class SchoolsView(APIView):
    def get(self, request: Request) -> Response:
        page = paginate(School.objects.all(), request, order=["zone", "id"])
        return page.response([str(row.pk) for row in page.rows])

    def post(self, request: Request) -> Response:
        body = read(NoteIn, request)
        School.objects.create(name=body["text"])
        if body["text"] == "refuse":
            raise DomainError
        if request.user.username == "co_teacher" and School.objects.filter(name="shut").exists():
            raise Http404
        return Response({"name": body["text"]}, status=201, headers={"Location": "/here", "ETag": '"s1"'})

    def put(self, request: Request) -> Response:
        return Response({"version": required_version(request, "s")})


class RowsView(APIView):
    """Commits row by row, as far as its body says."""

    by_rows = True

    def post(self, request: Request) -> Response:
        School.objects.create(name="row")
        match read(NoteIn, request)["text"]:
            case "refuse":
                raise DomainError
            case "break":
                raise RuntimeError
            case "overtaken":
                IdempotencyRecord.objects.update(created_at=clock.now() + timedelta(minutes=3))
        return Response({"rows": School.objects.filter(name="row").count()})


@pytest.fixture
def call(cast: Cast) -> Callable[..., Any]:
    def send(
        verb: str,
        body: bytes | dict[str, Any] = b"",
        *,
        by: User | None = cast.teacher,
        view: type[APIView] = SchoolsView,
        **headers: str,
    ) -> Any:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        query = headers.pop("query", "")
        request = APIRequestFactory().generic(
            verb,
            f"/things?{query}",
            raw,
            content_type=headers.pop("content_type", "application/json"),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        if by:
            force_authenticate(request, user=by)
        response = view.as_view()(request)
        return response.render() if hasattr(response, "render") else response

    return send


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    document = orjson.loads(response.content)
    assert document["status"] == response.status_code
    return document


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed-request"),
        (b"[" * 5000, "malformed-request"),
        (b'{"text": NaN}', "malformed-request"),
        (b'{"text": "\\ud800"}', "malformed-request"),
        (b'{"text": "\xff"}', "malformed-request"),
        (b'{"text": "\\u0000"}', "validation-failed"),
        (b'{"text": 3, "tag": []}', "validation-failed"),
        (b'{"text": ["a"]}', "validation-failed"),
        (b"[]", "validation-failed"),
        (b"null", "validation-failed"),
        (b'"' + b"x" * 1_100_000 + b'"', "too-large"),
    ],
)
def test_a_hostile_body_gets_a_problem_document_and_never_a_500(
    call: Callable[..., Any], body: bytes, code: str
) -> None:
    assert problem(call("POST", body))["type"].endswith(f"/{code}")
    assert call("POST", {"text": "plain"}).status_code == 201


def test_an_unknown_key_is_named_by_a_pointer(call: Callable[..., Any]) -> None:
    document = problem(call("POST", {"text": "a", "a/b~c": 1}))
    assert [(row["pointer"], row["code"]) for row in document["errors"]] == [("/a~1b~0c", "unknown")]


def test_an_error_inside_a_list_points_at_its_place(call: Callable[..., Any]) -> None:
    document = problem(call("POST", {"text": "a", "tags": ["ok", "far too long"]}))
    assert [row["pointer"] for row in document["errors"]] == ["/tags/1"]


def test_a_stranger_is_told_to_sign_in_and_how(call: Callable[..., Any]) -> None:
    response = call("GET", by=None)
    assert problem(response)["status"] == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_form_is_not_understood(call: Callable[..., Any]) -> None:
    assert problem(call("POST", b"text=a", content_type="application/x-www-form-urlencoded"))["status"] == 415


# --- Idempotency keys


def test_the_same_key_is_carried_out_once_and_gets_the_first_answer(call: Callable[..., Any]) -> None:
    before = School.objects.count()
    first = call("POST", {"text": "one"}, Idempotency_Key="k1")
    again = call("POST", {"text": "one"}, Idempotency_Key="k1")
    assert School.objects.count() == before + 1
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again["Location"], again["ETag"]) == ("/here", '"s1"')
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_the_same_key_with_another_body_is_refused(call: Callable[..., Any]) -> None:
    call("POST", {"text": "one"}, Idempotency_Key="k1")
    assert problem(call("POST", {"text": "two"}, Idempotency_Key="k1"))["type"].endswith("/idempotency-key-reused")


def test_two_people_may_use_the_same_key(call: Callable[..., Any], cast: Cast) -> None:
    before = School.objects.count()
    call("POST", {"text": "one"}, Idempotency_Key="k1")
    call("POST", {"text": "one"}, Idempotency_Key="k1", by=cast.student)
    assert School.objects.count() == before + 2


def test_whoever_has_lost_the_right_since_is_turned_away_from_the_first_answer_too(
    call: Callable[..., Any], cast: Cast
) -> None:
    assert call("POST", {"text": "one"}, Idempotency_Key="k1", by=cast.co_teacher).status_code == 201
    call("POST", {"text": "one"}, Idempotency_Key="k1")
    School.objects.create(name="shut")
    before = School.objects.count()
    assert problem(call("POST", {"text": "one"}, Idempotency_Key="k1", by=cast.co_teacher))["status"] == 404
    assert call("POST", {"text": "one"}, Idempotency_Key="k1")["Idempotency-Replayed"] == "true"
    assert School.objects.count() == before


def test_the_first_answer_comes_although_the_act_could_not_be_done_again(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = call("POST", {"text": "one"}, Idempotency_Key="k1")
    monkeypatch.setattr(School.objects, "create", Mock(side_effect=DomainError))
    assert call("POST", {"text": "one"}, Idempotency_Key="k1").content == first.content


def test_a_refusal_keeps_what_it_saved_and_may_be_tried_again(call: Callable[..., Any]) -> None:
    before = School.objects.count()
    assert problem(call("POST", {"text": "refuse"}, Idempotency_Key="k1"))["status"] == 409
    assert problem(call("POST", {"text": "refuse"}, Idempotency_Key="k1"))["status"] == 409
    assert School.objects.count() == before + 2


# --- Idempotency keys of what commits row by row


def claimed(cast: Cast, call: Callable[..., Any], *, before: timedelta) -> int:
    """Leaves the key "k1" claimed by somebody who began so long ago, and counts the rows."""
    call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    IdempotencyRecord.objects.update(status=None, body=b"", created_at=clock.now() - before)
    return School.objects.filter(name="row").count()


def test_while_somebody_carries_it_out_a_repeat_waits_and_is_told_to_come_again(
    cast: Cast, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_PATIENCE", 0.2)
    rows = claimed(cast, call, before=timedelta(minutes=1))
    refused = call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    assert problem(refused)["type"].endswith("/request-in-progress")
    assert (refused.status_code, refused["Retry-After"]) == (409, "5")
    assert School.objects.filter(name="row").count() == rows
    other = call("POST", {"text": "other"}, view=RowsView, Idempotency_Key="k1")
    assert problem(other)["type"].endswith("/idempotency-key-reused")


def test_a_repeat_that_waits_gets_the_answer_when_it_comes(
    cast: Cast, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = claimed(cast, call, before=timedelta(minutes=1))
    answer = {"status": 200, "body": b'{"rows": 7}'}
    monkeypatch.setattr(api, "sleep", lambda _seconds: IdempotencyRecord.objects.update(**answer))
    waited = call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    assert (orjson.loads(waited.content), waited["Idempotency-Replayed"]) == ({"rows": 7}, "true")
    assert School.objects.filter(name="row").count() == rows


def test_what_was_stopped_long_ago_is_carried_on_once(cast: Cast, call: Callable[..., Any]) -> None:
    rows = claimed(cast, call, before=timedelta(minutes=3))
    went_on = call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    assert orjson.loads(went_on.content) == {"rows": rows + 1}
    again = call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    assert (again.content, again["Idempotency-Replayed"]) == (went_on.content, "true")
    assert School.objects.filter(name="row").count() == rows + 1


def test_what_broke_off_or_was_refused_may_be_repeated_at_once(call: Callable[..., Any]) -> None:
    with pytest.raises(RuntimeError):
        call("POST", {"text": "break"}, view=RowsView, Idempotency_Key="k1")
    assert problem(call("POST", {"text": "refuse"}, view=RowsView, Idempotency_Key="k1"))["status"] == 409
    went_on = call("POST", {"text": "rows"}, view=RowsView, Idempotency_Key="k1")
    assert orjson.loads(went_on.content) == {"rows": 3}


def test_whoever_was_overtaken_leaves_the_answer_to_the_other(call: Callable[..., Any]) -> None:
    assert call("POST", {"text": "overtaken"}, view=RowsView, Idempotency_Key="k1").status_code == 200
    assert IdempotencyRecord.objects.get().status is None


# --- Versions


@pytest.mark.parametrize("header", ["w1", '"d1"', '"s-1"', '"s1', "*", '"s9999999999999999999999"', 'W/"s1"'])
def test_a_malformed_if_match_is_a_400(call: Callable[..., Any], header: str) -> None:
    assert problem(call("PUT", If_Match=header))["status"] == 400
    assert orjson.loads(call("PUT", If_Match=etag("s", 4)).content) == {"version": 4}


def test_a_write_that_names_no_version_is_a_428(call: Callable[..., Any]) -> None:
    assert problem(call("PUT"))["status"] == 428
    assert orjson.loads(call("PUT", If_None_Match="*").content) == {"version": 0}


# --- Cursors


def walk(call: Callable[..., Any], between: Callable[[], None] = lambda: None, limit: int = 3) -> list[str]:
    seen: list[str] = []
    query = f"limit={limit}"
    while True:
        page = orjson.loads(call("GET", query=query).content)
        seen += page["results"]
        if page["next"] is None:
            return seen
        query = page["next"].partition("?")[2]
        between()


def test_rows_that_stay_are_seen_exactly_once_whatever_comes_and_goes(call: Callable[..., Any]) -> None:
    rng = random.Random(7)
    stable = [str(School.objects.create(name="s", zone=rng.choice("ab")).pk) for _ in range(40)]
    passing = [School.objects.create(name="t", zone=rng.choice("ab")) for _ in range(20)]

    def disturb() -> None:
        if passing:
            passing.pop(rng.randrange(len(passing))).delete()
        School.objects.create(name="new", zone=rng.choice("ab"))

    seen = walk(call, disturb)
    assert [seen.count(pk) for pk in stable] == [1] * len(stable)


def test_a_cursor_of_another_list_is_refused(call: Callable[..., Any]) -> None:
    for _ in range(3):
        School.objects.create(name="s")
    following = orjson.loads(call("GET", query="limit=1&zone=a").content)["next"].partition("?")[2]
    assert call("GET", query=following).status_code == 200
    other = following.replace("zone=a", "zone=b")
    assert problem(call("GET", query=other))["type"].endswith("/cursor-mismatch")
    assert problem(call("GET", query="cursor=bm9uZQ"))["type"].endswith("/cursor-mismatch")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "١", "99999999999"])
def test_an_over_asked_limit_is_an_error_that_names_the_limits(call: Callable[..., Any], limit: str) -> None:
    document = problem(call("GET", query=f"limit={limit}"))
    assert document["status"] == 400
    assert "200" in document["detail"]
