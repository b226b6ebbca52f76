"""Comments on the pages: the desk of the teacher, and the feedback that the student reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.models import Assignment, Comment, Submission
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    citation = work.cited(submission.assignment.edition_id, at=7)
    work.hand_in(submission, work.body_for(submission.assignment, citations=[citation]))
    submission.refresh_from_db()
    return submission


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def send(client: Client, submission: Submission, *, script: bool = False, **fields: Any) -> Any:
    headers = JSON if script else {}
    return client.post(
        reverse("grade-comment", args=[submission.pk]), remarks.typed(submission, **fields), headers=headers
    )


def test_a_comment_is_saved_without_a_script_and_shown_on_its_words(teacher: Client, handed_in: Submission) -> None:
    answer = send(teacher, handed_in, words="decided elsewhere", passage="1")
    made = Comment.objects.get()
    assert answer["Location"].endswith(f"#c-{made.key}")
    assert (made.quote, made.passage and made.passage["anchor"]["quote"]) == ("decided elsewhere", work.TEXT)
    page = teacher.get(reverse("grade", args=[handed_in.pk])).content.decode()
    assert '<mark class="hl"><span data-at="7">decided elsewhere</span>' in page
    assert remarks.BODY in page


def test_no_words_are_the_whole_paragraph(teacher: Client, handed_in: Submission) -> None:
    send(teacher, handed_in)
    assert Comment.objects.get().quote == "It was decided elsewhere."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"words": "decided here"}, "These words do not stand in this paragraph."),
        ({"passage": "Z9"}, "The lesson has no such passage."),
        ({"body": "  "}, "This must not be empty."),
    ],
)
def test_what_was_refused_is_shown_again_as_it_was_typed(
    teacher: Client, handed_in: Submission, fields: dict[str, Any], words: str
) -> None:
    typed = {"words": "elsewhere", "body": "Kept, whatever comes.", **fields}
    answer = send(teacher, handed_in, **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert typed["body"] in answer.content.decode()
    assert send(teacher, handed_in, script=True, **typed).json()["errors"]
    assert not Comment.objects.exists()


def test_a_script_gets_the_version_the_numbers_and_the_marked_text(teacher: Client, handed_in: Submission) -> None:
    key = "0190a7d4-0000-7000-8000-000000000001"
    told = send(teacher, handed_in, script=True, key=key, words="elsewhere").json()
    assert (told["key"], told["rev"], told["version"], told["numbers"]) == (key, 1, 1, {key: 1})
    assert "elsewhere</span>" in told["texts"][0]["html"]
    told = send(teacher, handed_in, script=True, key=key, rev="1", body="Who?").json()
    assert told["rev"] == 2
    assert Comment.objects.get().body == "Who?"
    assert send(teacher, handed_in, script=True, key=key, rev="1", body="Whom?").status_code == 412


def test_a_passage_stays_as_fine_as_it_was_while_its_name_stays(
    teacher: Client, cast: Cast, handed_in: Submission
) -> None:
    fine = {"source": None, "anchor": work.cited(handed_in.assignment.edition_id)["anchor"]}
    made = remarks.comment(handed_in, cast.teacher, passage=fine)
    send(teacher, handed_in, key=str(made.key), rev="1", passage="¶1", body="Who?")
    assert Comment.objects.get().passage == fine
    send(teacher, handed_in, key=str(made.key), rev="2", passage="", body="Who?")
    assert Comment.objects.get().passage is None


def test_a_comment_is_deleted(teacher: Client, cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher)
    address = reverse("grade-comment-delete", args=[handed_in.pk, made.key])
    assert teacher.post(address, {"rev": "x"}).status_code == 400
    assert teacher.post(address, {"rev": "9"}, headers=JSON).status_code == 412
    assert teacher.post(address, {"rev": "1"}, headers=JSON).json()["numbers"] == {}
    assert not Comment.objects.exists()


def test_without_a_sign_in_a_script_is_told_so(client: Client, handed_in: Submission) -> None:
    assert send(client, handed_in, script=True).status_code == 401


def test_the_student_reads_comments_on_her_words_from_the_return_on(
    client: Client, cast: Cast, handed_in: Submission
) -> None:
    passage = {"source": None, "anchor": work.cited(handed_in.assignment.edition_id)["anchor"]}
    remarks.comment(handed_in, cast.teacher, body="<i>By</i> whom?", passage=passage)
    client.force_login(cast.student)
    pages = [reverse("feedback", args=[handed_in.pk]), reverse("submission-print", args=[handed_in.pk])]
    assert all("whom?" not in client.get(page).content.decode() for page in pages)
    actions.return_grade(handed_in, by=cast.teacher)
    for page in pages:
        shown = client.get(page).content.decode()
        assert '<mark class="hl">decided elsewhere' in shown
        assert "&lt;i&gt;By&lt;/i&gt; whom?" in shown
        assert handed_in.assignment.edition.address + "#p1" in shown
    actions.recall(handed_in, reason="Wrong.", by=cast.teacher)
    assert all("whom?" not in client.get(page).content.decode() for page in pages)


def test_a_returned_comment_is_read_and_not_written_on_the_desk(
    teacher: Client, cast: Cast, handed_in: Submission
) -> None:
    remarks.comment(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    page = teacher.get(reverse("grade", args=[handed_in.pk])).content.decode()
    assert remarks.BODY in page
    assert "data-comment>" not in page


# --- What changed since ---


@pytest.fixture
def again(cast: Cast, handed_in: Submission) -> Submission:
    """Commented on and returned; then handed in once more, with other words."""
    remarks.comment(handed_in, cast.teacher, body="By whom?")
    remarks.comment(handed_in, cast.teacher, "It was", body="What was?")
    actions.return_grade(handed_in, by=cast.teacher)
    work.revise(handed_in)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "It was decided by the bureau. So it went."))
    handed_in.refresh_from_db()
    return handed_in


def test_the_hand_in_before_stands_beside_this_one(teacher: Client, again: Submission) -> None:
    page = teacher.get(reverse("grade", args=[again.pk])).content.decode()
    assert "What changed since hand-in 1, which was returned" in page
    assert '<del><span class="vh">taken out: </span>elsewhere.</del>' in page
    assert '<ins><span class="vh">put in: </span>by the bureau. So it went.</ins>' in page
    assert "The changes touch the words of 1 of 2 comments." in page
    earlier = teacher.get(reverse("grade", args=[again.pk]), {"attempt": "1"}).content.decode()
    assert "What changed since" not in earlier
    assert "By whom?" in earlier


def test_the_desk_costs_the_same_with_one_earlier_comment_and_with_thirty(
    teacher: Client, cast: Cast, handed_in: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def twice(comments: int) -> int:
        for _ in range(comments):
            remarks.comment(handed_in, cast.teacher)
        actions.return_grade(handed_in, by=cast.teacher)
        work.revise(handed_in)
        work.hand_in(handed_in)
        remarks.comment(handed_in, cast.teacher)
        teacher.get(reverse("grade", args=[handed_in.pk]))  # the key is read anew after half a minute
        return queries(lambda: teacher.get(reverse("grade", args=[handed_in.pk])))

    twice(1)
    one = twice(1)
    assert twice(29) == one


@pytest.mark.parametrize("script", [True, False])
def test_what_was_changed_elsewhere_stands_beside_what_was_typed(
    cast: Cast, teacher: Client, handed_in: Submission, script: bool
) -> None:
    made = remarks.comment(handed_in, cast.teacher)
    fields = {"body": "Saved in another tab.", "passage": None, "if_version": 1}
    actions.edit_comment(handed_in, key=made.key, by=cast.teacher, **fields)
    answer = send(teacher, handed_in, script=script, key=made.key, rev="1", body="Typed here.", passage="1")
    assert answer.status_code == 412
    both = answer.json()["conflict"] if script else answer.content.decode()
    assert "As saved now" in both
    assert 'data-theirs-rev="2"' in both
    for words in ("Saved in another tab.", "Typed here.", "points to 1"):
        assert words in both
    assert Comment.objects.get().body == "Saved in another tab."
    # Chosen, it is saved upon what stands there now.
    send(teacher, handed_in, script=script, key=made.key, rev="2", body="Typed here.", passage="1")
    assert Comment.objects.get().body == "Typed here."
