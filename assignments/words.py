"""Codes of the pure modules as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.timing import Origin, Rule, Timing
from destalin_site.common import moments

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
    "required": gettext_lazy("This question needs an answer."),
    "anchor-malformed": gettext_lazy("This is not a place in the text."),
    "anchor-block-unknown": gettext_lazy("The text has no such passage."),
    "anchor-not-citable": gettext_lazy("Headings and questions cannot be cited."),
    "anchor-range-outside": gettext_lazy("The quoted words reach past their passage."),
    "anchor-quote-differs": gettext_lazy("The words at that place are other words."),
    "source-differs": gettext_lazy("This passage stands in another source."),
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
    "no-date-said": gettext_lazy("Say what is different: a due time, so much later, or a close."),
    "said-twice": gettext_lazy("Say a due time, or how much later; not both."),
    "no-base": gettext_lazy("There is no due time that this could be later than."),
    "not-ahead": gettext_lazy("This must lie ahead."),
    "nothing-to-go-by": gettext_lazy("Say what to revise, or mark the work first."),
    "grace-too-long": gettext_lazy("Give at most seven days."),
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
    "shown-by-an-act": gettext_lazy("Names that are hidden are shown from the board, for good, and not by this field."),
    # upgrading
    "no-target": gettext_lazy("The class can be brought to the current edition, or back to one that it had."),
    "no-question-left": gettext_lazy(
        "That edition asks none of the questions that were chosen. Assign it anew instead."
    ),
    "more-points": gettext_lazy(
        "The questions of that edition carry more points than this assignment gives in all. Assign it anew instead."
    ),
}


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


def explain_timing(timing: Timing, zone: str) -> str:
    """Why work counts as in time, late or missing: with every time in the zone of the class, and with what there is to
    say about the due time itself. It is read by the student and by the teacher."""
    if timing.due is None:
        return _("There is no due date.")
    words = {"due": moments.moment(timing.due, zone), "span": moments.span_spoken(timing.seconds)}
    if timing.handed_in is not None:
        words["handed_in"] = moments.moment(timing.handed_in, zone)
    if timing.first_handed_in is not None:
        words["first"] = moments.moment(timing.first_handed_in, zone)
    return " ".join([_what_counts(timing) % words, *_about_the_due_time(timing, zone)])


def _what_counts(timing: Timing) -> str:
    """The rule that decided, as a sentence with gaps."""
    late = timing.seconds > 0
    by_origin = {
        Origin.EXTENSION: _BY_THE_EXTENSION,
        Origin.REVISION: _BY_THE_REVISION,
    }.get(timing.terms.due_from, {})
    if timing.rule in by_origin:
        return str(by_origin[timing.rule])
    return {
        Rule.NOT_YET_DUE: _("Due %(due)s."),
        Rule.EXCUSED: _("Excused: no due time counts."),
        Rule.GRACE_RUNNING: _("The due time (%(due)s) is over, and nothing is handed in yet."),
        Rule.BY_DUE: _("Handed in %(handed_in)s, before the due time (%(due)s)."),
        Rule.BY_EXTENSION: _("Handed in %(handed_in)s, before the extended due time (%(due)s)."),
        Rule.WITHIN_GRACE: _("Handed in %(handed_in)s, after the due time (%(due)s), and still in time."),
        Rule.AFTER_DUE: _("Handed in %(handed_in)s, %(span)s after the due time (%(due)s)."),
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
