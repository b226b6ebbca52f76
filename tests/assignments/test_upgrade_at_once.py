"""A class is brought to another edition at the very moment at which somebody writes or hands in."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actions import add_member
from assignments import actions, readings
from assignments.errors import EditionMismatch
from assignments.history import check_all
from assignments.models import Attempt, Draft, ParkedCopy, Submission
from destalin_site.common.errors import DomainError, VersionStale
from tests.assignments import revised, work
from tests.assignments.revised import Room
from tests.assignments.test_concurrency import _until_somebody_waits_for_a_lock
from tests.cast import make_cast, person

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgres_only,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: nobody reads while another moves"
    ),
]


@pytest.fixture
def room() -> Room:
    return revised.make(make_cast())


def while_waiting(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` answered or raised that came while `first` had not ended."""
    answers: list[Any] = []

    def late() -> None:
        try:
            answers.append(second())
        except DomainError as error:
            answers.append(error)
        finally:
            connection.close()

    waiting = threading.Thread(target=late)
    with transaction.atomic():
        first()
        waiting.start()
        _until_somebody_waits_for_a_lock()
    waiting.join(timeout=30)
    (answer,) = answers
    return answer


def test_who_saves_while_her_class_is_brought_on_finds_her_text_set_aside(room: Room) -> None:
    mine = work.reread(room.draft)
    text = work.body_for(room.assignment, "At the same moment.", citations=[work.cited(room.old.pk)])
    answer = while_waiting(
        lambda: room.upgrade("all"), lambda: actions.save_draft(mine, body=text, if_rev=1, by=mine.student)
    )
    assert isinstance(answer, VersionStale)
    assert ParkedCopy.objects.get().body == text
    assert list(check_all()) == []


def test_who_hands_in_while_her_class_is_brought_on_is_told_of_it_and_loses_nothing(room: Room) -> None:
    mine = work.reread(room.draft)
    answer = while_waiting(lambda: room.upgrade("all"), lambda: work.hand_in(mine, room.body, edition=room.old.pk))
    assert isinstance(answer, EditionMismatch)
    assert answer.extra["upgrade"]["to_edition"] == room.new.pk
    assert (ParkedCopy.objects.get().body, Attempt.objects.count()) == (room.body, 0)
    assert list(check_all()) == []


def test_what_is_saved_just_before_comes_along(room: Room) -> None:
    mine = work.reread(room.draft)
    text = work.body_for(room.assignment, "Just before.", citations=[work.cited(room.old.pk)])
    while_waiting(lambda: actions.save_draft(mine, body=text, if_rev=1, by=mine.student), lambda: room.upgrade("all"))
    draft = Draft.objects.get()
    mine.refresh_from_db()
    assert (mine.edition_id, draft.rev) == (room.new.pk, 3)
    assert draft.body["answers"][0]["blocks"][0]["text"] == "Just before."
    assert readings.faults(draft.body, mine.given) == []


def test_what_is_handed_in_just_before_stays(room: Room) -> None:
    mine = work.reread(room.draft)
    while_waiting(lambda: work.hand_in(mine, room.body), lambda: room.upgrade("all"))
    mine.refresh_from_db()
    assert (mine.state, mine.edition_id, Attempt.objects.get().edition_id) == ("submitted", room.old.pk, room.old.pk)
    assert Draft.objects.get().body == room.body


def test_the_first_words_just_before_are_a_draft_which_stays_when_drafts_do(room: Room) -> None:
    fresh = work.reread(room.fresh)
    text = work.body_for(room.assignment, "The first words.")
    while_waiting(
        lambda: actions.save_draft(fresh, body=text, if_rev=0, by=fresh.student), lambda: room.upgrade("not_started")
    )
    fresh.refresh_from_db()
    assert (fresh.state, fresh.edition_id, fresh.upgrade_unseen) == ("drafting", room.old.pk, False)


def test_whoever_joins_meanwhile_gets_the_edition_that_was_decided(room: Room) -> None:
    late = person("late", school=room.cast.school)
    while_waiting(
        lambda: room.upgrade("not_started"),
        lambda: add_member(room.cast.room, username=late.username, role="student", by=room.cast.teacher),
    )
    assert Submission.objects.get(student=late).edition_id == room.new.pk


def test_of_two_teachers_who_decide_at_once_the_second_is_told(room: Room) -> None:
    answer = while_waiting(
        lambda: room.upgrade("all"),
        lambda: actions.upgrade_edition(
            room.assignment,
            from_edition=room.old.pk,
            to_edition=room.new.pk,
            scope="not_started",
            by=room.cast.co_teacher,
        ),
    )
    assert isinstance(answer, EditionMismatch)
