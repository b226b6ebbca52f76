"""Every state, every act, every part that somebody has in it: what REST answers, and what it had said was allowed."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from assignments import actions, facts
from assignments.errors import BeingReviewed
from assignments.lifecycle import TABLE, Act
from assignments.models import Draft, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
LATER = {"date": "2026-05-09", "time": "12:00", "zone": "Europe/Warsaw"}
INSIDERS = ("student", "teacher", "co_teacher", "assistant")
OUTSIDERS = ("classmate", "removed", "other_teacher", "other_student", "stranger", None)


# ------------------------------------------------------------------------------------------------------------- states


def draft(row: Submission, cast: Cast) -> None:
    actions.save_draft(row, body=work.body_for(row.assignment, "So far."), if_rev=0, by=row.student)


def handed_in(row: Submission, cast: Cast) -> None:
    work.hand_in(row)


def read(row: Submission, cast: Cast) -> None:
    work.hand_in(row)
    work.mark(row, cast.co_teacher)


def marked(row: Submission, cast: Cast) -> None:
    read(row, cast)
    actions.release(row, by=cast.co_teacher)


def returned(row: Submission, cast: Cast) -> None:
    read(row, cast)
    actions.return_grade(row, by=cast.co_teacher)


def revising(row: Submission, cast: Cast) -> None:
    returned(row, cast)
    actions.request_revision(row, due=work.due("2026-05-08T12:00"), words="Name who decided.", by=cast.co_teacher)


def excused(row: Submission, cast: Cast) -> None:
    handed_in(row, cast)
    actions.excuse(row, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)


def marked_without(row: Submission, cast: Cast) -> None:
    work.mark(row, cast.co_teacher, questions=[], score=Decimal(0))


def back_without(row: Submission, cast: Cast) -> None:
    marked_without(row, cast)
    actions.return_grade(row, by=cast.co_teacher, without_submission=True)


def recalled_without(row: Submission, cast: Cast) -> None:
    back_without(row, cast)
    actions.recall(row, reason="A slip", by=cast.co_teacher)


def read_and_waiting(row: Submission, cast: Cast) -> None:
    read(row, cast)
    with pytest.raises(BeingReviewed):
        work.hand_in(row, work.body_for(row.assignment, "Newer."))


def taken_back(row: Submission, cast: Cast) -> None:
    handed_in(row, cast)
    actions.withdraw(row, by=row.student)


SITUATIONS: dict[str, tuple[Callable[[Submission, Cast], None], dict[str, Any]]] = {
    "assigned": (lambda row, cast: None, {}),
    "assigned, marks drafted": (marked_without, {}),
    "drafting": (draft, {}),
    "drafting, taken back": (taken_back, {}),
    "submitted": (handed_in, {}),
    "submitted, all hand-ins used": (handed_in, {"attempts_limit": 1}),
    "submitted, marks drafted": (marked, {}),
    "in review": (read, {}),
    "in review, a newer one waits": (read_and_waiting, {}),
    "in review, nothing handed in": (recalled_without, {}),
    "returned": (returned, {}),
    "returned, may be improved": (returned, {"resubmission": True}),
    "returned, nothing handed in": (back_without, {}),
    "revising": (revising, {}),
    "excused": (excused, {}),
}


# --------------------------------------------------------------------------------------------------------------- acts


def _attempt(row: Submission, **more: Any) -> dict[str, Any]:
    body = work.body_for(row.assignment, "Handed in now.")
    return {"client_attempt_id": str(uuid7()), "edition": row.assignment.edition_id, "body": body, **more}


def _save(row: Submission) -> tuple[Any, ...]:
    rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
    return "put", "/draft", {"body": work.body_for(row.assignment, "Further.")}, {"If-Match": f'"d{rev}"'}


def _mark(row: Submission) -> tuple[Any, ...]:
    marks = [{**mark, "points": str(mark["points"])} for mark in work.full_marks(row.assignment)]
    version = {"If-Match": f'"g{row.grades.newest_version()}"'}
    return "put", "/grade", {"questions": marks, "feedback": "Seen."}, version


def _accept(row: Submission) -> tuple[Any, ...]:
    return "post", f"/parked/{row.parked.get().pk}/accept", {}, {}


REQUESTS: dict[Act, Callable[[Submission], tuple[Any, ...]]] = {
    Act.SAVE: _save,
    Act.SUBMIT: lambda row: ("post", "/attempts", _attempt(row), {}),
    Act.REPLACE: lambda row: ("post", "/attempts", _attempt(row), {}),
    Act.WITHDRAW: lambda row: ("post", "/withdrawal", {}, {}),
    Act.KEEP_GRADE: lambda row: ("post", "/keep-grade", {}, {}),
    Act.CLAIM: lambda row: ("put", "/claim", {}, {}),
    Act.RELEASE: lambda row: ("delete", "/claim", None, {}),
    Act.MARK: _mark,
    Act.RETURN: lambda row: ("post", "/return", {}, {}),
    Act.RECALL: lambda row: ("post", "/recall", {"reason": "A slip"}, {}),
    Act.REQUEST_REVISION: lambda row: ("post", "/revision-request", {"due": LATER, "feedback": "Go on."}, {}),
    Act.EXCUSE: lambda row: ("put", "/excuse", {"category": "illness", "reason": "In bed"}, {}),
    Act.LIFT_EXCUSE: lambda row: ("delete", "/excuse", None, {}),
    Act.GRADE_WITHOUT_SUBMISSION: lambda row: ("post", "/return", {"without_submission": True, "confirmed": True}, {}),
    Act.ACCEPT_PARKED: _accept,
    Act.HAND_IN_FOR: lambda row: ("post", "/attempts", _attempt(row, on_behalf={"reason": "On paper"}), {}),
    Act.ASK_MORE_TIME: lambda row: ("post", "/extension-request", {"reason": "Ill"}, {}),
    Act.EXTEND: lambda row: ("put", "/extension", {"due": LATER, "reason": "Ill"}, {}),
}

# Saying again what is so already is no fault: it changes nothing.
SAID_AGAIN = {
    Act.WITHDRAW,
    Act.KEEP_GRADE,
    Act.RELEASE,
    Act.EXCUSE,
    Act.LIFT_EXCUSE,
}
# Handing in is one request, whichever of its two names it has now.
ONE_REQUEST = {Act.SUBMIT: Act.REPLACE, Act.REPLACE: Act.SUBMIT}


def asked_of(row: Submission, who: Any) -> list[Act]:
    """What can be asked: a copy that is not there has no address, and for its author this one is another act."""
    waiting = row.hand_ins_waiting and who != "student"
    return [act for act in REQUESTS if act is not Act.ACCEPT_PARKED or waiting]


def standing(row: Submission) -> tuple[Any, ...]:
    row = Submission.objects.get(pk=row.pk)
    returned = row.returned_grade
    return (
        row.standing,
        row.claimed_by_id,
        row.attempt_count,
        row.counted_id,
        returned,
        row.due_at,
        row.excuse_category,
        row.asks_more_time,
    )


@pytest.fixture(params=SITUATIONS)
def situation(request: pytest.FixtureRequest, cast: Cast, time_machine: Any) -> Submission:
    time_machine.move_to(NOON, tick=False)
    arrange, settings = SITUATIONS[request.param]
    given = work.make_assignment(
        cast, due=work.due("2026-05-03T12:00"), closes_at=work.at("2026-05-04T12:00Z"), **settings
    )
    row = work.submission_of(given, cast.student)
    arrange(row, cast)
    return work.reread(row)


def tried(clients: dict[Any, ApiClient], row: Submission, act: Act, who: Any) -> tuple[Any, bool]:
    """The answer, and whether the work stands otherwise afterwards. Nothing of it is left."""
    verb, path, body, headers = REQUESTS[act](row)
    before = standing(row)
    with transaction.atomic():
        answer = getattr(clients[who], verb)(f"/api/v1/submissions/{row.pk}{path}", body, headers=headers)
        moved = standing(row) != before
        transaction.set_rollback(True)
    return answer, moved


@pytest.fixture
def clients(cast: Cast, api: ApiClient) -> dict[Any, ApiClient]:
    return {who: api.as_(getattr(cast, who)) if who else ApiClient() for who in (*INSIDERS, *OUTSIDERS)}


def test_what_is_allowed_succeeds_and_what_is_not_is_refused_as_the_table_says(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission
) -> None:
    for who in INSIDERS:
        person = getattr(cast, who)
        row = Submission.objects.with_facts().get(pk=situation.pk)
        told = clients[who].get(f"/api/v1/submissions/{row.pk}").json()["allowed"]
        table = facts.possible(row, person=person, now=clock.now(), owner=who == "teacher")
        assert told == table["allowed"]
        for act in asked_of(row, who):
            answer, moved = tried(clients, work.reread(situation), act, who)
            if act in told:
                assert answer.status_code < 300, (who, act, answer.json())
            elif answer.status_code < 300:
                assert ONE_REQUEST.get(act) in told or (act in SAID_AGAIN and not moved), (who, act)
            else:
                assert not moved, (who, act)
                problem = answer.json()["type"].rsplit("/", 1)[-1]
                expected = {table["refused"].get(name, "forbidden") for name in (act, ONE_REQUEST.get(act, act))}
                assert problem in expected, (who, act, problem, expected)


def test_whoever_is_outside_the_work_gets_nowhere_with_any_act(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission
) -> None:
    for who in OUTSIDERS:
        for act in asked_of(situation, who):
            answer, moved = tried(clients, work.reread(situation), act, who)
            assert (answer.status_code, moved) == (404 if who else 401, False), (who, act)


def test_every_act_that_somebody_asks_for_is_tried() -> None:
    by_themselves = {Act.ASSIGN, Act.VOID, Act.RESTORE, Act.HAND_IN_AT_CLOSE, Act.REINSTATE}
    assert {row.act for row in TABLE} - by_themselves == set(REQUESTS)
