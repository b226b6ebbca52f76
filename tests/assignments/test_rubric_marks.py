"""Work is judged by the rubric that its edition proposed: levels are chosen, and give the points."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assignments import readings
from assignments.models import RubricEdition, Submission
from destalin_site.common.errors import ValidationFailed
from lessons.models.edition import WrittenOnce
from tests.assignments import work
from tests.assignments.rubric import make_edition, make_rubric
from tests.cast import Cast

D = Decimal
TWO = D(2)


@pytest.fixture
def judged(cast: Cast) -> Submission:
    """An essay judged by a rubric of 6 points and a scale, and a question of 2 typed points; handed in."""
    submission = work.submission_of(work.make_assignment(cast, make_edition()), cast.student)
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


def refused(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        act()
    return [(row["pointer"], row["code"]) for row in caught.value.extra["errors"]]


# --- What an assignment is judged by ----------------------------------------------------------------------------------


def test_assigning_copies_the_rubric_of_each_question_that_names_one(judged: Submission) -> None:
    [edition] = RubricEdition.objects.filter(assignment=judged.assignment)
    essay, _ = readings.questions(judged.assignment)
    assert (edition.number, edition.title, edition.by) == (1, "Reading a letter", judged.assignment.created_by)
    assert [(c["question"], c["name"]) for c in edition.criteria] == [
        (essay, "Sourcing"),
        (essay, "Context"),
        (essay, "Voice"),
    ]
    assert len(edition.sha256) == 64


def test_an_edition_that_names_no_rubric_leaves_none_and_points_are_typed(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    assert not RubricEdition.objects.exists()
    grade = work.mark(submission, cast.teacher)
    assert (grade.rubric, grade.criteria, grade.final_score) == (None, [], D(7))


def test_only_the_questions_that_are_given_bring_their_rubric(cast: Cast) -> None:
    edition = make_edition()
    short = readings.document(edition.pk).questions[1]["id"]
    work.make_assignment(cast, edition, questions=[short])
    assert not RubricEdition.objects.exists()


def test_the_key_marks_a_choice_whatever_rubric_it_names(cast: Cast) -> None:
    assignment = work.make_assignment(cast, make_edition(kind="single"))
    assert not RubricEdition.objects.filter(assignment=assignment).exists()


def test_a_total_leaves_out_no_points_that_the_rubric_gives(cast: Cast) -> None:
    edition = make_edition()  # 6 by the rubric, although the essay says 4, and 2
    assert refused(lambda: work.make_assignment(cast, edition, points=D("7.99"))) == [("/points", "below-questions")]
    assert work.make_assignment(cast, edition, points=D(8)).points == D(8)


def test_a_rubric_that_changes_later_changes_no_assignment(judged: Submission, cast: Cast) -> None:
    before = RubricEdition.objects.get().criteria
    rubric = make_rubric()
    rubric.title = "Another"
    rubric.save()
    assert RubricEdition.objects.get().criteria == before


def test_a_rubric_edition_is_written_once_also_for_what_goes_past_python(judged: Submission) -> None:
    edition = RubricEdition.objects.get()
    edition.title = "Another"
    with pytest.raises(WrittenOnce):
        edition.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assignments_rubricedition SET title = 'Another'")
