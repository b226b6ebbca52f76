"""The grading desk: one piece of work, its evidence, its marks; and the acts on it. Nothing here changes by reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assignments import access, actions, boards, judging, readings
from assignments.forms import MarksForm, ReasonForm, ReturnForm
from assignments.lifecycle import Claim
from assignments.models import Draft, Grade, Submission
from assignments.views.teacher import Request, page, refusal_words, tried
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, VersionStale
from lessons import errata as lessons_errata


@never_cache
@require_safe
@login_required
def grade(request: Request, pk: UUID) -> HttpResponse:
    """The desk. Opening it claims nothing."""
    submission = access.submission_to_grade(request.user, pk)
    attempt, without = number_in(request.GET, "attempt"), request.GET.get("without") == "1"
    desk = judging.desk(
        submission,
        viewer=request.user,
        now=clock.now(),
        attempt=attempt,
        without=without,
        waiting=request.GET.get("waiting", ""),
    )
    return page(request, "grading", desk=desk)


@never_cache
@require_safe
@login_required
def draft(request: Request, pk: UUID) -> HttpResponse:
    """What a student has written and not handed in, where she is told that it is read. Nobody marks it here."""
    submission = access.submission_to_grade(request.user, pk)
    if not submission.assignment.shows_drafts:
        raise PermissionDenied
    row = get_object_or_404(Draft, submission=submission)
    given = submission.given
    zone = given.classroom.zone
    return page(
        request,
        "draft",
        name=submission.called,
        title=given.title,
        assignment=given.pk,
        submission=submission.pk,
        saved=moments.moment(row.saved_at, zone),
        work=judging.work(
            readings.document(given.edition_id),
            row.body,
            questions=readings.questions(given),
            marks=judging.Marks(),
            key=None,
            corrections=lessons_errata.of_edition(given.edition_id),
        ),
    )


@require_POST
@login_required
def grade_release(request: Request, pk: UUID) -> HttpResponse:
    submission = access.submission_to_grade(request.user, pk)
    others = submission.claim_seen_by(request.user.pk, clock.now()) is Claim.OTHERS
    if tried(request, lambda: actions.release(submission, by=request.user)):
        said = _("Nobody is grading it now. The draft marks are kept.")
        messages.success(request, said if others else _("Left for a colleague. The draft marks are kept."))
    return redirect("grade", pk=pk)


def parts(request: Request, desk: judging.Desk) -> dict[str, str]:
    """What a save, or a refusal of one, changes on the page besides its own words."""
    return {
        name: render_to_string(f"assignments/teacher/_{name}.html", {"desk": desk}, request=request)
        for name in ("queue", "waiting", "claim", "acts")
    }


def parts_anew(request: Request, pk: UUID) -> dict[str, str]:
    """The same as this work stands by now."""
    now_so = access.submission_to_grade(request.user, pk)
    return parts(request, judging.desk(now_so, viewer=request.user, now=clock.now()))


# --- Marks ------------------------------------------------------------------------------------------------------------


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`login_required`, which tells who asks for JSON so."""
    # A redirect is followed by a script without its knowledge, and the sign-in page would pass for a save.
    to_sign_in = login_required(view)

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if wants_json(request) and not request.user.is_authenticated:
            return JsonResponse({"saved": _("Not saved: your sign-in has run out.")}, status=401)
        return to_sign_in(request, *args, **kwargs)

    return guarded


@require_POST
@signed_in
def grade_claim(request: Request, pk: UUID) -> HttpResponse:
    """Begins grading; takes over from a colleague only when that is said. Where it was done beside a question of
    everybody, it leads back there."""
    submission = access.submission_to_grade(request.user, pk)
    takeover = request.POST.get("takeover") == "1"
    if wants_json(request):
        try:
            actions.claim(submission, by=request.user, takeover=takeover)
        except DomainError as error:
            return JsonResponse({"error": refusal_words(error)}, status=error.status)
        if "question" in request.POST:
            return JsonResponse({})
        return JsonResponse({"parts": parts_anew(request, pk)})
    tried(request, lambda: actions.claim(submission, by=request.user, takeover=takeover))
    if number := number_in(request.POST, "question"):
        return redirect(judging.address_of_answer(submission, number, number_in(request.POST, "page") or 1))
    return redirect("grade", pk=pk)


def number_in(data: Mapping[str, str], name: str) -> int | None:
    """The number that a page or an address says there, if it is one."""
    said = data.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


@never_cache
@require_POST
@signed_in
def grade_marks(request: Request, pk: UUID) -> HttpResponse:
    """Saves the draft marks upon the version that the page knew; who asks for JSON gets the outcome, who posts a form
    the next student. What cannot be saved is shown again as it was typed."""
    submission = access.submission_to_grade(request.user, pk)
    assignment = readings.judged(submission)
    criteria = readings.criteria(readings.rubric_of(submission, assignment), assignment)
    form = MarksForm(request.POST, questions=readings.points(assignment, criteria), criteria=criteria)
    error: DomainError | None = None
    if form.is_valid():
        try:
            saved = actions.save_marks(
                submission,
                questions=form.marks(),
                criteria=form.choices(),
                feedback=form.cleaned_data["feedback"],
                score=form.cleaned_data["score"],
                if_version=form.if_version,
                by=request.user,
                about=form.read,
                rubric=form.cleaned_data["rubric"],
            )
        except DomainError as refused:
            error = refused
            form.tell(refused)
        else:
            return _saved(request, submission, saved)
    return _not_saved(request, submission, form, error)


