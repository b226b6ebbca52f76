"""What boards, queues and lists say about a piece of work. Values in, words out: no clock, no database.

A mark is a small sign for those who look, a short word where something is out of order, and a whole sentence for
those who listen. Nothing is said by colour alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from assignments import grading
from assignments.grading import Counted
from assignments.lifecycle import Claim, State
from assignments.timing import Result
from destalin_site.common import moments


class Place(StrEnum):
    """Where a piece of work stands for its teacher. Each piece is in exactly one of them, so counts add up."""

    NOT_STARTED = "not_started"
    DRAFT_BEGUN = "draft_begun"
    TO_GRADE = "to_grade"
    WITH_COLLEAGUE = "with_colleague"
    TO_RETURN = "to_return"
    RETURNED = "returned"
    REVISING = "revising"
    EXCUSED = "excused"
    REMOVED = "removed"


_WITH_STUDENT: Final = frozenset({Place.NOT_STARTED, Place.DRAFT_BEGUN, Place.REVISING})
HANDED_IN: Final = frozenset({Place.TO_GRADE, Place.WITH_COLLEAGUE, Place.TO_RETURN, Place.RETURNED, Place.REVISING})


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the words about one piece of work depend on."""

    state: State
    claim: Claim = Claim.NONE
    grade_ready: bool = False  # a draft grade that could be returned as it is
    result: Result = Result.NOT_DUE
    seconds: int = 0  # late by so many; how long work has been missing is never said
    score: Decimal | None = None  # as returned
    out_of: Decimal | None = None
    until: str = ""  # her own due time in words, where it is another than that of the assignment
    sooner: bool = False  # that is earlier, or the assignment has none
    parked: bool = False  # a hand-in waits for the teacher's decision
    begun: bool = False  # there is a draft, though nothing in its state says so
    asks: bool = False  # for more time, and nobody has answered
    outdated: bool = False  # what was returned is about an earlier attempt
    missing: Counted | None = None  # what it counts as because it is missing
    earlier_counts: bool = False  # the score is not that of what was returned last
    nothing_in: bool = False  # whatever the state: nothing is handed in
    wrote_since: bool = False  # her draft has changes that are not handed in
    opened: bool | None = None  # whether she has opened what was returned; None where nothing of it is told
    nameless: bool = False  # handed in where names are hidden: beside a name no more than that is said
    offline: str = ""  # that it was finished on a device before it came, in words


@dataclass(frozen=True, slots=True)
class Mark:
    icon: str  # a name of lucide's; empty where points stand in its place
    solid: bool
    points: str
    note: str  # the short words under the sign
    sentence: str
    tone: str  # a class of the board's style sheet
    timed: bool  # it speaks of being late or missing, which has a reason


def place_of(work: Situation) -> Place:
    match work.state:
        case State.ASSIGNED:
            # Written while the student was excused: the work came back as it stood before.
            return Place.DRAFT_BEGUN if work.begun else Place.NOT_STARTED
        case State.DRAFTING:
            return Place.DRAFT_BEGUN
        case State.REVISING:
            return Place.REVISING
        case State.EXCUSED:
            return Place.EXCUSED
        case State.VOID:
            return Place.REMOVED
        case State.RETURNED:
            return Place.RETURNED
        case _:
            if work.claim is Claim.OTHERS:
                return Place.WITH_COLLEAGUE
            return Place.TO_RETURN if work.grade_ready else Place.TO_GRADE


def by_name(work: Situation) -> Situation:
    """What is said of work beside a student's name while names are hidden: whether something is in, and whether she is
    excused. Nothing here pairs with what stands beside her number."""
    if work.state is State.EXCUSED:
        return Situation(state=State.EXCUSED)
    if work.parked or not work.nothing_in:
        return Situation(state=State.SUBMITTED, nameless=True)
    return Situation(state=State.ASSIGNED, result=work.result, missing=work.missing, nothing_in=True)


def by_number(work: Situation) -> Situation:
    """What is said of the same work beside the number: nothing about when it came, nor until when it may, nor what it
    counted as while it was missing, nor what its student does now: who watches the class would know her by it."""
    work = replace(work, result=Result.NOT_DUE, seconds=0, until="", missing=None, offline="")
    return replace(work, asks=False, wrote_since=False, opened=None)


def is_in(work: Situation) -> bool:
    """Whether there is a hand-in. Marks may be returned without one."""
    return place_of(work) in HANDED_IN and not work.nothing_in


def is_without(work: Situation) -> bool:
    """Whether marks were returned and nothing was handed in."""
    return work.nothing_in and place_of(work) in (Place.RETURNED, Place.REVISING)


def is_late(work: Situation) -> bool:
    return work.result is Result.LATE and work.state not in (State.EXCUSED, State.VOID)


def came_late(work: Situation) -> bool:
    """Whether what is in came late, which an excuse leaves as it is: then it is told, and counted nowhere."""
    return work.result is Result.LATE and work.state is not State.VOID


def is_missing(work: Situation) -> bool:
    return grading.is_missing(work.state, work.result)


