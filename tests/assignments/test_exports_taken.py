"""Taking a file, through REST and from the boards: who may, who is asked again who she is, what is sent."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import AuditEntry, User
from assignments import actions
from assignments.models import Assignment, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import PASSWORD, Cast

PAGES = ("class-export-board", "class-export-everything", "assignment-export-marks", "assignment-export-answers")


def address(page: str, assignment: Assignment) -> str:
    return reverse(page, args=[assignment.classroom_id if page.startswith("class") else assignment.pk])


def of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def known(person: User) -> Client:
    """Somebody who has just said once more who she is."""
    client = of(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def taken() -> list[str]:
    return list(AuditEntry.objects.filter(action__endswith="exported").values_list("action", flat=True))


# --- REST -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "heading"), [("", "Score"), ("?content=marks", "Score"), ("?content=answers", "Cited")]
)
def test_a_teacher_takes_marks_and_answers_through_rest(
    cast: Cast, api: ApiClient, assignment: Assignment, content: str, heading: str
) -> None:
    answer = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/marks{content}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="walls-')
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert heading in rows[0]
    assert {row["Student"] for row in rows} == {"Student", "Classmate"}


def test_a_teacher_takes_a_class_through_rest_as_it_is_documented(
    cast: Cast, api: ApiClient, assignment: Assignment
) -> None:
    submission = work.submission_of(assignment, cast.student)
    citations = [work.cited(assignment.edition_id)]
    work.hand_in(submission, work.body_for(assignment, citations=citations))
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    teacher = api.as_(cast.teacher)
    answer = teacher.get(f"/api/v1/classrooms/{cast.room.pk}/export")
    assert answer["Content-Type"] == "application/json"
    board = teacher.get(f"/api/v1/classrooms/{cast.room.pk}/export?content=board")
    assert "1. Walls: score" in board.getvalue().decode()
    assert taken() == ["class board exported", "class exported"]  # the newest first


def test_a_content_that_is_not_known_is_refused_and_nothing_is_taken(
    cast: Cast, api: ApiClient, assignment: Assignment
) -> None:
    for path in (f"classrooms/{cast.room.pk}/export", f"assignments/{assignment.pk}/marks"):
        answer = api.as_(cast.teacher).get(f"/api/v1/{path}?content=keys")
        assert (answer.status_code, code(answer)) == (400, "malformed-request")
    assert taken() == []


def test_a_session_is_asked_once_more_who_it_is_and_a_device_is_not(
    cast: Cast, api: ApiClient, assignment: Assignment
) -> None:
    path = f"/api/v1/assignments/{assignment.pk}/marks"
    refused = api.by_session(cast.teacher).get(path)
    assert (refused.status_code, code(refused)) == (403, "forbidden")
    assert refused.json()["needed_right"] == "reauthentication"
    assert api.as_(cast.teacher).get(path).status_code == 200
    assert known(cast.teacher).get(path).status_code == 200


def test_too_many_files_are_a_429_that_says_when_to_come_again(
    cast: Cast, api: ApiClient, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assignments.exports import files

    monkeypatch.setattr(files, "LIMIT", files.Limit("exports-few", tries=1, seconds=3600))
    teacher, path = api.as_(cast.teacher), f"/api/v1/assignments/{assignment.pk}/marks"
    assert teacher.get(path).status_code == 200
    answer = teacher.get(path)
    assert (answer.status_code, code(answer)) == (429, "rate-limited")
    assert answer["Retry-After"]
    assert known(cast.teacher).get(address("assignment-export-marks", assignment)).status_code == 429


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_who_is_known_gets_the_file_and_who_is_not_is_asked_and_led_back(
    cast: Cast, assignment: Assignment, page: str
) -> None:
    asked = of(cast.teacher).get(address(page, assignment))
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert "%23export-files" in asked["Location"]
    assert taken() == []
    file = known(cast.teacher).get(address(page, assignment))
    assert file.status_code == 200
    assert file["Content-Disposition"].startswith("attachment")
    assert b"Classmate" in file.getvalue()
    assert len(taken()) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_student_gets_none_however_well_known_she_is(cast: Cast, assignment: Assignment, page: str) -> None:
    assert known(cast.student).get(address(page, assignment)).status_code == 403
    assert known(cast.other_teacher).get(address(page, assignment)).status_code == 404
    assert taken() == []


def test_an_assistant_is_offered_the_board_and_not_the_whole_class(cast: Cast, assignment: Assignment) -> None:
    whole = address("class-export-everything", assignment)
    board = address("class-export-board", assignment)
    for somebody, offered in ((cast.teacher, True), (cast.co_teacher, True), (cast.assistant, False)):
        page = of(somebody).get(reverse("classroom", args=[cast.room.pk])).content.decode()
        assert board in page
        assert (whole in page) == offered
    assert known(cast.assistant).get(board).status_code == 200
    assert known(cast.assistant).get(whole).status_code == 403


def test_the_menu_says_what_each_file_holds_and_that_names_are_in_it(cast: Cast, assignment: Assignment) -> None:
    page = of(cast.assistant).get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    assert address("assignment-export-marks", assignment) in page
    assert address("assignment-export-answers", assignment) in page
    assert "These files hold the names of your students" in page


def test_an_archived_class_can_still_be_taken(cast: Cast, assignment: Assignment) -> None:
    people.archive(cast.room, by=cast.teacher)
    assert known(cast.teacher).get(address("class-export-everything", assignment)).status_code == 200


# --- On paper ---------------------------------------------------------------------------------------------------------


def paper(person: User, submission: Submission) -> str:
    answer = of(person).get(reverse("submission-print", args=[submission.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_answers_stand_on_paper_with_what_they_cite_and_what_was_said(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    citations = [work.cited(assignment.edition_id, note="Nobody who counted?")]
    body = work.body_for(assignment, "Decided <elsewhere>.", citations=citations, multiple=[1])
    work.hand_in(submission, body)
    marks = [{**mark, "comment": "By whom?"} for mark in work.full_marks(assignment)]
    work.mark(submission, cast.teacher, questions=marks)
    actions.return_grade(submission, by=cast.teacher)
    for person in (cast.student, cast.teacher):
        page = paper(person, submission)
        for words in ("Decided &lt;elsewhere&gt;.", "Nobody who counted?", "By whom?", "Well seen.", "7 of 7"):
            assert words in page
        assert "nobody was asked</mark>" in page


def test_a_draft_of_marks_is_on_the_teachers_paper_alone(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    assert "Draft: not returned to the student." in paper(cast.teacher, submission)
    assert "Well seen." in paper(cast.teacher, submission)
    page = paper(cast.student, submission)
    assert "It was decided elsewhere." in page
    for hidden in ("Well seen.", "7 of 7", "Draft", "Marks and feedback"):
        assert hidden not in page
    actions.return_grade(submission, by=cast.teacher)
    assert "Well seen." in paper(cast.student, submission)
    assert submission.grades.get().seen_at is not None
    actions.recall(submission, reason="A slip.", by=cast.teacher)
    assert "Well seen." not in paper(cast.student, submission)


def test_a_teachers_look_at_the_paper_is_not_the_students(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    paper(cast.teacher, submission)
    assert submission.grades.get().seen_at is None


def test_before_anything_is_handed_in_the_paper_shows_no_question_and_no_draft(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    actions.save_draft(submission, body=work.body_for(assignment, "Not yet."), if_rev=0, by=cast.student)
    for person in (cast.student, cast.teacher):
        page = paper(person, submission)
        assert "Nothing was handed in." in page
        assert "Not yet." not in page
        assert "Question 1" not in page


def test_the_paper_says_when_somebody_else_handed_it_in(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    actions.hand_in_for(
        submission,
        body=work.body_for(assignment),
        reason="Written by hand",
        client_attempt_id=uuid7(),
        edition=assignment.edition_id,
        by=cast.teacher,
        received_at=clock.now(),
    )
    assert "Handed in on behalf of the student." in paper(cast.student, submission)


def test_the_key_is_on_nobodys_paper(cast: Cast, assignment: Assignment, submission: Submission) -> None:
    work.hand_in(submission, work.body_for(assignment, single=[0], multiple=[1]))
    desk = of(cast.teacher).get(reverse("grade", args=[submission.pk])).content.decode()
    assert "not right" in desk
    page = paper(cast.teacher, submission)
    assert "not right" not in page
    assert "Model answer" not in page


def test_the_paper_is_reached_from_grading_and_from_feedback(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    link = reverse("submission-print", args=[submission.pk])
    assert link in of(cast.teacher).get(reverse("grade", args=[submission.pk])).content.decode()
    assert link in of(cast.student).get(reverse("feedback", args=[submission.pk])).content.decode()
