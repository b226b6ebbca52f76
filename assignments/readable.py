"""Whether what came from outside has a shape that can be read: small checks that say where and, as a code, what.

They are put together into the shape of a whole body. A text is one that every database can store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_INTEGER: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Fault:
    """Where (a JSON pointer) and, as a code, what."""

    pointer: str
    code: str


Check = Callable[[object, str], Iterator[Fault]]


def a_text(value: object, at: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "not-a-text")
    elif "\x00" in value:
        yield Fault(at, "nul")
    elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        yield Fault(at, "lone-surrogate")


def a_name(value: object, at: str) -> Iterator[Fault]:
    yield from a_text(value, at)
    if isinstance(value, str) and not 0 < len(value) <= 100:
        yield Fault(at, "empty" if not value else "too-long")


def nullable(check: Check) -> Check:
    def nullable(value: object, at: str) -> Iterator[Fault]:
        if value is not None:
            yield from check(value, at)

    return nullable


def a_count(value: object, at: str) -> Iterator[Fault]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield Fault(at, "not-an-integer")
    elif not 0 <= value <= MAX_INTEGER:
        yield Fault(at, "out-of-range")


def one_of(*names: str) -> Check:
    def one_of(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in names:
            yield Fault(at, "not-one-of")

    return one_of


def list_of(check: Check) -> Check:
    def list_of(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(at, "not-a-list")
            return
        for place, item in enumerate(value):
            yield from check(item, f"{at}/{place}")

    return list_of


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these fields and no others."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)

    def __call__(self, value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "not-an-object")
            return
        for name in value:
            if name not in self.required and name not in self.optional:
                yield Fault(f"{at}/{_escaped(name)}", "unknown-key")
        for name, check in self.required.items():
            if name in value:
                yield from check(value[name], f"{at}/{name}")
            else:
                yield Fault(f"{at}/{name}", "missing")
        for name, check in self.optional.items():
            if name in value:
                yield from check(value[name], f"{at}/{name}")


def _escaped(name: str) -> str:
    # The key goes back to its sender inside an error: it must be printable whatever it was.
    printable = name.encode("utf-8", "replace").decode()[:100]
    return printable.replace("~", "~0").replace("/", "~1").replace("\x00", "?")
