"""One student in one class over the term. The same value is what her teachers read and what she is shown of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import answers, grading, missing, signs
from assignments.boards.rows import Sums, sums
from assignments.device_clock import Trust
from assignments.grading import Counted, Mark
from assignments.lifecycle import State, Window
from assignments.models import Draft, Excuse, Grade, Submission
from assignments.models.submission import STATES
from assignments.own_dates import dates_of_class
from assignments.reports import words
from assignments.reports.skills import Marks, Skills, given_in, skills
from assignments.signs import Situation
from assignments.timing import Result
from assignments.words import finished_offline, why_so
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Feedback:
    """How much was written to her, without what it says: that stands with the work."""

    words: int
    comments: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of one piece of work. Every field but the first two is a metric of `reports.metrics`."""

    assignment: UUID
    submission: UUID | None  # None to staff while names are hidden
    title: str
    state: State
    due: dt.datetime | None
    more_time: bool
    handed_in: dt.datetime | None
    finished: dt.datetime | None  # on her device, where it came later
    device: Trust  # how far that is believed
    timing: Result
    late_seconds: int
    hand_ins: int
    words: int | None
    draft_words: int | None  # of what she has begun, while nothing is handed in
    changes_not_handed_in: bool
    waiting: int
    asks_more_time: bool
    mark: Mark
    score: Decimal | None
    out_of: Decimal | None
    counts_as: Counted | None  # because it is missing
    hand_in_marked: int | None  # whose grade is the mark, where that is not the one returned last
    returned: dt.datetime | None
    opened: dt.datetime | None
    outdated: bool
    feedback: Feedback | None
    excused_for: str
    names_hidden: bool


@dataclass(frozen=True, slots=True)
class WorkWords:
    """The same for people."""

    why: str  # how it comes that it is late, missing, or due later
    state: str
    due: str
    handed_in: str
    finished: str  # that it was finished offline, and when
    timing: str
    mark: str
    feedback: str


@dataclass(frozen=True, slots=True)
class StudentReport:
    student: UUID
    name: str
    classroom: UUID
    classroom_name: str
    zone: str
    as_of: str
    works: tuple[Work, ...]
    said: tuple[WorkWords, ...]
    sums: Sums
    skills: Skills

    @property
    def lines(self) -> list[tuple[Work, WorkWords]]:
        return list(zip(self.works, self.said, strict=True))

    @property
    def share(self) -> str:
        return signs.percent(self.sums.share)


def student_report(member: Membership, *, own: bool, now: dt.datetime) -> StudentReport:
    """Oldest assignment first; five queries, and one more where missing work counts as something, or nothing is in yet.
    Nothing of it depends on who reads it but that her `own` leads to all of her work, and nothing on marks that were
    not returned. Of work whose names are hidden it says whether it is in."""
    classroom, student = member.classroom, member.user
    given = given_in(classroom.pk)
    rows = list(
        Submission.objects.listed()
        .filter(assignment__classroom=classroom, student=student)
        .with_graded_edition("mark_grade")
        .with_wrote_since()
        .select_related("assignment", "returned_grade", "mark_grade__attempt", "counted", "final_mark")
        .defer("counted__body_json", "mark_grade__attempt__body_json", "assignment__instructions")
        .order_by("assignment__created_at", "assignment_id")
    )
    works, situations = [], []
    drafted = _draft_words(rows)
    projected = missing.projections(row.assignment for row in rows)
    others = dates_of_class(row.assignment_id for row in rows)
    for row in rows:
        row.assignment.classroom = classroom
        other = others.get(row.assignment_id)
        usual = other.due_at if other else row.assignment.due_at
        situation = _situation(row, now, projected.get(row.assignment_id))
        situations.append(situation)
        works.append(
            _nameless(row, situation, now, usual=usual, own=own)
            if row.assignment.names_hidden
            else _work(row, now, situation.missing, drafted.get(row.pk))
        )
    told = [row for row in rows if row.state != State.EXCUSED and not row.assignment.names_hidden]
    returned = [_marks(row, row.mark_grade) for row in told if row.mark_grade]
    return StudentReport(
        student=student.pk,
        name=student.get_full_name(),
        classroom=classroom.pk,
        classroom_name=classroom.name,
        zone=moments.zone_name(classroom.zone),
        as_of=moments.moment(now, classroom.zone),
        works=tuple(works),
        said=tuple(_said(work, row, classroom.zone, now) for work, row in zip(works, rows, strict=True)),
        sums=sums(situations),
        skills=skills(classroom.pk, returned, given, of_many=False),
    )


