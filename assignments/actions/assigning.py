"""What a teacher gives to a class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Required, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Classroom, Membership, User
from assignments import grading, readings, rubrics, timing
from assignments.actions import noticing
from assignments.actions.dates import DueSaid, move_dates, resolved
from assignments.actions.hiding import hide_names
from assignments.actions.lateness import settle_all
from assignments.actions.roster import hold_assignment, hold_open_class, sync_assignment
from assignments.actions.rubrics import copy_rubric, proposed
from assignments.errors import StateConflict
from assignments.lifecycle import State
from assignments.models import Assignment, AudienceMember, Draft, Submission
from assignments.models.assignment import MOST_GRACE, MOST_OFFLINE_GRACE, MOST_WITHDRAWALS
from assignments.querysets import DELETED
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from lessons.models import Edition

LATE: Final = ("late_percent", "late_every_seconds", "late_floor_percent")
# What becomes of work at the due time, at the close, and after it was returned.
COURSE: Final = (
    "grace_seconds",
    "offline_grace_h",
    "withdrawals_limit",
    "reinstates_at_close",
    "hands_in_at_close",
    "drafts_visible",
    "resubmission",
    "replies_required",
    "resubmit_until",
    "missing_percent",
)
ANONYMOUS: Final = "anonymous"
EDITABLE: Final = (
    "title",
    "instructions",
    "opens_at",
    "due",
    "closes_at",
    "attempts_limit",
    "audience",
    ANONYMOUS,
    *LATE,
    *COURSE,
)


class Said(TypedDict, total=False):
    """What a teacher says of an assignment. `questions` None: all of them; `audience` None: the whole class."""

    title: Required[str]
    instructions: str
    questions: Sequence[str] | None
    opens_at: dt.datetime | None
    due: DueSaid | None
    closes_at: dt.datetime | None
    points: Decimal | None
    attempts_limit: int | None
    late_percent: int | None
    late_every_seconds: int
    late_floor_percent: int
    grace_seconds: int
    offline_grace_h: int
    withdrawals_limit: int
    reinstates_at_close: bool
    hands_in_at_close: bool
    drafts_visible: bool
    resubmission: bool
    replies_required: bool
    resubmit_until: dt.datetime | None
    missing_percent: int | None
    counts: str
    anonymous: bool
    audience: Sequence[UUID] | None


@transaction.atomic
def create_assignment(
    classroom: Classroom, *, edition: Edition, by: User, id: UUID | None = None, **said: Unpack[Said]
) -> Assignment:
    """Gives an edition of the catalogue, or of the teacher's own version of a lesson, to a class or to named students
    of it (their ids), each of whom has a submission from then on; the rubric that the edition proposes is copied. With
    the id of an assignment that this teacher made here already, that one; any other id that was used, be it of one that
    was deleted, is taken."""
    classroom = hold_open_class(classroom.pk)
    if id is not None and (made := Assignment.objects.filter(pk=id).first()):
        if made.classroom_id == classroom.pk and made.created_by_id == by.pk and made.deleted_at is None:
            return made
        raise ValidationFailed(errors=[problem("/id", "taken")])
    assignment, students = _drafted(classroom, edition, id, by, said)
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        # Within one class the lock has told already; in another one somebody was faster.
        if id is None or not Assignment.objects.filter(pk=id).exists():
            raise
        raise ValidationFailed(errors=[problem("/id", "taken")]) from error
    copy_rubric(assignment, by=by)
    AudienceMember.objects.bulk_create(AudienceMember(assignment=assignment, student_id=pk) for pk in students)
    sync_assignment(assignment, by=by)
    return assignment


def draft_assignment(classroom: Classroom, *, edition: Edition, by: User, **said: Unpack[Said]) -> Assignment:
    """What `create_assignment` would make, checked alike and saved nowhere: for a look at it beforehand."""
    return _drafted(classroom, edition, None, by, said)[0]


def _drafted(
    classroom: Classroom, edition: Edition, id: UUID | None, by: User, said: Said
) -> tuple[Assignment, list[UUID]]:
    """The row, and the ids of the named students."""
    if not Edition.objects.assignable_by(by).filter(pk=edition.pk).exists():
        raise ValidationFailed(errors=[problem("/edition", "not-assignable")])
    questions = said.get("questions")
    assignment = Assignment(
        classroom=classroom,
        edition=edition,
        title=said["title"],
        instructions=said.get("instructions", ""),
        questions=None if questions is None else list(questions),
        opens_at=said.get("opens_at"),
        closes_at=said.get("closes_at"),
        points=said.get("points"),
        attempts_limit=said.get("attempts_limit"),
        **{name: said[name] for name in (*LATE, *COURSE, ANONYMOUS, "counts") if name in said},
        created_by=by,
        created_at=clock.now(),
        **({"id": id} if id else {}),
    )
    assignment.due = resolved(due) if (due := said.get("due")) else None
    _check(assignment)
    _check_questions(assignment)
    return assignment, _set_audience(assignment, said.get("audience"))


@transaction.atomic
def update_assignment(assignment: Assignment, *, if_version: int, by: User, **changes: Any) -> Assignment:
    """Changes those of EDITABLE that are given, upon version `if_version`. A later due time makes work that was late
    less late; an earlier one makes nobody's work late that was in time."""
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    assignment = hold_assignment(assignment)
    if assignment.version != if_version:
        raise VersionStale(current_etag=f'"a{assignment.version}"')
    dates_before, due_before, policy_before = _dates(assignment), assignment.due, assignment.late_policy
    if changes.get("drafts_visible") and not assignment.drafts_visible and _is_begun(assignment):
        raise ValidationFailed(errors=[problem("/drafts_visible", "drafts-begun")])
    columns = {"version"}
    for name in ("title", "instructions", "opens_at", "closes_at", "attempts_limit", *LATE, *COURSE):
        if name in changes:
            setattr(assignment, name, changes[name])
            columns.add(name)
    # A form says the due time again that stands. Its instant may be over, and does not follow newer zone data then.
    if "due" in changes and changes["due"] != _said(due_before):
        assignment.due = resolved(changes["due"]) if changes["due"] else None
        columns |= {"due_date", "due_time", "due_zone", "due_at", "due_tzdb"}
    if ANONYMOUS in changes and changes[ANONYMOUS] != assignment.anonymous:
        hide_names(assignment, changes[ANONYMOUS], by=by)
        columns.add(ANONYMOUS)
    _check(assignment)
    if "audience" in changes:
        students = _set_audience(assignment, changes["audience"])
        columns.add("audience")
        _drop_unnamed(assignment, students)
        AudienceMember.objects.bulk_create(
            (AudienceMember(assignment=assignment, student_id=pk) for pk in students), ignore_conflicts=True
        )
    assignment.version += 1
    assignment.save(update_fields=sorted(columns))
    if "audience" in changes:
        sync_assignment(assignment, by=by)
    if "opens_at" in changes:
        noticing.follow_opening(assignment)
    if _dates(assignment) != dates_before:
        move_dates(assignment, by=by, due_moved=assignment.due != due_before)
    if assignment.late_policy != policy_before:
        settle_all(assignment, by=by)
    return assignment


