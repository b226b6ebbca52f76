"""Pages about people and classes."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, actions, boards
from accounts.forms import (
    AddMemberForm,
    ClassroomForm,
    ClassroomSettingsForm,
    CodeForm,
    RoleForm,
    SettingsForm,
    TeacherCodeForm,
    tell,
)
from accounts.models import Membership, User
from destalin_site.common import undo
from destalin_site.common.errors import DomainError, RateLimited, ValidationFailed, VersionStale

show_or_do = require_http_methods(["GET", "HEAD", "POST"])


class Request(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def page(request: HttpRequest, template: str, /, **values: Any) -> TemplateResponse:
    return TemplateResponse(request, f"accounts/{template}.html", values)


def page_again(request: HttpRequest, template: str, form: Form, error: DomainError, /, **values: Any) -> HttpResponse:
    """The page with its form, what was typed in it, and why the act was refused."""
    tell(form, error)
    response = page(request, template, form=form, **values)
    # A form that comes back is a page like any other. Whoever tries codes by machine is to hear when to stop.
    if isinstance(error, RateLimited):
        response.status_code = error.status
        response["Retry-After"] = str(error.extra["retry_after"])
    return response


# --- Where one begins -----------------------------------------------------------------------------------------


@require_safe
@login_required
def home(request: Request) -> HttpResponse:
    """Where a person goes after signing in, by what she is here for."""
    user = request.user
    in_a_class = Membership.objects.current().filter(user=user).exists()
    if in_a_class or user.teaches:
        target = _address("today") or reverse("classrooms")
    elif user.is_superuser:
        target = reverse("admin:index")
    elif user.has_perm("wagtailadmin.access_admin"):
        target = reverse("wagtailadmin_home")
    elif user.is_staff:
        target = reverse("admin:index")
    else:
        target = reverse("classrooms")
    return _speaking(redirect(target), user.locale)


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _speaking(response: HttpResponse, locale: str) -> HttpResponse:
    """Lets the pages of this browser speak the language that the person chose."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        locale,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
    return response


# --- Classes --------------------------------------------------------------------------------------------------


@require_safe
@login_required
def classrooms(request: Request) -> HttpResponse:
    """My classes."""
    return page(request, "classrooms", classes=boards.class_list(request.user), may_open=request.user.teaches)


@show_or_do
@login_required
def classroom_open(request: Request) -> HttpResponse:
    """A new class; or, for who may not, how to become an approved teacher."""
    user = request.user
    if not user.teaches:
        return page(request, "not_a_teacher", form=TeacherCodeForm())
    form = ClassroomForm(request.POST or None, initial={"zone": user.own_zone})
    if request.method == "POST" and form.is_valid():
        classroom = actions.open_classroom(**form.cleaned_data, by=user)
        messages.success(request, _("%(name)s is open. Students join with the code below.") % {"name": classroom.name})
        return redirect("join-code", pk=classroom.pk)
    return page(request, "classroom_open", form=form)


@require_POST
@login_required
def teacher_code(request: Request) -> HttpResponse:
    """A school's teacher code makes a teacher."""
    form = TeacherCodeForm(request.POST)
    if form.is_valid():
        try:
            school = actions.use_teacher_code(request.user, code=form.cleaned_data["code"], by=request.user)
        except DomainError as error:
            return page_again(request, "not_a_teacher", form, error)
        messages.success(request, _("You are a teacher at %(school)s now.") % {"school": school.name})
        return redirect("classroom-open")
    return page(request, "not_a_teacher", form=form)


@show_or_do
def join(request: HttpRequest) -> HttpResponse:
    """Joining a class by its code; whoever has no account yet makes one with it."""
    code = request.GET.get("code", "")[:40]
    if not isinstance(request.user, User):
        return _join_first(request, code)
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"code": code})
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.join_classroom(code=form.cleaned_data["code"], by=request.user)
        except DomainError as error:
            return page_again(request, "join", form, error)
        messages.success(request, _("You are in %(name)s.") % {"name": membership.classroom.name})
        return redirect(boards.class_url(membership.classroom_id))
    return page(request, "join", form=form)


