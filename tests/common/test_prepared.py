from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import Membership
from destalin_site.common.prepared import Prepared
from tests.cast import Cast


def test_a_prepared_queryset_answers_as_the_queryset_does_for_every_value(cast: Cast) -> None:
    def members(classroom: object, role: object, before: object) -> object:
        rows = Membership.objects.current().filter(classroom=classroom, role=role, joined_at__lt=before)
        return rows.order_by("user__username").values_list("id", "user__username", "joined_at", "classroom")

    prepared = Prepared(members, classroom=UUID, role=str, before=type(timezone.now()))
    for room in (cast.room, cast.other_room):
        for role in ("student", "owner"):
            values = {"classroom": room.pk, "role": role, "before": timezone.now()}
            assert prepared.rows(**values) == list(members(**values))
            assert prepared.rows(**values)
    assert prepared.rows(classroom=uuid4(), role="student", before=timezone.now()) == []


def test_a_value_that_is_no_parameter_is_refused(cast: Cast) -> None:
    prepared = Prepared(lambda classroom: Membership.objects.values_list("id"), classroom=UUID)
    with pytest.raises(ValueError, match="classroom"):
        prepared.rows(classroom=cast.room.pk)
