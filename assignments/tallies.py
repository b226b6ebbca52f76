"""One small number for what a piece of work counts as: its state, and beside it the facts of its own row.

`Submission.tally` holds it, and the database itself makes it of the other columns, so it is never another truth than
they are. A class is counted by an index of these numbers alone.
"""

from __future__ import annotations

from typing import Final

from assignments.lifecycle import State

# The place of a state here is in every row. A new one goes to the end, before there are sixteen.
STATES: Final = (
    State.ASSIGNED,
    State.DRAFTING,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.RETURNED,
    State.REVISING,
    State.EXCUSED,
    State.VOID,
)
_WIDTH: Final = 16

READY: Final = 16  # marks could be returned as they are
IN: Final = 32  # a hand-in counts
LATE: Final = 64
WAITING: Final = 128  # a hand-in waits for a decision
# Where it stands depends on more than this: on a lease and on who looks, on a due time of her own, on a draft that may
# have been written while she was excused.
OPEN: Final = 256


def state_of(tally: int) -> State:
    return STATES[tally % _WIDTH]
