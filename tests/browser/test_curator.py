"""An author imports an article and submits it; an editor publishes it; everybody reads it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Edition, Lesson
from tests.browser.helpers import axe, signed_in
from tests.lessons.desk import author, editor

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
    expect(publisher.get_by_text(re.compile("updated|published|approved", re.I)).first).to_be_visible()
    edition = Edition.objects.get()
    assert edition.title == "Ice and after"

    # The reader needs no name.
    reader.goto(f"/lessons/{edition.lesson.slug}/")
    expect(reader.get_by_role("heading", name="Ice and after", level=1)).to_be_visible()
    expect(reader.get_by_role("heading", name="How the Thaw is remembered")).to_be_visible()
    expect(reader.get_by_text("Vladimir Pomerantsev asked in the journal")).to_be_visible()
