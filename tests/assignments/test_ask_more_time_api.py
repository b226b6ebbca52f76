"""A request for more time through REST."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from assignments import actions
from assignments.models import Assignment, Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.work import due
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clocks")]

WISH = {"date": "2026-05-03", "time": "12:00", "zone": "Europe/Warsaw"}
ASKS = {"reason": "A fever", "due": WISH}


@pytest.fixture
def clocks() -> Any:
    with time_machine.travel("2026-04-30T10:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, due=due("2026-05-01T12:00"))


def address(submission: Submission) -> str:
    return f"/api/v1/submissions/{submission.pk}/extension-request"


def test_asking_changing_and_taking_back(cast: Cast, api: ApiClient, submission: Submission) -> None:
    student, where = api.as_(cast.student), address(submission)
    assert "ask_more_time" in student.get(f"/api/v1/submissions/{submission.pk}").json()["allowed"]
    assert student.get(where).status_code == 404
    asked = student.post(where, ASKS)
    assert (asked.status_code, asked["ETag"], asked["Location"]) == (201, '"x1"', where)
    assert asked.json() == {
        **ASKS,
        "due": {**WISH, "at": "2026-05-03T10:00:00Z"},
        "asked_at": "2026-04-30T10:00:00Z",
        "version": 1,
        "answer": "waiting",
        "words": "",
        "answered_by": None,
        "answered_at": None,
        "until": None,
    }
    shown = student.get(f"/api/v1/submissions/{submission.pk}").json()
    assert shown["asks_more_time"]
    assert shown["refused"]["ask_more_time"] == "state-conflict"
    assert student.post(where, {"reason": "Another"}).json()["type"].endswith("state-conflict")
    assert student.put(where, {"reason": "Another"}).status_code == 428
    changed = student.put(where, {"reason": "Another"}, headers={"If-Match": '"x1"'})
    assert (changed.status_code, changed.json()["due"], changed["ETag"]) == (200, None, '"x2"')
    assert student.put(where, ASKS, headers={"If-Match": '"x1"'}).status_code == 412
    assert student.delete(where).status_code == 204
    assert student.delete(where).status_code == 204
    assert student.get(where).json()["answer"] == "withdrawn"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"reason": " "}, "/reason"),
        ({"reason": "x" * 501}, "/reason"),
        ({"reason": ["A fever"]}, "/reason"),
        ({"due": {**WISH, "date": "2026-04-29"}}, "/due"),
        ({"due": {**WISH, "zone": "Mars/Base"}}, "/due/zone"),
        ({"due": {"date": "2026-05-03"}}, "/due/time"),
        ({"until": "tomorrow"}, "/until"),
    ],
)
def test_what_cannot_be_asked_names_its_field(
    cast: Cast, api: ApiClient, submission: Submission, said: dict[str, Any], pointer: str
) -> None:
    refused = api.as_(cast.student).post(address(submission), {**ASKS, **said})
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert api.as_(cast.student).get(address(submission)).status_code == 404


def test_staff_grant_it_and_the_student_reads_the_answer(cast: Cast, api: ApiClient, submission: Submission) -> None:
    actions.ask_more_time(submission, reason="A fever", wish=due("2026-05-03T12:00"), by=cast.student)
    teacher, where = api.as_(cast.teacher), address(submission)
    assert teacher.get(where).json()["reason"] == "A fever"
    said = {"answer": "granted", "words": "Get well."}
    assert teacher.post(f"{where}/answer", said).status_code == 428
    given = teacher.post(f"{where}/answer", said, headers={"If-Match": '"x1"'})
    assert (given.status_code, given.json()["until"]) == (200, "2026-05-03T10:00:00Z")
    read = api.as_(cast.student).get(where).json()
    assert (read["answer"], read["words"], read["answered_by"]["name"]) == ("granted", "Get well.", str(cast.teacher))
    second = api.as_(cast.co_teacher).post(
        f"{where}/answer", {"answer": "declined", "words": "No."}, headers={"If-Match": '"x1"'}
    )
    assert (second.status_code, second.json()["answer"]) == (409, "granted")
    assert str(cast.teacher) in second.json()["detail"]


def test_staff_grant_another_time_or_decline_with_words(cast: Cast, api: ApiClient, submission: Submission) -> None:
    teacher, where = api.as_(cast.teacher), address(submission)
    match = {"headers": {"If-Match": '"x1"'}}
    actions.ask_more_time(submission, reason="A fever", by=cast.student)
    refused = teacher.post(f"{where}/answer", {"answer": "granted"}, **match)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/due"]
    refused = teacher.post(f"{where}/answer", {"answer": "declined"}, **match)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/words"]
    assert teacher.post(f"{where}/answer", {"answer": "perhaps"}, **match).status_code == 422
    assert teacher.post(f"{where}/answer", {"answer": "granted", "due": WISH}, **match).status_code == 200
    assert teacher.get(f"/api/v1/submissions/{submission.pk}").json()["timing"]["due"] == "2026-05-03T10:00:00Z"
