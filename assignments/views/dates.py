"""More time for one student, and whose time decides of work that was finished offline."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Classroom, User
from assignments import access, actions, signs
from assignments.boards.due_moves import for_whom
from assignments.date_forms import AnswerForm, DeviceTimeForm, ExtensionForm, OverrideForm
from assignments.desk_words import course_words, form_clocks, with_yours, your_time
from assignments.device_clock import Trust
from assignments.facts import possible
from assignments.lifecycle import Act
from assignments.models import Assignment, DateOverride, Grade, Submission
from assignments.signs import late, name_key
from assignments.timing import Result, Timing, never_worse
from assignments.views.teacher import Request, page, refusal_words, tried
from assignments.words import explain_timing, is_off
from destalin_site.common import clock, moments, undo
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: Request, pk: UUID) -> HttpResponse:
    """Until when this student has time, since when, and the form that gives her more."""
    submission = access.submission_by_name(request.user, pk)
    form = ExtensionForm(request.POST if request.method == "POST" else None, submission=submission)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.extend(submission, **form.fields_for_action(), by=request.user)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                messages.success(request, _given(access.submission_to_grade(request.user, pk), request.user))
                return redirect("grade", pk=pk)
    return page(request, "extension", status, form=form, **_shown(submission, request.user))


@never_cache
@login_required
@require_http_methods(["POST"])
def extension_answer(request: Request, pk: UUID) -> HttpResponse:
    """Gives more time to a student who asked for it, or declines with words. What was typed stays on the page."""
    asked = access.request_to_answer(request.user, pk)
    form = AnswerForm(request.POST, request=asked)
    status = 422
    if form.is_valid():
        answer = actions.decline_request if form.declines else actions.grant_request
        try:
            answer(asked, **form.fields_for_action(), by=request.user)
        except ValidationFailed as refused:
            form.add_refused(refused)
        except VersionStale as stale:
            messages.error(request, _("Meanwhile the request was changed. Read it once more, then answer."))
            status = stale.status
        except DomainError as refused:
            messages.error(request, refusal_words(refused))
            status = refused.status
        else:
            found = access.submission_to_grade(request.user, pk)
            declined = _("%(name)s reads why there is no more time.") % {"name": called(found)}
            messages.success(request, declined if form.declines else _given(found, request.user))
            return redirect("today")
    found = access.submission_to_grade(request.user, pk)
    return page(request, "extension", status, form=ExtensionForm(submission=found), **_shown(found, request.user, form))


def called(submission: Submission) -> str:
    """How the student is named to those who grade."""
    return submission.called


def _has_until(submission: Submission, viewer: User) -> str:
    if submission.due_at is None:
        return ""
    zone = submission.assignment.due_zone or submission.assignment.classroom.zone
    words = {"name": called(submission), "moment": moments.moment(submission.due_at, zone)}
    said = _("%(name)s has time until %(moment)s.") % words
    return with_yours(said, your_time(submission.due_at, zone, viewer))


def _given(submission: Submission, viewer: User) -> str:
    said = _has_until(submission, viewer)
    if submission.handed_in_at is None:
        return said
    return f"{said} {_timing(submission)}"


def _request(submission: Submission, zone: str, tried: AnswerForm | None) -> dict[str, object] | None:
    """What she asks for, as long as nobody has answered; with an answer that was refused, as it was typed."""
    rows = submission.extension_requests.with_people()
    row = rows.waiting().first() if submission.asks_more_time else None
    if row is None:
        return None
    row.submission = submission
    return {
        "reason": row.reason,
        "wish": moments.moment(row.due_at, zone) if row.due_at else "",
        "asked": moments.moment_short(row.asked_at, zone),
        "version": row.version,
        "form": tried or AnswerForm(request=row),
    }


def _shown(submission: Submission, viewer: User, answer: AnswerForm | None = None) -> dict[str, object]:
    assignment = submission.assignment
    zone = assignment.due_zone or assignment.classroom.zone
    usual = submission.usual_due_at or submission.due_at
    given = submission.extensions.select_related("by", "revoked_by").order_by("-at", "-id")
    return {
        "submission": submission,
        "name": called(submission),
        "request_waiting": _request(submission, zone, answer),
        "answered": _answered(submission, zone),
        "title": assignment.title,
        "due": moments.moment(usual, zone) if usual else "",
        "timing": explain_timing(submission.timing_at(clock.now()), zone),
        "clocks": form_clocks(zone, viewer, clock.now()),
        "archived": assignment.classroom.archived,
        "revoking": _revoking(submission),
        "given": [
            {
                "until": moments.moment(row.due_at, zone),
                "standing": row.revoked_at is None,
                "reason": row.reason,
                "by": row.by,
                "at": moments.moment_short(row.at, zone),
                "ended_by": row.revoked_by,
                "ended_at": moments.moment_short(row.revoked_at, zone) if row.revoked_at else "",
            }
            for row in given
        ],
    }


def _revoking(submission: Submission) -> list[str]:
    """What becomes of what was handed in by her extension if that does not stay in time, in sentences; none where it
    would come to the same."""
    found, said = actions.what_revoking_costs(submission), []
    for attempt, seconds in found.attempts:
        words = {"number": attempt.number, "span": moments.span_late(seconds)}
        said.append(_("Hand-in %(number)d becomes %(span)s late.") % words)
    for grade, left in found.grades:
        words = {"old": signs.score(grade.final_score, grade.out_of), "new": signs.score(left, grade.out_of)}
        returned = grade.status == Grade.Status.RETURNED
        told = _("Its returned score goes from %(old)s to %(new)s.") if returned else ""
        said.append((told or _("Its drafted score goes from %(old)s to %(new)s.")) % words)
    if found.attempts and not found.grades:
        said.append(_("It costs no points as it stands."))
    return said


def _answered(submission: Submission, zone: str) -> list[dict[str, object]]:
    rows = submission.extension_requests.with_people().exclude(answer="").latest_first()
    return [
        {
            "answer": row.get_answer_display(),
            "granted": row.extension_id is not None,
            "reason": row.reason,
            "words": row.words,
            "by": row.answered_by,
            "at": moments.moment_short(row.answered_at, zone) if row.answered_at else "",
        }
        for row in rows
    ]


@require_POST
@login_required
def extension_revoke(request: Request, pk: UUID) -> HttpResponse:
    """Takes the extra time back, for what is still to come; for what was handed in meanwhile where that was ticked."""
    submission = access.submission_to_grade(request.user, pk)
    too = "handed_in_too" in request.POST
    if tried(request, lambda: actions.revoke_extension(submission, by=request.user, handed_in_too=too)):
        found = access.submission_to_grade(request.user, pk)
        if too and found.handed_in_at is not None:
            messages.success(request, _("Taken back. %(given)s") % {"given": _given(found, request.user)})
        else:
            words = _("Taken back. %(given)s What came in time stays in time.") % {
                "given": _has_until(found, request.user)
            }
            messages.success(request, words)
    return redirect("extension", pk=pk)


# ------------------------------------------------------------------------------------------- work finished offline


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def device_time(request: Request, pk: UUID) -> HttpResponse:
    """When work was finished on a device, whether that is believed, and the form by which a teacher lets it count."""
    submission = access.submission_by_name(request.user, pk)
    form = DeviceTimeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.count_device_time(submission, reason=form.cleaned_data["reason"], by=request.user)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                found = access.submission_to_grade(request.user, pk)
                words = _("The time of the device counts. %(timing)s") % {"timing": _timing(found)}
                undo.offer(request, words, url=reverse("device-time-undo", args=[pk]))
                return redirect("grade", pk=pk)
    return page(
        request,
        "device_time",
        status,
        form=form,
        submission=submission,
        name=called(submission),
        title=submission.assignment.title,
        archived=submission.assignment.classroom.archived,
        facts=_two_times(submission),
        counts=submission.clock_trust == Trust.TEACHER,
        may=Act.COUNT_DEVICE_TIME in possible(submission, person=request.user, now=clock.now())["allowed"],
        timing=_timing(submission),
    )


def _two_times(submission: Submission) -> dict[str, str]:
    """When work is due, when it was finished as its device says, when it came, and how late it is by either; empty
    where no device says anything, or where nothing is due."""
    decided = submission.timing_at(clock.now())
    if decided.finished is None or decided.handed_in is None or decided.due is None:
        return {}
    zone = submission.assignment.due_zone or submission.assignment.classroom.zone
    finished = decided.finished
    by_device = decided.measured_by(decided.due, decided.terms, finished.let_count())
    return {
        "due": moments.moment(decided.due, zone),
        "finished": moments.moment(finished.at, zone),
        "clock": moments.moment(finished.by_device, zone) if is_off(finished) else "",
        "received": moments.moment(decided.first_handed_in or decided.handed_in, zone),
        "now": _lateness(decided),
        "then": _lateness(never_worse(decided, by_device)),
    }


def _lateness(decided: Timing) -> str:
    return late(decided.seconds) if decided.result is Result.LATE else _("In time")


def _timing(submission: Submission) -> str:
    zone = submission.assignment.due_zone or submission.assignment.classroom.zone
    return explain_timing(submission.timing_at(clock.now()), zone)


@require_POST
@login_required
def device_time_undo(request: Request, pk: UUID) -> HttpResponse:
    """The time of arrival counts again."""
    submission = access.submission_by_name(request.user, pk)  # the answer says when it came
    if tried(request, lambda: actions.count_arrival_time(submission, by=request.user)):
        found = access.submission_to_grade(request.user, pk)
        words = _("The time of arrival counts again. %(timing)s") % {"timing": _timing(found)}
        messages.success(request, words)
    return redirect("grade", pk=pk)


# ---------------------------------------------------------------------------------------- other dates for some students


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def other_dates(request: Request, pk: UUID) -> HttpResponse:
    """Which dates hold for some students only, or for all in place of the assignment's, and the form that gives other
    ones."""
    assignment = access.assignment_to_grade(request.user, pk)
    zone = assignment.due_zone or assignment.classroom.zone
    given = Submission.objects.listed().filter(assignment=assignment).select_related("student")
    students = sorted(((row.student_id, str(row.student)) for row in given), key=lambda row: name_key(row[1], row[0]))
    form = OverrideForm(request.POST if request.method == "POST" else None, zone=zone, students=students)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            access.assignment_to_give_dates(request.user, pk, for_class=form.for_class)
            try:
                made = actions.give_dates(assignment, **form.fields_for_action(), by=request.user)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                messages.success(request, _now_other(made, len(students)))
                return redirect("other-dates", pk=pk)
    chosen = set(form["students"].value() or [])
    runs = Classroom.objects.run_by(request.user).filter(pk=assignment.classroom_id).exists()
    rows = list(assignment.overrides.with_people().order_by("-at", "-id"))
    standing = [row for row in rows if row.ended_at is None]
    return page(
        request,
        "other_dates",
        status,
        form=form,
        assignment=assignment,
        due=moments.moment(assignment.due_at, zone) if assignment.due_at else "",
        clocks=form_clocks(zone, request.user, clock.now()),
        archived=assignment.classroom.archived,
        students=[{"id": str(key), "name": name, "chosen": str(key) in chosen} for key, name in students],
        given=[_told(row, assignment, request.user, may_end=runs or not row.for_class) for row in rows],
        may_for_class=runs,
        class_words=_class_words(standing, students),
        class_has_other=any(row.for_class for row in standing),
        course=course_words(
            assignment,
            has_due=assignment.due_at is not None or any(row.due_at for row in standing),
            has_close=assignment.closes_at is not None or any(row.closes_at for row in standing),
        ),
    )


def _now_other(made: DateOverride, students: int) -> str:
    if made.for_class:
        return _("The whole class has other dates now, and whoever joins later has them too.")
    n = made.members.count()
    return ngettext("%(n)d student has other dates now.", "%(n)d students have other dates now.", n) % {"n": n}


def _class_words(standing: Sequence[DateOverride], students: Sequence[tuple[UUID, str]]) -> list[str]:
    """Whom other dates for the class would move, and whom they would not."""
    nearer = [row for row in standing if not row.for_class]
    held = {member.submission.student_id for row in nearer for member in row.members.all()}
    n = sum(key not in held for key, _name in students)
    said = [ngettext("%(n)d student has it now.", "%(n)d students have it now.", len(students)) % {"n": len(students)}]
    if nearer:
        who = pgettext("between the parts of a list", ", ").join(for_whom(row) for row in nearer)
        words = ngettext(
            "%(n)d has no nearer dates and would move. These go before: %(who)s.",
            "%(n)d have no nearer dates and would move. These go before: %(who)s.",
            n,
        )
        said.append(words % {"n": n, "who": who})
    if len(nearer) < len(standing):
        said.append(_("The dates that the class has now end with it."))
    return said


def _told(row: DateOverride, assignment: Assignment, viewer: User, *, may_end: bool) -> dict[str, object]:
    zone = assignment.due_zone or assignment.classroom.zone
    names = [str(member.submission.student) for member in row.members.all()] if row.title else []
    said, yours = [], ""
    due = row.as_rule().due_after(assignment.due)
    if row.offset_minutes is not None:
        words = moments.span_spoken(abs(row.offset_minutes) * 60)
        said.append((_("%(span)s later") if row.offset_minutes > 0 else _("%(span)s earlier")) % {"span": words})
    if due is not None and (row.due_at or row.offset_minutes is not None):
        said.append(_("due %(moment)s") % {"moment": moments.moment(due.at, zone)})
        yours = your_time(due.at, zone, viewer)
    if row.closes_at is not None:
        said.append(_("closes %(moment)s") % {"moment": moments.moment(row.closes_at, zone)})
    return {
        "id": row.pk,
        "who": _("The whole class") if row.for_class else for_whom(row),
        "names": names,
        "said": ", ".join(said),
        "yours": yours,
        "stays": row.due_at is not None,
        "reason": row.reason,
        "by": row.by,
        "at": moments.moment_short(row.at, zone),
        "standing": row.ended_at is None,
        "may_end": may_end and row.ended_at is None,
        "ended_by": row.ended_by,
        "ended_at": moments.moment_short(row.ended_at, zone) if row.ended_at else "",
    }


@require_POST
@login_required
def other_dates_end(request: Request, pk: UUID, override: UUID) -> HttpResponse:
    """Takes other dates back, for what is still to come."""
    found = access.override_to_end(request.user, pk, override)
    if tried(request, lambda: actions.end_dates(found, by=request.user)):
        messages.success(request, _("Taken back. What came in time by these dates stays in time."))
    return redirect("other-dates", pk=pk)
