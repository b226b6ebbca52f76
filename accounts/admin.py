"""People, schools and classes in Django's admin; the log of what was done to them, to read.

What changes who may come in goes through the same actions as everywhere else, and so into the log.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Count, F, Q, QuerySet
from django.forms import BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions, audit
from accounts.models import AuditEntry, Classroom, DeviceToken, Membership, School, User
from destalin_site.common.admin import LookOnly, LookOnlyInline
from destalin_site.common.names import NameFormField


def without_pages_of(package: str) -> None:
    """Takes the pages away that a package of allauth brings for its own rows.

    They show the secret of a second factor, and change addresses and sessions past the log. Loaded here first, since a
    page that is registered later would come back.
    """
    import_module(f"allauth.{package}.admin")
    for model in apps.get_app_config(package).get_models():
        if admin.site.is_registered(model):
            admin.site.unregister(model)


for package in ("account", "mfa", "socialaccount", "usersessions"):
    without_pages_of(package)


def acting(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


class ChangedColumns(admin.ModelAdmin):
    """A save writes the columns that the form changed, and leaves what somebody else changed meanwhile."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[*columns.intersection(form.changed_data), *self.also_saved])

    also_saved: Sequence[str] = ()


class Named(forms.ModelForm):
    """Names go through the one normalizer here too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "display_name"):
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, forms.CharField)
                self.fields[name] = NameFormField(
                    label=field.label, max_length=field.max_length or 200, help_text=field.help_text
                )


class PersonForm(Named, UserChangeForm):
    pass


class NewPersonForm(Named, AdminUserCreationForm):
    pass


class DeviceInline(LookOnlyInline):
    model = DeviceToken
    fields = readonly_fields = ("name", "created_at", "last_used_at", "expires_at", "revoked_at")


class AddressInline(LookOnlyInline):
    model = EmailAddress
    fields = readonly_fields = ("email", "primary", "verified")


class SecondFactorInline(LookOnlyInline):
    """Which second factors there are. Their secrets stand in another column."""

    model = Authenticator
    fields = readonly_fields = ("type", "created_at", "last_used_at")
    verbose_name = _("second factor")
    verbose_name_plural = _("second factors")


@admin.register(User)
class PersonAdmin(ChangedColumns, UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "display_name", "school", "teaches", "is_staff", "is_active")
    list_filter = ("teaches", "is_staff", "is_superuser", "is_active", "school", "groups")
    list_select_related = ("school",)
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    autocomplete_fields = ("school",)
    inlines = (DeviceInline, AddressInline, SecondFactorInline)
    actions = ("suspend", "reinstate", "shut_devices_out", "remove_second_factor")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email")}),
        (_("Here for"), {"fields": ("school", "teaches", "locale", "zone")}),
        (
            _("Rights"),
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions"),
                "description": _("Curators are in the groups Authors or Editors."),
            },
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "display_name",
                    "usable_password",
                    "password1",
                    "password2",
                    "school",
                    "teaches",
                ),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are suspended here: deleting one would take its work along."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        was_active = not change or User.objects.values_list("is_active", flat=True).get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        fields = sorted(form.changed_data)
        audit.record("person changed" if change else "person added", by=acting(request), about=obj, fields=fields)
        if was_active and not obj.is_active:
            actions.suspend(obj, by=acting(request))
        elif not was_active and obj.is_active:
            actions.reinstate(obj, by=acting(request))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Django's page; a new password ends what is signed in, as everywhere else."""
        before = User.objects.values_list("password", flat=True).filter(pk=id).first()
        response = super().user_change_password(request, id, form_url)
        after = User.objects.filter(pk=id).first()
        if after is not None and after.password != before:
            actions.end_sessions(after, by=acting(request))
            audit.record("password set", by=acting(request), about=after)
        return response

    @admin.action(description=_("Suspend: keep out from now on"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = list(queryset.exclude(pk=acting(request).pk).filter(is_active=True))
        for user in people:
            actions.suspend(user, by=acting(request))
        self._tell(request, ngettext("%(n)d person suspended.", "%(n)d people suspended.", len(people)), len(people))

    @admin.action(description=_("Let sign in again"), permissions=["change"])
    def reinstate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = list(queryset.filter(is_active=False))
        for user in people:
            actions.reinstate(user, by=acting(request))
        self._tell(request, ngettext("%(n)d person let in.", "%(n)d people let in.", len(people)), len(people))

    @admin.action(description=_("Sign out everywhere, devices too"), permissions=["change"])
    def shut_devices_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = list(queryset)
        for user in people:
            actions.end_sessions(user, by=acting(request))
        self._tell(request, ngettext("%(n)d person signed out.", "%(n)d people signed out.", len(people)), len(people))

    @admin.action(description=_("Remove the second factor, for who has lost it"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = acting(request)
        if not by.is_superuser:
            queryset = queryset.filter(is_superuser=False)
        people = [user for user in queryset if actions.remove_second_factor(user, by=by)]
        words = ngettext(
            "%(n)d person signs in with the password alone now.",
            "%(n)d people sign in with the password alone now.",
            len(people),
        )
        self._tell(request, words, len(people))

    def _tell(self, request: HttpRequest, words: str, n: int) -> None:
        self.message_user(request, words % {"n": n}, messages.SUCCESS)


@admin.register(School)
class SchoolAdmin(ChangedColumns):
    form = Named
    list_display = ("name", "zone", "teacher_code", "created_at")
    search_fields = ("name",)
    readonly_fields = ("created_at",)


class MembershipForm(forms.ModelForm):
    """A membership keeps its person, and says beside the field what the act would refuse."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["user"].disabled = True

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        user = self.cleaned_data.get("user")
        if "role" in self.changed_data and self.initial.get("role") == Membership.Role.OWNER:
            raise forms.ValidationError(_("Make another teacher the owner instead: this one becomes a teacher then."))
        if user is not None and role in (Membership.Role.OWNER, Membership.Role.TEACHER) and not user.teaches:
            raise forms.ValidationError(_("This person is not an approved teacher."))
        return role


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    fields = ("user", "role", "joined_at", "left_at")
    readonly_fields = ("joined_at", "left_at")
    autocomplete_fields = ("user",)
    extra = 0
    can_delete = False


@admin.register(Classroom)
class ClassroomAdmin(ChangedColumns):
    form = Named
    list_display = ("name", "school", "zone", "students", "archived_at", "created_at")
    list_filter = ("school", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("school",)
    search_fields = ("name", "join_code")
    fields = ("name", "zone", "school", "join_code", "archived_at", "created_at")
    readonly_fields = ("archived_at", "created_at")
    autocomplete_fields = ("school",)
    inlines = (MembershipInline,)
    actions = ("archive", "unarchive")
    also_saved = ("version",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Classroom]:
        current = Q(memberships__role="student", memberships__left_at=None)
        return super().get_queryset(request).annotate(student_count=Count("memberships", filter=current))

    @admin.display(description=_("students"), ordering="student_count")
    def students(self, obj: Any) -> int:
        return obj.student_count

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Classes are archived: deleting one would take its work along."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:
        """Memberships are changed by the actions, so that what hangs on them follows."""
        by = acting(request)
        for row in formset.save(commit=False):
            if row._state.adding:
                actions.enrol(row.classroom, row.user, role=row.role, by=by)
            else:
                actions.change_role(row, role=row.role, by=by)

    def save_model(self, request: HttpRequest, obj: Classroom, form: Any, change: bool) -> None:
        obj.version = F("version") + 1 if change else 1
        super().save_model(request, obj, form, change)
        obj.refresh_from_db(fields=["version"])
        fields = sorted(form.changed_data)
        audit.record("class changed" if change else "class added", by=acting(request), about=obj, fields=fields)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Classroom]) -> None:
        for room in list(queryset.filter(archived_at=None)):
            actions.archive(room, by=acting(request))

    @admin.action(description=_("Open again"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: QuerySet[Classroom]) -> None:
        for room in list(queryset.exclude(archived_at=None)):
            actions.unarchive(room, by=acting(request))


@admin.register(DeviceToken)
class DeviceAdmin(LookOnly):
    list_display = ("name", "user", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "user__display_name")
    fields = readonly_fields = ("name", "user", "created_at", "last_used_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description=_("Shut out"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[DeviceToken]) -> None:
        for device in list(queryset):
            actions.revoke_device(device, by=acting(request))


class AuditList(ChangeList):
    """A page of the log, with the names of all whom it speaks of found at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = audit.named(self.result_list)


@admin.register(AuditEntry)
class AuditAdmin(LookOnly):
    list_display = ("at", "action", "who", "about")
    list_filter = ("action",)
    search_fields = ("subject_id", "action")
    date_hierarchy = "at"
    fields = readonly_fields = ("at", "action", "who", "about", "subject_id", "facts")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AuditList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        return audit.named([found])[0] if found else None

    @admin.display(description=_("who"), ordering="actor")
    def who(self, obj: AuditEntry) -> str:
        """The name, or the id of somebody who is gone."""
        return str(_("system")) if obj.actor_id is None else obj.who  # type: ignore[attr-defined]

    @admin.display(description=_("about"), ordering="subject_type")
    def about(self, obj: AuditEntry) -> str:
        """What kind of thing, and which: by name, or by its id where it is gone."""
        return obj.about  # type: ignore[attr-defined]
