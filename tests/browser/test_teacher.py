"""The teacher's way through the main job, in a real browser: a class, an assignment, marks by keyboard, the return."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Classroom, Membership
from assignments import actions
from assignments.errors import BeingReviewed
from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.browser.helpers import axe, in_every_look, signed_in
from tests.cast import PASSWORD, Cast, person


@pytest.fixture
def assignment(live_server: object, cast: Cast) -> Assignment:
    """Handed in by both students of the room, with the lesson's words cited."""
    made = work.make_assignment(cast, title="The closed session", due=work.due("2036-03-20 23:59"))
    for student in (cast.student, cast.classmate):
        citations = [
            work.cited(made.edition_id, at=2),
            work.cited(made.edition_id, "went up in a night", stance="contradicts"),
        ]
        body = work.body_for(
            made, f"{student.display_name} thinks so.", citations=citations, single=[1], multiple=[1, 2]
        )
        work.hand_in(work.submission_of(made, student), body)
    return made


def sees_work_of(page: Page, name: str) -> None:
    """The desk shows this student, and its script listens."""
    expect(page.get_by_role("heading", name=name, exact=True, level=2)).to_be_visible()
    page.wait_for_load_state()


def of(assignment: Assignment, student: object) -> Submission:
    return work.submission_of(assignment, student)  # type: ignore[arg-type]


def desk(submission: Submission) -> str:
    return f"/submissions/{submission.pk}/grading/"


def test_a_teacher_opens_a_class_and_assigns_a_lesson(page: Page, cast: Cast) -> None:
    edition = work.make_edition()
    signed_in(page, cast.teacher).goto("/classes/open/")
    page.get_by_label("Name of the class").fill("History 11C")
    page.get_by_label("Time zone").select_option("Europe/Warsaw")
    page.get_by_role("button", name="Open the class").click()
    expect(page.locator(".joincode")).to_be_visible()
    room = Classroom.objects.get(name="History 11C")
    student = person("newcomer", display_name="New Comer")
    Membership.objects.create(classroom=room, user=student, role="student")

    page.goto(f"/classes/{room.pk}/")
    page.get_by_role("link", name="Choose a lesson to assign").click()
    page.get_by_role("link", name=edition.title, exact=True).click()
    expect(page.get_by_text("Times are Warsaw time.")).to_be_visible()
    expect(page.get_by_text("3 questions, 7 points")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^3. Who gained")).uncheck()
    expect(page.get_by_text("2 questions, 5 points")).to_be_visible()
    page.get_by_label("Title").fill("Read by Friday")
    page.get_by_label("Due on").fill("2036-03-21")
    expect(page.get_by_role("checkbox", name="New Comer")).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Named students")).check()
    page.get_by_role("checkbox", name="New Comer").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="See it as a student").click()
    tab = opened.value
    expect(tab.get_by_role("heading", name="Read by Friday", level=1)).to_be_visible()
    expect(tab.get_by_role("heading", name="Question 3")).to_have_count(0)
    tab.get_by_role("textbox").first.fill("As she would begin.")
    tab.get_by_role("button", name="Hand in").click()
    expect(tab.get_by_text("What handing this in would come to")).to_be_visible()
    expect(tab.get_by_role("textbox").first).to_have_value("As she would begin.")
    tab.close()
    assert not Assignment.objects.exists()
    page.get_by_role("button", name="Assign").click()

    expect(page.get_by_role("heading", name="Read by Friday", level=1)).to_be_visible()
    expect(page.get_by_text("is assigned to 1 student.")).to_be_visible()
    expect(page.get_by_text("due Friday 21 March 2036, 23:59 Warsaw time (CET)")).to_be_visible()
    made = Assignment.objects.get(classroom=room)
    assert made.questions is not None
    assert len(made.questions) == 2
    assert [row.student for row in made.submissions.all()] == [student]


def test_what_was_deleted_is_brought_back_by_the_button_of_the_message(
    page: Page, assignment: Assignment, cast: Cast
) -> None:
    signed_in(page, cast.teacher).goto(f"/assignments/{assignment.pk}/board/")
    page.get_by_role("link", name="Delete this assignment").click()
    expect(page.get_by_text("2 handed in")).to_be_visible()
    page.get_by_role("button", name="Delete the assignment").click()
    expect(page.get_by_text("is deleted. The work of the students is kept.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is back, with all the work.")).to_be_visible()
    assert {row.state for row in assignment.submissions.all()} == {"submitted"}


def test_words_that_are_too_long_are_told_beside_their_field_and_kept(
    page: Page, assignment: Assignment, cast: Cast
) -> None:
    signed_in(page, cast.teacher).goto(desk(of(assignment, cast.student)))
    feedback = page.get_by_label("Feedback on the whole")
    feedback.fill("x" * 20_001)
    error = page.locator("[data-error-for=feedback]")
    expect(error).to_contain_text("at most 20000 characters")
    expect(feedback).to_have_attribute("aria-invalid", "true")
    expect(feedback).to_have_value("x" * 20_001)
    feedback.fill("Shorter.")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(error).to_have_count(0)


