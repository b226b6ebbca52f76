from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import Membership, User
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


def test_a_prepared_queryset_of_models_gives_what_the_queryset_does_with_all_that_is_joined(
    cast: Cast, queries: Callable[[Callable[[], Any]], int]
) -> None:
    def members(classroom: object) -> Any:
        rows = Membership.objects.filter(classroom=classroom).select_related("user__school", "classroom")
        return rows.annotate(called=Upper("user__username")).order_by("pk")

    User.objects.filter(pk=cast.classmate.pk).update(school=None)
    prepared = Prepared(members, classroom=UUID)
    for _compiled in range(2):
        found = prepared.objects(classroom=cast.room.pk)
        assert [_everything(row) for row in found] == [_everything(row) for row in members(cast.room.pk)]
        assert queries(lambda: [_everything(row) for row in prepared.objects(classroom=cast.room.pk)]) == 1
    assert {row.user.school for row in found} == {cast.school, None}
    assert prepared.objects(classroom=uuid4()) == []


def _everything(row: Any) -> tuple[Any, ...]:
    models = (row, row.user, row.classroom)
    fields = [getattr(model, field.attname) for model in models for field in model._meta.concrete_fields]
    return (*fields, row.called, row.user.school, row._state.adding, row._state.db)


def test_rows_are_no_models(cast: Cast) -> None:
    rows = Prepared(lambda room: Membership.objects.filter(classroom=room).values_list("id"), room=UUID)
    with pytest.raises(TypeError):
        rows.objects(room=cast.room.pk)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_row_is_locked_inside_a_transaction_only_however_often() -> None:
    locked = Prepared(lambda key: Course.objects.select_for_update().filter(pk=key), key=int)
    for _time in range(2):
        with transaction.atomic():
            assert locked.objects(key=1) == []
        with pytest.raises(TransactionManagementError):
            locked.objects(key=1)
