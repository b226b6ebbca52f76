"""A teacher judges an essay by its rubric without a mouse; her student reads the levels."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assignments.models import Grade, Submission
from tests.assignments import work
from tests.assignments.rubric import make_edition
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast


@pytest.fixture
def judged(live_server: object, cast: Cast) -> Submission:
    submission = work.submission_of(work.make_assignment(cast, make_edition(), title="Walls"), cast.student)
    work.hand_in(submission)
    return submission


def test_levels_are_chosen_by_keyboard_and_come_to_points(page: Page, cast: Cast, judged: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{judged.pk}/grading/")
    sourcing = page.get_by_role("group", name="Sourcing")
    expect(sourcing).to_contain_text("not scored")
    page.keyboard.press("p")
    expect(sourcing.get_by_label("Not scored yet")).to_be_focused()
    page.keyboard.press("ArrowUp")  # "none"
    page.keyboard.press("ArrowUp")
    expect(sourcing.get_by_label("sound")).to_be_checked()
    expect(sourcing.locator("legend")).to_contain_text("3 of 4")
    expect(page.locator("[data-total]")).to_contain_text("of 8; not scored: question 2, Context (question 1)")
    page.get_by_label("Points for question 2").fill("2")
    page.get_by_role("group", name="Context").get_by_label("weak").check()
    page.get_by_role("group", name="Voice").get_by_label("own").check()
    expect(page.locator("[data-total] b")).to_contain_text("6 of 8")
    in_every_look(page)
    page.get_by_role("button", name="Return this one").click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    assert Grade.objects.get().final_score == Decimal(6)

    signed_in(page, cast.student).goto(reverse("feedback", args=[judged.pk]))
    expect(page.get_by_role("definition").filter(has_text="sound, 3 of 4")).to_be_visible()
    in_every_look(page)


def test_levels_are_saved_without_a_script(people: Callable[..., Page], cast: Cast, judged: Submission) -> None:
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    page.goto(f"/submissions/{judged.pk}/grading/")
    page.get_by_role("group", name="Sourcing").get_by_label("strong").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("group", name="Sourcing").get_by_label("strong")).to_be_checked()
    assert Grade.objects.get().final_score == Decimal(4)
