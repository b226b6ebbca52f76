"""The demo: what `make run` shows a newcomer."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Classroom, Membership, User
from assignments.lifecycle import State, replay
from assignments.models import Assignment, Event, Grade, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.demo import people
from lessons.models import Edition, Lesson

# A few minutes after midnight in the zone of the demo: the hour at which "yesterday" is nearest.
LOADED_AT = dt.datetime(2026, 11, 23, 23, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo as it is right after loading; the tests of this file only look at it."""
    kept = override_settings(DATA_DIR=tmp_path_factory.mktemp("demo"))
    with kept, django_db_blocker.unblock(), transaction.atomic(), clock.at(LOADED_AT):
        call_command("load_demo")
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_the_people_have_fixed_names_and_their_places() -> None:
    assert set(User.objects.values_list("username", flat=True)) == set(people.USERNAMES)
    rooms = {room.name: set(room.memberships.values_list("user__username", "role")) for room in Classroom.objects.all()}
    assert rooms == {
        "History 10B": {("teacher", "owner"), *((f"student{n}", "student") for n in range(1, 7))},
        "History 9A": {("teacher2", "owner"), ("student7", "student"), ("student8", "student")},
    }
    assert set(User.objects.filter(teaches=True).values_list("username", flat=True)) == {"teacher", "teacher2"}
    assert User.objects.filter(is_superuser=True).get().username == "admin"


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_everybody_signs_in_with_the_password_that_is_kept() -> None:
    assert all(user.check_password(people.password()) for user in User.objects.all())
    assert people.password() in "\n".join(people.sign_ins())


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_the_lesson_is_long_enough_and_has_every_kind_of_question() -> None:
    document = Edition.objects.get(current__lesson=Lesson.objects.get()).read()
    own = [block for section in document.sections for block in section["blocks"]]
    assert sum(len(block["text"].split()) for block in own if block["kind"] == "paragraph") >= 600
    assert len(document.sources) == 3
    assert all(source["paraphrase"] and source["url"] and source["record"]["omits"] for source in document.sources)
    assert {question["kind"] for question in document.questions} == {"short", "essay", "single", "multiple"}
    assert {question["skill"] for question in document.questions} == {
        "sourcing",
        "contextualization",
        "corroboration",
        "close reading",
        "argument",
    }
    assert any(block["kind"] == "disputed" for block in own)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_there_is_work_in_every_state_that_can_be_reached() -> None:
    assert set(Submission.objects.values_list("state", flat=True)) == {
        State.ASSIGNED,
        State.DRAFTING,
        State.SUBMITTED,
        State.IN_REVIEW,
        State.RETURNED,
        State.VOID,
    }
    assert Submission.objects.filter(late_seconds__gt=0).exists()
    assert Submission.objects.filter(state=State.SUBMITTED, grade_ready=True).exists()
    assert Submission.objects.filter(attempt_count=2).exists()
    assert Submission.objects.filter(handed_in_at=None, assignment__due_at__lt=LOADED_AT).exists()
    assert set(ParkedCopy.objects.values_list("kind", flat=True)) == set(ParkedCopy.Kind)
    assert Grade.objects.filter(status=Grade.Status.RETURNED, seen_at=None).exists()
    assert {assignment.state_at(LOADED_AT) for assignment in Assignment.objects.all()} == {
        "scheduled",
        "open",
        "closed",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_its_history_was_made_by_acts_and_lies_in_the_past() -> None:
    for submission in Submission.objects.all():
        steps = [event.step for event in submission.events.order_by("seq")]
        assert replay(steps) == submission.standing
        times = list(submission.events.order_by("seq").values_list("at", flat=True))
        assert times == sorted(times)
    assert not Event.objects.filter(at__gt=LOADED_AT).exists()
    assert not Membership.objects.filter(joined_at__gt=LOADED_AT).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_it_is_not_loaded_beside_people() -> None:
    with pytest.raises(CommandError, match="only into a new one"):
        call_command("load_demo")


@pytest.mark.django_db
def test_the_password_can_be_chosen_when_it_is_loaded_and_then_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setenv("DEMO_PASSWORD", "chosen for this test")
    people.load()
    monkeypatch.setenv("DEMO_PASSWORD", "chosen later")
    assert User.objects.get(username="student3").check_password("chosen for this test")
    said = "\n".join(people.sign_ins())
    assert "chosen for this test" in said
    assert "keeps the password" in said
