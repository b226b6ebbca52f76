"""The curators' desk: its first page, the long lists of ticks, the preview."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from lessons.models import GlossaryTerm, Lesson
from tests.browser.helpers import axe, fits, signed_in
from tests.browser.test_curator import _open, _says_saved
from tests.lessons.desk import author, editor
from tests.lessons.factories import make_lesson, publish

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def _something_of_everything() -> User:
    """Drafts of an author, who is returned: one to publish, one unfinished, one submitted."""
    writer = author()
    for title, sections in [("Walls", None), ("Gates", []), ("Towers", None)]:
        lesson = make_lesson(title=title, sections=sections)
        lesson.save_revision(user=writer)
        if title == "Towers":
            lesson.get_workflow().start(lesson, user=writer)
    return writer


@pytest.mark.parametrize("path", ["/cms/", "/cms/review/", "/cms/unfinished/"])
def test_the_pages_of_what_waits_can_be_read_by_everybody(path: str, look: Page) -> None:
    _something_of_everything()
    signed_in(look, editor())
    look.goto(path)
    expect(look.get_by_role("link", name="Towers" if path != "/cms/unfinished/" else "Walls")).to_be_visible()
    fits(look)
    axe(look)


@pytest.mark.parametrize("path", ["/cms/snippets/lessons/lesson/", "/cms/snippets/lessons/source/"])
def test_lists_fit_the_window(path: str, look: Page) -> None:
    publish(make_lesson(title="Walls"))
    signed_in(look, editor())
    look.goto(path)
    fits(look)


def test_the_first_page_leads_an_editor_to_what_was_submitted_and_back_with_a_note(
    people: Callable[..., Page],
) -> None:
    publisher, writer = people(), people()
    signed_in(writer, _something_of_everything())
    signed_in(publisher, editor())
    publisher.goto("/cms/")
    publisher.get_by_role("link", name="Towers").click()
    publisher.get_by_role("button", name="More actions").last.click()
    publisher.get_by_role("button", name="Request changes").click()
    dialog = publisher.locator(".modal")
    dialog.get_by_label("Comment").fill("Name the archive.")
    dialog.get_by_role("button").last.click()
    expect(publisher.locator(".messages .success")).to_be_visible()

    writer.goto("/cms/")
    back = writer.get_by_role("region", name="Sent back to you")
    expect(back.get_by_role("link", name="Towers")).to_be_visible()
    expect(back.get_by_text("Name the archive.")).to_be_visible()


def test_a_long_list_of_ticks_is_filtered_and_ticked_by_keyboard(page: Page) -> None:
    lesson = make_lesson(title="Walls")
    for number in range(40):
        GlossaryTerm.objects.create(slug=f"term-{number}", term=f"Term {number}", meaning="A word.")
    GlossaryTerm.objects.create(slug="perestroika", term="Perestroïka", meaning="A word.")
    signed_in(page, editor())
    _open(page, f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/")
    page.get_by_role("tab", name="Glossary, people, events").click()
    box = page.locator("#id_terms")
    size = box.bounding_box()
    assert size
    assert size["height"] < 450
    search = page.get_by_role("searchbox", name="Look for words in this list").first
    search.fill("perestroika")
    expect(box.get_by_role("checkbox")).to_have_count(1)
    expect(page.get_by_text("0 ticked, 1 shown")).to_be_visible()
    search.press("Enter")  # to the first match; the lesson is not sent
    expect(box.get_by_label("Perestroïka")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 ticked, 1 shown")).to_be_visible()
    _says_saved(page)
    draft: Lesson = Lesson.objects.get().get_latest_revision_as_object()
    assert [term.slug for term in draft.terms.all()] == ["perestroika"]
    search.fill("")
    page.get_by_label("Only those that are ticked").first.check()
    expect(box.get_by_role("checkbox")).to_have_count(1)


def test_the_preview_shows_the_reading_page_and_the_students_desk(page: Page) -> None:
    lesson = make_lesson(title="Walls")
    signed_in(page, editor())
    page.goto(f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/")
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("#w-preview-iframe")
    expect(frame.get_by_role("heading", name="Walls", level=1)).to_be_visible()
    page.get_by_label("Preview mode").select_option("Student’s desk")
    desk = frame.locator("body.desk-body")
    expect(desk.get_by_text("Saving is off", exact=True)).to_be_visible()
    assert desk.evaluate("() => innerWidth") == 390
    page.get_by_label("As on a desk").check(force=True)
    expect(desk.get_by_role("textbox")).to_be_visible()
    # Its script runs, and what is tried on it goes nowhere.
    desk.get_by_role("textbox").fill("The city did.")
    expect(desk.get_by_text("3 words")).to_be_visible()
    assert desk.get_by_role("button", name="Hand in").count() == 0
