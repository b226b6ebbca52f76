"""Where a teacher looks: the day, a class, an assignment; and returning what is graded."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access as people_access
from accounts.models import Classroom, Membership, User
from assignments import access, actions, boards, errata, readings, signs, upgrades
from assignments.desk_words import course_words, late_words
from assignments.forms import ReasonForm
from assignments.models import Assignment
from assignments.models.assignment import AssignmentState
from assignments.own_dates import dates_of_class
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, Forbidden
from destalin_site.common.keeping import Keeping
from lessons import adaptations
from lessons.models import Edition

NO_WORK: Final = UUID(int=0)  # stands in an address for the work that the script will name
_RETURNED: Final = Keeping("returned")  # what became of each of many

show_or_do = require_http_methods(["GET", "HEAD", "POST"])


class Request(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def page(request: HttpRequest, template: str, /, status: int = 200, **values: Any) -> TemplateResponse:
    return TemplateResponse(request, f"assignments/teacher/{template}.html", values, status=status)


@require_safe
@login_required
def today(request: Request) -> HttpResponse:
    """What waits for somebody who teaches."""
    everything = request.GET.get("waiting") == "all"
    teacher = boards.teacher_today(request.user, clock.now(), all_waiting=everything)
    return page(request, "today", teacher=teacher, told=errata.waiting(request.user))


@require_safe
@login_required
def classroom(request: Request, pk: UUID) -> HttpResponse:
    """A class: for those who grade in it its board, for a student her own day."""
    found = people_access.classroom_to_see(request.user, pk)
    role = people_access.membership_in(request.user, found).role
    if role == Membership.Role.STUDENT:
        return redirect("today")
    runs = role in (Membership.Role.OWNER, Membership.Role.TEACHER)
    now = clock.now()
    tag = _board_tag(request, found, now)
    if tag == request.headers.get("If-None-Match"):
        unmoved = HttpResponseNotModified()
        unmoved["ETag"], unmoved["Cache-Control"] = tag, "private, no-store"
        return unmoved
    board = boards.class_board(
        found,
        viewer=request.user,
        now=now,
        page=_number(request.GET.get("page", "")),
        show=request.GET.get("show", ""),
        find=request.GET.get("find", "")[:100],
    )
    response = page(
        request,
        "class_board",
        board=board,
        tag=tag,
        why_from=reverse("api-submission", args=[NO_WORK]),
        find=request.GET.get("find", "")[:100],
        may_assign=runs and not found.archived,
        may_take_all=runs,
        any_deleted=runs and Assignment.objects.deleted().filter(classroom=found).exists(),
    )
    response["ETag"] = tag
    return response


def _board_tag(request: Request, classroom: Classroom, now: dt.datetime) -> str:
    """Of what this person sees of the board under this address. The page around it is another each time."""
    said = "\n".join(
        [
            boards.pulse(classroom.pk, now),
            str(request.user.pk),
            request.get_full_path(),
            get_language() or "",
            f"{classroom.name} {classroom.zone} {classroom.archived}",
        ]
    )
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_safe
@login_required
def assignment_board(request: Request, pk: UUID) -> HttpResponse:
    """One assignment: how each student's work stands."""
    assignment = access.assignment_to_grade(request.user, pk)
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now(), show=request.GET.get("show", ""))
    find = request.GET.get("find", "")[:100]
    told = errata.of_assignment(assignment, request.user)
    return page(
        request,
        "assignment_board",
        board=board,
        told_now=[one for one in told if not one.acknowledged],
        told_before=[one for one in told if one.acknowledged],
        found={row.submission for row in board.rows if row.shown and signs.plain(find.strip()) in row.find},
        find=find,
        removed=boards.removed_work(assignment) if board.show == signs.Place.REMOVED.value else (),
        any_removed=any(chip.key == signs.Place.REMOVED.value for chip in board.chips),
        facts=_facts(assignment),
        parts=[
            (name, board.totals[place.value])
            for place, name in signs.PLACE_NAMES.items()
            if place in signs.HANDED_IN and board.totals[place.value]
        ],
        archived=assignment.classroom.archived,
        revealed=_revealed(assignment),
        may_edit=_runs(request.user, assignment.classroom) and not assignment.classroom.archived,
        instructions=assignment.instructions,
        newer_words=_newer_words(assignment, request.user),
        upgraded=assignment.upgraded_at is not None,
        edition=edition_facts(assignment.edition, assignment.classroom.zone),
        first_question=next((readings.numbered(assignment)[name] for name in readings.questions(assignment)), None),
    )


@require_POST
@login_required
def bring_back(request: Request, pk: UUID) -> HttpResponse:
    """Gives removed work back to its student, who is in the class."""
    submission = access.submission_to_bring_back(request.user, pk)
    try:
        actions.bring_back(submission, by=request.user)
    except DomainError as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("%(name)s has this work again, as it was.") % {"name": submission.student})
    return redirect("assignment-board", pk=submission.assignment_id)


def _newer_words(assignment: Assignment, user: User) -> str:
    newer = upgrades.newer(assignment, user)
    return _("edition %(number)d exists") % {"number": newer.number} if newer else ""


