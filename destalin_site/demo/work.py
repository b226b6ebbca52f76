"""Two classes at work: every state that a submission can be in, reached by the acts that lead there.

Dates are counted from the day of loading, so that the demo always looks like a class in the middle of a term.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts import actions as people
from accounts.models import Classroom, Membership, User
from assignments import actions, readings
from assignments.actions import DueSaid
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Submission
from destalin_site.common import clock
from destalin_site.common.errors import VersionStale
from destalin_site.common.ids import uuid7
from destalin_site.demo import answers
from lessons.models import Edition

ZONE: Final = "Europe/Warsaw"
LAST_MINUTE: Final = "23:59"

# A citation inside a text: [A6|least of all to the press] or [A6|…|contradicts].
_CITED = re.compile(r"\[(?P<name>[A-Z]+\d+|¶\d+)\|(?P<quote>[^|\]]+)(?:\|(?P<stance>[a-z]+))?\]")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments of a class, counted in days from the day of loading."""

    now: dt.datetime
    zone: ZoneInfo

    def day(self, days: int) -> dt.date:
        return self.now.astimezone(self.zone).date() + dt.timedelta(days=days)

    def moment(self, days: int, time: str) -> dt.datetime:
        return dt.datetime.combine(self.day(days), dt.time.fromisoformat(time), self.zone)

    def due(self, days: int, time: str = LAST_MINUTE) -> DueSaid:
        return DueSaid(self.day(days), dt.time.fromisoformat(time), self.zone.key)

    def ago(self, minutes: int) -> dt.datetime:
        return self.now - dt.timedelta(minutes=minutes)


