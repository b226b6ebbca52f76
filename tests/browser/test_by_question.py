"""A teacher grades one question of everybody with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Grade, Submission
from tests.assignments import work
from tests.assignments.rubric import make_edition
from tests.browser.helpers import axe, fits, signed_in
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
