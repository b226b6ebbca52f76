"""One student gets more time: the teacher gives it, the student reads it, the board knows."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments.actions import DueSaid
from assignments.models import Extension
from tests.assignments import work
from tests.browser.helpers import in_both_themes, signed_in
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_student_who_was_ill_gets_more_time(cast: Cast, people: Callable[..., Page], width: int) -> None:
    today = timezone.now().date()
    yesterday = DueSaid(today - dt.timedelta(days=2), dt.time(12), "Europe/Warsaw")
    submission = work.submission_of(work.make_assignment(cast, due=yesterday), cast.student)
    work.hand_in(submission)
    teacher, student = people(), people()
    for page in (teacher, student):
        page.set_viewport_size({"width": width, "height": 900})
    signed_in(teacher, cast.teacher)
    signed_in(student, cast.student)

    teacher.goto(f"/submissions/{submission.pk}/grading/")
    expect(teacher.get_by_text("Late", exact=False).first).to_be_visible()
    teacher.get_by_role("link", name="Give more time").click()
    teacher.get_by_label("Until").fill((today + dt.timedelta(days=2)).isoformat())
    teacher.get_by_label("At").fill("18:00")
    teacher.get_by_role("button", name="Give more time").click()

    # Without a reason nothing is given, what was typed stays, and the way to what is missing is where the focus is.
    refusal = teacher.get_by_role("alert")
    expect(refusal).to_be_focused()
    expect(teacher.get_by_text("This field is required.", exact=True)).to_be_visible()
    refusal.get_by_role("link", name="Why").click()
    expect(teacher.get_by_label("Why")).to_be_focused()
    expect(teacher.get_by_label("At")).to_have_value("18:00")
    in_both_themes(teacher)
    assert not Extension.objects.exists()
    teacher.get_by_label("Why").fill("Ill for a week")
    teacher.get_by_role("button", name="Give more time").click()
    expect(teacher.get_by_text("Student has time until").first).to_be_visible()
    expect(teacher.get_by_text("On time")).to_be_visible()

    teacher.goto(f"/assignments/{submission.assignment_id}/board/")
    expect(teacher.get_by_text("More time, until", exact=False).first).to_be_visible()
    in_both_themes(teacher)

    student.goto(f"/work/{submission.pk}/")
    expect(student.get_by_text("More time, until", exact=False)).to_be_visible()
    expect(student.get_by_text("Ill for a week")).to_have_count(0)
    in_both_themes(student)

    teacher.goto(f"/submissions/{submission.pk}/extension/")
    expect(teacher.get_by_text("Ill for a week")).to_be_visible()
    in_both_themes(teacher)
    teacher.get_by_role("button", name="Take it back").click()
    expect(teacher.get_by_text("What came in time stays in time.").first).to_be_visible()
