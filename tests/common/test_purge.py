"""The nightly command that throws away what has had its time."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from destalin_site.common import clock
from destalin_site.common.management.commands import purge
from destalin_site.common.models import IdempotencyRecord
from tests.cast import Cast


def kept(cast: Cast, key: str, age: timedelta) -> None:
    row = IdempotencyRecord.objects.create(user=cast.teacher, key=key, status=200)
    IdempotencyRecord.objects.filter(pk=row.pk).update(created_at=clock.now() - age)


def test_answers_are_kept_for_thirty_days_and_no_longer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(purge, "BATCH", 2)
    kept(cast, "fresh", timedelta(days=30) - timedelta(minutes=1))
    for n in range(5):
        kept(cast, f"old {n}", timedelta(days=30, minutes=1))
    call_command("purge")
    assert [row.key for row in IdempotencyRecord.objects.all()] == ["fresh"]
    assert "5 kept answers purged." in capsys.readouterr().out


def test_sessions_that_have_ended_go_too(cast: Cast) -> None:
    for key, ends in [("ended", -1), ("lasting", 1)]:
        Session.objects.create(session_key=key, session_data="", expire_date=clock.now() + timedelta(hours=ends))
    call_command("purge")
    assert [row.session_key for row in Session.objects.all()] == ["lasting"]


def test_what_has_expired_leaves_the_table_of_the_cache(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(purge, "BATCH", 2)
    cache.clear()
    cache.set("lasting", 1, 3600)
    for n in range(5):
        cache.set(f"brief:{n}", 1, 60)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        call_command("purge")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert [key for (key,) in cursor.fetchall()] == [":1:lasting"]
