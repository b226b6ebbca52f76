"""What a page worked out waits on the server until it is confirmed."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine

from destalin_site.common.keeping import Keeping

pytestmark = pytest.mark.django_db

HER, HIM, ROOM = uuid4(), uuid4(), uuid4()
PLACE = Keeping("marks")


def test_it_is_given_back_to_whom_it_was_shown_as_often_as_she_asks() -> None:
    values = [["ä = \ud83d", None, 7, [str(uuid4())]]]
    token = PLACE.keep(values, person=HER, about=ROOM)
    for _time in range(2):
        assert PLACE.kept(token, person=HER, about=ROOM) == values


def test_nobody_else_gets_it_nor_she_for_something_else_or_by_another_token() -> None:
    token = PLACE.keep([1], person=HER, about=ROOM)
    assert PLACE.kept(token, person=HIM, about=ROOM) is None
    assert PLACE.kept(token, person=HER, about=uuid4()) is None
    for other in ("", "ä", token[:-1], token + "x"):
        assert PLACE.kept(other, person=HER, about=ROOM) is None
    assert PLACE.kept(token, person=HER, about=ROOM) == [1]


def test_it_is_gone_after_an_hour_and_nothing_is_found_where_nothing_was_kept() -> None:
    with time_machine.travel("2026-05-01T09:00Z", tick=False) as clock:
        token = PLACE.keep([1], person=HER, about=ROOM)
        clock.shift(3599)
        assert PLACE.kept(token, person=HER, about=ROOM) == [1]
        clock.shift(2)
        assert PLACE.kept(token, person=HER, about=ROOM) is None
    assert PLACE.kept("", person=uuid4(), about=ROOM) is None


def test_what_is_newer_takes_its_place_whatever_it_is_about() -> None:
    first = PLACE.keep([1], person=HER, about=ROOM)
    of_him = PLACE.keep([3], person=HIM, about=ROOM)
    second = PLACE.keep([2], person=HER, about=uuid4())
    third = PLACE.keep([2], person=HER, about=ROOM)
    for old in (first, second):
        assert PLACE.kept(old, person=HER, about=ROOM) is None
    assert PLACE.kept(third, person=HER, about=ROOM) == [2]
    assert PLACE.kept(of_him, person=HIM, about=ROOM) == [3]


def test_what_is_kept_in_another_place_takes_nothing_away() -> None:
    token = PLACE.keep([1], person=HER, about=ROOM)
    other = Keeping("returned").keep([2], person=HER, about=ROOM)
    assert PLACE.kept(token, person=HER, about=ROOM) == [1]
    assert PLACE.kept(other, person=HER, about=ROOM) is None


def test_three_hundred_students_and_a_hundred_assignments_are_kept_whole() -> None:
    """Every row with words of its own, as a teacher types them."""

    def row(n: int) -> list[Any]:
        return [n, str(uuid4()), str(uuid4()), 1, "5.50", f"{uuid4()} " * 6]

    rows = [[str(uuid4()), [row(n) for n in range(300)]] for _assignment in range(100)]
    token = PLACE.keep(rows, person=HER, about=ROOM)
    assert len(token) < 30
    assert PLACE.kept(token, person=HER, about=ROOM) == rows
