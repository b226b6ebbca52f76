"""Claiming, marking, returning, recalling."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from accounts.models import User
from assignments import actions, boards, errors, facts, history, readings
from assignments.lifecycle import State
from assignments.models import Assignment, Grade, Submission
from destalin_site.common import clock
from destalin_site.common.errors import Forbidden, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


def acts(submission: Submission) -> list[str]:
    return [event.transition for event in submission.events.in_order()]


def test_a_claim_is_a_lease_of_half_an_hour_that_activity_renews(cast: Cast, handed_in: Submission) -> None:
    with time_machine.travel("2026-05-01T10:00Z", tick=False) as hands:
        claimed = actions.claim(handed_in, by=cast.teacher)
        assert (claimed.state, claimed.claim_from, claimed.claimed_by) == ("in_review", "submitted", cast.teacher)
        assert claimed.claim_until == work.at("2026-05-01T10:30Z")
        hands.shift(dt.timedelta(minutes=20))
        assert actions.claim(handed_in, by=cast.teacher).claim_until == work.at("2026-05-01T10:50Z")
        hands.shift(dt.timedelta(minutes=20))
        work.mark(handed_in, cast.teacher)
        handed_in.refresh_from_db()
        assert handed_in.claim_until == work.at("2026-05-01T11:10Z")
    assert acts(handed_in) == ["T1", "T4", "T6", "T8"]


def test_a_second_grader_is_told_who_holds_it_and_may_take_it_over_only_by_saying_so(
    cast: Cast, handed_in: Submission
) -> None:
    actions.claim(handed_in, by=cast.teacher)
    for attempt in (
        lambda: actions.claim(handed_in, by=cast.co_teacher),
        lambda: work.mark(handed_in, cast.co_teacher),
        lambda: actions.return_grade(handed_in, by=cast.co_teacher),
    ):
        with pytest.raises(errors.ClaimHeld) as held:
            attempt()
        assert held.value.extra["holder"] == {"id": str(cast.teacher.pk), "name": "Teacher"}
        assert held.value.extra["until"].endswith("Z")
    taken = actions.claim(handed_in, by=cast.co_teacher, takeover=True)
    assert taken.claimed_by == cast.co_teacher
    event = handed_in.events.in_order().last()
    assert event is not None
    assert event.facts == {"taken_from": str(cast.teacher.pk)}


def test_releasing_leads_back_and_keeps_the_draft_marks(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    assert actions.release(handed_in, by=cast.co_teacher).state == State.SUBMITTED
    assert actions.release(handed_in, by=cast.co_teacher).state == State.SUBMITTED
    assert handed_in.grades.get(status="draft").feedback == "Well seen."
    assert acts(handed_in)[-1] == "T7"


def test_a_lease_that_ran_out_is_written_down_by_the_next_act(cast: Cast, handed_in: Submission) -> None:
    with time_machine.travel("2026-05-01T10:00Z", tick=False) as hands:
        actions.claim(handed_in, by=cast.teacher)
        hands.shift(dt.timedelta(minutes=30))
        handed_in.refresh_from_db()
        assert handed_in.state_at(clock.now()) is State.SUBMITTED
        shown = Submission.objects.with_state_shown(clock.now()).get(pk=handed_in.pk)
        assert shown.state_shown == "submitted"
        work.hand_in(handed_in, work.body_for(handed_in.assignment, "In time"))
    lapse, replaced = list(handed_in.events.in_order())[-2:]
    assert (lapse.transition, lapse.actor, lapse.facts) == (
        "T7",
        None,
        {"lapsed": True, "holder": str(cast.teacher.pk)},
    )
    assert (replaced.transition, replaced.actor) == ("T4r", cast.student)


def test_marks_are_a_draft_that_the_student_sees_nothing_of(cast: Cast, handed_in: Submission) -> None:
    before = handed_in.version
    grade = work.mark(handed_in, cast.teacher)
    assert (grade.status, grade.version, grade.final_score, grade.out_of) == ("draft", 2, Decimal(7), Decimal(7))
    assert not Grade.objects.visible_to(cast.student).exists()
    assert Grade.objects.visible_to(cast.assistant).get() == grade
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.version, handed_in.grade_ready) == ("in_review", before + 2, True)
    event = handed_in.events.in_order().last()
    assert event is not None
    assert event.facts == {"grade": str(grade.pk), "version": 2, "score": "7.00"}


def test_marks_that_one_person_saves_on_leave_one_event_and_a_colleague_another(
    cast: Cast, handed_in: Submission
) -> None:
    first = work.mark(handed_in, cast.teacher)
    handed_in.refresh_from_db()
    told = handed_in.version
    again = work.mark(handed_in, cast.teacher, questions=[], score=Decimal(2))
    handed_in.refresh_from_db()
    assert (again.pk, again.version, again.final_score) == (first.pk, first.version + 1, Decimal(2))
    assert (handed_in.version, acts(handed_in).count("T8")) == (told, 1)
    actions.claim(handed_in, by=cast.co_teacher, takeover=True)
    work.mark(handed_in, cast.co_teacher)
    last = handed_in.events.in_order().last()
    assert last is not None
    assert (last.transition, last.actor, last.facts["old"]) == ("T8", cast.co_teacher, "2.00")
    assert not list(history.check_all())


def test_two_graders_cannot_overwrite_in_silence(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    actions.claim(handed_in, by=cast.co_teacher, takeover=True)
    with pytest.raises(VersionStale) as stale:
        work.mark(handed_in, cast.co_teacher, if_version=1, feedback="Poor.")
    assert stale.value.extra["current_etag"] == '"g2"'
    assert handed_in.grades.get(status="draft").feedback == "Well seen."


def test_the_same_marks_again_after_a_lost_answer_are_no_conflict(cast: Cast, handed_in: Submission) -> None:
    first = work.mark(handed_in, cast.teacher, if_version=1)
    assert work.mark(handed_in, cast.teacher, if_version=1).version == first.version


@pytest.mark.parametrize(
    ("points", "code"), [(Decimal(5), "above-possible"), (Decimal(-1), "below-zero"), (Decimal("0.125"), "too-fine")]
)
def test_marks_that_cannot_be_are_refused_where_they_stand(
    cast: Cast, handed_in: Submission, points: Decimal, code: str
) -> None:
    essay = next(iter(readings.questions(handed_in.assignment)))
    with pytest.raises(ValidationFailed) as refused:
        work.mark(handed_in, cast.teacher, questions=[{"question": essay, "points": points}])
    assert [(e["pointer"], e["code"]) for e in refused.value.extra["errors"]] == [("/questions/0/points", code)]
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"  # nor did the refused mark claim it


def test_returning_shows_the_student_the_grade(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    grade = actions.return_grade(handed_in, by=cast.teacher)
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.returned_grade, handed_in.claimed_by) == ("returned", grade, None)
    assert Grade.objects.visible_to(cast.student).get() == grade
    assert not Grade.objects.visible_to(cast.classmate).exists()
    assert not Grade.objects.visible_to(cast.other_teacher).exists()


def test_work_is_returned_in_words_alone_and_the_score_stays_empty(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher, questions=[])
    grade = actions.return_grade(handed_in, by=cast.teacher)
    assert (grade.final_score, grade.feedback) == (None, "Well seen.")


def test_a_total_of_the_teachers_own_stands_above_the_sum(cast: Cast, handed_in: Submission) -> None:
    grade = work.mark(handed_in, cast.teacher, questions=[], score=Decimal("6.5"))
    assert (grade.entered_score, grade.final_score) == (Decimal("6.5"), Decimal("6.5"))


def test_questions_without_points_are_named_before_a_return(cast: Cast, handed_in: Submission) -> None:
    some = work.full_marks(handed_in.assignment)[1:]
    work.mark(handed_in, cast.teacher, questions=some)
    with pytest.raises(ValidationFailed) as refused:
        actions.return_grade(handed_in, by=cast.teacher)
    essay = next(iter(readings.questions(handed_in.assignment)))
    assert refused.value.extra["errors"][0]["pointer"] == f"/questions/{essay}"


def test_nothing_marked_cannot_be_returned(cast: Cast) -> None:
    edition = work.make_edition()
    essay = [q["id"] for q in edition.read().questions if q["kind"] == "essay"]
    submission = work.submission_of(work.make_assignment(cast, edition, questions=essay), cast.student)
    work.hand_in(submission)
    with pytest.raises(ValidationFailed) as refused:
        actions.return_grade(submission, by=cast.teacher)
    assert refused.value.extra["errors"][0]["code"] == "nothing-to-return"


def test_of_a_bulk_return_the_good_rows_are_returned_and_the_others_say_why(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    work.mark(handed_in, cast.teacher)
    other = work.submission_of(assignment, cast.classmate)
    foreign = uuid7()
    outcomes = actions.return_many(assignment, submissions=[other.pk, handed_in.pk, foreign, other.pk], by=cast.teacher)
    assert {o.submission: (o.done, getattr(o.error, "code", None)) for o in outcomes} == {
        other.pk: (False, "state-conflict"),
        handed_in.pk: (True, None),
        foreign: (False, None),
    }
    assert len(outcomes) == 3
    handed_in.refresh_from_db()
    assert handed_in.state == "returned"


def test_a_bulk_return_is_taken_back_as_it_was_with_one_reason(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    work.mark(handed_in, cast.teacher)
    other = work.submission_of(assignment, cast.classmate)
    work.hand_in(other, by=cast.classmate)
    work.mark(other, cast.co_teacher)
    both = [handed_in.pk, other.pk]
    actions.release(handed_in, by=cast.teacher)
    actions.release(other, by=cast.co_teacher)
    actions.return_many(assignment, submissions=both, by=cast.co_teacher)
    taken = actions.recall_many(assignment, submissions=[*both, uuid7()], reason="Too soon", by=cast.teacher)
    assert sorted(outcome.done for outcome in taken) == [False, True, True]
    for row in (handed_in, other):
        row.refresh_from_db()
        assert (row.state, row.grade_ready, row.returned_grade) == ("submitted", True, None)
        assert row.events.filter(name="recall").get().reason == "Too soon"
    assert not Grade.objects.visible_to(cast.student).exists()


def test_of_a_bulk_recall_those_that_are_another_s_stay(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    [outcome] = actions.recall_many(assignment, submissions=[handed_in.pk], reason="No", by=cast.co_teacher)
    assert outcome.error is not None
    assert outcome.error.code == "forbidden"
    handed_in.refresh_from_db()
    assert handed_in.state == "returned"


def test_a_regrade_keeps_the_old_grade_visible_until_the_new_one_is_returned(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    old = actions.return_grade(handed_in, by=cast.teacher)
    assert actions.claim(handed_in, by=cast.teacher).claim_from == "returned"
    new = work.mark(handed_in, cast.teacher, feedback="Better than I thought.")
    assert Grade.objects.visible_to(cast.student).get() == old
    assert new.version == old.version + 1
    actions.return_grade(handed_in, by=cast.teacher)
    assert Grade.objects.visible_to(cast.student).get() == new
    old.refresh_from_db()
    assert old.status == "superseded"
    assert acts(handed_in)[-4:] == ["T9", "T13", "T8", "T9"]


def test_a_recall_hides_the_grade_again_and_says_whether_it_was_seen(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    grade = actions.return_grade(handed_in, by=cast.teacher)
    handed_in.refresh_from_db()
    actions.note_seen(handed_in, by=cast.student)
    recalled = actions.recall(handed_in, reason="Wrong rubric", by=cast.teacher)
    assert (recalled.status, recalled.version) == ("draft", grade.version + 1)
    assert recalled != grade
    assert (recalled.marks, recalled.feedback, recalled.attempt) == (grade.marks, grade.feedback, grade.attempt)
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.claim_from, handed_in.returned_grade) == ("in_review", "submitted", None)
    assert handed_in.grade_ready
    assert not Grade.objects.visible_to(cast.student).exists()
    event = handed_in.events.in_order().last()
    assert event is not None
    assert (event.transition, event.reason, event.facts["seen"]) == ("T9u", "Wrong rubric", True)
    assert (event.facts["old"], event.facts["new"]) == ("7.00", None)
    assert actions.return_grade(handed_in, by=cast.teacher) == recalled


def test_what_the_student_had_seen_stays_as_it_was_whatever_becomes_of_the_marks(
    cast: Cast, handed_in: Submission
) -> None:
    work.mark(handed_in, cast.teacher)
    seen = actions.return_grade(handed_in, by=cast.teacher)
    actions.recall(handed_in, reason="Wrong sum", by=cast.teacher)
    work.mark(handed_in, cast.teacher, questions=[], score=Decimal(5), feedback="Less well.")
    actions.return_grade(handed_in, by=cast.teacher)
    kept = Grade.objects.get(pk=seen.pk)
    assert (kept.status, kept.feedback, kept.marks, kept.final_score) == (
        "superseded",
        "Well seen.",
        seen.marks,
        Decimal(7),
    )
    assert [grade.version for grade in handed_in.grades.order_by("version")] == [2, 4]
    assert not list(history.check_all())


def regraded(submission: Submission, by: User, score: Decimal | None) -> None:
    """Returned with 7 points, and marked once more."""
    work.mark(submission, by)
    actions.return_grade(submission, by=by)
    actions.claim(submission, by=by)
    work.mark(submission, by, questions=[], score=score)


def test_another_score_in_sight_is_not_returned_without_a_reason(cast: Cast, handed_in: Submission) -> None:
    regraded(handed_in, cast.teacher, Decimal("6.5"))
    for reason in ("", "  "):
        with pytest.raises(ValidationFailed) as refused:
            actions.return_grade(handed_in, by=cast.teacher, reason=reason)
        (error,) = refused.value.extra["errors"]
        assert (error["pointer"], error["code"]) == ("/reason", "reason-missing")
    assert Grade.objects.visible_to(cast.student).get().final_score == Decimal(7)
    actions.return_grade(handed_in, by=cast.teacher, reason="Counted twice")
    assert Grade.objects.visible_to(cast.student).get().final_score == Decimal("6.5")


def test_other_words_and_another_hand_in_want_no_reason(cast: Cast, assignment: Assignment) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, resubmission=True)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission)
    regraded(submission, cast.teacher, Decimal(7))
    actions.return_grade(submission, by=cast.teacher)
    work.hand_in(work.reread(submission))
    work.mark(submission, cast.teacher, questions=[], score=Decimal(5))
    actions.return_grade(submission, by=cast.teacher)
    assert Grade.objects.visible_to(cast.student).get(status="returned").final_score == Decimal(5)


def test_of_a_bulk_return_one_reason_stands_for_those_whose_marks_change(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    regraded(handed_in, cast.teacher, Decimal("6.5"))
    other = work.submission_of(assignment, cast.classmate)
    work.hand_in(other)
    work.mark(other, cast.teacher)
    assert boards.changing(assignment) == {handed_in.pk}
    both = [handed_in.pk, other.pk]
    for act in (actions.rehearse_returns, actions.return_many):
        said = {row.submission: row for row in act(assignment, submissions=both, by=cast.teacher)}
        assert said[other.pk].done
        refused = said[handed_in.pk].error
        assert refused is not None
        assert refused.extra["errors"][0]["pointer"] == "/reason"
    actions.recall(other, reason="Together", by=cast.teacher)
    rows = actions.return_many(assignment, submissions=both, reason="Counted twice", by=cast.teacher)
    assert all(row.done for row in rows)
    told = {row.pk: row.events.in_order().last() for row in (handed_in, other)}
    assert [getattr(told[pk], "reason", None) for pk in both] == ["Counted twice", ""]
    assert boards.changing(assignment) == frozenset()


def test_a_regrade_says_what_it_changes_and_why(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    actions.claim(handed_in, by=cast.teacher)
    work.mark(handed_in, cast.teacher, questions=[], score=Decimal("6.5"))
    actions.return_grade(handed_in, by=cast.teacher, reason=" Counted twice ")
    first, second = [event for event in handed_in.events.in_order() if event.name == "return"]
    assert (first.reason, first.facts["old"], first.facts["new"]) == ("", None, "7.00")
    assert (second.reason, second.facts["old"], second.facts["new"]) == ("Counted twice", "7.00", "6.50")


def test_marks_drafted_on_an_earlier_hand_in_are_set_aside_by_the_next_marks(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    first = handed_in.grades.get(status="draft")
    later = work.hand_in(work.submission_of(handed_in.assignment, cast.classmate)).attempt
    # No act leaves it so as yet: the draft grade of one hand-in while another counts.
    Submission.objects.filter(pk=handed_in.pk).update(counted=later)
    second = work.mark(handed_in, cast.teacher, feedback="Of the other one.")
    first.refresh_from_db()
    assert (first.status, first.feedback) == ("superseded", "Well seen.")
    assert (second.status, second.attempt_id, second.version) == ("draft", later.pk, first.version + 1)


def test_only_who_returned_it_or_the_owner_recalls_and_only_with_a_reason(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.co_teacher)
    actions.return_grade(handed_in, by=cast.co_teacher)
    with pytest.raises(Forbidden):
        actions.recall(handed_in, reason="No", by=cast.assistant)
    with pytest.raises(ValidationFailed) as refused:
        actions.recall(handed_in, reason="  ", by=cast.co_teacher)
    assert refused.value.extra["errors"][0]["pointer"] == "/reason"
    assert actions.recall(handed_in, reason="I own this class", by=cast.teacher).status == "draft"


def test_a_recall_keeps_marks_that_were_drafted_since(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    old = actions.return_grade(handed_in, by=cast.teacher)
    actions.claim(handed_in, by=cast.teacher)
    newer = work.mark(handed_in, cast.teacher, feedback="On second thoughts.")
    actions.release(handed_in, by=cast.teacher)
    assert actions.recall(handed_in, reason="Wrong", by=cast.teacher) == newer
    old.refresh_from_db()
    assert old.status == "superseded"


def test_the_student_sees_her_feedback_and_the_teacher_sees_that_she_did(cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    grade = actions.return_grade(handed_in, by=cast.teacher)
    actions.note_seen(handed_in, by=cast.teacher)
    grade.refresh_from_db()
    assert grade.seen_at is None
    actions.note_seen(handed_in, by=cast.student)
    grade.refresh_from_db()
    first = grade.seen_at
    assert first is not None
    actions.note_seen(handed_in, by=cast.student)
    grade.refresh_from_db()
    assert grade.seen_at == first


def test_in_an_archived_class_nothing_is_graded(cast: Cast, handed_in: Submission) -> None:
    cast.room.archived_at = work.at("2026-06-30T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    for act in (
        lambda: actions.claim(handed_in, by=cast.teacher),
        lambda: work.mark(handed_in, cast.teacher),
        lambda: actions.return_grade(handed_in, by=cast.teacher),
    ):
        with pytest.raises(errors.ClassArchived):
            act()


def test_what_is_possible_is_told_without_a_query(cast: Cast, handed_in: Submission, queries) -> None:
    work.mark(handed_in, cast.teacher)
    row = Submission.objects.with_facts().get(pk=handed_in.pk)
    now = clock.now()
    assert facts.possible(row, person=cast.student, now=now) == {
        "allowed": ["save"],
        "refused": {
            "submit": "being-reviewed",
            "replace": "being-reviewed",
            "withdraw": "being-reviewed",
            "keep_grade": "state-conflict",
            "ask_more_time": "state-conflict",
        },
    }
    assert facts.possible(row, person=cast.teacher, now=now)["allowed"] == [
        "claim",
        "release",
        "mark",
        "return",
        "request_revision",
        "excuse",
    ]
    assert facts.possible(row, person=cast.co_teacher, now=now)["refused"]["mark"] == "claim-held"
    assert queries(lambda: facts.possible(row, person=cast.teacher, now=now)) == 0
