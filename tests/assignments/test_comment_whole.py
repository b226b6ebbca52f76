"""Comments that stand on no words: on the whole hand-in, or on the whole answer to a question."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.models import Assignment, Comment, Submission
from assignments.remarks import Place, in_order
from destalin_site.common.errors import ValidationFailed
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WHOLE = "Read the minutes once more."
ANSWER = "This answers another question."


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


@pytest.fixture
def question(handed_in: Submission) -> str:
    return remarks.place(handed_in).question


def on_the_whole(submission: Submission, cast: Cast, question: str = "", body: str = WHOLE) -> Comment:
    return actions.add_comment(submission, place=Place.whole(question), body=body, by=cast.teacher)


def returned(submission: Submission, cast: Cast) -> None:
    actions.return_grade(submission, by=cast.teacher)
    submission.refresh_from_db()


def test_the_student_reads_what_is_said_of_the_whole_once_it_is_returned(
    cast: Cast, client: Client, handed_in: Submission, question: str
) -> None:
    on_the_whole(handed_in, cast)
    on_the_whole(handed_in, cast, question, ANSWER)
    client.force_login(cast.student)
    pages = [reverse("feedback", args=[handed_in.pk]), reverse("submission-print", args=[handed_in.pk])]
    assert [client.get(page).status_code for page in pages] == [404, 200]
    assert WHOLE not in client.get(pages[1]).content.decode()
    returned(handed_in, cast)
    for page in pages:
        shown = client.get(page).content.decode()
        assert WHOLE in shown
        assert ANSWER in shown
        assert "On the whole answer to question 1" in shown


def test_the_whole_is_read_before_its_parts(handed_in: Submission, question: str) -> None:
    body = handed_in.attempts.get().body
    places = [
        ("words", remarks.place(handed_in)),
        ("answer", Place.whole(question)),
        ("whole", Place.whole()),
    ]
    assert in_order(places, body, [question]) == ["whole", "answer", "words"]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        (Place.whole("no-such"), ("/question", "unknown-question")),
        (Place("", "", 0, 3, "It "), ("/anchor", "anchor-malformed")),
    ],
)
def test_what_is_neither_words_nor_the_whole_takes_no_comment(
    cast: Cast, handed_in: Submission, place: Place, fault: tuple[str, str]
) -> None:
    with pytest.raises(ValidationFailed) as error, transaction.atomic():
        actions.add_comment(handed_in, place=place, body=WHOLE, by=cast.teacher)
    assert [(row["pointer"], row["code"]) for row in error.value.extra["errors"]] == [fault]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("change", [{"block": "b-1"}, {"quote": "It was"}, {"end": 4}])
def test_the_database_keeps_no_comment_that_stands_half_on_words(
    cast: Cast, handed_in: Submission, change: dict[str, Any]
) -> None:
    made = on_the_whole(handed_in, cast)
    with pytest.raises(IntegrityError, match="a_comment_stands_on_words_or_on_the_whole"), transaction.atomic():
        Comment.objects.filter(pk=made.pk).update(**change)


def test_after_a_return_the_student_answers_it_and_the_teacher_reads_whether_anything_is_different(
    cast: Cast, client: Client, handed_in: Submission, question: str
) -> None:
    whole = on_the_whole(handed_in, cast)
    on_the_whole(handed_in, cast, question, ANSWER)
    returned(handed_in, cast)
    work.revise(handed_in)
    client.force_login(cast.student)
    desk = client.get(reverse("desk", args=[handed_in.pk])).content.decode()
    assert WHOLE in desk
    assert "On the whole hand-in" in desk
    actions.reply(handed_in, comment=whole, stance="changed", text="I did.", if_version=0, by=cast.student)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "It was decided by the council."))
    client.force_login(cast.teacher)
    response = client.get(reverse("grade", args=[handed_in.pk]))
    followed = response.context["desk"].since.comments
    assert [(each.about, each.touched, each.answer) for each in followed] == [
        ("On the whole hand-in", True, "I did."),
        ("On the whole answer to question 1", True, ""),
    ]
    assert "I did." in response.content.decode()


def test_the_same_text_again_touches_no_comment_on_the_whole(cast: Cast, client: Client, handed_in: Submission) -> None:
    on_the_whole(handed_in, cast)
    returned(handed_in, cast)
    work.revise(handed_in)
    work.hand_in(handed_in)
    client.force_login(cast.teacher)
    since = client.get(reverse("grade", args=[handed_in.pk])).context["desk"].since
    assert [each.touched for each in since.comments] == [False]


def test_on_the_desk_it_is_made_changed_and_deleted_without_a_script(
    cast: Cast, client: Client, handed_in: Submission
) -> None:
    client.force_login(cast.teacher)
    address = reverse("grade-comment", args=[handed_in.pk])
    client.post(address, {"body": WHOLE, "passage": "1"})
    made = Comment.objects.get()
    assert (made.place, made.passage and made.passage["anchor"]["quote"]) == (Place.whole(), work.TEXT)
    desk = client.get(reverse("grade", args=[handed_in.pk])).content.decode()
    assert desk.count(WHOLE) == 1
    client.post(address, {"key": made.key, "rev": "1", "body": "Other words.", "passage": ""})
    assert Comment.objects.get().body == "Other words."
    client.post(reverse("grade-comment-delete", args=[handed_in.pk, made.key]), {"rev": "2"})
    assert not Comment.objects.exists()


def test_what_the_desk_could_not_save_stands_in_the_field_for_the_whole(
    cast: Cast, client: Client, handed_in: Submission
) -> None:
    client.force_login(cast.teacher)
    answer = client.post(reverse("grade-comment", args=[handed_in.pk]), {"body": WHOLE, "passage": "Z9"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert shown.count("The comment was not saved") == 1
    assert WHOLE in shown


def test_the_script_is_told_its_number(cast: Cast, client: Client, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher)
    client.force_login(cast.teacher)
    told = client.post(
        reverse("grade-comment", args=[handed_in.pk]), {"body": WHOLE}, headers={"Accept": "application/json"}
    ).json()
    assert sorted(told["numbers"].values()) == [1, 2]
    assert told["numbers"][told["key"]] == 1


def test_rest_says_null_for_the_whole(cast: Cast, api: ApiClient, handed_in: Submission, question: str) -> None:
    teacher = api.as_(cast.teacher)
    address = f"/api/v1/submissions/{handed_in.pk}/comments"
    said = {"question": None, "anchor": None, "body": WHOLE}
    made = teacher.post(address, said)
    assert made.status_code == 201
    assert (made.json()["question"], made.json()["anchor"]) == (None, None)
    of_answer = teacher.post(address, {**said, "question": question}).json()
    assert (of_answer["question"], of_answer["anchor"]) == (question, None)
    assert [row["question"] for row in teacher.get(address).json()["results"]] == [None, question]
    assert teacher.post(address, {"body": WHOLE}).status_code == 422
    export = teacher.get(f"/api/v1/classrooms/{cast.room.pk}/export")
    assert b'"anchor":null' in export.getvalue()
