"""Who is calling the API."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.api.tokens import APP_SESSION, digest
from accounts.models import DeviceToken, User
from destalin_site.common import clock
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
    now = clock.now()
    row = DeviceToken.objects.select_related("user").filter(digest=digest(token)).first()
    if row is None or row.revoked_at is not None or not row.user.is_active:
        raise AuthenticationFailed(_("This token is not good."), code="unauthenticated")
    if row.expires_at <= now:
        raise AuthenticationFailed(_("This token has run out."), code="token-expired")
    if now - row.last_used_at > RENEWED_EVERY:
        DeviceToken.objects.filter(pk=row.pk).update(
            last_used_at=now, expires_at=now + timedelta(days=settings.DEVICE_TOKEN_DAYS)
        )
    return row.user


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
    """Who calls a plain view of the API: by token, else by session."""
    if header := request.headers.get("Authorization", ""):
        return user_of_token(header)
    return request.user if isinstance(request.user, User) and not _of_an_app(request) else None


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
