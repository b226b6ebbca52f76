"""Codes of the pure modules as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from assignments.device_clock import Doubt, Finished, Trust
from assignments.timing import Origin, Result, Rule, Timing
from destalin_site.common import moments

if TYPE_CHECKING:
    from lessons.document import QuestionData

FAULTS: dict[str, Promise] = {
    # answers: the shape
    "unknown-key": gettext_lazy("There is no such field."),
    "missing": gettext_lazy("This field is missing."),
    "not-a-text": gettext_lazy("This must be a text."),
    "not-a-list": gettext_lazy("This must be a list."),
    "not-an-object": gettext_lazy("This must be an object."),
    "not-an-integer": gettext_lazy("This must be a whole number."),
    "not-one-of": gettext_lazy("This is not one of the possible values."),
    "empty": gettext_lazy("This must not be empty."),
    "too-long": gettext_lazy("This is too long."),
    "too-large": gettext_lazy("This is larger than one megabyte."),
    "out-of-range": gettext_lazy("This number is out of range."),
    "nul": gettext_lazy("This contains a character that cannot be stored."),
    "lone-surrogate": gettext_lazy("This contains half a character."),
    # answers: the assignment
    "unknown-question": gettext_lazy("This assignment has no such question."),
    "twice": gettext_lazy("This stands here twice."),
    "no-choice-here": gettext_lazy("This question offers no choice."),
    "too-many": gettext_lazy("Only one option can be chosen here."),
    "unknown-option": gettext_lazy("This question has no such option."),
    "no-cell-here": gettext_lazy("This question is no table."),
    "cell-missing": gettext_lazy("This question is answered in the cells of its table."),
    "unknown-row": gettext_lazy("This table has no such row."),
    "unknown-column": gettext_lazy("This table has no such column."),
    "required": gettext_lazy("This question needs an answer."),
    "anchor-malformed": gettext_lazy("This is not a place in the text."),
    "anchor-block-unknown": gettext_lazy("The text has no such passage."),
    "anchor-not-citable": gettext_lazy("Headings and questions cannot be cited."),
    "anchor-range-outside": gettext_lazy("The quoted words reach past their passage."),
    "anchor-quote-differs": gettext_lazy("The words at that place are other words."),
    "source-differs": gettext_lazy("This passage stands in another source."),
    "too-many-scans": gettext_lazy("At most ten pictures go with one hand-in."),
    "scans-too-large": gettext_lazy("These pictures are more than 50 MB together. Send fewer, or smaller ones."),
    "scans-for-somebody": gettext_lazy("Pictures of paper go with what a teacher hands in for a student."),
    "scans-tell": gettext_lazy("Names are hidden on this assignment, and handwriting would tell whose work it is."),
    # grading
    "below-zero": gettext_lazy("Points cannot be below zero."),
    "above-possible": gettext_lazy("There are not so many points."),
    "too-fine": gettext_lazy("Points have at most two decimal places."),
    "nothing-to-return": gettext_lazy("There are no marks and no words to return yet."),
    "not-marked": gettext_lazy("This question has no points yet."),
    "reason-missing": gettext_lazy("Say why."),
    # comments
    "words-elsewhere": gettext_lazy("These words do not stand in this paragraph."),
    "no-passage": gettext_lazy("The lesson has no such passage. Write its number, such as A4 or ¶7."),
    "too-many-comments": gettext_lazy("There is no room for another comment on this hand-in."),
    "nobody-gets-it": gettext_lazy("Nobody who was chosen can get this comment."),
    "bank-full": gettext_lazy("Your comment bank is full. Delete what you no longer use."),
    "unknown-edition": gettext_lazy("There is no such edition, or none that you may read."),
    "not-standing": gettext_lazy("This grade does not stand: it was taken back, or another took its place."),
    "nothing-projected": gettext_lazy("This assignment does not say what missing work counts as."),
    # rubrics
    "by-rubric": gettext_lazy("The rubric gives the points of this question: choose levels."),
    "not-scored": gettext_lazy("This criterion is not scored yet."),
    "levels-too-few": gettext_lazy("A criterion needs at least two levels."),
    "points-wrong": gettext_lazy("Give points from 0 to 1000, with at most two decimal places."),
    "points-in-part": gettext_lazy("Give points to every level of a criterion, or to none."),
    "too-many-points": gettext_lazy("These are more than 10,000 points in all."),
    "unknown-criterion": gettext_lazy("The rubric has no such criterion."),
    "unknown-level": gettext_lazy("This criterion has no such level."),
    "other-rubric": gettext_lazy("Meanwhile the rubric is another edition. Open this page again to see its levels."),
    "nothing-to-bring": gettext_lazy("No returned marks of this work can be brought along."),
    "only-chosen": gettext_lazy("Students are named, but what was returned to them was not chosen to come along."),
    "held": gettext_lazy("A colleague is reading this work now. It stays as it is."),
    "changed-meanwhile": gettext_lazy("It was changed meanwhile. It stays as it is."),
    "by-key": gettext_lazy("The key marks this question. It takes no rubric."),
    "above-total": gettext_lazy("With these levels the questions carry more points than this assignment gives in all."),
    "too-many-criteria": gettext_lazy("There are more criteria or levels than there is room for."),
    "draft-unseen": gettext_lazy("There is a draft that nobody has seen. Say that you mean it all the same."),
    "other-hand-in": gettext_lazy("Meanwhile something was handed in. Open this page again to read it."),
    # assigning
    "unknown-student": gettext_lazy("There is no such student in this class."),
    "nobody": gettext_lazy("Choose at least one student."),
    "unknown-zone": gettext_lazy("This is not a time zone."),
    "day-out-of-reach": gettext_lazy("Choose a day between 1970 and 2199."),
    "closes-too-early": gettext_lazy("This must be later than the opening."),
    "due-too-early": gettext_lazy("The due time must be later than the opening."),
    "not-assignable": gettext_lazy("This edition is not in the catalogue now."),
    "no-share": gettext_lazy("Give a whole number from 1 to 100; never below may be 0."),
    "no-percentage": gettext_lazy("Give a whole number from 0 to 100."),
    "no-due-date": gettext_lazy("This work has no due time that could be extended."),
    "not-later": gettext_lazy("This must be later than the due time of the assignment."),
    "not-later-than-yours": gettext_lazy("This must be later than your due time."),
    "no-wish": gettext_lazy("She said no time. Say until when."),
    "group-untitled": gettext_lazy("Give the group a name, so that you find it again."),
    "class-and-some": gettext_lazy("Name nobody where the dates are for the whole class."),
    "class-untitled": gettext_lazy("The whole class needs no name."),
    "no-date-said": gettext_lazy("Say what is different: a due time, so much later, or a close."),
    "said-twice": gettext_lazy("Say a due time, or how much later; not both."),
    "no-base": gettext_lazy("There is no due time that this could be later than."),
    "not-ahead": gettext_lazy("This must lie ahead."),
    "nothing-to-go-by": gettext_lazy("Say what to revise, or mark the work first."),
    "grace-too-long": gettext_lazy("Give at most seven days."),
    "offline-grace-too-long": gettext_lazy("Give at most 336 hours, which are 14 days."),
    "not-improved": gettext_lazy("A date makes sense only where returned work may be improved."),
    "below-questions": gettext_lazy("These are fewer points than the questions carry."),
    "taken": gettext_lazy("This id is taken."),
    "work-came-in": gettext_lazy(
        "Names can be hidden only while nothing was handed in or marked, and nobody waits for more time."
    ),
    "names-unconfirmed": gettext_lazy("Say that you mean it: names that are shown cannot be hidden again."),
    "lateness-tells": gettext_lazy(
        "While names are hidden lateness takes nothing off: what it takes off would tell who came late."
    ),
    "drafts-tell": gettext_lazy("Drafts cannot be read while names are hidden: who is writing would be known by them."),
    "drafts-begun": gettext_lazy(
        "Somebody has begun to write, and was not told that it is read. Drafts can be read only where that is said "
        "from the beginning."
    ),
    "shown-by-an-act": gettext_lazy("Names that are hidden are shown from the board, for good, and not by this field."),
    # moving to another class
    "no-counterpart": gettext_lazy("No assignment of that class reads the same lesson and asks the same questions."),
    # upgrading
    "no-target": gettext_lazy("The class can be brought to the current edition, or back to one that it had."),
    "no-question-left": gettext_lazy(
        "That edition asks none of the questions that were chosen. Assign it anew instead."
    ),
    "more-points": gettext_lazy(
        "The questions of that edition carry more points than this assignment gives in all. Assign it anew instead."
    ),
}


def cell_name(row: str, column: str) -> str:
    return pgettext("a cell of a table, by its row and its column", "%(row)s, %(column)s") % {
        "row": row,
        "column": column,
    }


def cell_names(question: QuestionData) -> dict[tuple[str, str], str]:
    """What each cell of a table is called, by the ids of its row and its column."""
    return {
        (row["id"], column["id"]): cell_name(row["text"], column["text"])
        for row in question["rows"]
        for column in question["columns"]
    }


def cells_left(n: int) -> str:
    return ngettext("%(n)d empty cell", "%(n)d empty cells", n) % {"n": n} if n else ""


class Fault(Protocol):
    @property
    def pointer(self) -> str: ...

    @property
    def code(self) -> str: ...


def problem(pointer: str, code: str) -> dict[str, str]:
    """One entry of `errors` in a problem document."""
    return {"pointer": pointer, "code": code, "message": str(FAULTS[code])}


def problems(faults: Iterable[Fault], at: str = "") -> list[dict[str, str]]:
    return [problem(f"{at}{fault.pointer}", fault.code) for fault in faults]


def why_so(timing: Timing, zone: str) -> str:
    """The explanation where a note calls for it: of what is late or missing, and where more time was given."""
    calls = timing.result in (Result.LATE, Result.MISSING) or timing.terms.due_from is Origin.EXTENSION
    return explain_timing(timing, zone) if calls else ""


def explain_timing(timing: Timing, zone: str) -> str:
    """Why work counts as in time, late or missing: with every time in the zone of the class, and with what there is to
    say about the due time itself. It is read by the student and by the teacher."""
    if timing.due is None:
        return _("There is no due date.")
    words = {"due": moments.moment(timing.due, zone), "span": moments.span_late(timing.seconds)}
    if timing.handed_in is not None:
        words["handed_in"] = moments.moment(timing.handed_in, zone)
    if timing.first_handed_in is not None:
        words["first"] = moments.moment(timing.first_handed_in, zone)
    if timing.finished is not None:
        words["finished"] = moments.moment(timing.finished.at, zone)
    device = _about_the_device(timing, timing.finished, zone) if timing.finished and _tells_more(timing) else ()
    return " ".join([_what_counts(timing) % words, *_about_the_due_time(timing, zone), *device])


def _what_counts(timing: Timing) -> str:
    """The rule that decided, as a sentence with gaps."""
    late = timing.seconds > 0
    by_origin = {
        Origin.EXTENSION: _BY_THE_EXTENSION,
        Origin.REVISION: _BY_THE_REVISION,
    }.get(timing.terms.due_from, {})
    if timing.rule in by_origin:
        return str(by_origin[timing.rule])
    by_the_device = (
        _("Finished offline %(finished)s, %(span)s after the due time (%(due)s), and received %(handed_in)s.")
        if late
        else _("Finished offline %(finished)s, in time (due %(due)s), and received %(handed_in)s.")
    )
    return {
        Rule.NOT_YET_DUE: _("Due %(due)s."),
        Rule.EXCUSED: _("Excused: no due time counts."),
        Rule.GRACE_RUNNING: _("The due time (%(due)s) is over, and nothing is handed in yet."),
        Rule.BY_DUE: _("Handed in %(handed_in)s, before the due time (%(due)s)."),
        Rule.BY_EXTENSION: _("Handed in %(handed_in)s, before the extended due time (%(due)s)."),
        Rule.WITHIN_GRACE: _("Handed in %(handed_in)s, after the due time (%(due)s), and still in time."),
        Rule.AFTER_DUE: _("Handed in %(handed_in)s, %(span)s after the due time (%(due)s)."),
        Rule.OFFLINE_GRACE: by_the_device,
        Rule.DEVICE_TIME: by_the_device,
        Rule.KEPT: _("Handed in %(handed_in)s, %(span)s late by the due time of then. It is %(due)s now.")
        if late
        else _("Handed in %(handed_in)s, not late by the dates of then. The due time is %(due)s now."),
        Rule.INHERITED: _(
            "Handed in again %(handed_in)s, as an improved version. The first one decides: it came %(first)s, "
            "%(span)s after the due time (%(due)s)."
        )
        if late
        else _(
            "Handed in again %(handed_in)s, as an improved version. The first one decides: it came %(first)s, in time "
            "(due %(due)s)."
        ),
        Rule.NOTHING_HANDED_IN: _("Nothing was handed in by the due time (%(due)s)."),
    }[timing.rule]


_BY_THE_EXTENSION: Final[Mapping[Rule, Promise]] = {
    Rule.NOT_YET_DUE: gettext_lazy("Due %(due)s, with the extension."),
    Rule.GRACE_RUNNING: gettext_lazy("The extended due time (%(due)s) is over, and nothing is handed in yet."),
    Rule.WITHIN_GRACE: gettext_lazy(
        "Handed in %(handed_in)s, after the extended due time (%(due)s), and still in time."
    ),
    Rule.AFTER_DUE: gettext_lazy("Handed in %(handed_in)s, %(span)s after the extended due time (%(due)s)."),
    Rule.NOTHING_HANDED_IN: gettext_lazy("Nothing was handed in by the extended due time (%(due)s)."),
}

_BY_THE_REVISION: Final[Mapping[Rule, Promise]] = {
    Rule.NOT_YET_DUE: gettext_lazy("The revision is due %(due)s."),
    Rule.GRACE_RUNNING: gettext_lazy("The revision was due %(due)s, and nothing is handed in yet."),
    Rule.BY_DUE: gettext_lazy("The revision was handed in %(handed_in)s, before it was due (%(due)s)."),
    Rule.WITHIN_GRACE: gettext_lazy(
        "The revision was handed in %(handed_in)s, after it was due (%(due)s), and still in time."
    ),
    Rule.AFTER_DUE: gettext_lazy("The revision was handed in %(handed_in)s, %(span)s after it was due (%(due)s)."),
    Rule.NOTHING_HANDED_IN: gettext_lazy("The revision was not handed in by the time it was due (%(due)s)."),
}

_SET_FOR: Final[Mapping[Origin, Promise]] = {
    Origin.CLASS: gettext_lazy("This due time was set for the whole class."),
    Origin.GROUP: gettext_lazy("This due time was set for a group of the class."),
    Origin.STUDENT: gettext_lazy("This due time was set for one student."),
}

# Whether grace is of any weight depends on the rule: work that came by the due time needed none.
_GRACE_IS_TOLD: Final = frozenset(
    {Rule.NOT_YET_DUE, Rule.GRACE_RUNNING, Rule.WITHIN_GRACE, Rule.AFTER_DUE, Rule.NOTHING_HANDED_IN}
)


def _about_the_due_time(timing: Timing, zone: str) -> Iterator[str]:
    """Where the due time comes from, where it is not the assignment's own, and how much grace follows it."""
    terms = timing.terms
    if timing.rule is Rule.KEPT:
        return
    if terms.due_from in _SET_FOR:
        yield str(_SET_FOR[terms.due_from])
    if terms.before_extension is not None:
        yield _("Without the extension it would have been %(due)s.") % {
            "due": moments.moment(terms.before_extension, zone)
        }
    if terms.grace and timing.rule in _GRACE_IS_TOLD:
        yield _("Work that comes up to %(span)s after the due time still counts as in time.") % {
            "span": moments.span_exact(terms.grace)
        }


