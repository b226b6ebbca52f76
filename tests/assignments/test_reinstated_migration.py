"""The migration that counted how often work came to count again at its close."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from assignments import actions, history
from assignments.models import Event, Submission
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

migration = import_module("assignments.migrations.0031_fill_hand_ins_that_count_again")


@pytest.mark.django_db
def test_it_is_read_off_the_events(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-05-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T12:00Z"))
    hers, other = work.submission_of(given, cast.student), work.submission_of(given, cast.classmate)
    for one in (hers, other):
        work.hand_in(one, received_at=at("2026-05-01T09:00Z"))
    actions.withdraw(hers, by=cast.student)
    time_machine.move_to(at("2026-05-08T12:00Z"), tick=False)
    assert actions.settle_close(hers.pk)
    Submission.objects.update(reinstated=0)
    assert list(history.check_all())
    known = {"Event": Event, "Submission": Submission}
    migration.fill(SimpleNamespace(get_model=lambda app, name: known[name]), None)
    assert (reread(hers).reinstated, reread(other).reinstated) == (1, 0)
    assert not list(history.check_all())
