"""An archived class takes no more writes."""

from __future__ import annotations

from accounts.models import Classroom
from assignments.errors import ClassArchived


def refuse_archived(classroom: Classroom) -> None:
    """Raises ClassArchived where the class is archived. What is asked of many is refused by it once, and not row by row
    in an answer that says that it was done."""
    if classroom.archived:
        raise ClassArchived()
