"""Work that is finished where there is no connection: at the desk, on the next day, and with the teacher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.actions import DueSaid
from assignments.device_clock import Said
from assignments.models import Assignment, Attempt, Submission
from tests.assignments import work
from tests.browser import desks
from tests.browser.helpers import axe, fits, signed_in
from tests.browser.test_desk import ESSAY, opened, saved
from tests.cast import Cast

FLAG = "Finished offline, arrived"
UNSURE = "by the clock of the device alone"


def due_in(minutes: int) -> DueSaid:
    at = timezone.now() + dt.timedelta(minutes=minutes)
    return DueSaid(at.date(), at.time().replace(second=0, microsecond=0), "UTC")


def finish_and_close(page: Page, submission: Submission, *, begun: bool) -> None:
    """She opens the desk with a connection, may begin there, finishes without one, and closes the page."""
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        desk = opened(page, submission)
    if begun:
        desk.locator(ESSAY).first.fill("Begun at school.")
        saved(desk)
    desk.context.set_offline(True)
    desk.locator(ESSAY).first.fill("Finished on the train.")
    desk.locator("[data-hand-in]").click()
    desk.locator("#hand-in [data-confirm]").click()
    expect(desk.locator("[data-trouble-words]")).to_contain_text("is handed in, once, as soon as you are back")
    desk.close()


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due in twenty minutes. What was finished offline may come for a day."""
    return desks.give(cast, due=due_in(20), offline_grace_h=24)


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    return desks.desk_of(assignment, cast)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_she_finished_offline_before_it_was_due_and_sends_the_next_day_is_in_time_and_flagged(
    people: Callable[..., Page], cast: Cast, submission: Submission, width: int
) -> None:
    student, teacher = (people(viewport={"width": width, "height": 844}) for _ in range(2))
    finish_and_close(signed_in(student, cast.student), submission, begun=True)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=53)):
        back = student.context.new_page()
        student.context.set_offline(False)
        back.goto(f"/work/{submission.pk}/")
        back.wait_for_url("**/receipts/1/")
        expect(back.get_by_text(FLAG)).to_be_visible()
        expect(back.get_by_text("in time (due")).to_be_visible()
        axe(back)
        fits(back)
        signed_in(teacher, cast.teacher).goto(f"/submissions/{submission.pk}/grading/")
        expect(teacher.get_by_text("On time")).to_be_visible()
        expect(teacher.locator(".text").get_by_text(FLAG)).to_be_visible()
        expect(teacher.locator(".text").get_by_text("The device is believed")).to_be_visible()
        expect(teacher.get_by_role("link", name="Count the time of the device")).to_have_count(0)
        axe(teacher)
        fits(teacher)
    attempt = Attempt.objects.get()
    assert (attempt.clock_trust, attempt.clock_doubt) == ("medium", "")
    assert attempt.body["answers"][0]["blocks"][0]["text"] == "Finished on the train."
    assert work.reread(submission).late_seconds == 0


def test_past_the_hours_it_is_late_and_the_teacher_may_still_count_the_time_of_the_device(
    people: Callable[..., Page], cast: Cast, submission: Submission
) -> None:
    student, teacher = people(), people()
    finish_and_close(signed_in(student, cast.student), submission, begun=False)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        back = student.context.new_page()
        student.context.set_offline(False)
        back.goto(f"/work/{submission.pk}/")
        back.wait_for_url("**/receipts/1/")
        signed_in(teacher, cast.teacher).goto(f"/submissions/{submission.pk}/grading/")
        expect(teacher.locator(".text").get_by_text("Late 1 d")).to_be_visible()
        expect(teacher.locator(".text").get_by_text("it came more than 1 day late")).to_be_visible()
        teacher.get_by_role("link", name="Count the time of the device").click()
        expect(teacher.get_by_text("By the time of the device")).to_be_visible()


def test_a_teacher_counts_the_time_of_a_device_that_nobody_can_check_and_takes_it_back(look: Page, cast: Cast) -> None:
    given = desks.give(cast, due=due_in(-60))
    row = desks.desk_of(given, cast)
    now = timezone.now()
    said = Said(at=now - dt.timedelta(hours=2), time_token="", mono_s=0, boot="page-load-1")
    work.hand_in(row, desks.body(given), received_at=now, captured=said)
    page = signed_in(look, cast.teacher)
    page.goto(f"/assignments/{given.pk}/board/")
    expect(page.get_by_text(UNSURE)).to_be_visible()
    axe(page)
    page.goto(f"/submissions/{row.pk}/grading/")
    expect(page.locator(".text").get_by_text(UNSURE)).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Count the time of the device").click()
    expect(page.get_by_label("Why")).to_be_visible()
    axe(page)
    fits(page)

    # Without a reason nothing is decided.
    page.get_by_role("button", name="Count the time of the device").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("This field is required.")
    expect(page.get_by_text("This field is required.", exact=True)).to_be_visible()
    axe(page)
    page.get_by_label("Why").fill("The bus had no net; her friends say so too.")
    page.get_by_role("button", name="Count the time of the device").click()
    expect(page.get_by_text("The time of the device counts.")).to_be_visible()
    expect(page.locator(".text").get_by_text("A teacher decided that this counts.")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Count the time of arrival again").click()
    expect(page.get_by_role("button", name="Count the time of arrival again")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Count the time of arrival again").click()
    expect(page.get_by_text("The time of arrival counts again.")).to_be_visible()
    assert work.reread(row).late_seconds


def test_the_form_of_an_assignment_explains_the_hours(look: Page, cast: Cast, assignment: Assignment) -> None:
    page = signed_in(look, cast.teacher)
    page.goto(f"/assignments/{assignment.pk}/edit/")
    hours = page.get_by_label("Hours for work that was finished without a connection")
    expect(hours).to_have_value("24")
    axe(page)
    fits(page)
    hours.fill("48")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("when it arrives up to 2 days later")).to_be_visible()
    assert Assignment.objects.get().offline_grace_h == 48


def test_the_report_that_both_read_says_when_it_was_finished(look: Page, cast: Cast) -> None:
    given = desks.give(cast, due=due_in(-60))
    row = desks.desk_of(given, cast)
    now = timezone.now()
    said = Said(at=now - dt.timedelta(hours=2), time_token="", mono_s=0, boot="page-load-1")
    actions.submit(
        row,
        body=desks.body(given),
        client_attempt_id=work.a_uuid(1),
        edition=given.edition_id,
        by=cast.student,
        received_at=now,
        captured=said,
    )
    page = signed_in(look, cast.student)
    page.goto(f"/classes/{cast.room.pk}/about-me/")
    expect(page.get_by_text("as the device says")).to_be_visible()
    axe(page)
    fits(page)
