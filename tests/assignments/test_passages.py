"""Which passages a class leans on: counted by student, of the hand-ins that count, and who did not use one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import User
from assignments import actions, boards, readings
from assignments.models import Assignment
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from tests.api_client import ApiClient
from tests.assignments import revised, work
from tests.cast import Cast, person
from tests.lessons import factories

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def edition() -> Edition:
    """A paragraph of the lesson, and a source of two passages."""
    source = factories.make_source()
    essay = factories.question("essay", points="4")
    text = ("paragraph", f"<p>{work.TEXT}</p>")
    return factories.make_edition(sections=[("Before", [text, ("source", {"source": source}), ("question", essay)])])


@pytest.fixture
def assignment(cast: Cast, edition: Edition) -> Assignment:
    return work.make_assignment(cast, edition)


def cited(edition: Edition, name: str) -> dict[str, Any]:
    passage = readings.passage_named(edition.pk, name)
    assert passage is not None
    return {"id": str(uuid7()), "stance": "supports", **passage}


def hands_in(assignment: Assignment, student: User, *names: str) -> None:
    citations = [cited(assignment.edition, name) for name in names]
    work.hand_in(work.submission_of(assignment, student), work.body_for(assignment, citations=citations))


def joined(cast: Cast, name: str) -> User:
    found = person(name, school=cast.school)
    people.add_member(cast.room, username=name, role="student", by=cast.teacher)
    return found


def counts(assignment: Assignment) -> dict[str, int]:
    board = boards.passages_board(assignment)
    return {line.target.name: line.students for group in board.groups for line in (*group.lines, group.whole) if line}


def users(assignment: Assignment, said: str) -> tuple[list[str], list[str], list[str]]:
    found = boards.users_of(assignment, said, viewer=None, now=clock.now())
    assert found is not None
    lists = (found.citing, found.not_citing, found.without)
    citing, not_citing, without = ([row.name for row in rows] for rows in lists)
    return citing, not_citing, without


def test_each_student_is_counted_once_and_what_nobody_uses_is_there(cast: Cast, assignment: Assignment) -> None:
    hands_in(assignment, cast.student, "1", "1", "A1")
    hands_in(assignment, cast.classmate, "A1", "A2")
    assert counts(assignment) == {"¶1": 1, "A": 2, "A1": 2, "A2": 1}
    work.hand_in(work.submission_of(assignment, cast.classmate))  # again, and without any
    assert counts(assignment) == {"¶1": 1, "A": 1, "A1": 1, "A2": 0}
    board = boards.passages_board(assignment, show="nobody")
    assert [line.target.name for group in board.groups for line in group.lines] == ["A2"]
    assert (board.nobodys, board.used, board.handed_in) == (1, 2, 2)


def test_by_name_who_used_it_who_did_not_and_who_has_handed_in_nothing(cast: Cast, assignment: Assignment) -> None:
    third = joined(cast, "third")
    hands_in(assignment, cast.student, "A1")
    hands_in(assignment, cast.classmate)
    draft = work.body_for(assignment, citations=[cited(assignment.edition, "A1")])
    actions.save_draft(work.submission_of(assignment, third), body=draft, if_rev=0, by=third)
    assert users(assignment, "a1") == (["Student"], ["Classmate"], ["Third"])
    assert users(assignment, "A") == (["Student"], ["Classmate"], ["Third"])
    assert users(assignment, "¶1") == ([], ["Classmate", "Student"], ["Third"])


def test_work_that_was_taken_back_counts_for_nothing(cast: Cast, assignment: Assignment) -> None:
    hands_in(assignment, cast.student, "A1")
    actions.withdraw(work.submission_of(assignment, cast.student), by=cast.student)
    assert users(assignment, "A1") == ([], [], ["Classmate", "Student"])


def test_a_hand_in_on_another_edition_is_found_by_its_words(cast: Cast) -> None:
    room = revised.make(cast)
    work.hand_in(room.draft, room.body)
    room.upgrade("all")
    assignment = Assignment.objects.get()
    assert counts(assignment) == {"¶1": 1}
    assert boards.passages_board(assignment).elsewhere == 0


def test_a_hand_in_that_cites_what_is_gone_is_told_apart(cast: Cast, client: Client) -> None:
    room = revised.make(cast, lambda edition: revised.saying(edition, revised.GONE))
    work.hand_in(room.draft, room.body)
    room.upgrade("all")
    assignment = Assignment.objects.get()
    assert counts(assignment) == {"¶1": 0}
    assert boards.passages_board(assignment).elsewhere == 1
    client.force_login(cast.teacher)
    page = reverse("assignment-passages", args=[assignment.pk])
    assert "handed in on another edition" in client.get(page).content.decode()
    assert "cites words of another edition" in client.get(f"{page}?of=1").content.decode()


def test_the_pages_lead_from_the_counts_to_the_names(cast: Cast, client: Client, assignment: Assignment) -> None:
    client.force_login(cast.teacher)
    page = reverse("assignment-passages", args=[assignment.pk])
    assert "Nothing is handed in" in client.get(page).content.decode()
    hands_in(assignment, cast.student, "A1")
    shown = client.get(page).content.decode()
    assert "nobody" in shown
    passage = readings.passage_named(assignment.edition_id, "A1")
    assert passage is not None
    of = f"?of={passage['anchor']['block']}"
    assert of in shown
    names = client.get(f"{page}{of}").content.decode()
    assert "1 student used it" in names
    assert "1 student has handed in nothing" in names
    assert client.get(f"{page}?of=Z9").status_code == 404


def test_rest_counts_passages_and_lists_the_work_that_cites_one_or_does_not(
    cast: Cast, api: ApiClient, assignment: Assignment
) -> None:
    hands_in(assignment, cast.student, "A1")
    hands_in(assignment, cast.classmate, "1")
    teacher = api.as_(cast.teacher)
    first = teacher.get(f"/api/v1/assignments/{assignment.pk}/passages?limit=3").json()
    found = [*first["results"], *teacher.get(first["next"]).json()["results"]]
    told = [(row["name"], row["kind"], row["cited_by"], row["not_cited_by"]) for row in found]
    assert told == [("¶1", "passage", 1, 1), ("A", "source", 1, 1), ("A1", "passage", 1, 1), ("A2", "passage", 0, 2)]

    def listed(query: str, who: ApiClient = teacher) -> list[str]:
        rows = who.get(f"/api/v1/submissions?assignment={assignment.pk}&{query}").json()["results"]
        return [row["student"]["name"] for row in rows]

    assert listed("cites=A1") == ["Student"]
    assert listed("cites_not=A1") == ["Classmate"]
    assert listed("cites_not=A&cites=1") == ["Classmate"]
    assert sorted(listed("cites_not=A2")) == ["Classmate", "Student"]
    assert teacher.get(f"/api/v1/submissions?assignment={assignment.pk}&cites=Z9").status_code == 400
    assert teacher.get("/api/v1/submissions?cites=A1").status_code == 400
    # A student is told of her own work alone.
    assert listed("cites=1", api.as_(cast.student)) == []


def test_the_counts_and_the_names_cost_the_same_for_two_students_and_for_twelve(
    cast: Cast, api: ApiClient, assignment: Assignment, queries: Queries
) -> None:
    hands_in(assignment, cast.student, "A1")
    hands_in(assignment, cast.classmate, "1")
    teacher = api.as_(cast.teacher)
    asks = [
        lambda: boards.passages_board(assignment),
        lambda: users(assignment, "A1"),
        lambda: teacher.get(f"/api/v1/submissions?assignment={assignment.pk}&cites_not=A2"),
    ]
    few = [queries(ask) for ask in asks]
    for n in range(10):
        hands_in(assignment, joined(cast, f"joined_{n}"), "A1", "1")
    assert [queries(ask) for ask in asks] == few
