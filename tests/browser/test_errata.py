"""A curator puts a source right, one lesson is published again, and every class on the earlier edition is told."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import ErratumAck
from lessons import actions as curation
from lessons.models import Edition, Erratum
from tests.assignments import corrected, work
from tests.assignments.corrected import NOTE
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast, make_cast
from tests.lessons.desk import editor

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_a_source_is_put_right_and_the_class_is_told(cast: Cast, people: Callable[..., Page]) -> None:
    source = corrected.make_source()
    edition, other = corrected.make_edition(source), corrected.make_edition(source)
    assignment = work.make_assignment(cast, edition)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, corrected.citing(assignment))
    desk, teacher, student = people(), people(), people()
    signed_in(desk, editor("an_editor"))
    signed_in(teacher, cast.teacher)
    signed_in(student, cast.student)

    # The curator changes the date and publishes; the page leads on.
    desk.goto(f"/cms/snippets/lessons/source/edit/{source.pk}/")
    desk.get_by_label("date", exact=False).first.fill("1956")
    desk.get_by_role("button", name="More actions").last.click()
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.get_by_text("2 published lessons still show or quote this source as it was.")).to_be_visible()
    desk.get_by_role("link", name="Publish them again").click()

    # She sees which words go and come, and publishes one lesson.
    expect(desk.locator("del", has_text="1955").first).to_be_visible()
    expect(desk.locator("ins", has_text="1956").first).to_be_visible()
    desk.get_by_role("button", name=f"Publish “{other.title}” again").click()
    expect(desk.get_by_text(f"“{other.title}” was published again: edition 2.")).to_be_visible()
    assert Edition.objects.current().get(lesson=edition.lesson).number == 1

    # She announces what was wrong.
    desk.get_by_role("link", name="Announce a correction").first.click()
    expect(desk.get_by_text("In use: 1 assignment, 1 class.")).to_be_visible()
    expect(desk.get_by_label("date")).to_be_checked()
    desk.get_by_label("serious correction").check()
    desk.get_by_label("To teachers and students, in plain words").fill(NOTE)
    desk.get_by_role("button", name="Announce the correction").click()
    expect(desk.get_by_text("The correction stands beside 2 editions now.")).to_be_visible()
    assert Erratum.objects.get().note == NOTE

    # The student is told beside the source and beside her citation, with the answer as it was.
    student.goto(f"/work/{submission.pk}/")
    expect(student.get_by_text(NOTE).first).to_be_visible()
    cited = student.locator("[data-citation]", has_text=corrected.LETTER)
    expect(cited.get_by_text("source corrected")).to_be_visible()
    own = student.locator("[data-citation]", has_text="nobody was asked")
    expect(own.get_by_text("source corrected")).to_be_hidden()

    # The teacher is told, looks at the work that cites it, and says that she has read it.
    teacher.goto("/today/")
    banner = teacher.get_by_role("region", name=re.compile("Source corrected: A wall"))
    expect(banner).to_contain_text("1 piece of work cites it.")
    banner.get_by_text("1 piece of work cites it.").click()
    banner.get_by_role("link", name="Student").click()
    expect(teacher.get_by_text("source corrected").first).to_be_visible()
    teacher.goto("/today/")
    teacher.get_by_role("button", name="I have read this").click()
    expect(teacher.get_by_text("Noted. Answers and marks stay as they are.")).to_be_visible()
    expect(banner).to_be_hidden()
    assert ErratumAck.objects.get().by == cast.teacher


@pytest.mark.parametrize("name", ["today", "board", "grading", "desk", "lesson", "source", "announce", "again", "list"])
def test_every_page_that_says_it_can_be_read_by_everybody(name: str, cast: Cast, look: Page) -> None:
    told = corrected.make(cast)
    told.source.date = "1957"
    told.source.save_revision().publish()
    curation.publish_lesson(corrected.make_edition(told.source).lesson, by=editor("an_editor"))
    who, path = {
        "today": (cast.teacher, "/today/"),
        "board": (cast.teacher, f"/assignments/{told.assignment.pk}/board/"),
        "grading": (cast.teacher, f"/submissions/{told.cites.pk}/grading/"),
        "desk": (cast.student, f"/work/{told.cites.pk}/"),
        "lesson": (cast.student, f"/lessons/{told.edition.lesson.slug}/"),
        "source": (
            cast.student,
            f"/lessons/{told.edition.lesson.slug}/editions/1/sources/{told.source.slug}/",
        ),
        "announce": (editor("an_editor"), f"/cms/sources/{told.source.pk}/correction/"),
        "again": (editor("an_editor"), f"/cms/sources/{told.source.pk}/publish-again/"),
        "list": (editor("an_editor"), "/cms/corrections/"),
    }[name]
    signed_in(look, who)
    look.goto(path)
    # Read by everybody: the words are there, whatever the colours are.
    expect(look.locator("del", has_text="1955").first).to_be_attached()
    fits(look)
    axe(look)
