"""Work that was finished on a device that was offline, and arrives later."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, exports, history
from assignments.device_clock import Said
from assignments.models import Assignment, Attempt, ParkedCopy, Submission, TimingDecision
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BOOT = "boot-0001"
CONTACT = at("2026-05-01T09:00Z")
DONE = at("2026-05-01T09:40Z")  # twenty minutes before it is due
ARRIVED = at("2026-05-01T10:13Z")


@pytest.fixture
def given(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw, which is ten in UTC; what was finished offline has two days."""
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), offline_grace_h=48)


@pytest.fixture
def hers(cast: Cast, given: Assignment) -> Submission:
    return work.submission_of(given, cast.student)


def address(row: Submission, path: str = "") -> str:
    return f"/api/v1/submissions/{row.pk}{path}"


def token(api: ApiClient, row: Submission, time_machine: Any, now: dt.datetime = CONTACT) -> str:
    time_machine.move_to(now, tick=False)
    headers = {"Device-Boot": BOOT, "Device-Time": now.isoformat()}
    return api.as_(row.student).get(address(row), headers=headers)["Time-Token"]


def captured(signed: str, done: dt.datetime = DONE, **fields: Any) -> dict[str, Any]:
    after = (done - CONTACT).total_seconds()
    return {"at": done.isoformat(), "time_token": signed, "mono_s": after, "boot": BOOT, **fields}


def body(row: Submission, text: str = "Written on the train.") -> dict[str, Any]:
    return work.body_for(row.assignment, text)


def send(
    api: ApiClient, row: Submission, said: Any, time_machine: Any, arrived: dt.datetime = ARRIVED, **fields: Any
) -> Any:
    time_machine.move_to(arrived, tick=False)
    sent = {"client_attempt_id": str(uuid7()), "edition": row.assignment.edition_id, "body": body(row), **fields}
    return api.as_(row.student).post(address(row, "/attempts"), sent if said is None else {**sent, "captured": said})


def told(answer: Any) -> tuple[str, int, str, str]:
    timing = answer.json()["attempt"]["timing"]
    return timing["result"], timing["seconds"], timing["rule"], timing["trust"]


def intact() -> bool:
    return not list(history.check_all())


# --- Time tokens ------------------------------------------------------------------------------------------------------


def test_each_contact_gives_a_device_that_says_its_clock_a_time_token(
    api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    time_machine.move_to(CONTACT, tick=False)
    client, headers = api.as_(hers.student), {"Device-Boot": BOOT, "Device-Time": "2026-05-01T11:00:00+02:00"}
    saved = client.put(address(hers, "/draft"), {"body": body(hers)}, headers={"If-Match": '"d0"', **headers})
    read, again = (client.get(address(hers, path), headers=headers) for path in ("", "/draft"))
    unchanged = client.get(address(hers, "/draft"), headers={"If-None-Match": again["ETag"], **headers})
    assert unchanged.status_code == 304
    for answer in (saved, read, again, unchanged):
        assert answer["Time-Token"]
    assert "Time-Token" not in client.get(address(hers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Device-Boot": BOOT},
        {"Device-Time": "2026-05-01T09:00:00Z"},
        {"Device-Boot": "short", "Device-Time": "2026-05-01T09:00:00Z"},
        {"Device-Boot": BOOT, "Device-Time": "noon"},
        {"Device-Boot": BOOT, "Device-Time": "2026-05-01T09:00:00"},
    ],
)
def test_headers_that_cannot_be_read_are_no_error_and_give_no_token(
    api: ApiClient, hers: Submission, headers: dict[str, str]
) -> None:
    answer = api.as_(hers.student).get(address(hers), headers=headers)
    assert answer.status_code == 200
    assert "Time-Token" not in answer


def test_only_who_brings_a_word_of_her_device_costs_more_statements(
    cast: Cast, given: Assignment, queries: Any
) -> None:
    mine, other = (work.submission_of(given, person) for person in (cast.student, cast.classmate))
    said = Said(DONE, "", 60, BOOT)
    work.hand_in(work.submission_of(work.make_assignment(cast, given.edition), cast.student))  # what is read once
    plain = queries(lambda: work.hand_in(mine, received_at=DONE))
    # What else was received of her: her draft, and what was set aside.
    assert queries(lambda: work.hand_in(other, received_at=DONE, captured=said)) == plain + 2


# --- What decides -----------------------------------------------------------------------------------------------------


def test_what_was_finished_in_time_and_comes_within_the_grace_is_in_time(
    api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    answer = send(api, hers, captured(token(api, hers, time_machine)), time_machine)
    assert answer.status_code == 201
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    attempt, row = Attempt.objects.get(), reread(hers)
    assert (attempt.captured_at, attempt.captured_at_device, attempt.clock_trust) == (DONE, DONE, "medium")
    assert attempt.received_at == ARRIVED
    assert (row.captured_at, row.late_seconds, row.handed_in_at) == (DONE, 0, ARRIVED)
    words = api.as_(hers.student).get(address(hers)).json()["timing"]["explanation"]
    assert words.startswith("Finished offline Friday 1 May 2026, 11:40 Warsaw time (CEST), in time (due Friday 1 May")
    shown = api.as_(hers.student).get(address(hers, "/attempts/1")).json()["captured"]
    assert shown == {"at": "2026-05-01T09:40:00Z", "by_device": "2026-05-01T09:40:00Z", "trust": "medium", "doubt": ""}
    inputs = TimingDecision.objects.get().inputs
    assert (inputs["captured"], inputs["trust"], inputs["offline_grace_h"]) == (DONE.isoformat(), "medium", 48)
    assert intact()


def test_without_a_word_of_the_device_it_is_late(api: ApiClient, hers: Submission, time_machine: Any) -> None:
    answer = send(api, hers, None, time_machine)
    assert told(answer) == ("late", 12 * 60, "after_due", "")
    assert Attempt.objects.get().finished is None
    assert api.as_(hers.student).get(address(hers, "/attempts/1")).json()["captured"] is None


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"time_token": ""}, "no_token"),
        ({"time_token": "forged"}, "foreign_token"),
        ({"boot": "boot-0002"}, "other_boot"),
        ({"boot": ""}, "other_boot"),
        ({"mono_s": 99_999_999_999_999}, "in_the_future"),
        ({"mono_s": 0}, "clocks_disagree"),
        ({"at": "1970-01-01T00:00:00Z"}, "clocks_disagree"),
    ],
)
def test_a_device_that_is_not_believed_refuses_nothing_and_decides_nothing(
    api: ApiClient, hers: Submission, time_machine: Any, fields: dict[str, Any], doubt: str
) -> None:
    signed = token(api, hers, time_machine)
    answer = send(api, hers, captured(signed, **fields), time_machine)
    assert answer.status_code == 201
    assert told(answer) == ("late", 12 * 60, "after_due", "low")
    attempt = Attempt.objects.get()
    assert (attempt.clock_trust, attempt.clock_doubt) == ("low", doubt)
    assert attempt.captured_at == attempt.captured_at_device
    assert intact()


