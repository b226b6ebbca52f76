"""Comments on words of a hand-in: for the staff of its class; a student finds hers once they are returned."""

from __future__ import annotations

from typing import Any

from assignments import actions
from assignments.models import Comment, CommentReply, CommentTemplate, Grade
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


class Revising(World):
    """It came back, and is the student's turn again."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.return_grade(self.submission, by=cast.teacher)
        work.revise(self.submission)


class Again(Revising):
    """It was handed in again since; the returned comment is met, and another one is drafted."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        work.hand_in(self.submission, work.body_for(self.assignment, "It was decided by the bureau."))
        remarks.comment(self.submission, cast.teacher, "by the bureau", body="Not for her eyes.")
        actions.release(self.submission, by=cast.teacher)

    @property
    def second(self) -> dict[str, Any]:
        return {**self.its, "number": 2}


def sees_what_was_returned(world: Again, person: str, answer: Any) -> None:
    told = answer.json()
    assert (told["since"], [row["comment"]["id"] for row in told["comments"]]) == (1, [str(world.comment.key)])


def answered(world: Revising) -> bool:
    return CommentReply.objects.filter(comment__key=world.comment.key).exists()


class Bank(World):
    """Each of the staff has a comment of her own in the bank; the row asks about the teacher's."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.own = {
            name: actions.save_template(body=f"Of {name}", by=getattr(cast, name)) for name in (*STAFF, "other_teacher")
        }

    @property
    def teachers(self) -> dict[str, Any]:
        return {"pk": self.own["teacher"].pk}


def sees_own(world: Bank, person: str, answer: Any) -> None:
    shown = answer.content.decode()
    found = [name for name in world.own if f"Of {name}<" in shown]
    assert found == [person], f"{person} finds {found}"


def reworded_in_bank(world: Bank) -> bool:
    return CommentTemplate.objects.filter(body="Who decided?").exists()


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
    ("get", "api-attempt-changes"): row(
        given=Again,
        url=lambda w: w.second,
        everybody=404,
        anonymous=401,
        student=200,
        **dict.fromkeys(STAFF, 200),
        sees=sees_what_was_returned,
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
    ("post", "grade-comment-bank"): row(
        given=World,
        url=lambda w: w.one,
        body=lambda w: {},
        **PAGE,
        **dict.fromkeys(STAFF, 302),
        done=lambda w: CommentTemplate.objects.filter(body=remarks.BODY).exists(),
    ),
    ("get", "api-comment-templates"): row(
        given=Bank,
        everybody=403,
        anonymous=401,
        other_teacher=200,
        **dict.fromkeys(STAFF, 200),
        sees=lists(lambda w: {name: {str(own.pk)} for name, own in w.own.items()}),
    ),
    ("post", "api-comment-templates"): row(
        given=Bank,
        body=lambda w: {"body": "Who decided?"},
        everybody=403,
        anonymous=401,
        other_teacher=201,
        **dict.fromkeys(STAFF, 201),
        done=reworded_in_bank,
    ),
    ("patch", "api-comment-template"): row(
        given=Bank,
        url=lambda w: w.teachers,
        body=lambda w: {"body": "Who decided?"},
        headers=lambda w: {"If-Match": '"t1"'},
        everybody=403,
        anonymous=401,
        teacher=200,
        co_teacher=404,
        assistant=404,
        other_teacher=404,
        done=reworded_in_bank,
    ),
    ("delete", "api-comment-template"): row(
        given=Bank,
        url=lambda w: w.teachers,
        everybody=403,
        anonymous=401,
        teacher=204,
        co_teacher=204,  # deleting what one has not: nothing, as for what is deleted already
        assistant=204,
        other_teacher=204,
    ),
    ("get", "comment-bank"): row(
        given=Bank, everybody=403, anonymous=302, other_teacher=200, **dict.fromkeys(STAFF, 200), sees=sees_own
    ),
    ("post", "comment-bank"): row(
        given=Bank,
        body=lambda w: {"body": "Who decided?"},
        everybody=403,
        anonymous=302,
        other_teacher=302,
        **dict.fromkeys(STAFF, 302),
        done=reworded_in_bank,
    ),
    ("post", "comment-template"): row(
        given=Bank,
        url=lambda w: w.teachers,
        body=lambda w: {"body": "Who decided?", "rev": "1", "do": "save"},
        everybody=403,
        anonymous=302,
        teacher=302,
        co_teacher=404,
        assistant=404,
        other_teacher=404,
        done=reworded_in_bank,
    ),
    ("put", "api-comment-reply"): row(
        given=Revising,
        url=lambda w: w.one,
        body=lambda w: {"stance": "changed"},
        headers=lambda w: {"If-Match": '"p0"'},
        everybody=404,
        anonymous=401,
        student=200,
        **dict.fromkeys(STAFF, 403),
        done=answered,
    ),
    ("post", "comment-reply"): row(
        given=Revising,
        url=lambda w: w.one,
        body=lambda w: {"stance": "changed", "rev": "0"},
        everybody=404,
        anonymous=302,
        student=302,
        **dict.fromkeys(STAFF, 403),
        done=answered,
    ),
}
