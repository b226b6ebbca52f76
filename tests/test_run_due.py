"""What is due by the clock is done, however late, once, and whatever else fails."""

import datetime
import io
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assignments.management.commands import verify_submissions
from destalin_site.management.commands import run_due
from destalin_site.management.commands.run_due import JOBS, Job, Rounds
from lessons.management.commands import verify_editions
from lessons.models import Edition, Lesson
from tests.common.test_alone import elsewhere
from tests.lessons.factories import make_lesson

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def scheduled(db: None, time_machine: Any) -> Lesson:
    """To go live at noon; it is an hour before."""
    time_machine.move_to(NOON - 60 * MINUTE)
    lesson = make_lesson(title="Walls", go_live_at=NOON)
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were run. A name that says so fails."""
    ran: list[str] = []

    def run(command: str, *args: Any, stderr: Any, **options: Any) -> None:
        ran.append(command)
        if "refused" in command:
            stderr.write("Walls: no sections\n")
            raise CommandError("1 could not be carried out.")
        if "broken" in command:
            raise ZeroDivisionError

    monkeypatch.setattr(run_due, "call_command", run)
    return ran


def test_a_lesson_is_published_when_its_hour_has_come_and_once(scheduled: Lesson, time_machine: Any) -> None:
    rounds = Rounds()
    assert rounds.go()
    assert not Edition.objects.exists()
    time_machine.move_to(NOON + MINUTE)
    assert rounds.go()
    assert Lesson.objects.published().get() == scheduled
    assert rounds.go()
    assert Edition.objects.get().publications.count() == 1


def test_what_came_due_while_the_site_was_down_is_done_at_its_start(scheduled: Lesson, time_machine: Any) -> None:
    time_machine.move_to(NOON + 3 * 24 * 60 * MINUTE)
    call_command("run_due")
    assert Lesson.objects.published().get() == scheduled


def test_of_two_servers_one_publishes(scheduled: Lesson, time_machine: Any) -> None:
    time_machine.move_to(NOON + MINUTE)
    out = io.StringIO()
    with elsewhere("publish_scheduled"):
        call_command("publish_scheduled", stdout=out)
        assert Rounds().go()
        assert not Edition.objects.exists()
    assert "elsewhere" in out.getvalue()
    assert Rounds().go()
    assert Edition.objects.exists()


def test_what_an_editor_took_back_while_the_ones_before_were_published_stays_as_it_is(
    scheduled: Lesson, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_lesson(title="Gates", go_live_at=NOON + MINUTE)
    other.save_revision().publish()
    publish = Lesson.publish

    def and_take_back(lesson: Lesson, *args: Any, **options: Any) -> None:
        publish(lesson, *args, **options)
        other.revisions.update(approved_go_live_at=None)

    monkeypatch.setattr(Lesson, "publish", and_take_back)
    time_machine.move_to(NOON + 2 * MINUTE)
    assert Rounds().go()
    assert Lesson.objects.published().get() == scheduled


def test_a_daily_job_is_done_at_the_start_and_every_day(ran: list[str], time_machine: Any) -> None:
    rounds = Rounds([Job("often"), Job("daily", every=datetime.timedelta(days=1))])
    for minutes in (0, 1, 24 * 60 - 1, 24 * 60, 24 * 60 + 1):
        time_machine.move_to(NOON + minutes * MINUTE, tick=False)
        rounds.go()
    assert ran == ["often", "daily", "often", "often", "often", "daily", "often"]


def test_a_clock_that_was_set_back_holds_nothing_up(ran: list[str], time_machine: Any) -> None:
    rounds = Rounds([Job("often"), Job("daily", every=datetime.timedelta(days=1))])
    for days in (400, 0, 1):
        time_machine.move_to(NOON + datetime.timedelta(days=days), tick=False)
        rounds.go()
    assert ran == ["often", "daily"] * 3


def test_a_job_that_fails_is_logged_once_and_holds_up_neither_the_others_nor_the_next_round(
    ran: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    rounds = Rounds([Job("refused"), Job("broken"), Job("whole")])
    with caplog.at_level(logging.ERROR, logger="destalin.due"):
        assert not rounds.go()
        assert not rounds.go()
    assert ran == ["refused", "broken", "whole"] * 2
    refused, broken = caplog.messages
    assert "Walls: no sections" in refused
    assert "ZeroDivisionError" in broken


def test_what_the_daily_checks_find_is_logged_and_holds_up_nothing(
    scheduled: Lesson, time_machine: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = SimpleNamespace(pk="e4")
    monkeypatch.setattr(verify_submissions, "check_all", lambda: [(broken, "attempt 1 is not what its digest says")])
    monkeypatch.setattr(verify_editions.Command, "_assets", lambda self: ["image 5a: its bytes are others"])
    rounds = Rounds()
    with caplog.at_level(logging.ERROR, logger="destalin.due"):
        assert not rounds.go()
    editions, submissions = caplog.messages
    assert editions.startswith("verify_editions: image 5a: its bytes are others")
    assert submissions.startswith("verify_submissions: e4: attempt 1 is not what its digest says")
    time_machine.move_to(NOON + MINUTE)
    assert rounds.go()
    assert Lesson.objects.published().get() == scheduled
    time_machine.move_to(NOON + 24 * 60 * MINUTE)
    assert not rounds.go()


def test_trouble_that_comes_back_is_logged_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    troubles = iter(["no disk", "", "no disk"])
    monkeypatch.setattr(run_due, "_trouble_of", lambda command: next(troubles))
    rounds = Rounds([Job("one")])
    assert [rounds.go() for _round in range(3)] == [False, True, False]
    assert len(caplog.messages) == 2


def test_one_round_that_fails_ends_with_an_error(
    ran: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    call_command("run_due")
    assert ran == [job.command for job in JOBS]
    monkeypatch.setattr(run_due, "Rounds", lambda: Rounds([Job("refused")]))
    with pytest.raises(CommandError):
        call_command("run_due")
