"""Who is told of what: in the transaction of the act, once, and no longer than it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts import actions as people
from accounts.models import Classroom, Membership
from assignments import actions, marks_moving
from assignments.actions import noticing
from assignments.models import Assignment, Excuse, Notice, ParkedCopy, Submission
from assignments.notices import ENDS, SAYS, told
from tests.assignments import remarks, revised, work
from tests.assignments.told import kinds, read_all, unread, words
from tests.assignments.work import at, due
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


def returned(cast: Cast, submission: Submission) -> None:
    work.hand_in(work.reread(submission))
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    submission.refresh_from_db()


# ------------------------------------------------------------------------------------------------------ to the student


def test_whoever_is_given_work_is_told_and_nobody_else(cast: Cast) -> None:
    work.make_assignment(cast, audience=[cast.student.pk])
    assert words(cast.student) == ["“Walls” was given to you."]
    for other in (cast.classmate, cast.teacher, cast.co_teacher, cast.other_student, cast.stranger, cast.removed):
        assert kinds(other) == []


def test_work_that_is_not_open_is_told_when_it_opens(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    assignment = work.make_assignment(cast, opens_at=at("2026-05-03T09:00Z"))
    assert kinds(cast.student) == []
    actions.update_assignment(assignment, if_version=1, opens_at=at("2026-05-02T09:00Z"), by=cast.teacher)
    time_machine.move_to(at("2026-05-02T10:00Z"), tick=False)
    assert kinds(cast.student) == ["assigned"]
    assert Notice.objects.get(person=cast.student).at == at("2026-05-02T09:00Z")
    # Closed to her once more, it is not told either, read or not.
    read_all(cast.student)
    actions.update_assignment(assignment, if_version=2, opens_at=at("2026-05-04T09:00Z"), by=cast.teacher)
    assert kinds(cast.student) == []


def test_work_that_is_closed_already_is_not_told_to_who_joins_late(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    edition = work.make_edition()
    work.make_assignment(cast, edition, closes_at=at("2026-05-02T09:00Z"))
    work.make_assignment(cast, edition, title="Gates")
    time_machine.move_to(at("2026-05-03T09:00Z"), tick=False)
    people.add_member(cast.room, username=person("late", school=cast.school).username, role="student", by=cast.teacher)
    late = Membership.objects.get(user__username="late").user
    assert words(late) == ["“Gates” was given to you."]


def test_who_asks_for_more_time_is_told_of_to_the_teachers_and_of_the_answer_herself(
    cast: Cast, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    submission = work.submission_of(work.make_assignment(cast, due=due("2026-05-03T12:00")), cast.student)
    asked = actions.ask_more_time(submission, reason="I am ill.", by=cast.student)
    for staff in (cast.teacher, cast.co_teacher, cast.assistant):
        assert words(staff) == ["Student asks for more time for “Walls”."]
    assert (
        told(Notice.objects.with_work().filter(kind="more_time")[0]).url == f"/submissions/{submission.pk}/extension/"
    )
    actions.decline_request(asked, words="We talked about it.", if_version=asked.version, by=cast.teacher)
    assert kinds(cast.co_teacher) == []
    declined = Notice.objects.with_work().get(kind="declined")
    assert (declined.person, told(declined).url) == (cast.student, f"/work/{submission.pk}/more-time/")
    assert "ill" not in words(cast.student)[-1]
    time_machine.move_to(at("2026-05-01T10:00Z"), tick=False)
    asked = actions.ask_more_time(submission, reason="I am still ill.", by=cast.student)
    assert kinds(cast.student) == ["assigned"]
    assert kinds(cast.teacher) == ["more_time"]
    actions.grant_request(asked, due=due("2026-05-05T12:00"), if_version=asked.version, by=cast.teacher)
    assert kinds(cast.student) == ["assigned", "dates"]
    assert kinds(cast.assistant) == []


def test_a_request_that_is_taken_back_is_told_no_longer(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast, due=due("2199-05-03T12:00")), cast.student)
    actions.ask_more_time(submission, reason="I am ill.", by=cast.student)
    actions.withdraw_request(submission, by=cast.student)
    assert kinds(cast.teacher) == []


@pytest.mark.parametrize(
    ("close", "reminded"),
    [
        ({}, True),
        ({"closes_at": at("2026-05-08T12:00Z"), "reinstates_at_close": False}, True),
        ({"closes_at": at("2026-05-08T12:00Z")}, False),
    ],
)
def test_who_took_back_what_no_close_brings_back_is_reminded_once_it_is_due(
    cast: Cast, time_machine: Any, close: dict[str, Any], reminded: bool
) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    submission = work.submission_of(work.make_assignment(cast, due=due("2026-05-03T12:00"), **close), cast.student)
    work.hand_in(submission)
    actions.withdraw(submission, by=cast.student)
    call_command("settle_closes")
    assert kinds(cast.student) == ["assigned"]
    time_machine.move_to(at("2026-05-03T10:00Z"), tick=False)
    call_command("settle_closes")
    call_command("settle_closes")
    assert kinds(cast.student) == ["assigned", "taken_back"][: 1 + reminded]
    work.hand_in(submission)
    assert kinds(cast.student) == ["assigned"]


def test_another_mark_that_counts_and_a_final_one_are_told_to_whose_they_are(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, due=due("2026-05-03T12:00"), resubmission=True, missing_percent=10)
    hers, missing = (work.submission_of(given, one) for one in (cast.student, cast.classmate))
    for score in ("5", "2"):
        work.hand_in(hers, work.body_for(given, f"Worth {score}."), received_at=at("2026-05-01T09:00Z"))
        work.mark(hers, cast.teacher, questions=[], score=Decimal(score))
        actions.return_grade(hers, by=cast.teacher)
        hers.refresh_from_db()
    tag = marks_moving.preview(given, "best").tag
    actions.change_counts(given, counts="best", preview=tag, by=cast.teacher)
    assert words(cast.student)[-1] == "Another of your marks of “Walls” counts now."
    time_machine.move_to(at("2026-05-04T09:00Z"), tick=False)
    actions.make_final(missing, if_version=Assignment.objects.get(pk=given.pk).version, by=cast.teacher)
    assert words(cast.classmate)[-1] == "“Walls” was not handed in, and has a mark now."
    actions.undo_final(missing, by=cast.teacher)
    assert kinds(cast.classmate) == ["assigned"]


def test_a_return_is_told_without_its_score_and_once(cast: Cast, submission: Submission) -> None:
    returned(cast, submission)
    assert kinds(cast.student) == ["assigned", "returned"]
    notice = Notice.objects.with_work().get(person=cast.student, kind="returned")
    assert told(notice).words == "“Walls” came back to you."
    assert told(notice).url == f"/work/{submission.pk}/feedback/"
    assert notice.facts == {}
    assert kinds(cast.classmate) == ["assigned"]


def test_marks_that_are_not_returned_are_told_to_nobody(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    assert kinds(cast.student) == ["assigned"]
    assert kinds(cast.co_teacher) == []


def test_a_recall_takes_the_notice_of_the_return_along_and_says_that_it_was_taken_back(
    cast: Cast, submission: Submission
) -> None:
    returned(cast, submission)
    actions.recall(submission, reason="One page was overlooked", by=cast.teacher)
    assert kinds(cast.student) == ["assigned", "recalled"]
    assert "overlooked" not in words(cast.student)[-1]
    actions.return_grade(submission, by=cast.teacher)
    assert kinds(cast.student) == ["assigned", "returned"]


def test_a_revision_is_told_with_its_time_and_zone_until_it_ends(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
    actions.request_revision(submission, due=due("2026-05-08T18:00"), words="Say by whom.", by=cast.teacher)
    said = words(cast.student)[-1]
    assert said == "“Walls” came back to you to be revised until Friday 8 May 2026, 18:00 Warsaw time (CEST)."
    actions.keep_grade(submission, by=cast.teacher)
    assert sorted(kinds(cast.student)) == ["assigned", "kept"]


def test_who_ends_a_revision_herself_is_not_told_of_it(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    said = actions.DueSaid(later.date(), dt.time(18), "Europe/Warsaw")
    actions.request_revision(submission, due=said, words="Say by whom.", by=cast.teacher)
    actions.keep_grade(submission, by=cast.student)
    assert kinds(cast.student) == ["assigned"]


def test_more_time_is_told_to_the_one_who_has_it_and_the_newest_alone(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    assignment = work.make_assignment(cast, due=due("2026-05-04T12:00"))
    submission = work.submission_of(assignment, cast.student)
    actions.extend(submission, due=due("2026-05-06T12:00"), reason="Ill", by=cast.teacher)
    actions.extend(submission, due=due("2026-05-07T12:00"), reason="Ill", by=cast.teacher)
    assert words(cast.student)[1:] == ["“Walls” is now due for you on Thursday 7 May 2026, 12:00 Warsaw time (CEST)."]
    assert kinds(cast.classmate) == ["assigned"]
    actions.revoke_extension(submission, by=cast.teacher)
    assert words(cast.student)[1:] == ["“Walls” is now due for you on Monday 4 May 2026, 12:00 Warsaw time (CEST)."]


def test_another_due_time_of_the_assignment_is_told_to_whom_it_moves(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    assignment = work.make_assignment(cast, due=due("2026-05-04T12:00"))
    actions.give_dates(
        assignment, students=[cast.classmate.pk], reason="Away", due=due("2026-05-09T12:00"), by=cast.teacher
    )
    read_all(cast.student, cast.classmate)
    assignment.refresh_from_db()
    actions.update_assignment(assignment, if_version=assignment.version, due=due("2026-05-05T12:00"), by=cast.teacher)
    assert unread(cast.student) == ["dates"]
    assert unread(cast.classmate) == []
    assignment.refresh_from_db()
    actions.update_assignment(assignment, if_version=assignment.version, title="Walls again", by=cast.teacher)
    assert unread(cast.student) == ["dates"]
    assert words(cast.student)[-1].startswith("“Walls again” is now due for you on Tuesday 5 May 2026")


def test_a_close_that_moved_alone_and_a_due_time_that_is_gone_are_told_too(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    assignment = work.make_assignment(cast, due=due("2026-05-04T12:00"), closes_at=at("2026-05-05T12:00Z"))
    actions.update_assignment(assignment, if_version=1, closes_at=at("2026-05-06T12:00Z"), by=cast.teacher)
    assert words(cast.student)[-1] == (
        "“Walls” can now be handed in until Wednesday 6 May 2026, 14:00 Warsaw time (CEST)."
    )
    actions.update_assignment(assignment, if_version=2, closes_at=None, by=cast.teacher)
    assert words(cast.student)[-1] == "“Walls” no longer closes for you."
    actions.update_assignment(assignment, if_version=3, due=None, by=cast.teacher)
    assert words(cast.student)[-1] == "“Walls” has no due time for you any more."


def test_another_edition_is_told_to_whoever_comes_along(cast: Cast) -> None:
    room = revised.make(cast)
    actions.upgrade_edition(
        room.assignment, from_edition=room.old.pk, to_edition=room.new.pk, scope="not_started", by=cast.teacher
    )
    told_of = set(Notice.objects.filter(kind="upgraded").values_list("submission", flat=True))
    moved = set(Submission.objects.filter(assignment=room.assignment, edition=room.new).values_list("pk", flat=True))
    assert told_of == moved != set()
    one = Notice.objects.with_work().filter(kind="upgraded").first()
    assert one is not None
    assert told(one).url == f"/work/{one.submission_id}/upgrade/"


def test_an_excuse_and_its_end_take_each_others_place(cast: Cast, submission: Submission) -> None:
    actions.excuse(submission, category=Excuse.ILLNESS, reason="A note from home", by=cast.teacher)
    assert words(cast.student)[1:] == ["You are excused from “Walls”."]
    actions.lift_excuse(submission, by=cast.teacher)
    assert words(cast.student)[1:] == ["You are no longer excused from “Walls”."]


def test_what_others_hand_in_for_her_is_told_with_its_receipt(cast: Cast, submission: Submission) -> None:
    actions.hand_in_for(
        submission,
        body=work.body_for(submission.assignment),
        reason="On paper",
        client_attempt_id=work.a_uuid(7),
        edition=submission.assignment.edition_id,
        by=cast.teacher,
        received_at=dt.datetime.now(dt.UTC),
    )
    notice = Notice.objects.with_work().get(person=cast.student, kind="handed_in_for")
    assert told(notice).url == f"/work/{submission.pk}/receipts/1/"


@pytest.mark.parametrize("taken_back", [False, True])
def test_what_the_close_hands_in_or_counts_again_is_told(cast: Cast, time_machine: Any, taken_back: bool) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    dates: dict[str, Any] = {"due": due("2026-05-02T12:00"), "closes_at": at("2026-05-02T12:00Z")}
    submission = work.submission_of(work.make_assignment(cast, hands_in_at_close=True, **dates), cast.student)
    if taken_back:
        work.hand_in(submission, received_at=at("2026-05-01T09:00Z"))
        actions.withdraw(submission, by=cast.student)
    else:
        text = work.body_for(submission.assignment, "So far.")
        actions.save_draft(submission, body=text, if_rev=0, by=cast.student)
    time_machine.move_to(at("2026-05-09T12:00Z"), tick=False)
    call_command("settle_closes")
    call_command("settle_closes")
    assert kinds(cast.student) == ["assigned", "counts_again" if taken_back else "handed_in_at_close"]


def test_a_hand_in_that_waits_is_told_to_the_staff_until_it_is_decided_and_then_to_the_student(
    cast: Cast, submission: Submission
) -> None:
    work.set_aside(submission)
    for marker in (cast.teacher, cast.co_teacher, cast.assistant):
        assert words(marker) == ["A hand-in of Student waits for your decision: “Walls”."]
    assert kinds(cast.student) == ["assigned"]
    assert kinds(cast.other_teacher) == []
    actions.accept_parked(ParkedCopy.objects.get(submission=submission), by=cast.co_teacher)
    assert kinds(cast.teacher) == []
    assert kinds(cast.student) == ["assigned", "accepted"]


# -------------------------------------------------------------------------------------------------------- to the staff


def improved(cast: Cast, question: bool = False) -> Submission:
    """Returned with a comment, answered, and handed in again."""
    submission = work.submission_of(work.make_assignment(cast, remarks.make_edition(), resubmission=True), cast.student)
    work.hand_in(submission)
    assert kinds(cast.teacher) == []  # that is what the board is for
    comment = remarks.comment(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    text = work.body_for(submission.assignment, "It was decided in Berlin.")
    submission.refresh_from_db()
    actions.save_draft(submission, body=text, if_rev=1, by=cast.student)
    submission.refresh_from_db()
    if question:
        actions.reply(submission, comment=comment, stance="question", text="By whom?", if_version=0, by=cast.student)
    assert kinds(cast.teacher) == []
    work.hand_in(work.reread(submission), text)
    return submission


def test_work_that_comes_again_after_its_return_is_told_until_it_goes_back(cast: Cast) -> None:
    submission = improved(cast)
    assert words(cast.teacher) == words(cast.assistant) == ["Student has handed in “Walls” again after its return."]
    work.mark(submission, cast.co_teacher)
    actions.return_grade(submission, by=cast.co_teacher)
    assert kinds(cast.teacher) == kinds(cast.co_teacher) == []


def test_what_is_taken_back_again_is_told_to_nobody_who_marks(cast: Cast) -> None:
    submission = improved(cast)
    assert kinds(cast.teacher) == ["again"]
    actions.withdraw(submission, by=cast.student)
    assert kinds(cast.teacher) == []


def test_choosing_the_mark_that_counts_already_is_no_news(cast: Cast) -> None:
    given = work.make_assignment(cast, resubmission=True, counts="pick")
    submission = work.submission_of(given, cast.student)
    returned(cast, submission)
    grade = submission.returned_grade
    actions.pick_grade(submission, grade=grade, reason="It stays.", by=cast.teacher)
    assert kinds(cast.student) == ["assigned", "returned"]


def test_a_question_about_a_comment_is_told_when_it_is_handed_along_and_without_its_words(cast: Cast) -> None:
    improved(cast, question=True)
    assert words(cast.teacher) == ["Student has handed in “Walls” again, with a question about your comment."]


# ----------------------------------------------------------------------------------------------------- who is shown it


def test_what_was_taken_from_her_is_not_told_and_is_again_when_it_comes_back(
    cast: Cast, submission: Submission
) -> None:
    work.set_aside(submission)
    assert (kinds(cast.student), kinds(cast.teacher)) == (["assigned"], ["parked"])
    membership = Membership.objects.get(classroom=cast.room, user=cast.student)
    people.leave(membership, by=cast.student)
    assert (kinds(cast.student), kinds(cast.teacher)) == ([], [])
    people.restore_member(Membership.objects.get(pk=membership.pk), by=cast.teacher)
    assert (kinds(cast.student), kinds(cast.teacher)) == (["assigned"], ["parked"])
    actions.delete_assignment(submission.assignment, by=cast.teacher)
    assert (kinds(cast.student), kinds(cast.teacher)) == ([], [])
    actions.undelete_assignment(submission.assignment, by=cast.teacher)
    assert (kinds(cast.student), kinds(cast.teacher)) == (["assigned"], ["parked"])


def test_who_marks_the_class_no_more_is_shown_nothing_of_it(cast: Cast, submission: Submission) -> None:
    work.set_aside(submission)
    people.remove_member(Membership.objects.get(classroom=cast.room, user=cast.assistant), by=cast.teacher)
    assert kinds(cast.assistant) == []
    assert kinds(cast.co_teacher) == ["parked"]


def test_in_an_archived_class_everything_stays_to_be_read(cast: Cast, submission: Submission) -> None:
    work.set_aside(submission)
    people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
    assert (kinds(cast.student), kinds(cast.teacher)) == (["assigned"], ["parked"])


def test_an_act_that_is_taken_back_with_its_transaction_told_nobody(cast: Cast, submission: Submission) -> None:
    with transaction.atomic():
        actions.excuse(submission, category=Excuse.ILLNESS, reason="A note from home", by=cast.teacher)
        assert kinds(cast.student) == ["assigned", "excused"]
        transaction.set_rollback(True)
    assert kinds(cast.student) == ["assigned"]


def test_every_kind_says_something_and_nothing_ends_what_is_unknown() -> None:
    by_their_facts = {Notice.Kind.DATES, Notice.Kind.ASKED}
    assert set(SAYS) | by_their_facts == set(Notice.Kind)
    assert set(ENDS) <= set(Notice.Kind)


# ------------------------------------------------------------------------------------------------------- read, and cost


def test_what_is_read_stays_read_and_what_came_since_stays_unread(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    edition = work.make_edition()
    work.make_assignment(cast, edition)
    shown = at("2026-05-01T09:10Z")
    time_machine.move_to(at("2026-05-01T09:20Z"), tick=False)
    work.make_assignment(cast, edition, title="Gates")
    assert actions.read_notices(until=shown, by=cast.student) == 1
    assert actions.read_notices(until=shown, by=cast.student) == 0
    assert unread(cast.student) == ["assigned"]
    assert kinds(cast.student) == ["assigned", "assigned"]
    assert len(unread(cast.classmate)) == 2


def test_a_class_of_twenty_is_told_in_as_many_queries_as_one_of_three(cast: Cast, queries: Queries) -> None:
    edition = work.make_edition()

    def costs() -> tuple[int, int]:
        made: list[Assignment] = []
        given = queries(lambda: made.append(work.make_assignment(cast, edition, due=due("2036-05-04T12:00"))))
        moved = queries(
            lambda: actions.update_assignment(made[0], if_version=1, due=due("2036-05-05T12:00"), by=cast.teacher)
        )
        return given, moved

    costs()  # what is read once and kept
    few = costs()
    for n in range(18):
        Membership.objects.create(
            classroom=cast.room, user=person(f"pupil{n}", school=cast.school), role=Membership.Role.STUDENT
        )
    assert costs() == few
    assert Notice.objects.filter(kind="dates").count() == 24


def test_notices_are_kept_for_a_hundred_and_twenty_days(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-01-01T09:00Z"), tick=False)
    edition = work.make_edition()
    work.make_assignment(cast, edition)
    time_machine.move_to(at("2026-01-03T09:00Z"), tick=False)
    work.make_assignment(cast, edition, title="Gates")
    time_machine.move_to(at("2026-01-02T09:00Z") + noticing.KEPT, tick=False)
    call_command("purge")
    assert words(cast.student) == ["“Gates” was given to you."]
