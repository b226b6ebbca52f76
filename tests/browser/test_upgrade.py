"""A newer edition: the teacher looks, chooses and reads what failed; the student sees what changed and goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import EditionUpgrade
from tests.assignments import revised
from tests.assignments.revised import GONE, Room
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def room(transactional_db: None) -> Room:
    return revised.make(make_cast(), lambda edition: revised.saying(edition, GONE))


@pytest.mark.parametrize("look", LOOKS)
def test_a_class_is_brought_to_a_newer_edition(room: Room, people: Callable[..., Page], look: str) -> None:
    teacher, student = people(), people()
    for page in (teacher, student):
        put_in(page, look)
    signed_in(teacher, room.cast.teacher)
    signed_in(student, room.cast.student)

    def looked_at(page: Page) -> None:
        axe(page)
        fits(page)

    teacher.goto(f"/assignments/{room.assignment.pk}/board/")
    teacher.get_by_role("link", name="edition 2 exists").click()
    expect(teacher.get_by_role("heading", name="Bring the class to edition 2?")).to_be_visible()
    expect(teacher.locator("ins", has_text="everybody")).to_be_visible()
    looked_at(teacher)
    teacher.get_by_role("radio", name="Drafts too").check()
    teacher.get_by_role("button", name="Decide").click()
    expect(teacher.get_by_role("heading", name="Citations that could not be moved")).to_be_visible()
    expect(teacher.get_by_text("nobody was asked")).to_be_visible()
    looked_at(teacher)
    assert EditionUpgrade.objects.get().scope == "all"

    student.goto("/today/")
    expect(student.get_by_text("see first what changed")).to_be_visible()
    looked_at(student)
    student.goto(f"/work/{room.draft.pk}/")
    expect(student.get_by_role("heading", name="What changed")).to_be_visible()
    expect(student.get_by_text("Hers alone.")).to_be_visible()
    looked_at(student)
    student.get_by_role("button", name="I have seen it: go on").click()
    expect(student.locator("#desk-form")).to_be_attached()

    teacher.get_by_role("link", name="Go back to edition 1").click()
    expect(teacher.get_by_role("heading", name="Bring the class to edition 1?")).to_be_visible()
    looked_at(teacher)


def test_a_desk_that_was_open_meanwhile_shows_both_texts(room: Room, people: Callable[..., Page]) -> None:
    student = signed_in(people(), room.cast.student)
    student.goto(f"/work/{room.draft.pk}/")
    field = student.locator("textarea").first
    expect(field).to_have_value("It was decided elsewhere.")
    room.upgrade("all")
    field.fill("Written in a page of yesterday.")
    expect(student.locator("[data-conflict]")).to_be_visible()
    expect(student.locator("[data-conflict]")).to_contain_text("Written in a page of yesterday.")
