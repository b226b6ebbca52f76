"""Querysets that are compiled once a process.

A hot read keeps the one visibility rule of its queryset and skips what the ORM spends on building and compiling it
anew for every request, which is more than the database takes to answer.
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DecimalField, Model, QuerySet
from django.db.models.query import ModelIterable, RelatedPopulator, get_related_populators
from django.db.transaction import TransactionManagementError

Convert = Callable[[Iterable[Any]], list[Any]]


class Prepared:
    """`Prepared(build).rows(**values)` is `list(build(**values))`, where `build` returns a `values_list()` queryset;
    `objects(**values)` is the same where it returns one of models, with what it joins and annotates.

    What `build` is called with (ids, texts, moments) may only become parameters of the query: a value that decides
    which filters there are belongs in a `build` of its own. Rows are tuples, converted as the ORM converts them. An
    `int` is of a column of 32 bits or more: a filter by what fits in no column is left out of the query by the ORM.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        found = self.raw(**values)
        converters = self._compiled[connection.vendor].converters
        if not converters or not found:
            return found
        columns: list[Any] = list(zip(*found, strict=True))
        for place, convert in converters:
            # No column of ours becomes something where it is NULL, and most are for every row.
            if columns[place].count(None) < len(found):
                columns[place] = convert(columns[place])
        return list(zip(*columns, strict=True))

    def raw(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them: to convert hundreds of ids and moments can cost more than the query."""
        compiled = self._compiled.get(connection.vendor) or self._compile()
        given = {name: _adapted(value) for name, value in values.items()}
        if compiled.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked inside a transaction only.")
        params = [given[slot.name] if isinstance(slot, _Slot) else slot for slot in compiled.slots]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, params)
            return cursor.fetchall()

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(**values)), None)

    def objects(self, **values: Any) -> list[Any]:
        rows = self.rows(**values)
        made = self._compiled[connection.vendor].made
        if made is None:
            raise TypeError("the query is of rows, not of models")
        return [made.of(row) for row in rows]

    def first_object(self, **values: Any) -> Any | None:
        return next(iter(self.objects(**values)), None)

    def _compile(self) -> _Compiled:
        """Compiles with samples that occur nowhere else, and remembers where they came to stand."""
        samples = {name: _SAMPLES[kind]() for name, kind in self._kinds.items()}
        names = {_adapted(sample): name for name, sample in samples.items()}
        built = self._build(**samples)
        compiler = built.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        slots = [_Slot(names[param]) if param in names else param for param in params]
        if unused := set(self._kinds) - {slot.name for slot in slots if isinstance(slot, _Slot)}:
            raise ValueError(f"not a parameter of the query: {sorted(unused)}")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = [
            (place, _column(functions, expression))
            for place, (functions, expression) in compiler.get_converters(columns).items()
        ]
        made = _Made.by(compiler) if built._iterable_class is ModelIterable else None
        compiled = _Compiled(sql, slots, converters, made, built.query.select_for_update)
        self._compiled[connection.vendor] = compiled
        return compiled


@dataclass(frozen=True)
class _Compiled:
    sql: str
    slots: list[Any]
    converters: list[tuple[int, Convert]]
    made: _Made | None
    locks: bool  # Django asks for a transaction when it compiles, which is once here


@dataclass(frozen=True)
class _Made:
    """How a row becomes a model with what is joined to it, as `ModelIterable` of Django has it."""

    model: type[Model]
    first: int
    last: int
    names: list[str]
    related: list[RelatedPopulator]
    annotations: list[tuple[str, int]]

    @classmethod
    def by(cls, compiler: Any) -> _Made:
        info, select = compiler.klass_info, compiler.select
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        return cls(
            info["model"],
            first,
            last,
            [column.target.attname for column, _sql, _alias in select[first:last]],
            get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # stubs of Django 6.1
            list((compiler.annotation_col_map or {}).items()),
        )

    def of(self, row: tuple[Any, ...]) -> Model:
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.first : self.last])
        for related in self.related:
            related.populate(row, made)
        for name, place in self.annotations:
            setattr(made, name, row[place])
        return made


def _column(functions: list[Callable[..., Any]], expression: Any) -> Convert:
    """What makes values of a column out of those of the driver, by these functions in turn. Of ids, moments and truths
    the driver of SQLite has done nearly all, and a list has hundreds of them."""
    if len(functions) == 1 and connection.vendor == "sqlite":
        ops: Any = connection.ops
        if functions[0] == ops.convert_uuidfield_value:
            return _once(lambda column: [uuid.UUID(int=int(value, 16)) for value in column])
        if functions[0] == ops.convert_datetimefield_value:
            return _moments
        if functions[0] == ops.convert_booleanfield_value:
            return lambda column: list(map(_TRUTHS.get, column))

    def convert(column: Iterable[Any]) -> list[Any]:
        plain = connections[DEFAULT_DB_ALIAS]  # `connection` is a proxy, which asks anew each time
        for function in functions:
            column = [None if value is None else function(value, expression, plain) for value in column]
        return list(column)

    return _once(convert) if isinstance(expression.output_field, DecimalField) else convert


_TRUTHS: Final = {None: None, 0: False, 1: True}  # of an expression the driver gives numbers


def _once(convert: Convert) -> Convert:
    """Makes each value once: a list is often of one class or of one person, and its points are few."""

    def made(column: Iterable[Any]) -> list[Any]:
        values = [value for value in set(column) if value is not None]
        found = dict(zip(values, convert(values), strict=True))
        return [found.get(value) for value in column]

    return made


def _moments(column: Iterable[Any]) -> list[Any]:
    read = dt.datetime.fromisoformat  # for an expression, which has no declared type
    return [
        None if value is None else (value if isinstance(value, dt.datetime) else read(value)).replace(tzinfo=dt.UTC)
        for value in column
    ]


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
