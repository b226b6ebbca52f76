"""A teacher comments on words of an answer, with the keyboard and without a script; her student reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Comment, CommentReply, CommentTemplate, Submission
from tests.assignments import remarks, work
from tests.browser.helpers import in_every_look, select, signed_in
from tests.cast import Cast

TEXT = "It was 🧱 decided elsewhere, and nobody asked who."


@pytest.fixture
def handed_in(live_server: object, cast: Cast) -> Submission:
    assignment = work.make_assignment(cast, remarks.make_edition(), title="Walls")
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, TEXT))
    return submission


def test_words_are_selected_commented_on_and_read(page: Page, cast: Cast, handed_in: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    select(page, 10, 27)
    page.keyboard.press("c")
    expect(page.get_by_label("New comment")).to_be_focused()
    expect(page.get_by_label("on", exact=True)).to_have_value("decided elsewhere")
    page.keyboard.type("By whom?")
    page.get_by_role("combobox", name="points to").fill("1")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    expect(page.locator(".answer mark")).to_contain_text("decided elsewhere")
    made = Comment.objects.get()
    assert (made.body, made.quote) == ("By whom?", "decided elsewhere")
    assert TEXT[made.start : made.end] == made.quote

    page.get_by_label("Points for question 1").fill("3")  # saved upon the version that the comment made
    expect(page.locator("[data-save]")).to_contain_text("Marks saved")
    page.get_by_label("New comment").fill("By whom, and when?")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Return this one").click()  # takes along what was not saved yet
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    made.refresh_from_db()
    assert (made.body, made.kept) == ("By whom, and when?", True)

    signed_in(page, cast.student).goto(reverse("feedback", args=[handed_in.pk]))
    expect(page.locator("mark")).to_contain_text("decided elsewhere")
    page.get_by_role("link", name="Comment 1").click()
    expect(page.locator("#comment-1")).to_contain_text("By whom, and when?")
    in_every_look(page)
    page.locator("#comment-1").get_by_role("link", name="¶1").click()
    expect(page.locator("#p1")).to_contain_text("nobody was asked")


def test_a_comment_is_made_changed_and_deleted_by_keyboard(page: Page, cast: Cast, handed_in: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    page.keyboard.press("c")
    expect(page.get_by_label("New comment")).to_be_focused()
    page.keyboard.type("Where? Words, for sure.")
    page.keyboard.press("Control+A")
    page.keyboard.type("Well seen.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    in_every_look(page)
    page.reload()
    page.keyboard.press("m")
    expect(page.get_by_label("Comment 1", exact=True)).to_be_focused()
    page.get_by_label("Comment 1", exact=True).fill("Well argued.")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert [row.body for row in Comment.objects.all()] == ["Well argued."]
    page.get_by_role("button", name="Delete comment 1").click()
    expect(page.locator("li.comment")).to_have_count(0)
    assert not Comment.objects.exists()


def test_what_is_typed_after_c_is_the_comment_and_an_empty_one_goes(
    page: Page, cast: Cast, handed_in: Submission
) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    page.keyboard.type("cWho returns to whom?")  # r and a space, as keys, would press "Return"
    expect(page.get_by_label("New comment")).to_have_value("Who returns to whom?")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    handed_in.refresh_from_db()
    assert handed_in.state == "in_review"
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("li.comment")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("li.comment")).to_have_count(1)
    expect(page.get_by_role("button", name="Comment on paragraph 1 of answer 1")).to_be_focused()
    assert [row.body for row in Comment.objects.all()] == ["Who returns to whom?"]


def test_what_was_typed_while_a_colleague_took_the_work_is_saved_once_it_is_taken_over(
    page: Page, cast: Cast, handed_in: Submission
) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    page.keyboard.type("cWho?")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    expect(page.get_by_text("You are grading this")).to_be_visible()
    actions.claim(handed_in, takeover=True, by=cast.co_teacher)
    page.get_by_label("New comment").fill("Who, and when?")
    expect(page.get_by_text(f"{cast.co_teacher} is grading this")).to_be_visible()
    expect(page.get_by_text("You are grading this")).to_be_hidden()
    page.get_by_label("Feedback on the whole").fill("Well read.")
    expect(page.locator("[data-save]")).to_contain_text("Somebody else is grading this work")
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("You are grading this")).to_be_visible()
    expect(page.locator("[data-save]")).to_contain_text("saved")
    page.reload()  # nothing is left unsaved: the browser does not ask
    expect(page.get_by_label("Comment 1", exact=True)).to_have_value("Who, and when?")
    expect(page.get_by_label("Feedback on the whole")).to_have_value("Well read.")


def test_a_comment_is_made_without_a_script(people: Callable[..., Page], cast: Cast, handed_in: Submission) -> None:
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    page.goto(f"/submissions/{handed_in.pk}/grading/")
    page.get_by_text("Comment on this paragraph").click()
    page.get_by_label("On which words").fill("nobody")
    page.get_by_role("textbox", name="Comment", exact=True).fill("Who could have?")
    page.get_by_role("button", name="Save comment").click()
    expect(page.get_by_label("Comment 1", exact=True)).to_have_value("Who could have?")
    assert Comment.objects.get().quote == "nobody"


def test_a_comment_goes_into_the_bank_and_comes_out_of_it(page: Page, cast: Cast, handed_in: Submission) -> None:
    actions.save_template(body="Say who decided.", by=cast.teacher)
    actions.save_template(body="Name the office.", by=cast.teacher)
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    page.keyboard.press("b")
    bank = page.get_by_role("dialog", name="From the bank")
    expect(bank.get_by_label("Search your comments")).to_be_focused()
    in_every_look(page)
    page.keyboard.type("office")
    expect(bank.get_by_role("button", name="Say who decided.")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("New comment")).to_have_value("Name the office.")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert CommentTemplate.objects.get(body="Name the office.").uses == 1
    page.get_by_label("New comment").fill("Name the office, and its head.")
    page.get_by_role("button", name="Keep this comment in your bank").click()
    expect(page.locator("[data-save]")).to_contain_text("It is in your comment bank")
    page.goto("/comment-bank/")
    expect(page.get_by_role("textbox", name="Comment 3")).to_be_visible()
    in_every_look(page)


def test_a_student_answers_a_comment_and_her_teacher_reads_what_changed(
    page: Page, cast: Cast, handed_in: Submission
) -> None:
    remarks.comment(handed_in, cast.teacher, body="By whom?")
    actions.return_grade(handed_in, by=cast.teacher)
    work.revise(handed_in)
    signed_in(page, cast.student).goto(reverse("desk", args=[handed_in.pk]))
    asked = page.get_by_role("group", name="Your answer to comment 1")
    asked.get_by_label("not changed").check()
    page.get_by_label("Your words to comment 1").fill("The minutes name nobody.")
    expect(page.locator("[data-reply-state]")).to_have_text("Answer saved at school")
    in_every_look(page)
    kept = CommentReply.objects.get()
    assert (kept.stance, kept.text) == ("unchanged", "The minutes name nobody.")

    work.hand_in(handed_in, work.body_for(handed_in.assignment, TEXT.replace("elsewhere", "in Warsaw")))
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    row = page.get_by_role("row", name="1. By whom?")
    expect(row).to_contain_text("in Warsaw")
    expect(row).to_contain_text("The minutes name nobody.")
    in_every_look(page)


def test_what_was_saved_elsewhere_stands_beside_what_was_typed(page: Page, cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, words="decided elsewhere")
    signed_in(page, cast.teacher).goto(f"/submissions/{handed_in.pk}/grading/")
    field = page.get_by_label("Comment 1", exact=True)
    expect(field).to_have_value(remarks.BODY)
    said = {"passage": None, "by": cast.teacher}
    actions.edit_comment(handed_in, key=made.key, body="In another tab.", if_version=1, **said)
    field.fill("Typed here.")
    expect(page.get_by_text("In another tab.")).to_be_visible()
    in_every_look(page)
    page.get_by_role("button", name="Save what I typed").click()
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    expect(page.get_by_text("In another tab.")).to_be_hidden()
    assert Comment.objects.get().body == "Typed here."
    actions.edit_comment(handed_in, key=made.key, body="Once more.", if_version=3, **said)
    field.fill("Typed again.")
    page.get_by_role("link", name="Take what is saved").click()
    expect(field).to_have_value("Once more.")
    field.fill("Once more, and on.")
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert Comment.objects.get().body == "Once more, and on."
