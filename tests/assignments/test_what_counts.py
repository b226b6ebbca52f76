"""The mark of a piece of work that was returned more than once: which grade it is, and who changes that."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import AuditEntry
from assignments import actions, errors, grade_log, history, marks_moving
from assignments.grade_log import What
from assignments.models import Assignment, Grade, Submission
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Seven points; may be improved after the return."""
    return work.make_assignment(cast, resubmission=True)


def give(submission: Submission, cast: Cast, score: str, **hand_in: Any) -> Grade:
    """Another hand-in, returned with this total."""
    work.hand_in(reread(submission), **hand_in)
    return give_back(submission, cast, score)


def give_back(submission: Submission, cast: Cast, score: str) -> Grade:
    actions.claim(submission, by=cast.teacher)
    work.mark(submission, cast.teacher, questions=[], score=Decimal(score))
    return actions.return_grade(submission, by=cast.teacher)


@pytest.fixture
def twice(cast: Cast, submission: Submission) -> Submission:
    """Five points at first, and three for what was to be better."""
    give(submission, cast, "5")
    give(submission, cast, "3")
    return submission


def change(assignment: Assignment, cast: Cast, counts: str) -> list[marks_moving.Move]:
    row = Assignment.objects.get(pk=assignment.pk)
    tag = marks_moving.preview(row, counts).tag
    return list(actions.change_counts(row, counts=counts, preview=tag, by=cast.teacher).moves)


def score(submission: Submission) -> Decimal | None:
    mark = reread(submission).mark_grade
    assert not list(history.check_all())
    return mark.final_score if mark else None


def test_without_a_word_the_latest_counts(cast: Cast, twice: Submission) -> None:
    assert score(twice) == 3


@pytest.mark.parametrize(("counts", "expected"), [("best", 5), ("first", 5), ("pick", 3), ("latest", 3)])
def test_another_policy_moves_the_mark_and_not_what_is_seen(
    cast: Cast, assignment: Assignment, twice: Submission, counts: str, expected: int
) -> None:
    change(assignment, cast, counts)
    assert score(twice) == expected
    seen = reread(twice).returned_grade
    assert seen is not None
    assert seen.final_score == 3
    assert reread(twice).counted.number == 2


@pytest.mark.parametrize(("counts", "expected"), [("best", 6), ("first", 5), ("pick", 6), ("latest", 6)])
def test_what_is_returned_after_it_is_held_to_the_policy(
    cast: Cast, assignment: Assignment, twice: Submission, counts: str, expected: int
) -> None:
    change(assignment, cast, counts)
    give(twice, cast, "6")
    assert score(twice) == expected


