"""An author imports an article and submits it; an editor publishes it; everybody reads it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Edition, Lesson
from tests.browser.helpers import axe, signed_in
from tests.lessons.desk import author, editor
from tests.lessons.factories import make_course, make_lesson

TEXT = (Path(__file__).parent.parent / "lessons" / "data" / "the-thaw.txt").read_text()

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_pasted_article_is_edited_submitted_approved_and_read(people: Callable[..., Page]) -> None:
    writer, publisher, reader = people(), people(), people()
    signed_in(writer, author())
    signed_in(publisher, editor())

    # The author brings the article.
    writer.goto("/cms/")
    writer.get_by_role("link", name="Import an article").first.click()
    writer.get_by_label("Or paste the text").fill(TEXT)
    writer.get_by_label("Title", exact=True).fill("Ice and after")
    writer.get_by_role("button", name="Import").click()
    expect(writer.get_by_text("Choose a course or name a new one.")).to_be_visible()
    assert not Lesson.objects.exists()
    expect(writer.get_by_label("Or paste the text")).to_have_value(re.compile("The Thaw was the decade"))
    writer.get_by_label("Title of the new course").fill("After 1953")
    writer.get_by_role("button", name="Import").click()

    # The result says what became what, and leads to the draft.
    expect(writer.get_by_role("heading", name="Ice and after")).to_be_visible()
    expect(writer.get_by_text("5 sections, 6 subheadings")).to_be_visible()
    expect(writer.get_by_role("row", name=re.compile("Remembering the Thaw.*repeats the subject"))).to_be_visible()
    # A heading that was guessed wrongly is put right there.
    axe(writer)
    writer.get_by_role("button", name="Make it a section: First Signs").click()
    expect(writer.get_by_text("It is a section of its own now, in the draft.")).to_be_visible()
    writer.get_by_role("button", name="Make it a heading: First Signs").click()
    expect(writer.get_by_text("It is a heading now, in the draft.")).to_be_visible()
    writer.get_by_role("link", name="Edit the draft").click()

    # She changes a heading and submits.
    heading = writer.locator("#id_sections-4-heading")
    expect(heading).to_have_value("Remembering the Thaw")
    heading.fill("How the Thaw is remembered")
    writer.get_by_role("button", name="More actions").last.click()
    writer.get_by_role("button", name=re.compile("Submit to Editorial review")).click()
    expect(writer.get_by_text(re.compile("submitted for moderation"))).to_be_visible()
    assert not Edition.objects.exists()

    # The editor finds it on the first page, looks and approves.
    publisher.goto("/cms/")
    publisher.get_by_role("link", name="Ice and after").first.click()
    expect(publisher.locator("#id_sections-4-heading")).to_have_value("How the Thaw is remembered")
    publisher.get_by_role("button", name="More actions").last.click()

    publisher.get_by_role("button", name="Approve and Publish", exact=True).click()
    expect(publisher.get_by_text("“Ice and after” was published: edition 1.")).to_be_visible()
    edition = Edition.objects.get()
    assert edition.title == "Ice and after"

    # The reader needs no name.
    reader.goto(f"/lessons/{edition.lesson.slug}/")
    expect(reader.get_by_role("heading", name="Ice and after", level=1)).to_be_visible()
    expect(reader.get_by_role("heading", name="How the Thaw is remembered")).to_be_visible()
    expect(reader.get_by_text("Vladimir Pomerantsev asked in the journal")).to_be_visible()


# Saving


def _typed(page: Page, lesson: Lesson, words: str) -> None:
    """Open the editor, type, and wait until the page says that it has saved by itself."""
    _open(page, f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/")
    _type(page, words)


def _open(page: Page, path: str) -> None:
    """Wagtail looks at the form only some time after it has loaded: what was typed before, it takes for old."""
    page.add_init_script(
        'document.addEventListener("w-unsaved:watch-edits", () => { document.documentElement.dataset.watched = "yes" })'
    )
    page.goto(path)
    page.locator("html[data-watched]").wait_for()


def _type(page: Page, words: str) -> None:
    with page.expect_response(lambda answer: "/edit/" in answer.url and answer.request.method == "POST") as saved:
        page.locator("#id_inquiry").fill(words)
    assert saved.value.json()["success"], saved.value.text()
    _says_saved(page)


def _says_saved(page: Page) -> None:
    expect(page.locator("#w-autosave-indicator .w-autosave-indicator__state--saved")).to_be_visible(timeout=10_000)


def _draft(lesson: Lesson) -> Lesson:
    draft: Lesson = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    return draft


@pytest.mark.parametrize("button", ["Save draft", "Publish", "Submit to Editorial review"])
def test_what_was_saved_by_itself_is_in_nobodys_way(button: str, page: Page) -> None:
    lesson = make_lesson(title="Walls")
    signed_in(page, editor())
    _typed(page, lesson, "Who builds walls?")
    _type(page, "Who builds walls, and for whom?")
    if button != "Save draft":
        page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert _draft(lesson).inquiry == "Who builds walls, and for whom?"
    assert Edition.objects.exists() == (button == "Publish")
    assert _draft(lesson).workflow_in_progress == button.startswith("Submit")


def test_a_button_pressed_right_after_typing_waits_for_the_autosave(page: Page) -> None:
    lesson = make_lesson(title="Walls")
    signed_in(page, editor())
    _typed(page, lesson, "Who builds walls?")
    with page.expect_event("request", lambda request: request.method == "POST" and "/edit/" in request.url):
        page.locator("#id_inquiry").fill("Who pays?")
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert Edition.objects.exists()
    assert Lesson.objects.get().inquiry == "Who pays?"


def test_a_new_lesson_is_saved_by_itself_and_then_by_the_button(page: Page) -> None:
    make_course(title="After 1953")
    signed_in(page, author())
    _open(page, "/cms/snippets/lessons/lesson/add/")
    page.locator("#id_title").fill("Gates")
    page.get_by_role("tab", name="About it").click()
    page.get_by_role("button", name="Choose course", exact=False).first.click()
    page.get_by_role("link", name="After 1953").click()
    page.wait_for_url("**/edit/*/")
    _says_saved(page)
    page.get_by_role("tab", name="Text").click()
    _type(page, "Who opens gates?")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert _draft(Lesson.objects.get()).inquiry == "Who opens gates?"


def test_two_windows_of_one_person_still_stand_in_each_others_way(page: Page) -> None:
    lesson = make_lesson(title="Walls")
    signed_in(page, editor())
    other = page.context.new_page()
    _open(other, f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/")
    _typed(page, lesson, "Typed in the first window")
    other.locator("#id_inquiry").fill("Typed in the second")
    expect(other.get_by_text("Autosave is paused").first).to_be_visible()
    said = other.locator(".footer__save-warning p")
    expect(said).to_contain_text("You saved this in another window")
    # All of it can be read: nothing stands outside the window or the bar.
    box, bar = said.bounding_box(), other.locator("footer.footer").bounding_box()
    assert box
    assert bar
    assert box["x"] + box["width"] <= 1280
    assert box["y"] + box["height"] <= bar["y"] + bar["height"] <= 900
    assert said.evaluate("e => e.scrollWidth <= e.clientWidth")
    other.get_by_role("button", name="Save draft").click()
    # Wagtail's own question comes first; going on leads to ours.
    other.locator("#w-save-confirmation-dialog").get_by_role("button", name="Save draft").click()
    notice = other.locator("#newer-revision")
    expect(notice).to_contain_text("what you saved there")
    expect(notice).not_to_contain_text("other person")
    assert _draft(lesson).inquiry == "Typed in the first window"
    other.get_by_label("I have seen the change; save mine over it").check()
    other.get_by_role("button", name="Save draft").click()
    expect(other.locator(".messages .success")).to_be_visible()
    assert _draft(lesson).inquiry == "Typed in the second"
