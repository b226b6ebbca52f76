"""What happens in a class and matters further on.

Sent inside the transaction of the act, when the rows already say so, with `send`: a receiver that fails rolls the act
back. Each carries `by`, the actor. A change of role is told too: a student who becomes an assistant has left as a
student (`member_left`), and one who becomes a student again is restored.
"""

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class Counted:
    """Something further on that a person should know before an act: what it is, how many, and that as a sentence."""

    what: str
    count: int
    words: str


member_joined = Signal()  # membership, by
member_left = Signal()  # membership, by
member_restored = Signal()  # membership, by
# Asked before archiving, to say what it means: a receiver returns a `Counted` of each kind of what is unfinished.
classroom_archiving = Signal()  # classroom
# The same where its zone can be changed: by zone, what that leaves as it is.
classroom_zoning = Signal()  # classroom
classroom_archived = Signal()  # classroom, by
classroom_unarchived = Signal()  # classroom, by
