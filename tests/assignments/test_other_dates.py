"""Other dates for one student or for a group of a class."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import archive
from assignments import actions, history
from assignments.errors import ClassArchived
from assignments.models import Assignment, DateOverride, Submission, TimingDecision
from assignments.words import explain_timing
from destalin_site.common.errors import ValidationFailed
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw, closed an hour later."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T11:00Z"))


def give(cast: Cast, assignment: Assignment, *students: Any, **said: Any) -> DateOverride:
    given = {"reason": "Exchange week", "due": due("2026-05-04T12:00"), **said}
    assignment = Assignment.objects.get(pk=assignment.pk)
    return actions.give_dates(assignment, students=[one.pk for one in students], by=cast.teacher, **given)


def hers(assignment: Assignment, person: Any) -> Submission:
    return reread(work.submission_of(assignment, person))


def intact() -> bool:
    return not list(history.check_all())


def test_they_hold_for_those_who_are_named_alone(cast: Cast, assignment: Assignment) -> None:
    give(cast, assignment, cast.student)
    row, other = hers(assignment, cast.student), hers(assignment, cast.classmate)
    assert (row.due_at, row.due_from, row.extended) == (at("2026-05-04T10:00Z"), "student", False)
    assert row.effective_close == at("2026-05-04T10:00:59.999999Z")
    assert (other.due_at, other.due_from) == (at("2026-05-01T10:00Z"), "")
    event = row.events.in_order().last()
    assert (event.name, event.reason) == ("dates", "Exchange week")
    assert intact()


def test_late_work_becomes_less_late_and_says_by_which_dates(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=None)
    work.hand_in(submission, received_at=at("2026-05-02T10:00Z"))
    assert reread(submission).late_seconds
    given = give(cast, assignment, cast.student)
    assert reread(submission).late_seconds == 0
    newest = TimingDecision.objects.order_by("id").last()
    assert (newest.reason, newest.inputs["override"]) == ("dates", str(given.pk))
    told = explain_timing(reread(submission).timing_at(at("2026-05-09T10:00Z")), "Europe/Warsaw")
    assert "This due time was set for one student." in told
    actions.end_dates(given, by=cast.teacher)
    assert (reread(submission).due_at, reread(submission).late_seconds) == (at("2026-05-01T10:00Z"), 0)
    assert intact()


def test_an_earlier_time_harms_nobody_who_handed_in(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, received_at=at("2026-04-30T10:00Z"))
    give(cast, assignment, cast.student, due=due("2026-04-29T12:00"))
    assert reread(submission).late_seconds == 0
    assert intact()


def test_an_offset_moves_with_the_due_time_and_an_absolute_time_does_not(cast: Cast, assignment: Assignment) -> None:
    give(cast, assignment, cast.student, due=None, offset_minutes=2 * 24 * 60)
    give(cast, assignment, cast.classmate, due=due("2026-05-03T12:00"))
    moved = Assignment.objects.get()
    actions.update_assignment(moved, if_version=moved.version, by=cast.teacher, due=due("2026-05-02T12:00"))
    assert hers(assignment, cast.student).due_at == at("2026-05-04T10:00Z")
    assert hers(assignment, cast.classmate).due_at == at("2026-05-03T10:00Z")
    assert intact()


def test_her_own_dates_go_before_those_of_a_group_and_an_extension_only_lengthens(
    cast: Cast, assignment: Assignment
) -> None:
    give(cast, assignment, cast.student, cast.classmate, title="Exchange", due=due("2026-05-10T12:00"))
    give(cast, assignment, cast.student, due=due("2026-05-06T12:00"))
    assert hers(assignment, cast.student).due_at == at("2026-05-06T10:00Z")
    assert hers(assignment, cast.classmate).due_from == "group"
    submission = work.submission_of(assignment, cast.student)
    with pytest.raises(ValidationFailed):
        actions.extend(submission, due=due("2026-05-05T12:00"), reason="Ill", by=cast.teacher)
    actions.extend(submission, due=due("2026-05-07T12:00"), reason="Ill", by=cast.teacher)
    row = reread(submission)
    assert (row.due_at, row.due_from, row.usual_due_at) == (
        at("2026-05-07T10:00Z"),
        "extension",
        at("2026-05-06T10:00Z"),
    )
    assert intact()


def test_dates_of_her_own_take_the_place_of_those_before(cast: Cast, assignment: Assignment) -> None:
    first = give(cast, assignment, cast.student)
    give(cast, assignment, cast.student, due=due("2026-05-02T12:00"))
    first.refresh_from_db()
    assert first.ended_by == cast.teacher
    assert hers(assignment, cast.student).due_at == at("2026-05-02T10:00Z")
    assert intact()


def test_a_close_of_her_own_keeps_handing_in_open(cast: Cast, assignment: Assignment) -> None:
    give(cast, assignment, cast.student, due=None, closes_at=at("2026-05-03T10:00Z"))
    row = hers(assignment, cast.student)
    assert (row.due_at, row.effective_close) == (at("2026-05-01T10:00Z"), at("2026-05-03T10:00Z"))
    made = work.hand_in(row, received_at=at("2026-05-03T10:00Z"))
    assert made.timing.result == "late"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"reason": " "}, "/reason"),
        ({"due": None}, "/due"),
        ({"offset_minutes": 60}, "/offset_minutes"),
        ({"due": None, "offset_minutes": 0}, "/offset_minutes"),
        ({"due": None, "offset_minutes": 366 * 24 * 60 + 1}, "/offset_minutes"),
    ],
)
def test_what_is_not_said_well_is_refused_where_it_stands(
    cast: Cast, assignment: Assignment, said: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        give(cast, assignment, cast.student, **said)
    assert refused.value.extra["errors"][0]["pointer"] == pointer
    assert not DateOverride.objects.exists()


def test_a_group_has_a_name_and_members_of_the_class(cast: Cast, assignment: Assignment) -> None:
    with pytest.raises(ValidationFailed) as refused:
        give(cast, assignment, cast.student, cast.classmate)
    assert refused.value.extra["errors"][0]["pointer"] == "/title"
    with pytest.raises(ValidationFailed) as refused:
        actions.give_dates(
            assignment,
            students=[cast.other_student.pk, uuid4()],
            title="X",
            reason="Y",
            by=cast.teacher,
            offset_minutes=5,
        )
    assert [error["pointer"] for error in refused.value.extra["errors"]] == ["/students/0", "/students/1"]


def test_nothing_is_given_in_an_archived_class(cast: Cast, assignment: Assignment) -> None:
    given = give(cast, assignment, cast.student)
    archive(cast.room, by=cast.teacher)
    for act in (lambda: give(cast, assignment, cast.classmate), lambda: actions.end_dates(given, by=cast.teacher)):
        with pytest.raises(ClassArchived):
            act()


# --------------------------------------------------------------------------------------------------- pages and REST


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def test_a_teacher_gives_a_group_other_dates_on_the_page_and_takes_them_back(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    address = reverse("other-dates", args=[assignment.pk])
    typed = {"students": [str(cast.student.pk), str(cast.classmate.pk)], "days": "2", "reason": "Exchange week"}
    refused = teacher.post(address, typed)
    assert refused.status_code == 422
    assert "Give the group a name" in refused.content.decode()
    page = teacher.post(address, {**typed, "title": "Exchange"}, follow=True).content.decode()
    assert "2 students have other dates now." in page
    assert "2 days later, due Sunday 3 May 2026, 12:00" in page
    assert hers(assignment, cast.classmate).due_at == at("2026-05-03T10:00Z")
    page = teacher.post(
        reverse("other-dates-end", args=[assignment.pk, DateOverride.objects.get().pk]), follow=True
    ).content.decode()
    assert "Taken back." in page
    assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:00Z")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days": ""}, "Say what is different"),
        ({"due_date": "2026-05-03"}, "Say at what time."),
        ({"students": []}, "Choose at least one student."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field(
    teacher: Client, cast: Cast, assignment: Assignment, typed: dict[str, Any], said: str
) -> None:
    whole = {"students": [str(cast.student.pk)], "days": "2", "reason": "Exchange", **typed}
    answer = teacher.post(reverse("other-dates", args=[assignment.pk]), whole)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_student_reads_her_dates_and_never_why(cast: Cast, assignment: Assignment) -> None:
    give(cast, assignment, cast.student)
    client = Client()
    client.force_login(cast.student)
    page = client.get(reverse("my-work")).content.decode()
    assert "Due Monday 4 May, 12:00" in page
    assert "Exchange week" not in page


def test_the_list_costs_the_same_for_one_and_for_many(
    teacher: Client, cast: Cast, assignment: Assignment, queries: Any
) -> None:
    address = f"/api/v1/assignments/{assignment.pk}/overrides"
    give(cast, assignment, cast.student)
    one = queries(lambda: teacher.get(address))
    for n in range(5):
        give(cast, assignment, cast.student, cast.classmate, title=f"Group {n}")
    assert queries(lambda: teacher.get(address)) == one
    assert len(teacher.get(address).json()["results"]) == 6
