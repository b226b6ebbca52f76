"""Before a class is archived its page tells what is unfinished in it."""

import pytest
from django.test import Client

from assignments.models import Assignment, Submission
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
