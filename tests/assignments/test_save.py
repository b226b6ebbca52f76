"""Saving a draft, and what becomes of a save that cannot be applied."""

import pytest
import time_machine

from assignments import actions, errors
from assignments.models import Assignment, ParkedCopy, Submission
from destalin_site.common.errors import DomainError, Forbidden, TooLarge, ValidationFailed, VersionStale
from tests.assignments import work
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def save(submission: Submission, text: str = "First words", *, if_rev: int = 0, **fields):
    body = fields.pop("body", None) or work.body_for(submission.assignment, text)
    return actions.save_draft(submission, body=body, if_rev=if_rev, by=fields.pop("by", submission.student))


def parked_of(refused: pytest.ExceptionInfo[DomainError]) -> ParkedCopy:
    return ParkedCopy.objects.get(pk=refused.value.extra["parked_copy"]["id"])


def test_the_first_save_begins_the_draft_and_later_ones_raise_its_rev(submission: Submission) -> None:
    assert save(submission).rev == 1
    submission.refresh_from_db()
    assert (submission.state, submission.version) == ("drafting", 2)
    assert save(submission, "More words", if_rev=1).rev == 2
    submission.refresh_from_db()
    assert submission.version == 2  # the rev tells a repeated save; it leaves no event
    assert submission.draft.body == work.body_for(submission.assignment, "More words")


def test_a_stale_save_is_parked_and_overwrites_nothing(submission: Submission) -> None:
    save(submission, "From the phone")
    with pytest.raises(VersionStale) as stale:
        save(submission, "From the laptop")
    assert stale.value.extra["current_etag"] == '"d1"'
    parked = parked_of(stale)
    assert parked.body == work.body_for(submission.assignment, "From the laptop")
    assert (parked.kind, parked.reason, parked.body_sha256) == (
        "save",
        "version-stale",
        stale.value.extra["parked_copy"]["body_sha256"],
    )
    assert submission.draft.body == work.body_for(submission.assignment, "From the phone")


def test_a_replayed_stale_save_parks_once(submission: Submission) -> None:
    save(submission, "From the phone")
    for _ in range(3):
        with pytest.raises(VersionStale):
            save(submission, "From the laptop")
    assert submission.parked.count() == 1


def test_the_same_text_again_after_a_lost_answer_is_no_conflict(submission: Submission) -> None:
    save(submission)
    assert save(submission).rev == 1
    save(submission, "More", if_rev=1)
    assert save(submission, "More", if_rev=1).rev == 2
    assert not submission.parked.exists()


def test_a_save_upon_a_draft_that_was_never_there_is_stale(submission: Submission) -> None:
    with pytest.raises(VersionStale) as stale:
        save(submission, if_rev=7)
    assert stale.value.extra["current_etag"] == '"d0"'


def test_a_revision_past_every_number_is_only_stale(submission: Submission) -> None:
    save(submission)
    with pytest.raises(VersionStale):
        save(submission, "More", if_rev=10**17)
    assert work.hand_in(submission, work.body_for(submission.assignment, "In"), draft_rev=10**17).attempt.number == 1


def test_a_classmate_cannot_save_for_her(cast: Cast, submission: Submission) -> None:
    for other in (cast.classmate, cast.teacher):
        with pytest.raises(Forbidden):
            save(submission, by=other)
    assert not submission.parked.exists()


def test_a_citation_is_checked_when_it_is_saved(assignment: Assignment, submission: Submission) -> None:
    good = work.cited(assignment.edition_id)
    assert save(submission, body=work.body_for(assignment, citations=[good])).rev == 1
    bad = {**good, "anchor": {**good["anchor"], "quote": "everybody was asked"}}
    with pytest.raises(ValidationFailed) as refused:
        save(submission, body=work.body_for(assignment, citations=[bad]), if_rev=1)
    error = refused.value.extra["errors"][0]
    assert error["pointer"] == "/body/answers/0/blocks/0/citations/0/anchor"
    assert error["code"] == "anchor-quote-differs"
    assert parked_of(refused).reason == "validation-failed"


def test_a_citation_of_another_source_than_it_says_is_refused(assignment: Assignment, submission: Submission) -> None:
    wrong = work.cited(assignment.edition_id, source="somebody-else")
    with pytest.raises(ValidationFailed) as refused:
        save(submission, body=work.body_for(assignment, citations=[wrong]))
    assert refused.value.extra["errors"][0]["code"] == "source-differs"


