"""The note that says late or missing tells why: pointed at, focused or pressed; Escape closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Submission
from destalin_site.common import clock
from tests.assignments import work
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.fixture
def late(live_server: object, cast: Cast) -> Submission:
    past = clock.now() - dt.timedelta(days=2)
    made = work.make_assignment(cast, due=work.DueSaid(past.date(), dt.time(12), "Europe/Warsaw"))
    row = work.submission_of(made, cast.student)
    work.hand_in(row)
    return row


def test_the_note_on_the_board_of_an_assignment(look: Page, cast: Cast, late: Submission) -> None:
    signed_in(look, cast.teacher).goto(f"/assignments/{late.assignment_id}/board/")
    note = look.get_by_role("button", name="Late")
    words = look.get_by_text("after the due time")
    expect(words).to_be_hidden()
    note.focus()
    expect(words).to_be_visible()
    expect(note).to_have_accessible_description(words.text_content() or "-")
    axe(look)
    fits(look)
    look.keyboard.press("Escape")
    expect(words).to_be_hidden()
    expect(note).to_be_focused()
    look.keyboard.press("Enter")
    expect(words).to_be_visible()
    look.get_by_role("heading", level=1).click()
    expect(words).to_be_hidden()


def test_pointing_shows_it_and_the_words_can_be_pointed_at(page: Page, cast: Cast, late: Submission) -> None:
    signed_in(page, cast.student).goto("/today/")
    note, words = page.get_by_role("button", name="Late"), page.get_by_text("after the due time")
    note.hover()
    expect(words).to_be_visible()
    words.hover()
    page.wait_for_timeout(400)
    expect(words).to_be_visible()
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    page.get_by_role("heading", level=1).hover()
    note.hover()
    expect(words).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    expect(words).to_be_hidden()


def test_a_tap_shows_it_and_the_next_takes_it_away(people: Callable[..., Page], cast: Cast, late: Submission) -> None:
    phone = people(viewport={"width": 390, "height": 844}, has_touch=True)
    signed_in(phone, cast.student).goto("/today/")
    note, words = phone.get_by_role("button", name="Late"), phone.get_by_text("after the due time")
    note.tap()
    expect(words).to_be_visible()
    note.tap()
    expect(words).to_be_hidden()


def test_without_a_script_the_press_alone_does_it(people: Callable[..., Page], cast: Cast, late: Submission) -> None:
    plain = people(java_script_enabled=False)
    signed_in(plain, cast.student).goto("/today/")
    plain.get_by_role("button", name="Late").click()
    expect(plain.get_by_text("after the due time")).to_be_visible()


def test_a_cell_of_the_class_board_fetches_its_reason_when_it_is_asked(
    page: Page, cast: Cast, late: Submission
) -> None:
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    words = page.get_by_role("tooltip")
    cell = page.get_by_role("row", name="Student").locator("td a")
    cell.focus()
    expect(words).to_contain_text("after the due time")
    axe(page)
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    expect(cell).to_be_focused()
    missing = page.get_by_role("row", name="Classmate").locator("td a")
    missing.hover()
    expect(words).to_contain_text("Nothing was handed in by the due time")