_BY_THE_DEVICE: Final = frozenset({Rule.OFFLINE_GRACE, Rule.DEVICE_TIME})

_NOT_BELIEVED: Final[Mapping[Doubt, Promise]] = {
    Doubt.NO_CONTACT: gettext_lazy("That decides nothing: the device had no contact with this site to count from."),
    Doubt.FOREIGN: gettext_lazy("That decides nothing: this site did not give the device what it counts from."),
    Doubt.TOO_OLD: gettext_lazy(
        "That decides nothing: the device was last in touch with this site more than 30 days before."
    ),
    Doubt.OTHER_BOOT: gettext_lazy(
        "That decides nothing: the device was started anew after it was last in touch with this site."
    ),
    Doubt.IN_THE_FUTURE: gettext_lazy("That decides nothing: by this it was finished after it had come."),
    Doubt.CLOCKS_DISAGREE: gettext_lazy(
        "That decides nothing: the clock of the device and the time that it counted itself do not agree."
    ),
    Doubt.CONTRADICTED: gettext_lazy("That decides nothing: this site received other work after that."),
}
_SAME_CLOCK: Final = 60  # seconds; a device whose clock is off by less has no time of its own to tell


def is_off(finished: Finished) -> bool:
    """Whether the clock of the device told another time than when work was finished, as far as that is known."""
    return abs((finished.at - finished.by_device).total_seconds()) >= _SAME_CLOCK


