"""One comment is given to many at the very moment at which one of them is marked, or handed in anew."""

import pytest
from django.db import connection

from assignments import actions
from assignments.history import check_all
from assignments.models import Comment, Grade, Notice, Submission
from tests.assignments import remarks, work
from tests.assignments.test_share_comment import WORDS
from tests.assignments.test_upgrade_at_once import while_waiting
from tests.cast import make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgres_only,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody waits for a row"),
]


@pytest.fixture
def hers() -> Submission:
    cast = make_cast()
    submission = work.submission_of(work.make_assignment(cast, remarks.make_edition(), resubmission=True), cast.student)
    work.hand_in(submission)
    return work.reread(submission)


def test_whoever_marks_one_of_them_just_then_and_whoever_shares_wait_for_each_other_in_one_order(
    hers: Submission,
) -> None:
    """Marks tell of the teacher who saved them: who shares does not keep that from being written."""
    teacher = hers.assignment.created_by
    said = actions.Said(WORDS)
    shown = actions.rehearse_comment(hers.assignment, said, submissions=[hers.pk], by=teacher)
    done = while_waiting(
        lambda: work.mark(hers, teacher),
        lambda: actions.share_comment(hers.assignment, said, submissions=[hers.pk], preview=shown.tag, by=teacher),
    )
    assert [row.given for row in done.rows] == [True]
    assert Comment.objects.get(grade=Grade.objects.get(status="draft")).body == WORDS
    assert list(check_all()) == []


def test_who_hands_in_anew_just_then_is_told_to_the_teacher_who_shares(hers: Submission) -> None:
    teacher = hers.assignment.created_by
    work.mark(hers, teacher)
    actions.return_grade(hers, by=teacher)
    said = actions.Said(WORDS)
    shown = actions.rehearse_comment(hers.assignment, said, submissions=[hers.pk], by=teacher)
    again = work.reread(hers)
    answer = while_waiting(
        lambda: work.hand_in(again, work.body_for(hers.assignment, "Said better.")),
        lambda: actions.share_comment(hers.assignment, said, submissions=[hers.pk], preview=shown.tag, by=teacher),
    )
    assert isinstance(answer, actions.PreviewStale)
    assert Notice.objects.filter(person=teacher, kind=Notice.Kind.AGAIN).count() == 1
    assert work.reread(hers).attempt_count == 2
    assert list(check_all()) == []
