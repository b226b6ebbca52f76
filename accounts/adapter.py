"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from destalin_site.common import text


class AccountAdapter(DefaultAccountAdapter):
    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A user name that no other looks like. One with an @ could pass for somebody's e-mail address."""
        username = User.normalize_username(username)
        if "@" in username:
            raise ValidationError(_("A user name has no @ in it."), code="username_at")
        username = super().clean_username(username, shallow=True)
        if not shallow and taken(username):
            raise ValidationError(
                _("This user name is taken, or looks like one that is. %(free)s is free.") % {"free": free(username)},
                code="username_taken",
            )
        return username

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: forms.Form, commit: bool = True
    ) -> AbstractBaseUser:
        """Keeps the display name that the sign-up form asked for."""
        assert isinstance(user, User)
        user.display_name = form.cleaned_data.get("display_name") or form.cleaned_data.get("username") or ""
        return super().save_user(request, user, form, commit)


def taken(username: str) -> bool:
    """Whether somebody has this user name, or one that looks like it."""
    return User.objects.filter(username_look=text.look(username)).exists()


def free(username: str) -> str:
    """A user name near `username` that nobody has."""
    stem = username[:140]
    number = 2
    while taken(f"{stem}{number}"):
        number += 1
    return f"{stem}{number}"
