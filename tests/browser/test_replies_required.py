"""Comments that came back are answered before a student hands in again, with a script and without one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import APIResponse, Page, Route, expect

from assignments import actions
from assignments.models import Comment, CommentReply, Draft, ParkedCopy, Submission
from destalin_site.common import clock
from tests.assignments import remarks, work
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast

TEXT = "It was decided elsewhere, and nobody asked who."


@pytest.fixture
def revising(live_server: object, cast: Cast) -> Submission:
    assignment = work.make_assignment(cast, remarks.make_edition(), title="Walls", replies_required=True)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, TEXT))
    remarks.comment(submission, cast.teacher, body="By whom?")
    remarks.comment(submission, cast.teacher, "nobody", body="Who could have?")
    due = work.due((clock.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    actions.request_revision(submission, due=due, words="Say who.", by=cast.teacher)
    return work.reread(submission)


def test_the_desk_leads_to_each_comment_before_it_hands_in(page: Page, cast: Cast, revising: Submission) -> None:
    signed_in(page, cast.student).goto(reverse("desk", args=[revising.pk]))
    in_every_look(page, "desk")
    button = page.get_by_role("button", name="Answer and hand in")
    button.click()
    dialog = page.get_by_role("dialog", name="Answer and hand in")
    expect(dialog.get_by_role("link")).to_have_text(["Comment 1", "Comment 2"])
    expect(dialog.get_by_role("button", name="Hand in")).to_be_hidden()
    in_every_look(page, "dialog")
    dialog.get_by_role("link", name="Comment 2").click()
    second = page.get_by_role("group", name="Your answer to comment 2")
    expect(second.get_by_label("changed", exact=True)).to_be_focused()
    second.get_by_label("a question").check()
    expect(page.locator("[data-unanswered]").get_by_role("link")).to_have_text("Comment 1")
    page.get_by_role("group", name="Your answer to comment 1").get_by_label("changed", exact=True).check()
    expect(page.locator("[data-unanswered]")).to_be_hidden()
    # What was chosen last goes along, however quickly she hands in.
    page.get_by_role("button", name="Hand in answer").click()
    page.get_by_role("dialog", name="Hand in answer").get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile(r"/2/$"))
    assert sorted(CommentReply.objects.values_list("stance", "attempt_number")) == [("changed", 2), ("question", 2)]
    assert not ParkedCopy.objects.exists()


def test_she_answers_on_the_page_of_handing_in_without_a_script(
    people: Callable[..., Page], cast: Cast, revising: Submission
) -> None:
    rev = Draft.objects.get(submission=revising).rev
    body = work.body_for(revising.assignment, TEXT.replace("elsewhere", "in Warsaw"))
    actions.save_draft(revising, body=body, if_rev=rev, by=cast.student)
    page = signed_in(people(java_script_enabled=False), cast.student)
    page.goto(reverse("desk", args=[revising.pk]))
    page.get_by_role("button", name="Answer and hand in").click()
    page.get_by_role("group", name="Your answer to comment 1").get_by_label("not changed").check()
    page.get_by_label("Your words to comment 2").fill("Nobody could.")
    page.get_by_role("button", name="Answer and hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("1 comment wants an answer first")
    expect(page.get_by_label("Your words to comment 2")).to_have_value("Nobody could.")
    expect(page.get_by_role("group", name="Your answer to comment 1").get_by_label("not changed")).to_be_checked()
    page.get_by_role("alert").get_by_role("link", name="Comment 2").click()
    page.get_by_role("group", name="Your answer to comment 2").get_by_label("a question").check()
    page.get_by_role("button", name="Answer and hand in").click()
    expect(page).to_have_url(re.compile(r"/2/$"))
    assert sorted(CommentReply.objects.values_list("stance", "text")) == [
        ("question", "Nobody could."),
        ("unchanged", ""),
    ]


def test_the_page_of_handing_in_is_fit_to_be_shown(page: Page, cast: Cast, revising: Submission) -> None:
    signed_in(page, cast.student).goto(reverse("hand-in", args=[revising.pk]))
    page.get_by_role("button", name="Answer and hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("2 comments want an answer first")
    in_every_look(page, "hand-in")


LOOK_AWAY = """() => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.visibilityState;
}"""


def test_words_that_cross_with_a_save_as_she_looks_away_reach_the_school(
    page: Page, cast: Cast, revising: Submission
) -> None:
    kept: list[tuple[Route, APIResponse]] = []
    answers: list[int] = []

    def hold_the_first(route: Route) -> None:
        if kept:
            route.continue_()
        else:
            kept.append((route, route.fetch()))

    page.route("**/reply/", hold_the_first)
    page.on("response", lambda answer: answers.append(answer.status) if answer.url.endswith("/reply/") else None)
    signed_in(page, cast.student).goto(reverse("desk", args=[revising.pk]))
    page.get_by_role("group", name="Your answer to comment 1").get_by_label("changed", exact=True).check()
    words, state = page.get_by_label("Your words to comment 1"), page.locator("[data-reply-state]").first
    while not kept:
        page.wait_for_timeout(50)
    words.fill("Here is who")
    with page.expect_response("**/reply/"):
        page.evaluate(LOOK_AWAY)
    assert answers == [412]
    route, answer = kept[0]
    route.fulfill(response=answer)
    words.fill("Here is who it was.")
    expect(state).to_have_text("Answer saved at school")
    page.wait_for_function("() => [...document.querySelectorAll('[data-reply] [name=rev]')][0].value === '2'")
    assert CommentReply.objects.get().text == "Here is who it was."


def test_an_answer_that_another_tab_overtook_holds_up_the_hand_in_and_warns_before_its_words_are_left(
    page: Page, cast: Cast, revising: Submission
) -> None:
    asked: list[str] = []
    signed_in(page, cast.student).goto(reverse("desk", args=[revising.pk]))
    for number, comment in enumerate(revising.grades.get(status="returned").comments.order_by("start"), 1):
        actions.reply(revising, comment=comment, stance="changed", text="There.", if_version=0, by=cast.student)
        page.get_by_role("group", name=f"Your answer to comment {number}").get_by_label("a question").check()
    expect(page.locator("[data-reply-state]").first).to_contain_text("changed")
    page.get_by_role("button", name="Hand in").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.wait_for_timeout(500)
    assert work.reread(revising).attempt_count == 1
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == ["beforeunload"]


def test_an_answer_is_kept_on_the_device_until_the_school_has_it(page: Page, cast: Cast, revising: Submission) -> None:
    desk = reverse("desk", args=[revising.pk])
    signed_in(page, cast.student).goto(desk)
    expect(page.get_by_role("listitem").filter(has_text="By whom?")).to_contain_text("Comment 1")
    state = page.locator("[data-reply-state]").first
    page.get_by_label("Your words to comment 1").fill("By the party.")
    expect(state).to_have_text("Not saved yet: choose one of the three.")
    page.goto(reverse("today"))
    page.goto(desk)
    expect(page.get_by_label("Your words to comment 1")).to_have_value("By the party.")
    # It was answered on the phone meanwhile: both texts stand, and nothing is overwritten.
    comment = Comment.objects.visible_to(cast.student).of(revising.returned_grade).get(body="By whom?")
    actions.reply(revising, comment=comment, stance="question", text="Which party?", if_version=0, by=cast.student)
    page.get_by_role("group", name="Your answer to comment 1").get_by_label("changed", exact=True).check()
    expect(state).to_contain_text("changed")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(desk)
    expect(state).to_have_text("Answer saved at school")
    said = CommentReply.objects.get()
    assert (said.stance, said.text) == ("question", "Which party?\n\nBy the party.")
    page.goto(reverse("today"))
    page.goto(desk)
    expect(page.get_by_label("Your words to comment 1")).to_have_value(said.text)
    assert CommentReply.objects.get().version == said.version
