"""One question, answered by everybody: the grading desk the other way round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Classroom
from assignments import boards, readings, rubrics, scans
from assignments.judging.comments import Shelf, of_hand_ins, shelves
from assignments.judging.comments import Tried as TriedComment
from assignments.judging.holding import Held, held
from assignments.judging.marks import Conflict, edition_words
from assignments.judging.reading import Answered, Marks, work
from assignments.judging.since import Before, Compared, Since, before, is_same
from assignments.models import Assignment, Attempt, Comment, Grade, RubricEdition, Submission
from lessons import errata

if TYPE_CHECKING:
    from accounts.models import User
    from lessons.document import QuestionData

A_PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """Marks of one student, or a comment on her answer, as they were typed, and why they were refused."""

    submission: UUID
    marks: Marks | None = None  # those that are saved, where it was a comment
    error: str = ""
    conflict: Conflict | None = None
    comment: TriedComment | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    name: str
    stance: str
    quote: str


@dataclass(frozen=True, slots=True)
class Line:
    """One student's answer, and its marks."""

    submission: UUID
    student: str
    place: str  # how the work stands, in words
    question: Answered
    cited: tuple[Cited, ...]
    scans: tuple[scans.Shown, ...]  # pictures of the paper, on which the answer may stand
    held: Held | None  # what keeps it from being marked
    version: int
    about: str
    rubric: int
    rubric_words: str  # that it is judged by an earlier edition
    error: str
    conflict: Conflict | None
    address: str
    page: int  # of the desk
    shelf: Shelf  # what comments are made of
    adding: bool  # a form for a new comment is asked for, as without a script
    tried: TriedComment | None  # a comment that could not be saved, as it was typed
    before: str  # the hand-in that this one can be compared with, in words; empty for none
    since: Since | None  # what changed, where that is asked for

    @property
    def may_mark(self) -> bool:
        return self.held is None

    @property
    def may_comment(self) -> bool:
        return self.may_mark

    @property
    def key(self) -> str:
        return str(self.submission)

    @property
    def at(self) -> str:
        """Before the ids of what belongs to it: others on the page have the same."""
        return f"s-{self.submission}-"


@dataclass(frozen=True, slots=True)
class QuestionDesk:
    assignment: UUID
    title: str
    classroom: str
    question: Answered  # answered by nobody: what was asked
    numbers: tuple[tuple[int, bool], ...]  # of all questions, and whether this is it
    previous: int | None
    next: int | None
    lines: tuple[Line, ...]
    shelves: tuple[Shelf, ...]
    words: str
    page: int
    pages: int
    may_bring_along: bool
    to_return: int  # how many are graded and could be returned

    @property
    def may_comment(self) -> bool:
        return any(line.may_comment for line in self.lines)


def address(submission: Submission, number: int, page: int) -> str:
    """Where this student's answer stands on the page."""
    return f"{reverse('grade-question', args=[submission.assignment_id, number])}?page={page}#s-{submission.pk}"


