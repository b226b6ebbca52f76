"""A rubric, an edition whose essay names it, and levels chosen by their names."""

from typing import Any

from assignments import readings
from assignments.models import Assignment
from lessons.models import Edition, Rubric
from tests.lessons import factories

SOURCING = ("Sourcing", [("strong", "4"), ("sound", "3"), ("none", "0")])
CONTEXT = ("Context", [("strong", "2"), ("weak", "1"), ("none", "0")])
VOICE = ("Voice", [("own", None), ("borrowed", None)])


def make_rubric(*criteria: tuple[str, list[tuple[str, str | None]]]) -> Rubric:
    """Six points on two criteria, and a scale, unless others are named."""
    return Rubric.objects.create(
        slug=f"reading-a-letter-{Rubric.objects.count()}",
        title="Reading a letter",
        criteria=[
            (
                "criterion",
                {
                    "name": name,
                    "description": f"What makes {name.lower()} good.",
                    "levels": [{"name": level, "points": points, "description": ""} for level, points in levels],
                },
            )
            for name, levels in criteria or (SOURCING, CONTEXT, VOICE)
        ],
    )


def make_edition(*, kind: str = "essay", second: str = "short", scale: bool = False) -> Edition:
    """An essay of 4 points that names a rubric of 6, and a question of 2 points."""
    rubric = make_rubric(VOICE) if scale else make_rubric()
    first = factories.question(kind) if kind == "essay" else factories.choice(kind)
    other = factories.choice(second) if second == "single" else factories.question(second)
    return factories.make_edition(
        sections=[
            ("Before", [("paragraph", "<p>The wall went up in a night, and nobody was asked.</p>")]),
            (
                "After",
                [
                    ("question", {**first, "points": "4", "rubric": rubric}),
                    ("question", {**other, "points": "2", "required": False}),
                ],
            ),
        ]
    )


def essay_of(assignment: Assignment) -> str:
    return next(iter(readings.questions(assignment)))


def levels(assignment: Assignment, *chosen: str) -> list[dict[str, Any]]:
    """Choices as marks have them: "Sourcing: sound"."""
    found = []
    for words in chosen:
        name, level = words.split(": ")
        criterion = next(c for c in readings.criteria(readings.rubric(assignment)) if c.name == name)
        found.append(
            {
                "question": criterion.question,
                "criterion": criterion.id,
                "level": next(each.id for each in criterion.levels if each.name == level),
                "comment": "",
            }
        )
    return found
