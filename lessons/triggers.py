"""The database's own guard over what is written once, and its index of what is searched.

SQLite drops a table's triggers when it rebuilds the table, which many a migration does: after every migrate, those
that are missing are made again. Deleting has no trigger that guards, since tests empty their tables.
"""

from importlib import import_module
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

WRITE_ONCE = import_module("lessons.migrations.0015_adapted_editions_are_guarded")
FULLTEXT = import_module("lessons.migrations.0018_search_words")


def restore(using: str = "default", **kwargs: Any) -> None:
    """Make the triggers that are not there, if their tables are."""
    connection = connections[using]
    there = present(connection)
    tables = set(connection.introspection.table_names())
    statements: list[str] = []
    if not set(WRITE_ONCE.TABLES.values()) <= there and set(WRITE_ONCE.TABLES) <= tables:
        statements += WRITE_ONCE.making(connection.vendor)
    if connection.vendor == "sqlite" and not there >= FULLTEXT.TRIGGERS and {FULLTEXT.ROWS, FULLTEXT.TABLE} <= tables:
        statements += FULLTEXT.keeping()
    with connection.cursor() as cursor:
        for statement in statements:
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
