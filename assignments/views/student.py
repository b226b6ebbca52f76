"""The student's pages: the day, the desk, the receipt, what was set aside, what came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from assignments import (
    access,
    actions,
    answers,
    asking,
    desk,
    desk_words,
    editing,
    grade_log,
    judging,
    missing,
    readings,
    receipts,
    scans,
    signs,
    words,
)
from assignments import desk_forms as forms
from assignments import today as days
from assignments.actions import HandedIn
from assignments.errors import NamesHidden
from assignments.facts import facts_of, possible
from assignments.lifecycle import REPLIES_MISSING, State, Window, hand_in_act
from assignments.models import Assignment, Attempt, Comment, Draft, Grade, ParkedCopy, Submission
from assignments.timing import Timing
from assignments.views import replying
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, VersionStale
from destalin_site.common.ids import uuid7
from lessons import errata
from lessons.anchors import Anchor


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


# --- The day ----------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What was given to this person, by whose turn it is."""
    everything = request.GET.get("returned") == "all"
    page = days.today(_person(request), now=clock.now(), all_returned=everything)
    return TemplateResponse(request, "assignments/student/today.html", {"today": page})


# --- The desk ---------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reading_desk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text beside the questions. Its script saves through the API; without one, this form does."""
    person = _person(request)
    if request.method == "POST":
        return _desk_act(request, access.submission_to_write(person, pk))
    submission, now = access.submission_to_answer(person, pk), clock.now()
    assignment = submission.given
    if submission.window_at(now) is Window.BEFORE:
        assert assignment.opens_at is not None
        zone = assignment.classroom.zone
        opening = {"title": assignment.title, "opens": moments.moment(assignment.opens_at, zone)}
        return TemplateResponse(request, "assignments/student/not_open.html", opening)
    # In an archived class she cannot say that she saw what changed, and reads her work all the same.
    if submission.upgrade_unseen and not assignment.classroom.archived:
        return redirect("upgrade-notice", pk=pk)
    draft = Draft.objects.filter(submission=submission).first()
    page = desk.desk_page(assignment, person=person, now=now, submission=submission, draft=draft)
    waiting = submission.parked.waiting().filter(by=person).order_by("-received_at", "-pk")
    asked = _asked(person, submission) if page.hand_in and submission.returned_grade_id else ()
    context: dict[str, Any] = {
        "desk": page,
        "pk": pk,
        "base_json": forms.as_json(page.base),
        "action": reverse("desk", args=[pk]),
        "back": reverse("today"),
        "set_aside": [
            (
                reverse("parked-copy", args=[pk, copy]),
                moments.moment_short(at, assignment.classroom.zone),
                kind == ParkedCopy.Kind.SUBMIT,
            )
            for copy, at, kind in waiting.values_list("pk", "received_at", "kind")
        ],
        "changes_url": reverse("upgrade-notice", args=[pk]) if _was_upgraded(submission) else "",
        "feedback_url": reverse("feedback", args=[pk]) if _has_feedback(submission) else "",
        "counting": desk_words.counting_words(submission),
        "missing": desk_words.missing_words(submission, now, missing.projection(assignment)),
        "log": _log_of_missing_work(submission, person),
        "receipt_url": reverse("receipt", args=[pk, submission.attempt_count]) if submission.attempt_count else "",
        "submission_id": pk,
        "more_time": asking.newest(submission, assignment.due_zone or assignment.classroom.zone),
        "may_ask": asking.may_ask(submission, person=person, now=now),
        "asked": asked,
        "unanswered": _unanswered(person, submission) if asked else (),
    }
    return TemplateResponse(request, "assignments/student/desk.html", context)


def _log_of_missing_work(submission: Submission, person: User) -> tuple[grade_log.Line, ...]:
    """What became of the mark of missing work, until the log stands with the feedback."""
    if submission.returned_grade_id or (submission.assignment.missing_percent is None and not submission.final_mark_id):
        return ()
    if not submission.final_marks.exists():
        return ()
    return grade_log.lines(grade_log.of(submission, viewer=person), submission.assignment.classroom.zone)


def _has_feedback(submission: Submission) -> bool:
    return submission.returned_grade_id is not None or submission.grades.standing().exists()


def _was_upgraded(submission: Submission) -> bool:
    return submission.assignment.upgraded_at is not None and submission.edition_moves.exists()


def _asked(person: User, submission: Submission) -> tuple[judging.Asked, ...]:
    """The comments that came back, for her to answer before she hands in once more."""
    return judging.asked(submission, access.replies_to_read(person, submission.pk), by=person)


