"""How allauth behaves here."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from destalin_site.common import text

LONGEST_NAME: Final = 255  # one letter more than an e-mail address may have, so that what is cut is nobody's


class Site(NamedTuple):
    """What letters call the site: its own name, where allauth would take the Host header."""

    name: str
    domain: str


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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Looks a name up no further than any name reaches: SQLite breaks on a comparison of 50,000 letters."""
        cut = {name: str(credentials[name])[:LONGEST_NAME] for name in ("username", "email") if credentials.get(name)}
        return super().authenticate(request, **{**credentials, **cut})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = Site(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _ours(super().get_email_confirmation_url(request, emailconfirmation))

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: forms.Form, commit: bool = True
    ) -> AbstractBaseUser:
        """Keeps the display name that the sign-up form asked for."""
        assert isinstance(user, User)
        user.display_name = form.cleaned_data.get("display_name") or form.cleaned_data.get("username") or ""
        return super().save_user(request, user, form, commit)


def _ours(url: str) -> str:
    """The same page at the site's own address: what goes out by mail never repeats the Host header of a request."""
    if not settings.PRODUCTION:
        return url
    here = urlsplit(settings.SITE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc))


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
