"""Which passages a class uses: for its staff."""

from __future__ import annotations

from typing import Any

from tests.assignments import work
from tests.cast import Cast
from tests.matrix import Row, row

STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """The student of room A cites the paragraph."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast)
        self.submission = work.submission_of(self.assignment, cast.student)
        citation = work.cited(self.assignment.edition_id)
        work.hand_in(self.submission, work.body_for(self.assignment, citations=[citation]))

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}


def sees_names(world: World, person: str, answer: Any) -> None:
    shown = answer.content.decode()
    assert "1 student used it" in shown
    assert "Classmate" in shown


def sees_counts(world: World, person: str, answer: Any) -> None:
    assert [row["cited_by"] for row in answer.json()["results"]] == [1]


def sees_hers_alone(world: World, person: str, answer: Any) -> None:
    assert {row["student"]["name"] for row in answer.json()["results"]} == {"Student"}


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "assignment-passages"): row(
        given=World,
        url=lambda w: w.its,
        query=lambda w: "of=1",
        everybody=404,
        anonymous=302,
        student=403,
        classmate=403,
        **dict.fromkeys(STAFF, 200),
        sees=sees_names,
    ),
    ("get", "assignment-answers"): row(
        given=World,
        url=lambda w: w.its,
        query=lambda w: "words=decided",
        everybody=404,
        anonymous=302,
        student=403,
        classmate=403,
        **dict.fromkeys(STAFF, 200),
    ),
    ("get", "api-assignment-answers"): row(
        given=World,
        url=lambda w: w.its,
        everybody=404,
        anonymous=401,
        student=403,
        classmate=403,
        **dict.fromkeys(STAFF, 200),
        sees=sees_hers_alone,
    ),
    ("get", "api-assignment-passages"): row(
        given=World,
        url=lambda w: w.its,
        everybody=404,
        anonymous=401,
        student=403,
        classmate=403,
        **dict.fromkeys(STAFF, 200),
        sees=sees_counts,
    ),
}
