"""Another edition of what a class reads: looking, deciding, and what a student is told."""

from __future__ import annotations

from typing import Any

from assignments.models import EditionUpgrade, Submission
from destalin_site.common.ids import uuid7
from tests.assignments import revised
from tests.cast import Cast
from tests.matrix import Row, row

RUNS = ("teacher", "co_teacher")
PUPILS = {"student": 403, "classmate": 403, "assistant": 403}
HERS = {"everybody": 404, "teacher": 403, "co_teacher": 403, "assistant": 403}


class World:
    """Room A has an edition that was followed by another. The student has a draft upon it."""

    def __init__(self, cast: Cast) -> None:
        self.room = revised.make(cast)

    @property
    def assigned(self) -> dict[str, Any]:
        return {"pk": self.room.assignment.pk}

    @property
    def hers(self) -> dict[str, Any]:
        return {"pk": self.room.draft.pk}

    @property
    def choice(self) -> dict[str, Any]:
        return {"from_edition": self.room.old.pk, "to_edition": self.room.new.pk, "scope": "all"}

    @property
    def decided(self) -> bool:
        return EditionUpgrade.objects.filter(scope="all").exists()

    @property
    def seen(self) -> bool:
        return not Submission.objects.get(pk=self.room.draft.pk).upgrade_unseen


class Upgraded(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.upgrade = self.room.upgrade("all")


def her_words_stay_hers(w: World, person: str, answer: Any) -> None:
    assert "Hers alone." not in answer.content.decode()


def _keyed(w: World) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-assignment-upgrade"): row(
        given=World,
        url=lambda w: w.assigned,
        everybody=404,
        anonymous=401,
        **PUPILS,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "api-assignment-upgrade"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.choice,
        headers=_keyed,
        everybody=404,
        anonymous=401,
        **PUPILS,
        **dict.fromkeys(RUNS, 201),
        sees=her_words_stay_hers,
        done=lambda w: w.decided,
    ),
    ("get", "api-submission-upgrade"): row(
        given=Upgraded, url=lambda w: w.hers, anonymous=401, student=200, classmate=404, **HERS
    ),
    ("post", "api-submission-upgrade"): row(
        given=Upgraded,
        url=lambda w: w.hers,
        body=lambda w: {"edition": w.room.new.pk},
        anonymous=401,
        student=200,
        classmate=404,
        **HERS,
        done=lambda w: w.seen,
    ),
    ("get", "assignment-upgrade"): row(
        given=World,
        url=lambda w: w.assigned,
        everybody=404,
        anonymous=302,
        **PUPILS,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("post", "assignment-upgrade"): row(
        given=World,
        url=lambda w: w.assigned,
        body=lambda w: w.choice,
        everybody=404,
        anonymous=302,
        **PUPILS,
        **dict.fromkeys(RUNS, 302),
        done=lambda w: w.decided,
    ),
    ("get", "assignment-upgraded"): row(
        given=Upgraded,
        url=lambda w: {**w.assigned, "upgrade": w.upgrade.pk},
        everybody=404,
        anonymous=302,
        **PUPILS,
        **dict.fromkeys(RUNS, 200),
        sees=her_words_stay_hers,
    ),
    ("get", "upgrade-notice"): row(
        given=Upgraded, url=lambda w: w.hers, anonymous=302, student=200, classmate=404, **HERS
    ),
    ("post", "upgrade-notice"): row(
        given=Upgraded,
        url=lambda w: w.hers,
        body=lambda w: {"edition": w.room.new.pk},
        anonymous=302,
        student=302,
        classmate=404,
        **HERS,
        done=lambda w: w.seen,
    ),
}
