"""Comments on words of a hand-in: for the staff of its class; a student finds hers once they are returned."""

from __future__ import annotations

from typing import Any

from assignments import actions
from assignments.models import Comment, Grade
from tests.assignments import remarks, work
from tests.cast import Cast
from tests.matrix import Row, lists, row

API: dict[str, int] = {"everybody": 404, "anonymous": 401, "student": 403}
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302, "student": 403}
STAFF = ("teacher", "co_teacher", "assistant")


class World:
    """Handed in, and released by the teacher who commented on it."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast, remarks.make_edition())
        self.submission = work.submission_of(self.assignment, cast.student)
        work.hand_in(self.submission)
        self.comment = remarks.comment(self.submission, cast.teacher)
        actions.release(self.submission, by=cast.teacher)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.submission.pk}

    @property
    def one(self) -> dict[str, Any]:
        return {"pk": self.submission.pk, "key": self.comment.key}


class Returned(World):
    """The comment is returned; and another one is drafted since, which nobody but staff may know."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.return_grade(self.submission, by=cast.teacher)
        self.submission.refresh_from_db()
        actions.claim(self.submission, by=cast.teacher)
        self.drafted = remarks.comment(self.submission, cast.teacher, "decided", body="Not for her eyes.")


def found(world: Returned) -> dict[str, set[str]]:
    staff = {str(world.comment.key), str(world.drafted.key)}
    return {"student": {str(world.comment.key)}, **dict.fromkeys(STAFF, staff)}


def commented(n: int) -> Any:
    return lambda w: Grade.objects.get(submission=w.submission, status="draft").comments.count() == n


def reworded(world: World) -> bool:
    return Comment.objects.get(grade__submission=world.submission).body == "Who decided?"


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-comments"): row(
        given=Returned,
        url=lambda w: w.its,
        everybody=404,
        anonymous=401,
        student=200,
        **dict.fromkeys(STAFF, 200),
        sees=lists(found),
    ),
    ("post", "api-comments"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: remarks.said(w.submission, "elsewhere"),
        **API,
        **dict.fromkeys(STAFF, 201),
        done=commented(2),
    ),
    ("patch", "api-comment"): row(
        given=World,
        url=lambda w: w.one,
        body=lambda w: {"body": "Who decided?"},
        headers=lambda w: {"If-Match": '"n1"'},
        **API,
        **dict.fromkeys(STAFF, 200),
        done=reworded,
    ),
    ("delete", "api-comment"): row(
        given=World,
        url=lambda w: w.one,
        headers=lambda w: {"If-Match": '"n1"'},
        **API,
        **dict.fromkeys(STAFF, 204),
        done=commented(0),
    ),
    ("post", "grade-comment"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: remarks.typed(w.submission, words="elsewhere"),
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=commented(2),
    ),
    ("post", "grade-comment-delete"): row(
        given=World,
        url=lambda w: w.one,
        body=lambda w: {"rev": "1"},
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=commented(0),
    ),
}
