"""Every line of a teacher's day is a link that does the thing, and what has waited longest comes first."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assignments import actions
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Comment, Submission
from tests.assignments import remarks, work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

NOON = work.at("2026-05-04T12:00Z")
LINE = re.compile(
    r'<li class="item">.*?<p class="big">\d+<small>([^<]+)</small>.*?<h3><a[^>]*>([^<]+)<.*?'
    r'<p class="go"><a class="btn[^"]*" href="([^"]+)">([^<]+)<',
    re.DOTALL,
)


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def lines(teacher: Client) -> list[tuple[str, str, str, str]]:
    """(what it is, its heading, where its act leads, the act), in the order of the page."""
    page = teacher.get(reverse("today")).content.decode()
    return [tuple(html.unescape(part).strip() for part in found) for found in LINE.findall(page)]  # type: ignore[misc]


def joins(cast: Cast, name: str) -> Any:
    student = person(name.lower(), display_name=name)
    Membership.objects.create(classroom=cast.room, user=student, role="student")
    return student


def gave_back(row: Submission, cast: Cast) -> None:
    work.hand_in(row)
    remarks.comment(row, cast.teacher, body="By whom?")
    actions.return_grade(row, by=cast.teacher)


def test_each_line_leads_to_where_its_thing_is_done(teacher: Client, cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(work.at("2026-05-01T12:00Z"), tick=False)
    anna, bela, cora = joins(cast, "Anna"), joins(cast, "Bela"), joins(cast, "Cora")
    edition = remarks.make_edition()
    made = work.make_assignment(cast, edition, title="Walls", due=work.due("2026-05-03T12:00"), resubmission=True)
    soon = work.make_assignment(cast, edition, title="Soon", due=work.due("2026-05-07T12:00"))
    shut = work.make_assignment(cast, edition, title="Shut", closes_at=work.at("2026-05-02T12:00Z"))
    asks, ready, late, waits = (work.submission_of(made, who) for who in (cast.student, anna, bela, cora))
    gave_back(asks, cast)
    comment = Comment.objects.get(grade=work.reread(asks).returned_grade_id)
    actions.reply(
        work.reread(asks), comment=comment, stance="question", text="Which bureau?", if_version=0, by=cast.student
    )
    work.hand_in(work.reread(asks), work.body_for(made, "Other words."))
    work.hand_in(ready)
    work.mark(ready, cast.teacher)
    actions.ask_more_time(waits, reason="In bed", by=cora)
    time_machine.move_to(NOON, tick=False)
    work.hand_in(late)
    with pytest.raises(AssignmentClosed):
        work.hand_in(work.submission_of(shut, anna))
    parked = work.submission_of(shut, anna).parked.get()

    found = {what: (where, act) for what, _heading, where, act in lines(teacher)}
    does = {
        "graded": (reverse("assignment-return", args=[made.pk]), 'name="submissions"'),
        "to grade": (reverse("grade-next", args=[made.pk]), 'name="feedback"'),
        "question": (reverse("grade", args=[asks.pk]), "Which bureau?"),
        "asks": (reverse("extension", args=[waits.pk]), "In bed"),
        "waiting": (reverse("grade", args=[parked.submission_id]), "Let it count as handed in"),
        "late": (f"{reverse('assignment-board', args=[made.pk])}?show=late", "Bela"),
        "missing": (f"{reverse('assignment-board', args=[made.pk])}?show=missing", "Cora"),
    }
    assert set(found) == set(does)
    for what, (where, piece) in does.items():
        led, _act = found[what]
        assert led.split("#")[0] == where, what
        answer = teacher.get(led.split("#")[0], follow=True)
        assert answer.status_code == 200
        assert piece in answer.content.decode(), what
    # The anchor of the question is on the page that it leads to.
    at, anchor = found["question"][0].split("#")
    assert f'id="{anchor}"' in teacher.get(at).content.decode()
    # A filter shows only whom the line speaks of.
    board = teacher.get(does["late"][0]).content.decode()
    assert re.findall(r'<tr data-name="([^"]+)">', board) == ["bela"]
    # What is due in the next days leads to its board.
    week = teacher.get(reverse("today")).content.decode().partition('id="week"')[2]
    assert f'href="{reverse("assignment-board", args=[soon.pk])}"' in week


def test_what_has_waited_longest_comes_first_and_its_button_opens_the_oldest(
    teacher: Client, cast: Cast, time_machine: Any
) -> None:
    time_machine.move_to(work.at("2026-05-01T12:00Z"), tick=False)
    edition = work.make_edition()
    newer = work.make_assignment(cast, edition, title="Given first, handed in later")
    older = work.make_assignment(cast, edition, title="Given last, handed in first")

    def hands_in(given: Assignment, who: Any, moment: str) -> Submission:
        time_machine.move_to(work.at(moment), tick=False)
        row = work.submission_of(given, who)
        work.hand_in(row)
        return row

    # By name Classmate stands before Student: the order of names would open the other one.
    first = hands_in(older, cast.student, "2026-05-01T13:00Z")
    second = hands_in(newer, cast.classmate, "2026-05-01T14:00Z")
    third = hands_in(older, cast.classmate, "2026-05-01T15:00Z")
    fourth = hands_in(newer, cast.student, "2026-05-01T16:00Z")
    time_machine.move_to(NOON, tick=False)

    def next_of(given: Assignment) -> str:
        return teacher.get(reverse("grade-next", args=[given.pk])).headers["Location"]

    def desk(row: Submission) -> str:
        return reverse("grade", args=[row.pk])

    assert [heading for _what, heading, _where, _act in lines(teacher)] == [
        "Given last, handed in first, History 10B",
        "Given first, handed in later, History 10B",
    ]
    assert [next_of(older), next_of(newer)] == [desk(first), desk(second)]
    for row in (first, second):
        work.mark(row, cast.teacher)
    to_grade = [heading.split(",")[0] for what, heading, _where, _act in lines(teacher) if what == "to grade"]
    assert to_grade == ["Given last", "Given first"]
    assert [next_of(older), next_of(newer)] == [desk(third), desk(fourth)]
