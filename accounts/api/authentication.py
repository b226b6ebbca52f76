"""Who is calling the API."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from accounts.api.tokens import APP_SESSION, digest
from accounts.models import DeviceToken, User
from destalin_site.common import clock
from destalin_site.common.prepared import Prepared
from destalin_site.common.problems import CHALLENGE

RENEWED_EVERY = timedelta(hours=1)  # a token slides by at most one write an hour


def token_of(header: str) -> str | None:
    """The bearer token that an Authorization header names, or None."""
    scheme, _space, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def user_of_token(header: str) -> User | None:
    """The person whose device sent this Authorization header; None when it names no bearer token.

    Raises AuthenticationFailed for a token that is unknown, expired or revoked, or of a suspended person: a bad
    token is never taken for an anonymous caller.
    """
    token = token_of(header)
    if token is None:
        return None
    row: DeviceToken | None = _DEVICE_AND_USER.first_object(digest=digest(token))
    if row is None:
        raise _not_good()
    _check(row.pk, row.user.is_active, row.revoked_at, row.expires_at, row.last_used_at)
    return row.user


_DEVICE_AND_USER = Prepared(lambda digest: DeviceToken.objects.select_related("user").filter(digest=digest), digest=str)
_DEVICE = Prepared(
    lambda digest: DeviceToken.objects.filter(digest=digest).values_list(
        "user_id", "id", "user__is_active", "revoked_at", "expires_at", "last_used_at"
    ),
    digest=str,
)


def _pk_of_token(token: str) -> UUID:
    """Whose device this is, by the cheapest query. Raises as `user_of_token` does."""
    row = _DEVICE.first(digest=digest(token))
    if row is None:
        raise _not_good()
    pk, *device = row
    _check(*device)
    return pk


def _check(device: UUID, active: bool, revoked_at: datetime | None, expires_at: datetime, used_at: datetime) -> None:
    now = clock.now()
    if revoked_at is not None or not active:
        raise _not_good()
    if expires_at <= now:
        raise AuthenticationFailed(_("This token has run out."), code="token-expired")
    if now - used_at > RENEWED_EVERY:
        DeviceToken.objects.filter(pk=device).update(
            last_used_at=now, expires_at=now + timedelta(days=settings.DEVICE_TOKEN_DAYS)
        )


def _not_good() -> AuthenticationFailed:
    return AuthenticationFailed(_("This token is not good."), code="unauthenticated")


class DeviceTokenAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = user_of_token(request.headers.get("Authorization", ""))
        return (user, None) if user else None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """Our pages use the same endpoints, with their session cookie and CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        return None if found and _of_an_app(request._request) else found

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def caller(request: HttpRequest) -> User | None:
    """Who calls a plain view of the API: by token, else by session.

    By token the person comes without her columns, which are read when somebody asks for one: most hot reads need
    only to know who it is.
    """
    token = token_of(request.headers.get("Authorization", ""))
    if token is not None:
        return User.from_db(None, ["id"], [_pk_of_token(token)])
    return request.user if isinstance(request.user, User) and not _of_an_app(request) else None


def signed_in(request: HttpRequest) -> User:
    """The caller of a plain view that lets nobody in without signing in."""
    found = caller(request)
    if found is None:
        raise NotAuthenticated
    return found


def _of_an_app(request: HttpRequest) -> bool:
    """Whether the session is one that an app holds for allauth: it opens nothing here, even as a cookie."""
    return bool(request.session.session_key and request.session.get(APP_SESSION))


def person(request: Request) -> User:
    """The caller of a view that lets nobody in without signing in."""
    assert isinstance(request.user, User)
    return request.user


class DeviceTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.DeviceTokenAuthentication"
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
