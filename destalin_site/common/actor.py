"""Who acts when no person does."""

from typing import Final


class System:
    """The machine itself: a schedule, a command, a signal."""

    pk = None

    def __str__(self) -> str:
        return "system"


SYSTEM: Final = System()