def test_a_token_that_was_given_to_another_is_not_believed(
    cast: Cast, api: ApiClient, given: Assignment, hers: Submission, time_machine: Any
) -> None:
    other = token(api, work.submission_of(given, cast.classmate), time_machine)
    answer = send(api, hers, captured(other), time_machine)
    assert told(answer) == ("late", 12 * 60, "after_due", "low")
    assert Attempt.objects.get().clock_doubt == "foreign_token"


@pytest.mark.parametrize("same", [True, False])
def test_a_draft_with_other_words_that_came_later_contradicts_it(
    api: ApiClient, hers: Submission, time_machine: Any, same: bool
) -> None:
    signed = token(api, hers, time_machine)
    time_machine.move_to(ARRIVED - dt.timedelta(minutes=1), tick=False)
    words = body(hers) if same else body(hers, "Something else.")
    actions.save_draft(hers, body=words, if_rev=0, by=hers.student)
    answer = send(api, hers, captured(signed), time_machine)
    assert told(answer)[3] == ("medium" if same else "low")
    assert Attempt.objects.get().clock_doubt == ("" if same else "contradicted")


@pytest.mark.parametrize("before", [True, False])
def test_other_words_that_were_saved_after_it_contradict_it_although_its_own_took_their_place(
    api: ApiClient, hers: Submission, time_machine: Any, before: bool
) -> None:
    """A desk saves what it hands in a moment before, upon what was saved last."""
    signed = token(api, hers, time_machine)
    time_machine.move_to(DONE + dt.timedelta(minutes=-10 if before else 10), tick=False)
    actions.save_draft(hers, body=body(hers, "Something else."), if_rev=0, by=hers.student)
    time_machine.move_to(ARRIVED - dt.timedelta(minutes=2), tick=False)
    for rev in (1, 2):  # the second says nothing new
        time_machine.shift(dt.timedelta(seconds=30))
        actions.save_draft(hers, body=body(hers), if_rev=rev, by=hers.student)
    answer = send(api, hers, captured(signed), time_machine)
    assert told(answer)[3] == ("medium" if before else "low")
    assert Attempt.objects.get().clock_doubt == ("" if before else "contradicted")


@pytest.mark.parametrize("same", [True, False])
def test_words_of_hers_that_were_set_aside_later_contradict_it_too(
    api: ApiClient, hers: Submission, time_machine: Any, same: bool
) -> None:
    signed = token(api, hers, time_machine)
    actions.save_draft(hers, body=body(hers), if_rev=0, by=hers.student)
    time_machine.move_to(ARRIVED - dt.timedelta(minutes=1), tick=False)
    words = body(hers) if same else body(hers, "Something else.")
    sent = {"client_attempt_id": str(uuid7()), "edition": hers.assignment.edition_id, "body": words}
    refused = api.as_(hers.student).post(address(hers, "/attempts"), sent, headers={"Idempotency-Key": str(uuid7())})
    assert refused.json()["type"].endswith("idempotency-key-reused")
    assert ParkedCopy.objects.get().by == hers.student
    answer = send(api, hers, captured(signed), time_machine)
    assert told(answer)[3] == ("medium" if same else "low")
    assert Attempt.objects.get().clock_doubt == ("" if same else "contradicted")


def test_a_hand_in_that_came_later_contradicts_it(api: ApiClient, hers: Submission, time_machine: Any) -> None:
    signed = token(api, hers, time_machine)
    send(api, hers, None, time_machine, DONE + dt.timedelta(minutes=1))
    again = send(api, hers, captured(signed), time_machine)
    assert told(again) == ("late", 12 * 60, "after_due", "low")


