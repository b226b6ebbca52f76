"""What may be thrown away when its time is over. Each app says what of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

BATCH: Final = 1000  # rows in one transaction, so that nobody's hand-in waits for a night's work

# Deletes at most so many of what is over by then, and says how many they were.
Purge = Callable[[datetime, int], int]
_ALL: dict[str, Purge] = {}


def register(name: str, purge: Purge) -> None:
    _ALL[name] = purge


def purge(now: datetime, batch: int = BATCH) -> int:
    """Everything that was registered, batch by batch. How many rows they were."""
    count = 0
    for some in _ALL.values():
        while deleted := some(now, batch):
            count += deleted
    return count
