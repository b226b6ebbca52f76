"""What waits for somebody who grades, over all of her classes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Window
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Classroom, Membership
from assignments import asking, names, signs
from assignments.lifecycle import State
from assignments.models import CommentReply, ExtensionRequest, ParkedCopy, Submission
from assignments.own_dates import dates_of_class
from assignments.querysets import due_is_over
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


class TodoKind(StrEnum):
    TO_RETURN = "to_return"
    TO_GRADE = "to_grade"
    QUESTION = "question"
    ASKED = "asked"
    WAITING = "waiting"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of the day: a number, what it is, and the one thing to do about it."""

    kind: TodoKind
    assignment: UUID
    classroom: UUID
    count: int
    unit: str
    heading: str
    words: str
    note: str  # said with more weight
    act: str
    submission: UUID | None = None
    comment: UUID | None = None  # by its key


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something due in the days to come."""

    assignment: UUID
    at: dt.datetime
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class More:
    """How many lines of a kind are left out."""

    kind: TodoKind
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Room:
    id: UUID
    name: str
    runs: bool  # may assign here, not only grade
    students: str
    assignments: str


@dataclass(frozen=True, slots=True)
class TeacherToday:
    day: str
    summary: str
    your_turn: tuple[Todo, ...]
    worth_a_look: tuple[Todo, ...]
    more: tuple[More, ...]
    ahead: tuple[Ahead, ...]
    rooms: tuple[Room, ...]
    all_archived: bool  # and so there is no room here

    @property
    def more_turns(self) -> tuple[More, ...]:
        return tuple(more for more in self.more if more.kind is not TodoKind.WAITING)

    @property
    def more_to_look_at(self) -> tuple[More, ...]:
        return tuple(more for more in self.more if more.kind is TodoKind.WAITING)

    @property
    def assigning(self) -> tuple[Room, ...]:
        return tuple(room for room in self.rooms if room.runs)


WEEK: Final = dt.timedelta(days=7)
MOST_LINES: Final = 20  # of hand-ins to decide about, of questions and of requests each; those that have waited longest
NAMED: Final = 3  # that many names stand in a line, the others are counted


def has_a_day_of_teaching(user: User) -> bool:
    """Whoever was approved as a teacher, or grades in a class."""
    return user.teaches or Classroom.objects.taught_by(user).exists()


def teacher_today(user: User, now: dt.datetime, *, all_waiting: bool = False) -> TeacherToday:
    """What waits for somebody who grades, over all the classes that are not archived; eight queries, and one more where
    there is none. Of hand-ins to decide about, questions and requests for more time the first MOST_LINES each, or with
    `all_waiting` all."""
    rooms = _rooms(user)
    zone = user.zone or (rooms[0].zone if rooms else "UTC")
    counts = list(_waiting(user, rooms, now))
    your_turn = [todo for row in counts if row.to_return for todo in [_to_return(row)]]
    # What has waited longest comes first.
    to_grade = sorted((row for row in counts if row.to_grade), key=lambda row: row.oldest or now)
    your_turn += [_to_grade(row, now) for row in to_grade]
    most = None if all_waiting else MOST_LINES
    questions, n_questions = _counted(_questions(user, rooms, now, most))
    asked, n_asked = _counted(_asked(rooms, most))
    parked, n_parked = _counted(_parked(user, rooms, most))
    your_turn += [*questions, *asked]
    worth_a_look = [*parked, *_behind(counts, rooms, _yesterday(now, zone), now)]
    ahead = [_ahead(row) for row in counts if row.due_at and now <= row.due_at < now + WEEK]
    ahead += _own_ahead(counts, now)
    return TeacherToday(
        day=moments.weekday(now, zone),
        summary=_summary(
            sum(row.to_grade for row in counts),
            sum(row.to_return for row in counts),
            n_questions,
            n_asked,
            n_parked,
        ),
        your_turn=tuple(your_turn),
        worth_a_look=tuple(worth_a_look),
        more=tuple(
            more
            for kind, n, shown in (
                (TodoKind.QUESTION, n_questions, questions),
                (TodoKind.ASKED, n_asked, asked),
                (TodoKind.WAITING, n_parked, parked),
            )
            for more in _more(kind, n - len(shown))
        ),
        ahead=tuple(sorted(ahead, key=lambda line: line.at)),
        rooms=tuple(
            Room(room.id, room.name, room.runs, signs.students(room.students), signs.assignments(room.assignments))
            for room in rooms
        ),
        all_archived=not rooms and Classroom.objects.taught_by(user).exists(),
    )


# How many rows there are, beside each of those that are read.
_OF: Final = Window(Count("pk"))


def _counted(found: Iterable[tuple[Todo, int]]) -> tuple[list[Todo], int]:
    """The lines that are shown, and how many there are."""
    rows = list(found)
    return [todo for todo, _n in rows], rows[0][1] if rows else 0


def _more(kind: TodoKind, n: int) -> Iterator[More]:
    if n <= 0:
        return
    match kind:
        case TodoKind.QUESTION:
            words = ngettext("and %(n)d more question", "and %(n)d more questions", n)
        case TodoKind.ASKED:
            words = ngettext("and %(n)d more who asks for more time", "and %(n)d more who ask for more time", n)
        case _:
            words = ngettext("and %(n)d more hand-in to decide about", "and %(n)d more hand-ins to decide about", n)
    yield More(kind, n, words % {"n": n})


# States in which what was handed in counts as handed in.
_IN: Final = [State.SUBMITTED.value, State.IN_REVIEW.value, State.RETURNED.value, State.REVISING.value]


class _Taught(NamedTuple):
    id: UUID
    name: str
    zone: str
    role: str
    students: int
    assignments: int

    @property
    def runs(self) -> bool:
        return self.role in ("owner", "teacher")


class _Count(NamedTuple):
    assignment: UUID
    title: str
    classroom: UUID
    room: str
    due_at: dt.datetime | None
    zone: str
    to_grade: int
    to_return: int
    late: int
    missing: int
    drafts: int
    oldest: dt.datetime | None
    inside: int
    given: int
    nameless: bool


def _rooms(user: User) -> list[_Taught]:
    mine = Membership.objects.current().staff().filter(user=user, classroom__archived_at=None)
    studies = Q(classroom__memberships__role="student", classroom__memberships__left_at=None)
    students = Count("classroom__memberships", filter=studies, distinct=True)
    assignments = Count("classroom__assignments", filter=Q(classroom__assignments__deleted_at=None), distinct=True)
    rows = mine.annotate(students=students, given=assignments).values_list(
        "classroom_id", "classroom__name", "classroom__zone", "role", "students", "given"
    )
    return sorted((_Taught(*row) for row in rows), key=lambda room: signs.name_key(room.name, room.id))


def _waiting(user: User, rooms: Sequence[_Taught], now: dt.datetime) -> Iterator[_Count]:
    """Every assignment in which something waits, or whose due time lies within a week of now."""
    handed_in = Q(state_shown=State.SUBMITTED.value) | Q(state_shown=State.IN_REVIEW.value, claimed_by=user)
    unwritten = Q(state_shown__in=[State.ASSIGNED.value, State.DRAFTING.value], hand_ins_waiting=0)
    begun = Q(state_shown=State.ASSIGNED.value, draft__isnull=False)  # while she was excused
    week = (now - WEEK, now + WEEK)
    near = Q(assignment__due_at__range=week) | Q(due_at__range=week)
    rows = (
        Submission.objects.with_state_shown(now)
        .filter(assignment__classroom__in=[room.id for room in rooms], assignment__deleted_at=None)
        .filter(handed_in | near)
        .values_list("assignment")
        .annotate(
            to_grade=Count("pk", filter=handed_in & Q(grade_ready=False)),
            to_return=Count("pk", filter=handed_in & Q(grade_ready=True)),
            late=Count("pk", filter=handed_in & Q(grade_ready=False, late_seconds__gt=0)),
            missing=Count("pk", filter=unwritten & due_is_over(now)),
            drafts=Count("pk", filter=Q(state_shown=State.DRAFTING.value) | begun),
            oldest=Min("handed_in_at", filter=handed_in & Q(grade_ready=False)),
            inside=Count("pk", filter=Q(handed_in_at__isnull=False, state_shown__in=_IN)),
            reached=Count("pk", filter=~Q(state_shown__in=[State.EXCUSED.value, State.VOID.value])),
        )
        .values_list(
            "assignment",
            "assignment__title",
            "assignment__classroom",
            "assignment__classroom__name",
            "assignment__due_at",
            "assignment__due_zone",
            "assignment__classroom__zone",
            "assignment__anonymous",
            "assignment__revealed_at",
            "to_grade",
            "to_return",
            "late",
            "missing",
            "drafts",
            "oldest",
            "inside",
            "reached",
        )
    )
    found = list(rows)
    others = dates_of_class(row[0] for row in found)
    for (
        assignment,
        *facts,
        due_at,
        due_zone,
        zone,
        anonymous,
        revealed_at,
        to_grade,
        to_return,
        late,
        missing,
        drafts,
        oldest,
        inside,
        given,
    ) in found:
        counted = (to_grade, to_return, late, missing, drafts, oldest, inside, given)
        nameless = anonymous and revealed_at is None
        other = others.get(assignment)
        due_at = other.due_at if other else due_at
        yield _Count._make((assignment, *facts, due_at, due_zone or zone, *counted, nameless))


def _to_return(row: _Count) -> Todo:
    return Todo(
        kind=TodoKind.TO_RETURN,
        assignment=row.assignment,
        classroom=row.classroom,
        count=row.to_return,
        unit=_("graded"),
        heading=_heading(row.title, row.room),
        words=_("Marks and comments are ready. The students see nothing of them yet."),
        note="",
        act=ngettext("Return %(n)d graded", "Return %(n)d graded", row.to_return) % {"n": row.to_return},
    )


def _to_grade(row: _Count, now: dt.datetime) -> Todo:
    said = []
    if row.due_at:
        said.append(_("Due %(moment)s.") % {"moment": moments.moment(row.due_at, row.zone)})
    if row.oldest and not row.nameless:
        waited = moments.span_spoken(int((now - row.oldest).total_seconds()))
        said.append(_("The oldest has waited %(span)s.") % {"span": waited})
    return Todo(
        kind=TodoKind.TO_GRADE,
        assignment=row.assignment,
        classroom=row.classroom,
        count=row.to_grade,
        unit=_("to grade"),
        heading=_heading(row.title, row.room),
        words=" ".join(said),
        note=ngettext("%(n)d came late.", "%(n)d came late.", row.late) % {"n": row.late} if row.late else "",
        act=_("Grade the next") if row.nameless else _("Grade the oldest"),
    )


def _questions(user: User, rooms: Sequence[_Taught], now: dt.datetime, most: int | None) -> Iterator[tuple[Todo, int]]:
    """Questions about comments that came with a hand-in, until that hand-in or a later one is returned."""
    work = "comment__grade__submission"
    # What she said last counts, as far as it came with a hand-in.
    later = CommentReply.objects.filter(
        comment__key=OuterRef("comment__key"),
        comment__grade__submission=OuterRef(work),
        version__gt=OuterRef("version"),
        attempt_number__lte=OuterRef(f"{work}__attempt_count"),
    )
    lapsed = Q(**{f"{work}__state": State.IN_REVIEW.value, f"{work}__claim_until__lte": now})
    reading = Q(**{f"{work}__state__in": [State.SUBMITTED.value, State.IN_REVIEW.value]})
    lapsed &= ~Q(**{f"{work}__claim_from": State.SUBMITTED.value})
    returned = f"{work}__returned_grade__attempt__number"
    unanswered = Q(**{f"{returned}__isnull": True}) | Q(**{f"{returned}__lt": F("attempt_number")})
    rows = (
        CommentReply.objects.visible_to(user)
        .filter(reading & ~lapsed, unanswered, ~Exists(later), stance=CommentReply.Stance.QUESTION)
        .filter(**{f"{work}__assignment__classroom__in": [room.id for room in rooms]})
        .order_by(names.before_when(f"{work}__"), "at", "id")
        .values_list(
            work,
            f"{work}__assignment",
            f"{work}__assignment__title",
            f"{work}__assignment__classroom",
            f"{work}__assignment__classroom__name",
            "comment__key",
            "text",
            _OF,
            *names.lookups(f"{work}__"),
        )[:most]
    )
    for submission, assignment, title, classroom, room, key, text, of, *whose in rows:
        said = {"name": names.read(*whose).name, "words": asking.short(text)}
        yield (
            Todo(
                kind=TodoKind.QUESTION,
                assignment=assignment,
                classroom=classroom,
                count=1,
                unit=_("question"),
                heading=_heading(title, room),
                words=_("%(name)s asks: “%(words)s”") % said
                if text.strip()
                else _("%(name)s has a question about a comment.") % said,
                note="",
                act=_("Read and answer"),
                submission=submission,
                comment=key,
            ),
            of,
        )


def _asked(rooms: Sequence[_Taught], most: int | None) -> Iterator[tuple[Todo, int]]:
    """Requests for more time, the oldest first. Who asked before names were hidden is told once they are shown."""
    rows = (
        ExtensionRequest.objects.to_answer()
        .exclude(names.hidden("submission__assignment__"))
        .filter(submission__assignment__classroom__in=[room.id for room in rooms])
        .order_by("asked_at", "id")
        .values_list(
            "submission",
            "submission__assignment",
            "submission__assignment__title",
            "submission__assignment__classroom",
            "submission__assignment__classroom__name",
            "submission__assignment__due_zone",
            "submission__assignment__classroom__zone",
            "submission__student__display_name",
            "reason",
            "due_at",
            "submission__due_at",
            _OF,
        )[:most]
    )
    for submission, assignment, title, classroom, room, due_zone, zone, name, reason, wish, due, of in rows:
        zone = due_zone or zone
        words = {"name": name, "words": asking.short(reason)}
        if wish:
            words["until"] = moments.moment(wish, zone)
        yield (
            Todo(
                kind=TodoKind.ASKED,
                assignment=assignment,
                classroom=classroom,
                count=1,
                unit=_("asks"),
                heading=_heading(title, room),
                words=_("%(name)s asks for time until %(until)s: “%(words)s”") % words
                if wish
                else _("%(name)s asks for more time: “%(words)s”") % words,
                note=_("Due %(moment)s.") % {"moment": moments.moment_short(due, zone)} if due else "",
                act=_("Answer"),
                submission=submission,
            ),
            of,
        )


def _parked(user: User, rooms: Sequence[_Taught], most: int | None) -> Iterator[tuple[Todo, int]]:
    """Hand-ins that could not be applied, and wait for somebody to decide."""
    rows = (
        ParkedCopy.objects.to_decide()
        .filter(submission__assignment__classroom__in=[room.id for room in rooms])
        .filter(~names.hidden("submission__assignment__") | names.work_in("submission__"))
        .order_by(names.before_when("submission__"), "received_at", "id")
        .values_list(
            "submission_id",
            "submission__assignment_id",
            "submission__assignment__title",
            "submission__assignment__classroom_id",
            "submission__assignment__classroom__name",
            "submission__assignment__classroom__zone",
            "received_at",
            _OF,
            *names.lookups("submission__"),
        )[:most]
    )
    for submission, assignment, title, classroom, room, zone, received, of, *whose in rows:
        student = names.read(*whose)
        said = {"student": student.name, "moment": moments.moment(received, zone)}
        yield (
            Todo(
                kind=TodoKind.WAITING,
                assignment=assignment,
                classroom=classroom,
                count=1,
                unit=_("waiting"),
                heading=_heading(title, room),
                words=_("%(student)s handed in when it could not be taken.") % said
                if student.alias
                else _("%(student)s handed in on %(moment)s, when it could not be taken.") % said,
                note=_("It is kept, and does not count until you decide."),
                act=_("Look at it"),
                submission=submission,
            ),
            of,
        )


def _heading(title: str, room: str) -> str:
    return _("%(title)s, %(room)s") % {"title": title, "room": room}


def _yesterday(now: dt.datetime, zone: str) -> dt.datetime:
    """Where yesterday began on the clocks of `zone`."""
    day = now.astimezone(moments.zone_of(zone)).date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), moments.zone_of(zone))


class _Behind(NamedTuple):
    assignment: UUID
    title: str
    classroom: UUID
    room: str
    name: str
    student: UUID
    due_at: dt.datetime | None
    handed_in_at: dt.datetime | None
    late_seconds: int | None
    state: str


def _behind(counts: Iterable[_Count], rooms: Sequence[_Taught], since: dt.datetime, now: dt.datetime) -> Iterator[Todo]:
    """Whose work came late since yesterday; and who handed in nothing for what fell due in the last week. By name, one
    query. A hand-in that waits for a decision is said above, and is not nothing."""
    dues = {row.assignment: row.due_at for row in counts if row.missing}
    nothing = Q(
        due_is_over(now),
        assignment__in=list(dues),
        due_at__gte=now - WEEK,
        state__in=[State.ASSIGNED.value, State.DRAFTING.value],
        hand_ins_waiting=0,
    )
    # Who came late is not told where names are hidden: only who has handed in nothing.
    late = Q(handed_in_at__gte=since, late_seconds__gt=0, state__in=_IN) & ~names.hidden()
    rows = (
        Submission.objects.present()
        .filter(nothing | late, assignment__classroom__in=[room.id for room in rooms])
        .values_list(
            "assignment_id",
            "assignment__title",
            "assignment__classroom_id",
            "assignment__classroom__name",
            "student__display_name",
            "student_id",
            "due_at",
            "handed_in_at",
            "late_seconds",
            "state",
        )
    )
    came: dict[UUID, list[_Behind]] = {}
    missing: dict[UUID, list[_Behind]] = {}
    for row in sorted(map(_Behind._make, rows), key=lambda row: signs.name_key(row.name, row.student)):
        (came if row.state in _IN else missing).setdefault(row.assignment, []).append(row)
    newest = sorted(came.values(), key=lambda these: max(row.handed_in_at or now for row in these), reverse=True)
    yield from (_came_late(these) for these in newest)
    for assignment in sorted(missing, key=lambda pk: dues[pk] or now, reverse=True):
        yield _missing(missing[assignment], since)


def _came_late(rows: Sequence[_Behind]) -> Todo:
    spans = [
        _("%(name)s (%(span)s)") % {"name": row.name, "span": moments.span_spoken(row.late_seconds or 0)}
        for row in rows
    ]
    return Todo(
        kind=TodoKind.LATE,
        assignment=rows[0].assignment,
        classroom=rows[0].classroom,
        count=len(rows),
        unit=_("late"),
        heading=_heading(rows[0].title, rows[0].room),
        words=_("Since yesterday: %(names)s.") % {"names": _listed(spans)},
        note="",
        act=_("See who"),
    )


def _missing(rows: Sequence[_Behind], since: dt.datetime) -> Todo:
    fresh = sum(row.due_at is not None and row.due_at >= since for row in rows)
    return Todo(
        kind=TodoKind.MISSING,
        assignment=rows[0].assignment,
        classroom=rows[0].classroom,
        count=len(rows),
        unit=_("missing"),
        heading=_heading(rows[0].title, rows[0].room),
        words=_("%(names)s. Nothing handed in.") % {"names": _listed([row.name for row in rows])},
        note=ngettext("%(n)d since yesterday.", "%(n)d since yesterday.", fresh) % {"n": fresh} if fresh else "",
        act=_("See who"),
    )


def _listed(names: Sequence[str]) -> str:
    shown = pgettext("between the parts of a list", ", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    rest = len(names) - NAMED
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", rest) % {"names": shown, "n": rest}


def _ahead(row: _Count) -> Ahead:
    assert row.due_at is not None
    drafts = ngettext("%(n)d draft begun", "%(n)d drafts begun", row.drafts) % {"n": row.drafts}
    inside = _("%(n)d of %(given)d handed in") % {"n": row.inside, "given": row.given}
    return Ahead(
        assignment=row.assignment,
        at=row.due_at,
        day=moments.day_short(row.due_at, row.zone),
        words=_("%(room)s: %(title)s is due, %(clock)s (%(zone)s). %(inside)s, %(drafts)s.")
        % {
            "inside": inside,
            "room": row.room,
            "title": row.title,
            "clock": moments.clock_time(row.due_at, row.zone),
            "zone": moments.zone_short(row.due_at, row.zone),
            "drafts": drafts,
        },
    )


def _own_ahead(counts: Sequence[_Count], now: dt.datetime) -> Iterator[Ahead]:
    """What is still to come within a week by due times of students' own, a line for each assignment. One query."""
    rows = (
        Submission.objects.filter(
            assignment__in=[row.assignment for row in counts],
            state__in=[State.ASSIGNED.value, State.DRAFTING.value, State.REVISING.value],
            due_at__gte=now,
            due_at__lt=now + WEEK,
        )
        .order_by("due_at")
        .values_list("assignment", "due_at", "state")
        .annotate(n=Count("pk"))
    )
    own: dict[UUID, list[tuple[dt.datetime, str, int]]] = {}
    for assignment, due_at, state, n in rows:
        own.setdefault(assignment, []).append((due_at, state, n))
    for row in counts:
        others = [each for each in own.get(row.assignment, ()) if each[0] != row.due_at]
        if not others:
            continue
        said: Counter[tuple[str, str]] = Counter()
        for due_at, state, n in others:
            said[moments.day_short(due_at, row.zone), _why_then(due_at, state, row.due_at)] += n
        parts = [_own_words(why, n, day) for (day, why), n in said.items()]
        yield Ahead(
            assignment=row.assignment,
            at=others[0][0],
            day=moments.day_short(others[0][0], row.zone),
            words=_("%(room)s: %(title)s: %(parts)s.")
            % {
                "room": row.room,
                "title": row.title,
                "parts": pgettext("between the parts of a list", ", ").join(parts),
            },
        )


