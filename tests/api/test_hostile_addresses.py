"""Addresses, parameters and headers that nobody honest sends: a problem document each time, and never a breakdown."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.urls import resolve

from accounts.models import Membership
from destalin_site.common.api import PlainView
from destalin_site.common.ids import uuid7
from tests.api.calls import WRITES, Call, faults, good_call, no_breakdown, reading_routes, refused, writing_routes
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import Cast
from tests.test_matrix import MATRIX, Route

EVERY = sorted(reading_routes() + writing_routes())
every_route = pytest.mark.parametrize("route", EVERY, ids=" ".join)
every_reading_route = pytest.mark.parametrize("route", reading_routes(), ids=" ".join)


# --- Ids

UUID_PATTERN = r"[0-9a-f]{8}-[0-9a-f-]{27}"


@pytest.mark.parametrize("route", [route for route in EVERY if 404 in MATRIX[route].statuses.values()], ids=" ".join)
def test_what_belongs_to_another_class_reads_like_what_does_not_exist(route: Route, cast: Cast) -> None:
    stranger = next(name for name in ("other_teacher", "other_student") if MATRIX[route].statuses[name] == 404)
    call = good_call(route, cast, stranger)
    foreign = call.send()
    missing = call.send(address=re.sub(UUID_PATTERN, lambda found: str(uuid7()), call.address))
    assert foreign.status_code == missing.status_code == 404
    assert without_instance(foreign) == without_instance(missing)
    assert foreign.headers.keys() == missing.headers.keys()


def without_instance(answer: Any) -> dict[str, Any]:
    document = orjson.loads(answer.content)
    return {name: value for name, value in document.items() if name != "instance"}


def test_ids_in_a_body_of_another_class_read_like_those_of_nothing(cast: Cast) -> None:
    nothing = str(uuid7())
    assign = good_call(("post", "api-assignments"), cast)
    body = orjson.loads(assign.body)
    answers = [assign.send(object={**body, "classroom": pk}) for pk in (str(cast.other_room.pk), nothing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_instance(answers[0]) == without_instance(answers[1])

    answers = [assign.send(object={**body, "audience": [pk]}) for pk in (str(cast.other_student.pk), nothing)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert without_instance(answers[0]) == without_instance(answers[1])

    add = good_call(("post", "api-members"), cast)
    answers = [add.send(object={"username": name}) for name in ("other_student", "nobody-of-this-name")]
    assert answers[0].status_code == answers[1].status_code >= 400
    assert without_instance(answers[0]) == without_instance(answers[1])


def test_work_of_another_class_in_a_bulk_return_reads_like_nothing(cast: Cast) -> None:
    bulk = good_call(("post", "api-returns"), cast)
    theirs = work.submission_of(work.make_assignment(cast), cast.classmate)  # of this class, of another assignment
    rows = bulk.send(object={"submissions": [str(theirs.pk), str(uuid7())]}).json()["results"]
    problems = [{key: row["problem"][key] for key in ("type", "title", "detail", "status")} for row in rows]
    assert problems[0] == problems[1]
    assert [row["status"] for row in rows] == [404, 404]


def test_a_member_of_another_class_is_not_found_through_ones_own(cast: Cast) -> None:
    theirs = Membership.objects.get(classroom=cast.other_room, user=cast.other_student)
    teacher = ApiClient().as_(cast.teacher)
    answer = teacher.patch(f"/api/v1/classrooms/{cast.room.pk}/members/{theirs.pk}", {"left": True})
    assert code(answer) == "not-found"
    theirs.refresh_from_db()
    assert theirs.left_at is None


# --- Addresses

UUID = str(uuid7())
SHA = "0" * 64
NOWHERE = [
    f"submissions/{UUID}/attempts/{'9' * 20}",
    f"submissions/{UUID}/attempts/{'9' * 5000}",
    f"submissions/{UUID}/attempts/-1",
    f"submissions/{UUID}/attempts/1.0",
    f"submissions/{UUID}/attempts/{quote('١')}",
    f"submissions/{UUID.upper()}",
    "submissions/1",
    "submissions/undefined",
    "submissions/%00",
    "submissions/..%2f..%2fetc",
    f"submissions/{UUID}%00",
    "classrooms/null",
    f"classrooms/{UUID}/",
    f"assignments/{UUID}/nothing",
    f"editions/{SHA}",
    f"editions/{SHA.upper()}A",
    "editions/%00",
    f"media/{SHA}",
    "lessons/a%00b",
    "lessons/" + "x" * 5000,
    "lessons/%ff%fe",
    "courses/%E2%80%AE",
    "problems/a%00b",
    "problems/nothing",
    "receipts/a%00b",
    "receipts/%00",
    "receipts/%ff",
    "receipts/%ED%A0%80",
    "receipts/" + "x" * 5000,
    "receipts/%25%73",
    "receipts/' OR 1=1 --",
    "nothing",
    "",
    "%00",
]


def test_an_address_that_leads_nowhere_is_not_found(cast: Cast) -> None:
    from tests.matrix.assignments import World

    world = World(cast)
    client = ApiClient(allowing_undocumented=True).as_(cast.student)
    wrong = []
    own = [f"submissions/{world.student.pk}/attempts/{number}" for number in ("9" * 20, "9" * 5000, "0", "2")]
    for address in NOWHERE + own:
        for verb in ("get", "post", "put", "patch", "delete", "options", "head"):
            # The path goes in as it comes from the network: percent signs and all.
            answer = client.generic(verb.upper(), f"/api/v1/{address}")
            good = (400, 404) if verb == "get" else (200, 400, 404, 405)
            if answer.status_code not in good:
                wrong.append(f"{verb} {address[:60]}: {answer.status_code}")
            elif answer.status_code >= 400 and answer["Content-Type"] != "application/problem+json":
                wrong.append(f"{verb} {address[:60]}: {answer['Content-Type']}")
    assert not wrong, "\n".join(wrong)


@every_route
def test_a_verb_that_an_address_does_not_know_is_a_405_that_names_those_it_knows(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    known = {verb for verb, name in EVERY if name == route[1]}
    for verb in {"get", *WRITES} - known:
        answer = call.send(verb=verb, body=b"{}")
        assert code(answer) == "method-not-allowed"
        allowed = {name.strip().lower() for name in answer["Allow"].split(",")}
        assert allowed - {"head", "options"} == known


# --- Parameters

PARAMETERS = [
    "%00=%00",
    "a=%ff%fe",
    "=&&&==",
    "limit=NaN&cursor=NaN",
    "limit[]=1",
    "x=" + "y" * 20_000,
    "&".join(f"a{n}=1" for n in range(2000)),
]


@every_reading_route
def test_parameters_that_mean_nothing_break_nothing(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    sent = {query[:40]: {"address": f"{call.address}?{query}"} for query in PARAMETERS}
    assert not faults(call, sent, no_breakdown)


MALFORMED = [
    "limit=0",
    "limit=-1",
    "limit=201",
    "limit=1e2",
    "limit=%20",
    "limit=",
    "limit=%00",
    "limit=%D9%A3",
    "limit=" + "9" * 30,
    "cursor=%00",
    "cursor=x",
    "cursor=:",
    "cursor=%ED%A0%80",
    "cursor=" + "x" * 10_000,
    "cursor=eyJhIjoxfQ:1abc:def",
]
OF_A_LIST = {
    "api-assignments": ["classroom=x", "classroom=%00", "classroom=" + "1" * 33, "classroom=١" * 32],
    "api-submissions": [
        "assignment=x",
        "assignment=%00",
        "state=nothing",
        "state=%00",
        "state=SUBMITTED",
        "updated_since=yesterday",
        "updated_since=2026-01-01",
        "updated_since=2026-01-01T00:00:00",
        "updated_since=2026-13-01T00:00:00Z",
        "updated_since=2026-02-30T00:00:00Z",
        "updated_since=0001-01-01T00:00:00%2B14:00",
        "updated_since=9999-12-31T23:59:59-14:00",
        "updated_since=10000-01-01T00:00:00Z",
        "updated_since=2026-01-01T00:00:00%2B99:00",
        "updated_since=1770000000",
        "updated_since=%00",
    ],
    "api-classrooms": ["archived=maybe", "archived=%00", "archived=1"],
    "api-members": ["left=maybe", "left=%00"],
}


@pytest.mark.parametrize(
    "name",
    [
        "api-assignments",
        "api-submissions",
        "api-classrooms",
        "api-members",
        "api-devices",
        "api-courses",
        "api-lessons",
        "api-parked",
        "api-attempts",
    ],
)
def test_a_parameter_in_another_form_is_malformed(name: str, cast: Cast) -> None:
    call = good_call(("get", name), cast)
    queries = MALFORMED + OF_A_LIST.get(name, [])
    sent = {query[:40]: {"address": f"{call.address}?{query}"} for query in queries}
    assert not faults(call, sent, refused(400))
    assert call.send(address=f"{call.address}?limit=200").status_code == 200


SEARCHES = [
    "%00",
    "a%00b",
    "'",
    '"',
    '"""',
    "*",
    "%25",
    "_",
    "\\",
    "()",
    "a & | ! b",
    "NEAR(a b)",
    "a:*",
    "-",
    "AND OR NOT",
    ":",
    "<->",
    "%F0%9F%98%80",
    "%EF%BF%BE",
    "a%CC%81" * 50,
    "word " * 3000,
    "x" * 15_000,
]


