"""Requests that are good, taken from the matrix, for tests that spoil them one place at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from tests.api_client import ApiClient, schema, token_for
from tests.cast import Cast
from tests.matrix import PEOPLE
from tests.standing import world_of
from tests.test_matrix import MATRIX, Route, api_routes

WRITES = ("post", "put", "patch", "delete")


def writing_routes() -> list[Route]:
    return sorted(route for route in api_routes() if route[0] in WRITES)


def reading_routes() -> list[Route]:
    return sorted(route for route in api_routes() if route[0] == "get")


@dataclass(frozen=True)
class Call:
    """One request, with the token of whose it is."""

    verb: str
    address: str
    token: str = ""
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, **changes: Any) -> Any:
        """The answer, held against the schema; whatever the request did is rolled back. An `object` is the body as
        JSON, `headers` come beside those that are there, and None takes one away."""
        if "object" in changes:
            changes["body"] = orjson.dumps(changes.pop("object"))
        if "headers" in changes:
            mixed = {**self.headers, **changes["headers"]}
            changes["headers"] = {name: value for name, value in mixed.items() if value is not None}
        call = replace(self, **changes)
        cache.clear()  # tries are counted there, and counting is not what is asked
        with transaction.atomic():
            headers = dict(call.headers)
            if call.token:
                headers.setdefault("Authorization", f"Bearer {call.token}")
            answer = ApiClient().generic(
                call.verb.upper(), call.address, call.body, content_type=call.content_type, headers=headers
            )
            transaction.set_rollback(True)
        return answer


def good_call(route: Route, cast: Cast, person: str | None = None) -> Call:
    """The call that the matrix makes, by `person`, else by whoever gets furthest with it."""
    entry = MATRIX[route]
    world = world_of(entry.given, cast)
    body = entry.body(world) if entry.body else None
    # A refusal of the state (409) comes after everything else has been found good.
    furthest = sorted(PEOPLE, key=lambda name: (entry.statuses[name] // 100 != 2, entry.statuses[name] != 409))
    person = person or furthest[0]
    return Call(
        verb=route[0],
        address=reverse(route[1], kwargs=entry.url(world)),
        token="" if person == "anonymous" else token_for(getattr(cast, person)),
        body=b"" if body is None else orjson.dumps(body),
        headers=entry.headers(world),
    )


def faults(call: Call, spoilt: dict[str, dict[str, Any]], right: Callable[[Any], str | None]) -> list[str]:
    """Sends `call` with each of `spoilt`; what was wrong with the answers, if anything was."""
    found = []
    for what, changes in spoilt.items():
        try:
            answer = call.send(**changes)
        except Exception as error:  # whatever it is, the next one is still asked
            found.append(f"{what}: {type(error).__name__}: {str(error)[:300]}")
            continue
        if wrong := right(answer):
            found.append(f"{what}: {wrong} {answer.content[:200]!r}")
    return found


def refused(*statuses: int) -> Callable[[Any], str | None]:
    """Right is one of these statuses, with a problem document that says the same."""

    def right(answer: Any) -> str | None:
        if answer.status_code not in statuses:
            return f"{answer.status_code}, not {statuses}"
        return misformed(answer)

    return right


def no_breakdown(answer: Any) -> str | None:
    """Right is everything below 500, and a problem document from 400 on."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    return misformed(answer) if answer.status_code >= 400 else None


def misformed(answer: Any) -> str | None:
    if answer["Content-Type"] != "application/problem+json":
        return str(answer["Content-Type"])
    if answer.request["REQUEST_METHOD"] == "HEAD":
        return None
    document = orjson.loads(answer.content)
    if document["status"] != answer.status_code or not document["title"] or not document["instance"]:
        return "not as it should be:"
    return None


def request_schema(route: Route, call: Call) -> dict[str, Any] | None:
    """What the published schema says of the body of `route`, or None when it takes none."""
    from tests.api_client import _paths

    template = next(template for pattern, template in _paths() if pattern.match(call.address))
    content = schema()["paths"][template][route[0]].get("requestBody", {}).get("content", {})
    return resolved(content["application/json"]["schema"]) if content else None


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, where `node` only names it."""
    if "$ref" in node:
        return resolved(schema()["components"]["schemas"][node["$ref"].rpartition("/")[2]])
    for choice in ("oneOf", "anyOf", "allOf"):
        for option in node.get(choice, []):
            if (inner := resolved(option)).get("type") != "null":
                return inner
    return node


def places(node: dict[str, Any], at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every field of a body, lists by their first item."""
    node = resolved(node)
    for name, inner in node.get("properties", {}).items():
        yield (*at, name)
        yield from places(inner, (*at, name))
    if "items" in node:
        yield (*at, 0)
        yield from places(node["items"], (*at, 0))
