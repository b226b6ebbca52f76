"""A lesson that is published once more while a class works on it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assignments import actions
from assignments.models import Assignment, EditionUpgrade, Submission
from lessons.models import Edition, Lesson
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories

MOVED = "Some say otherwise. The wall went up in a night, and nobody was asked."
GONE = "The wall went up in a day, and everybody was asked."

Blocks = list[dict[str, Any]]


def revised(edition: Edition, change: Callable[[Blocks], Blocks]) -> Edition:
    """Published with the blocks of each section as `change` leaves them; those that stay keep their ids."""
    lesson = Lesson.objects.get(pk=edition.lesson_id)
    sections = list(lesson.sections.all())
    for section in sections:
        section.body = json.dumps(change([dict(block) for block in section.body.raw_data]))
    lesson.sections = sections
    return factories.publish(lesson)


def saying(edition: Edition, text: str) -> Edition:
    """With other words in its paragraph."""

    def change(blocks: Blocks) -> Blocks:
        return [{**block, "value": f"<p>{text}</p>"} if block["type"] == "paragraph" else block for block in blocks]

    return revised(edition, change)


def without_question(edition: Edition, kind: str) -> Edition:
    return revised(
        edition,
        lambda blocks: [b for b in blocks if b["type"] != "question" or b["value"]["kind"] != kind],
    )


def with_question(edition: Edition) -> Edition:
    """With a question more at the end of each section."""
    asked = factories.question("short", "Who was it?", points="1", required=False)
    return revised(edition, lambda blocks: [*blocks, {"type": "question", "value": asked}])


@dataclass
class Room:
    """One student has a draft that cites the text, the other has not started; a newer edition says MOVED."""

    cast: Cast
    assignment: Assignment
    old: Edition
    new: Edition
    draft: Submission
    fresh: Submission
    body: dict[str, Any]

    def upgrade(self, scope: str = "all", **fields: Any) -> EditionUpgrade:
        assignment = Assignment.objects.select_related("classroom", "edition").get(pk=self.assignment.pk)
        return actions.upgrade_edition(
            assignment,
            **{
                "from_edition": assignment.edition_id,
                "to_edition": self.new.pk,
                "scope": scope,
                "by": self.cast.teacher,
                **fields,
            },
        )

    def back(self, scope: str = "all") -> EditionUpgrade:
        return self.upgrade(scope, to_edition=self.old.pk)

    def reread(self) -> None:
        for row in (self.draft, self.fresh):
            row.refresh_from_db()


def make(
    cast: Cast, change: Callable[[Edition], Edition] = lambda edition: saying(edition, MOVED), **fields: Any
) -> Room:
    old = work.make_edition()
    assignment = work.make_assignment(cast, old, **fields)
    draft, fresh = (work.submission_of(assignment, who) for who in (cast.student, cast.classmate))
    body = work.body_for(assignment, citations=[work.cited(old.pk, note="Hers alone.")], single=[1])
    actions.save_draft(draft, body=body, if_rev=0, by=cast.student)
    return Room(cast, assignment, old, change(old), draft, fresh, body)
