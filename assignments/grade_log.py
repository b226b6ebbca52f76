"""What became of the marks of a piece of work: who gave them, when, what they were before, and why they changed.

Nothing is stored for it: it is read off the events of the submission and its grades.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assignments import names, signs
from assignments.counting import Counts
from assignments.lifecycle import HIDES_GRADE, SHOWS_GRADE
from assignments.models import Assignment, Event, FinalMark, Grade, Submission
from assignments.querysets import COUNTS, FINAL, FINAL_ENDED, LATE_POLICY, PICK, REGRADED, RESCORED
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


class What(StrEnum):
    MARKED = "marked"  # a draft was begun, or taken up by other hands
    RETURNED = "returned"
    CHANGED = "changed"  # returned while an earlier grade was in sight
    RECALLED = "recalled"
    RESCORED = "rescored"  # lateness takes another share of it than before
    REGRADED = "regraded"  # judged by another edition of its rubric
    COUNTED = "counted"  # another of the grades counts, since the teacher changed which one does
    FINAL = "final"  # of missing work, which is projected otherwise
    FINAL_ENDED = "final_ended"  # taken back, or no longer in force
    PICKED = "picked"  # the teacher chose which one counts, or went back to the latest


@dataclass(frozen=True, slots=True)
class Given:
    """What the log says of a grade besides its score."""

    hand_in: int | None  # None: nothing was handed in
    out_of: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """`old` is what was in sight before and `new` what is since, None where that is no score. Of marks, which are in
    nobody's sight, `old` is what a colleague's draft came to that they were written over."""

    seq: int
    what: What
    at: dt.datetime
    by: User | None
    old: Decimal | None
    new: Decimal | None
    out_of: Decimal | None
    hand_in: int | None
    reason: str
    seen: bool = False  # of a recall: the student had opened it
    old_out_of: Decimal | None = None  # where `old` is that of another grade
    rubric: int = 0  # the number of the edition that it is judged by since, 0 for none
    counts: str = ""  # what counts since, of a change of that
    why: str = ""  # why a final mark of missing work ended (`FinalMark.Ended`)
    about: frozenset[str] = frozenset()  # the grades that it speaks of, by their ids


def of(submission: Submission, *, viewer: User) -> list[Entry]:
    """The log as `viewer` may see it, in order: a student sees what came into her sight and what left it, and nothing
    of drafts. Two queries."""
    own = submission.student_id == viewer.pk
    events = submission.events.about_grades(drafts=not own).select_related("actor").in_order()
    if not own:
        # What it counted as while it was missing is told by name.
        events = events.exclude(names.hidden("submission__assignment__"), name__in=[FINAL, FINAL_ENDED])
    grades = Grade.objects.filter(submission=submission).values_list("pk", "attempt__number", "out_of")
    found = list(entries(events, {str(pk): Given(number, out_of) for pk, number, out_of in grades}))
    return _in_her_sight(found) if own else found


def _in_her_sight(found: Iterable[Entry]) -> list[Entry]:
    """Without what was taken back before she opened it: that is as if she had never been shown it."""
    kept: list[Entry] = []
    for entry in found:
        if entry.what is not What.RECALLED or entry.seen:
            kept.append(replace(entry, seen=False))
            continue
        came = (What.RETURNED, What.CHANGED, What.REGRADED)
        place = next((n for n in reversed(range(len(kept))) if kept[n].what in came), None)
        if place is None:
            continue
        shown, since = kept[place], kept[place + 1 :]
        # What was said of it since is as unseen as it was; what was said of others stays.
        kept[place:] = [said for said in since if said.about.isdisjoint(entry.about)]
        if shown.what in (What.CHANGED, What.REGRADED):
            # An earlier grade went out of her sight with the one that took its place.
            kept.append(replace(entry, old=shown.old, old_out_of=shown.old_out_of, reason=""))
    return kept


def entries(events: Iterable[Event], grades: Mapping[str, Given]) -> Iterator[Entry]:
    """What these events say of `grades`, by their ids. Marks that one person saves again and again are one."""
    in_sight, score = False, None
    seen_of: Decimal | None = None  # out of how many, of what is in sight
    hand: tuple[object, str] | None = None  # whose marks the draft holds, and which draft that is
    for event in events:
        facts = event.facts
        if event.name in (FINAL, FINAL_ENDED):
            yield _of_missing_work(event)
            continue
        if "grade" not in facts:
            continue  # a revision that was asked for with nothing marked
        shown = _decimal(facts["score"])
        if event.name in SHOWS_GRADE:
            what, old, new = (What.CHANGED if in_sight else What.RETURNED), score, shown
            in_sight, score = True, shown
        elif event.name == REGRADED:
            what, old, new = What.REGRADED, score, shown
            score = shown
        elif event.name == RESCORED:
            what, old, new = What.RESCORED, _decimal(facts["old"]), shown
            score = score if facts.get("earlier") else shown
        elif event.name in (COUNTS, PICK):
            what, old, new = (What.COUNTED if event.name == COUNTS else What.PICKED), _decimal(facts["old"]), shown
        elif event.name in HIDES_GRADE:
            what, old, new = What.RECALLED, shown, None
            in_sight, score = False, None
        elif hand != (event.actor_id, facts["grade"]):
            what, old, new = What.MARKED, _decimal(facts.get("old")), None
            hand = event.actor_id, facts["grade"]
        else:
            continue
        given, other = grades.get(facts["grade"]), grades.get(facts.get("from") or "")
        before = other.out_of if other else None
        if what in (What.CHANGED, What.REGRADED):
            before = seen_of
        if what in (What.RETURNED, What.CHANGED, What.REGRADED):
            seen_of = given.out_of if given else None
        yield Entry(
            seq=event.seq,
            what=what,
            at=event.at,
            by=event.actor,
            old=old,
            new=new,
            out_of=given.out_of if given else None,
            hand_in=given.hand_in if given else None,
            reason=event.reason,
            seen=bool(facts.get("seen")),
            old_out_of=before,
            rubric=facts.get("rubric", 0) if what is What.REGRADED else 0,
            counts=facts.get("counts", "") or ("" if facts.get("picked") else Counts.LATEST.value),
            about=frozenset(pk for pk in (facts["grade"], facts.get("from")) if pk),
        )


def _of_missing_work(event: Event) -> Entry:
    final, score = event.name == FINAL, _decimal(event.facts["score"])
    return Entry(
        seq=event.seq,
        what=What.FINAL if final else What.FINAL_ENDED,
        at=event.at,
        by=event.actor,
        old=None if final else score,
        new=score if final else None,
        out_of=_decimal(event.facts["out_of"]),
        hand_in=None,
        reason=event.reason,
        why=event.facts.get("why", ""),
    )


def _decimal(score: str | None) -> Decimal | None:
    return None if score is None else Decimal(score)


# --- In words ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    words: str
    reason: str


def lines(log: Iterable[Entry], zone: str) -> tuple[Line, ...]:
    """The log as pages show it, newest first."""
    found = [
        # The reason of a new score is a code, which the sentence has said.
        Line(
            moments.moment_short(entry.at, zone), _sentence(entry), "" if entry.what is What.RESCORED else entry.reason
        )
        for entry in log
    ]
    return tuple(reversed(found))


def _sentence(entry: Entry) -> str:
    who = entry.by.get_full_name() if entry.by else _("This site")
    said = {
        "who": who,
        "old": _score(entry.old, entry.old_out_of or entry.out_of),
        "new": _score(entry.new, entry.out_of),
        "rubric": entry.rubric,
    }
    match entry.what:
        case What.MARKED if entry.old is not None:
            return _("%(who)s began other marks, over a colleague’s draft of %(old)s.") % said
        case What.MARKED:
            return _("%(who)s began to mark.") % said
        case What.CHANGED if entry.old == entry.new:
            return _("%(who)s returned other words; the score stays: %(new)s.") % said
        case What.CHANGED:
            return _("%(who)s changed it from %(old)s to %(new)s.") % said
        case What.REGRADED if not entry.rubric:
            return _("%(who)s marked it without the rubric again: from %(old)s to %(new)s.") % said
        case What.REGRADED if entry.old == entry.new:
            return _("%(who)s judged it by edition %(rubric)d of the rubric; the score stays: %(new)s.") % said
        case What.REGRADED:
            return _("%(who)s judged it by edition %(rubric)d of the rubric: from %(old)s to %(new)s.") % said
        case What.RESCORED if entry.reason == LATE_POLICY:
            return _("%(who)s changed what lateness costs: from %(old)s to %(new)s.") % said
        case What.RESCORED:
            return _("%(who)s gave more time, so lateness costs less: from %(old)s to %(new)s.") % said
        case What.COUNTED:
            said["counts"] = str(Assignment.Counts(entry.counts).label)
            return _("%(who)s changed what counts to: %(counts)s. The mark was %(old)s and is %(new)s.") % said
        case What.FINAL:
            return _("%(who)s made the mark of missing work final: %(new)s.") % said
        case What.FINAL_ENDED if entry.why == FinalMark.Ended.UNDONE:
            return _("%(who)s took the final mark of missing work back; it was %(old)s.") % said
        case What.FINAL_ENDED if entry.why == FinalMark.Ended.HANDED_IN:
            return _("Something was handed in, so the final mark of missing work, %(old)s, holds no more.") % said
        case What.FINAL_ENDED:
            return _("The due time lies ahead again, so the final mark of missing work, %(old)s, holds no more.") % said
        case What.PICKED if entry.counts:
            return _("%(who)s lets the latest count again. The mark was %(old)s and is %(new)s.") % said
        case What.PICKED if entry.hand_in is None:
            return _("%(who)s chose what counts: the mark was %(old)s and is %(new)s.") % said
        case What.PICKED:
            said["number"] = str(entry.hand_in)
            return _("%(who)s chose hand-in %(number)s to count: the mark was %(old)s and is %(new)s.") % said
        case What.RECALLED if entry.seen:
            return _("%(who)s took it back after the student had opened it; it was %(old)s.") % said
        case What.RECALLED:
            return _("%(who)s took it back; it was %(old)s.") % said
        case _ if entry.hand_in is None:
            return _("%(who)s returned it without a hand-in: %(new)s.") % said
        case _:
            return _("%(who)s returned it: %(new)s.") % said


def _score(score: Decimal | None, out_of: Decimal | None) -> str:
    """ "7 of 12"; no points are not nought points."""
    return _("no points") if score is None else signs.score(score, out_of)
