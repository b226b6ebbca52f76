"""The log is append-only, for Python and for whatever goes round it."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.errors import AppendOnly
from accounts.models import AuditEntry, User
from destalin_site.common.actor import SYSTEM
from tests.cast import Cast


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
