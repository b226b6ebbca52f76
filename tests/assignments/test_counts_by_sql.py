"""The numbers of a board are those that a plain query of the database counts, whatever the class did."""

import datetime as dt
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.actions import remove_member
from accounts.models import Membership
from assignments import actions, boards
from assignments.models import Assignment, Draft, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.errors import DomainError
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.assignments.work import at, due
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BEGINS = at("2026-05-01T06:00Z")

# Written beside the code of the boards and not from it: what a board of a teacher says, in the database's own words.
BY_HAND = """
WITH live AS (
    SELECT s.*, d.rev, CASE WHEN s.state = 'in_review' AND s.claim_until <= %(now)s THEN s.claim_from ELSE s.state END
        AS stands, s.state = 'in_review' AND s.claim_until > %(now)s AND s.claimed_by_id <> %(viewer)s AS taken
    FROM assignments_submission s
    JOIN assignments_assignment a ON a.id = s.assignment_id AND a.deleted_at IS NULL
    LEFT JOIN assignments_draft d ON d.submission_id = s.id
    WHERE s.assignment_id = %(assignment)s AND s.state <> 'void'
)
SELECT
    count(*) AS students,
    sum(CASE WHEN stands = 'assigned' AND rev IS NULL THEN 1 ELSE 0 END) AS not_started,
    sum(CASE WHEN stands = 'drafting' OR stands = 'assigned' AND rev IS NOT NULL THEN 1 ELSE 0 END) AS draft_begun,
    sum(CASE WHEN stands IN ('submitted', 'in_review') AND NOT taken AND NOT grade_ready THEN 1 ELSE 0 END)
        AS to_grade,
    sum(CASE WHEN stands IN ('submitted', 'in_review') AND NOT taken AND grade_ready THEN 1 ELSE 0 END) AS to_return,
    sum(CASE WHEN taken THEN 1 ELSE 0 END) AS with_colleague,
    sum(CASE WHEN stands = 'returned' THEN 1 ELSE 0 END) AS returned,
    sum(CASE WHEN stands = 'revising' THEN 1 ELSE 0 END) AS revising,
    sum(CASE WHEN stands = 'excused' THEN 1 ELSE 0 END) AS excused,
    sum(CASE WHEN stands <> 'excused' AND late_seconds > 0 THEN 1 ELSE 0 END) AS late,
    sum(CASE WHEN stands IN ('assigned', 'drafting') AND handed_in_at IS NULL AND late_from <= %(now)s THEN 1
        ELSE 0 END) AS missing,
    sum(CASE WHEN hand_ins_waiting > 0 THEN 1 ELSE 0 END) AS waiting
FROM live
"""
STATES = ("not_started", "draft_begun", "to_grade", "to_return", "with_colleague", "returned", "revising", "excused")


def counted(assignment: Assignment, cast: Cast) -> dict[str, int]:
    plain = {"now": clock.now(), "viewer": cast.teacher.pk, "assignment": assignment.pk}
    if connection.vendor == "sqlite":
        plain = {"now": plain["now"].strftime("%Y-%m-%d %H:%M:%S.%f"), **{n: plain[n].hex for n in list(plain)[1:]}}
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, plain)
        names = [column[0] for column in cursor.description]
        return {name: int(value or 0) for name, value in zip(names, cursor.fetchone(), strict=True)}


def totals(api: ApiClient, cast: Cast) -> Any:
    return api.as_(cast.teacher).get(f"/api/v1/classrooms/{cast.room.pk}/board/totals").json()


def saves(cast: Cast, row: Submission, chance: random.Random) -> None:
    draft = Draft.objects.filter(submission=row).first()
    body = work.body_for(row.assignment, f"Words {chance.random()}")
    actions.save_draft(row, body=body, if_rev=draft.rev if draft else 0, by=row.student)


def hands_in(cast: Cast, row: Submission, chance: random.Random) -> None:
    work.hand_in(row, work.body_for(row.assignment, f"Words {chance.random()}"), client_attempt_id=uuid4())


def marks(cast: Cast, row: Submission, chance: random.Random) -> None:
    work.mark(row, chance.choice([cast.teacher, cast.co_teacher]))


