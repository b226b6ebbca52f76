"""What stands in the head of every page, by what a person is here for.

Composed here, above the apps: none of them knows the pages of the others.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
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
    """The head's links, and the list beside the pages of one's own settings."""
    user = getattr(request, "user", None) or AnonymousUser()
    return {"nav": _items(request, user), "settings_nav": _settings(request) if user.is_authenticated else []}


def _items(request: HttpRequest, user: User | AnonymousUser) -> list[Item]:
    also = ("/courses/", "/lessons/", "/sources/", "/glossary/", "/people/", "/timeline/")
    catalogue = _item(request, _("Catalogue"), "catalogue", also=also)
    if not user.is_authenticated:
        return [catalogue]
    items = [
        _item(request, _("Today"), "today", also=("/work/",)),
        catalogue,
        _item(request, _("Classes"), "classrooms", also=("/assign", "/submissions/")),
    ]
    if user.teaches:
        items.append(_item(request, _("My adaptations"), "adaptations"))
    if getattr(request, "session", {}).get(CURATES):
        items.append(_item(request, _("Curate"), "wagtailadmin_home"))
    if user.is_superuser:
        items.append(_item(request, _("Administration"), "admin:index"))
    return items


def _settings(request: HttpRequest) -> list[Item]:
    return [
        _item(request, _("Name and time zone"), "settings", exactly=True),
        _item(request, _("Password"), "account_change_password"),
        _item(request, _("E-mail"), "account_email"),
        _item(request, _("Two-step sign-in"), "mfa_index"),
        _item(request, _("Browsers"), "usersessions_list"),
        _item(request, _("Devices"), "devices"),
    ]


def _item(
    request: HttpRequest, label: str | Promise, name: str, *, also: tuple[str, ...] = (), exactly: bool = False
) -> Item:
    """`also` are the beginnings of other addresses that this link stands for."""
    url = reverse(name)
    here = request.path_info
    return Item(label, url, here == url if exactly else here.startswith((url, *also)))
