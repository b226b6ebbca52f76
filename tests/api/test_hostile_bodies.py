"""Bodies that nobody honest sends, to every writing route: a problem document each time, and never a breakdown."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import orjson
import pytest

from destalin_site.common.ids import uuid7
from tests.api.calls import (
    Call,
    faults,
    good_call,
    no_breakdown,
    places,
    refused,
    request_schema,
    resolved,
    writing_routes,
)
from tests.api_client import code, schema
from tests.cast import Cast
from tests.test_matrix import Route

TAKING_A_BODY = [route for route in writing_routes() if route[0] != "delete"]

every_route = pytest.mark.parametrize("route", writing_routes(), ids=" ".join)
every_route_with_a_body = pytest.mark.parametrize("route", TAKING_A_BODY, ids=" ".join)

UNREADABLE = {
    "an open brace": b"{",
    "5,000 open brackets": b"[" * 5000,
    "5,000 nested brackets": b"[" * 5000 + b"]" * 5000,
    "500 nested brackets": b'{"body": ' + b"[" * 500 + b"]" * 500 + b"}",
    "500 nested objects": b'{"body": ' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "NaN": b'{"points": NaN}',
    "Infinity": b'{"points": Infinity}',
    "-Infinity": b'{"points": -Infinity}',
    "a number past all doubles": b'{"points": 1e999}',
    "a number of 5,000 digits": b'{"points": ' + b"9" * 5000 + b"}",
    "a lone high surrogate": b'{"name": "\\ud800"}',
    "a lone low surrogate": b'{"name": "a\\udc00b"}',
    "a lone surrogate in a key": b'{"\\ud800": 1}',
    "surrogates the wrong way round": b'{"name": "\\udc00\\ud800"}',
    "a surrogate as bytes": b'{"name": "\xed\xa0\x80"}',
    "bytes that are not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a bare NUL": b'{"name": "\x00"}',
    "a comma too many": b'{"name": "a",}',
    "something after the end": b"{} {}",
    "one quotation mark": b'"',
    "a comment": b"/* */ {}",
}

SHAPELESS = {
    "null": b"null",
    "a list": b"[]",
    "a list of objects": b"[{}]",
    "a text": b'"text"',
    "a number": b"3",
    "true": b"true",
}

OTHER_TYPES = {
    "text": "text/plain",
    "a form": "application/x-www-form-urlencoded",
    "a form in parts": "multipart/form-data; boundary=x",
    "a form in parts without a boundary": "multipart/form-data",
    "XML": "application/xml",
    "no type that there is": "nonsense",
    "a merge patch": "application/merge-patch+json",
    "bytes": "application/octet-stream",
}


@every_route_with_a_body
def test_what_is_not_json_is_malformed(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    sent: dict[str, dict[str, Any]] = {what: {"body": raw} for what, raw in UNREADABLE.items()}
    # With a key the body is read for its digest first, which gives up earlier.
    for what, raw in UNREADABLE.items():
        if "nested" in what:
            sent[f"{what}, with a key"] = {"body": raw, "headers": {"Idempotency-Key": "k"}}
    assert not faults(call, sent, refused(400))


@every_route_with_a_body
def test_json_of_another_shape_fails_validation(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    assert not faults(call, {what: {"body": raw} for what, raw in SHAPELESS.items()}, refused(422))


@every_route_with_a_body
def test_two_megabytes_are_too_large(route: Route, cast: Cast) -> None:
    if route[1] == "api-class-import":
        return  # a class is larger: its own limit is in test_import_class
    call = good_call(route, cast)
    spaces = b" " * (2 * 1024 * 1024)
    sent = {"a text of 2 MB": {"body": b'"' + spaces + b'"'}, "2 MB of air around it": {"body": call.body + spaces}}
    assert not faults(call, sent, refused(413))


@every_route_with_a_body
def test_another_content_type_is_not_understood(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    body = call.body or b"{}"
    # Pictures of paper come with a hand-in in a form: test_scans says which are malformed.
    forms = route[1] == "api-attempts"
    sent = {
        what: {"content_type": kind, "body": body}
        for what, kind in OTHER_TYPES.items()
        if not (forms and kind.startswith("multipart"))
    }
    assert not faults(call, sent, refused(415))
    assert call.send(content_type="application/json; charset=utf-8").status_code < 300 or route[1] == "api-recall"


@every_route_with_a_body
def test_an_unknown_key_is_named(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    answer = call.send(object={**orjson.loads(call.body or b"{}"), "is/admin~\x00": True})
    assert answer.status_code == 422
    assert "/is~1admin~0\x00" in [error["pointer"] for error in answer.json()["errors"]]


@every_route_with_a_body
def test_nothing_at_all_is_an_empty_object(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    assert call.send(body=b"").status_code == call.send(body=b"{}").status_code
    assert call.send(body=b"", content_type="").status_code < 500


ODD: dict[str, Any] = {
    "null": None,
    "true": True,
    "0": 0,
    "-1.5": -1.5,
    "past 63 bits": 2**63,
    "64 bits": 2**64 - 1,
    "an empty text": "",
    "a space": " ",
    "a number as text": "7",
    "NaN as text": "NaN",
    "1e9999 as text": "1e9999",
    "NUL": "a\x00b",
    "100,000 letters": "x" * 100_000,
    "the first day there is": "0001-01-01",
    "the last day there is": "9999-12-31",
    "the first moment": "0001-01-01T00:00:00+14:00",
    "the last moment": "9999-12-31T23:59:59.999999-14:00",
    "a folder of zones": "Europe",
    "SQL": "' OR 1=1 --",
    "an empty list": [],
    "an empty object": {},
    "a list of a list": [[]],
    "a list of null": [None],
    "an object": {"a": 1},
}
# Fields besides those of the matrix, so that a spoilt one stands among good ones.
DATES = {
    "opens_at": "2026-03-01T08:00:00Z",
    "due": {"date": "2026-03-20", "time": "23:59", "zone": "Europe/Warsaw"},
    "closes_at": "2026-04-01T08:00:00Z",
}
FULL: dict[Route, dict[str, Any]] = {
    ("post", "api-assignments"): {**DATES, "points": "100.00", "attempts": 2, "questions": None, "audience": None},
    ("patch", "api-assignment"): {**DATES, "attempts": 2, "audience": None},
    ("put", "api-grade"): {"score": "1.50", "questions": []},
    ("post", "api-attempts"): {"incomplete": False, "draft_rev": 1},
}
PAST_64_BITS = b"184467440737095516160"
MARK = "the place of the raw number"


def spoilt(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of `body` with `value` at `place`; what lies on the way and is not there is made."""
    body = copy.deepcopy(body)
    at, way = body, list(place)
    while len(way) > 1:
        step = way.pop(0)
        inner: Any = [] if isinstance(way[0], int) else {}
        if isinstance(step, int):
            if not at:
                at.append(inner)
            if not isinstance(at[0], type(inner)):
                at[0] = inner
            at = at[0]
        else:
            if not isinstance(at.get(step), type(inner)):
                at[step] = inner
            at = at[step]
    if isinstance(at, list):
        at[:] = [value]
    else:
        at[way[0]] = value
    return body


