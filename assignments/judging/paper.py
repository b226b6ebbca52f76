"""One piece of work on paper, as finished values: the answers, what they cite, and what was said about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import answers, readings, signs, timing, words
from assignments.judging.reading import Marks, Work, work
from assignments.models import Assignment, Attempt, Comment, Grade, Submission
from assignments.scans import Shown
from destalin_site.common import moments
from lessons.errata import Correction


def paper(
    found: Submission,
    grade: Grade | None,
    *,
    comments: Sequence[Comment],
    corrections: Callable[[str], Sequence[Correction]],
    edition: str,
    attempt: Attempt | None = None,
    nameless: bool = False,
    scans: Sequence[Shown] = (),
    decided: timing.Timing | None = None,
    now: dt.datetime,
) -> dict[str, Any]:
    """What `assignments/_paper.html` shows of a submission read `with_facts`, its student and what counts, and of the
    grade that is told; or, without one, of `attempt`. `corrections` gives those of an edition; `edition` is the one
    that marks without a hand-in are about, whose questions stand there all the same. `nameless` is without the
    student's name, and without when it came. `scans` are pictures of the paper, if it came on paper. `decided` is
    whether a hand-in that counts no more came in time. The key is never on it: paper goes from hand to hand."""
    about = grade.attempt if grade else None
    attempt = about or attempt or found.counted
    zone = found.assignment.classroom.zone
    return {
        "title": found.assignment.title,
        "classroom": found.assignment.classroom.name,
        "student": found.called if nameless else str(found.student),
        "facts": _facts(found, attempt, zone, now, decided, nameless=nameless),
        "newer": grade is not None and grade.attempt_id != found.counted_id,
        "before_any": about is None,
        "number": attempt.number if attempt else None,
        "scans": scans,
        "work": _work(found, attempt, grade, comments, corrections, edition),
        **_judged(found, grade, zone),
    }


def paper_of_text(
    found: Submission,
    given: Assignment,
    body: answers.Body,
    *,
    facts: Sequence[str],
    corrections: Callable[[str], Sequence[Correction]],
) -> dict[str, Any]:
    """The same of words that were not handed in, written for this edition of the assignment."""
    return {
        "title": found.assignment.title,
        "classroom": found.assignment.classroom.name,
        "student": str(found.student),
        "facts": list(facts),
        "work": _answers(given, body, None, (), corrections),
        "judged": False,
    }


def _facts(
    found: Submission,
    attempt: Attempt | None,
    zone: str,
    now: dt.datetime,
    decided: timing.Timing | None,
    *,
    nameless: bool,
) -> list[str]:
    """When it came and how long it is, and whether that was in time; without a name no time is told."""
    if attempt is None:
        return [_("Nothing was handed in.")]
    said = {
        "number": attempt.number,
        "moment": moments.moment(attempt.received_at, zone),
        "words": ngettext("%(n)d word", "%(n)d words", attempt.words) % {"n": attempt.words},
    }
    if nameless:
        return [_("Hand-in %(number)d, %(words)s.") % said]
    facts = [_("Hand-in %(number)d, %(moment)s, %(words)s.") % said]
    if attempt.via not in (Attempt.Via.STUDENT, Attempt.Via.AUTO):
        facts.append(_("Handed in %(how)s.") % {"how": attempt.get_via_display()})
    if attempt.pk == found.counted_id:
        came, decided = found.first_handed_in_at or found.handed_in_at, found.timing_at(now)
        if offline := words.finished_offline(came, found.finished, decides=decided.by_device):
            facts.append(offline)
        facts.append(words.explain_timing(decided, zone))
    elif decided is not None:
        facts.append(words.explain_timing(decided, zone))
    return facts


def _work(
    found: Submission,
    attempt: Attempt | None,
    grade: Grade | None,
    comments: Sequence[Comment],
    corrections: Callable[[str], Sequence[Correction]],
    edition: str,
) -> Work | None:
    """The answers as they were handed in; none where nothing was, and the marks on them. The key is never handed in
    here: paper goes from hand to hand."""
    if attempt is None and grade is None:
        return None
    assignment = found.assignment.in_edition(attempt.edition_id if attempt else edition)
    return _answers(assignment, attempt.body if attempt else answers.EMPTY, grade, comments, corrections)


def _answers(
    assignment: Assignment,
    body: answers.Body,
    grade: Grade | None,
    comments: Sequence[Comment],
    corrections: Callable[[str], Sequence[Correction]],
) -> Work:
    return work(
        readings.document(assignment.edition_id),
        body,
        questions=readings.questions(assignment),
        marks=Marks.of(grade) if grade else Marks(),
        key=None,
        corrections=corrections(assignment.edition_id),
        criteria=readings.criteria(grade.rubric, assignment) if grade else (),
        comments=comments,
    )


def _judged(found: Submission, grade: Grade | None, zone: str) -> dict[str, Any]:
    if grade is None:
        return {"judged": False}
    returned = grade.returned_at
    return {
        "judged": True,
        "draft": returned is None,
        "returned": moments.moment(returned, zone) if returned else "",
        "score": signs.score(grade.final_score, grade.out_of) if grade.final_score is not None else "",
        "overridden": grade.override is not None,
        "deducted": signs.points(grade.deducted) if grade.deducted else "",
        "feedback": grade.feedback,
    }
