"""One comment for many: what is shown before is what is done, and the way back leaves what was changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from accounts import actions as people
from accounts.models import AuditEntry, Membership
from assignments import actions, readings
from assignments.actions import PreviewStale, Said
from assignments.errors import ClassArchived
from assignments.history import check_all
from assignments.models import Assignment, Comment, Event, Grade, SharedComment, Submission
from assignments.remarks import MOST, Place
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.ids import uuid7
from tests.assignments import remarks, revised, work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

WORDS = "You say nothing of who paid."


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def hers(cast: Cast, assignment: Assignment) -> Submission:
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission)
    return work.reread(submission)


@pytest.fixture
def his(cast: Cast, assignment: Assignment) -> Submission:
    submission = work.submission_of(assignment, cast.classmate)
    work.hand_in(submission)
    return work.reread(submission)


def share(cast: Cast, *works: Submission, said: Said | None = None, **fields: Any) -> actions.Sharing:
    """What the rehearsal shows is done at once."""
    assignment, said = works[0].assignment, said or Said(WORDS)
    chosen = [each.pk for each in works]
    shown = actions.rehearse_comment(assignment, said, submissions=chosen, by=cast.teacher)
    return actions.share_comment(
        assignment, said, **{"submissions": chosen, "preview": shown.tag, "by": cast.teacher, **fields}
    )


def outcome(done: actions.Sharing, submission: Submission) -> actions.SharedRow:
    return next(row for row in done.rows if row.submission == submission.pk)


def said_to(submission: Submission) -> list[str]:
    return list(
        Comment.objects.filter(grade__submission=submission, grade__status="draft").values_list("body", flat=True)
    )


def test_a_rehearsal_says_who_gets_it_and_changes_nothing(cast: Cast, hers: Submission, his: Submission) -> None:
    before = (Event.objects.count(), Grade.objects.count())
    shown = actions.rehearse_comment(
        hers.assignment, Said(WORDS), submissions=[his.pk, hers.pk, his.pk], by=cast.teacher
    )
    assert [row.given for row in shown.rows] == [True, True]
    assert (Event.objects.count(), Grade.objects.count()) == before
    assert not SharedComment.objects.exists()


def test_each_gets_a_comment_on_the_whole_in_a_draft_that_she_cannot_see_and_nobody_holds(
    cast: Cast, hers: Submission, his: Submission
) -> None:
    done = share(cast, hers, his)
    assert [said_to(each) for each in (hers, his)] == [[WORDS], [WORDS]]
    assert {row.place for row in Comment.objects.all()} == {Place.whole()}
    assert not Comment.objects.visible_to(cast.student).exists()
    hers.refresh_from_db()
    assert (hers.state, hers.claimed_by, hers.grade_ready) == ("submitted", None, True)
    names = list(Event.objects.filter(submission=hers).order_by("seq").values_list("name", flat=True))
    assert names[-3:] == ["claim", "mark", "release"]
    assert list(check_all()) == []
    assert done.shared is not None
    assert AuditEntry.objects.filter(action="comment shared").count() == 1
    actions.return_grade(hers, by=cast.teacher)
    assert [row.body for row in Comment.objects.visible_to(cast.student)] == [WORDS]


def test_work_that_she_was_grading_stays_with_her(cast: Cast, hers: Submission) -> None:
    actions.claim(hers, by=cast.teacher)
    share(cast, hers)
    hers.refresh_from_db()
    assert (hers.state, hers.claimed_by) == ("in_review", cast.teacher)


def test_who_cannot_get_it_is_told_with_why_and_keeps_nobody_else_from_it(
    cast: Cast, assignment: Assignment, hers: Submission, his: Submission
) -> None:
    actions.claim(his, by=cast.co_teacher)
    people.add_member(cast.room, username=person("third", school=cast.school).username, role="student", by=cast.teacher)
    third = assignment.submissions.get(student__username="third")
    elsewhere = uuid7()
    shown = actions.rehearse_comment(
        assignment, Said(WORDS), submissions=[hers.pk, his.pk, third.pk, elsewhere], by=cast.teacher
    )
    told = {row.submission: row.code for row in shown.rows}
    assert told == {hers.pk: "", his.pk: "claim-held", third.pk: "state-conflict", elsewhere: "not-found"}
    assert all(row.words for row in shown.refused)
    done = share(cast, hers, his, third)
    assert [row.submission for row in done.given] == [hers.pk]
    assert not Grade.objects.filter(submission__in=[his.pk, third.pk]).exists()


def test_returned_work_gets_it_with_the_next_return(cast: Cast, hers: Submission) -> None:
    work.mark(hers, cast.teacher)
    actions.return_grade(hers, by=cast.teacher)
    hers = work.reread(hers)
    done = share(cast, hers)
    assert outcome(done, hers).later
    hers.refresh_from_db()
    assert hers.state == "returned"
    assert not Comment.objects.visible_to(cast.student).exists()
    draft = Grade.objects.get(submission=hers, status="draft")
    assert (draft.points, draft.feedback) == (hers.returned_grade.points, "Well seen.")
    assert list(check_all()) == []


def test_a_hand_in_that_is_full_of_comments_gets_no_other(cast: Cast, hers: Submission) -> None:
    made = remarks.comment(hers, cast.teacher)
    copies = [Comment.objects.get(pk=made.pk) for _n in range(MOST - 1)]
    for copy in copies:
        copy.pk, copy.key = uuid7(), uuid7()
    Comment.objects.bulk_create(copies)
    shown = actions.rehearse_comment(hers.assignment, Said(WORDS), submissions=[hers.pk], by=cast.teacher)
    assert [row.code for row in shown.rows] == ["too-many-comments"]


@pytest.mark.parametrize("meanwhile", ["claimed", "handed in again"])
def test_what_is_not_as_it_was_shown_is_given_to_nobody(
    cast: Cast, hers: Submission, his: Submission, meanwhile: str
) -> None:
    chosen = [hers.pk, his.pk]
    shown = actions.rehearse_comment(hers.assignment, Said(WORDS), submissions=chosen, by=cast.teacher)
    if meanwhile == "claimed":
        actions.claim(his, by=cast.co_teacher)
    else:
        work.hand_in(his)
    with pytest.raises(PreviewStale) as stale:
        actions.share_comment(hers.assignment, Said(WORDS), submissions=chosen, preview=shown.tag, by=cast.teacher)
    assert not Comment.objects.exists()
    assert not SharedComment.objects.exists()
    again = actions.share_comment(
        hers.assignment, Said(WORDS), submissions=chosen, preview=stale.value.now.tag, by=cast.teacher
    )
    assert len(again.given) == (1 if meanwhile == "claimed" else 2)


def test_other_words_than_were_shown_are_given_to_nobody(cast: Cast, hers: Submission) -> None:
    shown = actions.rehearse_comment(hers.assignment, Said(WORDS), submissions=[hers.pk], by=cast.teacher)
    with pytest.raises(PreviewStale):
        actions.share_comment(
            hers.assignment, Said("Other words."), submissions=[hers.pk], preview=shown.tag, by=cast.teacher
        )
    assert not Comment.objects.exists()


def test_the_same_once_more_changes_nothing_also_after_it_was_taken_back(
    cast: Cast, hers: Submission, his: Submission
) -> None:
    key = uuid7()
    first = share(cast, hers, his, key=key)
    again = actions.share_comment(
        hers.assignment, Said(WORDS), submissions=[hers.pk, his.pk], preview=first.tag, key=key, by=cast.teacher
    )
    assert list(again.rows) == list(first.rows)
    assert Comment.objects.count() == 2
    assert first.shared is not None
    actions.take_back_comment(first.shared, by=cast.teacher)
    share_again = {"submissions": [hers.pk, his.pk], "preview": first.tag, "key": key, "by": cast.teacher}
    actions.share_comment(hers.assignment, Said(WORDS), **share_again)
    assert not Comment.objects.exists()
    with pytest.raises(ValidationFailed), transaction.atomic():
        actions.share_comment(hers.assignment, Said("Other words."), **share_again)
    with pytest.raises(ValidationFailed), transaction.atomic():
        actions.share_comment(hers.assignment, Said(WORDS), **{**share_again, "submissions": [hers.pk]})


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(" "), ("/body", "empty")),
        (Said(WORDS, question="no-such"), ("/question", "unknown-question")),
        (
            Said(WORDS, passage={"source": None, "anchor": {"block": "no", "start": 0, "end": 1, "quote": "T"}}),
            ("/passage", "anchor-block-unknown"),
        ),
    ],
)
def test_what_can_be_said_to_nobody_is_refused(
    cast: Cast, hers: Submission, said: Said, fault: tuple[str, str]
) -> None:
    with pytest.raises(ValidationFailed) as refused, transaction.atomic():
        actions.rehearse_comment(hers.assignment, said, submissions=[hers.pk], by=cast.teacher)
    assert [(row["pointer"], row["code"]) for row in refused.value.extra["errors"]] == [fault]


def test_where_nobody_can_get_it_nothing_is_kept(cast: Cast, hers: Submission) -> None:
    actions.claim(hers, by=cast.co_teacher)
    with pytest.raises(ValidationFailed), transaction.atomic():
        share(cast, hers)
    assert not SharedComment.objects.exists()


def test_the_bank_counts_a_use_for_each_who_gets_it(cast: Cast, hers: Submission, his: Submission) -> None:
    template = actions.save_template(body=WORDS, by=cast.teacher)
    share(cast, hers, his, template=template)
    template.refresh_from_db()
    assert template.uses == 2


def test_the_passage_stands_where_each_of_them_reads_it_or_is_left_out(cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.saying(edition, revised.GONE))
    work.hand_in(room.draft, room.body)
    room.upgrade("all")
    assignment = Assignment.objects.select_related("classroom").get()
    work.hand_in(work.submission_of(assignment, cast.classmate))
    passage = readings.passage_named(assignment.edition_id, "1")
    chosen = [room.draft.pk, room.fresh.pk]
    said = Said(WORDS, passage=passage)
    shown = actions.rehearse_comment(assignment, said, submissions=chosen, by=cast.teacher)
    told = {row.submission: row.without_passage for row in shown.rows}
    assert told == {room.draft.pk: True, room.fresh.pk: False}
    actions.share_comment(assignment, said, submissions=chosen, preview=shown.tag, by=cast.teacher)
    assert dict(Comment.objects.values_list("grade__submission", "passage")) == {
        room.draft.pk: None,
        room.fresh.pk: passage,
    }


# --- The way back ---


def taken_back(done: actions.Sharing, cast: Cast) -> tuple[list[UUID], dict[UUID, str]]:
    assert done.shared is not None
    back = actions.take_back_comment(SharedComment.objects.get(pk=done.shared.pk), by=cast.teacher)
    return list(back.gone), {row.submission: row.code for row in back.stays}


def test_it_is_taken_back_from_all_at_once(cast: Cast, hers: Submission, his: Submission) -> None:
    done = share(cast, hers, his)
    gone, stays = taken_back(done, cast)
    assert (set(gone), stays) == ({hers.pk, his.pk}, {})
    assert not Comment.objects.exists()
    hers.refresh_from_db()
    assert (hers.state, hers.claimed_by, hers.grade_ready) == ("submitted", None, False)
    assert AuditEntry.objects.filter(action="comment taken back").count() == 1
    assert list(check_all()) == []
    assert taken_back(done, cast)[1] == {}
    assert AuditEntry.objects.filter(action="comment taken back").count() == 1


def test_who_left_the_class_meanwhile_keeps_nobody_else_from_the_way_back(
    cast: Cast, hers: Submission, his: Submission
) -> None:
    done = share(cast, hers, his)
    people.remove_member(Membership.objects.get(user=cast.student, classroom=cast.room), by=cast.teacher)
    gone, stays = taken_back(done, cast)
    assert (list(gone), set(stays)) == ([his.pk], {hers.pk})
    assert said_to(hers) == [WORDS]


def test_in_an_archived_class_nothing_is_called_taken_back(cast: Cast, hers: Submission) -> None:
    done = share(cast, hers)
    people.archive(cast.room, by=cast.teacher)
    with pytest.raises(ClassArchived):
        taken_back(done, cast)
    with pytest.raises(ClassArchived):
        share(cast, work.reread(hers))
    assert SharedComment.objects.get().taken_back_at is None


@pytest.mark.parametrize("since", ["changed", "returned", "aside", "claim-held"])
def test_what_was_changed_returned_or_is_with_a_colleague_stays_and_is_told(
    cast: Cast, hers: Submission, his: Submission, since: str
) -> None:
    done = share(cast, hers, his)
    his.refresh_from_db()
    made = Comment.objects.get(grade__submission=his)
    if since == "changed":
        actions.edit_comment(his, key=made.key, body="Of his own.", passage=None, if_version=1, by=cast.teacher)
    elif since == "returned":
        actions.return_grade(his, by=cast.teacher)
    elif since == "aside":
        work.hand_in(his)
    else:
        actions.claim(his, by=cast.co_teacher)
    gone, stays = taken_back(done, cast)
    assert (gone, stays) == ([hers.pk], {his.pk: since})
    assert Comment.objects.filter(grade__submission=his).exists()


def test_after_a_recall_the_copy_in_the_draft_is_taken_back_too(cast: Cast, hers: Submission) -> None:
    done = share(cast, hers)
    actions.return_grade(hers, by=cast.teacher)
    hers.refresh_from_db()
    actions.recall(hers, reason="Too soon.", by=cast.teacher)
    actions.release(hers, by=cast.teacher)
    assert taken_back(done, cast) == ([hers.pk], {})
    assert said_to(hers) == []


def test_what_somebody_deleted_already_is_gone(cast: Cast, hers: Submission) -> None:
    done = share(cast, hers)
    made = Comment.objects.get()
    actions.delete_comment(hers, key=made.key, if_version=1, by=cast.teacher)
    assert taken_back(done, cast) == ([hers.pk], {})
