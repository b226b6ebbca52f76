"""The only doors to a row that a caller names: absent for a stranger, refused for a member without the right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Classroom, Membership
from assignments import errata, names
from assignments.errors import NamesHidden
from assignments.judging import of_hand_in
from assignments.models import (
    Assignment,
    Attempt,
    ClassMove,
    Comment,
    CommentReply,
    CommentTemplate,
    DateOverride,
    EditionUpgrade,
    ExtensionRequest,
    Grade,
    Notice,
    ParkedCopy,
    Regrade,
    Scan,
    SharedComment,
    Submission,
)
from assignments.querysets import CommentTemplateQuerySet, NoticeQuerySet
from assignments.signs import name_key
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.prepared import Prepared
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


def upgrade_to_see(user: Person, assignment: UUID, pk: UUID) -> EditionUpgrade:
    """What was decided about the edition of an assignment; for those who may decide it."""
    found = assignment_to_edit(user, assignment)
    rows = EditionUpgrade.objects.filter(assignment=found).select_related("by", "from_edition", "to_edition")
    upgrade = get_object_or_404(rows, pk=pk)
    upgrade.assignment = found
    return upgrade


def regrade_to_see(user: Person, assignment: UUID, pk: UUID) -> Regrade:
    """What was decided about marks on earlier editions of a rubric; for those who may decide it."""
    found = assignment_to_edit(user, assignment)
    row = get_object_or_404(Regrade.objects.filter(assignment=found).select_related("by", "rubric"), pk=pk)
    row.assignment = found
    return row


def classroom_to_assign_in(user: Person, pk: UUID) -> Classroom:
    """For its owner and teachers."""
    found = Classroom.objects.run_by(user).filter(pk=pk).first()
    if found is not None:
        return found
    get_object_or_404(Classroom.objects.visible_to(user), pk=pk)
    raise PermissionDenied


def move_to_see(user: Person, classroom: UUID, pk: UUID) -> ClassMove:
    """A move into this class, for those who run it and the class that the student came from."""
    found = classroom_to_assign_in(user, classroom)
    rows = ClassMove.objects.filter(to_classroom=found)
    move = get_object_or_404(rows.select_related("student", "by", "from_classroom", "to_classroom"), pk=pk)
    classroom_to_assign_in(user, move.from_classroom_id)
    return move


def erratum_to_acknowledge(user: Person, classroom: UUID, erratum: UUID) -> Classroom:
    """The class, for its owner and teachers, when it was given an edition that this correction is about."""
    found = classroom_to_assign_in(user, classroom)
    if not errata.concerns(found, erratum):
        raise Http404
    return found


def classroom_to_grade_in(user: Person, pk: UUID) -> Classroom:
    """For the staff of the class."""
    found = Classroom.objects.taught_by(user).filter(pk=pk).first()
    if found is not None:
        return found
    get_object_or_404(Classroom.objects.visible_to(user), pk=pk)
    raise PermissionDenied


def students_of_class_to_grade(user: Person, classroom: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of the students who are in the class now, by name; for its staff. One query, the right included."""
    members = Membership.objects.current().filter(classroom=classroom)
    rows = list(members.values_list("user", "user__display_name", "role"))
    role = next((role for pk, _name, role in rows if pk == user.pk), None)
    if role is None:
        raise Http404
    if role == Membership.Role.STUDENT:
        raise PermissionDenied
    students = [(pk, name) for pk, name, role in rows if role == Membership.Role.STUDENT]
    return sorted(students, key=lambda row: name_key(row[1], row[0]))


_ROLE: Final = Prepared(
    lambda classroom, user: Membership.objects.current().filter(classroom=classroom, user=user).values_list("role"),
    classroom=UUID,
    user=UUID,
)


def class_to_count(user: Person, classroom: UUID) -> None:
    """For the staff of the class; one query."""
    role = _ROLE.first(classroom=classroom, user=user.pk)
    if role is None:
        raise Http404
    if role == (Membership.Role.STUDENT,):
        raise PermissionDenied


def student_to_report(user: Person, classroom: UUID, student: UUID) -> Membership:
    """A student who is in the class now, with both: for its staff, and for herself. One query, the right included."""
    members = Membership.objects.current().filter(classroom=classroom, user__in=[user.pk, student])
    found = {member.user_id: member for member in members.select_related("classroom", "user")}
    me, her = (found.get(user.pk) if user.pk else None), found.get(student)
    if me is None or her is None or her.role != Membership.Role.STUDENT:
        raise Http404
    if me is not her and me.role == Membership.Role.STUDENT:
        raise Http404
    return her


def place_as_student(user: Person, classroom: UUID) -> Membership:
    """The user's own place in a class that she learns in; refused to its staff, of whom no report is made."""
    found = Membership.objects.current().filter(classroom=classroom, user=user.pk)
    member = found.select_related("classroom", "user").first()
    if member is None:
        raise Http404
    if member.role != Membership.Role.STUDENT:
        raise PermissionDenied
    return member


def submission_to_read(user: Person, pk: UUID) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(user).with_facts(), pk=pk)


