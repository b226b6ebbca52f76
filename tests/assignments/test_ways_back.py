"""From wherever work stands one teacher alone can end it, and what is undone is as if it had never been done: by the
acts themselves, in every situation that the interface is tried in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts import actions as people
from accounts.models import Membership
from assignments import actions
from assignments.models import (
    Assignment,
    Attempt,
    Comment,
    Draft,
    Excuse,
    Extension,
    Grade,
    ParkedCopy,
    Revision,
    Submission,
    TimingDecision,
)
from destalin_site.common.errors import DomainError
from tests.assignments import work
from tests.assignments.test_states_over_rest import NOON, SITUATIONS
from tests.cast import Cast

# What every act moves on, and what a claim is: it does not come back.
MOVES_ON = {"version", "changed_at", "tally"}  # the database makes the last of the others, the first among them
CLAIM = {"claim_from", "claimed_by", "claim_until"}
PARTS: tuple[tuple[Any, str], ...] = (
    (Draft, "submission"),
    (Attempt, "submission"),
    (Grade, "submission"),
    (Comment, "grade__submission"),
    (ParkedCopy, "submission"),
    (Extension, "submission"),
    (Revision, "submission"),
    (TimingDecision, "attempt__submission"),
)


@pytest.fixture(params=SITUATIONS)
def row(request: pytest.FixtureRequest, cast: Cast, time_machine: Any) -> Submission:
    time_machine.move_to(NOON, tick=False)
    arrange, settings = SITUATIONS[request.param]
    dates = {"due": work.due("2026-05-03T12:00"), "closes_at": work.at("2026-05-04T12:00Z")}
    row = work.submission_of(work.make_assignment(cast, **dates, **settings), cast.student)
    arrange(row, cast)
    return work.reread(row)


# ------------------------------------------------------------------------------------------------- no student is stuck


def excused(row: Submission, cast: Cast) -> None:
    if row.state != "excused":
        actions.excuse(row, category=Excuse.OTHER, reason="Moved to another school.", by=cast.assistant)


def returned(row: Submission, cast: Cast) -> None:
    """As a grader would: lifts an excuse, ends a revision, takes over what another reads, marks and returns."""
    by = cast.assistant
    if row.state == "excused":
        actions.lift_excuse(row, by=by)
        row = work.reread(row)
    if row.state == "returned":
        return
    if row.state == "revising":
        actions.keep_grade(row, by=by)
        return
    if row.state == "in_review":
        actions.claim(row, takeover=True, by=by)
    work.mark(work.reread(row), by)
    nothing = work.reread(row).counted is None
    actions.return_grade(work.reread(row), without_submission=nothing, confirmed=nothing, by=by)


@pytest.mark.parametrize(("reach", "state"), [(excused, "excused"), (returned, "returned")])
def test_one_grader_alone_brings_any_work_to_an_end(
    cast: Cast, row: Submission, reach: Callable[[Submission, Cast], None], state: str
) -> None:
    reach(row, cast)
    assert work.reread(row).state == state


def test_also_work_that_was_taken_away_is_brought_to_an_end(cast: Cast, row: Submission) -> None:
    member = Membership.objects.get(classroom=cast.room, user=cast.student)
    people.remove_member(member, by=cast.teacher)
    assert work.reread(row).state == "void"
    people.restore_member(member, by=cast.teacher)
    returned(work.reread(row), cast)
    assert work.reread(row).state == "returned"


# ------------------------------------------------------------------------------------------------------ exact inverses


def excuse_and_lift(row: Submission, cast: Cast) -> None:
    if row.state == "excused":  # it is there already, and lifting it is no way back
        return
    excused(row, cast)
    assert work.reread(row).state == "excused"
    actions.lift_excuse(row, by=cast.teacher)


def claim_and_release(row: Submission, cast: Cast) -> None:
    actions.claim(row, takeover=row.state == "in_review", by=cast.teacher)
    actions.release(row, by=cast.teacher)


def remove_and_readd(row: Submission, cast: Cast) -> None:
    member = Membership.objects.get(classroom=cast.room, user=cast.student)
    people.remove_member(member, by=cast.teacher)
    assert work.reread(row).state == "void"
    people.restore_member(member, by=cast.teacher)


def leave_and_join(row: Submission, cast: Cast) -> None:
    people.leave(Membership.objects.get(classroom=cast.room, user=cast.student), by=cast.student)
    people.join_classroom(code=cast.room.join_code, by=cast.student)


def unassign_and_bring_back(row: Submission, cast: Cast) -> None:
    given = Assignment.objects.get(pk=row.assignment_id)
    actions.update_assignment(given, audience=[cast.classmate.pk], if_version=given.version, by=cast.teacher)
    assert work.reread(row).state == "void"
    actions.bring_back(work.reread(row), by=cast.teacher)


def delete_and_undelete(row: Submission, cast: Cast) -> None:
    actions.delete_assignment(row.assignment, by=cast.teacher)
    assert work.reread(row).state == "void"
    actions.undelete_assignment(row.assignment, by=cast.teacher)


def archive_and_open_again(row: Submission, cast: Cast) -> None:
    people.archive(cast.room, by=cast.teacher)
    people.unarchive(cast.room, by=cast.teacher)


def all_of(row: Submission) -> dict[str, Any]:
    """The row with all that hangs on it, the claim as if it had been let go."""
    [values] = Submission.objects.filter(pk=row.pk).values()
    if values["state"] == "in_review":
        values["state"] = values["claim_from"]
    left_out = MOVES_ON | CLAIM | {f"{name}_id" for name in CLAIM}
    kept: dict[str, Any] = {name: value for name, value in values.items() if name not in left_out}
    for model, path in PARTS:
        kept[model.__name__] = list(model.objects.filter(**{path: row.pk}).order_by("pk").values())
    return kept


WAYS = (
    excuse_and_lift,
    claim_and_release,
    remove_and_readd,
    leave_and_join,
    unassign_and_bring_back,
    delete_and_undelete,
    archive_and_open_again,
)
# There is nothing to claim before something is handed in.
NO_WAY = {
    claim_and_release: {"assigned", "drafting", "revising", "excused"},
}


def test_what_is_taken_back_is_as_it_was(cast: Cast, row: Submission) -> None:
    before = all_of(row)
    for there_and_back in WAYS:
        now = work.reread(row)
        if now.state in NO_WAY.get(there_and_back, ()):
            with pytest.raises((DomainError, AssertionError)), transaction.atomic():
                there_and_back(now, cast)
        else:
            there_and_back(now, cast)
            assert not work.reread(row).claimed_by_id
        assert all_of(row) == before, there_and_back.__name__
