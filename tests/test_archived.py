"""In an archived class nothing is written: every write of tests/matrix that belongs to a class, by everybody who may do
it in an open one, is refused with one error, and what is stored is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from accounts import actions as people
from accounts.models import Classroom, DeviceToken
from assignments.models import Event, Notice, ParkedCopy, Submission
from tests.api_client import ApiClient, code
from tests.cast import Cast
from tests.matrix import Row
from tests.matrix.again import AGAIN
from tests.test_matrix import MATRIX, Route, api_routes, routes

pytestmark = pytest.mark.django_db

Given = Callable[[Cast], Any]

OF_A_CLASS = ("classrooms/<", "assignments/<", "submissions/<")
# The class is named in what is sent.
BY_BODY = {("post", "api-assignments")}

# A student's text is never refused alone: it is kept beside the refusal, and of a hand-in the teacher is told.
KEPT = {
    ("put", "api-draft"): {ParkedCopy, Submission, Event},
    ("post", "api-attempts"): {ParkedCopy, Submission, Event, Notice},
}
# What is answered as in an open class, and why nothing is written by it.
STUDENTS = ("student", "classmate")
NO_FAULT = {
    ("delete", "api-claim"): "archiving let go of every claim, and to let go of what nobody holds is no fault",
}


def writes() -> dict[Given, list[tuple[Route, Row]]]:
    """The rows of the matrix that write what belongs to a class, by the world that they are tried in."""
    found: dict[Given, list[tuple[Route, Row]]] = {}
    for route, entry in [*MATRIX.items(), *((route, entry) for _what, route, entry in AGAIN)]:
        address = routes()[route].removeprefix("api/v1/")
        if route in api_routes() and route[0] != "get" and (address.startswith(OF_A_CLASS) or route in BY_BODY):
            found.setdefault(entry.given, []).append((route, entry))
    return found


def who_may(entry: Row) -> list[str]:
    return [person for person, status in entry.statuses.items() if status < 300]


def stored() -> dict[type[Any], set[Any]]:
    """All that is kept of classes and of work in them. No lesson belongs to a class, nor do its readers' devices."""
    ours = [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("assignments").get_models()]
    return {model: set(map(repr, model._base_manager.values_list())) for model in ours if model is not DeviceToken}


def changed_since(before: dict[type[Any], set[Any]]) -> set[type[Any]]:
    return {model for model, rows in stored().items() if rows != before[model]}


def asked(client: ApiClient, route: Route, entry: Row, world: Any, room: Classroom) -> Any:
    verb, name = route
    headers = entry.headers(world)
    if headers.get("If-Match", "").startswith('"c'):
        headers = {**headers, "If-Match": f'"c{room.version}"'}  # archiving it was a change of the class
    body = entry.body(world) if entry.body else None
    if isinstance(body, dict) and body.get("dry_run"):
        body = {**body, "dry_run": False, "preview": "0" * 32}
    return getattr(client, verb)(reverse(name, kwargs=entry.url(world)), body, headers=headers)


def faults(route: Route, person: str, answer: Any, changed: set[type[Any]]) -> Iterator[str]:
    if route in NO_FAULT:
        as_it_must = answer.status_code < 300
    else:
        as_it_must = answer.status_code == 409 and code(answer) == "class-archived"
    if not as_it_must:
        yield f"{answer.status_code} {answer.content[:200]!r}"
    kept = KEPT.get(route, set()) if person in STUDENTS else set()
    if changed != kept:
        yield f"changes {sorted(model.__name__ for model in changed)}"
    if kept and "parked_copy" not in answer.json():
        yield "does not say that the text is kept"


@pytest.mark.parametrize("given", writes(), ids=lambda given: f"{given.__module__.rpartition('.')[2]} {given.__name__}")
def test_in_an_archived_class_whoever_might_write_is_refused_and_everything_stays(cast: Cast, given: Given) -> None:
    world, tried = given(cast), writes()[given]
    room = people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    clients = {who: ApiClient().as_(getattr(cast, who)) for _route, entry in tried for who in who_may(entry)}
    before, wrong = stored(), []
    for route, entry in tried:
        for who in who_may(entry):
            cache.clear()
            with transaction.atomic():
                answer = asked(clients[who], route, entry, world, room)
                changed = changed_since(before)
                transaction.set_rollback(True)
            wrong += [f"{' '.join(route)} by {who}: {fault}" for fault in faults(route, who, answer, changed)]
    assert not wrong, "\n".join(wrong)


def test_every_write_of_a_class_is_tried_by_somebody() -> None:
    tried = {route for rows in writes().values() for route, entry in rows if who_may(entry)}
    assert {route for rows in writes().values() for route, _entry in rows} == tried
    assert set(KEPT) | set(NO_FAULT) | BY_BODY <= tried