def _revealed(assignment: Assignment) -> str:
    """Who showed the names and when; empty where they were never hidden, or are."""
    if assignment.revealed_at is None:
        return ""
    words = {
        "name": assignment.revealed_by,
        "moment": moments.moment(assignment.revealed_at, assignment.classroom.zone),
    }
    return _("%(name)s showed the names on %(moment)s.") % words


def _runs(user: User, classroom: Classroom) -> bool:
    return Classroom.objects.run_by(user).filter(pk=classroom.pk).exists()


def _facts(assignment: Assignment) -> list[str]:
    """The dates of an assignment in words, each with its zone."""
    zone = assignment.classroom.zone
    facts = []
    if assignment.opens_at and assignment.state_at(clock.now()) is AssignmentState.SCHEDULED:
        facts.append(_("opens %(moment)s") % {"moment": moments.moment(assignment.opens_at, zone)})
    other = dates_of_class([assignment.pk]).get(assignment.pk)
    due_at, closes_at = (other.due_at, other.close) if other else (assignment.due_at, assignment.closes_at)
    if due_at:
        due = moments.moment(due_at, assignment.due_zone or zone)
        facts.append(_("due %(moment)s") % {"moment": due})
    else:
        facts.append(_("no due date"))
    if closes_at:
        facts.append(_("closes %(moment)s") % {"moment": moments.moment(closes_at, zone)})
    if other:
        facts.append(_("by the other dates of the whole class"))
    if assignment.audience == Assignment.Audience.NAMED:
        facts.append(_("for named students"))
    if cost := late_words(assignment):
        facts.append(cost)
    dates = {"has_due": due_at is not None, "has_close": closes_at is not None}
    facts += course_words(assignment, **dates)
    return facts


def edition_facts(edition: Edition, zone: str) -> dict[str, str]:
    """How pages name the edition that an assignment pins, and where it can be read."""
    words = {
        "number": edition.number,
        "day": moments.full_day(edition.published_at, zone),
        "zone": moments.zone_short(edition.published_at, zone),
    }
    parts = [_("Edition %(number)d, %(day)s (%(zone)s)") % words, adaptations.provenance(edition)]
    return {"edition_words": " · ".join(part for part in parts if part), "lesson_url": edition.address}


@require_POST
@login_required
def acknowledge(request: Request, pk: UUID, erratum: UUID) -> HttpResponse:
    """The class's teacher has read a correction: its banner goes, here and on the day."""
    classroom = access.erratum_to_acknowledge(request.user, pk, erratum)
    try:
        actions.acknowledge_erratum(classroom, erratum, by=request.user)
    except DomainError as error:
        messages.error(request, refusal_words(error))
    else:
        messages.success(request, _("Noted. Answers and marks stay as they are."))
    if assignment := _uuid(request.POST.get("assignment", "")):
        return redirect("assignment-board", pk=assignment)
    return redirect("today")


@show_or_do
@login_required
def return_graded(request: Request, pk: UUID) -> HttpResponse:
    """Whose work would be returned, by name; then what became of each stands on a page of its own, which a reload asks
    for again and does nothing."""
    assignment = access.assignment_to_grade(request.user, pk)
    changing = boards.changing(assignment)
    chosen = {found for text in request.POST.getlist("submissions") if (found := _uuid(text))}
    form = ReasonForm(request.POST)
    if request.method == "POST" and (form.is_valid() or not chosen & changing):
        reason = form.cleaned_data.get("reason", "")
        done = actions.return_many(assignment, submissions=chosen, by=request.user, reason=reason)
        outcomes = [
            [str(row.submission), row.done, refusal_words(row.error) if row.error else ""]
            for row in done
            if row.done or row.error
        ]
        if not outcomes:
            return redirect("assignment-return", pk=pk)
        token = _RETURNED.keep(outcomes, person=request.user.pk, about=pk)
        return redirect(f"{reverse('assignment-returned', args=[pk])}?of={token}")
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    refused = request.method == "POST"
    return page(
        request,
        "return",
        board=board,
        consequence=_consequence(board),
        chosen=chosen if refused else {row.submission for row in board.to_return},
        changed=[row for row in board.to_return if row.submission in changing],
        reason=request.POST.get("reason", ""),
        error=_("Say why, in at most 500 letters.") if refused else "",
        status=422 if refused else 200,
    )


