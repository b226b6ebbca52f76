"""How the work of a class stands, in numbers alone: for the first page of a phone, and for whoever polls."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, When

from assignments import names, signs, tallies, timing
from assignments.lifecycle import Claim, State
from assignments.models import Assignment, Submission
from assignments.querysets import due_is_over
from assignments.signs import Place, Situation
from assignments.timing import Result
from destalin_site.common.prepared import Prepared

PLACES: Final = tuple(place.value for place in Place if place is not Place.REMOVED)
# What is counted. Each piece of work that was given is in one of the places; the rest are facts beside them.
COUNTED: Final = ("given", *PLACES, "handed_in", "late", "missing", "waiting")


def class_totals(classroom: UUID, *, viewer: UUID, now: dt.datetime) -> dict[str, Any]:
    """`{"assignments", "totals"}`: the totals of each assignment, oldest first, as its board has them, and of all. Two
    queries, and one more where somebody reads work, or has a due time of her own."""
    found: dict[Any, _Given] = {}
    for pk, title, due_at, grace, anonymous, revealed_at in _GIVEN.raw(classroom=classroom):
        due = _moment(due_at)
        over = due is not None and now >= timing.late_from(due, grace)
        found[pk] = _Given(title, due, over, bool(anonymous) and revealed_at is None, [0] * len(COUNTED))
    stands_open = False
    for assignment, tally, n in _WORKS.raw(classroom=classroom):
        if tally >= tallies.OPEN:
            stands_open = True
        elif assignment in found:
            given = found[assignment]
            for place in _closed_facts(tally, given.over, given.nameless):
                given.counts[place] += n
    if stands_open:
        for assignment, tally, state, taken, over, begun in _OPEN.raw(classroom=classroom, viewer=viewer, now=now):
            if assignment in found:
                given = found[assignment]
                for place in _facts(tally, State(state), bool(taken), bool(over), bool(begun), given.nameless):
                    given.counts[place] += 1
    columns = zip(*(given.counts for given in found.values()), strict=True)
    return {
        "assignments": [
            {
                "id": _id(pk),
                "title": given.title,
                "due": given.due,
                "totals": dict(zip(COUNTED, given.counts, strict=True)),
            }
            for pk, given in found.items()
        ],
        "totals": dict(zip(COUNTED, map(sum, columns), strict=True)) if found else dict.fromkeys(COUNTED, 0),
    }


class _Given(NamedTuple):
    title: str
    due: dt.datetime | None
    over: bool
    nameless: bool
    counts: list[int]


@lru_cache(maxsize=1024)  # a class works in few distinct situations
def _closed_facts(tally: int, over: bool, nameless: bool) -> tuple[int, ...]:
    return _facts(tally, tallies.state_of(tally), False, over, False, nameless)


def _facts(tally: int, state: State, taken: bool, over: bool, begun: bool, nameless: bool) -> tuple[int, ...]:
    """The places in `COUNTED` of what holds of such work, as the board of its assignment has it."""
    if state is State.VOID:
        return ()
    came, parked = bool(tally & tallies.IN), bool(tally & tallies.WAITING)
    late = bool(tally & tallies.LATE)
    work = Situation(
        state=state,
        claim=Claim.OTHERS if taken else Claim.NONE,
        grade_ready=bool(tally & tallies.READY),
        result=(Result.LATE if late else Result.ON_TIME) if came else (Result.MISSING if over else Result.NOT_DUE),
        seconds=int(late),
        parked=parked,
        nothing_in=not came,
        begun=begun,
    )
    # While names are hidden, what waits for a decision stands by number, and is nobody's missing work.
    waits = nameless and names.is_work_in(state, came, parked)
    holds = {
        "given": True,
        signs.place_of(work).value: True,
        "handed_in": signs.is_in(work),
        "late": signs.is_late(work),
        "missing": signs.is_missing(work) and not waits,
        "waiting": parked and (waits or not nameless),
    }
    return tuple(COUNTED.index(name) for name, so in holds.items() if so)


def _id(pk: UUID | str) -> UUID | str:
    """An id as it is told, out of one that the driver gave."""
    return f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}" if isinstance(pk, str) else pk


def _moment(value: dt.datetime | None) -> dt.datetime | None:
    """A time as the driver gives it; SQLite's has no zone."""
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


_GIVEN: Final = Prepared(
    lambda classroom: (
        Assignment.objects.present()
        .filter(classroom=classroom)
        .order_by("created_at", "id")
        .values_list("id", "title", "due_at", "grace_seconds", "anonymous", "revealed_at")
    ),
    classroom=UUID,
)


def _of_class(classroom: UUID) -> Any:
    given = Assignment.objects.present().filter(classroom=classroom).values("pk")
    return Submission.objects.filter(assignment__in=given).order_by()


def _open_ones(classroom: UUID, viewer: UUID, now: dt.datetime) -> Any:
    taken = Q(state=State.IN_REVIEW.value, claim_until__gt=now) & ~Q(claimed_by=viewer)
    return (
        _of_class(classroom)
        .filter(tally__gte=tallies.OPEN)
        .with_state_shown(now)
        .annotate(
            taken=Case(When(taken, then=True), default=False),
            over=Case(When(due_is_over(now), then=True), default=False),
            begun=ExpressionWrapper(Q(draft__isnull=False), output_field=BooleanField()),
        )
        .values_list("assignment_id", "tally", "state_shown", "taken", "over", "begun")
    )


# How much work has each tally, out of its index alone.
_WORKS: Final = Prepared(
    lambda classroom: _of_class(classroom).values_list("assignment_id", "tally").annotate(n=Count("*")), classroom=UUID
)
# The little work of which its tally does not tell where it stands now, row by row.
_OPEN: Final = Prepared(_open_ones, classroom=UUID, viewer=UUID, now=dt.datetime)