def _join_first(request: HttpRequest, code: str) -> HttpResponse:
    """A code that holds leads on to an account; any other is told at once, beside the field to type it in again."""
    if request.method != "POST" and not code:
        return redirect("account_signup")
    form = CodeForm(request.POST if request.method == "POST" else {"code": code})
    if form.is_valid():
        try:
            found = actions.try_code(form.cleaned_data["code"], address=get_adapter().get_client_ip(request))
        except DomainError as error:
            return page_again(request, "join", form, error)
        return redirect(f"{reverse('account_signup')}?{urlencode({'code': found})}")
    return page(request, "join", form=form)


@require_safe
@login_required
def join_code(request: Request, pk: UUID) -> HttpResponse:
    """The join code, large enough for a projector."""
    classroom = access.classroom_to_run(request.user, pk)
    code = classroom.join_code
    middle = len(code) // 2
    return page(
        request,
        "join_code",
        classroom=classroom,
        code=f"{code[:middle]}-{code[middle:]}",
        address=request.build_absolute_uri(reverse("join")),
        link=request.build_absolute_uri(f"{reverse('join')}?{urlencode({'code': code})}"),
    )


@require_POST
@login_required
def join_code_change(request: Request, pk: UUID) -> HttpResponse:
    actions.rotate_join_code(access.classroom_to_run(request.user, pk), by=request.user)
    messages.success(request, _("This is the new code. The old one lets nobody in any more."))
    return redirect("join-code", pk=pk)


