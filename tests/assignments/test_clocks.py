"""Due times on nights on which clocks change, through the acts: nine zones, three years, by the clock on the wall."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from assignments import actions, history, time_tokens
from assignments.actions import DueSaid
from assignments.device_clock import Said
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Submission
from assignments.timing import zone_named
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.test_timing import QUARTER, TICK, ZONES, at, clocks_change
from tests.cast import Cast

pytestmark = pytest.mark.django_db

GRACE = 600
LONGEST = dt.timedelta(minutes=1, seconds=GRACE)  # from a due time to the first instant that is late


def said_and_meant(zone: str) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """What a teacher says in each such night, on the wall, and the instant of it: the last that the clock shows, or,
    where it never shows it, as long after the change as was said after the hour that is left out."""
    tz = zone_named(zone)
    for change in [*clocks_change(zone), at("2026-07-01T12:00:00Z")]:
        before = (change - TICK).astimezone(tz).replace(tzinfo=None, fold=0) + TICK
        after = change.astimezone(tz).replace(tzinfo=None, fold=0)
        if before < after:
            yield before + QUARTER, change + QUARTER
        else:
            yield after + QUARTER, change + QUARTER
        eve = before.replace(hour=23, minute=59) - dt.timedelta(days=1)
        yield eve, eve.replace(tzinfo=tz).astimezone(dt.UTC)


def told(api: ApiClient, cast: Cast, row: Submission) -> dict[str, Any]:
    return api.as_(row.student).get(f"/api/v1/submissions/{row.pk}").json()["timing"]


@pytest.mark.parametrize("zone", ZONES)
def test_on_whatever_night_it_is_due_work_is_late_missing_and_lengthened_by_the_clock_on_the_wall(
    cast: Cast, api: ApiClient, time_machine: Any, zone: str
) -> None:
    edition = work.make_edition()
    for wall, instant in said_and_meant(zone):
        late = instant + LONGEST
        time_machine.move_to(instant - dt.timedelta(days=2), tick=False)
        said = DueSaid(wall.date(), wall.time(), zone)
        given = work.make_assignment(cast, edition, due=said, grace_seconds=GRACE)
        in_time, hers = (work.submission_of(given, person) for person in (cast.student, cast.classmate))

        time_machine.move_to(late - TICK, tick=False)
        assert told(api, cast, hers)["result"] == "not_due"
        assert work.hand_in(in_time, received_at=late - TICK).timing.result == "on_time"
        time_machine.move_to(late, tick=False)
        assert told(api, cast, hers)["result"] == "missing"
        assert work.hand_in(hers, received_at=late).timing.seconds == GRACE
        assert (told(api, cast, in_time)["result"], told(api, cast, hers)["result"]) == ("on_time", "late")

        tomorrow = DueSaid(wall.date() + dt.timedelta(days=1), wall.time(), zone)
        actions.extend(hers, due=tomorrow, reason="Ill", by=cast.teacher)
        answer = told(api, cast, hers)
        assert (answer["result"], answer["seconds"]) == ("on_time", 0)
        assert at(answer["due"]).astimezone(zone_named(zone)).replace(tzinfo=None) == wall + dt.timedelta(days=1)
        assert not list(history.check_all(among=Submission.objects.filter(assignment=given)))


@pytest.mark.parametrize("zone", ZONES)
def test_on_whatever_night_it_closes_handing_in_is_open_until_its_due_minute_is_over(
    cast: Cast, time_machine: Any, zone: str
) -> None:
    edition = work.make_edition()
    for wall, instant in said_and_meant(zone):
        over = instant + dt.timedelta(minutes=1)
        time_machine.move_to(instant - dt.timedelta(days=2), tick=False)
        said = DueSaid(wall.date(), wall.time(), zone)
        given: Assignment = work.make_assignment(cast, edition, due=said, closes_at=instant, hands_in_at_close=True)
        rows = [work.submission_of(given, person) for person in (cast.student, cast.classmate)]
        for row in rows:
            actions.save_draft(row, body=work.body_for(given, "So far."), if_rev=0, by=row.student)
        time_machine.move_to(over - TICK, tick=False)
        assert work.hand_in(rows[0], received_at=over - TICK).timing.result == "on_time"
        time_machine.move_to(over + dt.timedelta(minutes=1), tick=False)
        assert actions.closes_to_settle() == [rows[1].pk]
        assert actions.settle_close(rows[1].pk)
        assert [row.counted.via for row in map(work.reread, rows)] == ["student", "auto"]
        assert {row.late_seconds for row in map(work.reread, rows)} == {0}


@pytest.mark.parametrize("zone", ZONES)
def test_on_whatever_night_it_is_due_hours_of_offline_grace_are_hours_on_the_clock(
    cast: Cast, api: ApiClient, time_machine: Any, zone: str
) -> None:
    edition = work.make_edition()
    hours, boot = 3, "boot-0001"
    for wall, instant in said_and_meant(zone):
        over = instant + dt.timedelta(minutes=1)
        time_machine.move_to(instant - dt.timedelta(days=2), tick=False)
        due = DueSaid(wall.date(), wall.time(), zone)
        given = work.make_assignment(cast, edition, due=due, closes_at=instant, offline_grace_h=hours)
        in_time, hers = (work.submission_of(given, person) for person in (cast.student, cast.classmate))
        end = over + dt.timedelta(hours=hours)
        time_machine.move_to(end, tick=False)
        clock, said = instant.isoformat(), {}
        for row in (in_time, hers):
            token = time_tokens.give(str(row.student_id), boot=boot, device_time=clock, now=instant)
            said[row] = Said(instant, token, 0, boot)
        done = work.hand_in(in_time, received_at=end - TICK, captured=said[in_time])
        assert (done.timing.result, done.timing.rule) == ("on_time", "offline_grace")
        with pytest.raises(AssignmentClosed):
            work.hand_in(hers, received_at=end, captured=said[hers])
        assert told(api, cast, in_time)["result"] == "on_time"
        assert not list(history.check_all(among=Submission.objects.filter(assignment=given)))
