"""What counts, on the pages: the preview of a change, the choice on the grading desk, missing work, and what the
student reads of it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assignments import actions, marks_moving
from assignments.models import Assignment, FinalMark, Submission
from tests.assignments import work
from tests.assignments.work import due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hands() -> Iterator[time_machine.Traveller]:
    """A day after the due time."""
    with time_machine.travel("2026-05-02T10:00Z", tick=False) as hands:
        yield hands


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Seven points; missing work counts as a fifth of them. The student has five points and then three; the classmate
    has handed in nothing."""
    made = work.make_assignment(cast, due=due("2026-05-01T12:00"), missing_percent=20, resubmission=True)
    row = work.submission_of(made, cast.student)
    for score in ("5", "3"):
        return_again(row, cast, score)
    return made


def return_again(row: Submission, cast: Cast, score: str) -> None:
    work.hand_in(reread(row))
    actions.claim(row, by=cast.teacher)
    work.mark(row, cast.teacher, questions=[], score=Decimal(score))
    actions.return_grade(row, by=cast.teacher)


@pytest.fixture
def twice(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.student)


@pytest.fixture
def missing(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.classmate)


@pytest.fixture
def teacher(cast: Cast, client: Client) -> Client:
    client.force_login(cast.teacher)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def read(cast: Cast, person: Any, name: str, *args: Any) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return words(answer)


def change(cast: Cast, assignment: Assignment, counts: str) -> None:
    tag = marks_moving.preview(assignment, counts).tag
    actions.change_counts(assignment, counts=counts, preview=tag, by=cast.teacher)


# --- Which hand-in counts ---------------------------------------------------------------------------------------------


def test_the_preview_names_whose_mark_moves_and_the_change_moves_just_that(
    teacher: Client, assignment: Assignment, twice: Submission
) -> None:
    address = reverse("assignment-counts", args=[assignment.pk])
    assert "Mark then" not in words(teacher.get(address))
    shown = teacher.get(f"{address}?counts=best")
    assert "<p>1 mark moves.</p>" in words(shown)
    assert "3 of 7" in words(shown)
    assert "5 of 7" in words(shown)
    tag = shown.context["preview"].tag
    answer = teacher.post(address, {"counts": "best", "preview": tag}, follow=True)
    assert "Changed. 1 mark moved." in words(answer)
    assert reread(twice).mark_grade.final_score == 5
    assert "An earlier hand-in counts" in words(answer)


def test_a_preview_that_others_overtook_is_shown_anew(
    cast: Cast, teacher: Client, assignment: Assignment, twice: Submission
) -> None:
    address = reverse("assignment-counts", args=[assignment.pk])
    tag = teacher.get(f"{address}?counts=best").context["preview"].tag
    return_again(twice, cast, "4")
    answer = teacher.post(address, {"counts": "best", "preview": tag})
    assert answer.status_code == 412
    assert "Meanwhile other marks would move." in words(answer)
    assert answer.context["preview"].tag != tag
    assert Assignment.objects.get(pk=assignment.pk).counts == "latest"
    assert teacher.post(address, {"counts": "", "preview": ""}).status_code == 422


def test_where_nothing_was_returned_twice_no_mark_moves(cast: Cast, teacher: Client) -> None:
    plain = work.make_assignment(cast)
    answer = teacher.get(reverse("assignment-counts", args=[plain.pk]) + "?counts=first")
    assert "No mark moves." in words(answer)


def test_the_teacher_chooses_on_the_desk_and_goes_back(
    cast: Cast, teacher: Client, assignment: Assignment, twice: Submission
) -> None:
    desk, pick = reverse("grade", args=[twice.pk]), reverse("grade-pick", args=[twice.pk])
    assert "Let it count" not in words(teacher.get(desk))
    change(cast, assignment, "pick")
    assert "Let it count" in words(teacher.get(desk))
    first = twice.grades.get(final_score=5)
    refused = teacher.post(pick, {"grade": str(first.pk), "reason": ""}, follow=True)
    assert "Say why." in words(refused)
    assert "no such grade" in words(teacher.post(pick, {"grade": str(assignment.pk), "reason": "Better"}, follow=True))
    answer = teacher.post(pick, {"grade": str(first.pk), "reason": "Better"}, follow=True)
    assert "This hand-in counts now." in words(answer)
    assert "chose hand-in 1 to count" in words(answer)
    assert reread(twice).mark_grade == first
    teacher.post(pick)
    assert reread(twice).mark_grade.final_score == 3


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ("best", "Counts: your best hand-in, 5 of 7. The latest was 3 of 7."),
        ("first", "Counts: your first hand-in, 5 of 7. The latest was 3 of 7."),
        ("latest", ""),
    ],
)
def test_the_student_reads_what_counts_beside_what_she_was_given(
    cast: Cast, assignment: Assignment, twice: Submission, counts: str, said: str
) -> None:
    if counts != "latest":
        change(cast, assignment, counts)
    for page in (read(cast, cast.student, "feedback", twice.pk), read(cast, cast.student, "my-work")):
        assert said in page
        assert ("Counts:" in page) == bool(said)
    assert '<p class="score">3 <span>of 7</span>' in read(cast, cast.student, "feedback", twice.pk)
    assert said in read(cast, cast.student, "desk", twice.pk)


