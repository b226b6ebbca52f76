"""The pages of the boards and of a teacher's day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Membership
from assignments import actions, boards
from assignments.models import Assignment, Grade, Submission
from assignments.views import teacher as views
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def board(cast: Cast, **query: Any) -> tuple[str, dict[str, Any]]:
    return reverse("classroom", args=[cast.room.pk]), query


def test_a_class_without_assignments_leads_to_assigning(teacher: Client, cast: Cast) -> None:
    page = teacher.get(*board(cast)).content.decode()
    assert "Nothing is assigned yet" in page
    assert reverse("assign", args=[cast.room.pk]) in page


def test_a_class_without_students_leads_to_the_code(teacher: Client, cast: Cast) -> None:
    work.make_assignment(cast)
    cast.room.memberships.filter(role="student").delete()
    page = teacher.get(*board(cast)).content.decode()
    assert "Nobody has joined yet" in page
    assert reverse("join-code", args=[cast.room.pk]) in page


def test_every_mark_has_a_sentence_and_leads_to_the_work(teacher: Client, cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    page = teacher.get(*board(cast)).content.decode()
    assert '<span class="vh">handed in, to grade</span>' in page
    assert '<span class="vh">not started</span>' in page
    assert reverse("grade", args=[submission.pk]) in page


def test_a_filter_hides_other_rows_without_script(teacher: Client, cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    page = teacher.get(*board(cast, show="to_grade")).content.decode()
    assert '<tr data-name="classmate" hidden>' in page
    assert '<tr data-name="student">' in page


def test_a_student_is_led_to_her_own_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.student)
    assert client.get(*board(cast)).headers["Location"] == reverse("today")


def test_the_page_of_the_board_is_drawn_without_a_query(
    cast: Cast, submission: Submission, no_queries: Callable[[], AbstractContextManager[None]]
) -> None:
    work.hand_in(submission)
    request = RequestFactory().get(board(cast)[0])
    request.user = cast.teacher
    request.session = {}  # type: ignore[assignment]
    response: Any = views.classroom(request, pk=cast.room.pk)  # type: ignore[arg-type]
    with no_queries():
        response.render()


def test_a_filter_chosen_on_a_later_page_begins_on_its_first(
    teacher: Client, cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards.classroom, "PAGE", 1)
    work.make_assignment(cast, assignment.edition)
    page = teacher.get(f"{board(cast)[0]}?page=2")
    assert page.context["board"].page == 2
    assert 'href="?show=not_started"' in page.content.decode()


def test_an_assistant_sees_the_board_and_no_way_to_change_it(
    client: Client, cast: Cast, assignment: Assignment
) -> None:
    client.force_login(cast.assistant)
    assert reverse("assign", args=[cast.room.pk]) not in client.get(*board(cast)).content.decode()
    page = client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    assert reverse("assignment-edit", args=[assignment.pk]) not in page
    assert reverse("assignment-delete", args=[assignment.pk]) not in page


def test_names_are_escaped(teacher: Client, cast: Cast, assignment: Assignment) -> None:
    evil = person("evil", display_name="<script>alert(1)</script>")
    Membership.objects.create(classroom=cast.room, user=evil, role="student")
    actions.sync_student(cast.room, evil.pk, by=cast.teacher)
    for address in (board(cast)[0], reverse("assignment-board", args=[assignment.pk])):
        page = teacher.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_assignment_board_names_state_badges_and_totals(
    teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission)
    page = teacher.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    assert "Edition 1, " in page
    assert "Grade the 1 handed in" in page
    assert "Of these 0 late and 0 missing." in page


# --- Returning many ---------------------------------------------------------------------------------------------------


@pytest.fixture
def graded(cast: Cast, assignment: Assignment) -> list[Submission]:
    """Two pieces of work, marked, the lease given back."""
    rows = [work.submission_of(assignment, student) for student in (cast.student, cast.classmate)]
    for row in rows:
        work.hand_in(row)
        work.mark(row, cast.teacher)
        actions.release(row, by=cast.teacher)
    return rows


def test_the_preview_names_everybody_and_says_what_will_happen(
    teacher: Client, assignment: Assignment, graded: list[Submission]
) -> None:
    page = teacher.get(reverse("assignment-return", args=[assignment.pk])).content.decode()
    assert "2 students get marks and comments now." in page
    assert "<bdi>Student</bdi>" in page
    assert "<bdi>Classmate</bdi>" in page
    assert {row.state for row in assignment.submissions.all()} == {"submitted"}


def test_each_row_is_returned_by_itself_and_told_by_name(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    actions.claim(graded[1], by=cast.co_teacher)
    chosen = {"submissions": [str(row.pk) for row in graded]}
    answer = teacher.post(reverse("assignment-return", args=[assignment.pk]), chosen, follow=True)
    assert [(row["name"], row["returned"], row["words"]) for row in answer.context["outcomes"]] == [
        ("Classmate", False, "Somebody else is grading this work"),
        ("Student", True, ""),
    ]
    assert "1 student has it back. 1 was kept, for the reason beside it." in answer.content.decode()
    assert [row.state for row in assignment.submissions.order_by("pk")].count("returned") == 1


def test_what_was_just_returned_to_many_is_taken_back_with_a_reason_and_not_without(
    teacher: Client, assignment: Assignment, graded: list[Submission]
) -> None:
    chosen = {"submissions": [str(row.pk) for row in graded]}
    page = teacher.post(reverse("assignment-return", args=[assignment.pk]), chosen, follow=True).content.decode()
    assert "Take all 2 returns back" in page
    undo = reverse("assignment-recall", args=[assignment.pk])
    page = teacher.post(undo, {**chosen, "reason": " "}, follow=True).content.decode()
    assert "Nothing was taken back." in page
    assert {row.state for row in assignment.submissions.all()} == {"returned"}
    page = teacher.post(undo, {**chosen, "reason": "The second question counts once."}, follow=True).content.decode()
    assert "2 returns were taken back." in page
    assert {(row.state, row.grade_ready) for row in assignment.submissions.all()} == {("submitted", True)}


def test_sent_again_the_outcome_is_the_same_and_a_colleagues_return_is_hers(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    chosen = {"submissions": [str(row.pk) for row in graded]}
    actions.return_grade(graded[1], by=cast.co_teacher)
    address = reverse("assignment-return", args=[assignment.pk])
    said = [
        [(row["name"], row["returned"]) for row in teacher.post(address, chosen, follow=True).context["outcomes"]]
        for _ in range(2)
    ]
    assert said == [[("Classmate", False), ("Student", True)]] * 2
    assert Grade.objects.filter(status="returned").count() == 2


def test_one_reason_is_asked_for_where_marks_in_sight_change(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    address = reverse("assignment-return", args=[assignment.pk])
    chosen = {"submissions": [str(row.pk) for row in graded]}
    assert "Why marks change" not in teacher.get(address).content.decode()
    actions.return_grade(graded[0], by=cast.teacher)
    actions.claim(graded[0], by=cast.teacher)
    work.mark(graded[0], cast.teacher, questions=[], score=Decimal(5))
    page = teacher.get(address).content.decode()
    assert "One student sees other points already, and reads this: <bdi>Student</bdi>." in page

    refused = teacher.post(address, {**chosen, "submissions": [str(graded[0].pk)], "reason": " "})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'id="change-reason-error"' in page
    assert f'value="{graded[0].pk}" checked' in page
    assert f'value="{graded[1].pk}">' in page
    assert Grade.objects.filter(status="returned").get().final_score == Decimal(7)

    answer = teacher.post(address, {**chosen, "reason": "Counted twice"}, follow=True)
    assert [row["returned"] for row in answer.context["outcomes"]] == [True, True]
    reasons = {row: row.events.in_order().last() for row in graded}
    assert [getattr(reasons[row], "reason", None) for row in graded] == ["Counted twice", ""]


def test_what_has_other_marks_since_is_not_called_returned(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    chosen = {"submissions": [str(graded[0].pk)]}
    address = reverse("assignment-return", args=[assignment.pk])
    teacher.post(address, chosen)
    actions.claim(graded[0], by=cast.teacher)
    work.mark(graded[0], cast.teacher, feedback="Once more.")
    actions.release(graded[0], by=cast.teacher)
    (row,) = teacher.post(address, chosen, follow=True).context["outcomes"]
    assert (row["returned"], bool(row["words"])) == (False, True)


def test_the_board_leads_to_what_one_returned_last_and_says_how_many_opened_it(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    board = reverse("assignment-board", args=[assignment.pk])
    last = reverse("assignment-returned", args=[assignment.pk])
    assert last not in teacher.get(board).content.decode()
    teacher.post(reverse("assignment-return", args=[assignment.pk]), {"submissions": [str(r.pk) for r in graded]})
    actions.note_seen(graded[0], by=cast.student)
    assert last in teacher.get(board).content.decode()
    page = teacher.get(last).content.decode()
    assert "2 students have it back." in page
    assert "1 student has opened it already." in page
    assert "Take all 2 returns back" in page

    actions.recall(graded[0], reason="A slip", by=cast.teacher)
    actions.return_grade(graded[0], by=cast.teacher)  # by itself, and later
    assert [row["name"] for row in teacher.get(last).context["outcomes"]] == ["Student"]
    actions.recall(graded[0], reason="A slip", by=cast.teacher)
    assert [row["name"] for row in teacher.get(last).context["outcomes"]] == ["Classmate"]

    teacher.force_login(cast.co_teacher)
    assert "Nothing that you returned stands here" in teacher.get(last).content.decode()


def test_what_was_taken_back_meanwhile_is_not_offered_again(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    chosen = {"submissions": [str(row.pk) for row in graded]}
    answer = teacher.post(reverse("assignment-return", args=[assignment.pk]), chosen)
    actions.recall(graded[0], reason="A slip", by=cast.teacher)
    answer = teacher.get(answer["Location"])
    assert [(row["name"], row["standing"]) for row in answer.context["outcomes"]] == [
        ("Classmate", True),
        ("Student", False),
    ]
    assert "Take the return back" in answer.content.decode()


def test_work_of_another_room_cannot_be_returned_along(
    teacher: Client, cast: Cast, assignment: Assignment, graded: list[Submission]
) -> None:
    theirs = actions.create_assignment(
        cast.other_room, edition=assignment.edition, by=cast.other_teacher, title="Theirs"
    )
    other = work.submission_of(theirs, cast.other_student)
    work.hand_in(other)
    work.mark(other, cast.other_teacher)
    answer = teacher.post(
        reverse("assignment-return", args=[assignment.pk]), {"submissions": [str(other.pk), "nonsense"]}
    )
    assert answer.status_code == 302
    other.refresh_from_db()
    assert other.state == "in_review"


# --- Today ------------------------------------------------------------------------------------------------------------


def test_a_teacher_without_a_class_is_led_to_opening_one(client: Client, cast: Cast) -> None:
    client.force_login(person("fresh", teaches=True))
    assert reverse("classroom-open") in client.get(reverse("today")).content.decode()


def test_a_day_with_nothing_to_do_leads_to_assigning(teacher: Client, cast: Cast) -> None:
    page = teacher.get(reverse("today")).content.decode()
    assert "Nothing waits for you." in page
    assert reverse("assign", args=[cast.room.pk]) in page


def test_each_line_of_the_day_is_a_link_that_does_the_thing(
    teacher: Client, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission)
    page = teacher.get(reverse("today")).content.decode()
    assert reverse("grade-next", args=[assignment.pk]) in page
    answer = teacher.get(reverse("grade-next", args=[assignment.pk]))
    assert answer.headers["Location"] == reverse("grade", args=[submission.pk])


def test_with_one_class_a_lesson_goes_straight_to_it(teacher: Client, cast: Cast) -> None:
    answer = teacher.get(reverse("assign-anywhere"), {"lesson": "walls-1"})
    assert answer.headers["Location"] == f"{reverse('assign', args=[cast.room.pk])}?lesson=walls-1"


def test_a_teacher_reading_a_lesson_can_assign_it_and_nobody_else(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    slug = assignment.edition.lesson.slug
    address = f"{reverse('assign-anywhere')}?lesson={slug}"
    assert address in teacher.get(reverse("lesson", args=[slug])).content.decode()
    teacher.force_login(cast.student)
    assert address not in teacher.get(reverse("lesson", args=[slug])).content.decode()


def test_who_only_curates_is_led_to_the_curators_desk(client: Client, cast: Cast) -> None:
    cast.curator.groups.add(Group.objects.get(name="Authors"))
    client.force_login(cast.curator)
    assert client.get(reverse("today")).headers["Location"] == reverse("wagtailadmin_home")
    # In a class she has a day of her own there.
    Membership.objects.create(classroom=cast.room, user=cast.curator, role="student")
    assert client.get(reverse("today")).status_code == 200


def test_a_curator_who_teaches_keeps_her_teaching_day(client: Client, cast: Cast) -> None:
    cast.teacher.groups.add(Group.objects.get(name="Authors"))
    client.force_login(cast.teacher)
    assert client.get(reverse("today")).status_code == 200


def test_the_board_says_whether_what_was_returned_is_opened(
    cast: Cast, teacher: Client, api: ApiClient, submission: Submission
) -> None:
    def told() -> tuple[str, Any]:
        page = teacher.get(reverse("assignment-board", args=[submission.assignment_id])).content.decode()
        said = [words for words in ("Returned, opened", "Returned, not opened yet") if words in page]
        rows = api.as_(cast.teacher).get(f"/api/v1/assignments/{submission.assignment_id}/board").json()["rows"]
        return "".join(said), next(row["opened"] for row in rows if row["submission"] == str(submission.pk))

    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    assert told() == ("", None)
    actions.return_grade(submission, by=cast.teacher)
    assert told() == ("Returned, not opened yet", False)
    hers = Client()
    hers.force_login(cast.student)
    hers.get(reverse("feedback", args=[submission.pk]))
    assert told() == ("Returned, opened", True)


def test_beside_a_number_nothing_is_said_of_opening(cast: Cast, teacher: Client, api: ApiClient) -> None:
    row = work.submission_of(work.make_assignment(cast, anonymous=True), cast.student)
    work.hand_in(row)
    work.mark(row, cast.teacher)
    actions.return_grade(row, by=cast.teacher)
    actions.note_seen(work.reread(row), by=cast.student)
    page = teacher.get(reverse("assignment-board", args=[row.assignment_id])).content.decode()
    assert "Returned" in page
    assert "opened" not in page
    (told,) = api.as_(cast.teacher).get(f"/api/v1/assignments/{row.assignment_id}/board").json()["rows"]
    assert told["opened"] is None
