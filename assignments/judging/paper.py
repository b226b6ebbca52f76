"""One piece of work on paper, as finished values: the answers, what they cite, and what was said about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import readings, signs, words
from assignments.judging.reading import Marks, Work, work
from assignments.models import Attempt, Comment, Grade, Submission
from destalin_site.common import moments
from lessons.errata import Correction


def paper(
    found: Submission,
    grade: Grade | None,
    *,
    comments: Sequence[Comment],
    corrections: Callable[[str], Sequence[Correction]],
    nameless: bool = False,
    now: dt.datetime,
) -> dict[str, Any]:
    """What `assignments/_paper.html` shows of a submission read `with_facts`, its student and what counts, and of the
    grade that is told. `corrections` gives those of an edition. `nameless` is without the student's name, and without
    when it came. The key is never on it: paper goes from hand to hand."""
    about = grade.attempt if grade else None
    attempt = about or found.counted
    zone = found.assignment.classroom.zone
    return {
        "title": found.assignment.title,
        "classroom": found.assignment.classroom.name,
        "student": found.called if nameless else str(found.student),
        "facts": _facts(found, attempt, zone, now, nameless=nameless),
        "newer": grade is not None and grade.attempt_id != found.counted_id,
        "before_any": about is None,
        "number": attempt.number if attempt else None,
        "work": _work(found, attempt, grade, comments, corrections),
        **_judged(found, grade, zone),
    }


def _facts(found: Submission, attempt: Attempt | None, zone: str, now: dt.datetime, *, nameless: bool) -> list[str]:
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
        facts.append(words.explain_timing(found.timing_at(now), zone))
    return facts


def _work(
    found: Submission,
    attempt: Attempt | None,
    grade: Grade | None,
    comments: Sequence[Comment],
    corrections: Callable[[str], Sequence[Correction]],
) -> Work | None:
    """The answers as they were handed in. The key is never handed in here: paper goes from hand to hand."""
    if attempt is None:
        return None
    assignment = found.assignment.in_edition(attempt.edition_id)
    return work(
        readings.document(assignment.edition_id),
        attempt.body,
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
    returned = grade.returned_at if grade.status == Grade.Status.RETURNED else None
    return {
        "judged": True,
        "draft": returned is None,
        "returned": moments.moment(returned, zone) if returned else "",
        "score": signs.score(grade.final_score, grade.out_of) if grade.final_score is not None else "",
        "overridden": grade.override is not None,
        "deducted": signs.points(grade.deducted) if grade.deducted else "",
        "feedback": grade.feedback,
    }
