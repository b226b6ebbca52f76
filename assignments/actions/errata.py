"""What a teacher does about a correction of a source."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Classroom, User
from assignments.actions.archived import refuse_archived
from assignments.models import ErratumAck
from destalin_site.common import clock


@transaction.atomic
def acknowledge_erratum(classroom: Classroom, erratum: UUID, *, by: User) -> ErratumAck:
    """Note that the class's teacher has read this correction. A second time changes nothing: the first stays."""
    refuse_archived(classroom)
    ack, _created = ErratumAck.objects.get_or_create(
        classroom=classroom, erratum_id=erratum, defaults={"by": by, "at": clock.now()}
    )
    return ack
