"""Many pieces of work are gone through at the very moment at which one of them is marked, or handed in anew."""

import threading

import pytest
from django.db import connection, transaction

from assignments import actions
from assignments.history import check_all
from assignments.models import Comment, Grade, Notice, Submission
from tests.assignments import remarks, work
from tests.assignments.test_concurrency import _until_somebody_waits_for_a_lock
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


def test_names_are_shown_while_somebody_goes_through_the_class_and_both_come_to_an_end() -> None:
    """Whoever works on many at once takes them by id; so does who shows the names, wherever the rows lie."""
    cast = make_cast()
    assignment = work.make_assignment(cast, remarks.make_edition(), anonymous=True)
    low, high = assignment.submissions.order_by("pk")
    for submission in (high, low):  # the row that was written last lies last
        work.hand_in(work.reread(submission))
    shown: list[object] = []

    def show() -> None:
        try:
            shown.append(actions.show_names(assignment, by=cast.teacher).revealed_at)
        finally:
            connection.close()

    waiting = threading.Thread(target=show)
    with transaction.atomic():
        actions.claim(work.reread(low), by=cast.teacher)
        waiting.start()
        _until_somebody_waits_for_a_lock()
        actions.claim(work.reread(high), by=cast.teacher)
    waiting.join(timeout=30)
    assert len(shown) == 1
    assert list(check_all()) == []
