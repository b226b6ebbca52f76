"""Values as every JSON of this app has them: the answers of the interface, and the file of a class."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from assignments.device_clock import Finished
from assignments.grading import Counted
from destalin_site.common.api import clock_time


class HasDue(Protocol):
    """A row with a due time as it was said, and the instant of it."""

    @property
    def due_at(self) -> dt.datetime | None: ...
    @property
    def due_date(self) -> dt.date | None: ...
    @property
    def due_time(self) -> dt.time | None: ...
    @property
    def due_zone(self) -> str: ...


@lru_cache(maxsize=1024)
def number(value: Decimal | None) -> str | None:
    """Points and scores are decimal strings."""
    return None if value is None else str(value.quantize(Decimal("0.01")))


def taken_off(value: Decimal) -> str:
    """What lateness takes off a score, to the last place: what is left of the score is rounded once, from just this."""
    return str(value.normalize()) if value != value.quantize(Decimal("0.01")) else f"{value:.2f}"


def counts_as(found: Counted | None) -> dict[str, Any] | None:
    """What missing work counts as: projected, which is stored nowhere, or final; the other is null."""
    if found is None:
        return None
    return {
        "projected": None if found.final else number(found.score),
        "final": number(found.score) if found.final else None,
        "out_of": number(found.out_of),
    }


def captured(found: Finished | None) -> dict[str, Any] | None:
    """What a device said of when work was finished; None where none did."""
    if found is None:
        return None
    return {
        "at": found.at,
        "by_device": found.by_device,
        "trust": found.trust.value,
        "doubt": found.doubt.value,
    }


def due(row: HasDue) -> dict[str, Any] | None:
    """The due time as it was said, with its instant; None where nothing is due."""
    if row.due_at is None or row.due_time is None:
        return None
    return {"at": row.due_at, "date": row.due_date, "time": clock_time(row.due_time), "zone": row.due_zone}