@transaction.atomic
def delete_assignment(assignment: Assignment, *, by: User) -> Assignment:
    """Takes it from everybody's lists. Work is kept as it is, for `undelete_assignment`. Twice changes nothing."""
    assignment = hold_assignment(assignment)
    if assignment.deleted_at is None:
        _mark_deleted(assignment, clock.now())
        sync_assignment(assignment, by=by, reason=DELETED)
    return assignment


@transaction.atomic
def undelete_assignment(assignment: Assignment, *, by: User) -> Assignment:
    """Gives it back to all who are in its audience now, with their work as it was."""
    assignment = hold_assignment(assignment)
    if assignment.deleted_at is not None:
        _mark_deleted(assignment, None)
        sync_assignment(assignment, by=by, reason="assignment restored")
    return assignment


@transaction.atomic
def bring_back(submission: Submission, *, by: User) -> Submission:
    """Gives removed work back to its student as it was: she is named again where it is for named students. Twice
    changes nothing. Raises StateConflict where she is not in the class: who comes back to that finds it there."""
    assignment = hold_assignment(submission.assignment)
    fresh = Submission.objects.get(pk=submission.pk)
    if fresh.state != State.VOID:
        return fresh
    members = Membership.objects.current().students().filter(classroom=assignment.classroom_id)
    if not members.filter(user=fresh.student_id).exists():
        raise StateConflict(
            _("This student is not in the class. Bring her back there first."), state=fresh.state, allowed=[]
        )
    if assignment.audience == Assignment.Audience.NAMED:
        AudienceMember.objects.get_or_create(assignment=assignment, student_id=fresh.student_id)
    assignment.version += 1
    assignment.save(update_fields=["version"])
    sync_assignment(assignment, by=by, reason="brought back")
    fresh.refresh_from_db()
    return fresh


def _mark_deleted(assignment: Assignment, at: dt.datetime | None) -> None:
    assignment.deleted_at, assignment.version = at, assignment.version + 1
    assignment.save(update_fields=["deleted_at", "version"])


def _dates(assignment: Assignment) -> tuple[Any, ...]:
    """All that the dates of its students follow from, and what was decided of their work."""
    return assignment.due, assignment.closes_at, assignment.grace_seconds, assignment.offline_grace_h


