"""What follows when allauth or Django does something to an account."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from allauth.usersessions.signals import on_password_changed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q
from django.db.models.signals import pre_save
from django.http import HttpRequest

from accounts import actions, audit
from accounts.models import User
from destalin_site.common import text
from destalin_site.common.actor import SYSTEM


def a_new_password_ends_what_is_signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Devices and other sessions. The page on which it was changed stays; an app signs in again."""
    headless = is_headless_request(request)
    key = "" if headless else (request.session.session_key or "")
    actions.end_sessions(user, by=user, except_key=key)
    if headless:
        logout(request)


def client(request: HttpRequest | None) -> str:
    """What somebody signs in with: a browser, or an app."""
    return "app" if request is not None and is_headless_request(request) else "web"


def who_signs_in_is_written_down(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    audit.record("signed in", by=user, about=user, client=client(request))


def who_signs_out_is_written_down(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record("signed out", by=user, about=user, client=client(request))


def a_failed_sign_in_is_written_down(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """With what was typed as the name only if it is somebody's: people type passwords there by mistake."""
    typed = str(credentials.get("username") or credentials.get("email") or "")
    user = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).first() if typed else None
    facts = {"name": typed} if user else {}
    audit.record("sign-in failed", by=SYSTEM, about=user, client=client(request), **facts)


def a_failed_second_factor_is_written_down(
    request: HttpRequest | None, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    audit.record("second factor failed", by=SYSTEM, about=user, client=client(request), kinds=[authenticator.type])


def a_new_second_factor_is_written_down(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.record("second factor added", by=user, about=user, kinds=[authenticator.type])


def a_second_factor_given_up_is_written_down(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.record("second factor removed", by=user, about=user, kinds=[authenticator.type])


def loaded_people_have_a_look(instance: User, raw: bool, **kwargs: Any) -> None:
    """`loaddata` writes columns as they are, past LookField: fixtures need not name what follows from the user name."""
    if raw:
        instance.username_look = text.look(instance.username)


def connect() -> None:
    for signal in (password_changed, password_set):
        # allauth's own receiver reads the session that ours may end, so it goes first.
        signal.connect(on_password_changed)
    for signal in (password_changed, password_set, password_reset):
        signal.connect(a_new_password_ends_what_is_signed_in, dispatch_uid="accounts.new_password")
    for signal, receiver in (
        (user_logged_in, who_signs_in_is_written_down),
        (user_logged_out, who_signs_out_is_written_down),
        (user_login_failed, a_failed_sign_in_is_written_down),
        (authentication_failed, a_failed_second_factor_is_written_down),
        (authenticator_added, a_new_second_factor_is_written_down),
        (authenticator_removed, a_second_factor_given_up_is_written_down),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")
    pre_save.connect(loaded_people_have_a_look, sender=User, dispatch_uid="accounts.look")
