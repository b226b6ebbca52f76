"""Every type of trouble that the API documents, met once, with what a client needs to go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.db import OperationalError

from accounts.api.views import MeView
from accounts.models import DeviceToken
from assignments import actions
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from destalin_site.common.models import IdempotencyRecord
from destalin_site.common.problems import MEANINGS, TYPES
from tests.api_client import ApiClient, code
from tests.assignments import remarks, work
from tests.cast import Cast

Meeting = Callable[["Stage"], Any]
NOW = ("state", "allowed", "since")  # with whatever the state forbids
MEETINGS: dict[str, tuple[set[str], Meeting]] = {}


class Stage:
    """The cast, and what brings it into trouble."""

    HOUR: ClassVar = dt.timedelta(hours=1)

    def __init__(self, cast: Cast, patch: pytest.MonkeyPatch) -> None:
        self.cast = cast
        self.patch = patch
        self.student = ApiClient().as_(cast.student)
        self.teacher = ApiClient().as_(cast.teacher)

    def work(self, **fields: Any) -> Submission:
        """The student's piece of work on a fresh assignment."""
        self.assignment: Assignment = work.make_assignment(self.cast, **fields)
        return work.submission_of(self.assignment, self.cast.student)

    def hand_in(self, submission: Submission, **said: Any) -> Any:
        body = {
            "client_attempt_id": str(uuid7()),
            "edition": submission.assignment.edition_id,
            "body": work.body_for(submission.assignment),
            **said,
        }
        return self.student.post(f"/api/v1/submissions/{submission.pk}/attempts", body)


def meets(name: str, *members: str) -> Callable[[Meeting], Meeting]:
    """How `name` is met, and the members that its document has besides the common ones."""

    def put_down(meeting: Meeting) -> Meeting:
        assert name not in MEETINGS
        MEETINGS[name] = set(members), meeting
        return meeting

    return put_down


@meets("validation-failed", "errors")
def _an_unknown_key(stage: Stage) -> Any:
    return stage.student.patch("/api/v1/me", {"teaches": True})


@meets("malformed-request")
def _no_json(stage: Stage) -> Any:
    return stage.student.generic("PATCH", "/api/v1/me", b"{", content_type="application/json")


@meets("cursor-mismatch")
def _a_cursor_of_another_list(stage: Stage) -> Any:
    return stage.student.get("/api/v1/assignments?cursor=x")


@meets("unauthenticated")
def _nobody(stage: Stage) -> Any:
    return ApiClient().get("/api/v1/me")


@meets("token-expired")
def _an_old_token(stage: Stage) -> Any:
    stage.student.get("/api/v1/me")
    DeviceToken.objects.filter(user=stage.cast.student).update(expires_at=clock.now())
    return stage.student.get("/api/v1/me")


@meets("forbidden", "needed_right")
def _a_right_that_is_missing(stage: Stage) -> Any:
    room = stage.cast.room
    return stage.student.patch(f"/api/v1/classrooms/{room.pk}", {"name": "Mine"}, headers={"If-Match": '"c1"'})


@meets("not-found")
def _what_is_not_hers(stage: Stage) -> Any:
    return stage.student.get(f"/api/v1/classrooms/{stage.cast.other_room.pk}")


@meets("method-not-allowed")
def _a_verb_too_many(stage: Stage) -> Any:
    return stage.student.delete("/api/v1/me")


@meets("not-acceptable")
def _another_form(stage: Stage) -> Any:
    return stage.student.get("/api/v1/me", headers={"Accept": "text/html"})


@meets("state-conflict", *NOW)
def _nothing_to_take_back(stage: Stage) -> Any:
    submission = stage.work()
    return stage.teacher.post(f"/api/v1/submissions/{submission.pk}/recall", {"reason": "A slip."})


@meets("not-open-yet", *NOW, "parked_copy", "opens_at", "close_zone")
def _too_early(stage: Stage) -> Any:
    return stage.hand_in(stage.work(opens_at=clock.now() + stage.HOUR))


@meets("assignment-closed", *NOW, "parked_copy", "closed_at", "close_zone")
def _too_late(stage: Stage) -> Any:
    return stage.hand_in(stage.work(closes_at=clock.now() - stage.HOUR))


@meets("class-archived", *NOW, "parked_copy")
def _after_the_year(stage: Stage) -> Any:
    submission = stage.work()
    stage.cast.room.archived_at = clock.now()
    stage.cast.room.save(update_fields=["archived_at"])
    return stage.hand_in(submission)


@meets("being-reviewed", *NOW, "parked_copy")
def _while_it_is_read(stage: Stage) -> Any:
    submission = stage.work()
    stage.hand_in(submission)
    actions.claim(submission, by=stage.cast.teacher)
    return stage.hand_in(submission, body=work.body_for(stage.assignment, "Better words."))


@meets("attempts-exhausted", *NOW, "parked_copy")
def _once_more(stage: Stage) -> Any:
    submission = stage.work(attempts_limit=1)
    stage.hand_in(submission)
    return stage.hand_in(submission, body=work.body_for(stage.assignment, "Better words."))


@meets("replies-missing", *NOW, "parked_copy", "comments")
def _a_comment_without_an_answer(stage: Stage) -> Any:
    submission = stage.work(resubmission=True, replies_required=True)
    stage.hand_in(submission)
    remarks.comment(submission, stage.cast.teacher)
    work.mark(submission, stage.cast.teacher)
    actions.return_grade(submission, by=stage.cast.teacher)
    return stage.hand_in(submission, body=work.body_for(stage.assignment, "Better words."))