ACTS: list[Callable[[Cast, Submission, random.Random], Any]] = [
    saves,
    *[hands_in] * 4,
    *[marks] * 3,
    lambda cast, row, chance: actions.claim(row, by=chance.choice([cast.teacher, cast.co_teacher])),
    lambda cast, row, chance: actions.release(row, by=cast.teacher),
    *[lambda cast, row, chance: actions.return_grade(row, by=cast.teacher)] * 3,
    lambda cast, row, chance: actions.recall(row, reason="Again", by=cast.teacher),
    lambda cast, row, chance: actions.withdraw(row, by=row.student),
    lambda cast, row, chance: actions.request_revision(row, due=due("2026-05-09T12:00"), words="More", by=cast.teacher),
    lambda cast, row, chance: actions.excuse(row, category=Excuse.ILLNESS, reason="A note", by=cast.teacher),
    *[lambda cast, row, chance: actions.lift_excuse(row, by=cast.teacher)] * 3,
]


@pytest.fixture
def term(cast: Cast, time_machine: Any, seed: int) -> list[Assignment]:
    """Three assignments after a day and a half in which six students and two teachers did what came to their minds."""
    time_machine.move_to(BEGINS, tick=False)
    for n in range(4):
        joins(cast, f"s{n}", f"Student {n}")
    given = [
        work.make_assignment(cast, title="Open", resubmission=True),
        work.make_assignment(cast, title="Due", due=due("2026-05-01T20:00"), resubmission=True),
        work.make_assignment(cast, title="Closed", due=due("2026-05-01T14:00"), closes_at=at("2026-05-02T06:00Z")),
    ]
    chance = random.Random(seed)
    rows = list(Submission.objects.order_by("assignment__title", "student__username"))
    for _step in range(220):
        time_machine.shift(dt.timedelta(minutes=chance.randrange(20)))
        with suppress(DomainError):
            chance.choice(ACTS)(cast, work.reread(chance.choice(rows)), chance)
    remove_member(Membership.objects.get(classroom=cast.room, user=cast.classmate), by=cast.teacher)
    return given


@pytest.mark.parametrize("seed", range(1, 4))
def test_each_number_of_both_boards_is_that_of_the_database(cast: Cast, api: ApiClient, term: list[Assignment]) -> None:
    by_hand = [counted(assignment, cast) for assignment in term]
    of_class = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
    chips = {chip.key: chip.count for chip in of_class.chips}
    # Else they could agree on nothing.
    assert sum(any(numbers[name] for numbers in by_hand) for name in [*STATES, "late", "missing", "waiting"]) >= 7
    for name in [*STATES, "late", "missing", "waiting"]:
        assert chips.get(name, 0) == sum(numbers[name] for numbers in by_hand), name
    columns = {column.id: column for column in of_class.columns}
    for assignment, numbers in zip(term, by_hand, strict=True):
        column = columns[assignment.pk]
        assert [column.to_grade, column.to_return, column.missing] == [
            numbers[name] for name in ("to_grade", "to_return", "missing")
        ]
        answer = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/board").json()
        said = answer["totals"]
        assert {name: said[name] for name in ("students", *STATES, "late", "missing")} == {
            name: numbers[name] for name in ("students", *STATES, "late", "missing")
        }


@pytest.mark.parametrize("seed", range(1, 4))
def test_the_totals_of_a_class_are_those_of_the_database_now_and_later(
    cast: Cast, api: ApiClient, term: list[Assignment], time_machine: Any
) -> None:
    for hours in (0, 1, 48):  # leases run out, due times pass
        time_machine.shift(dt.timedelta(hours=hours))
        told = totals(api, cast)
        for assignment, each in zip(term, told["assignments"], strict=True):
            numbers = counted(assignment, cast)
            numbers["given"] = numbers.pop("students")
            board = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/board").json()["totals"]
            assert each["totals"] == {**numbers, "handed_in": board["handed_in"]}
        assert told["totals"] == {
            name: sum(each["totals"][name] for each in told["assignments"]) for name in told["totals"]
        }
