"""What counts, through REST and in files: which grade is the mark, and what missing work counts as."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
import pytest
import time_machine

from assignments import actions, exports, marks_moving
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.assignments.work import due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hands() -> Iterator[time_machine.Traveller]:
    """A day after the due time."""
    with time_machine.travel("2026-05-02T10:00Z", tick=False) as hands:
        yield hands


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Seven points; missing work counts as a fifth of them. The student has five points and then three; the classmate
    has handed in nothing."""
    made = work.make_assignment(cast, due=due("2026-05-01T12:00"), missing_percent=20, resubmission=True)
    submission = work.submission_of(made, cast.student)
    for score in ("5", "3"):
        work.hand_in(reread(submission))
        actions.claim(submission, by=cast.teacher)
        work.mark(submission, cast.teacher, questions=[], score=Decimal(score))
        actions.return_grade(submission, by=cast.teacher)
    return made


@pytest.fixture
def missing(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.classmate)


def key(**more: str) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7()), **more}


def of(api: ApiClient, person: Any, submission: Submission) -> dict[str, Any]:
    return api.as_(person).get(f"/api/v1/submissions/{submission.pk}").json()


def test_the_preview_is_applied_as_it_was_shown(cast: Cast, api: ApiClient, assignment: Assignment) -> None:
    teacher, address = api.as_(cast.teacher), f"/api/v1/assignments/{assignment.pk}/counts"
    shown = teacher.get(f"{address}?counts=best").json()
    assert [(each["student"]["name"], each["old"]["score"], each["new"]["score"]) for each in shown["moves"]] == [
        ("Student", "3.00", "5.00")
    ]
    assert shown["marks"] == 1
    said = {"counts": "best", "preview": shown["preview"]}
    assert teacher.post(address, said, headers=key()).json() == shown
    row = work.submission_of(assignment, cast.student)
    mark = of(api, cast.student, row)
    assert (mark["returned"]["score"], mark["mark"]["score"], mark["mark"]["attempt"]) == ("3.00", "5.00", 1)
    assert teacher.get(f"/api/v1/assignments/{assignment.pk}").json()["counts"] == "best"
    stale = teacher.post(address, said, headers=key())
    assert (stale.status_code, code(stale)) == (412, "version-stale")


def test_what_counts_is_said_at_first_and_not_changed_without_its_preview(
    cast: Cast, api: ApiClient, assignment: Assignment
) -> None:
    teacher = api.as_(cast.teacher)
    body = {"classroom": str(cast.room.pk), "edition": assignment.edition_id, "title": "More", "counts": "first"}
    made = teacher.post("/api/v1/assignments", body).json()
    assert made["counts"] == "first"
    address = f"/api/v1/assignments/{made['id']}"
    assert code(teacher.patch(address, {"counts": "best"}, headers={"If-Match": '"a1"'})) == "validation-failed"
    patched = teacher.patch(address, {"missing_percent": 0}, headers={"If-Match": '"a1"'})
    assert patched.json()["missing_percent"] == 0
    assert teacher.get(f"{address}/counts?counts=nonsense").status_code == 400


def test_a_teacher_picks_and_the_student_reads_why(cast: Cast, api: ApiClient, assignment: Assignment) -> None:
    row, teacher = work.submission_of(assignment, cast.student), api.as_(cast.teacher)
    address = f"/api/v1/submissions/{row.pk}/pick"
    first = teacher.get(address).json()["results"][0]
    refused = teacher.put(address, {"grade": first["grade"], "reason": "Better"})
    assert code(refused) == "state-conflict"
    counts = f"/api/v1/assignments/{assignment.pk}/counts"
    tag = teacher.get(f"{counts}?counts=pick").json()["preview"]
    teacher.post(counts, {"counts": "pick", "preview": tag}, headers=key())
    assert code(teacher.put(address, {"grade": str(uuid7()), "reason": "Better"})) == "validation-failed"
    assert teacher.put(address, {"grade": first["grade"], "reason": "Better"}).json()["mark"]["score"] == "5.00"
    last = api.as_(cast.student).get(f"/api/v1/submissions/{row.pk}/log").json()["results"][-1]
    assert (last["what"], last["old"], last["new"], last["reason"]) == ("picked", "3.00", "5.00", "Better")
    assert teacher.get(address).json()["picked"] == first["grade"]
    assert teacher.delete(address).status_code == 204
    assert of(api, cast.student, row)["mark"]["score"] == "3.00"


