"""A pupil handed in nothing: her teacher marks it all the same and changes the marks; she reads what became of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Submission
from tests.assignments import work
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast


@pytest.fixture
def begun(live_server: object, cast: Cast) -> Submission:
    """A draft of four words that was never handed in."""
    submission = work.submission_of(work.make_assignment(cast, title="The closed session"), cast.student)
    body = work.body_for(submission.assignment, "Begun and then left.")
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    return submission


def stands(submission: Submission, state: str) -> bool:
    submission.refresh_from_db()
    return submission.state == state


def test_marks_without_a_hand_in_are_meant_before_they_are_returned(page: Page, cast: Cast, begun: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{begun.pk}/grading/")
    page.get_by_role("link", name="Mark it without a hand-in").click()
    page.get_by_label("Feedback on the whole").fill("You had a week for this.")
    page.get_by_text("Another total than the sum").click()
    page.get_by_label("Total", exact=True).fill("0")
    expect(page.get_by_role("status").filter(has_text="Marks saved")).to_be_visible()
    give = page.get_by_role("button", name="Return without a hand-in")
    expect(give).to_be_visible()
    expect(page.get_by_text("Student has a draft of 4 words that nobody has seen.")).to_be_visible()
    in_every_look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(give).to_be_focused()
    page.keyboard.press("Enter")
    meant = page.get_by_label("Return marks without it all the same")
    expect(meant).to_be_focused()  # the browser asks for it
    assert stands(begun, "drafting")
    page.keyboard.press("Space")
    give.click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    assert stands(begun, "returned")

    page.get_by_role("button", name="Change the marks").click()
    page.get_by_label("Why the marks change").fill("You were ill, as I hear.")
    page.get_by_label("Total", exact=True).fill("2")
    # The reason stays while the marks save themselves around it.
    page.get_by_role("button", name="Return this one").click()
    expect(page.get_by_text("Student has it back.")).to_be_visible()
    page.get_by_text("What became of these marks").click()
    expect(page.get_by_text("Teacher changed it from 0 of 7 to 2 of 7.")).to_be_visible()

    signed_in(page, cast.student).goto(f"/work/{begun.pk}/feedback/")
    expect(page.get_by_text("You were ill, as I hear.")).to_be_visible()
    expect(page.get_by_text("Teacher returned it without a hand-in: 0 of 7.")).to_be_visible()
    in_every_look(page)