@every_route_with_a_body
def test_what_the_schema_does_not_allow_is_refused_field_by_field(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    shape = request_schema(route, call)
    if shape is None:
        assert call.send(object={"anything": 1}).status_code == 422
        return
    allows = jsonschema.Draft202012Validator({**shape, "components": schema()["components"]})
    body = {**FULL.get(route, {}), **orjson.loads(call.body)}
    assert call.send(object=body).status_code in (200, 201, 409)
    wrong = []
    for place in places(shape):
        for what, value in ODD.items():
            changed = spoilt(body, place, value)
            right = no_breakdown if allows.is_valid(changed) else refused(422)
            wrong += faults(call, {f"{place} is {what}": {"object": changed}}, right)
        raw = orjson.dumps(spoilt(body, place, MARK)).replace(f'"{MARK}"'.encode(), PAST_64_BITS)
        wrong += faults(call, {f"{place} is past 64 bits": {"body": raw}}, no_breakdown)
    assert not wrong, "\n".join(wrong)


@every_route_with_a_body
def test_a_required_field_left_out_is_named(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    shape = request_schema(route, call) or {}
    for name in shape.get("required", []):
        answer = call.send(object={key: value for key, value in orjson.loads(call.body).items() if key != name})
        assert answer.status_code == 422
        assert f"/{name}" in [error["pointer"] for error in answer.json()["errors"]]


@every_route
def test_a_stranger_learns_nothing_from_what_she_sends(route: Route, cast: Cast) -> None:
    """Before it is known who asks, nothing is read: every body gets the same 401."""
    call = good_call(route, cast, "anonymous")
    sent = {
        what: {"body": UNREADABLE[what]} for what in ("an open brace", "5,000 open brackets", "a lone high surrogate")
    }
    sent["2 MB"] = {"body": b" " * (2 * 1024 * 1024)}
    assert not faults(call, {**sent, "a list": {"body": b"[]"}}, refused(401))


@pytest.mark.parametrize("route", [route for route in writing_routes() if route[0] == "delete"], ids=" ".join)
def test_a_body_that_comes_with_a_delete_breaks_nothing(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    sent: dict[str, dict[str, Any]] = {
        what: {"body": UNREADABLE[what]} for what in ("an open brace", "5,000 open brackets", "a bare NUL")
    }
    sent |= {what: {"content_type": kind, "body": b"x=1"} for what, kind in OTHER_TYPES.items()}
    assert not faults(call, sent, no_breakdown)


# --- The body of an answer, which the schema leaves open


def _in_the_answer(place: str, value: Any) -> Any:
    citation = {
        "id": "c1",
        "source": None,
        "anchor": {"block": "b", "start": 0, "end": 1, "quote": "w"},
        "stance": "supports",
        "note": "n",
        "at": 0,
    }
    block = {"id": "b1", "kind": "paragraph", "text": "Words.", "citations": [citation]}
    answer = {"question": "q", "blocks": [block], "choice": ["o"]}
    parts: dict[str, Any] = {"answer": answer, "block": block, "citation": citation, "anchor": citation["anchor"]}
    part, _dot, name = place.partition(".")
    parts[part][name] = value
    return {"answers": [answer]}


ANSWER_PLACES = {
    "answer": ("question", "blocks", "choice"),
    "block": ("id", "kind", "text", "citations"),
    "citation": ("id", "source", "anchor", "stance", "note", "at"),
    "anchor": ("block", "start", "end", "quote"),
}


ODD_INSIDE = ("null", "true", "-1.5", "past 63 bits", "NUL", "100,000 letters", "an empty list", "an object")


def test_an_answer_that_cannot_be_read_or_applied_is_a_422(cast: Cast) -> None:
    call = good_call(("put", "api-draft"), cast)
    good = orjson.loads(call.body)
    wrong = []
    for part, names in ANSWER_PLACES.items():
        for name in (*names, "an\x00unknown~key/"):
            place = f"{part}.{name}"
            sent = {
                f"{place} is {what}": {"object": {**good, "body": _in_the_answer(place, ODD[what])}}
                for what in ODD_INSIDE
            }
            wrong += faults(call, sent, refused(422))
            raw = orjson.dumps({**good, "body": _in_the_answer(place, MARK)})
            sent = {f"{place} is past 64 bits": {"body": raw.replace(f'"{MARK}"'.encode(), PAST_64_BITS)}}
            wrong += faults(call, sent, refused(422))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", ["NUL \x00 in it", "x" * 1_100_000], ids=["NUL", "over the limit"])
def test_an_answer_that_the_database_cannot_hold_keeps_nothing(cast: Cast, text: str) -> None:
    from assignments.models import ParkedCopy

    call: Call = good_call(("put", "api-draft"), cast)
    good = orjson.loads(call.body)
    good["body"]["answers"][0]["blocks"][0]["text"] = text
    before = ParkedCopy.objects.count()
    answer = call.send(object=good)
    assert code(answer) == ("validation-failed" if "\x00" in text else "too-large")
    assert ParkedCopy.objects.count() == before


def test_a_client_id_that_comes_again_with_another_body_is_refused_and_the_text_kept(cast: Cast) -> None:
    from assignments import actions
    from assignments.models import Submission

    call = good_call(("post", "api-attempts"), cast)
    good = orjson.loads(call.body)
    mine = Submission.objects.get(pk=call.address.split("/")[4])
    client_id = uuid7()
    actions.submit(
        mine,
        body=good["body"],
        client_attempt_id=client_id,
        edition=good["edition"],
        by=cast.classmate,
        received_at=mine.changed_at,
    )
    again = {**good, "client_attempt_id": str(client_id)}
    assert call.send(object=again).status_code == 201
    again["body"]["answers"][0]["blocks"][0]["text"] = "Other words."
    answer = call.send(object=again)
    assert code(answer) == "idempotency-key-reused"
    assert answer.json()["parked_copy"]["id"]


def test_every_writing_route_is_asked() -> None:
    assert len(TAKING_A_BODY) >= 20
    # A schema whose fields are not found would make the test above ask nothing.
    assert len(list(places(resolved({"$ref": "#/components/schemas/AssignmentInRequest"})))) == 33
