"""A class in which one assignment is marked without names, with work in every state that it can be in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine

from accounts.models import Membership, User
from assignments import actions
from assignments.device_clock import Said
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Excuse, Grade, Submission
from tests.assignments import edited, remarks, rubric, work
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


def finished(place: int) -> Said:
    """Finished on a device an hour before it came."""
    return Said(at=when(place) - dt.timedelta(hours=1), time_token="", mono_s=0, boot="page-load-1")


def fill(room: Room) -> None:
    """Work in every state."""
    cast = room.cast
    for place in (0, 1, 2, 4, 5):
        with time_machine.travel(when(place), tick=False):
            text = f"It was decided elsewhere, says work {NUMBERS[place]}."
            work.hand_in(
                room.work(place),
                work.body_for(room.assignment, text),
                received_at=when(place),
                captured=finished(place),
            )
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
        work.hand_in(room.work(3), received_at=when(3), captured=finished(3))


OWED = "Owed-till-then"  # why missing work counted as something, before it came


def make_all(cast: Cast) -> Room:
    """The same class with everything that is done for many at once, and with what is told of it: marks on two editions
    of a rubric, one of two grades picked, missing work made final, a comment for several, notices."""
    room = make(
        cast, edition=rubric.make_edition(), missing_percent=50, counts=Assignment.Counts.PICK, resubmission=True
    )
    teacher = cast.teacher
    with time_machine.travel(at("2026-03-09T09:00:00+01:00"), tick=False):
        for place in (5, 6):
            owing = {"students": [room.students[place].pk], "reason": "A match", "by": teacher}
            actions.give_dates(room.assignment, due=work.due("2026-03-09T08:30"), **owing)
        make_final(room, 5, OWED)
    for place in (0, 1, 2, 4, 5):
        with time_machine.travel(when(place), tick=False):
            cited = work.cited(room.assignment.edition_id) if place in (0, 1) else None
            text = f"It was decided elsewhere, says work {NUMBERS[place]}."
            body = work.body_for(room.assignment, text, citations=[cited] if cited else None)
            work.hand_in(room.work(place), body, received_at=when(place), captured=finished(place))
    with time_machine.travel(at("2026-03-10T09:41:00+01:00"), tick=False):
        actions.excuse(room.works[7], category=Excuse.ILLNESS, reason="In bed", by=teacher)
        make_final(room, 6, "Nothing came")
        for place in (0, 2, 4):
            edited.save(room.work(place), teacher, "Sourcing: sound", "Context: weak")
        remarks.comment(room.work(0), teacher)
        actions.return_grade(room.work(0), by=teacher)
        actions.return_grade(room.work(2), by=teacher)
        actions.request_revision(room.work(4), due=work.due("2026-03-22T12:00"), words="Again.", by=teacher)
    Submission.objects.filter(pk=room.works[3].pk).update(closes_at=at("2026-03-10T09:00:00+01:00"))
    with time_machine.travel(when(3), tick=False), pytest.raises(AssignmentClosed):
        work.hand_in(room.work(3), received_at=when(3), captured=finished(3))
    with time_machine.travel(when(0) + dt.timedelta(days=1), tick=False):
        body = work.body_for(room.assignment, citations=[work.cited(room.assignment.edition_id)])
        work.hand_in(room.work(0), body, received_at=when(0) + dt.timedelta(days=1))
    with time_machine.travel(at("2026-03-11T09:41:00+01:00"), tick=False):
        edited.save(room.work(0), teacher, "Sourcing: none", "Context: weak")
        actions.return_grade(room.work(0), by=teacher)
        first = Grade.objects.filter(submission=room.works[0], attempt__number=1, returned_at__isnull=False).get()
        actions.pick_grade(room.work(0), grade=first, reason="The better one", by=teacher)
        said = actions.Said("Said to several.")
        some = [room.works[place].pk for place in (0, 1, 5)]
        shown = actions.rehearse_comment(room.assignment, said, submissions=some, by=teacher)
        actions.share_comment(room.assignment, said, submissions=some, preview=shown.tag, by=teacher)
        edited.edit(room.assignment, edited.worth("Sourcing", "sound", "3.5"), teacher)
        edited.apply(room.assignment, teacher, "chosen", room.works[2])
        edited.edit(room.assignment, edited.worth("Sourcing", "sound", "2"), teacher)
        actions.claim(room.work(1), by=cast.co_teacher)
    return room


def make_final(room: Room, place: int, reason: str) -> None:
    assignment = edited.fresh(room.assignment)
    student = room.students[place].pk
    said = {"if_version": assignment.version, "reason": reason, "by": room.cast.teacher}
    (row,) = actions.make_final_many(assignment, submissions=[student], **said)
    assert row.done, row.error


def questions(room: Room) -> Iterator[str]:
    """Addresses that no link names, since they are asked for by a form or by a program."""
    pk = room.assignment.pk
    for counts in ("latest", "best", "first"):
        yield f"/assignments/{pk}/counts/?counts={counts}"
        yield f"/api/v1/assignments/{pk}/counts?counts={counts}"
    for page in ("passages", "comments"):
        yield f"/assignments/{pk}/{page}/?of=%C2%B61"
    for cites in ("cites", "cites_not"):
        yield f"/api/v1/submissions?assignment={pk}&{cites}=%C2%B61"
