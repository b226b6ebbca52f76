"""Changing what an assignment is judged by makes another edition, and changes no marks."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from assignments import actions, readings
from assignments.errors import ClassArchived
from assignments.models import Grade, RubricEdition, Submission
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.assignments import work
from tests.assignments.edited import Criteria, edit, fresh, named, newest, save, with_criterion, without, worth
from tests.assignments.rubric import make_edition
from tests.cast import Cast

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def judged(cast: Cast) -> Submission:
    """An essay judged by edition 1, and a question of 2 typed points; handed in."""
    submission = work.submission_of(work.make_assignment(cast, make_edition()), cast.student)
    work.hand_in(submission)
    return work.reread(submission)


def refused(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        act()
    return [(row["pointer"], row["code"]) for row in caught.value.extra["errors"]]


def test_another_content_is_another_edition_and_keeps_the_ids_of_what_stayed(judged: Submission, cast: Cast) -> None:
    first = newest(judged.assignment)
    made = edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.co_teacher)
    assert (made.number, made.by, made.title) == (2, cast.co_teacher, first.title)
    assert [each["id"] for each in made.criteria] == [each["id"] for each in first.criteria]
    assert RubricEdition.objects.get(pk=first.pk).criteria == first.criteria
    changed = fresh(judged.assignment)
    assert (changed.version, changed.rubric_changed_at) == (judged.assignment.version + 1, made.at)


@pytest.mark.parametrize("number", [0, 1])
def test_the_same_content_makes_no_edition_whatever_it_was_saved_upon(
    judged: Submission, cast: Cast, number: int
) -> None:
    first = newest(judged.assignment)
    criteria = copy.deepcopy(first.criteria)
    named(criteria, "Sourcing")["levels"][0]["points"] = "4.00"  # another way of writing 4
    same = {"title": f" {first.title} ", "criteria": criteria, "if_number": number, "by": cast.teacher}
    assert actions.edit_rubric(fresh(judged.assignment), **same) == first
    assert RubricEdition.objects.count() == 1
    assert fresh(judged.assignment).version == judged.assignment.version


def test_who_saves_upon_an_older_edition_is_told_and_changes_nothing(judged: Submission, cast: Cast) -> None:
    edit(judged.assignment, worth("Sourcing", "sound", "2"), cast.teacher)
    first = RubricEdition.objects.get(number=1)
    with pytest.raises(VersionStale) as caught:
        actions.edit_rubric(
            fresh(judged.assignment),
            title=first.title,
            criteria=with_criterion(first.criteria),
            if_number=1,
            by=cast.co_teacher,
        )
    assert caught.value.extra["current_etag"] == '"r2"'
    assert RubricEdition.objects.count() == 2


def test_a_question_without_a_rubric_may_get_one(cast: Cast) -> None:
    assignment = work.make_assignment(cast)
    essay = next(iter(readings.questions(assignment)))
    levels = [{"id": f"l{n}", "name": f"Level {n}", "points": str(n), "description": ""} for n in range(6)]
    criterion = {"question": essay, "id": "c", "name": "Depth", "description": "", "levels": levels}
    assert readings.rubric(assignment) is None
    made = actions.edit_rubric(
        fresh(assignment), title="Depth alone", criteria=[criterion], if_number=0, by=cast.teacher
    )
    assert made is not None
    assert (made.number, readings.rubric(fresh(assignment))) == (1, made)
    assert readings.points(fresh(assignment), made.read())[essay] == D(5)


def test_a_question_that_the_key_marks_takes_none(cast: Cast) -> None:
    assignment = work.make_assignment(cast, make_edition(second="single"))
    choice = list(readings.questions(assignment))[1]

    def change(criteria: Criteria) -> None:
        criteria[2]["question"] = choice

    assert refused(lambda: edit(assignment, change, cast.teacher)) == [("/criteria/2/question", "by-key")]


def test_what_is_no_rubric_is_refused_and_said_where(judged: Submission, cast: Cast) -> None:
    def act(change: Any, **fields: Any) -> Any:
        now = newest(judged.assignment)
        criteria = copy.deepcopy(now.criteria)
        change(criteria)
        said = {"title": now.title, "criteria": criteria, "if_number": 1, "by": cast.teacher, **fields}
        return lambda: actions.edit_rubric(fresh(judged.assignment), **said)

    def of_the_whole(criteria: Criteria) -> None:
        criteria[0]["question"] = ""

    def nameless(criteria: Criteria) -> None:
        criteria[1]["levels"][0]["name"] = " "

    def too_many(criteria: Criteria) -> None:
        criteria[0]["levels"] = [{**criteria[0]["levels"][0], "id": f"l{n}"} for n in range(13)]

    assert refused(act(of_the_whole)) == [("/criteria/0/question", "unknown-question")]
    assert refused(act(nameless)) == [("/criteria/1/levels/0/name", "empty")]
    assert refused(act(too_many)) == [("/criteria", "too-many-criteria")]
    assert refused(act(lambda criteria: None, title=" ")) == [("/title", "empty")]
    assert RubricEdition.objects.count() == 1


def test_the_points_stay_within_what_the_assignment_gives_in_all(cast: Cast) -> None:
    assignment = work.make_assignment(cast, make_edition(), points=D(8))
    assert refused(lambda: edit(assignment, worth("Sourcing", "strong", "4.5"), cast.teacher)) == [
        ("/criteria", "above-total")
    ]
    assert edit(assignment, worth("Sourcing", "strong", "3.5"), cast.teacher).number == 2


def test_in_an_archived_class_nothing_changes(judged: Submission, cast: Cast) -> None:
    cast.room.archived_at = cast.room.created_at
    cast.room.save()
    with pytest.raises(ClassArchived):
        edit(judged.assignment, worth("Sourcing", "sound", "2"), cast.teacher)


def test_returned_grades_and_drafts_are_the_same_to_the_bit(judged: Submission, cast: Cast) -> None:
    classmate = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(classmate)
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    save(classmate, cast.teacher, "Sourcing: strong")
    before = list(Grade.objects.order_by("pk").values())
    rows = list(Submission.objects.order_by("pk").values())
    edit(judged.assignment, without("Sourcing"), cast.teacher)
    assert list(Grade.objects.order_by("pk").values()) == before
    assert list(Submission.objects.order_by("pk").values()) == rows


def test_marks_that_were_begun_go_on_with_their_edition_and_new_ones_have_the_newest(
    judged: Submission, cast: Cast
) -> None:
    classmate = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(classmate)
    save(judged, cast.teacher, "Sourcing: sound")
    made = edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    grade = save(work.reread(judged), cast.teacher, "Sourcing: sound", "Context: weak")
    assert (grade.rubric.number, grade.final_score) == (1, D(6))
    other = save(work.reread(classmate), cast.teacher, "Sourcing: sound", "Context: weak")
    assert (other.rubric, other.final_score) == (made, D("6.5"))


def test_marks_on_what_was_returned_go_on_with_its_edition(judged: Submission, cast: Cast) -> None:
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    actions.claim(judged, by=cast.teacher)
    assert save(work.reread(judged), cast.teacher, "Sourcing: sound").rubric.number == 1


def test_levels_that_were_shown_are_not_chosen_in_another_edition(judged: Submission, cast: Cast) -> None:
    edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    row = work.reread(judged)
    assert refused(lambda: save(row, cast.teacher, "Sourcing: sound", rubric=1)) == [("/rubric", "other-rubric")]
    assert not Grade.objects.exists()
    assert save(row, cast.teacher, "Sourcing: sound", rubric=2).rubric.number == 2


def test_what_the_key_gave_has_the_newest_edition_like_all_that_is_not_marked(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast, make_edition(second="single")), cast.student)
    work.hand_in(submission, work.body_for(submission.assignment, single=[1]))
    given = Grade.objects.get()
    made = edit(submission.assignment, with_criterion, cast.teacher)
    draft = Grade.objects.get()
    assert (draft.rubric, draft.out_of, draft.version, draft.marks) == (made, D(11), given.version, given.marks)
    with pytest.raises(ObjectDoesNotExist):
        Grade.objects.get(rubric__number=1)
