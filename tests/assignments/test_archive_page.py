"""Before a class is archived its page tells what is unfinished in it, and so does a dry run through REST."""

from typing import Any

import pytest
from django.test import Client

from accounts import actions as people
from assignments import actions
from assignments.errors import AssignmentClosed, BeingReviewed
from assignments.models import Assignment, ParkedCopy, Submission
from destalin_site.common.errors import VersionStale
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_counts_what_waits_in_this_class_and_no_other(
    cast: Cast, client: Client, assignment: Assignment, submission: Submission
) -> None:
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}/archive/"
    assert client.get(where).context["unfinished"] == []
    work.hand_in(submission)
    assert client.get(where).context["unfinished"] == ["1 piece of work not returned"]
    Submission.objects.filter(pk=submission.pk).update(state="drafting")
    assert client.get(where).context["unfinished"] == ["1 draft not handed in"]
    client.force_login(cast.other_teacher)
    assert client.get(f"/classes/{cast.other_room.pk}/archive/").context["unfinished"] == []


def test_whose_classes_are_all_archived_is_led_to_them_from_her_day(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    said = "All your classes are archived"
    assert said not in client.get("/today/").content.decode()
    people.archive(cast.room, by=cast.teacher)
    page = client.get("/today/").content.decode()
    assert said in page
    assert "You have no class yet" not in page
    assert 'href="/classes/">Your classes' in page


def test_of_what_was_kept_aside_it_counts_what_the_teacher_decides_as_the_board_does(
    cast: Cast, client: Client, assignment: Assignment, submission: Submission
) -> None:
    client.force_login(cast.teacher)
    body = work.body_for(assignment)
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    with pytest.raises(VersionStale):
        actions.save_draft(submission, body=work.body_for(assignment, "Other words."), if_rev=0, by=cast.student)
    closed = work.at("2020-01-01T00:00Z")
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=closed)
    with pytest.raises(AssignmentClosed):
        work.hand_in(work.submission_of(assignment, cast.student))
    kinds = sorted(ParkedCopy.objects.waiting().values_list("kind", flat=True))
    assert kinds == ["save", "submit"]
    told = client.get(f"/classes/{cast.room.pk}/archive/").context["unfinished"]
    assert "1 hand-in kept aside, waiting for your decision" in told


def test_through_rest_a_dry_run_counts_the_same_and_the_act_says_it_once_more(
    cast: Cast, client: Client, api: ApiClient, assignment: Assignment, submission: Submission
) -> None:
    client.force_login(cast.teacher)
    teacher, where = api.as_(cast.teacher), f"/api/v1/classrooms/{cast.room.pk}"
    actions.save_draft(submission, body=work.body_for(assignment), if_rev=0, by=cast.student)
    his = work.submission_of(assignment, cast.classmate)
    work.hand_in(his)
    actions.claim(work.reread(his), by=cast.teacher)
    with pytest.raises(BeingReviewed):
        work.hand_in(work.reread(his), work.body_for(assignment, "Better words."))
    on_page = client.get(f"/classes/{cast.room.pk}/archive/").context["unfinished"]

    def told(**said: bool) -> Any:
        return teacher.patch(where, said, headers={"If-Match": '"c1"'}).json()["unfinished"]

    before = told(archived=True, dry_run=True)
    assert [(row["what"], row["count"]) for row in before] == [("drafts", 1), ("waiting", 1), ("to_return", 1)]
    assert [row["words"] for row in before] == on_page
    assert work.reread(his).claimed_by == cast.teacher, "a dry run lets no claim go"
    assert told(archived=True) == before
    opened = teacher.patch(where, {"archived": False}, headers={"If-Match": '"c2"'})
    assert opened.json()["unfinished"] == []


def test_another_zone_says_through_rest_which_due_times_stay(
    cast: Cast, client: Client, api: ApiClient, time_machine: Any
) -> None:
    time_machine.move_to(work.at("2026-05-01T12:00Z"), tick=False)
    work.make_assignment(cast, due=work.due("2026-05-09T12:00"))
    client.force_login(cast.teacher)
    on_page = client.get(f"/classes/{cast.room.pk}/settings/").context["staying"]
    said = {"zone": "Europe/Madrid", "dry_run": True}
    where, headers = f"/api/v1/classrooms/{cast.room.pk}", {"If-Match": '"c1"'}
    (row,) = api.as_(cast.teacher).patch(where, said, headers=headers).json()["staying"]
    assert (row["zone"], row["count"], [row["words"]]) == ("Europe/Warsaw", 1, on_page)
    same = api.as_(cast.teacher).patch(where, {**said, "zone": cast.room.zone}, headers=headers)
    assert same.json()["staying"] == []
