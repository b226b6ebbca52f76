"""A board that follows its class: it is asked often, answers cheaply, and misses nothing."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assignments import actions, boards
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from tests.assignments import work
from tests.assignments.test_boards import joins
from tests.assignments.work import at, due
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def board(cast: Cast) -> str:
    return reverse("classroom", args=[cast.room.pk])


def test_a_board_that_has_not_moved_is_answered_without_one(
    teacher: Client, cast: Cast, submission: Submission
) -> None:
    first = teacher.get(board(cast))
    tag = first.headers["ETag"]
    assert f'data-tag="{tag.replace(chr(34), "&quot;")}"' in first.content.decode()
    again = teacher.get(board(cast), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-store"
    work.hand_in(submission)
    moved = teacher.get(board(cast), headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert "handed in, to grade" in moved.content.decode()


def test_the_tag_is_of_one_person_and_one_filter(teacher: Client, cast: Cast, submission: Submission) -> None:
    tag = teacher.get(board(cast)).headers["ETag"]
    assert teacher.get(board(cast), {"show": "late"}, headers={"If-None-Match": tag}).status_code == 200
    teacher.force_login(cast.co_teacher)
    assert teacher.get(board(cast), headers={"If-None-Match": tag}).status_code == 200


def test_whoever_is_not_of_the_staff_gets_no_304_either(teacher: Client, cast: Cast, submission: Submission) -> None:
    tag = teacher.get(board(cast)).headers["ETag"]
    for person, status in [(cast.student, 302), (cast.other_teacher, 404)]:
        teacher.force_login(person)
        assert teacher.get(board(cast), headers={"If-None-Match": tag}).status_code == status


def test_an_archived_class_is_not_followed(teacher: Client, cast: Cast, submission: Submission) -> None:
    assert "data-follow" in teacher.get(board(cast)).content.decode()
    cast.room.archived_at = clock.now()
    cast.room.save(update_fields=["archived_at"])
    page = teacher.get(board(cast)).content.decode()
    assert "data-follow" not in page
    assert "board-live" not in page


ACTS: dict[str, Callable[[Cast, Submission], object]] = {
    "draft": lambda cast, row: actions.save_draft(row, body=work.body_for(row.assignment), if_rev=0, by=cast.student),
    "hand in": lambda cast, row: work.hand_in(row),
    "assign": lambda cast, row: work.make_assignment(cast, row.assignment.edition, title="One more"),
    "delete": lambda cast, row: actions.delete_assignment(row.assignment, by=cast.teacher),
    "rename": lambda cast, row: actions.update_assignment(row.assignment, if_version=1, by=cast.teacher, title="Other"),
    "excuse": lambda cast, row: actions.excuse(row, category=Excuse.OTHER, reason="So.", by=cast.teacher),
    "join": lambda cast, row: joins(cast, "new", "New"),
}


@pytest.mark.parametrize("act", list(ACTS))
def test_whatever_moves_a_mark_a_column_or_a_row_moves_the_pulse(cast: Cast, submission: Submission, act: str) -> None:
    now = clock.now()
    before = boards.pulse(cast.room.pk, now)
    assert boards.pulse(cast.room.pk, now) == before
    ACTS[act](cast, submission)
    assert boards.pulse(cast.room.pk, now) != before
    assert boards.pulse(cast.other_room.pk, now) == boards.pulse(cast.other_room.pk, now + dt.timedelta(days=1))


def test_each_step_of_grading_moves_the_pulse(cast: Cast, submission: Submission) -> None:
    def pulse() -> str:
        return boards.pulse(cast.room.pk, clock.now())

    work.hand_in(submission)
    seen = [pulse()]
    for step in (
        lambda: actions.claim(submission, by=cast.teacher),
        lambda: work.mark(submission, cast.teacher, questions=[], feedback=""),
        lambda: work.mark(submission, cast.teacher),
        lambda: actions.release(submission, by=cast.teacher),
        lambda: actions.return_grade(work.reread(submission), by=cast.teacher),
    ):
        step()
        seen.append(pulse())
    assert len(set(seen)) == len(seen)


def test_a_due_time_that_passes_and_a_lease_that_runs_out_move_it_without_anybody(cast: Cast) -> None:
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        made = work.make_assignment(cast, due=due("2026-03-20 23:59"))
        row = work.submission_of(made, cast.student)
        work.hand_in(row, received_at=clock.now())
        actions.claim(row, by=cast.teacher)
    times = ["2026-03-18T09:00:00+01:00", "2026-03-18T10:00:00+01:00", "2026-03-21T00:00:00+01:00"]
    assert len({boards.pulse(cast.room.pk, at(time)) for time in times}) == 3
    assert boards.pulse(cast.room.pk, at("2026-03-22T09:00:00+01:00")) == boards.pulse(cast.room.pk, at(times[2]))


def test_a_hand_in_that_was_set_aside_moves_it(cast: Cast) -> None:
    made = work.make_assignment(cast, closes_at=clock.now() + dt.timedelta(hours=1))
    before = boards.pulse(cast.room.pk, clock.now())
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)), pytest.raises(AssignmentClosed):
        work.hand_in(work.submission_of(made, cast.student), received_at=clock.now())
    assert boards.pulse(cast.room.pk, clock.now()) != before


def test_asking_costs_the_same_for_two_students_and_for_twenty(
    teacher: Client, cast: Cast, assignment: Assignment, queries: Callable[[Callable[[], object]], int]
) -> None:
    def ask() -> int:
        tag = teacher.get(board(cast)).headers["ETag"]
        return queries(lambda: teacher.get(board(cast), headers={"If-None-Match": tag}))

    few = ask()
    for n in range(18):
        work.hand_in(work.submission_of(assignment, joins(cast, f"many{n}", f"Many {n}")))
    assert ask() == few
    assert few < queries(lambda: teacher.get(board(cast)))


# --- What the board adds up -------------------------------------------------------------------------------------------


def test_every_state_can_be_looked_for(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    found = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now(), show="not_started")
    assert [row.name for row in found.rows if row.shown] == ["Classmate"]
    assert {chip.key: chip.count for chip in found.chips} == {"": 2, "to_grade": 1, "not_started": 1}
    for state in ("submitted", "returned", "revising", "drafting"):
        Submission.objects.filter(pk=submission.pk).update(state=state)
        keys = [chip.key for chip in boards.class_board(cast.room, viewer=None, now=clock.now()).chips]
        place = {"submitted": "to_grade", "drafting": "draft_begun"}.get(state, state)
        assert place in keys


def test_points_are_projected_until_all_is_back_and_the_class_has_its_mean(cast: Cast) -> None:
    edition = work.make_edition()
    first, second = (work.make_assignment(cast, edition, title=title) for title in ("One", "Two"))
    for student, score in [(cast.student, "7"), (cast.classmate, "0")]:
        row = work.submission_of(first, student)
        work.hand_in(row)
        work.mark(row, cast.teacher, questions=[], score=Decimal(score))
        actions.return_grade(row, by=cast.teacher)

    def told() -> dict[str, str]:
        return {row.name: row.standing for row in boards.class_board(cast.room, viewer=None, now=clock.now()).rows}

    assert told() == {"Student": "projected, 1 of 2 back", "Classmate": "projected, 1 of 2 back"}
    excused = work.submission_of(second, cast.student)
    actions.excuse(excused, category=Excuse.OTHER, reason="So.", by=cast.teacher)
    assert told() == {"Student": "final", "Classmate": "projected, 1 of 2 back"}
    found = boards.class_board(cast.room, viewer=None, now=clock.now())
    # Nought is a score like any other.
    assert (found.mean, found.handed_in, found.expected) == ("50 %", 2, 2)
    for n in range(20):
        work.make_assignment(cast, edition, title=f"More {n}")
    on_page = boards.class_board(cast.room, viewer=None, now=clock.now(), page=2)
    # The sums are of all assignments on every page.
    assert {row.standing for row in on_page.rows} == {"projected, 1 of 21 back", "projected, 1 of 22 back"}
    assert (on_page.mean, on_page.handed_in, on_page.expected) == ("50 %", 2, 2)


def test_a_class_without_points_has_neither_mark_nor_mean(cast: Cast, submission: Submission) -> None:
    found = boards.class_board(cast.room, viewer=None, now=clock.now())
    assert (found.mean, {row.standing for row in found.rows}) == ("", {""})
    assert Membership.objects.current().students().filter(classroom=cast.room).count() == len(found.rows)
