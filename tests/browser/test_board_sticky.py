"""Heads and names of a large board stay in sight while it is scrolled, both ways."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page

from accounts.models import Membership
from assignments import actions
from destalin_site.common import clock
from tests.assignments import work
from tests.browser.helpers import signed_in
from tests.cast import Cast, person


@pytest.fixture
def wide(live_server: object, cast: Cast) -> None:
    """Thirty students against sixteen assignments: more than fits, both ways."""
    for n in range(30):
        student = person(f"pupil{n:02d}", display_name=f"Pupil {n:02d}")
        Membership.objects.create(classroom=cast.room, user=student, role="student")
    edition, past = work.make_edition(), clock.now() - dt.timedelta(days=2)
    for n in range(16):
        due = work.DueSaid(past.date(), dt.time(12), "Europe/Warsaw")
        work.make_assignment(cast, edition, title=f"Reading number {n}", due=due)
    actions.sync_student(cast.room, cast.student.pk, by=cast.teacher)


def stays_in_sight(page: Page, row: int, column: int) -> None:
    """The board scrolls both ways under its heads, its names and its totals, which stay where they are."""
    box = page.locator(".boardbox")
    at = """(box, [row, column]) => {
      const frame = box.getBoundingClientRect(), table = box.querySelector("table");
      const there = table.tBodies[0].rows[row];
      const of = (cell) => { const r = cell.getBoundingClientRect(); return [r.left - frame.left, r.top - frame.top]; };
      return {
        corner: of(table.tHead.rows[0].cells[0]), head: of(table.tHead.rows[0].cells[column])[1],
        name: of(there.cells[0])[0], cell: of(there.cells[column]),
        foot: table.tFoot.rows[0].cells[column].getBoundingClientRect().bottom - frame.bottom,
      };
    }"""
    box.evaluate("(box) => box.scrollIntoView({ behavior: 'instant' })")
    before = box.evaluate(at, [row, column])
    box.evaluate("(box) => box.scrollTo({ left: 400, top: 500, behavior: 'instant' })")
    after = box.evaluate(at, [row, column])
    # The board did scroll, by all that was asked for.
    assert [round(b - a) for b, a in zip(before["cell"], after["cell"], strict=True)] == [400, 500]
    close = pytest.approx
    assert after["corner"] == close(before["corner"], abs=1)
    assert after["head"] == close(before["head"], abs=1)
    assert after["name"] == close(before["name"], abs=1)
    assert after["foot"] == close(before["foot"], abs=2)
    # And it is they that are seen there, not what scrolls beneath them.
    seen = box.evaluate(
        """(box) => {
          const frame = box.getBoundingClientRect();
          const of = (x, y) => document.elementFromPoint(frame.left + x, frame.top + y)?.closest("th")?.scope ?? "";
          return [of(20, 20), of(frame.width / 2, 20), of(20, frame.height / 2)];
        }"""
    )
    assert seen == ["col", "col", "row"]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_head_and_the_names_stay_where_they_are(page: Page, cast: Cast, wide: None, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    stays_in_sight(page, 20, 8)
