"""One piece of work as it leaves the database, and the filters it answers to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments import grading, signs, timing
from assignments.device_clock import Finished, Trust
from assignments.grading import Counted
from assignments.lifecycle import Claim, State
from assignments.signs import Place, Situation
from assignments.words import finished_offline
from destalin_site.common import moments


class Row(NamedTuple):
    """A piece of work as it leaves the database. The fields are the look-ups that fetch them, in order."""

    assignment_id: UUID
    student_id: UUID
    id: UUID
    state: str
    claim_from: str
    claimed_by_id: UUID | None
    claim_until: dt.datetime | None
    attempt_count: int
    handed_in_at: dt.datetime | None
    late_seconds: int | None
    grade_ready: bool
    hand_ins_waiting: int
    asks_more_time: bool
    counted_id: UUID | None
    returned_grade_id: UUID | None
    returned_grade__attempt_id: UUID | None
    mark_grade_id: UUID | None
    mark_grade__final_score: Decimal | None
    mark_grade__out_of: Decimal | None
    final_mark__score: Decimal | None
    final_mark__out_of: Decimal | None
    due_at: dt.datetime | None
    late_from: dt.datetime | None
    first_handed_in_at: dt.datetime | None
    captured_at: dt.datetime | None
    clock_trust: str
    draft__rev: int | None


def situation(
    row: Row,
    base_due: dt.datetime | None,
    zone: str,
    viewer: UUID | None,
    now: dt.datetime,
    projected: Counted | None = None,
) -> Situation:
    """`base_due` is the due time of the assignment, from which her own may differ; `zone` the one it is told in.
    `projected` is what missing work counts as there."""
    state, claim = State(row.state), Claim.NONE
    if state is State.IN_REVIEW and row.claim_until is not None:
        if row.claim_until <= now:
            # An expired lease counts as released, wherever a state is read.
            state = State(row.claim_from)
        else:
            claim = Claim.MINE if row.claimed_by_id == viewer else Claim.OTHERS
    if row.handed_in_at is None:
        missing = row.late_from is not None and now >= row.late_from
        result, seconds = (timing.Result.MISSING if missing else timing.Result.NOT_DUE), 0
    elif row.late_seconds:
        result, seconds = timing.Result.LATE, row.late_seconds
    else:
        result, seconds = (timing.Result.ON_TIME if row.due_at else timing.Result.NOT_DUE), 0
    if not grading.is_missing(state, result):
        projected = None
    elif row.final_mark__score is not None and row.final_mark__out_of is not None:
        projected = Counted(row.final_mark__score, row.final_mark__out_of, final=True)
    return Situation(
        state=state,
        claim=claim,
        grade_ready=row.grade_ready,
        result=result,
        seconds=seconds,
        score=row.mark_grade__final_score,
        out_of=row.mark_grade__out_of,
        parked=row.hand_ins_waiting > 0,
        asks=row.asks_more_time,
        until=moments.moment_short(row.due_at, zone) if row.due_at and row.due_at != base_due else "",
        sooner=row.due_at is not None and (base_due is None or row.due_at < base_due),
        earlier_counts=row.mark_grade_id != row.returned_grade_id,
        missing=projected,
        nothing_in=row.handed_in_at is None,
        outdated=row.returned_grade_id is not None and row.returned_grade__attempt_id != row.counted_id,
        begun=row.draft__rev is not None,
        offline=_offline(row, row.captured_at) if row.captured_at else "",
    )


def _offline(row: Row, finished_at: dt.datetime) -> str:
    """What a device said is of the hand-in whose time decides."""
    said = Finished(finished_at, finished_at, Trust(row.clock_trust))
    came, seconds = row.first_handed_in_at or row.handed_in_at, row.late_seconds or 0
    decides = timing.hangs_on_device(came, said, due=row.due_at, late_from=row.late_from, seconds=seconds)
    return finished_offline(came, said, decides=decides)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the work of one student comes to. Who is excused is outside all of it."""

    given: int
    handed_in: int
    expected: int  # handed in, or due by now
    returned: int
    late: int
    missing: int
    excused: int
    points: Decimal  # of the returned scores, and of missing work that was made final
    possible: Decimal
    made_final: int = 0  # missing work that counts as what a teacher made final
    projected: Decimal = Decimal(0)  # what the rest of the missing work is projected to; in no other sum
    projected_possible: Decimal = Decimal(0)

    @property
    def final(self) -> bool:
        """Whether everything that was given is back, or made final. Until then what stands here is projected from a
        part of it."""
        return self.given > 0 and self.returned + self.made_final == self.given

    @property
    def score(self) -> str:
        return signs.points(self.points) if self.possible else ""

    @property
    def out_of(self) -> str:
        return signs.points(self.possible) if self.possible else ""

    @property
    def share(self) -> Decimal | None:
        return (self.points / self.possible).quantize(Decimal("0.0001"), ROUND_HALF_UP) if self.possible else None

    @property
    def standing(self) -> str:
        """Whether this is a mark or the projection of one, in words; empty where there is neither."""
        if not self.possible:
            return ""
        if self.final:
            return _("final")
        if self.made_final:
            return _("projected, %(n)d of %(given)d back or made final") % {
                "n": self.returned + self.made_final,
                "given": self.given,
            }
        return _("projected, %(n)d of %(given)d back") % {"n": self.returned, "given": self.given}

    @property
    def with_missing(self) -> str:
        """What the points come to with missing work as it is projected; empty where nothing is projected."""
        if not self.projected_possible:
            return ""
        return signs.score(self.points + self.projected, self.possible + self.projected_possible)


