"""Due times that lie ahead follow new zone data: what was said stays, and its instant moves."""

import io
import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.actions import archive, change_classroom, unarchive
from assignments import actions, history, timing
from assignments.actions import resolving
from assignments.models import Assignment, DateOverride, Extension, Notice, Revision, Submission
from destalin_site.management.commands.run_due import JOBS, Job
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel("2026-04-20T08:00Z", tick=False):
        yield


@pytest.fixture
def new_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """From when it is called on, Warsaw has the clocks of Helsinki: an hour ahead of what it had."""

    def arrive() -> None:
        source = next(Path(folder) / "Europe/Helsinki" for folder in zoneinfo.TZPATH if Path(folder).is_dir())
        (tmp_path / "Europe").mkdir()
        shutil.copy(source, tmp_path / "Europe/Warsaw")
        zoneinfo.reset_tzpath([str(tmp_path), *zoneinfo.TZPATH])
        zoneinfo.ZoneInfo.clear_cache()
        monkeypatch.setattr(timing, "tzdb_version", lambda: "2099z")

    before = zoneinfo.TZPATH
    yield arrive
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


def follow() -> str:
    out = io.StringIO()
    call_command("follow_zones", stdout=out)
    return out.getvalue()


def hers(assignment: Assignment, one: Any) -> Submission:
    return reread(work.submission_of(assignment, one))


def intact() -> bool:
    return not list(history.check_all())


def resolved_events(submission: Submission) -> list[Any]:
    return list(submission.events.filter(name="dates resolved"))


