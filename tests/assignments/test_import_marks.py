"""Marks that come back from a spreadsheet: exactly what was changed in it, as drafts, and never over newer ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from assignments import actions, exports
from assignments.exports import cells, marksheet
from assignments.lifecycle import State
from assignments.models import Assignment, Event, Excuse, Grade, Submission
from destalin_site.common.errors import ValidationFailed
from tests.api_client import ApiClient
from tests.assignments import remarks, rubric, work
from tests.assignments.test_exports import joins
from tests.cast import Cast

Queries = Callable[[Callable[[], object]], int]
AFTER = work.at("2026-03-25T08:00:00Z")


def taken(assignment: Assignment, by: User) -> list[list[str]]:
    """The marks as a spreadsheet shows them."""
    raw = b"".join(exports.marks(assignment, by=by, now=AFTER).parts).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(raw, newline="")))


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def changed(rows: list[list[str]], name: str, **cells_of: str) -> list[list[str]]:
    """The same table with other words in these columns of this student's row."""
    headings = rows[0]
    found = [list(row) for row in rows]
    for row in found[1:]:
        if row[0] == name:
            for column, value in cells_of.items():
                row[headings.index(column.replace("_of_", " "))] = value
    return found


def imported(assignment: Assignment, file: str | bytes, by: User) -> actions.MarksImport:
    """The rehearsal and then the real thing, which must come to the same."""
    lines = actions.read_marks(assignment, file, pointer="/csv")
    before = facts()
    told = actions.rehearse_marks(assignment, lines, by=by)
    assert facts() == before, "a rehearsal leaves no trace"
    done = actions.import_marks(assignment, lines, by=by)
    assert summary(told) == summary(done)
    return done


def facts() -> list[object]:
    grades = list(Grade.objects.order_by("pk").values())
    return [grades, list(Submission.objects.order_by("pk").values()), Event.objects.count(), AuditEntry.objects.count()]


def summary(found: actions.MarksImport) -> object:
    rows = [(row.name, row.before, row.after, row.error and code(row.error)) for row in found.rows]
    return rows, found.unchanged, found.absent


def code(error: object) -> str:
    errors = error.extra.get("errors")  # type: ignore[attr-defined]
    return errors[0]["code"] if errors else error.code  # type: ignore[attr-defined]


def refusals(found: actions.MarksImport) -> dict[str, str]:
    return {row.name: code(row.error) for row in found.refused}


def draft(assignment: Assignment, student: User) -> Grade:
    return Grade.objects.get(submission=work.submission_of(assignment, student), status="draft")


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """The student's work has draft marks, the classmate's waits."""
    with time_machine.travel(work.at("2026-03-01T08:00:00Z"), tick=False):
        found = work.make_assignment(cast, title="Walls", due=work.due("2026-03-20 23:59"))
    for student in (cast.student, cast.classmate):
        work.hand_in(work.submission_of(found, student), received_at=work.at("2026-03-20T19:41:07Z"))
    marks = [{**mark, "points": mark["points"] % 3, "comment": "See B4."} for mark in work.full_marks(found)]
    submission = work.submission_of(found, cast.student)
    work.mark(submission, cast.teacher, questions=marks, feedback="=Well seen\r\n-1 for the date")
    actions.release(submission, by=cast.teacher)
    return found


def test_a_file_that_nobody_changed_changes_nothing(cast: Cast, assignment: Assignment) -> None:
    file = b"".join(exports.marks(assignment, by=cast.teacher, now=AFTER).parts)
    before = facts()
    found = imported(assignment, file, cast.teacher)
    assert (found.rows, found.unchanged, found.absent) == ([], 2, 0)
    assert facts() == before


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_a_spreadsheet_saved_again_changes_nothing(
    cast: Cast, assignment: Assignment, delimiter: str, coding: str
) -> None:
    rows = [[cell.replace("\r\n", "\n") for cell in row] for row in taken(assignment, cast.teacher)]
    rows = [[*row, "", ""] for row in rows] + [[""] * len(rows[0])]
    place = rows[0].index("entered_score")
    rows[1][place] = rows[1][place] and f"{rows[1][place]},00"
    found = imported(assignment, written(rows, delimiter).encode(coding), cast.teacher)
    assert (found.rows, found.unchanged) == ([], 2)


