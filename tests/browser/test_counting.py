"""A teacher changes what counts, chooses a hand-in, and makes missing work final; her students read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast


@pytest.fixture
def given(live_server: object, cast: Cast) -> Assignment:
    """Due long ago. The student has five points and then three; the classmate handed in nothing."""
    assignment = work.make_assignment(
        cast, title="The closed session", due=work.due("2026-03-01T12:00"), resubmission=True, missing_percent=0
    )
    row = work.submission_of(assignment, cast.student)
    for score in ("5", "3"):
        work.hand_in(work.reread(row))
        actions.claim(row, by=cast.teacher)
        work.mark(row, cast.teacher, questions=[], score=Decimal(score))
        actions.return_grade(row, by=cast.teacher)
    return assignment


def test_what_counts_is_changed_with_its_preview_and_chosen_on_the_desk(
    page: Page, cast: Cast, given: Assignment
) -> None:
    row = work.submission_of(given, cast.student)
    signed_in(page, cast.teacher).goto(f"/assignments/{given.pk}/board/")
    page.get_by_role("link", name="What counts").click()
    page.get_by_label("the one that the teacher chooses").check()
    page.get_by_role("button", name="Show whose mark would move").click()
    expect(page.get_by_text("No mark moves.")).to_be_visible()
    page.get_by_label("the best one that was returned").check()
    page.get_by_role("button", name="Show whose mark would move").press("Enter")
    table = page.get_by_role("region", name="Table of the marks that would move")
    expect(table.get_by_role("row", name="Student")).to_contain_text(["Mark now", "5 of 7"])
    in_every_look(page)
    page.get_by_role("button", name="Change what counts").click()
    expect(page.get_by_text("Changed. 1 mark moved.")).to_be_visible()
    assert Submission.objects.get(pk=row.pk).mark_grade.final_score == 5

    page.goto(f"/assignments/{given.pk}/counts/?counts=pick")
    page.get_by_role("button", name="Change what counts").click()
    expect(page.get_by_text("Changed. 1 mark moved.")).to_be_visible()
    page.goto(f"/submissions/{row.pk}/grading/")
    page.locator("#counts summary").click()
    page.get_by_label("Hand-in 1").check()
    page.locator("#pick-reason").fill("It says more.")
    page.set_viewport_size({"width": 1280, "height": 900})
    in_every_look(page)
    page.get_by_role("button", name="Let it count").click()
    expect(page.get_by_text("This hand-in counts now.")).to_be_visible()

    signed_in(page, cast.student).goto(f"/work/{row.pk}/feedback/")
    expect(page.get_by_text("Counts, as your teacher chose: hand-in 1, 5 of 7.")).to_be_visible()
    expect(page.get_by_text("It says more.")).to_be_visible()
    in_every_look(page)


def test_missing_work_is_made_final_by_name_and_taken_back(page: Page, cast: Cast, given: Assignment) -> None:
    row = work.submission_of(given, cast.classmate)
    signed_in(page, cast.teacher).goto(f"/assignments/{given.pk}/board/")
    expect(page.get_by_text("0 of 7 projected")).to_be_visible()
    in_every_look(page)
    page.get_by_role("link", name="Missing work: make its marks final").click()
    expect(page.get_by_role("button", name="Make 1 mark final")).to_be_visible()
    page.get_by_label("Why").fill("The term is over.")
    in_every_look(page)
    page.get_by_role("button", name="Make 1 mark final").click()
    expect(page.get_by_text("1 mark is final.")).to_be_visible()
    in_every_look(page)
    page.goto(f"/classes/{cast.room.pk}/")
    expect(page.get_by_text("Missing · 0 final")).to_be_visible()
    in_every_look(page)

    signed_in(page, cast.classmate).goto(f"/work/{row.pk}/")
    expect(page.get_by_text("Your teacher made the mark final: 0 of 7 for missing work.")).to_be_visible()
    in_every_look(page)

    signed_in(page, cast.teacher).goto(f"/assignments/{given.pk}/missing/")
    page.get_by_label("Classmate").check()
    page.get_by_role("button", name="Take these marks back").click()
    expect(page.get_by_text("1 final mark was taken back.")).to_be_visible()
    assert Submission.objects.get(pk=row.pk).final_mark is None
