"""Who is told of what happens: in the transaction of the act, so that nobody hears of what did not happen, and what
happened is told once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from accounts.audit import Actor
from accounts.models import Membership, User
from assignments.lifecycle import Act, State
from assignments.models import Assignment, CommentReply, Digest, Event, Notice, NoticeChoice, ParkedCopy, Submission
from assignments.notices import ENDS, OF_EVENT
from assignments.timing import Window
from destalin_site.common import clock
from destalin_site.common.actor import SYSTEM

if TYPE_CHECKING:
    from assignments.actions.turn import Turn

Kind = Notice.Kind
PARK: Final = "park"
# What a notice keeps of the facts of its event: never a score.
_KEPT: Final = ("attempt", "due")
_LATE: Final = ("late_seconds",)  # of more time that was taken back for what was handed in too


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that somebody is to be told of. `happening` names it among all that happens to this work."""

    kind: Kind
    submission: Submission
    happening: str
    at: dt.datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


def tell(happened: Sequence[Happened], *, by: Actor) -> None:
    """Tells the students, or those who mark their class, of all of this; never the one who did it. In the same few
    statements for one and for three hundred."""
    if not happened:
        return
    ended: dict[tuple[Kind, ...], list[Submission]] = defaultdict(list)
    for what in happened:
        if kinds := ENDS.get(what.kind):
            ended[kinds].append(what.submission)
    for kinds, submissions in ended.items():
        standing = Notice.objects.filter(submission__in=submissions, kind__in=kinds, ended_at=None)
        standing.put(ended_at=clock.now())
    staff = _staff_of({what.submission.assignment.classroom_id for what in happened if what.kind in Notice.FOR_STAFF})
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=person,
                kind=what.kind,
                submission_id=what.submission.pk,
                happening=what.happening,
                at=what.at,
                facts=dict(what.facts),
            )
            for what in happened
            for person in _whom(what, staff)
            if person != by.pk
        ],
        ignore_conflicts=True,
    )


def _whom(what: Happened, staff: Mapping[UUID, Iterable[UUID]]) -> Iterable[UUID]:
    if what.kind in Notice.FOR_STAFF:
        return staff[what.submission.assignment.classroom_id]
    return (what.submission.student_id,)


