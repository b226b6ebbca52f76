"""The grading desk: reading changes nothing, marks save upon a version, nothing shows before the return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import actions as people
from assignments import actions, readings
from assignments.errors import AssignmentClosed, BeingReviewed
from assignments.models import Assignment, Event, Grade, Submission
from assignments.views import grading as views
from destalin_site.common import clock
from tests.assignments import work
from tests.assignments.test_exports import joins
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    edition = submission.assignment.edition_id
    citation = work.cited(edition, at=6)
    work.hand_in(submission, work.body_for(submission.assignment, "It was decided.", citations=[citation], single=[0]))
    submission.refresh_from_db()
    return submission


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


@pytest.fixture
def co_teacher(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.co_teacher)
    return client


def desk(submission: Submission, **query: Any) -> str:
    return reverse("grade", args=[submission.pk])


def form(submission: Submission, *points: str, **fields: Any) -> dict[str, Any]:
    """Points for the questions in order, upon the newest version."""
    version = submission.grades.latest_first().values_list("version", flat=True).first() or 0
    names = list(readings.questions(submission.assignment))
    given = {f"points-{name}": value for name, value in zip(names, points, strict=False)}
    return {"version": str(version), "feedback": "", "score": "", **given, **fields}


def save(client: Client, submission: Submission, *points: str, headers: Any = JSON, **fields: Any) -> Any:
    address = reverse("grade-marks", args=[submission.pk])
    return client.post(address, form(submission, *points, **fields), headers=headers)


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_opening_the_desk_claims_nothing_and_writes_nothing(teacher: Client, handed_in: Submission) -> None:
    before = Event.objects.count()
    assert teacher.get(desk(handed_in)).status_code == 200
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.claimed_by) == ("submitted", None)
    assert Event.objects.count() == before


def test_a_passage_is_opened_with_its_list_and_its_emphasis(teacher: Client, cast: Cast) -> None:
    blocks = [
        ("list", {"items": ["<p>stone</p>", "<p>mortar &amp; <b>lime</b></p>"], "ordered": False}),
        ("question", factories.question("essay")),
    ]
    assignment = work.make_assignment(cast, factories.make_edition(sections=[("Before", blocks)]))
    submission = work.submission_of(assignment, cast.student)
    citation = work.cited(assignment.edition_id, "one\nmortar & li")
    work.hand_in(submission, work.body_for(assignment, citations=[citation]))
    page = teacher.get(desk(submission)).content.decode()
    mark = '<mark class="sel">{}</mark>'.format
    shown = f"<li>st{mark('one')}</li>\n<li>{mark('mortar &amp; ')}<b>{mark('li')}me</b></li>"
    assert shown in page.replace("<p>", "").replace("</p>", "")
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    hers = Client()
    hers.force_login(cast.student)
    feedback = hers.get(reverse("feedback", args=[submission.pk])).content.decode()
    assert shown in feedback.replace("<p>", "").replace("</p>", "")


def test_each_citation_stands_in_its_place_and_is_opened_in_its_passage(teacher: Client, handed_in: Submission) -> None:
    page = teacher.get(desk(handed_in))
    first = page.context["desk"].work.answered[0].written[0]
    assert [(piece.text, piece.chip and piece.chip.name) for piece in first.pieces] == [
        ("It was", None),
        ("", "¶1"),
        (" decided.", None),
    ]
    assert '<mark class="sel">nobody was asked</mark>' in page.content.decode()
    assert 'href="#cite-1"' in page.content.decode()
    assert 'id="cite-1"' in page.content.decode()


def test_who_teaches_sees_the_key_and_an_assistant_does_not(teacher: Client, cast: Cast, handed_in: Submission) -> None:
    page = teacher.get(desk(handed_in)).content.decode()
    assert "Model answer" in page
    assert "The city did." in page
    assert "not right" in page
    assistant = Client()
    assistant.force_login(cast.assistant)
    page = assistant.get(desk(handed_in)).content.decode()
    assert "Model answer" not in page
    assert "The city did." not in page
    assert "not right" not in page


def test_a_draft_is_the_students_own(teacher: Client, submission: Submission) -> None:
    actions.save_draft(
        submission, body=work.body_for(submission.assignment, "Private words."), if_rev=0, by=submission.student
    )
    page = teacher.get(desk(submission)).content.decode()
    assert "Private words." not in page
    assert "own until it is handed in" in page


def test_an_earlier_hand_in_is_read_and_not_marked(teacher: Client, handed_in: Submission) -> None:
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "The second time."))
    now = teacher.get(desk(handed_in)).content.decode()
    assert "The second time." in now
    assert 'name="feedback"' in now
    earlier = teacher.get(desk(handed_in), {"attempt": "1"}).content.decode()
    assert "This is an earlier hand-in." in earlier
    assert "The second time." not in earlier
    assert 'name="feedback"' not in earlier


def test_of_work_that_was_taken_away_the_desk_says_so_and_offers_no_act(
    teacher: Client, cast: Cast, handed_in: Submission
) -> None:
    said = "This work was taken away from the student."
    assert said not in teacher.get(desk(handed_in)).content.decode()
    people.remove_member(cast.room.memberships.get(user=cast.student), by=cast.teacher)
    page = teacher.get(desk(handed_in)).content.decode()
    assert said in page
    assert 'id="cite-1"' in page
    assert "Start grading" not in page
    assert f"{reverse('assignment-board', args=[handed_in.assignment_id])}?show=removed" in page


def test_late_is_explained_in_words(cast: Cast, teacher: Client) -> None:
    assignment = work.make_assignment(cast, due=work.due("2026-03-20 23:59"))
    late = work.submission_of(assignment, cast.student)
    work.hand_in(late, received_at=work.at("2026-03-21T00:14:00+01:00"))
    page = teacher.get(desk(late)).content.decode()
    assert "Late 14 min" in page
    assert "14 minutes after the due time (Friday 20 March 2026, 23:59 Warsaw time (CET))" in page


def test_the_desk_is_drawn_without_a_query(
    cast: Cast, handed_in: Submission, no_queries: Callable[[], AbstractContextManager[None]]
) -> None:
    request = RequestFactory().get(desk(handed_in))
    request.user = cast.teacher
    request.session = {}  # type: ignore[assignment]
    response: Any = views.grade(request, pk=handed_in.pk)  # type: ignore[arg-type]
    with no_queries():
        response.render()


def test_the_desk_costs_the_same_for_two_students_and_for_twenty(
    cast: Cast, teacher: Client, handed_in: Submission, queries: Any
) -> None:
    teacher.get(desk(handed_in))
    few = queries(lambda: teacher.get(desk(handed_in)))
    for n in range(18):
        student = joins(cast, f"many{n}", f"many{n}")
        work.hand_in(work.submission_of(handed_in.assignment, student))
    assert queries(lambda: teacher.get(desk(handed_in))) == few


# --- Claims -----------------------------------------------------------------------------------------------------------


def test_starting_to_grade_is_seen_by_a_colleague_who_may_take_over(
    cast: Cast, teacher: Client, co_teacher: Client, handed_in: Submission
) -> None:
    teacher.post(reverse("grade-claim", args=[handed_in.pk]))
    page = co_teacher.get(desk(handed_in)).content.decode()
    assert "Teacher is grading this, until" in page
    assert "Take it over" in page
    co_teacher.post(reverse("grade-claim", args=[handed_in.pk]))
    handed_in.refresh_from_db()
    assert handed_in.claimed_by == cast.teacher
    co_teacher.post(reverse("grade-claim", args=[handed_in.pk]), {"takeover": "1"})
    handed_in.refresh_from_db()
    assert handed_in.claimed_by == cast.co_teacher


def test_marks_of_somebody_who_lost_the_lease_are_refused_and_shown_again(
    cast: Cast, teacher: Client, co_teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3")
    co_teacher.post(reverse("grade-claim", args=[handed_in.pk]), {"takeover": "1"})
    answer = save(teacher, handed_in, "4", headers={}, feedback="My words.")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else is grading this work" in page
    assert "My words." in page
    told = save(teacher, handed_in, "4").json()
    assert f"{cast.co_teacher} is grading this" in " ".join(told["parts"]["claim"].split())
    assert 'name="takeover"' in told["parts"]["claim"]
    assert handed_in.grades.get(status="draft").points[next(iter(readings.questions(handed_in.assignment)))] == 3


def test_a_colleague_lets_go_of_it_for_whoever_holds_it(
    teacher: Client, co_teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3")
    assert "Let it go for" not in teacher.get(desk(handed_in)).content.decode()
    page = co_teacher.get(desk(handed_in)).content.decode()
    assert "Let it go for Teacher" in page
    assert "Draft marks are kept." in page
    answer = co_teacher.post(reverse("grade-release", args=[handed_in.pk]), follow=True).content.decode()
    assert "Nobody is grading it now." in answer
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"
    assert handed_in.grades.get(status="draft").points[next(iter(readings.questions(handed_in.assignment)))] == 3


def test_leaving_it_for_a_colleague_keeps_the_marks(teacher: Client, handed_in: Submission) -> None:
    save(teacher, handed_in, "3")
    teacher.post(reverse("grade-release", args=[handed_in.pk]))
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"
    assert handed_in.grades.filter(status="draft").exists()


# --- Marks ------------------------------------------------------------------------------------------------------------


def test_the_first_mark_is_the_claim_and_says_what_is_saved(cast: Cast, teacher: Client, handed_in: Submission) -> None:
    answer = save(teacher, handed_in, "3,5", feedback="Look again.")
    told = answer.json()
    assert answer.status_code == 200
    assert told["points"] == "3.5"
    assert told["total"] == "of 7; questions 2, 3 not scored"
    assert told["saved"].startswith("Marks saved ")
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.claimed_by) == ("in_review", cast.teacher)
    assert handed_in.grades.get(status="draft").feedback == "Look again."


def test_a_form_without_script_saves_and_opens_the_next(cast: Cast, teacher: Client, handed_in: Submission) -> None:
    other = work.submission_of(handed_in.assignment, cast.classmate)
    work.hand_in(other)
    answer = save(teacher, handed_in, "4", "1", "2", headers={})
    assert answer.headers["Location"] == desk(other)
    handed_in.refresh_from_db()
    assert handed_in.grade_ready


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("5", "Question 1 has 4 points."),
        ("-1", "Points cannot be below zero."),
        ("1.234", "Points have at most two decimal places."),
        ("much", "Write a number, such as 3 or 2.5."),
        ("NaN", "Write a number, such as 3 or 2.5."),
    ],
)
def test_points_that_cannot_be_are_told_beside_their_question(
    teacher: Client, handed_in: Submission, points: str, words: str
) -> None:
    name = f"points-{next(iter(readings.questions(handed_in.assignment)))}"
    answer = save(teacher, handed_in, points)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {name: words}
    shown = save(teacher, handed_in, points, headers={}, feedback="Kept.")
    page = shown.content.decode()
    assert words in page
    assert "Kept." in page
    assert f'value="{points}"' in page
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"


def test_more_points_than_there_are_in_all_is_told_with_how_many_there_are(
    teacher: Client, handed_in: Submission
) -> None:
    assert save(teacher, handed_in, score="8").json()["errors"] == {"score": "This work has 7 points in all."}


def test_points_of_the_key_are_not_said_to_be_saved_until_somebody_saves(
    teacher: Client, handed_in: Submission
) -> None:
    assert handed_in.grades.get().points
    assert "Marks saved" not in teacher.get(desk(handed_in)).content.decode()
    save(teacher, handed_in, "3")
    assert "Marks saved" in teacher.get(desk(handed_in)).content.decode()


def test_who_is_not_signed_in_any_more_is_told_so_in_the_form_that_was_asked_for(
    client: Client, handed_in: Submission
) -> None:
    assert save(client, handed_in, "3").status_code == 401
    assert save(client, handed_in, "3", headers={}).status_code == 302
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"


def test_two_versions_are_both_shown_and_nothing_is_overwritten(teacher: Client, handed_in: Submission) -> None:
    old = form(handed_in, "1", feedback="From the second tab.")
    save(teacher, handed_in, "3", feedback="From the first tab.")
    answer = teacher.post(reverse("grade-marks", args=[handed_in.pk]), old, headers=JSON)
    assert answer.status_code == 412
    conflict = answer.json()["conflict"]
    for words in ("From the first tab.", "From the second tab.", "Question 1, points", "Saved by Teacher"):
        assert words in conflict
    assert handed_in.grades.get(status="draft").feedback == "From the first tab."
    page = teacher.post(reverse("grade-marks", args=[handed_in.pk]), old).content.decode()
    assert "These marks were changed elsewhere" in page
    assert "From the second tab." in page


def test_saving_mine_all_the_same_is_said_with_the_version_that_was_shown(
    teacher: Client, handed_in: Submission
) -> None:
    old = form(handed_in, "1", feedback="Mine.")
    save(teacher, handed_in, "3", feedback="Theirs.")
    shown = handed_in.grades.get(status="draft").version
    teacher.post(reverse("grade-marks", args=[handed_in.pk]), {**old, "over": str(shown)})
    assert handed_in.grades.get(status="draft").feedback == "Mine."
    again = teacher.post(reverse("grade-marks", args=[handed_in.pk]), {**old, "over": str(shown)}, headers=JSON)
    assert again.status_code in (200, 412)
    stale = teacher.post(
        reverse("grade-marks", args=[handed_in.pk]), {**old, "feedback": "Old.", "over": str(shown)}, headers=JSON
    )
    assert stale.status_code == 412


# --- Returning --------------------------------------------------------------------------------------------------------


def sees_as_student(cast: Cast, submission: Submission) -> str:
    """Everything of our pages and of the API that this student can open about her work."""
    client = Client()
    client.force_login(cast.student)
    assert client.get(desk(submission)).status_code == 403
    attempts = reverse("api-attempts", args=[submission.pk])
    addresses = [reverse("today"), reverse("my-work"), reverse("api-submissions"), attempts, f"{attempts}/1"]
    for name in ("desk", "feedback", "api-submission", "api-draft", "api-grade", "api-parked"):
        addresses.append(reverse(name, args=[submission.pk]))
    return "\n".join(client.get(address).content.decode() for address in addresses)


def test_the_student_sees_nothing_before_the_return_and_all_after_it(
    cast: Cast, teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3.25", "1", "2", feedback="A secret until then.")
    before = sees_as_student(cast, handed_in)
    assert "A secret until then." not in before
    assert "3.25" not in before
    assert "6.25" not in before
    teacher.post(reverse("grade-return", args=[handed_in.pk]))
    handed_in.refresh_from_db()
    assert handed_in.state == "returned"
    after = sees_as_student(cast, handed_in)
    assert "A secret until then." in after
    assert "6.25" in after


def test_what_is_not_wholly_scored_is_not_returned_and_says_why(teacher: Client, handed_in: Submission) -> None:
    save(teacher, handed_in, "3")
    answer = teacher.post(reverse("grade-return", args=[handed_in.pk]), follow=True)
    handed_in.refresh_from_db()
    assert handed_in.state == "in_review"
    assert list(answer.context["messages"])


def test_a_return_is_taken_back_with_a_reason_and_not_without(
    cast: Cast, teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3", "1", "2")
    teacher.post(reverse("grade-return", args=[handed_in.pk]))
    page = teacher.get(desk(handed_in)).content.decode()
    assert "The student has not opened it yet." in page
    refused = teacher.post(reverse("grade-recall", args=[handed_in.pk]), {"reason": "  "})
    assert refused.status_code == 422
    assert "Say why." in refused.content.decode()
    teacher.post(reverse("grade-recall", args=[handed_in.pk]), {"reason": "A wrong sum."})
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.returned_grade) == ("in_review", None)


def test_a_regrade_keeps_the_earlier_marks_in_sight_until_it_is_returned(
    cast: Cast, teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3", "1", "2", feedback="The first words.")
    teacher.post(reverse("grade-return", args=[handed_in.pk]))
    teacher.post(reverse("grade-claim", args=[handed_in.pk]))
    save(teacher, handed_in, "4", "1", "2", feedback="The second words.")
    assert "The student still sees the earlier marks" in teacher.get(desk(handed_in)).content.decode()
    seen = sees_as_student(cast, handed_in)
    assert "The first words." in seen
    assert "The second words." not in seen
    refused = teacher.post(reverse("grade-return", args=[handed_in.pk]), {"reason": " "})
    assert refused.status_code == 422
    assert 'id="change-reason-error"' in refused.content.decode()
    assert "The first words." in sees_as_student(cast, handed_in)
    teacher.post(reverse("grade-return", args=[handed_in.pk]), {"reason": "Counted twice"})
    assert list(handed_in.grades.order_by("version").values_list("status", flat=True))[-2:] == [
        "superseded",
        "returned",
    ]


def test_a_hand_in_that_came_too_late_is_read_and_accepted_with_its_time(cast: Cast, teacher: Client) -> None:
    closes = clock.now() + dt.timedelta(hours=1)
    assignment = work.make_assignment(cast, closes_at=closes)
    submission = work.submission_of(assignment, cast.student)
    came = closes + dt.timedelta(minutes=5)
    with time_machine.travel(came, tick=False), pytest.raises(AssignmentClosed):
        work.hand_in(submission, work.body_for(assignment, "Too late."), received_at=came)
    page = teacher.get(desk(submission)).content.decode()
    assert "A hand-in waits for your decision" in page
    waiting = " ".join(page.partition("data-waiting")[2].partition("</details>")[0].split())
    assert "Too late." in waiting
    assert "Question 1</p>" in waiting
    copy = submission.parked.get()
    teacher.post(reverse("grade-accept", args=[submission.pk, copy.pk]))
    submission.refresh_from_db()
    assert (submission.state, submission.handed_in_at) == ("submitted", came)
    assert "A hand-in waits" not in teacher.get(desk(submission)).content.decode()


def came_meanwhile(submission: Submission) -> None:
    """The student hands in once more while somebody grades."""
    with pytest.raises(BeingReviewed):
        work.hand_in(submission, work.body_for(submission.assignment, "Written since."))


def test_a_hand_in_that_comes_while_one_grades_is_told_with_the_next_save(
    teacher: Client, handed_in: Submission
) -> None:
    save(teacher, handed_in, "3", "1", "2")
    came_meanwhile(handed_in)
    parts = save(teacher, handed_in, "4", "1", "2").json()["parts"]
    assert "Written since." in parts["waiting"]
    assert "Marks drafted so far are set aside" in parts["waiting"]
    assert "A hand-in waits, and these marks are not about it." in parts["acts"]
    assert ", not returned. A hand-in waits" in parts["queue"]

    copy = handed_in.parked.get()
    teacher.post(reverse("grade-accept", args=[handed_in.pk, copy.pk]))
    assert handed_in.grades.filter(status="superseded", attempt__number=1).exists()
    assert "Written since." in teacher.get(desk(handed_in)).content.decode()


def test_of_many_long_hand_ins_that_wait_the_newest_are_on_the_page_and_the_others_a_step_away(
    teacher: Client, handed_in: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.claim(work.reread(handed_in), by=handed_in.assignment.created_by)
    for n in range(3):
        with suppress(BeingReviewed):
            work.hand_in(work.reread(handed_in), work.body_for(handed_in.assignment, f"Text {n} {'x' * 3000}"))

    def shown(address: str) -> list[int]:
        page = teacher.get(address).content.decode()
        assert page.count("Let it count as handed in") == 3
        return [n for n in range(3) if f"Text {n} " in page]

    assert shown(desk(handed_in)) == [0, 1, 2]
    # The package gives the function of that name.
    monkeypatch.setattr(import_module("assignments.judging.desk"), "MOST_WAITING", 7000)
    assert shown(desk(handed_in)) == [1, 2]
    oldest = handed_in.parked.order_by("received_at")[0]
    address = f"{desk(handed_in)}?waiting={oldest.pk}"
    assert f'href="{address}#waiting-{oldest.pk}"' in teacher.get(desk(handed_in)).content.decode()
    assert shown(address) == [0, 2]
    assert f'id="waiting-{oldest.pk}" open' in teacher.get(address).content.decode()


def test_nothing_is_returned_over_a_hand_in_that_the_page_did_not_show(teacher: Client, handed_in: Submission) -> None:
    save(teacher, handed_in, "3", "1", "2")
    came_meanwhile(handed_in)
    address = reverse("grade-return", args=[handed_in.pk])
    page = teacher.post(address, {"waiting": "0"}, follow=True).content.decode()
    assert "Not returned: a hand-in came meanwhile." in page
    handed_in.refresh_from_db()
    assert handed_in.returned_grade is None
    teacher.post(address, {"waiting": "1"})
    handed_in.refresh_from_db()
    assert handed_in.returned_grade is not None


def test_an_archived_class_is_read_and_not_graded(cast: Cast, teacher: Client, handed_in: Submission) -> None:
    cast.room.archived_at = clock.now()
    cast.room.save(update_fields=["archived_at"])
    assert teacher.get(desk(handed_in)).status_code == 200
    assert save(teacher, handed_in, "3").status_code == 409
    assert not Grade.objects.filter(saved_by=cast.teacher).exists()


def test_a_citation_whose_words_are_not_there_is_flagged(cast: Cast, teacher: Client, assignment: Assignment) -> None:
    closes = clock.now() + dt.timedelta(hours=1)
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=closes)
    submission = work.submission_of(assignment, cast.student)
    wrong = work.cited(assignment.edition_id)
    wrong["anchor"] = {**wrong["anchor"], "quote": "everybody agreed"}
    came = closes + dt.timedelta(minutes=5)
    with time_machine.travel(came, tick=False), pytest.raises(AssignmentClosed):
        work.hand_in(submission, work.body_for(assignment, citations=[wrong]), received_at=came)
    actions.accept_parked(submission.parked.get(), by=cast.teacher)
    page = teacher.get(desk(submission)).content.decode()
    assert "These words do not stand in the edition:" in page
    assert "everybody agreed" in page


def test_words_of_students_are_escaped(teacher: Client, submission: Submission) -> None:
    work.hand_in(submission, work.body_for(submission.assignment, "<img src=x onerror=alert(1)>"))
    page = teacher.get(desk(submission)).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_an_edition_published_later_changes_nothing_here(teacher: Client, handed_in: Submission) -> None:
    lesson = handed_in.assignment.edition.lesson
    lesson.title = "Walls, revised"
    factories.publish(lesson)
    assert lesson.editions.count() == 2
    assert "edition 1" in teacher.get(desk(handed_in)).content.decode()


def test_a_preview_leaves_no_trace_in_counts(cast: Cast, teacher: Client, assignment: Assignment) -> None:
    before = (Event.objects.count(), Submission.objects.count(), Grade.objects.count())
    assert teacher.get(reverse("desk-preview", args=[assignment.pk])).status_code == 200
    assert (Event.objects.count(), Submission.objects.count(), Grade.objects.count()) == before