def submission_to_answer(user: Person, pk: UUID) -> Submission:
    """A student's own work, as she is shown it."""
    found = Submission.objects.own(user).with_facts().select_related("edition")
    row = found.filter(pk=pk).first()
    if row is not None:
        return row
    submission_to_read(user, pk)
    raise PermissionDenied


def submission_to_write(user: Person, pk: UUID) -> Submission:
    """A student's own work, removed work too: what cannot be applied is parked."""
    found = Submission.objects.writable_by(user).filter(pk=pk).first()
    if found is not None:
        return found
    submission_to_read(user, pk)
    raise PermissionDenied


def submission_to_hand_in(user: Person, pk: UUID) -> Submission:
    """A student's own work, in any state; and for a grader of the class that of each student, to hand in for her.
    Of one's own only whose it is and when it changed: handing in reads the rest again, under the lock."""
    own = Submission.objects.writable_by(user).filter(pk=pk).only("student", "changed_at").order_by()
    return own.first() or submission_to_grade(user, pk)


def submission_to_read_or_write(user: Person, pk: UUID) -> Submission:
    """What the user may read, and her own removed work: the texts that were set aside stay hers."""
    return Submission.objects.writable_by(user).filter(pk=pk).first() or submission_to_read(user, pk)


def submission_to_grade(user: Person, pk: UUID) -> Submission:
    found = Submission.objects.gradable_by(user).with_facts().filter(pk=pk).first()
    if found is not None:
        return found
    submission_to_read(user, pk)
    raise PermissionDenied


def draft_to_read(user: Person, pk: UUID) -> Submission:
    """Her own work; and for the staff of the class that of an assignment whose students are told that drafts are read.
    Never beside a hidden name."""
    own = Submission.objects.writable_by(user).filter(pk=pk).first()
    if own is not None:
        return own
    found = submission_to_grade(user, pk)
    if not found.assignment.shows_drafts:
        raise PermissionDenied
    return found


def submission_by_name(user: Person, pk: UUID) -> Submission:
    """For a grader of the class, who knows whose it is: raises NamesHidden while she must not."""
    found = submission_to_grade(user, pk)
    if found.assignment.names_hidden:
        raise NamesHidden()
    return found


def submission_to_bring_back(user: Person, pk: UUID) -> Submission:
    """Work that was removed, for an owner or teacher of its class; by name, so raises NamesHidden while those are."""
    found = submission_by_name(user, pk)
    if not Classroom.objects.run_by(user).filter(pk=found.assignment.classroom_id).exists():
        raise PermissionDenied
    return found


def submission_of_student(user: Person, assignment: UUID, student: UUID) -> Submission:
    """What is known by name where names are hidden: for a grader of the class, while nothing is in. Raises NamesHidden
    once something is; absent where names are shown, and the work has an address of its own."""
    given = assignment_to_grade(user, assignment)
    rows = Submission.objects.listed().with_facts().select_related("student").exclude(student=user.pk)
    found = get_object_or_404(rows.filter(names.hidden()), assignment=given, student=student)
    if found.work_is_hidden:
        raise NamesHidden()
    return found


def whose_work(user: Person, assignment: Assignment, asked: Iterable[UUID]) -> dict[UUID, names.Whose]:
    """Who each of these pieces of work is to a grader of the class; those that she may not know of are left out."""
    rows = Submission.objects.gradable_by(user).listed().filter(assignment=assignment, pk__in=asked)
    return {pk: names.read(*whose) for pk, *whose in rows.values_list("pk", *names.lookups())}


def is_nameless_to(user: Person, submission: Submission) -> bool:
    """Whether this user reads the work without its student's name, and so without when it came."""
    return submission.student_id != user.pk and submission.assignment.names_hidden


def submission_to_end_revision_of(user: Person, pk: UUID) -> Submission:
    """A student's own work, as she is shown it; and for a grader of the class that of each student."""
    return Submission.objects.own(user).filter(pk=pk).first() or submission_to_grade(user, pk)


def assignment_to_give_dates(user: Person, pk: UUID, *, for_class: bool) -> Assignment:
    """To give some students other dates, for the staff of its class, as more time is; those of the whole class are in
    place of the assignment's own, for whoever may change these."""
    return assignment_to_edit(user, pk) if for_class else assignment_to_grade(user, pk)


def override_to_end(user: Person, assignment: UUID, pk: UUID) -> DateOverride:
    """The same of other dates that were given."""
    found = get_object_or_404(DateOverride, assignment=assignment_to_grade(user, assignment), pk=pk)
    assignment_to_give_dates(user, assignment, for_class=found.for_class)
    return found


def request_to_read(user: Person, submission: UUID) -> ExtensionRequest:
    """The newest request for more time, for the student and for the staff of her class, who know whose it is."""
    found = submission_to_read(user, submission)
    if is_nameless_to(user, found):
        raise NamesHidden()
    return _newest_request(found)


def request_to_change(user: Person, submission: UUID) -> ExtensionRequest:
    """The same, for the student who asked."""
    return _newest_request(submission_to_answer(user, submission))


def request_to_answer(user: Person, submission: UUID) -> ExtensionRequest:
    """The same, for a grader of the class."""
    return _newest_request(submission_by_name(user, submission))