def _unanswered(person: User, submission: Submission) -> tuple[judging.Asked, ...]:
    """The comments that want an answer before she hands in."""
    now = clock.now()
    act = hand_in_act(facts_of(submission, person=person, now=now))
    if possible(submission, person=person, now=now)["refused"].get(act) != REPLIES_MISSING:
        return ()
    return tuple(each for each in _asked(person, submission) if not each.answered)


def _desk_act(request: HttpRequest, submission: Submission) -> HttpResponse:
    """One button of the form: every one of them saves what the fields hold, and most do one thing more."""
    form = forms.DeskForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    body = _edited(form, request, submission.given)
    act, _name = form.act
    try:
        actions.save_draft(submission, body=editing.trimmed(body), if_rev=form.cleaned_data["rev"], by=_person(request))
    except DomainError as refusal:
        return _refused(request, submission, refusal)
    if act == "hand-in":
        return redirect("hand-in", pk=submission.pk)
    if act == "save":
        messages.success(request, _("Saved at school."))
    return redirect(reverse("desk", args=[submission.pk]) + "#answer")


def _edited(form: forms.DeskForm, request: HttpRequest, assignment: Assignment) -> answers.Body:
    """The body with what the fields hold, and with the one change that the pressed button asks for."""
    data, questions = form.cleaned_data, readings.questions(assignment)
    body = editing.written(
        data["base"],
        texts=forms.texts(request.POST),
        choices=forms.choices(request.POST, questions),
        stances=forms.stances(request.POST),
    )
    act, name = form.act
    if act == "add-claim":
        return editing.with_block(body, name, editing.new_block("claim", str(uuid7())))
    if act == "remove":
        return editing.without_block(body, name)
    if act == "uncite":
        return editing.without_citation(body, name)
    if act == "cite" and (citation := _whole_passage(assignment, data)):
        return editing.with_citation(body, data["target"], citation)
    return body


def _whole_passage(assignment: Assignment, data: dict[str, Any]) -> dict[str, Any] | None:
    """A citation of all the words of a passage: what can be cited where nothing can be selected."""
    document = readings.document(assignment.edition_id)
    block = next((block for block in document.citable_blocks() if block["id"] == data["passage"]), None)
    if block is None:
        return None
    source = document.source_of(block["id"])
    anchor = Anchor(block["id"], 0, len(block["text"]), block["text"])
    return {
        "id": str(uuid7()),
        "source": source["id"] if source else None,
        "anchor": anchor.to_json(),
        "stance": data["stance"] or "context",
    }


def _refused(request: HttpRequest, submission: Submission, refusal: DomainError) -> HttpResponse:
    """To where the text is now, with the reason; a text that nobody could keep goes back to its writer."""
    copy = refusal.extra.get("parked_copy")
    if copy is None:
        messages.error(
            request,
            _("%(reason)s Nothing was saved; go back, and your words are still there.") % {"reason": refusal.detail},
        )
        return redirect("desk", pk=submission.pk)
    if not isinstance(refusal, VersionStale):
        messages.warning(request, str(refusal.detail))
    return redirect("parked-copy", pk=submission.pk, copy=copy["id"])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what handing in will do, and does it. What is handed in is the draft that the page showed, with the answers
    to comments that were given on it."""
    person = _person(request)
    if request.method == "POST":
        submission = access.submission_to_write(person, pk)
        if submission.upgrade_unseen:
            return redirect("upgrade-notice", pk=pk)
        draft = Draft.objects.filter(submission=submission).first()
        form = forms.HandInForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        done = submission.attempts.filter(client_attempt_id=form.attempt_id).first()
        if done is not None:
            return redirect("receipt", pk=pk, number=done.number)
        said = replying.said(request)
        wanted = [replying.shown(each, said) for each in _unanswered(person, submission)]
        if draft is not None and any(each.error for each in wanted):
            return _hand_in_page(request, submission, draft, wanted, attempt_id=form.attempt_id, status=422)
        if not replying.kept(request, submission, said):
            return redirect("hand-in", pk=pk)
        if draft is None or draft.rev != form.cleaned_data["rev"]:
            messages.warning(request, _("Your draft has changed since. Look at it once more, then hand in."))
            return redirect("hand-in", pk=pk)
        return _handed_in(request, submission, draft, form)
    submission = access.submission_to_answer(person, pk)
    if submission.upgrade_unseen:
        return redirect("upgrade-notice", pk=pk)
    draft = Draft.objects.filter(submission=submission).first()
    if draft is None:
        messages.info(request, _("There is nothing to hand in yet."))
        return redirect("desk", pk=pk)
    wanted = [replying.shown(each) for each in _unanswered(person, submission)]
    return _hand_in_page(request, submission, draft, wanted, attempt_id=uuid7())


def _hand_in_page(
    request: HttpRequest,
    submission: Submission,
    draft: Draft,
    asked: Sequence[judging.Asked],
    *,
    attempt_id: UUID,
    status: int = 200,
) -> HttpResponse:
    """The page on which she confirms, with the comments that want an answer first."""
    page = desk.desk_page(
        submission.given, person=_person(request), now=clock.now(), submission=submission, draft=draft
    )
    if page.hand_in is None:
        return redirect("desk", pk=submission.pk)
    missing = set(answers.required_missing(draft.body, readings.questions(submission.given)))
    context = {
        "desk": page,
        "draft": draft,
        "missing": [box for box in page.boxes if box.id in missing],
        "attempt_id": attempt_id,
        "pk": submission.pk,
        "asked": asked,
        "faulty": [each for each in asked if each.error],
    }
    return TemplateResponse(request, "assignments/student/hand_in.html", context, status=status)


def _handed_in(request: HttpRequest, submission: Submission, draft: Draft, form: forms.HandInForm) -> HttpResponse:
    try:
        handed_in = actions.submit(
            submission,
            body=draft.body,
            client_attempt_id=form.attempt_id,
            edition=submission.edition_id,
            by=_person(request),
            received_at=request.received_at,  # type: ignore[attr-defined]
            incomplete=form.cleaned_data["incomplete"],
            draft_rev=draft.rev,
        )
    except DomainError as refusal:
        return _refused(request, submission, refusal)
    return redirect("receipt", pk=submission.pk, number=handed_in.attempt.number)


# --- A preview for the teacher ----------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The desk as a student will find it, and what handing in would come to. Leaves not one row behind."""
    assignment = access.assignment_to_grade(_person(request), pk)
    return preview_page(request, assignment, action=reverse("desk-preview", args=[pk]), tried=request.method == "POST")


