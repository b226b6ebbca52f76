"""A class in which one assignment is marked without names, with work in every state that it can be in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine

from accounts.models import Membership, User
from assignments import actions
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Excuse, Submission
from tests.assignments import remarks, work
from tests.assignments.work import at
from tests.cast import Cast, person

# In the order of names. The numbers that stand for them follow another one.
NAMES = (
    "Agata Zawada",
    "Bruno Yarrow",
    "Celia Xavier",
    "Dario Wendt",
    "Elena Vogel",
    "Filip Ursyn",
    "Greta Tandem",
    "Hanna Sobol",
)
NUMBERS = (641, 207, 853, 318, 974, 129, 586, 432)
# Each hands in at a minute of her own: it must stand nowhere beside work without a name.
# What stands beside the number of one of them, and so never beside her name: until when she revises.
KNOWN_BY = {4: ("22 March", "22 Mar", "2026-03-22")}
MINUTES = (11, 13, 17, 19, 23, 29, 31, 37)


@dataclass
class Room:
    cast: Cast
    assignment: Assignment
    students: list[User]
    works: list[Submission] = field(default_factory=list)  # in the order of names

    def work(self, place: int) -> Submission:
        return work.reread(self.works[place])


def when(place: int) -> dt.datetime:
    return at(f"2026-03-10T09:{MINUTES[place]}:47+01:00")


def make(cast: Cast, **fields: Any) -> Room:
    """Of eight students: one has hers back, one is read by a colleague, one is marked, one waits for a decision, one is
    asked to revise, one has handed in only, one owes and has more time, one is excused."""
    students = []
    for place, name in enumerate(NAMES):
        if place < 2:
            one = (cast.student, cast.classmate)[place]
            User.objects.filter(pk=one.pk).update(display_name=name, username=f"pupil_{place}")
            one.refresh_from_db()
        else:
            one = person(f"pupil_{place}", display_name=name, school=cast.school)
            Membership.objects.create(classroom=cast.room, user=one, role="student")
        students.append(one)
    with time_machine.travel(at("2026-03-09T08:00:00+01:00"), tick=False):
        due = work.due("2026-03-20T12:00")
        assignment = work.make_assignment(cast, title="Marked blindly", anonymous=True, due=due, **fields)
    room = Room(cast, assignment, students)
    # A number is random: here they are such that no order of theirs is one of names, even by chance.
    Submission.objects.filter(assignment=assignment).update(alias=None)
    for place, one in enumerate(students):
        Submission.objects.filter(assignment=assignment, student=one).update(alias=NUMBERS[place])
        room.works.append(work.submission_of(assignment, one))
    return room


def fill(room: Room) -> None:
    """Work in every state."""
    cast = room.cast
    for place in (0, 1, 2, 4, 5):
        with time_machine.travel(when(place), tick=False):
            text = f"It was decided elsewhere, says work {NUMBERS[place]}."
            work.hand_in(room.work(place), work.body_for(room.assignment, text), received_at=when(place))
    with time_machine.travel(at("2026-03-10T09:41:00+01:00"), tick=False):
        actions.excuse(room.works[7], category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)
        actions.give_dates(
            room.assignment,
            students=[room.students[6].pk],
            due=work.due("2026-03-25T12:00"),
            reason="A match",
            by=cast.teacher,
        )
        work.mark(room.work(0), cast.teacher)
        remarks.comment(room.work(0), cast.teacher)
        actions.return_grade(room.work(0), by=cast.teacher)
        actions.claim(room.work(1), by=cast.co_teacher)
        work.mark(room.work(2), cast.teacher)
        work.mark(room.work(4), cast.teacher)
        actions.request_revision(room.work(4), due=work.due("2026-03-22T12:00"), words="Again.", by=cast.teacher)
    Submission.objects.filter(pk=room.works[3].pk).update(closes_at=at("2026-03-10T09:00:00+01:00"))
    with time_machine.travel(when(3), tick=False), pytest.raises(AssignmentClosed):
        work.hand_in(room.work(3), received_at=when(3))