def test_a_file_of_before_there_was_a_column_for_devices_is_read_as_ever(cast: Cast, assignment: Assignment) -> None:
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="5")
    gone = [rows[0].index(name) for name in ("Finished on the device", "captured_trust")]
    older = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows]
    assert [(row.name, row.after.score) for row in imported(assignment, written(older), cast.teacher).changes] == [
        ("Student", Decimal(5))
    ]


def test_what_was_not_touched_stays_whatever_became_of_its_marks_since(cast: Cast, assignment: Assignment) -> None:
    rows = taken(assignment, cast.teacher)
    work.mark(work.submission_of(assignment, cast.student), cast.teacher, feedback="Better words")
    found = imported(assignment, written(rows), cast.teacher)
    assert (found.rows, found.unchanged) == ([], 2)
    assert draft(assignment, cast.student).feedback == "Better words"


def test_a_changed_score_becomes_a_total_of_the_teachers_own_and_the_rest_stays(
    cast: Cast, assignment: Assignment
) -> None:
    earlier = draft(assignment, cast.student)
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="5,5")
    found = imported(assignment, written(rows), cast.teacher)
    (row,) = found.changes
    assert (row.name, row.before.score, row.after and row.after.score) == ("Student", Decimal(4), Decimal("5.5"))
    grade = draft(assignment, cast.student)
    assert (grade.override, grade.final_score, grade.saved_by) == (Decimal("5.5"), Decimal("5.50"), cast.teacher)
    assert (grade.marks, grade.feedback, grade.version) == (earlier.marks, earlier.feedback, earlier.version + 1)
    # Nobody holds the work, and nobody was given anything back.
    submission = work.submission_of(assignment, cast.student)
    assert (submission.state, submission.claimed_by, submission.returned_grade) == (State.SUBMITTED, None, None)
    assert AuditEntry.objects.get(action="marks imported").facts == {"changed": 1, "refused": 0}


def test_feedback_comes_back_as_it_was_typed_also_where_a_spreadsheet_would_compute_it(
    cast: Cast, assignment: Assignment
) -> None:
    rows = taken(assignment, cast.teacher)
    cell = rows[1 + [row[0] for row in rows[1:]].index("Student")][rows[0].index("feedback")]
    assert cell == "'=Well seen\r\n'-1 for the date"
    rows = changed(rows, "Student", feedback=f"{cell}\n'+1 for the place; but")
    found = imported(assignment, written(rows), cast.teacher)
    (row,) = found.changes
    assert row.before.feedback == "=Well seen\r\n-1 for the date"
    assert draft(assignment, cast.student).feedback == "=Well seen\r\n-1 for the date\n+1 for the place; but"
    # The score, which nobody touched, is the sum of the questions still.
    assert draft(assignment, cast.student).override is None


def test_work_without_marks_gets_them(cast: Cast, assignment: Assignment) -> None:
    rows = changed(taken(assignment, cast.teacher), "Classmate", entered_score="0", feedback="Nothing here answers.")
    imported(assignment, written(rows), cast.teacher)
    grade = draft(assignment, cast.classmate)
    assert (grade.override, grade.final_score, grade.feedback) == (0, 0, "Nothing here answers.")
    assert work.submission_of(assignment, cast.classmate).grade_ready


def test_the_same_file_once_more_changes_nothing(cast: Cast, assignment: Assignment) -> None:
    file = written(changed(taken(assignment, cast.teacher), "Student", entered_score="6"))
    assert len(imported(assignment, file, cast.teacher).changes) == 1
    assert imported(assignment, file, cast.teacher).rows == []


def test_marks_that_were_saved_after_the_file_was_made_are_not_written_over(cast: Cast, assignment: Assignment) -> None:
    file = written(changed(taken(assignment, cast.teacher), "Student", entered_score="6"))
    work.mark(work.submission_of(assignment, cast.student), cast.co_teacher, score=Decimal(3), feedback="Mine")
    actions.release(work.submission_of(assignment, cast.student), by=cast.co_teacher)
    found = imported(assignment, file, cast.teacher)
    assert refusals(found) == {"Student": "version-stale"}
    assert found.refused[0].before == actions.MarksSaid(Decimal(3), Decimal(3), "Mine")
    assert draft(assignment, cast.student).override == 3


