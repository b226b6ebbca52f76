"""One piece of work on paper: the answers, what they cite, and what was said about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assignments import access, actions, judging, readings, signs, words
from assignments.models import Attempt, Comment, Grade, Submission
from assignments.views.teacher import Request
from destalin_site.common import clock, moments
from lessons import errata


@never_cache
@require_safe
@login_required
def submission(request: Request, pk: UUID) -> HttpResponse:
    """For the staff of the class, and for the student herself: marks and words once they are returned."""
    found = access.submission_to_read(request.user, pk)
    mine = found.student_id == request.user.pk
    grade = Grade.objects.filter(submission=found).before(request.user)
    if mine and grade is not None and grade.seen_at is None:
        actions.note_seen(found, by=request.user)
    about = grade.attempt if grade else None
    attempt = about or found.counted
    zone = found.assignment.classroom.zone
    context = {
        "mine": mine,
        "submission": found.pk,
        "title": found.assignment.title,
        "classroom": found.assignment.classroom.name,
        "student": str(found.student),
        "facts": _facts(found, attempt, zone),
        "newer": grade is not None and grade.attempt_id != found.counted_id,
        "before_any": about is None,
        "number": attempt.number if attempt else None,
        "work": _work(found, attempt, grade),
        "printed": moments.moment(clock.now(), zone),
        **_judged(found, grade, zone),
    }
    return TemplateResponse(request, "assignments/print.html", context)


def _facts(found: Submission, attempt: Attempt | None, zone: str) -> list[str]:
    """When it came and how long it is, and whether that was in time."""
    if attempt is None:
        return [_("Nothing was handed in.")]
    said = {
        "number": attempt.number,
        "moment": moments.moment(attempt.received_at, zone),
        "words": ngettext("%(n)d word", "%(n)d words", attempt.words) % {"n": attempt.words},
    }
    facts = [_("Hand-in %(number)d, %(moment)s, %(words)s.") % said]
    if attempt.via not in (Attempt.Via.STUDENT, Attempt.Via.AUTO):
        facts.append(_("Handed in %(how)s.") % {"how": attempt.get_via_display()})
    if attempt.pk == found.counted_id:
        facts.append(words.explain_timing(found.timing_at(clock.now()), zone))
    return facts


def _work(found: Submission, attempt: Attempt | None, grade: Grade | None) -> judging.Work | None:
    """The answers as they were handed in. The key is never handed in here: paper goes from hand to hand."""
    if attempt is None:
        return None
    assignment = found.assignment.in_edition(attempt.edition_id)
    return judging.work(
        readings.document(assignment.edition_id),
        attempt.body,
        questions=readings.questions(assignment),
        marks=judging.Marks.of(grade) if grade else judging.Marks(),
        key=None,
        corrections=errata.of_edition(assignment.edition_id),
        criteria=readings.criteria(grade.rubric, assignment) if grade else (),
        comments=list(Comment.objects.of(grade)),
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
