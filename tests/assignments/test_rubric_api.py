"""Rubrics and marks that are brought along, through REST."""

from __future__ import annotations

import copy
import csv
import io
import json
from typing import Any

import pytest

from assignments import actions, exports, readings
from assignments.models import Assignment, Grade, RubricEdition, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.edited import edit, fresh, newest, save, worth
from tests.assignments.rubric import make_edition
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(cast: Cast) -> Submission:
    submission = work.submission_of(work.make_assignment(cast, make_edition()), cast.student)
    work.hand_in(submission)
    return work.reread(submission)


@pytest.fixture
def returned(judged: Submission, cast: Cast) -> Submission:
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    return judged


@pytest.fixture
def teacher(cast: Cast, api: ApiClient) -> ApiClient:
    return api.as_(cast.teacher)


def at(judged: Submission, rest: str = "") -> str:
    return f"/api/v1/assignments/{judged.assignment_id}/rubric{rest}"


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}


def type_of(answer: Any) -> str:
    return answer.json()["type"].rpartition("/")[2]


def test_a_rubric_is_read_changed_and_sent_back_as_it_was_read(judged: Submission, teacher: ApiClient) -> None:
    read = teacher.get(at(judged))
    told = read.json()
    assert (told["number"], read.headers["ETag"], told["by"]["name"]) == (1, '"r1"', "Teacher")
    body = {"title": told["title"], "criteria": told["criteria"]}
    assert teacher.put(at(judged), body, headers={"If-Match": '"r1"'}).json() == told
    body = copy.deepcopy(body)
    body["criteria"][0]["levels"][1]["points"] = "3.5"
    del body["criteria"][2]["levels"][0]["id"], body["criteria"][2]["levels"][0]["points"]
    made = teacher.put(at(judged), body, headers={"If-Match": '"r1"'})
    assert (made.status_code, made.headers["ETag"], made.json()["number"]) == (200, '"r2"', 2)
    new = made.json()["criteria"]
    assert new[0]["id"] == told["criteria"][0]["id"]
    assert new[2]["levels"][0]["id"] not in ("", told["criteria"][2]["levels"][0]["id"])
    assert teacher.put(at(judged), body).status_code == 428
    body["criteria"][0]["name"] = "Another"
    stale = teacher.put(at(judged), body, headers={"If-Match": '"r1"'})
    assert (stale.status_code, type_of(stale), stale.json()["current_etag"]) == (412, "version-stale", '"r2"')
    listed = teacher.get(at(judged, "/editions?limit=1")).json()
    rest = teacher.get(listed["next"]).json()
    assert [each["number"] for each in [*listed["results"], *rest["results"]]] == [2, 1]