def test_what_is_projected_is_made_final_row_by_row_and_taken_back(
    cast: Cast, api: ApiClient, assignment: Assignment, missing: Submission
) -> None:
    teacher, address = api.as_(cast.teacher), f"/api/v1/assignments/{assignment.pk}/final-marks"
    listed = teacher.get(address)
    assert [(row["student"]["name"], row["missing"]) for row in listed.json()["results"]] == [
        ("Classmate", {"projected": "1.40", "final": None, "out_of": "7.00"})
    ]
    other = work.submission_of(assignment, cast.student)
    body = {"submissions": [str(missing.pk), str(other.pk)], "reason": "The term is over"}
    assert code(teacher.post(address, body, headers=key())) == "precondition-required"
    answer = teacher.post(address, body, headers=key(**{"If-Match": listed["ETag"]})).json()["results"]
    assert {row["submission"]: row["status"] for row in answer} == {str(missing.pk): 200, str(other.pk): 409}
    told = of(api, cast.classmate, missing)
    assert told["missing"] == {"projected": None, "final": "1.40", "out_of": "7.00"}
    assert (told["state"], told["mark"], told["returned"], told["timing"]["result"]) == (
        "assigned",
        None,
        None,
        "missing",
    )
    undone = teacher.post(f"{address}/undone", {"submissions": [str(missing.pk)]}, headers=key()).json()
    assert [row["status"] for row in undone["results"]] == [200]
    assert of(api, cast.classmate, missing)["missing"]["projected"] == "1.40"


def test_upon_another_version_of_the_assignment_nothing_is_made_final(
    cast: Cast, api: ApiClient, assignment: Assignment, missing: Submission
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, missing_percent=0)
    address = f"/api/v1/assignments/{assignment.pk}/final-marks"
    headers = key(**{"If-Match": '"a1"'})
    answer = api.as_(cast.teacher).post(address, {"submissions": [str(missing.pk)]}, headers=headers).json()
    assert [row["status"] for row in answer["results"]] == [412]
    assert not missing.final_marks.exists()


def rows(assignment: Assignment, cast: Cast) -> dict[str, dict[str, str]]:
    raw = b"".join(exports.marks(assignment, by=cast.teacher, now=clock.now()).parts).decode("utf-8-sig")
    return {row["Student"]: row for row in csv.DictReader(io.StringIO(raw, newline=""))}


COLUMNS = ("mark", "Score", "missing_projected", "missing_final", "missing_out_of")


def test_nought_missing_excused_and_not_scored_stay_four_things_in_files(
    cast: Cast, assignment: Assignment, missing: Submission
) -> None:
    def told() -> tuple[str, ...]:
        return tuple(rows(assignment, cast)["Classmate"][name] for name in COLUMNS)

    assert told() == ("missing", "", "1.4", "", "7")
    final = actions.make_final(missing, if_version=1, by=cast.teacher)
    assert told() == ("missing", "", "", "1.4", "7")
    actions.excuse(missing, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)
    assert told() == ("excused", "", "", "", "")
    actions.lift_excuse(missing, by=cast.teacher)
    assert told() == ("missing", "", "", "1.4", "7")
    work.hand_in(reread(missing))
    assert told() == ("not_scored", "", "", "", "")
    work.mark(missing, cast.teacher, questions=[], score=Decimal(0))
    actions.return_grade(missing, by=cast.teacher)
    assert told() == ("scored", "0", "", "", "")
    final.refresh_from_db()
    assert final.score == Decimal("1.40")


