"""Who a piece of work is to those who mark it: a name, or what stands for it while names are hidden.

The one place that decides this. Whatever shows the work of several students to staff, or names the student of one
piece, asks `of` (a row), `read` (columns that were asked for by `lookups`) or `Submission.called`, and puts rows in the
order of `Whose.order`. Whatever speaks of students by name asks `Submission.work_is_hidden` or `hidden`, and then says
no more than `signs.by_name` does: whether something was handed in. The two sides share no id, no time and no mark.

A number that stands for a student is random, is made together with her piece of work, and never changes; it says
nothing about her name, nor about when she came.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from uuid import UUID, uuid4

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _

from assignments import signs
from assignments.lifecycle import State
from destalin_site.common.ids import uuid7

if TYPE_CHECKING:
    import datetime as dt

    from assignments.models import Assignment, Submission

Each = TypeVar("Each")

# Three digits while fewer than half of them are taken, so that a late comer's number looks like everybody's.
NUMBERS: Final = range(100, 1_000)
MORE_NUMBERS: Final = range(1_000, 30_000)

# Acts that staff do for a student whom they know by name: on hidden work they would tell whose it is.
OUTSIDE: Final = [State.EXCUSED.value, State.VOID.value]


@dataclass(frozen=True, slots=True)
class Whose:
    """`student` and `alias` are never both there."""

    name: str
    student: UUID | None
    alias: str
    order: tuple[str, str, str]

    @classmethod
    def hidden(cls, number: int | None) -> Self:
        alias = _("Student %(number)s") % {"number": number or "?"}
        return cls(alias, None, alias, ("", "", f"{number or 0:09d}"))

    @classmethod
    def named(cls, student: UUID, name: str) -> Self:
        return cls(name, student, "", signs.name_key(name, student))

    def as_json(self) -> dict[str, Any]:
        """`{"student", "alias"}` of a row that staff are told through REST."""
        shown = None if self.student is None else {"id": self.student, "name": self.name}
        return {"student": shown, "alias": self.alias or None}


def lookups(submission: str = "") -> tuple[str, ...]:
    """The columns that `read` reads, from a row that reaches the submission by this prefix."""
    columns = ("student", "student__display_name", "alias", "assignment__anonymous", "assignment__revealed_at")
    return tuple(submission + column for column in columns)


def read(student: UUID, name: str, alias: int | None, anonymous: bool, revealed_at: dt.datetime | None) -> Whose:
    return Whose.hidden(alias) if anonymous and revealed_at is None else Whose.named(student, name)


def of(submission: Submission) -> Whose:
    """To staff. A query for the student where names are shown and she was not joined."""
    if submission.assignment.names_hidden:
        return Whose.hidden(submission.alias)
    return Whose.named(submission.student_id, submission.student.get_full_name())


def hidden(assignment: str = "assignment__") -> Q:
    """Of an assignment whose names are hidden."""
    return Q(**{f"{assignment}anonymous": True, f"{assignment}revealed_at": None})


def before_when(submission: str = "") -> Case:
    """What rows are ordered by before their time is: work without a name stands behind, in the order of its numbers."""
    return Case(When(hidden(f"{submission}assignment__"), then=F(f"{submission}alias")), default=0)


def work_in(submission: str = "") -> Q:
    """There is something to mark or to decide. While names are hidden staff are shown this work alone: what nobody has
    handed in yet would be known by name as soon as one student alone is still expected to."""
    came = Q(**{f"{submission}handed_in_at__isnull": False}) | Q(**{f"{submission}hand_ins_waiting__gt": 0})
    return came & ~Q(**{f"{submission}state__in": OUTSIDE})


def is_work_in(state: str, came: bool, hand_ins_waiting: int) -> bool:
    """The same of values in hand; `came`: a hand-in counts."""
    return (came or hand_ins_waiting > 0) and state not in OUTSIDE


def new_id(assignment: Assignment) -> UUID:
    """For a row about work on this assignment. An id of the usual kind tells when it was made; while names are hidden
    it is a random one."""
    return uuid4() if assignment.names_hidden else uuid7()


def numbers(taken: Collection[int | None]) -> Iterator[int]:
    """Numbers that none of an assignment's pieces of work has, for those that come, in no order."""
    used = set(taken)
    chooser = secrets.SystemRandom()
    while True:
        pool = NUMBERS if len(used) < len(NUMBERS) // 2 else MORE_NUMBERS
        number = chooser.choice(pool)
        if number not in used:
            used.add(number)
            yield number


def shuffled(rows: Collection[Each]) -> list[Each]:
    """In no order: the ids that rows get one after the other tell nothing about whose they are."""
    return secrets.SystemRandom().sample(list(rows), len(rows))