def wants_json(request: Request) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _saved(request: Request, submission: Submission, saved: Grade) -> HttpResponse:
    if wants_json(request):
        now_so = access.submission_to_grade(request.user, submission.pk)
        desk = judging.desk(now_so, viewer=request.user, now=clock.now())
        return JsonResponse(
            {
                "version": saved.version,
                "saved": judging.saved_words(saved, submission.assignment.classroom.zone),
                "points": desk.total.points,
                "total": desk.total.sentence,
                "scores": _scores(desk),
                "parts": parts(request, desk),
            }
        )
    board = boards.assignment_board(submission.assignment, viewer=request.user, now=clock.now())
    after = judging.next_to_grade(board, submission.pk)
    return redirect("grade", pk=after or submission.pk)


def _scores(desk: judging.Desk) -> dict[str, str]:
    """What the rubric makes of the levels, by the names under which the page shows it."""
    found: dict[str, str] = {}
    for question in desk.work.answered if desk.work else ():
        if question.by_rubric:
            found[question.id] = question.said
        found |= {each.field: each.said for each in question.criteria}
    return found


def _not_saved(request: Request, submission: Submission, form: MarksForm, error: DomainError | None) -> HttpResponse:
    errors = {name: " ".join(map(str, found)) for name, found in form.errors.items()}
    typed = judging.typed(form.data, errors, form.questions, form.criteria)
    conflict = judging.conflict(submission, typed) if isinstance(error, VersionStale) else None
    submission = access.submission_to_grade(request.user, submission.pk)
    if wants_json(request):
        told: dict[str, Any] = {"errors": errors, "held": error is not None and error.code == "claim-held"}
        if conflict:
            told["conflict"] = render_to_string(
                "assignments/teacher/_conflict.html", {"conflict": conflict}, request=request
            )
            told["saved"] = _("Not saved: changed elsewhere")
        else:
            told["saved"] = _("Not saved: %(why)s") % {"why": next(iter(errors.values()), "")}
        if told["held"]:
            told["parts"] = parts(request, judging.desk(submission, viewer=request.user, now=clock.now()))
        return JsonResponse(told, status=error.status if error else 422)
    desk = judging.desk(submission, viewer=request.user, now=clock.now(), typed=typed, errors=errors, conflict=conflict)
    return page(request, "grading", desk=desk, status=error.status if error else 422)


# --- Returning --------------------------------------------------------------------------------------------------------


@require_POST
@login_required
def grade_return(request: Request, pk: UUID) -> HttpResponse:
    """Shows this student her marks; then the next that waits."""
    submission = access.submission_to_grade(request.user, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    shown = form.cleaned_data.pop("waiting")
    if shown is not None and shown < submission.hand_ins_waiting:
        messages.warning(request, _("Not returned: a hand-in came meanwhile. It waits for your decision."))
        return redirect("grade", pk=pk)
    try:
        actions.return_grade(submission, by=request.user, **form.cleaned_data)
    except DomainError as error:
        if any(row["pointer"] == "/reason" for row in error.extra.get("errors", [])):
            desk = judging.desk(submission, viewer=request.user, now=clock.now(), return_error=refusal_words(error))
            return page(request, "grading", desk=desk, status=error.status)
        messages.error(request, refusal_words(error))
        return redirect("grade", pk=pk)
    messages.success(
        request, _("%(name)s has it back. You can take it back on the same page.") % {"name": submission.called}
    )
    board = boards.assignment_board(submission.assignment, viewer=request.user, now=clock.now())
    return redirect("grade", pk=judging.next_to_grade(board, pk) or pk)


@require_POST
@login_required
def grade_recall(request: Request, pk: UUID) -> HttpResponse:
    """Takes a return back into a draft, with a reason."""
    submission = access.submission_to_grade(request.user, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""  # the table asks for one
    try:
        actions.recall(submission, reason=reason, by=request.user)
    except DomainError as error:
        desk = judging.desk(submission, viewer=request.user, now=clock.now(), recall_error=refusal_words(error))
        return page(request, "grading", desk=desk, status=error.status)
    messages.success(request, _("Taken back. %(name)s no longer sees it.") % {"name": submission.called})
    return redirect("grade", pk=pk)


@require_POST
@login_required
def grade_accept(request: Request, pk: UUID, copy: UUID) -> HttpResponse:
    """Lets a hand-in count that could not be applied when it came."""
    access.submission_to_grade(request.user, pk)
    parked = access.parked_to_accept(request.user, pk, copy)
    if tried(request, lambda: actions.accept_parked(parked, by=request.user)):
        messages.success(request, _("It counts as handed in, with the time at which it came."))
    return redirect("grade", pk=pk)