@never_cache
@require_safe
@login_required
def returned_last(request: Request, pk: UUID) -> HttpResponse:
    """What became of each whose work was just returned; later, all that this person returned last in one go. From here
    it is taken back."""
    assignment = access.assignment_to_grade(request.user, pk)
    said = _RETURNED.kept(request.GET.get("of", ""), person=request.user.pk, about=pk)
    if said is None:
        said = [[str(found), True, ""] for found in boards.returned_last(assignment, by=request.user)]
    by_work = {UUID(found): (returned, words) for found, returned, words in said}
    opened = boards.opened(assignment, by=request.user)
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    outcomes = [
        {
            "submission": row.submission,
            "name": row.name,
            "returned": by_work[row.submission][0],
            "words": by_work[row.submission][1],
            "standing": by_work[row.submission][0] and row.submission in opened,
        }
        for row in board.rows
        if row.submission in by_work
    ]
    standing = [row["submission"] for row in outcomes if row["standing"]]
    returned = sum(row["returned"] for row in outcomes)
    kept = len(outcomes) - returned
    done_words = ngettext("%(n)d student has it back.", "%(n)d students have it back.", returned) % {"n": returned}
    return page(
        request,
        "returned",
        board=board,
        outcomes=outcomes,
        kept=kept,
        outcome_words=outcome_words(done_words, kept),
        standing=standing,
        opened_words="" if board.names_hidden else _opened_words(sum(opened[found] for found in standing)),
        take_back=ngettext("Take the return back", "Take all %(n)d returns back", len(standing)) % {"n": len(standing)},
        archived=assignment.classroom.archived,
    )


def _opened_words(n: int) -> str:
    if not n:
        return _("No student has opened it yet.")
    return ngettext("%(n)d student has opened it already.", "%(n)d students have opened it already.", n) % {"n": n}


@require_POST
@login_required
def take_back_returned(request: Request, pk: UUID) -> HttpResponse:
    """What was just returned to many is taken back from them, with one reason that they read."""
    assignment = access.assignment_to_grade(request.user, pk)
    chosen = [found for text in request.POST.getlist("submissions") if (found := _uuid(text))]
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in at most 500 letters: the students read it. Nothing was taken back."))
        return redirect("assignment-returned", pk=pk)
    outcomes = actions.recall_many(assignment, submissions=chosen, reason=form.cleaned_data["reason"], by=request.user)
    done = sum(outcome.done for outcome in outcomes)
    refused = [outcome.error for outcome in outcomes if outcome.error is not None]
    if refused and not done and all(isinstance(error, Forbidden) for error in refused):
        raise PermissionDenied
    words = ngettext("%(n)d return was taken back.", "%(n)d returns were taken back.", done)
    messages.success(request, words % {"n": done})
    for said in dict.fromkeys(refusal_words(error) for error in refused):
        messages.error(request, said)
    return redirect("assignment-board", pk=pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def refusal_words(error: DomainError) -> str:
    """Why an act was refused: the sentences of its faults, or its own."""
    faults = [row["message"] for row in error.extra.get("errors", [])]
    return " ".join(dict.fromkeys(faults)) or str(error.detail)


def words_beside(error: DomainError, field: str) -> str:
    """Of a refusal, the sentences that stand beside this field of the form."""
    faults = error.extra.get("errors", [])
    return " ".join(row["message"] for row in faults if row.get("pointer", "").split("/")[1:2] == [field])


def tried(request: Request, act: Callable[[], object]) -> bool:
    """Whether the act was done; where it was refused, the page that follows says why."""
    try:
        act()
    except DomainError as error:
        messages.error(request, refusal_words(error))
        return False
    return True


def outcome_words(done: str, kept: int) -> str:
    """What was done to many, and how many of them stay as they were."""
    if not kept:
        return done
    words = ngettext("%(n)d was kept, for the reason beside it.", "%(n)d were kept, for the reasons beside them.", kept)
    return f"{done} {words % {'n': kept}}"


def _consequence(board: boards.AssignmentBoard) -> str:
    n = len(board.to_return)
    rest = board.totals["students"] - n
    said = [
        ngettext("%(n)d student gets marks and comments now.", "%(n)d students get marks and comments now.", n)
        % {"n": n}
    ]
    if rest:
        said.append(
            ngettext("The other %(n)d stays as it is.", "The other %(n)d stay as they are.", rest) % {"n": rest}
        )
    return " ".join(said)


@show_or_do
@login_required
def show_names(request: Request, pk: UUID) -> HttpResponse:
    """What showing the names means, and then it is done, for good."""
    assignment = access.assignment_to_edit(request.user, pk)
    if not assignment.names_hidden:
        return redirect("assignment-board", pk=pk)
    missed = request.method == "POST" and request.POST.get("confirmed") != "1"
    if request.method == "POST" and not missed:
        if tried(request, lambda: actions.show_names(assignment, by=request.user)):
            messages.success(request, _("Names are shown from now on."))
        return redirect("assignment-board", pk=pk)
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    rest = sum(row.place is not signs.Place.RETURNED for row in board.rows)
    words = ngettext(
        "%(n)d piece of work is not returned yet, and would be marked with its name from now on.",
        "%(n)d pieces of work are not returned yet, and would be marked with their names from now on.",
        rest,
    )
    return page(
        request,
        "show_names",
        422 if missed else 200,
        board=board,
        missed=missed,
        archived=assignment.classroom.archived,
        unreturned=words % {"n": rest} if rest else "",
    )


@require_safe
@login_required
def grade_next(request: Request, pk: UUID) -> HttpResponse:
    """To the work of this assignment that has waited longest; to its board when none waits."""
    assignment = access.assignment_to_grade(request.user, pk)
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    if board.next_to_grade:
        return redirect("grade", pk=board.next_to_grade)
    return redirect("assignment-board", pk=pk)
