"""The rows that the migrations made: Wagtail's roots, groups, permissions. A test that commits empties every table."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def rows(connection: BaseDatabaseWrapper) -> Rows:
    """Every row of the tables that a flush empties, by table: its columns, and their values."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns, values = [column[0] for column in cursor.description], cursor.fetchall()
            if values:
                found[table] = (columns, values)
    return found


def put_back(connection: BaseDatabaseWrapper, kept: Rows) -> None:
    """Into the tables that were emptied. As Django puts them back, each through its model and its signals, they took
    half of what a test in a browser needs before it begins."""
    quote = connection.ops.quote_name
    # References are checked when the transaction ends.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, (columns, values) in kept.items():
            cursor.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1")
            if cursor.fetchone():
                continue  # the first test that commits finds the rows as the migrations left them
            names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", values)