def sums(works: Iterable[Situation]) -> Sums:
    given = handed_in = expected = returned = late = missing = excused = made_final = 0
    points, possible, projected, projected_possible = Decimal(0), Decimal(0), Decimal(0), Decimal(0)
    for work in works:
        place = signs.place_of(work)
        if place is Place.EXCUSED:
            excused += 1
            continue
        given += 1
        handed_in += signs.is_in(work)
        missing += signs.is_missing(work)
        late += signs.is_late(work)
        expected += place in signs.HANDED_IN or signs.is_missing(work)
        returned += place is Place.RETURNED
        if work.score is not None and work.out_of is not None:
            points, possible = points + work.score, possible + work.out_of
        elif work.missing is not None and work.missing.final:
            made_final += 1
            points, possible = points + work.missing.score, possible + work.missing.out_of
        elif work.missing is not None:
            projected += work.missing.score
            projected_possible += work.missing.out_of
    return Sums(
        given,
        handed_in,
        expected,
        returned,
        late,
        missing,
        excused,
        points,
        possible,
        made_final,
        projected,
        projected_possible,
    )


@dataclass(frozen=True, slots=True)
class Chip:
    key: str
    label: str
    count: int
    current: bool


@lru_cache(maxsize=4096)  # as with marks: of 30,000 pieces of work most are like some other
def filters_of(work: Situation) -> tuple[str, ...]:
    """Every filter that this piece of work answers to."""
    return tuple(_filters(work))


def _filters(work: Situation) -> Iterator[str]:
    place = signs.place_of(work)
    if place is not Place.REMOVED and not work.nameless:
        yield place.value
    if signs.is_late(work):
        yield "late"
    if signs.is_missing(work):
        yield "missing"
    if work.parked:
        yield "waiting"
    yield from (code for code in signs.badge_codes(work) if code in _FACTS)


# Facts beside the state, by the codes of their badges.
_FACTS: Final[dict[str, Promise]] = {
    "asks_more_time": gettext_lazy("Asks for more time"),
    "extended": gettext_lazy("More time"),
    "finished_offline": gettext_lazy("Finished offline"),
    "nothing_handed_in": gettext_lazy("No hand-in"),
    "feedback_outdated": gettext_lazy("Feedback on an earlier attempt"),
    "earlier_counts": gettext_lazy("An earlier hand-in counts"),
    "changes_not_handed_in": gettext_lazy("Changes not handed in"),
}


def chips(counts: Mapping[str, int], total: int, show: str) -> tuple[Chip, ...]:
    """Everything, then each filter under which there is something. The chosen one stays, also when it is empty."""
    labels = {
        "": _("Everything"),
        Place.TO_GRADE.value: _("To grade"),
        Place.TO_RETURN.value: _("To return"),
        "late": _("Late"),
        "missing": _("Missing"),
        "waiting": _("Waiting for a decision"),
        **{code: str(label) for code, label in _FACTS.items()},
        Place.WITH_COLLEAGUE.value: _("With a colleague"),
        Place.NOT_STARTED.value: _("Not started"),
        Place.DRAFT_BEGUN.value: _("Draft begun"),
        Place.RETURNED.value: _("Returned"),
        Place.REVISING.value: _("Revising"),
        Place.EXCUSED.value: _("Excused"),
        Place.REMOVED.value: _("Removed"),
    }
    all_counts = {**counts, "": total}
    return tuple(
        Chip(key, label, all_counts.get(key, 0), key == show)
        for key, label in labels.items()
        if key in ("", show) or all_counts.get(key)
    )


FILTERS: Final = frozenset({"late", "missing", "waiting", *_FACTS, *(place.value for place in Place)})