def preview_page(
    request: HttpRequest, assignment: Assignment, *, action: str, tried: bool, carried: tuple[str, str] = ("", "")
) -> HttpResponse:
    """The desk of an assignment that need not be saved. `tried`: the desk's own form was sent, to `action`; it takes
    the `carried` field along, by name and value."""
    now, body, outcome = clock.now(), None, None
    if tried:
        form = forms.DeskForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        body = _edited(form, request, assignment)
        if form.act[0] == "hand-in":
            try:
                outcome = actions.preview_hand_in(assignment, body=editing.trimmed(body), received_at=now)
            except DomainError as refusal:
                messages.error(request, str(refusal.detail))
    page = desk.desk_page(assignment, person=_person(request), now=now, body=body)
    context: dict[str, Any] = {
        "desk": page,
        "base_json": forms.as_json(page.base),
        "action": action,
        "carried_name": carried[0],
        "carried_value": carried[1],
        "preview": True,
    }
    if outcome is not None:
        missing = set(outcome.missing)
        context["tried"] = {
            "missing": [box.name for box in page.boxes if box.id in missing],
            "faults": [fault["message"] for fault in outcome.faults],
            "timing": words.explain_timing(outcome.timing, assignment.classroom.zone),
        }
    return TemplateResponse(request, "assignments/student/desk.html", context)


# --- Receipts ---------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def receipt(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """What was handed in, when, and how to prove it. For its author and her teachers."""
    person = _person(request)
    attempt = access.attempt_to_read(person, pk, number)
    submission = attempt.submission
    if access.is_nameless_to(person, submission):
        raise NamesHidden()  # a receipt says when it came, and its student has it too
    assignment = submission.assignment
    zone = assignment.classroom.zone
    decided = attempt.decided
    handed_in = HandedIn(attempt, decided, submission)
    mine = submission.student_id == person.pk
    context = {
        "title": assignment.title,
        "classroom": assignment.classroom.name,
        "number": attempt.number,
        "receipt": handed_in.receipt,
        "received": moments.moment(attempt.received_at, zone),
        "yours": desk_words.your_time(attempt.received_at, zone, person),
        "timing_yours": desk_words.your_timing(decided, zone, person),
        "on_behalf": attempt.via not in (Attempt.Via.STUDENT, Attempt.Via.AUTO),
        "via": attempt.get_via_display(),
        "brought": _brought(attempt, submission),
        "incomplete": attempt.incomplete,
        "timing": words.explain_timing(decided, zone),
        "late": signs.late(decided.seconds) if decided.result == "late" else "",
        "offline": words.finished_offline(
            decided.first_handed_in or attempt.received_at, decided.finished, decides=decided.by_device
        ),
        "scans": scans.shown(attempt),
        "work": _work(assignment.in_edition(attempt.edition_id), attempt.body),
        "desk_url": reverse("desk", args=[pk]) if mine else "",
        "mine": mine,
    }
    return TemplateResponse(request, "assignments/student/receipt.html", context)


