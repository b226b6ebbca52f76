"""Of what there may be only one, the database itself takes no second: rows are put in past every act."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from assignments import actions
from assignments.models import Draft, Grade, Submission
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.cast import Cast


def put_in(row: models.Model, **changes: Any) -> None:
    """The same row once more under an id of its own, by a plain INSERT."""
    twin = copy.copy(row)
    twin._state = models.base.ModelState()
    if row._meta.pk.remote_field is None:
        twin.pk = uuid7()
    for name, value in changes.items():
        setattr(twin, name, value)
    with transaction.atomic():
        type(row)._base_manager.bulk_create([twin])


@pytest.fixture
def returned(cast: Cast, submission: Submission) -> Submission:
    """Handed in, returned and marked once more: everything is there once."""
    body = work.body_for(submission.assignment, "Begun.")
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    actions.claim(work.reread(submission), by=cast.teacher)
    work.mark(submission, cast.teacher)
    return work.reread(submission)


def test_a_student_has_no_second_piece_of_work_of_an_assignment(cast: Cast, returned: Submission) -> None:
    with pytest.raises(IntegrityError):
        put_in(returned, alias=None)
    audience = [cast.classmate.pk]
    other = work.make_assignment(cast, title="Gates", audience=audience)
    put_in(returned, assignment_id=other.pk, alias=None, mark_grade=None, picked_grade=None)
    assert Submission.objects.filter(student=cast.student).count() == 2


def test_a_piece_of_work_has_no_second_draft(cast: Cast, returned: Submission) -> None:
    draft = Draft.objects.get(submission=returned)
    with pytest.raises(IntegrityError):
        put_in(draft, rev=2)
    put_in(draft, submission_id=work.submission_of(returned.assignment, cast.classmate).pk)
    assert Draft.objects.count() == 2


@pytest.mark.parametrize("status", [Grade.Status.DRAFT, Grade.Status.RETURNED])
def test_a_piece_of_work_has_no_second_grade_that_is_drafted_and_none_that_is_returned(
    cast: Cast, returned: Submission, status: str
) -> None:
    grade = Grade.objects.get(submission=returned, status=status)
    with pytest.raises(IntegrityError):
        put_in(grade, version=grade.version + 10)
    # Those that gave way to others are as many as there were.
    put_in(grade, version=grade.version + 10, status=Grade.Status.SUPERSEDED)
    put_in(grade, version=grade.version + 11, status=Grade.Status.SUPERSEDED)
    other = work.submission_of(returned.assignment, cast.classmate)
    put_in(grade, submission_id=other.pk, attempt=None)
    assert Grade.objects.filter(status=status).count() == 2


@pytest.mark.parametrize("status", [Grade.Status.DRAFT, Grade.Status.RETURNED])
def test_neither_becomes_one_of_two_by_an_update(returned: Submission, status: str) -> None:
    others = Grade.objects.filter(submission=returned).exclude(status=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        others.update(status=status, returned_at=returned.changed_at)
