"""The one clock of the site.

Every rule that needs the time is told it; whoever tells asks here, so that a test moves one hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _told.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for a history that is made up, such as the demo's. Other threads keep their time."""
    before = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(before)
