"""Of two processes that would do the same at once, one does it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from destalin_site.common.alone import alone

pytestmark = pytest.mark.django_db


@contextmanager
def elsewhere(name: str) -> Iterator[bool]:
    """Inside, another connection holds `name`, or could not get it."""
    held: list[bool] = []
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with alone(name) as got:
                held.append(got)
                entered.set()
                leave.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert entered.wait(30)
    try:
        yield held[0]
    finally:
        leave.set()
        thread.join()


def test_one_is_let_in_and_the_next_when_it_has_left() -> None:
    with elsewhere("a test") as first, alone("a test") as second:
        assert (first, second) == (True, False)
    with alone("a test") as third:
        assert third


def test_one_that_fails_lets_the_next_in() -> None:
    with pytest.raises(ZeroDivisionError), alone("a test"):
        1 / 0  # noqa: B018
    with elsewhere("a test") as held:
        assert held


def test_other_work_is_not_kept_out() -> None:
    with elsewhere("a test"), alone("another") as held:
        assert held
