"""Comments on the grading desk. Its script saves them one by one as they are typed; a form works without it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assignments import access, actions, judging, readings, remarks
from assignments.forms import CommentForm
from assignments.models import Comment, Submission
from assignments.views.grading import PARTS, signed_in, wants_json
from assignments.views.teacher import Request, page, tried
from assignments.words import problem
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, ValidationFailed


@never_cache
@require_POST
@signed_in
def grade_comment(request: Request, pk: UUID) -> HttpResponse:
    """Saves a comment upon the version that the page knew; a new one names the words that it is about."""
    submission = access.submission_to_grade(request.user, pk)
    form = CommentForm(request.POST)
    error: DomainError | None = None
    if form.is_valid():
        try:
            saved = _save(request, submission, form.cleaned_data)
        except DomainError as refused:
            error = refused
            form.tell(refused)
        else:
            return _saved(request, submission, saved)
    return _not_saved(request, submission, form, error)


def _save(request: Request, submission: Submission, said: dict[str, Any]) -> Comment:
    counted = submission.counted
    if counted is None:
        raise ValidationFailed(errors=[problem("", "other-hand-in")])
    known = None
    if said["key"] and said["rev"]:
        known = access.comment_to_edit(request.user, submission.pk, said["key"])
    passage = _passage(counted.edition_id, said["passage"], known)
    if known is not None:
        return actions.edit_comment(
            submission, key=known.key, body=said["body"], passage=passage, if_version=said["rev"], by=request.user
        )
    place = remarks.place_of(counted.body, said["question"], said["block"], said["words"].strip(), said["near"] or 0)
    if place is None:
        raise ValidationFailed(errors=[problem("/anchor", "words-elsewhere")])
    return actions.add_comment(
        submission, place=place, body=said["body"], passage=passage, key=said["key"], by=request.user
    )


def _passage(edition: str, name: str, known: Comment | None) -> dict[str, Any] | None:
    """The passage of this name; the one that stands there already where its name was left, since it may be a part."""
    if not name.strip():
        return None
    found = readings.passage_named(edition, name)
    if found is None:
        raise ValidationFailed(errors=[problem("/passage", "no-passage")])
    if known and known.passage and known.passage["anchor"]["block"] == found["anchor"]["block"]:
        return known.passage
    return found


def _saved(request: Request, submission: Submission, saved: Comment) -> HttpResponse:
    if wants_json(request):
        zone = submission.assignment.classroom.zone
        words = {"clock": moments.clock_time(saved.at, zone), "zone": moments.zone_short(saved.at, zone)}
        told = {"key": saved.key, "rev": saved.version, "saved": _("Comment saved %(clock)s (%(zone)s)") % words}
        return JsonResponse(told | _drawn(request, submission))
    return redirect(reverse("grade", args=[submission.pk]) + f"#c-{saved.key}")


def _drawn(request: Request, submission: Submission) -> dict[str, Any]:
    """What a comment changes on the page besides its own words: numbers, marks on the text, the version that marks are
    saved upon, and what the claim changes."""
    now_so = access.submission_to_grade(request.user, submission.pk)
    desk = judging.desk(now_so, viewer=request.user, now=clock.now())
    blocks = [(question, block) for question in desk.work.answered for block in question.written] if desk.work else []
    return {
        "version": desk.version,
        "numbers": {str(each.key): each.number for _question, block in blocks for each in block.remarks},
        "texts": [
            {
                "question": question.id,
                "block": block.id,
                "html": render_to_string("assignments/teacher/_pieces.html", {"block": block, "desk": desk}),
            }
            for question, block in blocks
        ],
        "parts": {
            name: render_to_string(f"assignments/teacher/_{name}.html", {"desk": desk}, request=request)
            for name in PARTS
        },
    }


def _not_saved(request: Request, submission: Submission, form: CommentForm, error: DomainError | None) -> HttpResponse:
    errors = tuple(dict.fromkeys(str(words) for found in form.errors.values() for words in found))
    status = error.status if error else 422
    if wants_json(request):
        return JsonResponse(
            {"errors": errors, "saved": _("Comment not saved: %(why)s") % {"why": errors[0]}}, status=status
        )
    key, data = form.cleaned_data.get("key"), form.data
    typed = {name: data.get(name, "") for name in ("question", "block", "words", "body", "passage")}
    shown = judging.TriedComment(key=key, errors=errors, **typed)
    submission = access.submission_to_grade(request.user, submission.pk)
    desk = judging.desk(submission, viewer=request.user, now=clock.now(), comment_tried=shown)
    return page(request, "grading", desk=desk, status=status)


@never_cache
@require_POST
@signed_in
def grade_comment_delete(request: Request, pk: UUID, key: UUID) -> HttpResponse:
    """Takes a comment out of the draft marks, upon the version that the page knew."""
    submission = access.submission_to_grade(request.user, pk)
    rev = request.POST.get("rev", "")
    if not (rev.isascii() and rev.isdigit() and len(rev) < 10):
        raise BadRequest

    def act() -> None:
        actions.delete_comment(submission, key=key, if_version=int(rev), by=request.user)

    if wants_json(request):
        try:
            act()
        except DomainError as refused:
            why = _("Comment not deleted: %(why)s") % {"why": refused.detail}
            return JsonResponse({"errors": [str(refused.detail)], "saved": why}, status=refused.status)
        return JsonResponse({"saved": _("Comment deleted")} | _drawn(request, submission))
    if tried(request, act):
        messages.success(request, _("The comment is deleted."))
    return redirect("grade", pk=pk)
