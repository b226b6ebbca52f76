"""When the students of the bench hand in, and what it says of what came of it. The run itself is `make bench`."""

import random
from dataclasses import replace
from uuid import uuid4

import pytest

from bench.deadline import Answer, HandIn, Kept, Sending, Tally, after_the_burst, missed, schedule, tally

SOUND = Tally(lost=0, double=0, unanswered=0, altered=0, errors=0, refused=0)


def planned(number: int = 1_200) -> list[Sending]:
    return schedule(number, seconds=60, burst=100, chance=random.Random(1))


def test_everybody_sends_once_within_the_minute_and_the_burst_in_its_first_second() -> None:
    plan = planned()
    assert [each.place for each in plan] == list(range(1_200))
    moments = [each.at for each in plan]
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= 60
    assert sum(at <= 1 for at in moments) == 100


def test_a_tenth_sends_twice_and_a_twentieth_is_cut_and_never_both() -> None:
    plan = planned()
    assert sum(each.twice for each in plan) == 120
    assert sum(each.cut_after is not None for each in plan) == 60
    assert not any(each.twice and each.cut_after is not None for each in plan)


def test_the_same_chance_makes_the_same_minute() -> None:
    assert planned() == planned()


def test_a_school_smaller_than_the_burst_sends_within_the_second() -> None:
    assert all(each.at <= 1 for each in planned(40))


def test_calm_is_what_was_sent_after_the_first_second_and_was_not_cut() -> None:
    plan = [Sending(0, 0.5), Sending(1, 1.5), Sending(2, 2.0, cut_after=0.1), Sending(3, 3.0, twice=True)]
    found = [Answer(place, 201, seconds) for place, seconds in ((0, 0.9), (1, 0.1), (2, 0.8), (3, 0.2), (3, 0.3))]
    assert after_the_burst(plan, found) == [0.1, 0.2, 0.3]


@pytest.fixture
def sent() -> list[HandIn]:
    return [HandIn(uuid4(), uuid4(), sha256=f"{place:064x}") for place in range(3)]


def kept(sent: list[HandIn]) -> list[Kept]:
    return [Kept(each.submission, each.client_id, f"code{place}", each.sha256) for place, each in enumerate(sent)]


def answers(sent: list[HandIn]) -> list[Answer]:
    return [
        Answer(place, 201, 0.1, {"code": f"code{place}", "body_sha256": each.sha256}) for place, each in enumerate(sent)
    ]


def test_a_receipt_for_each_and_a_row_for_each_receipt_is_sound(sent: list[HandIn]) -> None:
    assert tally(sent, answers(sent), kept(sent)) == SOUND
    # Who sent twice got the same receipt twice, or no second answer at all.
    assert tally(sent, [*answers(sent), answers(sent)[0]], kept(sent)) == SOUND
    assert tally(sent, [*answers(sent), Answer(1, 0, 30.0)], kept(sent)) == SOUND


def test_what_was_acknowledged_and_is_not_there_is_lost(sent: list[HandIn]) -> None:
    assert tally(sent, answers(sent), kept(sent)[1:]) == replace(SOUND, lost=1)
    for other in ({"sha256": "0" * 63 + "9"}, {"code": "another"}, {"client_id": uuid4()}, {"submission": uuid4()}):
        rows = kept(sent)
        rows[0] = replace(rows[0], **other)
        assert tally(sent, answers(sent), rows).lost == 1


def test_a_second_attempt_of_a_student_or_of_an_id_is_double(sent: list[HandIn]) -> None:
    first = kept(sent)[0]
    again = replace(first, code="again")
    assert tally(sent, answers(sent), [*kept(sent), again]) == replace(SOUND, double=1)
    assert tally(sent, answers(sent), [*kept(sent), replace(again, client_id=uuid4())]) == replace(SOUND, double=1)
    assert tally(sent, answers(sent), [*kept(sent), replace(again, submission=uuid4())]) == replace(SOUND, double=1)


def test_a_student_without_any_receipt_is_told_with_what_she_got_instead(sent: list[HandIn]) -> None:
    rest, rows = answers(sent)[1:], kept(sent)[1:]
    assert tally(sent, rest, rows) == replace(SOUND, unanswered=1)
    assert tally(sent, [*rest, Answer(0, 503, 0.1)], rows) == replace(SOUND, unanswered=1, errors=1)
    assert tally(sent, [*rest, Answer(0, 409, 0.1)], rows) == replace(SOUND, unanswered=1, refused=1)


def test_a_receipt_for_other_words_or_a_second_one_for_the_same_is_altered(sent: list[HandIn]) -> None:
    said = answers(sent)
    other = {"code": "code0", "body_sha256": "f" * 64}
    rows = kept(sent)
    rows[0] = replace(rows[0], sha256="f" * 64)
    assert tally(sent, [replace(said[0], receipt=other), *said[1:]], rows) == replace(SOUND, altered=1)
    second = Kept(sent[0].submission, sent[0].client_id, "code9", sent[0].sha256)
    told = Answer(0, 201, 0.1, {"code": "code9", "body_sha256": sent[0].sha256})
    found = tally(sent, [*said, told], [*kept(sent), second])
    assert found == replace(SOUND, altered=1, double=1)


def test_what_is_slower_than_it_must_be_is_told_plainly() -> None:
    assert missed([0.5] * 99 + [2.0]) == []
    assert missed([0.4] * 94 + [0.6] * 6) == ["p95 is 600 ms and must be at most 500 ms"]
    assert missed([0.4] * 98 + [2.5] * 2) == ["p99 is 2,500 ms and must be at most 2,000 ms"]