def _marks(row: Any, grade: Grade) -> Marks:
    return Marks(row.assignment_id, row.graded_edition, grade.marks, grade.criteria, grade.rubric_id)


def _situation(row: Submission, now: dt.datetime, projected: Counted | None) -> Situation:
    decided, grade = row.timing_at(now), row.mark_grade
    state = row.state_at(now)
    found = Situation(
        state=state,
        result=decided.result,
        seconds=decided.seconds,
        score=grade.final_score if grade else None,
        out_of=grade.out_of if grade else None,
        missing=missing.of(row, result=decided.result, state=state, projected=projected),
        parked=row.hand_ins_waiting > 0,
        nothing_in=row.handed_in_at is None,
    )
    return signs.by_name(found) if row.assignment.names_hidden else found


def _nameless(row: Submission, said: Situation, now: dt.datetime, *, usual: dt.datetime | None, own: bool) -> Work:
    """Whether it is in, and nothing that her number has beside it."""
    excused = said.state is State.EXCUSED
    told = row.window_at(now) is not Window.BEFORE
    # Once it is in, hers may be the due time of a revision, which stands beside her number.
    due_at, extended = (usual, False) if said.nameless else (row.due_at, row.extended)
    return Work(
        assignment=row.assignment_id,
        submission=row.pk if own else None,
        title=row.assignment.title,
        state=said.state,
        due=due_at if told else None,
        more_time=told and extended,
        handed_in=None,
        finished=None,
        device=Trust.NONE,
        timing=said.result,
        late_seconds=0,
        hand_ins=0,
        words=None,
        draft_words=None,
        changes_not_handed_in=False,
        waiting=0,
        asks_more_time=False,
        mark=grading.mark_of(said.state, result=said.result, score=None),
        score=None,
        out_of=None,
        counts_as=said.missing,
        hand_in_marked=None,
        returned=None,
        opened=None,
        outdated=False,
        feedback=None,
        excused_for=row.excuse_category if excused else "",
        names_hidden=True,
    )


def _draft_words(rows: Iterable[Submission]) -> dict[UUID, int]:
    """The words of each draft of work of which nothing is in, as the grading desk tells them."""
    begun = [row.pk for row in rows if row.counted_id is None and not row.assignment.names_hidden]
    drafts = Draft.objects.filter(submission__in=begun) if begun else ()
    return {draft.submission_id: answers.word_count(draft.body) for draft in drafts}


def _work(row: Any, now: dt.datetime, counts_as: Counted | None, draft_words: int | None) -> Work:
    state, decided, grade, mark = row.state_at(now), row.timing_at(now), row.returned_grade, row.mark_grade
    excused = state is State.EXCUSED
    if excused:
        grade = mark = None
    # What only opens later is due at a time that nobody in the class is told yet.
    told = row.window_at(now) is not Window.BEFORE
    came = row.first_handed_in_at or row.handed_in_at
    offline = finished_offline(came, row.finished, decides=decided.by_device)
    return Work(
        assignment=row.assignment_id,
        submission=row.pk,
        title=row.assignment.title,
        state=state,
        due=row.due_at if told else None,
        more_time=told and row.extended,
        handed_in=row.handed_in_at,
        finished=row.captured_at if offline else None,
        device=Trust(row.clock_trust) if offline else Trust.NONE,
        timing=decided.result,
        late_seconds=decided.seconds if decided.result is Result.LATE else 0,
        hand_ins=row.attempt_count,
        words=row.counted.words if row.counted else None,
        draft_words=draft_words,
        changes_not_handed_in=row.wrote_since,
        waiting=row.hand_ins_waiting,
        asks_more_time=row.asks_more_time and not excused,
        mark=grading.mark_of(state, result=decided.result, score=mark.final_score if mark else None),
        score=mark.final_score if mark else None,
        out_of=mark.out_of if mark else None,
        counts_as=counts_as,
        hand_in_marked=mark.attempt.number if mark and mark.attempt and mark != grade else None,
        returned=grade.returned_at if grade else None,
        opened=grade.seen_at if grade else None,
        outdated=grade is not None and grade.attempt_id != row.counted_id,
        feedback=_length(grade) if grade else None,
        excused_for=row.excuse_category if excused else "",
        names_hidden=False,
    )


