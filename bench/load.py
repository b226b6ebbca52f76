"""A closed-loop HTTP load over loopback: some connections, each sending its next request when it has its answer."""

import selectors
import socket
import time
from collections.abc import Iterator
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
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


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


def _complete(received: bytearray) -> tuple[int, int] | None:
    """(status, length of the whole answer) once it is all here."""
    head, found, _rest = bytes(received).partition(b"\r\n\r\n")
    if not found:
        return None
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ", 2)[1])
    lengths = [line.partition(":")[2] for line in lines[1:] if line.lower().startswith("content-length:")]
    length = 0 if status in (204, 304) else int(lengths[0])
    whole = len(head) + 4 + length
    return (status, whole) if len(received) >= whole else None


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
            if (done := _complete(connection.received)) is None:
                continue
            status, length = done
            result.latencies.append(time.perf_counter() - connection.sent_at)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            result.bytes += length
            del connection.received[:length]
            open_connections -= not send_next(connection)
    result.seconds = time.perf_counter() - started
    return result
