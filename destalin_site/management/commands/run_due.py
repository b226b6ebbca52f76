"""manage.py run_due [--every SECONDS] [--until-input-ends]"""

import io
import logging
import select
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from destalin_site.common import clock

logger = logging.getLogger("destalin.due")


@dataclass(frozen=True)
class Job:
    """A command that may be run at any time, by several at once, and again: it does what is due and nothing twice."""

    command: str
    every: timedelta = timedelta(0)  # zero: whenever somebody looks


JOBS = (
    Job("publish_scheduled"),
    Job("follow_zones"),
    Job("settle_closes"),
    Job("send_digests"),
    Job("purge", every=timedelta(days=1)),
    # Last, since they read everything: what is due is done before. Faults that they find are their trouble.
    Job("verify_editions", every=timedelta(days=1)),
    Job("verify_submissions", every=timedelta(days=1)),
)


class Rounds:
    """What is due is done, round by round. A job that fails is logged and holds up neither the others nor the next
    round; the same trouble is not logged twice in a row."""

    def __init__(self, jobs: Sequence[Job] = JOBS) -> None:
        self.jobs = jobs
        self._begun: dict[Job, datetime] = {}
        self._trouble: dict[Job, str] = {}

    def go(self) -> bool:
        """One round. Whether all of it went well."""
        failed = [job for job in self.jobs if self._is_due(job) and not self._do(job)]
        return not failed

    def _is_due(self, job: Job) -> bool:
        begun = self._begun.get(job)
        # A clock that was set back must not keep a job waiting for the hour that it showed.
        return begun is None or not begun <= clock.now() < begun + job.every

    def _do(self, job: Job) -> bool:
        self._begun[job] = clock.now()
        trouble = _trouble_of(job.command)
        if trouble and trouble != self._trouble.get(job):
            logger.error("%s: %s", job.command, trouble)
        self._trouble[job] = trouble
        return not trouble


def _trouble_of(command: str) -> str:
    """Runs it. What went wrong; empty when nothing did."""
    said = io.StringIO()
    try:
        call_command(command, stdout=io.StringIO(), stderr=said, no_color=True)
    except CommandError as refused:
        return f"{said.getvalue()}{refused}"
    except Exception:  # whatever it is, the other jobs are still due
        return said.getvalue() + "".join(traceback.format_exception(*sys.exc_info()))
    return ""


class Command(BaseCommand):
    help = (
        "Does what is due by the clock: publishes and takes down lessons, lets due times follow new zone data, settles "
        "what has closed, sends the mails of the day; once a day it purges, and checks every edition and the history "
        "of every piece of work. A site that was started with `manage.py serve` has it beside the server."
    )
    # The one who starts the site has checked it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="go on; without it, one round")
        parser.add_argument("--until-input-ends", action="store_true", help="end when the standard input does")

    def handle(self, *args: Any, every: int, until_input_ends: bool, **options: Any) -> None:
        rounds = Rounds()
        well = rounds.go()
        if every <= 0:
            if not well:
                raise CommandError("Not everything could be done; the log says what and why.")
            return
        with suppress(KeyboardInterrupt):
            while not is_over_after(every, with_the_input=until_input_ends):
                rounds.go()
                # One that breaks meanwhile is not used again, and none is held while nothing is done.
                connections.close_all()


def is_over_after(seconds: float, *, with_the_input: bool) -> bool:
    """Waits so long; True as soon as whoever held the other end of the standard input is gone, if that is the end."""
    if not with_the_input:
        time.sleep(seconds)
        return False
    readable, _writable, _trouble = select.select([sys.stdin.buffer], [], [], seconds)
    return bool(readable) and not sys.stdin.buffer.read(1)
