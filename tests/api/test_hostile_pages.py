"""What nobody honest sends to the pages: a page in return, and never a breakdown."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.matrix import PEOPLE
from tests.standing import world_of
from tests.test_matrix import MATRIX, Route, routes

PAGES = sorted(route for route, address in routes().items() if not address.startswith("api/"))
QUERIES = (
    "%00=%00",
    "{name}=%00",
    "{name}=%ff%fe",
    "{name}=-1",
    "{name}=99999999999999999999999",
    "{name}=%22",
    "{name}=00000000-0000-0000-0000-000000000000",
    "{name}={long}",
    "{name}=a&{name}=b",
)
# Every parameter that some page reads.
NAMES = (
    "page",
    "q",
    "course",
    "code",
    "next",
    "lesson",
    "state",
    "filter",
    "show",
    "sort",
    "student",
    "question",
    "back",
    "at",
    "cursor",
    "to",
    "version",
    "day",
    "edition",
    "n",
    "block",
    "cite",
    "from",
    "tab",
    "all",
)
TEXTS: dict[str, Any] = {
    "NUL": "a\x00b",
    "30,000 letters": "x" * 30_000,
    "nothing": "",
    "a list": ["a", "b"],
    "a number past 64 bits": "99999999999999999999999",
    "a negative number": "-1",
    "not a number": "NaN",
    "the last day there is": "9999-12-31",
    "JSON": "[" * 3000,
    "SQL and a template": "' OR 1=1 -- {{ 7*7 }}%s{0}",
}


def caller(route: Route, cast: Cast) -> Client:
    """Whoever gets furthest with it."""
    statuses = MATRIX[route].statuses
    person = min((name for name in PEOPLE if name != "anonymous"), key=lambda name: statuses[name])
    client = Client()
    client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def broken(client: Client, verb: str, address: str, *sent: Any, **headers: Any) -> str | None:
    cache.clear()
    try:
        with transaction.atomic():
            answer = getattr(client, verb)(address, *sent, **headers)
            transaction.set_rollback(True)
    except Exception as error:  # whatever it is, the next one is still asked
        return f"{type(error).__name__}: {str(error)[:200]}"
    return str(answer.status_code) if answer.status_code >= 500 else None


@pytest.mark.parametrize("route", [route for route in PAGES if route[0] == "get"], ids=" ".join)
def test_no_page_breaks_on_its_parameters(route: Route, cast: Cast) -> None:
    entry = MATRIX[route]
    world = world_of(entry.given, cast)
    client, address = caller(route, cast), reverse(route[1], kwargs=entry.url(world))
    wrong = []
    for query in QUERIES:
        # All names at once: a page reads those that it knows.
        told = "&".join(query.format(name=name, long="x" * 500) for name in NAMES)
        if why := broken(client, "get", f"{address}?{told}"):
            wrong.append(f"{query}: {why}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("route", [route for route in PAGES if route[0] == "post"], ids=" ".join)
def test_no_page_breaks_on_a_form(route: Route, cast: Cast) -> None:
    entry = MATRIX[route]
    world = world_of(entry.given, cast)
    client, address = caller(route, cast), reverse(route[1], kwargs=entry.url(world))
    headers = {"headers": entry.headers(world)}
    good = entry.body(world) if entry.body else {}
    wrong = []
    for field in (*good, "unknown"):
        for what, value in TEXTS.items():
            if why := broken(client, "post", address, {**good, field: value}, **headers):
                wrong.append(f"{field} is {what}: {why}")
    if why := broken(client, "post", address, {}, **headers):
        wrong.append(f"nothing: {why}")
    assert not wrong, "\n".join(wrong)
