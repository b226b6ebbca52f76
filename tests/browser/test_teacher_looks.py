"""Every page of the teacher's in the four looks it must stand up to: nothing for axe to find, nothing too wide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from assignments import actions
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Submission
from destalin_site.common import clock
from tests.assignments import work
from tests.browser.conftest import LOOKS
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast, person
from tests.lessons import factories

NAMES = (
    "Anneliese von Hohenstein-Rautenberg-Wolfeschlegelsteinhausenbergerdorff",
    "Софія Мельниченко-Григоренко",
    "عبد الرحمن الخطيب",
    "Łukasz Żółć",
    "Bo",
)


@pytest.fixture
def room(live_server: object, cast: Cast) -> Assignment:
    """Work in every place where it can stand, by people with long names and other scripts."""
    source = factories.make_source(title="Resolution of 30 June", passages=("First.", "Second words.", "Third."))
    shown = {"source": source, "framing": "", "first": None, "last": None}
    edition = factories.make_edition(
        title="Budapest in October: what the newspapers of four countries said in one week",
        sections=[
            ("Before", [("paragraph", f"<p>{work.TEXT}</p>"), ("source", shown)]),
            (
                "After",
                [("question", factories.question("essay", points="4")), ("question", factories.choice("single"))],
            ),
        ],
    )
    students = [cast.student, cast.classmate]
    for n, name in enumerate(NAMES):
        student = person(f"long{n}", display_name=name)
        Membership.objects.create(classroom=cast.room, user=student, role="student")
        students.append(student)
    past = clock.now() - dt.timedelta(days=2)
    due = work.DueSaid(past.date(), dt.time(12), "Europe/Warsaw")
    for n in range(6):
        work.make_assignment(cast, edition, title=f"Reading {n}", due=due)
    made = work.make_assignment(cast, edition, title=edition.title, due=due, instructions="Read both.\nThen answer.")
    graded, late, shared, returned, waiting, draft, _missing = (work.submission_of(made, one) for one in students)
    quotes = [work.cited(edition.pk), work.cited(edition.pk, "went up", stance="context", note="Who says so?")]
    for one in (graded, shared, returned):
        work.hand_in(one, work.body_for(made, citations=quotes, single=[0]), received_at=past - dt.timedelta(days=1))
    work.hand_in(late, work.body_for(made, citations=quotes, single=[1]))
    for one in (graded, returned):
        work.mark(one, cast.teacher)
        actions.release(one, by=cast.teacher)
    actions.return_grade(returned, by=cast.teacher)
    actions.claim(shared, by=cast.co_teacher)
    actions.save_draft(draft, body=work.body_for(made), if_rev=0, by=draft.student)
    actions.update_assignment(made, if_version=1, by=cast.teacher, closes_at=past + dt.timedelta(hours=1))
    with pytest.raises(AssignmentClosed):
        work.hand_in(waiting, work.body_for(made, "Offline words."))
    return made


def addresses(cast: Cast, made: Assignment) -> Iterator[str]:
    yield "/today/"
    yield f"/classes/{cast.room.pk}/"
    yield f"/classes/{cast.room.pk}/?show=late"
    yield f"/classes/{cast.room.pk}/assign/"
    yield f"/classes/{cast.room.pk}/assign/?lesson={made.edition.lesson.slug}"
    yield f"/assignments/{made.pk}/board/"
    yield f"/assignments/{made.pk}/edit/"
    yield f"/assignments/{made.pk}/return/"
    yield f"/assignments/{made.pk}/return/last/"
    for submission in Submission.objects.filter(assignment=made):
        yield f"/submissions/{submission.pk}/grading/"


@pytest.mark.parametrize("name", list(LOOKS))
def test_every_page_of_a_full_room(name: str, people: Callable[..., Page], room: Assignment, cast: Cast) -> None:
    width, height, scheme = LOOKS[name]
    page = people(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600)
    signed_in(page, cast.teacher)
    for address in addresses(cast, room):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        fits(page)


@pytest.mark.parametrize("name", ["desktop-light", "phone-dark"])
def test_every_page_of_an_empty_room(name: str, people: Callable[..., Page], live_server: object, cast: Cast) -> None:
    width, height, scheme = LOOKS[name]
    page = people(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600)
    signed_in(page, cast.teacher)
    made = work.make_assignment(cast)
    cast.room.memberships.filter(role="student").delete()
    actions.sync_assignment(made, by=cast.teacher)
    for address in (
        "/today/",
        f"/classes/{cast.room.pk}/",
        f"/assignments/{made.pk}/board/",
        f"/assignments/{made.pk}/return/",
        f"/classes/{cast.room.pk}/assign/?q=nothing+has+this",
    ):
        page.goto(address)
        axe(page)
        fits(page)


def test_refusals_take_the_focus_and_pass_too(page: Page, room: Assignment, cast: Cast) -> None:
    signed_in(page, cast.teacher)
    page.goto(f"/classes/{cast.room.pk}/assign/?lesson={room.edition.lesson.slug}")
    page.get_by_label("Title").fill("")
    page.get_by_label("Opens at").fill("08:00")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_role("alert").get_by_role("link", name="Opens on").click()
    expect(page.get_by_label("Opens on")).to_be_focused()

    submission = next(row for row in Submission.objects.filter(assignment=room, state="submitted", grade_ready=False))
    page.goto(f"/submissions/{submission.pk}/grading/")
    page.get_by_label("Points for question 1").fill("99")
    expect(page.get_by_text("Question 1 has 4 points.").first).to_be_visible()
    axe(page)
    fits(page)


def test_the_desk_fits_a_very_narrow_window(people: Callable[..., Page], room: Assignment, cast: Cast) -> None:
    # 1280 px at 400 % zoom.
    page = signed_in(people(viewport={"width": 320, "height": 640}), cast.teacher)
    for address in addresses(cast, room):
        page.goto(address)
        fits(page)
