"""Files that leave the site: what stands in them, in whose words, and what a spreadsheet may not compute."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tracemalloc
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from accounts import actions as people
from accounts.models import AuditEntry, Classroom, Membership, User
from assignments import actions, answers, exports, readings
from assignments.exports import cells
from assignments.models import Assignment, Attempt, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.errors import RateLimited
from tests.api_client import ApiClient
from tests.assignments import corrected, edited, rubric, work
from tests.cast import Cast, person

Queries = Callable[[Callable[[], object]], int]

DUE = "2026-03-20 23:59"
BEFORE, AFTER = work.at("2026-03-20T19:41:07Z"), work.at("2026-03-25T08:00:00Z")
PAYLOADS = ['=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


def joins(cast: Cast, username: str, name: str) -> User:
    found = person(username, display_name=name)
    Membership.objects.create(classroom=cast.room, user=found, role="student")
    actions.sync_student(cast.room, found.pk, by=cast.teacher)
    return found


def read(file: exports.File) -> list[dict[str, str]]:
    """The rows of a CSV file by their headings, each cell as it was before it was made safe."""
    raw = b"".join(file.parts).decode("utf-8")
    assert raw.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(raw[1:], newline="")))
    assert len(set(rows[0])) == len(rows[0]), "every column has a heading of its own"
    assert {len(row) for row in rows} == {len(rows[0])}
    return [dict(zip(rows[0], map(cells.original, row), strict=True)) for row in rows[1:]]


def marks(assignment: Assignment, by: User, now: dt.datetime = AFTER) -> dict[str, dict[str, str]]:
    return {row["Student"]: row for row in read(exports.marks(assignment, by=by, now=now))}


@pytest.fixture
def due(cast: Cast) -> Assignment:
    with time_machine.travel(BEFORE, tick=False):
        return work.make_assignment(cast, title="Walls", due=work.due(DUE))


def returned(assignment: Assignment, student: User, by: User, **fields: Any) -> Submission:
    submission = work.submission_of(assignment, student)
    work.hand_in(submission, received_at=BEFORE)
    work.mark(submission, by, **fields)
    actions.return_grade(submission, by=by)
    return work.reread(submission)


# --- Cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [*PAYLOADS, "\n=1", "'=1", "''@x", "x;=1", "x\n+1", "a;''-1", ";\t=1;=2"])
def test_what_a_spreadsheet_would_compute_is_written_as_words_and_reads_back(payload: str) -> None:
    cell = cells.cell(payload)
    # Excel parts cells at semicolons too, where the country does.
    assert not any(part.startswith(("=", "+", "-", "@", "＝")) for part in re.split(r"[;\t\r\n]", cell))
    assert cells.original(cell) == payload


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("-3.50"), "-3.5"),
        (Decimal("0.00"), "0"),
        (Decimal("10.00"), "10"),
        (-2, "-2"),
        (None, ""),
        ("It's = here", "It's = here"),
        ("'tis", "'tis"),
        (dt.datetime(2026, 3, 20, 23, 59, 1, 5, dt.timezone(dt.timedelta(hours=1))), "2026-03-20T23:59:01+01:00"),
    ],
)
def test_a_number_stays_a_number_and_plain_words_stay_as_they_are(value: Any, written: str) -> None:
    assert cells.cell(value) == written


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_any_words_read_back_exactly(texts: list[str]) -> None:
    raw = b"".join(cells.lines([texts])).decode("utf-8")[1:]
    (row,) = csv.reader(io.StringIO(raw, newline=""))
    assert [cells.original(cell) for cell in row] == texts
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(st.lists(st.text(alphabet="=-;,\"'\n\tx"), min_size=1, max_size=3))
@example(["x", 'x;"=1+1;x'])
@example(["x", 'x\n"=1+1\nx'])
def test_no_words_compute_anything_whatever_cells_are_parted_by(delimiter: str, texts: list[str]) -> None:
    raw = b"".join(cells.lines([texts])).decode("utf-8")[1:]
    parted = csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter)
    assert not [cell for row in parted for cell in row if cell.startswith(("=", "-"))]
    assert [cells.original(cells.text(each)) for each in texts] == texts


# --- Marks ------------------------------------------------------------------------------------------------------------


def test_nought_missing_excused_and_not_scored_are_told_apart_in_words_and_in_codes(
    cast: Cast, due: Assignment
) -> None:
    noughts = [{**mark, "points": Decimal(0)} for mark in work.full_marks(due)]
    returned(due, cast.student, cast.teacher, questions=noughts)
    waits = joins(cast, "waits", "Waits")
    work.hand_in(work.submission_of(due, waits), received_at=BEFORE)
    excused = joins(cast, "excused", "Excused")
    actions.excuse(work.submission_of(due, excused), category=Excuse.ILLNESS, reason="Ill for a week", by=cast.teacher)
    told = {
        name: (row["Mark"], row["mark"], row["Score"], row["Out of"]) for name, row in marks(due, cast.teacher).items()
    }
    assert told == {
        "Student": ("0 of 7", "scored", "0", "7"),
        "Classmate": ("Missing", "missing", "", ""),
        "Waits": ("Not scored", "not_scored", "", ""),
        "Excused": ("Excused", "excused", "", ""),
    }
    assert marks(due, cast.teacher)["Excused"]["excused_for"] == "illness"
    # Before it is due nothing is missing.
    assert marks(due, cast.teacher, BEFORE)["Classmate"]["mark"] == "not_scored"


def test_a_row_tells_when_it_came_by_the_clocks_of_the_class(cast: Cast, due: Assignment) -> None:
    work.hand_in(work.submission_of(due, cast.student), received_at=BEFORE)
    late = dt.datetime(2026, 3, 22, 23, 0, tzinfo=dt.UTC)
    work.hand_in(work.submission_of(due, cast.classmate), received_at=late)
    rows = marks(due, cast.teacher)
    assert rows["Student"]["Handed in"] == "2026-03-20T20:41:07+01:00"
    assert rows["Student"]["Due"] == "2026-03-20T23:59:00+01:00"
    assert (rows["Student"]["Late by"], rows["Student"]["late_seconds"]) == ("", "0")
    assert "before the due time" in rows["Student"]["In time?"]
    assert (rows["Classmate"]["Late by"], rows["Classmate"]["late_seconds"]) == ("2 days", "172800")
    assert "after the due time" in rows["Classmate"]["In time?"]
    assert (rows["Classmate"]["State"], rows["Classmate"]["state"]) == ("To grade", "submitted")


def test_more_time_moves_a_students_own_due_time_and_is_told_beside_being_late(cast: Cast, due: Assignment) -> None:
    late = dt.datetime(2026, 3, 22, 23, 0, tzinfo=dt.UTC)
    for student in (cast.student, cast.classmate):
        work.hand_in(work.submission_of(due, student), received_at=late)
    given = work.submission_of(due, cast.student)
    actions.extend(given, due=work.due("2026-03-22 12:00"), reason="Ill for a week", by=cast.teacher)
    rows = marks(due, cast.teacher)
    told = {name: (row["Due"], row["extended"], row["Late by"]) for name, row in rows.items()}
    assert told == {
        "Student": ("2026-03-22T12:00:00+01:00", "yes", "11 hours"),
        "Classmate": ("2026-03-20T23:59:00+01:00", "", "2 days"),
    }
    found = whole(cast.room, cast.teacher)
    (extension,) = found["extensions"]
    assert (extension["submission"], extension["reason"], extension["ended_at"]) == (
        str(given.pk),
        "Ill for a week",
        None,
    )
    assert {one["extended"] for one in found["submissions"]} == {True, False}


def test_everything_has_requests_other_dates_revisions_and_the_settings_of_an_assignment(
    cast: Cast, due: Assignment
) -> None:
    hers, other = (work.submission_of(due, one) for one in (cast.student, cast.classmate))
    asked = actions.ask_more_time(hers, reason="In bed", by=cast.student)
    actions.decline_request(asked, words="We talked about it.", if_version=1, by=cast.teacher)
    people = [cast.student.pk, cast.classmate.pk]
    dates = {"offset_minutes": 60, "reason": "The council meets.", "by": cast.teacher}
    actions.end_dates(actions.give_dates(due, title="Council", students=people, **dates), by=cast.teacher)
    work.hand_in(other, received_at=BEFORE)
    actions.request_revision(other, due=work.due("2199-03-22 12:00"), words="Once more.", by=cast.teacher)
    found = whole(cast.room, cast.teacher)
    (request,), (override,), (revision,) = found["requests"], found["overrides"], found["revisions"]
    assert (request["submission"], request["answer"], request["words"]) == (
        str(hers.pk),
        "declined",
        "We talked about it.",
    )
    assert set(override["students"]) == {str(pk) for pk in people}
    assert override["for_class"] is False
    assert (override["title"], override["offset_minutes"], override["ended_by"]) == (
        "Council",
        60,
        str(cast.teacher.pk),
    )
    assert (revision["submission"], revision["words"], revision["outcome"]) == (str(other.pk), "Once more.", "")
    (given,) = found["assignments"]
    assert (given["grace_seconds"], given["resubmission"], given["late_policy"]) == (0, False, None)


def test_everything_has_each_edition_of_a_rubric(cast: Cast) -> None:
    given = work.make_assignment(cast, rubric.make_edition())
    edited.edit(given, edited.worth("Sourcing", "sound", "1.5"), cast.teacher)
    found = [(row["assignment"], row["number"]) for row in whole(cast.room, cast.teacher)["rubrics"]]
    assert found == [(str(given.pk), 1), (str(given.pk), 2)]


def test_each_question_has_its_points_and_one_without_is_empty(cast: Cast, due: Assignment) -> None:
    first, *rest = work.full_marks(due)
    questions = [{**first, "points": Decimal("2.5")}, *({**mark, "points": None} for mark in rest)]
    returned(due, cast.student, cast.teacher, questions=questions, score=Decimal(6))
    row = marks(due, cast.teacher)["Student"]
    assert [row["Question 1, of 4"], row["Question 2, of 1"], row["Question 3, of 2"]] == ["2.5", "", ""]
    assert (row["Score"], row["Out of"], row["Grade"], row["grade"]) == ("6", "7", "Returned", "returned")


def test_a_draft_is_told_as_one_and_what_was_returned_stands_before_it(cast: Cast, due: Assignment) -> None:
    submission = work.submission_of(due, cast.student)
    work.hand_in(submission, received_at=BEFORE)
    work.mark(submission, cast.teacher)
    row = marks(due, cast.teacher)["Student"]
    assert (row["Mark"], row["grade"], row["Score"]) == ("7 of 7, not returned", "draft", "7")
    actions.return_grade(submission, by=cast.teacher)
    actions.claim(submission, by=cast.teacher)
    work.mark(submission, cast.teacher, score=Decimal(3))
    row = marks(due, cast.teacher)["Student"]
    assert (row["Mark"], row["grade"], row["Score"]) == ("7 of 7", "returned", "7")


def test_students_stand_in_the_order_of_the_board_and_the_removed_in_none(cast: Cast, due: Assignment) -> None:
    for n, name in enumerate(("Łukasz Bąk", "lucy", "Zoë", "Émile")):
        joins(cast, f"order{n}", name)
    people.remove_member(Membership.objects.get(user=cast.classmate), by=cast.teacher)
    assert list(marks(due, cast.teacher)) == ["Émile", "lucy", "Łukasz Bąk", "Student", "Zoë"]


@pytest.mark.parametrize("payload", PAYLOADS[:4])
def test_a_name_a_title_and_an_answer_compute_nothing(cast: Cast, payload: str) -> None:
    made = work.make_assignment(cast, title=payload)
    User.objects.filter(pk=cast.student.pk).update(display_name=payload)
    work.hand_in(work.submission_of(made, cast.student), work.body_for(made, payload))
    now = clock.now()
    for file in (
        exports.marks(made, by=cast.teacher, now=now),
        exports.answers(made, by=cast.teacher, now=now),
        exports.board(cast.room, by=cast.teacher, now=now),
    ):
        raw = b"".join(file.parts).decode()[1:]
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(raw, newline="")) for cell in row
        )
        assert not any(letter in file.name for letter in "=+@\"'()")
    assert payload in marks(made, cast.teacher)
    (row,) = [row for row in read(exports.answers(made, by=cast.teacher, now=now)) if row["Answer"]]
    assert row["Answer"] == payload


def test_points_that_the_key_gave_are_no_score_before_a_teacher_has_marked_the_rest(
    cast: Cast, due: Assignment
) -> None:
    submission = work.submission_of(due, cast.student)
    work.hand_in(submission, work.body_for(due, single=[0], multiple=[1, 2]), received_at=BEFORE)
    row = marks(due, cast.teacher)["Student"]
    assert (row["grade"], row["Mark"], row["mark"], row["Score"]) == ("draft", "Not scored", "not_scored", "")
    assert (row["Question 1, of 4"], row["Question 3, of 2"]) == ("", "2")


# --- The class board --------------------------------------------------------------------------------------------------


def test_the_board_of_a_class_has_a_group_of_columns_for_each_assignment(cast: Cast, due: Assignment) -> None:
    returned(due, cast.student, cast.teacher)
    work.make_assignment(cast, title="Walls", audience=[cast.classmate.pk])
    gone = work.make_assignment(cast, title="Gone")
    actions.delete_assignment(gone, by=cast.teacher)
    rows = {row["Student"]: row for row in read(exports.board(cast.room, by=cast.teacher, now=AFTER))}
    assert set(rows) == {"Student", "Classmate"}
    student, classmate = rows["Student"], rows["Classmate"]
    assert (student["1. Walls: state"], student["1. Walls: mark"], student["1. Walls: score"]) == (
        "returned",
        "scored",
        "7",
    )
    assert student["1. Walls: in words"] == "Returned, 7 of 7"
    assert (student["2. Walls: in words"], student["2. Walls: mark"]) == ("Not given to this student", "")
    assert (classmate["1. Walls: mark"], classmate["1. Walls: in words"]) == ("missing", "Not started, Missing")
    assert classmate["2. Walls: mark"] == "not_scored"
    assert "Gone" not in "".join(student)


def test_marks_that_were_not_returned_are_in_no_board(cast: Cast, due: Assignment) -> None:
    submission = work.submission_of(due, cast.student)
    work.hand_in(submission, received_at=BEFORE)
    work.mark(submission, cast.teacher)
    rows = {row["Student"]: row for row in read(exports.board(cast.room, by=cast.teacher, now=AFTER))}
    assert (rows["Student"]["1. Walls: mark"], rows["Student"]["1. Walls: score"]) == ("not_scored", "")
    assert rows["Student"]["1. Walls: in words"] == "Graded, not returned, Not scored"


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_stands_with_what_it_cites_and_where_that_stands(cast: Cast, assignment: Assignment) -> None:
    citations = [
        work.cited(assignment.edition_id, at=9, stance="contradicts", note="Nobody, or nobody who counted?"),
        work.cited(assignment.edition_id, "went up in a night", at=2),
    ]
    body = work.body_for(assignment, "It was decided,\nelsewhere.", citations=citations, multiple=[1, 2])
    work.hand_in(work.submission_of(assignment, cast.student), body)
    rows = [
        row
        for row in read(exports.answers(assignment, by=cast.teacher, now=clock.now()))
        if row["Student"] == "Student"
    ]
    assert [row["Question"] for row in rows] == ["1", "2", "3"]
    essay, single, multiple = rows
    assert (essay["Answer"], essay["Words"], essay["Citations"]) == ("It was decided,\nelsewhere.", "4", "2")
    assert essay["Cited"].split("\n") == [
        "“went up in a night” — The lesson: Before, ¶1 (supports)",
        "“nobody was asked” — The lesson: Before, ¶1 (contradicts): Nobody, or nobody who counted?",
    ]
    assert essay["Asked"]
    assert (single["Chosen"], single["Answer"]) == ("", "")
    options = readings.document(assignment.edition_id).questions[2]["options"]
    assert multiple["Chosen"].split("\n") == [options[1]["text"], options[2]["text"]]


def test_who_has_handed_in_nothing_has_rows_without_words_and_a_draft_stays_hers(
    cast: Cast, assignment: Assignment
) -> None:
    draft = work.submission_of(assignment, cast.classmate)
    actions.save_draft(draft, body=work.body_for(assignment, "Not yet."), if_rev=0, by=cast.classmate)
    rows = read(exports.answers(assignment, by=cast.teacher, now=clock.now()))
    assert [(row["Student"], row["Question"]) for row in rows] == [
        (name, n) for name in ("Classmate", "Student") for n in "123"
    ]
    assert not any(row["Answer"] for row in rows)
    for file in (
        exports.everything(cast.room, by=cast.teacher, now=clock.now()),
        exports.marks(assignment, by=cast.teacher, now=clock.now()),
    ):
        assert b"Not yet." not in b"".join(file.parts)


def test_words_of_a_source_are_told_with_its_letter_and_title(cast: Cast) -> None:
    world = corrected.make(cast)
    rows = {row["Student"]: row for row in read(exports.answers(world.assignment, by=cast.teacher, now=clock.now()))}
    assert rows["Student"]["Cited"].split("\n") == [
        "“They pay by the stone.” — Source A. A wall, A1 (supports)",
        "“nobody was asked” — The lesson: S, ¶1 (supports)",
    ]


# --- Everything -------------------------------------------------------------------------------------------------------


def whole(room: Classroom, by: User) -> dict[str, Any]:
    return json.loads(b"".join(exports.everything(room, by=by, now=AFTER).parts))


def test_a_class_goes_out_whole_and_every_id_in_it_leads_somewhere(cast: Cast, due: Assignment) -> None:
    submission = returned(due, cast.student, cast.teacher)
    found = whole(cast.room, cast.teacher)
    assert (found["schema"], found["classroom"]["name"]) == (1, "History 10B")
    people = {one["id"]: one["name"] for one in found["people"]}
    assert {"Student", "Classmate", "Teacher", "Removed"} <= set(people.values())
    (given,) = found["assignments"]
    assert given["due"] == {
        "at": "2026-03-20T22:59:00Z",
        "date": "2026-03-20",
        "time": "23:59",
        "zone": "Europe/Warsaw",
    }
    works = {one["student"]: one for one in found["submissions"]}
    mine = works[str(cast.student.pk)]
    assert (mine["state"], mine["mark"], mine["score"], mine["counted"]) == ("returned", "scored", "7.00", 1)
    assert works[str(cast.classmate.pk)]["mark"] == "missing"
    (attempt,) = found["attempts"]
    assert answers.body_sha256(attempt["body"]) == attempt["receipt"]["body_sha256"]
    assert attempt["submission"] == str(submission.pk)
    (grade,) = found["grades"]
    assert (grade["status"], grade["final_score"], grade["feedback"]) == ("returned", "7.00", "Well seen.")
    (decided,) = found["timings"]
    assert (decided["submission"], decided["number"], decided["result"]) == (str(submission.pk), 1, "on_time")
    names = [event["name"] for event in found["events"] if event["submission"] == str(submission.pk)]
    assert [event["seq"] for event in found["events"] if event["submission"] == str(submission.pk)] == [
        *range(1, len(names) + 1)
    ]
    assert "return" in names
    for event in found["events"]:
        assert event["actor"] is None or event["actor"] in people


def test_the_corrections_that_concern_a_class_go_out_with_it_as_the_interface_tells_them(cast: Cast) -> None:
    world = corrected.make(cast)
    for acknowledge in (False, True):
        if acknowledge:
            actions.acknowledge_erratum(cast.room, world.erratum.pk, by=cast.teacher)
        told = ApiClient().as_(cast.teacher).get(f"/api/v1/classrooms/{cast.room.pk}/errata").json()["results"]
        found = whole(cast.room, cast.teacher)["errata"]
        assert found == told
        (one,) = found
        assert one["note"] == corrected.NOTE
        assert one["assignments"] == [str(world.assignment.pk)]
        assert one["citing"] == [{"submission": str(world.cites.pk), "student": "Student"}]
        assert (one["acknowledged"] is not None) == acknowledge
    assert whole(cast.other_room, cast.other_teacher)["errata"] == []


def test_nothing_of_another_class_or_of_a_deleted_assignment_is_in_it(cast: Cast, due: Assignment) -> None:
    theirs = actions.create_assignment(cast.other_room, edition=due.edition, by=cast.other_teacher, title="Only room B")
    work.hand_in(work.submission_of(theirs, cast.other_student))
    gone = work.make_assignment(cast, due.edition, title="Gone")
    work.hand_in(work.submission_of(gone, cast.student), work.body_for(gone, "Gone words."))
    actions.delete_assignment(gone, by=cast.teacher)
    raw = json.dumps(whole(cast.room, cast.teacher))
    assert "Only room B" not in raw
    assert str(cast.other_student.pk) not in raw
    assert "Gone" not in raw


def test_an_empty_class_is_a_whole_document(cast: Cast) -> None:
    found = whole(cast.room, cast.teacher)
    assert found["assignments"] == found["submissions"] == found["events"] == found["errata"] == []


# --- What it costs ----------------------------------------------------------------------------------------------------


def files(room: Classroom, made: Assignment, by: User) -> Iterable[Callable[[], object]]:
    now = clock.now()
    yield lambda: b"".join(exports.marks(made, by=by, now=now).parts)
    yield lambda: b"".join(exports.answers(made, by=by, now=now).parts)
    yield lambda: b"".join(exports.board(room, by=by, now=now).parts)
    yield lambda: b"".join(exports.everything(room, by=by, now=now).parts)


def test_each_file_costs_the_same_for_three_students_and_for_thirty(
    cast: Cast, assignment: Assignment, queries: Queries
) -> None:
    joins(cast, "third", "Third")
    work.hand_in(work.submission_of(assignment, cast.student))
    readings.document(assignment.edition_id)
    few = [queries(file) for file in files(cast.room, assignment, cast.teacher)]
    for n in range(27):
        one = joins(cast, f"many{n}", f"Many {n}")
        work.hand_in(work.submission_of(assignment, one))
    for n in range(5):
        work.make_assignment(cast, assignment.edition, title=f"More {n}")
    many = [queries(file) for file in files(cast.room, assignment, cast.teacher)]
    assert many == few
    assert len(marks(assignment, cast.teacher)) == 30


def test_a_long_file_is_not_held_in_memory(cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assignments.exports.written.CHUNK", 4)
    monkeypatch.setattr("assignments.exports.whole.CHUNK_OF_BODIES", 4)
    long = "word " * 20_000  # 100 kB

    def peak() -> int:
        now = clock.now()
        tracemalloc.start()
        for file in (
            exports.answers(assignment, by=cast.teacher, now=now),
            exports.everything(cast.room, by=cast.teacher, now=now),
        ):
            for _part in file.parts:
                pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    def more(first: int, last: int) -> None:
        for n in range(first, last):
            one = joins(cast, f"long{n}", f"Long {n}")
            work.hand_in(work.submission_of(assignment, one), work.body_for(assignment, long))

    more(0, 6)
    some = peak()
    more(6, 24)
    assert Attempt.objects.count() == 24
    assert peak() < 1.5 * some


# --- Who took it ------------------------------------------------------------------------------------------------------


def test_whoever_takes_a_file_is_written_down(cast: Cast, assignment: Assignment) -> None:
    before = AuditEntry.objects.count()
    for file in files(cast.room, assignment, cast.teacher):
        file()
    entries = AuditEntry.objects.order_by("pk")[before:]
    assert [(entry.action, entry.actor_id, entry.subject_id) for entry in entries] == [
        ("marks exported", cast.teacher.pk, str(assignment.pk)),
        ("answers exported", cast.teacher.pk, str(assignment.pk)),
        ("class board exported", cast.teacher.pk, str(cast.room.pk)),
        ("class exported", cast.teacher.pk, str(cast.room.pk)),
    ]


def test_a_script_that_takes_file_after_file_is_stopped(cast: Cast, assignment: Assignment) -> None:
    for _n in range(60):
        exports.marks(assignment, by=cast.teacher, now=clock.now())
    with pytest.raises(RateLimited):
        exports.marks(assignment, by=cast.teacher, now=clock.now())
    exports.marks(assignment, by=cast.co_teacher, now=clock.now())