def _newest_request(submission: Submission) -> ExtensionRequest:
    request = submission.extension_requests.with_people().latest_first().first()
    if request is None:
        raise Http404
    request.submission = submission
    return request


def attempt_to_read(user: Person, submission: UUID, number: int) -> Attempt:
    rows = Attempt.objects.visible_to(user).select_related("submission__assignment__classroom", "by")
    return get_object_or_404(rows, submission=submission, number=number)


def scan_to_read(user: Person, submission: UUID, number: int, place: int) -> Scan:
    """A picture of paper, for whoever reads the hand-in; absent while names are hidden: handwriting is a name."""
    attempt = attempt_to_read(user, submission, number)
    if is_nameless_to(user, attempt.submission):
        raise Http404
    return get_object_or_404(Scan, attempt=attempt, place=place)


def grades_returned(user: Person, submission: Submission) -> list[Grade]:
    """What was returned of a piece of work and stands, so far as this user reads it: one for each hand-in, in their
    order, and in the end what was given without one. Each with its hand-in, its rubric and its edition."""
    rows = Grade.objects.visible_to(user).standing().filter(submission=submission).with_edition()
    return list(rows.select_related("attempt", "rubric").by_hand_in())


def grade_returned(user: Person, submission: Submission, number: int) -> Grade:
    """The one of them that was given to this hand-in, 0 being that without one."""
    grades = grades_returned(user, submission)
    grade = next((one for one in grades if (one.attempt.number if one.attempt else 0) == number), None)
    if grade is None:
        raise Http404
    return grade


def comments_to_read(user: Person, submission: UUID, attempt: int | None = None) -> list[Comment]:
    """Those that this user reads on a piece of work: of the draft marks, to staff; else of what was returned. With
    `attempt`, those on that hand-in: of what was returned of it, and staff find those of before, too."""
    found = submission_to_read(user, submission)
    grades = Grade.objects.filter(submission=found)
    if attempt is None:
        return list(Comment.objects.of(grades.before(user)))
    if found.student_id == user.pk:
        return list(Comment.objects.of(grades.visible_to(user).filter(attempt__number=attempt).first()))
    about = list(grades.filter(attempt__number=attempt).latest_first())
    return of_hand_in(about[0].attempt_id, about) if about and about[0].attempt_id else []


def replies_to_read(user: Person, submission: UUID) -> dict[UUID, CommentReply]:
    """The latest that this user reads to each comment on a piece of work, by the key of the comment."""
    return CommentReply.objects.visible_to(user).filter(comment__grade__submission=submission).by_key()


def comment_to_answer(user: Person, submission: UUID, key: UUID) -> Comment:
    """For the student to whom it was returned."""
    found = submission_to_answer(user, submission)
    return get_object_or_404(Comment.objects.of(found.returned_grade), key=key)


def comment_to_edit(user: Person, submission: UUID, key: UUID) -> Comment:
    """For a grader of the class."""
    found = submission_to_grade(user, submission)
    grade = Grade.objects.filter(submission=found).before(user)
    return get_object_or_404(Comment.objects.of(grade), key=key)


def bank_of(user: Person) -> CommentTemplateQuerySet:
    """Her comment bank, for whoever grades in a class."""
    if not Classroom.objects.taught_by(user).exists():
        raise PermissionDenied
    return CommentTemplate.objects.own(user)


def template_to_use(user: Person, pk: UUID) -> CommentTemplate:
    return get_object_or_404(bank_of(user), pk=pk)


def comments_shared(user: Person, assignment: Assignment) -> list[SharedComment]:
    """What was said to many on this assignment, newest first; for the staff of its class."""
    rows = SharedComment.objects.gradable_by(user).filter(assignment=assignment)
    return list(rows.newest_first().select_related("by"))


def shared_comment_to_read(user: Person, assignment: UUID, pk: UUID) -> SharedComment:
    """For the staff of the class."""
    found = assignment_to_grade(user, assignment)
    shared = get_object_or_404(SharedComment.objects.gradable_by(user).select_related("by"), assignment=found, pk=pk)
    shared.assignment = found
    return shared


def edition_to_point_into(user: Person, pk: str | None) -> str | None:
    """The edition itself, where this user may read it; raises ValidationFailed for another."""
    if pk is not None and not Edition.objects.visible_to(user).filter(pk=pk).exists():
        raise ValidationFailed(errors=[problem("/edition", "unknown-edition")])
    return pk


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


def notices_of(user: Person) -> NoticeQuerySet:
    """What this user is told of, as far as it holds and its links open."""
    return Notice.objects.visible_to(user)


def notice_to_read(user: Person, pk: UUID) -> Notice:
    return get_object_or_404(notices_of(user), pk=pk)


def classes_owned_by(user: Person) -> set[UUID]:
    """Whoever owns a class may recall what a colleague returned."""
    return set(Classroom.objects.owned_by(user).values_list("pk", flat=True))


def owns_class(user: Person, submission: Submission) -> bool:
    return submission.student_id != user.pk and submission.assignment.classroom_id in classes_owned_by(user)
