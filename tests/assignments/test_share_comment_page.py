"""One comment for many, on the pages and through REST."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from assignments import actions
from assignments.models import Assignment, Comment, SharedComment, Submission
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]
WORDS = "You say nothing of who paid."


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def hers(cast: Cast, assignment: Assignment) -> Submission:
    """She cites the paragraph."""
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, citations=[work.cited(assignment.edition_id)]))
    return submission


@pytest.fixture
def his(cast: Cast, assignment: Assignment) -> Submission:
    submission = work.submission_of(assignment, cast.classmate)
    work.hand_in(submission)
    return submission


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


@pytest.fixture
def address(assignment: Assignment) -> str:
    return reverse("assignment-comment", args=[assignment.pk])


def typed(*works: Submission, **fields: Any) -> dict[str, Any]:
    return {"body": WORDS, "submissions": [str(each.pk) for each in works], "do": "preview", **fields}


def kept(answer: Any) -> str:
    found = re.search(r'name="kept" value="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


# --- Pages ---


def test_the_list_of_who_did_not_use_a_passage_chooses_them(
    teacher: Client, address: str, hers: Submission, his: Submission
) -> None:
    form = teacher.get(f"{address}?of=1")
    assert [(name, chosen) for _pk, name, chosen in form.context["students"]] == [
        ("Classmate", True),
        ("Student", False),
    ]
    assert 'value="¶1"' in form.content.decode()
    other = teacher.get(f"{address}?of=1&who=with").context["students"]
    assert [chosen for _pk, _name, chosen in other] == [False, True]


def test_what_was_shown_is_given_and_taken_back(
    teacher: Client, address: str, hers: Submission, his: Submission
) -> None:
    shown = teacher.post(address, typed(hers, his, passage="1"))
    assert "2 students get this comment." in shown.content.decode()
    assert not Comment.objects.exists()
    given = teacher.post(address, {"do": "give", "kept": kept(shown)})
    shared = SharedComment.objects.get()
    there = reverse("shared-comment", args=[shared.assignment_id, shared.pk])
    assert given["Location"] == there
    assert Comment.objects.filter(shared=shared, body=WORDS, passage__isnull=False).count() == 2
    assert "2 students got this comment." in teacher.get(there).content.decode()
    # Pressed twice, it is given once.
    assert teacher.post(address, {"do": "give", "kept": kept(shown)})["Location"] == there
    assert Comment.objects.count() == 2
    back = teacher.post(there).content.decode()
    assert "It is taken back from 2 students." in back
    assert "not there any more" in back
    assert not Comment.objects.exists()


def test_who_cannot_get_it_stands_there_by_name_with_why(
    cast: Cast, teacher: Client, address: str, hers: Submission, his: Submission
) -> None:
    actions.claim(his, by=cast.co_teacher)
    shown = teacher.post(address, typed(hers, his)).content.decode()
    assert "1 student cannot get it" in shown
    assert "Somebody else is grading this work" in shown
    assert "Give it to 1 student" in shown


def test_a_stale_preview_is_shown_anew_and_gives_nothing(
    cast: Cast, teacher: Client, address: str, hers: Submission, his: Submission
) -> None:
    shown = teacher.post(address, typed(hers, his))
    actions.claim(his, by=cast.co_teacher)
    stale = teacher.post(address, {"do": "give", "kept": kept(shown)})
    assert stale.status_code == 412
    assert "Nobody got the comment" in stale.content.decode()
    assert not Comment.objects.exists()
    teacher.post(address, {"do": "give", "kept": kept(stale)})
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": " "}, "This must not be empty."),
        ({"submissions": []}, "Choose at least one student."),
        ({"passage": "Z9"}, "The lesson has no such passage."),
        ({"question": "no-such"}, "This assignment has no such question."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    teacher: Client, address: str, hers: Submission, fields: dict[str, Any], words: str
) -> None:
    answer = teacher.post(address, {**typed(hers), **fields})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    if "body" not in fields:
        assert WORDS in shown
    if "submissions" not in fields:
        assert f'value="{hers.pk}" autocomplete="off" checked' in shown


def test_what_was_signed_for_somebody_else_gives_nothing(
    cast: Cast, teacher: Client, address: str, hers: Submission
) -> None:
    shown = teacher.post(address, typed(hers))
    other = Client()
    other.force_login(cast.co_teacher)
    assert other.post(address, {"do": "give", "kept": kept(shown)}).status_code == 409
    assert not Comment.objects.exists()


def test_it_is_changed_before_it_is_given(teacher: Client, address: str, hers: Submission) -> None:
    form = teacher.post(address, typed(hers, do="change")).content.decode()
    assert WORDS in form
    assert f'value="{hers.pk}" autocomplete="off" checked' in form


def test_words_of_the_bank_are_taken_where_none_are_typed(
    cast: Cast, teacher: Client, address: str, hers: Submission, his: Submission
) -> None:
    template = actions.save_template(body="Of the bank.", by=cast.teacher)
    shown = teacher.post(address, typed(hers, his, body="", template=template.pk))
    teacher.post(address, {"do": "give", "kept": kept(shown)})
    assert set(Comment.objects.values_list("body", flat=True)) == {"Of the bank."}
    template.refresh_from_db()
    assert template.uses == 2


def test_the_form_costs_the_same_for_two_students_and_for_eight(
    cast: Cast, teacher: Client, address: str, hers: Submission, his: Submission, queries: Queries
) -> None:
    pages = [f"{address}?of=1", reverse("assignment-passages", args=[hers.assignment_id]) + "?of=1"]
    few = [queries(lambda page=page: teacher.get(page)) for page in pages]
    for n in range(6):
        joined = person(f"joined_{n}", school=cast.school)
        people.add_member(cast.room, username=joined.username, role="student", by=cast.teacher)
        work.hand_in(work.submission_of(hers.assignment, joined))
    assert [queries(lambda page=page: teacher.get(page)) for page in pages] == few


# --- REST ---


def test_rest_rehearses_gives_reads_and_takes_back(
    cast: Cast, api: ApiClient, assignment: Assignment, hers: Submission, his: Submission
) -> None:
    teacher = api.as_(cast.teacher)
    address = f"/api/v1/assignments/{assignment.pk}/comments"
    said = {"submissions": [str(hers.pk), str(his.pk)], "question": None, "body": WORDS, "id": str(uuid7())}

    def post(**fields: Any) -> Any:
        return teacher.post(address, {**said, **fields}, headers={"Idempotency-Key": str(uuid7())})

    dry = post(dry_run=True).json()
    assert ([row["given"] for row in dry["results"]], dry["id"]) == ([True, True], None)
    assert post(dry_run=False).json()["errors"][0]["pointer"] == "/preview"
    stale = post(dry_run=False, preview="0" * 32)
    assert (stale.status_code, stale.json()["current_etag"]) == (412, dry["preview"])
    given = post(dry_run=False, preview=dry["preview"]).json()
    assert given["results"] == dry["results"]
    assert given["id"] == said["id"]
    assert post(dry_run=False, preview=dry["preview"]).json() == given
    assert Comment.objects.count() == 2
    (listed,) = teacher.get(address).json()["results"]
    one = f"{address}/{given['id']}"
    assert teacher.get(one).json() == listed
    assert {row["submission"] for row in listed["results"]} == {str(hers.pk), str(his.pk)}
    comments = teacher.get(f"/api/v1/submissions/{hers.pk}/comments").json()["results"]
    assert [row["body"] for row in comments] == [WORDS]
    assert len(teacher.delete(one).json()["gone"]) == 2
    assert teacher.get(one).json()["taken_back_at"]
    assert not Comment.objects.exists()
