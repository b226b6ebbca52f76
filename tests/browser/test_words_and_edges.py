"""Where words and boxes end: no title breaks inside a word, nothing is cut off unseen, and edges line up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from assignments import actions
from assignments.models import Assignment
from tests.assignments import work
from tests.browser import desks
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast

TITLE = "Destalinization and constitutionalism: the newspapers of four countries in one week"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}

# The words of an element that stand on more than one line.
BROKEN = """(element) => {
  const found = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) found.push(word);
    }
  }
  return found;
}"""


@pytest.fixture(params=list(SIZES))
def sized(request: pytest.FixtureRequest, people: Callable[..., Page]) -> Page:
    width, height = SIZES[request.param]
    return people(viewport={"width": width, "height": height}, has_touch=width < 600)


@pytest.fixture
def assignment(live_server: object, cast: Cast) -> Assignment:
    made = desks.give(cast, title=TITLE)
    for n in range(7):
        work.make_assignment(cast, made.edition, title=f"Destalinization, part {n}")
    return made


def edges(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["x"], box["y"]


def test_no_title_breaks_inside_a_word(sized: Page, cast: Cast, assignment: Assignment) -> None:
    submission = desks.desk_of(assignment, cast)
    actions.save_draft(submission, body=desks.body(assignment), if_rev=0, by=cast.student)
    signed_in(sized, cast.student).goto(f"/work/{submission.pk}/")
    expect(sized.locator("[data-save]")).to_be_visible()
    assert sized.locator("h1").evaluate(BROKEN) == []
    work.hand_in(submission, desks.body(assignment))
    work.mark(submission, cast.teacher)
    signed_in(sized, cast.teacher).goto(f"/submissions/{submission.pk}/grading/")
    expect(sized.locator("[data-save]")).to_contain_text("Marks saved")
    assert sized.locator("h1").evaluate(BROKEN) == []
    fits(sized)
    sized.goto(f"/classes/{cast.room.pk}/")
    assert sized.locator(".board thead").evaluate(BROKEN) == []
    fits(sized)


def test_on_the_class_board_the_acts_and_the_frame_of_the_page_line_up(
    page: Page, cast: Cast, assignment: Assignment
) -> None:
    work.hand_in(desks.desk_of(assignment, cast), desks.body(assignment))
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    first, second = (edges(page.get_by_role("link", name=name)) for name in ("Assign a lesson", "Grade the 1"))
    assert first[1] == second[1]
    sides = {edges(page.locator(place))[0] for place in (".brand", "main h1", ".boardbox", ".foot p")}
    assert len(sides) == 1


def test_the_tab_of_this_page_stands_in_sight_among_those_of_the_class(sized: Page, cast: Cast) -> None:
    for name in ("members", "settings"):
        signed_in(sized, cast.teacher).goto(f"/classes/{cast.room.pk}/{name}/")
        expect(sized.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.95)
        strip = sized.locator(".tabs").evaluate("each => each.scrollWidth - each.clientWidth")
        assert (strip > 0) == (sized.viewport_size["width"] < 600)  # type: ignore[index]
        axe(sized)
        fits(sized)


def test_on_a_phone_feedback_begins_with_the_score_and_the_words_on_the_whole(
    sized: Page, cast: Cast, assignment: Assignment
) -> None:
    submission = desks.desk_of(assignment, cast)
    work.hand_in(submission, desks.body(assignment))
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    signed_in(sized, cast.student).goto(f"/work/{submission.pk}/feedback/")
    score, answer = (edges(sized.locator(place).first) for place in ("#score", "main .answered"))
    if sized.viewport_size["width"] < 600:  # type: ignore[index]
        assert score[1] < edges(sized.locator("#words"))[1] < answer[1]
        assert edges(sized.get_by_role("link", name="Receipt"))[1] > answer[1]
    else:
        assert score[0] > answer[0]
        assert abs(score[1] - answer[1]) < 60
    axe(sized)


def test_a_time_that_is_past_is_confirmed_by_a_button_that_no_key_presses_by_itself(
    sized: Page, cast: Cast, assignment: Assignment
) -> None:
    signed_in(sized, cast.teacher)
    sized.goto(f"/classes/{cast.room.pk}/assign/?lesson={assignment.edition.lesson.slug}")
    sized.get_by_label("Due on").fill("2006-03-20")
    sized.get_by_role("button", name="Assign", exact=True).click()
    expect(sized.get_by_role("alert")).to_be_focused()
    axe(sized)
    fits(sized)
    sized.get_by_label("Title").press("Enter")
    expect(sized.get_by_role("alert")).to_be_visible()
    sized.get_by_role("button", name="Assign all the same").click()
    expect(sized.get_by_text("is assigned to 2 students.")).to_be_visible()


def test_a_wrong_code_on_the_front_page_is_told_beside_a_field_for_it(look: Page, cast: Cast) -> None:
    look.goto("/")
    look.get_by_label("Class code").fill("AAAAAAAAAA")
    look.get_by_role("button", name="Join the class").click()
    expect(look.locator(".formrow .error")).to_contain_text("No class takes anybody in with this code")
    axe(look)
    fits(look)
    look.get_by_label("Class code").fill(cast.room.join_code)
    look.get_by_role("button", name="Join", exact=True).click()
    expect(look.get_by_label("Class code")).to_have_value(cast.room.join_code)
    expect(look.get_by_text("Class code (if you like)")).to_have_count(0)