def _why_then(due_at: dt.datetime, state: str, usual: dt.datetime | None) -> str:
    if state == State.REVISING:
        return "revision"
    return "more" if usual and due_at > usual else "other"


def _own_words(why: str, n: int, day: str) -> str:
    match why:
        case "revision":
            words = ngettext("%(n)d revision due %(day)s", "%(n)d revisions due %(day)s", n)
        case "more":
            words = ngettext("%(n)d with more time, due %(day)s", "%(n)d with more time, due %(day)s", n)
        case _:
            words = ngettext("%(n)d with another due time, %(day)s", "%(n)d with other due times, %(day)s", n)
    return words % {"n": n, "day": day}


def _summary(to_grade: int, to_return: int, questions: int, asked: int, parked: int) -> str:
    said = [_of_work(to_grade, to_return)] if to_grade + to_return else []
    if questions:
        said.append(ngettext("%(n)d question.", "%(n)d questions.", questions) % {"n": questions})
    if asked:
        words = ngettext("%(n)d student asks for more time.", "%(n)d ask for more time.", asked)
        said.append(words % {"n": asked})
    if parked:
        words = ngettext("%(n)d hand-in waits for your decision.", "%(n)d hand-ins wait for your decision.", parked)
        said.append(words % {"n": parked})
    return " ".join(said) or _("Nothing waits for you.")


def _of_work(to_grade: int, to_return: int) -> str:
    n = to_grade + to_return
    waiting = ngettext("%(n)d piece of work waits for you", "%(n)d pieces of work wait for you", n) % {"n": n}
    if not to_return:
        return _("%(waiting)s.") % {"waiting": waiting}
    returned = ngettext("%(n)d of them only has to be returned", "%(n)d of them only have to be returned", to_return)
    return _("%(waiting)s; %(returned)s.") % {"waiting": waiting, "returned": returned % {"n": to_return}}
