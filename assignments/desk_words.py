"""The sentences of the student's pages that are made from values, and those that the desk's script says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments import missing, signs, timing
from assignments.grading import Counted
from assignments.models import Assignment, Grade, ParkedCopy, Submission
from assignments.own_dates import due_of_class
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Due:
    line: str
    zone: str
    yours: str  # the same moment on the reader's own clocks, where those differ


def due_words(assignment: Assignment, submission: Submission | None, *, person: User, now: dt.datetime) -> Due | None:
    """ "Due Friday 20 March, 23:59" and "Warsaw time (CET), in 6 days"; the reader's own time where it differs.

    For the student of `submission` it is the time that she was given; without one, as in a preview, everybody's.
    """
    at, zone = (
        submission.due_at if submission else due_of_class(assignment),
        assignment.due_zone or assignment.classroom.zone,
    )
    if at is None:
        return None
    seconds = int((at - now).total_seconds())
    place = {"zone": moments.zone_name(zone), "short": moments.zone_short(at, zone)}
    named = place["zone"] if place["zone"] == place["short"] else _("%(zone)s (%(short)s)") % place
    line = {
        timing.Origin.EXTENSION.value: _("More time, until %(day)s, %(clock)s"),
        timing.Origin.REVISION.value: _("Revise by %(day)s, %(clock)s"),
    }.get(submission.due_from if submission else "", _("Due %(day)s, %(clock)s"))
    return Due(
        line=line % {"day": moments.weekday(at, zone), "clock": moments.clock_time(at, zone)},
        zone=_("%(zone)s, in %(span)s") % {"zone": named, "span": moments.span_left(seconds)}
        if now < timing.over(at)
        else _("%(zone)s, %(span)s ago") % {"zone": named, "span": moments.span_spoken(-seconds)},
        yours=your_time(at, zone, person),
    )


def differs(person: User, zone: str, at: dt.datetime) -> bool:
    """Whether the clocks that this person chose for herself show another time than those of the zone."""
    if not person.zone:
        return False
    return at.astimezone(moments.zone_of(person.zone)).utcoffset() != at.astimezone(moments.zone_of(zone)).utcoffset()


def your_time(at: dt.datetime | None, zone: str, person: User) -> str:
    """ "Your time: 20 March, 17:59 (EDT)", beside a moment that was told in `zone`; empty where both are one."""
    if at is None or not differs(person, zone, at):
        return ""
    return _("Your time: %(moment)s") % {"moment": moments.moment_short(at, person.zone)}


def with_yours(said: str, yours: str) -> str:
    """A sentence, and her own time after it where there is one to tell."""
    return f"{said} {yours}." if yours else said


def your_timing(decided: timing.Timing, zone: str, person: User) -> str:
    """The same beside the sentence that explains why work counts as in time or late."""
    if decided.due is None or not differs(person, zone, decided.due):
        return ""
    words = {"due": moments.moment_short(decided.due, person.zone)}
    if decided.handed_in is None:
        return _("In your time: due %(due)s.") % words
    words["handed_in"] = moments.moment_short(decided.handed_in, person.zone)
    return _("In your time: handed in %(handed_in)s, due %(due)s.") % words


def form_clocks(zone: str, person: User, now: dt.datetime) -> str:
    """On which clocks the times of a form are meant, and what those show while hers show something else: "Times are
    Warsaw time. There it is 23:41 now, with you 17:41 (New York time)." """
    said = _("Times are %(zone)s.") % {"zone": moments.zone_name(zone)}
    if not differs(person, zone, now):
        return said
    there = _("There it is %(there)s now, with you %(here)s (%(zone)s).") % {
        "there": moments.clock_time(now, zone),
        "here": moments.clock_time(now, person.zone),
        "zone": moments.zone_name(person.zone),
    }
    return f"{said} {there}"


def late_words(assignment: Assignment) -> str:
    """What lateness costs, as student and teacher read it; empty where it costs nothing."""
    if assignment.late_percent is None:
        return ""
    words = {"percent": assignment.late_percent, "floor": assignment.late_floor_percent}
    period = {
        Assignment.Every.HOUR: _("Each hour that has begun after the due time takes off %(percent)d %% of the points."),
        Assignment.Every.DAY: _("Each day that has begun after the due time takes off %(percent)d %% of the points."),
        Assignment.Every.WEEK: _("Each week that has begun after the due time takes off %(percent)d %% of the points."),
    }
    said = period[Assignment.Every(assignment.late_every_seconds)] % words
    if assignment.late_floor_percent:
        said += " " + _("Lateness leaves at least %(floor)d %% of them.") % words
    return said


