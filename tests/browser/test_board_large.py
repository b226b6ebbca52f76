"""The board of three hundred students, with more assignments than a page has: it is scrolled, walked, filtered and
summed up, wide and narrow."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, User
from assignments import boards
from assignments.models import Assignment, Submission
from bench.data import Shares, fill_as_rows
from destalin_site.common import clock
from tests.assignments import work
from tests.browser.helpers import axe, fits, signed_in
from tests.browser.test_board_sticky import stays_in_sight
from tests.cast import Cast

STUDENTS, ASSIGNMENTS = 300, boards.PAGE + 4
SLOW = 60_000  # for a page of six thousand marks, on a machine that does other things besides
NAMES = ("Ada Nowak", "Bohdan Shevchenko", "Maria Magdalena von Hohenstein-Wittgenstein", "Li", "Zofia Żółć")


@pytest.fixture
def large(live_server: object, cast: Cast) -> list[Assignment]:
    """All of it is due, a third is handed in, some of that marked and returned; the newest first, as on the board."""
    edition, yesterday = work.make_edition(), clock.now() - dt.timedelta(days=1)
    due = work.DueSaid(yesterday.date(), dt.time(12), "Europe/Warsaw")
    Membership.objects.filter(classroom=cast.room, role="student").delete()
    given = [
        work.make_assignment(cast, edition, title=f"Reading {n}: what the minutes say", due=due)
        for n in range(ASSIGNMENTS)
    ]
    everybody = User.objects.bulk_create(
        User(username=f"pupil{n}", display_name=f"{NAMES[n % len(NAMES)]} {n:03d}", password="!")
        for n in range(STUDENTS)
    )
    Membership.objects.bulk_create(Membership(classroom=cast.room, user=one, role="student") for one in everybody)
    stands = {"edition": edition, "created_at": clock.now(), "changed_at": clock.now()}
    Submission.objects.bulk_create(
        Submission(assignment=one, student=student, due_at=one.due_at, late_from=one.due_at, **stands)
        for one in given
        for student in everybody
    )
    fill_as_rows(given, edition, cast.teacher, Shares())
    return given[::-1]


def totals(page: Page) -> list[str]:
    return page.locator("table.board tfoot :is(td, th)").all_inner_texts()


def focused(page: Page) -> list[object]:
    """The row and the column of the mark that has the focus, and whether it is in sight."""
    found: list[object] = page.evaluate(
        """() => {
          const mark = document.activeElement, cell = mark.closest("td"), at = mark.getBoundingClientRect();
          const seen = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
          return [cell.parentElement.sectionRowIndex, cell.cellIndex, mark.contains(seen)];
        }"""
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_a_board_of_three_hundred_students(page: Page, cast: Cast, large: list[Assignment], width: int) -> None:
    here = Submission.objects.filter(assignment__in=large[: boards.PAGE])
    handed_in = Submission.objects.filter(handed_in_at__isnull=False)
    to_grade = here.filter(state="submitted", grade_ready=False)
    everything = f"{handed_in.count()} of {STUDENTS * ASSIGNMENTS}"
    page.set_default_timeout(SLOW)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(reduced_motion="reduce")

    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/")
    fits(page)
    expect(page.locator("table.board tbody tr")).to_have_count(STUDENTS)
    stays_in_sight(page, 20, 8)
    share = "(box) => box.querySelector('tfoot').offsetHeight / box.offsetHeight"
    assert page.locator(".boardbox").evaluate(share) < 0.2

    # Totals are those of every student, and the last of every page.
    shown = totals(page)
    assert shown[0] == f"{STUDENTS} students"
    assert shown[1].startswith(f"{handed_in.filter(assignment=large[0]).count()} handed in\n")
    assert shown[-2] == everything

    # Arrow keys, over what is in sight and beyond.
    page.locator("table.board tbody td a").first.focus()
    for keys, at in [
        ("ArrowDown " * 15, [15, 1]),
        ("ArrowRight " * 12, [15, 13]),
        ("Control+End", [STUDENTS - 1, boards.PAGE]),
        ("ArrowUp " * 12, [STUDENTS - 13, boards.PAGE]),
        ("Home", [STUDENTS - 13, 1]),
        ("Control+Home", [0, 1]),
    ]:
        for key in keys.split():
            page.keyboard.press(key)
        assert focused(page) == [*at, True]

    # A name leaves few rows, and the totals as they are.
    page.get_by_label("Find a student").fill("li 00")
    expect(page.locator("table.board tbody tr:visible")).to_have_count(2)
    assert totals(page) == shown
    axe(page)

    # A state leaves those who have such work on this page.
    page.locator(".chip", has_text="To grade").click()
    expect(page.locator("table.board tbody tr:visible")).to_have_count(
        to_grade.values("student").distinct().count(), timeout=SLOW
    )
    expect(page.locator("table.board tbody td a:not(.dimmed):visible")).to_have_count(to_grade.count())
    assert totals(page) == shown
    page.locator(".chip", has_text="Everything").click()
    page.get_by_role("link", name="Older assignments").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible(timeout=SLOW)
    fits(page)
    assert totals(page)[-2] == everything
