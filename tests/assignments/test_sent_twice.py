"""A form that is sent twice, by a second tap or from a page that was open before, does what it says once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, history
from assignments.models import (
    Assignment,
    Attempt,
    CommentTemplate,
    DateOverride,
    Event,
    Extension,
    Grade,
    Revision,
    Submission,
)
from tests.assignments import work
from tests.assignments.test_states_over_rest import excused, handed_in, marked, returned, revising, taken_back
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DAY = {"date": "2026-05-09", "time": "12:00"}
ROWS = (Attempt, Grade, Extension, Revision, DateOverride, Event, CommentTemplate, Assignment)

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


FORMS: dict[str, tuple[Arrange, str, Callable[[Submission], tuple[str, dict[str, Any]]]]] = {
    "more time": (nothing, "teacher", of_the_work("extension", **DAY, reason="Ill")),
    "other dates for one": (nothing, "teacher", lambda row: dates(row, "", 1)),
    "other dates for a group": (nothing, "teacher", lambda row: dates(row, "Council", 2)),
    "a revision": (handed_in, "teacher", of_the_work("revision", **DAY, words="Go on.")),
    "the end of a revision": (revising, "teacher", of_the_work("revision-end")),
    "an excuse": (handed_in, "teacher", of_the_work("grade-excuse", category="illness", reason="In bed")),
    "the end of an excuse": (excused, "teacher", of_the_work("grade-excuse-lift")),
    "a claim": (handed_in, "teacher", of_the_work("grade-claim")),
    "a release": (handed_in, "teacher", of_the_work("grade-release")),
    "a return": (marked, "teacher", of_the_work("grade-return")),
    "a recall": (returned, "teacher", of_the_work("grade-recall", reason="A slip")),
    "a deletion": (handed_in, "teacher", of_the_assignment("assignment-delete")),
    "a restoration": (handed_in, "teacher", of_the_assignment("assignment-restore")),
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
