"""A term that took any course goes out as CSV and as JSON and comes back, and nothing is changed by it."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import User
from assignments import actions, exports
from assignments.models import Assignment, Attempt, Draft, Event, Excuse, Grade, ParkedCopy, Submission
from destalin_site.common import clock
from tests.assignments import term, work
from tests.assignments.test_exports import PAYLOADS, joins
from tests.assignments.test_tables import make_edition, three
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TEXTS = [*PAYLOADS, "'=1", "two\r\nlines", "tab\t=1;=2", "Łódź, “1956”", " ", "-7", "3,5"]


def facts() -> list[object]:
    models = (User, Assignment, Submission, Attempt, Grade, Draft, ParkedCopy, Event)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


def any_course(row: Submission, body: dict[str, Any], cast: Cast, dice: random.Random) -> None:
    """Some of what can become of a piece of work, in an order that acts allow."""
    if dice.random() < 0.3:
        actions.extend(row, due=work.due("2026-03-22 12:00"), reason=dice.choice(TEXTS[:7]), by=cast.teacher)
    came = dice.random() < 0.75
    if came:
        work.hand_in(work.reread(row), body, received_at=clock.now(), incomplete=True)
    if dice.random() < 0.7:
        score = dice.choice([None, "0", "2.50", "1.00"])
        marks = {"feedback": dice.choice(TEXTS), "score": score and Decimal(score)}
        work.mark(work.reread(row), cast.teacher, **marks)
        if dice.random() < 0.6:
            actions.return_grade(work.reread(row), by=cast.teacher, without_submission=not came)
    if dice.random() < 0.2:
        actions.excuse(work.reread(row), category=Excuse.ILLNESS, reason=dice.choice(TEXTS[:7]), by=cast.teacher)


@pytest.mark.parametrize("seed", range(3))
def test_a_class_that_was_exported_comes_back_as_nothing(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    others = [joins(cast, f"other{n}", name) for n, name in enumerate(dice.sample(PAYLOADS[:4], 3))]
    made = term.make(cast, *others)
    with time_machine.travel(work.at("2026-03-20T19:00:00+01:00"), tick=False):
        essay = work.make_assignment(cast, title="=SUM(A1:A9)", due=work.due("2026-03-20 12:00"), missing_percent=20)
        table = work.make_assignment(cast, make_edition(), title="+1;-1", due=work.due("2026-03-20 23:00"))
        for student in (cast.student, cast.classmate, *others):
            text = dice.choice([one for one in TEXTS if one.strip()])
            any_course(work.submission_of(essay, student), work.body_for(essay, text), cast, dice)
            cells = three(table)
            cells["answers"][0]["blocks"][1]["text"] = text
            any_course(work.submission_of(table, student), cells, cast, dice)
    with time_machine.travel(term.NOW, tick=False):
        before = facts()
        for assignment in (made.first, made.late, made.missing, made.excused, essay, table):
            raw = b"".join(exports.marks(assignment, by=cast.teacher, now=clock.now()).parts)
            lines = actions.read_marks(assignment, raw, pointer="/file")
            assert [line.fault for line in lines] == [""] * 5
            for act in (actions.rehearse_marks, actions.import_marks):
                found = act(assignment, lines, by=cast.teacher)
                assert (list(found.rows), found.unchanged, found.absent) == ([], 5, 0)
        raw = b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts)
        for act in (actions.rehearse_class, actions.import_class):
            whole = act(cast.room, actions.read_class(cast.room, raw, pointer="/file"), by=cast.teacher)
            assert [kind for kind in whole.kinds if kind.differs] == []
            assert (whole.changes, whole.refused, [list(one.rows) for _assignment, one in whole.marks]) == (
                0,
                0,
                [[]] * 6,
            )
        assert facts() == before
    document = json.loads(raw)
    kinds = {block["kind"] for row in document["attempts"] for one in row["body"]["answers"] for block in one["blocks"]}
    assert "cell" in kinds
    assert {one["name"] for one in document["people"]} >= {other.display_name for other in others}
