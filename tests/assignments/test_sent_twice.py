"""A form that is sent twice, by a second tap or from a page that was open before, does what it says once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import Membership, User
from assignments import actions, history
from assignments.device_clock import Said
from assignments.models import (
    Assignment,
    Attempt,
    ClassMove,
    CommentTemplate,
    DateOverride,
    Draft,
    Event,
    Extension,
    Grade,
    Revision,
    Submission,
)
from tests.assignments import work
from tests.assignments.test_states_over_rest import draft, excused, handed_in, marked, returned, revising, taken_back
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DAY = {"date": "2026-05-09", "time": "12:00"}
ROWS = (ClassMove, Draft, Attempt, Grade, Extension, Revision, DateOverride, Event, CommentTemplate, Assignment)

Arrange = Callable[[Submission, Cast], None]


def nothing(row: Submission, cast: Cast) -> None:
    """It is assigned."""


def of_the_work(name: str, **data: Any) -> Callable[[Submission], tuple[str, dict[str, Any]]]:
    return lambda row: (reverse(name, args=[row.pk]), data)


def of_the_assignment(name: str, **data: Any) -> Callable[[Submission], tuple[str, dict[str, Any]]]:
    return lambda row: (reverse(name, args=[row.assignment_id]), data)


def dates(row: Submission, title: str, students: int) -> tuple[str, dict[str, Any]]:
    named = [str(pk) for pk in row.assignment.submissions.values_list("student", flat=True)][:students]
    said = {"title": title, "students": named, "due_date": "2026-05-09", "due_time": "12:00", "reason": "Exchange week"}
    return reverse("other-dates", args=[row.assignment_id]), said


def offline(row: Submission, cast: Cast) -> None:
    """Finished before it was due, and come an hour after; nobody can check the clock of the device."""
    said = Said(at=work.at("2026-05-03T09:00Z"), time_token="", mono_s=0, boot="page-load-1")
    work.hand_in(row, received_at=work.at("2026-05-03T11:00Z"), captured=said)


def offline_and_counted(row: Submission, cast: Cast) -> None:
    offline(row, cast)
    actions.count_device_time(work.reread(row), reason="No net", by=cast.teacher)


def beside_another_class(row: Submission, cast: Cast) -> None:
    parallel = people.open_classroom(name="History 10C", zone="Europe/Warsaw", by=cast.teacher)
    actions.create_assignment(parallel, edition=row.assignment.edition, title="Walls", by=cast.teacher)
    draft(row, cast)


def a_move(row: Submission) -> tuple[str, dict[str, Any]]:
    member = Membership.objects.get(classroom=row.assignment.classroom, user=row.student)
    there = Assignment.objects.exclude(classroom=member.classroom_id).get()
    address = reverse("member-move", args=[member.classroom_id, member.pk])
    return address, {"to": there.classroom_id, "copies": [f"{row.assignment_id}:{there.pk}"]}


def moved_away(row: Submission, cast: Cast) -> None:
    beside_another_class(row, cast)
    there = Assignment.objects.exclude(pk=row.assignment_id).get()
    member = Membership.objects.get(classroom=cast.room, user=cast.student)
    actions.move_student(member, to=there.classroom, copies=[(row.assignment_id, there.pk)], by=cast.teacher)


def the_way_back(row: Submission) -> tuple[str, dict[str, Any]]:
    move = ClassMove.objects.get()
    return reverse("class-move-back", args=[move.to_classroom_id, move.pk]), {}


def many(row: Submission) -> tuple[str, dict[str, Any]]:
    return reverse("assignment-return", args=[row.assignment_id]), {"submissions": [str(row.pk)]}


FORMS: dict[str, tuple[Arrange, str, Callable[[Submission], tuple[str, dict[str, Any]]]]] = {
    "more time": (nothing, "teacher", of_the_work("extension", **DAY, reason="Ill")),
    "the time of a device": (offline, "teacher", of_the_work("device-time", reason="No net")),
    "the time of arrival": (offline_and_counted, "teacher", of_the_work("device-time-undo")),
    "other dates for one": (nothing, "teacher", lambda row: dates(row, "", 1)),
    "other dates for a group": (nothing, "teacher", lambda row: dates(row, "Council", 2)),
    "a revision": (handed_in, "teacher", of_the_work("revision", **DAY, words="Go on.")),
    "the end of a revision": (revising, "teacher", of_the_work("revision-end")),
    "an excuse": (handed_in, "teacher", of_the_work("grade-excuse", category="illness", reason="In bed")),
    "the end of an excuse": (excused, "teacher", of_the_work("grade-excuse-lift")),
    "a claim": (handed_in, "teacher", of_the_work("grade-claim")),
    "a release": (handed_in, "teacher", of_the_work("grade-release")),
    "a return": (marked, "teacher", of_the_work("grade-return")),
    "a return to many": (marked, "teacher", many),
    "a recall": (returned, "teacher", of_the_work("grade-recall", reason="A slip")),
    "a deletion": (handed_in, "teacher", of_the_assignment("assignment-delete")),
    "a restoration": (handed_in, "teacher", of_the_assignment("assignment-restore")),
    "a move to another class": (beside_another_class, "teacher", a_move),
    "a move back": (moved_away, "teacher", the_way_back),
    "taking back": (handed_in, "student", of_the_work("take-back")),
    "keeping the grade": (revising, "student", of_the_work("keep-grade")),
    "taking back what was taken back": (taken_back, "student", of_the_work("take-back")),
}


def rows() -> dict[str, int]:
    return {kind.__name__: kind.objects.count() for kind in ROWS}


def standing(row: Submission) -> tuple[Any, ...]:
    found = Submission.objects.get(pk=row.pk)
    return found.standing, found.due_at, found.attempt_count, found.counted_id, found.returned_grade_id


@pytest.mark.parametrize("form", FORMS)
def test_twice_is_once(client: Client, cast: Cast, time_machine: Any, form: str) -> None:
    time_machine.move_to(work.at("2026-05-01T12:00Z"), tick=False)
    arrange, who, said = FORMS[form]
    given = work.make_assignment(cast, due=work.due("2026-05-03T12:00"))
    row = work.submission_of(given, cast.student)
    arrange(row, cast)
    person: User = getattr(cast, who)
    client.force_login(person)
    address, data = said(work.reread(row))
    first = client.post(address, data)
    assert first.status_code < 400, first.content.decode()[-4000:]
    after, stands = rows(), standing(row)
    time_machine.move_to(work.at("2026-05-01T12:00:01Z"), tick=False)
    second = client.post(address, data)
    assert second.status_code < 500
    assert (rows(), standing(row)) == (after, stands)
    assert not list(history.check_all())


def test_a_group_that_is_named_again_is_another_group(client: Client, cast: Cast) -> None:
    given = work.make_assignment(cast, due=work.due("2026-05-03T12:00"))
    said = {"title": "Council", "reason": "Exchange week", "by": cast.teacher}
    actions.give_dates(given, students=[cast.student.pk], due=work.due("2026-05-09T12:00"), **said)
    actions.give_dates(given, students=[cast.classmate.pk], due=work.due("2026-05-09T12:00"), **said)
    assert DateOverride.objects.filter(ended_at=None).count() == 2
