"""Device tokens: what a signed-in app holds instead of a session."""

import hashlib
import secrets
from datetime import timedelta

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import DeviceToken
from destalin_site.common import clock

APP_SESSION = "app"  # marks a session that an app signed in with
APP_SESSION_SECONDS = 15 * 60


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def device_name(request: HttpRequest) -> str:
    """What the list of devices calls this one: `Device-Name`, else the head of the user agent."""
    words = request.headers.get("Device-Name") or request.headers.get("User-Agent") or "?"
    return "".join(character for character in words if character.isprintable())[:120] or "?"


class DeviceTokenStrategy(SessionTokenStrategy):
    """Hands out our `DeviceToken` as allauth's access token.

    allauth's own session token stands beside it, for what only allauth does (a password change, a second factor). It
    is the session key in clear: so it lives for minutes, goes with its device, and opens nothing of the API.
    """

    def lookup_session(self, session_token: str) -> SessionBase | None:
        session = super().lookup_session(session_token)
        # A session that has run out still exists until it is swept up.
        if session is None or not session.keys():
            return None
        return session

    def create_access_token(self, request: HttpRequest) -> str | None:
        if not request.user.is_authenticated:
            return None
        token = secrets.token_urlsafe(32)
        now = clock.now()
        request.session[APP_SESSION] = True
        request.session.set_expiry(APP_SESSION_SECONDS)
        DeviceToken.objects.create(
            user=request.user,
            name=device_name(request),
            digest=digest(token),
            session_key=request.session.session_key or "",
            last_used_at=now,
            expires_at=now + timedelta(days=settings.DEVICE_TOKEN_DAYS),
        )
        return token
