"""Before marks come along a teacher sees which of them count, now and then, and which stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.assignments import work
from tests.assignments.edited import worth
from tests.assignments.test_regrade_marks import BEST, BETTER, SOUND, Room, twice
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.mark.parametrize("look", LOOKS)
def test_the_marks_that_count_are_told_before_anything_comes_along(
    live_server: object, people: Callable[..., Page], cast: Cast, look: str
) -> None:
    page = people()
    put_in(page, look)
    room = Room(cast, "best", BEST, SOUND)
    twice(work.submission_of(room.assignment, cast.classmate), cast, SOUND, BETTER)
    room.edit(worth("Sourcing", "strong", "2"))
    room.edit(worth("Sourcing", "sound", "2.5"))
    signed_in(page, cast.teacher).goto(reverse("assignment-regrade", args=[room.assignment.pk]))
    expect(page.get_by_role("row", name="Classmate")).to_contain_text("hand-in 2: 7 of 8")
    expect(page.get_by_role("region", name="Marks that count and stay as they are")).to_contain_text(
        "hand-in 1: 8 of 8, edition 1"
    )
    axe(page)
    fits(page)