def test_an_assignment_without_a_rubric_says_so_and_gets_one(cast: Cast, teacher: ApiClient) -> None:
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    told = teacher.get(at(submission))
    assert (told.json()["number"], told.json()["criteria"], told.headers["ETag"]) == (0, [], '"r0"')
    essay = next(iter(readings.questions(submission.assignment)))
    levels = [{"name": "deep", "points": "5.0"}, {"name": "shallow", "points": "1"}]
    body = {"title": "Depth", "criteria": [{"question": essay, "name": "Depth", "levels": levels}]}
    made = teacher.put(at(submission), body, headers={"If-None-Match": "*"}).json()
    assert (made["number"], made["criteria"][0]["levels"][0]["points"]) == (1, "5")
    shown = teacher.get(f"/api/v1/assignments/{submission.assignment_id}").json()["rubric"]
    assert shown["criteria"] == made["criteria"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"question": "none"}, "/criteria/0/question", "unknown-question"),
        ({"levels": []}, "/criteria/0/levels", "levels-too-few"),
        ({"weight": 2}, "/criteria/0/weight", "unknown"),
    ],
)
def test_what_is_no_rubric_is_said_where(
    judged: Submission, teacher: ApiClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    told = teacher.get(at(judged)).json()
    body = {"title": told["title"], "criteria": [{**told["criteria"][0], **change}]}
    answer = teacher.put(at(judged), body, headers={"If-Match": '"r1"'})
    assert answer.status_code == 422
    assert (pointer, code) in [(row["pointer"], row["code"]) for row in answer.json()["errors"]]
    assert RubricEdition.objects.count() == 1


def test_marks_come_along_as_shown_and_go_back(returned: Submission, teacher: ApiClient, cast: Cast) -> None:
    shown = teacher.get(at(returned, "/regrade")).json()
    [row] = shown["rows"]
    assert (shown["rubric"], row["is_draft"], row["rubric"], row["effect"]) == (2, False, 1, "returned")
    assert (row["old"], row["new"], row["delta"], row["troubles"]) == ("6.00", "6.50", "0.50", [])
    body = {
        "digest": shown["digest"],
        "scope": "chosen",
        "submissions": [str(returned.pk)],
        "reason": "Sourcing weighs more.",
    }
    assert teacher.post(at(returned, "/regrade"), body).status_code == 400  # without a key
    once = key()
    made = teacher.post(at(returned, "/regrade"), body, headers=once)
    again = teacher.post(at(returned, "/regrade"), body, headers=once)
    assert (made.status_code, made.json()) == (again.status_code, again.json())
    told = made.json()
    assert (told["can_be_undone"], told["rows"][0]["new"], told["rows"][0]["problem"]) == (True, "6.50", None)
    hers = ApiClient().as_(cast.student)
    grade = hers.get(f"/api/v1/submissions/{returned.pk}/grade").json()
    assert (grade["final_score"], grade["rubric"]) == ("6.50", 2)
    [_first, entry] = hers.get(f"/api/v1/submissions/{returned.pk}/log").json()["results"]
    assert (entry["what"], entry["old"], entry["new"], entry["reason"]) == (
        "regraded",
        "6.00",
        "6.50",
        "Sourcing weighs more.",
    )
    where = at(returned, f"/regrades/{told['id']}")
    undone = teacher.post(f"{where}/undo", {"reason": "Too soon"}, headers=key())
    assert (undone.status_code, undone.json()["undoes"], undone.json()["rows"][0]["new"]) == (201, told["id"], "6.00")
    assert teacher.get(where).json()["can_be_undone"] is False
    assert teacher.post(f"{where}/undo", {"reason": "Too soon"}, headers=key()).status_code == 409


def test_what_was_overtaken_is_refused(returned: Submission, teacher: ApiClient) -> None:
    body = {"digest": teacher.get(at(returned, "/regrade")).json()["digest"], "scope": "none"}
    edit(returned.assignment, worth("Sourcing", "sound", "2"), returned.assignment.created_by)
    answer = teacher.post(at(returned, "/regrade"), body, headers=key())
    assert (answer.status_code, type_of(answer)) == (412, "version-stale")


def test_levels_name_the_edition_that_they_are_of(judged: Submission, teacher: ApiClient, cast: Cast) -> None:
    edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    first = newest(judged.assignment).criteria[0]
    choice = {"question": first["question"], "criterion": first["id"], "level": first["levels"][1]["id"]}
    put = f"/api/v1/submissions/{judged.pk}/grade"
    refused = teacher.put(put, {"criteria": [choice], "rubric": 1}, headers={"If-Match": '"g0"'})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "other-rubric")
    saved = teacher.put(put, {"criteria": [choice], "rubric": 2}, headers={"If-Match": '"g0"'})
    assert (saved.json()["rubric"], saved.json()["criteria"][0]["points"]) == (2, "3.50")


def test_the_exports_say_by_which_edition_a_grade_was_judged(returned: Submission, cast: Cast) -> None:
    other = work.submission_of(returned.assignment, cast.classmate)
    work.hand_in(other)
    save(work.reread(other), cast.teacher, "Sourcing: sound", "Context: weak")
    assignment = fresh(returned.assignment)
    table = b"".join(exports.marks(assignment, by=cast.teacher, now=clock.now()).parts).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(table, newline=""))
    assert {row["Student"]: row["rubric_edition"] for row in rows} == {"Student": "1", "Classmate": "2"}
    whole = json.loads(b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts))
    assert sorted((each["status"], each["rubric"]) for each in whole["grades"]) == [("draft", 2), ("returned", 1)]


def test_a_list_of_editions_costs_the_same_for_one_and_for_four(
    judged: Submission, teacher: ApiClient, queries: Any
) -> None:
    def listed() -> None:
        assert teacher.get(at(judged, "/editions")).status_code == 200

    listed()
    one = queries(listed)
    for points in ("2", "2.5", "1"):
        edit(Assignment.objects.get(), worth("Sourcing", "sound", points), judged.assignment.created_by)
    assert queries(listed) == one
    assert Grade.objects.count() == 0
