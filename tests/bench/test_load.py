"""What the bench reads of an answer, and how it sums up many."""

import pytest

from bench.load import complete, percentile


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([1.0, 2.0], 0.5, 1.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 1_321)), 0.99, 1_307),
        ([7.0], 0.99, 7.0),
        ([7.0, 8.0], 0.0, 7.0),
        ([7.0, 8.0], 1.0, 8.0),
    ],
)
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
    values: list[float], share: float, found: float
) -> None:
    assert percentile(values, share) == found


ANSWERS = {
    "its length": (b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nbody", 201),
    "no body": (b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', 304),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo\r\n\r\n1;x=y\r\nd\r\n0\r\n\r\n", 200),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_complete_with_its_last_byte_and_not_before(kind: str) -> None:
    raw, status = ANSWERS[kind]
    for end in range(len(raw)):
        assert complete(raw[:end]) is None
    assert complete(raw) == (status, len(raw))
    assert complete(raw + b"HTTP/1.1 200 OK\r\n") == (status, len(raw))