@pytest.mark.parametrize(
    "wrong",
    [
        "noon",
        {"at": "2026-05-01T09:40:00Z"},
        {"at": "2026-05-01T09:40:00", "time_token": "", "mono_s": 1, "boot": BOOT},
        {"at": "2026-05-01T09:40:00Z", "time_token": None, "mono_s": 1, "boot": BOOT},
        {"at": "2026-05-01T09:40:00Z", "time_token": "", "mono_s": "1", "boot": BOOT},
        {"at": "2026-05-01T09:40:00Z", "time_token": "", "mono_s": True, "boot": BOOT},
        {"at": "2026-05-01T09:40:00Z", "time_token": "", "mono_s": -1, "boot": BOOT},
        {"at": "2026-05-01T09:40:00Z", "time_token": "", "mono_s": 1, "boot": BOOT, "more": 1},
    ],
)
def test_what_is_no_word_of_a_device_at_all_is_a_request_that_cannot_be_read(
    api: ApiClient, hers: Submission, time_machine: Any, wrong: Any
) -> None:
    answer = send(api, hers, wrong, time_machine)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/captured")
    right = {"at": "2026-05-01T09:40:00Z", "time_token": "", "mono_s": 1, "boot": BOOT}
    assert send(api, hers, right, time_machine).status_code == 201


def test_a_replay_gets_the_same_answer(api: ApiClient, hers: Submission, time_machine: Any) -> None:
    said, key = captured(token(api, hers, time_machine)), str(uuid7())
    first = send(api, hers, said, time_machine, client_attempt_id=key)
    again = send(api, hers, said, time_machine, ARRIVED + dt.timedelta(days=9), client_attempt_id=key)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json()["attempt"] == first.json()["attempt"]
    assert Attempt.objects.count() == 1


# --- After the close --------------------------------------------------------------------------------------------------


@pytest.fixture
def closing(cast: Cast) -> Submission:
    """It closes when it is due, once, and a draft is handed in then."""
    given = work.make_assignment(
        cast,
        due=due("2026-05-01T12:00"),
        closes_at=at("2026-05-01T10:00Z"),
        offline_grace_h=48,
        attempts_limit=1,
        hands_in_at_close=True,
    )
    return work.submission_of(given, cast.student)


def test_what_was_finished_by_the_close_is_taken_after_it(
    api: ApiClient, closing: Submission, time_machine: Any
) -> None:
    signed = token(api, closing, time_machine)
    answer = send(api, closing, captured(signed), time_machine)
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    assert (reread(closing).state, reread(closing).attempt_count) == ("submitted", 1)
    assert intact()


@pytest.mark.parametrize(
    ("fields", "arrived"),
    [
        ({"boot": "boot-0002"}, ARRIVED),
        ({}, at("2026-05-03T10:01:01Z")),
        ({"at": "2026-05-01T10:01:30Z", "mono_s": 61.5 * 60}, ARRIVED),
    ],
)
def test_what_is_not_believed_or_comes_too_late_or_was_finished_after_the_close_is_parked(
    api: ApiClient, closing: Submission, time_machine: Any, fields: dict[str, Any], arrived: dt.datetime
) -> None:
    signed = token(api, closing, time_machine)
    answer = send(api, closing, captured(signed, **fields), time_machine, arrived)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("assignment-closed")
    parked = ParkedCopy.objects.get()
    assert parked.finished is not None
    assert parked.received_at == arrived