def by_question(
    assignment: Assignment,
    number: int,
    *,
    viewer: User,
    now: dt.datetime,
    page: int = 1,
    tried: Tried | None = None,
    only: UUID | None = None,
    adding: UUID | None = None,
    since: UUID | None = None,
) -> QuestionDesk | None:
    """Every hand-in that counts, in the order of the board, a page at a time; None where there is no such question.
    With `only` that of this piece of work alone. `adding` is the work that a comment is to be typed on, `since` the one
    that is compared with its hand-in before. The number of queries is the same for one student and for thirty."""
    asked = readings.questions(assignment)
    numbers = {n: name for name, n in readings.numbered(assignment).items() if name in asked}
    if number not in numbers:
        return None
    name = numbers[number]
    board = boards.assignment_board(assignment, viewer=viewer, now=now)
    rows = [row for row in board.rows if row.attempts]
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(max(page, 1), pages)
    shown = [row for row in rows if row.submission == only] if only else rows[(page - 1) * A_PAGE : page * A_PAGE]
    works = Submission.objects.with_facts().select_related("counted").in_bulk([row.submission for row in shown])
    every: dict[UUID, list[Grade]] = {pk: [] for pk in works}
    for each in Grade.objects.filter(submission__in=works).select_related("rubric").latest_first():
        every[each.submission_id].append(each)
    hand_ins = [found.counted for found in works.values() if found.counted]
    comments = of_hand_ins({each.pk: every[each.submission_id] for each in hand_ins})
    editions = {each.edition_id for each in hand_ins}
    # What is on the edition of the assignment comes first, since it is what most have.
    shelved = shelves(viewer, sorted(editions, key=lambda each: (each != assignment.edition_id, each)))
    newest_rubric = readings.rubric(assignment)
    newest_number = newest_rubric.number if newest_rubric else 0
    corrected = cache(errata.of_edition)

    @cache
    def criteria(rubric: RubricEdition | None) -> list[rubrics.Criterion]:
        return [each for each in readings.criteria(rubric) if each.question == name]

    def answered(
        body: dict[str, object],
        marks: Marks,
        given: Assignment,
        rubric: RubricEdition | None,
        comments: Sequence[Comment] = (),
    ) -> tuple[Answered, tuple[Cited, ...]]:
        """In the edition that it was written for."""
        read = work(
            readings.document(given.edition_id),
            body,
            questions={name: readings.questions(given)[name]},
            marks=marks,
            key=readings.key(given.edition_id, now) if viewer.teaches else None,
            corrections=corrected(given.edition_id),
            criteria=criteria(rubric),
            comments=comments,
        )
        cited = tuple(
            Cited(
                each.chip.name,
                each.chip.stance_name,
                next((line.quote for line in each.lines if line.quote), each.quote),
            )
            for each in read.opened
        )
        return read.answered[0], cited

    earlier = _before(hand_ins, every)
    on_paper = scans.shown_of(hand_ins, nameless=assignment.names_hidden)
    zone = assignment.classroom.zone
    lines = []
    for row in shown:
        found = works[row.submission]
        counted = found.counted
        if counted is None:
            continue
        given = assignment.in_edition(counted.edition_id)
        if name not in readings.questions(given):
            continue  # it was not asked when this was written
        grade = _given(counted.pk, every[found.pk])
        mine = tried if tried and tried.submission == found.pk else None
        marks = (mine and mine.marks) or (Marks.of(grade) if grade else Marks())
        begun = grade is not None and grade.saved_by_id is not None
        rubric = grade.rubric if grade and begun else newest_rubric
        rubric_number = rubric.number if rubric else 0
        prior = earlier.get(found.pk)
        text = readings.document(counted.edition_id)
        question, cited = answered(counted.body, marks, given, rubric, comments.get(counted.pk, ()))
        lines.append(
            Line(
                submission=found.pk,
                student=row.name,
                place=row.place_name,
                question=question,
                cited=cited,
                scans=tuple(on_paper.get(counted.pk, ())),
                held=held(found, viewer=viewer, now=now, zone=zone, holder=row.holder),
                version=every[found.pk][0].version if every[found.pk] else 0,
                about=str(counted.pk),
                rubric=rubric_number,
                rubric_words=edition_words(rubric_number, newest_number) if rubric_number != newest_number else "",
                error=mine.error if mine else "",
                conflict=mine.conflict if mine else None,
                address=address(found, number, page),
                page=page,
                shelf=shelved[counted.edition_id],
                adding=found.pk == adding,
                tried=mine.comment if mine else None,
                before=_before_words(counted, prior, text.question(name), zone) if prior else "",
                since=Compared(counted, prior, text, readings.questions(given), name).told(zone)
                if prior and found.pk == since
                else None,
            )
        )
    order = sorted(numbers)
    place = order.index(number)
    return QuestionDesk(
        assignment=assignment.pk,
        title=assignment.title,
        classroom=board.classroom_name,
        question=answered({"answers": []}, Marks(), assignment, newest_rubric)[0],
        numbers=tuple((n, n == number) for n in order),
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place + 1 < len(order) else None,
        lines=tuple(lines),
        shelves=tuple(shelved.values()),
        words=_words(len(rows), board.totals["students"] - len(rows)),
        page=page,
        pages=pages,
        may_bring_along=_runs(viewer, assignment),
        to_return=len(board.to_return),
    )


def _runs(viewer: User, assignment: Assignment) -> bool:
    """Asked only where the rubric was ever changed."""
    if assignment.rubric_changed_at is None:
        return False
    return Classroom.objects.run_by(viewer).filter(pk=assignment.classroom_id).exists()


def _before(shown: Sequence[Attempt], grades: Mapping[UUID, Sequence[Grade]]) -> dict[UUID, Before]:
    """By the work, what each of these hand-ins is compared with. Two queries, and none where all are first ones."""
    # Comparing words takes its time, and is done where it is asked for: here only whether they are the same.
    again = [each for each in shown if each.number > 1]
    if not again:
        return {}
    attempts: dict[UUID, list[Attempt]] = {each.submission_id: [] for each in again}
    for row in Attempt.objects.filter(submission__in=attempts).defer("body_json"):
        attempts[row.submission_id].append(row)
    found = {
        each.submission_id: pair
        for each in again
        if (pair := before(each, attempts=attempts[each.submission_id], grades=grades[each.submission_id]))
    }
    read = Attempt.objects.in_bulk([pair.attempt.pk for pair in found.values()])
    return {pk: pair._replace(attempt=read[pair.attempt.pk]) for pk, pair in found.items()}


def _before_words(shown: Attempt, before: Before, question: QuestionData, zone: str) -> str:
    if is_same(before.attempt.body, shown.body, question):
        return before.title(zone, _("The same, word for word, as in hand-in %(number)d"))
    return before.title(zone, _("What changed since hand-in %(number)d"))


def _given(attempt: UUID, grades: Sequence[Grade]) -> Grade | None:
    """What a hand-in was given: the draft, else what was returned."""
    about = [each for each in grades if each.attempt_id == attempt and each.status != Grade.Status.SUPERSEDED]
    return min(about, key=lambda each: each.status, default=None)  # "draft" sorts before "returned"


def _words(handed_in: int, others: int) -> str:
    said = ngettext("%(n)d hand-in", "%(n)d hand-ins", handed_in) % {"n": handed_in}
    return _("%(said)s, %(n)d without") % {"said": said, "n": others} if others else said
