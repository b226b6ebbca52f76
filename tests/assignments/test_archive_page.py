"""Before a class is archived its page tells what is unfinished in it."""

import pytest
from django.test import Client

from assignments import actions
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, ParkedCopy, Submission
from destalin_site.common.errors import VersionStale
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_counts_what_waits_in_this_class_and_no_other(
    cast: Cast, client: Client, assignment: Assignment, submission: Submission
) -> None:
    client.force_login(cast.teacher)
    where = f"/classes/{cast.room.pk}/archive/"
    assert client.get(where).context["unfinished"] == []
    work.hand_in(submission)
    assert client.get(where).context["unfinished"] == ["1 piece of work not returned"]
    Submission.objects.filter(pk=submission.pk).update(state="drafting")
    assert client.get(where).context["unfinished"] == ["1 draft not handed in"]
    client.force_login(cast.other_teacher)
    assert client.get(f"/classes/{cast.other_room.pk}/archive/").context["unfinished"] == []


def test_of_what_was_kept_aside_it_counts_what_the_teacher_decides_as_the_board_does(
    cast: Cast, client: Client, assignment: Assignment, submission: Submission
) -> None:
    client.force_login(cast.teacher)
    body = work.body_for(assignment)
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    with pytest.raises(VersionStale):
        actions.save_draft(submission, body=work.body_for(assignment, "Other words."), if_rev=0, by=cast.student)
    closed = work.at("2020-01-01T00:00Z")
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, closes_at=closed)
    with pytest.raises(AssignmentClosed):
        work.hand_in(work.submission_of(assignment, cast.student))
    kinds = sorted(ParkedCopy.objects.waiting().values_list("kind", flat=True))
    assert kinds == ["save", "submit"]
    told = client.get(f"/classes/{cast.room.pk}/archive/").context["unfinished"]
    assert "1 hand-in kept aside, waiting for your decision" in told
