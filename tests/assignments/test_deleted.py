"""Assignments that were deleted: what one is told before, where they are found afterwards, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import archive
from accounts.models import Membership
from assignments import actions, boards
from assignments.models import Assignment
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.cast import Cast

LISTED = "/api/v1/assignments?deleted=true"


@pytest.fixture
def made(cast: Cast) -> Assignment:
    """The student handed in and was marked, the classmate has a draft, and a third did nothing."""
    joins(cast, "idle", "Idle")
    made = work.make_assignment(cast, title="Walls")
    hers = work.submission_of(made, cast.student)
    work.hand_in(hers)
    work.mark(hers, cast.teacher)
    actions.release(work.reread(hers), by=cast.teacher)
    other = work.submission_of(made, cast.classmate)
    actions.save_draft(other, body=work.body_for(made, "Half a thought."), if_rev=0, by=cast.classmate)
    return made


def test_deleting_asks_first_and_says_how_much_is_in(client: Client, cast: Cast, made: Assignment) -> None:
    client.force_login(cast.teacher)
    where = reverse("assignment-delete", args=[made.pk])
    assert where in client.get(reverse("assignment-board", args=[made.pk])).content.decode()
    asked = client.get(where)
    assert asked.context["kept"] == ("1 handed in", "1 has marks or comments", "1 draft begun")
    assert client.post(where).status_code == 302


def test_going_back_to_the_question_after_deleting_leads_to_what_was_deleted(
    client: Client, cast: Cast, made: Assignment
) -> None:
    client.force_login(cast.teacher)
    where = reverse("assignment-delete", args=[made.pk])
    assert client.get(where).status_code == 200
    client.post(where)
    assert client.get(where).headers["Location"] == reverse("deleted-assignments", args=[cast.room.pk])
    client.force_login(cast.student)
    assert client.get(where).status_code == 404


def test_what_was_taken_away_before_is_not_counted(cast: Cast, made: Assignment) -> None:
    actions.update_assignment(made, if_version=made.version, by=cast.teacher, audience=[cast.classmate.pk])
    assert boards.kept_work(made).lines == ("nothing handed in", "1 draft begun")
    actions.delete_assignment(made, by=cast.teacher)
    assert [line.handed_in for line in boards.deleted_assignments(cast.room)] == ["nothing handed in"]


def test_what_was_deleted_is_found_again_two_pages_later_with_everything(
    client: Client, cast: Cast, made: Assignment
) -> None:
    client.force_login(cast.teacher)
    board, listed = reverse("classroom", args=[cast.room.pk]), reverse("deleted-assignments", args=[cast.room.pk])
    before = dict(made.submissions.values_list("student__username", "state"))
    assert listed not in client.get(board).content.decode()
    client.post(reverse("assignment-delete", args=[made.pk]))
    client.get(reverse("today"))  # the message with its button is told here
    assert reverse("assignment-restore", args=[made.pk]) not in client.get(board).content.decode()
    assert listed in client.get(board).content.decode()

    page = client.get(listed)
    (line,) = page.context["deleted"]
    assert (line.title, line.handed_in) == ("Walls", "1 handed in")
    assert line.deleted.endswith("by Teacher")
    assert reverse("assignment-restore", args=[made.pk]) in page.content.decode()
    client.post(reverse("assignment-restore", args=[made.pk]))
    assert dict(made.submissions.values_list("student__username", "state")) == before
    assert work.submission_of(made, cast.classmate).draft.rev == 1
    assert work.submission_of(made, cast.student).grades.get().feedback == "Well seen."
    assert listed not in client.get(board).content.decode()


def test_who_deleted_it_last_is_named_and_of_what_reached_nobody_it_is_not_known(cast: Cast, made: Assignment) -> None:
    for who in (cast.teacher, cast.co_teacher):
        actions.delete_assignment(made, by=who)
        actions.undelete_assignment(made, by=who)
    actions.delete_assignment(made, by=cast.co_teacher)
    Membership.objects.filter(role="student").delete()
    nobody = work.make_assignment(cast, made.edition, title="For nobody")
    actions.delete_assignment(nobody, by=cast.teacher)
    latest, before = boards.deleted_assignments(cast.room)
    assert (latest.title, " by " in latest.deleted, latest.handed_in) == ("For nobody", False, "nothing handed in")
    assert (before.deleted.endswith("by Co Teacher"), before.handed_in) == (True, "1 handed in")


def test_in_an_archived_class_nothing_is_deleted_or_brought_back(client: Client, cast: Cast, made: Assignment) -> None:
    other = work.make_assignment(cast, made.edition)
    actions.delete_assignment(made, by=cast.teacher)
    archive(cast.room, by=cast.teacher)
    client.force_login(cast.teacher)
    listed = client.get(reverse("deleted-assignments", args=[cast.room.pk])).content.decode()
    assert "Walls" in listed
    assert reverse("assignment-restore", args=[made.pk]) not in listed
    assert "Keep it" not in client.get(reverse("assignment-delete", args=[other.pk])).content.decode()


def test_over_rest_whoever_may_bring_it_back_finds_it_and_nobody_else(
    api: ApiClient, cast: Cast, made: Assignment
) -> None:
    theirs = actions.create_assignment(cast.other_room, edition=made.edition, by=cast.other_teacher, title="Gates")
    actions.delete_assignment(theirs, by=cast.other_teacher)
    actions.delete_assignment(made, by=cast.teacher)

    def found(person: Any, query: str = "") -> list[str]:
        answer = api.as_(person).get(LISTED + query)
        assert answer.status_code == 200
        return [row["title"] for row in answer.json()["results"]]

    assert (
        found(cast.teacher) == found(cast.co_teacher) == found(cast.teacher, f"&classroom={cast.room.pk}") == ["Walls"]
    )
    assert found(cast.teacher, f"&classroom={cast.other_room.pk}") == []
    assert found(cast.other_teacher) == ["Gates"]
    for person in (cast.assistant, cast.student, cast.classmate, cast.stranger, cast.curator, cast.admin):
        assert found(person) == found(person, f"&classroom={cast.room.pk}") == []
    (row,) = api.as_(cast.co_teacher).get(LISTED).json()["results"]
    assert (row["deleted"]["by"]["name"], row["deleted"]["handed_in"]) == ("Teacher", 1)
    assert api.as_(cast.teacher).get("/api/v1/assignments").json()["results"] == []
    assert api.as_(cast.teacher).get("/api/v1/assignments?deleted=perhaps").status_code == 400


def test_the_lists_cost_the_same_for_one_deleted_assignment_and_for_many(
    api: ApiClient, client: Client, cast: Cast, made: Assignment, queries: Callable[[Callable[[], object]], int]
) -> None:
    client.force_login(cast.teacher)
    teacher = api.as_(cast.teacher)

    def cost() -> tuple[int, int]:
        where = reverse("deleted-assignments", args=[cast.room.pk])
        client.get(where)
        return queries(lambda: client.get(where)), queries(lambda: teacher.get(LISTED))

    actions.delete_assignment(made, by=cast.teacher)
    one = cost()
    for _n in range(5):
        actions.delete_assignment(work.make_assignment(cast, made.edition), by=cast.teacher)
    assert cost() == one