def _said(due: timing.Due | None) -> DueSaid | None:
    return DueSaid(*due.said) if due else None


def _is_begun(assignment: Assignment) -> bool:
    return Draft.objects.filter(submission__assignment=assignment).exists()


def _check(assignment: Assignment) -> None:
    """Dates within reach and in order."""
    errors = []
    for name in ("opens_at", "closes_at", "resubmit_until"):
        at = getattr(assignment, name)
        if at is not None and not timing.within_reach(at.date()):
            errors.append(problem(f"/{name}", "day-out-of-reach"))
    if assignment.opens_at is not None:
        if assignment.closes_at is not None and assignment.closes_at <= assignment.opens_at:
            errors.append(problem("/closes_at", "closes-too-early"))
        if assignment.due_at is not None and timing.over(assignment.due_at) <= assignment.opens_at:
            errors.append(problem("/due", "due-too-early"))
    if assignment.late_percent is not None and not 1 <= assignment.late_percent <= 100:
        errors.append(problem("/late_percent", "no-share"))
    if not 0 <= assignment.late_floor_percent <= 100:
        errors.append(problem("/late_floor_percent", "no-share"))
    if assignment.names_hidden and assignment.late_percent is not None:
        errors.append(problem("/late_percent", "lateness-tells"))
    if assignment.names_hidden and assignment.drafts_visible:
        errors.append(problem("/drafts_visible", "drafts-tell"))
    if assignment.late_every_seconds not in Assignment.Every.values:
        errors.append(problem("/late_every_seconds", "not-one-of"))
    if not 0 <= assignment.grace_seconds <= MOST_GRACE:
        errors.append(problem("/grace_seconds", "grace-too-long"))
    if not 0 <= assignment.offline_grace_h <= MOST_OFFLINE_GRACE:
        errors.append(problem("/offline_grace_h", "offline-grace-too-long"))
    if not 0 <= assignment.withdrawals_limit <= MOST_WITHDRAWALS:
        errors.append(problem("/withdrawals", "out-of-range"))
    if assignment.missing_percent is not None and not 0 <= assignment.missing_percent <= 100:
        errors.append(problem("/missing_percent", "no-percentage"))
    if assignment.counts not in Assignment.Counts.values:
        errors.append(problem("/counts", "not-one-of"))
    if assignment.resubmit_until is not None and not assignment.resubmission:
        errors.append(problem("/resubmit_until", "not-improved"))
    if errors:
        raise ValidationFailed(errors=errors)


def _check_questions(assignment: Assignment) -> None:
    """Questions that the edition has, each once; a total that leaves none of their points out."""
    known = {question["id"] for question in readings.document(assignment.edition_id).questions}
    chosen = assignment.questions or []
    errors = []
    for place, name in enumerate(chosen):
        if name not in known:
            errors.append(problem(f"/questions/{place}", "unknown-question"))
        elif name in chosen[:place]:
            errors.append(problem(f"/questions/{place}", "twice"))
    total = assignment.points
    if not errors and total is not None:
        possible = readings.points(assignment, rubrics.read(proposed(assignment)[1]))
        if total < grading.possible_points(possible, None):
            errors.append(problem("/points", "below-questions"))
    if errors:
        raise ValidationFailed(errors=errors)


def _set_audience(assignment: Assignment, audience: Sequence[UUID] | None) -> list[UUID]:
    """Sets whom it is for; the ids of the named students, who are in the class or were named while they were."""
    if audience is None:
        assignment.audience = Assignment.Audience.ALL
        return []
    assignment.audience = Assignment.Audience.NAMED
    named = list(dict.fromkeys(audience))
    if not named:
        raise ValidationFailed(errors=[problem("/audience", "nobody")])
    members = Membership.objects.current().students().filter(classroom=assignment.classroom_id, user__in=named)
    known = set(members.values_list("user", flat=True))
    known |= set(AudienceMember.objects.filter(assignment=assignment).values_list("student", flat=True))
    if errors := [problem(f"/audience/{n}", "unknown-student") for n, pk in enumerate(named) if pk not in known]:
        raise ValidationFailed(errors=errors)
    return named


def _drop_unnamed(assignment: Assignment, named: Sequence[UUID]) -> None:
    """Who has left the class is on no list that a teacher ticks, so leaving her out says nothing: she stays named, and
    finds her work when she comes back."""
    rows = AudienceMember.objects.filter(assignment=assignment).exclude(student__in=named)
    if assignment.audience == Assignment.Audience.NAMED:
        present = Membership.objects.current().students().filter(classroom=assignment.classroom_id)
        rows = rows.filter(student__in=present.values("user"))
    rows.delete()
