"""What a person can do to people and classes. Each act is one function: atomic, and told `by` whom.

Who may do it is asked at the door (`access`), except for the rights that belong to the act itself.
"""

import secrets
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, signals
from accounts.audit import Actor
from accounts.errors import ClassArchived, HasLeft, OwnerStays, UnknownCode
from accounts.models import JOIN_CODE_LENGTH, Classroom, DeviceToken, Membership, School, User, join_code
from destalin_site.common import clock
from destalin_site.common.api import etag, raised
from destalin_site.common.errors import Forbidden, ValidationFailed, VersionStale
from destalin_site.common.ids import CODE_ALPHABET, read_code
from destalin_site.common.limits import Limit

CLASS_LIMIT: Final = 500  # students in one class
WRONG_CODES: Final = Limit("wrong-codes", tries=10, seconds=3600)
# Of those who have no account yet. A school sits behind one address, and each of its students may mistype.
WRONG_CODES_FROM: Final = Limit("wrong-codes-from", tries=200, seconds=3600)
# What a student types from a slip of paper: no letter or digit that can be taken for another.
_PASSWORD_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # noqa: S105 - an alphabet
_PASSWORD_GROUPS, _PASSWORD_GROUP = 3, 4

Role = Membership.Role


def refused(pointer: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed(errors=[{"pointer": pointer, "code": code, "message": message}])


# --- Oneself --------------------------------------------------------------------------------------------------


@transaction.atomic
def update_me(user: User, *, by: Actor, **changes: Any) -> User:
    """Changes the name, zone or language of `user`: those of `display_name`, `zone`, `locale` that are given."""
    changed = [name for name in ("display_name", "zone", "locale") if name in changes]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        user.save(update_fields=changed)
        audit.record("profile changed", by=by, about=user, fields=changed)
    return user


def use_teacher_code(user: User, *, code: str, by: Actor) -> School:
    """Makes `user` a teacher of the school whose code this is. Wrong codes are counted like wrong class codes."""
    plain = _well_formed(code)
    taken = WRONG_CODES.take(user.pk)
    with transaction.atomic():
        school = School.objects.filter(teacher_code=plain).first()
        if school is None:
            raise UnknownCode
        user.school, user.teaches = school, True
        user.save(update_fields=["school", "teaches"])
        audit.record("teacher code used", by=by, about=user, school=str(school.pk))
    WRONG_CODES.give_back(user.pk, taken)
    return school


def takes_in(code: str) -> bool:
    """Whether a class or a school takes somebody in with this code, as it is stored."""
    return Classroom.objects.filter(join_code=code, archived_at=None).exists() or is_teacher_code(code)


def try_code(code: str, *, address: str) -> str:
    """The code as it is stored, where somebody without an account could come in by it. Wrong ones are counted by the
    address that they come from."""
    plain = _well_formed(code)
    taken = WRONG_CODES_FROM.take(address)
    if not takes_in(plain):
        raise UnknownCode
    WRONG_CODES_FROM.give_back(address, taken)
    return plain


def is_teacher_code(code: str) -> bool:
    return School.objects.filter(teacher_code=read_code(code)).exists()


@transaction.atomic
def revoke_device(device: DeviceToken, *, by: Actor) -> None:
    """Shuts one device out, with the app session that it signed in with. Revoking the revoked changes nothing."""
    if device.revoked_at is None:
        _shut_out(device)
        audit.record("device revoked", by=by, about=device.user, device=device.name)


@transaction.atomic
def revoke_devices(user: User, *, by: Actor) -> None:
    """Shuts every device of `user` out."""
    for device in user.device_tokens.filter(revoked_at=None):
        _shut_out(device)
    audit.record("devices revoked", by=by, about=user)


@transaction.atomic
def end_sessions(user: User, *, by: Actor, except_key: str = "") -> None:
    """Ends what is signed in as `user`, on the web (but for `except_key`) and on devices."""
    revoke_devices(user, by=by)
    for session in UserSession.objects.filter(user_id=user.pk).exclude(session_key=except_key):
        session.end()


@transaction.atomic
def remove_second_factor(user: User, *, by: Actor) -> bool:
    """Lets `user`, who has lost it, sign in with her password alone. Whether there was anything to remove."""
    found = Authenticator.objects.filter(user_id=user.pk)
    kinds = sorted(found.values_list("type", flat=True))
    if kinds:
        found.delete()
        audit.record("second factor removed", by=by, about=user, kinds=kinds)
    return bool(kinds)


@transaction.atomic
def suspend(user: User, *, by: Actor) -> None:
    """Keeps `user` out from now on; everything of hers stays."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, by=by)
    audit.record("suspended", by=by, about=user)


@transaction.atomic
def reinstate(user: User, *, by: Actor) -> None:
    """Lets `user` sign in again; devices that were shut out stay out."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("reinstated", by=by, about=user)


def _shut_out(device: DeviceToken) -> None:
    device.revoked_at = clock.now()
    device.save(update_fields=["revoked_at"])
    if device.session_key:
        UserSession.objects.filter(session_key=device.session_key).delete()
        import_module(settings.SESSION_ENGINE).SessionStore().delete(device.session_key)


# --- A class --------------------------------------------------------------------------------------------------


@transaction.atomic
def open_classroom(*, name: str, zone: str, by: User) -> Classroom:
    """A new class, owned by `by`, in her school. Forbidden to whoever is not an approved teacher."""
    if not by.teaches:
        raise Forbidden(
            _("Only approved teachers open classes. Ask your school for its teacher code."), needed_right="teaches"
        )
    classroom = Classroom.objects.create(name=name, zone=zone, school_id=by.school_id)
    Membership.objects.create(classroom=classroom, user=by, role=Role.OWNER)
    audit.record("class opened", by=by, about=classroom)
    return classroom


@transaction.atomic
def change_classroom(
    classroom: Classroom,
    *,
    by: Actor,
    version: int | None = None,
    name: str | None = None,
    zone: str | None = None,
    archived: bool | None = None,
) -> Classroom:
    """Renames, moves to another zone, archives or opens again; `version` is the one that the caller looked at.

    An archived class takes no change but being opened again.
    """
    classroom = _locked(classroom)
    if version is not None and version != classroom.version:
        raise VersionStale(current_etag=etag("c", classroom.version))
    if archived is False and classroom.archived:
        _set_archived(classroom, archived=False, by=by)
    changes = {key: value for key, value in (("name", name), ("zone", zone)) if value is not None}
    changes = {key: value for key, value in changes.items() if getattr(classroom, key) != value}
    if changes:
        _refuse_archived(classroom)
        _update(classroom, **changes)
        audit.record("class changed", by=by, about=classroom, fields=sorted(changes))
    if archived and not classroom.archived:
        _set_archived(classroom, archived=True, by=by)
    return classroom


def archive(classroom: Classroom, *, by: Actor) -> Classroom:
    """Closes the class for writing; everything in it stays readable. Archiving the archived changes nothing."""
    return change_classroom(classroom, archived=True, by=by)


def unarchive(classroom: Classroom, *, by: Actor) -> Classroom:
    """Brings back the exact state."""
    return change_classroom(classroom, archived=False, by=by)


@transaction.atomic
def rotate_join_code(classroom: Classroom, *, by: Actor) -> Classroom:
    """A new join code; the old one lets nobody in any more."""
    classroom = _locked(classroom)
    _refuse_archived(classroom)
    _update(classroom, join_code=join_code())
    audit.record("join code changed", by=by, about=classroom)
    return classroom


def _locked(classroom: Classroom) -> Classroom:
    return Classroom.objects.select_for_update().get(pk=classroom.pk)


def _update(classroom: Classroom, **values: Any) -> None:
    Classroom.objects.filter(pk=classroom.pk).update(**values, **raised())
    classroom.refresh_from_db()


def _refuse_archived(classroom: Classroom) -> None:
    if classroom.archived:
        raise ClassArchived


def _set_archived(classroom: Classroom, *, archived: bool, by: Actor) -> None:
    _update(classroom, archived_at=clock.now() if archived else None)
    audit.record("class archived" if archived else "class opened again", by=by, about=classroom)
    signal = signals.classroom_archived if archived else signals.classroom_unarchived
    signal.send(Classroom, classroom=classroom, by=by)


# --- Who is in it ---------------------------------------------------------------------------------------------


def join_classroom(*, code: str, by: User) -> Membership:
    """Brings `by` into the class whose code this is: as a student, or back to where she was.

    A code of nobody's and one of a class that is full or archived answer alike (UnknownCode). Ten wrong tries an hour,
    then RateLimited; a code that cannot be one is refused without being counted. Who is in already stays as she is.
    """
    plain = _well_formed(code)
    taken = WRONG_CODES.take(by.pk)
    membership = _join(plain, by=by)
    WRONG_CODES.give_back(by.pk, taken)
    return membership


@transaction.atomic
def _join(code: str, *, by: User) -> Membership:
    classroom = Classroom.objects.select_for_update().filter(join_code=code, archived_at=None).first()
    if classroom is None:
        raise UnknownCode
    membership = Membership.objects.filter(classroom=classroom, user=by).first()
    if membership is not None and membership.left_at is None:
        return membership
    if Membership.objects.current().students().filter(classroom=classroom).count() >= CLASS_LIMIT:
        raise UnknownCode
    if membership is None:
        return _enrol(classroom, by, Role.STUDENT, by=by)
    # Whoever comes back by the students' code comes back as a student.
    return _readmit(membership, role=Role.STUDENT, by=by)


def _well_formed(code: str) -> str:
    plain = read_code(code)
    if len(plain) != JOIN_CODE_LENGTH or set(plain) - set(CODE_ALPHABET):
        raise refused(
            "/code",
            "malformed",
            _("A code has %(n)s letters and digits. Check it with your teacher.") % {"n": JOIN_CODE_LENGTH},
        )
    return plain


@transaction.atomic
def add_member(classroom: Classroom, *, username: str, role: str, by: User) -> Membership:
    """Brings somebody into the class without a code: of the class's own school, or who was in the class before.

    Others have to join by themselves, since a teacher may set the passwords of her students.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    membership = Membership.objects.filter(classroom=classroom, user=user).first() if user else None
    of_the_school = user is not None and user.school_id is not None and user.school_id == classroom.school_id
    if user is None or not (membership or of_the_school):
        raise refused("/username", "unknown", _("Nobody of your school has this user name. Give them the class code."))
    _check_role(role, user)
    if role != Role.STUDENT and not Classroom.objects.owned_by(by).filter(pk=classroom.pk).exists():
        raise Forbidden(needed_right="own")
    return enrol(classroom, user, role=role, by=by)


@transaction.atomic
def enrol(classroom: Classroom, user: User, *, role: str, by: Actor) -> Membership:
    """Puts `user` into the class in this role, or brings her back into it: the administrator's way.

    A class that has an owner already keeps her: the new one is a teacher until the class is handed over.
    """
    classroom = _locked(classroom)
    _refuse_archived(classroom)
    if role == Role.OWNER and Membership.objects.current().filter(classroom=classroom, role=Role.OWNER).exists():
        role = Role.TEACHER
    _check_role(role, user)
    membership = Membership.objects.filter(classroom=classroom, user=user).first()
    if membership is None:
        return _enrol(classroom, user, role, by=by)
    if membership.left_at is None:
        return membership
    return _readmit(membership, role=role, by=by)


@transaction.atomic
def remove_member(membership: Membership, *, by: Actor) -> Membership:
    """Takes a person out of the class. Everything of hers is kept; removing the removed changes nothing."""
    return _take_out(membership, "member removed", by=by)


@transaction.atomic
def leave(membership: Membership, *, by: Actor) -> Membership:
    """Her own leaving. An owner hands the class over first."""
    return _take_out(membership, "member left", by=by)


@transaction.atomic
def restore_member(membership: Membership, *, by: Actor) -> Membership:
    """Brings a removed person back, with the role and the work that she had."""
    classroom = _locked(membership.classroom)
    _refuse_archived(classroom)
    membership.refresh_from_db()
    if membership.left_at is None:
        return membership
    return _readmit(membership, role=membership.role, by=by)


@transaction.atomic
def move_member(membership: Membership, *, to: Classroom, by: User) -> Membership:
    """Takes a student out of her class and brings her into another, at once; her place there. All that is hers stays
    where it is, and one entry of the log names both classes. The way back is the same.

    Of the school of either class and of the other, or who was in the other before: the same who may be brought in
    without a code. Raises HasLeft where she is not in her class any more.
    """
    hold_classes(membership.classroom, to)
    to.refresh_from_db()
    membership = _fresh(membership)
    student, left = membership.user, membership.classroom
    _refuse_archived(left)
    _refuse_archived(to)
    there = Membership.objects.filter(classroom=to, user=student).first()
    if to.pk == left.pk or (there is not None and there.left_at is None):
        raise refused("/to", "already-in", _("%(name)s is in this class already.") % {"name": student})
    if membership.left_at is not None:
        raise HasLeft
    if membership.role != Role.STUDENT:
        raise refused("/member", "not-a-student", _("Only a student is moved to another class."))
    if there is None and not _may_come(student, left, to):
        raise refused("/to", "other-school", _("This class is of another school. Give the student the class code."))
    membership.left_at = clock.now()
    membership.save(update_fields=["left_at"])
    signals.member_left.send(Membership, membership=membership, by=by)
    if there is None:
        there, signal = Membership.objects.create(classroom=to, user=student, role=Role.STUDENT), signals.member_joined
    else:
        if there.role != Role.STUDENT:
            _update(to)
        there.role, there.left_at, signal = Role.STUDENT, None, signals.member_restored
        there.save(update_fields=["role", "left_at"])
    there.classroom = to
    signal.send(Membership, membership=there, by=by)
    classes = {"user": str(student.pk), "from_class": str(left.pk), "to_class": str(to.pk)}
    audit.record("student moved", by=by, about=there, **classes)
    return there


def hold_classes(*classrooms: Classroom) -> None:
    """Holds these classes until the transaction ends, in the order in which everybody does who needs several."""
    keys = sorted({classroom.pk for classroom in classrooms})
    list(Classroom.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


def _may_come(student: User, left: Classroom, to: Classroom) -> bool:
    return to.school_id is not None and to.school_id in (student.school_id, left.school_id)


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Gives a member another role. Handing over ownership makes the owner a teacher: a class has one owner."""
    classroom = _locked(membership.classroom)
    _refuse_archived(classroom)
    membership = _fresh(membership)
    if membership.left_at is not None:
        raise refused("/role", "left", _("Bring this person back into the class first."))
    if role == membership.role:
        return membership
    if membership.role == Role.OWNER:
        raise OwnerStays
    _check_role(role, membership.user)
    before = membership.role
    if role == Role.OWNER:
        Membership.objects.current().filter(classroom=classroom, role=Role.OWNER).update(role=Role.TEACHER)
    membership.role = role
    membership.save(update_fields=["role"])
    _update(classroom)
    if before == Role.STUDENT:
        signals.member_left.send(Membership, membership=membership, by=by)
    if role == Role.STUDENT:
        signals.member_restored.send(Membership, membership=membership, by=by)
    audit.record("role changed", by=by, about=membership, before=before, after=role)
    return membership


def reset_password(membership: Membership, *, by: User) -> str:
    """A fresh password for a student of the class, told once. Her devices and sessions end.

    Never for anybody whose account opens more than a student's: staff, curators, teachers, graders elsewhere. Nor for
    a student who is also in a class that `by` does not staff, since with the password goes what she wrote there.
    """
    fresh = "-".join(
        "".join(secrets.choice(_PASSWORD_ALPHABET) for _digit in range(_PASSWORD_GROUP))
        for _group in range(_PASSWORD_GROUPS)
    )
    # Hashing takes a third of a second: outside the transaction, which holds SQLite's one write lock.
    hashed = make_password(fresh)
    with transaction.atomic():
        _refuse_archived(_locked(membership.classroom))
        membership = _fresh(membership)
        user = User.objects.select_for_update().get(pk=membership.user_id)
        if membership.left_at is not None or user.pk not in only_students([user]):
            raise Forbidden(_("Only a student's password can be set by her teacher."), needed_right="reset")
        if user.pk in in_classes_of_others([user], by):
            raise Forbidden(
                _(
                    "This student is also in a class that is not yours, so her password would open that work too. "
                    "An administrator can set it."
                ),
                needed_right="reset",
            )
        user.password = hashed
        user.save(update_fields=["password"])
        end_sessions(user, by=by)
        audit.record("password reset", by=by, about=user, classroom=str(membership.classroom_id))
    return fresh


def only_students(people: Iterable[User]) -> set[UUID]:
    """The ids of those of `people` whose account opens nothing but a student's own work."""
    plain = User.objects.filter(
        pk__in=[user.pk for user in people], is_staff=False, is_superuser=False, teaches=False
    ).filter(groups=None, user_permissions=None)
    graders = Membership.objects.current().staff().values("user")
    return set(plain.exclude(pk__in=graders).values_list("pk", flat=True))


def in_classes_of_others(people: Iterable[User], by: User) -> set[UUID]:
    """The ids of those of `people` who are now in a class, archived or not, that `by` does not staff."""
    elsewhere = Membership.objects.current().filter(user__in=[user.pk for user in people])
    return set(elsewhere.exclude(classroom__in=Classroom.objects.taught_by(by)).values_list("user", flat=True))


def _fresh(membership: Membership) -> Membership:
    return Membership.objects.select_related("user", "classroom").get(pk=membership.pk)


def _check_role(role: str, user: User) -> None:
    if role in (Role.OWNER, Role.TEACHER) and not user.teaches:
        raise refused("/role", "not-a-teacher", _("This person is not an approved teacher."))


def _enrol(classroom: Classroom, user: User, role: str, *, by: Actor) -> Membership:
    membership = Membership.objects.create(classroom=classroom, user=user, role=role)
    audit.record("member joined", by=by, about=membership, user=str(user.pk), role=role)
    signals.member_joined.send(Membership, membership=membership, by=by)
    return membership


def _readmit(membership: Membership, *, role: str, by: Actor) -> Membership:
    if role == Role.OWNER and Membership.objects.current().filter(classroom=membership.classroom, role=role).exists():
        role = Role.TEACHER  # a class has one owner, and ownership has gone on meanwhile
    if role != membership.role:
        _update(membership.classroom)  # what she may see of it has changed
    membership.role = role
    membership.left_at = None
    membership.save(update_fields=["role", "left_at"])
    audit.record("member restored", by=by, about=membership, user=str(membership.user_id), role=membership.role)
    signals.member_restored.send(Membership, membership=membership, by=by)
    return membership


def _take_out(membership: Membership, act: str, *, by: Actor) -> Membership:
    _refuse_archived(_locked(membership.classroom))
    membership = _fresh(membership)
    if membership.left_at is not None:
        return membership
    if membership.role == Role.OWNER:
        raise OwnerStays
    membership.left_at = clock.now()
    membership.save(update_fields=["left_at"])
    audit.record(act, by=by, about=membership, user=str(membership.user_id))
    signals.member_left.send(Membership, membership=membership, by=by)
    return membership
