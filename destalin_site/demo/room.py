"""A class of the demo, and what its people do: each thing by the act by which people do it, at a moment in the past.

What students write is noted as they would say it. A question is named by the first words of its prompt, an option, a
row or a column by its first words, and a citation stands in brackets where its chip goes: [the quoted words], with its
stance behind a bar when it does not support: [the quoted words|contradicts]. All are found by their words, so that a
lesson may be edited around them; what is not there, or there twice, is an error.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts import actions as people
from accounts.models import Classroom, Membership, User
from assignments import actions, readings, remarks, rubrics, time_tokens
from assignments.actions import DueSaid
from assignments.device_clock import Said
from assignments.models import Assignment, Excuse, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from lessons import adaptations, adapting
from lessons.document import Document
from lessons.models import Edition

ZONE: Final = "Europe/Warsaw"
LAST_MINUTE: Final = "23:59"
OPENED: Final = -36
JOINED: Final = -35

Table = Mapping[str, Mapping[str, str]]
"""By row and column: the text of each cell in which something was written."""

Work = Mapping[str, str | Sequence[str] | Table]
"""By question: a text, its paragraphs parted by empty lines, the chosen options, or a table."""

_CITED: Final = re.compile(r"\[(?P<quote>[^|\]]+)(?:\|(?P<stance>[a-z]+))?\]")


class Mark(NamedTuple):
    points: str
    comment: str = ""


class Remark(NamedTuple):
    """A comment on words of an answer, and the words of the passage that it points to, if it does."""

    about: str
    words: str
    passage: str = ""


class Judgement(NamedTuple):
    student: str
    marks: Mapping[str, Mark]
    feedback: str = ""
    remarks: Sequence[Remark] = ()


class OwnQuestion(NamedTuple):
    """A question that a teacher adds to her version of a lesson, at the end of the section of this heading."""

    section: str
    prompt: str
    points: str
    model_answer: str

    def asked(self) -> dict[str, Any]:
        said = {"prompt": self.prompt, "points": self.points, "model_answer": self.model_answer}
        return {"kind": "short", "required": True, "skill": "", "rubric": "", "options": [], **said}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments of a class, counted in days from the day of loading."""

    now: dt.datetime
    zone: ZoneInfo

    def day(self, days: int) -> dt.date:
        return self.now.astimezone(self.zone).date() + dt.timedelta(days=days)

    def at(self, days: int, time: str) -> dt.datetime:
        return dt.datetime.combine(self.day(days), dt.time.fromisoformat(time), self.zone)

    def due(self, days: int, time: str = LAST_MINUTE) -> DueSaid:
        return DueSaid(self.day(days), dt.time.fromisoformat(time), self.zone.key)

    def ago(self, minutes: int) -> dt.datetime:
        return self.now - dt.timedelta(minutes=minutes)


