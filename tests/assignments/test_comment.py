"""Comments on words of a hand-in: they stay on them, and share the fate of the grade that they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from assignments import actions
from assignments.errors import ClaimHeld, StateConflict
from assignments.models import Assignment, Comment, Event, Grade, Submission
from assignments.remarks import LONGEST, MOST, Place, Stretch, in_order, place_of, stretches
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    text = "The count 🧱 was decided elsewhere, and e\u0301lsewhere nobody asked."
    work.hand_in(submission, work.body_for(submission.assignment, text))
    submission.refresh_from_db()
    return submission


def in_sight(submission: Submission) -> list[str]:
    """What the student reads."""
    return list(Comment.objects.visible_to(submission.student).order_by("at").values_list("body", flat=True))


def refused(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as error, transaction.atomic():
        act()
    return [(row["pointer"], row["code"]) for row in error.value.extra["errors"]]


# --- Where it stands ---


def test_a_comment_stands_on_the_words_it_was_made_on_for_ever(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "e\u0301lsewhere")
    actions.release(handed_in, by=cast.teacher)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "Other words."))
    kept = Comment.objects.get(pk=made.pk)
    body = kept.attempt.body
    assert kept.attempt.number == 1
    assert body["answers"][0]["blocks"][0]["text"][kept.start : kept.end] == "e\u0301lsewhere" == kept.quote


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"question": "no-such"}, ("/question", "unknown-question")),
        ({"block": "no-such"}, ("/anchor/block", "anchor-block-unknown")),
        ({"start": 5, "end": 5, "quote": ""}, ("/anchor", "anchor-range-outside")),
        ({"start": 9, "end": 5}, ("/anchor", "anchor-range-outside")),
        ({"end": 4000}, ("/anchor", "anchor-range-outside")),
        ({"start": 1}, ("/anchor/quote", "anchor-quote-differs")),
        ({"start": 3, "end": 4, "quote": " "}, ("/anchor/quote", "empty")),
    ],
)
def test_words_that_do_not_stand_there_take_no_comment(
    cast: Cast, handed_in: Submission, change: dict[str, Any], at: tuple[str, str]
) -> None:
    there = remarks.place(handed_in, "The count 🧱")
    assert refused(
        lambda: actions.add_comment(handed_in, place=replace(there, **change), body="Why?", by=cast.teacher)
    ) == [at]
    assert not Comment.objects.exists()
    assert not Grade.objects.exists()
    assert actions.add_comment(handed_in, place=there, body="Why?", by=cast.teacher).quote == "The count 🧱"


@pytest.mark.parametrize(
    ("words", "code"),
    [(" \n ", "empty"), ("x" * (LONGEST + 1), "too-long"), ("a\x00b", "nul"), ("\ud800", "lone-surrogate")],
)
def test_what_says_nothing_too_much_or_cannot_be_stored_is_no_comment(
    cast: Cast, handed_in: Submission, words: str, code: str
) -> None:
    assert refused(lambda: remarks.comment(handed_in, cast.teacher, "decided", body=words)) == [("/body", code)]
    assert remarks.comment(handed_in, cast.teacher, "decided", body="<b>x</b>").body == "<b>x</b>"


def test_a_passage_must_stand_in_the_edition_of_the_hand_in(cast: Cast, handed_in: Submission) -> None:
    cited = work.cited(handed_in.assignment.edition_id)
    passage = {"source": None, "anchor": cited["anchor"]}
    other = {"source": None, "anchor": {**cited["anchor"], "quote": "somebody was asked"}}
    assert refused(lambda: remarks.comment(handed_in, cast.teacher, "decided", passage=other)) == [
        ("/passage", "anchor-quote-differs")
    ]
    assert remarks.comment(handed_in, cast.teacher, "decided", passage=passage).passage == passage


def test_there_is_an_end_to_comments(cast: Cast, handed_in: Submission) -> None:
    first = remarks.comment(handed_in, cast.teacher, "decided")
    same = {name: getattr(first, name) for name in ("grade", "attempt", "question", "block", "quote", "body", "at")}
    Comment.objects.bulk_create(Comment(start=0, end=1, **same) for _ in range(MOST - 1))
    assert refused(lambda: remarks.comment(handed_in, cast.teacher, "decided")) == [("", "too-many-comments")]


def test_nothing_that_was_not_handed_in_takes_comments(cast: Cast, submission: Submission) -> None:
    with pytest.raises(StateConflict):
        actions.add_comment(submission, place=Place("q", "b", 0, 1, "x"), body="Why?", by=cast.teacher)


# --- Whose it is, and who sees it ---


def test_the_student_sees_comments_from_the_return_until_the_recall(cast: Cast, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    assert in_sight(handed_in) == []
    actions.return_grade(handed_in, by=cast.teacher)
    assert in_sight(handed_in) == ["By whom?"]
    actions.recall(handed_in, reason="Too short.", by=cast.teacher)
    assert in_sight(handed_in) == []


def test_words_alone_can_be_returned_and_a_draft_without_any_cannot(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "decided")
    handed_in.refresh_from_db()
    assert handed_in.grade_ready
    actions.delete_comment(handed_in, key=made.key, if_version=1, by=cast.teacher)
    handed_in.refresh_from_db()
    assert not handed_in.grade_ready
    with pytest.raises(ValidationFailed):
        actions.return_grade(handed_in, by=cast.teacher)


def test_a_recall_copies_what_was_returned_and_keeps_it(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    grade = actions.return_grade(handed_in, by=cast.teacher)
    draft = actions.recall(handed_in, reason="Too short.", by=cast.teacher)
    actions.edit_comment(handed_in, key=made.key, body="By which office?", passage=None, if_version=1, by=cast.teacher)
    assert [row.body for row in grade.comments.all()] == ["By whom?"]
    assert [(row.key, row.body, row.version) for row in draft.comments.all()] == [(made.key, "By which office?", 2)]
    actions.return_grade(handed_in, by=cast.teacher)
    assert in_sight(handed_in) == ["By which office?"]


def test_changing_a_returned_comment_shows_nothing_before_the_next_return(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    made = remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    remarks.comment(handed_in, cast.teacher, "asked", body="Whom?")
    old = actions.return_grade(handed_in, by=cast.teacher)
    actions.claim(handed_in, by=cast.teacher)
    actions.edit_comment(handed_in, key=made.key, body="Who?", passage=None, if_version=1, by=cast.teacher)
    assert in_sight(handed_in) == ["By whom?", "Whom?"]
    new = actions.return_grade(handed_in, by=cast.teacher)
    assert (new.marks, new.final_score) == (old.marks, old.final_score)
    assert sorted(in_sight(handed_in)) == ["Who?", "Whom?"]


def test_marks_that_are_changed_carry_the_comments_on(cast: Cast, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    actions.return_grade(handed_in, by=cast.teacher)
    actions.claim(handed_in, by=cast.teacher)
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, reason="Now with points.", by=cast.teacher)
    assert in_sight(handed_in) == ["By whom?"]


def test_a_new_hand_in_leaves_comments_with_the_words_they_are_about(cast: Cast, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    actions.release(handed_in, by=cast.teacher)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "It was decided by the office."))
    remarks.comment(handed_in, cast.teacher, "the office", body="Good.")
    actions.return_grade(handed_in, by=cast.teacher)
    assert in_sight(handed_in) == ["Good."]
    assert Comment.objects.get(body="By whom?").attempt.number == 1


def test_what_was_returned_cannot_be_changed_even_past_python(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    Comment.objects.filter(pk=made.pk).update(body="By whom, then?")
    actions.return_grade(handed_in, by=cast.teacher)
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.filter(pk=made.pk).update(body="Never said.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.filter(pk=made.pk).update(end=0)
    assert in_sight(handed_in) == ["By whom, then?"]


# --- Two at once ---


def test_a_comment_claims_the_work_and_another_grader_is_kept_out(cast: Cast, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher, "decided")
    handed_in.refresh_from_db()
    assert handed_in.claimed_by == cast.teacher
    with pytest.raises(ClaimHeld):
        remarks.comment(handed_in, cast.co_teacher, "decided")


def test_a_stale_edit_overwrites_nothing(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "decided", body="By whom?")
    edit: dict[str, Any] = {"key": made.key, "passage": None, "if_version": 1}
    actions.edit_comment(handed_in, body="Who?", by=cast.teacher, **edit)
    again = actions.edit_comment(handed_in, body="Who?", by=cast.teacher, **edit)  # the answer was lost
    assert again.version == 2
    with pytest.raises(VersionStale):
        actions.edit_comment(handed_in, body="Whom?", by=cast.teacher, **edit)
    with pytest.raises(VersionStale):
        actions.delete_comment(handed_in, key=made.key, if_version=1, by=cast.teacher)
    assert Comment.objects.get().body == "Who?"


def test_the_same_comment_sent_twice_is_one_and_says_what_it_says_now(cast: Cast, handed_in: Submission) -> None:
    key = uuid7()
    remarks.comment(handed_in, cast.teacher, "decided", key=key, body="By wh")
    remarks.comment(handed_in, cast.teacher, "decided", key=key, body="By wh")
    remarks.comment(handed_in, cast.teacher, "decided", key=key, body="By whom?")
    assert [(row.body, row.version) for row in Comment.objects.all()] == [("By whom?", 2)]
    with pytest.raises(VersionStale):
        remarks.comment(handed_in, cast.teacher, "asked", key=key)


def test_deleting_the_deleted_changes_nothing_and_editing_it_is_told(cast: Cast, handed_in: Submission) -> None:
    made = remarks.comment(handed_in, cast.teacher, "decided")
    actions.delete_comment(handed_in, key=made.key, if_version=1, by=cast.teacher)
    version = Submission.objects.get(pk=handed_in.pk).version
    actions.delete_comment(handed_in, key=made.key, if_version=1, by=cast.teacher)
    assert Submission.objects.get(pk=handed_in.pk).version == version
    with pytest.raises(DomainError):
        actions.edit_comment(handed_in, key=made.key, body="x", passage=None, if_version=1, by=cast.teacher)


def test_a_row_of_comments_by_one_person_is_one_event(cast: Cast, handed_in: Submission) -> None:
    remarks.comment(handed_in, cast.teacher, "decided")
    remarks.comment(handed_in, cast.teacher, "asked")
    assert list(Event.objects.filter(submission=handed_in, actor=cast.teacher).values_list("name", flat=True)) == [
        "assign",
        "claim",
        "mark",
    ]


# --- Values ---


def test_words_are_found_in_their_paragraph(assignment: Assignment) -> None:
    body = work.body_for(assignment, "asked 🧱 and asked")
    question, block = body["answers"][0]["question"], body["answers"][0]["blocks"][0]["id"]
    assert place_of(body, question, block, "asked") == Place(question, block, 0, 5, "asked")
    assert place_of(body, question, block, "asked", near=12) == Place(question, block, 12, 17, "asked")
    assert place_of(body, question, block, "") == Place(question, block, 0, 17, "asked 🧱 and asked")
    assert place_of(body, question, block, "told") is None
    assert place_of(body, question, "other", "asked") is None


def test_a_text_is_cut_where_comments_begin_and_end() -> None:
    assert list(stretches(0, 10, {1: (2, 6), 2: (4, 10)})) == [
        Stretch(0, 2, (), ()),
        Stretch(2, 4, (1,), ()),
        Stretch(4, 6, (1, 2), (1,)),
        Stretch(6, 10, (2,), (2,)),
    ]


def test_comments_are_read_in_the_order_of_the_text(assignment: Assignment) -> None:
    body = work.body_for(assignment, "one two three")
    question, block = body["answers"][0]["question"], body["answers"][0]["blocks"][0]["id"]
    places = [("c", Place(question, block, 4, 7, "two")), ("b", Place(question, block, 0, 3, "one"))]
    assert in_order([*places, ("a", Place(question, block, 0, 13, "all"))], body, [question]) == ["b", "a", "c"]
