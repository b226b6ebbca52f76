"""The real server, started on the bench's database, and what it costs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    port: int
    pid: int

    def processes(self) -> list[int]:
        """The server's own process and its workers."""
        found, fresh = [self.pid], [self.pid]
        while fresh:
            children = Path(f"/proc/{fresh[0]}/task/{fresh[0]}/children").read_text().split()
            found += [int(pid) for pid in children]
            fresh = fresh[1:] + [int(pid) for pid in children]
        return found

    def cpu(self) -> float:
        """Seconds of processor time that all workers have used, user and system, and PostgreSQL for them.

        SQLite works inside the workers. So PostgreSQL's processes count too where they run on this machine, or what
        is left to the database would look as if it cost nothing. Nobody else should use it meanwhile.
        """
        return (sum(_ticks(pid) for pid in self.processes()) + _ticks_of_postgresql()) / TICKS

    def memory(self) -> float:
        """Megabytes that the server alone holds (proportional set size), all workers."""
        kilobytes = 0
        for pid in self.processes():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024


def _ticks(pid: int, *, ended_children: bool = False) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11 : 15 if ended_children else 13])


def _ticks_of_postgresql() -> int:
    """Of its processes, and of those that its first one has seen end."""
    total = 0
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):  # it has ended meanwhile, and its parent counts it
            if comm.read_text().strip() == "postgres":
                total += _ticks(int(comm.parent.name), ended_children=True)
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    environment: dict[str, str], *, workers: int, threads: int = 2, log: IO[str] | None = None
) -> Iterator[Server]:
    """A granian on a free port, with its workers ready to answer. What it writes goes to `log` where one is given."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--workers",
        str(workers),
        "--blocking-threads",
        str(threads),
        "--no-access-log",
        "--log-level",
        "error",
    ]
    command += ["destalin_site.wsgi:application"]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                    probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    if b" 200 " in probe.recv(64):
                        break
            except OSError:  # not yet listening
                pass
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("The server did not start.")
            time.sleep(0.2)
        time.sleep(1)  # the other workers
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
