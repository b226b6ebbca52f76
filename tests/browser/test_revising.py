"""Work goes back to the student: she takes it back, a teacher asks for a revision, some have other dates."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from assignments import actions
from assignments.actions import DueSaid
from assignments.models import DateOverride, Revision, Submission
from tests.assignments import work
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, in_every_look, signed_in
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def handed_in(cast: Cast) -> Submission:
    ahead = timezone.now().date() + dt.timedelta(days=3)
    submission = work.submission_of(
        work.make_assignment(cast, due=DueSaid(ahead, dt.time(12), "Europe/Warsaw")), cast.student
    )
    work.hand_in(submission)
    return submission


@pytest.mark.parametrize("name", LOOKS)
def test_work_is_taken_back_handed_in_again_given_back_and_kept(
    cast: Cast, people: Callable[..., Page], handed_in: Submission, name: str
) -> None:
    teacher, student = people(), people()
    for page in (teacher, student):
        put_in(page, name)
    signed_in(teacher, cast.teacher)
    signed_in(student, cast.student)

    student.goto(f"/work/{handed_in.pk}/#answer")
    student.get_by_text("Take it back", exact=True).click()
    expect(student.get_by_text("5 more times", exact=False)).to_be_visible()
    axe(student)
    fits(student)
    student.get_by_role("button", name="Take back what I handed in").click()
    expect(student.get_by_text("nothing counts as handed in", exact=False).first).to_be_visible()
    axe(student)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "Better."))

    teacher.goto(f"/submissions/{handed_in.pk}/grading/")
    teacher.locator("#more summary").click()
    teacher.get_by_role("link", name="Give back to revise").click()
    teacher.get_by_role("button", name="Give it back").click()
    expect(teacher.get_by_role("alert")).to_be_focused()
    expect(teacher.get_by_role("alert")).to_contain_text("Say what to revise, or mark the work first.")
    expect(teacher.get_by_text("Say what to revise, or mark the work first.", exact=True)).to_be_visible()
    axe(teacher)
    fits(teacher)
    assert not Revision.objects.exists()
    teacher.get_by_label("What to revise").fill("Say who decided.")
    teacher.get_by_role("button", name="Give it back").click()
    expect(teacher.get_by_text("Given back: Student has until", exact=False).first).to_be_visible()

    student.reload()
    expect(student.get_by_text("Say who decided.")).to_be_visible()
    axe(student)
    fits(student)
    student.get_by_text("Keep it as it is", exact=True).click()
    student.get_by_role("button", name="Keep my grade").click()
    expect(student.get_by_text("The revision has ended.", exact=False).first).to_be_visible()

    teacher.goto(f"/submissions/{handed_in.pk}/revision/")
    expect(teacher.get_by_text("the grade was kept")).to_be_visible()
    axe(teacher)
    fits(teacher)


@pytest.mark.parametrize("name", LOOKS)
def test_some_students_get_other_dates(cast: Cast, page: Page, handed_in: Submission, name: str) -> None:
    put_in(page, name)
    signed_in(page, cast.teacher)
    page.goto(f"/assignments/{handed_in.assignment_id}/board/")
    page.get_by_role("link", name="Other dates").click()
    page.get_by_role("button", name="Give these dates").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one student.")
    expect(page.get_by_text("Choose at least one student.", exact=True)).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_label("Student", exact=True).check()
    page.get_by_label("Days later").fill("2")
    page.get_by_label("Why").fill("Exchange week")
    page.get_by_role("button", name="Give these dates").click()
    expect(page.get_by_text("1 student has other dates now.").first).to_be_visible()
    expect(page.get_by_text("2 days later", exact=False)).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_label("The whole class, and whoever joins later").check()
    page.get_by_label("Days later").fill("1")
    page.get_by_label("Why").fill("A strike")
    page.get_by_role("button", name="Give these dates").click()
    expect(page.get_by_text("The whole class has other dates now", exact=False).first).to_be_visible()
    axe(page)
    fits(page)
    for _row in range(2):
        page.get_by_role("button", name="Take it back").first.click()
        expect(page.get_by_text("Taken back.", exact=False).first).to_be_visible()
    assert not DateOverride.objects.standing().exists()


@pytest.mark.parametrize("name", LOOKS)
def test_more_time_is_taken_back_for_what_was_handed_in_too(
    cast: Cast, page: Page, handed_in: Submission, name: str
) -> None:
    """The teacher lives by other clocks than the class."""
    put_in(page, name)
    User.objects.filter(pk=cast.teacher.pk).update(zone="America/New_York")
    yesterday = timezone.now().date() - dt.timedelta(days=1)
    assignment = handed_in.assignment
    actions.update_assignment(
        assignment, if_version=1, due=DueSaid(yesterday, dt.time(12), "Europe/Warsaw"), by=cast.teacher
    )
    work.hand_in(work.reread(handed_in))
    ahead = timezone.now().date() + dt.timedelta(days=2)
    actions.extend(handed_in, due=DueSaid(ahead, dt.time(12), "Europe/Warsaw"), reason="Ill", by=cast.teacher)
    signed_in(page, cast.teacher)
    page.goto(f"/submissions/{handed_in.pk}/extension/")
    expect(page.get_by_text("(New York time).", exact=False)).to_be_visible()
    expect(page.get_by_text("Hand-in 2 becomes", exact=False)).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_label("Also for what was handed in meanwhile").check()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("after the due time", exact=False).first).to_be_visible()
    assert work.reread(handed_in).late_seconds


def test_improving_is_offered_on_the_desk_after_the_return(cast: Cast, page: Page, handed_in: Submission) -> None:
    given = handed_in.assignment
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, resubmission=True)
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    signed_in(page, cast.student)
    page.goto(f"/work/{handed_in.pk}/#answer")
    expect(page.get_by_text("you may hand in an improved version", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Hand in answer")).to_be_visible()
    in_every_look(page)
