"""A student answers the comments that were returned to her; it goes along with her next hand-in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from assignments import actions
from assignments.errors import ClassArchived
from assignments.models import Assignment, Comment, CommentReply, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.api_client import ApiClient, code
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def revising(cast: Cast, submission: Submission) -> Submission:
    """Handed in, commented on and returned; it is the student's turn again."""
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher, body="By whom?")
    actions.return_grade(submission, by=cast.teacher)
    work.revise(submission)
    return submission


def answer(submission: Submission, *, if_version: int = 0, **said: Any) -> CommentReply:
    comment = Comment.objects.filter(grade=submission.returned_grade_id).get()
    said = {"stance": "changed", "text": "", "if_version": if_version, "by": submission.student, **said}
    return actions.reply(submission, comment=comment, **said)


def teacher_reads(cast: Cast) -> list[str]:
    return [row.stance for row in CommentReply.objects.visible_to(cast.teacher).order_by("version")]


def test_an_answer_is_hers_until_it_comes_with_a_hand_in(cast: Cast, revising: Submission) -> None:
    answer(revising)
    assert teacher_reads(cast) == []
    answer(revising, if_version=1, stance="unchanged", text="The minutes say so.")
    assert CommentReply.objects.count() == 1
    work.hand_in(revising, work.body_for(revising.assignment, "It was decided by the bureau."))
    assert teacher_reads(cast) == ["unchanged"]
    assert not CommentReply.objects.visible_to(cast.classmate).exists()
    assert not CommentReply.objects.visible_to(cast.other_teacher).exists()


def test_what_came_with_a_hand_in_stays_and_a_later_answer_comes_with_the_next(
    cast: Cast, revising: Submission
) -> None:
    answer(revising)
    work.hand_in(revising, work.body_for(revising.assignment, "It was decided by the bureau."))
    later = answer(revising, if_version=1, stance="question", text="Which minutes?")
    assert (later.attempt_number, later.version) == (3, 2)
    assert teacher_reads(cast) == ["changed"]
    work.hand_in(revising, work.body_for(revising.assignment, "It was decided by the party bureau."))
    assert teacher_reads(cast) == ["changed", "question"]


def test_nothing_has_to_be_answered(revising: Submission) -> None:
    assert work.hand_in(revising, work.body_for(revising.assignment, "Other words.")).attempt.number == 2


def test_a_stale_answer_overwrites_nothing(revising: Submission) -> None:
    answer(revising, text="So.")
    assert answer(revising, text="So.").version == 1  # the answer of the site was lost
    with pytest.raises(VersionStale):
        answer(revising, text="Not so.")
    assert CommentReply.objects.get().text == "So."