def is_offline(work: Situation) -> bool:
    return bool(work.offline) and is_in(work)


def asks_more_time(work: Situation) -> bool:
    return work.asks and work.state not in (State.EXCUSED, State.VOID)


_SIGNS: Final = {
    Place.NOT_STARTED: "circle",
    Place.DRAFT_BEGUN: "contrast",
    Place.TO_GRADE: "circle",
    Place.WITH_COLLEAGUE: "eye",
    Place.TO_RETURN: "circle-check",
    Place.RETURNED: "check",
    Place.REVISING: "rotate-ccw",
    Place.EXCUSED: "minus",
    Place.REMOVED: "minus",
}
MISSING_SIGN: Final = "square-dashed"
NAMELESS_SIGN: Final = "eye-off"
SIGNS: Final = (*dict.fromkeys(_SIGNS.values()), MISSING_SIGN, NAMELESS_SIGN)

PLACE_NAMES: Final[dict[Place, Promise]] = {
    Place.NOT_STARTED: gettext_lazy("Not started"),
    Place.DRAFT_BEGUN: gettext_lazy("Draft begun"),
    Place.TO_GRADE: gettext_lazy("To grade"),
    Place.WITH_COLLEAGUE: gettext_lazy("With a colleague"),
    Place.TO_RETURN: gettext_lazy("Graded, not returned"),
    Place.RETURNED: gettext_lazy("Returned"),
    Place.REVISING: gettext_lazy("Revising"),
    Place.EXCUSED: gettext_lazy("Excused"),
    Place.REMOVED: gettext_lazy("Removed"),
}


def place_name(work: Situation) -> str:
    """Where it stands, and of what was returned whether its student has opened it."""
    place = place_of(work)
    if place is Place.RETURNED and work.opened is not None:
        return _("Returned, opened") if work.opened else _("Returned, not opened yet")
    return str(PLACE_NAMES[place])


def mark(work: Situation) -> Mark:
    """How the board shows this piece of work."""
    return _mark(work, get_language())


@lru_cache(maxsize=4096)  # a class works in few distinct situations: a board of 600 cells needs some dozens of marks
def _mark(work: Situation, language: str | None) -> Mark:
    place = place_of(work)
    missing = is_missing(work)
    shows_points = work.score is not None and place is Place.RETURNED
    return Mark(
        icon="" if shows_points else (MISSING_SIGN if missing else NAMELESS_SIGN if work.nameless else _SIGNS[place]),
        solid=place is Place.TO_GRADE and not work.nameless,
        points=points(work.score) if shows_points else "",
        note=note(work),
        sentence=sentence(work),
        timed=missing or is_late(work),
        tone="bad" if missing else ("turn-you" if place is Place.TO_GRADE and not work.nameless else ""),
    )


def has_more_time(work: Situation) -> bool:
    return bool(work.until) and not work.sooner


def note(work: Situation) -> str:
    """The one thing out of order that a narrow cell must say in words; empty where nothing is."""
    if is_missing(work):
        return f"{_('Missing')} · {missing_words(work.missing)}" if work.missing else _("Missing")
    if work.state is State.EXCUSED:
        return _("Excused")
    if work.parked:
        return _("Waiting")
    if is_without(work):
        return _("No hand-in")
    if is_late(work):
        return late(work.seconds)
    if work.until and place_of(work) in _WITH_STUDENT:
        return _("Own due time") if work.sooner else _("More time")
    return ""


def sentence(work: Situation) -> str:
    """Everything that the mark says, for a screen reader: "handed in, to grade, late by 14 minutes"."""
    said = [_place_sentence(work)]
    if is_missing(work):
        said.append(_("missing"))
        if work.missing is not None:
            counts = {"score": score(work.missing.score, work.missing.out_of)}
            said.append(
                _("counts as %(score)s, final") % counts
                if work.missing.final
                else _("projected as %(score)s, nothing of it final") % counts
            )
    if is_without(work):
        said.append(_("without a hand-in"))
    if came_late(work):
        said.append(_("late by %(span)s") % {"span": moments.span_spoken(work.seconds)})
    if work.until:
        words = _("due at another time, %(moment)s") if work.sooner else _("more time, until %(moment)s")
        said.append(words % {"moment": work.until})
    if is_offline(work):
        said.append(_("finished offline"))
    if work.outdated:
        said.append(_("the grade is about an earlier attempt"))
    if work.earlier_counts:
        said.append(_("the score of an earlier hand-in counts"))
    if work.parked:
        said.append(_("a hand-in waits for your decision"))
    if work.wrote_since:
        said.append(_("with changes that are not handed in"))
    if asks_more_time(work):
        said.append(_("asks for more time"))
    return pgettext("between the parts of a list", ", ").join(said)


