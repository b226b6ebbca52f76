"""The student's pages in both themes and both widths: nothing that axe knows is wrong with them, and they fit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Assignment, ParkedCopy, Submission
from destalin_site.common.errors import VersionStale
from tests.assignments import work
from tests.browser import desks
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return desks.give(cast)


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    """Begun by somebody with a long name."""
    cast.student.display_name = "Олександра Кравченко-Заболотна عائشة الخطيب"
    cast.student.save()
    submission = desks.desk_of(assignment, cast)
    actions.save_draft(submission, body=desks.body(assignment), if_rev=0, by=cast.student)
    return submission


def stands(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response
    assert response.status < 500
    fits(page)
    axe(page)


def test_the_desk(look: Page, cast: Cast, submission: Submission) -> None:
    stands(signed_in(look, cast.student), f"/work/{submission.pk}/")
    look.locator("#read [data-block]").nth(1).focus()
    look.keyboard.press("c")
    expect(look.locator("#citing")).to_be_visible()
    axe(look)
    look.keyboard.press("Escape")
    if look.locator(".tabbar").is_visible():
        look.get_by_role("link", name="Answer").click()
        expect(look.locator("#answer textarea").first).to_be_in_viewport()
    axe(look)
    look.locator("[data-hand-in]").click()
    expect(look.locator("#hand-in")).to_be_visible()
    axe(look)


def test_the_day_before_anything_was_given(look: Page, cast: Cast) -> None:
    stands(signed_in(look, cast.student), "/work/")


def test_the_day_the_receipt_and_what_came_back(
    look: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    signed_in(look, cast.student)
    work.hand_in(submission, desks.body(assignment))
    stands(look, f"/work/{submission.pk}/receipts/1/")
    marks = [{**mark, "comment": "Say who counted, and for whom."} for mark in work.full_marks(assignment)]
    work.mark(submission, cast.teacher, questions=marks)
    actions.return_grade(submission, by=cast.teacher)
    stands(look, f"/work/{submission.pk}/feedback/")
    stands(look, f"/work/{submission.pk}/")
    stands(look, "/work/")


def test_confirming_checking_and_choosing(
    look: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    signed_in(look, cast.student)
    stands(look, f"/work/{submission.pk}/hand-in/")
    stands(look, "/receipts/?code=XXXX-XXXX")
    with pytest.raises(VersionStale):
        actions.save_draft(submission, body=desks.body(assignment, "Other words."), if_rev=0, by=cast.student)
    stands(look, f"/work/{submission.pk}/set-aside/{ParkedCopy.objects.get().pk}/")
    stands(look, "/work/")


def test_the_preview_and_what_is_not_open_yet(look: Page, cast: Cast, assignment: Assignment) -> None:
    stands(signed_in(look, cast.teacher), f"/assignments/{assignment.pk}/preview/")
    later = desks.give(cast, edition=assignment.edition, due=None, opens_at=work.at("2036-01-01T08:00Z"))
    stands(signed_in(look, cast.student), f"/work/{desks.desk_of(later, cast).pk}/")


@pytest.mark.parametrize(("size", "text"), [((390, 844), "200%"), ((320, 256), "100%")], ids=["large text", "zoomed"])
def test_in_large_text_the_desk_leaves_room_to_write_and_its_act_is_reached(
    people: Callable[..., Page], cast: Cast, submission: Submission, size: tuple[int, int], text: str
) -> None:
    page = signed_in(people(viewport={"width": size[0], "height": size[1]}, bypass_csp=True), cast.student)
    for address in ("/work/", f"/work/{submission.pk}/#answer"):
        page.goto(address)
        page.add_style_tag(content=f"html {{ font-size: {text} }}")
        fits(page)
    assert page.locator(".panes").evaluate("box => box.clientHeight") >= min(190, 0.75 * size[1])
    assert page.locator(".actbar .due").evaluate("due => due.clientWidth") >= 90
    page.locator("[data-hand-in]").click()
    expect(page.locator("#hand-in")).to_be_visible()
