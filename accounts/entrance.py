"""allauth's forms, in our words: labels say what is asked, and no placeholder repeats them."""

from typing import Any

from allauth.account import forms
from django.forms import Form
from django.utils.translation import gettext_lazy as _


def _without_placeholders(form: Form) -> None:
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["login"].label = _("User name or e-mail address")
        # The page says underneath what to do without it.
        self.fields["password"].help_text = ""
        if remember := self.fields.get("remember"):
            remember.label = _("Stay signed in")
            remember.help_text = _("Not on a computer that others use.")


class SignUpForm(forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["username"].label = _("User name")
        self.fields["username"].help_text = _("For signing in. Nobody but your teachers sees it.")
        if email := self.fields.get("email"):
            email.label = _("E-mail address")
            email.help_text = _("Students need none.")
        self.order_fields(["code", "display_name", "username", "password1", "email"])


class ChangePasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ResetPasswordForm(forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["email"].label = _("E-mail address")
