"""What a teacher says again and again: kept, found, taken, counted; and hers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, judging
from assignments.models import Assignment, Comment, CommentTemplate, Submission
from assignments.remarks import MOST_KEPT, says
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def passage(submission: Submission) -> dict[str, Any]:
    return {"source": None, "anchor": work.cited(submission.assignment.edition_id)["anchor"]}


def test_what_is_in_the_bank_already_stays_one(cast: Cast, handed_in: Submission) -> None:
    pointed = {"passage": passage(handed_in), "edition": handed_in.assignment.edition_id}
    first = actions.save_template(body="By whom?", by=cast.teacher)
    other = actions.save_template(body="By whom?", by=cast.teacher, **pointed)
    assert actions.save_template(body="By whom?", by=cast.teacher) == first
    assert actions.save_template(body="By whom?", by=cast.teacher, **pointed) == other
    actions.save_template(body="By whom?", by=cast.co_teacher)
    assert CommentTemplate.objects.own(cast.teacher).count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": " "}, "empty"),
        ({"passage": {"source": None, "anchor": {"block": "x", "start": 0, "end": 1, "quote": "x"}}}, "missing"),
    ],
)
def test_what_says_nothing_or_points_nowhere_is_not_kept(cast: Cast, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationFailed) as error:
        actions.save_template(**{"body": "By whom?", "by": cast.teacher, **fields})
    assert [row["code"] for row in error.value.extra["errors"]] == [code]


def test_a_bank_has_its_bound(cast: Cast) -> None:
    now = clock.now()
    rows = [CommentTemplate(owner=cast.teacher, body=f"{n}", at=now) for n in range(MOST_KEPT)]
    CommentTemplate.objects.bulk_create(rows)
    with pytest.raises(ValidationFailed):
        actions.save_template(body="One too many", by=cast.teacher)
    actions.delete_template(rows[0])
    assert actions.save_template(body="One too many", by=cast.teacher)


def test_a_use_is_counted_once_and_changing_the_bank_changes_no_comment(cast: Cast, handed_in: Submission) -> None:
    kept = actions.save_template(body="By whom?", by=cast.teacher)
    made = remarks.comment(handed_in, cast.teacher, body="By whom?", template=kept)
    remarks.comment(handed_in, cast.teacher, body="By whom?", template=kept, key=made.key)  # the same once more
    kept.refresh_from_db()
    assert kept.uses == 1
    edit: dict[str, Any] = {"passage": None, "edition": None, "if_version": 1}
    assert actions.edit_template(kept, body="Who?", **edit).version == 2
    with pytest.raises(VersionStale):
        actions.edit_template(kept, body="Whom?", **edit)
    actions.delete_template(kept)
    assert Comment.objects.get().body == "By whom?"


def test_a_passage_is_found_again_in_another_edition_or_left_out(cast: Cast, handed_in: Submission) -> None:
    kept = actions.save_template(
        body="Look here.", passage=passage(handed_in), edition=handed_in.assignment.edition_id, by=cast.teacher
    )
    same = factories.make_edition(sections=[("Now", [("paragraph", f"<p>Before. {work.TEXT}</p>")])])
    other = factories.make_edition(sections=[("Now", [("paragraph", "<p>Nothing of it.</p>")])])
    found = judging.passage_here(kept, same.pk)
    assert found
    assert found["anchor"]["quote"] == "nobody was asked"
    assert judging.passage_here(kept, other.pk) is None


def test_a_comment_is_kept_from_the_desk_and_taken_there_without_a_script(
    teacher: Client, cast: Cast, handed_in: Submission
) -> None:
    made = remarks.comment(handed_in, cast.teacher, body="By whom?", passage=passage(handed_in))
    address = reverse("grade-comment-bank", args=[handed_in.pk, made.key])
    assert teacher.post(address, headers=JSON).json() == {"saved": "It is in your comment bank"}
    assert teacher.post(address).status_code == 302
    kept = CommentTemplate.objects.get()
    assert (kept.body, kept.passage, kept.edition_id) == ("By whom?", made.passage, handed_in.assignment.edition_id)

    typed = remarks.typed(handed_in, words="elsewhere", body="", template=str(kept.pk))
    teacher.post(reverse("grade-comment", args=[handed_in.pk]), typed)
    taken = Comment.objects.get(quote="elsewhere")
    assert (taken.body, taken.passage) == ("By whom?", made.passage)
    assert CommentTemplate.objects.get().uses == 1


def test_nobody_takes_from_anothers_bank(teacher: Client, cast: Cast, handed_in: Submission) -> None:
    theirs = actions.save_template(body="Not yours.", by=cast.co_teacher)
    typed = remarks.typed(handed_in, body="", template=str(theirs.pk))
    assert teacher.post(reverse("grade-comment", args=[handed_in.pk]), typed).status_code == 404
    assert "Not yours." not in teacher.get(reverse("grade", args=[handed_in.pk])).content.decode()


def test_the_bank_is_searched_changed_and_emptied_on_its_page(teacher: Client, cast: Cast) -> None:
    page = reverse("comment-bank")
    assert "Your bank is empty" in teacher.get(page).content.decode()
    teacher.post(page, {"body": "Кто решил?"})
    teacher.post(page, {"body": "<b>By</b> whom?"})
    assert teacher.post(page, {"body": "  "}).status_code == 422
    shown = teacher.get(page, {"find": "КТО"}).content.decode()
    assert "Кто решил?" in shown
    assert "whom" not in shown
    assert "&lt;b&gt;By&lt;/b&gt;" in teacher.get(page).content.decode()
    assert "No comment of yours" in teacher.get(page, {"find": "where"}).content.decode()

    row = CommentTemplate.objects.get(body="Кто решил?")
    one = reverse("comment-template", args=[row.pk])
    teacher.post(one, {"body": "Кто?", "rev": "1", "do": "save"})
    stale = teacher.post(one, {"body": "Kept as typed", "rev": "1", "do": "save"})
    assert stale.status_code == 422
    assert "Kept as typed" in stale.content.decode()
    assert CommentTemplate.objects.get(pk=row.pk).body == "Кто?"
    teacher.post(one, {"body": "", "rev": "2", "do": "delete"})
    assert not CommentTemplate.objects.filter(pk=row.pk).exists()


def test_the_bank_through_rest(api: ApiClient, cast: Cast, handed_in: Submission) -> None:
    teacher, address = api.as_(cast.teacher), "/api/v1/comment-templates"
    pointed = {"passage": passage(handed_in), "edition": handed_in.assignment.edition_id}
    made = teacher.post(address, {"body": "By whom?", **pointed})
    assert (made.status_code, made["ETag"], made.json()["uses"]) == (201, '"t1"', 0)
    assert teacher.post(address, {"body": "x", **pointed, "edition": "0" * 64}).status_code == 422
    one = made["Location"]
    assert teacher.patch(one, {"body": "Who?"}).status_code == 428
    changed = teacher.patch(one, {"body": "Who?"}, headers={"If-Match": '"t1"'})
    assert (changed.status_code, changed.json()["passage"]) == (200, pointed["passage"])
    assert teacher.patch(one, {"body": "x"}, headers={"If-Match": '"t1"'}).status_code == 412
    said = remarks.said(handed_in, template=made.json()["id"])
    assert teacher.post(f"/api/v1/submissions/{handed_in.pk}/comments", said).status_code == 201
    assert [row["uses"] for row in teacher.get(f"{address}?q=WHO").json()["results"]] == [1]
    assert teacher.get(f"{address}?q=where").json()["results"] == []
    assert teacher.delete(one).status_code == 204
    assert teacher.get(address).json()["results"] == []


def test_a_bank_costs_the_same_for_one_comment_and_for_thirty(
    teacher: Client, cast: Cast, handed_in: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def fill(*names: int) -> None:
        for n in names:
            actions.save_template(
                body=f"{n}", passage=passage(handed_in), edition=handed_in.assignment.edition_id, by=cast.teacher
            )

    fill(0)
    for address in (reverse("comment-bank"), reverse("grade", args=[handed_in.pk])):
        teacher.get(address)
    one = [
        queries(lambda a=a: teacher.get(a)) for a in (reverse("comment-bank"), reverse("grade", args=[handed_in.pk]))
    ]
    fill(*range(1, 30))
    many = [
        queries(lambda a=a: teacher.get(a)) for a in (reverse("comment-bank"), reverse("grade", args=[handed_in.pk]))
    ]
    assert many == one


def test_words_are_sought_in_any_case() -> None:
    assert says("By WHOM was it decided?", "decided whom")
    assert not says("By whom?", "whom where")
