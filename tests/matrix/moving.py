"""A student moves to another class: looking, doing, what came of it, and the way back."""

from __future__ import annotations

from typing import Any

from accounts import actions as people
from accounts.models import Membership
from assignments import actions
from assignments.models import ClassMove
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

RUNS = ("teacher", "co_teacher")
PUPILS = {"student": 403, "classmate": 403, "assistant": 403}
WHOSE = "Hers alone."


class World:
    """Rooms A and C, with the same staff; the student has a draft in A, and C has an assignment of the same."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.room = people.open_classroom(name="History 10C", zone="Europe/Warsaw", by=cast.teacher)
        for who, role in ((cast.co_teacher, "teacher"), (cast.assistant, "assistant")):
            people.enrol(self.room, who, role=role, by=cast.teacher)
        edition = work.make_edition()
        self.here = work.make_assignment(cast, edition)
        self.there = actions.create_assignment(self.room, edition=edition, title="Walls", by=cast.teacher)
        mine = work.submission_of(self.here, cast.student)
        actions.save_draft(mine, body=work.body_for(self.here, WHOSE), if_rev=0, by=cast.student)

    @property
    def member(self) -> Membership:
        return Membership.objects.get(classroom=self.cast.room, user=self.cast.student)

    @property
    def hers(self) -> dict[str, Any]:
        return {"pk": self.cast.room.pk, "member": self.member.pk}

    @property
    def moved(self) -> bool:
        return ClassMove.objects.filter(undoes=None).exists() and self.member.left_at is not None

    @property
    def said(self) -> dict[str, Any]:
        return {
            "to": str(self.room.pk),
            "copies": [{"from_assignment": str(self.here.pk), "to_assignment": str(self.there.pk)}],
        }


class Moved(World):
    """And she was moved from A to C. Who was in A alone knows nothing of C."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.move = actions.move_student(
            self.member, to=self.room, copies=[(self.here.pk, self.there.pk)], by=cast.teacher
        )

    @property
    def result(self) -> dict[str, Any]:
        return {"pk": self.room.pk, "move": self.move.pk}

    @property
    def back(self) -> bool:
        return ClassMove.objects.filter(undoes=self.move).exists()


def her_words_stay_hers(w: World, person: str, answer: Any) -> None:
    assert WHOSE not in answer.content.decode()


def _keyed(w: World) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


def _to(w: World) -> str:
    return f"to={w.room.pk}"


# Of the class that she came to: who learns in the one that she left sees nothing of it.
THERE = {"student": 403, "assistant": 403}

MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-member-move"): row(
        given=World,
        url=lambda w: w.hers,
        query=_to,
        everybody=404,
        anonymous=401,
        **PUPILS,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "api-member-move"): row(
        given=World,
        url=lambda w: w.hers,
        body=lambda w: w.said,
        headers=_keyed,
        everybody=404,
        anonymous=401,
        **PUPILS,
        **dict.fromkeys(RUNS, 201),
        sees=her_words_stay_hers,
        done=lambda w: w.moved,
    ),
    ("get", "api-class-move"): row(
        given=Moved,
        url=lambda w: w.result,
        everybody=404,
        anonymous=401,
        **THERE,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "api-class-move-back"): row(
        given=Moved,
        url=lambda w: w.result,
        body=lambda w: {},
        headers=_keyed,
        everybody=404,
        anonymous=401,
        **THERE,
        **dict.fromkeys(RUNS, 201),
        done=lambda w: w.back,
    ),
    ("get", "member-move"): row(
        given=World,
        url=lambda w: w.hers,
        query=_to,
        everybody=404,
        anonymous=302,
        **PUPILS,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "member-move"): row(
        given=World,
        url=lambda w: w.hers,
        body=lambda w: {"to": w.room.pk, "copies": [f"{w.here.pk}:{w.there.pk}"]},
        everybody=404,
        anonymous=302,
        **PUPILS,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.moved,
    ),
    ("get", "class-moved"): row(
        given=Moved,
        url=lambda w: w.result,
        everybody=404,
        anonymous=302,
        **THERE,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "class-move-back"): row(
        given=Moved,
        url=lambda w: w.result,
        everybody=404,
        anonymous=302,
        **THERE,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.back,
    ),
}
