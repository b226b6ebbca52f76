"""Times are told on the clocks of the class, and beside them on the reader's own where these show something else."""

from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, desk_words, timing
from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

NOON = at("2026-05-01T10:00Z")  # in Warsaw


def living_in(zone: str) -> User:
    return SimpleNamespace(zone=zone)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("", ""),
        ("Europe/Warsaw", ""),
        ("Europe/Madrid", ""),  # the same clocks by another name
        ("America/New_York", "Your time: 1 May, 06:00 (EDT)"),
        ("Asia/Kathmandu", "Your time: 1 May, 15:45 (UTC+5:45)"),
    ],
)
def test_ones_own_time_is_told_where_it_differs(zone: str, said: str) -> None:
    assert desk_words.your_time(NOON, "Europe/Warsaw", living_in(zone)) == said


def test_a_day_apart_differs_though_the_hands_stand_alike() -> None:
    said = desk_words.your_time(NOON, "Pacific/Kiritimati", living_in("Pacific/Honolulu"))
    assert said == "Your time: 1 May, 00:00 (HST)"


def test_what_decides_is_told_in_ones_own_time_too() -> None:
    there = living_in("America/New_York")
    late = timing.decide_timing(at("2026-05-01T11:00Z"), NOON, now=NOON)
    assert desk_words.your_timing(late, "Europe/Warsaw", there) == (
        "In your time: handed in 1 May, 07:00 (EDT), due 1 May, 06:00 (EDT)."
    )
    open_yet = timing.decide_timing(None, NOON, now=at("2026-04-30T10:00Z"))
    assert desk_words.your_timing(open_yet, "Europe/Warsaw", there) == "In your time: due 1 May, 06:00 (EDT)."
    assert desk_words.your_timing(open_yet, "Europe/Warsaw", living_in("")) == ""
    never = timing.decide_timing(None, None, now=NOON)
    assert desk_words.your_timing(never, "Europe/Warsaw", there) == ""


def test_a_form_says_its_zone_and_what_both_clocks_show() -> None:
    assert desk_words.form_clocks("Europe/Warsaw", living_in(""), NOON) == "Times are Warsaw time."
    assert desk_words.form_clocks("Europe/Warsaw", living_in("America/New_York"), NOON) == (
        "Times are Warsaw time. There it is 12:00 now, with you 06:00 (New York time)."
    )


# ---------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Due on the first of May at noon in Warsaw; everybody who looks lives by the clocks of New York."""
    User.objects.filter(pk__in=[cast.teacher.pk, cast.student.pk]).update(zone="America/New_York")
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


def seen_by(client: Client, person: User, name: str, *args: object) -> str:
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@time_machine.travel("2026-04-20T08:00Z", tick=False)
def test_every_form_with_a_date_shows_her_own_time(cast: Cast, client: Client, submission: Submission) -> None:
    work.hand_in(submission)
    assignment = submission.assignment
    for name, args in (
        ("assignment-edit", [assignment.pk]),
        ("other-dates", [assignment.pk]),
        ("extension", [submission.pk]),
        ("revision", [submission.pk]),
    ):
        page = seen_by(client, cast.teacher, name, *args)
        assert "Times are Warsaw time. There it is 10:00 now, with you 04:00 (New York time)." in page, name
        assert "with you" not in seen_by(client, cast.co_teacher, name, *args)


@pytest.mark.django_db
@time_machine.travel("2026-04-20T08:00Z", tick=False)
def test_what_was_given_is_told_in_her_own_time(cast: Cast, client: Client, submission: Submission) -> None:
    client.force_login(cast.teacher)
    day = {"date": "2026-05-03", "time": "12:00", "reason": "Ill"}
    done = client.post(reverse("extension", args=[submission.pk]), day, follow=True).content.decode()
    assert "Your time: 3 May, 06:00 (EDT)." in done
    typed = {"students": [str(cast.classmate.pk)], "days": "2", "reason": "Exchange"}
    done = client.post(reverse("other-dates", args=[submission.assignment_id]), typed, follow=True).content.decode()
    assert "Your time: 3 May, 06:00 (EDT)" in done
    work.hand_in(reread(submission))
    said = {"date": "2026-05-05", "time": "12:00", "words": "Go on."}
    done = client.post(reverse("revision", args=[submission.pk]), said, follow=True).content.decode()
    assert "Your time: 5 May, 06:00 (EDT)." in done


@pytest.mark.django_db
def test_a_student_reads_hers_on_her_day_on_the_receipt_and_with_the_feedback(
    cast: Cast, client: Client, submission: Submission
) -> None:
    with time_machine.travel("2026-04-20T08:00Z", tick=False):
        assert "Your time: 1 May, 06:00 (EDT)." in seen_by(client, cast.student, "my-work")
        assert "Your time: 1 May, 06:00 (EDT)" in seen_by(client, cast.student, "more-time", submission.pk)
        work.hand_in(submission, received_at=at("2026-04-20T08:00Z"))
        receipt = seen_by(client, cast.student, "receipt", submission.pk, 1)
        assert "Your time: 20 April, 04:00 (EDT)" in receipt
        assert "In your time: handed in 20 April, 04:00 (EDT), due 1 May, 06:00 (EDT)." in receipt
        work.mark(reread(submission), cast.teacher)
        actions.return_grade(reread(submission), by=cast.teacher)
        feedback = seen_by(client, cast.student, "feedback", submission.pk)
        assert "Your time: 20 April, 04:00 (EDT)" in feedback
        assert "In your time: handed in 20 April, 04:00 (EDT), due 1 May, 06:00 (EDT)." in feedback
        User.objects.filter(pk=cast.student.pk).update(zone="")
        for name, args in (("receipt", [submission.pk, 1]), ("feedback", [submission.pk])):
            assert "our time: " not in seen_by(client, cast.student, name, *args)
