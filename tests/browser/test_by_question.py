"""A teacher grades one question of everybody with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Comment, CommentTemplate, Grade, Submission
from tests.assignments import remarks, work
from tests.assignments.rubric import make_edition
from tests.browser.helpers import axe, fits, in_every_look, select, signed_in
from tests.cast import Cast


@pytest.fixture
def judged(live_server: object, cast: Cast) -> Submission:
    assignment = work.make_assignment(cast, make_edition(), title="Walls")
    for student in (cast.student, cast.classmate):
        work.hand_in(work.submission_of(assignment, student))
    return work.submission_of(assignment, cast.student)


def test_digits_choose_levels_for_one_student_after_the_other(page: Page, cast: Cast, judged: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/assignments/{judged.assignment_id}/board/")
    page.get_by_role("link", name="By question").click()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()  # its script runs
    page.keyboard.press("p")  # the classmate comes first
    page.keyboard.press("2")
    first = page.get_by_role("region", name="Classmate")
    expect(first.get_by_label("sound")).to_be_checked()
    expect(first.locator("legend").first).to_contain_text("3 of 4")
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.keyboard.press("1")
    second = page.get_by_role("region", name="Student", exact=True)
    expect(second.locator("legend").first).to_contain_text("4 of 4")
    page.keyboard.press("0")
    expect(second.locator("legend").first).to_contain_text("not scored")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            fits(page)
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_label("Points for Classmate")).to_be_visible()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.get_by_label("Points for Student").fill("1.5")
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    marks = Grade.objects.get(submission=judged).marks
    assert [mark["points"] for mark in marks if mark["points"]] == ["1.50"]


@pytest.fixture
def two_tabs(people: Callable[..., Page], cast: Cast, judged: Submission) -> tuple[Page, Page]:
    """Of one teacher, on the second question; the student's points were saved in the first, and typed in the second."""
    one, two = signed_in(people(), cast.teacher), signed_in(people(), cast.teacher)
    for page in (one, two):
        page.goto(f"/assignments/{judged.assignment_id}/questions/2/")
    one.get_by_label("Points for Student").fill("1.5")
    one.get_by_label("Comment for Student").fill("From the first tab.")
    expect(one.locator("[data-save]")).to_contain_text("Marks saved")
    two.get_by_label("Points for Student").fill("2")
    two.get_by_label("Comment for Student").fill("From the second tab.")
    return one, two


def test_two_tabs_are_both_shown_and_what_was_typed_is_kept(
    two_tabs: tuple[Page, Page], cast: Cast, judged: Submission
) -> None:
    _, page = two_tabs
    conflict = page.get_by_role("region", name="Student", exact=True).get_by_role("alert")
    for words in ("From the first tab.", "From the second tab.", "1.5"):
        expect(conflict).to_contain_text(words)
    expect(page.locator("[data-save]")).to_contain_text("Not saved")
    in_every_look(page)

    page.get_by_label("Points for Classmate").fill("1")  # of another student, which is saved all the same
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.locator("[data-save]")).to_have_text("You are still here: marks for Student are not saved.")
    expect(conflict).to_be_focused()

    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save what I typed").click()
    expect(conflict).to_be_hidden()
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="Sourcing").or_(page.get_by_text("Sourcing")).first).to_be_visible()
    (mark,) = (each for each in Grade.objects.get(submission=judged).marks if each["points"])
    assert (mark["points"], mark["comment"]) == ("2.00", "From the second tab.")


def test_what_was_saved_in_the_other_tab_can_be_taken(two_tabs: tuple[Page, Page], judged: Submission) -> None:
    _, page = two_tabs
    page.get_by_role("link", name="Take what is saved").click()
    expect(page.get_by_label("Points for Student")).to_have_value("1.5")
    expect(page.get_by_label("Comment for Student")).to_have_value("From the first tab.")
    page.get_by_label("Points for Student").fill("1")  # and marking goes on upon it
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    assert {mark["points"] for mark in Grade.objects.get(submission=judged).marks if mark["points"]} == {"1.00"}