@pytest.mark.parametrize("said", [{"stance": "perhaps"}, {"text": "x" * 5001}, {"text": "a\x00b"}])
def test_what_cannot_be_kept_is_refused(revising: Submission, said: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        answer(revising, **said)
    assert answer(revising, text="x" * 5000)


def test_an_archived_class_takes_no_answers(cast: Cast, revising: Submission) -> None:
    people.archive(cast.room, by=cast.teacher)
    with pytest.raises(ClassArchived):
        answer(Submission.objects.get(pk=revising.pk))


def test_an_answer_counts_for_the_copies_of_its_comment(cast: Cast, revising: Submission) -> None:
    answer(revising)
    work.hand_in(revising)
    key = Comment.objects.get().key
    replies = CommentReply.objects.to(revising).by_key()
    assert list(replies) == [key]


# --- Through pages and REST ---


def test_she_answers_on_her_desk_and_the_teacher_reads_it_in_one_row(
    client: Client, cast: Cast, revising: Submission
) -> None:
    key = Comment.objects.get().key
    desk, address = reverse("desk", args=[revising.pk]), reverse("comment-reply", args=[revising.pk, key])
    client.force_login(cast.student)
    page = client.get(desk).content.decode()
    assert "1 comment on your last hand-in" in page
    assert "By whom?" in page
    assert (
        client.post(address, {"stance": "unchanged", "text": "The <b>minutes</b> say so.", "rev": "0"}).status_code
        == 302
    )
    assert "The &lt;b&gt;minutes&lt;/b&gt; say so." in client.get(desk).content.decode()
    assert client.post(address, {"stance": "changed", "text": "", "rev": "0"}, headers=JSON).status_code == 412
    lost = client.post(address, {"stance": "changed", "text": "Typed in vain", "rev": "0"}, follow=True)
    assert "since you opened it. You wrote: Typed in vain" in lost.content.decode()
    assert client.post(address, {"text": "x", "rev": "1"}, headers=JSON).status_code == 422
    assert client.post(address, {"stance": "changed", "text": "", "rev": "x"}).status_code == 400

    staff = Client()
    staff.force_login(cast.teacher)
    grading = reverse("grade", args=[revising.pk])
    assert "say so." not in staff.get(grading).content.decode()
    work.hand_in(revising, work.body_for(revising.assignment, "It was decided by the bureau."))
    row = staff.get(grading).content.decode().split('class="data data--text ledger"')[1].split("</table>")[0]
    assert "By whom?" in row
    assert "elsewhere</del>" in row
    assert "by the bureau." in row
    assert "not changed" in row
    assert "The &lt;b&gt;minutes&lt;/b&gt; say so." in row


def test_nothing_is_asked_before_the_return_or_after_a_recall(client: Client, cast: Cast, revising: Submission) -> None:
    key = Comment.objects.get().key
    client.force_login(cast.student)
    Submission.objects.filter(pk=revising.pk).update(state="returned")
    actions.recall(Submission.objects.get(pk=revising.pk), reason="Wrong.", by=cast.teacher)
    assert "By whom?" not in client.get(reverse("desk", args=[revising.pk])).content.decode()
    answer = client.post(reverse("comment-reply", args=[revising.pk, key]), {"stance": "changed", "rev": "0"})
    assert answer.status_code == 404


def test_answers_through_rest(api: ApiClient, cast: Cast, revising: Submission) -> None:
    address = f"/api/v1/submissions/{revising.pk}/comments"
    student, teacher = api.as_(cast.student), api.as_(cast.teacher)
    one = f"{address}/{Comment.objects.get().key}/reply"
    assert student.put(one, {"stance": "changed"}).status_code == 428
    kept = student.put(one, {"stance": "question", "text": "Where?"}, headers={"If-Match": '"p0"'})
    assert (kept.status_code, kept["ETag"], kept.json()["attempt"]) == (200, '"p1"', 2)
    stale = student.put(one, {"stance": "changed"}, headers={"If-Match": '"p0"'})
    assert (stale.status_code, stale.json()["current_etag"]) == (412, '"p1"')
    assert student.get(address).json()["results"][0]["reply"]["text"] == "Where?"
    assert teacher.get(address).json()["results"][0]["reply"] is None
    work.hand_in(revising, work.body_for(revising.assignment, "Other words."))
    remarks.comment(revising, cast.teacher, "Other", body="Better.")
    assert [row["body"] for row in teacher.get(address).json()["results"]] == ["Better."]
    (earlier,) = teacher.get(f"{address}?attempt=1").json()["results"]
    assert (earlier["body"], earlier["reply"]["stance"]) == ("By whom?", "question")
    assert [row["body"] for row in student.get(f"{address}?attempt=1").json()["results"]] == ["By whom?"]
    assert student.get(f"{address}?attempt=2").json()["results"] == []
    assert teacher.get(f"{address}?attempt=x").status_code == 400


def test_where_nothing_more_is_handed_in_an_answer_that_nobody_would_read_is_refused(
    api: ApiClient, cast: Cast, revising: Submission
) -> None:
    one = f"/api/v1/submissions/{revising.pk}/comments/{Comment.objects.get().key}/reply"
    said: dict[str, Any] = {"data": {"stance": "question", "text": "Where?"}, "headers": {"If-Match": '"p0"'}}
    Submission.objects.filter(pk=revising.pk).update(state="returned")
    refused = api.as_(cast.student).put(one, **said)
    assert (refused.status_code, code(refused)) == (409, "state-conflict")
    assert "nobody would read this answer" in refused.json()["title"]
    assert not CommentReply.objects.exists()
    Assignment.objects.filter(pk=revising.assignment_id).update(resubmission=True)
    assert api.as_(cast.student).put(one, **said).status_code == 200


def test_where_a_teacher_may_still_take_a_hand_in_an_answer_is_kept(revising: Submission) -> None:
    over = clock.now() - dt.timedelta(hours=1)
    Submission.objects.filter(pk=revising.pk).update(closes_at=over)
    assert answer(work.reread(revising), stance="question").version == 1


def test_everything_of_a_class_goes_out_with_comments_and_what_was_answered(
    api: ApiClient, cast: Cast, revising: Submission
) -> None:
    address = f"/api/v1/classrooms/{cast.room.pk}/export"
    answer(revising, text="Not yet for her teacher.")
    found = orjson.loads(b"".join(api.as_(cast.teacher).get(address).streaming_content))
    (comment,) = found["comments"]
    assert (comment["body"], comment["anchor"]["quote"]) == ("By whom?", "decided elsewhere")
    assert found["replies"] == []
    work.hand_in(revising)
    found = orjson.loads(b"".join(api.as_(cast.teacher).get(address).streaming_content))
    assert [row["text"] for row in found["replies"]] == ["Not yet for her teacher."]