@meets("submission-excused", *NOW, "parked_copy")
def _what_she_need_not_do(stage: Stage) -> Any:
    submission = stage.work()
    actions.excuse(submission, category=Excuse.ILLNESS, reason="In bed", by=stage.cast.teacher)
    return stage.hand_in(submission)


@meets("claim-held", *NOW, "holder", "until")
def _two_graders(stage: Stage) -> Any:
    submission = stage.work()
    stage.hand_in(submission)
    actions.claim(submission, by=stage.cast.co_teacher)
    return stage.teacher.put(f"/api/v1/submissions/{submission.pk}/claim", {})


@meets("names-hidden", *NOW)
def _work_without_a_name(stage: Stage) -> Any:
    submission = stage.work(anonymous=True)
    stage.hand_in(submission)
    return stage.teacher.put(f"/api/v1/submissions/{submission.pk}/excuse", {"reason": "In bed"})


@meets("request-in-progress", "retry_after")
def _the_same_request_at_once(stage: Stage) -> Any:
    def waited(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("canceling statement due to lock timeout")

    stage.patch.setattr(IdempotencyRecord.objects, "get_or_create", waited)
    return stage.teacher.post(
        "/api/v1/classrooms", {"name": "History", "zone": "UTC"}, headers={"Idempotency-Key": "k"}
    )


@meets("edition-mismatch", "expected_edition", "got_edition", "upgrade", "parked_copy")
def _another_edition(stage: Stage) -> Any:
    return stage.hand_in(stage.work(), edition="0" * 64)


@meets("version-stale", "current_etag")
def _an_old_version(stage: Stage) -> Any:
    room = stage.cast.room
    return stage.teacher.patch(f"/api/v1/classrooms/{room.pk}", {"name": "10C"}, headers={"If-Match": '"c99"'})


@meets("too-large", "limits")
def _two_megabytes(stage: Stage) -> Any:
    return stage.student.patch("/api/v1/me", {"display_name": "x" * 2_000_000})


@meets("unsupported-media")
def _a_form(stage: Stage) -> Any:
    return stage.student.generic("PATCH", "/api/v1/me", b"a=b", content_type="application/x-www-form-urlencoded")


@meets("idempotency-key-reused")
def _one_key_for_two(stage: Stage) -> Any:
    key = {"Idempotency-Key": "k"}
    stage.teacher.post("/api/v1/classrooms", {"name": "One", "zone": "UTC"}, headers=key)
    return stage.teacher.post("/api/v1/classrooms", {"name": "Two", "zone": "UTC"}, headers=key)


@meets("digest-mismatch")
def _damaged_on_its_way(stage: Stage) -> Any:
    return stage.hand_in(stage.work(), body_sha256="0" * 64)


@meets("precondition-required")
def _no_version(stage: Stage) -> Any:
    return stage.teacher.patch(f"/api/v1/classrooms/{stage.cast.room.pk}", {"name": "10C"})


@meets("rate-limited", "retry_after")
def _guessing(stage: Stage) -> Any:
    answers = (stage.student.post("/api/v1/joins", {"code": "AAAAAAAAAA"}) for _ in range(20))
    return next(answer for answer in answers if answer.status_code != 404)


@meets("server-error")
def _our_fault(stage: Stage) -> Any:
    def breaks(*args: Any) -> Any:
        raise RuntimeError("somebody's mistake")

    stage.patch.setattr(MeView, "get", breaks)
    client = ApiClient(allowing_undocumented=True).as_(stage.cast.student)
    client.raise_request_exception = False
    return client.get("/api/v1/me")


@pytest.mark.parametrize("name", TYPES)
def test_each_type_is_met_and_says_what_is_needed_to_go_on(
    name: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    members, meeting = MEETINGS[name]
    answer = meeting(Stage(cast, monkeypatch))
    assert code(answer) == name
    document = answer.json()
    assert answer.status_code == document["status"] == TYPES[name]
    assert set(document) - {"type", "title", "status", "detail", "instance"} == members
    assert document["instance"] == answer["X-Request-Id"]
    assert ("WWW-Authenticate" in answer) == (answer.status_code == 401)
    assert ("Retry-After" in answer) == ("retry_after" in members)


@pytest.mark.parametrize("name", TYPES)
def test_each_type_has_a_page_at_its_own_address(name: str, api: ApiClient) -> None:
    answer = api.get(f"/api/v1/problems/{name}")
    assert answer.status_code == 200
    assert name in answer.content.decode()


def test_the_types_that_are_met_are_those_that_are_documented() -> None:
    assert list(MEETINGS) == list(TYPES) == list(MEANINGS)


def test_whatever_the_code_can_raise_is_documented() -> None:
    def kinds(of: type[DomainError]) -> Iterator[type[DomainError]]:
        for kind in of.__subclasses__():
            yield kind
            yield from kinds(kind)

    # What stops a lesson from being published is told in the CMS: the API only reads what has been.
    ours = {kind for kind in kinds(DomainError) if not kind.__module__.startswith(("tests.", "lessons."))}
    assert {kind.code: kind.status for kind in ours if TYPES.get(kind.code) != kind.status} == {}
