"""Giving an edition to a class, changing that, taking it back."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.actions import add_member, remove_member
from accounts.models import Membership
from accounts.signals import classroom_archived, member_joined, member_left, member_restored
from assignments import actions
from assignments.actions import assigning
from assignments.errors import ClassArchived
from assignments.lifecycle import State
from assignments.models import Assignment, Submission
from assignments.models.assignment import AssignmentState
from destalin_site.common.actor import SYSTEM
from destalin_site.common.errors import ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.assignments.work import at, due
from tests.cast import Cast, person
from tests.lessons import factories

pytestmark = pytest.mark.django_db


def pointers(error: pytest.ExceptionInfo[ValidationFailed]) -> list[tuple[str, str]]:
    return [(entry["pointer"], entry["code"]) for entry in error.value.extra["errors"]]


def states(assignment: Assignment) -> dict[str, str]:
    return dict(assignment.submissions.values_list("student__username", "state"))


def test_every_student_of_the_class_has_one_submission_from_then_on(cast: Cast) -> None:
    assignment = work.make_assignment(cast)
    assert states(assignment) == {"student": "assigned", "classmate": "assigned"}
    first = assignment.submissions.first()
    assert first is not None
    assert [(event.seq, event.transition, event.actor) for event in first.events.all()] == [(1, "T1", cast.teacher)]


def test_named_students_alone_are_reached(cast: Cast) -> None:
    assignment = work.make_assignment(cast, audience=[cast.classmate.pk])
    assert states(assignment) == {"classmate": "assigned"}
    assert Assignment.objects.visible_to(cast.classmate).get() == assignment
    assert not Assignment.objects.visible_to(cast.student).exists()


@pytest.mark.parametrize("who", ["removed", "other_student", "teacher", "stranger"])
def test_nobody_who_is_not_a_student_of_the_class_can_be_named(cast: Cast, who: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, audience=[cast.student.pk, getattr(cast, who).pk])
    assert pointers(refused) == [("/audience/1", "unknown-student")]
    assert not Assignment.objects.exists()


def test_assigning_again_with_the_same_id_is_the_same_assignment(cast: Cast) -> None:
    edition, name = work.make_edition(), uuid7()
    first = work.make_assignment(cast, edition, id=name)
    assert work.make_assignment(cast, edition, id=name) == first
    assert Submission.objects.count() == 2
    with pytest.raises(ValidationFailed) as refused:
        actions.create_assignment(cast.other_room, edition=edition, title="Mine", by=cast.other_teacher, id=name)
    assert pointers(refused) == [("/id", "taken")]
    actions.delete_assignment(first, by=cast.teacher)
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, edition, id=name)
    assert pointers(refused) == [("/id", "taken")]


def test_an_id_that_another_class_took_meanwhile_is_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    edition, name = work.make_edition(), uuid7()

    def while_checking(assignment: Assignment) -> None:
        monkeypatch.undo()
        actions.create_assignment(cast.other_room, edition=edition, title="Mine", by=cast.other_teacher, id=name)

    monkeypatch.setattr(assigning, "_check", while_checking)
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, edition, id=name)
    assert pointers(refused) == [("/id", "taken")]


def test_a_due_time_in_the_gap_is_stored_with_what_was_said_and_what_it_became(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=due("2026-03-29T02:30"))
    assignment.refresh_from_db()
    assert assignment.due is not None
    assert (assignment.due.time, assignment.due.at, assignment.due.shift) == (
        dt.time(2, 30),
        at("2026-03-29T01:30:00Z"),
        "gap",
    )


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"due": due("2026-05-01T12:00", "Mars/Base")}, [("/due/zone", "unknown-zone")]),
        # The last hours of the calendar, told on clocks further east, would fall off its end.
        ({"due": due("0001-01-01T00:00")}, [("/due/date", "day-out-of-reach")]),
        ({"due": due("9999-12-31T23:59")}, [("/due/date", "day-out-of-reach")]),
        ({"opens_at": at("0001-01-01T00:00Z")}, [("/opens_at", "day-out-of-reach")]),
        ({"closes_at": at("9999-12-31T23:59Z")}, [("/closes_at", "day-out-of-reach")]),
        (
            {"opens_at": at("2026-05-02T12:00Z"), "closes_at": at("2026-05-02T12:00Z")},
            [("/closes_at", "closes-too-early")],
        ),
        ({"opens_at": at("2026-05-02T12:00Z"), "due": due("2026-05-01T12:00")}, [("/due", "due-too-early")]),
        ({"questions": ["nope"]}, [("/questions/0", "unknown-question")]),
        ({"points": Decimal(6)}, [("/points", "below-questions")]),
        ({"audience": []}, [("/audience", "nobody")]),
    ],
)
def test_what_cannot_be_is_named(cast: Cast, fields: dict, errors: list) -> None:
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, **fields)
    assert pointers(refused) == errors


def test_only_an_edition_of_the_catalogue_can_be_assigned_and_it_stays_pinned(cast: Cast) -> None:
    lesson = factories.make_lesson()
    old = factories.publish(lesson)
    assignment = work.make_assignment(cast, old)
    lesson.title = "Walls, revised"
    new = factories.publish(lesson)
    assignment.refresh_from_db()
    assert assignment.edition == old != new
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, old)
    assert pointers(refused) == [("/edition", "not-assignable")]


def test_nothing_is_assigned_in_an_archived_class(cast: Cast) -> None:
    edition = work.make_edition()
    cast.room.archived_at = at("2026-01-01T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(ClassArchived):
        work.make_assignment(cast, edition)


def test_a_student_who_joins_later_is_assigned_once(cast: Cast, assignment: Assignment) -> None:
    for_one = work.make_assignment(cast, assignment.edition, audience=[cast.student.pk])
    newcomer = person("newcomer")
    membership = Membership.objects.create(classroom=cast.room, user=newcomer, role="student")
    member_joined.send(Membership, membership=membership, by=newcomer)
    member_restored.send(Membership, membership=membership, by=newcomer)
    assert states(assignment)["newcomer"] == "assigned"
    assert "newcomer" not in states(for_one)
    assert Submission.objects.filter(student=newcomer).count() == 1


def test_a_student_who_leaves_finds_everything_on_coming_back(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    membership = Membership.objects.get(classroom=cast.room, user=cast.student)
    membership.left_at = at("2026-05-01T12:00Z")
    membership.save(update_fields=["left_at"])
    member_left.send(Membership, membership=membership, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.voided_from) == ("void", "submitted")
    assert not Submission.objects.visible_to(cast.student).filter(pk=submission.pk).exists()
    membership.left_at = None
    membership.save(update_fields=["left_at"])
    member_restored.send(Membership, membership=membership, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.voided_from, submission.attempt_count) == ("submitted", "", 1)


def test_removal_during_review_drops_the_claim_and_keeps_the_marks(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    Membership.objects.filter(classroom=cast.room, user=cast.student).update(left_at=at("2026-05-01T12:00Z"))
    actions.sync_student(cast.room, cast.student.pk, by=SYSTEM)
    submission.refresh_from_db()
    assert (submission.state, submission.voided_from, submission.claimed_by) == ("void", "submitted", None)
    assert submission.grades.get().feedback == "Well seen."


def test_deleting_takes_it_from_all_lists_and_undoing_brings_the_work_back(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission)
    actions.delete_assignment(assignment, by=cast.teacher)
    actions.delete_assignment(assignment, by=cast.teacher)
    assert states(assignment) == {"student": "void", "classmate": "void"}
    assert not Assignment.objects.visible_to(cast.teacher).exists()
    newcomer = person("newcomer")
    Membership.objects.create(classroom=cast.room, user=newcomer, role="student")
    Membership.objects.filter(user=cast.classmate).update(left_at=at("2026-05-01T12:00Z"))
    actions.undelete_assignment(assignment, by=cast.teacher)
    assert states(assignment) == {"student": "submitted", "classmate": "void", "newcomer": "assigned"}


def test_changing_the_audience_removes_and_brings_back(cast: Cast, assignment: Assignment) -> None:
    changed = actions.update_assignment(assignment, if_version=1, by=cast.teacher, audience=[cast.student.pk])
    assert states(assignment) == {"student": "assigned", "classmate": "void"}
    actions.update_assignment(changed, if_version=2, by=cast.teacher, audience=None)
    assert states(assignment) == {"student": "assigned", "classmate": "assigned"}


def test_who_has_left_stays_named_through_an_edit_and_finds_her_work_on_coming_back(cast: Cast) -> None:
    assignment = work.make_assignment(cast, audience=[cast.student.pk, cast.classmate.pk])
    membership = Membership.objects.get(classroom=cast.room, user=cast.student)
    remove_member(membership, by=cast.teacher)
    # The form lists who is in the class now; REST names her again, as it read her.
    for named in ([cast.classmate.pk], [cast.student.pk, cast.classmate.pk]):
        assignment = actions.update_assignment(
            assignment, if_version=assignment.version, by=cast.teacher, title="Renamed", audience=named
        )
        assert states(assignment) == {"student": "void", "classmate": "assigned"}
    add_member(cast.room, username="student", role="student", by=cast.teacher)
    assert states(assignment) == {"student": "assigned", "classmate": "assigned"}


def test_an_edit_upon_an_old_version_is_refused(cast: Cast, assignment: Assignment) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, title="Walls and doors")
    with pytest.raises(VersionStale) as stale:
        actions.update_assignment(assignment, if_version=1, by=cast.co_teacher, title="Walls and windows")
    assert stale.value.extra["current_etag"] == '"a2"'
    assignment.refresh_from_db()
    assert assignment.title == "Walls and doors"


def test_a_later_due_time_helps_and_an_earlier_one_harms_nobody(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"))
    late = work.submission_of(assignment, cast.student)
    in_time = work.submission_of(assignment, cast.classmate)
    work.hand_in(late, received_at=at("2026-05-01T10:31:00Z"))
    work.hand_in(in_time, received_at=at("2026-05-01T09:00:00Z"))
    late.refresh_from_db()
    assert late.late_seconds == 30 * 60
    assignment = actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=due("2026-05-01T12:20"))
    late.refresh_from_db()
    assert late.late_seconds == 10 * 60
    assignment = actions.update_assignment(assignment, if_version=2, by=cast.teacher, due=due("2026-05-01T10:00"))
    late.refresh_from_db()
    in_time.refresh_from_db()
    assert (late.late_seconds, in_time.late_seconds) == (10 * 60, 0)
    event = late.events.in_order().last()
    assert event is not None
    assert (event.name, event.transition, event.facts["seconds"]) == ("timing", "", 600)
    assert late.counted is not None
    assert late.counted.timings.count() == 2
    newest = late.counted.timings.order_by("id").last()
    assert newest is not None
    assert (newest.as_timing().decided_again(), newest.inputs["zone"]) == (newest.as_timing(), "Europe/Warsaw")


def test_archiving_a_class_releases_its_claims(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    cast.room.archived_at = at("2026-06-30T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    classroom_archived.send(type(cast.room), classroom=cast.room, by=cast.teacher)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_the_state_follows_from_the_dates_to_the_second(cast: Cast) -> None:
    assignment = work.make_assignment(
        cast, opens_at=at("2026-05-01T08:00Z"), due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T14:00Z")
    )
    second = dt.timedelta(seconds=1)
    opens, closes = at("2026-05-01T08:00Z"), at("2026-05-01T14:00Z")
    assert assignment.state_at(opens - second) is AssignmentState.SCHEDULED
    assert assignment.state_at(opens) is AssignmentState.OPEN
    assert assignment.state_at(closes) is AssignmentState.OPEN
    assert assignment.state_at(closes + second) is AssignmentState.CLOSED


def test_one_submission_each_holds_even_past_python(cast: Cast, submission: Submission) -> None:
    twin = Submission(
        assignment=submission.assignment,
        student=cast.student,
        edition_id=submission.edition_id,
        created_at=submission.created_at,
        changed_at=submission.changed_at,
    )
    with pytest.raises(IntegrityError, match=r"one_submission_each|assignments_submission"), transaction.atomic():
        twin.save(force_insert=True)


def test_assigning_costs_the_same_for_two_students_and_for_twenty(cast: Cast, queries) -> None:
    edition = work.make_edition()
    work.make_assignment(cast, edition)
    few = queries(lambda: work.make_assignment(cast, edition))
    for n in range(18):  # SQLite takes some twenty-five rows of so many columns in one statement
        Membership.objects.create(classroom=cast.room, user=person(f"pupil{n}"), role="student")
    assert queries(lambda: work.make_assignment(cast, edition)) == few
    some = Assignment.objects.latest("created_at")
    fewer = queries(lambda: actions.delete_assignment(some, by=cast.teacher))
    assert fewer < 15


def test_preview_tries_everything_and_leaves_no_row(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"))
    rows = counts()
    with time_machine.travel("2026-04-01T12:00Z"):
        seen = actions.preview_hand_in(
            assignment, body=work.body_for(assignment, "Two words"), received_at=at("2026-05-01T11:00Z")
        )
    assert (seen.missing, seen.faults, seen.words, seen.timing.result) == ([], [], 2, "late")
    empty = actions.preview_hand_in(assignment, body={"answers": []}, received_at=at("2026-05-01T09:00Z"))
    assert len(empty.missing) == 1
    assert counts() == rows


def counts() -> dict[str, int]:
    from django.apps import apps

    return {
        model._meta.label: model._default_manager.count() for model in apps.get_app_config("assignments").get_models()
    }
