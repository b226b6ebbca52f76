"""Time tokens: what a device brings back to show when it was last in touch with this site (`device_clock`)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from django.core import signing
from django.utils.dateparse import parse_datetime

from assignments.device_clock import Token

_SALT: Final = "assignments.time-token"
BOOT: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_MS: Final = dt.timedelta(milliseconds=1)


def give(user: str, *, boot: str, device_time: str, now: dt.datetime) -> str:
    """The token of a contact at `now` with a device that says `boot` and `device_time`; "" where they cannot be
    read."""
    said = _moment(device_time)
    if said is None or not BOOT.fullmatch(boot):
        return ""
    return signing.dumps([user, boot, round(now.timestamp() * 1000), (said - now) // _MS], salt=_SALT)


def read(token: str) -> Token | None:
    """The token, or None where this site did not make it. Keys that the site had before count too."""
    try:
        user, boot, at, ahead = signing.loads(token, salt=_SALT)
        return Token(user, boot, dt.datetime.fromtimestamp(at / 1000, dt.UTC), ahead * _MS)
    except (signing.BadSignature, ValueError, TypeError, OverflowError):
        return None


def _moment(text: str) -> dt.datetime | None:
    """A time with its offset from UTC; None for whatever else."""
    try:
        found: Any = parse_datetime(text)
        return None if found is None or found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
