"""Handing in: once, with a receipt; and what becomes of a hand-in that is refused."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
import time_machine

from assignments import actions, answers, errors, receipts
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, Citation, ParkedCopy, Submission
from assignments.timing import RULE_VERSION
from assignments.words import explain_timing
from destalin_site.common.errors import DomainError, Forbidden, IdempotencyKeyReused, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.assignments.work import at, due
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def parked_of(refused: pytest.ExceptionInfo[DomainError]) -> ParkedCopy:
    return ParkedCopy.objects.get(pk=refused.value.extra["parked_copy"]["id"])


def test_a_student_hands_in_and_holds_a_receipt_for_exactly_these_bytes(submission: Submission) -> None:
    body = work.body_for(submission.assignment, "Für alle – 🧱")
    handed_in = work.hand_in(submission, body)
    submission.refresh_from_db()
    assert (submission.state, submission.attempt_count) == ("submitted", 1)
    attempt = Attempt.objects.get()
    assert attempt.body == body
    assert hashlib.sha256(attempt.body_json.encode()).hexdigest() == handed_in.receipt.body_sha256
    assert handed_in.receipt.genuine
    assert len(handed_in.receipt.code) == 9


def test_a_student_submits_once_and_a_second_try_changes_nothing(submission: Submission) -> None:
    body, name = work.body_for(submission.assignment), uuid7()
    first = work.hand_in(submission, body, client_attempt_id=name)
    again = [work.hand_in(submission, body, client_attempt_id=name) for _ in range(5)]
    assert {handed_in.receipt for handed_in in again} == {first.receipt}
    assert all(handed_in.replayed and handed_in.timing == first.timing for handed_in in again)
    assert submission.attempts.count() == 1
    assert submission.events.count() == 2


def test_a_repetition_gets_its_receipt_even_when_handing_in_has_become_impossible(
    cast: Cast, submission: Submission
) -> None:
    body, name = work.body_for(submission.assignment), uuid7()
    first = work.hand_in(submission, body, client_attempt_id=name)
    actions.claim(submission, by=cast.teacher)
    assert work.hand_in(submission, body, client_attempt_id=name).receipt == first.receipt
    assert not submission.parked.exists()


def test_the_same_id_with_another_text_is_refused_and_the_text_kept(submission: Submission) -> None:
    name = uuid7()
    work.hand_in(submission, client_attempt_id=name)
    with pytest.raises(IdempotencyKeyReused) as refused:
        work.hand_in(submission, work.body_for(submission.assignment, "Other words"), client_attempt_id=name)
    assert parked_of(refused).body == work.body_for(submission.assignment, "Other words")
    assert submission.attempts.count() == 1


def test_a_classmate_cannot_submit_for_her(cast: Cast, submission: Submission) -> None:
    for other in (cast.classmate, cast.teacher, cast.other_student):
        with pytest.raises(Forbidden):
            work.hand_in(submission, by=other)
    assert not Attempt.objects.exists()


def test_a_hand_in_replaces_the_one_before_and_both_are_kept(submission: Submission) -> None:
    work.hand_in(submission)
    second = work.hand_in(submission, work.body_for(submission.assignment, "Better words"))
    submission.refresh_from_db()
    assert submission.counted == second.attempt
    assert [attempt.number for attempt in submission.attempts.all()] == [1, 2]
    assert [event.transition for event in submission.events.in_order()] == ["T1", "T4", "T4r"]


def test_attempts_are_limited_and_the_text_beyond_is_parked(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast, attempts_limit=1), cast.student)
    work.hand_in(submission)
    with pytest.raises(errors.AttemptsExhausted) as refused:
        work.hand_in(submission, work.body_for(submission.assignment, "Once more"))
    assert parked_of(refused).kind == "submit"
    assert refused.value.extra["state"] == "submitted"
    assert refused.value.extra["allowed"] == ["save", "withdraw"]


@pytest.mark.parametrize(
    ("received", "result", "seconds"),
    [
        ("2026-05-01T09:59:59Z", "on_time", 0),
        ("2026-05-01T10:00:59.999999Z", "on_time", 0),
        ("2026-05-01T10:01:00Z", "late", 1),
        ("2026-05-01T11:00:00Z", "late", 3540),
    ],
)
def test_the_time_of_receipt_decides_to_the_second(cast: Cast, received: str, result: str, seconds: int) -> None:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T14:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with time_machine.travel("2026-05-02T00:00Z"):  # the server came to it much later
        handed_in = work.hand_in(submission, received_at=at(received))
    submission.refresh_from_db()
    assert (handed_in.timing.result, submission.late_seconds) == (result, seconds)
    assert submission.timing_at(at("2027-01-01T00:00Z")).result == result
    assert handed_in.attempt.received_at == at(received)
    decision = handed_in.attempt.timings.get()
    assert decision.as_timing() == handed_in.timing
    assert decision.as_timing().decided_again() == handed_in.timing
    assert (decision.rule_version, decision.inputs["zone"]) == (RULE_VERSION, "Europe/Warsaw")
    assert decision.inputs["tzdb"] == assignment.due_tzdb


@pytest.mark.parametrize(
    ("received", "moved_to", "result", "words"),
    [
        ("2026-05-01T09:30Z", "2026-05-01T11:45", "on_time", "11:30 Warsaw time (CEST), before the due time (Friday"),
        ("2026-05-01T09:30Z", "2026-05-01T11:00", "on_time", "not late by the dates of then. The due time is Friday"),
        ("2026-05-01T10:31Z", "2026-05-01T11:00", "late", "30 minutes late by the due time of then. It is Friday"),
    ],
)
def test_an_earlier_due_time_is_not_said_to_have_been_met(
    cast: Cast, received: str, moved_to: str, result: str, words: str
) -> None:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"))
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, received_at=at(received))
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=due(moved_to))
    standing = work.reread(submission).timing_at(at("2026-05-03T00:00Z"))
    assert standing.result == result
    assert words in explain_timing(standing, "Europe/Warsaw")
    assert moved_to[-5:] in explain_timing(standing, "Europe/Warsaw")


def test_opening_and_closing_hold_to_the_second(cast: Cast) -> None:
    assignment = work.make_assignment(cast, opens_at=at("2026-05-01T08:00Z"), closes_at=at("2026-05-01T14:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with pytest.raises(errors.NotOpenYet):
        work.hand_in(submission, received_at=at("2026-05-01T07:59:59Z"))
    with pytest.raises(errors.AssignmentClosed) as closed:
        work.hand_in(submission, work.body_for(assignment, "Too late"), received_at=at("2026-05-01T14:00:01Z"))
    assert closed.value.extra["closed_at"] == "2026-05-01T14:00:00Z"
    assert closed.value.extra["close_zone"] == "Europe/Warsaw"
    assert parked_of(closed).received_at == at("2026-05-01T14:00:01Z")
    for moment in ("2026-05-01T08:00:00Z", "2026-05-01T14:00:00Z"):
        work.hand_in(submission, received_at=at(moment))


def test_while_the_teacher_reads_a_newer_version_waits(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    with pytest.raises(errors.BeingReviewed) as refused:
        work.hand_in(submission, work.body_for(submission.assignment, "Wait, better"))
    parked_of(refused)
    submission.refresh_from_db()
    assert (submission.state, submission.hand_ins_waiting) == ("in_review", 1)


def test_work_for_another_edition_is_parked_and_both_are_named(submission: Submission) -> None:
    with pytest.raises(errors.EditionMismatch) as refused:
        work.hand_in(submission, edition="0" * 64)
    assert refused.value.extra["expected_edition"] == submission.assignment.edition_id
    assert refused.value.extra["got_edition"] == "0" * 64
    assert parked_of(refused).edition_named == "0" * 64


def test_required_questions_left_empty_are_asked_for_once_and_may_be_left_so(
    assignment: Assignment, submission: Submission
) -> None:
    body = work.body_for(assignment, "  ")
    with pytest.raises(ValidationFailed) as refused:
        work.hand_in(submission, body)
    essay = body["answers"][0]["question"]
    assert [(e["pointer"], e["code"]) for e in refused.value.extra["errors"]] == [(f"/questions/{essay}", "required")]
    parked = parked_of(refused)
    assert work.hand_in(submission, body, incomplete=True).attempt.incomplete
    parked.refresh_from_db()
    assert parked.resolution == "superseded"


def test_text_that_arrived_damaged_is_refused_and_keeps_nothing(submission: Submission) -> None:
    with pytest.raises(errors.DigestMismatch):
        work.hand_in(submission, body_sha256="0" * 64)
    assert not submission.parked.exists()
    body = work.body_for(submission.assignment)
    assert work.hand_in(submission, body, body_sha256=answers.body_sha256(body))


def test_a_citation_of_other_words_is_named_and_the_text_parked(assignment: Assignment, submission: Submission) -> None:
    bad = work.cited(assignment.edition_id)
    bad["anchor"]["end"] += 1
    with pytest.raises(ValidationFailed) as refused:
        work.hand_in(submission, work.body_for(assignment, citations=[bad]))
    assert refused.value.extra["errors"][0]["code"] == "anchor-quote-differs"
    parked_of(refused)


def test_each_attempt_has_its_own_citations(cast: Cast, assignment: Assignment, submission: Submission) -> None:
    first, second = (
        work.cited(assignment.edition_id),
        work.cited(assignment.edition_id, "in a night", stance="context", note="how fast"),
    )
    work.hand_in(submission, work.body_for(assignment, citations=[first]))
    newer = work.hand_in(submission, work.body_for(assignment, citations=[first, second])).attempt
    assert Citation.objects.count() == 3
    assert [(c.place, c.quote, c.stance, c.note, c.source) for c in newer.citations.all()] == [
        (1, "nobody was asked", "supports", "", ""),
        (2, "in a night", "context", "how fast", ""),
    ]


def test_choices_are_scored_as_draft_points_that_the_student_cannot_see(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    work.hand_in(submission, work.body_for(assignment, single=[1], multiple=[1, 0]))
    grade = submission.grades.get()
    assert (grade.status, grade.saved_by, grade.attempt) == ("draft", None, Attempt.objects.get())
    assert list(grade.points.values()) == [Decimal("1.00"), Decimal("0.00")]
    assert (grade.entered_score, grade.out_of) == (Decimal("1.00"), Decimal(7))
    submission.refresh_from_db()
    assert not submission.grade_ready  # the essay has no points yet
    assert not type(grade).objects.visible_to(cast.student).exists()


def test_an_assignment_of_choices_alone_is_ready_to_return_at_once(cast: Cast) -> None:
    edition = work.make_edition()
    choices = [q["id"] for q in edition.read().questions if q["kind"] != "essay"]
    assignment = work.make_assignment(cast, edition, questions=choices)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, single=[1], multiple=[1, 2]))
    submission.refresh_from_db()
    assert submission.grade_ready
    assert actions.return_grade(submission, by=cast.teacher).final_score == 3


def test_a_replacement_leaves_marks_on_the_older_words_aside(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    drafted = work.mark(submission, cast.teacher)
    actions.release(submission, by=cast.teacher)
    second = work.hand_in(submission, work.body_for(submission.assignment, "Better words"))
    drafted.refresh_from_db()
    submission.refresh_from_db()
    assert drafted.status == "superseded"
    assert not submission.grade_ready
    assert submission.grades.get(status="draft").attempt == second.attempt


def test_the_draft_follows_newer_words_that_were_handed_in(submission: Submission) -> None:
    saved = actions.save_draft(
        submission, body=work.body_for(submission.assignment, "Old"), if_rev=0, by=submission.student
    )
    new = work.body_for(submission.assignment, "New")
    work.hand_in(submission, new, draft_rev=saved.rev)
    assert (submission.draft.rev, submission.draft.body) == (2, new)
    work.hand_in(submission, work.body_for(submission.assignment, "From elsewhere"), draft_rev=1)
    submission.draft.refresh_from_db()
    assert submission.draft.body == new


def test_handing_in_without_a_draft_leaves_one(submission: Submission) -> None:
    body = work.body_for(submission.assignment)
    work.hand_in(submission, body)
    assert (submission.draft.rev, submission.draft.body) == (1, body)


# --- Accepting what was parked


def closed_with_a_parked_hand_in(cast: Cast) -> ParkedCopy:
    assignment = work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T14:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with pytest.raises(errors.AssignmentClosed) as refused:
        work.hand_in(submission, received_at=at("2026-05-01T15:00Z"))
    return parked_of(refused)


def test_a_teacher_accepts_a_parked_hand_in_with_the_time_at_which_it_came(cast: Cast) -> None:
    parked = closed_with_a_parked_hand_in(cast)
    handed_in = actions.accept_parked(parked, by=cast.teacher)
    submission = handed_in.submission
    assert (submission.state, submission.hand_ins_waiting) == (State.SUBMITTED, 0)
    attempt = handed_in.attempt
    assert (attempt.via, attempt.received_at, attempt.by, attempt.client_attempt_id) == (
        "accepted_parked",
        at("2026-05-01T15:00Z"),
        cast.student,
        parked.client_attempt_id,
    )
    assert handed_in.timing.result == "late"
    parked.refresh_from_db()
    assert (parked.resolution, parked.resolved_by, parked.attempt) == ("accepted", cast.teacher, attempt)
    event = submission.events.in_order().last()
    assert event is not None
    assert (event.transition, event.actor) == ("T4b", cast.teacher)


def test_accepting_twice_makes_one_attempt(cast: Cast) -> None:
    parked = closed_with_a_parked_hand_in(cast)
    first = actions.accept_parked(parked, by=cast.teacher)
    again = actions.accept_parked(parked, by=cast.co_teacher)
    assert (again.receipt, again.replayed) == (first.receipt, True)


def test_after_acceptance_the_waiting_client_gets_the_same_receipt(cast: Cast) -> None:
    parked = closed_with_a_parked_hand_in(cast)
    accepted = actions.accept_parked(parked, by=cast.teacher)
    assert parked.client_attempt_id is not None
    replayed = work.hand_in(parked.submission, parked.body, client_attempt_id=parked.client_attempt_id)
    assert replayed.receipt == accepted.receipt


@pytest.mark.parametrize("settled", ["accepted", "superseded"])
def test_the_record_of_a_parked_hand_in_is_not_written_over_when_its_text_comes_again(cast: Cast, settled: str) -> None:
    parked = closed_with_a_parked_hand_in(cast)
    submission, text = parked.submission, parked.body
    if settled == "accepted":
        actions.accept_parked(parked, by=cast.teacher)
    else:
        other = work.body_for(submission.assignment, "Other words")
        with pytest.raises(errors.AssignmentClosed) as refused:
            work.hand_in(submission, other, received_at=at("2026-05-01T16:00Z"))
        actions.accept_parked(parked_of(refused), by=cast.teacher)
    before = ParkedCopy.objects.filter(pk=parked.pk).values().get()
    assert before["resolution"] == settled
    newer = work.body_for(submission.assignment, "Newer words")
    actions.save_draft(submission, body=newer, if_rev=1, by=cast.student)
    with pytest.raises(VersionStale) as stale:
        actions.save_draft(submission, body=text, if_rev=7, by=cast.student)
    with pytest.raises(errors.AssignmentClosed) as late:
        work.hand_in(submission, text, received_at=at("2026-05-01T17:00Z"))
    assert ParkedCopy.objects.filter(pk=parked.pk).values().get() == before
    again = parked_of(late)
    assert (again, again.waiting, again.kind) == (parked_of(stale), True, "submit")
    submission.refresh_from_db()
    assert submission.hand_ins_waiting == 1


def test_accepting_during_review_drops_the_claim(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    with pytest.raises(errors.BeingReviewed) as refused:
        work.hand_in(submission, work.body_for(submission.assignment, "Newer"))
    handed_in = actions.accept_parked(parked_of(refused), by=cast.teacher)
    assert (handed_in.submission.state, handed_in.submission.claimed_by) == (State.SUBMITTED, None)
    assert handed_in.attempt.number == 2


def test_a_parked_save_is_no_hand_in_that_a_teacher_could_accept(cast: Cast, submission: Submission) -> None:
    for text in ("One", "Two"):
        body = work.body_for(submission.assignment, text)
        try:
            actions.save_draft(submission, body=body, if_rev=0, by=submission.student)
        except DomainError as stale:
            parked = ParkedCopy.objects.get(pk=stale.extra["parked_copy"]["id"])
    with pytest.raises(errors.StateConflict):
        actions.accept_parked(parked, by=cast.teacher)
    assert not ParkedCopy.objects.visible_to(cast.teacher).exists()


def test_a_parked_text_with_a_broken_citation_is_accepted_as_it_is(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    good, bad = work.cited(assignment.edition_id), work.cited(assignment.edition_id)
    bad["anchor"]["quote"] = "nobody was told"
    with pytest.raises(ValidationFailed) as refused:
        work.hand_in(submission, work.body_for(assignment, citations=[bad, good]))
    attempt = actions.accept_parked(parked_of(refused), by=cast.teacher).attempt
    assert attempt.body == work.body_for(assignment, citations=[bad, good])
    assert attempt.citations.get().client_id == good["id"]


# --- Receipts


def test_anyone_holding_the_code_can_check_it_however_she_types_it(submission: Submission) -> None:
    receipt = work.hand_in(submission).receipt
    typed = receipt.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert receipts.check(typed) == receipt
    assert receipts.check("AAAA-AAAA") is None
    assert receipts.check("") is None


def test_a_receipt_survives_a_change_of_the_secret_and_no_forgery_does(submission: Submission, settings) -> None:
    attempt = work.hand_in(submission).attempt
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret"
    assert receipts.of(attempt).genuine
    attempt.received_at -= dt.timedelta(hours=1)
    assert not receipts.of(attempt).genuine


@time_machine.travel("2026-05-01T10:00Z", tick=False)
def test_handing_in_costs_few_queries(assignment: Assignment, submission: Submission, queries) -> None:
    body = work.body_for(assignment, citations=[work.cited(assignment.edition_id)], single=[1], multiple=[1, 2])
    other = assignment.submissions.exclude(pk=submission.pk).get()
    work.hand_in(other, body)  # what editions say is read once a process
    actions.save_draft(submission, body=body, if_rev=0, by=submission.student)
    first = work.reread(submission)
    # Of the nine that are allowed, sign-in and the door take one each.
    assert queries(lambda: work.hand_in(first, body, draft_rev=1)) == 7
    again = work.reread(submission)
    assert queries(lambda: work.hand_in(again, body, draft_rev=1)) == 10  # … and a replacement looks back
