"""Work for the tests of this app: an edition with questions, an assignment of it, and bodies of answers."""

import contextlib
import datetime as dt
from typing import Any
from uuid import UUID

from accounts.models import User
from assignments import actions, readings
from assignments.actions import DueSaid
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Submission
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from tests.cast import Cast
from tests.lessons import factories

TEXT = "The wall went up in a night, and nobody was asked."
# What stands over a form that was refused: its lines lead to their fields.
REFUSAL_TAKES_FOCUS = 'class="errors" role="alert" tabindex="-1" autofocus'


@factories.not_indexed()
def make_edition() -> Edition:
    """One essay (4 points, required), one single and one multiple choice (1 and 2 points); not indexed."""
    return factories.make_edition(
        sections=[
            ("Before", [("paragraph", f"<p>{TEXT}</p>"), ("question", factories.question("essay", points="4"))]),
            (
                "After",
                [
                    ("question", {**factories.choice("single"), "points": "1", "required": False}),
                    ("question", {**factories.choice("multiple", right=(1, 2)), "points": "2", "required": False}),
                ],
            ),
        ]
    )


def make_assignment(cast: Cast, edition: Edition | None = None, **fields: Any) -> Assignment:
    return actions.create_assignment(
        cast.room, edition=edition or make_edition(), by=cast.teacher, **{"title": "Walls", **fields}
    )


def submission_of(assignment: Assignment, student: User) -> Submission:
    return Submission.objects.get(assignment=assignment, student=student)


def reread(submission: Submission) -> Submission:
    """The row as a request finds it, with the people and the class that it asks for."""
    return Submission.objects.select_related("assignment__classroom", "student").get(pk=submission.pk)


def due(text: str, zone: str = "Europe/Warsaw") -> DueSaid:
    moment = dt.datetime.fromisoformat(text)
    return DueSaid(moment.date(), moment.time(), zone)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def cited(edition_id: str, quote: str = "nobody was asked", **fields: Any) -> dict[str, Any]:
    """A citation of words of the lesson's own text."""
    block = next(block for block in readings.document(edition_id).citable_blocks() if quote in block["text"])
    start = block["text"].index(quote)
    anchor = {"block": block["id"], "start": start, "end": start + len(quote), "quote": quote}
    return {"id": str(uuid7()), "source": None, "anchor": anchor, "stance": "supports", **fields}


def body_for(
    assignment: Assignment,
    text: str = "It was decided elsewhere.",
    *,
    citations: list[dict[str, Any]] | None = None,
    single: list[int] | None = None,
    multiple: list[int] | None = None,
) -> dict[str, Any]:
    """An answer to the essay, and to the choices where option numbers are given."""
    answers: list[dict[str, Any]] = []
    chosen = {"single": single, "multiple": multiple}
    numbers = {question["id"]: question for question in readings.document(assignment.edition_id).questions}
    for name, question in readings.questions(assignment).items():
        if question.kind == "essay":
            block = {"id": f"b-{name[:8]}", "kind": "paragraph", "text": text, "citations": citations or []}
            answers.append({"question": name, "blocks": [block]})
        elif (places := chosen.get(question.kind)) is not None:
            options = [option["id"] for option in numbers[name]["options"]]
            answers.append({"question": name, "blocks": [], "choice": [options[place] for place in places]})
    return {"answers": answers}


def hand_in(submission: Submission, body: dict[str, Any] | None = None, **fields: Any) -> actions.HandedIn:
    return actions.submit(
        submission,
        **{
            "body": body or body_for(submission.assignment),
            "client_attempt_id": uuid7(),
            "edition": submission.assignment.edition_id,
            "by": submission.student,
            "received_at": dt.datetime.now(dt.UTC),
            **fields,
        },
    )


def revise(submission: Submission) -> None:
    """Makes it the student's turn again, past the acts: for tests of what is shown then."""
    Submission.objects.filter(pk=submission.pk).update(
        state="revising", claim_from="", claimed_by=None, claim_until=None
    )
    submission.refresh_from_db()


def set_aside(submission: Submission) -> None:
    """Her close is over, past the acts; and she hands in all the same."""
    Submission.objects.filter(pk=submission.pk).update(closes_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5))
    with contextlib.suppress(AssignmentClosed):
        hand_in(reread(submission))
    submission.refresh_from_db()


def full_marks(assignment: Assignment) -> list[dict[str, Any]]:
    return [
        {"question": name, "points": question.points, "comment": ""}
        for name, question in readings.questions(assignment).items()
    ]


def mark(submission: Submission, by: User, *, if_version: int | None = None, **fields: Any) -> Any:
    """Full marks, upon whatever is there now unless a version is named."""
    newest = submission.grades.latest_first().values_list("version", flat=True).first() or 0
    return actions.save_marks(
        submission,
        by=by,
        if_version=newest if if_version is None else if_version,
        **{"questions": full_marks(submission.assignment), "feedback": "Well seen.", "score": None, **fields},
    )


def a_uuid(n: int) -> UUID:
    return UUID(int=n)
