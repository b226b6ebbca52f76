"""Comments through REST: versions, refusals, and nothing for the student before the return."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assignments import actions
from assignments.models import Assignment, Submission
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


def test_a_comment_is_made_changed_and_deleted(api: ApiClient, cast: Cast, handed_in: Submission) -> None:
    teacher, address = api.as_(cast.teacher), f"/api/v1/submissions/{handed_in.pk}/comments"
    passage = {"source": None, "anchor": work.cited(handed_in.assignment.edition_id)["anchor"]}
    sent = remarks.said(handed_in, id=str(uuid7()), passage=passage)
    made = teacher.post(address, sent)
    assert (made.status_code, made["ETag"], made.json()["passage"]) == (201, '"n1"', passage)
    assert (made.json()["id"], made["Location"]) == (sent["id"], f"{address}/{sent['id']}")
    assert teacher.post(address, sent).json()["version"] == 1

    one = made["Location"]
    assert teacher.patch(one, {"body": "Who?"}).status_code == 428
    changed = teacher.patch(one, {"body": "Who?"}, headers={"If-Match": '"n1"'})
    assert (changed.status_code, changed["ETag"], changed.json()["passage"]) == (200, '"n2"', passage)
    stale = teacher.patch(one, {"body": "Whom?"}, headers={"If-Match": '"n1"'})
    assert (stale.status_code, stale.json()["current_etag"]) == (412, '"n2"')
    bare = teacher.patch(one, {"passage": None}, headers={"If-Match": '"n2"'})
    assert (bare.json()["body"], bare.json()["passage"]) == ("Who?", None)

    assert teacher.delete(one, headers={"If-Match": '"n1"'}).status_code == 412
    assert teacher.delete(one, headers={"If-Match": '"n3"'}).status_code == 204
    assert teacher.delete(one, headers={"If-Match": '"n3"'}).status_code == 204
    assert teacher.patch(one, {"body": "x"}, headers={"If-Match": '"n3"'}).status_code == 404


def test_what_is_wrong_is_pointed_at(api: ApiClient, cast: Cast, handed_in: Submission) -> None:
    sent = remarks.said(handed_in, body=" ")
    sent["anchor"]["quote"] = "decided somewhere"
    answer = api.as_(cast.teacher).post(f"/api/v1/submissions/{handed_in.pk}/comments", sent)
    assert answer.status_code == 422
    assert {(row["pointer"], row["code"]) for row in answer.json()["errors"]} <= {
        ("/anchor/quote", "anchor-quote-differs"),
        ("/body", "empty"),
        ("/body", "blank"),
    }


def test_a_student_reads_no_comment_before_the_return(api: ApiClient, cast: Cast, handed_in: Submission) -> None:
    made, address = remarks.comment(handed_in, cast.teacher), f"/api/v1/submissions/{handed_in.pk}/comments"
    assert api.as_(cast.student).get(address).json() == {"results": [], "next": None}
    actions.return_grade(handed_in, by=cast.teacher)
    (row,) = api.as_(cast.student).get(address).json()["results"]
    assert (row["id"], row["body"], row["returned"], row["attempt"]) == (str(made.key), remarks.BODY, True, 1)
    actions.recall(handed_in, reason="Wrong.", by=cast.teacher)
    assert api.as_(cast.student).get(address).json()["results"] == []


def test_a_list_costs_the_same_for_one_comment_and_for_thirty(
    api: ApiClient, cast: Cast, handed_in: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    teacher, address = api.as_(cast.teacher), f"/api/v1/submissions/{handed_in.pk}/comments"
    remarks.comment(handed_in, cast.teacher)
    one = queries(lambda: teacher.get(address))
    for _ in range(29):
        remarks.comment(handed_in, cast.teacher)
    assert queries(lambda: teacher.get(address)) == one
    page = teacher.get(f"{address}?limit=20").json()
    rest = teacher.get(page["next"]).json()
    assert len({row["id"] for row in [*page["results"], *rest["results"]]}) == 30
