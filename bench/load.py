"""A closed-loop HTTP load over loopback: some connections, each sending its next request when it has its answer."""

import asyncio
import math
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    bytes: int = 0

    @property
    def requests(self) -> int:
        return len(self.latencies)

    def percentile(self, share: float) -> float:
        """Seconds that `share` of the requests stayed within."""
        return percentile(self.latencies, share)


@dataclass
class _Connection:
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0


def request(method: str, path: str, *, host: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of one request that keeps its connection."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def percentile(values: Sequence[float], share: float) -> float:
    """The least of `values` that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def complete(received: bytes | bytearray) -> tuple[int, int] | None:
    """(status, length of the whole answer) once it is all here."""
    start = received.find(b"\r\n\r\n")
    if start < 0:
        return None
    lines = bytes(received[:start]).decode("latin-1").lower().split("\r\n")
    status, start = int(lines[0].split(" ", 2)[1]), start + 4
    headers = dict(line.split(":", 1) for line in lines[1:])
    if status in (204, 304):
        return status, start
    if "chunked" in headers.get("transfer-encoding", ""):
        end = _end_of_chunks(received, start)
        return None if end is None else (status, end)
    whole = start + int(headers["content-length"])
    return (status, whole) if len(received) >= whole else None


def _end_of_chunks(received: bytes | bytearray, at: int) -> int | None:
    """Where the last chunk ends, of those that begin at `at`; None while it has not come. Without trailers."""
    while (line := received.find(b"\r\n", at)) >= 0:
        size = int(received[at:line].partition(b";")[0], 16)
        at = line + 2 + size + 2
        if len(received) < at:
            return None
        if size == 0:
            return at
    return None


async def exchange(port: int, raw: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to one request, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        received = bytearray()
        while (done := complete(received)) is None:
            arrived = await reader.read(1 << 16)
            if not arrived:
                raise ConnectionError("The server closed the connection in the middle of an answer.")
            received += arrived
        status, length = done
        return status, bytes(received[:length]).partition(b"\r\n\r\n")[2]
    finally:
        writer.close()


def run(port: int, requests: Iterator[bytes], *, connections: int = 16) -> Result:
    """Sends every one of `requests` once and waits for all answers."""
    result = Result()
    waiting = selectors.DefaultSelector()
    started = time.perf_counter()

    def send_next(connection: _Connection) -> bool:
        following = next(requests, None)
        if following is None:
            waiting.unregister(connection.socket)
            connection.socket.close()
            return False
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(following)
        return True

    open_connections = 0
    for _ in range(connections):
        connection = _Connection(socket.create_connection(("127.0.0.1", port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
        open_connections += send_next(connection)
    while open_connections:
        for key, _events in waiting.select():
            connection = key.data
            arrived = connection.socket.recv(1 << 20)
            if not arrived:
                raise ConnectionError("The server closed a connection in the middle of an answer.")
            connection.received += arrived
            if (done := complete(connection.received)) is None:
                continue
            status, length = done
            result.latencies.append(time.perf_counter() - connection.sent_at)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            result.bytes += length
            del connection.received[:length]
            open_connections -= not send_next(connection)
    result.seconds = time.perf_counter() - started
    return result
