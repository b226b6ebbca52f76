"""Taking more time back, also for what was handed in by it: only where the teacher says so, after she was shown what
that makes late and what it costs."""

from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assignments import actions, history
from assignments.models import Assignment, Extension, Notice, Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw; each day takes off a tenth of seven points."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), late_percent=10)


@pytest.fixture
def by_it(cast: Cast, submission: Submission) -> Submission:
    """Handed in a day after the due time, in time by an extension until the third, marked and returned."""
    with time_machine.travel("2026-05-01T08:00Z", tick=False):
        actions.extend(submission, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    with time_machine.travel("2026-05-02T10:01Z", tick=False):
        work.hand_in(reread(submission), received_at=at("2026-05-02T10:01Z"))
        work.mark(reread(submission), cast.teacher)
        actions.return_grade(reread(submission), by=cast.teacher)
    return reread(submission)


def intact() -> bool:
    return not list(history.check_all())


def events(submission: Submission) -> list[str]:
    return [event.name for event in submission.events.in_order()]


def test_what_came_in_time_by_it_stays_in_time_unless_the_teacher_says_otherwise(cast: Cast, by_it: Submission) -> None:
    actions.revoke_extension(by_it, by=cast.teacher)
    row = reread(by_it)
    assert (row.late_seconds, row.returned_grade.final_score) == (0, Decimal(7))
    assert "late_seconds" not in row.events.get(name="extension revoked").facts
    assert intact()


def test_said_so_it_is_late_by_the_dates_without_it_and_loses_what_that_costs(cast: Cast, by_it: Submission) -> None:
    actions.revoke_extension(by_it, handed_in_too=True, by=cast.teacher)
    row = reread(by_it)
    assert (row.late_seconds, row.due_at) == (86_400, at("2026-05-01T10:00Z"))
    assert (row.returned_grade.entered_score, row.returned_grade.final_score) == (Decimal(7), Decimal("6.30"))
    newest = row.counted.timings.order_by("id").last()
    assert (newest.reason, newest.result) == ("revoked", "late")
    assert events(row).count("extension revoked") == 1
    assert row.events.get(name="extension revoked").facts["late_seconds"] == 86_400
    assert intact()
    actions.revoke_extension(row, handed_in_too=True, by=cast.teacher)
    assert events(reread(by_it)) == events(row)


def test_the_preview_says_what_the_act_does(cast: Cast, by_it: Submission) -> None:
    told = actions.what_revoking_costs(by_it)
    assert [(one.number, seconds) for one, seconds in told.attempts] == [(1, 86_400)]
    assert [(grade.final_score, left) for grade, left in told.grades] == [(Decimal(7), Decimal("6.30"))]
    assert reread(by_it).returned_grade.final_score == Decimal(7)
    actions.revoke_extension(by_it, handed_in_too=True, by=cast.teacher)
    assert reread(by_it).late_seconds == told.attempts[0][1]
    assert reread(by_it).returned_grade.final_score == told.grades[0][1]


def test_work_that_came_in_time_by_the_one_before_goes_with_the_one_in_its_place(cast: Cast, by_it: Submission) -> None:
    actions.extend(by_it, due=due("2026-05-05T12:00"), reason="Still ill", by=cast.teacher)
    assert len(actions.what_revoking_costs(reread(by_it)).attempts) == 1
    actions.revoke_extension(by_it, handed_in_too=True, by=cast.teacher)
    assert reread(by_it).late_seconds == 86_400
    assert intact()


def test_what_did_not_need_the_extension_is_not_touched(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.extend(reread(submission), due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    assert actions.what_revoking_costs(reread(submission)).attempts == ()
    actions.revoke_extension(submission, handed_in_too=True, by=cast.teacher)
    assert reread(submission).late_seconds == 0
    assert intact()


def test_what_stays_in_time_for_another_reason_is_not_touched(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    """Handed in in time; then the due time moved before it, which harms nobody; then an extension that changed
    nothing for it."""
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=due("2026-04-30T12:00"))
    actions.extend(reread(submission), due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    actions.revoke_extension(submission, handed_in_too=True, by=cast.teacher)
    assert reread(submission).late_seconds == 0
    assert intact()


def test_the_student_is_told_that_her_hand_in_is_late_now(cast: Cast, client: Client, by_it: Submission) -> None:
    with time_machine.travel("2026-05-02T12:00Z", tick=False):
        actions.revoke_extension(by_it, handed_in_too=True, by=cast.teacher)
        client.force_login(cast.student)
        page = client.get(reverse("notices")).content.decode()
    assert "is due for you on Friday 1 May 2026, 12:00 Warsaw time (CEST) again" in page
    assert "your hand-in counts as 1 day late" in page
    assert Notice.objects.filter(person=cast.student, kind="dates", ended_at=None).count() == 1


def test_on_the_page_it_is_a_tick_that_is_off_beside_what_it_does(
    cast: Cast, client: Client, by_it: Submission
) -> None:
    client.force_login(cast.teacher)
    page = client.get(reverse("extension", args=[by_it.pk])).content.decode()
    assert "Hand-in 1 becomes 1 day late." in page
    assert "Its returned score goes from 7 of 7 to 6.3 of 7." in page
    assert '<input type="checkbox" id="handed_in_too" name="handed_in_too" aria-describedby="revoking">' in page
    done = client.post(reverse("extension-revoke", args=[by_it.pk]), {"handed_in_too": "on"}, follow=True)
    assert "1 day after the due time" in done.content.decode()
    assert reread(by_it).late_seconds == 86_400


def test_without_the_tick_the_page_leaves_it_in_time(cast: Cast, client: Client, by_it: Submission) -> None:
    client.force_login(cast.teacher)
    done = client.post(reverse("extension-revoke", args=[by_it.pk]), follow=True).content.decode()
    assert "What came in time stays in time." in done
    assert reread(by_it).late_seconds == 0


def test_there_is_nothing_to_tick_where_it_would_come_to_the_same(
    cast: Cast, client: Client, submission: Submission
) -> None:
    actions.extend(submission, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    client.force_login(cast.teacher)
    page = client.get(reverse("extension", args=[submission.pk])).content.decode()
    assert "Take it back" in page
    assert "handed_in_too" not in page


def test_over_rest_it_is_asked_for_in_the_address(cast: Cast, api: ApiClient, by_it: Submission) -> None:
    address = f"/api/v1/submissions/{by_it.pk}/extension"
    teacher = api.as_(cast.teacher)
    told = teacher.get(address).json()["revoking"]
    assert told["attempts"] == [{"attempt": 1, "late_seconds": 86_400}]
    assert told["grades"] == [{"attempt": 1, "status": "returned", "score": "7.00", "left": "6.30", "out_of": "7.00"}]
    assert teacher.delete(f"{address}?handed_in_too=perhaps").status_code == 400
    assert Extension.objects.standing().exists()
    assert teacher.delete(f"{address}?handed_in_too=true").status_code == 204
    assert reread(by_it).late_seconds == 86_400