class Room:
    """A class and its calendar. Methods that take a moment do the thing at it."""

    def __init__(self, now: dt.datetime, editions: Mapping[str, Edition], *, name: str, teacher: str):
        """`editions` by the address of their lesson."""
        self.calendar = Calendar(now, ZoneInfo(ZONE))
        self.editions = editions
        self.teacher = User.objects.get(username=teacher)
        opened = self.calendar.at(OPENED, "08:15")
        with clock.at(opened):
            self.classroom = people.open_classroom(name=name, zone=ZONE, by=self.teacher)
        # The days on which a class was opened and somebody joined are the database's own; here they are history.
        Classroom.objects.filter(pk=self.classroom.pk).update(created_at=opened)
        Membership.objects.filter(classroom=self.classroom).update(joined_at=opened)

    # Who is in it

    def join(self, *students: str, on: dt.datetime) -> None:
        with clock.at(on):
            for student in students:
                people.join_classroom(code=self.classroom.join_code, by=self.person(student))
        self._of(*students).update(joined_at=on)

    def add(self, username: str, role: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            people.add_member(self.classroom, username=username, role=role, by=self.teacher)
        self._of(username).update(joined_at=on)

    def remove(self, student: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            people.remove_member(self._of(student).get(), by=self.teacher)

    def read_up(self, *, on: dt.datetime) -> None:
        """Everybody has read what she was told of so far."""
        with clock.at(on):
            for person in User.objects.filter(memberships__classroom=self.classroom):
                actions.read_notices(until=on, by=person)

    def _of(self, *usernames: str) -> QuerySet[Membership]:
        return Membership.objects.filter(classroom=self.classroom, user__username__in=usernames)

    def person(self, username: str) -> User:
        return User.objects.get(username=username)

    # What it is given

    def adapt(
        self, lesson: str, title: str, *, on: dt.datetime, instructions: str, without: Sequence[str], own: OwnQuestion
    ) -> Edition:
        """The teacher's own version: without the sections of these headings, with a question of hers in another."""
        ancestor = self.editions[lesson]
        sections = readings.document(ancestor.pk).data["sections"]
        with clock.at(on):
            row = adaptations.start(ancestor, by=self.teacher)
            plan = row.plan
            for heading in without:
                plan = adapting.with_kept(plan, _starting(sections, heading, "heading")["id"], False)
            section = _starting(sections, own.section, "heading")["id"]
            plan = adapting.with_own(plan, str(uuid7()), own.asked(), section)
            said = {"title": title, "instructions": instructions, "plan": plan}
            row = adaptations.change(row, if_version=row.version, by=self.teacher, **said)
            return adaptations.cut(row, by=self.teacher)

    def assign(
        self, lesson: str | Edition, title: str, *, on: dt.datetime, questions: Sequence[str], **fields: Any
    ) -> Assignment:
        edition = self.editions[lesson] if isinstance(lesson, str) else lesson
        known = readings.document(edition.pk).questions
        chosen = [_starting(known, words, "prompt")["id"] for words in questions]
        with clock.at(on):
            return actions.create_assignment(
                self.classroom, edition=edition, title=title, questions=chosen, by=self.teacher, **fields
            )

    def name_only(self, assignment: Assignment, students: Iterable[str], *, on: dt.datetime) -> None:
        named = [self.person(student).pk for student in students]
        with clock.at(on):
            actions.update_assignment(assignment, if_version=assignment.version, audience=named, by=self.teacher)

    def delete(self, assignment: Assignment, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.delete_assignment(assignment, by=self.teacher)

    def undelete(self, assignment: Assignment, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.undelete_assignment(assignment, by=self.teacher)

    def work(self, assignment: Assignment, student: str) -> Submission:
        return Submission.objects.get(assignment=assignment, student__username=student)

    # What students do

    def save(self, assignment: Assignment, student: str, work: Work, *, on: dt.datetime, rev: int = 0) -> None:
        body = self.body(assignment, work)
        with clock.at(on):
            actions.save_draft(self.work(assignment, student), body=body, if_rev=rev, by=self.person(student))

    def hand_in(
        self,
        assignment: Assignment,
        student: str,
        work: Work,
        *,
        on: dt.datetime,
        finished: dt.datetime | None = None,
        contact: dt.datetime | None = None,
    ) -> None:
        """`finished` offline, on a device that was in `contact` with the site before, or that nobody can check."""
        body = self.body(assignment, work)
        captured = self._captured(student, finished, contact) if finished else None
        with clock.at(on):
            actions.submit(
                self.work(assignment, student),
                body=body,
                client_attempt_id=uuid7(),
                edition=assignment.edition_id,
                by=self.person(student),
                received_at=on,
                # Whoever leaves a required question empty has said so.
                incomplete=True,
                captured=captured,
            )

    def _captured(self, student: str, finished: dt.datetime, contact: dt.datetime | None) -> Said:
        boot, token, counted = str(uuid7()), "", 0.0
        if contact is not None:
            user = str(self.person(student).pk)
            token = time_tokens.give(user, boot=boot, device_time=contact.isoformat(), now=contact)
            counted = (finished - contact).total_seconds()
        return Said(at=finished, time_token=token, mono_s=counted, boot=boot)

    def hand_in_for(self, assignment: Assignment, student: str, work: Work, *, reason: str, on: dt.datetime) -> None:
        """The teacher types in what the student wrote elsewhere."""
        body = self.body(assignment, work)
        with clock.at(on):
            actions.hand_in_for(
                self.work(assignment, student),
                body=body,
                reason=reason,
                client_attempt_id=uuid7(),
                edition=assignment.edition_id,
                by=self.teacher,
                received_at=on,
            )

    def see(self, assignment: Assignment, *students: str, on: dt.datetime) -> None:
        with clock.at(on):
            for student in students:
                actions.note_seen(self.work(assignment, student), by=self.person(student))

    # What teachers do

    def mark(
        self,
        assignment: Assignment,
        judgement: Judgement,
        *,
        on: dt.datetime,
        by: str = "",
    ) -> None:
        """Points by question, by levels where a rubric gives them; choices keep the points that the key gave them."""
        grader = self.person(by) if by else self.teacher
        submission = self.work(assignment, judgement.student)
        draft = submission.grades.latest_first().first()
        given = {mark["question"]: mark for mark in draft.marks} if draft else {}
        criteria = readings.criteria(readings.rubric(assignment))
        choices: list[dict[str, Any]] = []
        for words, mark in judgement.marks.items():
            question = _starting(readings.document(assignment.edition_id).questions, words, "prompt")["id"]
            own = [criterion for criterion in criteria if criterion.question == question]
            choices += _levels(own, Decimal(mark.points))
            typed = None if rubrics.possible(own) else mark.points
            given[question] = {"question": question, "points": typed, "comment": mark.comment}
        questions = [
            {**mark, "points": None if mark["points"] is None else Decimal(mark["points"])} for mark in given.values()
        ]
        with clock.at(on):
            if submission.counted_id is not None:
                actions.claim(submission, by=grader)
            actions.save_marks(
                submission,
                questions=questions,
                criteria=choices,
                feedback=judgement.feedback,
                score=None,
                if_version=draft.version if draft else 0,
                by=grader,
            )
            for remark in judgement.remarks:
                self._remark(submission, remark, by=grader)

    def _remark(self, submission: Submission, remark: Remark, *, by: User) -> None:
        submission.refresh_from_db()
        attempt = submission.counted
        assert attempt is not None
        [place] = [
            remarks.Place(answer["question"], block["id"], at, at + len(remark.about), remark.about)
            for answer in attempt.body["answers"]
            for block in answer["blocks"]
            if (at := block["text"].find(remark.about)) >= 0
        ]
        passage = None
        if remark.passage:
            found = cited(readings.document(attempt.edition_id), remark.passage)
            passage = {"source": found["source"], "anchor": found["anchor"]}
        actions.add_comment(submission, place=place, body=remark.words, passage=passage, by=by)

    def release(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.release(self.work(assignment, student), by=self.teacher)

    def give_back(self, assignment: Assignment, students: Iterable[str], *, on: dt.datetime) -> None:
        with clock.at(on):
            ids = [self.work(assignment, student).pk for student in students]
            for outcome in actions.return_many(assignment, submissions=ids, by=self.teacher):
                if outcome.error is not None:
                    raise outcome.error

    def give_back_unwritten(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        """Marks for what was never handed in."""
        with clock.at(on):
            actions.return_grade(self.work(assignment, student), by=self.teacher, without_submission=True)

    def give_more_time(
        self, assignment: Assignment, student: str, due: DueSaid, *, reason: str, on: dt.datetime
    ) -> None:
        with clock.at(on):
            actions.extend(self.work(assignment, student), due=due, reason=reason, by=self.teacher)

    def give_dates(
        self, assignment: Assignment, title: str, students: Iterable[str], *, reason: str, on: dt.datetime, **said: Any
    ) -> None:
        """Other dates for a group."""
        with clock.at(on):
            ids = [self.person(student).pk for student in students]
            actions.give_dates(assignment, title=title, students=ids, reason=reason, by=self.teacher, **said)

    def recall(self, assignment: Assignment, student: str, *, reason: str, on: dt.datetime) -> None:
        with clock.at(on):
            actions.recall(self.work(assignment, student), reason=reason, by=self.teacher)

    def ask_to_revise(self, assignment: Assignment, student: str, due: DueSaid, *, words: str, on: dt.datetime) -> None:
        with clock.at(on):
            actions.request_revision(self.work(assignment, student), due=due, words=words, by=self.teacher)

    def take_back(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        with clock.at(on):
            actions.withdraw(self.work(assignment, student), by=self.person(student))

    def excuse(self, assignment: Assignment, student: str, category: Excuse, *, reason: str, on: dt.datetime) -> None:
        with clock.at(on):
            submission = self.work(assignment, student)
            actions.excuse(submission, category=category, reason=reason, by=self.teacher)

    def accept(self, assignment: Assignment, student: str, *, on: dt.datetime) -> None:
        """The hand-in of this student that waits."""
        parked = ParkedCopy.objects.get(submission=self.work(assignment, student), resolution="")
        with clock.at(on):
            actions.accept_parked(parked, by=self.teacher)

    # Answers

    def body(self, assignment: Assignment, work: Work) -> dict[str, Any]:
        """The body of an answer, from the notation."""
        document = readings.document(assignment.edition_id)
        written = []
        for words, said in work.items():
            question = _starting(document.questions, words, "prompt")
            if isinstance(said, str):
                blocks = [
                    _block(document, f"{question['id'][:8]}-{n}", part)
                    for n, part in enumerate(said.split("\n\n"), start=1)
                ]
                written.append({"question": question["id"], "blocks": blocks})
            elif isinstance(said, Mapping):
                written.append({"question": question["id"], "blocks": list(_cells(document, question, said))})
            else:
                choice = [_starting(question["options"], option, "text")["id"] for option in said]
                written.append({"question": question["id"], "blocks": [], "choice": choice})
        return {"answers": written}


def _levels(criteria: Sequence[rubrics.Criterion], points: Decimal) -> list[dict[str, Any]]:
    """Levels that come to these points, as even as they can be; on a scale the first."""
    found = [
        levels
        for levels in product(*(criterion.levels for criterion in criteria))
        if sum(level.points or 0 for level in levels) == points or all(criterion.is_scale for criterion in criteria)
    ]
    evenest = min(found, key=lambda levels: max((level.points or 0 for level in levels), default=0))
    return [
        {"question": criterion.question, "criterion": criterion.id, "level": level.id}
        for criterion, level in zip(criteria, evenest, strict=True)
    ]


def _starting(things: Iterable[Mapping[str, Any]], words: str, key: str) -> Mapping[str, Any]:
    """The one that starts with these words."""
    [found] = [thing for thing in things if thing[key].startswith(words)]
    return found


def _block(document: Document, name: str, marked: str) -> dict[str, Any]:
    text, citations, end = "", [], 0
    for found in _CITED.finditer(marked):
        text += marked[end : found.start()]
        end = found.end()
        citations.append({**cited(document, **found.groupdict()), "at": len(text)})
    text += marked[end:]
    return {"id": name, "kind": "paragraph", "text": text, "citations": citations}


def _cells(document: Document, question: Mapping[str, Any], table: Table) -> Iterator[dict[str, Any]]:
    for row, cells in table.items():
        for column, marked in cells.items():
            place = {
                "row": _starting(question["rows"], row, "text")["id"],
                "column": _starting(question["columns"], column, "text")["id"],
            }
            name = f"{question['id'][:8]}-{place['row'][:8]}-{place['column'][:8]}"
            yield {**_block(document, name, marked), "kind": "cell", **place}


def cited(document: Document, quote: str, stance: str | None = None) -> dict[str, Any]:
    """A citation of the one passage in which these words stand."""
    blocks = [block for block in document.citable_blocks() if quote in block["text"]]
    if len(blocks) != 1:
        raise ValueError(f"“{quote}” stands in {len(blocks)} passages of the lesson, and has to stand in one.")
    [block] = blocks
    source = document.source_of(block["id"])
    start = block["text"].index(quote)
    return {
        "id": str(uuid7()),
        "source": source["id"] if source else None,
        "anchor": {"block": block["id"], "start": start, "end": start + len(quote), "quote": quote},
        "stance": stance or "supports",
    }
