"""A student moves to another class: what stays behind, what she gets, and which of her texts can come along. Nothing
here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import Classroom, Membership, User
from assignments import moving, readings, upgrades
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, AudienceMember, ClassMove, Draft, Event, ParkedCopy, Submission
from assignments.moving import Moved
from assignments.own_dates import dates_of_class
from assignments.reports.student import Work, WorkWords, student_report
from assignments.timing import Dates
from assignments.upgrades import Loss
from destalin_site.common import moments

# Why a text is kept beside a draft: no refusal, since nobody tried to save it here.
FROM_ANOTHER_CLASS: Final = ParkedCopy.FROM_ANOTHER_CLASS
# In these there is a draft that a text can become.
HER_TURN: Final = (State.ASSIGNED.value, State.DRAFTING.value, State.REVISING.value)


# --- Where to -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    classroom: Classroom
    current: bool  # she is in it already
    former: bool  # she was in it before


def targets(member: Membership, user: User) -> list[Target]:
    """The other classes that this person runs and that are not archived, by name. Two queries."""
    rooms = Classroom.objects.run_by(user).filter(archived_at=None).exclude(pk=member.classroom_id)
    had = Membership.objects.filter(user=member.user_id, classroom__in=rooms.values("pk"))
    places = dict(had.values_list("classroom", "left_at"))
    return [
        Target(room, room.pk in places and places[room.pk] is None, places.get(room.pk) is not None)
        for room in rooms.order_by("name", "id")
    ]


# --- Which texts there are, and where each could go -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """The newest words of a piece of work, and the edition that they were written for."""

    edition: str
    body_json: str
    body_sha256: str
    body: dict[str, Any]


def texts_of(rows: Collection[Submission]) -> dict[UUID, Text]:
    """By the assignment: the draft, else what was handed in last; nothing where neither says anything. Two queries."""
    found: dict[UUID, Text] = {}
    drafts = Draft.objects.filter(submission__in=rows).in_bulk()
    for row in rows:
        draft = drafts.get(row.pk)
        if draft is not None and not moving.is_blank(body := draft.body):
            found[row.assignment_id] = Text(row.edition_id, draft.body_json, draft.body_sha256, body)
    others = [row.pk for row in rows if row.assignment_id not in found and row.attempt_count]
    newest = Attempt.objects.filter(submission=OuterRef("pk")).order_by("-number").values("pk")[:1]
    wanted = Submission.objects.filter(pk__in=others).values(newest=Subquery(newest))
    for attempt in Attempt.objects.filter(pk__in=wanted).select_related("submission"):
        if not moving.is_blank(body := attempt.body):
            key = attempt.submission.assignment_id
            found[key] = Text(attempt.edition_id, attempt.body_json, attempt.body_sha256, body)
    return found


def works_in(classroom: Classroom, student: User) -> list[Submission]:
    """Her work there, with its assignments; the oldest first. One query."""
    rows = Submission.objects.present().filter(assignment__classroom=classroom, student=student)
    rows = rows.select_related("assignment__edition").order_by("assignment__created_at", "assignment_id")
    for row in (found := list(rows)):
        row.assignment.classroom = classroom
    return found


def reaching(classroom: Classroom, student: User) -> list[Assignment]:
    """What she is given there once she is in it, the oldest first. One query."""
    named = AudienceMember.objects.filter(assignment=OuterRef("pk"), student=student)
    rows = Assignment.objects.present().filter(Q(audience=Assignment.Audience.ALL) | Exists(named), classroom=classroom)
    found = list(rows.select_related("edition").order_by("created_at", "id"))
    for row in found:
        row.classroom = classroom
    return found


def counterparts(
    works: Iterable[Submission], given: Iterable[Assignment], there: Mapping[UUID, Submission]
) -> dict[UUID, list[Assignment]]:
    """By the assignment that she leaves: those of the other class that read the same lesson and ask the same, the
    likeliest first. `there` is the work that she has in that class already."""
    known = [(row, _asked(there[row.pk].given if row.pk in there else row)) for row in given]
    found: dict[UUID, list[Assignment]] = {}
    for work in works:
        here, asked = work.assignment, _asked(work.given)
        alike = [row for row, asks in known if asked and asks == asked and _may_take(row, here)]
        if alike:
            found[here.pk] = sorted(alike, key=lambda row: (row.edition_id != work.edition_id, row.title != here.title))
    return found


def _asked(assignment: Assignment) -> frozenset[str]:
    return frozenset(readings.questions(assignment))


def _may_take(there: Assignment, here: Assignment) -> bool:
    # Beside her name the same words would tell which work without a name is hers.
    return there.edition.lesson_id == here.edition.lesson_id and (there.names_hidden or not here.names_hidden)


def would_be_read(here: Assignment, there: Assignment) -> bool:
    """Whether staff would read there, as a draft, what nobody but her reads here: then no move makes it one. She may,
    once she was told who reads along."""
    return there.shows_drafts and not here.shows_drafts


def brought(text: Text, assignment: Assignment) -> Moved:
    """The text as it would stand in the edition of this assignment."""
    return upgrades.moved(text.body, assignment)


def is_told(one: Assignment, other: Assignment) -> bool:
    """Whether staff may know if she has written anything, and what became of it."""
    return not (one.names_hidden or other.names_hidden)


# --- Beforehand -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that can come along. `citations` to `aside` are None where names are hidden: then nobody is told whether
    there is a text."""

    from_assignment: Assignment
    to_assignment: Assignment
    proposed: bool
    beside: bool | None  # it would be kept beside: there is text already, or it would be read
    read: bool  # staff read drafts there, and do not here
    citations: int | None
    relocated: int | None
    lost: int | None
    aside: int | None

    @property
    def key(self) -> str:
        return f"{self.from_assignment.pk}:{self.to_assignment.pk}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A piece of work that stays behind, as her report tells of it."""

    work: Work
    words: WorkWords
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """What she gets. `comes_back`: she had it before, and finds it as it was."""

    assignment: Assignment
    due: str
    is_due: bool
    comes_back: bool


