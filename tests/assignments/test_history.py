"""What is stored is what the events amount to, and what was handed in never changes."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from assignments import actions
from assignments.actions.turn import Turn
from assignments.errors import StateConflict
from assignments.history import check_all
from assignments.models import Attempt, Citation, Event, Grade, Submission, TimingDecision
from destalin_site.common.errors import DomainError
from lessons.models.edition import WrittenOnce
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(cast: Cast, submission: Submission) -> Submission:
    """Work that went a long way."""
    citations = [work.cited(submission.assignment.edition_id)]
    work.hand_in(submission, work.body_for(submission.assignment, citations=citations))
    work.hand_in(submission, work.body_for(submission.assignment, "Once more", single=[1]))
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    actions.recall(submission, reason="Wrong", by=cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    actions.delete_assignment(submission.assignment, by=cast.teacher)
    actions.undelete_assignment(submission.assignment, by=cast.teacher)
    submission.refresh_from_db()
    return submission


def test_replay_gives_what_is_stored(full: Submission) -> None:
    assert list(check_all(size=1)) == []
    out = io.StringIO()
    call_command("verify_submissions", stdout=out)
    assert "is what its events say" in out.getvalue()


@pytest.mark.parametrize(
    "change", [{"state": "drafting"}, {"version": 3}, {"attempt_count": 5}, {"returned_grade": None}]
)
def test_a_row_that_was_changed_behind_the_events_is_found(full: Submission, change: dict) -> None:
    Submission.objects.filter(pk=full.pk).update(**change)
    with pytest.raises(CommandError):
        call_command("verify_submissions", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize("model", [Attempt, Citation, Event, TimingDecision])
def test_what_is_written_once_is_never_changed(full: Submission, model: type) -> None:
    row = model.objects.first()
    assert row is not None
    with pytest.raises(WrittenOnce):
        row.save()
    with pytest.raises(WrittenOnce):
        row.delete()
    with pytest.raises(WrittenOnce):
        model.objects.update(pk=row.pk)
    table, column = model._meta.db_table, model._meta.pk.column
    with pytest.raises(Error, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = "{column}"')


@pytest.mark.parametrize("change", [{"feedback": "Other words."}, {"marks": []}, {"entered_score": 1}])
def test_a_grade_that_was_returned_never_changes_its_words_even_past_the_actions(
    full: Submission, change: dict
) -> None:
    recalled, returned = full.grades.exclude(returned_at=None).order_by("version")
    assert (recalled.status, returned.status) == ("superseded", "returned")
    for closed in (recalled, returned):
        with pytest.raises(Error, match="write-once"), transaction.atomic():
            Grade.objects.filter(pk=closed.pk).update(**change)
    actions.recall(full, reason="Once more", by=returned.returned_by)
    assert Grade.objects.filter(submission=full, status="draft").update(**change) == 1


def test_the_first_text_is_the_same_after_the_second(full: Submission) -> None:
    first, second = full.attempts.order_by("number")
    assert first.body["answers"][0]["blocks"][0]["text"] == "It was decided elsewhere."
    assert second.body["answers"][0]["blocks"][0]["text"] == "Once more"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("a_claim_is_held_while_in_review", {"state": "in_review"}),
        ("a_way_back_from_void", {"state": "void"}),
        ("what_counts_was_handed_in", {"attempt_count": 0}),
    ],
)
def test_what_must_always_hold_holds_even_past_the_actions(full: Submission, name: str, columns: dict) -> None:
    with pytest.raises(Error, match=name), transaction.atomic():
        Submission.objects.filter(pk=full.pk).update(**columns)


def test_a_turn_that_another_overtook_writes_nothing(cast: Cast, submission: Submission) -> None:
    with transaction.atomic():
        late = Turn(submission, by=cast.student)
        late.note("timing")
        work.hand_in(submission)
        with pytest.raises(StateConflict):
            late.write()
    assert list(check_all()) == []


def test_a_refusal_changes_nothing_but_what_is_parked(cast: Cast, full: Submission) -> None:
    def rows() -> list[tuple[object, ...]]:
        return list(Submission.objects.filter(pk=full.pk).values_list())

    before = rows()
    refusals: list[Callable[[], object]] = [
        lambda: actions.return_grade(full, by=cast.teacher),
        lambda: actions.recall(full, reason="", by=cast.teacher),
        lambda: work.mark(full, cast.teacher, if_version=0),
    ]
    for refused in refusals:
        with pytest.raises(DomainError):
            refused()
        assert rows() == before
