"""Forms about people and classes."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """What sign-up asks beyond allauth's own fields."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=150, help_text=_("Your teacher and your classmates see this.")
    )

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth calls this after the person is saved."""
