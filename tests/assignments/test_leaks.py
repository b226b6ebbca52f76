"""What is hidden from somebody occurs in nothing that the site says to her."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from assignments import actions
from assignments.models import Submission
from tests.assignments import hidden, remarks, work
from tests.assignments.crawl import Caller, Heard
from tests.assignments.told import with_mail
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# Made anew for every answer: tokens against forgery, ids of what is about to be made, numbers of requests.
ANEW = re.compile(
    r"""(csrfmiddlewaretoken"[^>]*value=|client_attempt_id"[^>]*value=|CSRFToken": |parked_copy":\s?{"id":\s?"""
    r"""|X-Request-Id: |set-aside/|instance":\s?|number: )"?[\w-]+"""
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals are what is asked for here, and nothing to write down."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


PEOPLE = ("student", "classmate", "other_student", "teacher", "other_teacher")
READERS = ("classmate", "other_student")


def mails_of_the_day(addresses: dict[str, str]) -> dict[str, list[Heard]]:
    """What the mail of the day says to each of these people: subject, headers and both bodies."""
    call_command("send_digests")
    heard: dict[str, list[Heard]] = {person: [] for person in addresses}
    whose = {address: person for person, address in addresses.items()}
    for message in mail.outbox:
        (address,) = message.to
        html = "\n".join(str(content) for content, _kind in message.alternatives)
        text = f"{message.subject}\n{message.extra_headers}\n{message.body}\n{html}"
        heard[whose[address]].append(Heard("mail of the day", 200, text))
    return heard


@pytest.mark.parametrize("person", [*PEOPLE, "stranger", "nobody"])
def test_everybody_finds_what_is_hers_to_read_and_nothing_else(cast: Cast, person: str) -> None:
    """The stranger is in no class, and nobody is not signed in. Everybody but the teacher tries to write as well, and
    what refuses her is read like all the rest."""
    addresses = {name: with_mail(getattr(cast, name), hour=0) for name in PEOPLE}
    world = hidden.make(cast)
    mails = mails_of_the_day(addresses)
    assert all(mails[name] for name in ("student", "classmate", "other_student"))
    caller = Caller(getattr(cast, person, None))
    caller.heard += mails.get(person, [])
    if person == "teacher":
        caller.read_everything(world.nameless)
    elif person == "student":
        caller.read_everything(twice=True)
        caller.try_everything(world.telling)
        assert {heard.status for heard in caller.heard} >= {403, 404, 409, 412, 422}
    else:
        caller.read_everything(world.telling if person in READERS else world.few)
        caller.try_everything(world.few)
    assert not [heard for heard in caller.heard if heard.status >= 500]
    found: dict[str, str] = {}
    for heard in caller.heard:
        for name in world.found_in(heard.text):
            found.setdefault(name, f"{heard.what} ({heard.status})")
    hers = world.belonging_to(person)
    leaked = {name: at for name, at in found.items() if name not in hers}
    assert not leaked, leaked
    assert not hers - set(found), hers - set(found)


def said_to(caller: Caller, about: list[Submission]) -> dict[str, list[str]]:
    """Everything, by what was asked."""
    caller.heard.clear()
    caller.read_everything(about, twice=True)
    caller.try_everything(about)
    said: dict[str, list[str]] = {}
    for heard in caller.heard:
        said.setdefault(heard.what, []).append(f"{heard.status} {ANEW.sub('', heard.text)}")
    return said


def draft(cast: Cast, submission: Submission) -> None:
    """What a teacher does while she judges, up to the return."""
    work.mark(submission, cast.teacher, feedback="", questions=[], score=Decimal("1.5"))
    work.mark(submission, cast.teacher, score=None)
    key = remarks.comment(submission, cast.teacher, "decided").key
    actions.edit_comment(submission, key=key, body="By whom?", passage=None, if_version=1, by=cast.teacher)
    actions.delete_comment(submission, key=key, if_version=2, by=cast.teacher)
    remarks.comment(submission, cast.teacher)


def test_to_the_student_every_answer_is_the_same_before_and_after_marks_are_drafted(cast: Cast) -> None:
    """She is told that somebody reads her work, and that is all: no version, time or tag moves."""
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        edition = work.make_edition()
        about = [work.submission_of(work.make_assignment(cast, edition), cast.student) for _ in range(2)]
        for submission in about:
            work.hand_in(submission, work.body_for(submission.assignment, single=[1]))
        returned = about[1]
        work.mark(returned, cast.teacher)
        actions.return_grade(returned, by=cast.teacher)
        actions.note_seen(returned, by=cast.student)
        for submission in about:
            actions.claim(work.reread(submission), by=cast.teacher)
    with time_machine.travel(at("2026-03-18T09:10:00+01:00"), tick=False):
        student = Caller(cast.student)
        before = said_to(student, about)
    with time_machine.travel(at("2026-03-18T09:05:00+01:00"), tick=False):
        for submission in about:
            draft(cast, work.reread(submission))
    with time_machine.travel(at("2026-03-18T09:10:00+01:00"), tick=False):
        after = said_to(student, about)
    moved = [what for what, texts in before.items() if after[what] != texts]
    assert not moved, moved
    # What is asked about the comments that were drafted.
    assert all(text.startswith(("403", "404")) for what in after.keys() - before.keys() for text in after[what])
