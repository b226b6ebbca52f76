"""Everything that is known of a student in figures and facts, what it is for, and how long it is kept.

A board or report shows her teachers nothing that is not listed here, and she is shown this list and each of its values.
Tests hold the fields of reports and boards against it: what is not named here cannot be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Metric:
    key: str
    name: str | Promise
    purpose: str | Promise
    kept: str | Promise


_WITH_THE_WORK: Final = _("With your work, as long as the class is on this site.")
_RECKONED: Final = _("Not stored: reckoned anew from the above each time.")

# Of each piece of work: the fields of `reports.student.Work`.
WORK: Final[tuple[Metric, ...]] = (
    Metric("title", _("Assignment"), _("To name it."), _WITH_THE_WORK),
    Metric("state", _("State"), _("To see whose turn it is."), _WITH_THE_WORK),
    Metric("due", _("Your due time"), _("To plan, and to decide what is late."), _WITH_THE_WORK),
    Metric("more_time", _("More time"), _("To see who was given more time."), _WITH_THE_WORK),
    Metric("handed_in", _("When you handed in"), _("To decide what is late."), _WITH_THE_WORK),
    Metric(
        "finished",
        _("When you finished it on your device, where it came later"),
        _("To decide what is late."),
        _WITH_THE_WORK,
    ),
    Metric(
        "device", _("How far your device’s clock is believed"), _("To decide whether that time counts."), _WITH_THE_WORK
    ),
    Metric(
        "timing", _("In time, late or missing"), _("To remind, and for marks where lateness costs."), _WITH_THE_WORK
    ),
    Metric("late_seconds", _("How late"), _("For marks where lateness costs."), _WITH_THE_WORK),
    Metric("hand_ins", _("How often you handed in"), _("To know which version is read."), _WITH_THE_WORK),
    Metric("words", _("Words of your hand-in"), _("To plan reading."), _WITH_THE_WORK),
    Metric(
        "draft_words",
        _("Words of a draft, while nothing is handed in"),
        _("So that no marks are given over it unawares."),
        _RECKONED,
    ),
    Metric(
        "changes_not_handed_in",
        _("Changes to your draft that are not handed in"),
        _("To know that newer words may come."),
        _RECKONED,
    ),
    Metric("waiting", _("Hand-ins that wait for a decision"), _("So that none is overlooked."), _WITH_THE_WORK),
    Metric("asks_more_time", _("Whether you ask for more time"), _("So that you get an answer."), _WITH_THE_WORK),
    Metric("mark", _("Scored, not scored, missing or excused"), _("To keep these four apart."), _RECKONED),
    Metric("score", _("Returned score"), _("Your mark."), _WITH_THE_WORK),
    Metric("out_of", _("Out of"), _("Your mark."), _WITH_THE_WORK),
    Metric("counts_as", _("What missing work counts as"), _("Your mark, or its projection."), _WITH_THE_WORK),
    Metric("hand_in_marked", _("Which hand-in counts"), _("To find what your mark is for."), _WITH_THE_WORK),
    Metric("returned", _("When it was returned"), _("To see what is still owed to you."), _WITH_THE_WORK),
    Metric("opened", _("When you first opened the feedback"), _("To know whether it reached you."), _WITH_THE_WORK),
    Metric("outdated", _("Feedback is about an earlier hand-in"), _("So that a newer one is read."), _RECKONED),
    Metric("feedback", _("Length of the feedback"), _("To see who was told little."), _RECKONED),
    Metric("names_hidden", _("Whether names are hidden"), _("So that work is marked without a name."), _WITH_THE_WORK),
    Metric("excused_for", _("Kind of an excuse"), _("To leave the work out of every total."), _WITH_THE_WORK),
)

# Over the term: the fields of `boards.rows.Sums`, and the skills.
TERM: Final[tuple[Metric, ...]] = (
    Metric("given", _("Assignments that count for you"), _("What all the rest is of."), _RECKONED),
    Metric("handed_in", _("Handed in"), _("To see who falls behind."), _RECKONED),
    Metric("expected", _("Due by now"), _("To see who falls behind."), _RECKONED),
    Metric("returned", _("Back with you"), _("To tell a mark from the projection of one."), _RECKONED),
    Metric("late", _("Late"), _("To talk about it in time."), _RECKONED),
    Metric("missing", _("Missing"), _("To talk about it in time."), _RECKONED),
    Metric("excused", _("Excused"), _("Outside every total."), _RECKONED),
    Metric("points", _("Points returned"), _("Your mark, or its projection."), _RECKONED),
    Metric("possible", _("Points that could be had"), _("Your mark, or its projection."), _RECKONED),
    Metric("made_final", _("Missing work whose mark is final"), _("To tell it from what is back."), _RECKONED),
    Metric("projected", _("Points projected for missing work"), _("To show what it would cost."), _RECKONED),
    Metric("projected_possible", _("Points that could be had in missing work"), _("To show it."), _RECKONED),
    Metric("skills", _("Points and levels by skill"), _("To see what to practise."), _RECKONED),
)

# What boards call differently, or show a part or a sign of.
ON_BOARDS: Final[Mapping[str, str]] = {
    "cells": "state",
    "edition": "title",  # which edition of the lesson she reads, where it is another than the class's
    "mark": "state",
    "place": "state",
    "place_name": "state",
    "detail": "state",
    "badges": "timing",
    "badge_codes": "timing",
    "offline": "finished",
    "seconds": "late_seconds",
    "attempts": "hand_ins",
    "until": "due",
    "sooner": "due",
    "may_read_draft": "state",
    "why": "timing",
    "why_of": "timing",
    "sums": "given",
    "standing": "returned",
    "score_value": "score",
    "counted_missing": "counts_as",
    "is_in": "handed_in",
}

# The codes of the facts beside a state, which badges put in words.
BADGES: Final[Mapping[str, str]] = {
    "missing": "timing",
    "missing_final": "counts_as",
    "nothing_handed_in": "handed_in",
    "late": "timing",
    "finished_offline": "finished",
    "extended": "more_time",
    "feedback_outdated": "outdated",
    "earlier_counts": "hand_in_marked",
    "parked_waiting": "waiting",
    "asks_more_time": "asks_more_time",
    "changes_not_handed_in": "changes_not_handed_in",
}

# What a teacher's day says of one student, by the kinds of its lines; and what its lines are made of.
ON_THE_DAY: Final[Mapping[str, str]] = {
    "to_return": "ready",
    "to_grade": "state",
    "question": "hand_ins",  # it came with one of them
    "asked": "asks_more_time",
    "waiting": "waiting",
    "late": "timing",
    "missing": "timing",
}
OF_THE_DAY: Final = frozenset(
    {"kind", "classroom", "count", "unit", "heading", "words", "note", "act", "comment"}  # the words tell of its kind
)

# What the grading desk says of a student and her work besides, which it calls by other names.
ON_THE_DESK: Final[Mapping[str, str]] = {
    "timing_words": "timing",
    "on_time": "timing",
    "nothing_words": "state",
    "removed": "state",
    "unseen": "draft_words",
    "without": "handed_in",
    "earlier": "hand_ins",
    "since": "hand_ins",  # how they differ
    "counts": "hand_in_marked",
    "is_returned": "returned",
    "regrades": "returned",
    "recall_words": "opened",
    "seen_words": "opened",
    "more": "excused_for",
    "lease": "holder",
}
# The work itself, and what was said of it, which stand with it on her own pages; marks until they are returned.
THE_WORK: Final = frozenset(
    {"work", "scans", "log", "about", "rubric", "rubric_words", "override", "total", "version", "saved", "conflict"}
)
# What the desk has that says nothing of her: the way through the class, what the teacher may do, and what he typed.
OF_THE_DESK: Final = frozenset(
    {
        *("facts", "reading_url", "queue", "line", "queue_words", "handed_in_share", "graded_share"),
        *("previous", "next", "next_to_grade", "shelf", "tried", "errors", "recall_error", "marking"),
        *("may_extend", "may_count_device", "may_count_arrival", "may_begin_without", "may_comment", "may_bring_along"),
        *("may_mark", "may_claim", "may_release", "may_return", "may_recall", "return_words", "return_many"),
        *("reason_hint", "return_error"),
    }
)

# What names a student or a piece of work, or helps to find them; `present`: whether she is of the class.
NAMES: Final = frozenset({"id", "name", "order", "find", "shown", "present", "student", "submission", "assignment"})

# What teachers work with until they return it. Whether there is anything of it is told to nobody else.
UNTIL_RETURN: Final[Mapping[str, str | Promise]] = {
    "draft_score": _("Marks and comments that a teacher has begun and not returned"),
    "ready": _("Whether they could be returned as they are"),
    "holder": _("Which teacher is reading your work at this moment"),
    "reason": _("What teachers write to one another as the reason for an excuse or for more time"),
}