def test_a_copy_that_a_teacher_accepts_is_decided_by_what_the_device_said(
    cast: Cast, api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    signed = token(api, hers, time_machine)
    work.hand_in(hers, received_at=CONTACT)
    time_machine.move_to(ARRIVED - dt.timedelta(minutes=5), tick=False)
    actions.claim(reread(hers), by=cast.teacher)
    answer = send(api, hers, captured(signed), time_machine)
    assert answer.json()["type"].endswith("being-reviewed")
    shown = api.as_(cast.teacher).get(address(hers, "/parked")).json()["results"][0]
    assert shown["captured"]["at"] == "2026-05-01T09:40:00Z"
    done = actions.accept_parked(ParkedCopy.objects.get(), by=cast.teacher)
    assert (done.timing.result, done.timing.rule) == ("on_time", "offline_grace")
    assert (done.attempt.captured_at, done.attempt.received_at) == (DONE, ARRIVED)
    assert intact()


def test_what_the_site_handed_in_at_the_close_is_replaced_and_counts_as_no_hand_in_of_hers(
    api: ApiClient, closing: Submission, time_machine: Any
) -> None:
    signed = token(api, closing, time_machine)
    actions.save_draft(closing, body=body(closing, "Half of it."), if_rev=0, by=closing.student)
    time_machine.move_to(at("2026-05-01T10:05Z"), tick=False)
    assert actions.settle_close(closing.pk)
    answer = send(api, closing, captured(signed), time_machine)
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    assert [attempt.via for attempt in closing.attempts.order_by("number")] == ["auto", "student"]
    assert reread(closing).counted == closing.attempts.get(number=2)
    # Her own is used up by it.
    more = send(api, closing, captured(signed, DONE + dt.timedelta(minutes=1)), time_machine, body=body(closing, "x"))
    assert more.status_code == 409
    assert intact()


def test_what_the_site_handed_in_and_somebody_reads_is_not_replaced(
    cast: Cast, api: ApiClient, closing: Submission, time_machine: Any
) -> None:
    signed = token(api, closing, time_machine)
    actions.save_draft(closing, body=body(closing, "Half of it."), if_rev=0, by=closing.student)
    time_machine.move_to(at("2026-05-01T10:05Z"), tick=False)
    actions.settle_close(closing.pk)
    actions.claim(reread(closing), by=cast.teacher)
    answer = send(api, closing, captured(signed), time_machine)
    assert answer.json()["type"].endswith("being-reviewed")


def test_what_was_taken_back_and_came_to_count_again_is_replaced_too(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    given = work.make_assignment(
        cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-01T10:00Z"), offline_grace_h=48, attempts_limit=1
    )
    row = work.submission_of(given, cast.student)
    signed = token(api, row, time_machine)
    work.hand_in(row, received_at=CONTACT)
    actions.withdraw(row, by=cast.student)
    time_machine.move_to(at("2026-05-01T10:05Z"), tick=False)
    assert actions.settle_close(row.pk)
    answer = send(api, row, captured(signed), time_machine)
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    assert reread(row).attempt_count == 2
    assert intact()


@pytest.fixture
def revising(cast: Cast, api: ApiClient, time_machine: Any) -> Submission:
    """Handed in and given back to be revised until the first of May at noon, with four of ten points so far."""
    time_machine.move_to(at("2026-04-29T08:00Z"), tick=False)
    row = work.submission_of(work.make_assignment(cast, offline_grace_h=48, counts="latest"), cast.student)
    work.hand_in(row)
    work.mark(reread(row), cast.teacher)
    actions.request_revision(reread(row), due=due("2026-05-01T12:00"), words="Say who decided.", by=cast.teacher)
    return reread(row)


def test_a_revision_waits_for_what_was_finished_offline_before_it_was_over(
    api: ApiClient, revising: Submission, time_machine: Any
) -> None:
    grade = revising.returned_grade
    assert grade is not None
    signed = token(api, revising, time_machine)
    time_machine.move_to(at("2026-05-01T10:05Z"), tick=False)
    assert revising.pk not in actions.closes_to_settle()
    assert not actions.settle_close(revising.pk)
    assert (reread(revising).state, reread(revising).returned_grade) == ("revising", grade)
    answer = send(api, revising, captured(signed), time_machine)
    assert answer.status_code == 201
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    assert (reread(revising).state, reread(revising).returned_grade) == ("submitted", grade)
    assert intact()


def test_once_the_offline_grace_is_over_the_revision_ends_with_the_grade_as_it_was(
    api: ApiClient, revising: Submission, time_machine: Any
) -> None:
    signed = token(api, revising, time_machine)
    # What came within the hours may still be on its way for a minute.
    time_machine.move_to(at("2026-05-03T10:01:59Z"), tick=False)
    assert not actions.settle_close(revising.pk)
    time_machine.move_to(at("2026-05-03T10:02:01Z"), tick=False)
    assert actions.closes_to_settle() == [revising.pk]
    assert actions.settle_close(revising.pk)
    assert (reread(revising).state, reread(revising).returned_grade) == ("returned", revising.returned_grade)
    answer = send(api, revising, captured(signed), time_machine, at("2026-05-03T10:03Z"))
    assert answer.status_code == 409
    assert ParkedCopy.objects.count() == 1
    assert intact()


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_nobody_has_to_wait_for_the_offline_grace_to_end_a_revision(
    cast: Cast, revising: Submission, time_machine: Any, who: str
) -> None:
    time_machine.move_to(at("2026-05-01T10:05Z"), tick=False)
    actions.keep_grade(revising, by=getattr(cast, who))
    assert reread(revising).state == "returned"
    assert intact()


# --- What changes later -----------------------------------------------------------------------------------------------


def decisions(row: Submission) -> list[tuple[str, str, int]]:
    rows = TimingDecision.objects.filter(attempt__submission=row).order_by("id")
    return [(one.reason, one.rule, one.seconds) for one in rows]


def set_grace(cast: Cast, api: ApiClient, given: Assignment, hours: int) -> Any:
    teacher, where = api.as_(cast.teacher), f"/api/v1/assignments/{given.pk}"
    tag = teacher.get(where)["ETag"]
    return teacher.patch(where, {"offline_grace_h": hours}, headers={"If-Match": tag})


def test_a_grace_that_is_given_later_counts_and_one_that_is_taken_away_harms_nobody(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"))
    row = work.submission_of(given, cast.student)
    assert told(send(api, row, captured(token(api, row, time_machine)), time_machine))[:2] == ("late", 12 * 60)
    answer = set_grace(cast, api, given, 2)
    assert (answer.status_code, answer.json()["offline_grace_h"]) == (200, 2)
    assert reread(row).late_seconds == 0
    set_grace(cast, api, given, 0)
    assert reread(row).late_seconds == 0
    assert reread(row).timing_at(ARRIVED).rule == "kept"
    assert decisions(row) == [("handed_in", "after_due", 720), ("due_moved", "offline_grace", 0)]
    assert intact()


def test_the_grace_is_at_most_two_weeks(cast: Cast, api: ApiClient, given: Assignment) -> None:
    assert set_grace(cast, api, given, 337).status_code == 422
    assert set_grace(cast, api, given, 336).status_code == 200
    with pytest.raises(DomainError):
        work.make_assignment(cast, offline_grace_h=337)


def test_an_extension_is_counted_from_when_it_was_finished(
    cast: Cast, api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    signed = token(api, hers, time_machine)
    late = at("2026-05-01T11:01Z")
    answer = send(api, hers, captured(signed, late), time_machine, at("2026-05-02T11:00Z"))
    assert told(answer) == ("late", 3600, "offline_grace", "medium")
    actions.extend(reread(hers), due=due("2026-05-01T13:00"), reason="Ill", by=cast.teacher)
    assert reread(hers).late_seconds == 1
    actions.extend(reread(hers), due=due("2026-05-01T14:00"), reason="Ill", by=cast.teacher)
    assert reread(hers).late_seconds == 0
    assert intact()


def test_what_is_improved_inherits_when_the_first_was_finished(cast: Cast, api: ApiClient, time_machine: Any) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), offline_grace_h=48, resubmission=True)
    row = work.submission_of(given, cast.student)
    send(api, row, captured(token(api, row, time_machine)), time_machine)
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    answer = send(api, row, None, time_machine, at("2026-05-09T10:00Z"))
    assert told(answer) == ("on_time", 0, "inherited", "medium")
    assert reread(row).captured_at == DONE
    assert intact()


def test_what_comes_next_and_at_once_forgets_what_the_device_said(
    api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    send(api, hers, captured(token(api, hers, time_machine)), time_machine)
    assert told(send(api, hers, None, time_machine, ARRIVED + dt.timedelta(hours=1)))[0] == "late"
    assert reread(hers).finished is None
    assert intact()


# --- A teacher decides ------------------------------------------------------------------------------------------------


@pytest.fixture
def doubted(cast: Cast, api: ApiClient, time_machine: Any) -> Submission:
    """Late by twelve minutes, marked, with two of its four points off; its device was started anew."""
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), late_percent=10, late_every_seconds=3600)
    row = work.submission_of(given, cast.student)
    send(api, row, captured(token(api, row, time_machine), boot="boot-0002"), time_machine)
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    return reread(row)


def final(row: Submission) -> Decimal | None:
    grade = reread(row).returned_grade
    assert grade is not None
    return grade.final_score


def test_a_teacher_lets_the_time_of_the_device_count_and_takes_it_back(
    cast: Cast, api: ApiClient, doubted: Submission
) -> None:
    less = final(doubted)
    teacher = api.as_(cast.teacher)
    assert "count_device_time" in teacher.get(address(doubted)).json()["allowed"]
    answer = teacher.put(address(doubted, "/device-time"), {"reason": "Her train had no network"})
    assert answer.status_code == 200
    row = reread(doubted)
    assert (row.late_seconds, row.clock_trust, row.clock_doubt) == (0, "teacher", "other_boot")
    assert answer.json()["timing"]["result"] == "on_time"
    assert "A teacher decided that this counts." in answer.json()["timing"]["explanation"]
    assert "count_arrival_time" in answer.json()["allowed"]
    assert decisions(row) == [("handed_in", "after_due", 720), ("device_time", "device_time", 0)]
    assert less is not None
    assert (final(row) or 0) > less
    assert intact()

    assert teacher.delete(address(doubted, "/device-time")).status_code == 204
    row = reread(doubted)
    assert (row.late_seconds, row.clock_trust, final(row)) == (720, "low", less)
    assert decisions(row)[2] == ("arrival_time", "after_due", 720)
    assert intact()


def test_of_two_hand_ins_of_one_moment_the_one_that_counts_alone_is_decided_anew(
    cast: Cast, hers: Submission, time_machine: Any
) -> None:
    time_machine.move_to(ARRIVED, tick=False)
    for text, done in (("Once.", ARRIVED), ("And again.", DONE)):
        row = reread(hers)
        work.hand_in(row, body(row, text), received_at=ARRIVED, captured=Said(done, "", 0, BOOT))
    actions.count_device_time(reread(hers), reason="No network", by=cast.teacher)
    assert [rule for _reason, rule, _seconds in decisions(hers)] == ["after_due", "after_due", "device_time"]
    assert TimingDecision.objects.latest("id").attempt.number == 2
    assert intact()
    actions.count_arrival_time(reread(hers), by=cast.teacher)
    assert reread(hers).late_seconds == 12 * 60
    assert intact()


def test_each_is_one_event_with_who_and_why_and_again_changes_nothing(cast: Cast, doubted: Submission) -> None:
    seen = doubted.version
    for _again in range(2):
        actions.count_device_time(doubted, reason=" No network ", by=cast.teacher)
    for _again in range(2):
        actions.count_arrival_time(doubted, by=cast.co_teacher)
    told_of = [
        (event.name, event.actor, event.reason, event.facts.get("seconds"))
        for event in doubted.events.filter(seq__gt=seen).in_order()
        if event.name != "rescore"
    ]
    assert told_of == [
        ("count_device_time", cast.teacher, "No network", 0),
        ("count_arrival_time", cast.co_teacher, "", 720),
    ]


def test_it_stays_when_dates_move_and_is_taken_back_to_the_kindest_that_would_have_held(
    cast: Cast, doubted: Submission
) -> None:
    actions.count_device_time(doubted, reason="No network", by=cast.teacher)
    actions.extend(reread(doubted), due=due("2026-05-01T12:10"), reason="Ill", by=cast.teacher)
    assert reread(doubted).clock_trust == "teacher"
    actions.count_arrival_time(doubted, by=cast.teacher)
    assert reread(doubted).late_seconds == 120
    assert intact()


@pytest.mark.parametrize("first", ["device", "revoked"])
def test_taken_back_it_gives_no_time_that_was_revoked(
    cast: Cast, api: ApiClient, time_machine: Any, first: str
) -> None:
    row = work.submission_of(work.make_assignment(cast, due=due("2026-05-01T12:00")), cast.student)
    signed = token(api, row, time_machine)
    actions.extend(row, due=due("2026-05-03T12:00"), reason="Ill", by=cast.teacher)
    done = at("2026-05-03T09:40Z")
    send(api, row, captured(signed, done, boot="boot-0002"), time_machine, at("2026-05-03T10:59Z"))
    assert reread(row).late_seconds == 58 * 60
    if first == "device":
        actions.count_device_time(reread(row), reason="No network", by=cast.teacher)
        assert reread(row).late_seconds == 0
    actions.revoke_extension(reread(row), by=cast.teacher, handed_in_too=True)
    revoked = reread(row).late_seconds
    assert (revoked or 0) >= 47 * 3600
    if first == "revoked":
        actions.count_device_time(reread(row), reason="No network", by=cast.teacher)
    actions.count_arrival_time(reread(row), by=cast.teacher)
    assert reread(row).late_seconds == 48 * 3600 + 58 * 60
    assert intact()


def test_it_needs_a_reason_and_a_device_that_said_something(
    cast: Cast, api: ApiClient, doubted: Submission, time_machine: Any
) -> None:
    teacher = api.as_(cast.teacher)
    assert teacher.put(address(doubted, "/device-time"), {"reason": " "}).status_code == 422
    other = work.submission_of(doubted.assignment, cast.classmate)
    send(api, other, None, time_machine)
    answer = api.as_(cast.teacher).put(address(other, "/device-time"), {"reason": "No network"})
    assert answer.json()["type"].endswith("state-conflict")
    assert api.as_(cast.teacher).delete(address(other, "/device-time")).status_code == 204
    assert api.as_(cast.teacher).put(address(doubted, "/device-time"), {"reason": "x"}).status_code == 200


def test_an_improved_version_is_as_late_as_a_teacher_lets_the_first_one_be(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), resubmission=True)
    row = work.submission_of(given, cast.student)
    send(api, row, captured(token(api, row, time_machine)), time_machine)
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    assert told(send(api, row, None, time_machine, at("2026-05-09T10:00Z")))[:3] == ("late", 720, "inherited")
    actions.count_device_time(reread(row), reason="No network", by=cast.teacher)
    assert reread(row).late_seconds == 0
    assert intact()
    actions.count_arrival_time(reread(row), by=cast.teacher)
    assert reread(row).late_seconds == 720
    assert intact()