def test_the_board_as_a_file_has_the_same_columns(cast: Cast, assignment: Assignment, missing: Submission) -> None:
    actions.make_final(missing, if_version=1, by=cast.teacher)
    raw = b"".join(exports.board(cast.room, by=cast.teacher, now=clock.now()).parts).decode("utf-8-sig")
    found = {row["Student"]: row for row in csv.DictReader(io.StringIO(raw, newline=""))}
    mine = found["Classmate"]
    assert [mine[f"1. Walls: {code}"] for code in ("mark", "score", "missing_projected", "missing_final")] == [
        "missing",
        "",
        "",
        "1.4",
    ]
    assert mine["1. Walls: in words"] == "Not started, Missing, 1.4 of 7 final"


def test_a_file_of_marks_that_comes_back_as_it_left_makes_nothing_final(
    cast: Cast, assignment: Assignment, missing: Submission
) -> None:
    actions.make_final(missing, if_version=1, by=cast.teacher)
    raw = b"".join(exports.marks(assignment, by=cast.teacher, now=clock.now()).parts)
    found = actions.import_marks(assignment, actions.read_marks(assignment, raw, pointer="/csv"), by=cast.teacher)
    assert (found.changes, found.refused, found.unchanged) == ([], [], 2)


def test_the_file_of_a_class_has_both(cast: Cast, assignment: Assignment, missing: Submission) -> None:
    actions.make_final(missing, if_version=1, reason="The term is over", by=cast.teacher)
    raw = b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts)
    found = orjson.loads(raw)
    works = {each["student"]: each for each in found["submissions"]}
    mine, other = works[str(cast.student.pk)], works[str(cast.classmate.pk)]
    assert (mine["score"], mine["missing"], other["score"]) == ("3.00", None, None)
    assert other["missing"] == {"projected": None, "final": "1.40", "out_of": "7.00"}
    assert [(one["score"], one["reason"], one["ended"]) for one in found["final_marks"]] == [
        ("1.40", "The term is over", "")
    ]
    assert [(one["counts"], one["missing_percent"]) for one in found["assignments"]] == [("latest", 20)]
    versions = {one["version"]: one["final_score"] for one in found["grades"] if one["status"] == "returned"}
    assert versions[mine["grade_version"]] == "3.00"


def test_a_mark_of_an_earlier_hand_in_is_a_returned_one_in_every_file(cast: Cast, assignment: Assignment) -> None:
    row = Assignment.objects.get(pk=assignment.pk)
    tag = marks_moving.preview(row, "first").tag
    actions.change_counts(row, counts="first", preview=tag, by=cast.teacher)
    mine = rows(assignment, cast)["Student"]
    assert (mine["mark"], mine["Score"], mine["grade"]) == ("scored", "5", "returned")


def test_the_board_tells_it_beside_the_score(
    cast: Cast, api: ApiClient, assignment: Assignment, missing: Submission
) -> None:
    board = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/board").json()
    told = {row["student"]["name"]: (row["score"], row["missing"], row["badges"]) for row in board["rows"]}
    assert told["Classmate"] == (None, {"projected": "1.40", "final": None, "out_of": "7.00"}, ["missing"])
    assert told["Student"][:2] == ("3.00", None)


def test_the_student_finds_it_in_what_her_teacher_sees(
    cast: Cast, api: ApiClient, assignment: Assignment, missing: Submission
) -> None:
    actions.make_final(missing, if_version=1, by=cast.teacher)
    told = api.as_(cast.classmate).get(f"/api/v1/classrooms/{cast.room.pk}/about-me").json()["report"]
    assert told["works"][0]["counts_as"] == {"projected": None, "final": "1.40", "out_of": "7.00"}
    assert (told["term"]["points"], told["term"]["possible"], told["term"]["made_final"]) == ("1.40", "7.00", 1)


def test_a_list_of_work_costs_the_same_for_few_and_for_many(
    cast: Cast, api: ApiClient, assignment: Assignment, queries: Any
) -> None:
    teacher = api.as_(cast.teacher)

    def listed() -> None:
        assert teacher.get("/api/v1/submissions").status_code == 200

    listed()
    few = queries(listed)
    for n in range(3):
        work.make_assignment(cast, assignment.edition, due=due("2026-05-01T12:00"), missing_percent=n)
    assert queries(listed) == few
