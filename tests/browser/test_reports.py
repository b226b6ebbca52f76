"""The pages of reports in the four looks, with a full term and with none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.assignments import term as terms
from tests.assignments.term import Term
from tests.assignments.test_boards import joins
from tests.browser.conftest import LOOKS
from tests.browser.helpers import axe, fits, in_every_look, signed_in
from tests.browser.test_teacher_looks import NAMES
from tests.cast import Cast


@pytest.fixture
def term(live_server: object, cast: Cast) -> Term:
    others = [joins(cast, f"long{n}", name) for n, name in enumerate(NAMES)]
    return terms.make(cast, *others, *(joins(cast, f"s{n}", f"Student {n}") for n in range(16)))


def addresses(cast: Cast, term: Term) -> Iterator[str]:
    yield f"/assignments/{term.first.pk}/report/"
    yield f"/assignments/{term.missing.pk}/report/"
    yield f"/classes/{cast.room.pk}/students/{cast.student.pk}/"
    yield f"/classes/{cast.room.pk}/skills/"


def of_students(cast: Cast) -> Iterator[str]:
    yield "/today/"
    yield f"/classes/{cast.room.pk}/about-me/"


@pytest.mark.parametrize("name", list(LOOKS))
def test_every_report(name: str, people: Callable[..., Page], term: Term, cast: Cast) -> None:
    width, height, scheme = LOOKS[name]
    page = people(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600)
    signed_in(page, cast.teacher)
    for address in addresses(cast, term):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        fits(page)
    signed_in(page, cast.student)
    for address in of_students(cast):
        page.goto(address)
        axe(page)
        fits(page)


def test_a_teacher_reads_how_an_assignment_went(page: Page, term: Term, cast: Cast) -> None:
    signed_in(page, cast.teacher).goto(f"/assignments/{term.first.pk}/board/")
    page.get_by_role("link", name="Report: scores and questions").click()
    expect(page.get_by_role("heading", name="Report: The letter", level=1)).to_be_visible()
    expect(page.get_by_text("23 returned scores, from", exact=False)).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row", name="from 90 to 100 % 0")).to_be_visible()
    expect(page.get_by_role("row", name="The city right 8 35 %")).to_be_visible()


def test_a_student_reads_what_her_teacher_sees(page: Page, term: Term, cast: Cast) -> None:
    signed_in(page, cast.student).goto("/today/")
    page.get_by_role("link", name=cast.room.name).click()
    expect(page.get_by_role("heading", name="What my teacher sees about me", level=1)).to_be_visible()
    mine = page.locator("table.term").inner_text()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row", name="The letter 17 % (1 of 6)")).to_be_visible()
    expect(page.get_by_role("row", name="When you first opened the feedback")).to_be_visible()

    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    page.get_by_role("link", name="Student", exact=True).click()
    expect(page.get_by_role("heading", name="Student", level=1)).to_be_visible()
    assert page.locator("table.term").inner_text() == mine


def test_a_class_without_returned_work_is_told_what_will_stand_there(
    page: Page, live_server: object, cast: Cast
) -> None:
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/skills/")
    expect(page.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    in_every_look(page)
