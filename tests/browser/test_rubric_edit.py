"""A teacher changes a rubric that was used, looks at what that would change, and brings marks along and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Grade, RubricEdition, Submission
from tests.assignments import work
from tests.assignments.edited import save
from tests.assignments.rubric import make_edition
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.fixture
def returned(live_server: object, cast: Cast) -> Submission:
    """The student's essay is returned, her classmate's is a draft."""
    assignment = work.make_assignment(cast, make_edition(), title="Walls")
    for who in (cast.student, cast.classmate):
        row = work.submission_of(assignment, who)
        work.hand_in(row)
        save(row, cast.teacher, "Sourcing: sound", "Context: weak")
        actions.release(work.reread(row), by=cast.teacher)
    row = work.submission_of(assignment, cast.student)
    actions.return_grade(row, by=cast.teacher)
    return row


@pytest.mark.parametrize("look", LOOKS)
def test_a_rubric_is_changed_and_marks_come_along(
    returned: Submission, people: Callable[..., Page], cast: Cast, look: str
) -> None:
    page = people()
    put_in(page, look)

    def looked_at() -> None:
        axe(page)
        fits(page)

    signed_in(page, cast.teacher).goto(f"/assignments/{returned.assignment_id}/board/")
    page.get_by_role("link", name="What it is judged by").click()
    sound = page.get_by_role("group", name="Sourcing, level 2")
    expect(sound.get_by_label("Level")).to_have_value("sound")
    looked_at()
    sound.get_by_label("Points").fill("many")
    page.get_by_role("button", name="Save the rubric").click()
    expect(page.get_by_role("alert")).to_contain_text("Give points from 0 to 1000")
    looked_at()
    page.get_by_role("group", name="Sourcing, level 2").get_by_label("Points").fill("3,5")
    page.get_by_role("button", name="Save the rubric").click()
    expect(page.get_by_role("heading", name="Bring marks to edition 2?")).to_be_visible()
    expect(page.get_by_role("row", name="Classmate")).to_contain_text("6.5 of 8")
    looked_at()
    page.get_by_role("checkbox", name="Student").check()
    page.get_by_role("radio", name="Drafts, and the returned marks that are ticked").check()
    page.get_by_label("Why returned marks change").fill("Sourcing weighs more.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Marks brought along")).to_be_visible()
    expect(page.get_by_text("6, now 6.5")).to_have_count(2)
    page.get_by_text("Brought along too soon?").click()
    looked_at()
    page.get_by_label("Why", exact=True).fill("It was too soon.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Marks taken back")).to_be_visible()
    assert set(Grade.objects.exclude(status="superseded").values_list("rubric__number", flat=True)) == {1}


def test_criteria_are_added_and_moved_without_a_script_and_without_a_mouse(
    returned: Submission, people: Callable[..., Page], cast: Cast
) -> None:
    page = signed_in(people(java_script_enabled=False), cast.teacher)
    page.goto(f"/assignments/{returned.assignment_id}/rubric/")
    page.get_by_role("button", name="Add a criterion Question 1").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Criterion").nth(3).fill("Structure")
    for place, (name, points) in enumerate([("clear", "2"), ("loose", "1")], 1):
        level = page.get_by_role("group", name=f"New criterion, level {place}")
        level.get_by_label("Level").fill(name)
        level.get_by_label("Points").fill(points)
    page.get_by_role("button", name="Add a level New criterion").click()
    level = page.get_by_role("group", name="Structure, level 3")
    level.get_by_label("Level").fill("none")
    level.get_by_label("Points").fill("0")
    page.get_by_role("button", name="Move up: Structure", exact=True).click()
    expect(page.get_by_label("Criterion").nth(2)).to_have_value("Structure")
    expect(page.get_by_label("Criterion").nth(2)).to_be_focused()
    page.get_by_label("Title").press("Enter")  # saves
    expect(page.get_by_role("heading", name="Bring marks to edition 2?")).to_be_visible()
    expect(page.get_by_role("row", name="Student returned, edition 1")).to_contain_text("Structure: not scored yet.")
    made = RubricEdition.objects.get(number=2)
    assert [each["name"] for each in made.criteria] == ["Sourcing", "Context", "Structure", "Voice"]
    assert [each["points"] for each in made.criteria[2]["levels"]] == ["2", "1", "0"]