def test_a_teacher_grades_and_returns_by_keyboard(page: Page, assignment: Assignment, cast: Cast) -> None:
    signed_in(page, cast.teacher).goto("/today/")
    page.get_by_role("link", name=re.compile("^Grade the oldest")).press("Enter")
    sees_work_of(page, "Student")
    student, classmate = of(assignment, cast.student), of(assignment, cast.classmate)
    assert student.state == "submitted"

    # The queue, there and back.
    page.keyboard.press("k")
    sees_work_of(page, "Classmate")
    page.keyboard.press("j")
    sees_work_of(page, "Student")

    # The citations, one after the other.
    first, second = page.locator("#cite-1"), page.locator("#cite-2")
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    page.keyboard.press("o")
    page.keyboard.press("o")
    expect(second).to_be_visible()
    expect(second.locator("mark")).to_have_text("went up in a night")
    expect(first).to_be_hidden()

    # Points and words; they save by themselves, and the first save is the claim.
    page.keyboard.press("p")
    expect(page.get_by_label("Points for question 1")).to_be_focused()
    page.keyboard.type("3,5")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type("Say who was not asked.")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(page.locator("[data-total]")).to_contain_text("6.5 of 7")
    student.refresh_from_db()
    assert (student.state, student.claimed_by) == ("in_review", cast.teacher)
    expect(page.get_by_text("You are grading this; others are kept out until")).to_be_visible()

    # Save and open the next, while writing.
    page.keyboard.press("Control+Enter")
    sees_work_of(page, "Classmate")
    page.keyboard.press("p")
    page.keyboard.type("4")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Return this one")).to_be_focused()

    # Both at once, with a look at the names first.
    page.get_by_role("link", name="Return 2 graded").press("Enter")
    expect(page.get_by_text("2 students get marks and comments now.")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Classmate")).press("Space")
    page.get_by_role("button", name="Return 1 graded").press("Enter")
    expect(page.get_by_text("1 student has it back.")).to_be_visible()
    student.refresh_from_db()
    classmate.refresh_from_db()
    assert (student.state, classmate.state) == ("returned", "in_review")
    assert student.returned_grade is not None
    assert student.returned_grade.feedback == "Say who was not asked."


def test_returning_waits_for_what_is_not_saved_yet(page: Page, assignment: Assignment, cast: Cast) -> None:
    submission = of(assignment, cast.student)
    work.mark(submission, cast.teacher)
    signed_in(page, cast.teacher).goto(desk(submission))
    page.get_by_label("Feedback on the whole").fill("Words of the last second.")
    page.get_by_role("button", name="Return this one").click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    submission.refresh_from_db()
    assert submission.returned_grade is not None
    assert submission.returned_grade.feedback == "Words of the last second."


def test_keys_are_listed_and_do_nothing_while_one_writes(page: Page, assignment: Assignment, cast: Cast) -> None:
    signed_in(page, cast.teacher).goto(desk(of(assignment, cast.student)))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Feedback on the whole").press_sequentially("jk?")
    expect(page.get_by_label("Feedback on the whole")).to_have_value("jk?")
    sees_work_of(page, "Student")


def test_two_tabs_are_both_shown_and_the_teacher_chooses(
    people: Callable[..., Page], assignment: Assignment, cast: Cast
) -> None:
    submission = of(assignment, cast.student)
    one, two = signed_in(people(), cast.teacher), signed_in(people(), cast.teacher)
    one.goto(desk(submission))
    two.goto(desk(submission))
    one.get_by_label("Feedback on the whole").fill("From the first tab.")
    expect(one.locator("[data-save]")).to_contain_text("Marks saved")
    two.get_by_label("Feedback on the whole").fill("From the second tab.")
    conflict = two.get_by_role("alert").filter(has_text="These marks were changed elsewhere")
    expect(conflict).to_contain_text("From the first tab.")
    expect(conflict).to_contain_text("From the second tab.")
    expect(two.locator("[data-save]")).to_contain_text("Not saved")
    assert submission.grades.get(status="draft").feedback == "From the first tab."

    two.get_by_role("button", name="Save what I typed").click()
    expect(two.locator("[data-save]")).to_contain_text("Marks saved")
    expect(conflict).to_be_hidden()
    assert submission.grades.get(status="draft").feedback == "From the second tab."


def test_two_graders_meet_the_lease_before_they_meet_a_conflict(
    people: Callable[..., Page], assignment: Assignment, cast: Cast
) -> None:
    submission = of(assignment, cast.student)
    mine, theirs = signed_in(people(), cast.teacher), signed_in(people(), cast.co_teacher)
    mine.goto(desk(submission))
    mine.get_by_role("button", name="Start grading").click()
    expect(mine.get_by_text("You are grading this; others are kept out until")).to_be_visible()
    theirs.goto(desk(submission))
    expect(theirs.get_by_text("Teacher is grading this, until")).to_be_visible()
    expect(theirs.get_by_label("Feedback on the whole")).to_be_disabled()
    theirs.get_by_role("button", name="Take it over").click()
    expect(theirs.get_by_label("Feedback on the whole")).to_be_enabled()

    mine.get_by_label("Feedback on the whole").fill("Too late.")
    expect(mine.locator("[data-save]")).to_contain_text("Not saved: Somebody else is grading this work")
    expect(mine.get_by_label("Feedback on the whole")).to_have_value("Too late.")


def test_a_hand_in_that_comes_meanwhile_stands_on_the_open_desk_after_the_next_save(
    page: Page, assignment: Assignment, cast: Cast
) -> None:
    submission = of(assignment, cast.student)
    signed_in(page, cast.teacher).goto(desk(submission))
    page.get_by_label("Points for question 1").fill("3")
    page.get_by_label("Feedback on the whole").fill("Well argued.")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    with pytest.raises(BeingReviewed):
        work.hand_in(submission, work.body_for(assignment, "Written since."))
    page.get_by_label("Feedback on the whole").fill("Well argued indeed.")
    waiting = page.get_by_role("region", name="A hand-in waits for your decision")
    expect(waiting).to_be_visible()
    expect(page.locator("#voice")).to_have_text("A hand-in waits for your decision")
    expect(page.locator("#return-then")).to_contain_text("A hand-in waits, and these marks are not about it.")
    expect(page.locator(".queue [aria-current] small")).to_contain_text("A hand-in waits")
    waiting.get_by_text("Read it").click()
    with page.expect_response("**/grading/marks/"):
        page.get_by_label("Feedback on the whole").fill("Well argued, on the whole.")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(waiting.get_by_text("Written since.")).to_be_visible()  # still open
    in_every_look(page)
    waiting.get_by_role("button", name="Let it count as handed in").click()
    expect(page.get_by_text("It counts as handed in")).to_be_visible()
    expect(page.get_by_label("Feedback on the whole")).to_have_value("")


def test_marks_wait_for_the_connection(page: Page, assignment: Assignment, cast: Cast) -> None:
    submission = of(assignment, cast.student)
    signed_in(page, cast.teacher).goto(desk(submission))
    page.context.set_offline(True)
    page.get_by_label("Feedback on the whole").fill("Written in a tunnel.")
    expect(page.locator("[data-save]")).to_contain_text("Not saved: no connection")
    page.context.set_offline(False)
    expect(page.locator("[data-save]")).to_contain_text("Marks saved", timeout=15_000)
    assert submission.grades.get(status="draft").feedback == "Written in a tunnel."


def signed_out(page: Page, submission: Submission, words: str) -> None:
    """The sign-in runs out, and then she writes `words`."""
    page.goto(desk(submission))
    page.wait_for_load_state()
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Feedback on the whole").fill(words)


def test_a_sign_in_that_has_run_out_loses_no_marks(page: Page, assignment: Assignment, cast: Cast) -> None:
    submission = of(assignment, cast.student)
    work.mark(submission, cast.teacher)
    signed_out(signed_in(page, cast.teacher), submission, "Written too late.")
    expect(page.locator("[data-save]")).to_contain_text("Not saved: your sign-in has run out")
    page.get_by_label("Feedback on the whole").press_sequentially(" And more.")
    expect(page.locator("[data-save]")).to_contain_text("Not saved: your sign-in has run out")
    axe(page)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = popup.value
    tab.get_by_label("User name or e-mail address").fill(cast.teacher.username)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", name="Student", exact=True, level=2)).to_be_visible()
    tab.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(page.get_by_role("link", name="Sign in in a new tab")).to_be_hidden()
    assert submission.grades.get(status="draft").feedback == "Written too late. And more."
    page.get_by_role("button", name="Return this one").click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()


def test_the_button_that_opens_the_next_leaves_no_marks_behind_where_the_sign_in_has_run_out(
    page: Page, assignment: Assignment, cast: Cast
) -> None:
    submission = of(assignment, cast.student)
    signed_out(signed_in(page, cast.teacher), submission, "Not to be lost.")
    page.get_by_role("button", name="Save and open next").click()
    expect(page.locator("[data-save]")).to_contain_text("Not saved: your sign-in has run out")
    expect(page.get_by_label("Feedback on the whole")).to_have_value("Not to be lost.")
    signed_in(page, cast.teacher)
    page.get_by_role("button", name="Save and open next").click()
    sees_work_of(page, "Classmate")
    assert submission.grades.get(status="draft").feedback == "Not to be lost."


@pytest.mark.parametrize("answer", ["redirect", "page"])
def test_a_page_in_place_of_an_answer_is_no_save(page: Page, assignment: Assignment, cast: Cast, answer: str) -> None:
    submission = of(assignment, cast.student)
    signed_in(page, cast.teacher).goto(desk(submission))
    page.wait_for_load_state()
    given = {"status": 302, "headers": {"Location": "/"}} if answer == "redirect" else {"body": "<p>Some net.</p>"}
    page.route("**/marks/**", lambda route: route.fulfill(**given))
    page.get_by_label("Feedback on the whole").fill("Behind a portal.")
    expect(page.locator("[data-save]")).to_contain_text(re.compile("^Not saved: (your sign-in|no connection)"))
    page.unroute("**/marks/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    assert submission.grades.get(status="draft").feedback == "Behind a portal."


def test_back_at_the_saved_marks_after_a_lost_answer_both_are_shown(
    page: Page, assignment: Assignment, cast: Cast
) -> None:
    submission = of(assignment, cast.student)
    work.mark(submission, cast.teacher)
    signed_in(page, cast.teacher).goto(desk(submission))
    page.wait_for_load_state()
    feedback = page.get_by_label("Feedback on the whole")
    before = feedback.input_value()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/marks/**", lose, times=1)
    feedback.fill("Arrived, but nobody said so.")
    expect(page.locator("[data-save]")).to_contain_text("Not saved: no connection")
    feedback.fill(before)
    conflict = page.get_by_role("alert").filter(has_text="These marks were changed elsewhere")
    expect(conflict).to_contain_text("Arrived, but nobody said so.")
    page.get_by_role("button", name="Save what I typed").click()
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(conflict).to_be_hidden()
    assert submission.grades.get(status="draft").feedback == before


def test_the_desk_works_without_script(people: Callable[..., Page], assignment: Assignment, cast: Cast) -> None:
    submission = of(assignment, cast.student)
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    page.goto(desk(submission))
    expect(page.locator("#cite-1")).to_be_visible()
    expect(page.locator("#cite-2")).to_be_visible()
    page.get_by_label("Points for question 1").fill("4")
    page.get_by_role("button", name="Save and open next").click()
    sees_work_of(page, "Classmate")
    page.goto(desk(submission))
    page.get_by_role("button", name="Return this one").click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    submission.refresh_from_db()
    assert submission.state == "returned"


def test_arrows_move_over_the_board_and_names_are_found(page: Page, assignment: Assignment, cast: Cast) -> None:
    work.make_assignment(cast, assignment.edition, title="A second one")
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    marks = page.locator(".board td a")
    expect(marks).to_have_count(4)
    assert [mark.get_attribute("tabindex") for mark in marks.all()] == ["0", "-1", "-1", "-1"]
    marks.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(marks.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(marks.nth(3)).to_be_focused()
    page.keyboard.press("Home")
    expect(marks.nth(2)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("classm")
    expect(page.locator(".board tbody tr:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(marks.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    sees_work_of(page, "Classmate")


def test_opening_pages_claims_nothing(page: Page, assignment: Assignment, cast: Cast) -> None:
    submission = of(assignment, cast.student)
    signed_in(page, cast.teacher)
    for address in ("/today/", f"/classes/{cast.room.pk}/", f"/assignments/{assignment.pk}/board/", desk(submission)):
        page.goto(address)
    actions.release(submission, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.version) == ("submitted", of(assignment, cast.student).version)
    assert not submission.events.filter(name="claim").exists()


@pytest.mark.parametrize("way", ["j", "link"])
def test_going_through_the_queue_with_words_that_are_not_saved_yet_loses_nothing(
    page: Page, assignment: Assignment, cast: Cast, way: str
) -> None:
    submission = of(assignment, cast.student)
    work.mark(submission, cast.teacher)
    work.mark(of(assignment, cast.classmate), cast.teacher)
    signed_in(page, cast.teacher).goto(desk(submission))
    sees_work_of(page, "Student")
    page.get_by_label("Feedback on the whole").fill("Words of the last second.")
    if way == "j":
        page.keyboard.press("Escape")
        page.keyboard.press("k")
    else:
        page.get_by_role("navigation", name=re.compile("Queue|students", re.IGNORECASE)).get_by_role(
            "link", name="Classmate"
        ).click()
    sees_work_of(page, "Classmate")
    assert submission.grades.get(status="draft").feedback == "Words of the last second."
    page.go_back()
    sees_work_of(page, "Student")
    expect(page.get_by_label("Feedback on the whole")).to_have_value("Words of the last second.")