def _brought(attempt: Attempt, submission: Submission) -> dict[str, str]:
    """Who handed in for whom, and why; empty where the student did it herself."""
    if attempt.via != Attempt.Via.PROXY:
        return {}
    event = submission.events.handing_in_for().filter(facts__attempt=attempt.number).first()
    words = _("%(teacher)s, for %(student)s") % {"teacher": attempt.by, "student": submission.student}
    return {"words": words, "reason": event.reason if event else ""}


@never_cache
@require_safe
def check_receipt(request: HttpRequest) -> HttpResponse:
    """Anybody who holds a code may ask: when was something handed in, and what is its digest. Nothing of whom."""
    form = forms.ReceiptForm(request.GET if "code" in request.GET else None)
    found = None
    if form.is_valid():
        found = receipts.check(form.cleaned_data["code"])
    context = {
        "form": form,
        "asked": form.is_bound and form.is_valid(),
        "receipt": found,
        "received": moments.moment(found.received_at, _zone(request)) if found else "",
    }
    status = 404 if context["asked"] and found is None else 200
    return TemplateResponse(request, "assignments/student/check_receipt.html", context, status=status)


def _zone(request: HttpRequest) -> str:
    return getattr(request.user, "zone", "") or "UTC"


# --- What was set aside -----------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def parked_copy(request: HttpRequest, pk: UUID, copy: UUID) -> HttpResponse:
    """A text that could not be applied, beside the draft: its author chooses, and nothing is overwritten unseen."""
    person = _person(request)
    parked = access.parked_to_use(person, pk, copy)
    if request.method == "POST":
        form = forms.ParkedForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        return _settled(request, parked, form)
    submission = Submission.objects.select_related("assignment__classroom").get(pk=parked.submission_id)
    assignment, draft, now = submission.assignment, Draft.objects.filter(submission=submission).first(), clock.now()
    zone = assignment.classroom.zone
    same = draft is not None and draft.body_sha256 == parked.body_sha256
    context = {
        "title": assignment.title,
        "mine": _work(readings.written_for(parked, submission), parked.body),
        "mine_at": moments.moment_short(parked.received_at, zone),
        "school": _work(submission.given, draft.body) if draft else None,
        "school_at": moments.moment_short(draft.saved_at, zone) if draft else "",
        "zone": moments.zone_name(zone),
        "rev": draft.rev if draft else 0,
        "same": same,
        "waiting": parked.waiting,
        "resolution": parked.get_resolution_display(),
        "hand_in": parked.kind == ParkedCopy.Kind.SUBMIT,
        "stale": parked.reason == VersionStale.code,
        "foreign": parked.reason == ParkedCopy.FROM_ANOTHER_CLASS,
        "reason": desk_words.why_set_aside(parked.reason),
        "can_write": not assignment.classroom.archived and submission.state_at(now) is not State.VOID,
        "action": reverse("parked-copy", args=[pk, copy]),
        "desk_url": reverse("desk", args=[pk]),
    }
    fragment = request.headers.get("X-Fragment") == "versions"
    template = "assignments/student/_versions.html" if fragment else "assignments/student/parked.html"
    return TemplateResponse(request, template, context)


def _settled(request: HttpRequest, parked: ParkedCopy, form: forms.ParkedForm) -> HttpResponse:
    person, rev, choice = _person(request), form.cleaned_data["rev"], form.cleaned_data["choice"]
    submission = parked.submission
    try:
        if choice == form.MINE:
            actions.use_parked(parked, if_rev=rev, by=person)
            messages.success(request, _("Your text is the draft now."))
            parked.refresh_from_db()
            if parked.waiting and parked.kind == ParkedCopy.Kind.SAVE:
                messages.info(
                    request, _("The edition you read now has no place for a part of it: that stays set aside.")
                )
        elif choice == form.BOTH:
            left = actions.merge_parked(parked, if_rev=rev, by=person)
            messages.success(request, _("Both texts are in your draft now. Take out what you do not need."))
            if left.waiting and left.kind == ParkedCopy.Kind.SAVE:
                messages.info(
                    request,
                    _(
                        "Where you had chosen differently, your draft keeps its choice. With all that it could not "
                        "take, the other text stays set aside."
                    ),
                )
        elif choice == form.WITHDRAW:
            actions.discard_parked(parked, by=person)
            messages.success(request, _("The hand-in is withdrawn. The text at school stays your draft."))
        else:
            if parked.kind == ParkedCopy.Kind.SAVE:
                actions.discard_parked(parked, by=person)
            messages.success(request, _("The text at school stays your draft."))
    except VersionStale:
        messages.warning(request, _("Your draft has changed once more. Look at both texts again."))
        return redirect("parked-copy", pk=submission.pk, copy=parked.pk)
    except DomainError as refusal:
        messages.error(request, str(refusal.detail))
        return redirect("parked-copy", pk=submission.pk, copy=parked.pk)
    return redirect(reverse("desk", args=[submission.pk]) + "#answer")


