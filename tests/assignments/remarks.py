"""Comments on the words of the essay that `work.body_for` hands in."""

from typing import Any

from accounts.models import User
from assignments import actions
from assignments.models import Comment, Submission
from assignments.remarks import Place
from lessons.models import Edition
from tests.assignments import work
from tests.lessons import factories

BODY = "By whom? Say who sat at the table."


def make_edition() -> Edition:
    """A paragraph and an essay of 4 points: nothing in it is marked by a key."""
    sections = [
        ("Before", [("paragraph", f"<p>{work.TEXT}</p>"), ("question", factories.question("essay", points="4"))])
    ]
    return factories.make_edition(sections=sections)


def place(submission: Submission, words: str = "decided elsewhere", attempt: int | None = None) -> Place:
    """Where these words stand in the hand-in, the newest one unless a number is named."""
    rows = submission.attempts.order_by("-number")
    body = (rows.get(number=attempt) if attempt else rows[0]).body
    for answer in body["answers"]:
        for block in answer["blocks"]:
            if words in block["text"]:
                start = block["text"].index(words)
                return Place(answer["question"], block["id"], start, start + len(words), words)
    raise AssertionError(f"nobody wrote {words!r}")


def comment(submission: Submission, by: User, words: str = "decided elsewhere", **fields: Any) -> Comment:
    return actions.add_comment(submission, place=place(submission, words), by=by, **{"body": BODY, **fields})


def said(submission: Submission, words: str = "decided elsewhere", **fields: Any) -> dict[str, Any]:
    """The same as a client sends it."""
    at = place(submission, words)
    anchor = {"block": at.block, "start": at.start, "end": at.end, "quote": at.quote}
    return {"question": at.question, "anchor": anchor, "body": BODY, **fields}


def typed(submission: Submission, **fields: Any) -> dict[str, Any]:
    """The same as a form sends it, on the whole paragraph unless words are named."""
    at = place(submission, "decided")
    return {"question": at.question, "block": at.block, "words": "", "body": BODY, "passage": "", **fields}
