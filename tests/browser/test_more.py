"""Under "More" on the grading desk, in a real browser: excusing with a way back, and handing in for a student."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from assignments.models import Submission
from tests.browser import desks
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


def _desk(submission: Submission) -> str:
    return f"/submissions/{submission.pk}/grading/"


def test_a_student_is_excused_by_keyboard_and_the_message_takes_it_back(
    people: Callable[..., Page], cast: Cast
) -> None:
    submission = desks.desk_of(desks.give(cast), cast)
    page = signed_in(people(), cast.teacher)
    page.goto(_desk(submission))
    more = page.locator("#more > summary")
    expect(more).to_be_visible()
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="another duty at school").check()
    page.get_by_label("Why", exact=True).fill("The orchestra plays in Gdańsk")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Student is excused from this assignment.")).to_be_visible()
    expect(page.get_by_text("The orchestra plays in Gdańsk")).to_be_visible()
    axe(page)

    hers = signed_in(people(viewport={"width": 390, "height": 844}), cast.student)
    hers.goto("/today/")
    expect(hers.get_by_text("You are excused: another duty at school.")).to_be_visible()
    hers.goto(f"/work/{submission.pk}/#answer")
    expect(hers.get_by_text("You are excused from this assignment. You may write")).to_be_visible()
    expect(hers.get_by_text("orchestra")).to_have_count(0)
    fits(hers)

    page.goto(f"/assignments/{submission.assignment_id}/board/")
    expect(page.get_by_role("table").get_by_text("Excused").first).to_be_visible()
    page.goto(_desk(submission))
    page.get_by_role("button", name="Lift the excuse").click()
    expect(page.get_by_text("Student is not excused any more.")).to_be_visible()
    submission.refresh_from_db()
    assert submission.state == "assigned"


def test_a_teacher_types_in_what_was_written_on_paper(look: Page, cast: Cast) -> None:
    submission = desks.desk_of(desks.give(cast), cast)
    signed_in(look, cast.teacher).goto(_desk(submission))
    look.locator("#more > summary").click()
    fits(look)
    axe(look)
    look.get_by_role("link", name="Hand in for this student").click()
    look.get_by_label("Why you hand it in").fill("Written on paper")
    look.get_by_label("The answer to question 1").fill("They who counted.\n\nNot they who laid.")
    look.get_by_role("radio").first.check()
    fits(look)
    axe(look)
    look.get_by_role("button", name="Hand in for Student").click()
    expect(look.get_by_text("Handed in for Student. The receipt names you both.")).to_be_visible()
    expect(look.get_by_text("Brought by Teacher.")).to_be_visible()
    axe(look)
    look.goto(f"/work/{submission.pk}/receipts/1/")
    expect(look.get_by_text("Teacher, for Student")).to_be_visible()
    fits(look)
    axe(look)
    submission.refresh_from_db()
    assert (submission.state, submission.attempt_count) == ("submitted", 1)
