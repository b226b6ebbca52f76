"""Where an assignment wants it, comments that came back are answered before work is handed in again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.errors import RepliesMissing
from assignments.models import Assignment, Attempt, Comment, CommentReply, Draft, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, code
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BETTER = "It was decided elsewhere, by the bureau."


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition(), replies_required=True)


@pytest.fixture
def revising(cast: Cast, submission: Submission) -> Submission:
    """Two comments came back to her with the wish for another version."""
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher, body="By whom?")
    remarks.comment(submission, cast.teacher, "It was", body="Say when.")
    actions.request_revision(submission, due=_tomorrow(), words="Go on.", by=cast.teacher)
    return work.reread(submission)


def _tomorrow() -> Any:
    return work.due((clock.now() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))


def again(row: Submission, text: str = BETTER, **said: Any) -> actions.HandedIn:
    row = work.reread(row)
    return work.hand_in(row, work.body_for(row.assignment, text), received_at=clock.now(), **said)


def keys() -> list[Any]:
    return list(Comment.objects.filter(grade__status="returned").order_by("at", "key").values_list("key", flat=True))


def answer(row: Submission, key: Any, stance: str = "changed") -> CommentReply:
    comment = Comment.objects.get(key=key, grade__status="returned")
    return actions.reply(work.reread(row), comment=comment, stance=stance, text="", if_version=0, by=row.student)


def change(row: Submission, cast: Cast, **said: Any) -> None:
    given = Assignment.objects.get(pk=row.assignment_id)
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, **said)


def test_a_hand_in_waits_for_every_answer_and_is_kept_meanwhile(revising: Submission) -> None:
    first, second = keys()
    with pytest.raises(RepliesMissing) as refused:
        again(revising)
    assert refused.value.extra["comments"] == [str(first), str(second)]
    answer(revising, first)
    with pytest.raises(RepliesMissing) as refused:
        again(revising)
    assert refused.value.extra["comments"] == [str(second)]
    assert "submit" not in refused.value.extra["allowed"]
    assert ParkedCopy.objects.get().body["answers"][0]["blocks"][0]["text"] == BETTER
    answer(revising, second, "question")
    assert again(revising).attempt.number == 2
    assert ParkedCopy.objects.get().resolution == "superseded"
    assert again(revising, "Once more.").attempt.number == 3  # what was answered once stays so


def test_the_same_hand_in_goes_through_once_it_is_answered(revising: Submission) -> None:
    name = uuid7()
    with pytest.raises(RepliesMissing):
        again(revising, client_attempt_id=name)
    for key in keys():
        answer(revising, key)
    assert again(revising, client_attempt_id=name).attempt.number == 2
    assert again(revising, client_attempt_id=name).replayed


def test_what_replaces_work_that_came_in_for_her_wants_them_too(cast: Cast, revising: Submission) -> None:
    body = work.body_for(revising.assignment, "On paper.")
    said = {"reason": "On paper", "client_attempt_id": uuid7(), "edition": revising.assignment.edition_id}
    actions.hand_in_for(revising, body=body, by=cast.teacher, received_at=clock.now(), **said)
    with pytest.raises(RepliesMissing):
        again(revising)
    change(revising, cast, replies_required=False)
    assert again(revising).attempt.number == 3


def test_without_the_setting_nothing_is_asked_and_switching_it_off_frees_her_at_once(
    cast: Cast, revising: Submission
) -> None:
    with pytest.raises(RepliesMissing):
        again(revising)
    change(revising, cast, replies_required=False)
    assert again(revising).attempt.number == 2


def test_a_comment_that_was_taken_back_asks_for_nothing(cast: Cast, revising: Submission) -> None:
    first, second = keys()
    answer(revising, first)
    actions.keep_grade(revising, by=cast.teacher)
    actions.claim(work.reread(revising), by=cast.teacher)
    work.mark(revising, cast.teacher, questions=[])  # begins a draft with copies of what was returned
    actions.delete_comment(work.reread(revising), key=second, if_version=1, by=cast.teacher)
    actions.request_revision(work.reread(revising), due=_tomorrow(), words="Again.", by=cast.teacher)
    assert keys() == [first]
    assert again(revising).attempt.number == 2


def test_after_a_recall_nothing_is_asked(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    change(submission, cast, resubmission=True)
    with pytest.raises(RepliesMissing):
        again(submission)
    actions.recall(work.reread(submission), reason="A slip", by=cast.teacher)
    actions.release(work.reread(submission), by=cast.teacher)
    assert again(submission).attempt.number == 2


def test_the_close_and_a_teacher_are_not_kept_back(cast: Cast, revising: Submission, time_machine: Any) -> None:
    with pytest.raises(RepliesMissing):
        again(revising)
    assert actions.accept_parked(ParkedCopy.objects.get(), by=cast.teacher).attempt.number == 2
    actions.request_revision(work.reread(revising), due=_tomorrow(), words="Again.", by=cast.teacher)
    change(revising, cast, hands_in_at_close=True)
    row = work.reread(revising)
    rev = Draft.objects.get(submission=row).rev if Draft.objects.filter(submission=row).exists() else 0
    actions.save_draft(row, body=work.body_for(row.assignment, "At the close."), if_rev=rev, by=cast.student)
    time_machine.move_to(clock.now() + dt.timedelta(days=3), tick=False)
    assert actions.settle_close(revising.pk)
    assert Attempt.objects.latest("number").via == Attempt.Via.AUTO


# --- Through pages and REST ---


def sent(row: Submission, **fields: Any) -> dict[str, Any]:
    return {"rev": str(Draft.objects.get(submission=row).rev), "client_attempt_id": str(uuid7()), **fields}


def test_she_answers_where_she_hands_in(client: Client, cast: Cast, revising: Submission) -> None:
    rev = Draft.objects.get(submission=revising).rev
    actions.save_draft(revising, body=work.body_for(revising.assignment, BETTER), if_rev=rev, by=cast.student)
    first, second = keys()
    client.force_login(cast.student)
    desk = client.get(reverse("desk", args=[revising.pk])).content.decode()
    assert "Answer and hand in" in desk
    assert f'href="#reply-{first}"' in desk
    address = reverse("hand-in", args=[revising.pk])
    page = client.get(address).content.decode()
    assert f'name="{first}-stance"' in page
    assert f'name="{second}-stance"' in page
    fields = {f"{first}-rev": "0", f"{first}-stance": "changed", f"{second}-rev": "0", f"{second}-text": "In May."}
    refused = client.post(address, sent(revising, **fields))
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert f'href="#reply-{second}"' in shown
    assert f'id="reply-{second}-error"' in shown
    assert f'id="reply-{first}-error"' not in shown
    assert "In May." in shown
    assert shown.count(" checked") == 1
    assert (Attempt.objects.count(), ParkedCopy.objects.count(), CommentReply.objects.count()) == (1, 0, 0)
    done = client.post(address, sent(revising, **fields, **{f"{second}-stance": "question"}))
    assert done["Location"] == reverse("receipt", args=[revising.pk, 2])
    assert sorted(CommentReply.objects.values_list("stance", "text", "attempt_number")) == [
        ("changed", "", 2),
        ("question", "In May.", 2),
    ]


def test_a_page_that_was_opened_before_it_was_asked_hands_nothing_in_unanswered(
    client: Client, cast: Cast, revising: Submission
) -> None:
    client.force_login(cast.student)
    address = reverse("hand-in", args=[revising.pk])
    refused = client.post(address, sent(revising))
    assert refused.status_code == 422
    assert refused.content.decode().count('class="error"') == 2
    assert not ParkedCopy.objects.exists()
    assert client.post(address, sent(revising, **{f"{keys()[0]}-rev": "x"})).status_code == 400


def test_an_answer_that_was_given_elsewhere_meanwhile_is_not_overwritten(
    client: Client, cast: Cast, revising: Submission
) -> None:
    first, second = keys()
    fields = {
        f"{key}-{name}": value for key in (first, second) for name, value in (("rev", "0"), ("stance", "changed"))
    }
    answer(revising, first, "question")
    client.force_login(cast.student)
    kept = client.post(
        reverse("hand-in", args=[revising.pk]), sent(revising, **fields, **{f"{first}-text": "Mine"}), follow=True
    )
    assert "Mine" in kept.content.decode()
    assert Attempt.objects.count() == 1
    assert CommentReply.objects.get(comment__key=first).stance == "question"


def test_rest_says_which_comments_are_missing(api: ApiClient, cast: Cast, revising: Submission) -> None:
    student = api.as_(cast.student)
    address = f"/api/v1/submissions/{revising.pk}"
    told = student.get(address).json()
    assert "submit" not in told["allowed"]
    assert told["refused"]["submit"] == "replies-missing"
    body = {
        "client_attempt_id": str(uuid7()),
        "edition": revising.edition_id,
        "body": work.body_for(revising.assignment, BETTER),
    }
    refused = student.post(f"{address}/attempts", body)
    assert (refused.status_code, code(refused)) == (409, "replies-missing")
    assert refused.json()["comments"] == [str(key) for key in keys()]
    assert refused.json()["parked_copy"]["kind"] == "submit"
    for key in keys():
        said = {"stance": "unchanged", "text": "It stands."}
        answered = student.put(f"{address}/comments/{key}/reply", said, headers={"If-Match": '"p0"'})
        assert answered.status_code == 200
    assert "submit" in student.get(address).json()["allowed"]
    assert student.post(f"{address}/attempts", body).status_code == 201


def test_the_setting_is_made_changed_told_and_exported(api: ApiClient, cast: Cast, client: Client) -> None:
    teacher, student = api.as_(cast.teacher), api.as_(cast.student)
    made = teacher.post(
        "/api/v1/assignments",
        {
            "classroom": str(cast.room.pk),
            "edition": remarks.make_edition().pk,
            "title": "Walls",
            "replies_required": True,
        },
        headers={"Idempotency-Key": str(uuid7())},
    )
    assert (made.status_code, made.json()["replies_required"]) == (201, True)
    address = f"/api/v1/assignments/{made.json()['id']}"
    assert student.get(address).json()["replies_required"] is True
    row = Submission.objects.get(assignment=made.json()["id"], student=cast.student)
    client.force_login(cast.student)
    told = "Each comment that comes back with your work is answered before you hand in again."
    assert told in client.get(reverse("desk", args=[row.pk])).content.decode()
    found = orjson.loads(b"".join(teacher.get(f"/api/v1/classrooms/{cast.room.pk}/export").streaming_content))
    assert [one["replies_required"] for one in found["assignments"]] == [True]
    changed = teacher.patch(address, {"replies_required": False}, headers={"If-Match": made["ETag"]})
    assert changed.json()["replies_required"] is False
    assert told not in client.get(reverse("desk", args=[row.pk])).content.decode()