def test_while_names_are_hidden_staff_are_told_nothing_of_it_and_decide_nothing(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), anonymous=True)
    row = work.submission_of(given, cast.student)
    send(api, row, captured(token(api, row, time_machine)), time_machine)
    teacher = api.as_(cast.teacher)
    assert teacher.get(address(row, "/attempts/1")).json()["captured"] is None
    assert teacher.get(address(row)).json()["refused"]["count_device_time"] == "names-hidden"
    assert teacher.put(address(row, "/device-time"), {"reason": "x"}).json()["type"].endswith("names-hidden")
    assert api.as_(cast.student).get(address(row, "/attempts/1")).json()["captured"]["trust"] == "medium"
    assert {tuple(line.values()) for line in finish_columns(given, cast)} == {("", "")}
    actions.show_names(given, by=cast.teacher)
    assert ("2026-05-01T11:40:00+02:00", "medium") in {tuple(line.values()) for line in finish_columns(given, cast)}


# --- Through the acts -------------------------------------------------------------------------------------------------


def finish_columns(given: Assignment, cast: Cast) -> list[dict[str, str]]:
    """What marks and answers say of it, row by row."""
    given = Assignment.objects.select_related("classroom", "edition").get(pk=given.pk)
    files = (exports.marks, exports.answers)
    found = [b"".join(file(given, by=cast.teacher, now=ARRIVED).parts).decode("utf-8-sig") for file in files]
    rows = [row for text in found for row in csv.DictReader(io.StringIO(text, newline=""))]
    return [{name: row[name] for name in ("Finished on the device", "captured_trust")} for row in rows]


