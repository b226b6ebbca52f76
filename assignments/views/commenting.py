"""Comments on the grading desk. Its script saves them one by one as they are typed; a form works without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assignments import access, actions, judging, readings, remarks
from assignments.forms import CommentForm, TemplateForm
from assignments.models import Attempt, Comment, CommentTemplate, Submission
from assignments.querysets import CommentTemplateQuerySet
from assignments.views import by_question
from assignments.views.grading import number_in, parts, parts_anew, signed_in, wants_json
from assignments.views.teacher import Request, page, refusal_words, show_or_do, tried
from assignments.words import problem
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale


@never_cache
@require_POST
@signed_in
def grade_comment(request: Request, pk: UUID) -> HttpResponse:
    """Saves a comment upon the version that the page knew; a new one names the words that it is about."""
    submission = access.submission_to_grade(request.user, pk)
    form = CommentForm(request.POST)
    upon = submission.grades.newest_version()
    error: DomainError | None = None
    if form.is_valid():
        try:
            saved = _save(request, submission, form.cleaned_data)
        except DomainError as refused:
            error = refused
            form.tell(refused)
        else:
            return _saved(request, submission, saved, upon)
    return _not_saved(request, submission, form, error)


def _save(request: Request, submission: Submission, said: dict[str, Any]) -> Comment:
    counted = submission.counted
    if counted is None:
        raise ValidationFailed(errors=[problem("", "other-hand-in")])
    known = None
    if said["key"] and said["rev"]:
        known = access.comment_to_edit(request.user, submission.pk, said["key"])
    template = access.template_to_use(request.user, said["template"]) if said["template"] else None
    here = judging.passage_here(template, counted.edition_id) if template else None
    passage = _passage(counted.edition_id, said["passage"], known.passage if known else here)
    if known is not None:
        return actions.edit_comment(
            submission, key=known.key, body=said["body"], passage=passage, if_version=said["rev"], by=request.user
        )
    place = _place(counted, said)
    if place is None:
        raise ValidationFailed(errors=[problem("/anchor", "words-elsewhere")])
    body = said["body"]
    if template and not body.strip():  # chosen without a script
        body, passage = template.body, passage or here
    if said["asked"] and body.strip():
        question = access.replies_to_read(request.user, submission.pk).get(said["asked"])
        body = remarks.answering(question.text, body) if question else body
    return actions.add_comment(
        submission, place=place, body=body, passage=passage, key=said["key"], template=template, by=request.user
    )


def _place(counted: Attempt, said: dict[str, Any]) -> remarks.Place | None:
    if not said["block"]:
        return remarks.Place.whole(said["question"])
    return remarks.place_of(counted.body, said["question"], said["block"], said["words"].strip(), said["near"] or 0)


def _passage(edition: str, name: str, known: dict[str, Any] | None) -> dict[str, Any] | None:
    """The passage of this name; the one that is known already where that is of this name, since it may be a part."""
    if not name.strip():
        return None
    found = readings.passage_named(edition, name)
    if found is None:
        raise ValidationFailed(errors=[problem("/passage", "no-passage")])
    return known if known and known["anchor"]["block"] == found["anchor"]["block"] else found


def _saved(request: Request, submission: Submission, saved: Comment, upon: int) -> HttpResponse:
    if wants_json(request):
        zone = submission.assignment.classroom.zone
        words = {"clock": moments.clock_time(saved.at, zone), "zone": moments.zone_short(saved.at, zone)}
        told = {"key": saved.key, "rev": saved.version, "saved": _("Comment saved %(clock)s (%(zone)s)") % words}
        return JsonResponse(told | {"upon": upon} | _drawn(request, submission))
    return redirect(_address(request, submission, f"c-{saved.key}"))


class _Question(NamedTuple):
    """The desk by question, where a comment came from there: the number of its question, and the page."""

    number: int
    page: int


def _question(request: Request, submission: Submission) -> _Question | None:
    at = number_in(request.POST, "page")
    number = readings.numbered(submission.assignment).get(request.POST.get("question", ""))
    return _Question(number, at) if number and at else None


def _address(request: Request, submission: Submission, below: str = "") -> str:
    """The page that a comment came from, at this place of it."""
    if came := _question(request, submission):
        address, _hash, answer = judging.address_of_answer(submission, *came).partition("#")
        below = below or answer
    else:
        address = reverse("grade", args=[submission.pk])
    return f"{address}#{below}" if below else address


def _drawn(request: Request, submission: Submission) -> dict[str, Any]:
    """What a comment changes on the page besides its own words: numbers, marks on the text, the version that marks are
    saved upon, and what the claim changes. Marks that were saved elsewhere are another version too: whoever tells this
    says `upon` which one the comment was saved."""
    now_so = access.submission_to_grade(request.user, submission.pk)
    if came := _question(request, submission):
        return _drawn_by_question(request, now_so, came)
    desk = judging.desk(now_so, viewer=request.user, now=clock.now())
    return _noted(desk, desk.work.answered if desk.work else (), desk.work.remarks if desk.work else ()) | {
        "parts": parts(request, desk)
    }


def _drawn_by_question(request: Request, submission: Submission, came: _Question) -> dict[str, Any]:
    """The same on one card of the desk by question."""
    desk = judging.by_question(
        submission.assignment,
        came.number,
        viewer=request.user,
        now=clock.now(),
        page=came.page,
        only=submission.pk,
    )
    if desk is None or not desk.lines:
        raise Http404
    (line,) = desk.lines
    shown = {"returns": by_question.returns(request, desk.assignment, desk.to_return)}
    return _noted(line, (line.question,), unopened=True) | shown


def _noted(
    desk: judging.Desk | judging.AnswerLine,
    answered: Sequence[judging.Answered],
    on_the_whole: Sequence[judging.Remark] = (),
    *,
    unopened: bool = False,
) -> dict[str, Any]:
    blocks = [(question, block) for question in answered for block in question.written]
    on_answers = [each for question in answered for each in question.remarks]
    on_words = [each for _question, block in blocks for each in block.remarks]
    return {
        "version": desk.version,
        "numbers": {str(each.key): each.number for each in (*on_the_whole, *on_answers, *on_words)},
        "texts": [
            {
                "question": question.id,
                "block": block.id,
                "html": render_to_string(
                    "assignments/teacher/_pieces.html", {"block": block, "desk": desk, "unopened": unopened}
                ),
            }
            for question, block in blocks
        ],
    }


def _not_saved(request: Request, submission: Submission, form: CommentForm, error: DomainError | None) -> HttpResponse:
    errors = tuple(dict.fromkeys(str(words) for found in form.errors.values() for words in found))
    status = error.status if error else 422
    key, data = form.cleaned_data.get("key"), form.data
    typed = {name: data.get(name, "") for name in ("question", "block", "words", "body", "passage")}
    theirs = _theirs(request, submission, key) if key and isinstance(error, VersionStale) else None
    came = _question(request, submission)
    shown = judging.TriedComment(key=key, errors=errors, theirs=theirs, **typed)
    if wants_json(request):
        told: dict[str, Any] = {"errors": errors, "saved": _("Comment not saved: %(why)s") % {"why": errors[0]}}
        if theirs:
            both = render_to_string(
                "assignments/teacher/_comment_conflict.html",
                {"tried": shown, "address": _address(request, submission)},
                request=request,
            )
            told |= {"conflict": both}
        elif came and status == 409:
            told |= {"held": by_question.held(request, submission, came.number)}
        elif error and error.code == "claim-held":
            told |= {"parts": parts_anew(request, submission.pk)}
        return JsonResponse(told, status=status)
    submission = access.submission_to_grade(request.user, submission.pk)
    if came:
        tried_there = judging.TriedQuestion(submission.pk, comment=shown)
        assignment = submission.assignment
        return by_question.shown(request, assignment, came.number, at=came.page, tried=tried_there, status=status)
    desk = judging.desk(submission, viewer=request.user, now=clock.now(), comment_tried=shown)
    return page(request, "grading", desk=desk, status=status)


def _theirs(request: Request, submission: Submission, key: UUID) -> judging.Theirs | None:
    known = access.comments_to_read(request.user, submission.pk)
    return next((judging.theirs(each) for each in known if each.key == key), None)


@never_cache
@require_POST
@signed_in
def grade_comment_delete(request: Request, pk: UUID, key: UUID) -> HttpResponse:
    """Takes a comment out of the draft marks, upon the version that the page knew."""
    submission = access.submission_to_grade(request.user, pk)
    rev = request.POST.get("rev", "")
    if not (rev.isascii() and rev.isdigit() and len(rev) < 10):
        raise BadRequest

    upon = submission.grades.newest_version()

    def act() -> None:
        actions.delete_comment(submission, key=key, if_version=int(rev), by=request.user)

    if wants_json(request):
        try:
            act()
        except DomainError as refused:
            why = _("Comment not deleted: %(why)s") % {"why": refused.detail}
            return JsonResponse({"errors": [str(refused.detail)], "saved": why}, status=refused.status)
        return JsonResponse({"saved": _("Comment deleted"), "upon": upon} | _drawn(request, submission))
    if tried(request, act):
        messages.success(request, _("The comment is deleted."))
    return redirect(_address(request, submission))


# --- The bank ---------------------------------------------------------------------------------------------------------


@never_cache
@require_POST
@signed_in
def grade_comment_bank(request: Request, pk: UUID, key: UUID) -> HttpResponse:
    """Puts a comment as it was saved into the bank of whoever asks."""
    comment = access.comment_to_edit(request.user, pk, key)
    edition = comment.attempt.edition_id

    def act() -> None:
        actions.save_template(body=comment.body, passage=comment.passage, edition=edition, by=request.user)

    if wants_json(request):
        try:
            act()
        except DomainError as refused:
            return JsonResponse({"saved": refusal_words(refused)}, status=refused.status)
        return JsonResponse({"saved": _("It is in your comment bank")})
    if tried(request, act):
        messages.success(request, _("It is in your comment bank."))
    return redirect(_address(request, comment.grade.submission, f"c-{key}"))


@never_cache
@show_or_do
@login_required
def comment_bank(request: Request) -> HttpResponse:
    """What she says again and again, most used first; a search among it, and a form for another."""
    rows = access.bank_of(request.user)
    if request.method == "POST":
        return _kept(request, None)
    return _bank(request, rows, find=request.GET.get("find", "")[:100])


@never_cache
@require_POST
@login_required
def comment_template(request: Request, pk: UUID) -> HttpResponse:
    """Other words for a comment of the bank, or none any more."""
    return _kept(request, access.template_to_use(request.user, pk))


def _kept(request: Request, row: CommentTemplate | None) -> HttpResponse:
    form = TemplateForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if row is None:
                actions.save_template(body=said["body"].strip(), by=request.user)
                messages.success(request, _("It is in your comment bank."))
            elif said["do"] == "delete":
                actions.delete_template(row)
                messages.success(request, _("Deleted. Comments that were made of it stay."))
            else:
                actions.edit_template(
                    row,
                    body=said["body"].strip(),
                    passage=row.passage,
                    edition=row.edition_id,
                    if_version=said["rev"] or 0,
                )
                messages.success(request, _("Saved."))
        except DomainError as refused:
            form.add_error("body", refusal_words(refused))
        else:
            return redirect("comment-bank")
    words = " ".join(str(each) for found in form.errors.values() for each in found)
    typed = {"typed": form.data.get("body", ""), "error": words, "tried": row.pk if row else None}
    return _bank(request, access.bank_of(request.user), status=422, **typed)


def _bank(
    request: Request, rows: CommentTemplateQuerySet, *, find: str = "", status: int = 200, **tried: Any
) -> HttpResponse:
    every = list(rows.most_used_first().select_related("edition__lesson"))
    found = [row for row in every if remarks.says(row.body, find)]
    lines = [(row, judging.pointed(row.passage, row.edition) if row.passage and row.edition else None) for row in found]
    return page(request, "comment_bank", status=status, lines=lines, every=len(every), find=find, **tried)
