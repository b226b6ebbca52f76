"""The only doors to a row that a caller names: absent for a stranger, refused for a member without the right."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.models import Classroom
from assignments.models import Assignment, Attempt, ParkedCopy, Submission
from lessons.models import Edition

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AnonymousUser


def assignment_to_read(user: Person, pk: UUID) -> Assignment:
    return get_object_or_404(Assignment.objects.visible_to(user).select_related("classroom", "edition"), pk=pk)


def assignment_to_edit(user: Person, pk: UUID, *, deleted: bool = False) -> Assignment:
    """For an owner or teacher of its class. With `deleted`, one that was deleted is found too."""
    rows = Assignment.objects.editable_by(user).select_related("classroom", "edition")
    found = (rows if deleted else rows.present()).filter(pk=pk).first()
    if found is not None:
        return found
    assignment_to_read(user, pk)
    raise PermissionDenied


def assignment_to_grade(user: Person, pk: UUID) -> Assignment:
    """For the staff of its class."""
    assignment = assignment_to_read(user, pk)
    if not Classroom.objects.taught_by(user).filter(pk=assignment.classroom_id).exists():
        raise PermissionDenied
    return assignment


def classroom_to_assign_in(user: Person, pk: UUID) -> Classroom:
    """For its owner and teachers."""
    found = Classroom.objects.run_by(user).filter(pk=pk).first()
    if found is not None:
        return found
    get_object_or_404(Classroom.objects.visible_to(user), pk=pk)
    raise PermissionDenied


def edition_to_read(user: Person, pk: str) -> Edition:
    """Public ones, and those that the user's assignments pin."""
    edition = Edition.objects.visible_to(user).filter(pk=pk).first()
    if edition is not None:
        return edition
    pinned = Assignment.objects.visible_to(user).filter(edition=pk).values("edition")[:1]
    return get_object_or_404(Edition, pk__in=list(pinned.values_list("edition", flat=True)))


def submission_to_read(user: Person, pk: UUID) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(user).with_facts(), pk=pk)


def submission_to_write(user: Person, pk: UUID) -> Submission:
    """A student's own work, removed work too: what cannot be applied is parked."""
    found = Submission.objects.writable_by(user).filter(pk=pk).first()
    if found is not None:
        return found
    submission_to_read(user, pk)
    raise PermissionDenied


def submission_to_grade(user: Person, pk: UUID) -> Submission:
    found = Submission.objects.gradable_by(user).with_facts().filter(pk=pk).first()
    if found is not None:
        return found
    submission_to_read(user, pk)
    raise PermissionDenied


def attempt_to_read(user: Person, submission: UUID, number: int) -> Attempt:
    rows = Attempt.objects.visible_to(user).select_related("submission__assignment__classroom")
    return get_object_or_404(rows, submission=submission, number=number)


def parked_to_read(user: Person, submission: UUID, pk: UUID) -> ParkedCopy:
    rows = ParkedCopy.objects.visible_to(user).select_related("submission")
    return get_object_or_404(rows, submission=submission, pk=pk)


def parked_to_use(user: Person, submission: UUID, pk: UUID) -> ParkedCopy:
    """For the student whose text it is."""
    parked = parked_to_read(user, submission, pk)
    if parked.submission.student_id != user.pk:
        raise PermissionDenied
    return parked


def parked_to_accept(user: Person, submission: UUID, pk: UUID) -> ParkedCopy:
    """For a grader of the class."""
    parked = parked_to_read(user, submission, pk)
    if parked.submission.student_id == user.pk:
        raise PermissionDenied
    return parked
