"""Grading one question of everybody: each student's marks save by themselves, upon their own version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assignments import access, actions, boards, judging, readings
from assignments.forms import MarksForm
from assignments.models import Assignment, Grade, Submission
from assignments.views.grading import number_in, signed_in, wants_json
from assignments.views.teacher import Request, page
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, VersionStale


@never_cache
@require_safe
@signed_in
def grade_question(request: Request, pk: UUID, number: int) -> HttpResponse:
    """Everybody's answer to one question. Opening it claims nothing."""
    assignment = access.assignment_to_grade(request.user, pk)
    at, since = number_in(request.GET, "page") or 1, _work_in(request, "since")
    if since and wants_json(request):
        return _since(request, assignment, number, at=at, since=since)
    return shown(request, assignment, number, at=at, adding=_work_in(request, "comment"), since=since)


def _work_in(request: Request, name: str) -> UUID | None:
    """The piece of work for which an address asks so."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _since(request: Request, assignment: Assignment, number: int, *, at: int, since: UUID) -> HttpResponse:
    """What changed in one answer since the hand-in before, for a page that is open."""
    desk = judging.by_question(
        assignment, number, viewer=request.user, now=clock.now(), page=at, only=since, since=since
    )
    line = next((line for line in desk.lines if line.since), None) if desk else None
    if line is None:
        raise Http404
    context = {"since": line.since, "desk": line, "whose": line.student}
    return JsonResponse({"html": render_to_string("assignments/teacher/_redrafted.html", context, request=request)})


@never_cache
@require_POST
@signed_in
def grade_question_marks(request: Request, pk: UUID, number: int) -> HttpResponse:
    """Saves one student's marks for this question; those of the others stay as they are."""
    submission = access.submission_to_grade(request.user, pk)
    assignment = submission.assignment
    names = {n: name for name, n in readings.numbered(assignment).items()}
    criteria = readings.criteria(readings.rubric_of(submission, assignment))
    possible = readings.points(assignment, criteria)
    name = names.get(number, "")
    if name not in possible:
        raise Http404
    of_this = [each for each in criteria if each.question == name]
    form = MarksForm(request.POST, questions={name: possible[name]}, criteria=of_this)
    stale = False
    if form.is_valid():
        (mark,) = form.marks()
        try:
            saved = actions.save_question_marks(
                submission,
                question=name,
                points=mark["points"],
                comment=mark["comment"],
                criteria=form.choices(),
                if_version=form.if_version,
                by=request.user,
                about=form.read,
                rubric=form.cleaned_data["rubric"],
            )
        except DomainError as refused:
            form.tell(refused)
            status, stale = refused.status, isinstance(refused, VersionStale)
        else:
            return _saved(request, submission, saved, number, name)
    else:
        status = 422
    errors = {field: " ".join(map(str, found)) for field, found in form.errors.items()}
    words = " ".join(dict.fromkeys(errors.values()))
    typed = judging.typed(form.data, {}, form.questions, of_this)
    conflict = judging.conflict(submission, typed, question=name) if stale else None
    if wants_json(request):
        told: dict[str, Any] = {"error": words, "saved": _("Not saved: %(why)s") % {"why": words}}
        if conflict:
            told |= _both(request, submission, conflict, number)
            told["theirs"] = judging.fields_of_question(conflict.theirs, name, of_this)
            theirs = submission.grades.select_related("rubric").latest_first().first()
            told["scores"] = _scores(theirs, name) if theirs else {}
        elif status == 409:
            told["held"] = held(request, submission, number)
        return JsonResponse(told, status=status)
    tried = judging.TriedQuestion(submission.pk, typed, "" if conflict else words, conflict)
    return shown(request, assignment, number, at=_page(request), tried=tried, status=status)


def _both(request: Request, submission: Submission, conflict: judging.Conflict, number: int) -> dict[str, Any]:
    """Both versions, to be chosen from in the place of the card."""
    address = judging.address_of_answer(submission, number, _page(request))
    context = {"conflict": conflict, "form_id": f"m-{submission.pk}", "address": address}
    return {
        "saved": _("Not saved: changed elsewhere"),
        "version": conflict.version,
        "conflict": render_to_string("assignments/teacher/_conflict.html", context, request=request),
    }


def held(request: Request, submission: Submission, number: int) -> str:
    """What keeps this from being marked now, and how that ends; empty where nothing does any more."""
    now_so = access.submission_to_grade(request.user, submission.pk)
    zone, holder = now_so.assignment.classroom.zone, str(now_so.claimed_by or "")
    found = judging.held(now_so, viewer=request.user, now=clock.now(), zone=zone, holder=holder)
    context = {"held": found, "number": number, "page": _page(request)}
    return render_to_string("assignments/teacher/_held.html", context, request=request) if found else ""


def _page(request: Request) -> int:
    return number_in(request.POST, "page") or 1


def _saved(request: Request, submission: Submission, saved: Grade, number: int, name: str) -> HttpResponse:
    if wants_json(request):
        zone = submission.assignment.classroom.zone
        words = {"version": saved.version, "saved": judging.saved_words(saved, zone)}
        board = boards.assignment_board(submission.assignment, viewer=request.user, now=clock.now())
        shown_anew = {"scores": _scores(saved, name), "returns": returns(request, board.id, len(board.to_return))}
        return JsonResponse(words | shown_anew)
    return redirect(judging.address_of_answer(submission, number, _page(request)))


def returns(request: Request, assignment: UUID, to_return: int) -> str:
    """What leads to returning what is graded."""
    context = {"to_return": to_return, "assignment": assignment}
    return render_to_string("assignments/teacher/_return_many.html", context, request=request)


def _scores(saved: Grade, name: str) -> dict[str, str]:
    """What the rubric makes of the levels, by the names under which the page shows it."""
    assignment = readings.judged(saved.submission)
    read = judging.work(
        readings.document(assignment.edition_id),
        {"answers": []},
        questions={name: readings.questions(assignment)[name]},
        marks=judging.Marks.of(saved),
        key=None,
        criteria=[each for each in readings.criteria(saved.rubric) if each.question == name],
    ).answered[0]
    scores = {each.field: each.said for each in read.criteria}
    return scores | {name: read.said} if read.by_rubric else scores


def shown(
    request: Request,
    assignment: Assignment,
    number: int,
    *,
    at: int,
    tried: judging.TriedQuestion | None = None,
    adding: UUID | None = None,
    since: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one question."""
    desk = judging.by_question(
        assignment, number, viewer=request.user, now=clock.now(), page=at, tried=tried, adding=adding, since=since
    )
    if desk is None:
        raise Http404
    return page(request, "question", desk=desk, archived=assignment.classroom.archived, status=status)
