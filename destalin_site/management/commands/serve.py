"""The one way in which the site is started: by `make run` (the demo), by `make serve` (production), and by hand."""

import errno
import os
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections

from accounts.models import User
from destalin_site.common import env
from destalin_site.demo import people


class Command(BaseCommand):
    help = (
        "Brings the database up to date and serves the site. In MODE=demo a new database gets the demo class; "
        "in MODE=production unsafe settings stop the start."
    )
    # Asked for below, once the port is known to be free and with the deployment checks where they belong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prepare", action="store_true", help="do everything that comes before serving, and stop there"
        )

    def handle(self, *args: Any, prepare: bool, **options: Any) -> None:
        host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 8000)
        if not prepare:
            refuse_taken_port(host, port)
        # Prints what is doubtful, and ends here at what is unsafe.
        self.check(include_deployment_checks=settings.PRODUCTION)
        self._prepare_database()
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        if not prepare:
            self._greet(host, port)
            self._serve(host, port)

    def _prepare_database(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from error
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if settings.MODE == "demo" and not User.objects.exists():
            self.stdout.write("A new database: loading the demo class …")
            self.stdout.flush()
            call_command("load_demo")

    def _greet(self, host: str, port: int) -> None:
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self.stdout.write(f"\n{settings.SITE_NAME} is served at {self.style.SUCCESS(address)}   (Ctrl-C ends it)\n")
        if settings.MODE == "demo":
            for line in people.sign_ins():
                self.stdout.write(line)
            self.stdout.write("")
        self.stdout.flush()

    def _serve(self, host: str, port: int) -> None:
        workers = env.number("WORKERS", (os.cpu_count() or 1) if settings.PRODUCTION else 1)
        connections.close_all()
        command = [sys.executable, "-m", "granian", "destalin_site.wsgi:application", "--interface", "wsgi"]
        command += ["--host", host, "--port", str(port), "--no-ws", "--log-level", "warning"]
        command += ["--workers", str(workers), "--blocking-threads", str(env.number("THREADS", 3))]
        if settings.PRODUCTION:
            command += ["--respawn-failed-workers"]
        os.environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")])
        )
        start_the_clock()
        # Replaces this process, so that whoever started it ends the server itself by its process id.
        os.execv(sys.executable, command)  # noqa: S606 - the command is ours, and no shell reads it


def start_the_clock() -> None:
    """What is due by the clock is done in a process beside the server, which ends with it."""
    if settings.DUE_EVERY <= 0:
        return
    reads, writes = os.pipe()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_due", "--until-input-ends"]
    subprocess.Popen(  # noqa: S603 - the command is ours, and no shell reads it
        [*command, "--every", str(settings.DUE_EVERY)],
        stdin=reads,
        # It sleeps most of the time, and needs no connection then.
        env=os.environ | {"DATABASE_POOL_MIN": "0"},
        # Ctrl-C ends the server; what is being done then comes to its end.
        start_new_session=True,
    )
    os.close(reads)
    # Nobody writes to it. The server holds it open for as long as it lives, however it ends.
    os.set_inheritable(writes, True)


def refuse_taken_port(host: str, port: int) -> None:
    """Before any work is done: a server that cannot have its port should say so at once, and in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError as error:
            raise CommandError(f"PORT must be between 1 and 65535; it is {port}.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is in use: perhaps the site is running already. Another one: PORT={port + 1} make run"
                ) from error
            raise CommandError(f"The site cannot listen on {host}, port {port}: {error.strerror}.") from error
