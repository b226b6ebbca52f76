"""What follows when allauth or Django does something to an account."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core.internal.httpkit import is_headless_request
from allauth.usersessions.signals import on_password_changed
from django.db.models.signals import pre_save
from django.http import HttpRequest

from accounts import actions
from accounts.models import User
from destalin_site.common import text


def a_new_password_ends_what_is_signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Devices and other sessions. The page on which it was changed stays; an app signs in again."""
    headless = is_headless_request(request)
    key = "" if headless else (request.session.session_key or "")
    actions.end_sessions(user, by=user, except_key=key)
    if headless:
        logout(request)


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
    pre_save.connect(loaded_people_have_a_look, sender=User, dispatch_uid="accounts.look")