def test_marks_and_answers_have_when_the_hand_in_that_counts_was_finished_and_how_far_that_is_believed(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), offline_grace_h=48, resubmission=True)
    row = work.submission_of(given, cast.student)
    send(api, row, captured(token(api, row, time_machine), boot="boot-0002"), time_machine)

    def said() -> set[tuple[str, ...]]:
        found = {tuple(line.values()) for line in finish_columns(given, cast)}
        assert ("", "") in found, "the classmate has handed in nothing"
        return found - {("", "")}

    assert said() == {("2026-05-01T11:40:00+02:00", "low")}
    actions.count_device_time(reread(row), reason="No network", by=cast.teacher)
    assert said() == {("2026-05-01T11:40:00+02:00", "teacher")}
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    again = captured("", at("2026-05-09T09:00Z"))
    send(api, row, again, time_machine, at("2026-05-09T10:00Z"))
    assert reread(row).captured_at == DONE
    assert said() == {("2026-05-09T11:00:00+02:00", "low")}, "its own, though it inherits the time of the first"


def test_work_without_a_close_or_a_due_time_keeps_what_the_device_said(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    row = work.submission_of(work.make_assignment(cast, offline_grace_h=48), cast.student)
    answer = send(api, row, captured(token(api, row, time_machine)), time_machine)
    assert told(answer) == ("not_due", 0, "no_due_date", "medium")
    assert reread(row).captured_at == DONE
    assert intact()


def test_the_file_of_a_class_has_what_the_device_said(
    cast: Cast, api: ApiClient, given: Assignment, hers: Submission, time_machine: Any
) -> None:
    send(api, hers, captured(token(api, hers, time_machine), boot="boot-0002"), time_machine)
    send(api, work.submission_of(given, cast.classmate), None, time_machine)
    found = json.loads(b"".join(exports.everything(cast.room, by=cast.teacher, now=ARRIVED).parts))
    assert [one["offline_grace_h"] for one in found["assignments"]] == [48]
    said = {one["submission"]: one["captured"] for one in found["attempts"]}
    moment = "2026-05-01T09:40:00Z"
    assert said.pop(str(hers.pk)) == {"at": moment, "by_device": moment, "trust": "low", "doubt": "other_boot"}
    assert list(said.values()) == [None]


# --- Within a minute of the due time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "arrived", "said"),
    [
        # The due time lasts until its minute is over.
        ("10:00:59.9", "10:01:00", ("on_time", 0, "offline_grace")),
        ("10:00:59.9", "10:01:30", ("on_time", 0, "offline_grace")),
        ("10:01:00", "10:01:30", ("late", 1, "offline_grace")),
        ("10:01:00.2", "10:01:00.9", ("late", 1, "after_due")),  # the same by both
        ("10:00:30", "10:00:50", ("on_time", 0, "by_due")),
        # A clock may be a little ahead of the site's. It makes nothing later than it came.
        ("10:01:00.5", "10:00:59.5", ("on_time", 0, "by_due")),
        ("10:01:01", "10:01:00", ("late", 1, "after_due")),
    ],
)
def test_within_a_minute_of_the_due_time_the_earlier_of_both_times_decides(
    api: ApiClient, hers: Submission, time_machine: Any, done: str, arrived: str, said: tuple[str, int, str]
) -> None:
    came = at(f"2026-05-01T{arrived}Z")
    answer = send(api, hers, captured(token(api, hers, time_machine), at(f"2026-05-01T{done}Z")), time_machine, came)
    assert told(answer) == (*said, "medium")
    row = reread(hers)
    assert (row.late_seconds, row.timing_at(came).rule) == (said[1], said[2])
    assert row.timing_at(came).by_device == (said[2] == "offline_grace")
    assert intact()


