"""Draft marks that the key gives by itself, and the marks that a new attempt leaves behind."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from assignments import answers, grading, readings, rubrics
from assignments.actions import lateness
from assignments.actions.turn import Turn
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, Grade, Submission


def put(turn: Turn, attempt: Attempt, body: answers.Body, *, late_seconds: int) -> bool:
    """A draft grade with points for the questions answered by choosing, where there are such questions. Marks
    drafted on an earlier attempt are kept aside: they are for other words. What is not typed and may stand on pictures
    of paper gets no points: somebody has to look. True when it could be returned as it is."""
    submission, assignment = turn.submission, turn.submission.assignment
    last = version(turn) if _may_have_marks(submission) else 0
    drafts = submission.grades.filter(status=Grade.Status.DRAFT)
    questions = readings.questions(assignment)
    chosen = answers.choices(body)
    choosing = [question for question in questions.values() if question.is_choice and question.points]
    if choosing and attempt.via == Attempt.Via.PROXY and attempt.scans.exists():
        choosing = [question for question in choosing if chosen.get(question.id)]
    if not choosing:
        if last:
            # Who has the old marks open must not save them for the new words: the version is another one.
            drafts.update(status=Grade.Status.SUPERSEDED, version=F("version") + 1)
        return False
    if last:
        drafts.update(status=Grade.Status.SUPERSEDED)
    rubric = readings.rubric(assignment)
    possible = readings.points(assignment, readings.criteria(rubric, assignment))
    key = readings.key(assignment.edition_id, turn.now)
    marks: list[dict[str, Any]] = []
    for question in choosing:
        assert question.points is not None
        correct = key.correct(question.id)
        given = grading.points_for_choice(chosen.get(question.id, []), correct=correct, points=question.points)
        marks.append({"question": question.id, "points": str(given), "comment": ""})
    grade = Grade(
        submission=submission,
        attempt=attempt,
        version=last + 1,
        marks=marks,
        rubric=rubric,
        out_of=grading.possible_points(possible, assignment.points),
        saved_at=turn.now,
    )
    grade.entered_score = grading.entered_score(grade.points, None)
    lateness.take_off(grade, assignment, late_seconds)
    grade.save(force_insert=True)
    return grading.ready_to_return(grade.points, questions=possible, override=None, has_words=False)


def _may_have_marks(submission: Submission) -> bool:
    """Whether a grade can stand here. A first hand-in spares the question: marks that were saved before it left an
    event besides those of the assignment and of the first save."""
    if submission.attempt_count:
        return True
    return submission.version > (2 if submission.state == State.DRAFTING else 1)


def version(turn: Turn) -> int:
    """The version of the newest grade of any kind, 0 before the first: versions never come twice."""
    return turn.submission.grades.newest_version()


def again(turn: Turn, attempt: Attempt, *, late_seconds: int) -> bool:
    """The marks of an attempt that counts again: those that were drafted on it, else those that its key gives. True
    when they could be returned as they are."""
    draft = turn.submission.grades.filter(status=Grade.Status.DRAFT).first()
    if draft is None or draft.attempt_id != attempt.pk:
        return put(turn, attempt, attempt.body, late_seconds=late_seconds)
    return ready(draft, readings.judged(turn.submission))


def blank(turn: Turn) -> Grade:
    """A grade that says nothing yet, of what counts now."""
    assignment = readings.judged(turn.submission)
    rubric = readings.rubric(assignment)
    possible = readings.points(assignment, readings.criteria(rubric, assignment))
    grade = Grade(
        submission=turn.submission,
        attempt_id=turn.submission.counted_id,
        version=version(turn) + 1,
        rubric=rubric,
        out_of=grading.possible_points(possible, assignment.points),
        saved_at=turn.now,
        saved_by=turn.author,
    )
    grade.save(force_insert=True)
    return grade


def score(grade: Grade | None) -> str | None:
    """As an event says it; null where that is no score or no grade."""
    return None if grade is None or grade.final_score is None else str(grade.final_score)


def ready(grade: Grade, assignment: Assignment) -> bool:
    """Whether it could be returned as it is."""
    criteria = readings.criteria(grade.rubric, assignment)
    if grade.override is None and grade.is_scored and rubrics.unscored(criteria, rubrics.chosen(grade.criteria)):
        return False
    return grading.ready_to_return(
        grade.points,
        questions=readings.points(assignment, criteria),
        override=grade.override,
        has_words=grade.has_words or grade.comments.exists(),
    )
