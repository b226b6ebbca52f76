"""Giving a lesson to a class, changing what was given, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Classroom, Membership
from assignments import access, actions, boards, readings, signs
from assignments.desk_words import form_clocks
from assignments.forms import AssignmentForm, Past, initial_of
from assignments.models import Assignment
from assignments.views import adapting, student
from assignments.views.teacher import Request, edition_facts, page, show_or_do
from destalin_site.common import clock, undo
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from lessons import access as lessons_access
from lessons import catalogue, render
from lessons.models import Edition


@dataclass(frozen=True, slots=True)
class QuestionLine:
    id: str
    number: int
    phrase: SafeString
    words: str
    points_value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StudentLine:
    id: UUID
    name: str
    chosen: bool


@require_safe
@login_required
def assign_anywhere(request: Request) -> HttpResponse:
    """From a lesson to the class that is to have it: at once where there is only one."""
    rooms = boards.teacher_today(request.user, clock.now()).assigning
    asked = {name: text for name in ("lesson", "adaptation") if (text := request.GET.get(name, ""))}
    query = f"?{urlencode(asked)}" if asked else ""
    if len(rooms) == 1:
        return redirect(f"{reverse('assign', args=[rooms[0].id])}{query}")
    return page(request, "assign_where", rooms=rooms, query=query)


@show_or_do
@login_required
def assign(request: Request, pk: UUID) -> HttpResponse:
    """First which lesson, then what of it, by when and for whom."""
    classroom = access.classroom_to_assign_in(request.user, pk)
    if not (request.GET.get("lesson") or request.GET.get("adaptation")):
        return _choose_lesson(request, classroom)
    edition = _edition_asked(request)
    form = _new_form(request, classroom, edition)
    if request.method == "POST" and form.is_valid() and _is_shown(form, edition):
        fields = form.fields_for_action()
        if past := form.past(clock.now()):
            return _new_form_page(request, form, classroom, edition, past=past)
        try:
            made = actions.create_assignment(
                classroom, edition=edition, by=request.user, id=form.cleaned_data["id"], **fields
            )
        except DomainError as error:
            form.tell(error)
        else:
            reached = made.submissions.count()
            messages.success(
                request,
                ngettext(
                    "“%(title)s” is assigned to %(n)d student.", "“%(title)s” is assigned to %(n)d students.", reached
                )
                % {"title": made.title, "n": reached},
            )
            _warn(request, form)
            return redirect("assignment-board", pk=made.pk)
    return _new_form_page(request, form, classroom, edition)


@require_POST
@login_required
def assign_preview(request: Request, pk: UUID) -> HttpResponse:
    """What is about to be assigned, as a student would find it. The form of the assign page is sent here, and goes
    along with what is tried on the desk; nothing of either is kept."""
    classroom = access.classroom_to_assign_in(request.user, pk)
    edition = _edition_asked(request)
    carried = request.POST.get(CARRIED)
    form = _new_form(request, classroom, edition, carried)
    if form.is_valid() and _is_shown(form, edition):
        try:
            assignment = actions.draft_assignment(
                classroom, edition=edition, by=request.user, **form.fields_for_action()
            )
        except DomainError as error:
            form.tell(error)
        else:
            return student.preview_page(
                request,
                assignment,
                action=request.get_full_path(),
                tried=carried is not None,
                carried=(CARRIED, carried or request.POST.urlencode()),
            )
    return _new_form_page(request, form, classroom, edition)


def _edition_asked(request: Request) -> Edition:
    """What the catalogue shows of a lesson now, or what was cut last of the teacher's own version of one."""
    if not (name := request.GET.get("adaptation")):
        return lessons_access.current_edition(request.user, request.GET.get("lesson", ""))
    try:
        pk = UUID(name)
    except ValueError:
        raise Http404 from None
    edition = lessons_access.adaptation_to_change(request.user, pk).edition
    if edition is None:
        raise Http404
    return edition


CARRIED = "assignment"


def _new_form(request: Request, classroom: Classroom, edition: Edition, carried: str | None = None) -> AssignmentForm:
    """The form of an assignment to be made: as it was sent, as the preview carried it, or fresh."""
    questions = [question["id"] for question in readings.document(edition.pk).questions]
    data = QueryDict(carried) if carried is not None else request.POST
    return AssignmentForm(
        _without_idle_times(data) if request.method == "POST" else None,
        zone=classroom.zone,
        students=_students(classroom),
        questions=questions,
        initial={
            "edition": edition.pk,
            "id": uuid7(),
            "title": edition.title,
            "instructions": edition.adaptation.instructions if edition.adaptation else "",
            "questions": questions,
            "due_time": "23:59",
            "closes_time": "23:59",
        },
    )


