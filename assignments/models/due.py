"""A due time as rows keep it: what was said, and the instant that was resolved from it then."""

from __future__ import annotations

from typing import Any

from assignments import timing


class MayBeDue:
    """For models with the columns `due_date`, `due_time`, `due_zone`, `due_at` and `due_tzdb`, all of them set or none.
    Reading resolves nothing anew but what a change of the clocks did to the time that was said."""

    due_date: Any
    due_time: Any
    due_zone: Any
    due_at: Any
    due_tzdb: Any

    @property
    def due(self) -> timing.Due | None:
        """What was said, and the instant that was resolved from it then; None where nothing is due."""
        return None if self.due_at is None else _due(self)

    @due.setter
    def due(self, due: timing.Due | None) -> None:
        self.due_date, self.due_time = (due.date, due.time) if due else (None, None)
        self.due_zone, self.due_tzdb = (due.zone, due.tzdb) if due else ("", "")
        self.due_at = due.at if due else None


class IsDue:
    """The same where a due time is always there."""

    due_date: Any
    due_time: Any
    due_zone: Any
    due_at: Any
    due_tzdb: Any

    @property
    def due(self) -> timing.Due:
        """What was said, and the instant that was resolved from it then."""
        return _due(self)

    @due.setter
    def due(self, due: timing.Due) -> None:
        self.due_date, self.due_time, self.due_zone = due.date, due.time, due.zone
        self.due_at, self.due_tzdb = due.at, due.tzdb


def _due(row: MayBeDue | IsDue) -> timing.Due:
    shift = timing.Due.resolve(row.due_date, row.due_time, row.due_zone).shift
    return timing.Due(row.due_date, row.due_time, row.due_zone, row.due_at, row.due_tzdb, shift)
