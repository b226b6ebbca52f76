"""The migration that wrote down what offsets came to."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from assignments import actions, history
from assignments.models import DateOverride, Submission
from tests.assignments import work
from tests.assignments.work import at, due
from tests.cast import Cast

migration = import_module("assignments.migrations.0047_fill_instants_of_offsets")
KNOWN = {"DateOverride": DateOverride, "Submission": Submission}


def fill() -> None:
    DateOverride.objects.update(offset_due_at=None, due_tzdb="")
    assert list(history.check_all())
    migration.fill(SimpleNamespace(get_model=lambda app, name: KNOWN[name]), None)


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [-1500, -90, 1, 24 * 60, 24 * 60 + 150])
@pytest.mark.parametrize("local", ["2026-03-28T02:30", "2026-10-24T02:30", "2026-05-01T12:00"])
def test_what_nobodys_work_says_is_resolved_as_ever(cast: Cast, time_machine: Any, local: str, minutes: int) -> None:
    time_machine.move_to(at("2026-02-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, due=due(local))
    said = {"reason": "Exchange", "by": cast.teacher}
    actions.give_dates(given, for_class=True, offset_minutes=minutes, **said)
    for one in (cast.student, cast.classmate):
        actions.give_dates(given, students=[one.pk], due=due("2026-12-01T12:00"), **said)
    [(before, _tzdb), *_] = DateOverride.objects.filter(for_class=True).values_list("offset_due_at", "due_tzdb")
    fill()
    assert DateOverride.objects.get(for_class=True).offset_due_at == before
    assert not list(history.check_all())


@pytest.mark.django_db
def test_what_somebodys_work_says_goes_before_the_zone_data_of_today(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(at("2026-02-01T09:00Z"), tick=False)
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"))
    said: dict[str, Any] = {"offset_minutes": 60, "reason": "Exchange", "by": cast.teacher}
    hour_before = at("2026-05-01T10:00Z")
    for whom in ({"for_class": True}, {"students": [cast.student.pk], "title": "Group"}):
        actions.give_dates(given, **whom, **said)
        Submission.objects.update(due_at=hour_before)
        fill()
        assert DateOverride.objects.latest("at", "id").offset_due_at == hour_before
    actions.give_dates(given, students=[cast.student.pk], title="Another group", **said | {"offset_minutes": 120})
    Submission.objects.update(due_at=hour_before)
    fill()
    in_two = DateOverride.objects.exclude(title="").order_by("offset_minutes")
    assert [row.offset_due_at for row in in_two] == [at("2026-05-01T11:00Z"), at("2026-05-01T12:00Z")]