def test_the_grace_for_what_was_finished_offline_ends_to_the_second(
    cast: Cast, api: ApiClient, given: Assignment, hers: Submission, time_machine: Any
) -> None:
    other = work.submission_of(given, cast.classmate)
    signed, theirs = (token(api, row, time_machine) for row in (hers, other))
    assert told(send(api, hers, captured(signed), time_machine, at("2026-05-03T10:00:59Z")))[:2] == ("on_time", 0)
    assert told(send(api, other, captured(theirs), time_machine, at("2026-05-03T10:01:00Z")))[:2] == ("late", 172_800)
    assert intact()


def test_what_was_finished_in_the_last_second_and_comes_before_the_close_is_settled_is_her_only_hand_in(
    api: ApiClient, closing: Submission, time_machine: Any
) -> None:
    signed = token(api, closing, time_machine)
    actions.save_draft(closing, body=body(closing, "Half of it."), if_rev=0, by=closing.student)
    done, arrived = at("2026-05-01T10:00:59Z"), at("2026-05-01T10:01:30Z")
    answer = send(api, closing, captured(signed, done), time_machine, arrived)
    assert told(answer) == ("on_time", 0, "offline_grace", "medium")
    time_machine.move_to(at("2026-05-01T10:03Z"), tick=False)
    assert not actions.settle_close(closing.pk)
    assert [attempt.via for attempt in closing.attempts.all()] == ["student"]
    assert intact()


# --- Without a due time -----------------------------------------------------------------------------------------------


@pytest.fixture
def undated(cast: Cast) -> Submission:
    """It is never due, and closes."""
    closes = at("2026-05-01T10:00Z")
    return work.submission_of(work.make_assignment(cast, closes_at=closes, offline_grace_h=48), cast.student)


@pytest.mark.parametrize(
    ("done", "arrived", "status"),
    [
        ("2026-05-01T10:00:00Z", "2026-05-03T10:00:00Z", 201),
        ("2026-05-01T10:00:01Z", "2026-05-01T10:13:00Z", 409),
        ("2026-05-01T09:40:00Z", "2026-05-03T10:00:01Z", 409),
    ],
)
def test_what_is_never_due_is_taken_after_its_close_by_when_it_was_finished(
    api: ApiClient, undated: Submission, time_machine: Any, done: str, arrived: str, status: int
) -> None:
    said = captured(token(api, undated, time_machine), at(done))
    answer = send(api, undated, said, time_machine, at(arrived))
    assert answer.status_code == status
    if status == 201:
        assert told(answer) == ("not_due", 0, "no_due_date", "medium")
    assert intact()


def test_a_teacher_who_lets_the_time_count_of_what_is_never_due_makes_nothing_late_or_early(
    cast: Cast, client: Client, api: ApiClient, undated: Submission, time_machine: Any
) -> None:
    said = captured(token(api, undated, time_machine), boot="boot-0002")
    assert send(api, undated, said, time_machine, DONE + dt.timedelta(minutes=5)).status_code == 201
    client.force_login(cast.teacher)
    assert client.get(reverse("device-time", args=[undated.pk])).status_code == 200
    for act, trust in (
        (lambda: actions.count_device_time(reread(undated), reason="No network", by=cast.teacher), "teacher"),
        (lambda: actions.count_arrival_time(reread(undated), by=cast.teacher), "low"),
    ):
        act()
        row = reread(undated)
        assert (row.late_seconds, row.clock_trust, row.timing_at(ARRIVED).result) == (0, trust, "not_due")
        assert intact()


def set_due(cast: Cast, given: Assignment, local: str | None) -> None:
    held = Assignment.objects.get(pk=given.pk)
    until = due(local) if local else None
    actions.update_assignment(held, if_version=held.version, by=cast.teacher, due=until)


