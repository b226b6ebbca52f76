"""A world of the matrix that stays from test to test. To make one takes longer than most requests that are then tried
on it; what a test does to it is rolled back, and each test has copies of its objects."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tests.cast import Cast, make_cast

Given = Callable[[Cast], Any]


@dataclass
class Within(Cast):
    """A cast whose world is made already."""

    given: Given
    world: Any


def world_of(given: Given, cast: Cast) -> Any:
    """The world that `given` makes of the cast, made now unless it stands."""
    return cast.world if isinstance(cast, Within) and cast.given is given else given(cast)


class Stage:
    """Where one world stands at a time: in a transaction around those of the tests that want it."""

    def __init__(self) -> None:
        self._cast: Within | None = None
        self._around: transaction.Atomic | None = None

    def cast(self) -> Within | None:
        """A copy of who stands here, and of the world around them."""
        return copy.deepcopy(self._cast)

    def prepare(self, given: Given) -> None:
        """Makes the world of `given`, unless it is the one that stands."""
        if self._cast and self._cast.given is given:
            return
        self.clear()
        self._around = transaction.atomic()
        self._around._from_testcase = True  # as Django's own around a test: acts that must be outermost are so
        self._around.__enter__()
        cast = make_cast()
        self._cast = Within(**vars(cast), given=given, world=given(cast))

    def clear(self) -> None:
        """Nothing stands, and nothing of it is left in the database."""
        self._cast, around, self._around = None, self._around, None
        if around:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
