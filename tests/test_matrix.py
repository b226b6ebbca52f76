"""Every route × every kind of person, tied to the router. How to write a row: tests/matrix/__init__.py."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.api_client import ApiClient
from tests.cast import Cast
from tests.matrix import PEOPLE, Row
from tests.matrix.again import AGAIN
from tests.matrix.lessons import SEARCHES

APPS = (
    "house",
    "accounts",
    "lessons",
    "curation",
    "assignments",
    "adapting",
    "exports",
    "upgrading",
    "reports",
    "rubrics",
    "noticing",
    "moving",
)
# Views that are others': Django's admin, allauth. What is closed there is tested where it is set up. Under /cms/ stand
# Wagtail's, and among them views of ours, which need rows like all the rest.
OTHERS = ("admin/", "account/", "api/auth/")
WAGTAIL = "cms/"
OURS = ("accounts.", "assignments.", "destalin_site.", "lessons.")
# The answer for addresses that do not exist is no route.
NO_ROUTES = ("^api/.*$",)

Route = tuple[str, str]


def _views(resolver: URLResolver, prefix: str = "", names: str = "") -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if address in NO_ROUTES or address.lstrip("^").startswith(OTHERS):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _views(pattern, address, inner)
        elif isinstance(pattern, URLPattern):
            if address.lstrip("^").startswith(WAGTAIL) and not _is_ours(pattern.callback):
                continue
            assert pattern.name, f"{address} has no name"
            yield address, f"{names}{pattern.name}", pattern.callback


def _is_ours(view: Callable[..., Any]) -> bool:
    return getattr(view, "view_class", view).__module__.startswith(OURS)


def methods(view: Callable[..., Any]) -> set[str]:
    """The verbs that `view` answers: those of its `require_…` decorator, else those of its class."""
    step: Any = view
    while step is not None:
        if "request_method_list" in (held := _closure(step)):
            return {name.lower() for name in held["request_method_list"]} - {"head"}
        step = getattr(step, "__wrapped__", None)
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    assert cls, f"{view.__module__}.{view.__name__} does not say its verbs: decorate it with require_…"
    return {name for name in cls.http_method_names if hasattr(cls, name)} - {"options", "head"}


def _closure(function: Any) -> dict[str, Any]:
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    return {name: cell.cell_contents for name, cell in zip(code.co_freevars, cells, strict=True)} if cells else {}


@functools.cache
def routes() -> Mapping[Route, str]:
    """Every (verb, url name) of ours, with its address."""
    found: dict[Route, str] = {}
    for address, name, view in _views(get_resolver()):
        verbs = methods(view)
        if address.lstrip("^").startswith(WAGTAIL):
            verbs &= {"get", "post"}  # a form's; Django's generic views take PUT for a POST and answer no other
        for method in verbs:
            assert (method, name) not in found, f"two routes are called {name}"
            found[method, name] = address
    return MappingProxyType(found)


def api_routes() -> set[Route]:
    """Those of them under /api/v1/."""
    return {route for route, address in routes().items() if address.startswith("api/v1/")}


def assembled() -> dict[Route, Row]:
    matrix: dict[Route, Row] = {}
    for app in APPS:
        rows: dict[Route, Row] = importlib.import_module(f"tests.matrix.{app}").MATRIX
        assert not set(rows) & set(matrix), f"{app} repeats rows"
        matrix |= rows
    return matrix


MATRIX = assembled()


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    there, known = set(routes()), set(MATRIX)
    assert not there - known, f"routes without a row in tests/matrix: {sorted(there - known)}"
    assert not known - there, f"rows without a route: {sorted(known - there)}"


def test_every_list_of_the_api_is_checked_for_its_contents() -> None:
    from tests.api_client import schema

    blind = []
    for (verb, name), address in routes().items():
        if verb != "get" or (verb, name) not in api_routes() or MATRIX[verb, name].sees:
            continue
        path = next((path for path in schema()["paths"] if _same(path, address)), None)
        answer = schema()["paths"][path].get("get", {}).get("responses", {}).get("200", {}) if path else {}
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in shape:
            shape = schema()["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        if "results" in shape.get("properties", {}):
            blind.append(name)
    assert not blind, f"lists whose contents nobody checks (give the row `sees`): {blind}"


def _same(path: str, address: str) -> bool:
    return re.sub(r"{\w+}", "*", path.strip("/")) == re.sub(r"<[^>]+>", "*", address.strip("/"))


def _client(cast: Cast, person: str, *, api: bool) -> Client:
    user = None if person == "anonymous" else getattr(cast, person)
    if api:
        return ApiClient().as_(user)
    client = Client()
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _ask(client: Client, route: Route, entry: Row, world: Any) -> Any:
    verb, name = route
    address = reverse(name, kwargs=entry.url(world)) + (f"?{query}" if (query := entry.query(world)) else "")
    headers = entry.headers(world)
    if entry.body is None:
        return getattr(client, verb)(address, headers=headers)
    return getattr(client, verb)(address, entry.body(world), headers=headers)


@pytest.mark.parametrize("route", sorted(MATRIX), ids=" ".join)
def test_each_person_gets_what_the_matrix_says(route: Route, cast: Cast) -> None:
    _check(route, MATRIX[route], cast)


@pytest.mark.parametrize(
    ("route", "entry"), SEARCHES.items(), ids=lambda value: " ".join(value) if isinstance(value, tuple) else "q"
)
def test_each_person_finds_what_the_matrix_says(route: Route, entry: Row, cast: Cast) -> None:
    _check(route, entry, cast)


@pytest.mark.parametrize(
    ("route", "entry"),
    [(route, entry) for _where, route, entry in AGAIN],
    ids=[" ".join([*r, w]) for w, r, _e in AGAIN],
)
def test_each_person_gets_what_the_matrix_says_in_another_world_too(route: Route, entry: Row, cast: Cast) -> None:
    _check(route, entry, cast)


def _check(route: Route, entry: Row, cast: Cast) -> None:
    world = entry.given(cast)
    api = routes()[route].startswith("api/v1/")
    wrong = []
    for person in PEOPLE:
        cache.clear()
        with transaction.atomic():
            answer = _ask(_client(cast, person, api=api), route, entry, world)
            if answer.status_code != entry.statuses[person]:
                body = b"" if getattr(answer, "streaming", False) else answer.content[:200]
                wrong.append(f"{person}: {answer.status_code}, not {entry.statuses[person]} {body!r}")
            elif entry.sees and 200 <= answer.status_code < 300:
                try:
                    entry.sees(world, person, answer)
                except AssertionError as error:
                    wrong.append(f"{person}: {error}")
            if entry.done and entry.done(world) != (person != "anonymous" and answer.status_code < 400):
                wrong.append(f"{person}: {answer.status_code}, and it is {'not ' * (not entry.done(world))}done")
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
