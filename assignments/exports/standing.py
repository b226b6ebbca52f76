"""How a piece of work stands, in words and in codes, for every file that leaves the site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assignments import grading, missing, signs
from assignments.grading import Counted, Mark
from assignments.lifecycle import State
from assignments.models import Grade, Submission
from assignments.signs import Place, Situation
from assignments.timing import Timing
from assignments.words import explain_timing
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


DRAFT: Final = Grade.Status.DRAFT
RETURNED: Final = Grade.Status.RETURNED


def local(at: dt.datetime | None, zone: str) -> dt.datetime | None:
    """A moment on the clocks of the class."""
    return at.astimezone(moments.zone_of(zone)) if at else None


@dataclass(frozen=True, slots=True)
class Standing:
    """One piece of work with the grade that is told of it."""

    situation: Situation
    place: Place
    timing: Timing
    grade: Grade | None
    mark: Mark
    zone: str
    extended: bool
    late_seconds: int  # of what is in, whether she is excused or not: an excuse stands above it, and undoes nothing
    missing: Counted | None = None  # what missing work counts as

    @property
    def state_words(self) -> str:
        return str(signs.PLACE_NAMES[self.place])

    @property
    def in_words(self) -> str:
        """Everything in one cell: "To grade, not scored, late by 2 days"."""
        said = [self.state_words, self.mark_words]
        if self.late_words:
            said.append(_("late by %(span)s") % {"span": self.late_words})
        return pgettext("between the parts of a list", ", ").join(dict.fromkeys(said))

    @property
    def late_words(self) -> str:
        return moments.span_spoken(self.late_seconds) if self.late_seconds else ""

    @property
    def timing_words(self) -> str:
        return explain_timing(self.timing, self.zone)

    @property
    def handed_in(self) -> dt.datetime | None:
        return local(self.timing.handed_in, self.zone)

    @property
    def due(self) -> dt.datetime | None:
        return local(self.timing.due, self.zone)

    @property
    def score(self) -> Decimal | None:
        return self.grade.final_score if self.grade and self.mark is Mark.SCORED else None

    @property
    def out_of(self) -> Decimal | None:
        return self.grade.out_of if self.grade and self.mark is Mark.SCORED else None

    @property
    def projected(self) -> Decimal | None:
        """What missing work is projected to, stored nowhere; None where it was made final."""
        return self.missing.score if self.missing and not self.missing.final else None

    @property
    def made_final(self) -> Decimal | None:
        return self.missing.score if self.missing and self.missing.final else None

    @property
    def missing_out_of(self) -> Decimal | None:
        return self.missing.out_of if self.missing else None

    @property
    def grade_code(self) -> str:
        if self.grade is None:
            return ""
        # What counts may be of an earlier hand-in, and was returned like the latest.
        return str(DRAFT if self.grade.status == DRAFT else RETURNED)

    @property
    def mark_words(self) -> str:
        """ "0 of 7", "Missing", "Excused", "Not scored": four things that a reader must not take for one another."""
        match self.mark:
            case Mark.SCORED if self.grade_code == DRAFT:
                return _("%(score)s, not returned") % {"score": signs.score(self.score, self.out_of)}
            case Mark.SCORED:
                return signs.score(self.score, self.out_of)
            case Mark.MISSING if self.missing is not None:
                counts = {"score": signs.missing_words(self.missing, of=True)}
                return _("Missing, %(score)s") % counts
            case Mark.MISSING:
                return _("Missing")
            case Mark.EXCUSED:
                return _("Excused")
            case _:
                return _("Not scored")


def standing(
    submission: Submission,
    *,
    draft: Grade | None = None,
    projected: Counted | None = None,
    viewer: User,
    now: dt.datetime,
    zone: str,
) -> Standing:
    """Of a row read `with_facts`. Of what was returned the mark is told; where nothing was, the `draft`, if there is
    one. A draft that could not be returned as it is has points and no score yet."""
    grade = submission.mark_grade or draft
    scored = grade if grade is submission.mark_grade or submission.grade_ready else None
    decided = submission.timing_at(now)
    situation = Situation(
        state=submission.state_at(now),
        claim=submission.claim_seen_by(viewer.pk, now),
        grade_ready=submission.grade_ready,
        result=decided.result,
        seconds=decided.seconds,
        parked=submission.hand_ins_waiting > 0,
        nothing_in=submission.handed_in_at is None,
    )
    return Standing(
        situation=situation,
        place=signs.place_of(situation),
        timing=decided,
        grade=grade,
        mark=grading.mark_of(situation.state, result=decided.result, score=scored.final_score if scored else None),
        zone=zone,
        extended=submission.extended,
        late_seconds=_late_seconds(submission, situation),
        missing=missing.of(submission, result=decided.result, state=situation.state, projected=projected),
    )


def _late_seconds(submission: Submission, situation: Situation) -> int:
    if situation.state is State.EXCUSED:
        return submission.late_seconds or 0
    return situation.seconds if signs.is_late(situation) else 0
