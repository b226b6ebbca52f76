"""What the bench says of its bounds."""

import pytest

from bench.__main__ import YARDSTICK, _judged_ms, _judged_rate


@pytest.mark.parametrize(
    ("ours", "speed", "words"),
    [
        ([2.0, 9.0, 1.0], 1.0, "2.00 ms, must 2.0 ms, which is 2.00 on this machine"),
        ([2.1], 1.0, "2.10 ms, must 2.0 ms, which is 2.00 on this machine !"),
        ([2.9], 1.5, "2.90 ms, must 2.0 ms, which is 3.00 on this machine"),
        ([1.9], 0.9, "1.90 ms, must 2.0 ms, which is 1.80 on this machine !"),
    ],
)
def test_a_bound_in_milliseconds_is_held_by_the_median_of_the_rounds_as_fast_as_the_machine_is(
    ours: list[float], speed: float, words: str
) -> None:
    judged = _judged_ms(ours, [YARDSTICK * speed, YARDSTICK * 9, 0.0], 2.0)
    assert judged == (f"  CPU a request {words}", words.endswith("!"))


@pytest.mark.parametrize(
    ("ours", "words"), [([70.0, 60.0, 50.0], "60%, must 60%"), ([70.0, 59.0, 50.0], "59%, must 60% !")]
)
def test_the_median_share_of_the_floors_requests_a_second_is_held_against_its_bound(
    ours: list[float], words: str
) -> None:
    judged = _judged_rate(ours, [100.0] * 3, 0.6)
    assert judged == (f"  of the floor's requests a second {words}", words.endswith("!"))
