"""To how many people editions were given: the apps that give editions out say so here.

`assignments` stands to the right of this app and is never imported here; it registers when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass

# Of these editions, by id: (edition, what was given, to which class).
Given = Callable[[Collection[str]], Iterable[tuple[str, Hashable, Hashable]]]

_GIVEN: dict[str, Given] = {}


@dataclass(frozen=True, slots=True)
class Reach:
    assignments: int
    classes: int


def register(name: str, given: Given) -> None:
    """`given(editions)` is where these editions are in use now, in one query."""
    _GIVEN[name] = given


def of_each(groups: Collection[Collection[str]]) -> list[Reach]:
    """For each group of editions, how many assignments and classes use one of them. The same queries for any number."""
    everything = {edition for group in groups for edition in group}
    rows = [row for given in _GIVEN.values() for row in given(everything)] if everything else []
    reached = []
    for group in groups:
        inside = set(group)
        mine = [(what, room) for edition, what, room in rows if edition in inside]
        reached.append(Reach(len({what for what, _room in mine}), len({room for _what, room in mine})))
    return reached


def of(editions: Collection[str]) -> Reach:
    return of_each([editions])[0]
