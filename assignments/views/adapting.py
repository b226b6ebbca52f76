"""A teacher's own versions of lessons: the list, the page on which one is changed, its questions, and a look at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from assignments import trying
from assignments.adaptation_forms import AdaptationForm, QuestionForm, StartForm, initial_of
from assignments.boards import adaptations as board
from assignments.views.teacher import Request, page, show_or_do
from destalin_site.common import undo
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from lessons import access as lessons_access
from lessons import adaptations, adapting
from lessons.adapting import Plan
from lessons.document import Document
from lessons.models import Adaptation, Edition


def usable(user: User) -> list[board.Line]:
    """Her versions that can be assigned now."""
    return [line for line in board.lines(user, archived=False) if line.ready] if user.teaches else []


@require_safe
@login_required
@never_cache
def adaptations_page(request: Request) -> HttpResponse:
    """Her versions, and apart from them those that she put away."""
    return page(
        request,
        "adaptations",
        lines=board.lines(request.user, archived=False),
        archived=board.lines(request.user, archived=True),
        may_change=request.user.teaches,
    )


@require_POST
@login_required
def start(request: Request) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        raise Http404
    return _started(request, lessons_access.edition_to_adapt(request.user, form.cleaned_data["lesson"]))


def _started(request: Request, edition: Edition) -> HttpResponse:
    try:
        made = adaptations.start(edition, by=request.user)
    except adaptations.TooManyAdaptations as refused:
        messages.error(request, str(refused.detail))
        return redirect("adaptations")
    messages.success(
        request,
        _("This is your own version of “%(title)s”. What you change here changes nothing in the library.")
        % {"title": edition.title},
    )
    return redirect("adaptation", pk=made.pk)


@show_or_do
@login_required
@never_cache
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Title, instructions and plan. Every button saves what the fields hold, and most do one thing more."""
    if request.method != "POST":
        return _edit_page(request, lessons_access.adaptation(request.user, pk))
    row = lessons_access.adaptation_to_change(request.user, pk)
    form = AdaptationForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, row, form)
    act, _sign, name = request.POST.get("act", "save")[:100].partition(":")
    said: dict[str, Any] = {"title": form.cleaned_data["title"], "instructions": form.cleaned_data["instructions"]}
    if (plan := _changed(row.plan, act, name)) is not None:
        said["plan"] = plan
    try:
        row = adaptations.change(row, if_version=form.cleaned_data["version"], by=request.user, **said)
    except VersionStale:
        return _conflict(request, pk, form)
    except ValidationFailed as refused:
        for error in refused.extra["errors"]:
            field = error["pointer"].strip("/")
            form.add_error(field if field in form.fields else None, ValidationError(error["message"], error["code"]))
        return _edit_page(request, row, form)
    except DomainError as refused:
        form.add_error(None, ValidationError(str(refused.detail), refused.code))
        return _edit_page(request, row, form)
    return _after(request, row, act, name)


def _changed(plan: Plan, act: str, name: str) -> Plan | None:
    """The plan after this button; None when it changes nothing of it."""
    match act:
        case "drop" | "keep":
            return adapting.with_kept(plan, name, act == "keep")
        case "up" | "down":
            return adapting.moved(plan, name, -1 if act == "up" else 1)
        case "remove" if name in plan["own"]:
            return adapting.without_own(plan, name)
    return None


def _after(request: Request, row: Adaptation, act: str, name: str) -> HttpResponse:
    address = reverse("adaptation", args=[row.pk])
    match act:
        case "use":
            try:
                adaptations.cut(row, by=request.user)
            except DomainError as refused:
                saved = _("It is saved, and cannot be assigned yet: see what to resolve.")
                words = saved if isinstance(refused, ValidationFailed) else str(refused.detail)
                form = AdaptationForm(request.POST)
                form.add_error(None, ValidationError(words, refused.code))
                return _edit_page(request, row, form, version=row.version)
            return redirect(f"{reverse('assign-anywhere')}?{urlencode({'adaptation': str(row.pk)})}")
        case "renew":
            return _started(request, lessons_access.edition_to_adapt(request.user, row.ancestor.lesson.slug))
        case "put-away":
            adaptations.put_away(row, by=request.user)
            undo.offer(
                request,
                _("“%(title)s” is put away. What is assigned stays as it is.") % {"title": row.title},
                url=reverse("adaptation-bring-back", args=[row.pk]),
            )
            return redirect("adaptations")
        case "preview":
            return redirect("adaptation-preview", pk=row.pk)
        case "add":
            return redirect(f"{reverse('adaptation-question-new', args=[row.pk])}?{urlencode({'section': name})}")
        case "edit" if name in row.plan["own"]:
            return redirect("adaptation-question", pk=row.pk, question=UUID(name))
        case "drop" | "keep" | "up" | "down":
            # Back to where the button stood, so that a row can be moved on by pressing again.
            return redirect(f"{address}#item-{name}" if _stands(row.plan, name) else address)
        case "remove":
            messages.success(request, _("The question is removed."))
        case _:
            messages.success(request, _("Saved. What is assigned already stays as it is."))
    return redirect(address)