def course_words(assignment: Assignment, *, has_due: bool, has_close: bool) -> list[str]:
    """What becomes of work at the due time, at the close and after the return, where the teacher chose to say so.
    A student may have a due time and a close where the assignment has none."""
    said = []
    if has_due and assignment.grace_seconds:
        grace = {"span": moments.span_exact(assignment.grace_seconds)}
        said.append(_("Work that comes up to %(span)s after the due time still counts as in time.") % grace)
    if assignment.offline_grace_h and (has_due or has_close):
        late = {"span": moments.span_exact(assignment.offline_grace_h * 3600)}
        said.append(
            _(
                "Work that was finished in time but without a connection still counts as in time when it arrives up to "
                "%(span)s later."
            )
            % late
            if has_due
            else _(
                "Work that was finished before the close but without a connection is still taken up to %(span)s later."
            )
            % late
        )
    if has_close and assignment.hands_in_at_close:
        said.append(_("Drafts are handed in at the close."))
    if assignment.counts != Assignment.Counts.LATEST:
        counts = {"counts": assignment.get_counts_display()}
        said.append(_("Where work is returned more than once, what counts is %(counts)s.") % counts)
    if has_due and assignment.missing_percent is not None:
        percent = {"percent": assignment.missing_percent}
        said.append(_("Missing work counts as %(percent)d %% of the points once a teacher makes that final.") % percent)
    if assignment.resubmission:
        said.append(_("Work may be improved and handed in again after it was returned."))
    if assignment.replies_required:
        said.append(_("Each comment that comes back with your work is answered before you hand in again."))
    return said


def counting_words(submission: Submission) -> str:
    """Which of her grades is the mark, where that is not the one returned last: "Counts: your first hand-in, 14 of 20.
    The latest was 11 of 20." Of a row read `with_facts`; empty where the latest counts."""
    mark, last = submission.mark_grade, submission.returned_grade
    if mark is None or last is None or mark == last:
        return ""
    said = {"mark": _score(mark), "last": _score(last), "number": mark.attempt.number if mark.attempt else 0}
    match submission.assignment.counts:
        case Assignment.Counts.BEST:
            return _("Counts: your best hand-in, %(mark)s. The latest was %(last)s.") % said
        case Assignment.Counts.FIRST:
            return _("Counts: your first hand-in, %(mark)s. The latest was %(last)s.") % said
    if mark.attempt is None:
        return _("Counts, as your teacher chose: %(mark)s, given without a hand-in. The latest was %(last)s.") % said
    return _("Counts, as your teacher chose: hand-in %(number)d, %(mark)s. The latest was %(last)s.") % said


def _score(grade: Grade) -> str:
    return signs.score(grade.final_score, grade.out_of) if grade.final_score is not None else _("without points")


def missing_words(submission: Submission, now: dt.datetime, projected: Counted | None) -> str:
    """What her missing work counts as; empty where it counts as nothing. Of a row read `with_facts`."""
    result, state = submission.timing_at(now).result, submission.state_at(now)
    counted = missing.of(submission, result=result, state=state, projected=projected)
    if counted is None:
        return ""
    said = {"score": signs.score(counted.score, counted.out_of)}
    if counted.final:
        return _("Your teacher made the mark final: %(score)s for missing work.") % said
    return _("As long as nothing is handed in, it is projected to count as %(score)s. That is not final.") % said


def clock_words(at: dt.datetime, zone: str, now: dt.datetime) -> str:
    """ "14:02 CET" for today, "20 March, 14:02 (CET)" for another day."""
    if moments.day(at, zone) != moments.day(now, zone):
        return moments.moment_short(at, zone)
    return f"{moments.clock_time(at, zone)} {moments.zone_short(at, zone)}"


# One number for each of the categories that Intl.PluralRules may name in any language.
_SAMPLES: Final = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