@show_or_do
@login_required
def classroom_settings(request: Request, pk: UUID) -> HttpResponse:
    """Name and zone of a class, its code, and its archive."""
    classroom = access.classroom_to_run(request.user, pk)
    form = ClassroomSettingsForm.of(classroom, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_classroom(classroom, version=form.cleaned_data["version"], **form.changes(), by=request.user)
        except VersionStale:
            classroom = access.classroom_to_run(request.user, pk)
            form = form.upon(classroom)
        else:
            messages.success(request, _("Saved."))
            return redirect("classroom-settings", pk=pk)
    return page(
        request,
        "classroom_settings",
        classroom=classroom,
        form=form,
        staying=[each.words for each in boards.staying(classroom)],
    )


@show_or_do
@login_required
def classroom_archive(request: Request, pk: UUID) -> HttpResponse:
    """Says what archiving means, and does it."""
    classroom = access.classroom_to_run(request.user, pk)
    if request.method == "POST":
        actions.archive(classroom, by=request.user)
        undo.offer(
            request,
            _("%(name)s is archived. Everything in it can still be read.") % {"name": classroom.name},
            url=reverse("classroom-unarchive", kwargs={"pk": pk}),
        )
        return redirect("classrooms")
    if classroom.archived:
        return redirect("classroom-settings", pk=pk)  # where it is opened again
    return page(
        request,
        "classroom_archive",
        classroom=classroom,
        unfinished=[each.words for each in boards.unfinished(classroom)],
    )


@require_POST
@login_required
def classroom_unarchive(request: Request, pk: UUID) -> HttpResponse:
    classroom = actions.unarchive(access.classroom_to_run(request.user, pk), by=request.user)
    messages.success(request, _("%(name)s is open again, as it was.") % {"name": classroom.name})
    return redirect(boards.class_url(pk))


@show_or_do
@login_required
def classroom_leave(request: Request, pk: UUID) -> HttpResponse:
    """Says what leaving means, and does it."""
    classroom = access.classroom_to_see(request.user, pk)
    membership = access.membership_in(request.user, classroom)
    if request.method == "POST":
        actions.leave(membership, by=request.user)
        messages.success(request, _("You have left %(name)s. Your work there is kept.") % {"name": classroom.name})
        return redirect("classrooms")
    return page(request, "classroom_leave", classroom=classroom, is_owner=membership.role == Membership.Role.OWNER)


# --- Members --------------------------------------------------------------------------------------------------


def _members_page(request: Request, pk: UUID, form: AddMemberForm | None = None) -> HttpResponse:
    classroom = access.classroom_to_see(request.user, pk)
    roster = boards.roster(classroom, request.user)
    return page(
        request,
        "members",
        classroom=classroom,
        roster=roster,
        roles=[choice for choice in Membership.Role.choices if choice[0] != Membership.Role.OWNER],
        form=form or AddMemberForm(may_give_roles=roster.may_own),
    )


@show_or_do
@login_required
def members(request: Request, pk: UUID) -> HttpResponse:
    """Who is in the class; whoever runs it also adds people here."""
    if request.method != "POST":
        return _members_page(request, pk)
    classroom = access.classroom_to_run(request.user, pk)
    form = AddMemberForm(request.POST, may_give_roles=access.owns(request.user, classroom))
    if form.is_valid():
        try:
            member = actions.add_member(classroom, **form.cleaned_data, by=request.user)
        except ValidationFailed as error:
            tell(form, error)
        else:
            messages.success(request, _("%(name)s is in the class.") % {"name": member.user})
            return redirect("members", pk=pk)
    return _members_page(request, pk, form)


@require_POST
@login_required
def member_remove(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    found = actions.remove_member(access.member_to_manage(request.user, pk, member), by=request.user)
    undo.offer(
        request,
        _("%(name)s is no longer in the class. All the work is kept.") % {"name": found.user},
        url=reverse("member-restore", kwargs={"pk": pk, "member": member}),
    )
    return redirect("members", pk=pk)


@require_POST
@login_required
def member_restore(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    found = actions.restore_member(access.member_to_manage(request.user, pk, member), by=request.user)
    messages.success(request, _("%(name)s is back, with all the work.") % {"name": found.user})
    return redirect("members", pk=pk)


@show_or_do
@login_required
def member_role(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    """Another role for a member; handing the class over is one."""
    found = access.member_to_promote(request.user, pk, member)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.change_role(found, role=form.cleaned_data["role"], by=request.user)
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(
                request,
                _("%(name)s: %(role)s.") % {"name": found.user, "role": found.get_role_display()},
            )
            return redirect("members", pk=pk)
    return page(request, "member_role", classroom=found.classroom, member=found, name=str(found.user), form=form)


@never_cache
@show_or_do
@login_required
def member_password(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    """A fresh password for a student: the first click asks, the second makes it and shows it once."""
    found = access.member_to_manage(request.user, pk, member)
    fresh = actions.reset_password(found, by=request.user) if request.method == "POST" else ""
    return page(
        request,
        "member_password",
        classroom=found.classroom,
        name=str(found.user),
        username=found.user.username,
        fresh=fresh,
        allowed=bool(fresh) or found.user_id in actions.only_students([found.user]),
        elsewhere=found.user_id in actions.in_classes_of_others([found.user], request.user),
    )


@require_safe
@login_required
def class_print(request: Request, pk: UUID) -> HttpResponse:
    """The class list with user names, to print and cut up."""
    classroom = access.classroom_to_run(request.user, pk)
    roster = boards.roster(classroom, request.user)
    return page(
        request,
        "class_print",
        classroom=classroom,
        students=roster.students,
        address=request.build_absolute_uri(reverse("account_login")),
    )


# --- Settings -------------------------------------------------------------------------------------------------


@show_or_do
@login_required
def my_settings(request: Request) -> HttpResponse:
    """Name, zone and language."""
    user = request.user
    form = SettingsForm.of(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.update_me(user, **form.cleaned_data, by=user)
        messages.success(request, _("Saved."))
        return _speaking(redirect("settings"), user.locale)
    return page(request, "settings", form=form, username=user.username, school=user.school)


@require_safe
@login_required
def devices(request: Request) -> HttpResponse:
    """The devices on which an app is signed in."""
    return page(request, "devices", devices=boards.devices(request.user, request.user.own_zone))


@require_POST
@login_required
def device_revoke(request: Request, pk: UUID) -> HttpResponse:
    device = access.device_to_revoke(request.user, pk)
    actions.revoke_device(device, by=request.user)
    messages.success(request, _("%(device)s is signed out.") % {"device": device.name})
    return redirect("devices")
