"""Cells of a CSV file that people open in a spreadsheet. Knows no rows of ours and no clock.

A spreadsheet takes a text that begins like a formula for one. Such a text gets a leading apostrophe, and so does one
that would read back as if it had got one: `original` undoes it exactly. Where a country parts cells by semicolons,
Excel does so inside our texts too, so what follows one, a tab or a line end is a beginning as well; a quotation mark
there, doubled as it is written, is an empty quotation before what follows it. A number is written as a number.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final
from uuid import UUID

Value = str | int | Decimal | UUID | dt.datetime | None

BOM: Final = "\ufeff"  # without it Excel reads UTF-8 as something else
# What begins a formula, or is passed over on the way to one. The wide forms are typed in East Asia.
_SIGNS: Final = r"=+\-@＝＋－＠"
_BEGINNING: Final = rf"(?:^(?='*[{_SIGNS}\t\r\n])|(?<=[;\t\r\n])(?='*\"?'*[{_SIGNS}]))"
_UNSAFE: Final = re.compile(_BEGINNING)
_MADE_SAFE: Final = re.compile(rf"{_BEGINNING}'")


def text(value: str) -> str:
    """`value` as a cell that no spreadsheet computes."""
    return _UNSAFE.sub("'", value)


def original(cell: str) -> str:
    """The text that `text` made this cell of."""
    return _MADE_SAFE.sub("", cell)


def number(value: Decimal | int) -> str:
    """A plain number with a point: "8", "7.5", "-3"."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return text(value)
        case int() | Decimal():
            return number(value)
        case dt.datetime():
            # To the second, with the offset of the zone that it is told in.
            return value.isoformat(timespec="seconds")
        case _:
            return str(value)


class _Line:
    """What `csv.writer` writes to: keeps the line that it was given last."""

    line = ""

    def write(self, line: str) -> int:
        self.line = line
        return len(line)


def lines(rows: Iterable[Iterable[Value]]) -> Iterator[bytes]:
    """The file, line by line, as RFC 4180 and Excel have it."""
    last = _Line()
    writer = csv.writer(last)
    start = BOM
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield (start + last.line).encode()
        start = ""