def labels() -> dict[str, str | dict[str, str]]:
    """The sentences of the script, in the language that is active now. A sentence with a number comes in its forms."""

    def forms(word: Callable[[int], str]) -> dict[str, str]:
        return {category: word(n) for category, n in _SAMPLES.items()}

    return {
        "savedAtSchool": _("Saved at school %(time)s"),
        "savedHere": _("Saved here %(time)s"),
        "notSaved": _("Not saved"),
        "notSavedYet": _("Not saved yet"),
        "setAside": _("Set aside"),
        "handingIn": _("Handing in"),
        "here.offline": _("No connection. Your words are kept on this device and are sent as soon as you are back."),
        "here.waiting": _("The school does not answer. Your words are kept on this device; sending is tried again."),
        "here.signin": _(
            "Your sign-in has run out. Your words are kept on this device. Sign in again, and they are sent."
        ),
        "page.offline": _("No connection, and this browser keeps nothing. Leave this page open until you are back."),
        "page.waiting": _("The school does not answer, and this browser keeps nothing. Leave this page open."),
        "page.signin": _("Your sign-in has run out, and this browser keeps nothing. Sign in again in another tab."),
        "parked": _("Your words are safe at school, but they are not in your draft."),
        "parked.stale": _("This answer was also changed somewhere else. Both texts are safe at school: choose below."),
        "parked.state-conflict": _(
            "This work was taken away from you while you wrote, or has come back for good. Your words are safe at "
            "school."
        ),
        "refused": _("The school did not take this. Nothing is lost: your words are still here."),
        "refused.digest-mismatch": _("Your words arrived damaged. Nothing is lost: they are still here. Try again."),
        "refused.validation-failed": _(
            "Something in this could not be taken. Nothing is lost: your words are still here."
        ),
        "refused.not-found": _(
            "In this browser somebody else is signed in now, or this work is not yours any more. Nothing is lost: your "
            "words are still here. Sign out in another tab, sign in as yourself, and try again."
        ),
        "notHandedIn": _("Nothing was handed in."),
        "handing": _("Your answer is being handed in."),
        "handing.page": _(
            "Your answer is not handed in yet, and this browser keeps nothing. Leave this page open; it is tried again."
        ),
        "handing.offline": _(
            "No connection. Your answer is kept here and is handed in, once, as soon as you are back."
        ),
        "handing.waiting": _("The school does not answer. Your answer is kept here; handing in is tried again."),
        "handing.signin": _("Your sign-in has run out. Sign in again, and your answer is handed in."),
        "words": forms(lambda n: ngettext("%(n)s word", "%(n)s words", n)),
        "citations": forms(lambda n: ngettext("%(n)s citation", "%(n)s citations", n)),
        "sources": forms(lambda n: ngettext("%(n)s text", "%(n)s texts", n)),
        "cellsLeft": forms(lambda n: ngettext("%(n)d empty cell", "%(n)d empty cells", n)),
        "claim": _("Claim %(n)s"),
        "part": _("part %(n)s"),
        "evidence": forms(lambda n: ngettext("%(n)s piece of evidence", "%(n)s pieces of evidence", n)),
        "noEvidence": _("no evidence yet"),
        "openClaims": forms(lambda n: ngettext("%(n)s open", "%(n)s open", n)),
        "stanceOf": _("How citation %(n)s, %(name)s, stands to it"),
        "removeOf": _("Remove citation %(n)s, %(name)s"),
        "citationRemoved": _("Citation removed."),
        "blockRemoved": _("Removed."),
        "undo": _("Undo"),
        "citeWords": forms(
            lambda n: ngettext("Cite this %(n)s word of %(names)s", "Cite these %(n)s words of %(names)s", n)
        ),
        "cited": forms(lambda n: ngettext("Cited.", "%(n)s citations added.", n)),
        "citedAs": forms(
            lambda n: ngettext("cited as %(numbers)s in your answer", "cited as %(numbers)s in your answer", n)
        ),
        "howToCite": _("Choose a passage with the arrow keys, then press C. Shift and arrows shorten what you cite."),
        "missing": forms(
            lambda n: ngettext(
                "%(n)s question that needs an answer has none, or only a part:",
                "%(n)s questions that need an answer have none, or only a part:",
                n,
            )
        ),
        "unsupported": forms(
            lambda n: ngettext(
                "%(n)s claim goes as it is: without evidence.", "%(n)s claims go as they are: without evidence.", n
            )
        ),
        "handIn": _("Hand in"),
        "handInAnyway": _("Hand in all the same"),
    }


_WHY: Final[dict[str, Promise]] = {
    "version-stale": gettext_lazy("This answer had been changed somewhere else meanwhile."),
    "not-open-yet": gettext_lazy("The assignment had not opened yet."),
    "assignment-closed": gettext_lazy("The assignment had closed."),
    "class-archived": gettext_lazy("The class is archived."),
    "being-reviewed": gettext_lazy("Your teacher was reading what you had handed in before."),
    "attempts-exhausted": gettext_lazy("It had been handed in as often as is allowed."),
    "replies-missing": gettext_lazy("Comments that came back to you were not answered yet."),
    "state-conflict": gettext_lazy("This work had been taken away from you, or had come back for good."),
    "submission-excused": gettext_lazy("You are excused from this assignment."),
    "edition-mismatch": gettext_lazy("It was written for another edition of the lesson."),
    ParkedCopy.FROM_ANOTHER_CLASS: gettext_lazy("You wrote it in the class that you were in before."),
    "validation-failed": gettext_lazy("Something in it did not fit the assignment."),
}


def why_set_aside(reason: str) -> str:
    """The reason, a problem type, as a sentence."""
    return str(_WHY.get(reason, _("It could not be applied in the state that this work was in.")))