def _length(grade: Grade) -> Feedback:
    comments = sum(bool(each["comment"].strip()) for each in [*grade.marks, *grade.criteria])
    return Feedback(len(grade.feedback.split()), comments)


_STATES = dict(STATES)


def _said(work: Work, row: Submission, zone: str, now: dt.datetime) -> WorkWords:
    # What only opens later is due at a time that nobody in the class is told yet, and what is nameless at none at all.
    silent = work.names_hidden or work.due is None or work.state is State.EXCUSED
    return WorkWords(
        why="" if silent else why_so(row.timing_at(now), zone),
        state=str(_STATES[work.state.value]),
        due=_due(work, row, zone, now),
        handed_in=moments.moment_short(work.handed_in, zone) if work.handed_in else "",
        finished=_finished(work, zone),
        timing=_timing(work),
        mark=_mark(work),
        feedback=_feedback(work, zone),
    )


def _due(work: Work, row: Submission, zone: str, now: dt.datetime) -> str:
    if work.due is not None:
        return moments.moment_short(work.due, zone)
    return _("not open yet") if row.window_at(now) is Window.BEFORE else _("no due date")


def _finished(work: Work, zone: str) -> str:
    if work.finished is None:
        return ""
    at = {"moment": moments.moment_short(work.finished, zone)}
    if work.device is Trust.LOW:
        return _("finished offline %(moment)s, as the device says") % at
    return _("finished offline %(moment)s") % at


def _timing(work: Work) -> str:
    if work.timing is Result.LATE:
        return signs.late(work.late_seconds)
    if work.mark is Mark.MISSING:
        return _("Missing")
    return _("On time") if work.timing is Result.ON_TIME else ""


def _mark(work: Work) -> str:
    match work.mark:
        case Mark.SCORED if work.hand_in_marked is not None:
            said = {"score": signs.score(work.score, work.out_of), "number": work.hand_in_marked}
            return _("%(score)s, for hand-in %(number)d") % said
        case Mark.SCORED:
            return signs.score(work.score, work.out_of)
        case Mark.EXCUSED:
            return _("Excused: %(category)s") % {"category": Excuse(work.excused_for).label}
        case Mark.MISSING if work.counts_as is not None:
            return _("Missing, %(score)s") % {"score": signs.missing_words(work.counts_as, of=True)}
        case Mark.MISSING:
            return _("Missing")
        case _ if work.names_hidden:
            return _("Names are hidden")
        case _:
            return _("Without points") if work.returned else _("Not scored")


def _feedback(work: Work, zone: str) -> str:
    if work.feedback is None or work.returned is None:
        return ""
    said = [_("returned %(moment)s") % {"moment": moments.moment_short(work.returned, zone)}]
    if work.feedback.words:
        said.append(ngettext("%(n)d word", "%(n)d words", work.feedback.words) % {"n": work.feedback.words})
    if work.feedback.comments:
        n = {"n": work.feedback.comments}
        said.append(ngettext("%(n)d comment", "%(n)d comments", work.feedback.comments) % n)
    said.append(
        _("opened %(moment)s") % {"moment": moments.moment_short(work.opened, zone)} if work.opened else _("not opened")
    )
    if work.outdated:
        said.append(_("about an earlier hand-in"))
    return words.listed(said)
