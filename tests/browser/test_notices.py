"""What is new is told in the head of every page, is read and put away, and is chosen by mail."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.actions import DueSaid
from assignments.models import Excuse, Notice, Submission
from tests.assignments import work
from tests.assignments.told import read_all, unread, with_mail
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, in_both_themes, signed_in
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("name", LOOKS)
def test_a_student_reads_what_is_new_and_puts_it_away(cast: Cast, page: Page, name: str) -> None:
    put_in(page, name)
    signed_in(page, cast.student)
    page.goto("/notices/")
    expect(page.get_by_role("heading", name="Nothing has happened yet")).to_be_visible()
    axe(page)
    fits(page)

    edition = work.make_edition()
    walls = work.submission_of(work.make_assignment(cast, edition), cast.student)
    read_all(cast.student)
    ahead = DueSaid(timezone.now().date() + dt.timedelta(days=9), dt.time(18), "Europe/Warsaw")
    actions.request_revision(_handed_in(walls.pk), due=ahead, words="Say by whom.", by=cast.teacher)
    gates = work.submission_of(work.make_assignment(cast, edition, title="Gates"), cast.student)
    actions.excuse(gates, category=Excuse.ILLNESS, reason="A note from home", by=cast.teacher)

    page.goto("/today/")
    page.get_by_role("link", name="Notices: 3 are new.").click()
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="You are excused from “Gates”.")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name=re.compile("Mark as read.*excused")).click()
    expect(page.get_by_role("link", name="Notices: 2 are new.")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("2 notices marked as read.")).to_be_visible()
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()
    assert unread(cast.student) == []
    page.get_by_role("link", name="to be revised until", exact=False).click()
    expect(page).to_have_url(f"{page.url.partition('/work/')[0]}/work/{walls.pk}/")


def _handed_in(pk: object) -> Submission:
    submission = work.reread(Submission(pk=pk))
    work.hand_in(submission)
    return submission


@pytest.mark.parametrize("name", LOOKS)
def test_the_mails_are_chosen_and_ended_by_the_link_in_one(cast: Cast, page: Page, name: str) -> None:
    put_in(page, name)
    signed_in(page, cast.student)
    page.goto("/settings/notices/")
    expect(page.get_by_text("there is no confirmed address of yours", exact=False)).to_be_visible()
    axe(page)
    fits(page)
    with_mail(cast.student)
    actions.choose_notices(mail="never", by=cast.student)
    page.reload()
    page.get_by_label("once a day").check()
    page.get_by_label("Not before").select_option("0")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    work.make_assignment(cast)
    call_command("send_digests")
    (message,) = mail.outbox
    address = message.extra_headers["List-Unsubscribe"].strip("<>").partition("/notices/mail/")[2]
    home = page.url.partition("/settings/")[0]
    page.context.clear_cookies()
    page.goto(f"{home}/notices/mail/{address}")
    axe(page)
    fits(page)
    page.get_by_role("button", name="No more mails").click()
    expect(page.get_by_role("heading", name="No more mails will come")).to_be_visible()
    axe(page)
    assert Notice.objects.filter(person=cast.student, read_at=None).exists()


def test_the_head_of_a_narrow_page_holds_a_long_name_and_many_notices(cast: Cast, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    cast.teacher.display_name = "Wilhelmina Oyelaran-Krzyżanowska"
    cast.teacher.save(update_fields=["display_name"])
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    work.set_aside(submission)
    one = Notice.objects.get(person=cast.teacher)
    Notice.objects.bulk_create(
        Notice(person=one.person, kind=one.kind, submission=submission, happening=f"e{n}", at=one.at)
        for n in range(100, 200)
    )
    signed_in(page, cast.teacher)
    page.goto("/today/")
    expect(page.get_by_role("link", name="Notices: More than 99 are new.")).to_be_visible()
    in_both_themes(page)
    page.get_by_role("link", name="Notices: More than 99 are new.").click()
    expect(page.get_by_text("Page 1 of 4")).to_be_visible()
    in_both_themes(page)
