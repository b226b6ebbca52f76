"""Every page under /cms/ that is ours, or that we set up, can be read and used by everybody: both themes, both widths.

What waits is in test_curator_desk.py; the flows through them are in test_curator.py and test_curation_whole.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from lessons import dublin_core
from lessons.cms import actions
from lessons.importing import drafts, sources
from lessons.importing.reading import read_text
from lessons.models import Event, GlossaryTerm, Person, Rubric
from tests.browser.helpers import fits, found_by_axe, signed_in
from tests.lessons.desk import editor
from tests.lessons.factories import make_image, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# What stands in an edition is not deleted; the page that says so is ours.
IN_USE = ("delete lesson", "delete source", "delete course")
SNIPPETS = ("lesson", "source", "course", "glossaryterm", "person", "event", "rubric")


def _pages(by: User) -> Iterator[tuple[str, str]]:
    """(what, address) of each page, over rows that fill it."""
    image = make_image()
    source = make_source(title="A letter", date="1955")
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    figure = ("figure", {"image": image, "alt": "A wall of stones", "decorative": False, "caption": "<p>A wall.</p>"})
    lesson = make_lesson(title="Walls", sections=[("Stones", [("paragraph", "<p>They pay.</p>"), figure, shown])])
    publish(lesson, by=by)
    first = lesson.latest_revision
    lesson.inquiry = "Who pays for walls?"
    lesson.save_revision(user=by)
    source.title = "A letter, put right"
    source.save_revision(user=by).publish(user=by)
    term = GlossaryTerm.objects.create(slug="thaw", term="Thaw", meaning="A season.")
    gone = GlossaryTerm.objects.create(slug="gone", term="Gone", meaning="Not needed.")
    rows = {
        "lesson": lesson,
        "source": source,
        "course": lesson.course,
        "glossaryterm": term,
        "person": Person.objects.create(slug="mason", name="Jan Mason", role="He lays stones."),
        "event": Event.objects.create(slug="wall", title="A wall", date="1956", text="It went up."),
        "rubric": Rubric.objects.create(
            slug="argument",
            title="Argument",
            criteria=[
                (
                    "criterion",
                    {
                        "name": "Claim",
                        "description": "",
                        "levels": [
                            {"name": "None", "points": "0", "description": ""},
                            {"name": "Clear", "points": "2", "description": ""},
                        ],
                    },
                )
            ],
        ),
    }
    actions.delete_rows([gone], by=by)
    for what in SNIPPETS:
        names, pk = f"wagtailsnippets_lessons_{what}", rows[what].pk
        rows[what].save_revision(user=by)
        yield f"list of {what}", reverse(f"{names}:list")
        yield f"new {what}", reverse(f"{names}:add")
        for act in ("edit", "history", "usage", "delete"):
            yield f"{act} {what}", reverse(f"{names}:{act}", args=[pk])
    names = "wagtailsnippets_lessons_lesson"
    yield "copy", reverse(f"{names}:copy", args=[lesson.pk])
    yield "compare", reverse(f"{names}:revisions_compare", args=[lesson.pk, first.pk, "latest"])
    yield "unpublish", reverse(f"{names}:unpublish", args=[lesson.pk])
    for name in ("lessons_image_library", "lessons_image_report", "lessons_import", "lessons_import_sources"):
        yield name, reverse(name)
    yield "image", reverse("wagtailimages:edit", args=[image.pk])
    yield "new image", reverse("wagtailimages:add")
    imported = drafts.import_article(read_text("Thaw\n\nIce breaks.", title="Thaw"), course="Ice", by=by)
    yield "imported", reverse("lessons_imported", args=[imported.pk])
    (entry,) = sources.import_records([dublin_core.Record([dublin_core.Statement("title", "A note")], [])], by=by)
    yield "imported sources", reverse("lessons_imported_sources", args=[entry.data["batch"]])
    for name in ("lessons_publish_again", "lessons_announce_correction"):
        yield name, reverse(name, args=[source.pk])
    for name in ("lessons_corrections", "lessons_deleted", "wagtailadmin_reports:site_history"):
        yield name, reverse(name)


# So many pages, most of them laid out by Wagtail, stand in each width and in each theme, and not in each of both.
@pytest.mark.parametrize("look", ["desktop-light", "phone-dark"], indirect=True)
def test_every_page_of_the_desk_can_be_used_by_everybody(look: Page) -> None:
    by = editor()
    signed_in(look, by)
    faults = []
    for what, address in list(_pages(by)):
        answer = look.goto(address)
        assert answer
        assert answer.status == (409 if what in IN_USE else 200), f"{what}: {answer.status}"
        assert look.url.endswith(address), f"{what}: led to {look.url}"
        faults += [f"{what}: {fault}" for fault in found_by_axe(look)]
        try:
            fits(look)
        except AssertionError as wide:
            faults.append(f"{what}: {wide}")
    assert not faults, "\n".join(faults)
