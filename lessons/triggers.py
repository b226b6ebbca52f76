"""The database's own guard over what is written once.

SQLite drops a table's triggers when it rebuilds the table, which many a migration does: after every migrate, those
that are missing are made again. Deleting has no trigger, since tests empty their tables.
"""

from importlib import import_module
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

WRITE_ONCE = import_module("lessons.migrations.0015_adapted_editions_are_guarded")


def restore(using: str = "default", **kwargs: Any) -> None:
    """Make the triggers that are not there, if their tables are."""
    connection = connections[using]
    missing = set(WRITE_ONCE.TABLES.values()) - present(connection)
    with connection.cursor() as cursor:
        if missing and set(WRITE_ONCE.TABLES) <= set(connection.introspection.table_names(cursor)):
            for statement in WRITE_ONCE.making(connection.vendor):
                cursor.execute(statement)


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all triggers that the database has."""
    listing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(listing)
        return {row[0] for row in cursor.fetchall()}
