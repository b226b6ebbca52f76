"""In an archived class nothing is written from a page either: every form of tests/matrix that belongs to a class, by
everybody who may post it in an open one, is refused with a page that says so, and what is stored is as it was. What a
page of an archived class still offers is what is done there as before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts import actions as people
from accounts.models import AuditEntry, Classroom
from assignments.errors import ClassArchived
from assignments.models import CommentTemplate, Event, Grade, Notice, ParkedCopy, Submission
from tests.cast import Cast
from tests.matrix import Row
from tests.matrix.again import AGAIN
from tests.test_archived import STUDENTS, Given, changed_since, stored
from tests.test_matrix import MATRIX, Route, api_routes, routes

pytestmark = pytest.mark.django_db

OF_A_CLASS = ("classes/<", "assignments/<", "submissions/<", "work/<")

# A student's text is never refused alone: she is led to where it is kept, and of a hand-in the teacher is told.
KEPT = {
    "desk": {ParkedCopy, Submission, Event},
    "hand-in": {ParkedCopy, Submission, Event, Notice},
}
# What is done as in an open class, why, and what it writes.
AS_BEFORE: dict[str, tuple[str, set[type[Any]]]] = {
    "classroom-unarchive": ("it is the way back", {Classroom, AuditEntry}),
    "classroom-archive": ("what is archived already stays so", set()),
    "grade-release": ("archiving let go of every claim, and to let go of what nobody holds is no fault", set()),
    "assign-preview": ("to try an assignment writes nothing", set()),
    "desk-preview": ("to try a desk writes nothing", set()),
    "assignment-comment": ("to look at what a comment would change writes nothing", set()),
    "assignment-import-marks": ("to look at what a file would change writes nothing", set()),
    "class-import-everything": ("to look at what a file would change writes nothing", set()),
    "grade-comment-bank": ("the bank is the teacher's own, and belongs to no class", {CommentTemplate}),
}


def pages(verb: str) -> dict[Given, list[tuple[Route, Row]]]:
    """The rows of the matrix that are pages of a class, by the world that they are tried in. What is posted from a page
    is looked at in its own world too."""
    ours = {route for route in routes() if route[0] == verb and routes()[route].startswith(OF_A_CLASS)} - api_routes()
    found: dict[Given, list[tuple[Route, Row]]] = {}
    for (of, name), entry in [*MATRIX.items(), *((route, entry) for _what, route, entry in AGAIN)]:
        if (verb, name) in ours and of in (verb, "post"):
            found.setdefault(entry.given, []).append(((verb, name), entry))
    return found


def who_may(entry: Row) -> list[str]:
    """Who is signed in and not refused: a redirect is how most forms answer that they did it."""
    return [person for person, status in entry.statuses.items() if status < 400 and person != "anonymous"]


def clients_of(cast: Cast, rows: list[tuple[Route, Row]]) -> dict[str, Client]:
    clients = {}
    for who in {who for _route, entry in rows for who in who_may(entry)}:
        clients[who] = Client()
        clients[who].force_login(getattr(cast, who))
    return clients


def posted(client: Client, route: Route, entry: Row, world: Any, room: Classroom) -> Any:
    address = reverse(route[1], kwargs=entry.url(world)) + (f"?{query}" if (query := entry.query(world)) else "")
    body = entry.body(world) if entry.body else {}
    if route[1] == "classroom-settings":
        body = {**body, "version": room.version}  # archiving it was a change of the class
    return client.post(address, body)


def text(answer: Any) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main")[0]
    return re.sub(r"<[^>]*>", " ", main)


def faults(client: Client, name: str, person: str, answer: Any, changed: set[type[Any]]) -> Iterator[str]:
    kept = KEPT.get(name, set()) if person in STUDENTS else set()
    meant = kept or (AS_BEFORE[name][1] if name in AS_BEFORE else set())
    if changed != meant:
        yield f"changes {sorted(model.__name__ for model in changed)}"
    if name in AS_BEFORE:
        if answer.status_code >= 400:
            yield f"{answer.status_code}, and it is done as before"
        return
    told = list(get_messages(answer.wsgi_request))
    if [each for each in told if each.level_tag == "success"]:
        yield f"says that it was done: {told}"
    if answer.status_code != 302:
        says = str(ClassArchived.title) in text(answer)
    elif kept:
        says = "The class is archived." in text(client.get(answer["Location"]))
    else:
        says = any(str(ClassArchived.title) in str(each) for each in told if each.level_tag == "error")
    if not says:
        yield f"{answer.status_code} and does not say that the class is archived"


def named(given: Given) -> str:
    return f"{given.__module__.rpartition('.')[2]} {given.__name__}"


@pytest.mark.parametrize("given", pages("post"), ids=named)
def test_no_form_of_an_archived_class_writes_and_each_says_why(cast: Cast, given: Given) -> None:
    world, rows = given(cast), pages("post")[given]
    clients = clients_of(cast, rows)
    room = people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    before, wrong = stored(), []
    for route, entry in rows:
        for who in who_may(entry):
            cache.clear()
            clients[who].cookies.pop("messages", None)
            with transaction.atomic():
                answer = posted(clients[who], route, entry, world, room)
                wrong += [
                    f"{route[1]} by {who}: {fault}"
                    for fault in faults(clients[who], route[1], who, answer, changed_since(before))
                ]
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def test_every_form_of_a_class_is_tried_by_somebody() -> None:
    rows = [(route, entry) for rows in pages("post").values() for route, entry in rows]
    tried = {route[1] for route, entry in rows if who_may(entry)}
    assert {route[1] for route, _entry in rows} == tried
    assert set(KEPT) | set(AS_BEFORE) <= tried
    assert not set(KEPT) & set(AS_BEFORE)


@pytest.mark.parametrize("name", ["assignment-import-marks", "class-import-everything"])
def test_a_file_is_only_looked_at_and_one_that_was_before_changes_nothing_afterwards(cast: Cast, name: str) -> None:
    entry = next(entry for _what, route, entry in AGAIN if route == ("post", name))
    world = entry.given(cast)
    client, address = Client(), reverse(name, kwargs=entry.url(world))
    client.force_login(cast.teacher)
    kept = client.post(address, entry.body(world) if entry.body else {}).context["kept"]
    assert kept
    people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    before = stored()
    for seen in (client.get(address), client.post(address, entry.body(world) if entry.body else {})):
        assert "This class is archived." in text(seen)
        assert 'name="rows"' not in seen.content.decode()
    answer = client.post(address, {"rows": kept})
    assert answer.status_code == 409
    assert str(ClassArchived.title) in text(answer)
    assert not changed_since(before)
    people.unarchive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    assert client.post(address, {"rows": kept}).status_code == 200
    assert changed_since(before) >= {Grade}


# --- What the pages offer -------------------------------------------------------------------------------------------


def offered(page: str, address: str) -> set[str]:
    """The names of the routes that a button of the page posts to."""
    found = set()
    for said, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL):
        name = _of(said, "id")
        buttons = [each for each in re.findall(r"<button\b[^>]*", inside) if not _of(each, "form")]
        buttons += [each for each in re.findall(r"<button\b[^>]*", page) if name and _of(each, "form") == name]
        for button in buttons:
            if _of(said, "method") == "post" and _of(button, "type") != "button" and " disabled" not in button:
                to = _of(button, "formaction") or _of(said, "action")
                found.add(_name(to.partition("?")[0].partition("#")[0] or address))
    return found


def _of(tag: str, name: str) -> str:
    return said.group(1) if (said := re.search(rf'\b{name}="([^"]*)"', tag)) else ""


def _name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


@pytest.mark.parametrize("given", pages("get"), ids=named)
def test_a_page_of_an_archived_class_offers_only_what_is_done_there(cast: Cast, given: Given) -> None:
    world, rows = given(cast), pages("get")[given]
    clients = clients_of(cast, rows)
    people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    forms = {route[1] for rows in pages("post").values() for route, _entry in rows}
    wrong = []
    for route, entry in rows:
        address = reverse(route[1], kwargs=entry.url(world))
        for who in who_may(entry):
            cache.clear()
            answer = clients[who].get(f"{address}?{entry.query(world)}")
            if answer.status_code == 302 or not answer["Content-Type"].startswith("text/html"):
                continue
            if refused := (offered(answer.content.decode(), address) & forms) - set(AS_BEFORE):
                wrong.append(f"{route[1]} of {who}: {sorted(refused)}")
    assert not wrong, "\n".join(wrong)