def _place_sentence(work: Situation) -> str:
    match place_of(work):
        case _ if work.nameless:
            return _("handed in; names are hidden while it is marked")
        case Place.NOT_STARTED:
            return _("not started")
        case Place.DRAFT_BEGUN:
            return _("draft begun")
        case Place.TO_GRADE if work.nothing_in:
            return _("marks taken back, to grade")
        case Place.TO_GRADE if work.claim is Claim.MINE:
            return _("handed in, open with you")
        case Place.TO_GRADE:
            return _("handed in, to grade")
        case Place.WITH_COLLEAGUE:
            return _("being read by a colleague")
        case Place.TO_RETURN:
            return _("graded, not returned")
        case Place.RETURNED if work.score is None:
            return _("returned without points")
        case Place.RETURNED:
            return _("returned, %(score)s") % {"score": score(work.score, work.out_of)}
        case Place.REVISING if work.score is not None:
            return _("revising, %(score)s so far") % {"score": score(work.score, work.out_of)}
        case Place.REVISING:
            return _("revising")
        case Place.EXCUSED:
            return _("excused, outside the totals")
        case _:
            return _("removed from this assignment")


def badges(work: Situation) -> tuple[str, ...]:
    """The facts beside the state, each in words: rows of the assignment board show them all."""
    found = []
    if is_missing(work):
        found.append(_("Missing"))
        if work.missing is not None:
            found.append(missing_words(work.missing, of=True))
    if is_without(work):
        found.append(_("No hand-in"))
    if came_late(work):
        found.append(late(work.seconds))
    if is_offline(work):
        found.append(work.offline)
    if work.outdated:
        found.append(_("Feedback is about an earlier attempt"))
    if work.earlier_counts:
        found.append(_("An earlier hand-in counts"))
    if work.parked:
        found.append(waits())
    if asks_more_time(work):
        found.append(asks())
    if work.wrote_since:
        found.append(_("Changes not handed in"))
    return tuple(found)


def waits() -> str:
    return _("A hand-in waits")


def asks() -> str:
    return _("Asks for more time")


def waiting_words(codes: Collection[str]) -> tuple[str, ...]:
    """Those of these badges, by their codes, that wait for a teacher's decision."""
    said = {"parked_waiting": waits, "asks_more_time": asks}
    return tuple(words() for code, words in said.items() if code in codes)


def time_badge(work: Situation) -> str:
    """Which of them speaks of being late or missing."""
    return _("Missing") if is_missing(work) else late(work.seconds) if is_late(work) else ""


def badge_codes(work: Situation) -> tuple[str, ...]:
    """The same facts for machines."""
    return tuple(code for code, holds in facts(work).items() if holds)


def facts(work: Situation) -> dict[str, bool]:
    """Every such code, and whether it holds of this work."""
    return {
        "missing": is_missing(work),
        "missing_final": work.missing is not None and work.missing.final,
        "nothing_handed_in": is_without(work),
        "late": came_late(work),
        "finished_offline": is_offline(work),
        "extended": has_more_time(work),
        "feedback_outdated": work.outdated,
        "earlier_counts": work.earlier_counts,
        "parked_waiting": work.parked,
        "asks_more_time": asks_more_time(work),
        "changes_not_handed_in": work.wrote_since,
    }


def missing_words(counted: Counted, *, of: bool = False) -> str:
    """ "0 projected" or "0 final": never to be taken for a score that was given. With `of` what it is out of too."""
    said = {"points": score(counted.score, counted.out_of) if of else points(counted.score)}
    return _("%(points)s final") % said if counted.final else _("%(points)s projected") % said


def late(seconds: int) -> str:
    return _("Late %(span)s") % {"span": moments.span(seconds)}


def points(value: Decimal | None) -> str:
    """ "8", "7.5": no noughts behind the point, and a dash where nothing was scored."""
    if value is None:
        return "–"
    shown = f"{value.normalize():f}"
    return number_format(shown, use_l10n=True)


def points_input(value: Decimal) -> str:
    """Points as a field for them carries them, whatever the language of the page: "7.5"."""
    return f"{value.normalize():f}"


def score(value: Decimal | None, out_of: Decimal | None) -> str:
    """ "8 of 12"."""
    if out_of is None:
        return points(value)
    return pgettext("score", "%(points)s of %(possible)s") % {"points": points(value), "possible": points(out_of)}


def percent(share: Decimal | None) -> str:
    """ "63 %", and a dash where there is nothing to take a share of."""
    if share is None:
        return "–"
    whole = (share * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return pgettext("percentage", "%(n)s %%") % {"n": number_format(whole)}


def at_work(name: str) -> str:
    """Who holds a piece of work, so that nobody reads it twice."""
    return _("%(name)s is reading this") % {"name": name}


def students(n: int) -> str:
    return ngettext("%(n)d student", "%(n)d students", n) % {"n": n}


def assignments(n: int) -> str:
    return ngettext("%(n)d assignment", "%(n)d assignments", n) % {"n": n}


# Letters with a stroke, which Unicode does not take apart into a letter and its accent.
_UNDECOMPOSED: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i"})


def name_key(name: str, identity: object) -> tuple[str, str, str]:
    """The order of people: by the name as it is shown, accents and case set aside, and in the end by identity, so that
    two of one name keep their places."""
    return plain(name), name, str(identity)


def plain(name: str) -> str:
    """A name without accents and case, for ordering and for finding: "Łukasz Bąk" → "lukasz bak"."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