def test_a_new_hand_in_makes_the_marks_of_the_file_old_ones(cast: Cast, assignment: Assignment) -> None:
    file = written(changed(taken(assignment, cast.teacher), "Student", entered_score="6"))
    work.hand_in(work.submission_of(assignment, cast.student), received_at=work.at("2026-03-20T20:41:07Z"))
    assert refusals(imported(assignment, file, cast.teacher)) == {"Student": "version-stale"}


@pytest.mark.parametrize("again", [False, True], ids=["as it was", "handed in again"])
@pytest.mark.parametrize("returned", [False, True], ids=["not marked", "returned"])
def test_marks_of_a_file_are_for_the_hand_in_that_it_was_made_of(cast: Cast, returned: bool, again: bool) -> None:
    """Nothing in this work is marked by a key, so that no version of marks tells of another hand-in."""
    assignment = work.make_assignment(cast, remarks.make_edition(), resubmission=True)
    mine = work.submission_of(assignment, cast.student)
    work.hand_in(mine)
    if returned:
        work.mark(mine, cast.teacher, score=Decimal(3))
        actions.return_grade(work.reread(mine), by=cast.teacher)
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="2", feedback="")
    if again:
        work.hand_in(work.reread(mine), work.body_for(assignment, "Said better."))
    found = imported(assignment, written(rows), cast.teacher)
    if again:
        assert refusals(found) == {"Student": "version-stale"}
        assert not Grade.objects.filter(status="draft").exists()
    else:
        assert [row.name for row in found.changes] == ["Student"]
        assert draft(assignment, cast.student).entered_score == 2


def test_a_file_of_before_it_named_the_hand_in_is_read_as_ever(cast: Cast, assignment: Assignment) -> None:
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="5")
    place = rows[0].index("marks_version")
    older = [rows[0], *([*row[:place], row[place].replace("-1.", "."), *row[place + 1 :]] for row in rows[1:])]
    assert older != rows
    assert [row.name for row in imported(assignment, written(older), cast.teacher).changes] == ["Student"]


def test_a_changed_mark_that_was_returned_is_a_draft_beside_it(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    given = actions.return_grade(submission, by=cast.teacher)
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="6")
    imported(assignment, written(rows), cast.teacher)
    submission = work.reread(submission)
    assert (submission.state, submission.returned_grade) == (State.RETURNED, given)
    assert (draft(assignment, cast.student).override, given.override) == (6, None)


def test_an_empty_cell_takes_an_own_total_away_and_leaves_the_questions(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    found = imported(
        assignment, written(changed(taken(assignment, cast.teacher), "Student", entered_score="")), cast.teacher
    )
    assert refusals(found) == {"Student": "sum-stays"}
    grade = draft(assignment, cast.student)
    points = [{"question": m["question"], "points": Decimal(m["points"])} for m in grade.marks]
    work.mark(submission, cast.teacher, questions=points, score=Decimal(6))
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="")
    (row,) = imported(assignment, written(rows), cast.teacher).changes
    assert (row.before.score, row.after and row.after.score) == (6, 4)


def test_points_and_levels_of_a_rubric_stay(cast: Cast) -> None:
    given = work.make_assignment(cast, rubric.make_edition())
    submission = work.submission_of(given, cast.student)
    work.hand_in(submission)
    choices = rubric.levels(given, "Sourcing: sound")
    work.mark(submission, cast.teacher, questions=[], criteria=choices)
    earlier = draft(given, cast.student)
    rows = changed(taken(given, cast.teacher), "Student", feedback="Go on.")
    assert len(imported(given, written(rows), cast.teacher).changes) == 1
    grade = draft(given, cast.student)
    assert (grade.criteria, grade.marks, grade.entered_score) == (
        earlier.criteria,
        earlier.marks,
        earlier.entered_score,
    )


