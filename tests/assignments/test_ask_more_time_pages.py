"""Asking for more time and answering, through pages; and what the days of both say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from assignments import actions, boards
from assignments.models import Assignment, Excuse, Extension, ExtensionRequest, Submission
from destalin_site.common import clock
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clocks")]

TYPED = {"reason": "A fever since Monday", "date": "2026-05-03", "time": "12:00", "version": ""}


@pytest.fixture
def clocks() -> Any:
    with time_machine.travel("2026-04-30T10:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


@pytest.fixture
def hers(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student)
    return client


@pytest.fixture
def teacher(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.teacher)
    return client


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def ask(submission: Submission, reason: str = "A fever", until: str | None = "2026-05-03T12:00") -> ExtensionRequest:
    wish = due(until) if until else None
    return actions.ask_more_time(submission, reason=reason, wish=wish, by=submission.student)


def day(cast: Cast, kind: str = "asked") -> list[boards.today.Todo]:
    return [todo for todo in boards.teacher_today(cast.teacher, clock.now()).your_turn if todo.kind == kind]


def test_a_student_asks_from_her_desk_and_from_her_day(hers: Client, submission: Submission) -> None:
    where = reverse("more-time", args=[submission.pk])
    for name, args in (("today", ()), ("desk", (submission.pk,))):
        assert f'href="{where}"' in page(hers, name, *args)
    answer = hers.post(where, TYPED, follow=True).content.decode()
    assert "A fever since Monday" in answer
    assert "You asked for time until Sunday 3 May 2026, 12:00" in answer
    assert "it is not answered yet" in page(hers, "today")
    assert "It is not answered yet." in page(hers, "desk", submission.pk)


@pytest.mark.parametrize(
    ("typed", "words", "status"),
    [
        ({"reason": ""}, "This field is required.", 422),
        ({"reason": " \r\n "}, "Say why.", 422),
        ({"time": ""}, "Say at what time.", 422),
        ({"date": ""}, "Say on which day.", 422),
        ({"date": "2026-04-29"}, "This must be later than your due time.", 422),
        ({"reason": "x" * 501}, "Ensure this value has at most 500 characters", 422),
        ({"reason": "a\x00b"}, "Null characters are not allowed.", 422),
    ],
)
def test_what_cannot_be_asked_stands_beside_its_field_and_her_words_stay(
    hers: Client, submission: Submission, typed: dict[str, str], words: str, status: int
) -> None:
    where = reverse("more-time", args=[submission.pk])
    refused = hers.post(where, {**TYPED, **typed})
    assert refused.status_code == status
    shown = refused.content.decode()
    assert words in shown
    assert work.REFUSAL_TAKES_FOCUS in shown
    assert typed.get("reason", TYPED["reason"]).strip().replace("\x00", "") in shown.replace("\x00", "")
    assert not ExtensionRequest.objects.exists()
    assert hers.post(where, TYPED).status_code == 302


def test_her_words_stay_where_she_may_not_ask_any_more(cast: Cast, hers: Client, submission: Submission) -> None:
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    refused = hers.post(reverse("more-time", args=[submission.pk]), TYPED)
    assert refused.status_code == 409
    assert TYPED["reason"] in refused.content.decode()
    people.archive(cast.room, by=cast.teacher)
    refused = hers.post(reverse("more-time", args=[submission.pk]), TYPED)
    assert TYPED["reason"] in refused.content.decode()
    assert not ExtensionRequest.objects.exists()


def test_she_changes_it_and_takes_it_back(hers: Client, submission: Submission) -> None:
    ask(submission)
    where = reverse("more-time", args=[submission.pk])
    assert hers.post(where, {**TYPED, "version": "1", "date": "", "time": ""}).status_code == 302
    request = ExtensionRequest.objects.get()
    assert (request.reason, request.due) == (TYPED["reason"], None)
    stale = hers.post(where, {**TYPED, "version": "1", "reason": "From another tab"})
    assert stale.status_code == 412
    assert "From another tab" in stale.content.decode()
    assert 'name="version" value="2"' in stale.content.decode()
    # A form that was opened before she asked elsewhere.
    assert "From another tab" in hers.post(where, {**TYPED, "reason": "From another tab"}).content.decode()
    assert ExtensionRequest.objects.get().reason == TYPED["reason"]
    assert "You took that back." in hers.post(f"{where}take-back/", follow=True).content.decode()
    assert "You asked" not in page(hers, "desk", submission.pk)


def test_a_teacher_finds_it_on_her_day_the_board_and_the_desk_and_grants_it(
    cast: Cast, hers: Client, teacher: Client, submission: Submission
) -> None:
    ask(submission)
    where = reverse("extension", args=[submission.pk])
    [todo] = day(cast)
    assert todo.words == "Student asks for time until Sunday 3 May 2026, 12:00 Warsaw time (CEST): “A fever”"
    assert f'href="{where}"' in page(teacher, "today")
    assert "1 student asks for more time." in page(teacher, "today")
    assert "Asks for more time" in page(teacher, "assignment-board", submission.assignment_id)
    assert "Answer the request for more time" in page(teacher, "grade", submission.pk)
    assert "A fever" in page(teacher, "extension", submission.pk)
    typed = {"do": "grant", "date": "2026-05-03", "time": "12:00", "words": "Get well.", "version": "1"}
    answer = teacher.post(reverse("extension-answer", args=[submission.pk]), typed, follow=True)
    assert "Student has time until" in answer.content.decode()
    assert reread(submission).due_at == at("2026-05-03T10:00Z")
    assert day(cast) == []
    told = page(hers, "desk", submission.pk)
    assert "Teacher gave you time until Sunday 3 May 2026, 12:00" in told
    assert "Get well." in told
    assert "Get well." in page(teacher, "extension", submission.pk)


def test_declining_needs_words_and_the_student_reads_them(
    hers: Client, teacher: Client, submission: Submission
) -> None:
    ask(submission, until=None)
    where = reverse("extension-answer", args=[submission.pk])
    typed = {"do": "decline", "date": "2026-05-02", "time": "12:00", "words": "", "version": "1"}
    refused = teacher.post(where, typed)
    assert refused.status_code == 422
    assert "Say why." in refused.content.decode()
    assert teacher.post(where, {**typed, "words": "It was due for a month."}).status_code == 302
    assert not Extension.objects.exists()
    assert "It was due for a month." in page(hers, "desk", submission.pk)
    assert "No more time was given: “It was due for a month.”" in page(hers, "today")
    assert reverse("more-time", args=[submission.pk]) in page(hers, "today")


def test_the_second_who_answers_reads_what_the_first_did_and_a_stale_page_answers_nothing(
    cast: Cast, teacher: Client, submission: Submission
) -> None:
    request = ask(submission)
    where = reverse("extension-answer", args=[submission.pk])
    typed = {"do": "decline", "date": "2026-05-02", "time": "12:00", "words": "Not this time.", "version": "1"}
    actions.change_request(request, reason="Only a day", wish=None, if_version=1, by=cast.student)
    stale = teacher.post(where, typed)
    assert stale.status_code == 412
    assert "Only a day" in stale.content.decode()
    assert "Not this time." in stale.content.decode()
    actions.grant_request(request, due=due("2026-05-02T12:00"), if_version=2, by=cast.co_teacher)
    second = teacher.post(where, {**typed, "version": "2"})
    assert second.status_code == 409
    assert "gave more time until Saturday 2 May 2026, 12:00" in second.content.decode()
    assert Extension.objects.count() == 1


def test_who_is_excused_or_gone_asks_nobody(cast: Cast, submission: Submission) -> None:
    ask(submission)
    assert len(day(cast)) == 1
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    assert day(cast) == []
    actions.lift_excuse(submission, by=cast.teacher)
    people.remove_member(cast.room.memberships.get(user=cast.student), by=cast.teacher)
    assert day(cast) == []


def test_the_days_cost_the_same_for_one_request_and_for_many(
    cast: Cast, hers: Client, submission: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    ask(submission)
    hers.get(reverse("today"))
    one = queries(lambda: boards.teacher_today(cast.teacher, clock.now()))
    own = queries(lambda: hers.get(reverse("today")))
    for n in range(5):
        more = work.make_assignment(cast, title=f"More {n}", due=due("2026-05-01T12:00"))
        ask(work.submission_of(more, cast.student))
        ask(work.submission_of(more, cast.classmate))
    assert queries(lambda: boards.teacher_today(cast.teacher, clock.now())) == one
    assert queries(lambda: hers.get(reverse("today"))) == own
    assert len(day(cast)) == 11


def test_work_in_time_is_shown_no_way_to_more_time(hers: Client, submission: Submission, clocks: Any) -> None:
    work.hand_in(submission)
    clocks.move_to(at("2026-05-02T10:00Z"))
    where = reverse("more-time", args=[submission.pk])
    assert where not in page(hers, "today")
    assert where not in page(hers, "desk", submission.pk)
    work.hand_in(submission, received_at=clock.now())
    assert where in page(hers, "today")
    assert where in page(hers, "desk", submission.pk)