def test_words_stay_when_a_colleague_holds_the_work_and_are_saved_once_it_is_taken_over(
    page: Page, cast: Cast, judged: Submission
) -> None:
    signed_in(page, cast.teacher).goto(f"/assignments/{judged.assignment_id}/questions/2/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("f")
    expect(page.get_by_label("Comment for Student")).to_be_focused()
    actions.claim(judged, by=cast.co_teacher)
    page.get_by_label("Comment for Student").fill("Typed meanwhile.")
    region = page.get_by_role("region", name="Student", exact=True)
    expect(region.get_by_text(f"{cast.co_teacher} is grading this, until")).to_be_visible()
    expect(page.get_by_label("Comment for Student")).to_have_value("Typed meanwhile.")
    in_every_look(page)
    region.get_by_role("button", name="Take it over").click()
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    expect(region.get_by_role("button", name="Take it over")).to_be_hidden()
    assert Grade.objects.get(submission=judged).marks[0]["comment"] == "Typed meanwhile."

    actions.save_marks(judged, questions=[], feedback="", score=Decimal(5), if_version=1, by=cast.teacher)
    page.reload()
    page.get_by_role("link", name="Return 1 graded").click()
    expect(page.get_by_role("heading", name="Return what is graded")).to_be_visible()


def test_digits_choose_levels_on_the_desk_too(page: Page, cast: Cast, judged: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{judged.pk}/grading/")
    page.keyboard.press("p")
    page.keyboard.press("3")
    expect(page.get_by_role("group", name="Sourcing").get_by_label("none")).to_be_checked()
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")


def test_a_question_is_marked_without_a_script(people: Callable[..., Page], cast: Cast, judged: Submission) -> None:
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    page.goto(f"/assignments/{judged.assignment_id}/questions/2/")
    page.get_by_label("Points for Student").fill("2")
    page.get_by_role("region", name="Student", exact=True).get_by_role("button", name="Save").click()
    expect(page.get_by_label("Points for Student")).to_have_value("2")
    assert Grade.objects.get(submission=judged).marks[0]["points"] == "2.00"


# --- Comments on words ---

TEXTS = ("It was 🧱 decided elsewhere, and nobody asked who.", "It was 🧱 decided elsewhere, they say.")


@pytest.fixture
def essays(live_server: object, cast: Cast) -> tuple[Submission, Submission]:
    """Of the student and of her classmate, who comes first on the page; their paragraphs have the same ids."""
    assignment = work.make_assignment(cast, remarks.make_edition(), title="Walls")
    found = []
    for student, text in zip((cast.student, cast.classmate), TEXTS, strict=True):
        submission = work.submission_of(assignment, student)
        work.hand_in(submission, work.body_for(assignment, text))
        found.append(submission)
    return found[0], found[1]


def question_of(page: Page, submission: Submission) -> None:
    page.goto(f"/assignments/{submission.assignment_id}/questions/1/")


def test_words_are_commented_on_and_marked_with_the_keyboard(
    page: Page, cast: Cast, essays: tuple[Submission, Submission]
) -> None:
    hers, _ = essays
    question_of(signed_in(page, cast.teacher), hers)
    saved = page.locator("[data-save]")
    student = page.get_by_role("region", name="Student", exact=True)
    select(page, 10, 27, of=f"#s-{hers.pk}")
    page.keyboard.press("c")
    expect(student.get_by_label("New comment")).to_be_focused()
    expect(student.get_by_label("on", exact=True)).to_have_value("decided elsewhere")
    page.keyboard.type("By whom?")
    student.get_by_role("combobox", name="points to").fill("1")
    expect(saved).to_contain_text("Comment saved")
    expect(student.locator(".answer mark")).to_contain_text("decided elsewhere")
    expect(page.get_by_role("region", name="Classmate").locator("mark")).to_have_count(0)
    made = Comment.objects.get()
    assert (made.body, made.quote, made.grade.submission_id) == ("By whom?", "decided elsewhere", hers.pk)
    hers.refresh_from_db()
    assert hers.claimed_by == cast.teacher

    page.get_by_label("Points for Student").fill("3")  # saved upon the version that the comment made
    expect(saved).to_contain_text("Marks saved")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator(":focus")).to_have_accessible_name("New comment")
    expect(page.locator(":focus")).to_have_value("")
    page.keyboard.type("On all of it.")
    page.keyboard.press("Control+Enter")
    expect(saved).to_contain_text("Comment saved")
    in_every_look(page, "by-question-comments")

    page.reload()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    for number in (1, 2):
        page.keyboard.press("m")
        expect(page.get_by_label(f"Comment {number} on the answer of Student")).to_be_focused()
        page.keyboard.press("Escape")
    page.get_by_label("Comment 2 on the answer of Student").fill("By which office?")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Board").click()  # takes along what was not saved yet
    expect(page.get_by_role("link", name="By question")).to_be_visible()
    assert {row.body for row in Comment.objects.all()} == {"By which office?", "On all of it."}
    question_of(page, hers)
    page.get_by_role("region", name="Student", exact=True).get_by_role("button", name="Delete comment 1").click()
    expect(page.locator("li.comment")).to_have_count(1)
    assert [row.body for row in Comment.objects.all()] == ["By which office?"]


def test_a_comment_comes_out_of_the_bank(page: Page, cast: Cast, essays: tuple[Submission, Submission]) -> None:
    hers, _ = essays
    actions.save_template(body="Say who decided.", by=cast.teacher)
    actions.save_template(body="Name the office.", by=cast.teacher)
    question_of(signed_in(page, cast.teacher), hers)
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("b")
    bank = page.get_by_role("dialog", name="From the bank")
    expect(bank.get_by_label("Search your comments")).to_be_focused()
    expect(bank.get_by_role("button", name="Name the office.")).to_contain_text("used 0 times")
    in_every_look(page, "by-question-bank")
    page.keyboard.type("office")
    expect(bank.get_by_role("button", name="Say who decided.")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    student = page.get_by_role("region", name="Student", exact=True)
    expect(student.get_by_label("New comment")).to_have_value("Name the office.")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert CommentTemplate.objects.get(body="Name the office.").uses == 1
    assert Comment.objects.get().grade.submission_id == hers.pk
    student.get_by_label("New comment").fill("Name the office, and its head.")
    student.get_by_role("button", name="Keep this comment in your bank").click()
    expect(page.locator("[data-save]")).to_contain_text("It is in your comment bank")


def test_a_comment_that_was_changed_elsewhere_stands_beside_what_was_typed(
    page: Page, cast: Cast, essays: tuple[Submission, Submission]
) -> None:
    hers, _ = essays
    made = remarks.comment(hers, cast.teacher, words="decided elsewhere")
    question_of(signed_in(page, cast.teacher), hers)
    field = page.get_by_label("Comment 1 on the answer of Student")
    expect(field).to_have_value(remarks.BODY)
    actions.edit_comment(hers, key=made.key, body="In another tab.", passage=None, if_version=1, by=cast.teacher)
    field.fill("Typed here.")
    expect(page.get_by_text("In another tab.")).to_be_visible()
    in_every_look(page, "by-question-conflict")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Board").click()
    expect(page.locator("[data-save]")).to_have_text("You are still here: a comment for Student is not saved.")
    page.get_by_role("button", name="Save what I typed").click()
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert Comment.objects.get().body == "Typed here."
    actions.edit_comment(hers, key=made.key, body="Once more.", passage=None, if_version=3, by=cast.teacher)
    field.fill("Typed again.")
    page.get_by_role("link", name="Take what is saved").click()
    expect(field).to_have_value("Once more.")


@pytest.mark.parametrize("place", ["question", "desk"])
def test_a_comment_hides_no_marks_that_were_saved_elsewhere(
    page: Page, cast: Cast, essays: tuple[Submission, Submission], place: str
) -> None:
    hers, _ = essays
    by_question, desk = f"/assignments/{hers.assignment_id}/questions/1/", f"/submissions/{hers.pk}/grading/"
    signed_in(page, cast.teacher).goto(by_question if place == "question" else desk)
    points = page.get_by_label("Points for Student" if place == "question" else "Points for question 1")
    expect(points).to_have_value("")
    work.mark(hers, cast.teacher, feedback="From another tab.")
    scope = page.get_by_role("region", name="Student", exact=True) if place == "question" else page
    scope.get_by_role("button", name="Comment on paragraph 1").click()
    page.keyboard.type("Said here.")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    points.fill("1")
    expect(page.get_by_text("These marks were changed elsewhere")).to_be_visible()
    assert Grade.objects.get(submission=hers).feedback == "From another tab."


def test_a_comment_stays_when_a_colleague_holds_the_work_and_is_saved_once_it_is_taken_over(
    page: Page, cast: Cast, essays: tuple[Submission, Submission]
) -> None:
    hers, _ = essays
    question_of(signed_in(page, cast.teacher), hers)
    actions.claim(hers, by=cast.co_teacher)
    student = page.get_by_role("region", name="Student", exact=True)
    student.get_by_role("button", name="Comment on paragraph 1").click()
    page.keyboard.type("Typed meanwhile.")
    expect(student.get_by_text(f"{cast.co_teacher} is grading this, until")).to_be_visible()
    assert not Comment.objects.exists()
    student.get_by_role("button", name="Take it over").click()
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert Comment.objects.get().body == "Typed meanwhile."


def test_a_comment_is_made_without_a_script(
    people: Callable[..., Page], cast: Cast, essays: tuple[Submission, Submission]
) -> None:
    hers, _ = essays
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    question_of(page, hers)
    page.get_by_role("link", name="Comment on words of Student").click()
    student = page.get_by_role("region", name="Student", exact=True)
    student.get_by_text("Comment on this paragraph").click()
    student.get_by_label("On which words").fill("nobody")
    student.get_by_role("textbox", name="Comment", exact=True).fill("Who could have?")
    student.get_by_role("button", name="Save comment").click()
    expect(page.get_by_label("Comment 1 on the answer of Student")).to_have_value("Who could have?")
    assert Comment.objects.get().quote == "nobody"
    student.get_by_role("button", name="Delete comment 1").click()
    expect(page.get_by_text("The comment is deleted.")).to_be_visible()
    expect(page.get_by_role("region", name="Classmate")).to_be_visible()


# --- What changed ---


@pytest.fixture
def twice(cast: Cast, essays: tuple[Submission, Submission]) -> Submission:
    """Commented on, returned, and handed in with other words; the classmate handed in once."""
    hers, _ = essays
    remarks.comment(hers, cast.teacher, body="By whom?")
    actions.return_grade(hers, by=cast.teacher)
    work.revise(hers)
    work.hand_in(hers, work.body_for(hers.assignment, TEXTS[0].replace("elsewhere", "in Warsaw")))
    return hers


def test_what_changed_since_the_hand_in_before_is_opened_with_a_key(page: Page, cast: Cast, twice: Submission) -> None:
    question_of(signed_in(page, cast.teacher), twice)
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    expect(page.locator("details.since")).to_have_count(1)
    expect(page.locator("del")).to_have_count(0)
    in_every_look(page, "by-question-folded")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("d")
    student = page.get_by_role("region", name="Student", exact=True)
    expect(student.locator("del").first).to_contain_text("elsewhere")
    expect(student.locator("ins").first).to_contain_text("in Warsaw")
    expect(student.get_by_role("row", name="1. By whom?")).to_contain_text("in Warsaw")
    in_every_look(page, "by-question-since")
    page.keyboard.press("d")
    expect(student.locator("del").first).to_be_hidden()


def test_what_changed_is_read_without_a_script(people: Callable[..., Page], cast: Cast, twice: Submission) -> None:
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    question_of(page, twice)
    page.get_by_text("What changed since hand-in 1").click()
    page.get_by_role("link", name="Compare word by word the answer of Student").click()
    expect(page.locator("del").first).to_contain_text("elsewhere")