class Room:
    """A class of the demo and what happens in it."""

    def __init__(self, calendar: Calendar, edition: Edition, *, name: str, teacher: str, students: Sequence[str]):
        self.calendar = calendar
        self.edition = edition
        self.document = readings.document(edition.pk)
        self.teacher = User.objects.get(username=teacher)
        self.students = {user.username: user for user in User.objects.filter(username__in=students)}
        with clock.at(calendar.moment(-35, "08:15")):
            self.classroom = people.open_classroom(name=name, zone=ZONE, by=self.teacher)
        joined = calendar.moment(-34, "10:05")
        with clock.at(joined):
            for username in students:
                people.join_classroom(code=self.classroom.join_code, by=self.students[username])
        # The day on which somebody joined is the database's own; here it belongs to the history.
        Membership.objects.filter(classroom=self.classroom).update(joined_at=joined)
        Classroom.objects.filter(pk=self.classroom.pk).update(created_at=calendar.moment(-35, "08:15"))

    def assign(
        self, title: str, *, on: dt.datetime, questions: Sequence[int] | None = None, **fields: Any
    ) -> Assignment:
        """`questions` are places in the lesson; None is all of them."""
        chosen = None if questions is None else [self.document.questions[place]["id"] for place in questions]
        with clock.at(on):
            return actions.create_assignment(
                self.classroom, edition=self.edition, title=title, questions=chosen, by=self.teacher, **fields
            )

    def work(self, assignment: Assignment, student: str) -> Submission:
        return Submission.objects.get(assignment=assignment, student=self.students[student])

    # What students do

    def save(self, assignment: Assignment, student: str, work: answers.Work, *, on: dt.datetime, rev: int = 0) -> None:
        with clock.at(on):
            actions.save_draft(
                self.work(assignment, student), body=self.body(work), if_rev=rev, by=self.students[student]
            )

    def hand_in(self, assignment: Assignment, student: str, work: answers.Work, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.submit(
                self.work(assignment, student),
                body=self.body(work),
                client_attempt_id=uuid7(),
                edition=self.edition.pk,
                by=self.students[student],
                received_at=on,
                # Whoever leaves a required question empty has said so.
                incomplete=True,
            )

    def see(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.note_seen(self.work(assignment, student), by=self.students[student])

    # What the teacher does

    def mark(
        self,
        assignment: Assignment,
        student: str,
        marks: Mapping[int, answers.Mark],
        *,
        feedback: str = "",
        on: dt.datetime,
    ) -> None:
        """Points by the place of the question; choices keep the points that the key gave them."""
        submission = self.work(assignment, student)
        draft = submission.grades.latest_first().first()
        given = {mark["question"]: mark for mark in draft.marks} if draft else {}
        for place, mark in marks.items():
            question = self.document.questions[place]["id"]
            given[question] = {"question": question, "points": mark.points, "comment": mark.comment}
        questions = [
            {**mark, "points": None if mark["points"] is None else Decimal(mark["points"])} for mark in given.values()
        ]
        with clock.at(on):
            actions.claim(submission, by=self.teacher)
            actions.save_marks(
                submission,
                questions=questions,
                feedback=feedback,
                score=None,
                if_version=draft.version if draft else 0,
                by=self.teacher,
            )

    def release(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.release(self.work(assignment, student), by=self.teacher)

    def give_back(self, assignment: Assignment, students: Sequence[str], *, on: dt.datetime) -> None:
        with clock.at(on):
            ids = [self.work(assignment, student).pk for student in students]
            for outcome in actions.return_many(assignment, submissions=ids, by=self.teacher):
                if outcome.error is not None:
                    raise outcome.error

    # Answers

    def body(self, work: answers.Work) -> dict[str, Any]:
        """The body of an answer, from texts with their citations in brackets and from places of options."""
        written = []
        for place, said in work.items():
            question = self.document.questions[place]
            if isinstance(said, str):
                blocks = [self._block(question["id"], n, part) for n, part in enumerate(said.split("\n\n"), start=1)]
                written.append({"question": question["id"], "blocks": blocks})
            else:
                choice = [question["options"][option]["id"] for option in said]
                written.append({"question": question["id"], "blocks": [], "choice": choice})
        return {"answers": written}

    def _block(self, question: str, number: int, marked: str) -> dict[str, Any]:
        text, citations, end = "", [], 0
        for found in _CITED.finditer(marked):
            text += marked[end : found.start()]
            end = found.end()
            citations.append({**self._citation(found), "at": len(text)})
        text += marked[end:]
        return {"id": f"{question[:8]}-{number}", "kind": "paragraph", "text": text, "citations": citations}

    def _citation(self, found: re.Match[str]) -> dict[str, Any]:
        block = next(block for block in self.document.citable_blocks() if block["name"] == found["name"])
        source = self.document.source_of(block["id"])
        start = block["text"].index(found["quote"])
        anchor = {"block": block["id"], "start": start, "end": start + len(found["quote"]), "quote": found["quote"]}
        return {
            "id": str(uuid7()),
            "source": source["id"] if source else None,
            "anchor": anchor,
            "stance": found["stance"] or "supports",
        }


def load(edition: Edition) -> None:
    calendar = Calendar(clock.now(), ZoneInfo(ZONE))
    _history_10b(
        Room(
            calendar,
            edition,
            name="History 10B",
            teacher="teacher",
            students=["student1", "student2", "student3", "student4", "student5", "student6"],
        )
    )
    _history_9a(
        Room(calendar, edition, name="History 9A", teacher="teacher2", students=["student7", "student8"]),
    )


def _history_10b(room: Room) -> None:
    _returned(room)
    _being_graded(room)
    _under_way(room)
    _not_open_yet(room)
    _for_named_students(room)


def _returned(room: Room) -> None:
    """Over and returned, late work and a missing one among it."""
    at = room.calendar.moment
    assignment = room.assign(
        "Who was meant to hear it?",
        on=at(-28, "14:20"),
        questions=[answers.REPORT, answers.AUDIENCE],
        instructions="Read sections 1 and 2 with Source A. Cite the passage that your answer rests on.",
        due=room.calendar.due(-21),
    )
    room.save(assignment, "student1", answers.ANNA_AUDIENCE_BEGUN, on=at(-23, "19:10"))
    room.hand_in(assignment, "student1", answers.ANNA_AUDIENCE, on=at(-22, "17:40"))
    room.hand_in(assignment, "student2", answers.DMITRI_AUDIENCE, on=at(-21, "21:15"))
    room.hand_in(assignment, "student3", answers.LAYLA_AUDIENCE, on=at(-22, "20:02"))
    room.hand_in(assignment, "student5", answers.HA_AUDIENCE, on=at(-21, "23:58"))
    room.hand_in(assignment, "student4", answers.MAXIMILIANE_AUDIENCE, on=at(-20, "07:30"))
    for student, mark, feedback in answers.AUDIENCE_GRADES:
        room.mark(assignment, student, {answers.AUDIENCE: mark}, feedback=feedback, on=at(-19, "16:30"))
    room.give_back(assignment, [grade.student for grade in answers.AUDIENCE_GRADES], on=at(-19, "17:05"))
    for student in ("student1", "student2", "student3"):
        room.see(assignment, student, on=at(-18, "15:40"))


def _being_graded(room: Room) -> None:
    """Closed. One is graded and not returned, one is being read, two wait; one draft was never handed in; one hand-in
    came after the close and waits for the teacher's word."""
    at = room.calendar.moment
    assignment = room.assign(
        "What the report left out",
        on=at(-14, "09:30"),
        questions=[answers.SILENCES, answers.COMPARE],
        instructions="Section 3, then Sources A and C side by side.",
        due=room.calendar.due(-4),
        closes_at=at(-1, "18:00"),
    )
    room.hand_in(assignment, "student1", answers.ANNA_SILENCES, on=at(-6, "18:22"))
    room.hand_in(assignment, "student2", answers.DMITRI_SILENCES, on=at(-5, "20:41"))
    room.hand_in(assignment, "student3", answers.LAYLA_SILENCES, on=at(-4, "22:10"))
    room.save(assignment, "student5", answers.HA_SILENCES_BEGUN, on=at(-4, "23:50"))
    room.hand_in(assignment, "student4", answers.MAXIMILIANE_SILENCES, on=at(-3, "16:20"))
    with suppress(AssignmentClosed):  # it is parked
        room.hand_in(assignment, "student6", answers.SAM_SILENCES, on=at(-1, "20:00"))
    room.mark(
        assignment,
        "student1",
        {answers.COMPARE: answers.Mark("4", "Both halves, each with its passage.")},
        feedback="Clear and exact. For the essay: say also why the resolution could not tell it.",
        on=at(-1, "18:40"),
    )
    room.release(assignment, "student1", on=at(-1, "18:55"))
    room.mark(
        assignment,
        "student2",
        {answers.COMPARE: answers.Mark("2.5", "Which passage of Source C says so?")},
        on=room.calendar.ago(minutes=6),
    )


def _under_way(room: Room) -> None:
    """Open. Drafts, one of them with a text set aside; one replaced its hand-in; one is back already."""
    at, ago = room.calendar.moment, room.calendar.ago
    assignment = room.assign(
        "To break or to save? Essay",
        on=at(-6, "14:05"),
        instructions="All of the lesson. At least three passages from at least two sources, and one that speaks "
        "against you.",
        due=room.calendar.due(5),
    )
    room.save(assignment, "student1", answers.ANNA_ESSAY_BEGUN, on=ago(minutes=50))
    room.hand_in(assignment, "student2", answers.DMITRI_ESSAY_FIRST, on=at(-1, "18:20"))
    room.hand_in(assignment, "student2", answers.DMITRI_ESSAY, on=at(-1, "20:05"))
    room.save(assignment, "student3", answers.LAYLA_ESSAY_BEGUN, on=at(-2, "19:00"))
    room.save(assignment, "student3", answers.LAYLA_ESSAY_AT_HOME, rev=1, on=at(-2, "19:20"))
    with suppress(VersionStale):  # the phone had not heard of the second save: its text is set aside
        room.save(assignment, "student3", answers.LAYLA_ESSAY_ON_THE_BUS, rev=1, on=at(-1, "07:45"))
    room.hand_in(assignment, "student5", answers.HA_ESSAY, on=at(-4, "16:10"))
    room.mark(assignment, "student5", answers.HA_ESSAY_MARKS, on=at(-3, "15:20"), feedback=answers.HA_ESSAY_FEEDBACK)
    room.give_back(assignment, ["student5"], on=at(-3, "15:45"))


def _not_open_yet(room: Room) -> None:
    room.assign(
        "One source, two readers",
        on=room.calendar.moment(-1, "13:15"),
        questions=[answers.AUDIENCE, answers.COMPARE],
        instructions="In class, in pairs. Opens at the beginning of the lesson.",
        opens_at=room.calendar.moment(3, "08:00"),
        due=room.calendar.due(3, "09:35"),
    )


def _for_named_students(room: Room) -> None:
    """Given to two, then to one: the other's draft is kept where nobody sees it."""
    at = room.calendar.moment
    both = [room.students[name].pk for name in ("student4", "student6")]
    assignment = room.assign(
        "Catching up: for whom was it made?",
        on=at(-12, "15:00"),
        questions=[answers.AUDIENCE],
        due=room.calendar.due(2),
        audience=both,
    )
    room.save(assignment, "student4", answers.MAXIMILIANE_CATCHING_UP, on=at(-11, "17:30"))
    with clock.at(at(-10, "08:50")):
        actions.update_assignment(
            assignment, if_version=assignment.version, audience=[room.students["student6"].pk], by=room.teacher
        )
    room.save(assignment, "student6", answers.SAM_CATCHING_UP, on=at(-2, "21:25"))


def _history_9a(room: Room) -> None:
    at = room.calendar.moment
    first = room.assign(
        "Reading the report",
        on=at(-16, "11:00"),
        questions=[answers.REPORT, answers.SILENCES],
        due=room.calendar.due(-7, "20:00"),
    )
    room.hand_in(first, "student7", answers.OLENA_READING, on=at(-8, "17:12"))
    room.mark(first, "student7", {}, feedback="All of it right. Now: how do you know?", on=at(-6, "12:10"))
    room.give_back(first, ["student7"], on=at(-6, "12:12"))
    second = room.assign("The closed session", on=at(-5, "11:00"), due=room.calendar.due(1, "20:00"))
    room.hand_in(second, "student7", answers.OLENA_SESSION, on=at(-1, "19:37"))
    room.save(second, "student8", answers.JOSE_SESSION_BEGUN, on=at(-1, "21:05"))
