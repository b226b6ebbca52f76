"""Other dates for one student or for a group of a class."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.actions import archive, join_classroom
from assignments import actions, boards, history
from assignments.actions.dates import resolved
from assignments.actions.turn import Turn, write_all
from assignments.errors import ClassArchived, StateConflict
from assignments.models import Assignment, DateOverride, Notice, Submission, TimingDecision
from assignments.words import explain_timing
from destalin_site.common.errors import ValidationFailed
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.assignments.work import at, due, reread
from tests.cast import Cast, person

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
    page = answer.content.decode()
    assert said in page
    assert work.REFUSAL_TAKES_FOCUS in page


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


# ------------------------------------------------------------------------------------------------------ the whole class


LATER = {"date": "2026-05-04", "time": "12:00", "zone": "Europe/Warsaw"}


def to_class(cast: Cast, assignment: Assignment, **said: Any) -> DateOverride:
    return give(cast, assignment, for_class=True, **said)


def test_they_hold_for_the_whole_class_and_for_whoever_joins_later(cast: Cast, assignment: Assignment) -> None:
    given = to_class(cast, assignment)
    join_classroom(code=cast.room.join_code, by=cast.stranger)
    for one in (cast.student, cast.classmate, cast.stranger):
        row = hers(assignment, one)
        assert (row.due_at, row.due_from) == (at("2026-05-04T10:00Z"), "class")
    told = [event.name for event in hers(assignment, cast.student).events.in_order()]
    assert told.count("dates") == 1
    assert intact()
    actions.end_dates(given, by=cast.teacher)
    for one in (cast.student, cast.classmate, cast.stranger):
        row = hers(assignment, one)
        assert (row.due_at, row.due_from) == (at("2026-05-01T10:00Z"), "")
    assert intact()


def test_who_joins_while_only_her_class_has_time_left_is_told_of_the_work(cast: Cast, assignment: Assignment) -> None:
    with time_machine.travel(at("2026-04-30T10:00Z"), tick=False):
        given = to_class(cast, assignment)
    with time_machine.travel(at("2026-05-03T10:00Z"), tick=False):
        one = joins(cast, "late", "Comes Late")
        assert Notice.objects.get(person=one).kind == Notice.Kind.ASSIGNED
        actions.end_dates(given, by=cast.teacher)
        another = joins(cast, "later", "Comes Later")
        assert not Notice.objects.filter(person=another).exists()


def test_dates_of_a_group_or_of_a_student_go_before_those_of_the_class(cast: Cast, assignment: Assignment) -> None:
    give(cast, assignment, cast.classmate, due=due("2026-05-02T12:00"))
    to_class(cast, assignment)
    assert hers(assignment, cast.student).due_from == "class"
    assert hers(assignment, cast.classmate).due_at == at("2026-05-02T10:00Z")
    give(cast, assignment, cast.student, title="Council", due=due("2026-05-03T12:00"))
    assert hers(assignment, cast.student).due_at == at("2026-05-03T10:00Z")
    assert intact()


def test_an_extension_lengthens_the_dates_of_the_class(cast: Cast, assignment: Assignment) -> None:
    to_class(cast, assignment)
    submission = work.submission_of(assignment, cast.student)
    with pytest.raises(ValidationFailed):
        actions.extend(submission, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    actions.extend(submission, due=due("2026-05-06T12:00"), reason="Ill", by=cast.teacher)
    row = hers(assignment, cast.student)
    assert (row.due_at, row.usual_due_at) == (at("2026-05-06T10:00Z"), at("2026-05-04T10:00Z"))
    assert intact()


def test_a_class_has_one_of_them_at_a_time_and_the_same_again_changes_nothing(
    cast: Cast, assignment: Assignment
) -> None:
    first = to_class(cast, assignment)
    assert to_class(cast, assignment) == first
    second = to_class(cast, assignment, due=None, offset_minutes=24 * 60)
    first.refresh_from_db()
    assert (first.ended_by, second.ended_at) == (cast.teacher, None)
    assert hers(assignment, cast.student).due_at == at("2026-05-02T10:00Z")
    moved = Assignment.objects.get()
    actions.update_assignment(moved, if_version=moved.version, by=cast.teacher, due=due("2026-05-02T12:00"))
    assert hers(assignment, cast.student).due_at == at("2026-05-03T10:00Z")
    assert intact()


def test_late_work_of_the_class_becomes_less_late_and_says_by_which_dates(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=None)
    work.hand_in(submission, received_at=at("2026-05-02T10:00Z"))
    assert reread(submission).late_seconds
    to_class(cast, assignment)
    told = explain_timing(reread(submission).timing_at(at("2026-05-09T10:00Z")), "Europe/Warsaw")
    assert "This due time was set for the whole class." in told
    assert intact()


@pytest.mark.parametrize(
    ("said", "pointer"),
    [({"title": "Everybody"}, "/title"), ({"students": True}, "/students"), ({"due": None}, "/due")],
)
def test_dates_of_a_class_name_nobody(cast: Cast, assignment: Assignment, said: dict[str, Any], pointer: str) -> None:
    named = [cast.student] if said.pop("students", False) else []
    with pytest.raises(ValidationFailed) as refused:
        give(cast, assignment, *named, for_class=True, **said)
    assert refused.value.extra["errors"][0]["pointer"] == pointer
    to_class(cast, assignment)


def test_an_earlier_time_of_ones_own_is_not_called_more_time(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    give(cast, assignment, cast.student, due=due("2026-04-30T18:00"))
    give(cast, assignment, cast.classmate)
    with time_machine.travel("2026-04-30T10:00Z"):
        teacher.force_login(cast.teacher)
        pages = ["assignment-board", "classroom"]
        board, room = (
            teacher.get(reverse(n, args=[k])) for n, k in zip(pages, (assignment.pk, cast.room.pk), strict=True)
        )
        desk = teacher.get(reverse("grade", args=[hers(assignment, cast.student).pk])).content.decode()
        found = {row.name: (row.sooner, "extended" in row.badge_codes) for row in board.context["board"].rows}
    assert found == {"Classmate": (False, True), "Student": (True, False)}
    assert board.content.decode().count("Own due time, 30 April, 18:00 (CEST)") == 1
    assert board.content.decode().count("More time, until 4 May, 12:00 (CEST)") == 1
    assert "due at another time, 30 April, 18:00 (CEST)" in room.content.decode()
    assert "Own due time, 30 April, 18:00 (CEST)." in desk


def test_boards_day_and_preview_name_the_dates_of_the_class(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    to_class(cast, assignment)
    with time_machine.travel("2026-04-30T10:00Z"):
        teacher.force_login(cast.teacher)
        board = teacher.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
        assert "due Monday 4 May 2026, 12:00" in board
        assert "by the other dates of the whole class" in board
        assert "More time, until" not in board
        assert "due 4 May" in teacher.get(reverse("classroom", args=[cast.room.pk])).content.decode()
        assert "Walls is due, 12:00 (CEST)" in teacher.get(reverse("today")).content.decode()
        assert boards.teacher_today(cast.teacher, now=at("2026-04-30T10:00Z")).ahead[0].at == at("2026-05-04T10:00Z")
        preview = teacher.get(reverse("desk-preview", args=[assignment.pk])).content.decode()
        assert "Due Monday 4 May, 12:00" in preview


def test_moving_the_due_time_names_the_class_that_stays_and_who_is_harmed_by_an_offset(
    cast: Cast, assignment: Assignment
) -> None:
    given = to_class(cast, assignment)
    earlier = resolved(due("2026-04-25T12:00"))
    assert list(boards.left_behind(Assignment.objects.get(), earlier, {}).sentences()) == [
        "Due times that were set to a day of their own do not move: the whole class."
    ]
    actions.end_dates(given, by=cast.teacher)
    to_class(cast, assignment, due=None, offset_minutes=24 * 60)
    work.hand_in(work.submission_of(assignment, cast.student), received_at=at("2026-04-27T10:00Z"))
    [said] = boards.left_behind(Assignment.objects.get(), earlier, {}).sentences()
    assert said.startswith("1 student has handed in after the new due time, Sunday 26 April 2026, 12:00")


def test_a_teacher_gives_the_class_other_dates_on_the_page_and_takes_them_back(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    give(cast, assignment, cast.classmate)
    address = reverse("other-dates", args=[assignment.pk])
    page = teacher.get(address).content.decode()
    assert "1 has no nearer dates and would move. These go before: Classmate." in page
    page = teacher.post(address, {"whom": "class", "days": "2", "reason": "Strike"}, follow=True).content.decode()
    assert "The whole class has other dates now, and whoever joins later has them too." in page
    assert "The assignment says until Friday 1 May 2026, 12:00" in page
    assert hers(assignment, cast.student).due_at == at("2026-05-03T10:00Z")
    given = DateOverride.objects.get(for_class=True)
    teacher.post(reverse("other-dates-end", args=[assignment.pk, given.pk]))
    assert hers(assignment, cast.student).due_at == at("2026-05-01T10:00Z")


def test_a_program_gives_the_class_other_dates_and_takes_them_back(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    address = f"/api/v1/assignments/{assignment.pk}/overrides"
    said = {"for_class": True, "due": LATER, "reason": "Strike"}
    refused = teacher.post(address, {**said, "students": [str(cast.student.pk)]}, content_type="application/json")
    assert refused.status_code == 422
    made = teacher.post(address, said, content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["for_class"], made.json()["students"], made.json()["title"]) == (True, [], "")
    assert teacher.get(address).json()["results"] == [made.json()]
    assert hers(assignment, cast.classmate).due_from == "class"
    assert teacher.delete(f"{address}/{made.json()['id']}").status_code == 204
    assert hers(assignment, cast.classmate).due_from == ""


def test_dates_of_a_class_cost_the_same_for_three_and_for_twenty_when_they_are_read(
    teacher: Client, cast: Cast, assignment: Assignment, queries: Any
) -> None:
    to_class(cast, assignment)
    addresses = [reverse("assignment-board", args=[assignment.pk]), reverse("classroom", args=[cast.room.pk])]
    before = [queries(lambda address=address: teacher.get(address)) for address in addresses]
    for n in range(17):
        join_classroom(code=cast.room.join_code, by=person(f"more{n}"))
    assert [queries(lambda address=address: teacher.get(address)) for address in addresses] == before


# ----------------------------------------------------------------------------------------------------------- assistants


def test_an_assistant_comes_from_the_board_to_what_she_may_give(
    client: Client, cast: Cast, assignment: Assignment
) -> None:
    client.force_login(cast.assistant)
    address = reverse("other-dates", args=[assignment.pk])
    board = client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    assert f'href="{address}"' in board
    assert reverse("assignment-edit", args=[assignment.pk]) not in board
    given = client.post(address, {"students": [str(cast.student.pk)], "days": "2", "reason": "Ill"}, follow=True)
    assert "1 student has other dates now." in given.content.decode()
    archive(cast.room, by=cast.teacher)
    assert address not in client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()


def test_dates_of_the_class_are_for_those_who_may_change_the_assignment(
    client: Client, cast: Cast, assignment: Assignment
) -> None:
    page, rest = reverse("other-dates", args=[assignment.pk]), f"/api/v1/assignments/{assignment.pk}/overrides"
    typed = {"whom": "class", "days": "2", "reason": "Strike"}
    said = {"for_class": True, "offset_minutes": 60, "reason": "Strike"}
    client.force_login(cast.assistant)
    assert "The whole class" not in client.get(page).content.decode()
    assert client.post(page, typed).status_code == 403
    assert client.post(rest, said, content_type="application/json").status_code == 403
    assert not DateOverride.objects.exists()
    given = to_class(cast, assignment)
    shown = client.get(page).content.decode()
    assert "the whole class" in shown
    assert "Take it back" not in shown
    assert client.post(reverse("other-dates-end", args=[assignment.pk, given.pk])).status_code == 403
    assert client.delete(f"{rest}/{given.pk}").status_code == 403
    client.force_login(cast.co_teacher)
    assert "The whole class" in client.get(page).content.decode()
    assert client.post(rest, said, content_type="application/json").status_code == 201


# ----------------------------------------------------------------------------------------------------- what comes back


def test_over_rest_a_group_comes_back_with_its_offset_and_an_end(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    address = f"/api/v1/assignments/{assignment.pk}/overrides"
    pupils = [str(cast.student.pk), str(cast.classmate.pk)]
    said = {"students": pupils, "title": "Council", "offset_minutes": 2880, "reason": "The council meets."}
    untitled = teacher.post(address, {**said, "title": ""}, content_type="application/json")
    assert (untitled.status_code, untitled.json()["errors"][0]["pointer"]) == (422, "/title")
    made = teacher.post(address, said, content_type="application/json")
    assert made.status_code == 201
    shown = made.json()
    assert {one["id"]: one["name"] for one in shown["students"]} == {
        pupils[0]: str(cast.student),
        pupils[1]: str(cast.classmate),
    }
    assert (shown["title"], shown["offset_minutes"], shown["reason"]) == ("Council", 2880, "The council meets.")
    assert (shown["for_class"], shown["due"], shown["closes_at"]) == (False, None, None)
    assert shown["by"] == {"id": str(cast.teacher.pk), "name": str(cast.teacher)}
    assert teacher.get(address).json()["results"] == [shown]
    assert teacher.post(address, said, content_type="application/json").json() == shown
    teacher.force_login(cast.student)
    hers_now = teacher.get(f"/api/v1/submissions/{hers(assignment, cast.student).pk}").json()
    assert (hers_now["timing"]["due"], hers_now["due_from"]) == ("2026-05-03T10:00:00Z", "group")
    teacher.force_login(cast.teacher)
    for _once_more in range(2):
        assert teacher.delete(f"{address}/{shown['id']}").status_code == 204
    assert teacher.get(address).json()["results"] == []
    assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:00Z")


def test_over_rest_a_due_time_and_a_close_of_ones_own_come_back_as_they_were_said(
    teacher: Client, cast: Cast, assignment: Assignment
) -> None:
    address = f"/api/v1/assignments/{assignment.pk}/overrides"
    tokyo = {"date": "2026-05-04", "time": "09:30", "zone": "Asia/Tokyo"}
    said = {"students": [str(cast.student.pk)], "due": tokyo, "closes_at": "2026-05-06T10:00:00Z", "reason": "Exchange"}
    both = teacher.post(address, {**said, "offset_minutes": 60}, content_type="application/json")
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/offset_minutes")
    shown = teacher.post(address, said, content_type="application/json").json()
    assert shown["due"] == {**tokyo, "at": "2026-05-04T00:30:00Z"}
    assert (shown["title"], shown["offset_minutes"], shown["closes_at"]) == ("", None, "2026-05-06T10:00:00Z")
    teacher.force_login(cast.student)
    told = teacher.get(f"/api/v1/submissions/{hers(assignment, cast.student).pk}").json()
    assert (told["timing"]["due"], told["due_from"]) == ("2026-05-04T00:30:00Z", "student")
    assert told["closes_at"] == "2026-05-06T10:00:00Z"
    assert "Exchange" not in str(told)


# ------------------------------------------------------------------------------------------------------ many at once


def test_each_has_her_own_event_and_notice_whatever_happened_to_her_before(cast: Cast, assignment: Assignment) -> None:
    with time_machine.travel(at("2026-04-30T10:00Z"), tick=False):
        begun = hers(assignment, cast.student)
        actions.save_draft(begun, body=work.body_for(assignment, "Begun."), if_rev=0, by=cast.student)
        before = {one: hers(assignment, one) for one in (cast.student, cast.classmate)}
        assert before[cast.student].version != before[cast.classmate].version
    with time_machine.travel(at("2026-04-30T11:00Z"), tick=False):
        to_class(cast, assignment)
        for one, was in before.items():
            row = hers(assignment, one)
            assert (row.version, row.changed_at) == (was.version + 1, at("2026-04-30T11:00Z"))
            event = row.events.in_order().last()
            assert (event.name, event.seq, event.facts["before"]) == ("dates", row.version, "2026-05-01T10:00:00Z")
            told = Notice.objects.get(person=one, kind=Notice.Kind.DATES)
            assert (told.happening, told.at) == (f"e{row.version}", at("2026-04-30T11:00Z"))
    assert intact()


def test_what_somebody_wrote_past_the_locks_is_not_written_over(cast: Cast, assignment: Assignment) -> None:
    def written(meanwhile: bool) -> None:
        with transaction.atomic():
            turns = Turn.of_all(Submission.objects.filter(assignment=assignment), assignment, by=cast.teacher)
            if meanwhile:
                Submission.objects.filter(student=cast.classmate).update(version=F("version") + 1)
            for turn in turns:
                turn.note("dates", reason="Away")
            write_all(turns)

    with pytest.raises(StateConflict):
        written(meanwhile=True)
    assert not hers(assignment, cast.student).events.filter(name="dates").exists()
    written(meanwhile=False)
    assert hers(assignment, cast.student).events.filter(name="dates").exists()