@pytest.mark.parametrize(
    ("cells_of", "why"),
    [
        ({"entered_score": "8"}, "above-possible"),
        ({"entered_score": "-1"}, "below-zero"),
        ({"entered_score": "1.005"}, "too-fine"),
        ({"entered_score": "four"}, "number"),
        ({"entered_score": "1e3"}, "number"),
        ({"entered_score": "٤"}, "number"),
        ({"feedback": "x" * 50_001}, "too-long"),
        ({"marks_version": "7"}, "version"),
        ({"submission_id": "1"}, "ids"),
        ({"Score": "4.5"}, "beside"),
        ({"Student": "Studnet", "entered_score": "5"}, "beside"),
    ],
)
def test_a_row_that_cannot_be_saved_is_told_and_keeps_nobody_else_back(
    cast: Cast, assignment: Assignment, cells_of: dict[str, str], why: str
) -> None:
    rows = changed(taken(assignment, cast.teacher), "Classmate", feedback="Good.")
    found = imported(assignment, written(changed(rows, "Student", **cells_of)), cast.teacher)
    assert list(refusals(found).values()) == [why]
    assert [row.name for row in found.changes] == ["Classmate"]
    assert draft(assignment, cast.student).entered_score == 4


def test_points_of_a_question_are_not_read_back_and_that_is_told(cast: Cast, assignment: Assignment) -> None:
    rows = taken(assignment, cast.teacher)
    question = next(name for name in rows[0] if name.startswith("Question 1"))
    found = imported(assignment, written(changed(rows, "Student", **{question: "3"})), cast.teacher)
    assert refusals(found) == {"Student": "beside"}


def test_cells_that_were_sorted_away_from_their_rows_are_noticed(cast: Cast, assignment: Assignment) -> None:
    rows = taken(assignment, cast.teacher)
    place = rows[0].index("submission_id")
    rows[1][place], rows[2][place] = rows[2][place], rows[1][place]
    assert set(refusals(imported(assignment, written(rows), cast.teacher)).values()) == {"beside"}
    place = rows[0].index("Student")
    assert set(refusals(imported(assignment, written([row[place + 1 :] for row in rows]), cast.teacher)).values()) == {
        "ids"
    }


def test_a_row_that_stands_there_twice_is_saved_neither_time(cast: Cast, assignment: Assignment) -> None:
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="6")
    again = changed(rows, "Student", entered_score="5")
    found = imported(
        assignment, written([*rows, again[1:][[row[0] for row in rows[1:]].index("Student")]]), cast.teacher
    )
    assert [code(row.error) for row in found.refused] == ["twice", "twice"]
    assert draft(assignment, cast.student).entered_score == 4


def test_a_row_of_another_assignment_is_none_of_this_one(cast: Cast, assignment: Assignment) -> None:
    other = work.make_assignment(cast, title="Gates")
    rows = changed(taken(other, cast.teacher), "Student", entered_score="6")
    found = imported(assignment, written(rows), cast.teacher)
    assert set(refusals(found).values()) == {"not-here"}
    assert found.absent == 2


