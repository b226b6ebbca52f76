"""What stands in the head of every page, by what a person is here for.

Composed here, above the apps: none of them knows the pages of the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assignments import boards

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


class NoticesMiddleware:
    """Counts, for the head of a page, what whoever is signed in has not read yet: one query, before the page is drawn.
    The parts that a page fetches, and pages whose head is not ours, are spared it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if isinstance(response, TemplateResponse) and _has_our_head(request) and isinstance(request.user, User):
            n = boards.unread_notices(request.user)
            response.context_data = {"unread_notices": Unread.of(n), **(response.context_data or {})}
        return response


@dataclass(frozen=True)
class Unread:
    """A count as the head shows it, and as it is read out."""

    shown: str
    words: str

    @classmethod
    def of(cls, n: int) -> "Unread | None":
        if not n:
            return None
        if n > boards.MOST:
            return cls(f"{boards.MOST}+", gettext("More than %(n)d are new.") % {"n": boards.MOST})
        return cls(str(n), ngettext("%(n)d is new.", "%(n)d are new.", n) % {"n": n})


def _has_our_head(request: HttpRequest) -> bool:
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return False
    return not request.path_info.startswith(("/cms/", "/admin/", "/api/"))


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
        _item(request, _("Notices"), "notice-settings"),
        _item(request, _("My work"), "own-work"),
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
