"""Device tokens: what a signed-in app holds instead of a session."""

import hashlib
import secrets
from datetime import timedelta

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.http import HttpRequest

from accounts.models import DeviceToken
from destalin_site.common import clock


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def device_name(request: HttpRequest) -> str:
    """What the list of devices calls this one: `Device-Name`, else the head of the user agent."""
    words = request.headers.get("Device-Name") or request.headers.get("User-Agent") or "?"
    return "".join(character for character in words if character.isprintable())[:120] or "?"


class DeviceTokenStrategy(SessionTokenStrategy):
    """Hands out our `DeviceToken` as allauth's access token."""

    def create_access_token(self, request: HttpRequest) -> str | None:
        if not request.user.is_authenticated:
            return None
        token = secrets.token_urlsafe(32)
        now = clock.now()
        DeviceToken.objects.create(
            user=request.user,
            name=device_name(request),
            digest=digest(token),
            session_key=request.session.session_key or "",
            last_used_at=now,
            expires_at=now + timedelta(days=settings.DEVICE_TOKEN_DAYS),
        )
        return token