def _stands(plan: Plan, name: str) -> bool:
    rows = [*plan["sections"], *plan["sources"], *(q for section in plan["sections"] for q in section["questions"])]
    return any(row["id"] == name for row in rows)


def _conflict(request: Request, pk: UUID, form: AdaptationForm) -> HttpResponse:
    """What was typed stands in the fields, beside what is saved now; saving again is then done upon that."""
    row = lessons_access.adaptation_to_change(request.user, pk)
    form.add_error(None, ValidationError(_("This was changed in another window meanwhile."), code="version-stale"))
    saved = [(_("Title"), row.title, form.cleaned_data["title"])]
    saved.append((_("Instructions"), row.instructions, form.cleaned_data["instructions"]))
    differs = [(what, theirs, yours) for what, theirs, yours in saved if theirs != yours]
    return _edit_page(request, row, form, version=row.version, conflict=differs, status=409)


def _edit_page(
    request: Request, row: Adaptation, form: AdaptationForm | None = None, *, version: int | None = None, **values: Any
) -> HttpResponse:
    if form is None:
        form = AdaptationForm(initial={"version": row.version, "title": row.title, "instructions": row.instructions})
    values.setdefault("status", 422 if form.errors else 200)
    shown = row.version if version is not None or not form.is_bound else form["version"].value()
    return page(
        request,
        "adaptation",
        form=form,
        version=shown,
        row=row,
        ancestor={"title": row.ancestor.title, "number": row.ancestor.number, "url": row.ancestor.address},
        newer=board.newer_words(row),
        withdrawn=board.withdrawn_words(row),
        plan=board.page(row, row.ancestor.read().data, adaptations.adapted(row)),
        may_change=request.user.teaches and not row.archived,
        used_in=board.classes_given(request.user, [row.pk]).get(row.pk, ()),
        **values,
    )


# --- Questions of her own ---------------------------------------------------------------------------------------------


@show_or_do
@login_required
@never_cache
def new_question(request: Request, pk: UUID) -> HttpResponse:
    row = lessons_access.adaptation_to_change(request.user, pk)
    return _question_page(request, row, str(uuid7()), is_new=True)


@show_or_do
@login_required
@never_cache
def question(request: Request, pk: UUID, question: UUID) -> HttpResponse:
    row = lessons_access.adaptation_to_change(request.user, pk)
    if str(question) not in row.plan["own"] and request.method != "POST":
        raise Http404
    # One that was removed in another window meanwhile comes back with what was typed here.
    return _question_page(request, row, str(question), is_new=False)


def _question_page(request: Request, row: Adaptation, name: str, *, is_new: bool) -> HttpResponse:
    ancestor = row.ancestor.read()
    headings = {section["id"]: section["heading"] for section in ancestor.sections}
    there = row.plan["own"].get(name)
    section = request.GET.get("section", "") if is_new else adapting.section_of(row.plan, name)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        sections=[(entry["id"], headings[entry["id"]]) for entry in row.plan["sections"] if entry["kept"]],
        rubrics=[(rubric["id"], rubric["title"]) for rubric in ancestor.rubrics],
        options=there["options"] if there else [],
        initial={"version": row.version, **(initial_of(there, section) if there else {"section": section})},
    )
    status, version = 200, form["version"].value()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            plan = adapting.with_own(row.plan, name, form.own(), form.cleaned_data["section"])
            try:
                adaptations.change(row, if_version=form.cleaned_data["version"], by=request.user, plan=plan)
            except ValidationFailed as refused:
                form.tell(refused)
            except VersionStale:
                news = _(
                    "Your version was changed in another window meanwhile. Nothing that you typed is lost: save again."
                )
                form.add_error(None, ValidationError(news, code="version-stale"))
                status, version = 409, row.version
            except DomainError as refused:
                form.add_error(None, ValidationError(str(refused.detail), refused.code))
            else:
                messages.success(request, _("The question is saved."))
                return redirect(f"{reverse('adaptation', args=[row.pk])}#item-{name}")
    return page(request, "adaptation_question", form=form, version=version, row=row, is_new=is_new, status=status)


# --- A look at it, and bringing it back -------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def preview(request: Request, pk: UUID) -> HttpResponse:
    """The desk as a student would find it; nothing is kept."""
    row = lessons_access.adaptation(request.user, pk)
    made = adaptations.adapted(row)
    missing = list(dict.fromkeys(adaptations.sentence(trouble) for trouble in made.troubles))
    return trying.desk_of(
        request,
        row.ancestor.lesson,
        Document(made.document),
        title=row.title,
        missing=missing,
        instructions=row.instructions,
    )


@require_POST
@login_required
def bring_back(request: Request, pk: UUID) -> HttpResponse:
    row = adaptations.bring_back(lessons_access.adaptation_to_change(request.user, pk), by=request.user)
    messages.success(request, _("“%(title)s” is back.") % {"title": row.title})
    return redirect("adaptation", pk=pk)
