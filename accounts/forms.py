"""Forms about people and classes."""

import zoneinfo
from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import Classroom, Membership, User
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import read_code
from destalin_site.common.names import NameFormField


def zones() -> list[tuple[str, str]]:
    """Every zone that a person would choose, without aliases of the machine."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/"))
    ] + [("UTC", "UTC")]


class SignupForm(forms.Form):
    """What sign-up asks beyond allauth's own fields."""

    display_name = NameFormField(
        label=_("Your name"), max_length=150, help_text=_("Your teacher and your classmates see this.")
    )
    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        required=False,
        help_text=_("Ten letters and digits, from your teacher. Teachers: your school's teacher code goes here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The link that a projector shows brings the code along, and so does the front page. Who came by a code came
        # to join: without it the account would lead to no class.
        request = context.request
        if request is not None and (code := request.GET.get("code", "")[:40]):
            self.fields["code"].initial = code
            self.fields["code"].required = True
            self.fields["code"].error_messages["required"] = gettext("Type the code of your class.")

    def clean_code(self) -> str:
        """The code as it is stored, when a class or a school takes somebody in with it."""
        typed: str = self.cleaned_data["code"]
        if not typed.strip():
            return ""
        code = read_code(typed)
        if not actions.takes_in(code):
            words = (
                _("No class takes anybody in with this code. Check it with your teacher.")
                if self.fields["code"].required
                else _("No class takes anybody in with this code. Check it, or leave it empty and join later.")
            )
            raise ValidationError(words, code="unknown-code")
        return code

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth calls this after the person is saved: brings her into the class, or makes her a teacher."""
        code = self.cleaned_data.get("code")
        if not code:
            return
        try:
            if actions.is_teacher_code(code):
                actions.use_teacher_code(user, code=code, by=user)
            else:
                actions.join_classroom(code=code, by=user)
        except DomainError as error:
            # The class filled up or closed meanwhile. The account stands, and the join page is one click away.
            messages.warning(request, str(error.detail))


class ClassroomForm(forms.Form):
    name = NameFormField(label=_("Name of the class"), max_length=120)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Due times of this class are meant in this zone.")
    )


class ClassroomSettingsForm(ClassroomForm):
    """A class's name and zone, upon the version that the page showed.

    The page also says what it showed in each field, so that what somebody else changed meanwhile is not taken for a
    change of hers.
    """

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "zone"):
            self.fields[name].show_hidden_initial = True

    @classmethod
    def of(cls, classroom: Classroom, data: Any = None) -> "ClassroomSettingsForm":
        return cls(data, initial={"name": classroom.name, "zone": classroom.zone, "version": classroom.version})

    def changes(self) -> dict[str, Any]:
        """What she changed, and nothing that the page merely showed."""
        return {name: self.cleaned_data[name] for name in ("name", "zone") if name in self.changed_data}

    def upon(self, classroom: Classroom) -> "ClassroomSettingsForm":
        """This form, filled in upon the class as it is now: what was typed is kept, and what has changed is said."""
        shown = {name: self.data.get(self[name].html_initial_name, "") for name in ("name", "zone")}
        now = {"name": classroom.name, "zone": classroom.zone}
        fresh = type(self)(
            {
                **now,
                **self.changes(),
                **{self[name].html_initial_name: value for name, value in now.items()},
                "version": classroom.version,
            }
        )
        fresh.add_error(
            None,
            gettext("Somebody else has changed this class since you opened the page. Look at it, and save once more."),
        )
        for name, value in now.items():
            if value != shown[name]:
                fresh.add_error(name, gettext("It has been changed to “%(now)s” meanwhile.") % {"now": value})
        return fresh


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        help_text=_("Ten letters and digits. Capitals, spaces and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class TeacherCodeForm(CodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("Teacher code")
        self.fields["code"].help_text = gettext("Your school's administrator has it. With it you may open classes.")


class AddMemberForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Somebody of your school, or who was in this class before. Everybody else joins with the code."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Membership.Role.STUDENT, _("student")),
            (Membership.Role.ASSISTANT, _("assistant: grades, changes nothing else")),
            (Membership.Role.TEACHER, _("teacher")),
        ],
    )

    def __init__(self, *args: Any, may_give_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_give_roles:
            self.fields["role"] = forms.ChoiceField(
                choices=[(Membership.Role.STUDENT, "")], initial=Membership.Role.STUDENT, widget=forms.HiddenInput
            )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)


class SettingsForm(forms.Form):
    display_name = NameFormField(
        label=_("Your name"), max_length=150, help_text=_("Your teacher and your classmates see this.")
    )
    zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        choices=lambda: [("", gettext("The zone of each class")), *zones()],
        help_text=_("Due times are always told in the class's zone, and in yours beside it when they differ."),
    )
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, user: User, data: Any = None) -> "SettingsForm":
        return cls(data, initial={"display_name": user.display_name, "zone": user.zone, "locale": user.locale})


def tell(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal beside the field that it is about, else on top of the form."""
    for row in error.extra.get("errors", []):
        field = row["pointer"].strip("/")
        form.add_error(field if field in form.fields else None, ValidationError(row["message"], code=row["code"]))
    if not error.extra.get("errors"):
        first = "code" if "code" in form.fields else None
        form.add_error(first, ValidationError(str(error.detail), code=error.code))