@dataclass(frozen=True, slots=True)
class Preview:
    student: UUID
    name: str
    left: Classroom
    to: Classroom
    leaving: tuple[Leaving, ...]
    coming: tuple[Coming, ...]
    since: tuple[str, ...]  # where this is the way back: what there is work on since she came
    zone: str
    to_zone: str

    @property
    def any_due(self) -> bool:
        return any(row.is_due for row in self.coming)

    @property
    def any_text(self) -> bool:
        return any(row.offers for row in self.leaving)


def preview(member: Membership, to: Classroom, *, now: dt.datetime) -> Preview:
    """What moving this student would do. The number of queries hangs on nothing but the editions that are read for the
    first time."""
    student, left = member.user, member.classroom
    works = [row for row in works_in(left, student) if row.state != State.VOID]
    there = {row.assignment_id: row for row in works_in(to, student)}
    given = reaching(to, student)
    found = counterparts(works, given, there)
    texts = texts_of([row for row in works if row.assignment_id in found])
    taken = _taken(there.values())
    offered: dict[UUID, tuple[Offer, ...]] = {}
    proposed: set[UUID] = set()
    for row in works:
        offers = _offers(row, found.get(row.assignment_id, []), texts.get(row.assignment_id), there, taken, proposed)
        if offers:
            offered[row.assignment_id] = offers
    report = student_report(member, own=False, now=now)
    of_class = dates_of_class(row.pk for row in given)
    return Preview(
        student=student.pk,
        name=student.get_full_name(),
        left=left,
        to=to,
        leaving=tuple(Leaving(work, words, offered.get(work.assignment, ())) for work, words in report.lines),
        coming=tuple(_coming(row, of_class.get(row.pk), there.get(row.pk), to.zone) for row in given),
        since=tuple(_since_she_came(member, to)),
        zone=moments.zone_name(left.zone),
        to_zone=moments.zone_name(to.zone),
    )


def _offers(
    work: Submission,
    alike: Iterable[Assignment],
    text: Text | None,
    there: Mapping[UUID, Submission],
    taken: Collection[UUID],
    proposed: set[UUID],
) -> tuple[Offer, ...]:
    """At most one of them is proposed, and each assignment of the other class for one text only."""
    offers: list[Offer] = []
    chosen = False
    for row in alike:
        told = is_told(work.assignment, row)
        if text is None and told:
            continue
        first = not chosen and row.pk not in proposed
        if first:
            chosen = True
            proposed.add(row.pk)
        had = there.get(row.pk)
        would = brought(text, had.given if had else row) if text and told else None
        read = would_be_read(work.assignment, row)
        offers.append(
            Offer(
                from_assignment=work.assignment,
                to_assignment=row,
                proposed=first,
                beside=read or row.pk in taken if would else None,
                read=read,
                citations=would.citations if would else None,
                relocated=would.relocated if would else None,
                lost=len(would.lost) if would else None,
                aside=would.aside if would else None,
            )
        )
    return tuple(offers)


def _taken(rows: Collection[Submission]) -> set[UUID]:
    """The assignments in which no text of another class becomes the draft. One query."""
    drafts = Draft.objects.filter(submission__in=rows).in_bulk()
    return {row.assignment_id for row in rows if not has_room(_standing_again(row), drafts.get(row.pk))}


