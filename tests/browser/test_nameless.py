"""A teacher marks under hidden names, and shows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Assignment
from tests.assignments import nameless
from tests.assignments.nameless import NAMES, NUMBERS, Room
from tests.browser.conftest import LOOKS
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def room(transactional_db: None) -> Room:
    room = nameless.make(make_cast())
    nameless.fill(room)
    return room


@pytest.mark.parametrize("name", LOOKS)
def test_a_teacher_marks_by_numbers_and_then_shows_the_names(
    room: Room, people: Callable[..., Page], name: str
) -> None:
    width, height, scheme = LOOKS[name]
    teacher = people(viewport={"width": width, "height": height}, color_scheme=scheme)
    signed_in(teacher, room.cast.teacher)
    teacher.goto(f"/assignments/{room.assignment.pk}/board/")
    expect(teacher.get_by_role("heading", name="Names are hidden")).to_be_visible()
    expect(teacher.get_by_role("link", name=f"Student {NUMBERS[5]}")).to_be_visible()
    expect(teacher.get_by_text(NAMES[5])).to_have_count(0)
    expect(teacher.locator("#owing + ul bdi")).to_have_text([NAMES[6]])
    axe(teacher)
    fits(teacher)

    teacher.get_by_role("link", name=f"Student {NUMBERS[5]}").click()
    expect(teacher.get_by_role("heading", name=f"Student {NUMBERS[5]}")).to_be_visible()
    axe(teacher)
    fits(teacher)

    teacher.goto(f"/classes/{room.cast.room.pk}/")
    expect(teacher.get_by_role("link", name=NAMES[5])).to_be_visible()
    axe(teacher)
    fits(teacher)

    teacher.goto(f"/assignments/{room.assignment.pk}/board/")
    teacher.get_by_role("link", name="Excuse Greta Tandem").click()
    expect(teacher.get_by_label("Why", exact=True)).to_be_visible()
    axe(teacher)
    fits(teacher)
    teacher.get_by_label("Why", exact=True).fill("In bed")
    teacher.get_by_role("button", name="Excuse").click()
    expect(teacher.get_by_text("Greta Tandem is excused from this assignment.").first).to_be_visible()

    teacher.get_by_role("link", name="Show the names").click()
    expect(teacher.get_by_label("I know that names cannot be hidden here again")).to_be_visible()
    axe(teacher)
    fits(teacher)
    teacher.get_by_label("I know that names cannot be hidden here again").check()
    teacher.get_by_role("button", name="Show the names").click()
    expect(teacher.get_by_role("link", name=NAMES[5])).to_be_visible()
    expect(teacher.get_by_text("Teacher showed the names on", exact=False)).to_be_visible()
    assert not Assignment.objects.get(pk=room.assignment.pk).names_hidden
    axe(teacher)
    fits(teacher)


def test_her_desk_says_that_her_name_is_hidden(room: Room, page: Page) -> None:
    signed_in(page, room.students[6])
    page.goto(f"/work/{room.works[6].pk}/#answer")
    expect(page.get_by_text("Your name is hidden from whoever marks this.", exact=False)).to_be_visible()
    axe(page)
    fits(page)