def test_excused_work_and_work_that_a_colleague_reads_are_left_alone(cast: Cast, assignment: Assignment) -> None:
    rows = taken(assignment, cast.teacher)
    actions.claim(work.submission_of(assignment, cast.student), by=cast.co_teacher)
    excused = work.submission_of(assignment, cast.classmate)
    actions.excuse(excused, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    rows = changed(changed(rows, "Student", feedback="Hm."), "Classmate", entered_score="3")
    found = imported(assignment, written(rows), cast.teacher)
    assert refusals(found) == {"Student": "claim-held", "Classmate": "state-conflict"}


def test_who_grades_a_piece_of_work_goes_on_grading_it(cast: Cast, assignment: Assignment) -> None:
    actions.claim(work.submission_of(assignment, cast.student), by=cast.teacher)
    rows = changed(taken(assignment, cast.teacher), "Student", feedback="Hm.")
    assert len(imported(assignment, written(rows), cast.teacher).changes) == 1
    assert work.submission_of(assignment, cast.student).claimed_by == cast.teacher


def test_a_row_without_marks_of_somebody_who_handed_nothing_in_can_get_some(cast: Cast, assignment: Assignment) -> None:
    late = joins(cast, "late", "Late")
    rows = changed(taken(assignment, cast.teacher), "Late", entered_score="0")
    assert [row.name for row in imported(assignment, written(rows), cast.teacher).changes] == ["Late"]
    assert work.submission_of(assignment, late).state == State.ASSIGNED


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"a,b\r\n1,2", "columns"),
        (b"PK\x03\x04 a workbook", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "spreadsheet"),
        ("student_id,Łódź".encode("cp1250"), "encoding"),
        (b"\xff\xfe\x00", "encoding"),
        (b"student_id\x00", "not-text"),
        (b"x" * 3_000_001, "too-large"),
        (b'"' + b"x" * 200_000, "not-a-table"),
        (b"student_id,submission_id,marks_version,entered_score,feedback,feedback\r\n", "twice"),
        (b"student_id,submission_id,marks_version,entered_score,feedback\r\n" + b"1,,,,\r\n" * 2001, "too-many-rows"),
    ],
)
def test_what_is_no_file_of_marks_is_refused_by_name(cast: Cast, assignment: Assignment, raw: bytes, why: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        actions.read_marks(assignment, raw, pointer="/csv")
    assert code(refused.value) == why


def test_what_is_missing_from_a_file_is_named(cast: Cast, assignment: Assignment) -> None:
    rows = [row[:-1] for row in taken(assignment, cast.teacher)]
    with pytest.raises(ValidationFailed) as refused:
        actions.read_marks(assignment, written(rows, ";"), pointer="/csv")
    assert "columns are missing: feedback." in refused.value.extra["errors"][0]["message"]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    st.none() | st.decimals(0, 999, places=2),
)
def test_any_feedback_and_score_read_back_as_untouched(feedback: str, score: Decimal | None) -> None:
    student, submission = work.a_uuid(1), work.a_uuid(2)
    said = {"hand_in": 2, "score": score, "feedback": feedback}
    mark = marksheet.stamp(submission, student, 3, **said, beside=["=Name", score])
    headings = ["Student", "Score", *marksheet.NEEDED]
    row = ["=Name", score, student, submission, mark, score, feedback]
    raw = b"".join(cells.lines([headings, row]))
    (line,) = marksheet.read(raw, beside=["Student", "Score"])
    assert (line.touched, line.fault, line.version, line.hand_in) == (False, "", 3, 2)
    assert (line.score, line.feedback) == (score, feedback)


@given(st.binary(max_size=300))
def test_no_bytes_bring_the_reading_down(raw: bytes) -> None:
    start = b"student_id,submission_id,marks_version,entered_score,feedback\r\n"
    for file in (raw, start + raw):
        try:
            marksheet.read(file, beside=["Student"])
        except marksheet.MarksFileRefused:
            continue


def test_rows_that_were_not_touched_cost_no_query_of_their_own(
    cast: Cast, assignment: Assignment, queries: Queries
) -> None:
    def cost() -> int:
        lines = actions.read_marks(assignment, written(taken(assignment, cast.teacher)), pointer="/csv")
        return queries(lambda: actions.rehearse_marks(assignment, lines, by=cast.teacher))

    few = cost()
    for n in range(10):
        joins(cast, f"more{n}", f"More {n}")
    assert cost() == few


# --- Through REST and on a page ---------------------------------------------------------------------------------------


