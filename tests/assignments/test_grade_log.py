"""The log of a grade: who, when, old, new, why; to each as much as is theirs to know."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, grade_log
from assignments.grade_log import What
from assignments.models import Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def regraded(cast: Cast, submission: Submission) -> Submission:
    """Returned with 7, changed to 6.5 with a reason, taken back with another, and marked anew."""
    with time_machine.travel("2026-05-01T10:00Z", tick=False):
        work.hand_in(submission)
        work.mark(submission, cast.teacher)
        actions.return_grade(submission, by=cast.teacher)
        actions.claim(submission, by=cast.co_teacher)
        work.mark(submission, cast.co_teacher, questions=[], score=Decimal("6.5"))
        actions.return_grade(submission, by=cast.co_teacher, reason="Counted twice")
        submission.refresh_from_db()
        actions.note_seen(submission, by=cast.student)
        actions.recall(submission, reason="For the whole class", by=cast.teacher)
        work.mark(submission, cast.teacher, questions=[], score=Decimal(1), feedback="A secret as yet.")
    submission.refresh_from_db()
    return submission


def told(submission: Submission, viewer: Any) -> list[tuple[Any, ...]]:
    return [(e.what, e.by, e.old, e.new, e.reason) for e in grade_log.of(submission, viewer=viewer)]


def test_the_student_finds_who_changed_what_and_why_and_nothing_of_drafts(cast: Cast, regraded: Submission) -> None:
    assert told(regraded, cast.student) == [
        (What.RETURNED, cast.teacher, None, Decimal(7), ""),
        (What.CHANGED, cast.co_teacher, Decimal(7), Decimal("6.5"), "Counted twice"),
        (What.RECALLED, cast.teacher, Decimal("6.5"), None, "For the whole class"),
    ]
    assert not any(entry.seen for entry in grade_log.of(regraded, viewer=cast.student))


def test_what_was_taken_back_before_she_opened_it_is_for_staff_alone(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    actions.recall(submission, reason="Marked the wrong sheet", by=cast.teacher)
    assert told(submission, cast.student) == []
    assert [entry.what for entry in grade_log.of(submission, viewer=cast.teacher)][-1] is What.RECALLED
    actions.return_grade(submission, by=cast.teacher)
    actions.note_seen(submission, by=cast.student)
    actions.recall(submission, reason="Once more", by=cast.teacher)
    assert [(what, reason) for what, _by, _old, _new, reason in told(submission, cast.student)] == [
        (What.RETURNED, ""),
        (What.RECALLED, "Once more"),
    ]


def test_staff_find_the_drafts_too_and_whether_it_had_been_opened(cast: Cast, regraded: Submission) -> None:
    for person in (cast.teacher, cast.assistant):
        log = grade_log.of(regraded, viewer=person)
        marked, returned, changed, recalled = What.MARKED, What.RETURNED, What.CHANGED, What.RECALLED
        assert [entry.what for entry in log] == [marked, returned, marked, changed, recalled, marked]
        assert [entry.seen for entry in log] == [False, False, False, False, True, False]


def test_what_is_returned_after_a_recall_is_no_change_of_what_nobody_sees(cast: Cast, regraded: Submission) -> None:
    actions.return_grade(regraded, by=cast.teacher)
    assert told(regraded, cast.student)[-1] == (What.RETURNED, cast.teacher, None, Decimal(1), "")


def test_no_points_are_not_nought_points(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher, questions=[], score=Decimal(0))
    actions.return_grade(submission, by=cast.teacher)
    actions.claim(submission, by=cast.teacher)
    work.mark(submission, cast.teacher, questions=[])
    actions.return_grade(submission, reason="Words alone", by=cast.teacher)
    assert [(e.old, e.new) for e in grade_log.of(submission, viewer=cast.student)] == [
        (None, Decimal(0)),
        (Decimal(0), None),
    ]
    words = [line.words for line in grade_log.lines(grade_log.of(submission, viewer=cast.student), "Europe/Warsaw")]
    assert words == ["Teacher changed it from 0 of 7 to no points.", "Teacher returned it: 0 of 7."]


def test_marks_that_one_person_saves_again_and_again_are_one_line(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    for words in ("See", "See here", "See here."):
        work.mark(submission, cast.teacher, feedback=words)
    actions.claim(submission, by=cast.co_teacher, takeover=True)
    work.mark(submission, cast.co_teacher, questions=[], score=Decimal(2))
    assert [(e.what, e.by, e.old) for e in grade_log.of(submission, viewer=cast.assistant)] == [
        (What.MARKED, cast.teacher, None),
        (What.MARKED, cast.co_teacher, Decimal(7)),
    ]


def test_the_log_costs_the_same_for_one_entry_and_for_many(cast: Cast, regraded: Submission, queries: Any) -> None:
    assert queries(lambda: grade_log.of(regraded, viewer=cast.student)) == 2
    for _again in range(5):
        actions.return_grade(regraded, by=cast.teacher)
        actions.recall(regraded, reason="Again", by=cast.teacher)
    assert queries(lambda: grade_log.of(regraded, viewer=cast.teacher)) == 2


# --- REST -------------------------------------------------------------------------------------------------------------


def test_the_log_is_read_through_rest_page_by_page(cast: Cast, regraded: Submission, api: ApiClient) -> None:
    where = f"/api/v1/submissions/{regraded.pk}/log"
    first = api.as_(cast.student).get(f"{where}?limit=2").json()
    assert [(e["what"], e["old"], e["new"], e["reason"]) for e in first["results"]] == [
        ("returned", None, "7.00", ""),
        ("changed", "7.00", "6.50", "Counted twice"),
    ]
    assert first["results"][1]["by"] == {"id": str(cast.co_teacher.pk), "name": cast.co_teacher.display_name}
    assert (first["results"][0]["attempt"], first["results"][0]["out_of"]) == (1, "7.00")
    rest = api.as_(cast.student).get(first["next"]).json()
    assert [entry["what"] for entry in rest["results"]] == ["recalled"]
    assert rest["next"] is None


def test_a_reason_is_given_with_a_return_through_rest(cast: Cast, submission: Submission, api: ApiClient) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    teacher = api.as_(cast.teacher)
    assert teacher.post(f"/api/v1/submissions/{submission.pk}/return", {"why": "?"}).status_code == 422
    assert teacher.post(f"/api/v1/submissions/{submission.pk}/return", {"reason": "At last"}).status_code == 200
    assert told(submission, cast.student) == [(What.RETURNED, cast.teacher, None, Decimal(7), "At last")]


# --- Pages ------------------------------------------------------------------------------------------------------------


def page(person: User, name: str, submission: Submission) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=[submission.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_feedback_page_tells_the_student_what_became_of_her_marks(cast: Cast, regraded: Submission) -> None:
    actions.return_grade(regraded, by=cast.teacher)
    shown = page(cast.student, "feedback", regraded)
    assert "Co Teacher changed it from 7 of 7 to 6.5 of 7." in shown
    assert "Counted twice" in shown
    assert "Teacher took it back; it was 6.5 of 7." in shown
    assert "began" not in shown


def test_the_grading_desk_tells_all_of_it(cast: Cast, regraded: Submission) -> None:
    shown = page(cast.assistant, "grade", regraded)
    assert "Teacher began to mark." in shown
    assert "Teacher took it back after the student had opened it; it was 6.5 of 7." in shown
    assert "For the whole class" in shown


def test_a_change_is_returned_from_the_desk_with_its_reason(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    assert "Why the marks change" not in page(cast.teacher, "grade", submission)
    actions.return_grade(submission, by=cast.teacher)
    actions.claim(submission, by=cast.teacher)
    assert "Why the marks change" in page(cast.teacher, "grade", submission)
    work.mark(submission, cast.teacher, questions=[], score=Decimal(6))
    client = Client()
    client.force_login(cast.teacher)
    address = reverse("grade-return", args=[submission.pk])
    assert client.post(address, {"reason": "x" * 501}).status_code == 400
    client.post(address, {"reason": "The second source"})
    assert told(submission, cast.student)[-1][-1] == "The second source"