def _is_shown(form: AssignmentForm, edition: Edition) -> bool:
    """Whether the page showed what is current. Where another edition came meanwhile, nobody is given it unseen."""
    if form.cleaned_data["edition"] in ("", edition.pk):
        return True
    news = _("A newer edition of this lesson came out while this page was open, and the page now shows it.")
    form.add_error(None, ValidationError(f"{news} {_('Look at its questions, then assign.')}", code="newer-edition"))
    assert isinstance(form.data, QueryDict)
    form.data = form.data.copy()
    form.data["edition"] = edition.pk
    return False


def _new_form_page(
    request: Request, form: AssignmentForm, classroom: Classroom, edition: Edition, past: Past | None = None
) -> HttpResponse:
    adapted = edition.adaptation_id
    lesson = urlencode({"adaptation": str(adapted)} if adapted else {"lesson": edition.lesson.slug})
    return _form_page(
        request,
        form,
        classroom,
        edition,
        _students(classroom),
        heading=_("Assign “%(title)s”") % {"title": edition.title},
        past=past,
        act=_("Assign"),
        act_all_the_same=_("Assign all the same"),
        act_waits=_("Assigning…"),
        consequence=_("Every student it is for gets it at once, or when it opens."),
        action=f"{reverse('assign', args=[classroom.pk])}?{lesson}",
        preview=f"{reverse('assign-preview', args=[classroom.pk])}?{lesson}",
        back=reverse("classroom", args=[classroom.pk]),
        adapts="" if adapted or not request.user.teaches else edition.lesson.slug,
    )


def _without_idle_times(data: QueryDict) -> QueryDict:
    """The times that stand beside an empty day were offered by the page, and say nothing."""
    data = data.copy()
    for name in ("opens", "due", "closes"):
        if not data.get(f"{name}_date") and data.get(f"{name}_time") in ("23:59", "00:00"):
            data[f"{name}_time"] = ""
    return data


@show_or_do
@login_required
def assignment_edit(request: Request, pk: UUID) -> HttpResponse:
    """Title, instructions, dates and audience can change; the edition and the questions stay."""
    assignment = access.assignment_to_edit(request.user, pk)
    classroom = assignment.classroom
    students = _students(classroom)
    named = assignment.audience_members.values_list("student", flat=True)
    form = AssignmentForm(
        request.POST if request.method == "POST" else None,
        zone=classroom.zone,
        students=students,
        questions=None,
        # What came in while the page was open is told of by the act.
        may_hide=actions.may_hide_names(assignment) or "anonymous" in request.POST,
        initial={"version": assignment.version, **initial_of(assignment, named)},
    )
    is_valid = request.method == "POST" and form.is_valid()
    changes = form.changes_for_action() if is_valid else {}
    moves = "due" in changes
    left_behind = boards.left_behind(assignment, form.shifts.get("due"), changes).sentences() if moves else ()
    past = form.past(clock.now(), left_behind) if is_valid else None
    if is_valid and not past:
        try:
            version = int(request.POST.get("version", ""))
        except ValueError:
            version = -1
        try:
            changed = actions.update_assignment(assignment, if_version=version, by=request.user, **changes)
        except DomainError as error:
            form.tell(error)
        else:
            messages.success(request, _("“%(title)s” is changed.") % {"title": changed.title})
            _warn(request, form)
            return redirect("assignment-board", pk=pk)
    return _form_page(
        request,
        form,
        classroom,
        assignment.edition,
        students,
        assignment=assignment,
        version=assignment.version,
        heading=_("Change “%(title)s”") % {"title": assignment.title},
        past=past,
        act=_("Save the changes"),
        act_all_the_same=_("Save all the same"),
        act_waits=_("Saving…"),
        consequence=_("A later due date takes marks for lateness away; an earlier one makes nobody late afterwards."),
        back=reverse("assignment-board", args=[pk]),
    )


@show_or_do
@login_required
def assignment_delete(request: Request, pk: UUID) -> HttpResponse:
    """How much work goes out of sight, and then it does. Whoever comes back afterwards finds the way to undo it."""
    found = access.assignment_to_edit(request.user, pk, deleted=True)
    if request.method != "POST":
        if found.deleted_at is not None:
            return redirect("deleted-assignments", pk=found.classroom_id)
        return page(
            request,
            "delete",
            assignment=found,
            classroom=found.classroom,
            kept=boards.kept_work(found).lines,
            archived=found.classroom.archived,
        )
    assignment = actions.delete_assignment(found, by=request.user)
    undo.offer(
        request,
        _("“%(title)s” is deleted. The work of the students is kept.") % {"title": assignment.title},
        url=reverse("assignment-restore", args=[pk]),
    )
    return redirect("classroom", pk=assignment.classroom_id)


