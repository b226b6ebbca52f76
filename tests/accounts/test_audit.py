"""The log is append-only, for Python and for whatever goes round it."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts import audit
from accounts.errors import AppendOnly
from accounts.models import AuditEntry, Membership, User
from destalin_site.common.actor import SYSTEM
from tests.cast import Cast, person


def test_python_adds_and_reads(cast: Cast) -> None:
    entry = audit.record("tried", by=SYSTEM, about=cast.room, n=1)
    assert (entry.actor_id, entry.subject_type, entry.facts) == (None, "accounts.classroom", {"n": 1})
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(action="other")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()


def test_the_database_refuses_a_change(cast: Cast) -> None:
    audit.record("tried", by=cast.teacher)
    with pytest.raises(DatabaseError, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET action = 'other'")
    assert AuditEntry.objects.get().action == "tried"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's flush deletes: it has no such trigger")
def test_postgresql_refuses_to_delete(cast: Cast) -> None:
    audit.record("tried", by=cast.teacher)
    with pytest.raises(DatabaseError, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry")


def test_an_entry_outlives_the_person(cast: Cast) -> None:
    audit.record("tried", by=cast.stranger)
    pk = cast.stranger.pk
    User.objects.get(pk=pk).delete()
    assert AuditEntry.objects.get().actor_id == pk


def test_the_log_says_who_and_what_by_name_and_when_with_its_zone(cast: Cast, client: Client) -> None:
    with time_machine.travel("2026-10-25T09:05:00Z", tick=False):
        audit.record("tried", by=cast.teacher, about=cast.room)
        audit.record("gone", by=SYSTEM, about=cast.stranger)
        entry = audit.record("joined", by=cast.student, about=Membership.objects.get(user=cast.student))
    gone = str(cast.stranger.pk)
    cast.stranger.delete()
    client.force_login(administrator())
    page = client.get("/admin/accounts/auditentry/").content.decode()
    for words in (
        "25 October 2026, 09:05 (UTC)",
        f"class: {cast.room}",
        f"person: {gone}",
        f"membership: {cast.student} in {cast.room}",
        "system",
    ):
        assert words in page, words
    assert str(cast.room.pk) not in page
    one = client.get(f"/admin/accounts/auditentry/{entry.pk}/change/").content.decode()
    assert f"membership: {cast.student} in {cast.room}" in one


def test_the_log_costs_the_same_for_one_entry_and_for_thirty(
    cast: Cast, client: Client, queries: Callable[[Callable[[], object]], int]
) -> None:
    client.force_login(administrator())
    page = lambda: client.get("/admin/accounts/auditentry/")  # noqa: E731
    people = [person(f"p{n}") for n in range(30)]
    audit.record("tried", by=people[0], about=people[0])
    one = queries(page)
    for each in people:
        audit.record("tried", by=each, about=each)
    assert queries(page) == one


def administrator() -> User:
    return person("root", is_staff=True, is_superuser=True)
