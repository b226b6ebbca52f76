from uuid import UUID, uuid4

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership
from destalin_site.common.prepared import Prepared
from lessons.models import Course
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


def test_whole_numbers_are_parameters_too(cast: Cast) -> None:
    def courses(key: int, least: int) -> object:
        return Course.objects.filter(pk=key, position__gte=least).values_list("pk", "position")

    Course.objects.bulk_create(Course(slug=f"c{n}", title="-", position=n) for n in range(4))
    prepared = Prepared(courses, key=int, least=int)
    keys = list(Course.objects.values_list("pk", flat=True))
    for key in (*keys, 0, -1, 2**63 - 1):
        for least in (0, 2, 2**31 - 1):
            assert prepared.rows(key=key, least=least) == list(courses(key, least))
    assert [row[1] for key in keys for row in prepared.rows(key=key, least=2)] == [2, 3]


def test_the_same_number_in_two_places_is_one_parameter(cast: Cast) -> None:
    prepared = Prepared(lambda n: Course.objects.filter(Q(pk=n) | Q(position=n)).values_list("slug"), n=int)
    Course.objects.create(pk=7, slug="by-key", title="-", position=0)
    Course.objects.create(pk=8, slug="by-position", title="-", position=7)
    assert sorted(prepared.rows(n=7)) == [("by-key",), ("by-position",)]
    assert prepared.first(n=9) is None


def test_a_value_that_is_no_parameter_is_refused(cast: Cast) -> None:
    prepared = Prepared(lambda classroom: Membership.objects.values_list("id"), classroom=UUID)
    with pytest.raises(ValueError, match="classroom"):
        prepared.rows(classroom=cast.room.pk)