@require_POST
@login_required
def assignment_restore(request: Request, pk: UUID) -> HttpResponse:
    assignment = actions.undelete_assignment(access.assignment_to_edit(request.user, pk, deleted=True), by=request.user)
    messages.success(request, _("“%(title)s” is back, with all the work.") % {"title": assignment.title})
    return redirect("assignment-board", pk=pk)


@require_safe
@login_required
def deleted_assignments(request: Request, pk: UUID) -> HttpResponse:
    """What was deleted in a class, to be brought back by whoever runs it."""
    classroom = access.classroom_to_assign_in(request.user, pk)
    return page(
        request,
        "deleted",
        classroom=classroom,
        deleted=boards.deleted_assignments(classroom),
        archived=classroom.archived,
    )


# --- What the pages show ----------------------------------------------------------------------------------------------


def _choose_lesson(request: Request, classroom: Classroom) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    wanted = signs.plain(words.strip())
    editions = Edition.objects.current().select_related("lesson")
    numbers = {edition.lesson.slug: edition_facts(edition, classroom.zone)["edition_words"] for edition in editions}
    courses = [
        {
            "title": course.title,
            "lessons": [
                {
                    "slug": line.slug,
                    "title": line.title,
                    "summary": line.summary,
                    "words": " · ".join(part for part in (numbers[line.slug], line.sources, line.minutes) if part),
                }
                for line in course.lessons
                if line.slug in numbers and wanted in signs.plain(f"{line.title} {line.summary}")
            ],
        }
        for course in catalogue.courses()
    ]
    return page(
        request,
        "assign_lesson",
        classroom=classroom,
        courses=[course for course in courses if course["lessons"]],
        adaptations=[line for line in adapting.usable(request.user) if wanted in signs.plain(line.title)],
        q=words,
    )


def _students(classroom: Classroom) -> list[tuple[UUID, str]]:
    members = Membership.objects.current().students().filter(classroom=classroom)
    return sorted(members.values_list("user_id", "user__display_name"), key=lambda row: signs.name_key(row[1], row[0]))


def _form_page(
    request: Request,
    form: AssignmentForm,
    classroom: Classroom,
    edition: Edition,
    students: Sequence[tuple[UUID, str]],
    *,
    assignment: Assignment | None = None,
    **values: Any,
) -> HttpResponse:
    named = set(form["students"].value() or [])
    facts = edition_facts(edition, classroom.zone)
    return page(
        request,
        "assign",
        form=form,
        classroom=classroom,
        assignment=assignment,
        lesson={
            "title": edition.title,
            "summary": readings.document(edition.pk).lesson["summary"],
            "url": facts["lesson_url"],
        },
        edition_words=facts["edition_words"],
        classroom_only=_classroom_only(edition),
        questions=_question_lines(form, edition) if "questions" in form.fields else (),
        students=[StudentLine(pk, name, str(pk) in named) for pk, name in students],
        everybody=_("The whole class: %(students)s") % {"students": signs.students(len(students))},
        dates=[(form[f"{name}_date"], form[f"{name}_time"]) for name in ("opens", "due", "closes")],
        zone_words=form_clocks(classroom.zone, request.user, clock.now()),
        status=422 if form.errors or values.get("past") else 200,
        **values,
    )


def _classroom_only(edition: Edition) -> str:
    """How many pictures are kept from the public, in words; empty when none is."""
    count = len(lessons_access.classroom_only(edition.pk))
    words = ngettext(
        "%(n)d picture of this lesson may be shown in class only.",
        "%(n)d pictures of this lesson may be shown in class only.",
        count,
    )
    return words % {"n": count} if count else ""


def _question_lines(form: AssignmentForm, edition: Edition) -> list[QuestionLine]:
    chosen = set(form["questions"].value() or [])
    lines = []
    document = readings.document(edition.pk)
    for number, question in enumerate(document.questions, 1):
        line = render.question_line(document, question, number)
        parts = [line.kind, line.skill, line.points, "" if line.required else _("may be left out")]
        lines.append(
            QuestionLine(
                id=line.id,
                number=number,
                phrase=line.phrase,
                words=" · ".join(part for part in parts if part),
                points_value=question["points"] or "0",
                chosen=line.id in chosen,
            )
        )
    return lines


def _warn(request: Request, form: AssignmentForm) -> None:
    for words in form.warnings():
        messages.warning(request, words)
