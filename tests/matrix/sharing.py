"""One comment for many: for the staff of the class, and nobody else knows of it."""

from __future__ import annotations

from typing import Any

from assignments import actions
from assignments.models import Comment
from destalin_site.common.ids import uuid7
from tests.assignments import remarks, work
from tests.cast import Cast
from tests.matrix import Row, lists, row

API: dict[str, int] = {"everybody": 404, "anonymous": 401, "student": 403, "classmate": 403}
PAGE: dict[str, int] = {"everybody": 404, "anonymous": 302, "student": 403, "classmate": 403}
STAFF = ("teacher", "co_teacher", "assistant")
WORDS = "You say nothing of who paid."


class World:
    """The student handed in."""

    def __init__(self, cast: Cast) -> None:
        self.assignment = work.make_assignment(cast, remarks.make_edition())
        self.submission = work.submission_of(self.assignment, cast.student)
        work.hand_in(self.submission)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk}

    def said(self) -> dict[str, Any]:
        chosen = [str(self.submission.pk)]
        return {"submissions": chosen, "question": None, "body": WORDS, "dry_run": True}


class Shared(World):
    """And was told the same as others."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        said, chosen = actions.Said(WORDS), [self.submission.pk]
        shown = actions.rehearse_comment(self.assignment, said, submissions=chosen, by=cast.teacher)
        shared = actions.share_comment(
            self.assignment, said, submissions=chosen, preview=shown.tag, key=uuid7(), by=cast.teacher
        ).shared
        assert shared is not None
        self.shared = shared

    @property
    def one(self) -> dict[str, Any]:
        return {"pk": self.assignment.pk, "shared": self.shared.pk}


def taken_back(world: Shared) -> bool:
    return not Comment.objects.exists()


def sees_words(world: Shared, person: str, answer: Any) -> None:
    assert WORDS in answer.content.decode()


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "assignment-comment"): row(
        given=Shared, url=lambda w: w.its, **PAGE, **dict.fromkeys(STAFF, 200), sees=sees_words
    ),
    ("post", "assignment-comment"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: {"body": WORDS, "submissions": [str(w.submission.pk)], "do": "preview"},
        **PAGE,
        **dict.fromkeys(STAFF, 200),
    ),
    ("get", "shared-comment"): row(
        given=Shared, url=lambda w: w.one, **PAGE, **dict.fromkeys(STAFF, 200), sees=sees_words
    ),
    ("post", "shared-comment"): row(
        given=Shared,
        url=lambda w: w.one,
        body=lambda w: {},
        **PAGE,
        **dict.fromkeys(STAFF, 200),
        done=taken_back,
    ),
    ("get", "api-shared-comments"): row(
        given=Shared,
        url=lambda w: w.its,
        **API,
        **dict.fromkeys(STAFF, 200),
        sees=lists(lambda w: {name: {str(w.shared.pk)} for name in STAFF}),
    ),
    ("post", "api-shared-comments"): row(
        given=World,
        url=lambda w: w.its,
        body=lambda w: w.said(),
        headers=lambda w: {"Idempotency-Key": str(uuid7())},
        **API,
        **dict.fromkeys(STAFF, 200),
    ),
    ("get", "api-shared-comment"): row(
        given=Shared, url=lambda w: w.one, **API, **dict.fromkeys(STAFF, 200), sees=sees_words
    ),
    ("delete", "api-shared-comment"): row(
        given=Shared, url=lambda w: w.one, **API, **dict.fromkeys(STAFF, 200), done=taken_back
    ),
}
