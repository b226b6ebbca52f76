"""What happens in a class and matters further on.

Sent inside the transaction of the act, with `send`, so that a receiver that fails rolls the act back.
Each carries `by`, the actor.
"""

from django.dispatch import Signal

member_joined = Signal()  # membership, by
member_left = Signal()  # membership, by
member_restored = Signal()  # membership, by
classroom_archived = Signal()  # classroom, by
classroom_unarchived = Signal()  # classroom, by
