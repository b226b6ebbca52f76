"""The rubric of an assignment: copied from what the edition proposes, and changed by who gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from assignments import grading, readings, rubrics
from assignments.actions import draft_points, lateness
from assignments.actions.roster import hold_assignment
from assignments.actions.turn import Turn
from assignments.models import Assignment, Grade, RubricEdition
from assignments.readable import Fault, a_text
from assignments.words import problems
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from lessons.document import canonical_bytes, sha256

MOST_CRITERIA: Final = 60
MOST_LEVELS: Final = 12  # of a criterion
TITLE: Final = 200


def proposed(assignment: Assignment) -> tuple[str, list[dict[str, Any]]]:
    """Title and criteria of what the edition proposes for these questions. The key marks a choice, no rubric; and what
    is no rubric that could be judged by is left out: such a question takes points as one without."""
    text = readings.document(assignment.edition_id)
    known = {rubric["id"]: rubric for rubric in text.rubrics}
    questions = readings.questions(assignment)
    titles: dict[str, None] = {}
    criteria: list[dict[str, Any]] = []
    for question in text.questions:
        rubric = known.get(question["rubric"])
        if rubric is None or question["id"] not in questions or questions[question["id"]].is_choice:
            continue
        own: list[dict[str, Any]] = [{"question": question["id"], **criterion} for criterion in rubric["criteria"]]
        if not rubrics.faults([*criteria, *own], questions=questions):
            titles[rubric["title"]] = None
            criteria += own
    return "; ".join(titles)[:200], criteria


def copy_rubric(assignment: Assignment, *, by: User) -> RubricEdition | None:
    """The first edition of the rubric of an assignment that was made just now; None where nothing is proposed."""
    title, criteria = proposed(assignment)
    if not criteria:
        return None
    return _made(assignment, number=1, title=title, criteria=criteria, by=by, at=assignment.created_at)


def _made(assignment: Assignment, *, criteria: list[dict[str, Any]], **fields: Any) -> RubricEdition:
    return RubricEdition.objects.create(
        assignment=assignment, criteria=criteria, sha256=sha256(canonical_bytes({"criteria": criteria})), **fields
    )


@transaction.atomic
def edit_rubric(
    assignment: Assignment, *, title: str, criteria: Sequence[Mapping[str, Any]], if_number: int, by: User
) -> RubricEdition | None:
    """Makes another edition of what work on this assignment is judged by, upon edition `if_number` (0: upon none).
    Marks that somebody began stay with their edition; whatever is marked from now on has this one. The same content
    again makes none. Gives the newest edition, None where there is no rubric still."""
    assignment = hold_assignment(assignment)
    newest = RubricEdition.objects.filter(assignment=assignment).order_by("-number").first()
    number = newest.number if newest else 0
    title, wanted = title.strip(), [dict(criterion) for criterion in criteria]
    if faults := rubric_faults(assignment, newest, title, wanted):
        raise ValidationFailed(errors=problems(faults))
    if _same(newest, title, wanted):
        return newest  # also after an answer that was lost on its way
    if number != if_number:
        raise VersionStale(current_etag=f'"r{number}"')
    assignment.rubric_changed_at = clock.now()
    assignment.version += 1
    assignment.save(update_fields=["rubric_changed_at", "version"])
    at = assignment.rubric_changed_at
    made = _made(assignment, number=number + 1, title=title, criteria=wanted, by=by, at=at)
    _bring_unmarked(assignment, made, by=by)
    return made


def rubric_faults(
    assignment: Assignment, newest: RubricEdition | None, title: str, criteria: list[dict[str, Any]]
) -> list[Fault]:
    """What keeps these from being the criteria of this assignment."""
    if len(criteria) > MOST_CRITERIA or any(len(each.get("levels", ())) > MOST_LEVELS for each in criteria):
        return [Fault("/criteria", "too-many-criteria")]
    asked = readings.questions(assignment)
    # What another edition of the text asks stays as it is, for those who wrote for that one.
    before = {each["question"] for each in newest.criteria} if newest else set()
    found = rubrics.faults(criteria, questions={*asked, *before} - {rubrics.WHOLE_WORK})
    for place, each in enumerate(criteria):
        at = f"/criteria/{place}/question"
        if each.get("question") == rubrics.WHOLE_WORK:
            found.append(Fault(at, "unknown-question"))  # no page asks for such a level
        elif (question := asked.get(str(each.get("question")))) and question.is_choice:
            found.append(Fault(at, "by-key"))
    found += a_text(title, "/title")
    if criteria and not title:
        found.append(Fault("/title", "empty"))
    elif len(title) > TITLE:
        found.append(Fault("/title", "too-long"))
    if not found and assignment.points is not None:
        known = [each for each in rubrics.read(criteria) if each.question in asked]
        if assignment.points < grading.possible_points(readings.points(assignment, known), None):
            found.append(Fault("/criteria", "above-total"))
    return found


def _same(newest: RubricEdition | None, title: str, criteria: list[dict[str, Any]]) -> bool:
    if newest is None:
        return not criteria
    return newest.title == title and newest.read() == rubrics.read(criteria)


def _bring_unmarked(assignment: Assignment, rubric: RubricEdition, *, by: User) -> None:
    """Points that the key gave by itself are nobody's marks: they have the newest edition like all that is not marked
    yet."""
    rows = Grade.objects.filter(submission__assignment=assignment, status=Grade.Status.DRAFT, saved_by=None)
    for grade in rows.select_related("submission").order_by("submission"):
        turn = Turn.of(grade.submission, by=by)
        draft = turn.submission.grades.filter(pk=grade.pk, status=Grade.Status.DRAFT, saved_by=None).first()
        if draft is None or draft.attempt_id != turn.submission.counted_id:
            continue
        given = readings.judged(turn.submission)
        possible = readings.points(given, readings.criteria(rubric, given))
        draft.rubric, draft.out_of = rubric, grading.possible_points(possible, given.points)
        lateness.settle(draft, turn.submission)
        draft.save(update_fields=["rubric", "out_of", "deducted", "final_score"])
        turn.set(grade_ready=draft_points.ready(draft, given))
        turn.write(quietly=True)
