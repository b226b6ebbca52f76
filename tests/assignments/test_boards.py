"""The class board, the assignment board and a teacher's day: what they count, and what that costs."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine

from accounts.models import Membership, User
from assignments import actions, boards
from assignments.errors import AssignmentClosed
from assignments.lifecycle import State
from assignments.models import Assignment, Excuse, Submission
from assignments.signs import Place
from destalin_site.common import clock
from tests.assignments import work
from tests.assignments.work import at, due
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

NOW = at("2026-03-23T09:10:00+01:00")
Queries = Callable[[Callable[[], object]], int]


def joins(cast: Cast, username: str, name: str) -> User:
    student = person(username, display_name=name)
    Membership.objects.create(classroom=cast.room, user=student, role="student")
    actions.sync_student(cast.room, student.pk, by=cast.teacher)
    return student


@pytest.fixture
def busy(cast: Cast) -> Assignment:
    """Handed in late, graded and not returned, returned, missing, and open with a colleague."""
    students = [cast.student, cast.classmate] + [joins(cast, f"s{n}", f"Student {n}") for n in range(3)]
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        assignment = work.make_assignment(cast, title="The closed session", due=due("2026-03-20 23:59"))
    late, graded, returned, _missing, shared = (work.submission_of(assignment, student) for student in students)
    with time_machine.travel(at("2026-03-20T20:00:00+01:00"), tick=False):
        for one in (graded, returned, shared):
            work.hand_in(one, received_at=clock.now())
    with time_machine.travel(at("2026-03-21T00:14:00+01:00"), tick=False):
        work.hand_in(late, received_at=clock.now())
    with time_machine.travel(at("2026-03-22T12:00:00+01:00"), tick=False):
        for one in (graded, returned):
            work.mark(one, cast.teacher)
        actions.release(graded, by=cast.teacher)
        actions.return_grade(returned, by=cast.teacher)
    with time_machine.travel(at("2026-03-23T09:00:00+01:00"), tick=False):
        actions.claim(shared, by=cast.co_teacher)
    return assignment


def test_every_piece_of_work_stands_in_one_place_and_the_totals_add_up(cast: Cast, busy: Assignment) -> None:
    board = boards.assignment_board(busy, viewer=cast.teacher, now=NOW)
    totals = board.totals
    assert totals["students"] == 5
    assert totals["handed_in"] == 4
    assert totals["to_grade"] + totals["to_return"] + totals["with_colleague"] + totals["returned"] == 4
    assert sum(totals[place.value] for place in Place if place is not Place.REMOVED) == 5
    assert (totals["late"], totals["missing"]) == (1, 1)
    assert [(row.name, row.detail) for row in board.rows] == [
        ("Classmate", "Graded 7, not returned"),
        ("Student", "Late 14 min"),
        ("Student 0", "Returned, 7 of 7"),
        ("Student 1", "Missing"),
        ("Student 2", "Co Teacher is reading this"),
    ]


def test_the_counts_are_those_of_the_database(cast: Cast, busy: Assignment) -> None:
    board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW)
    chips = {chip.key: chip.count for chip in board.chips}
    rows = Submission.objects.filter(assignment=busy)
    assert chips[""] == rows.count()
    assert chips["to_grade"] == rows.filter(state="submitted", grade_ready=False).count() == 1
    assert chips["to_return"] == rows.filter(state="submitted", grade_ready=True).count() == 1
    assert chips["with_colleague"] == rows.filter(state="in_review").count() == 1
    assert chips["late"] == rows.filter(late_seconds__gt=0).count() == 1
    assert chips["missing"] == rows.filter(handed_in_at=None).count() == 1
    column = board.columns[0]
    assert (column.handed_in, column.to_grade, column.to_return, column.missing) == (4, 1, 1, 1)
    assert (board.to_grade, board.next_to_grade) == (1, busy.pk)


def test_a_claim_is_my_own_for_me_and_a_colleagues_for_others_until_it_runs_out(cast: Cast, busy: Assignment) -> None:
    def places(viewer: User, now: dt.datetime) -> list[Place]:
        return [
            row.place for row in boards.assignment_board(busy, viewer=viewer, now=now).rows if row.name == "Student 2"
        ]

    assert places(cast.teacher, NOW) == [Place.WITH_COLLEAGUE]
    assert places(cast.co_teacher, NOW) == [Place.TO_GRADE]
    assert places(cast.teacher, NOW + dt.timedelta(minutes=25)) == [Place.TO_GRADE]


def test_a_board_shows_the_people_of_its_own_room_alone(cast: Cast, busy: Assignment) -> None:
    board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW)
    assert {row.name for row in board.rows} == {"Student", "Classmate", "Student 0", "Student 1", "Student 2"}
    other = boards.class_board(cast.other_room, viewer=cast.other_teacher, now=NOW)
    assert [row.name for row in other.rows] == ["Other Student"]
    assert other.columns == ()


def test_a_student_to_whom_it_is_not_given_has_an_empty_place(cast: Cast) -> None:
    work.make_assignment(cast, audience=[cast.classmate.pk])
    board = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
    cells = {row.name: row.cells[0] for row in board.rows}
    assert cells["Student"].submission is None
    assert cells["Classmate"].place is Place.NOT_STARTED


def test_a_row_adds_up_what_is_expected_and_what_was_scored(cast: Cast, busy: Assignment) -> None:
    work.make_assignment(cast, title="Without a date")
    rows = {row.name: row for row in boards.class_board(cast.room, viewer=cast.teacher, now=NOW).rows}
    assert (rows["Student 0"].sums.handed_in, rows["Student 0"].sums.expected) == (1, 1)
    assert (rows["Student 0"].sums.score, rows["Student 0"].sums.out_of) == ("7", "7")
    assert (rows["Student 1"].sums.handed_in, rows["Student 1"].sums.expected) == (0, 1)
    assert (rows["Student"].sums.score, rows["Student"].sums.out_of) == ("", "")


def test_a_filter_passes_over_what_it_does_not_name(cast: Cast, busy: Assignment) -> None:
    board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW, show="missing")
    assert [row.name for row in board.rows if row.shown] == ["Student 1"]
    assert [chip.key for chip in board.chips if chip.current] == ["missing"]
    nonsense = boards.class_board(cast.room, viewer=cast.teacher, now=NOW, show="<script>")
    assert all(row.shown for row in nonsense.rows)


def test_a_student_is_found_whatever_the_accents(cast: Cast) -> None:
    joins(cast, "lukasz", "Łukasz Bąk")
    board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW, find="lukasz ba")
    assert [row.name for row in board.rows if row.shown] == ["Łukasz Bąk"]


def test_the_newest_twenty_stand_on_the_first_page_and_a_deleted_one_on_none(cast: Cast) -> None:
    edition = work.make_edition()
    made = [work.make_assignment(cast, edition, title=f"Number {n}") for n in range(23)]
    actions.delete_assignment(made[21], by=cast.teacher)
    first = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
    assert [column.title for column in first.columns] == [f"Number {n}" for n in (22, *range(20, 1, -1))]
    second = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now(), page=2)
    assert [column.title for column in second.columns] == ["Number 1", "Number 0"]
    assert (first.older, first.newer, second.older, second.newer, first.total) == (2, None, None, 1, 22)
    assert boards.class_board(cast.room, viewer=cast.teacher, now=clock.now(), page=99).page == 2


def test_filters_count_on_all_pages_and_lead_through_the_columns_in_which_they_find_something(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards.classroom, "PAGE", 2)
    edition = work.make_edition()
    made = [work.make_assignment(cast, edition, title=f"Number {n}") for n in range(7)]
    for n in (0, 1, 4):
        work.hand_in(work.submission_of(made[n], cast.student))
    work.hand_in(work.submission_of(made[0], cast.classmate))
    actions.update_assignment(made[1], if_version=1, by=cast.teacher, audience=[cast.student.pk])

    def board(show: str = "", page: int = 1) -> boards.ClassBoard:
        return boards.class_board(cast.room, viewer=cast.teacher, now=clock.now(), show=show, page=page)

    def columns(found: boards.ClassBoard) -> list[str]:
        return [column.title for column in found.columns]

    counts = {"": 13, "to_grade": 4, "not_started": 9, "removed": 1}
    for found in (board(), board(page=4), board("to_grade"), board("removed")):
        assert {chip.key: chip.count for chip in found.chips} == counts
        assert found.to_grade == counts["to_grade"]
    first, second = board("to_grade"), board("to_grade", page=2)
    assert [columns(first), columns(second)] == [["Number 4", "Number 1"], ["Number 0"]]
    assert (first.pages, first.older, second.newer, first.total) == (2, 2, 1, 7)
    assert [(row.name, row.shown) for row in first.rows] == [("Classmate", False), ("Student", True)]
    assert [(row.name, row.shown) for row in second.rows] == [("Classmate", True), ("Student", True)]
    gone = board("removed")
    assert (columns(gone), [row.name for row in gone.rows]) == (["Number 1"], ["Classmate"])
    # Nothing to be found leaves the board as it is, with nobody on it.
    none = board("late")
    assert (columns(none), none.pages, any(row.shown for row in none.rows)) == (["Number 6", "Number 5"], 4, False)


def test_the_class_board_costs_the_same_for_two_students_and_for_twenty(cast: Cast, queries: Queries) -> None:
    edition = work.make_edition()
    work.make_assignment(cast, edition)

    def board() -> boards.ClassBoard:
        return boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())

    few = queries(board)
    for n in range(18):
        joins(cast, f"many{n}", f"Many {n}")
    for n in range(6):
        work.make_assignment(cast, edition, title=f"More {n}")
    work.hand_in(Submission.objects.filter(student=cast.student)[0])
    assert queries(board) == few <= 4
    assert len(board().rows) == 20


def test_alike_cells_of_the_compact_board_are_one_object_however_large_the_class_is(cast: Cast) -> None:
    """With an object for each of 30,000 cells, the larger board cost more than its share."""
    given = [work.make_assignment(cast, title=f"Number {n}") for n in range(4)]
    work.hand_in(work.submission_of(given[0], cast.student))
    students = [(one.pk, str(one)) for one in (cast.student, cast.classmate)]
    cells = [
        cell for row in boards.compact_board(cast.room.pk, students=students, now=clock.now())["cells"] for cell in row
    ]
    assert sorted(cell[0] for cell in cells) == ["assigned"] * 7 + ["submitted"]
    assert len({id(cell) for cell in cells}) == 2


def test_the_assignment_board_costs_the_same_for_two_students_and_for_twenty(
    cast: Cast, assignment: Assignment, queries: Queries
) -> None:
    def board() -> boards.AssignmentBoard:
        return boards.assignment_board(assignment, viewer=cast.teacher, now=clock.now())

    few = queries(board)
    for n in range(18):
        work.hand_in(work.submission_of(assignment, joins(cast, f"many{n}", f"Many {n}")))
    assert queries(board) == few
    assert board().totals["to_grade"] == 18


# --- Today ------------------------------------------------------------------------------------------------------------


def test_what_is_graded_comes_first_then_what_waits_and_then_what_is_missing(cast: Cast, busy: Assignment) -> None:
    today = boards.teacher_today(cast.teacher, NOW)
    assert [(todo.kind.value, todo.count, todo.act) for todo in today.your_turn] == [
        ("to_return", 1, "Return 1 graded"),
        ("to_grade", 1, "Grade the oldest"),
    ]
    assert today.your_turn[1].note == "1 came late."
    assert "The oldest has waited 2 days." in today.your_turn[1].words
    assert "20 March 2026, 23:59 Warsaw time (CET)" in today.your_turn[1].words
    assert [(todo.kind.value, todo.words) for todo in today.worth_a_look] == [
        ("missing", "Student 1. Nothing handed in.")
    ]
    assert today.summary == "2 pieces of work wait for you; 1 of them only has to be returned."
    assert today.day == "Monday 23 March"


def test_a_parked_hand_in_waits_for_a_decision(cast: Cast) -> None:
    assignment = work.make_assignment(cast, closes_at=clock.now() + dt.timedelta(hours=1))
    submission = work.submission_of(assignment, cast.student)
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)), pytest.raises(AssignmentClosed):
        work.hand_in(submission, received_at=clock.now())
    waits = boards.teacher_today(cast.teacher, clock.now()).worth_a_look
    assert [(todo.kind.value, todo.submission) for todo in waits] == [("waiting", submission.pk)]
    rows = boards.assignment_board(assignment, viewer=cast.teacher, now=clock.now()).rows
    assert [row.badges for row in rows if row.name == "Student"] == [("A hand-in waits",)]


def test_who_handed_in_too_late_is_not_said_to_have_handed_in_nothing(cast: Cast) -> None:
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        made = work.make_assignment(cast, due=due("2026-03-20 23:59"), closes_at=at("2026-03-21T12:00:00+01:00"))
    with time_machine.travel(at("2026-03-22T09:00:00+01:00"), tick=False), pytest.raises(AssignmentClosed):
        work.hand_in(work.submission_of(made, cast.student), received_at=clock.now())
    todos = [(todo.kind.value, todo.count, todo.words) for todo in boards.teacher_today(cast.teacher, NOW).worth_a_look]
    assert [todo[:2] for todo in todos] == [("waiting", 1), ("missing", 1)]
    assert todos[1][2] == "Classmate. Nothing handed in."


def test_what_falls_due_within_a_week_is_ahead(cast: Cast, busy: Assignment) -> None:
    soon = work.make_assignment(cast, title="Soon", due=due("2026-03-27 23:59"))
    work.make_assignment(cast, title="Later", due=due("2026-04-20 23:59"))
    ahead = boards.teacher_today(cast.teacher, NOW).ahead
    assert [(line.assignment, line.day) for line in ahead] == [(soon.pk, "27 Mar")]
    assert ahead[0].words == "History 10B: Soon is due, 23:59 (CET). 0 of 5 handed in, 0 drafts begun."


def test_what_is_due_says_how_many_of_those_who_must_have_handed_in(cast: Cast, busy: Assignment) -> None:
    with time_machine.travel(NOW, tick=False):
        soon = work.make_assignment(cast, title="Soon", due=due("2026-03-27 23:59"))
        first, second, *_rest = Submission.objects.filter(assignment=soon).order_by("student__username")
        work.hand_in(first, received_at=clock.now())
        actions.excuse(second, category=Excuse.ILLNESS, reason="A note.", by=cast.teacher)
    ahead = boards.teacher_today(cast.teacher, NOW).ahead
    assert ahead[0].words == "History 10B: Soon is due, 23:59 (CET). 1 of 4 handed in, 0 drafts begun."


def test_due_times_of_students_own_are_ahead_in_a_line_for_each_assignment(
    cast: Cast, busy: Assignment, queries: Queries
) -> None:
    def ahead() -> list[tuple[str, str]]:
        return [(line.day, line.words) for line in boards.teacher_today(cast.teacher, NOW).ahead]

    def give(student: str, until: str) -> None:
        row = Submission.objects.get(assignment=busy, student__username=student)
        actions.extend(row, due=due(until), reason="Ill", by=cast.teacher)

    def revise(student: str, until: str) -> None:
        row = Submission.objects.get(assignment=busy, student__username=student)
        actions.request_revision(work.reread(row), due=due(until), by=cast.teacher)

    with time_machine.travel(NOW, tick=False):
        assert ahead() == []
        give("s2", "2026-03-24 12:00")  # whose work is in: nothing of hers is still to come
        give("s1", "2026-03-26 12:00")
        one = queries(lambda: boards.teacher_today(cast.teacher, NOW))
        assert ahead() == [("26 Mar", "History 10B: The closed session: 1 with more time, due 26 Mar.")]
        revise("s0", "2026-03-27 12:00")
        revise("classmate", "2026-03-27 08:00")
        joins(cast, "s3", "Student 3")
        give("s3", "2026-03-26 23:59")
        joins(cast, "s4", "Student 4")
        give("s4", "2026-04-20 12:00")  # in no week yet
        soon = work.make_assignment(cast, busy.edition, title="Soon", due=due("2026-03-25 12:00"))
        said = {"students": [cast.student.pk], "reason": "A trip", "by": cast.teacher}
        actions.give_dates(soon, due=due("2026-03-24 12:00"), **said)
        assert queries(lambda: boards.teacher_today(cast.teacher, NOW)) == one
    assert ahead() == [
        ("24 Mar", "History 10B: Soon: 1 with another due time, 24 Mar."),
        ("25 Mar", "History 10B: Soon is due, 12:00 (CET). 0 of 7 handed in, 0 drafts begun."),
        ("26 Mar", "History 10B: The closed session: 2 with more time, due 26 Mar, 2 revisions due 27 Mar."),
    ]


def test_work_that_came_late_since_yesterday_is_said_by_name_and_no_longer(cast: Cast, busy: Assignment) -> None:
    def late(now: dt.datetime) -> list[tuple[str, int, str]]:
        todos = boards.teacher_today(cast.teacher, now).worth_a_look
        return [(todo.heading, todo.count, todo.words) for todo in todos if todo.kind.value == "late"]

    told = [("The closed session, History 10B", 1, "Since yesterday: Student (14 minutes).")]
    # It came on Saturday at a quarter past midnight: yesterday until Sunday is over.
    assert late(at("2026-03-22T23:59:00+01:00")) == told
    assert late(at("2026-03-23T00:01:00+01:00")) == []
    returned = work.reread(work.submission_of(busy, cast.student))
    work.mark(returned, cast.teacher)
    actions.return_grade(returned, by=cast.teacher)
    assert late(at("2026-03-22T23:59:00+01:00")) == told


def test_who_is_missing_since_yesterday_is_counted_apart(cast: Cast, busy: Assignment) -> None:
    def notes(now: str) -> list[str]:
        return [
            todo.note
            for todo in boards.teacher_today(cast.teacher, at(now)).worth_a_look
            if todo.kind.value == "missing"
        ]

    assert notes("2026-03-21T09:00:00+01:00") == ["1 since yesterday."]
    assert notes("2026-03-22T09:00:00+01:00") == [""]


def test_a_teacher_is_told_of_her_own_classes_alone(cast: Cast, busy: Assignment) -> None:
    other = boards.teacher_today(cast.other_teacher, NOW)
    assert (other.your_turn, other.worth_a_look, other.ahead) == ((), (), ())
    assert [room.name for room in other.rooms] == ["History 9A"]
    assert [(room.name, room.runs) for room in boards.teacher_today(cast.assistant, NOW).rooms] == [
        ("History 10B", False)
    ]
    assert boards.teacher_today(cast.student, NOW).rooms == ()


def test_an_archived_class_asks_for_nothing(cast: Cast, busy: Assignment) -> None:
    cast.room.archived_at = NOW
    cast.room.save(update_fields=["archived_at"])
    assert boards.teacher_today(cast.teacher, NOW).your_turn == ()


def test_a_day_costs_the_same_for_one_assignment_and_for_ten(cast: Cast, busy: Assignment, queries: Queries) -> None:
    one = queries(lambda: boards.teacher_today(cast.teacher, NOW))
    edition = busy.edition
    for n in range(9):
        more = work.make_assignment(cast, edition, title=f"More {n}", due=due("2026-03-21 23:59"))
        work.hand_in(work.submission_of(more, cast.student), received_at=NOW)
    assert queries(lambda: boards.teacher_today(cast.teacher, NOW)) == one == 8
    assert len(boards.teacher_today(cast.teacher, NOW).your_turn) == 11


def test_scores_of_a_draft_stand_on_the_board_of_the_teacher_only_as_a_draft(cast: Cast, busy: Assignment) -> None:
    rows = {row.name: row for row in boards.assignment_board(busy, viewer=cast.teacher, now=NOW).rows}
    assert (rows["Classmate"].score, rows["Classmate"].draft_score) == ("", "7")
    assert (rows["Student 0"].score_value, rows["Student 0"].out_of) == (Decimal(7), Decimal(7))
    assert rows["Student 0"].state is State.RETURNED


def test_the_sums_of_a_student_are_of_all_assignments_on_every_page(
    cast: Cast, busy: Assignment, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(at("2026-03-22T12:00:00+01:00"), tick=False):
        for n in range(2):
            more = work.make_assignment(cast, busy.edition, title=f"More {n}", due=due("2026-03-22 10:00"))
            scored, excused, without, kept = (
                work.submission_of(more, row.student) for row in more.submissions.order_by("student__username")[:4]
            )
            work.hand_in(scored, received_at=clock.now())
            work.mark(scored, cast.teacher)
            actions.return_grade(scored, by=cast.teacher)
            actions.excuse(excused, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
            work.mark(without, cast.teacher, questions=[], score=Decimal("2.5"))
            actions.return_grade(without, by=cast.teacher, without_submission=True)
            work.hand_in(kept, received_at=clock.now())
            actions.request_revision(kept, due=due("2026-04-01 12:00"), words="Again.", by=cast.teacher)

    def sums(page: int = 1) -> list[tuple[str, object, str]]:
        board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW, page=page)
        return [(row.name, row.sums, row.standing) for row in board.rows]

    whole = sums()
    mean = boards.class_board(cast.room, viewer=cast.teacher, now=NOW).mean
    monkeypatch.setattr(boards.classroom, "PAGE", 1)
    assert sums(1) == sums(2) == sums(3) == whole
    assert boards.class_board(cast.room, viewer=cast.teacher, now=NOW, page=2).mean == mean
    cost = queries(lambda: sums(2))
    work.make_assignment(cast, busy.edition, title="One more")
    assert queries(lambda: sums(2)) == cost == 4


def test_each_fact_beside_the_state_has_its_filter_on_both_boards(cast: Cast) -> None:
    offline, asking, extended, done = (joins(cast, f"s{n}", name) for n, name in enumerate(("Of", "As", "Ex", "Do")))
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        made = work.make_assignment(cast, title="Walls", due=due("2026-03-20 12:00"), resubmission=True)
        rows = {student.pk: work.submission_of(made, student) for student in (offline, asking, extended, done)}
        work.hand_in(rows[done.pk], received_at=clock.now())
        work.mark(rows[done.pk], cast.teacher)
        actions.return_grade(work.reread(rows[done.pk]), by=cast.teacher)
        work.hand_in(work.reread(rows[done.pk]), work.body_for(made, "Other words."), received_at=clock.now())
        work.hand_in(rows[offline.pk], received_at=clock.now())
        actions.extend(rows[extended.pk], due=due("2026-03-27 12:00"), reason="Ill", by=cast.teacher)
        actions.ask_more_time(rows[asking.pk], reason="In bed", by=asking)
        finished = {"captured_at": clock.now() - dt.timedelta(hours=1), "clock_trust": "medium"}
        Submission.objects.filter(pk=rows[offline.pk].pk).update(**finished)
    expected = {
        "asks_more_time": ["As"],
        "extended": ["Ex"],
        "finished_offline": ["Of"],
        "feedback_outdated": ["Do"],
    }
    for key, names in expected.items():
        whole = boards.class_board(cast.room, viewer=cast.teacher, now=NOW, show=key)
        one = boards.assignment_board(made, viewer=cast.teacher, now=NOW, show=key)
        for board in (whole, one):
            assert [row.name for row in board.rows if row.shown] == names, key
            assert [(chip.key, chip.count) for chip in board.chips if chip.current] == [(key, len(names))]