def test_the_student_reads_what_her_teacher_chose(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    change(cast, assignment, "pick")
    actions.pick_grade(twice, grade=twice.grades.get(final_score=5), reason="It was better", by=cast.teacher)
    page = read(cast, cast.student, "feedback", twice.pk)
    assert "Counts, as your teacher chose: hand-in 1, 5 of 7. The latest was 3 of 7." in page
    assert "It was better" in page


# --- Missing work -----------------------------------------------------------------------------------------------------


def test_the_board_shows_it_apart_from_marks_and_leads_to_making_it_final(
    teacher: Client, assignment: Assignment, missing: Submission
) -> None:
    board = words(teacher.get(reverse("assignment-board", args=[assignment.pk])))
    assert "1.4 of 7 projected" in board
    assert reverse("assignment-missing", args=[assignment.pk]) in board


def test_missing_work_is_made_final_by_name_and_taken_back(
    cast: Cast, teacher: Client, assignment: Assignment, missing: Submission
) -> None:
    address = reverse("assignment-missing", args=[assignment.pk])
    shown = teacher.get(address)
    assert "Make 1 mark final" in words(shown)
    assert "Classmate" in words(shown)
    assert not FinalMark.objects.exists()
    chosen = {"do": "make", "version": 1, "submissions": [str(missing.pk)], "reason": "The term is over"}
    answer = words(teacher.post(address, chosen))
    assert "1 mark is final." in answer
    assert "1.4 of 7 final" in answer
    undone = words(teacher.post(address, {"do": "undo", "version": 1, "submissions": [str(missing.pk)]}))
    assert "1 final mark was taken back." in undone
    assert "Make 1 mark final" in undone


def test_where_something_waits_for_a_decision_the_mark_is_not_ticked(
    cast: Cast, teacher: Client, assignment: Assignment, missing: Submission
) -> None:
    address = reverse("assignment-missing", args=[assignment.pk])
    ticked = f'value="{missing.pk}" checked'
    assert ticked in words(teacher.get(address))
    assert "Asks for more time" not in words(teacher.get(address))
    actions.ask_more_time(missing, reason="I was ill.", by=cast.classmate)
    shown = words(teacher.get(address))
    assert ticked not in shown
    assert "Asks for more time" in shown
    assert "Make 0 marks final" in shown


def test_what_cannot_be_made_final_is_told_row_by_row(
    cast: Cast, teacher: Client, assignment: Assignment, missing: Submission, twice: Submission
) -> None:
    address = reverse("assignment-missing", args=[assignment.pk])
    asked = {"do": "make", "version": 1, "submissions": [str(missing.pk), str(twice.pk)]}
    answer = words(teacher.post(address, asked))
    assert "1 mark is final. 1 was kept, for the reason beside it." in answer
    assert "This work is not missing." in answer
    nobody = teacher.post(address, {"do": "make", "version": 1})
    assert nobody.status_code == 422
    assert "Choose at least one student." in words(nobody)


def test_when_the_assignment_was_changed_meanwhile_nothing_is_made_final(
    cast: Cast, teacher: Client, assignment: Assignment, missing: Submission
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, missing_percent=50)
    address = reverse("assignment-missing", args=[assignment.pk])
    answer = words(teacher.post(address, {"do": "make", "version": 1, "submissions": [str(missing.pk)]}))
    assert "0 marks are final." in answer
    assert "3.5 of 7" in answer
    assert not FinalMark.objects.exists()


def test_without_missing_work_the_page_says_so(cast: Cast, teacher: Client) -> None:
    plain = work.make_assignment(cast)
    assert "Nothing is missing" in words(teacher.get(reverse("assignment-missing", args=[plain.pk])))


def test_the_student_reads_what_it_counts_as_and_what_became_of_it(
    cast: Cast, assignment: Assignment, missing: Submission
) -> None:
    projected = "it is projected to count as 1.4 of 7. That is not final."
    assert projected in read(cast, cast.classmate, "my-work")
    assert projected in read(cast, cast.classmate, "desk", missing.pk)
    actions.make_final(missing, if_version=1, reason="The term is over", by=cast.teacher)
    final = "Your teacher made the mark final: 1.4 of 7 for missing work."
    assert final in read(cast, cast.classmate, "my-work")
    desk = read(cast, cast.classmate, "desk", missing.pk)
    assert final in desk
    assert "The term is over" in desk
    work.hand_in(reread(missing))
    desk = read(cast, cast.classmate, "desk", missing.pk)
    assert final not in desk
    assert "holds no more" in desk


def test_a_days_page_costs_the_same_for_few_and_for_many(
    cast: Cast, assignment: Assignment, client: Client, queries: Any
) -> None:
    client.force_login(cast.classmate)

    def shown() -> None:
        assert client.get(reverse("my-work")).status_code == 200

    shown()
    few = queries(shown)
    for n in range(3):
        work.make_assignment(cast, assignment.edition, due=due("2026-05-01T12:00"), missing_percent=n)
    assert queries(shown) == few


def test_both_are_said_when_an_assignment_is_made_and_told_to_the_students(
    cast: Cast, teacher: Client, assignment: Assignment
) -> None:
    fields = {
        "edition": assignment.edition_id,
        "title": "Walls again",
        "audience": "all",
        "due_date": "2026-06-01",
        "due_time": "12:00",
        "counts": "best",
        "missing_percent": "0",
        "questions": [mark["question"] for mark in work.full_marks(assignment)],
    }
    slug = assignment.edition.lesson.slug
    answer = teacher.post(reverse("assign", args=[cast.room.pk]) + f"?lesson={slug}", fields)
    assert answer.status_code == 302, words(answer)
    made = Assignment.objects.get(title="Walls again")
    assert (made.counts, made.missing_percent) == ("best", 0)
    edit = reverse("assignment-edit", args=[made.pk])
    assert reverse("assignment-counts", args=[made.pk]) in words(teacher.get(edit))
    board = words(teacher.get(reverse("assignment-board", args=[made.pk])))
    assert "what counts is the best one that was returned" in board
    assert "Missing work counts as 0 % of the points" in board
