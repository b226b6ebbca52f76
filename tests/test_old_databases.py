"""A filled database of an earlier release keeps what it says when it is brought up to date."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_django
from django.db import connection


@contextmanager
def empty_database() -> Iterator[dict[str, str]]:
    """What names an empty database of the kind that the suite is run on, for as long as it is needed."""
    if connection.vendor == "sqlite":
        yield {}  # the one in its DATA_DIR
        return
    name = f"old_{uuid.uuid4().hex}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {"DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()}
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture(scope="module")
def brought_up(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker
) -> dict[str, Any]:
    """What tests/old_database.py found."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MODE")}
    env |= {
        "DATA_DIR": str(tmp_path_factory.mktemp("old")),
        "DJANGO_SETTINGS_MODULE": "destalin_site.settings",
    }
    root = Path(__file__).parent.parent
    with django_db_blocker.unblock(), empty_database() as named:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.old_database"],
            cwd=root,
            env=env | named,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_everybodys_due_time_is_the_one_of_the_assignment(brought_up: dict[str, Any]) -> None:
    due = {name: row["due"] for name, row in brought_up["works"].items()}
    assert {at for name, at in due.items() if name.startswith("dated")} == {"2026-03-20T22:59:00+00:00"}
    assert {at for name, at in due.items() if name.startswith("undated")} == {None}


def test_who_was_excused_before_there_were_kinds_of_excuses_still_is(brought_up: dict[str, Any]) -> None:
    kinds = {name: (row["state"], row["excused"]) for name, row in brought_up["works"].items()}
    assert kinds["dated excused"] == kinds["undated excused"] == ("excused", "other")
    assert kinds["dated assigned"] == ("assigned", "")


def test_marks_of_before_keep_their_words_from_then_on_and_drafts_can_be_changed(brought_up: dict[str, Any]) -> None:
    assert brought_up["changed"] == {"superseded": -1, "draft": 2}
    assert brought_up["feedback"] == ["Well seen."]


def test_what_was_indexed_before_is_found_still(brought_up: dict[str, Any]) -> None:
    assert (brought_up["hits"], brought_up["words"]) == (1, [""])
