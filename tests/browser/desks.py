"""A class with something to read and to answer, for the tests of the student's pages."""

from typing import Any

from assignments import actions, readings
from assignments.models import Assignment, Submission
from lessons.models import Edition
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories

LETTER = (
    "The foreman keeps the count, and the count is never wrong in our favour.",
    "Здравствуй, брат 🧱 — e\u0301t voilà, they pay by the stone.",
    "Write to me when the river is open again.",
)
REPORT = ("Forty thousand stones were laid in the first week.", "No complaint has been received.")


@factories.not_indexed()
def make_edition() -> Edition:
    """A lesson with two sources, and a question of every kind; not indexed."""
    letter = factories.make_source(title="A mason to his brother", passages=LETTER)
    report = factories.make_source(title="Report of the building office", passages=REPORT, kind="report")
    return factories.make_edition(
        title="Walls",
        sections=[
            (
                "Before",
                [
                    ("paragraph", "<p>The wall went up in a night, and <i>nobody</i> was asked.</p>"),
                    ("list", {"items": ["<p>stone</p>", "<p>mortar</p>", "<p>labour</p>"], "ordered": False}),
                    ("source", {"source": letter, "framing": "<p>Read what the mason says.</p>", "last": 2}),
                    ("question", factories.question("essay", "Whom did the wall serve?", points="4")),
                ],
            ),
            (
                "After",
                [
                    ("paragraph", "<p>It stood for a <b>generation</b>, longer than those who planned it.</p>"),
                    ("source", {"source": report}),
                    ("question", factories.question("short", "What does the report leave out?", required=False)),
                    ("question", {**factories.choice("single"), "points": "1", "required": False}),
                    ("question", {**factories.choice("multiple", right=(1, 2)), "points": "2", "required": False}),
                ],
            ),
        ],
    )


def give(cast: Cast, **fields: Any) -> Assignment:
    return actions.create_assignment(
        cast.room,
        edition=fields.pop("edition", None) or make_edition(),
        by=cast.teacher,
        **{
            "title": "Whose wall?",
            "due": work.due("2036-03-20T23:59"),
            "instructions": "Read both sources first.\n\nThen answer.",
            **fields,
        },
    )


def desk_of(assignment: Assignment, cast: Cast) -> Submission:
    return work.submission_of(assignment, cast.student)


ESSAY = "I think that the wall served those who counted the stones more than those who laid them."


def body(assignment: Assignment, text: str = ESSAY) -> dict[str, Any]:
    """An essay with a citation, a claim with evidence and one without."""
    essay = next(name for name, question in readings.questions(assignment).items() if question.kind == "essay")
    cited = work.cited(assignment.edition_id, "nobody was asked", stance="context")
    evidence = work.cited(assignment.edition_id, "the count is never wrong", stance="contradicts")
    evidence["source"] = readings.document(assignment.edition_id).source_of(evidence["anchor"]["block"])["id"]
    blocks = [
        {"id": "b1", "kind": "paragraph", "text": text, "citations": [cited]},
        {"id": "c1", "kind": "claim", "text": "The office kept the count.", "citations": [evidence]},
        {"id": "c2", "kind": "claim", "text": "Nobody complained in writing.", "citations": []},
    ]
    return {"answers": [{"question": essay, "blocks": blocks}]}
