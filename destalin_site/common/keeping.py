"""What a page has worked out and asks to have confirmed, kept for an hour on the cache that all workers share.

The form has a token alone. A request with all that a large file would change is more than
DATA_UPLOAD_MAX_MEMORY_SIZE, and would be refused whole.
"""

import json
import secrets
import zlib
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

HOUR: Final = 60 * 60  # seconds in which what was shown can be confirmed


class Keeping:
    """A place of that name for each person, which holds one thing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def keep(self, values: list[Any], *, person: UUID, about: UUID) -> str:
        """Keeps plain values for this person, in place of whatever was kept here for her before, so that nobody fills
        the cache. Gives the token that `kept` asks for."""
        token = secrets.token_urlsafe(16)
        packed = zlib.compress(json.dumps(values).encode())
        cache.set(self._address(person), (token, str(about), packed), HOUR)
        return token

    def kept(self, token: str, *, person: UUID, about: UUID) -> list[Any] | None:
        """What was kept with this token, as often as somebody asks; None where it was not, for somebody else, about
        something else, too long ago, or where something newer took its place."""
        known, of, packed = cache.get(self._address(person), ("", "", b""))
        if not known or not constant_time_compare(known, token) or of != str(about):
            return None
        values: list[Any] = json.loads(zlib.decompress(packed))
        return values

    def _address(self, person: UUID) -> str:
        return f"kept:{self._name}:{person}"
