"""A table is filled in at the desk: a field for each cell, with a script as without one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Assignment, Draft, Submission
from tests.assignments import test_tables as tables
from tests.assignments import work
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, tables.make_edition())


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.student)


def to_the_answer(page: Page) -> None:
    if page.locator(".tabbar").is_visible():
        page.get_by_role("link", name="Answer").click()
        expect(page.locator("#answer textarea").first).to_be_in_viewport()


def test_cells_are_written_in_order_cited_in_and_saved(
    page: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    signed_in(page, cast.student).goto(f"/work/{submission.pk}/")
    cells = [page.get_by_role("textbox", name=name, exact=True) for name in (*tables.CELLS, tables.LAST)]
    expect(page.get_by_text("4 empty cells")).to_be_visible()
    cells[0].fill("A mason.")
    cells[0].press("Tab")
    page.keyboard.press("Tab")
    expect(cells[1]).to_be_focused()
    page.keyboard.type("Who paid.")
    page.locator("#read [data-block]").first.focus()
    page.keyboard.press("c")
    expect(page.locator("#citing select option:checked")).to_have_text(
        re.compile(f"^Question 1, {tables.CELLS[1]}: Who")
    )
    page.locator("#citing").get_by_role("button", name="Cite").click()
    expect(page.get_by_text("2 empty cells")).to_be_visible()
    expect(page.locator("[data-save=school]")).to_be_visible()
    (answer,) = Draft.objects.get(submission=submission).body["answers"]
    assert [(one["text"], len(one["citations"])) for one in answer["blocks"]] == [("A mason.", 0), ("Who paid.", 1)]
    page.locator("[data-hand-in]").click()
    expect(page.locator("#hand-in")).to_contain_text("Question 1: 2 empty cells")
    page.get_by_role("button", name="Hand in all the same").click()
    expect(page).to_have_url(re.compile("/receipts/1/"))
    expect(page.get_by_role("table", name="Table of question 1")).to_contain_text("Who paid.")


def test_what_was_written_is_there_again_after_a_reload(
    page: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    actions.save_draft(submission, body=tables.three(assignment), if_rev=0, by=cast.student)
    signed_in(page, cast.student).goto(f"/work/{submission.pk}/")
    expect(page.get_by_role("textbox", name=tables.CELLS[2], exact=True)).to_have_value("His foreman.")
    page.wait_for_timeout(2500)
    assert Draft.objects.get(submission=submission).rev == 1, "opening it saves nothing"


def test_the_table_stands_in_every_look(look: Page, cast: Cast, assignment: Assignment, submission: Submission) -> None:
    actions.save_draft(submission, body=tables.three(assignment), if_rev=0, by=cast.student)
    signed_in(look, cast.student).goto(f"/work/{submission.pk}/")
    to_the_answer(look)
    fits(look)
    axe(look)
    heading = look.get_by_role("columnheader", name="Who speaks")
    assert heading.count() == 1
    wide = (look.viewport_size or {"width": 0})["width"] > 1000
    first, second = (look.get_by_role("textbox", name=name, exact=True).bounding_box() for name in tables.CELLS[:2])
    assert first
    assert second
    assert (abs(first["y"] - second["y"]) < 2) == wide, (
        "side by side where there is room, one under the other on a phone"
    )
    work.hand_in(work.reread(submission), tables.three(assignment), incomplete=True)
    look.goto(f"/work/{submission.pk}/receipts/1/")
    fits(look)
    axe(look)


def test_who_reads_it_finds_it_in_every_look(
    look: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission, tables.three(assignment), incomplete=True)
    work.mark(submission, cast.teacher)
    signed_in(look, cast.teacher)
    where = f"/assignments/{assignment.pk}"
    for address in (f"/submissions/{submission.pk}/grading/", f"{where}/questions/1/", f"{where}/report/"):
        answer = look.goto(address)
        assert answer
        assert answer.ok, address
        fits(look)
        axe(look)
    actions.return_grade(work.reread(submission), by=cast.teacher)
    signed_in(look, cast.student).goto(f"/work/{submission.pk}/feedback/")
    fits(look)
    axe(look)
