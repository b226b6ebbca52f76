"""Querysets that are compiled once a process.

A hot read keeps the one visibility rule of its queryset and skips what the ORM spends on building and compiling it
anew for every request, which is more than the database takes to answer.
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet


class Prepared:
    """`Prepared(build).rows(**values)` is `list(build(**values))`, where `build` returns a `values_list()` queryset.

    What `build` is called with (ids, texts, moments) may only become parameters of the query: a value that decides
    which filters there are belongs in a `build` of its own. Rows are tuples, converted as the ORM converts them. An
    `int` is of a column of 32 bits or more: a filter by what fits in no column is left out of the query by the ORM.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, tuple[str, list[Any], list[Any]]] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        sql, slots, converters = self._compiled.get(connection.vendor) or self._compile()
        given = {name: _adapted(value) for name, value in values.items()}
        params = [given[slot.name] if isinstance(slot, _Slot) else slot for slot in slots]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if not converters:
            return found
        plain = connections[DEFAULT_DB_ALIAS]  # `connection` is a proxy, which asks anew each time
        return [_converted(row, converters, plain) for row in found]

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(**values)), None)

    def _compile(self) -> tuple[str, list[Any], list[Any]]:
        """Compiles with samples that occur nowhere else, and remembers where they came to stand."""
        samples = {name: _SAMPLES[kind]() for name, kind in self._kinds.items()}
        names = {_adapted(sample): name for name, sample in samples.items()}
        compiler = self._build(**samples).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        slots = [_Slot(names[param]) if param in names else param for param in params]
        if unused := set(self._kinds) - {slot.name for slot in slots if isinstance(slot, _Slot)}:
            raise ValueError(f"not a parameter of the query: {sorted(unused)}")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = [(place, *rest) for place, rest in compiler.get_converters(columns).items()]
        compiled = sql, slots, converters
        self._compiled[connection.vendor] = compiled
        return compiled


def _converted(row: tuple[Any, ...], converters: list[Any], plain: Any) -> tuple[Any, ...]:
    values = list(row)
    for place, functions, expression in converters:
        value = values[place]
        if value is not None:  # no column of ours becomes something when it is NULL, and most are
            for function in functions:
                value = function(value, expression, plain)
            values[place] = value
    return tuple(values)


class _Slot:
    def __init__(self, name: str) -> None:
        self.name = name


def _moment() -> dt.datetime:
    return dt.datetime(1900, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=secrets.randbelow(10**15))


_SAMPLES: Final[dict[type, Callable[[], Any]]] = {
    uuid.UUID: uuid.uuid4,
    str: secrets.token_hex,
    int: partial(next, itertools.count(1_357_924_680)),
    dt.datetime: _moment,
}


def _adapted(value: Any) -> Any:
    """`value` as the ORM hands it to the driver."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
