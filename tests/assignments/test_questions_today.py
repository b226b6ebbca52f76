"""Questions about comments on the teacher's day: there until what they came with is returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, boards
from assignments.models import Assignment, Comment, CommentReply, Submission
from assignments.remarks import answering
from destalin_site.common import clock
from tests.assignments import remarks, work
from tests.assignments.work import reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition(), resubmission=True)


def returned(submission: Submission, cast: Cast) -> Submission:
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher, body="By whom?")
    actions.return_grade(submission, by=cast.teacher)
    return reread(submission)


def say(submission: Submission, stance: str, text: str, if_version: int = 0) -> CommentReply:
    row = reread(submission)
    comment = Comment.objects.filter(grade=row.returned_grade_id).get()
    return actions.reply(row, comment=comment, stance=stance, text=text, if_version=if_version, by=row.student)


def again(submission: Submission, text: str = "Other words.") -> None:
    work.hand_in(submission, work.body_for(submission.assignment, text))


def questions(cast: Cast, who: str = "teacher") -> list[str]:
    day = boards.teacher_today(getattr(cast, who), clock.now())
    return [todo.words for todo in day.your_turn if todo.kind == "question"]


def test_a_question_is_told_when_it_comes_with_a_hand_in_and_until_that_is_returned(
    cast: Cast, submission: Submission
) -> None:
    returned(submission, cast)
    say(submission, "question", "Which bureau is meant? " + "x" * 200)
    assert questions(cast) == []
    again(submission)
    [words] = questions(cast)
    assert words.startswith("Student asks: “Which bureau is meant? xxx")
    assert words.endswith("…”")
    assert questions(cast, "other_teacher") == []
    actions.claim(submission, by=cast.teacher)
    assert len(questions(cast)) == 1
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    assert questions(cast) == []


def test_a_question_without_words_is_one_and_other_answers_are_none(cast: Cast, submission: Submission) -> None:
    returned(submission, cast)
    say(submission, "question", "")
    again(submission)
    assert questions(cast) == ["Student has a question about a comment."]
    say(submission, "changed", "Found it.", if_version=1)
    assert len(questions(cast)) == 1
    again(submission, "Still other words.")
    assert questions(cast) == []


def test_what_is_taken_back_asks_nothing(cast: Cast, submission: Submission) -> None:
    returned(submission, cast)
    say(submission, "question", "Which?")
    again(submission)
    actions.withdraw(reread(submission), by=cast.student)
    assert questions(cast) == []


def test_the_line_leads_to_the_row_on_the_desk(cast: Cast, client: Client, submission: Submission) -> None:
    returned(submission, cast)
    reply = say(submission, "question", "Which?")
    again(submission)
    client.force_login(cast.teacher)
    day = client.get(reverse("today")).content.decode()
    where = reverse("grade", args=[submission.pk])
    assert f'href="{where}#comment-{reply.comment.key}"' in day
    assert "1 question." in day
    assert f'id="comment-{reply.comment.key}"' in client.get(where).content.decode()


def test_a_question_is_answered_in_its_row_and_the_answer_comes_back_with_the_work(
    cast: Cast, client: Client, submission: Submission
) -> None:
    returned(submission, cast)
    key = say(submission, "question", "Which bureau is <i>meant</i>?").comment.key
    again(submission)
    client.force_login(cast.teacher)
    where, answer = reverse("grade", args=[submission.pk]), reverse("grade-comment", args=[submission.pk])
    row = client.get(where).content.decode().split(f'id="comment-{key}"')[1].split("</tr>")[0]
    asked = Comment.objects.get(key=key)
    assert f'name="asked" value="{key}"' in row
    assert f'name="question" value="{asked.question}"' in row
    assert f'action="{answer}"' in row
    said = {"question": asked.question, "block": "", "asked": str(key), "body": "That of the party."}
    saved = client.post(answer, said)
    made = submission.grades.get(status="draft").comments.get()
    assert saved.headers["Location"] == f"{where}#c-{made.key}"
    assert (made.body, made.question, made.block, made.attempt.number) == (
        "“Which bureau is <i>meant</i>?”\nThat of the party.",
        asked.question,
        "",
        2,
    )
    student = Client()
    student.force_login(cast.student)
    feedback = reverse("feedback", args=[submission.pk])
    assert "That of the party." not in student.get(feedback).content.decode()
    actions.return_grade(reread(submission), by=cast.teacher)
    read = student.get(feedback).content.decode()
    assert "“Which bureau is &lt;i&gt;meant&lt;/i&gt;?”\nThat of the party." in read
    assert questions(cast) == []


def test_what_is_no_question_and_what_may_not_be_commented_on_has_no_field(
    cast: Cast, client: Client, submission: Submission
) -> None:
    returned(submission, cast)
    say(submission, "changed", "So it is.")
    again(submission)
    client.force_login(cast.teacher)
    assert 'name="asked"' not in client.get(reverse("grade", args=[submission.pk])).content.decode()


def test_words_of_another_comment_are_not_put_before_an_answer(
    cast: Cast, client: Client, submission: Submission
) -> None:
    returned(submission, cast)
    say(submission, "question", "Which?")
    again(submission)
    client.force_login(cast.teacher)
    body = {"question": "", "block": "", "asked": str(submission.pk), "body": "On the whole."}
    client.post(reverse("grade-comment", args=[submission.pk]), body)
    assert submission.grades.get(status="draft").comments.get().body == "On the whole."


@pytest.mark.parametrize(
    ("question", "before"),
    [("", ""), (" \n", ""), ("Which\n  one?", "“Which one?”\n"), ("x" * 400, f"“{'x' * 299}…”\n")],
)
def test_a_question_stands_before_its_answer_on_one_line(question: str, before: str) -> None:
    assert answering(question, "This.") == f"{before}This."


def test_the_day_costs_the_same_for_one_question_and_for_many(
    cast: Cast, submission: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def asks(one: Submission) -> None:
        returned(one, cast)
        say(one, "question", "Which?")
        again(one)

    asks(submission)
    count: Any = queries(lambda: boards.teacher_today(cast.teacher, clock.now()))
    for _n in range(2):
        more = work.make_assignment(cast, submission.assignment.edition, resubmission=True)
        asks(work.submission_of(more, cast.student))
        asks(work.submission_of(more, cast.classmate))
    assert queries(lambda: boards.teacher_today(cast.teacher, clock.now())) == count
    assert len(questions(cast)) == 5