def _standing_again(row: Submission) -> str:
    return row.voided_from if row.state == State.VOID else row.state


def has_room(state: str, draft: Draft | None) -> bool:
    """Whether a text can become her draft: it is her turn, and she has written nothing."""
    return state in HER_TURN and (draft is None or moving.is_blank(draft.body))


def _coming(assignment: Assignment, of_class: Dates | None, had: Submission | None, zone: str) -> Coming:
    # A due time of her own comes back with her work; where names are hidden it is told elsewhere.
    usual = of_class.due_at if of_class else assignment.due_at
    due = usual if had is None or assignment.names_hidden else had.due_at
    words = moments.moment_short(due, zone) if due else _("no due date")
    return Coming(assignment, words, due is not None, had is not None)


# --- Afterwards -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one text, as `ClassMove.copies` keeps it. `how`: `draft` it is her draft now, `beside` it is kept
    beside, `same` she had it there, `nothing` she had written nothing."""

    from_assignment: str
    to_assignment: str
    how: str
    edition: str = ""
    citations: int = 0
    relocated: int = 0
    lost: tuple[Mapping[str, Any], ...] = ()
    aside: int = 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Copied:
        return cls(**{**stored, "lost": tuple(stored["lost"])})


@dataclass(frozen=True, slots=True)
class Line:
    """`copied` is None where names are hidden on either side."""

    from_title: str
    to_assignment: Assignment
    from_assignment: Assignment
    copied: Copied | None
    words: str
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    move: ClassMove
    name: str
    words: str
    lines: tuple[Line, ...]
    undone: bool


def outcome(move: ClassMove) -> Outcome:
    """What came of a move that was read with its people and classes. Two queries."""
    copies = [Copied.from_json(stored) for stored in move.copies]
    named = {UUID(pk) for one in copies for pk in (one.from_assignment, one.to_assignment)}
    rows = Assignment.objects.select_related("edition", "classroom").in_bulk(named)
    said = {
        "by": move.by.get_full_name(),
        "name": move.student.get_full_name(),
        "from": move.from_classroom.name,
        "to": move.to_classroom.name,
        "moment": moments.moment(move.at, move.to_classroom.zone),
    }
    return Outcome(
        move=move,
        name=said["name"],
        words=(
            _("%(by)s moved %(name)s back from %(from)s to %(to)s on %(moment)s. All the work is as it was.") % said
            if move.undoes_id
            else _("%(by)s moved %(name)s from %(from)s to %(to)s on %(moment)s. The work there is kept.") % said
        ),
        lines=tuple(_line(one, rows) for one in copies),
        undone=ClassMove.objects.filter(undoes=move).exists(),
    )


def _line(copied: Copied, rows: Mapping[UUID, Assignment]) -> Line:
    one, other = rows[UUID(copied.from_assignment)], rows[UUID(copied.to_assignment)]
    told = is_told(one, other)
    losses = [upgrades.loss(copied.edition, item, item["block"], item["quote"]) for item in copied.lost] if told else []
    return Line(
        from_title=one.title,
        to_assignment=other,
        from_assignment=one,
        copied=copied if told else None,
        words=_became(copied) if told else _("What she has written came along. Names are hidden: no more is told."),
        losses=tuple(losses),
    )


def _became(copied: Copied) -> str:
    match copied.how:
        case "draft":
            return _("The text is the draft there now.")
        case "beside":
            return _("The text is kept beside the work there, for the student to use.")
        case "same":
            return _("The same text was there already.")
        case _:
            return _("There was no text to bring along.")


def done_since(move: ClassMove) -> list[str]:
    """The titles of what was worked on in the class that she came to, since then: by her, or on her work. Of work
    whose names are hidden no more is told than that. Two queries."""
    rows = Submission.objects.present().filter(assignment__classroom=move.to_classroom, student=move.student_id)
    happened = Event.objects.filter(submission=OuterRef("pk"), at__gt=move.at)
    wrote = Draft.objects.filter(submission=OuterRef("pk"), saved_at__gt=move.at)
    found = rows.filter(Exists(happened) | Exists(wrote)).order_by("assignment__created_at", "assignment_id")
    return list(found.values_list("assignment__title", flat=True))


def _since_she_came(member: Membership, to: Classroom) -> list[str]:
    """The same, where moving her there is the way back of her newest move; else nothing."""
    move = ClassMove.objects.filter(student=member.user_id).order_by("-id").first()
    if move is None or (move.from_classroom_id, move.to_classroom_id) != (to.pk, member.classroom_id):
        return []
    return done_since(move)
