"""What the pages about people and classes show, as finished values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.dispatch import Signal
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts import actions, signals
from accounts.models import Classroom, DeviceToken, Membership, User
from accounts.signals import Counted
from destalin_site.common.moments import long_day, moment, zone_name

Role = Membership.Role


@dataclass(frozen=True)
class ClassRow:
    id: UUID
    name: str
    role: str
    is_staff: bool
    owner: str
    students: int
    url: str


@dataclass(frozen=True)
class ClassList:
    current: list[ClassRow]
    archived: list[ClassRow]


@dataclass(frozen=True)
class MemberRow:
    id: UUID
    name: str
    username: str
    role: str
    role_name: str
    when: str
    is_me: bool
    may_manage: bool
    may_reset: bool
    move_url: str  # where she is moved to another class; empty where nobody who looks could


@dataclass(frozen=True)
class Roster:
    """Who is in a class, as one member of it sees it: classmates see names only."""

    staff: list[MemberRow]
    students: list[MemberRow]
    left: list[MemberRow]
    zone: str
    sees_user_names: bool
    may_run: bool
    may_own: bool


@dataclass(frozen=True)
class DeviceRow:
    id: UUID
    name: str
    signed_in: str
    last_used: str


def class_url(pk: UUID) -> str:
    """Where a class opens: its board, which another app draws, else its members."""
    try:
        return reverse("classroom", kwargs={"pk": pk})
    except NoReverseMatch:
        return reverse("members", kwargs={"pk": pk})


def class_list(user: User) -> ClassList:
    """The classes of `user`, by name; the archived ones apart."""
    students = (
        Membership.objects.current()
        .students()
        .filter(classroom=OuterRef("pk"))
        .order_by()
        .values("classroom")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rooms = (
        Classroom.objects.visible_to(user)
        .with_owner_name()
        .annotate(students=Coalesce(Subquery(students), 0), role=F("memberships__role"))
        .order_by("name", "id")
    )
    found = ClassList([], [])
    for room in rooms.values("id", "name", "role", "owner_name", "students", "archived_at"):
        row = ClassRow(
            id=room["id"],
            name=room["name"],
            role=str(Role(room["role"]).label),
            is_staff=room["role"] != Role.STUDENT,
            owner=room["owner_name"] or "",
            students=room["students"],
            url=class_url(room["id"]),
        )
        (found.archived if room["archived_at"] else found.current).append(row)
    return found


def roster(classroom: Classroom, viewer: User) -> Roster:
    mine = Membership.objects.current().get(classroom=classroom, user=viewer)
    staff = mine.role != Role.STUDENT
    members = Membership.objects.visible_to(viewer).filter(classroom=classroom)
    manageable = set(members.manageable_by(viewer).values_list("pk", flat=True))
    rows = members.select_related("user").order_by("user__display_name", "id")
    found = Roster(
        [],
        [],
        [],
        zone=zone_name(classroom.zone),
        sees_user_names=staff,
        may_run=mine.role in ("owner", "teacher"),
        may_own=mine.role == "owner",
    )
    people = [row.user for row in rows]
    helped = actions.only_students(people) - actions.in_classes_of_others(people, viewer) if found.may_run else set()
    moves = found.may_run and not classroom.archived and _runs_another(viewer, classroom)
    for row in rows:
        may_move = moves and row.pk in manageable and row.role == Role.STUDENT and not row.left_at
        shown = MemberRow(
            id=row.pk,
            name=row.user.display_name,
            username=row.user.username if staff else "",
            role=row.role,
            role_name=str(Role(row.role).label),
            when=_when(row, classroom.zone) if staff else "",
            is_me=row.user_id == viewer.pk,
            may_manage=row.pk in manageable and not classroom.archived,
            may_reset=row.pk in manageable and row.user_id in helped and not row.left_at and not classroom.archived,
            move_url=_move_url(row) if may_move else "",
        )
        if row.left_at:
            found.left.append(shown)
        elif row.role == Role.STUDENT:
            found.students.append(shown)
        else:
            found.staff.append(shown)
    return found


def _runs_another(user: User, classroom: Classroom) -> bool:
    return Classroom.objects.run_by(user).filter(archived_at=None).exclude(pk=classroom.pk).exists()


def _move_url(row: Membership) -> str:
    """The page of another app that knows what moving means for her work."""
    try:
        return reverse("member-move", kwargs={"pk": row.classroom_id, "member": row.pk})
    except NoReverseMatch:
        return ""


def _when(row: Membership, zone: str) -> str:
    if row.left_at:
        return _("left %(day)s") % {"day": long_day(row.left_at, zone)}
    return _("joined %(day)s") % {"day": long_day(row.joined_at, zone)}


def devices(user: User, zone: str) -> list[DeviceRow]:
    """The devices that may act for `user`, the one used last first."""
    live = DeviceToken.objects.visible_to(user).live().order_by("-last_used_at", "id")
    return [DeviceRow(row.pk, row.name, moment(row.created_at, zone), moment(row.last_used_at, zone)) for row in live]


def unfinished(classroom: Classroom) -> list[Counted]:
    """What archiving the class would leave undone, without what there is none of."""
    return _told(signals.classroom_archiving, classroom)


def staying(classroom: Classroom) -> list[Counted]:
    """What another zone of the class leaves in the zone in which it was said; `what` is that zone."""
    return _told(signals.classroom_zoning, classroom)


def _told(asking: Signal, classroom: Classroom) -> list[Counted]:
    answers: list[tuple[Any, Any]] = asking.send(Classroom, classroom=classroom)
    return [each for _receiver, found in answers for each in found or ()]
