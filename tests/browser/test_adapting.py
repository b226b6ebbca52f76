"""A teacher adapts a lesson, at the desk and on the phone, and her student reads it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Submission
from lessons import adaptations
from lessons.models import Adaptation, Edition
from tests.browser.conftest import LOOKS
from tests.browser.helpers import axe, fits, in_every_look, signed_in
from tests.cast import Cast
from tests.lessons import factories

SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def edition(live_server: object, cast: Cast) -> Edition:
    first = factories.make_source(title="Resolution of 30 June on overcoming the cult of personality")
    second = factories.make_source(title="Рабочий пишет в газету", creator="")
    return factories.make_edition(
        title="Budapest in October: what the newspapers of four countries said in one week",
        sections=[
            ("Before the doors closed", [("paragraph", "<p>The wall went up in a night.</p>")]),
            (
                "What was said",
                [
                    ("source", {"source": first, "framing": "", "first": None, "last": None}),
                    ("question", factories.question("essay", prompt="What does source A keep back?", points="4")),
                    ("question", factories.choice("single")),
                ],
            ),
            ("Afterwards", [("source", {"source": second, "framing": "", "first": None, "last": None})]),
        ],
    )


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desk", "phone"])
def test_from_the_lesson_to_what_the_student_reads(
    size: tuple[int, int], people: Callable[..., Page], edition: Edition, cast: Cast
) -> None:
    width, height = size
    page = signed_in(people(viewport={"width": width, "height": height}), cast.teacher)
    page.goto(f"/lessons/{edition.lesson.slug}/")
    page.get_by_role("button", name="Adapt this lesson").click()
    expect(page.get_by_text("This is your own version of")).to_be_visible()
    page.get_by_label("Title").fill("October, shorter")
    page.get_by_role("button", name="Leave out Before the doors closed").click()
    expect(page.get_by_role("button", name="Bring back Before the doors closed")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("October, shorter")
    page.get_by_role("button", name="Move up: Who gained?").click()
    page.get_by_role("button", name="Add a question of your own Afterwards").click()
    page.get_by_label("Question", exact=True).fill("Who reads such a letter?")
    page.get_by_label("Points").fill("2")
    page.get_by_role("button", name="Save the question").click()
    expect(page.get_by_text("Question 3.")).to_be_visible()
    # By keyboard: the return key in a field saves, and moves nothing.
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("Saved. What is assigned already stays as it is.")).to_be_visible()
    page.get_by_role("button", name="Save and assign").click()
    expect(page.get_by_role("heading", name="Assign “October, shorter”")).to_be_visible()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("“October, shorter” is assigned to 2 students.")).to_be_visible()
    work = Submission.objects.get(student=cast.student)
    reader = signed_in(people(viewport={"width": width, "height": height}), cast.student)
    reader.goto(f"/work/{work.pk}/")
    expect(reader.get_by_text("Adapted by Teacher from")).to_be_visible()
    expect(reader.locator("#answer").get_by_text("Who reads such a letter?").first).to_be_attached()
    expect(reader.get_by_text("The wall went up in a night.")).to_have_count(0)


@pytest.mark.parametrize("name", list(LOOKS))
def test_every_page_in_four_looks(name: str, people: Callable[..., Page], edition: Edition, cast: Cast) -> None:
    width, height, scheme = LOOKS[name]
    page = signed_in(people(viewport={"width": width, "height": height}, color_scheme=scheme), cast.teacher)
    page.goto("/adaptations/")
    expect(page.get_by_role("heading", name="You have no version of your own yet")).to_be_visible()
    axe(page)
    shot(page, f"{name}-empty")
    row = adaptations.start(edition, by=cast.teacher)
    plan = row.plan
    plan["sources"][0]["kept"] = False
    plan["sections"][0]["kept"] = False
    adaptations.change(row, if_version=1, by=cast.teacher, plan=plan)
    away = adaptations.start(edition, by=cast.teacher)
    adaptations.cut(away, by=cast.teacher)
    adaptations.put_away(away, by=cast.teacher)
    lesson = edition.lesson
    lesson.title = "Budapest in October, revised"
    factories.publish(lesson)
    for place, address in {
        "list": "/adaptations/",
        "edit": f"/adaptations/{row.pk}/",
        "away": f"/adaptations/{away.pk}/",
        "question": f"/adaptations/{row.pk}/question/",
        "preview": f"/adaptations/{row.pk}/preview/",
        "reading": f"/adaptations/{away.pk}/editions/1/",
        "lesson": f"/lessons/{edition.lesson.slug}/",
    }.items():
        page.goto(address)
        axe(page)
        fits(page)
        shot(page, f"{name}-{place}")
    page.goto(f"/adaptations/{row.pk}/")
    page.get_by_role("button", name="Save and assign").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    shot(page, f"{name}-refused")
    page.goto(f"/adaptations/{row.pk}/question/")
    page.get_by_role("button", name="Save the question").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    fits(page)
    assert Adaptation.objects.count() == 2


def test_two_windows_show_both_texts(page: Page, edition: Edition, cast: Cast) -> None:
    row = adaptations.start(edition, by=cast.teacher)
    signed_in(page, cast.teacher).goto(f"/adaptations/{row.pk}/")
    adaptations.change(row, if_version=1, by=cast.teacher, title="Saved elsewhere")
    page.get_by_label("Title").fill("Typed here")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Two texts")).to_be_visible()
    in_every_look(page)
    expect(page.get_by_label("Title")).to_have_value("Typed here")
    expect(page.get_by_role("cell", name="Saved elsewhere")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Typed here")).to_be_visible()