def test_rest_rehearses_and_then_does_it_once(cast: Cast, assignment: Assignment, api: ApiClient) -> None:
    teacher = api.as_(cast.teacher)
    address = f"/api/v1/assignments/{assignment.pk}/marks"
    earlier = draft(assignment, cast.student)
    rows = changed(taken(assignment, cast.teacher), "Student", entered_score="6.5")
    file = written(changed(rows, "Classmate", entered_score="80"))
    told = teacher.post(address, {"csv": file, "dry_run": True}, headers={"Idempotency-Key": "look"})
    assert told.status_code == 200
    (row,) = told.json()["changed"]
    assert (row["row"], row["name"], row["before"]["entered_score"], row["after"]["entered_score"]) == (
        *(3, "Student"),
        *("4.00", "6.50"),
    )
    (kept,) = told.json()["refused"]
    assert (kept["name"], kept["problem"]["errors"][0]["code"]) == ("Classmate", "above-possible")
    assert draft(assignment, cast.student).override is None

    done = teacher.post(address, {"csv": file, "dry_run": False}, headers={"Idempotency-Key": "do"})
    again = teacher.post(address, {"csv": file, "dry_run": False}, headers={"Idempotency-Key": "do"})
    assert done.json() == again.json()
    assert (done.json()["changed"], done.json()["dry_run"]) == (told.json()["changed"], False)
    assert again["Idempotency-Replayed"] == "true"
    assert draft(assignment, cast.student).override == Decimal("6.5")
    assert draft(assignment, cast.student).version == earlier.version + 1


def test_rest_needs_a_key_and_a_file_of_marks(cast: Cast, assignment: Assignment, api: ApiClient) -> None:
    teacher = api.as_(cast.teacher)
    address = f"/api/v1/assignments/{assignment.pk}/marks"
    file = written(taken(assignment, cast.teacher))
    assert teacher.post(address, {"csv": file, "dry_run": False}).status_code == 400
    refused = teacher.post(address, {"csv": "name;points", "dry_run": False}, headers={"Idempotency-Key": "do"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/csv")


def _file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("marks.csv", text.encode(), "text/csv")


def test_the_page_shows_what_would_change_and_then_changes_it(cast: Cast, assignment: Assignment) -> None:
    client, address = Client(), f"/assignments/{assignment.pk}/import/marks/"
    client.force_login(cast.teacher)
    file = written(changed(taken(assignment, cast.teacher), "Student", entered_score="6.5"))
    shown = client.post(address, {"file": _file(file)})
    assert "The marks of 1 student would be changed." in shown.content.decode()
    assert draft(assignment, cast.student).override is None
    done = client.post(address, {"rows": shown.context["kept"]})
    assert "The marks of 1 student were changed." in done.content.decode()
    assert draft(assignment, cast.student).override == Decimal("6.5")


def test_more_than_a_form_may_carry_is_shown_and_then_changed(
    cast: Cast, assignment: Assignment, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000
    said = secrets.token_hex(24_000)
    client, address = Client(), f"/assignments/{assignment.pk}/import/marks/"
    client.force_login(cast.teacher)
    file = written(changed(taken(assignment, cast.teacher), "Student", feedback=said))
    shown = client.post(address, {"file": _file(file)})
    done = client.post(address, {"rows": shown.context["kept"]})
    assert "The marks of 1 student were changed." in done.content.decode()
    assert draft(assignment, cast.student).feedback == said


def test_what_was_shown_is_confirmed_within_the_hour_by_whom_it_was_shown_to(
    cast: Cast, assignment: Assignment
) -> None:
    client, address = Client(), f"/assignments/{assignment.pk}/import/marks/"
    file = written(changed(taken(assignment, cast.teacher), "Student", entered_score="6.5"))
    client.force_login(cast.teacher)
    kept = client.post(address, {"file": _file(file)}).context["kept"]
    other = work.make_assignment(cast, title="Gates")
    assert client.post(f"/assignments/{other.pk}/import/marks/", {"rows": kept}).status_code == 409
    assert client.post(address, {"rows": kept[:-1]}).status_code == 409
    client.force_login(cast.co_teacher)
    assert client.post(address, {"rows": kept}).status_code == 409
    client.force_login(cast.teacher)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)):
        client.force_login(cast.teacher)
        assert client.post(address, {"rows": kept}).status_code == 409
    assert draft(assignment, cast.student).override is None


def test_a_file_that_is_none_is_refused_beside_the_field(cast: Cast, assignment: Assignment) -> None:
    client = Client()
    client.force_login(cast.teacher)
    for raw in (b"", b"x" * 50_000_000, "Łódź".encode("cp1250"), b"PK\x03\x04"):
        file = SimpleUploadedFile("marks.csv", raw, "text/csv")
        answer = client.post(f"/assignments/{assignment.pk}/import/marks/", {"file": file})
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
