"""One lesson from its author's desk to a class that is told what was wrong: every step of curation, in a browser."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from lessons.models import Edition
from tests.assignments import work
from tests.browser.helpers import signed_in
from tests.browser.test_curator import _open, _type
from tests.cast import Cast, make_cast
from tests.lessons.desk import author, editor
from tests.lessons.factories import make_lesson, make_source

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NOTE = "The letter was written a year later than we said."


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def _press(page: Page, button: str) -> None:
    """One of the acts behind the arrow at the foot of an editing page."""
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name=button, exact=True).click()


def test_a_lesson_is_submitted_approved_rescheduled_and_a_correction_of_it_reaches_its_class(
    cast: Cast, people: Callable[..., Page]
) -> None:
    source = make_source(title="A letter", date="1955")
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    lesson = make_lesson(title="Walls", sections=[("Stones", [shown])])
    editing = f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/"
    writer, publisher, teacher, reader = people(), people(), people(), people()
    signed_in(writer, author())
    signed_in(publisher, editor())
    signed_in(teacher, cast.teacher)

    # The author writes and submits; readers have nothing yet.
    _open(writer, editing)
    _type(writer, "Who builds walls?")
    _press(writer, "Submit to Editorial review")
    expect(writer.get_by_text(re.compile("submitted for moderation"))).to_be_visible()
    writer.goto("/cms/review/")
    expect(writer.get_by_role("region", name="You submitted these").get_by_role("link", name="Walls")).to_be_visible()
    answer = reader.goto(f"/lessons/{lesson.slug}/")
    assert answer
    assert answer.status == 404

    # The editor finds it in review and approves it: that is edition 1, a click away.
    publisher.goto("/cms/review/")
    publisher.get_by_role("link", name="Walls", exact=True).click()
    _press(publisher, "Approve and Publish")
    expect(publisher.get_by_text("“Walls” was published: edition 1.")).to_be_visible()
    publisher.get_by_role("link", name="Read it").click()
    expect(publisher.get_by_text("Who builds walls?").first).to_be_visible()
    assignment = work.make_assignment(cast, Edition.objects.get())

    # A change is scheduled. Until its time the old words stand, then the new ones, by nobody's hand.
    soon = timezone.now() + datetime.timedelta(days=2)
    _open(publisher, editing)
    _type(publisher, "Who pays for walls?")
    publisher.get_by_role("button", name="Toggle status").click()
    publisher.get_by_role("button", name="Set schedule").click()
    going_live = publisher.get_by_label("Go live date/time")
    going_live.fill(soon.strftime("%Y-%m-%d %H:%M"))
    # A moment after its field has the focus the calendar opens, over the button; a click beside it closes it.
    calendar = publisher.locator(".xdsoft_datetimepicker").filter(visible=True)
    expect(calendar).to_be_visible()
    publisher.get_by_role("dialog").get_by_role("heading").first.click()
    expect(calendar).to_have_count(0)
    publisher.get_by_role("button", name="Save schedule").click()
    _press(publisher, "Schedule to publish")
    expect(publisher.get_by_text("“Walls” will be published on")).to_be_visible()
    publisher.goto("/cms/")
    expect(publisher.get_by_role("region", name="Scheduled").get_by_role("link", name="Walls")).to_be_visible()
    reader.goto(f"/lessons/{lesson.slug}/")
    expect(reader.get_by_text("Who builds walls?").first).to_be_visible()
    with time_machine.travel(soon + datetime.timedelta(minutes=1)):
        call_command("publish_scheduled", verbosity=0)
    reader.goto(f"/lessons/{lesson.slug}/")
    expect(reader.get_by_text("Who pays for walls?").first).to_be_visible()
    assert Edition.objects.current().get().number == 2

    # A source turns out to be wrong. It is put right, and that is announced beside both editions.
    publisher.goto(f"/cms/snippets/lessons/source/edit/{source.pk}/")
    publisher.get_by_label("date", exact=False).first.fill("1956")
    _press(publisher, "Publish")
    publisher.get_by_role("link", name="Announce a correction").first.click()
    publisher.get_by_label("To teachers and students, in plain words").fill(NOTE)
    publisher.get_by_role("button", name="Announce the correction").click()
    expect(publisher.get_by_text("The correction stands beside 2 editions now.")).to_be_visible()

    # The teacher, whose class works with edition 1, is told; the edition says what it said.
    teacher.goto("/today/")
    banner = teacher.get_by_role("region", name=re.compile("Source corrected: A letter"))
    expect(banner).to_contain_text(NOTE)
    expect(banner.get_by_role("link", name=assignment.title)).to_be_visible()
    assert assignment.edition.number == 1
    assert Edition.objects.get(number=1).read().data["lesson"]["inquiry"] == "Who builds walls?"
