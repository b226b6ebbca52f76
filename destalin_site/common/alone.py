"""What one process does at a time, on one machine or on several."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from django.db import connection

_OURS = 0x44455354  # the first half of the key of our advisory locks, so that they are nobody else's


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """False while another process that shares this database is inside with the same name; True keeps others out.

    Held by the connection or by the open file, so that it ends with a process that is killed.
    """
    with _by_connection(name) if connection.vendor == "postgresql" else _by_file(name) as held:
        yield held


@contextmanager
def _by_connection(name: str) -> Iterator[bool]:
    keys = [_OURS, crc32(name.encode()) & 0x7FFFFFFF]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", keys)
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


@contextmanager
def _by_file(name: str) -> Iterator[bool]:
    """Beside the database, whose file is the one thing that all who share it know."""
    database = Path(connection.settings_dict["NAME"])
    with database.with_name(f"{database.name}-{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
