"""What is stored is what the events amount to, and what was handed in never changes."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.db.models import BooleanField, CharField, DateTimeField, Field, ForeignKey, IntegerField

from assignments import actions, history
from assignments.actions.turn import Turn
from assignments.device_clock import Said
from assignments.errors import StateConflict
from assignments.history import check_all
from assignments.models import AnswerPart, Attempt, Citation, Event, Excuse, Grade, Submission, TimingDecision
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


@pytest.fixture
def excused(cast: Cast, time_machine: Any) -> Submission:
    """Other work, whose missing mark was made final and ended; excused since."""
    time_machine.move_to(NOW, tick=False)
    other = work.make_assignment(cast, due=work.due("2026-05-01T12:00"), missing_percent=20)
    submission = work.submission_of(other, cast.classmate)
    time_machine.move_to(NOW + dt.timedelta(days=1), tick=False)
    actions.make_final(submission, if_version=other.version, by=cast.teacher)
    actions.excuse(submission, category=Excuse.ILLNESS, reason="A note", by=cast.teacher)
    submission.refresh_from_db()
    return submission


@pytest.fixture
def read(cast: Cast) -> Submission:
    """Other work, which was finished offline, and which the teacher is reading."""
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    work.hand_in(
        submission, captured=Said(at=work.at("2026-05-01T08:00Z"), time_token="", mono_s=0, boot="a-page-load")
    )
    actions.claim(submission, by=cast.teacher)
    submission.refresh_from_db()
    return submission


def test_what_is_written_while_it_is_read_is_no_fault(
    cast: Cast, full: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, found = history._faults_of, []

    def meanwhile(batch: list[Submission]) -> Any:
        if not found:
            actions.claim(full, by=cast.teacher)  # these rows are read, and what belongs to them is not
        found.append(list(look(batch)))
        return found[-1]

    monkeypatch.setattr(history, "_faults_of", meanwhile)
    assert list(check_all()) == []
    first, second = found
    assert first
    assert not second


def test_replay_gives_what_is_stored(full: Submission) -> None:
    assert list(check_all(size=1)) == []
    out = io.StringIO()
    call_command("verify_submissions", stdout=out)
    assert "is what its events say" in out.getvalue()


NOW = work.at("2026-05-01T09:00Z")
# What no event tells: who and what it is of, the number in place of a name, and times that are renewed without one.
# The database makes `tally` of the others.
NOT_TOLD = {"id", "assignment", "student", "alias", "created_at", "changed_at", "claim_until", "tally"}
# Changed to these, and with these beside them where the database holds them together.
OTHERWISE: dict[str, dict[str, Any]] = {
    "state": {"state": "drafting"},
    "claim_from": {"state": "in_review", "claim_from": "submitted", "claim_until": NOW, "claimed_by": "co_teacher"},
    "excused_from": {"excused_from": "submitted", "excuse_category": "illness"},
    "voided_from": {"state": "void", "voided_from": "submitted"},
    "counted": {"counted": None, "handed_in_at": None},
    "excuse_category": {"excuse_category": "school"},
    "claimed_by": {"claimed_by": "co_teacher"},
    "clock_trust": {"clock_trust": "teacher"},
    "clock_doubt": {"clock_doubt": "other_boot"},
}


def otherwise(full: Submission, cast: Cast, column: Field[Any, Any]) -> dict[str, Any]:
    """Another value of this column, which the database takes."""
    if column.name in OTHERWISE:
        given = OTHERWISE[column.name]
        return {name: getattr(cast, value) if name == "claimed_by" else value for name, value in given.items()}
    value = getattr(full, column.name)
    if isinstance(column, BooleanField):
        return {column.name: not value}
    if isinstance(column, DateTimeField):
        return {column.name: NOW}
    if isinstance(column, IntegerField):
        return {column.name: (value or 0) + 1}
    if isinstance(column, CharField):
        return {column.name: "student"}
    assert isinstance(column, ForeignKey)
    if column.null and value is not None:
        return {column.name: None}
    return {column.name: column.related_model._default_manager.exclude(pk=getattr(full, column.attname)).first()}


@pytest.mark.parametrize(
    "name", [column.name for column in Submission._meta.concrete_fields if column.name not in NOT_TOLD]
)
def test_a_row_that_was_changed_behind_the_events_is_found(
    cast: Cast, full: Submission, excused: Submission, read: Submission, name: str
) -> None:
    assert list(check_all()) == []
    of_a_device = dict.fromkeys(("captured_at_device", "captured_at", "clock_trust", "clock_doubt"), read)
    changed = {"excuse_category": excused, "claimed_by": read, **of_a_device}.get(name, full)
    change = otherwise(changed, cast, Submission._meta.get_field(name))
    Submission.objects.filter(pk=changed.pk).update(**change)
    assert {found.pk for found, _fault in check_all()} == {changed.pk}
    with pytest.raises(CommandError):
        call_command("verify_submissions", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize("model", [AnswerPart, Attempt, Citation, Event, TimingDecision])
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
