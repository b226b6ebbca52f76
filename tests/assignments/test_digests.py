"""One mail a day with what is new: to whoever chose it, whatever dies in between."""

from __future__ import annotations

import datetime as dt
import io
import smtplib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import actions as people
from assignments import actions
from assignments.actions import digests
from assignments.models import Digest, Notice, NoticeChoice
from tests.assignments import remarks, work
from tests.assignments.told import read_all, with_mail
from tests.assignments.work import at
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

MORNING = "2026-05-04T08:00Z"  # ten o'clock in Warsaw
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


class Died(BaseException):
    """The process is gone: nothing behind this is done, and nobody catches it."""


@pytest.fixture
def given(cast: Cast, time_machine: Any) -> Cast:
    """The student was given two pieces of work, and has chosen the mail."""
    time_machine.move_to(at(MORNING), tick=False)
    edition = work.make_edition()
    for title in ("Walls", "Gates"):
        work.make_assignment(cast, edition, title=title)
    with_mail(cast.student)
    return cast


def sent() -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("send_digests", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def troubled() -> str:
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("send_digests", stderr=said)
    return said.getvalue()


def ids() -> list[str]:
    return [message.extra_headers["Message-ID"] for message in mail.outbox]


def states() -> list[str]:
    return list(Digest.objects.order_by("day").values_list("state", flat=True))


def give(cast: Cast, title: str) -> None:
    work.make_assignment(cast, Notice.objects.all()[0].submission.edition, title=title)


# ------------------------------------------------------------------------------------------------------------ the mail


def test_what_is_new_comes_in_one_mail(given: Cast) -> None:
    sent()
    (message,) = mail.outbox
    assert message.to == ["student@school.example"]
    assert message.subject == "Destalin: 2 new notices"
    assert "“Walls” was given to you. (History 10B)" in message.body
    assert "http://127.0.0.1:8000/work/" in message.body
    (html, kind) = message.alternatives[0]
    assert kind == "text/html"
    assert "“Gates” was given to you." in str(html)
    assert "style=" not in str(html)
    assert states() == ["sent"]


def test_one_alone_is_said_in_the_singular(given: Cast) -> None:
    read_all(given.student)
    give(given, "Doors")
    sent()
    assert mail.outbox[0].subject == "Destalin: 1 new notice"
    assert "Walls" not in mail.outbox[0].body


def test_the_link_in_it_ends_them_without_signing_in(given: Cast, client: Client) -> None:
    sent()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeChoice.objects.get().mail == "never"


def test_no_score_and_no_words_of_anybody_stand_in_a_mail(given: Cast) -> None:
    submission = work.submission_of(
        work.make_assignment(given, remarks.make_edition(), resubmission=True), given.student
    )
    work.hand_in(submission, work.body_for(submission.assignment, "It was decided elsewhere, I wrote."))
    comment = remarks.comment(submission, given.teacher, body="A comment of mine.")
    work.mark(submission, given.teacher, feedback="Feedback of mine.")
    actions.return_grade(submission, reason="A reason of mine", by=given.teacher)
    submission.refresh_from_db()
    again = work.body_for(submission.assignment, "I wrote it anew.")
    actions.save_draft(submission, body=again, if_rev=1, by=given.student)
    submission.refresh_from_db()
    actions.reply(submission, comment=comment, stance="question", text="I ask you.", if_version=0, by=given.student)
    work.hand_in(work.reread(submission), again)
    with_mail(given.teacher)
    sent()
    assert sorted(message.to[0] for message in mail.outbox) == ["student@school.example", "teacher@school.example"]
    for message in mail.outbox:
        for said in (message.body, str(message.alternatives[0][0])):
            for secret in ("of mine", "I wrote", "I ask", "4.00", "4 points", "decided"):
                assert secret not in said
    assert "Student has handed in “Walls” again" in next(m.body for m in mail.outbox if "teacher@" in m.to[0])


# -------------------------------------------------------------------------------------------------------------- whether


def test_nobody_gets_one_who_did_not_choose_it_or_has_no_confirmed_address(given: Cast) -> None:
    with_mail(given.classmate, verified=False)
    sent()
    assert [message.to for message in mail.outbox] == [["student@school.example"]]


def test_nothing_is_sent_to_a_suspended_account(given: Cast) -> None:
    people.suspend(given.student, by=given.admin)
    sent()
    assert mail.outbox == []


def test_on_a_day_without_news_none_comes_and_the_next_tells_what_came_since(given: Cast, time_machine: Any) -> None:
    read_all(given.student)
    sent()
    assert (mail.outbox, states()) == ([], ["empty"])
    give(given, "Doors")
    sent()
    assert mail.outbox == []  # the hour of this day is over
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    sent()
    assert [message.subject for message in mail.outbox] == ["Destalin: 1 new notice"]


def test_it_comes_from_the_hour_that_she_chose_on_her_own_clocks(given: Cast, time_machine: Any) -> None:
    actions.choose_notices(hour=11, by=given.student)
    sent()
    assert (mail.outbox, states()) == ([], [])
    time_machine.move_to(at("2026-05-04T09:00Z"), tick=False)
    sent()
    assert len(mail.outbox) == 1


def test_after_a_week_one_mail_tells_everything_that_was_not_told(given: Cast, time_machine: Any) -> None:
    sent()
    for day in range(1, 7):
        time_machine.move_to(at(MORNING) + day * DAY, tick=False)
        give(given, f"Day {day}")
    time_machine.move_to(at(MORNING) + 7 * DAY, tick=False)
    sent()
    sent()
    assert [message.subject for message in mail.outbox] == ["Destalin: 2 new notices", "Destalin: 6 new notices"]


def test_twice_or_an_hour_later_sends_nothing_again(given: Cast, time_machine: Any) -> None:
    sent()
    assert sent() == ""
    time_machine.move_to(at(MORNING) + 60 * MINUTE, tick=False)
    give(given, "Doors")
    sent()
    assert len(mail.outbox) == 1


# -------------------------------------------------------------------------------------------------------- who dies when


def dies(monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool) -> None:
    """The process ends in this function, before or behind what it does."""
    real: Callable[..., Any] = getattr(digests, name)

    def ending(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        raise Died

    monkeypatch.setattr(digests, name, ending)
    with pytest.raises(Died):
        call_command("send_digests", stdout=io.StringIO(), stderr=io.StringIO())
    monkeypatch.setattr(digests, name, real)


def later(time_machine: Any, minutes: int = 11) -> None:
    time_machine.move_to(at(MORNING) + minutes * MINUTE, tick=False)


def test_a_process_that_dies_before_it_claims_loses_nothing(given: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dies(monkeypatch, "claim", after=False)
    assert (mail.outbox, states()) == ([], [])
    sent()
    assert (len(mail.outbox), states()) == (1, ["sent"])


def test_one_that_dies_after_the_claim_is_followed_by_another_when_its_lease_is_over(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "send", after=False)
    assert (mail.outbox, states()) == ([], ["claimed"])
    sent()
    assert mail.outbox == []  # it may be at work still
    later(time_machine)
    sent()
    sent()
    assert (len(mail.outbox), states()) == (1, ["sent"])
    assert mail.outbox[0].subject == "Destalin: 2 new notices"


def test_one_that_dies_before_the_mail_server_has_it_sends_it_once(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "_sent", after=False)
    assert (mail.outbox, states()) == ([], ["claimed"])
    later(time_machine)
    sent()
    assert (len(mail.outbox), states()) == (1, ["sent"])


@pytest.mark.parametrize(("where", "after"), [("_sent", True), ("_settle", False)])
def test_one_that_dies_before_it_writes_its_success_names_the_message_the_same_again(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any, where: str, after: bool
) -> None:
    dies(monkeypatch, where, after=after)
    assert (len(mail.outbox), states()) == (1, ["claimed"])
    # What came since belongs to another message, whatever the hour.
    give(given, "Doors")
    later(time_machine)
    sent()
    assert len(ids()) == 2
    assert len(set(ids())) == 1
    assert "Doors" not in mail.outbox[1].body
    assert states() == ["sent"]
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    sent()
    assert mail.outbox[2].subject == "Destalin: 1 new notice"


def test_what_she_read_meanwhile_is_left_out_of_the_second_try(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "send", after=False)
    read_all(given.student)
    later(time_machine)
    sent()
    assert (mail.outbox, states()) == ([], ["empty"])


def test_one_that_dies_behind_its_success_sends_nothing_again(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "_settle", after=True)
    assert states() == ["sent"]
    later(time_machine)
    sent()
    assert len(mail.outbox) == 1


def test_one_that_was_only_slow_does_not_write_over_what_its_follower_did(given: Cast, time_machine: Any) -> None:
    (due,) = digests.due_digests()
    slow = due.claim()
    assert slow is not None
    later(time_machine)
    (again,) = digests.due_digests()
    quick = again.claim()
    assert quick is not None
    assert again.claim() is None  # of several who find it one gets it
    assert digests.send(quick) is None
    before = Digest.objects.values().get()
    digests.send(slow)
    assert Digest.objects.values().get() == before
    assert len(set(ids())) == 1


def test_one_that_was_only_slow_and_turned_away_leaves_the_claim_to_its_follower(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    (due,) = digests.due_digests()
    slow = due.claim()
    assert slow is not None
    later(time_machine)
    (again,) = digests.due_digests()
    quick = again.claim()
    assert quick is not None
    with monkeypatch.context() as broken:
        answering(broken, BUSY)
        digests.send(slow)
    assert states() == ["claimed"]
    digests.send(quick)
    assert (len(mail.outbox), states()) == (1, ["sent"])


def test_what_may_be_on_its_way_still_is_told_in_no_other_mail(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "_sent", after=True)
    Digest.objects.update(until=at(MORNING) + DAY + 2 * MINUTE)
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    give(given, "Doors")
    sent()
    assert (len(mail.outbox), states()) == (1, ["claimed"])
    time_machine.move_to(at(MORNING) + DAY + 3 * MINUTE, tick=False)
    sent()
    assert [message.subject for message in mail.outbox[1:]] == ["Destalin: 2 new notices", "Destalin: 1 new notice"]
    assert len(set(ids())) == 2


def test_a_mail_that_kills_whoever_sends_it_is_given_up(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    for n in range(digests.MOST_TRIES):
        later(time_machine, 11 * n)
        dies(monkeypatch, "_sent", after=False)
    later(time_machine, 11 * digests.MOST_TRIES)
    sent()
    assert (mail.outbox, states()) == ([], ["given_up"])
    give(given, "Doors")
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    sent()
    assert mail.outbox[0].subject == "Destalin: 1 new notice"


# ------------------------------------------------------------------------------------------------ what is turned away


def answering(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    """The mail server says this to everybody; whom it said it to."""
    asked: list[str] = []

    def send(message: EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
        asked.append(message.to[0])
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    return asked


BUSY = smtplib.SMTPDataError(451, b"Try again later")
FULL = smtplib.SMTPRecipientsRefused({"student@school.example": (452, b"4.2.2 Mailbox full")})
GONE = smtplib.SMTPRecipientsRefused({"student@school.example": (550, b"5.1.1 No such user")})
CLOSED = smtplib.SMTPRecipientsRefused({"student@school.example": (550, b"5.7.1 Relaying denied")})


@pytest.mark.parametrize("error", [BUSY, FULL, CLOSED, ConnectionRefusedError()])
def test_what_is_turned_away_is_tried_again_with_growing_pauses(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any, error: Exception
) -> None:
    with monkeypatch.context() as broken:
        asked = answering(broken, error)
        tried = []
        for minute in range(0, 120, 1):
            later(time_machine, minute)
            before = len(asked)
            try:
                sent()
            except CommandError:
                tried.append(minute)
            assert len(asked) - before == (1 if tried and tried[-1] == minute else 0)
    assert tried == [0, 5, 20, 80]
    assert states() == ["waiting"]
    assert Digest.objects.get().trouble
    later(time_machine, 330)
    sent()
    assert (len(mail.outbox), states()) == (1, ["sent"])


def test_what_was_turned_away_for_a_whole_day_is_told_in_the_next_one(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    with monkeypatch.context() as broken:
        answering(broken, BUSY)
        troubled()
    give(given, "Doors")
    time_machine.move_to(at(MORNING) + DAY - 60 * MINUTE * 4, tick=False)
    Digest.objects.update(until=at(MORNING) + 2 * DAY)
    sent()
    assert mail.outbox == []
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    sent()
    sent()
    assert [message.subject for message in mail.outbox] == ["Destalin: 3 new notices"]
    assert states() == ["replaced", "sent"]


def test_when_the_answer_was_lost_the_same_message_goes_again_and_no_other(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    with monkeypatch.context() as broken:
        answering(broken, smtplib.SMTPServerDisconnected("Connection unexpectedly closed"))
        troubled()
    name = f"<notices.{Digest.objects.get().pk}@127.0.0.1>"
    assert states() == ["claimed"]
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    give(given, "Doors")
    sent()
    sent()
    assert ids()[0] == name
    assert [message.subject for message in mail.outbox] == ["Destalin: 2 new notices", "Destalin: 1 new notice"]


def test_an_address_that_does_not_exist_is_left_in_peace_and_she_reads_why(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any, client: Client
) -> None:
    with monkeypatch.context() as broken:
        answering(broken, GONE)
        assert "550 5.1.1 No such user" in troubled()
    assert states() == ["refused"]
    time_machine.move_to(at(MORNING) + 3 * DAY, tick=False)
    sent()
    assert mail.outbox == []
    client.force_login(given.student, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/settings/notices/").content.decode()
    assert "student@school.example took no mail from us on Monday 4 May 2026, 10:00 Warsaw time (CEST)" in page
    assert "No such user" in page
    # She says that it is good now; and what was not told is.
    client.post("/settings/notices/", {"mail": "daily", "hour": "7"})
    assert "took no mail" not in client.get("/settings/notices/").content.decode()
    sent()
    assert [message.subject for message in mail.outbox] == ["Destalin: 2 new notices"]


def test_another_address_is_written_to_at_once(given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> None:
    with monkeypatch.context() as broken:
        answering(broken, GONE)
        troubled()
    given.student.emailaddress_set.update(email="other@school.example")  # type: ignore[attr-defined]
    time_machine.move_to(at(MORNING) + DAY, tick=False)
    sent()
    assert [message.to for message in mail.outbox] == [["other@school.example"]]


def test_one_address_that_is_refused_holds_up_nobody_and_a_silent_server_is_asked_once(
    given: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mail(given.classmate)
    with monkeypatch.context() as broken:
        asked = answering(broken, ConnectionRefusedError())
        troubled()
        assert len(asked) == 1
    Digest.objects.all().delete()
    with monkeypatch.context() as broken:
        asked = answering(broken, GONE)
        troubled()
        assert len(asked) == 2


def test_who_was_suspended_or_thought_better_of_it_meanwhile_gets_nothing(
    given: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    dies(monkeypatch, "send", after=False)
    actions.choose_notices(mail="never", by=given.student)
    later(time_machine)
    sent()
    assert (mail.outbox, states()) == ([], ["empty"])
    assert not Notice.objects.filter(digest__isnull=False).exists()


def test_nothing_due_costs_few_queries_for_any_number_of_people(given: Cast, queries: Any) -> None:
    sent()
    one = queries(lambda: list(digests.due_digests()))
    for other in (given.classmate, given.teacher, given.co_teacher, given.assistant):
        with_mail(other)
    sent()
    assert queries(lambda: list(digests.due_digests())) == one <= 4


# -------------------------------------------------------------------------------------------------------- two at once


@pytest.mark.postgres_only
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("left_behind", [False, True])
def test_of_two_at_the_same_moment_one_sends_it(left_behind: bool) -> None:
    cast = make_cast()
    for person in (cast.student, cast.classmate):
        with_mail(person, hour=0)
    work.make_assignment(cast)
    if left_behind:
        for due in digests.due_digests():
            due.claim()
        Digest.objects.update(until=dt.datetime.now(dt.UTC) - MINUTE)
    gate = threading.Barrier(4)
    sent_by: list[Digest] = []

    def one() -> None:
        try:
            dues = list(digests.due_digests())
            assert len(dues) == 2
            gate.wait(timeout=30)
            for due in dues:
                if digest := due.claim():
                    sent_by.append(digest)
                    digests.send(digest)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(sent_by) == 2
    assert sorted(message.to[0] for message in mail.outbox) == ["classmate@school.example", "student@school.example"]
    assert set(states()) == {"sent"}