# --- What came back ---------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def feedback(request: HttpRequest, pk: UUID, number: int | None = None) -> HttpResponse:
    """Marks and words, once they are returned: of the hand-in with this number, 0 being marks without one; else what
    was returned last. Before that this page does not exist."""
    person = _person(request)
    submission = access.submission_to_answer(person, pk)
    given = access.grades_returned(person, submission)
    shown = {one.attempt.number if one.attempt else 0: one for one in given}
    last = next((place for place, one in shown.items() if one.pk == submission.returned_grade_id), None)
    # While what was returned last is taken back, what came before it is still hers to read.
    wanted = number if number is not None else max(shown, default=None) if last is None else last
    if wanted is None or (grade := shown.get(wanted)) is None:
        raise Http404
    if wanted == last and grade.seen_at is None:
        actions.note_seen(submission, by=person)
    assignment, zone = submission.assignment, submission.assignment.classroom.zone
    attempt = grade.attempt
    timing = _timing(submission, attempt)
    log = grade_log.lines(grade_log.of(submission, viewer=person), zone)
    context = {
        "title": assignment.title,
        "classroom": assignment.classroom.name,
        "log": log,
        "changed": len(log) > 1,
        "counting": desk_words.counting_words(submission),
        "tabs": tuple(
            (
                reverse("feedback-earlier", args=[pk, place]),
                _("Hand-in %(number)d") % {"number": place} if place else _("Without a hand-in"),
                one.pk == grade.pk,
                one.pk == submission.mark_grade_id,
            )
            for place, one in shown.items()
        ),
        "uncounted": submission.mark_grade_id is None,
        "work": _work(
            submission.given.in_edition(grade.graded_edition),  # type: ignore[attr-defined] # as it was annotated
            attempt.body if attempt else answers.EMPTY,
            grade,
            Comment.objects.visible_to(person).of(grade),
        ),
        "number": attempt.number if attempt else None,
        "newer": submission.counted_id not in (None, grade.attempt_id),
        "feedback": grade.feedback,
        "score": signs.points(grade.final_score) if grade.final_score is not None else "",
        "out_of": signs.points(grade.out_of),
        "deducted": signs.points(grade.deducted) if grade.deducted else "",
        "overridden": grade.override is not None,
        "returned": moments.moment(grade.returned_at, zone) if grade.returned_at else "",
        "returned_yours": desk_words.your_time(grade.returned_at, zone, person),
        "timing_yours": desk_words.your_timing(timing, zone, person),
        "timing": words.explain_timing(timing, zone),
        "receipt_url": reverse("receipt", args=[pk, attempt.number]) if attempt else "",
        "desk_url": reverse("desk", args=[pk]),
        "print_url": reverse("submission-print", args=[pk])
        if wanted == last
        else reverse("submission-print-earlier", args=[pk, wanted]),
    }
    return TemplateResponse(request, "assignments/student/feedback.html", context)


def _timing(submission: Submission, attempt: Attempt | None) -> Timing:
    """Whether this hand-in came in time; of one that does not count any more, as it was decided."""
    if attempt is None or attempt.pk == submission.counted_id:
        return submission.timing_at(clock.now())
    return attempt.decided


def _work(
    assignment: Assignment, body: answers.Body, grade: Grade | None = None, comments: Iterable[Comment] = ()
) -> judging.Work:
    """Answers as they are read. The key is never handed in here."""
    return judging.work(
        readings.document(assignment.edition_id),
        body,
        questions=readings.questions(assignment),
        marks=judging.Marks.of(grade) if grade else judging.Marks(),
        key=None,
        corrections=errata.of_edition(assignment.edition_id),
        criteria=readings.criteria(grade.rubric, assignment) if grade else (),
        comments=list(comments),
    )
