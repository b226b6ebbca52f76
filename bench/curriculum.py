"""How long it takes until the whole curriculum is in a fresh database.

CPU is that of this process; what PostgreSQL works in its own is in the wall time alone.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

MUST = 30.0  # seconds of CPU, which other work on the machine changes less than the wall time
ROW = "{:34}{:>9}{:>9}{:>9}"
NAME = "curriculum on a fresh database"


def measure() -> int:
    """Prints a line for each step. 1 when loading into the fresh database costs more than it must."""
    from django.core.management import call_command
    from django.db import connection

    def load() -> None:
        call_command("load_curriculum", verbosity=0)

    print(f"{connection.vendor}, {os.cpu_count()} cores")
    print(ROW.format("", "CPU s", "wall s", "must"))
    with _fresh_database():
        _line("migrate", lambda: call_command("migrate", verbosity=0))
        spent = _line("load the curriculum", load)
        _line("load it again", load)
    print(ROW.format(NAME, f"{spent:.1f}", "", f"{MUST:.0f}" + ("" if spent <= MUST else " !")))
    return 0 if spent <= MUST else 1


def _line(name: str, work: Callable[[], object]) -> float:
    """The seconds of CPU that the work took."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    spent = time.process_time() - cpu
    print(ROW.format(name, f"{spent:.1f}", f"{time.perf_counter() - wall:.1f}", ""), flush=True)
    return spent


@contextmanager
def _fresh_database() -> Iterator[None]:
    """The bench's own SQLite file is fresh; in PostgreSQL another database is made beside the one that was named."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    name, named = f"bench_{uuid4().hex}", connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    _go_to(name)
    try:
        yield
    finally:
        _go_to(named)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def _go_to(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
