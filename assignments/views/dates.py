"""More time for one student."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments import access, actions
from assignments.date_forms import AnswerForm, ExtensionForm, OverrideForm
from assignments.desk_words import course_words
from assignments.models import Assignment, DateOverride, Submission
from assignments.signs import name_key
from assignments.views.teacher import Request, page, refusal_words, tried
from assignments.words import explain_timing
from destalin_site.common import clock, moments
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
                messages.success(request, _given(access.submission_to_grade(request.user, pk)))
                return redirect("grade", pk=pk)
    return page(request, "extension", status, form=form, **_shown(submission))


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
            messages.success(request, declined if form.declines else _given(found))
            return redirect("today")
    found = access.submission_to_grade(request.user, pk)
    return page(request, "extension", status, form=ExtensionForm(submission=found), **_shown(found, form))


def called(submission: Submission) -> str:
    """How the student is named to those who grade."""
    return submission.called


def _has_until(submission: Submission) -> str:
    if submission.due_at is None:
        return ""
    zone = submission.assignment.due_zone or submission.assignment.classroom.zone
    words = {"name": called(submission), "moment": moments.moment(submission.due_at, zone)}
    return _("%(name)s has time until %(moment)s.") % words


def _given(submission: Submission) -> str:
    assignment = submission.assignment
    zone = assignment.due_zone or assignment.classroom.zone
    said = _has_until(submission)
    if submission.handed_in_at is None:
        return said
    return f"{said} {explain_timing(submission.timing_at(clock.now()), zone)}"


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


def _shown(submission: Submission, answer: AnswerForm | None = None) -> dict[str, object]:
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
        "zone": moments.zone_name(zone),
        "archived": assignment.classroom.archived,
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
    """Takes the extra time back, for what is still to come."""
    submission = access.submission_to_grade(request.user, pk)
    if tried(request, lambda: actions.revoke_extension(submission, by=request.user)):
        messages.success(
            request,
            _("Taken back. %(given)s What came in time stays in time.")
            % {"given": _has_until(access.submission_to_grade(request.user, pk))},
        )
    return redirect("extension", pk=pk)


# ---------------------------------------------------------------------------------------- other dates for some students


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def other_dates(request: Request, pk: UUID) -> HttpResponse:
    """Which dates hold for some students only, and the form that gives other ones."""
    assignment = access.assignment_to_grade(request.user, pk)
    zone = assignment.due_zone or assignment.classroom.zone
    given = Submission.objects.listed().filter(assignment=assignment).select_related("student")
    students = sorted(((row.student_id, str(row.student)) for row in given), key=lambda row: name_key(row[1], row[0]))
    form = OverrideForm(request.POST if request.method == "POST" else None, zone=zone, students=students)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.give_dates(assignment, **form.fields_for_action(), by=request.user)
            except ValidationFailed as refused:
                form.add_refused(refused)
            except DomainError as refused:
                messages.error(request, refusal_words(refused))
                status = refused.status
            else:
                n = made.members.count()
                said = ngettext("%(n)d student has other dates now.", "%(n)d students have other dates now.", n)
                messages.success(request, said % {"n": n})
                return redirect("other-dates", pk=pk)
    chosen = set(form["students"].value() or [])
    rows = list(assignment.overrides.with_people().order_by("-at", "-id"))
    standing = [row for row in rows if row.ended_at is None]
    return page(
        request,
        "other_dates",
        status,
        form=form,
        assignment=assignment,
        due=moments.moment(assignment.due_at, zone) if assignment.due_at else "",
        zone=moments.zone_name(zone),
        archived=assignment.classroom.archived,
        students=[{"id": str(key), "name": name, "chosen": str(key) in chosen} for key, name in students],
        given=[_told(row, assignment) for row in rows],
        course=course_words(
            assignment,
            has_due=assignment.due_at is not None or any(row.due_at for row in standing),
            has_close=assignment.closes_at is not None or any(row.closes_at for row in standing),
        ),
    )


def _told(row: DateOverride, assignment: Assignment) -> dict[str, object]:
    zone = assignment.due_zone or assignment.classroom.zone
    names = [str(member.submission.student) for member in row.members.all()]
    said = []
    due = row.as_rule().due_after(assignment.due)
    if row.offset_minutes is not None:
        words = moments.span_spoken(abs(row.offset_minutes) * 60)
        said.append((_("%(span)s later") if row.offset_minutes > 0 else _("%(span)s earlier")) % {"span": words})
    if due is not None and (row.due_at or row.offset_minutes is not None):
        said.append(_("due %(moment)s") % {"moment": moments.moment(due.at, zone)})
    if row.closes_at is not None:
        said.append(_("closes %(moment)s") % {"moment": moments.moment(row.closes_at, zone)})
    return {
        "id": row.pk,
        "who": row.title or names[0],
        "names": names if row.title else [],
        "said": ", ".join(said),
        "stays": row.due_at is not None,
        "reason": row.reason,
        "by": row.by,
        "at": moments.moment_short(row.at, zone),
        "standing": row.ended_at is None,
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