def _staff_of(classrooms: Iterable[UUID]) -> Mapping[UUID, Iterable[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if classrooms := list(classrooms):
        members = Membership.objects.current().staff().filter(classroom__in=classrooms).order_by("pk")
        for classroom, user in members.values_list("classroom", "user"):
            found[classroom].append(user)
    return found


# ------------------------------------------------------------------------------------------------------ what is told of


def of_turns(turns: Sequence[Turn]) -> None:
    """Of what was done to each piece of work, by one and the same, as the events say; of one kind once."""
    happened: list[Happened] = []
    for turn in turns:
        found: dict[Kind, Happened] = {}
        for event in turn.events:
            for kind, facts in _of_event(turn, event):
                found[kind] = Happened(kind, turn.submission, f"e{event.seq}", turn.now, facts)
        happened += found.values()
    if happened:
        tell(happened, by=turns[0].by)


def _of_event(turn: Turn, event: Event) -> Iterable[tuple[Kind, dict[str, Any]]]:
    kind = OF_EVENT.get(event.name)
    if event.name == PARK and event.facts["kind"] == ParkedCopy.Kind.SUBMIT:
        yield Kind.PARKED, {}
    elif event.name in (Act.SUBMIT, Act.REPLACE) and turn.submission.returned_grade_id:
        asked = CommentReply.objects.to(turn.submission).filter(attempt_number=event.facts["attempt"])
        n = asked.filter(stance=CommentReply.Stance.QUESTION).count()
        yield (Kind.ASKED, {"questions": n}) if n else (Kind.AGAIN, {})
    elif kind is Kind.COUNTED:
        if event.facts["grade"] != event.facts["from"]:
            yield kind, {}  # the same grade may be chosen that counts already
    elif kind is Kind.DATES:
        if facts := _dates_changed(turn.dates_before, turn.dates):
            yield kind, facts | {name: event.facts[name] for name in _LATE if name in event.facts}
    elif kind is not None:
        yield kind, {name: event.facts[name] for name in _KEPT if name in event.facts}


Dates = tuple[dt.datetime | None, dt.datetime | None]


def _dates_changed(before: Dates, now: Dates) -> dict[str, Any]:
    """The new due time; where that is the same, the new close; nothing where both are."""
    if before[0] != now[0]:
        return {"due": now[0] and now[0].isoformat()}
    if before[1] != now[1]:
        return {"closes": now[1] and now[1].isoformat()}
    return {}


def of_moved_dates(assignment: Assignment, turns: Iterable[Turn], *, by: Actor) -> None:
    """Of the due time or the close of an assignment that changed: whoever has it still to do, and has other dates in
    her turn than before it."""
    now = clock.now()
    if assignment.window_at(now) is Window.BEFORE:
        return
    happened = []
    for turn in turns:
        to_do = turn.submission.state not in (State.EXCUSED, State.RETURNED, State.VOID)
        if to_do and (facts := _dates_changed(turn.dates_before, turn.dates)):
            happened.append(Happened(Kind.DATES, turn.submission, f"a{assignment.version}", now, facts))
    tell(happened, by=by)


def of_assigned(rows: Iterable[Submission], assignments: Mapping[UUID, Assignment], *, by: Actor) -> None:
    """Of work that is new to its students, from when it opens on; of what is closed to them already nobody is told."""
    now, happened = clock.now(), []
    for row in rows:
        row.assignment = assignments[row.assignment_id]
        if row.window_at(now) is not Window.CLOSED:
            at = max(row.assignment.opens_at or now, now)
            happened.append(Happened(Kind.ASSIGNED, row, f"e{row.version}", at))
    tell(happened, by=by)


REMINDED_FOR: Final = dt.timedelta(days=7)  # after its due time; a site that stood still so long reminds nobody


@transaction.atomic
def remind_taken_back() -> int:
    """Tells students whose work is due that what they took back does not count again by itself, where no close brings
    it back. Once for each time that they took something back. How many they are."""
    now = clock.now()
    by_itself = Q(closes_at__isnull=False, assignment__reinstates_at_close=True)
    told = Notice.objects.filter(
        submission=OuterRef("pk"),
        kind=Kind.TAKEN_BACK,
        happening=Concat(Value("w"), Cast(OuterRef("withdrawals"), CharField())),
    )
    rows = Submission.objects.present().filter(
        ~by_itself,
        ~Exists(told),
        withdrawn__isnull=False,
        state__in=[State.DRAFTING, State.REVISING],
        due_at__lte=now,
        due_at__gt=now - REMINDED_FOR,
        assignment__classroom__archived_at=None,
    )
    found = list(rows.select_related("assignment").order_by("pk"))
    tell([Happened(Kind.TAKEN_BACK, row, f"w{row.withdrawals}", now) for row in found], by=SYSTEM)
    return len(found)


def follow_opening(assignment: Assignment) -> None:
    """After its opening was moved: who has not been told yet is told when it opens now."""
    now = clock.now()
    opens = max(assignment.opens_at or now, now)
    rows = Notice.objects.filter(submission__assignment=assignment, kind=Kind.ASSIGNED).unread().not_mailed()
    (rows if opens > now else rows.filter(at__gt=now)).put(at=opens)


# -------------------------------------------------------------------------------------------------- what a reader does


@transaction.atomic
def read_notice(notice: Notice, *, by: User) -> None:
    """Once more changes nothing."""
    Notice.objects.filter(pk=notice.pk, person=by).unread().put(read_at=clock.now())


@transaction.atomic
def read_notices(*, until: dt.datetime, by: User) -> int:
    """All that she was shown at that moment; what came since stays unread. How many they were."""
    return Notice.objects.filter(person=by, at__lte=min(until, clock.now())).unread().put(read_at=clock.now())


@transaction.atomic
def choose_notices(*, mail: str | None = None, hour: int | None = None, by: User) -> NoticeChoice:
    """How she wants them by mail from now on. An address that took none is tried again."""
    said = {name: value for name, value in (("mail", mail), ("hour", hour)) if value is not None}
    forgiven = {"refused_at": None, "refused_address": "", "refused_words": ""}
    choice, _made = NoticeChoice.objects.update_or_create(person=by, defaults={**said, **forgiven})
    return choice


# ------------------------------------------------------------------------------------------------- what becomes of them

KEPT: Final = dt.timedelta(days=120)


def purge(now: dt.datetime, batch: int) -> int:
    """Notices, and what is known of the mails that told them, for so long and no longer."""
    for model, age in ((Notice, "at"), (Digest, "made_at")):
        old = list(model._default_manager.filter(**{f"{age}__lt": now - KEPT}).values_list("pk", flat=True)[:batch])
        if old:
            model._default_manager.filter(pk__in=old).delete()
            return len(old)
    return 0
