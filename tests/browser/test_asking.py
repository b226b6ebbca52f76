"""A student asks for more time, the teacher answers from her day, and the student reads it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments.actions import DueSaid
from assignments.models import ExtensionRequest
from tests.assignments import work
from tests.browser.helpers import in_both_themes, signed_in
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_student_asks_and_is_answered(cast: Cast, people: Callable[..., Page], width: int) -> None:
    today = timezone.now().date()
    tomorrow = DueSaid(today + dt.timedelta(days=1), dt.time(12), "Europe/Warsaw")
    submission = work.submission_of(work.make_assignment(cast, due=tomorrow), cast.student)
    teacher, student = people(), people()
    for page in (teacher, student):
        page.set_viewport_size({"width": width, "height": 900})
    signed_in(teacher, cast.teacher)
    signed_in(student, cast.student)

    student.goto(f"/work/{submission.pk}/")
    in_both_themes(student)
    student.get_by_role("link", name="Ask for more time").click()
    student.get_by_label("Until").fill((today + dt.timedelta(days=3)).isoformat())
    student.get_by_role("button", name="Ask for more time").click()

    # Without a reason and a time nothing is asked, and what was chosen stays.
    refusal = student.get_by_role("alert")
    expect(refusal).to_be_focused()
    expect(refusal).to_contain_text("Why you need more time: This field is required.")
    expect(refusal).to_contain_text("At: Say at what time.")
    for beside_its_field in ("This field is required.", "Say at what time."):
        expect(student.get_by_text(beside_its_field, exact=True)).to_be_visible()
    expect(student.get_by_label("Until")).to_have_value((today + dt.timedelta(days=3)).isoformat())
    in_both_themes(student)
    assert not ExtensionRequest.objects.exists()
    student.get_by_label("At").fill("18:00")
    student.get_by_label("Why you need more time").fill("A fever since Monday")
    student.get_by_role("button", name="Ask for more time").click()
    expect(student.get_by_text("It is not answered yet.")).to_be_visible()
    in_both_themes(student)

    teacher.goto("/today/")
    expect(teacher.get_by_text("A fever since Monday", exact=False)).to_be_visible()
    in_both_themes(teacher)
    teacher.get_by_role("link", name="Answer").click()
    expect(teacher.get_by_label("At")).to_have_value("18:00")
    teacher.get_by_label("A word to the student").fill("Get well soon.")
    in_both_themes(teacher)
    teacher.get_by_role("button", name="Give more time").click()
    expect(teacher.get_by_text("Student has time until").first).to_be_visible()

    student.goto(f"/work/{submission.pk}/")
    expect(student.get_by_text("More time, until", exact=False)).to_be_visible()
    expect(student.get_by_text("Get well soon.")).to_be_visible()
    in_both_themes(student)