def test_a_due_time_that_is_set_later_makes_nobody_late_who_handed_in_without_one(
    cast: Cast, api: ApiClient, undated: Submission, time_machine: Any
) -> None:
    given = undated.assignment
    send(api, undated, captured(token(api, undated, time_machine)), time_machine, DONE + dt.timedelta(minutes=5))
    set_due(cast, given, "2026-05-01T11:00")
    assert (reread(undated).late_seconds, reread(undated).timing_at(ARRIVED).rule) == (0, "kept")
    set_due(cast, given, None)
    assert (reread(undated).late_seconds, reread(undated).timing_at(ARRIVED).rule) == (0, "no_due_date")
    assert intact()


@pytest.mark.parametrize("again", [None, "boot-0002"])
@pytest.mark.parametrize("believed", [BOOT, "boot-0003"])
def test_an_improved_version_has_its_own_time_once_there_is_no_due_time_to_inherit_by(
    cast: Cast, api: ApiClient, time_machine: Any, believed: str, again: str | None
) -> None:
    given = work.make_assignment(cast, due=due("2026-05-01T11:00"), offline_grace_h=48, resubmission=True)
    row = work.submission_of(given, cast.student)
    signed = token(api, row, time_machine)
    assert told(send(api, row, captured(signed, boot=believed), time_machine))[0] == "late"
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    later = at("2026-05-02T09:00Z")
    said = captured(signed, later, boot=again) if again else None
    assert told(send(api, row, said, time_machine, at("2026-05-02T09:10Z")))[2] == "inherited"
    set_due(cast, given, None)
    fresh = reread(row)
    assert (fresh.late_seconds, fresh.first_handed_in_at) == (0, None)
    assert fresh.captured_at == (later if again else None)
    assert intact()


# --- After an earlier decision that was kinder ------------------------------------------------------------------------


def test_an_earlier_decision_that_was_kinder_stands_whatever_a_device_and_a_teacher_say(
    cast: Cast, api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    """In time when it came; by the due time of now it would be late, also by when it was finished."""
    set_due(cast, hers.assignment, "2026-05-01T13:00")
    send(api, hers, captured(token(api, hers, time_machine)), time_machine)
    set_due(cast, hers.assignment, "2026-05-01T11:10")
    assert (reread(hers).late_seconds, reread(hers).timing_at(ARRIVED).rule) == (0, "kept")
    for act in (
        lambda: actions.count_device_time(reread(hers), reason="No network", by=cast.teacher),
        lambda: set_grace(cast, api, hers.assignment, 0),
        lambda: actions.count_arrival_time(reread(hers), by=cast.teacher),
        lambda: set_grace(cast, api, hers.assignment, 48),
    ):
        act()
        assert reread(hers).late_seconds == 0
        assert intact()


@pytest.mark.parametrize("again", [None, "boot-0002"])
def test_taking_back_that_the_time_of_a_device_counts_gives_no_other_hand_in_its_word(
    cast: Cast, api: ApiClient, time_machine: Any, again: str | None
) -> None:
    """Late by arrival; the teacher lets the device's time count, and then nothing is due any more."""
    given = work.make_assignment(cast, due=due("2026-05-01T12:00"), offline_grace_h=48, resubmission=True)
    row = work.submission_of(given, cast.student)
    signed = token(api, row, time_machine)
    assert told(send(api, row, captured(signed, boot="boot-0003"), time_machine))[0] == "late"
    actions.count_device_time(reread(row), reason="No network", by=cast.teacher)
    assert reread(row).late_seconds == 0
    work.mark(reread(row), cast.teacher)
    actions.return_grade(reread(row), by=cast.teacher)
    later = at("2026-05-02T09:00Z")
    said = captured(signed, later, boot=again) if again else None
    assert told(send(api, row, said, time_machine, at("2026-05-02T09:10Z")))[2] == "inherited"
    set_due(cast, given, None)
    assert intact()
    actions.count_arrival_time(reread(row), by=cast.teacher)
    assert reread(row).late_seconds == 0
    assert intact()


def test_a_decision_by_the_device_outlives_an_earlier_due_time_and_what_a_teacher_takes_back(
    cast: Cast, api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    """Late by arrival, in time by its device; then the due time moves before both."""
    send(api, hers, captured(token(api, hers, time_machine)), time_machine)
    set_due(cast, hers.assignment, "2026-05-01T11:10")
    set_grace(cast, api, hers.assignment, 0)
    assert (reread(hers).late_seconds, reread(hers).timing_at(ARRIVED).rule) == (0, "kept")
    actions.count_device_time(reread(hers), reason="No network", by=cast.teacher)
    assert reread(hers).late_seconds == 0
    actions.count_arrival_time(reread(hers), by=cast.teacher)
    row = reread(hers)
    assert (row.late_seconds, row.clock_trust, row.timing_at(ARRIVED).rule) == (0, "medium", "kept")
    assert intact()


def test_of_what_was_late_by_both_the_kinder_stays_when_a_later_due_time_is_taken_back(
    cast: Cast, api: ApiClient, hers: Submission, time_machine: Any
) -> None:
    done = at("2026-05-01T10:06Z")
    send(api, hers, captured(token(api, hers, time_machine), done), time_machine)
    assert reread(hers).late_seconds == 300
    set_due(cast, hers.assignment, "2026-05-01T12:03")
    assert reread(hers).late_seconds == 120
    set_due(cast, hers.assignment, "2026-05-01T12:00")
    assert (reread(hers).late_seconds, reread(hers).timing_at(ARRIVED).rule) == (120, "kept")
    actions.count_device_time(reread(hers), reason="No network", by=cast.teacher)
    assert reread(hers).late_seconds == 120
    actions.count_arrival_time(reread(hers), by=cast.teacher)
    assert reread(hers).late_seconds == 120
    assert intact()