def test_changing_it_back_moves_the_marks_back_and_each_leaves_an_event(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    other = work.submission_of(assignment, cast.classmate)
    give(other, cast, "4")
    assert [move.submission for move in change(assignment, cast, "best")] == [twice.pk]
    assert [move.submission for move in change(assignment, cast, "latest")] == [twice.pk]
    assert score(twice) == 3
    told = [(e.facts["old"], e.facts["new"]) for e in twice.events.filter(name="counts").in_order()]
    assert told == [("3.00", "5.00"), ("5.00", "3.00")]
    assert not other.events.filter(name="counts").exists()
    entries = AuditEntry.objects.filter(action="what counts changed").order_by("id")
    assert [(e.facts["old"], e.facts["new"], e.facts["moved"]) for e in entries] == [
        ("latest", "best", 1),
        ("best", "latest", 1),
    ]


def test_a_preview_names_whose_mark_would_move_and_changes_nothing(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    give(work.submission_of(assignment, cast.classmate), cast, "4")
    found = marks_moving.preview(assignment, "first")
    assert [(m.name, m.old.score, m.new.score, m.old.number, m.new.number) for m in found.moves] == [
        (cast.student.get_full_name(), Decimal(3), Decimal(5), 2, 1)
    ]
    assert found.marks == 2
    assert score(twice) == 3


def test_what_the_preview_did_not_show_is_not_applied(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    shown = marks_moving.preview(assignment, "best")
    give(twice, cast, "6")
    with pytest.raises(VersionStale):
        actions.change_counts(assignment, counts="best", preview=shown.tag, by=cast.teacher)
    assert Assignment.objects.get(pk=assignment.pk).counts == "latest"
    assert change(assignment, cast, "best") == []


def test_the_preview_of_one_policy_is_not_good_for_another(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    shown = marks_moving.preview(assignment, "best")
    with pytest.raises(VersionStale):
        actions.change_counts(assignment, counts="first", preview=shown.tag, by=cast.teacher)


def test_in_an_archived_class_nothing_is_changed(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    shown = marks_moving.preview(assignment, "best")
    cast.room.archived_at = at("2026-05-01T10:00Z")
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(errors.ClassArchived):
        actions.change_counts(assignment, counts="best", preview=shown.tag, by=cast.teacher)


def test_while_the_return_is_taken_back_there_is_no_mark_and_then_the_policy_holds_again(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    change(assignment, cast, "first")
    actions.recall(twice, reason="A slip", by=cast.teacher)
    assert score(twice) is None
    actions.return_grade(twice, by=cast.teacher)
    assert score(twice) == 5


def test_a_grade_that_was_taken_back_never_counts_again(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    actions.recall(twice, reason="A slip", by=cast.teacher)
    actions.release(twice, by=cast.teacher)
    give(twice, cast, "2")
    assert [one.final_score for one in twice.grades.filter(returned_at__isnull=False).order_by("version")] == [5, 3, 2]
    change(assignment, cast, "best")
    assert score(twice) == 5
    change(assignment, cast, "pick")
    recalled = twice.grades.get(final_score=3, returned_at__isnull=False)
    with pytest.raises(ValidationFailed) as refused:
        actions.pick_grade(twice, grade=recalled, reason="Better", by=cast.teacher)
    assert refused.value.extra["errors"][0]["code"] == "not-standing"


def test_a_teacher_chooses_what_counts_and_goes_back(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    change(assignment, cast, "pick")
    first = twice.grades.get(final_score=5)
    actions.pick_grade(twice, grade=first, reason="It was ill-advised to change it", by=cast.co_teacher)
    assert score(twice) == 5
    give(twice, cast, "4")
    assert score(twice) == 5
    actions.pick_grade(twice, grade=first, reason="The same again", by=cast.co_teacher)
    actions.pick_grade(twice, grade=None, by=cast.teacher)
    assert score(twice) == 4
    assert [e.reason for e in twice.events.filter(name="pick").in_order()] == ["It was ill-advised to change it", ""]


def test_choosing_needs_a_reason_and_the_policy(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    first = twice.grades.get(final_score=5)
    with pytest.raises(errors.StateConflict):
        actions.pick_grade(twice, grade=first, reason="Better", by=cast.teacher)
    change(assignment, cast, "pick")
    with pytest.raises(ValidationFailed):
        actions.pick_grade(twice, grade=first, reason="  ", by=cast.teacher)
    assert score(twice) == 3


def test_a_choice_outlasts_a_change_of_what_counts(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    change(assignment, cast, "pick")
    actions.pick_grade(twice, grade=twice.grades.get(final_score=5), reason="Better", by=cast.teacher)
    assert len(change(assignment, cast, "latest")) == 1
    assert score(twice) == 3
    change(assignment, cast, "pick")
    assert score(twice) == 5


def test_a_kinder_date_also_mends_the_first_hand_in_that_counts(cast: Cast) -> None:
    policy = {"late_percent": 10, "late_every_seconds": 86_400}
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), resubmission=True, counts="first", **policy)
    submission = work.submission_of(given, cast.student)
    give(submission, cast, "5", received_at=at("2026-05-02T11:00Z"))
    give(submission, cast, "3", received_at=at("2026-05-02T12:00Z"))
    assert score(submission) == Decimal("3.60")
    actions.extend(submission, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    assert score(submission) == 5
    actions.update_assignment(Assignment.objects.get(pk=given.pk), if_version=1, by=cast.teacher, late_percent=20)
    assert score(submission) == 5


def test_who_was_removed_comes_back_with_the_mark_that_counts_by_then(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    actions.delete_assignment(assignment, by=cast.teacher)
    assert marks_moving.preview(Assignment.objects.get(pk=assignment.pk), "best").listed == []
    change(assignment, cast, "best")
    actions.undelete_assignment(assignment, by=cast.teacher)
    assert score(twice) == 5


def test_the_log_tells_what_counts_since_and_why(cast: Cast, assignment: Assignment, twice: Submission) -> None:
    change(assignment, cast, "pick")
    actions.pick_grade(twice, grade=twice.grades.get(final_score=5), reason="It was better", by=cast.teacher)
    change(assignment, cast, "latest")
    log = grade_log.of(reread(twice), viewer=cast.student)
    assert [(e.what, e.old, e.new, e.reason) for e in log[-2:]] == [
        (What.PICKED, Decimal(3), Decimal(5), "It was better"),
        (What.COUNTED, Decimal(5), Decimal(3), ""),
    ]
    said = [line.words for line in grade_log.lines(log, "Europe/Warsaw")]
    assert "what counts" in said[0]
    assert "hand-in 1" in said[1]


def test_of_a_score_that_was_taken_back_unseen_the_log_of_the_student_says_nothing(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    give(submission, cast, "5")
    actions.note_seen(reread(submission), by=cast.student)
    give(submission, cast, "3")
    change(assignment, cast, "first")
    actions.recall(submission, reason="A slip", by=cast.teacher)
    log = grade_log.of(reread(submission), viewer=cast.student)
    assert [(e.what, e.old, e.new) for e in log] == [
        (What.RETURNED, None, Decimal(5)),
        (What.RECALLED, Decimal(5), None),
    ]


def test_a_mark_that_was_changed_behind_the_events_is_found(
    cast: Cast, assignment: Assignment, twice: Submission
) -> None:
    change(assignment, cast, "first")
    Submission.objects.filter(pk=twice.pk).update(mark_grade=twice.grades.get(final_score=3))
    assert [fault for _row, fault in history.check_all()] == ["its mark is not the grade that counts"]