def test_what_lies_ahead_keeps_its_local_time_and_everybody_has_one_event_with_the_reason(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    assert follow() == ""
    new_rules()
    assert follow() == f"{assignment.pk}: 2 moved\n"
    moved = Assignment.objects.get()
    assert (moved.due_at, moved.due_tzdb) == (at("2026-05-01T09:00Z"), "2099z")
    assert str(moved.due_time) == "12:00:00"
    for one in (cast.student, cast.classmate):
        row = hers(assignment, one)
        assert row.due_at == at("2026-05-01T09:00Z")
        [event] = resolved_events(row)
        assert (event.actor, event.reason) == (None, "zone data 2099z")
        assert event.facts == {"due": "2026-05-01T09:00:00Z", "before": "2026-05-01T10:00:00Z"}
        assert Notice.objects.filter(person=one, kind="dates").count() == 1
    assert intact()
    assert follow() == ""
    assert len(resolved_events(hers(assignment, cast.student))) == 1


def test_whoever_looked_before_changes_no_longer_what_has_moved(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    new_rules()
    follow()
    assert Assignment.objects.get().version == assignment.version + 1


def test_what_is_over_stays(cast: Cast, assignment: Assignment, new_rules: Callable[[], None]) -> None:
    new_rules()
    with time_machine.travel("2026-05-01T10:00:30Z", tick=False):
        assert follow() == ""
    assert hers(assignment, cast.student).due_at == at("2026-05-01T10:00Z")


def test_what_would_be_over_at_once_stays(cast: Cast, assignment: Assignment, new_rules: Callable[[], None]) -> None:
    new_rules()
    with time_machine.travel("2026-05-01T09:30Z", tick=False):
        assert follow() == ""
    assert hers(assignment, cast.student).due_at == at("2026-05-01T10:00Z")
    assert not resolved_events(hers(assignment, cast.student))


def test_data_that_says_the_same_is_noted_and_moves_nothing(
    cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "tzdb_version", lambda: "2099z")
    assert follow() == ""
    same = Assignment.objects.get()
    assert (same.due_at, same.due_tzdb, same.version) == (assignment.due_at, "2099z", assignment.version)
    assert actions.dues_to_resolve() == []
    assert not resolved_events(hers(assignment, cast.student))


def test_what_newer_data_resolved_stays_where_the_data_is_older(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"reason": "Exchange", "by": cast.teacher}
    actions.give_dates(assignment, for_class=True, offset_minutes=24 * 60, **said)
    new_rules()
    follow()
    before = [
        reread(hers(assignment, cast.student)).due_at,
        list(DateOverride.objects.values()),
        Assignment.objects.get().due_at,
    ]
    monkeypatch.setattr(timing, "tzdb_version", lambda: "2000a")
    assert actions.dues_to_resolve() == []
    resolving.resolve_again(assignment.pk)
    assert Assignment.objects.get().due_tzdb == "2099z"
    assert [
        reread(hers(assignment, cast.student)).due_at,
        list(DateOverride.objects.values()),
        Assignment.objects.get().due_at,
    ] == before


def test_other_dates_extensions_and_revisions_follow_too(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    said = {"reason": "Exchange", "by": cast.teacher}
    actions.give_dates(assignment, for_class=True, offset_minutes=24 * 60, **said)
    actions.give_dates(assignment, students=[cast.classmate.pk], due=due("2026-05-03T12:00"), **said)
    actions.extend(hers(assignment, cast.student), due=due("2026-05-06T12:00"), reason="Ill", by=cast.teacher)
    revised = work.make_assignment(cast, title="Revised")
    row = work.submission_of(revised, cast.student)
    work.hand_in(row)
    actions.request_revision(reread(row), due=due("2026-05-08T12:00"), words="Go on.", by=cast.teacher)
    new_rules()
    follow()
    assert hers(assignment, cast.student).due_at == at("2026-05-06T09:00Z")
    assert hers(assignment, cast.student).usual_due_at == at("2026-05-02T09:00Z")
    assert hers(assignment, cast.classmate).due_at == at("2026-05-03T09:00Z")
    assert reread(row).due_at == at("2026-05-08T09:00Z")
    assert Extension.objects.get().due_tzdb == Revision.objects.get().due_tzdb == "2099z"
    assert set(DateOverride.objects.values_list("due_tzdb", flat=True)) == {"2099z"}
    for one in (hers(assignment, cast.student), hers(assignment, cast.classmate), reread(row)):
        assert len(resolved_events(one)) == 1
    assert intact()
    assert actions.dues_to_resolve() == []


def test_a_day_later_than_what_is_over_follows_while_that_stays(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    said = {"reason": "Exchange", "by": cast.teacher}
    actions.give_dates(assignment, students=[cast.student.pk], offset_minutes=24 * 60, **said)
    new_rules()
    with time_machine.travel("2026-05-01T20:00Z", tick=False):
        follow()
        assert actions.dues_to_resolve() == []
    assert hers(assignment, cast.student).due_at == at("2026-05-02T09:00Z")
    assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:00Z")
    assert intact()


def test_a_run_takes_so_many_and_the_next_one_goes_on(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    work.make_assignment(cast, title="Second", due=due("2026-05-02T12:00"))
    monkeypatch.setattr(resolving, "AT_ONCE", 1)
    new_rules()
    assert len(follow().splitlines()) == 1
    assert len(follow().splitlines()) == 1
    assert follow() == ""


def test_an_archived_class_follows_once_it_is_opened_again(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    archive(cast.room, by=cast.teacher)
    new_rules()
    assert follow() == ""
    assert actions.resolve_again(assignment.pk) == 0
    unarchive(cast.room, by=cast.teacher)
    assert follow() == f"{assignment.pk}: 2 moved\n"


def test_one_that_fails_holds_up_none_of_the_others(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    other = work.make_assignment(cast, title="Second", due=due("2026-05-02T12:00"))
    Assignment.objects.filter(pk=assignment.pk).update(due_zone="Europe/Nowhere")
    new_rules()
    with pytest.raises(CommandError):
        call_command("follow_zones", stdout=io.StringIO(), stderr=io.StringIO())
    assert hers(other, cast.student).due_at == at("2026-05-02T09:00Z")


def test_the_site_runs_it() -> None:
    assert Job("follow_zones") in JOBS


def test_another_zone_of_the_class_moves_nothing_and_the_page_says_so(
    client: Client, cast: Cast, assignment: Assignment
) -> None:
    actions.extend(hers(assignment, cast.student), due=due("2026-05-06T12:00"), reason="Ill", by=cast.teacher)
    change_classroom(cast.room, zone="Asia/Tokyo", by=cast.teacher)
    assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:00Z")
    client.force_login(cast.teacher)
    page = client.get(reverse("classroom-settings", args=[cast.room.pk])).content.decode()
    assert "2 due times that lie ahead were said in Warsaw time and stay so." in page
    board = client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    assert "due Friday 1 May 2026, 12:00 Warsaw time" in board
    assert intact()


def test_what_an_offset_came_to_stays_once_it_is_over_whatever_is_given_afterwards(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    said = {"reason": "Exchange", "by": cast.teacher}
    actions.give_dates(assignment, students=[cast.student.pk], offset_minutes=-24 * 60, **said)
    actions.give_dates(assignment, for_class=True, offset_minutes=90, **said)
    new_rules()
    with time_machine.travel("2026-04-30T10:00:30Z", tick=False):
        assert follow() == f"{assignment.pk}: 1 moved\n"
        assert actions.dues_to_resolve() == []
    assert hers(assignment, cast.student).due_at == at("2026-04-30T10:00Z")
    assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:30Z")
    with time_machine.travel("2026-05-02T10:00Z", tick=False):
        actions.extend(hers(assignment, cast.student), due=due("2026-05-09T12:00"), reason="Ill", by=cast.teacher)
        assert hers(assignment, cast.student).usual_due_at == at("2026-04-30T10:00Z")
        actions.revoke_extension(hers(assignment, cast.student), by=cast.teacher)
        held = Assignment.objects.get()
        actions.update_assignment(held, if_version=held.version, by=cast.teacher, grace_seconds=600)
        assert hers(assignment, cast.student).due_at == at("2026-04-30T10:00Z")
        assert hers(assignment, cast.student).late_from == at("2026-04-30T10:11Z")
        assert hers(assignment, cast.classmate).due_at == at("2026-05-01T10:30Z")
    assert intact()


def test_another_due_time_moves_what_an_offset_came_to_and_none_leaves_none(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    actions.give_dates(assignment, for_class=True, offset_minutes=60, reason="Exchange", by=cast.teacher)
    new_rules()
    for until, came_to in ((due("2026-05-02T12:00"), at("2026-05-02T10:00Z")), (None, None)):
        held = Assignment.objects.get()
        actions.update_assignment(held, if_version=held.version, by=cast.teacher, due=until)
        assert DateOverride.objects.get().offset_due_at == came_to
        assert hers(assignment, cast.student).due_at == came_to
        assert intact()


def test_a_form_that_says_a_due_time_again_moves_nothing_that_is_over(
    cast: Cast, assignment: Assignment, new_rules: Callable[[], None]
) -> None:
    new_rules()
    with time_machine.travel("2026-05-02T10:00Z", tick=False):
        actions.update_assignment(
            assignment,
            if_version=assignment.version,
            by=cast.teacher,
            title="Thaw",
            grace_seconds=60,
            due=due("2026-05-01T12:00"),
        )
    assert Assignment.objects.get().due_at == at("2026-05-01T10:00Z")
    assert hers(assignment, cast.student).due_at == at("2026-05-01T10:00Z")
    assert intact()


def test_an_instant_that_does_not_follow_from_its_offset_is_a_fault(cast: Cast, assignment: Assignment) -> None:
    actions.give_dates(assignment, for_class=True, offset_minutes=60, reason="Exchange", by=cast.teacher)
    assert intact()
    for wrong in (None, at("2026-05-01T11:30Z")):
        DateOverride.objects.update(offset_due_at=wrong)
        assert any("other dates" in fault for _row, fault in history.check_all())
