"""Searching the catalogue in a browser: words, filters, the passage that a hit opens, and nothing found."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import axe, fits
from tests.lessons import factories


@pytest.fixture
def speeches(live_server):
    body = [("paragraph", "<p>The hall was full.</p><p>Two speeches were read behind closed doors.</p>")]
    factories.publish(factories.make_lesson(slug="hall", title="The hall", sections=[("Before", body)]))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_word_finds_its_other_forms_and_opens_the_passage(page: Page, speeches, width: int, scheme) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto("/catalogue/")
    page.get_by_role("searchbox", name="Search the lessons").fill("speech")
    page.keyboard.press("Enter")
    hit = page.get_by_role("list", name="Lessons that fit").get_by_role("listitem")
    expect(hit.get_by_role("heading", name="The hall")).to_be_visible()
    expect(hit.locator("mark")).to_have_text("speeches")
    axe(page)
    fits(page)
    hit.get_by_role("link").nth(1).click()
    expect(page.get_by_text("Two speeches were read")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_nothing_fits_the_page_says_what_to_try(page: Page, speeches, scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/catalogue/?q=zeppelin")
    expect(page.get_by_role("heading", name="No lesson fits")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("link", name="The hall")).to_be_visible()
