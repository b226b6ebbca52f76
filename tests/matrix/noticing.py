"""Notices: each has her own, and those that do not hold any more nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from assignments import actions, unsubscribing
from assignments.models import Notice, NoticeChoice
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, lists, row

STAFF = ("teacher", "co_teacher", "assistant")
PEOPLE = {"everybody": 200, "anonymous": 401}
PAGE: dict[str, int] = {"everybody": 200, "anonymous": 302}


class World:
    """The student and the classmate were given work, and the student has it back; the classmate's hand-in came after
    the close and waits. In room B somebody was given something too. The student's mail is chosen."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.assignment = work.make_assignment(cast)
        self.student = work.submission_of(self.assignment, cast.student)
        self.classmate = work.submission_of(self.assignment, cast.classmate)
        work.hand_in(self.student)
        work.mark(self.student, cast.teacher)
        actions.return_grade(self.student, by=cast.teacher)
        self.foreign = actions.create_assignment(
            cast.other_room, edition=self.assignment.edition, by=cast.other_teacher, title="Gates"
        )
        work.set_aside(self.classmate)
        # Taken from her, with all that was told of it.
        gone = work.make_assignment(cast, self.assignment.edition, audience=[cast.classmate.pk], title="Gone")
        actions.delete_assignment(gone, by=cast.teacher)
        actions.choose_notices(mail="daily", by=cast.student)

    def one(self, person: Any, kind: str) -> Notice:
        return Notice.objects.get(person=person, kind=kind, submission__assignment__title="Walls")


def told(world: World) -> dict[str, set[str]]:
    cast, titles = world.cast, ("Walls", "Gates")
    people = {"student": cast.student, "classmate": cast.classmate, "other_student": cast.other_student}
    people |= {name: getattr(cast, name) for name in STAFF}
    rows = Notice.objects.filter(submission__assignment__title__in=titles)
    found = {name: {str(row.pk) for row in rows.filter(person=person)} for name, person in people.items()}
    assert {name: len(keys) for name, keys in found.items()} == {
        "student": 2,
        "classmate": 1,
        "other_student": 1,
        **dict.fromkeys(STAFF, 1),
    }
    return found


def sees_own(world: World, person: str, answer: Any) -> None:
    shown = answer.content.decode()
    keys = told(world)
    for name, own in keys.items():
        for key in own:
            assert (f"/notices/{key}/read/" in shown) == (name == person), f"{person} and what {name} is told"


def read_by(world: World, name: str, kind: str) -> bool:
    return world.one(getattr(world.cast, name), kind).read_at is not None


def ended(world: World, person: str, answer: Any) -> None:
    assert not NoticeChoice.objects.filter(person=world.cast.student, mail="daily").exists()


def soon() -> str:
    return (timezone.now() + dt.timedelta(minutes=1)).isoformat()


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-notices"): row(given=World, **PEOPLE, sees=lists(told)),
    ("post", "api-notices-read"): row(given=World, body=lambda w: {"until": soon()}, **PEOPLE),
    ("post", "api-notice-read"): row(
        given=World,
        url=lambda w: {"pk": w.one(w.cast.student, "returned").pk},
        body=lambda w: {},
        everybody=404,
        anonymous=401,
        student=200,
        done=lambda w: read_by(w, "student", "returned"),
    ),
    ("get", "api-notices-choice"): row(given=World, **PEOPLE),
    ("patch", "api-notices-choice"): row(given=World, body=lambda w: {"mail": "never"}, **PEOPLE),
    ("get", "notices"): row(given=World, **PAGE, sees=sees_own),
    ("post", "notices-read"): row(given=World, body=lambda w: {"until": soon()}, everybody=302),
    ("post", "notice-read"): row(
        given=World,
        url=lambda w: {"pk": w.one(w.cast.teacher, "parked").pk},
        body=lambda w: {},
        everybody=404,
        anonymous=302,
        teacher=302,
        done=lambda w: read_by(w, "teacher", "parked"),
    ),
    ("get", "notice-settings"): row(given=World, **PAGE),
    # Without a confirmed address there is nothing to choose.
    ("post", "notice-settings"): row(given=World, body=lambda w: {"mail": "daily", "hour": "8"}, **PAGE),
    ("get", "notices-unsubscribe"): row(
        given=World, url=lambda w: {"token": unsubscribing.token_of(w.cast.student.pk)}, everybody=200
    ),
    ("post", "notices-unsubscribe"): row(
        given=World,
        url=lambda w: {"token": unsubscribing.token_of(w.cast.student.pk)},
        body=lambda w: {},
        everybody=200,
        sees=ended,
    ),
}
