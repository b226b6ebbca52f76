"""Missing work counts as what its assignment projects, until a teacher makes that final; and what ends it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from assignments import actions, boards, errors, grade_log, history, missing
from assignments.grade_log import What
from assignments.grading import Counted
from assignments.models import Assignment, Excuse, FinalMark, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FINAL = Counted(Decimal("1.40"), Decimal(7), final=True)
PROJECTED = Counted(Decimal("1.40"), Decimal(7))


@pytest.fixture(autouse=True)
def hands() -> Iterator[time_machine.Traveller]:
    """A day after the due time."""
    with time_machine.travel("2026-05-02T10:00Z", tick=False) as hands:
        yield hands


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Seven points, due on the first of May at noon in Warsaw; missing work counts as a fifth of them."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), missing_percent=20, resubmission=True)


def counts_as(submission: Submission) -> Counted | None:
    """As the board has it; and all is as the events say."""
    assert not list(history.check_all())
    assignment = Assignment.objects.select_related("classroom").get(pk=submission.assignment_id)
    board = boards.assignment_board(assignment, viewer=None, now=clock.now())
    return next(row.counted_missing for row in board.rows if row.submission == submission.pk)


def make_final(submission: Submission, cast: Cast, reason: str = "") -> FinalMark:
    version = Assignment.objects.get(pk=submission.assignment_id).version
    return actions.make_final(submission, if_version=version, reason=reason, by=cast.teacher)


@pytest.fixture
def final(submission: Submission, cast: Cast) -> Submission:
    make_final(submission, cast, "The term is over")
    return submission


def test_missing_work_is_projected_and_nothing_of_it_is_stored(submission: Submission) -> None:
    assert counts_as(submission) == PROJECTED
    assert (reread(submission).version, FinalMark.objects.count()) == (1, 0)


def test_before_it_is_due_nothing_is_projected(submission: Submission, hands: time_machine.Traveller) -> None:
    hands.move_to(at("2026-05-01T09:00Z"))
    assert counts_as(submission) is None


def test_without_a_word_missing_work_counts_as_nothing(cast: Cast) -> None:
    plain = work.submission_of(work.make_assignment(cast, due=due("2026-05-01T12:00")), cast.student)
    assert counts_as(plain) is None
    with pytest.raises(ValidationFailed) as refused:
        make_final(plain, cast)
    assert refused.value.extra["errors"][0]["code"] == "nothing-projected"


@pytest.mark.parametrize("percent", [-1, 101])
def test_it_counts_as_a_share_of_the_points(cast: Cast, percent: int) -> None:
    with pytest.raises(ValidationFailed):
        work.make_assignment(cast, missing_percent=percent)


def test_a_teacher_makes_it_final_and_its_state_stays(cast: Cast, submission: Submission) -> None:
    mark = make_final(submission, cast, "The term is over")
    assert (mark.score, mark.out_of, mark.percent, mark.by) == (Decimal("1.40"), 7, 20, cast.teacher)
    row = reread(submission)
    assert (row.state, row.returned_grade, row.mark_grade, row.final_mark) == ("assigned", None, None, mark)
    assert counts_as(submission) == FINAL
    assert [(e.name, e.reason) for e in submission.events.in_order()][1:] == [("final mark", "The term is over")]


def test_making_it_final_twice_changes_nothing(cast: Cast, final: Submission) -> None:
    assert make_final(final, cast) == reread(final).final_mark
    assert final.events.filter(name="final mark").count() == 1


def test_it_is_taken_back_and_made_anew(cast: Cast, final: Submission) -> None:
    actions.undo_final(final, by=cast.co_teacher)
    assert counts_as(final) == PROJECTED
    actions.undo_final(final, by=cast.co_teacher)
    make_final(final, cast)
    assert counts_as(final) == FINAL
    assert [(one.ended, one.ended_by) for one in final.final_marks.order_by("id")] == [
        ("undone", cast.co_teacher),
        ("", None),
    ]


def test_it_stays_as_it_was_made_when_the_assignment_says_something_else(
    cast: Cast, assignment: Assignment, final: Submission
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, missing_percent=None)
    assert counts_as(final) == FINAL
    actions.undo_final(final, by=cast.teacher)
    assert counts_as(final) is None


def test_what_the_preview_did_not_show_is_not_made_final(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, missing_percent=50)
    with pytest.raises(VersionStale):
        actions.make_final(submission, if_version=1, by=cast.teacher)
    assert not FinalMark.objects.exists()


def test_a_hand_in_ends_it_for_good(cast: Cast, final: Submission) -> None:
    work.hand_in(reread(final))
    assert counts_as(final) is None
    ended = final.final_marks.get()
    assert (ended.ended, ended.ended_at, ended.ended_by) == ("handed_in", clock.now(), cast.student)
    work.mark(final, cast.teacher)
    actions.return_grade(final, by=cast.teacher)
    assert reread(final).mark_grade.final_score == 7
    assert final.final_marks.get().score == Decimal("1.40")


def test_a_hand_in_that_was_set_aside_ends_it_when_it_is_accepted(
    cast: Cast, assignment: Assignment, final: Submission
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=at("2026-05-02T09:00Z"))
    with pytest.raises(errors.AssignmentClosed):
        work.hand_in(reread(final))
    assert counts_as(final) == FINAL
    actions.accept_parked(final.parked.get(), by=cast.teacher)
    assert (counts_as(final), final.final_marks.get().ended) == (None, "handed_in")


def test_more_time_ends_it_also_when_that_has_passed(
    cast: Cast, final: Submission, hands: time_machine.Traveller
) -> None:
    actions.extend(final, due=due("2026-05-05T12:00"), reason="Ill", by=cast.teacher)
    assert (counts_as(final), final.final_marks.get().ended) == (None, "not_due")
    hands.move_to(at("2026-05-06T10:00Z"))
    assert counts_as(final) == PROJECTED


def test_more_time_that_is_over_already_leaves_it(cast: Cast, final: Submission) -> None:
    actions.extend(final, due=due("2026-05-01T20:00"), reason="Ill", by=cast.teacher)
    assert counts_as(final) == FINAL


def test_a_later_due_time_of_the_assignment_ends_it_and_other_dates_do_too(
    cast: Cast, assignment: Assignment, final: Submission
) -> None:
    other = work.submission_of(assignment, cast.classmate)
    make_final(other, cast)
    actions.give_dates(
        assignment, students=[cast.student.pk], due=due("2026-05-05T12:00"), reason="A trip", by=cast.teacher
    )
    assert (counts_as(final), counts_as(other)) == (None, FINAL)
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=due("2026-05-04T12:00"))
    assert (counts_as(other), other.final_marks.get().ended) == (None, "not_due")


def test_an_excuse_stands_above_it_and_lifting_that_is_its_inverse(cast: Cast, final: Submission) -> None:
    actions.excuse(final, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)
    assert (counts_as(final), final.final_marks.get().ended) == (None, "")
    actions.lift_excuse(final, by=cast.teacher)
    assert counts_as(final) == FINAL


def test_a_score_that_was_entered_stands_above_it_and_taking_that_back_is_its_inverse(
    cast: Cast, final: Submission
) -> None:
    work.mark(final, cast.teacher)
    actions.return_grade(final, by=cast.teacher, without_submission=True)
    assert counts_as(final) is None
    assert reread(final).mark_grade.final_score == 7
    actions.recall(final, reason="A slip", by=cast.teacher)
    assert counts_as(final) is None
    actions.release(final, by=cast.teacher)
    assert counts_as(final) == FINAL


def test_removing_her_and_bringing_her_back_leaves_it(cast: Cast, assignment: Assignment, final: Submission) -> None:
    actions.delete_assignment(assignment, by=cast.teacher)
    assert not list(history.check_all())
    actions.undelete_assignment(assignment, by=cast.teacher)
    assert counts_as(final) == FINAL


def test_work_that_is_not_missing_is_not_made_final(
    cast: Cast, submission: Submission, hands: time_machine.Traveller
) -> None:
    hands.move_to(at("2026-05-01T09:00Z"))
    with pytest.raises(errors.StateConflict):
        make_final(submission, cast)
    hands.move_to(at("2026-05-02T09:00Z"))
    work.hand_in(reread(submission))
    with pytest.raises(errors.StateConflict):
        make_final(submission, cast)


def test_in_an_archived_class_nothing_is_made_final_nor_taken_back(
    cast: Cast, assignment: Assignment, final: Submission
) -> None:
    cast.room.archived_at = clock.now()
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(errors.ClassArchived):
        actions.undo_final(final, by=cast.teacher)
    with pytest.raises(errors.ClassArchived):
        make_final(work.submission_of(assignment, cast.classmate), cast)


def test_of_many_each_is_done_or_told_why_not(cast: Cast, assignment: Assignment, submission: Submission) -> None:
    other = work.submission_of(assignment, cast.classmate)
    work.hand_in(reread(other))
    asked = [submission.pk, other.pk, work.a_uuid(9)]
    rows = actions.make_final_many(assignment, submissions=asked, if_version=1, by=cast.teacher)
    found = {row.submission: (row.done, row.error and row.error.code) for row in rows}
    assert found == {
        submission.pk: (True, None),
        other.pk: (False, "state-conflict"),
        work.a_uuid(9): (False, None),
    }
    back = actions.undo_final_many(assignment, submissions=[submission.pk], by=cast.teacher)
    assert [row.done for row in back] == [True]
    assert counts_as(submission) == PROJECTED


def test_sums_tell_what_is_final_from_what_is_projected(cast: Cast, assignment: Assignment, final: Submission) -> None:
    def of(student: object) -> boards.BoardRow:
        board = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
        return next(row for row in board.rows if row.id == student)

    mine, other = of(cast.student.pk), of(cast.classmate.pk)
    assert (mine.sums.points, mine.sums.possible, mine.sums.final, mine.standing) == (Decimal("1.40"), 7, True, "final")
    assert (other.sums.points, other.sums.possible, other.sums.final) == (0, 0, False)
    assert other.sums.with_missing == "1.4 of 7"
    assert (mine.cells[0].mark.note, other.cells[0].mark.note) == ("Missing · 1.4 final", "Missing · 1.4 projected")


def test_the_class_board_costs_the_same_for_few_and_for_many(
    cast: Cast, assignment: Assignment, final: Submission, queries: object
) -> None:
    def board() -> None:
        boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())

    board()
    few = queries(board)  # type: ignore[operator]
    for n in range(3):
        work.make_assignment(cast, assignment.edition, due=due("2026-05-01T12:00"), missing_percent=n)
    assert queries(board) == few  # type: ignore[operator]


def test_what_it_is_out_of_is_what_the_assignment_gives(cast: Cast, assignment: Assignment) -> None:
    total = work.make_assignment(cast, assignment.edition, points=Decimal(30), missing_percent=0)
    assert missing.projections([assignment, total]) == {
        assignment.pk: PROJECTED,
        total.pk: Counted(Decimal(0), Decimal(30)),
    }


def test_the_log_tells_it_to_teacher_and_student(cast: Cast, final: Submission) -> None:
    work.hand_in(reread(final))
    log = grade_log.of(reread(final), viewer=cast.student)
    assert [(e.what, e.by, e.old, e.new, e.out_of, e.reason) for e in log] == [
        (What.FINAL, cast.teacher, None, Decimal("1.40"), 7, "The term is over"),
        (What.FINAL_ENDED, cast.student, Decimal("1.40"), None, 7, ""),
    ]
    assert [line.words for line in grade_log.lines(log, "Europe/Warsaw")] == [
        "Something was handed in, so the final mark of missing work, 1.4 of 7, holds no more.",
        "Teacher made the mark of missing work final: 1.4 of 7.",
    ]


def test_what_was_taken_back_at_the_close_ends_it(cast: Cast, hands: time_machine.Traveller) -> None:
    hands.move_to(at("2026-05-01T08:00Z"))
    given = work.make_assignment(
        cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-03T10:00Z"), missing_percent=0
    )
    submission = work.submission_of(given, cast.student)
    work.hand_in(submission)
    actions.withdraw(reread(submission), by=cast.student)
    hands.move_to(at("2026-05-02T10:00Z"))
    make_final(submission, cast)
    hands.move_to(at("2026-05-03T10:00Z") + dt.timedelta(minutes=5))
    assert actions.settle_close(submission.pk)
    assert (counts_as(submission), submission.final_marks.get().ended) == (None, "handed_in")


def test_a_final_mark_that_was_changed_behind_the_events_is_found(final: Submission) -> None:
    Submission.objects.filter(pk=final.pk).update(final_mark=None)
    assert [fault for _row, fault in history.check_all()] == [
        "the final mark of missing work is not the one that its events say"
    ]
