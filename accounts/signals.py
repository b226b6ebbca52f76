"""What happens in a class and matters further on.

Sent inside the transaction of the act, when the rows already say so, with `send`: a receiver that fails rolls the act
back. Each carries `by`, the actor. A change of role is told too: a student who becomes an assistant has left as a
student (`member_left`), and one who becomes a student again is restored.
"""

from django.dispatch import Signal

member_joined = Signal()  # membership, by
member_left = Signal()  # membership, by
member_restored = Signal()  # membership, by
# Asked before archiving, for the page that says what it means: a receiver returns sentences about what is unfinished.
classroom_archiving = Signal()  # classroom
classroom_archived = Signal()  # classroom, by
classroom_unarchived = Signal()  # classroom, by
