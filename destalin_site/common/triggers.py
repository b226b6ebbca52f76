"""Rows that the database itself refuses to change.

A write-once table is guarded in Python for a clear error, and by a trigger for what goes round Python. There is no
trigger against deleting on SQLite, since flushing a test database deletes there; PostgreSQL truncates, so it has one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

_GUARDED: dict[str, tuple[frozenset[str], str]] = {}
_MADE: dict[str, Callable[[], Iterable[str]]] = {}


def _names(table: str) -> tuple[str, str]:
    return f"{table}_write_once", f"{table}_refuse"


def _sql(connection: BaseDatabaseWrapper, table: str, columns: frozenset[str], when: str) -> list[str]:
    trigger, function = _names(table)
    only = f" WHEN ({when})" if when else ""
    of = f" OF {', '.join(sorted(columns))}" if columns else ""
    if connection.vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {trigger}",
            f"CREATE TRIGGER {trigger} BEFORE UPDATE{of} ON {table}{only} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is write-once'); END",
        ]
    if connection.vendor == "postgresql":
        delete = "" if columns else " OR DELETE"
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is write-once' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END $$",
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"CREATE TRIGGER {trigger} BEFORE UPDATE{of}{delete} ON {table} "
            f"FOR EACH ROW{only} EXECUTE FUNCTION {function}()",
        ]
    return []


def guard(connection: BaseDatabaseWrapper, table: str, columns: frozenset[str] = frozenset(), when: str = "") -> None:
    """Makes `table` refuse UPDATE (of `columns`, else of all); without `columns` PostgreSQL refuses DELETE too. `when`
    is a condition on OLD, for rows that are still open at first."""
    with connection.cursor() as cursor:
        for statement in _sql(connection, table, columns, when):
            cursor.execute(statement)


def unguard(connection: BaseDatabaseWrapper, table: str) -> None:
    trigger, function = _names(table)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        elif connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}()")


def keep_guarded(table: str, columns: frozenset[str] = frozenset(), when: str = "") -> None:
    """Puts the trigger of `table` back after every migrate: SQLite drops it when it rebuilds the table.

    Called in `AppConfig.ready`; the migration that brings the guard calls `guard` itself.
    """
    _GUARDED[table] = columns, when


def keep_made(table: str, statements: Callable[[], Iterable[str]]) -> None:
    """The same of another trigger of `table`: on SQLite these statements make it again."""
    _MADE[table] = statements


def _restore(using: str, **kwargs: Any) -> None:
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    present = set(connection.introspection.table_names())
    for table, (columns, when) in _GUARDED.items():
        if table in present:
            guard(connection, table, columns, when)
    with connection.cursor() as cursor:
        for table, statements in _MADE.items():
            for statement in statements() if table in present else ():
                cursor.execute(statement)


def connect() -> None:
    post_migrate.connect(_restore, dispatch_uid="common.triggers")