def _tells_more(timing: Timing) -> bool:
    """Every hand-in from a desk says when it was finished. Of what came at once that is not worth a sentence."""
    came = timing.first_handed_in or timing.handed_in
    return bool(finished_offline(came, timing.finished, decides=timing.by_device or timing.rule in _BY_THE_DEVICE))


def _about_the_device(timing: Timing, finished: Finished, zone: str) -> Iterator[str]:
    """When work was finished on a device, by whose clock, how far this is believed, and why not further."""
    decides = timing.rule in _BY_THE_DEVICE
    words = {"finished": moments.moment(finished.at, zone), "clock": moments.moment(finished.by_device, zone)}
    if not decides:
        first = timing.first_handed_in is not None
        said = _("The first one was finished on a device %(finished)s.") if first else ""
        yield (said or _("It was finished on a device %(finished)s.")) % words
    if is_off(finished):
        yield _("The clock of the device said %(clock)s.") % words
    grace = {"span": moments.span_exact(timing.terms.offline_grace_h * 3600)}
    match finished.trust:
        case Trust.TEACHER:
            yield _("A teacher decided that this counts.")
        case Trust.LOW:
            yield str(_NOT_BELIEVED[finished.doubt])
        case Trust.MEDIUM if decides:
            yield (
                _(
                    "The device is believed: its clock agrees with the time that it counted since its last contact "
                    "with this site. Work that was finished offline and comes up to %(span)s late counts by when "
                    "it was finished."
                )
                % grace
            )
        case Trust.MEDIUM if timing.rule is Rule.AFTER_DUE and timing.terms.offline_grace_h:
            yield _("That decides nothing: it came more than %(span)s late.") % grace
        case Trust.MEDIUM if timing.rule is Rule.AFTER_DUE:
            yield _("That decides nothing: what counts here is when work comes.")


FLAGGED_FROM: Final = dt.timedelta(minutes=1)  # what comes at once was not finished offline


def finished_offline(received: dt.datetime | None, finished: Finished | None, *, decides: bool = False) -> str:
    """That work was finished offline, for whoever judges it; "" where it was not. Where this decides whether it is
    late, it is said however short a time it took to arrive."""
    if received is None or finished is None or not (decides or received - finished.at >= FLAGGED_FROM):
        return ""
    if received - finished.at < FLAGGED_FROM:
        return _("Finished offline, arrived less than a minute later")
    span = {"span": moments.span_spoken(int((received - finished.at).total_seconds()))}
    if finished.trust is Trust.LOW:
        return _("Finished offline, %(span)s before it arrived by the clock of the device alone") % span
    return _("Finished offline, arrived %(span)s later") % span
