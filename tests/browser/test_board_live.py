"""A board that is open while the class works."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from assignments import actions
from assignments.models import Assignment
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast


@pytest.fixture
def assignment(live_server: object, cast: Cast) -> Assignment:
    return work.make_assignment(cast, title="The closed session")


def test_the_board_follows_the_class_and_the_focus_stays(page: Page, cast: Cast, assignment: Assignment) -> None:
    page.clock.install()
    answers: list[int] = []
    page.on(
        "response", lambda answer: answers.append(answer.status) if answer.url.endswith(f"{cast.room.pk}/") else None
    )
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    follow = page.get_by_role("checkbox", name="Follow the class")
    expect(follow).to_be_checked()
    mine = page.get_by_role("row", name="Student").locator("td a").first
    mine.focus()
    page.get_by_label("Find a student").fill("stu")
    mine.focus()
    expect(page.get_by_role("row", name="Classmate")).to_be_hidden()

    page.clock.fast_forward(21_000)
    page.wait_for_timeout(300)
    assert answers == [200, 304]

    work.hand_in(work.submission_of(assignment, cast.student))
    joins(cast, "stuart", "Stuart")
    page.clock.fast_forward(21_000)
    expect(page.get_by_text("handed in, to grade")).to_have_count(1)
    expect(mine).to_be_focused()
    assert mine.get_attribute("tabindex") == "0"
    expect(page.get_by_role("link", name="Grade the 1 handed in")).to_be_visible()
    # A new row is there, and those that the word passes over stay hidden.
    expect(page.get_by_role("row", name="Stuart")).to_be_visible()
    expect(page.get_by_role("row", name="Classmate")).to_be_hidden()
    mine.press("ArrowUp")
    expect(page.get_by_role("row", name="Stuart").locator("td a").first).to_be_focused()
    in_every_look(page)

    follow.uncheck()
    asked = len(answers)
    page.clock.fast_forward(120_000)
    page.wait_for_timeout(300)
    assert len(answers) == asked
    page.reload()
    expect(follow).not_to_be_checked()


def test_a_lost_connection_is_said_and_gone_on_from(page: Page, cast: Cast, assignment: Assignment) -> None:
    page.clock.install()
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    expect(page.get_by_role("checkbox", name="Follow the class")).to_be_checked()

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/classes/*/", lost)
    page.clock.fast_forward(21_000)
    expect(page.get_by_text("No connection. It goes on as soon as there is one.")).to_be_visible()
    in_every_look(page)
    page.unroute("**/classes/*/", lost)
    row = work.submission_of(assignment, cast.student)
    actions.save_draft(row, body=work.body_for(assignment), if_rev=0, by=cast.student)
    page.clock.fast_forward(41_000)
    expect(page.get_by_text("draft begun", exact=True)).to_have_count(1)
    expect(page.get_by_text("No connection.")).to_have_count(0)


def test_whoever_is_signed_out_is_told_and_asks_no_more(page: Page, cast: Cast, assignment: Assignment) -> None:
    page.clock.install()
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    expect(page.get_by_role("checkbox", name="Follow the class")).to_be_checked()
    page.context.clear_cookies()
    page.clock.fast_forward(21_000)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    in_every_look(page)