@pytest.mark.parametrize("by", ["q", "course"])
def test_whatever_is_searched_for_breaks_nothing(by: str, cast: Cast) -> None:
    call = good_call(("get", "api-lessons"), cast, "anonymous")
    sent = {
        words[:40]: {"address": f"{call.address}?{by}=" + (words if "%" in words else quote(words))}
        for words in SEARCHES
    }
    assert not faults(call, sent, no_breakdown)


# --- Headers


def versioned() -> list[Route]:
    return [
        ("patch", "api-classroom"),
        ("patch", "api-assignment"),
        ("put", "api-draft"),
        ("put", "api-grade"),
        ("post", "api-parked-accept"),
    ]


TAGS = [
    '"',
    '""',
    "*",
    "1",
    '"1"',
    '"x1"',
    'W/"c1"',
    '"c-1"',
    '"c1',
    '"c1", "c2"',
    '"c 1"',
    '"c' + "9" * 400 + '"',
    "\xff",
    '"d٣"'.encode().decode("latin-1"),
    "null",
    '"c1e3"',
]


@pytest.mark.parametrize("route", versioned(), ids=" ".join)
def test_a_malformed_if_match_is_a_400_and_a_missing_one_a_428(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    assert not faults(call, {tag[:20]: {"headers": {"If-Match": tag}} for tag in TAGS}, refused(400))
    assert not faults(call, {"none": {"headers": {"If-Match": None}}}, refused(428))
    letter, body = call.headers["If-Match"][1], call.body
    if route[1] == "api-draft":  # the same text again is no conflict, whatever it was written upon
        body = call.body.replace(b"Mine.", b"Other words.")
    future = {"body": body, "headers": {"If-Match": f'"{letter}{"9" * 18}"'}}
    assert not faults(call, {"of the far future": future}, refused(412))


KEYS = ["x" * 256, "x" * 10_000, "a\tb", "a\x7fb", "\x01", "\x80"]


@pytest.mark.parametrize("route", [route for route in writing_routes() if route[0] == "post"], ids=" ".join)
def test_a_malformed_idempotency_key_is_refused(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    # A hand-in's key is its client id; a password is told once and kept nowhere, so no key is read.
    right = {"api-attempts": refused(422), "api-password-reset": no_breakdown}.get(route[1], refused(400))
    assert not faults(call, {key[:20]: {"headers": {"Idempotency-Key": key}} for key in KEYS}, right)


ODD_HEADERS: dict[str, dict[str, str]] = {
    "a bearer of nothing": {"Authorization": "Bearer"},
    "a bearer of a space": {"Authorization": "Bearer  "},
    "a bearer of 100,000 letters": {"Authorization": "Bearer " + "x" * 100_000},
    "a bearer outside ASCII": {"Authorization": "Bearer \xff\xfe"},
}


@every_route
def test_a_token_that_is_none_is_a_401_everywhere(route: Route, cast: Cast) -> None:
    """On public addresses too: a bad token is never taken for a visitor."""
    if route[1] == "api-problem":
        return
    call = good_call(route, cast)
    assert not faults(call, {what: {"headers": headers} for what, headers in ODD_HEADERS.items()}, refused(401))


ODD_HEADERS_ALLOWED: dict[str, dict[str, str]] = {
    "another scheme": {"Authorization": "Basic Og=="},
    "no scheme": {"Authorization": "x"},
    "languages": {"Accept-Language": "x" * 5000 + ";q=nonsense,*;q=2,\xff"},
    "an odd tag held": {"If-None-Match": '"\xff", W/, *, """'},
    "a range": {"Range": "bytes=9999999999-"},
    "a date": {"If-Modified-Since": "yesterday"},
    "encodings": {"Accept-Encoding": "gzip;q=x, \xff"},
    "a cookie": {"Cookie": "sessionid=" + "x" * 5000 + "; csrftoken=\xff; =; ;;"},
    "a cookie with a NUL": {"Cookie": 'sessionid="abcdefgh\\000abcdefgh"'},
    "another verb": {"X-HTTP-Method-Override": "DELETE"},
    "another host": {"X-Forwarded-Host": "evil.example"},
    "a device name": {"Device-Name": "\xff" * 5000, "User-Agent": ""},
}


@every_route
def test_odd_headers_break_nothing(route: Route, cast: Cast) -> None:
    call = good_call(route, cast)
    sent: dict[str, dict[str, Any]] = {what: {"headers": headers} for what, headers in ODD_HEADERS_ALLOWED.items()}
    sent |= {verb: {"verb": verb, "body": b""} for verb in ("options", "head", "trace", "nonsense")}
    assert not faults(call, sent, no_breakdown)


NOT_OURS = ["text/html", "application/xml", "image/*", "application/json;q=nonsense/x", "nonsense", "\xff"]


@every_route
def test_who_accepts_no_json_is_told_so(route: Route, cast: Cast) -> None:
    """Plain views negotiate nothing; all else is a 406."""
    call = good_call(route, cast)
    view: Any = resolve(call.address).func
    plain = route[0] == "get" and issubclass(view.cls, PlainView)
    right = no_breakdown if plain else refused(406)
    assert not faults(call, {kind: {"headers": {"Accept": kind}} for kind in NOT_OURS[:3]}, right)
    assert not faults(call, {kind: {"headers": {"Accept": kind}} for kind in NOT_OURS[3:]}, no_breakdown)


def test_a_host_that_is_not_ours_is_refused(cast: Cast) -> None:
    answer: Any = Call("get", "/api/v1/lessons").send(headers={"Host": "evil.example"})
    assert code(answer) == "malformed-request"
    assert ApiClient().get("/", headers={"Host": "evil.example"}).status_code == 400
