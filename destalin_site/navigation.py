"""What stands in the head of every page, by what a person is here for.

Composed here, above the apps: none of them knows the pages of the others.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CURATES = "curates"


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url: str
    current: bool


@receiver(user_logged_in)
def note_curators(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Kept in the session, so that a link in the head costs no page a query. What it leads to asks for itself."""
    if request is not None and hasattr(request, "session"):
        request.session[CURATES] = user.has_perm("wagtailadmin.access_admin")


def site(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None) or AnonymousUser()
    return {
        "nav": [item for item in _items(request, user) if item],
        "settings_nav": [item for item in _settings(request, user) if item],
        "home_url": _address("home") or _address("front"),
        "join_url": _address("join") or _address("account_signup"),
        "settings_url": _address("settings") or _address("account_change_password"),
    }


def _items(request: HttpRequest, user: User | AnonymousUser) -> list[Item | None]:
    items = [_item(request, _("Catalogue"), "catalogue", also=("/courses/", "/lessons/"))]
    if not user.is_authenticated:
        return items
    session = getattr(request, "session", {})
    curates = session.get(CURATES, False)
    items.insert(0, _item(request, _("Today"), "today", also=("/work/",)) or _item(request, _("Today"), "home"))
    items.append(_item(request, _("Classes"), "classrooms", also=("/assignments/", "/submissions/", "/assign/")))
    if curates:
        items.append(_item(request, _("Curate"), "wagtailadmin_home"))
    if user.is_superuser:
        items.append(_item(request, _("Administration"), "admin:index"))
    return items


def _settings(request: HttpRequest, user: User | AnonymousUser) -> list[Item | None]:
    if not user.is_authenticated:
        return []
    return [
        _item(request, _("Name and time zone"), "settings", exactly=True),
        _item(request, _("Password"), "account_change_password"),
        _item(request, _("E-mail"), "account_email"),
        _item(request, _("Two-factor authentication"), "mfa_index"),
        _item(request, _("Sessions"), "usersessions_list"),
        _item(request, _("Devices"), "devices"),
    ]


def _item(
    request: HttpRequest, label: str | Promise, name: str, *, also: tuple[str, ...] = (), exactly: bool = False
) -> Item | None:
    url = _address(name)
    if url is None:
        return None
    here = request.path_info
    current = here == url if exactly or url == "/" else here.startswith((url, *also))
    return Item(label, url, current)


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
