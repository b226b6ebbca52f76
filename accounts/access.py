"""The doors: rows that a caller names. Not visible reads as absent (404); visible but not allowed is refused (403)."""

from uuid import UUID

from django.http import Http404

from accounts.models import Classroom, DeviceToken, Membership, User
from accounts.querysets import ClassroomQuerySet
from destalin_site.common.errors import Forbidden


def classroom_to_see(user: User, pk: UUID) -> Classroom:
    return _found(Classroom.objects.visible_to(user), pk)


def classroom_to_run(user: User, pk: UUID) -> Classroom:
    """For its owner and teachers: the roster, the code, the settings."""
    return _allowed(classroom_to_see(user, pk), Classroom.objects.run_by(user), "run")


def classroom_to_own(user: User, pk: UUID) -> Classroom:
    return _allowed(classroom_to_see(user, pk), Classroom.objects.owned_by(user), "own")


def owns(user: User, classroom: Classroom) -> bool:
    return Classroom.objects.owned_by(user).filter(pk=classroom.pk).exists()


def membership_in(user: User, classroom: Classroom) -> Membership:
    """The user's own place in a class that she is in."""
    return Membership.objects.current().get(user=user, classroom=classroom)


def member_to_see(user: User, classroom_pk: UUID, pk: UUID) -> Membership:
    classroom = classroom_to_see(user, classroom_pk)
    rows = Membership.objects.visible_to(user).filter(classroom=classroom).select_related("user", "classroom")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def member_to_manage(user: User, classroom_pk: UUID, pk: UUID) -> Membership:
    """To be removed, restored or helped with a password by `user`."""
    member = member_to_see(user, classroom_pk, pk)
    if not Membership.objects.manageable_by(user).filter(pk=member.pk).exists():
        raise Forbidden(needed_right="manage")
    return member


def student_to_move(user: User, classroom_pk: UUID, pk: UUID) -> Membership:
    """To be moved to another class by `user`, who may remove her; absent where it is no student."""
    member = member_to_manage(user, classroom_pk, pk)
    if member.role != Membership.Role.STUDENT:
        raise Http404
    return member


def member_to_promote(user: User, classroom_pk: UUID, pk: UUID) -> Membership:
    """To be given another role: the owner's right alone."""
    member = member_to_see(user, classroom_pk, pk)
    classroom_to_own(user, classroom_pk)
    return member


def device_to_revoke(user: User, pk: UUID) -> DeviceToken:
    found = DeviceToken.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _found(rows: ClassroomQuerySet, pk: UUID) -> Classroom:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _allowed(classroom: Classroom, rows: ClassroomQuerySet, right: str) -> Classroom:
    if not rows.filter(pk=classroom.pk).exists():
        raise Forbidden(needed_right=right)
    return classroom
