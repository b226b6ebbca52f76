"""The routes by which work goes back to the student."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from assignments import actions
from assignments.actions import DueSaid
from assignments.models import Submission
from destalin_site.common import clock
from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")


def ahead() -> dt.datetime:
    return clock.now() + dt.timedelta(days=7)


class World:
    """Work of the student in room A that is handed in."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.submission = work.submission_of(work.make_assignment(cast, title="Only room A"), cast.student)
        work.hand_in(self.submission)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.submission.pk}


class Asked(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        day = ahead()
        due = DueSaid(day.date(), dt.time(12), "Europe/Warsaw")
        actions.request_revision(self.submission, due=due, words="Say who decided.", by=cast.teacher)


def stands(state: str) -> Callable[[World], bool]:
    return lambda w: Submission.objects.get(pk=w.submission.pk).state == state


def said(_w: World) -> dict[str, Any]:
    return {
        "due": {"date": ahead().date().isoformat(), "time": "12:00", "zone": "Europe/Warsaw"},
        "feedback": "Say who decided.",
    }


def typed(_w: World) -> dict[str, Any]:
    return {"date": ahead().date().isoformat(), "time": "12:00", "words": "Say who decided."}


def tells_what(w: World, person: str, answer: Any) -> None:
    assert answer.json()["feedback"] == "Say who decided."


API: dict[str, int] = {"everybody": 404, "anonymous": 401}
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302}

MATRIX: dict[tuple[str, str], Row] = {
    ("post", "api-withdrawal"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {},
        **API,
        student=200,
        **dict.fromkeys(STAFF, 403),
        done=stands("drafting"),
    ),
    ("post", "api-keep-grade"): row(
        given=Asked,
        url=lambda w: w.its,
        body=lambda w: {},
        **API,
        student=200,
        **dict.fromkeys(STAFF, 200),
        done=stands("returned"),
    ),
    ("get", "api-revision-request"): row(
        given=Asked, url=lambda w: w.its, **API, student=200, **dict.fromkeys(STAFF, 200), sees=tells_what
    ),
    ("post", "api-revision-request"): row(
        given=World,
        url=lambda w: w.its,
        body=said,
        **API,
        student=403,
        **dict.fromkeys(STAFF, 200),
        done=stands("revising"),
    ),
    ("post", "take-back"): row(
        given=World, url=lambda w: w.its, **PAGE, student=302, **dict.fromkeys(STAFF, 403), done=stands("drafting")
    ),
    ("post", "keep-grade"): row(
        given=Asked, url=lambda w: w.its, **PAGE, student=302, **dict.fromkeys(STAFF, 403), done=stands("returned")
    ),
    ("get", "revision"): row(given=Asked, url=lambda w: w.its, **PAGE, student=403, **dict.fromkeys(STAFF, 200)),
    ("post", "revision"): row(
        given=World,
        url=lambda w: w.its,
        body=typed,
        **PAGE,
        student=403,
        **dict.fromkeys(STAFF, 302),
        done=stands("revising"),
    ),
    ("post", "revision-end"): row(
        given=Asked, url=lambda w: w.its, **PAGE, student=403, **dict.fromkeys(STAFF, 302), done=stands("returned")
    ),
}
