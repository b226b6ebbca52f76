"""Under "More" on the grading desk: a student is excused, or a teacher hands in for her."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assignments import access, actions, facts, judging, readings, scans
from assignments.forms import ExcuseForm, HandInForForm
from assignments.lifecycle import Act, State
from assignments.models import Excuse, Submission
from assignments.views.teacher import Request, page, refusal_words, show_or_do, tried, words_beside
from destalin_site.common import clock, moments, undo
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from lessons import images


@require_POST
@login_required
def grade_excuse(request: Request, pk: UUID) -> HttpResponse:
    """The student need not do this. The message offers to lift it again."""
    submission = access.submission_to_grade(request.user, pk)
    form = ExcuseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""  # the table asks for one
    category = form.cleaned_data.get("category") or Excuse.OTHER.value
    try:
        actions.excuse(submission, category=Excuse(category), reason=reason, by=request.user)
    except DomainError as error:
        tried = judging.Tried(category, request.POST.get("reason", ""), refusal_words(error))
        desk = judging.desk(submission, viewer=request.user, now=clock.now(), excuse_tried=tried)
        return page(request, "grading", desk=desk, status=error.status)
    words = _("%(name)s is excused from this assignment.") % {"name": submission.called}
    undo.offer(request, words, url=reverse("grade-excuse-lift", args=[pk]))
    return redirect("grade", pk=pk)


@require_POST
@login_required
def grade_excuse_lift(request: Request, pk: UUID) -> HttpResponse:
    """It is to be done after all."""
    submission = access.submission_to_grade(request.user, pk)
    if tried(request, lambda: actions.lift_excuse(submission, by=request.user)):
        messages.success(
            request, _("%(name)s is not excused any more. It stands where it stood.") % {"name": submission.called}
        )
    return redirect("grade", pk=pk)


@never_cache
@show_or_do
@login_required
def excuse_by_name(request: Request, pk: UUID, student: UUID) -> HttpResponse:
    """Where names are hidden: excuses a student who has handed in nothing, or lifts it again."""
    submission = access.submission_of_student(request.user, pk, student)
    error, status = "", 200
    if request.method == "POST":
        lifts = request.POST.get("do") == "lift"
        form = ExcuseForm(request.POST)
        said = form.cleaned_data if form.is_valid() else {"category": "", "reason": ""}
        category = Excuse(said.get("category") or Excuse.OTHER.value)
        try:
            if lifts:
                actions.lift_excuse(submission, by=request.user)
            else:
                actions.excuse(submission, category=category, reason=said.get("reason", ""), by=request.user)
        except DomainError as refused:
            error, status = refusal_words(refused), refused.status
        else:
            words = _("%(name)s is not excused any more.") if lifts else _("%(name)s is excused from this assignment.")
            messages.success(request, words % {"name": submission.student})
            return redirect("assignment-board", pk=pk)
    event = submission.events.excusing().first() if submission.state == State.EXCUSED else None
    chosen = request.POST.get("category", Excuse.ILLNESS.value)
    return page(
        request,
        "excuse_by_name",
        status,
        board=pk,
        title=submission.assignment.title,
        student=str(submission.student),
        archived=submission.assignment.classroom.archived,
        excused=submission.get_excuse_category_display() if event else "",
        excuse=event,
        categories=[(value, str(name), value == chosen) for value, name in Excuse.choices],
        reason=request.POST.get("reason", ""),
        error=error,
    )


@never_cache
@show_or_do
@login_required
def hand_in_for(request: Request, pk: UUID) -> HttpResponse:
    """What the student wrote elsewhere, typed in by question. What is refused is shown again as it was typed."""
    submission = access.submission_to_grade(request.user, pk)
    if request.method != "POST":
        possible = facts.possible(submission, person=request.user, now=clock.now())
        if Act.HAND_IN_FOR not in possible["allowed"]:
            messages.error(request, _("Nothing can be handed in here now."))
            return redirect("grade", pk=pk)
        return _hand_in_page(request, submission)
    form = HandInForForm(request.POST, questions=readings.questions(submission.given))
    if not form.is_valid():
        words = " ".join(str(m) for row in form.errors.values() for m in row)
        beside = {"reason": " ".join(str(m) for m in form.errors.get("reason", ()))}
        return _hand_in_page(request, submission, form, words, beside=beside)
    data = form.cleaned_data
    try:
        actions.hand_in_for(
            submission,
            scans=scans.read(request.FILES.getlist("scans")),
            body=form.body(),
            reason=data["reason"],
            client_attempt_id=data["client_attempt_id"],
            edition=data["edition"],
            by=request.user,
            received_at=request.received_at,  # type: ignore[attr-defined]
        )
    except DomainError as error:
        beside = {name: words_beside(error, name) for name in ("reason", "scans")}
        return _hand_in_page(request, submission, form, refusal_words(error), status=error.status, beside=beside)
    messages.success(request, _("Handed in for %(name)s. The receipt names you both.") % {"name": submission.called})
    return redirect("grade", pk=pk)


def _hand_in_page(
    request: Request,
    submission: Submission,
    form: HandInForForm | None = None,
    error: str = "",
    status: int = 422,
    *,
    beside: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    """`beside`: what of the error stands at which field."""
    assignment = submission.given
    due, zone = submission.due_at, assignment.due_zone or assignment.classroom.zone
    return page(
        request,
        "hand_in_for",
        status=status if error else 200,
        submission=submission.pk,
        board=assignment.pk,
        student=submission.called,
        title=assignment.title,
        classroom=assignment.classroom.name,
        due=moments.moment(due, zone) if due else "",
        drafting=submission.state_at(clock.now()) is State.DRAFTING,
        edition=form.data.get("edition", "") if form else assignment.edition_id,
        attempt_id=form.data.get("client_attempt_id", "") if form else uuid7(),
        reason=form.data.get("reason", "") if form else "",
        error=error,
        beside=beside,
        accepts=",".join(f"image/{kind.lower()}" for kind in images.FORMATS),
        nameless=assignment.names_hidden,
        fields=judging.fields(assignment, texts=form.texts if form else None, choices=form.choices if form else None),
    )
