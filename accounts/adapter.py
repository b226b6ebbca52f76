"""How allauth behaves here."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from destalin_site.common import text

LONGEST_NAME: Final = 255  # one letter more than an e-mail address may have, so that what is cut is nobody's


_NO_MATCH: Final = gettext_lazy(
    "This name and this password do not belong together. Check both; capital letters count in the password."
)
_WAIT: Final = gettext_lazy("That was wrong too often. Wait five minutes, then try again; nothing is locked for good.")
_WRONG_CODE: Final = gettext_lazy("This code is not right. Look again: it changes every half minute.")
_CONFIRM_FIRST: Final = gettext_lazy(
    "First show that your e-mail address is yours: click on the link in the letter that we sent to it."
)


class Site(NamedTuple):
    """What letters call the site: its own name, where allauth would take the Host header."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is suspended. Ask your teacher, or whoever runs this site."),
        "cannot_remove_primary_email": gettext_lazy("This address is in use. Choose another one first."),
        "duplicate_email": gettext_lazy("You have given this address already."),
        "email_password_mismatch": _NO_MATCH,
        "email_taken": gettext_lazy("Another account has this e-mail address."),
        "enter_current_password": gettext_lazy("This is not the password that you have now."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": gettext_lazy("This is not your password."),
        "invalid_login": _NO_MATCH,
        "invalid_or_expired_key": gettext_lazy("This link no longer works. Have a new one sent."),
        "invalid_password_reset": gettext_lazy("This link no longer works. Have a new one sent."),
        "max_email_addresses": gettext_lazy("You can give %d addresses at most."),
        "rate_limited": _WAIT,
        "same_as_current": gettext_lazy("This is the one that you have now."),
        "too_many_login_attempts": _WAIT,
        "unknown_email": gettext_lazy("No account has this e-mail address."),
        "unverified_primary_email": _CONFIRM_FIRST,
        "username_blacklisted": gettext_lazy("This user name cannot be had. Choose another one."),
        "username_password_mismatch": _NO_MATCH,
    }

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


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": gettext_lazy(
            "With two-step sign-in an address cannot be added. Turn it off, add the address, and turn it on again."
        ),
        "cannot_delete_authenticator": gettext_lazy("Two-step sign-in cannot be turned off for this account."),
        "cannot_generate_recovery_codes": gettext_lazy("Turn on two-step sign-in first: spare codes belong to it."),
        "incorrect_code": _WRONG_CODE,
        "unverified_email": _CONFIRM_FIRST,
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        return _("Key %(n)d") % {"n": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}


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
