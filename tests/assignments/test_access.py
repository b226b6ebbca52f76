"""Who finds which rows behind which door. Absent for a stranger, refused for a member without the right."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Membership
from assignments import access, actions
from assignments.models import Assignment, Attempt, Event, ParkedCopy, Submission
from destalin_site.common.errors import DomainError
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

STAFF = {"teacher", "co_teacher", "assistant"}
OUTSIDERS = {"removed", "other_teacher", "other_student", "stranger", "curator", "admin"}
EVERYBODY = STAFF | OUTSIDERS | {"student", "classmate"}


def who_gets_in(cast: Cast, door: Callable[[Any], Any]) -> dict[str, set[str]]:
    answers: dict[str, set[str]] = {"in": set(), "absent": set(), "refused": set()}
    for name in EVERYBODY:
        try:
            door(getattr(cast, name))
        except Http404:
            answers["absent"].add(name)
        except PermissionDenied:
            answers["refused"].add(name)
        else:
            answers["in"].add(name)
    return answers


def test_an_assignment_is_read_by_its_class_and_edited_by_its_teachers(cast: Cast, assignment: Assignment) -> None:
    members = STAFF | {"student", "classmate"}
    reading = who_gets_in(cast, lambda user: access.assignment_to_read(user, assignment.pk))
    assert reading == {"in": members, "absent": OUTSIDERS, "refused": set()}
    editing = who_gets_in(cast, lambda user: access.assignment_to_edit(user, assignment.pk))
    assert editing == {
        "in": {"teacher", "co_teacher"},
        "absent": OUTSIDERS,
        "refused": {"assistant", "student", "classmate"},
    }
    grading = who_gets_in(cast, lambda user: access.assignment_to_grade(user, assignment.pk))
    assert grading == {"in": STAFF, "absent": OUTSIDERS, "refused": {"student", "classmate"}}


def test_a_deleted_assignment_is_absent_but_for_undoing(cast: Cast, assignment: Assignment) -> None:
    actions.delete_assignment(assignment, by=cast.teacher)
    assert who_gets_in(cast, lambda user: access.assignment_to_edit(user, assignment.pk))["in"] == set()
    found = who_gets_in(cast, lambda user: access.assignment_to_edit(user, assignment.pk, deleted=True))
    assert found["in"] == {"teacher", "co_teacher"}


def test_work_is_read_by_its_author_and_staff_and_by_no_classmate(cast: Cast, submission: Submission) -> None:
    reading = who_gets_in(cast, lambda user: access.submission_to_read(user, submission.pk))
    assert reading["in"] == STAFF | {"student"}
    assert reading["absent"] == OUTSIDERS | {"classmate"}
    writing = who_gets_in(cast, lambda user: access.submission_to_write(user, submission.pk))
    assert writing == {"in": {"student"}, "absent": OUTSIDERS | {"classmate"}, "refused": STAFF}
    grading = who_gets_in(cast, lambda user: access.submission_to_grade(user, submission.pk))
    assert grading == {"in": STAFF, "absent": OUTSIDERS | {"classmate"}, "refused": {"student"}}


def test_a_pupil_who_became_an_assistant_grades_her_classmates_and_not_herself(
    cast: Cast, submission: Submission
) -> None:
    Membership.objects.filter(user=cast.student).update(role="assistant")
    others = work.submission_of(submission.assignment, cast.classmate)
    assert set(Submission.objects.gradable_by(cast.student)) == {others}
    assert access.submission_to_grade(cast.student, others.pk) == others
    with pytest.raises(PermissionDenied):
        access.submission_to_grade(cast.student, submission.pk)


def test_removed_work_is_not_read_by_its_author_yet_her_text_still_finds_the_door(
    cast: Cast, submission: Submission
) -> None:
    Membership.objects.filter(user=cast.student).update(left_at=work.at("2026-05-01T08:00Z"))
    actions.sync_student(cast.room, cast.student.pk, by=cast.teacher)
    with pytest.raises(Http404):
        access.submission_to_read(cast.student, submission.pk)
    assert access.submission_to_write(cast.student, submission.pk) == submission
    assert access.submission_to_read(cast.teacher, submission.pk) == submission
    assert submission not in Submission.objects.visible_to(cast.teacher).listed()


def test_attempts_follow_their_work(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    reading = who_gets_in(cast, lambda user: access.attempt_to_read(user, submission.pk, 1))
    assert reading["in"] == STAFF | {"student"}
    assert set(Attempt.objects.visible_to(cast.classmate)) == set()
    with pytest.raises(Http404):
        access.attempt_to_read(cast.student, submission.pk, 2)


def test_a_parked_save_is_the_students_alone_and_a_parked_hand_in_is_the_teachers_too(
    cast: Cast, submission: Submission
) -> None:
    def park(act: Callable[[], Any]) -> ParkedCopy:
        with pytest.raises(DomainError) as refused:
            act()
        return ParkedCopy.objects.get(pk=refused.value.extra["parked_copy"]["id"])

    body = work.body_for(submission.assignment, "Mine")
    saved = park(lambda: actions.save_draft(submission, body=body, if_rev=3, by=cast.student))
    other = work.body_for(submission.assignment, "Also mine")
    handed_in = park(lambda: work.hand_in(submission, other, edition="x"))
    assert set(ParkedCopy.objects.visible_to(cast.student)) == {saved, handed_in}
    assert set(ParkedCopy.objects.visible_to(cast.teacher)) == {handed_in}
    assert not ParkedCopy.objects.visible_to(cast.classmate).exists()
    accepting = who_gets_in(cast, lambda user: access.parked_to_accept(user, submission.pk, handed_in.pk))
    assert accepting == {"in": STAFF, "absent": OUTSIDERS | {"classmate"}, "refused": {"student"}}
    using = who_gets_in(cast, lambda user: access.parked_to_use(user, submission.pk, saved.pk))
    assert using == {"in": {"student"}, "absent": OUTSIDERS | {"classmate"} | STAFF, "refused": set()}


def test_a_class_is_assigned_to_by_its_owner_and_teachers(cast: Cast) -> None:
    door = who_gets_in(cast, lambda user: access.classroom_to_assign_in(user, cast.room.pk))
    assert door == {
        "in": {"teacher", "co_teacher"},
        "absent": OUTSIDERS,
        "refused": {"assistant", "student", "classmate"},
    }


def test_lists_hold_what_one_may_see_and_no_more(cast: Cast, assignment: Assignment) -> None:
    edition = assignment.edition
    theirs = actions.create_assignment(cast.other_room, edition=edition, title="Elsewhere", by=cast.other_teacher)
    assert set(Assignment.objects.visible_to(cast.student)) == {assignment}
    assert set(Assignment.objects.visible_to(cast.other_teacher)) == {theirs}
    assert {row.student for row in Submission.objects.visible_to(cast.student)} == {cast.student}
    assert {row.student for row in Submission.objects.visible_to(cast.assistant)} == {cast.student, cast.classmate}
    assert {row.student for row in Submission.objects.gradable_by(cast.other_teacher)} == {cast.other_student}
    assert not Submission.objects.visible_to(cast.curator).exists()
    assert Event.objects.filter(submission__in=Submission.objects.visible_to(cast.student)).count() == 1