@pytest.mark.parametrize("body", [None, {}, {"answers": [{"question": "x"}]}, {"answers": [], "extra": 1}])
def test_what_cannot_be_read_is_refused_and_keeps_nothing(submission: Submission, body: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        actions.save_draft(submission, body=body, if_rev=0, by=submission.student)
    assert refused.value.extra["errors"][0]["pointer"].startswith("/body")
    assert "parked_copy" not in refused.value.extra
    assert not submission.parked.exists()


def test_more_than_a_megabyte_is_too_large(submission: Submission) -> None:
    with pytest.raises(TooLarge):
        save(submission, "x" * 1024 * 1024)


def test_before_the_opening_a_save_is_parked_and_from_then_on_applied(cast: Cast) -> None:
    assignment = work.make_assignment(cast, opens_at=at("2026-05-01T08:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with time_machine.travel("2026-05-01T07:59:59Z", tick=False), pytest.raises(errors.NotOpenYet) as refused:
        save(submission)
    assert parked_of(refused).reason == "not-open-yet"
    assert refused.value.extra["opens_at"] == "2026-05-01T08:00:00Z"
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False):
        assert save(submission).rev == 1


def test_after_the_close_a_save_is_still_a_draft(cast: Cast) -> None:
    assignment = work.make_assignment(cast, closes_at=at("2026-05-01T08:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with time_machine.travel("2026-05-02T08:00:00Z"):
        assert save(submission).rev == 1


def test_in_an_archived_class_and_after_removal_a_save_is_parked(cast: Cast, submission: Submission) -> None:
    save(submission)
    cast.room.archived_at = at("2026-05-01T08:00Z")
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(errors.ClassArchived) as archived:
        save(submission, "Too late", if_rev=1)
    assert parked_of(archived).reason == "class-archived"
    with pytest.raises(errors.ClassArchived):
        actions.discard_parked(parked_of(archived), by=cast.student)
    assert parked_of(archived).waiting
    cast.room.archived_at = None
    cast.room.save(update_fields=["archived_at"])
    actions.delete_assignment(submission.assignment, by=cast.teacher)
    with pytest.raises(errors.StateConflict) as removed:
        save(submission, "Later still", if_rev=1)
    assert parked_of(removed).reason == "state-conflict"
    assert removed.value.extra["state"] == "void"


def test_saving_while_the_teacher_reads_changes_only_the_draft(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    draft = submission.draft
    assert save(submission, "A second thought", if_rev=draft.rev).rev == draft.rev + 1
    submission.refresh_from_db()
    assert (submission.state, submission.claimed_by) == ("in_review", cast.teacher)


def test_the_student_takes_a_parked_text_as_her_draft(submission: Submission) -> None:
    save(submission, "From the phone")
    with pytest.raises(VersionStale) as stale:
        save(submission, "From the laptop")
    parked = parked_of(stale)
    assert actions.use_parked(parked, if_rev=1, by=submission.student).rev == 2
    parked.refresh_from_db()
    assert parked.resolution == "used"
    assert submission.draft.body == parked.body
    with pytest.raises(VersionStale) as again:
        actions.use_parked(parked_with(submission, "From a third device"), if_rev=1, by=submission.student)
    assert again.value.extra["parked_copy"]


def parked_with(submission: Submission, text: str) -> ParkedCopy:
    with pytest.raises(VersionStale) as stale:
        save(submission, text)
    return parked_of(stale)


def test_nobody_else_takes_or_discards_a_parked_text(cast: Cast, submission: Submission) -> None:
    save(submission)
    parked = parked_with(submission, "From the laptop")
    with pytest.raises(Forbidden):
        actions.use_parked(parked, if_rev=1, by=cast.teacher)
    with pytest.raises(Forbidden):
        actions.discard_parked(parked, by=cast.classmate)


def test_a_discarded_text_is_kept_and_waits_again_when_it_comes_again(submission: Submission) -> None:
    save(submission)
    parked = parked_with(submission, "From the laptop")
    actions.discard_parked(parked, by=submission.student)
    actions.discard_parked(parked, by=submission.student)
    parked.refresh_from_db()
    assert (parked.resolution, parked.waiting) == ("discarded", False)
    assert parked_with(submission, "From the laptop") == parked
    parked.refresh_from_db()
    assert parked.waiting


def test_a_save_costs_few_queries(submission: Submission, queries) -> None:
    save(submission)
    mine = work.reread(submission)
    assert queries(lambda: save(mine, "More words", if_rev=1)) == 2
